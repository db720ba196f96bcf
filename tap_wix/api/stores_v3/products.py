"""Catalog V3 products: every one of them, with its variants (wix-api stores-v3 3.2)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tap_wix.api.ahead import PAGES_AT_ONCE, in_order
from tap_wix.api.errors import AccessError, RefusedError, WixError
from tap_wix.api.optional_fields import MERCHANT_DATA
from tap_wix.api.paging import whole_number
from tap_wix.api.resources import Endpoint, Resource, Rows
from tap_wix.api.stores_v3.fields import PRODUCT_FIELDS
from tap_wix.api.stores_v3.reorder_buffer import ReorderBuffer
from tap_wix.api.stores_v3.variants import VariantJoin
from tap_wix.api.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

QUERY_PATH = "/stores/v3/products/query"
COUNT_PATH = "/stores/v3/products/count"
ALL_PRODUCTS_PATH = "/stores/v3/all-products-category"
LARGEST_PAGE = 100
PERMISSION = "Wix Stores, SCOPE.STORES.PRODUCT_READ"
_ADMIN = "Wix Stores, SCOPE.STORES.PRODUCT_READ_ADMIN"
_MEMBERSHIPS = ("directCategoriesInfo", "allCategoriesInfo")
PRODUCTS_ENDPOINT = Endpoint(
    QUERY_PATH,
    "products",
    limit=LARGEST_PAGE,
    permission=PERMISSION,
    fields=PRODUCT_FIELDS,
    explained=(MERCHANT_DATA,),
)


@dataclass(frozen=True)
class V3Products(Resource):
    """All products, each with all its variants, in the order of `updatedDate`."""

    def count(self, site: WixSite) -> int | None:
        """Return how many products are shown, None if Wix does not say."""
        answer = site.transport.call("POST", COUNT_PATH, {"filter": {}}, permission=PERMISSION)
        return whole_number(answer.get("count"))

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the products that changed since a moment."""
        return _Reading(site, since).pages()


V3_PRODUCTS = V3Products()


class _Reading:
    """One reading of the products."""

    def __init__(self, site: WixSite, since: str | None) -> None:
        self._transport = site.transport
        self._sweep = Sweep(PRODUCTS_ENDPOINT).reading(site, since)
        self._variants = VariantJoin(site.transport, self._sweep.optional)
        self._buffer = ReorderBuffer()
        self._all_products: str | None = None
        self._hidden: bool | None = None

    def pages(self) -> Iterator[Rows]:
        """Yield the products, page by page."""
        for page, joined in in_order(self._joined, self._sweep.pages(), PAGES_AT_ONCE):
            if self._hidden is None:
                self._hidden = self._gives_hidden()
            rows: list[Row] = []
            for row, product in joined:
                shown = self._without_all_products(_with_url_object(product))
                rows += self._buffer.take(row, shown) if page.in_order else [shown]
            yield Rows(rows, in_order=page.in_order, parts=self._parts())
        yield Rows([*self._buffer.rest()], in_order=self._sweep.sorted, parts=self._parts())

    def _joined(self, page: Rows) -> tuple[Rows, list[tuple[Row, Row]]]:
        """Put variants into a page, while the next one is on its way."""
        return page, [*self._variants.join(page.rows)]

    def _parts(self) -> dict[str, bool]:
        hidden = {} if self._hidden is None else {"hidden products": self._hidden}
        return {**self._sweep.optional.given(), **hidden, **self._variants.given()}

    def _gives_hidden(self) -> bool:
        """Find out whether hidden products are among those read: queries leave them out silently.

        Asked in every run: with them missing, what was read must not pass for the whole shop.
        """
        if MERCHANT_DATA in self._sweep.optional.refused:
            logger.warning(
                "Wix refuses costs and profits to this key (%s), and with them hidden products:"
                " products that the shop does not show are missing from what is read. Permission"
                " needed: %s.",
                MERCHANT_DATA,
                _ADMIN,
            )
            return False
        body = {"filter": {}, "returnNonVisibleProducts": True}
        try:
            self._transport.call("POST", COUNT_PATH, body, permission=_ADMIN, confirm_refusal=True)
        except WixError as error:  # whatever it is, it must not cost the products themselves
            if error.status == HTTPStatus.UNAUTHORIZED:
                raise
            logger.warning(
                "Hidden products are probably missing from what is read: Wix did not count"
                " them (%s). Permission needed: %s.",
                error.code,
                _ADMIN,
            )
            return False
        return True

    def _without_all_products(self, product: Row) -> Row:
        """Leave the built-in category out of memberships: every product is in it."""
        for name in _MEMBERSHIPS:
            info = product.get(name)
            categories = info.get("categories") if isinstance(info, dict) else None
            if isinstance(info, dict) and isinstance(categories, list) and categories:
                kept = [c for c in categories if not self._is_all_products(c)]
                # The product is ours: it was made when its variants were put into it, or read alone.
                product[name] = {**info, "categories": kept}
        return product

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


def _with_url_object(product: Row) -> Row:
    """Wix documents `url` as an object, and types it as text in places (wix-api stores-v3 3.8)."""
    url = product.get("url")
    return {**product, "url": {"url": url}} if isinstance(url, str) else product
