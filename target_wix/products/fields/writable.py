"""Everything of a product that Wix lets be written, with its limits (wix-api stores-v3 3.8).

`tap_wix/schemas/types` lists the longest text, the most items, the largest number and the finest
decimal of every field as Wix publishes them. Only where each field stands on Catalog V1 is typed
here (wix-api stores-v3 9).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_wix.schemas.source import wix_types
from target_wix.pipeline.field_types import (
    Amount,
    Choice,
    Code,
    FieldType,
    Flag,
    Guid,
    Line,
    ListOf,
    Number,
    Obj,
    Open,
    ProductCode,
    Rich,
    Text,
    choice,
    limited,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_VARIANTS = 1000
MAX_OPTIONS = 6
TEXT_CHOICES, SWATCH_CHOICES, FREE_TEXT = "TEXT_CHOICES", "SWATCH_CHOICES", "FREE_TEXT"
CHOICE_TYPES = {TEXT_CHOICES: "CHOICE_TEXT", SWATCH_CHOICES: "ONE_COLOR"}

_UNITS = choice(
    *("UNSPECIFIED", "ML", "CL", "L", "CBM", "MG", "G", "KG", "MM", "CM", "M", "SQM"),
    *("OZ", "LB", "FLOZ", "PT", "QT", "GAL", "IN", "FT", "YD", "SQFT"),
)
_PER_UNIT = Obj({"quantity": Number(minimum=Decimal("0.01")), "measurementUnit": _UNITS})
_SIDE = Amount(scale=6, maximum=Decimal(999999999))

_NO_UNIT = "UNKNOWN_DIMENSIONS_UNIT"


class _Unit(Choice):
    """A unit of length; V1 has a word for none, V3 has not (wix-api stores-v1 2.9)."""

    @override
    def read(self, value: object, path: str) -> str | None:
        text = super().read(value, path)
        return None if text == _NO_UNIT else text

    @override
    def normalize(self, value: object) -> object:
        return None if value == _NO_UNIT else value or None


class _Dimensions(Obj):
    """Sides with their unit; a unit alone says nothing, and Catalog V1 keeps none."""

    @override
    def normalize(self, value: object) -> object:
        found = super().normalize(value)
        return found if isinstance(found, dict) and found.keys() - {"unit"} else None


_DIMENSIONS = _Dimensions(
    {
        "length": _SIDE,
        "width": _SIDE,
        "height": _SIDE,
        "unit": _Unit(names=frozenset({"MM", "CM", "M", "IN", "FT", "YD"})),
    }
)


class _Money(Obj):
    """An amount in its object; a bare number is read as one too."""

    @override
    def read(self, value: object, path: str) -> dict[str, object] | None:
        if value is not None and not isinstance(value, dict):
            text = value.strip() if isinstance(value, str) else ""
            value = value if text.startswith("{") else {"amount": value}
        return super().read(value, path)


MONEY = _Money({"amount": Amount()})


class _Colour(Text):
    """A colour code: its letters mean the same in either case."""

    @override
    def normalize(self, value: object) -> object:
        return value.casefold() if isinstance(value, str) and value else None


_CHOICE: dict[str, FieldType] = {
    "choiceId": Guid(),
    "name": Text(1, 50),
    "choiceType": choice("CHOICE_TEXT", "ONE_COLOR"),
    "colorCode": _Colour(3, 20),
    "media": Obj({"items": ListOf(Obj({"mediaId": Text(1, 200), "url": Text(1)}), 15)}),
}
_RENDER_TYPE = choice(TEXT_CHOICES, SWATCH_CHOICES)
OPTION = Obj(
    {
        "id": Text(1, 36),
        "name": Text(1, 50),
        "optionRenderType": _RENDER_TYPE,
        "choicesSettings": Obj({"choices": ListOf(Obj(_CHOICE), 1000, keys=("choiceId", "name"))}),
    }
)
MODIFIER = Obj(
    {
        "id": Text(1, 36),
        "name": Text(1, 50),
        "mandatory": Flag(default=False),
        "modifierRenderType": choice(FREE_TEXT, TEXT_CHOICES, SWATCH_CHOICES),
        "freeTextSettings": Obj(
            {
                "minCharCount": Number(maximum=None, whole=True),
                "maxCharCount": Number(maximum=Decimal(500), whole=True),
                "defaultAddedPrice": Amount(),
                "title": Text(1, 150),
            }
        ),
        "choicesSettings": Obj(
            {
                "choices": ListOf(
                    Obj({**_CHOICE, "addedPrice": Amount()}), 1000, keys=("choiceId", "name")
                )
            }
        ),
    }
)
VARIANT = Obj(
    {
        "visible": Flag(default=True),
        "sku": ProductCode(1, 40),
        "barcode": ProductCode(1, 40),
        "price": Obj({"actualPrice": MONEY, "compareAtPrice": MONEY}),
        "revenueDetails": Obj({"cost": MONEY}),
        "physicalProperties": Obj(
            {
                "weight": Number(),
                "pricePerUnit": Obj({"settings": _PER_UNIT}),
                "productDimensions": _DIMENSIONS,
                "packageDimensions": _DIMENSIONS,
            }
        ),
        "digitalProperties": Obj({"digitalFile": Obj({"id": Text(1, 100)})}),
    }
)
"""Besides `id`, `choices` and stock, which are a matter of their own."""

BRAND = Obj({"id": Guid(), "name": Line(1, 50)})
RIBBON = Obj({"id": Text(1, 36), "name": Line(1, 30)})
INFO_SECTION = Obj(
    {
        "id": Guid(),
        "uniqueName": Text(1, 100),
        "title": Text(1, 50),
        "description": Rich(),
        "plainDescription": Text(0, 16000),
    }
)
MEDIA_ITEM = Obj(
    {"id": Text(1, 200), "url": Text(1), "altText": Text(1, 1000), "displayName": Text(0, 80)}
)
_SUBSCRIPTION = Obj(
    {
        "id": Guid(),
        "title": Text(1, 20),
        "description": Text(0, 60),
        "visible": Flag(default=True),
        "frequency": choice("DAY", "WEEK", "MONTH", "YEAR"),
        "interval": Number(minimum=Decimal(1), maximum=Decimal(50), whole=True),
        "autoRenewal": Flag(default=False),
        "billingCycles": Number(minimum=Decimal(2), maximum=Decimal(999), whole=True),
        "discount": Obj(
            {
                "type": choice("AMOUNT", "PERCENT"),
                "amountOff": Amount(above_zero=True),
                "percentOff": Number(minimum=Decimal("0.1"), maximum=Decimal("99.9")),
            }
        ),
    }
)
_TAG_IDS = Obj({"tagIds": ListOf(Text(1, 5), 100, ordered=False)})

PLAIN_FIELDS: dict[str, FieldType] = {
    "name": Line(1, 80),
    "slug": Code(1, 300),
    "visible": Flag(),
    "visibleInPos": Flag(),
    "productType": Choice(names=frozenset({"PHYSICAL", "DIGITAL"})),
    "seoData": Open(),
    "taxGroupId": Guid(),
    "mainCategoryId": Guid(),
    "physicalProperties": Obj(
        {"pricePerUnit": _PER_UNIT, "fulfillerId": Guid(), "deliveryProfileId": Guid()}
    ),
    "subscriptionDetails": Obj(
        {
            "allowOneTimePurchases": Flag(default=False),
            "subscriptions": ListOf(_SUBSCRIPTION, 6, keys=("id", "title")),
        }
    ),
    "purchaseEligibility": Obj({"userCriteria": choice("MEMBERS_ONLY")}),
    "extendedFields": Obj({"namespaces": Open()}),
    "tags": Obj({"publicTags": _TAG_IDS, "privateTags": _TAG_IDS}),
}
"""Fields without a rule of their own: values replaced, objects united."""

LISTS: dict[str, FieldType] = {
    "options": ListOf(OPTION, MAX_OPTIONS, keys=("id", "name")),
    "modifiers": ListOf(MODIFIER, 10, keys=("id", "name")),
    "infoSections": ListOf(INFO_SECTION, 20, keys=("id", "uniqueName")),
    "additionalRibbons": ListOf(RIBBON, 4, ordered=False, keys=("id", "name")),
}
FIELDS: dict[str, FieldType] = {
    **PLAIN_FIELDS,
    **LISTS,
    "handle": Code(1, 100),
    "description": Rich(),
    "plainDescription": Text(0, 16000),
    "brand": BRAND,
    "ribbon": RIBBON,
}
_WHOLE = {**FIELDS, "variantsInfo.variants[]": VARIANT}
NEVER_EMPTY = frozenset(
    {
        *("name", "slug", "handle", "visible", "visibleInPos", "productType"),
        *("physicalProperties", "options", "variantsInfo"),
    }
)
"""What no product is without: a null in them says nothing, even where nulls clear."""


_VARIANT = "variantsInfo.variants[]"
_V1_PATHS = {
    "name": "name",
    "slug": "slug",
    "plainDescription": "description",
    "brand.name": "brand",
    "ribbon.name": "ribbon",
    "infoSections[].title": "additionalInfoSections[].title",
    "infoSections[].plainDescription": "additionalInfoSections[].description",
    "physicalProperties.pricePerUnit.quantity": "pricePerUnitData.baseQuantity",
    **{
        f"{ours}{end}": f"productOptions[]{theirs}"
        for ours in ("options[]", "modifiers[]")
        for end, theirs in (
            ("", ""),
            (".name", ".name"),
            (".choicesSettings.choices[]", ".choices[]"),
            (".choicesSettings.choices[].name", ".choices[].description"),
            (".choicesSettings.choices[].colorCode", ".choices[].value"),
        )
    },
    f"{_VARIANT}.sku": "sku",
    f"{_VARIANT}.price.actualPrice.amount": "priceData.price",
    f"{_VARIANT}.price.compareAtPrice.amount": "priceData.price",
    f"{_VARIANT}.revenueDetails.cost.amount": "costAndProfitData.itemCost",
    f"{_VARIANT}.physicalProperties.weight": "weight",
    f"{_VARIANT}.physicalProperties.pricePerUnit.settings.quantity": (
        "pricePerUnitData.totalQuantity"
    ),
    **{
        f"{_VARIANT}.physicalProperties.{name}.{side}": f"{name}.{side}"
        for name in ("productDimensions", "packageDimensions")
        for side in ("length", "width", "height")
    },
}
"""Where Catalog V1 has what Catalog V3 calls so."""


_V1_TYPES, _V3_TYPES = wix_types("products_v1"), wix_types("products_v3")
ON_V3: Mapping[str, FieldType] = {
    path: limited(kind, path, _V3_TYPES.get) for path, kind in _WHOLE.items()
}
ON_V1: Mapping[str, FieldType] = {
    path: limited(kind, path, lambda name: _V1_TYPES.get(_V1_PATHS.get(name, "")))
    for path, kind in _WHOLE.items()
}
"""The fields by their paths on V3, with the limits of each catalog."""

MOST_COUNTED = int(_V1_TYPES["stock.quantity"]["max"])
"""The largest quantity that Wix counts."""

_STOCK_TYPES = {**wix_types("inventory_items_v3"), **wix_types("inventory_items_v1")}
PREORDER = Obj(
    {
        name: limited(kind, f"preorderInfo.{name}", _STOCK_TYPES.get)
        for name, kind in {
            "enabled": Flag(default=False),
            "message": Text(1),
            "limit": Number(maximum=None, whole=True),
        }.items()
    }
)
"""A pre-order, with the limits that both catalogs have."""
