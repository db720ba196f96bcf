"""Products that a run began to make and did not finish, told by what stands in the shop alone.

Catalog V1 has one call for a new product and further ones for its variants, pictures and stock
(wix-api stores-v1 2.3, 2.6, 3.3, 5.3). A run can end between any two of them. So a product that
takes several calls is made hidden and with a note as its description. The last call writes the
description and shows the product. Whoever finds the note on a hidden product knows two things:
nobody could buy it so far, and everything of its record can be written again, the opening stock
too. Without the note, stock is what the shop has sold down, and is never put back.

The owner takes a product over by showing it or by writing another description.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import text

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json

NOTE = (
    "target-wix has not finished this product. It stays hidden until the same record is sent again"
    " and written whole"
)
"""Plain words without any character that HTML writes otherwise."""

NOTE_HTML = f"<p>{NOTE}.</p>"

_TAG = re.compile(r"<[^>]*>")


def is_unfinished(product: Json) -> bool:
    """Whether a product, read from V1 and upgraded, waits to be finished."""
    if product.get("visible") is not False:
        return False
    shown = _TAG.sub(" ", text(product.get("plainDescription")) or "")
    return NOTE in " ".join(shown.split())
