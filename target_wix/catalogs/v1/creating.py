"""New products on Catalog V1: one request each, more where one cannot say it all.

Whatever breaks off in the middle, the next run finds the product again by slug or sku, sees what
is missing and adds it. So a product has its slug from its first moment on: where V1 would make
another one of the name, it is made, hidden, under its slug as a name, and named afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.catalog_v1.products_write import (
    create_product,
    delete_product,
    update_product,
    update_variants,
)
from tap_wix.api.catalog_v1.reading import number_of
from tap_wix.api.errors import LostAnswerError, RefusedError
from tap_wix.api.migration.downgrade import create_body
from tap_wix.api.migration.downgrade_variants import variant_updates
from tap_wix.api.migration.limits import combinations
from tap_wix.api.migration.reading import is_split, variants_of
from tap_wix.api.migration.shapes import Json, as_object, as_objects, inside, text
from tap_wix.api.migration.upgrade import upgrade_product
from tap_wix.api.money import same_amount
from target_wix.catalogs.protocol import Created, Existing
from target_wix.catalogs.v1.fitting import without_rest
from target_wix.catalogs.v1.names import LONGEST_NAME, slug_fits
from target_wix.catalogs.v1.pictures import items_of
from target_wix.catalogs.v1.refusals import refusals
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from target_wix.catalogs.protocol import Creation, Product
    from target_wix.catalogs.v1.pictures import Pictures
    from target_wix.catalogs.v1.reading import Reader
    from target_wix.catalogs.v1.stock import Stock

_INDEX_SECONDS = 10.0
_TRIES = 3


@dataclass
class _Making:
    """A product on its way: what is wanted, and what Wix has of it."""

    wanted: Product
    slug: str
    body: Row
    found_again: bool = False

    @property
    def under_its_slug(self) -> bool:
        """Whether it is made under its slug as a name."""
        name = str(self.wanted.get("name"))
        return bool(self.slug) and not slug_fits(self.slug, name) and len(self.slug) <= LONGEST_NAME


class Maker:
    """Makes products."""

    def __init__(
        self,
        site: WixSite,
        reader: Reader,
        pictures: Pictures,
        stock: Stock,
        sleep: Callable[[float], None],
    ) -> None:
        """Nothing is made yet."""
        self._site = site
        self._reader = reader
        self._pictures = pictures
        self._stock = stock
        self._sleep = sleep
        self._made: set[str] = set()
        self._newest: int | None = None

    def make(self, creation: Creation) -> Created | Existing | Rejection:
        """Make one product, with variants, pictures and opening stock."""
        wanted = without_rest(creation.product)
        making = _Making(wanted, text(wanted.get("slug")) or "", create_body(wanted))
        try:
            row = self._named(making, self._create(making))
        except Rejection as rejection:
            return rejection
        if isinstance(row, Existing):
            return row
        self._reader.wrote(row["id"])
        product = upgrade_product(row)
        try:
            product = self._with_variants(making, row, ids=bool(creation.stock))
            if items_of(wanted):
                self._pictures.bring(row["id"], wanted, product)
        except Rejection as rejection:
            return Created(product, rejection)
        opening = self._stock.open(product, creation.stock) if creation.stock else None
        return Created(product, opening)

    def _create(self, making: _Making) -> Row:
        """Make the product and return it as V1 has it.

        Raises:
            Rejection: Wix refuses it, or gives no answer to any try.
        """
        if self._newest is None:
            self._newest = self._reader.lookup.newest()
        product = making.body["product"]
        if making.under_its_slug:
            product |= {"name": making.slug, "visible": False}
        elif not making.slug and is_split(making.wanted):
            # Until its variants have skus of their own, this is what it is found by.
            sku = next((row["sku"] for row in variants_of(making.wanted) if row.get("sku")), None)
            product |= {"sku": sku} if sku else {}
        for _ in range(_TRIES):
            try:
                with refusals():
                    row = create_product(self._site, making.body)
            except LostAnswerError as error:
                lost = error
                row = self._made_all_the_same(product)
                making.found_again = bool(row)
            if row:
                self._made.add(row["id"])
                self._newest = max(self._newest, number_of(row))
                return row
        raise Rejection("NO_ANSWER", str(lost), None, lost.request_id)

    def _made_all_the_same(self, sent: Row) -> Row:
        """Look for a product whose creation was not answered, and look again after a while.

        V1 has no key that could be given along. It is the one that came after all those known,
        has the name, price and sku that were sent, and is none that this run made before.
        """
        for seconds in (0.0, _INDEX_SECONDS):
            if seconds:
                self._sleep(seconds)
            for row in self._reader.lookup.after(self._newest or 0):
                if (
                    row["id"] not in self._made
                    and row.get("name") == sent["name"]
                    and same_amount(_price(row), _price(sent))
                    and (row.get("manageVariants") or (row.get("sku") or "") == sent.get("sku", ""))
                ):
                    return self._reader.lookup.one(row["id"]) or row
        return {}

    def _named(self, making: _Making, row: Row) -> Row | Existing:
        """Give the product its name and slug where it could not have them from the start.

        Raises:
            Rejection: Wix refuses that, or another product has the slug. Then there is no product.
        """
        wanted = making.wanted
        body: Row = {}
        if making.under_its_slug:
            body = {"name": wanted["name"], "visible": wanted.get("visible", True)}
        if making.slug and row.get("slug") != making.slug:
            if making.under_its_slug:
                return self._taken(making, row)
            body["slug"] = making.slug
        if not body:
            return row
        try:
            named = update_product(self._site, row["id"], {"product": body})
        except RefusedError as error:
            self._undo(making, row)
            raise Rejection.of(error) from error
        if making.slug and named.get("slug") != making.slug:
            return self._taken(making, row)
        return {**named, **_variants_of_both(row, named)}

    def _taken(self, making: _Making, row: Row) -> Existing:
        """Another product has the slug: take back the one just made, and say which it is."""
        self._undo(making, row)
        for seconds in (0.0, _INDEX_SECONDS):
            if seconds:
                self._sleep(seconds)
            for other in self._reader.lookup.where("slug", [making.slug]):
                if other["id"] != row["id"]:
                    return Existing(other["id"])
        raise Rejection("SLUG_TAKEN", "Another product has this slug.", "slug")

    def _undo(self, making: _Making, row: Row) -> None:
        """Delete what was made a moment ago, if Wix itself said that it was us who made it."""
        self._reader.wrote(row["id"])
        if not making.found_again:
            delete_product(self._site, row["id"])

    def _with_variants(self, making: _Making, row: Row, *, ids: bool) -> Product:
        """Give variants what is theirs; return the product with them.

        Args:
            making: the product.
            row: as Wix has it, without variants if the answer has none.
            ids: whether the ids of all variants are needed.
        """
        wanted = making.wanted
        if not is_split(wanted):
            return upgrade_product(row)
        count = combinations(wanted)
        borrowed = "sku" in making.body["product"]
        if len(as_objects(row.get("variants"))) < count and (ids or borrowed):
            row = self._reader.lookup.one(row["id"]) or row
        product = upgrade_product(row)
        whole = len(variants_of(product)) >= count
        if borrowed:
            wanted = _with_skus(wanted)
        entries = variant_updates(wanted, product if whole else None)
        if not whole:
            entries = [one for entry in entries if (one := _beyond_default(entry, row))]
        if not entries:
            return product
        with refusals():
            changed = update_variants(self._site, row["id"], entries)
        return upgrade_product({**row, "variants": _merged(row, changed)})


def _price(row: Row) -> object:
    return inside(row, "priceData", "price")


def _variants_of_both(row: Row, named: Row) -> Row:
    """The variants, from whichever answer has them."""
    return {} if as_objects(named.get("variants")) else {"variants": row.get("variants") or []}


def _with_skus(product: Product) -> Product:
    """The product with skus that say themselves that there is none."""
    rows = [{"sku": None, **row} for row in variants_of(product)]
    return {**product, "variantsInfo": {**as_object(product["variantsInfo"]), "variants": rows}}


def _beyond_default(entry: Json, row: Row) -> Json:
    """What of an entry V1 did not do by itself when it made the variants; `{}` if nothing.

    A new variant is visible and has the product's price (stores-v1 2.3).
    """
    rest = dict(entry)
    if rest.get("visible") is True:
        del rest["visible"]
    if "price" in rest and same_amount(rest["price"], _price(row)):
        del rest["price"]
    return rest if rest.keys() - {"choices", "variantIds"} else {}


def _merged(row: Row, changed: list[Row]) -> list[Row]:
    rows = {str(one.get("id")): one for one in as_objects(row.get("variants"))}
    return list((rows | {str(one.get("id")): one for one in changed}).values())
