"""Everything of a product that Wix lets be written, with its limits (wix-api stores-v3 3.8)."""

from __future__ import annotations

from decimal import Decimal

from typing_extensions import override

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
)
from target_wix.products.fields.limits import limited_on_v1, limited_on_v3

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
WHOLE = {**FIELDS, "variantsInfo.variants[]": VARIANT}
ON_V1, ON_V3 = limited_on_v1(WHOLE), limited_on_v3(WHOLE)
"""The same with the limits of each catalog."""

NEVER_EMPTY = frozenset(
    {
        *("name", "slug", "handle", "visible", "visibleInPos", "productType"),
        *("physicalProperties", "options", "variantsInfo"),
    }
)
"""What no product is without: a null in them says nothing, even where nulls clear."""
