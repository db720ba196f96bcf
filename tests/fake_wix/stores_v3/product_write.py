"""Making, changing and deleting products (stores-v3 3.4, 3.5)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.shape import violation
from tests.fake_wix.stores_v3.choices import (
    host_url,
    media_by_id,
    resolved_modifiers,
    resolved_options,
)
from tests.fake_wix.stores_v3.derived import derive, forget_keys, store_product
from tests.fake_wix.stores_v3.named import described, section_reference, store_reference
from tests.fake_wix.stores_v3.product_rules import check_row
from tests.fake_wix.stores_v3.products_read import refuse_broken
from tests.fake_wix.stores_v3.revisions import bumped, check_revision
from tests.fake_wix.stores_v3.seed import hosted
from tests.fake_wix.stores_v3.variants_write import (
    align_visibility,
    apply_variants,
    drop_lost_stock,
)

if TYPE_CHECKING:
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

# Taken over as they come; the rest has a meaning of its own.
AS_GIVEN = (
    *("name", "slug", "visible", "visibleInPos", "seoData", "taxGroupId", "mainCategoryId"),
    *("physicalProperties", "purchaseEligibility", "extendedFields", "tags"),
)
NEVER_CLEARED = ("name", "slug", "visible", "visibleInPos", "physicalProperties")


def create_product(v3: CatalogV3, body: Json) -> Json:
    """A new product, revision 1, out of stock."""
    now = v3.site.now()
    check_row(v3, body, None, "")
    product: Json = {
        "id": v3.site.new_id(),
        "revision": "1",
        "createdDate": now,
        "updatedDate": now,
        "productType": body["productType"],
        "visible": True,
        "visibleInPos": body["productType"] == "PHYSICAL",
        "slug": body.get("slug") or free_slug(v3, body["name"]),
    }
    handle = body.get("handle") if v3.switches.handle_writable else None
    if handle and handle in v3.handles:
        raise application_error(409, "DUPLICATE_HANDLE", "Handle is taken")
    product["handle"] = handle or f"{product['slug'][:80]}-{product['id'][:8]}"
    apply(v3, product, body)
    store_product(v3, derive(v3, product))
    return product


def update_product(v3: CatalogV3, body: Json) -> Json:
    """A product changed: fields left out stay, lists and their parents are replaced whole."""
    key = str(body["id"])
    current = v3.products.get(key)
    if current is None:
        raise application_error(404, "PRODUCT_NOT_FOUND", "Product not found")
    refuse_broken(v3, key)
    check_revision(current, body)
    kind = body.get("productType")
    if kind not in {None, current["productType"]} and not v3.switches.product_type_change_ignored:
        violation("product.productType", "is immutable", "UPDATE_OF_FIELD_NOT_ALLOWED")
    _check_together(v3, current, body)
    check_row(v3, body, current, key)
    product = bumped(v3.products.edit(key), v3.site.now())
    if v3.switches.nulls_ignored:
        body = {name: value for name, value in body.items() if value is not None}
    apply(v3, product, body)
    drop_lost_stock(v3, current, product)
    store_product(v3, derive(v3, product))
    return product


def _check_together(v3: CatalogV3, current: Json, body: Json) -> None:
    """Options and variants of a product with options are sent together or not at all (3.5)."""
    variants, options = body.get("variantsInfo") is not None, body.get("options") is not None
    if not (current.get("options") or body.get("options")) or variants is options:
        return
    if variants:
        raise application_error(428, v3.switches.choice_conflict_code)
    if v3.switches.options_without_variants_break:
        v3.broken_products.add(current["id"])
    else:
        raise application_error(428, "MISSING_VARIANTS_ON_UPDATE_OPTIONS")


def apply(v3: CatalogV3, product: Json, body: Json) -> None:
    """Put the fields of a body into a product."""
    if product["productType"] == "DIGITAL":
        body = {**body, "visibleInPos": False}
    for name in AS_GIVEN:
        if body.get(name) is not None:
            old = product.get(name)
            merge = v3.switches.objects_merge and isinstance(old, dict)
            product[name] = {**old, **body[name]} if merge and old else body[name]
        elif name in body and name not in NEVER_CLEARED:
            product.pop(name, None)
    _apply_description(v3, product, body)
    _apply_references(v3, product, body)
    _apply_media(v3, product, body)
    options = body.get("options")
    if options is not None:
        product["options"] = resolved_options(v3, options, product)
    if body.get("modifiers") is not None:
        product["modifiers"] = resolved_modifiers(v3, body["modifiers"], product)
    if v3.switches.choice_pictures == "in_gallery":
        _show_pictures_of_choices(v3, product)
    if body.get("variantsInfo") is not None:
        apply_variants(v3, product, body)
    align_visibility(product, body)
    _apply_subscriptions(v3, product, body)


def _apply_subscriptions(v3: CatalogV3, product: Json, body: Json) -> None:
    details = body.get("subscriptionDetails")
    if details is not None:
        plans = [
            {"visible": True, **plan, "id": plan.get("id") or v3.site.new_id()}
            for plan in details.get("subscriptions") or []
        ]
        one_time = details.get("allowOneTimePurchases", False)
        found = {"allowOneTimePurchases": one_time, "subscriptions": plans}
        product["subscriptionDetails"] = found
    elif "subscriptionDetails" in body:
        product.pop("subscriptionDetails", None)


def _apply_description(v3: CatalogV3, product: Json, body: Json) -> None:
    """One text in two forms; if both are sent, the HTML is ignored (3.4)."""
    heeded = v3.switches.plain_description_heeded and "plainDescription" in body
    if "description" not in body and not heeded:
        return
    product.pop("description", None)
    product.pop("plainDescription", None)
    html = body.get("plainDescription") if heeded else None
    if html and not body.get("description") and v3.switches.keep_plain_description:
        product["plainDescription"] = html
    elif document := described(v3, body):
        product["description"] = document


def _apply_references(v3: CatalogV3, product: Json, body: Json) -> None:
    for name, store in (("brand", v3.brands), ("ribbon", v3.ribbons)):
        if body.get(name):
            product[name] = store_reference(v3, store, body[name], name.upper())
        elif name in body:
            product.pop(name, None)
    if body.get("additionalRibbons") is not None:
        found = [
            store_reference(v3, v3.ribbons, row, "RIBBON") for row in body["additionalRibbons"]
        ]
        ids = [row["id"] for row in found]
        if len(set(ids)) != len(ids):
            raise application_error(428, "DUPLICATE_RIBBON_IN_ADDITIONAL")
        if (product.get("ribbon") or {}).get("id") in ids:
            raise application_error(428, "DUPLICATE_RIBBON_IN_PRIMARY_AND_ADDITIONAL")
        product["additionalRibbons"] = found
    if body.get("infoSections") is not None:
        new = int(product["revision"]) == 1
        code = "INFO_SECTION_CREATION_FAILED" if new else "INFO_SECTION_ERROR_OCCURRED"
        product["infoSections"] = [section_reference(v3, row, code) for row in body["infoSections"]]


def _apply_media(v3: CatalogV3, product: Json, body: Json) -> None:
    media = body.get("media")
    if media is None or media.get("itemsInfo") is None:
        return
    items = []
    for given in media["itemsInfo"].get("items") or []:
        if given.get("id"):
            item = dict(media_by_id(v3, given["id"]))
        else:
            item = hosted(v3, host_url(v3))
            if given.get("displayName"):
                item["displayName"] = given["displayName"]
            v3.arriving.add(product["id"])
        if given.get("altText"):
            item["altText"] = given["altText"]
        items.append(item)
    product["media"] = {"itemsInfo": {"items": items}}


def _show_pictures_of_choices(v3: CatalogV3, product: Json) -> None:
    """Put the pictures of choices behind those of the product."""
    items = product.setdefault("media", {}).setdefault("itemsInfo", {}).setdefault("items", [])
    there = {one["id"] for one in items}
    for option in [*product.get("options", []), *product.get("modifiers", [])]:
        for choice in (option.get("choicesSettings") or {}).get("choices", []):
            for one in (choice.get("media") or {}).get("items", []):
                if one["mediaId"] not in there:
                    items.append(dict(media_by_id(v3, one["mediaId"])))


def delete_product(v3: CatalogV3, key: str) -> None:
    """Delete a product; what becomes of its stock is a switch (stores-v3 11)."""
    if key not in v3.products:
        raise application_error(404, "PRODUCT_NOT_FOUND", "Product not found")
    forget_keys(v3, key)
    v3.products.remove(key)
    v3.variants.remove(key)
    for members in v3.members.values():
        members.pop(key, None)
    for item in v3.items_of_product.pop(key, []):
        if v3.switches.delete_removes_inventory:
            v3.inventory.remove(item)


def let_media_arrive(v3: CatalogV3) -> None:
    """Pictures by URL are attached after the answer, which raises the revision once more (3.5)."""
    arrived, v3.arriving = v3.arriving, set()
    if not v3.switches.media_raises_revision:
        return
    for key in arrived:
        if key in v3.products:
            store_product(v3, bumped(v3.products.edit(key), v3.site.now()))


def slug_of(name: str, otherwise: str) -> str:
    """A slug from a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or otherwise


def free_slug(v3: CatalogV3, name: str) -> str:
    """A slug from a name that no product has."""
    base, number = slug_of(name, "product"), 0
    slug = base
    while slug in v3.slugs:
        number += 1
        slug = f"{base}-{number}"
    return slug
