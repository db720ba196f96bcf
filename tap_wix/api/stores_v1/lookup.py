"""Catalog V1 products by id, slug or sku, and the newest ones (wix-api stores-v1 2.1, 2.2, 3.2)."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from tap_wix.api.errors import AccessError, AnswerError, NotFoundError, RefusedError
from tap_wix.api.paging import (
    NewRows,
    chunks,
    id_of,
    is_last,
    list_in,
    object_in,
    paging_block,
    text_in,
    whole_number,
)
from tap_wix.api.paths import quote_id
from tap_wix.api.stores_v1.calls import LARGEST_PAGE, as_text, number_of, read
from tap_wix.api.stores_v1.products import MERCHANT, QUERY_PATH, ProductQuery

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

MOST_VALUES = 100
"""Values that are looked up in one request."""

_VARIANTS_PATH = "/v1/variants/query"
_OPERATORS = ("$in", "$hasSome")


class ProductLookup:
    """Finds products, hidden ones too, with variants and merchant data where the key may see them."""

    def __init__(self, site: WixSite) -> None:
        self._site = site
        self._query = ProductQuery(site)
        self._operators: tuple[str, ...] = _OPERATORS

    def count(self) -> int | None:
        """Return how many products the shop has, None if Wix does not say."""
        return whole_number(self._query.page({}, 1).get("totalResults"))

    def where(
        self, field: Literal["id", "name", "slug", "sku"], values: Collection[str]
    ) -> Iterator[Row]:
        """Yield the products whose own id, name, slug or sku is one of the values, to the letter.

        `sku` is that of the product, which is empty where variants have skus of their own. Any
        number of products can have the same one, so pages go by `numericId`; should Wix ignore the
        filter, all products pass by here and the right ones are found all the same.
        """
        wanted = sorted(values)
        for some in map(frozenset, chunks(wanted, MOST_VALUES)):
            condition: Row = {field: {"$hasSome": sorted(some)}}
            left = set(some)
            for row in self._pages(condition):
                if (value := text_in(row, field)) in some:
                    yield row
                    left.discard(value)
                # No two products have the same id or slug: behind the last one nothing follows,
                # and a full page need not be asked whether it was the last.
                if not left and field != "sku":
                    break

    def after(self, number: int) -> Iterator[Row]:
        """Yield the products made after the one with this `numericId`."""
        yield from self._pages({}, number)

    def newest(self) -> int:
        """Return the highest `numericId` there is, 0 for an empty shop."""
        query: Row = {"paging": {"limit": 1}, "sort": as_text([{"numericId": "desc"}])}
        if self._site.v1_sort == "fieldName":
            query["sort"] = as_text([{"fieldName": "numericId", "order": "DESC"}])
        flags = dict.fromkeys(self._query.extras, True)
        check = partial(list_in, key="products", path=QUERY_PATH)
        answer = read(self._site, QUERY_PATH, {"query": query, **flags}, check=check)
        rows = list_in(answer, "products", QUERY_PATH)
        return max(map(number_of, rows), default=0)

    def one(self, product_id: str) -> Row | None:
        """Return a product as it is this moment, None if there is none."""
        path = f"/v1/products/{quote_id(product_id)}"
        check = partial(object_in, key="product", path=path)
        extra = MERCHANT in self._query.extras
        while True:
            params = [(MERCHANT, "true")] if extra else []
            try:
                answer = read(
                    self._site,
                    path,
                    method="GET",
                    params=params,
                    check=check,
                    confirm_refusal=extra,
                )
            except NotFoundError:
                return None
            except AccessError as error:
                if error.status != HTTPStatus.FORBIDDEN or not extra:
                    raise
                extra = False
                continue
            break
        return self._query.with_all_variants(object_in(answer, "product", path))

    def variants_with(self, skus: Collection[str]) -> Iterator[tuple[str, str]] | None:
        """Return product id and sku of the variants that have one of these skus.

        None if Wix cannot be asked: which fields filter is not documented (stores-v1 3.2), so
        that a refusal, or rows that nobody asked for, mean that all products have to be read.
        """
        found: list[tuple[str, str]] = []
        for some in chunks(sorted(skus), MOST_VALUES):
            rows = self._store_variants(list(some))
            if rows is None:
                return None
            found.extend(rows)
        return iter(found)

    def _store_variants(self, skus: list[str]) -> list[tuple[str, str]] | None:
        while self._operators:
            try:
                rows = self._all_store_variants({"sku": {self._operators[0]: skus}})
            except RefusedError as error:
                if error.status != HTTPStatus.BAD_REQUEST:
                    raise
                rows = None
            if rows is not None and all(row.get("sku") in skus for row in rows):
                self._operators = self._operators[:1]
                return [(str(row.get("productId")), str(row["sku"])) for row in rows]
            self._operators = self._operators[1:]
        return None

    def _all_store_variants(self, condition: Row) -> list[Row]:
        rows: list[Row] = []
        new_rows = NewRows(_VARIANTS_PATH)
        while True:
            paging = {"limit": LARGEST_PAGE, "offset": len(rows)}
            body = {"query": {"filter": condition, "paging": paging}}
            check = partial(list_in, key="variants", path=_VARIANTS_PATH)
            answer = read(self._site, _VARIANTS_PATH, body, check=check)
            page = list_in(answer, "variants", _VARIANTS_PATH)
            new_rows.see(page)
            rows.extend(page)
            total = whole_number(paging_block(answer).get("total"))
            wrong = any(row.get("sku") not in _operands(condition) for row in page)
            if wrong or is_last(len(page), LARGEST_PAGE, len(rows), total):
                return rows

    def _pages(self, condition: Row, after: int | None = None) -> Iterator[Row]:
        last = after
        seen: set[str] = set()
        while True:
            beyond: Row = {} if last is None else {"numericId": {"$gt": last}}
            answer = self._query.page({**condition, **beyond})
            rows = list_in(answer, "products", QUERY_PATH)
            for row in rows:
                if id_of(row, QUERY_PATH) in seen:
                    continue
                seen.add(row["id"])
                whole = self._query.with_all_variants(row)
                if whole is not None:
                    yield whole
            total = whole_number(answer.get("totalResults"))
            if is_last(len(rows), LARGEST_PAGE, len(rows), total):
                return
            number = number_of(rows[-1])
            if last is not None and number <= last:
                raise AnswerError(
                    "Wix sent products out of the order of numericId, by which they are read.",
                    path=QUERY_PATH,
                )
            last = number


def _operands(condition: Row) -> Sequence[str]:
    operands: Sequence[str] = next(iter(condition["sku"].values()))
    return operands
