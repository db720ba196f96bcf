"""Catalog V1 products: every one of them, with its variants (wix-api stores-v1 2)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from math import prod
from typing import TYPE_CHECKING

from tap_wix.api.ahead import PAGES_AT_ONCE, in_order
from tap_wix.api.catalog_conversion.upgrade import upgrade_product
from tap_wix.api.errors import AccessError, NotFoundError, WixError
from tap_wix.api.keyset import at_or_before
from tap_wix.api.paging import NewRows, id_of, is_last, list_in, whole_number
from tap_wix.api.paths import quote_id
from tap_wix.api.resources import Resource, Rows
from tap_wix.api.stores_v1.calls import (
    LARGEST_PAGE,
    MANAGE,
    as_text,
    numbered_pages,
    read,
    read_sorted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

QUERY_PATH = "/v1/products/query"
MERCHANT, _HIDDEN = "includeMerchantSpecificData", "includeHiddenProducts"
_WITHOUT = {
    MERCHANT: "Wix refuses costs and profits to this key; they are missing from what is read.",
    _HIDDEN: (
        "Wix refuses hidden products to this key: products that the shop does not show are missing"
        " from what is read."
    ),
}

_PARTS = {MERCHANT: "costs and profits", _HIDDEN: "hidden products"}
_MERCHANT_DATA = ("costAndProfitData", "costRange")
_NO_SIGN = (
    "None of the products read (%d) is hidden in the shop, and none has a cost. If there are such,"
    " Wix left out hidden products and costs without a word, because a permission is missing: %s."
)


@dataclass(frozen=True)
class V1Products(Resource):
    """All products with their variants, by `numericId`, in the shape of Catalog V3."""

    def count(self, site: WixSite) -> int | None:
        """Return how many products Wix speaks of."""
        return whole_number(ProductQuery(site).page({}, 1).get("totalResults"))

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the products that changed since a moment."""
        count = 0
        shown = False
        parts: Mapping[str, bool] = {}
        for page in read_v1_products(site, since):
            count += len(page.rows)
            shown = shown or any(map(_shows_what_managers_see, page.rows))
            parts = page.parts or parts
            yield page._replace(rows=[upgrade_product(row) for row in page.rows])
        if since is None and not shown and all(parts.values()) and count != _stocked(site):
            logger.info("Nothing proves that hidden products are among those that were read.")
            yield Rows([], whole=False)


V1_PRODUCTS = V1Products()


def _stocked(site: WixSite) -> int | None:
    """Return how many products have stock, counted or not: all have, hidden ones too (stores-v1 5).

    None if Wix does not tell.
    """
    body: Row = {"query": {"paging": {"limit": 1}}}
    try:
        return whole_number(read(site, "/v2/inventoryItems/query", body).get("totalResults"))
    except WixError:  # whatever it is, it must not cost the products themselves
        return None


def read_v1_products(site: WixSite, since: str | None = None) -> Iterator[Rows]:
    """Yield the products that changed since a moment, as Catalog V1 has them."""
    asking = ProductQuery(site)
    changed: Row = {"lastUpdated": {"$gte": at_or_before(since)}} if since else {}
    expected: int | None = None
    count = 0
    managed = False
    pages = numbered_pages(lambda after: asking.page({**changed, **after}), "products", QUERY_PATH)

    def with_variants(page: tuple[Row, list[Row]]) -> tuple[Row, list[Row], list[Row]]:
        answer, rows = page
        # Gone by now or not, it was there when it was asked for.
        return answer, rows, [asking.with_all_variants(row) or row for row in rows]

    for answer, rows, whole in in_order(with_variants, pages, PAGES_AT_ONCE):
        if not count:
            expected = whole_number(answer.get("totalResults"))
        count += len(rows)
        managed = managed or any(map(_shows_what_managers_see, rows))
        parts = {name: flag in asking.extras for flag, name in _PARTS.items()}
        yield Rows(whole, parts=parts)
    if count and not managed and _HIDDEN in asking.extras:
        # What changed lately can be a single product, of which little can be told.
        logger.log(logging.INFO if since else logging.WARNING, _NO_SIGN, count, MANAGE)
    if expected is not None and expected != count:
        logger.warning(
            "Wix spoke of %d products at first and then gave %d; the shop may have changed while it"
            " was read.",
            expected,
            count,
        )
        if expected > count:
            yield Rows([], whole=False)


