"""Products as Catalog V3 takes them: rows, and how many of them a request (wix-api stores-v3 3.4 to 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from tap_wix.api.catalog_conversion.json_access import (
    Json,
    as_object,
    as_objects,
    inside,
    picked,
    without,
)
from tap_wix.api.stores_v3.products_write import CAPS, MOST_PRODUCTS
from target_wix.pipeline.field_types import ListOf, Obj
from target_wix.products.fields.descriptions import NO_TEXTS, for_v3, texts_of
from target_wix.products.fields.media import current_items
from target_wix.products.fields.options import choice_pictures, choices_of
from target_wix.products.fields.variants import variants_of
from target_wix.products.fields.writable import FREE_TEXT, MEDIA_ITEM, PLAIN_FIELDS, VARIANT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from target_wix.pipeline.field_types import FieldType, Value
    from target_wix.products.catalog import StockPatch

_IDS = frozenset({"id", "choiceId"})


def create_body(
    product: Json, sections: Sequence[Json], stock: Mapping[int, StockPatch] | None = None
) -> Json:
    """Return the row that makes a product; rows of a create carry no ids (3.6).

    Args:
        product: complete.
        sections: its info sections, as references or to be made along with it.
        stock: by place of the variant, for the call that makes products with stock.
    """
    body: Json = {
        name: _cleaned(kind, product.get(name), ids=False)
        for name, kind in PLAIN_FIELDS.items()
        if product.get(name) is not None
    }
    if product["productType"] == "DIGITAL":
        body.pop("visibleInPos", None)
    if not _has_subscriptions(product):
        body.pop("subscriptionDetails", None)
    if product.get("handle"):
        body["handle"] = product["handle"]
    body |= texts_of(product)
    body |= _references(product)
    if sections:
        body["infoSections"] = list(sections)
    for name in ("options", "modifiers"):
        if as_objects(product.get(name)):
            body[name] = [_option(row, ids=False) for row in as_objects(product[name])]
    items = _media(product)
    if items:
        body["media"] = {"itemsInfo": {"items": items}}
    variants = [_variant(row, product, ids=False) for row in variants_of(product)]
    for place, patch in (stock or {}).items():
        variants[place]["inventoryItem"] = stock_body(patch)
    return {**body, "variantsInfo": {"variants": variants}}


def _has_subscriptions(product: Json) -> bool:
    """Whether there is any: Wix takes no empty list of them (3.8)."""
    return bool(as_objects(inside(product, "subscriptionDetails", "subscriptions")))


def _references(product: Json) -> Json:
    body: Json = {
        name: reference(product[name])
        for name in ("brand", "ribbon")
        if as_object(product.get(name))
    }
    ribbons = [reference(row) for row in as_objects(product.get("additionalRibbons"))]
    return {**body, **({"additionalRibbons": ribbons} if ribbons else {})}


def update_body(
    current: Json,
    desired: Json,
    changed: Collection[str],
    replaced: Mapping[str, Value],
) -> Json:
    """Return the row that changes a product: what changed, lists and their parents whole (3.5).

    Args:
        current: as it was read, for id and revision.
        desired: the whole product as it shall be.
        changed: names of the fields that differ.
        replaced: brand, ribbons and sections as references.

    Options and variants go together, each with the ids of what stays: Wix refuses the one without
    the other, or breaks the product.
    """
    body: Json = {"id": current["id"], "revision": str(current["revision"])}
    for name, kind in PLAIN_FIELDS.items():
        if name in changed:
            body[name] = _cleaned(kind, desired.get(name), ids=True, nulls=True)
    if "description" in changed:
        body |= texts_of(desired, html=False) or NO_TEXTS
    body |= {name: value for name, value in replaced.items() if name in changed}
    if "subscriptionDetails" in body and not _has_subscriptions(desired):
        body["subscriptionDetails"] = None
    if "modifiers" in changed:
        body["modifiers"] = [_option(row, ids=True) for row in as_objects(desired.get("modifiers"))]
    if "media" in changed:
        body["media"] = {"itemsInfo": {"items": _media(desired)}}
    if "options" in changed or "variantsInfo" in changed:
        rows = as_objects(desired.get("options"))
        if rows or as_objects(current.get("options")):
            body["options"] = [_option(row, ids=True) for row in rows]
        variants = [_variant(row, desired, ids=True) for row in variants_of(desired)]
        body["variantsInfo"] = {"variants": variants}
    return body


def reference(row: Json) -> Json:
    """A brand or ribbon by its name, which Wix finds or makes; else by its id."""
    return {"name": row["name"]} if row.get("name") else {"id": row["id"]}


def stock_body(patch: StockPatch) -> Json:
    """The `inventoryItem` of a new variant: only one of quantity and flag may be sent (4.3)."""
    body: Json = {} if patch.quantity is None else {"quantity": patch.quantity}
    if patch.quantity is None:
        body["inStock"] = bool(patch.in_stock)
    preorder = {name: value for name, value in (patch.preorder or {}).items() if value is not None}
    return {**body, **({"preorderInfo": preorder} if preorder else {})}


def section_body(section: Json, name: str) -> Json:
    """An info section to be made, under a unique name."""
    return {"uniqueName": name, "title": section.get("title"), **texts_of(for_v3(section))}


def _cleaned(kind: FieldType, value: Value, *, ids: bool, nulls: bool = False) -> Value:
    """A value without what cannot be written; nulls only where they clear."""
    if isinstance(kind, Obj) and isinstance(value, dict):
        return {
            name: _cleaned(one, value[name], ids=ids, nulls=nulls)
            for name, one in kind.fields.items()
            if name in value
            and (nulls or value[name] is not None)
            and (ids or name not in _IDS or value is None)
        }
    if isinstance(kind, ListOf) and isinstance(value, list):
        return [_cleaned(kind.item, row, ids=ids) for row in value]
    return value


def _option(row: Json, *, ids: bool) -> Json:
    """An option or a modifier."""
    body: Json = picked(row, "name", "optionRenderType", "modifierRenderType", "mandatory")
    if ids and row.get("id"):
        body["id"] = row["id"]
    if row.get("modifierRenderType") == FREE_TEXT:
        settings = as_object(row.get("freeTextSettings"))
        body["freeTextSettings"] = picked(
            settings, "minCharCount", "maxCharCount", "defaultAddedPrice", "title"
        )
        return body
    body["choicesSettings"] = {"choices": [_choice(one, ids=ids) for one in choices_of(row)]}
    return body


def _choice(row: Json, *, ids: bool) -> Json:
    body: Json = picked(row, "choiceType", "name", "colorCode", "addedPrice")
    if body.get("choiceType") == "CHOICE_TEXT":
        body.pop("colorCode", None)
    if ids and row.get("choiceId"):
        body["choiceId"] = row["choiceId"]
    pictures = [
        {"mediaId": one["mediaId"]} if ids and one.get("mediaId") else {"url": one["url"]}
        for one in choice_pictures(row)
        if one.get("url") or (ids and one.get("mediaId"))
    ]
    if pictures or (ids and "media" in row):
        body["media"] = {"items": pictures}
    image = as_object(row.get("displayImage"))
    if ids and image.get("url"):
        body["displayImage"] = {
            name: image[name] for name in ("id", "url", "altText") if image.get(name)
        }
    return body


def _variant(row: Json, product: Json, *, ids: bool) -> Json:
    """A complete variant: what is left out, Wix may take away (3.5)."""
    body: Json = _cleaned(VARIANT, row, ids=True)
    physical = product.get("productType") != "DIGITAL"
    if physical:
        body.pop("digitalProperties", None)
        body["physicalProperties"] = _without_empty(body.get("physicalProperties"))
    else:
        body.pop("physicalProperties", None)
        file = inside(body, "digitalProperties", "digitalFile", "id")
        body["digitalProperties"] = {"digitalFile": {"id": file}} if file else {}
    if not inside(body, "revenueDetails", "cost", "amount"):
        body.pop("revenueDetails", None)
    body = {name: value for name, value in body.items() if value != ""}
    if not as_objects(product.get("options")):
        if isinstance(product.get("visible"), bool):
            body["visible"] = product["visible"]
    else:
        body["choices"] = [_selected(one, ids=ids) for one in as_objects(row.get("choices"))]
    if ids and row.get("id"):
        body["id"] = row["id"]
    return body


def _without_empty(properties: object) -> Json:
    rows = {name: value for name, value in as_object(properties).items() if value != {}}
    if as_object(rows.get("pricePerUnit")).get("settings") in (None, {}):
        rows.pop("pricePerUnit", None)
    return rows


def _selected(row: Json, *, ids: bool) -> Json:
    names, pair = as_object(row.get("optionChoiceNames")), as_object(row.get("optionChoiceIds"))
    body: Json = {}
    if names:
        body["optionChoiceNames"] = {
            name: names[name]
            for name in ("optionName", "choiceName", "renderType")
            if name in names
        }
    if ids and pair:
        body["optionChoiceIds"] = {name: pair[name] for name in ("optionId", "choiceId")}
    return body


def _media(product: Json) -> list[Json]:
    """Items by id if the shop has them, else by address."""
    found = []
    for row in current_items(product):
        item = _cleaned(MEDIA_ITEM, row, ids=True)
        if item.get("id"):
            item = without(item, "url", "displayName")
        found.append({name: value for name, value in item.items() if value})
    return found


class HasBody(Protocol):
    """Something that is sent as one row."""

    body: Json


Row = TypeVar("Row", bound=HasBody)


def requests_of(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows of one request after another, in their order."""
    batch: list[Row] = []
    sums = dict.fromkeys(CAPS, 0)
    for row in rows:
        sizes = _sizes(row.body)
        full = len(batch) == MOST_PRODUCTS or any(
            sums[name] + size > CAPS[name] for name, size in sizes.items()
        )
        if batch and full:
            yield batch
            batch, sums = [], dict.fromkeys(CAPS, 0)
        batch.append(row)
        for name, size in sizes.items():
            sums[name] += size
    if batch:
        yield batch


def _sizes(body: Json) -> dict[str, int]:
    return {
        name: len(
            as_objects(inside(body, name, "variants") if name == "variantsInfo" else body.get(name))
        )
        for name in CAPS
    }
