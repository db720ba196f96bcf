"""What may be written on Catalog V1: Wix's types, what the reference has otherwise, and bodies of calls.

Read-only fields have no rule and are dropped without a word. So is null everywhere: what it does in
a PATCH is not documented, so no client may count on it (wix-api stores-v1 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.entity_types import Overlay, differs, fields_of, shape_of
from tests.fake_wix.seo import listed_seo
from tests.fake_wix.shape import boolean, list_of, map_of, number, text
from tests.fake_wix.shape import obj as _obj

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tests.fake_wix.shape import Rule

MOST_VARIANTS = 300
DIMENSION_UNITS = tuple(fields_of("products_v1")["productDimensions.unit"]["enum"])
MEASUREMENT_UNITS = tuple(fields_of("products_v1")["pricePerUnitData.baseMeasurementUnit"]["enum"])


def obj(fields: Mapping[str, Rule], required: Collection[str] = ()) -> Rule:
    """An object of a call, in which a null says nothing."""
    return _obj(fields, required=required, null_says_nothing=fields)


_MONEY = differs(
    "from 0, and the largest amount has two decimals (wix-api stores-v1 2.9)", min="0", scale=2
)
PRODUCT: Overlay = {
    "priceData.price": _MONEY,
    "costAndProfitData.itemCost": _MONEY,
    "costAndProfitData": differs(
        "the cost has to be in it (wix-api stores-v1 2.3)", required=("itemCost",)
    ),
    "weight": differs("the typings name no minimum of 0 (wix-api stores-v1 2.9)", min="0"),
    "discount.value": differs("it is taken off the price (wix-api stores-v1 2.9)", min="0"),
    "productOptions[].optionType": differs(
        "a recipe sends it, and it is accepted (wix-api stores-v1 2.3)", readonly=False
    ),
    "productOptions[]": differs(
        "an option has both (wix-api stores-v1 2.3)", required=("name", "choices")
    ),
    "productOptions[].choices[]": differs(
        "a choice has both (wix-api stores-v1 2.3)", required=("value", "description")
    ),
    "seoData": differs("these names alone (wix-api stores-v1 2.9)", rule=listed_seo()),
}
CREATED = shape_of(
    "products_v1",
    {
        **PRODUCT,
        "": differs("required (wix-api stores-v1 2.3)", required=("name", "priceData")),
        "priceData": differs("required (wix-api stores-v1 2.3)", required=("price",)),
        "slug": differs("made of the name (wix-api stores-v1 2.3)", readonly=True),
    },
    nulls_clear=False,
)
PATCHED = shape_of(
    "products_v1",
    {
        **PRODUCT,
        "slug": differs("ends the product's address (wix-api stores-v1 2.9)", minLength="1"),
        "productType": differs("has no effect (wix-api stores-v1 2.4)", readonly=True),
    },
    nulls_clear=False,
)


def _of_product(path: str, overlay: Overlay | None = None) -> Rule:
    """A field of a product, as other calls write it."""
    return shape_of("products_v1", overlay or PRODUCT, at=path, nulls_clear=False)


# Ids are not always GUIDs (wix-api stores-v1 3, 4.4).
_ID = text(1)
_IDS = list_of(_ID)
_PRICE = _of_product("priceData.price")
_COST = _of_product("costAndProfitData.itemCost")
_WEIGHT = _of_product("weight")
_OPTION = _of_product("productOptions[].name")
_LABEL = _of_product("productOptions[].choices[].description")
_CHOICES = map_of(_LABEL)

VARIANT_PATCH = obj(
    {
        "choices": _CHOICES,
        "variantIds": _IDS,
        "price": _PRICE,
        "cost": _COST,
        "weight": _WEIGHT,
        "sku": _of_product("sku"),
        "visible": _of_product("visible"),
        "productDimensions": _of_product("productDimensions"),
        "packageDimensions": _of_product("packageDimensions"),
    }
)
_MOST = int(fields_of("products_v1")["variants[]"]["maxSize"])
VARIANT_PATCHES = obj({"variants": list_of(VARIANT_PATCH, 1, _MOST)}, ("variants",))
VARIANTS_QUERY = obj(
    {
        "choices": _CHOICES,
        "variantIds": _IDS,
        "paging": obj({"limit": number(1, 100, whole=True), "offset": number(0, whole=True)}),
        "includeMerchantSpecificData": boolean(),
    }
)

COLLECTION_CREATED = shape_of(
    "collections_v1",
    {"": differs("required (wix-api stores-v1 4.4)", required=("name",))},
    nulls_clear=False,
)
COLLECTION_PATCHED = shape_of("collections_v1", nulls_clear=False)
MEMBERSHIP = obj({"productIds": list_of(_ID, 1, 1000)}, ("productIds",))

# Media: wix-api stores-v1 2.6.
_CHOICE_NAME = {"option": _OPTION, "choice": _LABEL}
_MEDIA_ID = text(1)
MEDIA_ADDED = obj(
    {
        "media": list_of(
            obj(
                {
                    "url": text(1),
                    "mediaId": _MEDIA_ID,
                    "choice": obj(_CHOICE_NAME, ("option", "choice")),
                }
            ),
            1,
            50,
        )
    },
    ("media",),
)
MEDIA_DELETED = obj({"mediaIds": list_of(_MEDIA_ID, 0, 50)})
CHOICE_MEDIA = obj(
    {
        "media": list_of(
            obj(
                {**_CHOICE_NAME, "mediaIds": list_of(_MEDIA_ID, 0, 50)},
                ("option", "choice"),
            ),
            1,
            10,
        )
    },
    ("media",),
)

# Bulk: wix-api stores-v1 2.8.
_UP_TO_A_HUNDRED = list_of(_ID, 1, 100)
BULK_UPDATE = obj(
    {
        "ids": _UP_TO_A_HUNDRED,
        "set": obj(
            {
                "price": _PRICE,
                "cost": _COST,
                "weight": _WEIGHT,
                "ribbon": _of_product("ribbon"),
                "brand": _of_product(
                    "brand",
                    {"brand": differs("no shortest length (wix-api stores-v1 2.8)", minLength="0")},
                ),
            }
        ),
    },
    ("ids", "set"),
)
_ADJUSTMENT = obj(
    {
        "amount": number(),
        "percentage": obj({"rate": number(-100, 1000), "roundToInt": boolean()}, ("rate",)),
    }
)
BULK_ADJUST = obj(
    {
        "ids": _UP_TO_A_HUNDRED,
        "adjust": obj({"price": _ADJUSTMENT, "cost": _ADJUSTMENT, "weight": _ADJUSTMENT}),
    },
    ("ids", "adjust"),
)
AVAILABILITY = obj({"options": _CHOICES}, ("options",))

INVENTORY_PATCH = shape_of(
    "inventory_items_v1",
    {
        "id": differs("read-only (wix-api stores-v1 5.5)", readonly=True),
        "variants[]": differs("the key (wix-api stores-v1 5.5)", required=("variantId",)),
        "variants[].quantity": differs("an integer (wix-api stores-v1 5.5)", whole=True),
        "preorderInfo.limit": differs(
            "an integer, and the typings name no minimum of 0 (wix-api stores-v1 5.5)",
            min="0",
            whole=True,
        ),
    },
    nulls_clear=False,
)
INVENTORY_VARIANTS = obj({"variantIds": _IDS})
_STEP = {"productId": _ID, "inventoryId": _ID, "variantId": _ID}


def _steps(name: str, fields: Mapping[str, Rule]) -> Rule:
    """The body of an increment or decrement: 1 to 300 rows of 1 or more (wix-api stores-v1 5.4)."""
    by = {f"{name}By": number(1, whole=True)}
    row = obj({**_STEP, **by, **fields}, ("variantId", *by))
    return obj({f"{name}Data": list_of(row, 1, 300)}, (f"{name}Data",))


INCREMENT = _steps("increment", {})
DECREMENT = _steps("decrement", {"preorderRequest": boolean()})
