"""What may be written to products, variants, collections and inventory, as data.

Limits and enums: wix-api stores-v1 2.9, 3.3, 4.4, 5.5 and types/*_v1.json.
"""

from __future__ import annotations

from tests.fake_wix.stores_v1.rules import (
    anything,
    decimal_text,
    flag,
    integer,
    items,
    members,
    number,
    one_of,
    text,
    texts_by_name,
)

MOST = "999999999.99"
MOST_VARIANTS = 300

DIMENSION_UNITS = ("UNKNOWN_DIMENSIONS_UNIT", "MM", "CM", "M", "IN", "FT", "YD")
MEASUREMENT_UNITS = (
    "UNSPECIFIED",
    "ML",
    "CL",
    "L",
    "CBM",
    "MG",
    "G",
    "KG",
    "MM",
    "CM",
    "M",
    "SQM",
    "OZ",
    "LB",
    "FLOZ",
    "PT",
    "QT",
    "GAL",
    "IN",
    "FT",
    "YD",
    "SQFT",
)

GUID_TEXT = text(100, 1)
MONEY = number(MOST, decimals=2)
WEIGHT = number(MOST)
SKU = text(40)
RIBBON = text(30)
BRAND = text(50, 1)

_SIDE = decimal_text("999999999", 6)
DIMENSIONS = members(
    {"length": _SIDE, "width": _SIDE, "height": _SIDE, "unit": one_of(*DIMENSION_UNITS)}
)
CHOICE = members({"value": text(50, 1), "description": text(50, 1)}, ("value", "description"))
OPTION = members(
    {
        "optionType": one_of("drop_down", "color", "unspecified_option_type"),
        "name": text(50, 1),
        "choices": items(CHOICE, 100, 1),
    },
    ("name", "choices"),
)
SEO = members(
    {
        "tags": items(
            members(
                {
                    "type": one_of("title", "meta", "link", "script"),
                    "props": anything,
                    "meta": anything,
                    "children": text(100_000),
                    "custom": flag,
                    "disabled": flag,
                },
                ("type",),
            ),
            1000,
        ),
        "settings": members(
            {
                "preventAutoRedirect": flag,
                "keywords": items(
                    members({"term": text(1000), "isMain": flag, "origin": text(1000)}), 5
                ),
            }
        ),
    }
)
_QUANTITY = number(MOST, "0.01")

# `productType`, `slug` and the read-only fields are missing on purpose: see products.py.
PRODUCT_FIELDS = {
    "name": text(80, 1),
    "visible": flag,
    "description": text(8000),
    "sku": SKU,
    "weight": WEIGHT,
    "productDimensions": DIMENSIONS,
    "packageDimensions": DIMENSIONS,
    "priceData": members({"price": MONEY}),
    "costAndProfitData": members({"itemCost": MONEY}, ("itemCost",)),
    "pricePerUnitData": members(
        {
            "totalQuantity": _QUANTITY,
            "totalMeasurementUnit": one_of(*MEASUREMENT_UNITS),
            "baseQuantity": _QUANTITY,
            "baseMeasurementUnit": one_of(*MEASUREMENT_UNITS),
        }
    ),
    "additionalInfoSections": items(
        members({"title": text(50), "description": text(16_000)}), 1000
    ),
    "ribbon": RIBBON,
    "brand": BRAND,
    "manageVariants": flag,
    "productOptions": items(OPTION, 6),
    "discount": members(
        {
            "type": one_of("UNDEFINED", "NONE", "AMOUNT", "PERCENT"),
            "value": number(MOST),
        }
    ),
    "seoData": SEO,
}
CREATED = members({**PRODUCT_FIELDS, "productType": text(100)}, ("name", "priceData"))
PATCHED = members({**PRODUCT_FIELDS, "slug": text(100, 1)})

VARIANT_PATCH = members(
    {
        "choices": texts_by_name(50),
        "variantIds": items(GUID_TEXT, 1000),
        "price": MONEY,
        "cost": MONEY,
        "weight": WEIGHT,
        "sku": SKU,
        "visible": flag,
        "productDimensions": DIMENSIONS,
        "packageDimensions": DIMENSIONS,
    }
)
VARIANT_PATCHES = members({"variants": items(VARIANT_PATCH, 1000, 1)}, ("variants",))
VARIANTS_QUERY = members(
    {
        "choices": texts_by_name(50),
        "variantIds": items(GUID_TEXT, 1000),
        "paging": members({"limit": integer(1, 100), "offset": integer(0)}),
        "includeMerchantSpecificData": flag,
    }
)

COLLECTION_FIELDS = {
    "name": text(50, 1),
    "description": text(600),
    "slug": text(100, 1),
    "visible": flag,
}
COLLECTION_CREATED = members(COLLECTION_FIELDS, ("name",))
COLLECTION_PATCHED = members(COLLECTION_FIELDS)
MEMBERSHIP = members({"productIds": items(GUID_TEXT, 1000, 1)}, ("productIds",))

_CHOICE_NAME = members({"option": text(50, 1), "choice": text(50, 1)}, ("option", "choice"))
MEDIA_ADDED = members(
    {
        "media": items(
            members({"url": text(2000, 1), "mediaId": text(500, 1), "choice": _CHOICE_NAME}), 50, 1
        )
    },
    ("media",),
)
MEDIA_DELETED = members({"mediaIds": items(text(500, 1), 50)})
CHOICE_MEDIA = members(
    {
        "media": items(
            members(
                {
                    "option": text(50, 1),
                    "choice": text(50, 1),
                    "mediaIds": items(text(500, 1), 50),
                },
                ("option", "choice"),
            ),
            10,
            1,
        )
    },
    ("media",),
)

_IDS = items(GUID_TEXT, 100, 1)
BULK_UPDATE = members(
    {
        "ids": _IDS,
        "set": members(
            {"price": MONEY, "cost": MONEY, "weight": WEIGHT, "ribbon": RIBBON, "brand": text(50)}
        ),
    },
    ("ids", "set"),
)
_ADJUSTMENT = members(
    {
        "amount": number(MOST, f"-{MOST}"),
        "percentage": members({"rate": number("1000", "-100"), "roundToInt": flag}, ("rate",)),
    }
)
BULK_ADJUST = members(
    {
        "ids": _IDS,
        "adjust": members({"price": _ADJUSTMENT, "cost": _ADJUSTMENT, "weight": _ADJUSTMENT}),
    },
    ("ids", "adjust"),
)
AVAILABILITY = members({"options": texts_by_name(50)}, ("options",))

INVENTORY_PATCH = members(
    {
        "trackQuantity": flag,
        "variants": items(
            members(
                {"variantId": GUID_TEXT, "quantity": integer(), "inStock": flag}, ("variantId",)
            ),
            1001,
        ),
        "preorderInfo": members(
            {"enabled": flag, "message": text(250, 1), "limit": integer(0, 100_000)}
        ),
    }
)
INVENTORY_VARIANTS = members({"variantIds": items(GUID_TEXT, 1001)})
_STEP = {"productId": GUID_TEXT, "inventoryId": GUID_TEXT, "variantId": GUID_TEXT}
INCREMENT = members(
    {
        "incrementData": items(
            members({**_STEP, "incrementBy": integer(1)}, ("variantId", "incrementBy")), 300, 1
        )
    },
    ("incrementData",),
)
DECREMENT = members(
    {
        "decrementData": items(
            members(
                {**_STEP, "decrementBy": integer(1), "preorderRequest": flag},
                ("variantId", "decrementBy"),
            ),
            300,
            1,
        )
    },
    ("decrementData",),
)
