"""Applying a patch to the product in the shop.

Fields that the record lacks are left alone. Objects are united, lists replaced; where a list is
replaced, what stays in it keeps its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside
from target_wix.pipeline.field_types import with_old_spelling
from target_wix.products.fields import descriptions, sections
from target_wix.products.fields.media import desired_items
from target_wix.products.fields.options import IMMUTABLE, merged_options
from target_wix.products.fields.variants import united, variants_of, with_variants
from target_wix.products.fields.writable import LISTS, PLAIN_FIELDS
from target_wix.products.flat_rows import with_row
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.products.patch import ProductPatch


def apply_patch(
    product: Json, patch: ProductPatch, *, only_sku: bool = False, replace_media: bool = False
) -> Json:
    """Apply a patch to a product and return the result.

    Args:
        product: in the shop; `{}` for one that is to be made.
        patch: without ids of other sites.
        only_sku: the record was matched by the sku of one of several variants: nothing but that
            variant is written.
        replace_media: send pictures even if their number is the same.

    Raises:
        Rejection: it cannot be done.
    """
    if only_sku and patch.row is not None and len(variants_of(product)) > 1:
        return with_row(product, patch.row)
    desired = dict(product)
    if patch.hidden and not product.get("id"):
        desired.setdefault("visible", False)
    if patch.v1 is not None:
        desired["v1"] = patch.v1
    _refuse_another_type(product, patch.fields)
    _take_over(desired, product, patch.fields)
    _merge_lists(desired, product, patch.fields)
    if "description" in patch.fields or "plainDescription" in patch.fields:
        desired |= descriptions.described(product, patch.fields)
    if patch.media is not None:
        items = desired_items(patch.media, product, replace=replace_media)
        if items is not None:
            desired["media"] = {**as_object(product.get("media")), "itemsInfo": {"items": items}}
    if patch.variants is not None or "options" in patch.fields:
        desired = with_variants(desired, patch)
    if patch.row is not None:
        desired = with_row(desired, patch.row)
    return _aligned(desired, product, patch.fields)


def _take_over(desired: Json, product: Json, fields: Json) -> None:
    """Bring in what is replaced or united without further ado; a handle is for ever (3.8)."""
    for name in PLAIN_FIELDS:
        if name in fields:
            old = product.get(name)
            desired[name] = with_old_spelling(PLAIN_FIELDS[name], old, _plain(old, fields[name]))
    if isinstance(fields.get("subscriptionDetails"), dict):
        _keep_plan_ids(desired["subscriptionDetails"], product.get("subscriptionDetails"))
    if not product and "handle" in fields:
        desired["handle"] = fields["handle"]
    for name in ("brand", "ribbon", "additionalRibbons"):
        if name in fields:
            desired[name] = fields[name]


def _keep_plan_ids(wanted: Json, current: object) -> None:
    """Let subscriptions that stay keep their ids: they are told apart by their titles."""
    rows = as_objects(as_object(current).get("subscriptions"))
    by_title = {row.get("title"): row.get("id") for row in rows}
    known = set(by_title.values())
    if isinstance(wanted.get("subscriptions"), list):
        wanted["subscriptions"] = [
            row
            if row.get("id") in known or row.get("title") not in by_title
            else {**row, "id": by_title[row["title"]]}
            for row in as_objects(wanted["subscriptions"])
        ]


def _merge_lists(desired: Json, product: Json, fields: Json) -> None:
    """Bring in lists whose items keep their ids."""
    if "infoSections" in fields:
        desired["infoSections"] = sections.merged_sections(
            fields["infoSections"], product.get("infoSections")
        )
    if "modifiers" in fields:
        kind, before = LISTS["modifiers"], product.get("modifiers")
        same = kind.normalize(fields["modifiers"]) == kind.normalize(before)
        desired["modifiers"] = (
            before if same else merged_options(fields["modifiers"], before, "modifiers")
        )


def _plain(old: object, new: object) -> object:
    return united(old, new) if isinstance(old, dict) and isinstance(new, dict) else new


def _refuse_another_type(product: Json, fields: Json) -> None:
    kind, wanted = product.get("productType"), fields.get("productType")
    if kind and wanted and kind != wanted:
        raise Rejection(
            IMMUTABLE, f"It is {kind} in Wix, which cannot become {wanted}.", "productType"
        )


def _aligned(desired: Json, product: Json, fields: Json) -> Json:
    """Bring in line what Wix keeps in line by itself.

    Without options, a product and its only variant are seen or hidden together; physical and
    digital products have properties of their own (wix-api stores-v3 3.4, 3.5).
    """
    rows = variants_of(desired)
    if not desired.get("options") and len(rows) == 1:
        own = inside(rows[0], "visible")
        # A variant of several was seen or hidden by itself.
        alone = [] if product.get("options") else variants_of(product)
        before = inside(next(iter(alone), {}), "visible")
        if "visible" not in fields and isinstance(own, bool) and own is not before:
            desired = {**desired, "visible": own}
        if isinstance(desired.get("visible"), bool) and own is not desired["visible"]:
            info = as_object(desired.get("variantsInfo"))
            row = {**rows[0], "visible": desired["visible"]}
            desired = {**desired, "variantsInfo": {**info, "variants": [row]}}
    return desired


def completed(desired: Json) -> Json:
    """Return a product that is to be made with what every new product needs.

    Raises:
        Rejection: it has no name or no price.
    """
    if not desired.get("name"):
        raise Rejection("MISSING_NAME", "A new product needs a name.", "name")
    product = {"productType": "PHYSICAL", **desired}
    physical = product["productType"] != "DIGITAL"
    if not variants_of(product):
        raise Rejection("MISSING_PRICE", "A new product needs a price.", "price")
    own, other = (
        ("physicalProperties", "digitalProperties")
        if physical
        else ("digitalProperties", "physicalProperties")
    )
    variants = [
        {own: {}, **{name: row[name] for name in row if name != other}}
        for row in as_objects(inside(product, "variantsInfo", "variants"))
    ]
    product["variantsInfo"] = {**as_object(product["variantsInfo"]), "variants": variants}
    if physical:
        product["physicalProperties"] = product.get("physicalProperties") or {}
    else:
        product.pop("physicalProperties", None)
    return product
