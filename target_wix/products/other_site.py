"""A record of another site: names and addresses are of use here, ids are not."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside
from target_wix.pipeline.containers import pruned

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.site_categories import SiteCategories
    from target_wix.products.patch import ProductPatch

_WHOLE = {
    "tags": "tags of another site",
    "taxGroupId": "tax groups of another site",
    "mainCategoryId": "main categories of another site",
    "extendedFields": "extended fields of another site",
}


def without_foreign_ids(
    patch: ProductPatch, categories: SiteCategories, drop: Callable[[str], None]
) -> ProductPatch:
    """Return the patch without what means nothing on this site.

    Args:
        patch: of a record whose id is not on this site.
        categories: what categories of other sites became here.
        drop: counts what cannot be carried over, once a kind.
    """
    fields: Json = {}
    for name, value in patch.fields.items():
        if name in _WHOLE:
            if pruned(value) is not None:
                drop(_WHOLE[name])
        else:
            fields[name] = _CLEAN.get(name, _kept)(value, drop)
    fields = {name: value for name, value in fields.items() if value is not _NOTHING}
    changed = copy(patch)
    if patch.categories is not None and patch.collections is None:
        changed.copied = categories.memberships(patch.site_id, patch.categories)
        if patch.categories and (changed.copied is None or not changed.copied.is_whole):
            drop("memberships in categories of another site (collections names them)")
    changed.fields = _pictured(fields, patch.media)
    if patch.media is not None:
        changed.media = _media(patch.media, drop)
    if patch.variants is not None:
        changed.variants = []
        for variant in patch.variants:
            one = copy(variant)
            one.id = ""
            if inside(one.fields, "digitalProperties", "digitalFile", "id"):
                drop("files of digital products of another site")
                one.fields = {**one.fields, "digitalProperties": {}}
            changed.variants.append(one)
    return changed


def with_picture_addresses(patch: ProductPatch) -> ProductPatch:
    """Return the patch with pictures of choices by address, where its own pictures have it.

    A new product cannot show pictures by the ids that they had elsewhere.
    """
    changed = copy(patch)
    changed.fields = _pictured(patch.fields, patch.media)
    return changed


_NOTHING = object()


def _kept(value: object, drop: Callable[[str], None]) -> object:  # noqa: ARG001
    return value


def _named(value: object, drop: Callable[[str], None]) -> object:
    """A brand or ribbon by its name; a deleted brand leaves an id alone behind (stores-v3 7)."""
    if not isinstance(value, dict):
        return value
    if value.get("name"):
        return {"name": value["name"]}
    if value:
        drop("brands and ribbons without a name")
    return _NOTHING


def _ribbons(value: object, drop: Callable[[str], None]) -> object:
    rows = [_named(row, drop) for row in as_objects(value)]
    return [row for row in rows if row is not _NOTHING]


def _physical(value: object, drop: Callable[[str], None]) -> object:
    row = as_object(value)
    for name, kind in (("deliveryProfileId", "delivery profiles"), ("fulfillerId", "fulfillers")):
        if row.get(name):
            drop(f"{kind} of another site")
    return {name: row[name] for name in row if name not in {"deliveryProfileId", "fulfillerId"}}


def _options(value: object, drop: Callable[[str], None]) -> object:  # noqa: ARG001
    found = []
    for row in as_objects(value):
        option = {name: row[name] for name in row if name != "id"}
        choices = as_objects(inside(row, "choicesSettings", "choices"))
        if choices:
            kept = [{name: one[name] for name in one if name != "choiceId"} for one in choices]
            option["choicesSettings"] = {"choices": kept}
        found.append(option)
    return found


def _sections(value: object, drop: Callable[[str], None]) -> object:
    found = []
    for row in as_objects(value):
        section = {name: row[name] for name in row if name != "id"}
        if section.get("title") or section.get("uniqueName"):
            found.append(section)
        else:
            drop("info sections without a title")
    return found


def _subscriptions(value: object, drop: Callable[[str], None]) -> object:  # noqa: ARG001
    if not isinstance(value, dict):
        return value
    rows = as_objects(value.get("subscriptions"))
    kept = [{name: row[name] for name in row if name != "id"} for row in rows]
    return {**value, **({"subscriptions": kept} if "subscriptions" in value else {})}


_CLEAN: dict[str, Callable[[object, Callable[[str], None]], object]] = {
    "brand": _named,
    "ribbon": _named,
    "additionalRibbons": _ribbons,
    "physicalProperties": _physical,
    "options": _options,
    "modifiers": _options,
    "infoSections": _sections,
    "subscriptionDetails": _subscriptions,
}


def _media(items: list[Json], drop: Callable[[str], None]) -> list[Json]:
    found = []
    for item in items:
        if item.get("url"):
            found.append({name: item[name] for name in item if name != "id"})
        else:
            drop("pictures and videos of another site without an address")
    return found


def _pictured(fields: Json, media: list[Json] | None) -> Json:
    """The fields with pictures of choices by address, where the product's own pictures have it."""
    urls: Json = {str(item.get("id")): item["url"] for item in media or [] if item.get("url")}
    changed = dict(fields)
    for name in ("options", "modifiers"):
        if name not in fields:
            continue
        rows = []
        for row in as_objects(fields[name]):
            choices = as_objects(inside(row, "choicesSettings", "choices"))
            kept = [_with_urls(one, urls) for one in choices]
            rows.append({**row, **({"choicesSettings": {"choices": kept}} if choices else {})})
        changed[name] = rows
    return changed


def _with_urls(choice: Json, urls: Json) -> Json:
    items = as_objects(inside(choice, "media", "items"))
    if not items:
        return choice
    found = [urls.get(str(one.get("mediaId"))) or one.get("url") for one in items]
    kept = [{"url": url} for url in found if url]
    rest = {name: choice[name] for name in choice if name != "media"}
    return {**rest, "media": {"items": kept}} if kept else rest
