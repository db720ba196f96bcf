"""Catalog V1 products: every one of them, with its variants (wix-api stores-v1 2)."""

from __future__ import annotations

import logging
import re
from functools import partial
from http import HTTPStatus
from math import prod
from typing import TYPE_CHECKING

from tap_wix.api.catalog_v1.reading import LARGEST_PAGE, as_text, read, read_sorted
from tap_wix.api.errors import AccessError, AnswerError, NotFoundError
from tap_wix.api.foreign_text import shown
from tap_wix.api.keyset import at_or_before
from tap_wix.api.paging import NewRows, id_of, is_last, list_in, whole_number
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

QUERY_PATH = "/v1/products/query"
MERCHANT, _HIDDEN = "includeMerchantSpecificData", "includeHiddenProducts"
MANAGE = "Wix Stores, Manage Products, SCOPE.DC-STORES.MANAGE-PRODUCTS"
_WITHOUT = {
    MERCHANT: "Wix refuses costs and profits to this key; they are missing from what is read.",
    _HIDDEN: (
        "Wix refuses hidden products to this key: products that the shop does not show are missing"
        " from what is read."
    ),
}

_PARTS = {MERCHANT: "costs and profits", _HIDDEN: "hidden products"}

_NUMBER = re.compile("[0-9]{1,19}")
_TOO_HIGH = 2**63

_MERCHANT_DATA = ("costAndProfitData", "costRange")
_NO_SIGN = (
    "None of the products read (%d) is hidden in the shop, and none has a cost. If there are such,"
    " Wix left out hidden products and costs without a word, because a permission is missing: %s."
)


def read_products(site: WixSite, since: str | None = None) -> Iterator[Row]:
    """Yield all products changed since a date, or all there are, see `ProductSweep`."""
    return iter(ProductSweep(site, since))


class ProductSweep:
    """All products changed since a date, or all there are, in the order of `numericId`.

    `numericId` is unique and never changes, so pages that start after the last one seen neither
    skip nor repeat anything, and there is no end at 10,000 as with offsets (wix-api stores-v1 1.6).
    """

    def __init__(self, site: WixSite, since: str | None = None) -> None:
        """Read nothing yet.

        Args:
            site: with Catalog V1.
            since: the date from which on; None for all.
        """
        self._asking = ProductQuery(site)
        self._since = since

    def optional_parts(self) -> dict[str, bool]:
        """Return which optional parts Wix gives; known once the first product is there."""
        return {name: flag in self._asking.extras for flag, name in _PARTS.items()}

    def __iter__(self) -> Iterator[Row]:
        """Yield the products."""
        asking, since = self._asking, self._since
        changed: Row = {"lastUpdated": {"$gte": at_or_before(since)}} if since else {}
        last: int | None = None
        expected: int | None = None
        count = 0
        managed = False
        while True:
            after: Row = {} if last is None else {"numericId": {"$gt": last}}
            answer = asking.page({**changed, **after})
            rows = list_in(answer, "products", QUERY_PATH)
            if last is None:
                expected = whole_number(answer.get("totalResults"))
            if not rows:
                break
            last = _last_number(rows, last)
            count += len(rows)
            for row in rows:
                managed = managed or _shows_what_managers_see(row)
                whole = asking.with_all_variants(row)
                # Gone by now or not, it was there when it was asked for.
                yield row if whole is None else whole
        if count and not managed and _HIDDEN in asking.extras:
            # What changed lately can be a single product, of which little can be told.
            logger.log(logging.INFO if since else logging.WARNING, _NO_SIGN, count, MANAGE)
        if expected is not None and expected != count:
            logger.warning(
                "Wix spoke of %d products at first and then gave %d; the shop may have changed"
                " while it was read.",
                expected,
                count,
            )


class ProductQuery:
    """What is asked for: everything at first, less if Wix refuses it to this key.

    Attributes:
        extras: the flags that need the permission to manage products and are not refused so far.
    """

    def __init__(self, site: WixSite) -> None:
        """Nothing is asked or refused yet."""
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
        doubted = False
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
                    confirm_refusal=doubted,
                )
            except AccessError as error:
                # Later on it is trouble of another kind, and no reason to go on with less.
                refusal = error.status == HTTPStatus.FORBIDDEN and not self._settled
                if not (refusal and self.extras):
                    raise
                if doubted:
                    refused.append(self.extras.pop())
                # A burst is answered like a refusal (wix-api platform 6): once is no proof.
                doubted = True
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
            answer = read(self._site, path, body, check=partial(list_in, key="variants", path=path))
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


def number_of(product: Row) -> int:
    """Return the `numericId` of a product: ascending in the order in which products were made.

    Raises:
        AnswerError: it is no whole number of 64 bits.
    """
    value = product.get("numericId")
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _TOO_HIGH:
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value) and int(value) < _TOO_HIGH:
        return int(value)
    raise AnswerError(
        f"Wix sent product {shown(product.get('id'), limit=60)} with the numericId"
        f" {shown(value, limit=60)}, where a whole number was expected: products are read by it.",
        path=QUERY_PATH,
    )


def _last_number(rows: list[Row], last: int | None) -> int:
    """Return the highest `numericId` of a page.

    Raises:
        AnswerError: a row has none, or they do not ascend from the one asked for: Wix ignored the
            filter or the order, and to go on would lose products or never end.
    """
    for row in rows:
        number = number_of(row)
        if last is not None and number <= last:
            raise AnswerError(
                "Wix sent products out of the order of numericId, by which they are read.",
                path=QUERY_PATH,
            )
        last = number
    if last is None:
        raise AnswerError("Wix sent no products.", path=QUERY_PATH)
    return last
