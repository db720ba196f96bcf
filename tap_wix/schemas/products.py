"""Products in the shape of Catalog V3, to which those of V1 are upgraded (wix-api stores-v3 9)."""

from __future__ import annotations

from tap_wix.schemas import shared
from tap_wix.schemas.shared import (
    Field,
    flag,
    image,
    integer,
    key,
    many,
    moment,
    money_range,
    number,
    obj,
    opaque,
    text,
    texts,
)
from tap_wix.schemas.variants import variant_fields


def _choices(*more: Field) -> Field:
    return obj(
        "choicesSettings",
        many(
            "choices",
            text("choiceId"),
            text("name"),
            text("key"),
            text("choiceType", "CHOICE_TEXT or ONE_COLOR; others may be read."),
            text("colorCode", "Such as #ff8800."),
            *more,
            image("displayImage"),
            obj("media", many("items", text("mediaId"), text("url"))),
            many(
                "linkedMedia",
                *shared.media_item_fields(),
                description="Older form of `media`; Wix removes it at the end of 2026.",
            ),
        ),
    )


def _categories(name: str, description: str) -> Field:
    return obj(
        name,
        many(
            "categories",
            text("id", "`id` of a row of the stream `collections`."),
            integer("index", "Position of the product within the category."),
        ),
        description=description,
    )


def _per_unit_price(name: str) -> Field:
    return obj(name, text("value", "Decimal number as text."), text("description"))


_OPTIONS = many(
    "options",
    text("id"),
    text("name", "Such as Size."),
    text("optionRenderType", "TEXT_CHOICES or SWATCH_CHOICES."),
    text("key"),
    _choices(flag("inStock"), flag("visible")),
    description="What tells the variants of the product from one another.",
)
_MODIFIERS = many(
    "modifiers",
    text("id"),
    text("name"),
    text("modifierRenderType", "FREE_TEXT, TEXT_CHOICES or SWATCH_CHOICES."),
    text("key"),
    flag("mandatory"),
    flag("toBeRemovedMandatory", "Internal to Wix; use `mandatory`."),
    obj(
        "freeTextSettings",
        text("title"),
        text("key"),
        integer("minCharCount"),
        integer("maxCharCount"),
        text("defaultAddedPrice", "Decimal number as text."),
    ),
    _choices(text("addedPrice", "What the choice adds to the price, decimal number as text.")),
    description="What a buyer can choose or write that makes no variant of its own.",
)
_PHYSICAL = obj(
    "physicalProperties",
    obj("pricePerUnit", number("quantity"), text("measurementUnit", "Such as KG, L or M.")),
    text("fulfillerId"),
    text("deliveryProfileId"),
    obj("shippingWeightRange", number("minValue"), number("maxValue")),
    obj("pricePerUnitRange", _per_unit_price("minValue"), _per_unit_price("maxValue")),
    obj("weightMeasurementUnitInfo", text("weightMeasurementUnit", "KG or LB.")),
)
_MEDIA = obj(
    "media",
    obj("main", *shared.media_item_fields(), description="The picture or video shown first."),
    obj("itemsInfo", many("items", *shared.media_item_fields(), description="In their order.")),
)
_SUBSCRIPTIONS = obj(
    "subscriptionDetails",
    flag("allowOneTimePurchases"),
    many(
        "subscriptions",
        text("id"),
        text("title"),
        text("description"),
        flag("visible"),
        text("frequency", "DAY, WEEK, MONTH or YEAR."),
        integer("interval", "How many of these between two payments."),
        flag("autoRenewal", "Goes on until cancelled."),
        integer("billingCycles", "Ends after so many payments."),
        obj(
            "discount",
            text("type", "AMOUNT or PERCENT."),
            text("amountOff", "Decimal number as text."),
            number("percentOff"),
        ),
    ),
)

PRODUCTS = shared.root(
    [
        shared.SITE_ID,
        key("id", "Id of the product."),
        text("name"),
        text("revision", "Grows with every change; a whole number of 64 bits, as text."),
        moment("createdDate"),
        moment("updatedDate", "Last change; what incremental runs go by. Nine fractional digits."),
        text("slug", "Last part of the product page's address, unique on the site."),
        text("handle", "Name given at creation that never changes after; the best outside key."),
        obj("url", text("relativePath"), text("url"), description="Address of the product page."),
        opaque("description", "Description as a document of Wix's rich text editor."),
        text("plainDescription", "Description as HTML."),
        flag("visible", "Shown in the online shop."),
        flag("visibleInPos", "Shown at the point of sale."),
        text("productType", "PHYSICAL or DIGITAL."),
        text("currency", "ISO 4217 code that all prices of the row are in."),
        money_range("actualPriceRange", "What buyers pay."),
        money_range("compareAtPriceRange", "Former prices, shown struck through."),
        money_range("costRange", "What it costs the shop; needs the right to merchant data."),
        obj(
            "inventory",
            text("availabilityStatus", "IN_STOCK, OUT_OF_STOCK or PARTIALLY_OUT_OF_STOCK."),
            text("preorderStatus", "ENABLED, DISABLED or PARTIALLY_ENABLED."),
            text("preorderAvailability", "ALL_VARIANTS, NO_VARIANTS or SOME_VARIANTS."),
            description="Stock at the default location. Not every sale touches `updatedDate`.",
        ),
        _OPTIONS,
        _MODIFIERS,
        obj(
            "variantsInfo",
            many("variants", *variant_fields()),
            description="All variants; a simple product has one. Also a stream of their own.",
        ),
        obj(
            "variantSummary",
            integer("variantCount"),
            obj("minPriceVariant", *variant_fields(), description="The cheapest variant."),
        ),
        _PHYSICAL,
        _MEDIA,
        obj("brand", text("id"), text("name")),
        obj("ribbon", text("id"), text("name"), description="Badge such as New."),
        many("additionalRibbons", text("id"), text("name")),
        many(
            "infoSections",
            text("id"),
            text("uniqueName", "Name of the section across the site; null on Catalog V1."),
            text("title"),
            opaque("description", "As a document of Wix's rich text editor."),
            text("plainDescription", "As HTML."),
        ),
        _categories("directCategoriesInfo", "Categories the product was put in."),
        _categories("allCategoriesInfo", "The same and the categories above them."),
        text("mainCategoryId"),
        shared.BREADCRUMBS,
        shared.SEO_DATA,
        text("taxGroupId"),
        obj("purchaseEligibility", text("userCriteria", "MEMBERS_ONLY, or null for everybody.")),
        _SUBSCRIPTIONS,
        obj("tags", obj("publicTags", texts("tagIds")), obj("privateTags", texts("tagIds"))),
        shared.EXTENDED_FIELDS,
        shared.CATALOG_VERSION,
        opaque("v1", "What Catalog V1 knows and Catalog V3 has no place for; null on V3 sites."),
        shared.ADDITIONAL_FIELDS,
    ]
)
