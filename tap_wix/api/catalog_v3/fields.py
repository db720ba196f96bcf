"""Which optional data is asked for with a product or a variant, and what to do without."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, RefusedError

if TYPE_CHECKING:
    from tap_wix.api.errors import WixError

MERCHANT_DATA = "MERCHANT_DATA"
MERCHANT_DATA_CODE = "NO_PERMISSION_TO_READ_MERCHANT_DATA"

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

_INDEX = re.compile(r"\bfields\[(\d+)\]")


class Fields:
    """Names to send as `fields`, less what Wix refuses to this key or does not know any more.

    Attributes:
        names: what to ask for.
        refused: what is done without.
        settled: set once Wix has answered. What it refuses from then on is trouble that passes,
            such as the 403 of a burst, or ends the run: never a reason to read half of the rows
            with less than the others.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        """Ask for everything at first."""
        self.names = list(names)
        self.refused: list[str] = []
        self.settled = False

    def do_without(self, error: WixError) -> bool:
        """Give up the name that a refusal is about; False if it is about none of them.

        A missing right to merchant data is a refusal of the whole request, often without a word
        (wix-api stores-v3 3.2, platform 5); an unknown name is a 400 that names it.
        """
        if self.settled:
            return False
        names = {MERCHANT_DATA} if _may_be_merchant_data(error) else self._named(error)
        refused = [name for name in self.names if name in names]
        self.give_up(*refused)
        return bool(refused)

    def given(self, prefix: str = "") -> dict[str, bool]:
        """Return for each name, with a prefix, whether Wix gives what it stands for."""
        return {prefix + name: name not in self.refused for name in [*self.names, *self.refused]}

    def give_up(self, *names: str) -> None:
        """Ask for these no longer."""
        self.refused += [name for name in names if name in self.names]
        self.names = [name for name in self.names if name not in names]

    def _named(self, error: WixError) -> set[str]:
        if not isinstance(error, RefusedError) or error.status != HTTPStatus.BAD_REQUEST:
            return set()
        for violation in error.violations:
            found = _INDEX.search(violation.field)
            if found and int(found[1]) < len(self.names):
                return {self.names[int(found[1])]}
        named = {name for name in self.names if re.search(rf"\b{name}\b", error.text)}
        # Several may be a list of those that Wix does know.
        return named if len(named) == 1 else set()


def _may_be_merchant_data(error: WixError) -> bool:
    forbidden = isinstance(error, AccessError) and error.status == HTTPStatus.FORBIDDEN
    return forbidden or error.code == MERCHANT_DATA_CODE
