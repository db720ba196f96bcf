"""Catalog V3 products: every one of them, with its variants (wix-api stores-v3 3.2)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_v3.fields import MERCHANT_DATA, PRODUCT_FIELDS, Fields
from tap_wix.api.catalog_v3.turns import Turns
from tap_wix.api.catalog_v3.variants import VariantJoin
from tap_wix.api.errors import AccessError, AnswerError, RefusedError, WixError
from tap_wix.api.keyset import Keyset, ascending, at_or_before, date_of
from tap_wix.api.paging import cursor_pages, id_of, list_in

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tap_wix.api.paging import Page, Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

QUERY_PATH = "/stores/v3/products/query"
COUNT_PATH = "/stores/v3/products/count"
ALL_PRODUCTS_PATH = "/stores/v3/all-products-category"
LARGEST_PAGE = 100
DATE = "updatedDate"
PERMISSION = "Wix Stores, SCOPE.STORES.PRODUCT_READ"
_ADMIN = "SCOPE.STORES.PRODUCT_READ_ADMIN"
_MEMBERSHIPS = ("directCategoriesInfo", "allCategoriesInfo")
_TIES_TRIES = 200
"""Each try in vain means that a product left the moment, and none ever enters it: this ends."""


class ProductSweep:
    """All products changed since a date, or all there are; each one with all its variants.

    Ordered by `updatedDate` to the millisecond, so that the caller may remember how far it came.
    Products that change during the sweep have a newer date by then and come (again) at its end.

    Attributes:
        sorted: whether the products come in that order; to be read once the first one is there.
    """

    def __init__(self, site: WixSite, since: str | None = None) -> None:
        """Read nothing yet.

        Args:
            site: with Catalog V3.
            since: the date from which on; None for all.
        """
        self.sorted = True
        self._transport = site.transport
        self._since = at_or_before(since) if since else None
        self._fields = Fields(PRODUCT_FIELDS)
        self._variants = VariantJoin(site.transport, self._fields)
        self._turns = Turns()
        self._all_products: str | None = None
        self._told: set[str] = set()
        self._hidden: bool | None = None

    def optional_parts(self) -> dict[str, bool]:
        """Return which optional parts Wix gives; known once the first product is there."""
        hidden = {} if self._hidden is None else {"hidden products": self._hidden}
        asked = self._fields.given() if self._fields.settled else {}
        return {**asked, **hidden, **self._variants.optional_parts()}

    def __iter__(self) -> Iterator[Row]:
        """Yield the products."""
        pages = self._pages(self._since, first=True)
        page = next(pages)
        if self.sorted and not ascending(page.rows, DATE, QUERY_PATH):
            self._give_up_order("Wix ignored it")
        self._hidden = MERCHANT_DATA not in self._fields.refused and self._gives_hidden()
        pages = chain([page], pages)
        for rows in self._ordered(pages) if self.sorted else self._unordered(pages):
            for row, product in self._variants.join(rows):
                shown = self._without_all_products(product)
                if self.sorted:
                    yield from self._turns.take(row, shown)
                else:
                    yield shown
        yield from self._turns.rest()

    def _pages(self, start: str | None, *, first: bool = False) -> Iterator[Page]:
        """Return the pages of a query, asking for less if Wix refuses what it is asked for."""
        while True:
            query: Row = {"cursorPaging": {"limit": LARGEST_PAGE}}
            if start is not None:
                query["filter"] = {DATE: {"$gte": start}}
            if self.sorted:
                query["sort"] = [{"fieldName": DATE, "order": "ASC"}]
            body = {"query": query, "fields": self._fields.names}
            pages = cursor_pages(
                self._transport,
                QUERY_PATH,
                body,
                "products",
                permission=PERMISSION,
                confirm_refusal=not self._fields.settled,
            )
            try:
                page = next(pages)
            except (AccessError, RefusedError) as error:
                if first and self.sorted and _is_about_sorting(error):
                    self._give_up_order("Wix refused it")
                elif not self._fields.do_without(error):
                    raise
            else:
                self._tell_refused()
                self._fields.settled = True
                return chain([page], pages)

    def _ordered(self, pages: Iterator[Page]) -> Iterator[list[Row]]:
        keyset = Keyset(DATE, QUERY_PATH, self._since)
        while True:
            keyset.begin()
            page = next(pages)
            yield keyset.fresh(page.rows)
            more = page.cursor is not None
            if more and not keyset.moved(page.rows, first=True):
                more = yield from self._through_ties(keyset, pages)
            if not more:
                return
            pages = self._pages(keyset.start)

    def _through_ties(
        self, keyset: Keyset, pages: Iterator[Page]
    ) -> Generator[list[Row], None, bool]:
        """Get through more products of one moment than a page holds; tell whether more follow.

        Only a cursor leads on here. Should it count rows, a product that leaves the moment because
        somebody changes it pulls an unread one across the border of two pages: whether that
        happened is looked up before the sweep goes on.
        """
        for _ in range(_TIES_TRIES):
            for page in pages:
                tied, later = keyset.here(page.rows)
                yield keyset.fresh(tied)
                if later:
                    break
            if not self._changed_meanwhile(keyset):
                yield keyset.fresh(later)
                keyset.moved(later, first=False)
                return page.cursor is not None
            keyset.begin()
            pages = self._pages(keyset.start)
        raise AnswerError(
            f"The products of {keyset.start} change faster than they can be read.", path=QUERY_PATH
        )

    def _changed_meanwhile(self, keyset: Keyset) -> bool:
        if keyset.start is None:  # nothing was read before the cursor was followed
            return False
        query = {
            "filter": {DATE: {"$gt": keyset.start}},
            "sort": [{"fieldName": DATE, "order": "DESC"}],
            "cursorPaging": {"limit": LARGEST_PAGE},
        }
        answer = self._transport.call("POST", QUERY_PATH, {"query": query}, permission=PERMISSION)
        return keyset.forget_changed(list_in(answer, "products", QUERY_PATH))

    def _unordered(self, pages: Iterator[Page]) -> Iterator[list[Row]]:
        seen: dict[str, str] = {}
        for page in pages:
            fresh = []
            for row in page.rows:
                key, date = id_of(row, QUERY_PATH), date_of(row, DATE, QUERY_PATH)
                if seen.get(key) != date:
                    seen[key] = date
                    fresh.append(row)
            yield fresh

    def _give_up_order(self, why: str) -> None:
        self.sorted = False
        logger.warning(
            "Products cannot be read in the order of %s (%s): they are read in any order, and the"
            " next run continues from this one only if it comes to its end.",
            DATE,
            why,
        )

    def _tell_refused(self) -> None:
        new = [name for name in self._fields.refused if name not in self._told]
        self._told.update(new)
        if MERCHANT_DATA in new:
            logger.warning(
                "Wix refuses costs and profits to this key (%s), and with them hidden products:"
                " products that the shop does not show are missing from what is read. Permission"
                " needed: Wix Stores, %s.",
                MERCHANT_DATA,
                _ADMIN,
            )
            new.remove(MERCHANT_DATA)
        if new:
            logger.warning("Wix refuses some data of products, read without: %s.", ", ".join(new))

    def _gives_hidden(self) -> bool:
        """Find out whether hidden products are among those read: queries leave them out silently.

        Asked in every run: with them missing, what was read must not pass for the whole shop.
        """
        body = {"filter": {}, "returnNonVisibleProducts": True}
        try:
            self._transport.call(
                "POST",
                COUNT_PATH,
                body,
                permission=f"Wix Stores, {_ADMIN}",
                confirm_refusal=True,
            )
        except WixError as error:  # whatever it is, it must not cost the products themselves
            if error.status == HTTPStatus.UNAUTHORIZED:
                raise
            logger.warning(
                "Hidden products are probably missing from what is read: Wix did not count"
                " them (%s). Permission needed: Wix Stores, %s.",
                error.code,
                _ADMIN,
            )
            return False
        return True

    def _without_all_products(self, product: Row) -> Row:
        """Leave the built-in category out of memberships: every product is in it."""
        changed: Row = {}
        for name in _MEMBERSHIPS:
            info = product.get(name)
            categories = info.get("categories") if isinstance(info, dict) else None
            if isinstance(info, dict) and isinstance(categories, list) and categories:
                kept = [c for c in categories if not self._is_all_products(c)]
                changed[name] = {**info, "categories": kept}
        return {**product, **changed}

    def _is_all_products(self, category: Any) -> bool:  # noqa: ANN401 - JSON
        if self._all_products is None:
            self._all_products = ""
            try:
                answer = self._transport.call(
                    "GET", ALL_PRODUCTS_PATH, permission=PERMISSION, confirm_refusal=True
                )
                self._all_products = str(answer.get("categoryId") or "")
            except (AccessError, RefusedError) as error:
                logger.info("Wix does not tell which category is All Products: %s", error)
        return isinstance(category, dict) and category.get("id") == self._all_products


def _is_about_sorting(error: WixError) -> bool:
    # Reported by one of Wix's own recipes, though the field tables allow it (wix-api stores-v3 3.2).
    return error.status == HTTPStatus.BAD_REQUEST and "sort" in f"{error.code} {error.text}".lower()
