"""What may be written to the entities of Catalog V3: Wix's types, and what the reference has otherwise.

Read-only fields have no rule: what is sent in them is ignored. That a field must be there is asked
of the whole product in its own words, where that depends on more than the object it is in.
"""

from __future__ import annotations

from tests.fake_wix.entity_types import Overlay, differs, shape_of
from tests.fake_wix.shape import int64

UPDATED: Overlay = {
    "id": differs("which one is meant (wix-api stores-v3 3.5)", readonly=False),
    "revision": differs(
        "update demands it, as text or as number (wix-api stores-v3 3.5, 4.3)",
        readonly=False,
        rule=int64(),
    ),
}
"""What an update sends along."""

SLUG = differs(
    "one that is not of a-z, 0-9 and hyphens has a name (wix-api stores-v3 3.4, 3.7)",
    pattern=r"[a-z0-9]+(-+[a-z0-9]+)*-*",
    ruleName="INVALID_SLUG_FORMAT",
)
_COUNT = "a count, so whole and not below zero (wix-api stores-v3 3.8, 4.3)"
_PICTURE = "a picture is one or the other (wix-api stores-v3 3.8)"
_MONEY = differs("money is an object around an amount (wix-api stores-v3 1)", required=("amount",))
_UNIT = differs(
    "only V1 has a word for no unit (wix-api stores-v3 3.8)",
    enum=["MM", "CM", "M", "IN", "FT", "YD"],
)
_FROM_ZERO = differs(_COUNT, min="0", whole=True)

PRODUCT: Overlay = {
    "slug": SLUG,
    "handle": differs("create may set it (wix-api stores-v3 3.8, 11)", readonly=False),
    "media.itemsInfo.items[]": differs(_PICTURE, oneOf=[("id", "url")]),
    "*.linkedMedia[]": differs(_PICTURE, oneOf=[("id", "url")]),
    "*.choices[].media.items[]": differs(_PICTURE, oneOf=[("mediaId", "url")]),
    "*.thumbnail": differs("made by Wix (wix-api stores-v3 3.8)", readonly=True),
    "*.displayImage": differs("no access is given to it (wix-api stores-v3 3.8)", readonly=True),
    "modifiers[]": differs(
        "the settings are those of its render type (wix-api stores-v3 7)",
        oneOf=[("freeTextSettings", "choicesSettings")],
    ),
    "modifiers[].freeTextSettings": differs(
        "the title is what the buyer is asked (wix-api stores-v3 3.8)", required=("title",)
    ),
    "*.minCharCount": _FROM_ZERO,
    "*.maxCharCount": _FROM_ZERO,
    "*.toBeRemovedMandatory": differs("internal, no field (wix-api stores-v3 3.8)", readonly=True),
    "brand.name": differs('"" is refused (wix-api stores-v3 10.22)', minLength="1"),
    "infoSections[].title": differs(
        "a section can be made inline (wix-api stores-v3 3.4, 3.8)", readonly=False
    ),
    "infoSections[].description": differs(
        "a section can be made inline (wix-api stores-v3 3.4, 3.8)", readonly=False
    ),
    "variantsInfo.variants[].choices[].optionChoiceNames": differs(
        "both say which choice is meant (wix-api stores-v3 3.4)",
        required=("optionName", "choiceName"),
    ),
    "*.price.actualPrice": _MONEY,
    "*.price.compareAtPrice": _MONEY,
    "*.revenueDetails.cost": _MONEY,
    "*.physicalProperties.weight": differs(
        "amounts begin at 0, and the typings name no minimum of 0 (wix-api stores-v3 1)", min="0"
    ),
    "*.productDimensions.unit": _UNIT,
    "*.packageDimensions.unit": _UNIT,
    "*.digitalFile": differs("the id alone is writable (wix-api stores-v3 3.8)", required=("id",)),
    "subscriptionDetails.subscriptions[]": differs(
        "a plan has a title (wix-api stores-v3 3.8)", required=("title",)
    ),
    "subscriptionDetails.subscriptions[].frequency": differs(
        "UNDEFINED is no frequency (wix-api stores-v3 3.8)", enum=["DAY", "WEEK", "MONTH", "YEAR"]
    ),
    "subscriptionDetails.subscriptions[].interval": differs(_COUNT, whole=True),
    "subscriptionDetails.subscriptions[].billingCycles": differs(_COUNT, whole=True),
    "subscriptionDetails.subscriptions[].discount": differs(
        "one of two kinds (wix-api stores-v3 3.8)",
        oneOf=[("amountOff", "percentOff")],
        required=("type",),
    ),
}
STOCK: Overlay = {
    **UPDATED,
    "": differs(
        "what is counted has a quantity (wix-api stores-v3 4.3)", oneOf=[("quantity", "inStock")]
    ),
    "quantity": differs("an integer (wix-api stores-v3 4.3)", whole=True),
    "preorderInfo.limit": _FROM_ZERO,
}
_NOT_OF_A_VARIANT = differs(
    "stock and pre-order alone, at the default location (wix-api stores-v3 3.4)", readonly=True
)
STOCK_OF_A_VARIANT: Overlay = {
    **STOCK,
    "quantity": differs(
        "below zero is refused by this name (wix-api stores-v3 3.4)",
        min="0",
        whole=True,
        ruleName="REQUESTED_QUANTITY_MUST_BE_NON_NEGATIVE",
    ),
    **dict.fromkeys(("productId", "variantId", "locationId", "extendedFields"), _NOT_OF_A_VARIANT),
}
STOCKED: Overlay = {
    **PRODUCT,
    "variantsInfo.variants[].inventoryItem": differs(
        "with-inventory calls have it (wix-api stores-v3 3.8)",
        rule=shape_of("inventory_items_v3", STOCK_OF_A_VARIANT),
    ),
}
PRODUCT_CREATE = shape_of("products_v3", PRODUCT)
PRODUCT_UPDATE = shape_of("products_v3", {**PRODUCT, **UPDATED})
STOCKED_CREATE = shape_of("products_v3", STOCKED)
STOCKED_UPDATE = shape_of("products_v3", {**STOCKED, **UPDATED})

INVENTORY_ITEM = shape_of("inventory_items_v3", STOCK)
CATEGORY = shape_of(
    "categories_v3",
    {
        "revision": UPDATED["revision"],
        "slug": SLUG,
        "image": differs("an id alone is refused (wix-api stores-v3 6.3)", required=("url",)),
    },
)
BRAND = shape_of("brands_v3", UPDATED)
RIBBON = shape_of("ribbons_v3", UPDATED)
INFO_SECTION = shape_of("info_sections_v3", UPDATED)
CUSTOMIZATION = shape_of(
    "customizations_v3",
    {
        **UPDATED,
        "": differs(
            "either one or the other (wix-api stores-v3 7)",
            oneOf=[("freeTextInput", "choicesSettings")],
        ),
        "*.minCharCount": _FROM_ZERO,
        "*.maxCharCount": _FROM_ZERO,
    },
)
