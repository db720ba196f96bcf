"""Which optional data is asked for with a product or a variant (wix-api stores-v3 3.2, 5)."""

from __future__ import annotations

from tap_wix.api.optional_fields import MERCHANT_DATA

PRODUCT_FIELDS = (
    "CURRENCY",
    "URL",
    "DESCRIPTION",
    "PLAIN_DESCRIPTION",
    "INFO_SECTION",
    "INFO_SECTION_DESCRIPTION",
    "INFO_SECTION_PLAIN_DESCRIPTION",
    "MEDIA_ITEMS_INFO",
    "THUMBNAIL",
    MERCHANT_DATA,
    "DIRECT_CATEGORIES_INFO",
    "ALL_CATEGORIES_INFO",
    "BREADCRUMBS_INFO",
    "VARIANT_OPTION_CHOICE_NAMES",
    "WEIGHT_MEASUREMENT_UNIT_INFO",
    "SUBSCRIPTION_PRICES_INFO",
    "PRODUCT_CHOICES_MEDIA_REFERENCES",
    "PRODUCT_CHOICES_DISPLAY_IMAGE",
)
"""Every name that adds data and is valid in query and GET alike (wix-api stores-v3 3.2); legacy
names repeat what others bring, and the two of Wix's previews may be withdrawn."""

VARIANT_FIELDS = (
    "CURRENCY",
    MERCHANT_DATA,
    "SUBSCRIPTION_PRICES_INFO",
    "WEIGHT_MEASUREMENT_UNIT_INFO",
)
"""All there are for variants (wix-api stores-v3 5)."""
