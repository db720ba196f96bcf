"""Options and modifiers: requested ones laid over those of the shop, which keep their ids.

They are site-wide customizations: what a choice is called, its colour and the way an option is
shown cannot change through a product, Wix answers 200 and ignores it (wix-api stores-v3 3.5, 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside, text, without
from target_wix.products.fields.writable import CHOICE_TYPES, FREE_TEXT, TEXT_CHOICES
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tap_wix.api.catalog_conversion.json_access import Json

RENAMED, IMMUTABLE = "CHOICE_RENAMED", "IMMUTABLE_FIELD"
_RENDER = {"options": "optionRenderType", "modifiers": "modifierRenderType"}


def choices_of(option: Json) -> list[Json]:
    """The choices of an option or modifier."""
    return as_objects(inside(option, "choicesSettings", "choices"))


def map_choices(option: Json, change: Callable[[Json], Json]) -> Json:
    """Return an option with each of its choices changed; one without choices stays as it is."""
    choices = choices_of(option)
    if not choices:
        return option
    settings = as_object(option.get("choicesSettings"))
    return {**option, "choicesSettings": {**settings, "choices": [*map(change, choices)]}}


def merged_options(requested: list[Json], current: object, field: str) -> list[Json]:
    """Return the options, or the modifiers, that the product shall have.

    Args:
        requested: all of them, as a record has them; ids in it are of this site.
        current: those of the shop.
        field: `options` or `modifiers`.

    Raises:
        Rejection: what Wix would ignore or what makes no option.
    """
    left = as_objects(current)
    found: list[Json] = []
    for place, row in enumerate(requested):
        path = f"{field}[{place}]"
        old = _same(row, left, "id")
        if old is not None:
            left = [one for one in left if one is not old]
        found.append(_merged_option(row, old or {}, _RENDER[field], path))
    names = [option.get("name") for option in found]
    if field == "options" and len(set(names)) < len(names):
        raise Rejection("DUPLICATE_PRODUCT_OPTIONS", "Two have the same name.", field)
    return found


def _merged_option(row: Json, old: Json, render: str, path: str) -> Json:
    name = row.get("name") or old.get("name")
    if not name:
        raise Rejection("PRODUCT_OPTION_NAME_AND_TYPE_REQUIRED", "It has no name.", path)
    if old and old.get("name") and name != old["name"]:
        raise Rejection(RENAMED, f"Wix ignores a new name of {old['name']!r}.", f"{path}.name")
    kind = row.get(render) or old.get(render) or _render_of(row)
    if old.get(render) and kind != old[render]:
        if old.get("id") or FREE_TEXT in (kind, old[render]):
            raise Rejection(IMMUTABLE, "Wix cannot change how it is shown.", f"{path}.{render}")
        # Without an id it is one of Catalog V1, which decides by itself (wix-api stores-v1 2.9).
        kind = old[render]
        # A choice is then as an option of that kind shows it.
        row = map_choices(row, lambda one: {**one, "choiceType": CHOICE_TYPES[kind]})
    merged = {**old, **row, "name": name, render: kind}
    if old.get("id"):
        merged["id"] = old["id"]
    if kind == FREE_TEXT:
        merged.pop("choicesSettings", None)
        settings = {**(old.get("freeTextSettings") or {}), **(row.get("freeTextSettings") or {})}
        settings.setdefault("title", name)
        return {**merged, "freeTextSettings": settings}
    merged.pop("freeTextSettings", None)
    if not choices_of(row) and not old:
        raise Rejection("MISSING_CHOICES", "It has no choices.", f"{path}.choicesSettings.choices")
    if choices_of(row):
        choices = _merged_choices(choices_of(row), choices_of(old), kind, path)
        merged["choicesSettings"] = {"choices": choices}
    else:
        merged["choicesSettings"] = old.get("choicesSettings")
    return merged


def _render_of(row: Json) -> str:
    """How a new option is shown that does not say: a text field has settings of its own."""
    if row.get("freeTextSettings") is not None:
        return FREE_TEXT
    colours = [choice.get("colorCode") for choice in choices_of(row)]
    return "SWATCH_CHOICES" if colours and all(colours) else TEXT_CHOICES


def _merged_choices(requested: list[Json], current: list[Json], kind: str, path: str) -> list[Json]:
    left = list(current)
    found: list[Json] = []
    for place, row in enumerate(requested):
        where = f"{path}.choicesSettings.choices[{place}]"
        old = _same(row, left, "choiceId")
        if old is None:
            if not row.get("name"):
                raise Rejection("MISSING_NAME", "A choice without a name.", f"{where}.name")
            new = without(row, "choiceId")
            found.append({**new, "choiceType": row.get("choiceType") or CHOICE_TYPES.get(kind)})
            continue
        left = [one for one in left if one is not old]
        for name in ("name", "colorCode"):
            new_value, old_value = text(row.get(name)), text(old.get(name))
            if new_value and old_value and new_value.casefold() != old_value.casefold():
                raise Rejection(
                    RENAMED,
                    f"Wix ignores changes to the choice {old.get('name')!r}: remove it and add"
                    " another one instead.",
                    f"{where}.{name}",
                )
        found.append({**old, **_perhaps_new(row, old)})
    names = [choice.get("name") for choice in found]
    if len(set(names)) < len(names):
        raise Rejection("DUPLICATE_CHOICE_NAME", "Two choices have the same name.", path)
    return found


def _perhaps_new(row: Json, old: Json) -> Json:
    """What can change of a choice on a product: its pictures and what it adds to the price.

    Pictures are stored under new names, so that only their number tells whether they are others.
    """
    changed: Json = {}
    if "addedPrice" in row:
        changed["addedPrice"] = row["addedPrice"]
    pictures = as_objects(inside(row, "media", "items"))
    if "media" in row and len(pictures) != len(choice_pictures(old)):
        changed["media"] = {"items": pictures}
    return changed


def choice_pictures(choice: Json) -> list[Json]:
    """The pictures of a choice; `linkedMedia` is what they were before (stores-v3 3.8)."""
    items = as_objects(inside(choice, "media", "items"))
    linked = as_objects(choice.get("linkedMedia"))
    return items or [{"mediaId": row["id"]} for row in linked if row.get("id")]


def _same(row: Json, rows: Iterable[Json], key: str) -> Json | None:
    """The one of the shop that is meant: by id, else by name."""
    for name in (key, "name"):
        wanted = row.get(name)
        for other in rows if wanted else ():
            if other.get(name) == wanted:
                return other
    return None


def with_choices(options: list[Json], wanted: Iterable[dict[str, str]]) -> list[Json]:
    """Return options extended by the choices that variants name and no list of options has.

    Raises:
        Rejection: a colour without its code, or an option that the product has not.
    """
    found = list(options)
    for choices in wanted:
        for name, choice in choices.items():
            place = next((i for i, one in enumerate(found) if one.get("name") == name), None)
            if place is None:
                if options:
                    raise Rejection("UNKNOWN_OPTION", f"The product has no option {name!r}.")
                found.append({"name": name, "optionRenderType": TEXT_CHOICES})
                place = len(found) - 1
            rows = choices_of(found[place])
            if any(row.get("name") == choice for row in rows):
                continue
            kind = CHOICE_TYPES.get(str(found[place].get("optionRenderType")), "CHOICE_TEXT")
            if kind != CHOICE_TYPES[TEXT_CHOICES]:
                raise Rejection(
                    "UNKNOWN_CHOICE", f"The colour {choice!r} needs a code, in options.", "options"
                )
            new = {"choiceType": kind, "name": choice}
            found[place] = {**found[place], "choicesSettings": {"choices": [*rows, new]}}
    return found
