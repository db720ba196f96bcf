"""Options, modifiers and variants' choices: names and ids become site-wide customizations (3.4, 3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.stores_v3.seed import hosted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fake_wix.stores_v3.state import CatalogV3, Json

KINDS = {"TEXT_CHOICES": "CHOICE_TEXT", "SWATCH_CHOICES": "ONE_COLOR"}


def host_url(v3: CatalogV3) -> str:
    """A new name on Wix's own host: a picture by URL is copied there (stores-v3 10.23)."""
    random = v3.site.random
    return f"{random.getrandbits(24):06x}_{random.getrandbits(128):032x}~mv2.jpg"


def media_by_id(v3: CatalogV3, key: str) -> Json:
    """A picture of the Media Manager of this site."""
    if key not in v3.media:
        raise application_error(428, "PRODUCT_MEDIA_NOT_EXIST", f"Media {key} does not exist")
    return v3.media[key]


def _customization(v3: CatalogV3, row: Json, kind: str, render: str, current: set[str]) -> Json:
    """The customization of an option or modifier: reused by id, made otherwise."""
    if row.get("id"):
        found = v3.customizations.get(row["id"])
        if found is None and row["id"] in current:
            # Older than the customizations API.
            return {"id": row["id"], "name": row.get("name"), "revision": "1"}
        if found is None or found["customizationType"] != kind:
            raise application_error(428, "CUSTOMIZATION_NOT_EXIST")
        return v3.customizations.edit(row["id"])
    what = "PRODUCT_OPTION" if kind == "PRODUCT_OPTION" else "MODIFIER"
    if not row.get("name") or not row.get(render):
        raise application_error(428, f"{what}_NAME_AND_TYPE_REQUIRED")
    now = v3.site.now()
    return {
        "id": v3.site.new_id(),
        "revision": "0",
        "createdDate": now,
        "updatedDate": now,
        "name": row["name"],
        "customizationType": kind,
        "customizationRenderType": row[render],
    }


def _choice(v3: CatalogV3, given: Json, known: list[Json], what: str, render: str) -> Json:
    """One choice of an option: by id, by a name that is there, or new. A new name for an id is ignored."""
    if given.get("choiceId"):
        for row in known:
            if row["id"] == given["choiceId"]:
                return row
        raise application_error(428, "CHOICE_NOT_EXIST")
    kind = given.get("choiceType")
    colour_missing = kind == "ONE_COLOR" and not given.get("colorCode")
    if not given.get("name") or kind != KINDS.get(render) or colour_missing:
        raise application_error(428, f"{what}_CHOICE_NAME_AND_TYPE_REQUIRED")
    for row in known:
        if row["name"] == given["name"]:
            return row
    new = {"id": v3.site.new_id(), "choiceType": kind, "key": given["name"], "name": given["name"]}
    if kind == "ONE_COLOR":
        new["colorCode"] = given["colorCode"]
    known.append(new)
    return new


def _choices(v3: CatalogV3, given: list[Json], entity: Json, what: str) -> list[Json]:
    known = entity.setdefault("choicesSettings", {}).setdefault("choices", [])
    result = []
    for row in given:
        found = _choice(v3, row, known, what, entity.get("customizationRenderType", ""))
        choice = {"choiceId": found["id"], **{k: found[k] for k in found if k != "id"}}
        media = (row.get("media") or {}).get("items")
        if media and v3.switches.choice_pictures != "dropped":
            items = []
            for item in media:
                key = item.get("mediaId") or host_url(v3)
                if not item.get("mediaId"):
                    hosted(v3, key)
                items.append({"mediaId": media_by_id(v3, key)["id"]})
            choice["media"] = {"items": items}
        if row.get("addedPrice") is not None:
            choice["addedPrice"] = row["addedPrice"]
        result.append(choice)
    ids = [row["choiceId"] for row in result]
    if len(set(ids)) != len(ids):
        raise application_error(428, "DUPLICATE_CHOICE_NAME")
    return result