class ProductQuery:
    """What is asked for: everything at first, less if Wix refuses it to this key.

    Attributes:
        extras: the flags that need the permission to manage products and are not refused so far.
    """

    def __init__(self, site: WixSite) -> None:
        self._site = site
        self.extras = [_HIDDEN, MERCHANT]
        self._settled = False
        self._most_variants = 0

    def page(self, where: Row, limit: int | None = None) -> Row:
        """Return the answer with the first products, by `numericId`, that a filter allows."""
        query: Row = {"paging": {"limit": limit or LARGEST_PAGE}}
        if where:
            query["filter"] = as_text(where)
        refused: list[str] = []
        while True:
            flags = {"includeVariants": True, **dict.fromkeys(self.extras, True)}
            try:
                answer = read_sorted(
                    self._site,
                    QUERY_PATH,
                    "products",
                    "numericId",
                    query,
                    flags,
                    confirm_refusal=bool(self.extras) and not self._settled,
                )
            except AccessError as error:
                # Later on it is trouble of another kind, and no reason to go on with less.
                refusal = error.status == HTTPStatus.FORBIDDEN and not self._settled
                if not (refusal and self.extras):
                    raise
                refused.append(self.extras.pop())
                continue
            for name in refused:
                logger.warning("%s Permission needed: %s.", _WITHOUT[name], MANAGE)
            self._settled = True
            return answer

    def with_all_variants(self, product: Row) -> Row | None:
        """Return a product with all its variants, None if Wix does not know it any more.

        All combinations of a managed product's choices exist, up to 300 (wix-api stores-v1 2.3):
        where fewer came, the variants are asked for by themselves. Not so where more of another
        product were all there were: then nothing cuts off the fewer of this one.
        """
        have = product.get("variants")
        variants = have if isinstance(have, list) else []
        count = len(variants)
        if product.get("manageVariants") is not True or count >= _combinations(product):
            return product
        if 0 < count < self._most_variants:
            return product
        path = f"/v1/products/{quote_id(id_of(product, QUERY_PATH))}/variants/query"
        found: dict[str, Row] = {}
        try:
            for row in self._variants(path):
                found[id_of(row, path)] = row
        except NotFoundError as error:
            if variants:
                return product
            logger.warning("Product %s came without variants: %s", product["id"], error)
            return None
        if len(found) > count:
            return {**product, "variants": [*found.values()]}
        self._most_variants = max(self._most_variants, count)
        return product

    def _variants(self, path: str) -> Iterator[Row]:
        offset = 0
        new_rows = NewRows(path)
        while True:
            body: Row = {"paging": {"limit": LARGEST_PAGE, "offset": offset}}
            if MERCHANT in self.extras:
                body[MERCHANT] = True
            check = partial(list_in, key="variants", path=path)
            answer = read(self._site, path, body, check=check)
            rows = list_in(answer, "variants", path)
            new_rows.see(rows)
            yield from rows
            offset += len(rows)
            total = whole_number(answer.get("totalResults"))
            if is_last(len(rows), LARGEST_PAGE, offset, total):
                return


def _shows_what_managers_see(product: Row) -> bool:
    """Tell whether a product shows what a key without the right to manage products never sees.

    Wix refuses the flags to such a key, or takes them without effect (wix-api stores-v1 trap 4):
    then what was read must not pass for the whole shop.
    """
    return product.get("visible") is False or any(
        product.get(name) is not None for name in _MERCHANT_DATA
    )


def _combinations(product: Row) -> int:
    options = product.get("productOptions")
    sizes = [
        len(option["choices"])
        for option in (options if isinstance(options, list) else [])
        if isinstance(option, dict) and isinstance(option.get("choices"), list)
    ]
    return prod(size for size in sizes if size) if sizes else 1
