"""Products, variants, collections and inventory items as they go over the wire."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from decimal import Decimal

from tests.fake_wix.catalog_v1.model import (
    ALL_PRODUCTS,
    DEFAULT_VARIANT,
    Collection,
    Json,
    Product,
    Stock,
    Variant,
)
from tests.fake_wix.catalog_v1.pricing import (
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
        "weightRange": _range([_weight(product, one) for one in _rows(product)]),
        "stock": _product_stock(product),
        "price": price,
        "priceData": copy.deepcopy(price),
        "convertedPriceData": converted_block(
            product.price, fields, view.currency, view.converted_to
        ),
        # Before the discount, as in the sample of stores-v1 2.9.
        "priceRange": _range([_price(product, one) for one in _rows(product)]),
        "additionalInfoSections": fields.get("additionalInfoSections", []),
        "ribbons": [{"text": fields["ribbon"]}] if fields.get("ribbon") else [],
        "media": _media(product.media),
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
    return copy.deepcopy(shown)


def show_variants(product: Product, view: View) -> list[Json]:
    return [show_variant(product, variant, view) for variant in _rows(product)]


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
    shown = {"id": variant.id, "choices": variant.choices, "variant": inner, "stock": stock}
    return copy.deepcopy(shown)


def show_store_variant(product: Product, variant: Variant) -> Json:
    """A row of the store-wide variants query (wix-api stores-v1 3.2): no price, no dates."""
    tracked = product.track_quantity
    stock: Json = {"trackQuantity": tracked, "inStock": product.in_stock(variant.stock)}
    if tracked:
        stock["quantity"] = variant.stock.quantity
    shown: Json = {
        "id": f"{product.id}-{variant.id}",
        "productId": product.id,
        "variantId": variant.id,
        "productName": product.fields["name"],
        "variantName": "|".join(variant.choices.values()),
        "managedVariant": product.managed,
        "sku": variant_sku(product, variant),
        "choices": dict(variant.choices),
        "collectionIds": [ALL_PRODUCTS, *product.collection_ids],
        "stock": stock,
        "preorderInfo": dict(product.preorder),
    }
    pictures = [item for item in product.media if "image" in item]
    if pictures:
        image = pictures[0]["image"]
        shown["media"] = {"image": {"id": pictures[0]["id"], **image}}
    return shown


def show_inventory(product: Product, only: list[str] | None = None) -> Json:
    """The inventory item of wix-api stores-v1 5.5; untracked variants have no quantity."""
    rows = []
    for variant_id, stock in product.stocks().items():
        if only and variant_id not in only:
            continue
        row: Json = {"variantId": variant_id, "inStock": product.in_stock(stock)}
        if product.track_quantity:
            row["quantity"] = stock.quantity
        row["availableForPreorder"] = False
        rows.append(row)
    return {
        "id": product.inventory_item_id,
        "externalId": product.id,
        "productId": product.id,
        "trackQuantity": product.track_quantity,
        "variants": rows,
        "lastUpdated": product.stock_updated,
        "numericId": str(product.numeric_id),
        "preorderInfo": dict(product.preorder),
    }


def show_collection(collection: Collection, *, description: bool, count: int | None) -> Json:
    """A collection; what no flag asked for is absent (wix-api stores-v1 4.4)."""
    shown: Json = {
        "id": collection.id,
        "name": collection.name,
        "media": _media(collection.media),
        "slug": collection.slug,
        "visible": collection.visible,
    }
    if description and collection.description is not None:
        shown["description"] = collection.description
    if count is not None:
        shown["numberOfProducts"] = count
    return copy.deepcopy(shown)


def variant_sku(product: Product, variant: Variant) -> str:
    return str(variant.sku if variant.sku is not None else product.fields.get("sku", ""))


def variant_rows(product: Product) -> list[Variant]:
    """The variants Wix lists: the managed ones, else the all-zero default (stores-v1 3)."""
    return _rows(product)


def _rows(product: Product) -> list[Variant]:
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
    available = [product.in_stock(one.stock) for one in _rows(product)]
    if all(available):
        return "IN_STOCK"
    return "PARTIALLY_OUT_OF_STOCK" if any(available) else "OUT_OF_STOCK"


def _product_stock(product: Product) -> Json:
    stocks: list[Stock] = [one.stock for one in _rows(product)]
    status = product_status(product)
    shown: Json = {
        "trackInventory": product.track_quantity,
        "inStock": status != "OUT_OF_STOCK",
        "inventoryStatus": status,
    }
    if product.track_quantity:
        shown["quantity"] = sum(stock.quantity for stock in stocks)
    return shown


def _media(found: list[Json]) -> Json:
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
            shown["media"] = _media(pictures)
        choices.append(shown)
    return {"optionType": option.get("optionType", "drop_down"), "name": name, "choices": choices}


def _add_merchant_data(shown: Json, product: Product, view: View) -> None:
    if product.cost is not None:
        shown["costAndProfitData"] = profit_block(
            product.price, product.cost, product.fields, view.currency
        )
    costs = [
        cost
        for one in _rows(product)
        if (cost := one.cost if one.cost is not None else product.cost) is not None
    ]
    if costs:
        shown["costRange"] = _range(costs)
