"""Variants: inside a product, and as rows of their own."""

from __future__ import annotations

from tap_wix.schemas import shared
from tap_wix.schemas.shared import Field, flag, key, many, moment, money, number, obj, text


def _dimensions(name: str, description: str) -> Field:
    return obj(
        name,
        text("length", "Decimal number as text."),
        text("width", "Decimal number as text."),
        text("height", "Decimal number as text."),
        text("unit", "MM, CM, M, IN, FT or YD."),
        description=description,
    )


def _price_per_unit() -> Field:
    return obj(
        "pricePerUnit",
        obj(
            "settings",
            number("quantity", "How much one piece holds, in the unit beside it."),
            text("measurementUnit", "Such as KG, L or M."),
        ),
        text("value", "Price of one base unit, decimal number as text."),
        text("description", "The same as shown to buyers."),
        money("priceAfterDiscount"),
        description="Base price, as some countries' law wants it shown.",
    )


def choices() -> Field:
    """Return which option values make up a variant."""
    return many(
        "choices",
        obj("optionChoiceIds", text("optionId"), text("choiceId")),
        obj(
            "optionChoiceNames",
            text("optionName", "Such as Size."),
            text("choiceName", "Such as Large."),
            text("renderType", "TEXT_CHOICES or SWATCH_CHOICES."),
        ),
        description="One option value for each option of the product; empty for a simple product.",
    )


def variant_details() -> tuple[Field, ...]:
    """Return the fields of a variant except its id."""
    return (
        text("sku", "The shop's own article number; Wix does not insist that it is unique."),
        text("barcode"),
        flag("visible"),
        choices(),
        obj(
            "price",
            money("actualPrice", "What the buyer pays."),
            money("compareAtPrice", "The former price, shown struck through."),
            money("priceAfterDiscount", "With the discounts that apply by themselves."),
        ),
        obj(
            "revenueDetails",
            money("cost", "What the variant costs the shop."),
            money("profit"),
            number("profitMargin", "Profit as a part of the price, 1 being all of it."),
            description="Only with a key that may read merchant data.",
        ),
        obj(
            "physicalProperties",
            number("weight", "In the site's unit of weight."),
            _price_per_unit(),
            _dimensions("productDimensions", "Size of the article itself."),
            _dimensions("packageDimensions", "Size of the parcel."),
        ),
        obj(
            "digitalProperties",
            obj(
                "digitalFile",
                text("id"),
                text("fileName"),
                text("fileSize", "In bytes, as text."),
                text("fileType"),
            ),
        ),
        obj("media", *shared.media_item_fields(), description="The picture of this variant."),
        obj(
            "subscriptionPricesInfo",
            many(
                "subscriptionPrices",
                text("subscriptionId"),
                money("price"),
                obj(
                    "pricePerUnit",
                    text("value"),
                    text("description"),
                    money("priceAfterDiscount"),
                ),
                money("priceAfterDiscount"),
            ),
        ),
        obj(
            "inventoryStatus",
            flag("inStock", "At the default location."),
            flag("preorderEnabled"),
            description="May lag behind sales: not every sale touches `updatedDate`.",
        ),
    )


def variant_fields() -> tuple[Field, ...]:
    """Return the fields of a variant within its product."""
    return (text("id", "Unique within the product."), *variant_details())


PRODUCT_VARIANTS = shared.root(
    [
        shared.SITE_ID,
        key("productId", "The product it belongs to; with `siteId` and `id`, the key of the row."),
        key("id", "Id of the variant, unique within its product only."),
        text("productName", "Name of the product, for reading convenience."),
        *variant_details(),
        text("currency", "ISO 4217 code that all prices of the row are in."),
        moment("updatedDate", "When the product last changed; variants have no date of their own."),
        shared.CATALOG_VERSION,
        shared.ADDITIONAL_FIELDS,
    ]
)
