"""Which products are in which collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import ALL_PRODUCTS_ID
from tap_wix.api.errors import RefusedError
from tap_wix.api.stores_v1.category_items import MOST_MEMBERS, add_products, remove_products
from tap_wix.api.stores_v1.collections import V1_COLLECTIONS, has_collection
from target_wix.pipeline.other_sites import Category
from target_wix.pipeline.refusals import halves, rejection_of, send_in_halves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tap_wix.api.site import WixSite
    from target_wix.runtime.outcomes import Rejection


def categories(site: WixSite) -> Iterator[Category]:
    """Yield the collections; All Products has every product by itself."""
    for row in V1_COLLECTIONS.rows(site):
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
            failed |= _change(call, site, category_id, some)
    return failed


def _change(
    call: Callable[[WixSite, str, Sequence[str]], None],
    site: WixSite,
    category_id: str,
    ids: Sequence[str],
) -> dict[str, Rejection]:
    """Make a call, in halves if it is refused; return those that failed.

    One unknown product is a refusal of all of them, and so is an unknown collection.
    """
    try:
        call(site, category_id, ids)
    except RefusedError as error:
        if len(ids) == 1 or not has_collection(site, category_id):
            return dict.fromkeys(ids, rejection_of(error))
    else:
        return {}
    return {
        one[0]: rejection_of(answer)
        for half in halves(ids)
        for one, answer in send_in_halves(half, lambda some: call(site, category_id, some))
        if isinstance(answer, RefusedError)
    }
