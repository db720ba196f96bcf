"""Products and their variants as they go over the wire: what an answer holds is not copied."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.fake_wix.stores_v1.model import (
    ALL_PRODUCTS,
    DEFAULT_VARIANT,
    Json,
    Product,
    Stock,
    Variant,
)
from tests.fake_wix.stores_v1.pricing import (
    converted_block,
    plain,
    price_block,
    profit_block,
)


@dataclass(frozen=True, slots=True)
class View:
    """For whom a product is shown."""

    currency: str
    variants: bool = False
    merchant_data: bool = False
    converted_to: str | None = None


def show_product(product: Product, view: View) -> Json:
    """The entity of wix-api stores-v1 2.9."""
    fields = product.fields
    price = price_block(product.price, fields, view.currency)
    shown: Json = {
        "id": product.id,
        "name": fields["name"],
        "slug": fields["slug"],
        "visible": fields["visible"],
        "productType": fields["productType"],
        "description": fields.get("description", ""),
        # Empty while variants have skus of their own (stores-v1 7, trap 7).
        "sku": "" if product.managed else fields.get("sku", ""),
        "weight": plain(Decimal(fields.get("weight", 0))),
        "weightRange": _range([_weight(product, one) for one in variant_rows(product)]),
        "stock": _product_stock(product),
        "price": price,
        "priceData": price,
        "convertedPriceData": converted_block(
            product.price, fields, view.currency, view.converted_to
        ),
        # Before the discount, as in the sample of stores-v1 2.9.
        "priceRange": _range([_price(product, one) for one in variant_rows(product)]),
        "additionalInfoSections": fields.get("additionalInfoSections", []),
        "ribbons": [{"text": fields["ribbon"]}] if fields.get("ribbon") else [],
        "media": media_block(product.media),
        "customTextFields": product.custom_text_fields,
        "manageVariants": bool(fields.get("manageVariants", False)),
        "productOptions": [_option(product, option) for option in product.options],
        "productPageUrl": {
            "base": "https://shop.example.com/",
            "path": f"/product-page/{fields['slug']}",
        },
        "numericId": str(product.numeric_id),
        "inventoryItemId": product.inventory_item_id,
        "discount": _discount(fields),
        "collectionIds": [ALL_PRODUCTS, *product.collection_ids],
        "variants": show_variants(product, view) if view.variants else [],
        "lastUpdated": product.last_updated,
        "ribbon": fields.get("ribbon", ""),
        "brand": fields.get("brand"),
    }
    for name in ("productDimensions", "packageDimensions", "pricePerUnitData", "seoData"):
        if fields.get(name):
            shown[name] = fields[name]
    if product.created_date is not None:
        shown["createdDate"] = product.created_date
    if view.merchant_data:
        _add_merchant_data(shown, product, view)
    _leave_out(shown, product)
    return shown


_OPTIONAL = (
    "description",
    "sku",
    "weight",
    "additionalInfoSections",
    "ribbons",
    "ribbon",
    "brand",
    "customTextFields",
    "productOptions",
    "discount",
    "seoData",
    "productDimensions",
    "packageDimensions",
    "pricePerUnitData",
    "createdDate",
)


def _leave_out(shown: Json, product: Product) -> None:
    """What nobody set is empty, missing or null: old products differ in that."""
    for name in _OPTIONAL:
        value = shown.get(name)
        unset = not value or (name == "discount" and not value["value"])
        if not unset or product.unset == "empty":
            continue
        shown.pop(name, None)
        if product.unset == "null":
            shown[name] = None
    if product.unset == "null":
        shown["stock"].setdefault("quantity", None)


def show_variants(product: Product, view: View) -> list[Json]:
    return [show_variant(product, variant, view) for variant in variant_rows(product)]


def show_variant(product: Product, variant: Variant, view: View) -> Json:
    """The read shape of wix-api stores-v1 3.4: values nest under `variant`."""
    price = _price(product, variant)
    fields = product.fields
    inner: Json = {
        "priceData": price_block(price, fields, view.currency),
        "convertedPriceData": converted_block(price, fields, view.currency, view.converted_to),
        "weight": plain(_weight(product, variant)),
        "sku": variant_sku(product, variant),
        "visible": variant.visible,
    }
    for name in ("productDimensions", "packageDimensions"):
        if found := variant.dimensions.get(name) or fields.get(name):
            inner[name] = found
    cost = variant.cost if variant.cost is not None else product.cost
    if view.merchant_data and cost is not None:
        inner["costAndProfitData"] = profit_block(price, cost, fields, view.currency)
    stock: Json = {
        "trackQuantity": product.track_quantity,
        "inStock": product.in_stock(variant.stock),
    }
    if product.track_quantity:
        stock["quantity"] = variant.stock.quantity
    return {"id": variant.id, "choices": variant.choices, "variant": inner, "stock": stock}


def variant_sku(product: Product, variant: Variant) -> str:
    return str(variant.sku if variant.sku is not None else product.fields.get("sku", ""))


def variant_rows(product: Product) -> list[Variant]:
    """The variants Wix lists: the managed ones, else the all-zero default (stores-v1 3)."""
    if product.managed:
        return product.variants
    return [Variant(DEFAULT_VARIANT, {}, stock=product.stock)]


def _price(product: Product, variant: Variant) -> Decimal:
    return product.price if variant.price is None else variant.price


def _weight(product: Product, variant: Variant) -> Decimal:
    if variant.weight is not None:
        return variant.weight
    return Decimal(product.fields.get("weight", 0))


def _range(values: list[Decimal]) -> Json:
    # Ranges carry a fraction even where the price does not, as in the archived samples (36.0).
    return {"minValue": _with_fraction(min(values)), "maxValue": _with_fraction(max(values))}


def _with_fraction(value: Decimal) -> Decimal:
    short = plain(value)
    return short.quantize(Decimal("0.1")) if short == short.to_integral_value() else short


def _discount(fields: Json) -> Json:
    discount = fields.get("discount") or {}
    return {
        "type": discount.get("type", "NONE"),
        "value": plain(Decimal(discount.get("value", 0))),
    }


def product_status(product: Product) -> str:
    """`stock.inventoryStatus`."""
    available = [product.in_stock(one.stock) for one in variant_rows(product)]
    if all(available):
        return "IN_STOCK"
    return "PARTIALLY_OUT_OF_STOCK" if any(available) else "OUT_OF_STOCK"


def _product_stock(product: Product) -> Json:
    stocks: list[Stock] = [one.stock for one in variant_rows(product)]
    status = product_status(product)
    shown: Json = {
        "trackInventory": product.track_quantity,
        "inStock": status != "OUT_OF_STOCK",
        "inventoryStatus": status,
    }
    if product.track_quantity:
        shown["quantity"] = sum(stock.quantity for stock in stocks)
    return shown


def media_block(found: list[Json]) -> Json:
    return {"mainMedia": found[0], "items": found} if found else {"items": []}


def _option(product: Product, option: Json) -> Json:
    name = option["name"]
    choices = []
    for choice in option["choices"]:
        label = choice["description"]
        rows = [one for one in product.variants if one.choices.get(name) == label]
        if product.managed:
            available = any(product.in_stock(one.stock) for one in rows)
        else:
            available = product.in_stock(product.stock)
        shown = {
            **choice,
            "inStock": available,
            "visible": (name, label) not in product.hidden_choices,
        }
        wanted = product.choice_media.get(name, {}).get(label, [])
        if pictures := [item for item in product.media if item["id"] in wanted]:
            shown["media"] = media_block(pictures)
        choices.append(shown)
    return {"optionType": option.get("optionType", "drop_down"), "name": name, "choices": choices}


def _add_merchant_data(shown: Json, product: Product, view: View) -> None:
    if product.cost is not None:
        shown["costAndProfitData"] = profit_block(
            product.price, product.cost, product.fields, view.currency
        )
    costs = [
        cost
        for one in variant_rows(product)
        if (cost := one.cost if one.cost is not None else product.cost) is not None
    ]
    if costs:
        shown["costRange"] = _range(costs)
