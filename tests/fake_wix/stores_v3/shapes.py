"""The writable fields of Catalog V3 entities with their limits (wix-api stores-v3 3.8, 4.3, 6.3, 7).

Read-only fields are simply not here: what is not here is ignored.
"""

from __future__ import annotations

import re

from tests.fake_wix.stores_v3.rich import rich_content
from tests.fake_wix.stores_v3.shape import (
    WEB_URL,
    boolean,
    choice,
    decimal,
    guid,
    int64,
    list_of,
    number,
    obj,
    opaque,
    text,
)

# `must not be empty` is asked of the whole product in its own words, so it is not a shape's rule.
SLUG = re.compile(r"[a-z0-9]+(-+[a-z0-9]+)*-*")
UNITS = (
    *("UNSPECIFIED", "ML", "CL", "L", "CBM", "MG", "G", "KG", "MM", "CM", "M", "SQM"),
    *("OZ", "LB", "FLOZ", "PT", "QT", "GAL", "IN", "FT", "YD", "SQFT"),
)
RENDER_TYPES = ("TEXT_CHOICES", "SWATCH_CHOICES")

MONEY = obj({"amount": decimal()}, required=("amount",))
WEB_ADDRESS = text(1, pattern=WEB_URL, name="URL")
PER_UNIT = obj({"quantity": number("0.01", "999999999.99"), "measurementUnit": choice(*UNITS)})
DIMENSIONS = obj(
    {
        "length": decimal(scale=6),
        "width": decimal(scale=6),
        "height": decimal(scale=6),
        "unit": choice("MM", "CM", "M", "IN", "FT", "YD"),
    },
)
PREORDER = obj(
    {"enabled": boolean(), "message": text(1, 250), "limit": number(0, 100000, whole=True)},
)
INVENTORY_IN_VARIANT = obj(
    {
        "id": guid(),
        "revision": int64(),
        "quantity": number(
            0, 99999, whole=True, rule_name="REQUESTED_QUANTITY_MUST_BE_NON_NEGATIVE"
        ),
        "inStock": boolean(),
        "preorderInfo": PREORDER,
    },
    one_of=(("quantity", "inStock"),),
)
VARIANT = {
    "id": guid(),
    "visible": boolean(),
    "sku": text(1, 40),
    "barcode": text(1, 40),
    "choices": list_of(
        obj(
            {
                "optionChoiceIds": obj({"optionId": text(1, 36), "choiceId": guid()}),
                "optionChoiceNames": obj(
                    {
                        "optionName": text(1),
                        "choiceName": text(1),
                        "renderType": choice(*RENDER_TYPES),
                    },
                    required=("optionName", "choiceName"),
                ),
            },
        ),
        maximum=6,
    ),
    "price": obj({"actualPrice": MONEY, "compareAtPrice": MONEY}),
    "revenueDetails": obj({"cost": MONEY}),
    "physicalProperties": obj(
        {
            "weight": number(0, "999999999.99"),
            "pricePerUnit": obj({"settings": PER_UNIT}),
            "productDimensions": DIMENSIONS,
            "packageDimensions": DIMENSIONS,
        },
    ),
    "digitalProperties": obj({"digitalFile": obj({"id": text(1, 100)}, required=("id",))}),
}
MEDIA_ITEM = obj(
    {"id": text(1, 200), "url": WEB_ADDRESS, "altText": text(1, 1000), "displayName": text(0, 80)},
    one_of=(("id", "url"),),
)
CHOICE = {
    "choiceId": guid(),
    "name": text(1, 50),
    "choiceType": choice("CHOICE_TEXT", "ONE_COLOR"),
    "colorCode": text(3, 20),
    "media": obj(
        {
            "items": list_of(
                obj({"mediaId": text(1, 200), "url": WEB_ADDRESS}, one_of=(("mediaId", "url"),)),
                maximum=15,
            ),
        },
    ),
    "linkedMedia": list_of(MEDIA_ITEM, maximum=15),
}
OPTION = obj(
    {
        "id": text(1, 36),
        "name": text(1, 50),
        "optionRenderType": choice(*RENDER_TYPES),
        "choicesSettings": obj({"choices": list_of(obj(CHOICE), 1, 1000)}),
    },
)
MODIFIER = obj(
    {
        "id": text(1, 36),
        "name": text(1, 50),
        "mandatory": boolean(),
        "modifierRenderType": choice("FREE_TEXT", *RENDER_TYPES),
        "freeTextSettings": obj(
            {
                "minCharCount": number(0, whole=True),
                "maxCharCount": number(0, 500, whole=True),
                "defaultAddedPrice": decimal(),
                "title": text(1, 150),
            },
            required=("title",),
        ),
        "choicesSettings": obj(
            {"choices": list_of(obj({**CHOICE, "addedPrice": decimal()}), 1, 1000)},
        ),
    },
    one_of=(("freeTextSettings", "choicesSettings"),),
)
BRAND = {"id": text(1, 36), "name": text(1, 50)}
RIBBON = {"id": text(1, 36), "name": text(1, 30)}
INFO_SECTION = {
    "id": guid(),
    "uniqueName": text(1, 100),
    "title": text(1, 50),
    "description": rich_content(),
    "plainDescription": text(0, 16000),
}
SUBSCRIPTION = obj(
    {
        "id": guid(),
        "title": text(1, 20),
        "description": text(0, 60),
        "visible": boolean(),
        "frequency": choice("DAY", "WEEK", "MONTH", "YEAR"),
        "interval": number(1, 50, whole=True),
        "autoRenewal": boolean(),
        "billingCycles": number(2, 999, whole=True),
        "discount": obj(
            {
                "type": choice("AMOUNT", "PERCENT"),
                "amountOff": decimal(above_zero=True),
                "percentOff": number("0.1", "99.9"),
            },
            one_of=(("amountOff", "percentOff"),),
            required=("type",),
        ),
    },
    required=("title",),
)
TAGS = obj({"tagIds": list_of(text(1, 5), maximum=100)})
PRODUCT = {
    "name": text(1, 80),
    "slug": text(1, 300, pattern=SLUG, name="slug", rule_name="INVALID_SLUG_FORMAT"),
    "handle": text(1, 100),
    "description": rich_content(),
    "plainDescription": text(0, 16000),
    "visible": boolean(),
    "visibleInPos": boolean(),
    "productType": choice("PHYSICAL", "DIGITAL"),
    "media": obj({"itemsInfo": obj({"items": list_of(MEDIA_ITEM, maximum=50)})}),
    "seoData": opaque(),
    "taxGroupId": guid(),
    "options": list_of(OPTION, maximum=6),
    "modifiers": list_of(MODIFIER, maximum=10),
    "brand": obj(BRAND),
    "ribbon": obj(RIBBON),
    "additionalRibbons": list_of(obj(RIBBON), maximum=4),
    "infoSections": list_of(obj(INFO_SECTION), maximum=20),
    "mainCategoryId": guid(),
    "physicalProperties": obj(
        {"pricePerUnit": PER_UNIT, "fulfillerId": guid(), "deliveryProfileId": guid()},
    ),
    "variantsInfo": obj({"variants": list_of(obj(VARIANT), 1, 1000)}),
    "subscriptionDetails": obj(
        {"allowOneTimePurchases": boolean(), "subscriptions": list_of(SUBSCRIPTION, 1, 6)},
    ),
    "purchaseEligibility": obj({"userCriteria": choice("MEMBERS_ONLY")}),
    "extendedFields": obj({"namespaces": opaque()}),
    "tags": obj({"publicTags": TAGS, "privateTags": TAGS}),
}
PRODUCT_CREATE = obj(PRODUCT)
PRODUCT_UPDATE = obj({**PRODUCT, "id": text(1, 36), "revision": int64()})
STOCKED_VARIANT = obj({**VARIANT, "inventoryItem": INVENTORY_IN_VARIANT})
STOCKED = {**PRODUCT, "variantsInfo": obj({"variants": list_of(STOCKED_VARIANT, 1, 1000)})}
STOCKED_CREATE = obj(STOCKED)
STOCKED_UPDATE = obj({**STOCKED, "id": text(1, 36), "revision": int64()})

