"""Catalog V3 products by their keys: ids, handles, slugs, skus (wix-api stores-v3 3.2, 5)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, BadIdError, NotFoundError, RefusedError
from tap_wix.api.optional_fields import OptionalFields
from tap_wix.api.paging import (
    chunks,
    cursor_pages,
    id_of,
    object_in,
    rows_of,
    text_in,
    whole_number,
)
from tap_wix.api.paths import quote_id, quote_name
from tap_wix.api.stores_v3 import variants
from tap_wix.api.stores_v3.fields import PRODUCT_FIELDS
from tap_wix.api.stores_v3.products import (
    ALL_PRODUCTS_PATH,
    COUNT_PATH,
    LARGEST_PAGE,
    PERMISSION,
    PRODUCTS_ENDPOINT,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tap_wix.api.paging import Page, Row
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

SEARCH_VARIANTS_PATH = "/stores/v3/products/search-variants"
MOST_VALUES = 100
"""Values of one `$in`."""


class ProductLookup:
    """Finds products, and reads single ones as they are this moment.

    Attributes:
        fields: what is asked for with each product, less what Wix refuses to this key.
    """

    def __init__(self, transport: WixTransport) -> None:
        self.fields = OptionalFields(PRODUCT_FIELDS)
        self._transport = transport
        self._join = variants.VariantJoin(transport, self.fields)
        self._all_products: str | None = None
        self._either = True

    def by_keys(self, keys: Mapping[str, Sequence[str]]) -> Iterator[Row]:
        """Yield products without variants that have one of these keys.

        Args:
            keys: values by `id`, `handle` and `slug`, up to 100 of each.
        """
        asked = {name: list(values) for name, values in keys.items() if values}
        if self._either and len(asked) > 1:
            try:
                yield from self._any_of(asked)
            except RefusedError as error:
                if error.status != HTTPStatus.BAD_REQUEST:
                    raise
                logger.info("Wix refuses to look by several keys at once: %s", error)
                self._either = False
            else:
                return
        for name, values in asked.items():
            yield from self._query({name: {"$in": values}}, {name: values})

    def _any_of(self, asked: Mapping[str, list[str]]) -> Iterator[Row]:
        conditions = [{name: {"$in": values}} for name, values in asked.items()]
        yield from self._query({"$or": conditions}, asked)

    def _query(self, condition: Row, asked: Mapping[str, Collection[str]]) -> Iterator[Row]:
        wanted = {name: set(values) for name, values in asked.items()}
        for page in self._pages(condition):
            yield from (
                row
                for row in page.rows
                if any(text_in(row, name) in values for name, values in wanted.items())
            )

    def _pages(self, condition: Row) -> Iterator[Page]:
        return PRODUCTS_ENDPOINT.pages(self._transport, self.fields, condition, None)

    def with_variants(self, rows: list[Row]) -> Iterator[Row]:
        """Yield products with their variants; one that is gone by now is left out."""
        for some in map(list, chunks(rows, MOST_VALUES)):
            for _, product in self._join.join(some):
                yield self._shown(product)

    def by_id(self, product_id: str) -> Row | None:
        """Return one product as it is this moment, with its variants; None if there is none."""
        return self._get(f"/stores/v3/products/{quote_id(product_id)}")

    def by_slug(self, slug: str) -> Row | None:
        """Return the product that has a slug this moment, None if there is none."""
        try:
            part = quote_name(slug)
        except BadIdError:
            return None
        return self._get(f"/stores/v3/products/slug/{part}")

    def _get(self, path: str) -> Row | None:
        def ask(fields: Sequence[str]) -> Row:
            params = [("fields", name) for name in fields]
            return self._transport.call(
                "GET", path, params=params, permission=PERMISSION, check=check
            )

        def check(answer: Row) -> str:
            return id_of(object_in(answer, "product", path), path)

        try:
            answer = self.fields.negotiate(ask, "products")
        except NotFoundError:
            return None
        return self._shown(object_in(answer, "product", path))

    def by_skus(self, skus: Sequence[str]) -> Iterator[Row]:
        """Yield variants of the variants API that have one of these skus, up to 100.

        Wix was seen to ignore a filter and to return everything: each hit is compared.
        """
        asked = set(skus)
        query = {"filter": {"sku": {"$in": list(skus)}}, "cursorPaging": {"limit": LARGEST_PAGE}}
        pages = cursor_pages(
            self._transport,
            SEARCH_VARIANTS_PATH,
            {"search": query},
            "variants",
            permission=PERMISSION,
            wrapper="search",
        )
        return (row for row in rows_of(pages) if text_in(row, "sku") in asked)

    def variants_of(self, product_ids: Sequence[str]) -> Iterator[Row]:
        """Yield the variants of products, in the shape of the variants API."""
        for some in chunks(product_ids, MOST_VALUES):
            yield from self._variants({"filter": {"productData.productId": {"$in": list(some)}}})

    def count(self) -> int | None:
        """Return how many products the shop has, hidden ones too where the key allows it.

        None if Wix does not say.
        """
        body: Row = {"filter": {}, "returnNonVisibleProducts": True}
        try:
            answer = self._transport.call("POST", COUNT_PATH, body, permission=PERMISSION)
        except (AccessError, RefusedError):
            answer = self._transport.call("POST", COUNT_PATH, {"filter": {}}, permission=PERMISSION)
        return whole_number(answer.get("count"))

    def all_variants(self) -> Iterator[Row]:
        """Yield every variant of the shop, in the shape of the variants API."""
        return self._variants({})

    def _variants(self, query: Row) -> Iterator[Row]:
        body = {"query": {**query, "cursorPaging": {"limit": variants.LARGEST_PAGE}}}
        path = variants.QUERY_PATH
        return rows_of(cursor_pages(self._transport, path, body, "variants", permission=PERMISSION))

    def _shown(self, product: Row) -> Row:
        """Return the product without its membership in All Products, which every product has."""
        info = product.get("directCategoriesInfo")
        rows = info.get("categories") if isinstance(info, dict) else None
        if not isinstance(info, dict) or not isinstance(rows, list) or not rows:
            return product
        built_in = self.all_products()
        kept = [row for row in rows if not (isinstance(row, dict) and row.get("id") == built_in)]
        return {**product, "directCategoriesInfo": {**info, "categories": kept}}

    def all_products(self) -> str:
        """Return the id of the built-in category, empty if Wix does not tell."""
        if self._all_products is None:
            self._all_products = ""
            try:
                answer = self._transport.call("GET", ALL_PRODUCTS_PATH, permission=PERMISSION)
                self._all_products = str(answer.get("categoryId") or "")
            except (AccessError, RefusedError) as error:
                logger.info("Wix does not tell which category is All Products: %s", error)
        return self._all_products
