"""Rules across the fields of a product: those that refuse a request, and those that refuse a row.

The first kind is a 400 with a ruleName and takes a whole bulk batch with it; the second has a code
of its own and stands in the row's result (stores-v3 3.6, 3.7).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import application_error

if TYPE_CHECKING:
    from tests.fake_wix.shape import Problems
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

ALIGNED = "VARIANTS_TYPED_PROPERTIES_ARE_NOT_ALIGNED"
FAMILIES = {
    **dict.fromkeys(("ML", "CL", "L", "CBM", "FLOZ", "PT", "QT", "GAL"), "volume"),
    **dict.fromkeys(("MG", "G", "KG", "OZ", "LB"), "weight"),
    **dict.fromkeys(("MM", "CM", "M", "IN", "FT", "YD"), "length"),
    **dict.fromkeys(("SQM", "SQFT"), "area"),
}


def given_variants(body: Json) -> list[Json]:
    """The variants in a body, if it has some."""
    return (body.get("variantsInfo") or {}).get("variants") or []


def check_request(
    v3: CatalogV3, body: Json, current: Json | None, path: str, problems: Problems
) -> None:
    """What is a 400 of the whole request. `current` is None for a create."""
    kind = str((current or body).get("productType") or "PHYSICAL")
    if current is None:
        for name in ("name", "productType", "variantsInfo"):
            if body.get(name) is None:
                problems.add(f"{path}.{name}", "must not be empty", "REQUIRED_FIELD")
    elif "name" in body and body["name"] is None:
        problems.add(f"{path}.name", "must not be empty", "REQUIRED_FIELD")
    if body.get("variantsInfo") is not None and not given_variants(body):
        problems.add(f"{path}.variantsInfo.variants", "must not be empty", "REQUIRED_FIELD")
    _check_kind(body, kind, path, problems, new=current is None)
    _check_variants(v3, body, kind, current, path, problems)
    if kind == "DIGITAL" and body.get("visibleInPos"):
        rule = "DIGITAL_PRODUCT_CANNOT_BE_VISIBLE_IN_POS"
        problems.add(f"{path}.visibleInPos", "digital product", "CUSTOM", rule)
    brand = body.get("brand")
    if current is not None and brand and not brand.get("id"):
        problems.add(f"{path}.brand", "brand id is missing", "CUSTOM", "BRAND_MISSING_ID")
    _check_lists(body, path, problems)


def _check_kind(body: Json, kind: str, path: str, problems: Problems, *, new: bool) -> None:
    physical = body.get("physicalProperties")
    if kind == "PHYSICAL" and physical is None and (new or "physicalProperties" in body):
        problems.add(path, "one-of alignment: physicalProperties missing", "CUSTOM", ALIGNED)
    if kind == "DIGITAL" and physical is not None:
        problems.add(path, "one-of alignment: physicalProperties given", "CUSTOM", ALIGNED)


def _check_variants(
    v3: CatalogV3, body: Json, kind: str, current: Json | None, path: str, problems: Problems
) -> None:
    product_unit = _unit(
        (body.get("physicalProperties") or (current or {}).get("physicalProperties") or {}).get(
            "pricePerUnit"
        )
    )
    options = len(body.get("options") or [])
    for index, variant in enumerate(given_variants(body)):
        where = f"{path}.variantsInfo.variants[{index}]"
        if not (variant.get("price") or {}).get("actualPrice"):
            problems.add(f"{where}.price", "price must not be empty", "REQUIRED_FIELD")
        physical = variant.get("physicalProperties")
        digital = variant.get("digitalProperties")
        wrong = (
            digital is not None or (physical is None and v3.switches.variant_physical_required)
            if kind == "PHYSICAL"
            else physical is not None
        )
        if wrong:
            problems.add(where, "one-of alignment", "CUSTOM", ALIGNED)
        settings = ((physical or {}).get("pricePerUnit") or {}).get("settings")
        if settings and _unit(settings) != product_unit:
            problems.add(where, "price per unit", "CUSTOM", "PRICE_PER_UNIT_NOT_ALIGNED")
        # None at all is a precondition, refused with a code when the choices are looked up (3.4).
        if 0 < len(variant.get("choices") or []) < options:
            problems.add(f"{where}.choices", "option missing", "CUSTOM", "MISSING_VARIANT_OPTION")


def _unit(settings: Json | None) -> str | None:
    return FAMILIES.get((settings or {}).get("measurementUnit", ""))


def _check_lists(body: Json, path: str, problems: Problems) -> None:
    _check_media(body, path, problems)
    _check_customizations(body, path, problems)
    for index, row in enumerate(body.get("infoSections") or []):
        if not row.get("id") and not (row.get("uniqueName") and row.get("title")):
            where = f"{path}.infoSections[{index}].uniqueName"
            problems.add(where, "must not be empty", "REQUIRED_FIELD")
    plans = (body.get("subscriptionDetails") or {}).get("subscriptions") or []
    for index, plan in enumerate(plans):
        if bool(plan.get("autoRenewal")) == (plan.get("billingCycles") is not None):
            where = f"{path}.subscriptionDetails.subscriptions[{index}]"
            rule = "SUBSCRIPTION_INVALID_AUTO_RENEWAL"
            problems.add(where, "one of autoRenewal, billingCycles", "CUSTOM", rule)


def _check_media(body: Json, path: str, problems: Problems) -> None:
    items = ((body.get("media") or {}).get("itemsInfo") or {}).get("items") or []
    keys = [item["id"] for item in items if item.get("id")]
    if len(set(keys)) != len(keys):
        problems.add(f"{path}.media", "duplicate media", "CUSTOM", "DUPLICATE_MEDIA_ERROR")
    for index, item in enumerate(items):
        if not item.get("id") and not item.get("url"):
            where = f"{path}.media.itemsInfo.items[{index}]"
            problems.add(where, "one of id, url must be set", "ONE_OF_ALIGNMENT")


def _check_customizations(body: Json, path: str, problems: Problems) -> None:
    ids = [row["id"] for row in body.get("modifiers") or [] if row.get("id")]
    if len(set(ids)) != len(ids):
        rule = "MODIFIERS_ID_DUPLICATION_ERROR"
        problems.add(f"{path}.modifiers", "duplicate id", "CUSTOM", rule)
    for name in ("options", "modifiers"):
        for index, row in enumerate(body.get(name) or []):
            settings = row.get("choicesSettings")
            if (name == "options" or settings is not None) and not (settings or {}).get("choices"):
                where = f"{path}.{name}[{index}].choicesSettings.choices"
                problems.add(where, "must not be empty", "REQUIRED_FIELD")


def check_row(v3: CatalogV3, body: Json, current: Json | None, key: str) -> None:
    """What refuses one product with a code of its own, before anything is made for it."""
    if body.get("name") is not None and not body["name"].strip():
        raise application_error(428, "ONLY_SPACES_STRING_ERROR")
    _check_prices(body)
    _check_codes(v3, body, key)
    slug = body.get("slug")
    if slug and v3.slugs.get(slug, key) != key:
        raise application_error(409, "DUPLICATE_SLUG_ERROR", f"Slug {slug} is taken")
    _check_subscriptions(body, str((current or body).get("productType")))


def _check_prices(body: Json) -> None:
    for variant in given_variants(body):
        price = variant["price"]
        compare_at = price.get("compareAtPrice")
        if compare_at and Decimal(compare_at["amount"]) <= Decimal(price["actualPrice"]["amount"]):
            raise application_error(428, "COMPARE_AT_PRICE_LOWER_THAN_ACTUAL_PRICE")


def _check_codes(v3: CatalogV3, body: Json, key: str) -> None:
    """Skus and barcodes are unique within a product, perhaps on the site too (stores-v3 11)."""
    for name, code in (("sku", "SKU_ALREADY_EXIST_ERROR"), ("barcode", "DUPLICATE_BARCODE_ERROR")):
        values = [variant[name] for variant in given_variants(body) if variant.get(name)]
        if len(set(values)) != len(values):
            raise application_error(428, code)
    if v3.switches.sku_unique:
        for variant in given_variants(body):
            if v3.skus.get(variant.get("sku") or "", set()) - {key}:
                raise application_error(428, "SKU_ALREADY_EXIST_ERROR")


def _check_subscriptions(body: Json, kind: str) -> None:
    details = body.get("subscriptionDetails") or {}
    plans = details.get("subscriptions") or []
    if plans and kind == "DIGITAL":
        raise application_error(428, "INVALID_PRODUCT_TYPE_FOR_SUBSCRIPTION")
    ids = [plan["id"] for plan in plans if plan.get("id")]
    if len(set(ids)) != len(ids):
        raise application_error(428, "SUBSCRIPTION_ID_ALREADY_EXISTS")
    prices = [Decimal(row["price"]["actualPrice"]["amount"]) for row in given_variants(body)]
    off = [Decimal((plan.get("discount") or {}).get("amountOff") or 0) for plan in plans]
    if prices and max(off, default=Decimal(0)) > min(prices):
        raise application_error(428, "INVALID_SUBSCRIPTION_DISCOUNT_AMOUNT")
    hidden = plans and all(plan.get("visible") is False for plan in plans)
    if hidden and not details.get("allowOneTimePurchases"):
        code = "ERROR_ALL_SUBSCRIPTIONS_HIDDEN_FOR_SUBSCRIPTION_ONLY_PRODUCT"
        raise application_error(428, code)