def _keep(v3: CatalogV3, entity: Json) -> None:
    if "customizationType" in entity:
        entity["revision"] = str(int(entity["revision"]) + 1)
        v3.customizations.put(entity)


def resolved_options(v3: CatalogV3, given: Sequence[Json], current: Json) -> list[Json]:
    """The options of a product as they are stored."""
    known = {row["id"] for row in current.get("options", [])}
    result = []
    for row in given:
        entity = _customization(v3, row, "PRODUCT_OPTION", "optionRenderType", known)
        choices = _choices(
            v3, (row.get("choicesSettings") or {}).get("choices") or [], entity, "PRODUCT_OPTION"
        )
        _keep(v3, entity)
        result.append(
            {
                "id": entity["id"],
                "name": entity["name"],
                "optionRenderType": entity["customizationRenderType"],
                "key": entity["name"],
                "choicesSettings": {"choices": choices},
            },
        )
    names = [row["name"] for row in result]
    if len(set(names)) != len(names) or len({row["id"] for row in result}) != len(result):
        raise application_error(428, "DUPLICATE_PRODUCT_OPTIONS")
    return result


def resolved_modifiers(v3: CatalogV3, given: Sequence[Json], current: Json) -> list[Json]:
    """The modifiers of a product as they are stored."""
    before = {row["id"]: row for row in current.get("modifiers", [])}
    result = []
    for row in given:
        entity = _customization(v3, row, "MODIFIER", "modifierRenderType", set(before))
        old = before.get(entity["id"], {})
        render = entity.get("customizationRenderType") or old.get("modifierRenderType")
        stored: Json = {
            "id": entity["id"],
            "name": entity["name"] or old.get("name"),
            "key": entity["name"] or old.get("key"),
            "mandatory": bool(row.get("mandatory", False)),
            "modifierRenderType": render,
        }
        if render == "FREE_TEXT":
            settings = row.get("freeTextSettings") or old.get("freeTextSettings")
            if not settings:
                raise application_error(428, "MODIFIER_NAME_AND_TYPE_REQUIRED")
            stored["freeTextSettings"] = {**settings, "key": settings["title"]}
        else:
            choices = (row.get("choicesSettings") or {}).get("choices") or []
            stored["choicesSettings"] = {"choices": _choices(v3, choices, entity, "MODIFIER")}
        _keep(v3, entity)
        result.append(stored)
    return result


def resolved_choices(options: Sequence[Json], given: Sequence[Json]) -> list[Json]:
    """A variant's choices in the order of the options, each with ids and names."""
    found: dict[str, Json] = {}
    for row in given:
        option, choice = _pick(options, row)
        if option["id"] in found:
            raise application_error(428, "DUPLICATE_VARIANT_OPTION_CHOICE")
        found[option["id"]] = {
            "optionChoiceIds": {"optionId": option["id"], "choiceId": choice["choiceId"]},
            "optionChoiceNames": {
                "optionName": option["name"],
                "choiceName": choice["name"],
                "renderType": option["optionRenderType"],
            },
        }
    if len(found) != len(options):
        raise application_error(428, "MISSING_VARIANT_OPTION_CHOICE")
    return [found[option["id"]] for option in options]


def _pick(options: Sequence[Json], row: Json) -> tuple[Json, Json]:
    """The option and choice that one entry of `choices` means; ids go before names."""
    ids, names = row.get("optionChoiceIds") or {}, row.get("optionChoiceNames") or {}
    for option in options:
        if ids:
            if option["id"] != ids.get("optionId"):
                continue
        elif (option["name"], option["optionRenderType"]) != (
            names.get("optionName"),
            names.get("renderType"),
        ):
            continue
        for choice in option["choicesSettings"]["choices"]:
            if choice["choiceId"] == ids.get("choiceId") or (
                not ids and choice["name"] == names.get("choiceName")
            ):
                return option, choice
    raise application_error(
        428, "MISSING_VARIANT_OPTION_CHOICE", "Variant choice not found in product options"
    )
