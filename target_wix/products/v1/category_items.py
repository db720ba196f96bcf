"""Which products are in which collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_v1.collections import has_collection, read_collections
from tap_wix.api.catalog_v1.members import MOST_MEMBERS, add_products, remove_products
from tap_wix.api.errors import RefusedError
from tap_wix.api.migration.shapes import ALL_PRODUCTS_ID
from target_wix.pipeline.refusals import rejection_of
from target_wix.products.catalog import Category

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.runtime.outcomes import Rejection


def categories(site: WixSite) -> Iterator[Category]:
    """Yield the collections; All Products has every product by itself."""
    for row in read_collections(site):
        if row["id"] != ALL_PRODUCTS_ID:
            yield Category(row["id"], str(row.get("name") or ""), str(row.get("slug") or ""))


def change_category_items(
    site: WixSite, category_id: str, add: Sequence[str], remove: Sequence[str]
) -> dict[str, Rejection]:
    """Put products into a collection and take others out; return those that failed."""
    failed: dict[str, Rejection] = {}
    for call, ids in ((add_products, add), (remove_products, remove)):
        for start in range(0, len(ids), MOST_MEMBERS):
            some = list(ids[start : start + MOST_MEMBERS])
            _halving(call, site, category_id, some, failed)
    return failed


def _halving(
    call: Callable[[WixSite, str, Sequence[str]], None],
    site: WixSite,
    category_id: str,
    ids: list[str],
    failed: dict[str, Rejection],
    *,
    known: bool = False,
) -> None:
    """Make a call; if it is refused, with halves, until the bad one stands alone.

    One unknown product is a refusal of all of them, and so is an unknown collection.
    """
    try:
        call(site, category_id, ids)
    except RefusedError as error:
        if len(ids) == 1 or (not known and not has_collection(site, category_id)):
            failed.update(dict.fromkeys(ids, rejection_of(error)))
            return
        half = len(ids) // 2
        for some in (ids[:half], ids[half:]):
            _halving(call, site, category_id, some, failed, known=True)
