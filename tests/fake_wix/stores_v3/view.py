"""How a stored product looks to a caller: which `fields` value adds what (stores-v3 3.2, 3.8)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.rich_content import from_html, to_html
from tests.fake_wix.shape import Problems
from tests.fake_wix.stores_v3.derived import categories_of, variants_of
from tests.fake_wix.stores_v3.state import SYMBOLS, CatalogV3, Json

if TYPE_CHECKING:
    from collections.abc import Collection

GET_FIELDS = frozenset(
    {
        *("CURRENCY", "URL", "DESCRIPTION", "PLAIN_DESCRIPTION", "INFO_SECTION"),
        *("INFO_SECTION_DESCRIPTION", "INFO_SECTION_PLAIN_DESCRIPTION", "MEDIA_ITEMS_INFO"),
        *("THUMBNAIL", "MERCHANT_DATA", "DIRECT_CATEGORIES_INFO", "ALL_CATEGORIES_INFO"),
        *("BREADCRUMBS_INFO", "VARIANT_OPTION_CHOICE_NAMES", "WEIGHT_MEASUREMENT_UNIT_INFO"),
        *("SUBSCRIPTION_PRICES_INFO", "PRODUCT_CHOICES_MEDIA_REFERENCES"),
        *("PRODUCT_CHOICES_DISPLAY_IMAGE", "DISCOUNT_INFO"),
        *("DIRECT_CATEGORY_IDS", "MIN_VARIANT_PRICE_INFO"),
    },
)
QUERY_FIELDS = GET_FIELDS | {"MIN_PRICE_VARIANT"}
ALWAYS = (
    *("id", "revision", "createdDate", "updatedDate", "name", "slug", "handle", "visible"),
    *("visibleInPos", "productType", "additionalRibbons", "inventory", "taxGroupId", "seoData"),
    *("tags", "extendedFields", "mainCategoryId", "purchaseEligibility", "subscriptionDetails"),
)


def checked_fields(value: Any, allowed: Collection[str]) -> frozenset[str]:
    """The `fields` of a request; a name that is not in the enum is a 400."""
    problems = Problems()
    names = value if isinstance(value, list) else [value] if value else []
    for index, name in enumerate(names):
        if name not in allowed:
            problems.add(f"fields[{index}]", f"has no enum value {name}", "ENUM")
    if len(names) > 100:
        problems.add("fields", f"has size {len(names)}, expected 100 or less", "MAX_SIZE")
    problems.refuse_if_any()
    return frozenset(names)


def require_merchant_right(v3: CatalogV3, fields: Collection[str]) -> None:
    """What things cost is for the admin scope only (3.2)."""
    if "MERCHANT_DATA" in fields and not v3.sees_hidden:
        raise application_error(403, "NO_PERMISSION_TO_READ_MERCHANT_DATA")


def amount_text(v3: CatalogV3, amount: str) -> str:
    """An amount; `34.5` may come back for `34.50` (10.7)."""
    if v3.switches.trim_zeros and "." in amount:
        return amount.rstrip("0").rstrip(".")
    return amount


def money(v3: CatalogV3, value: Json, fields: Collection[str]) -> Json:
    """A price object, with its formatted text only on demand."""
    amount = amount_text(v3, value["amount"])
    if "CURRENCY" not in fields:
        return {"amount": amount}
    symbol = SYMBOLS.get(v3.currency, v3.currency + " ")
    return {"amount": amount, "formattedAmount": f"{symbol}{amount}"[:20]}


def _ranges(v3: CatalogV3, product: Json, fields: Collection[str], result: Json) -> None:
    names = ["actualPriceRange", "compareAtPriceRange"]
    if "MERCHANT_DATA" in fields:
        names.append("costRange")
    for name in names:
        if name in product:
            ends = product[name]
            result[name] = {end: money(v3, ends[end], fields) for end in ends}


def _media_item(item: Json, fields: Collection[str]) -> Json:
    return {
        name: value for name, value in item.items() if name != "thumbnail" or "THUMBNAIL" in fields
    }


def _options(product: Json, fields: Collection[str]) -> list[Json]:
    hidden = set()
    if "PRODUCT_CHOICES_MEDIA_REFERENCES" not in fields:
        hidden.add("media")
    if "PRODUCT_CHOICES_DISPLAY_IMAGE" not in fields:
        hidden.add("displayImage")
    result = []
    for option in product.get("options", []):
        choices = [
            {name: value for name, value in choice.items() if name not in hidden}
            for choice in option["choicesSettings"]["choices"]
        ]
        result.append({**option, "choicesSettings": {"choices": choices}})
    return result


def _named(store: Any, reference: Json) -> Json:
    """A reference with its present name; a deleted brand leaves a bare id (stores-v3 7)."""
    found = store.get(reference["id"])
    return {"id": reference["id"], **({"name": found["name"]} if found else {})}


def _info_sections(v3: CatalogV3, product: Json, fields: Collection[str]) -> list[Json]:
    result = []
    for reference in product.get("infoSections", []):
        section = v3.info_sections.get(reference["id"])
        if section is None:
            continue
        row: Json = {"id": section["id"]}
        if "INFO_SECTION" in fields:
            row |= {name: section[name] for name in ("uniqueName", "title") if name in section}
        if "INFO_SECTION_DESCRIPTION" in fields:
            row["description"] = rich_of(section)
        if "INFO_SECTION_PLAIN_DESCRIPTION" in fields:
            row["plainDescription"] = plain_of(section)
        result.append(row)
    return result


def rich_of(entity: Json) -> Json:
    """The description as rich content."""
    kept = entity.get("description")
    return dict(kept) if kept else from_html(entity.get("plainDescription", ""))


def plain_of(entity: Json) -> str:
    """The description as HTML."""
    if "plainDescription" in entity:
        return str(entity["plainDescription"])
    return to_html(entity.get("description") or {})


def _physical(v3: CatalogV3, product: Json, fields: Collection[str]) -> Json:
    physical = dict(product["physicalProperties"])
    if "WEIGHT_MEASUREMENT_UNIT_INFO" in fields:
        physical["weightMeasurementUnitInfo"] = {"weightMeasurementUnit": v3.weight_unit}
    return physical


def _ancestors(v3: CatalogV3, keys: list[str]) -> list[str]:
    found = dict.fromkeys(keys)
    for key in keys:
        category = v3.categories.get(key)
        while category is not None and "parentCategory" in category:
            found.setdefault(category["parentCategory"]["id"])
            category = v3.categories.get(category["parentCategory"]["id"])
    return list(found)


def _memberships(v3: CatalogV3, product: Json, fields: Collection[str], result: Json) -> None:
    if not {"DIRECT_CATEGORIES_INFO", "ALL_CATEGORIES_INFO", "BREADCRUMBS_INFO"} & set(fields):
        return
    direct = categories_of(v3, product["id"])
    if "DIRECT_CATEGORIES_INFO" in fields:
        rows = [{"id": key, "index": index} for index, key in enumerate(direct)]
        result["directCategoriesInfo"] = {"categories": rows}
    if "ALL_CATEGORIES_INFO" in fields:
        rows = [{"id": key, "index": index} for index, key in enumerate(_ancestors(v3, direct))]
        result["allCategoriesInfo"] = {"categories": rows}
    main = v3.categories.get(product.get("mainCategoryId", ""))
    if "BREADCRUMBS_INFO" in fields and main is not None:
        crumb = {
            "categoryId": main["id"],
            "categoryName": main["name"],
            "categorySlug": main["slug"],
        }
        result["breadcrumbsInfo"] = {"breadcrumbs": [crumb]}


def revenue(v3: CatalogV3, variant: Json, fields: Collection[str]) -> Json:
    """What a variant costs, and what is left of its price; a loss has no profit to show."""
    result: Json = {}
    cost = (variant["revenueDetails"] or {}).get("cost")
    if cost:
        result["cost"] = money(v3, cost, fields)
        paid = Decimal(variant["price"]["actualPrice"]["amount"])
        profit = paid - Decimal(cost["amount"])
        if profit > 0:
            result["profit"] = money(v3, {"amount": f"{profit:f}"}, fields)
            result["profitMargin"] = round(profit / paid, 4)
    return result


def variant_view(v3: CatalogV3, variant: Json, fields: Collection[str]) -> Json:
    """A variant inside a product."""
    row = {name: value for name, value in variant.items() if name != "revenueDetails"}
    row["price"] = {name: money(v3, value, fields) for name, value in variant["price"].items()}
    if "choices" in variant:
        names = {"optionChoiceIds"}
        if "VARIANT_OPTION_CHOICE_NAMES" in fields:
            names.add("optionChoiceNames")
        row["choices"] = [
            {name: value for name, value in choice.items() if name in names}
            for choice in variant["choices"]
        ]
    if "MERCHANT_DATA" in fields and "revenueDetails" in variant:
        row["revenueDetails"] = revenue(v3, variant, fields)
    return row


def _texts(product: Json, fields: Collection[str]) -> Json:
    if not product.get("description") and product.get("plainDescription") is None:
        return {}
    result: Json = {}
    if "DESCRIPTION" in fields:
        result["description"] = rich_of(product)
    if "PLAIN_DESCRIPTION" in fields:
        result["plainDescription"] = plain_of(product)
    return result


def _media(product: Json, fields: Collection[str]) -> Json:
    items = product.get("media", {}).get("itemsInfo", {}).get("items", [])
    media: Json = {"main": _media_item(items[0], fields)} if items else {}
    if "MEDIA_ITEMS_INFO" in fields:
        media["itemsInfo"] = {"items": [_media_item(item, fields) for item in items]}
    return {"media": media} if media else {}


def _url(v3: CatalogV3, product: Json) -> str | Json:
    """An object by one text, a string by the typing (3.8)."""
    path = f"/product-page/{product['slug']}"
    full = v3.site_url + path
    return full if v3.switches.url_as_string else {"relativePath": path, "url": full}


def _references(v3: CatalogV3, product: Json) -> Json:
    found: Json = {
        name: _named(store, product[name])
        for name, store in (("brand", v3.brands), ("ribbon", v3.ribbons))
        if product.get(name)
    }
    if product.get("additionalRibbons"):
        rows = product["additionalRibbons"]
        found["additionalRibbons"] = [_named(v3.ribbons, row) for row in rows]
    return found


def product_view(
    v3: CatalogV3, product: Json, fields: Collection[str], *, variants: bool = False
) -> Json:
    """A product as query (without variants) and GET (with them) answer it."""
    result = {name: product[name] for name in ALWAYS if name in product}
    result |= product.get("undocumented", {})
    result |= _media(product, fields)
    result["options"] = _options(product, fields)
    result["modifiers"] = product.get("modifiers", [])
    result |= _references(v3, product)
    result |= _texts(product, fields)
    if any(name.startswith("INFO_SECTION") for name in fields):
        result["infoSections"] = _info_sections(v3, product, fields)
    if "physicalProperties" in product:
        result["physicalProperties"] = _physical(v3, product, fields)
    if "CURRENCY" in fields:
        result["currency"] = v3.currency
    if "URL" in fields:
        result["url"] = _url(v3, product)
    _ranges(v3, product, fields, result)
    _memberships(v3, product, fields, result)
    rows = variants_of(product)
    result["variantSummary"] = dict(product["variantSummary"])
    if "MIN_PRICE_VARIANT" in fields and rows:
        cheapest = min(rows, key=lambda row: Decimal(row["price"]["actualPrice"]["amount"]))
        result["variantSummary"]["minPriceVariant"] = variant_view(v3, cheapest, fields)
    if variants:
        seen = [row for row in rows if v3.sees_hidden or row.get("visible", True)]
        result["variantsInfo"] = {"variants": [variant_view(v3, row, fields) for row in seen]}
    return result
