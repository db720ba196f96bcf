"""Records of another site: names and addresses are of use here, ids are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside, without
from target_wix.pipeline.field_types import pruned
from target_wix.products.fields.media import with_addresses
from target_wix.products.fields.options import map_choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.cross_stream import SiteCategories
    from target_wix.products.records import ProductPatch, VariantPatch

_WHOLE = {
    "tags": "tags of another site",
    "taxGroupId": "tax groups of another site",
    "mainCategoryId": "main categories of another site",
    "extendedFields": "extended fields of another site",
}
_NOTHING = object()


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
    copied = patch.copied
    if patch.categories is not None and patch.collections is None:
        copied = categories.memberships(patch.site_id, patch.categories)
        if patch.categories and (copied is None or not copied.is_whole):
            drop("memberships in categories of another site (collections names them)")
    return replace(
        patch,
        fields=with_addresses(fields, patch.media),
        media=None if patch.media is None else _media(patch.media, drop),
        variants=None
        if patch.variants is None
        else [_variant(one, drop) for one in patch.variants],
        copied=copied,
    )


def _variant(variant: VariantPatch, drop: Callable[[str], None]) -> VariantPatch:
    fields = variant.fields
    if inside(fields, "digitalProperties", "digitalFile", "id"):
        drop("files of digital products of another site")
        fields = {**fields, "digitalProperties": {}}
    return replace(variant, id="", fields=fields)


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
    return without(row, "deliveryProfileId", "fulfillerId")


def _options(value: object, drop: Callable[[str], None]) -> object:  # noqa: ARG001
    return [
        map_choices(without(row, "id"), lambda one: without(one, "choiceId"))
        for row in as_objects(value)
    ]


def _sections(value: object, drop: Callable[[str], None]) -> object:
    found = []
    for row in as_objects(value):
        section = without(row, "id")
        if section.get("title") or section.get("uniqueName"):
            found.append(section)
        else:
            drop("info sections without a title")
    return found


def _subscriptions(value: object, drop: Callable[[str], None]) -> object:  # noqa: ARG001
    if not isinstance(value, dict):
        return value
    rows = as_objects(value.get("subscriptions"))
    kept = [without(row, "id") for row in rows]
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
            found.append(without(item, "id"))
        else:
            drop("pictures and videos of another site without an address")
    return found
