"""Which products are in a Catalog V1 collection, written (wix-api stores-v1 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.stores_v1.writing import write
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.site import WixSite

MOST_MEMBERS = 1000
"""Products a call."""


def add_products(site: WixSite, collection_id: str, product_ids: Sequence[str]) -> None:
    """Put products into a collection; one that is in it already stays."""
    write(site, "POST", _path(collection_id), {"productIds": list(product_ids)})


def remove_products(site: WixSite, collection_id: str, product_ids: Sequence[str]) -> None:
    """Take products out of a collection."""
    write(site, "POST", f"{_path(collection_id)}/delete", {"productIds": list(product_ids)})


def _path(collection_id: str) -> str:
    return f"/v1/collections/{quote_id(collection_id)}/productIds"
