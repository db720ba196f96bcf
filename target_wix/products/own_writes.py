"""What a run did to products, so that its own writes do not make its records look old."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.times import canonical
from target_wix.pipeline.lookup_cache import MOST_KEYS

if TYPE_CHECKING:
    from target_wix.products.catalog import Product
    from target_wix.products.records import ProductRecord


@dataclass
class _OwnWrite:
    """What this run did to a product.

    Attributes:
        revision: the product's before the first write.
        updated: the moment of its last change before the first write.
        newest: the newest revision that is ours.
    """

    revision: int
    updated: str
    newest: int


class OwnWrites:
    """The writes of a run, and the skus that its rows gave to products of one variant."""

    def __init__(self, *, heeds_revisions: bool) -> None:
        """Know none yet.

        Args:
            heeds_revisions: whether a record can be too old for its product.
        """
        self._heeds_revisions = heeds_revisions
        self._own: FIFOCache[str, _OwnWrite] = FIFOCache(MOST_KEYS)
        self._row_skus: FIFOCache[str, str] = FIFOCache(MOST_KEYS)

    def is_stale(self, current: Product, record: ProductRecord) -> bool:
        """Tell whether a record is older than the product in the shop, which others changed."""
        patch, key = record.patch, str(current.get("id") or "")
        if not self._heeds_revisions or record.by != "id":
            return False
        if not key or patch.id != key:
            return False
        own = self._own.get(key)
        revision = current.get("revision")
        if revision is not None and not (patch.revision is None and patch.from_v1):
            shop = int(revision)
            if own is not None and shop <= own.newest:
                shop = own.revision
            return patch.revision is not None and patch.revision < shop
        shop_date = own.updated if own is not None else _moment(current)
        return bool(patch.updated and shop_date and patch.updated < shop_date)

    def note(self, current: Product, revision: str = "", *, more: int = 0) -> None:
        """Note an own write: `more` are the changes of the revision that follow by themselves."""
        key = str(current.get("id"))
        before = _number(current.get("revision"))
        own = self._own.get(key)
        if own is None or before > own.newest:
            # Who wrote between two writes of ours, wrote before the second was planned.
            own = self._own[key] = _OwnWrite(before, _moment(current), before)
        newest = _number(revision) or max(before, own.newest) + (0 if more else 1)
        own.newest = max(own.newest, newest) + more

    def row_sku(self, product_id: str) -> str:
        """Return the sku that a row of this run gave to the only variant of a product."""
        return self._row_skus.get(product_id) or ""

    def note_row_sku(self, product_id: str, sku: str) -> None:
        """Note that a row with this sku meant a product of one variant."""
        self._row_skus[product_id] = sku


def _number(value: object) -> int:
    return int(value) if isinstance(value, (str, int)) and str(value).isdigit() else 0


def _moment(product: Product) -> str:
    try:
        return canonical(str(product.get("updatedDate") or ""))
    except ValueError:
        return ""