INVENTORY_ITEM = obj(
    {
        "id": guid(),
        "revision": int64(),
        "productId": text(1, 36),
        "variantId": guid(),
        "locationId": guid(),
        "quantity": number(-99999, 99999, whole=True),
        "inStock": boolean(),
        "preorderInfo": PREORDER,
        "extendedFields": obj({"namespaces": opaque()}),
    },
    one_of=(("quantity", "inStock"),),
)
CATEGORY = obj(
    {
        "id": guid(),
        "revision": int64(),
        "name": text(1, 80),
        "slug": text(1, 300, pattern=SLUG, name="slug", rule_name="INVALID_SLUG_FORMAT"),
        "description": text(1, 600),
        "richContentDescription": opaque(),
        "visible": boolean(),
        "image": obj(
            {"id": text(0, 400), "url": WEB_ADDRESS, "altText": text(0, 200)}, required=("url",)
        ),
        "parentCategory": obj({"id": guid()}),
        "seoData": opaque(),
        "extendedFields": obj({"namespaces": opaque()}),
    },
)
CUSTOMIZATION = obj(
    {
        "id": text(1, 36),
        "revision": int64(),
        "name": text(1, 50),
        "customizationType": choice("PRODUCT_OPTION", "MODIFIER"),
        "customizationRenderType": choice("FREE_TEXT", *RENDER_TYPES),
        "freeTextInput": obj(
            {
                "minCharCount": number(0, whole=True),
                "maxCharCount": number(0, 500, whole=True),
                "defaultAddedPrice": decimal(),
                "title": text(1, 100),
            },
        ),
        "choicesSettings": obj(
            {
                "choices": list_of(
                    obj(
                        {
                            "id": guid(),
                            "choiceType": choice("CHOICE_TEXT", "ONE_COLOR"),
                            "name": text(1, 50),
                            "colorCode": text(3, 20),
                            "defaultAddedPrice": decimal(),
                        },
                    ),
                    1,
                    1000,
                ),
            },
        ),
    },
    one_of=(("freeTextInput", "choicesSettings"),),
)
