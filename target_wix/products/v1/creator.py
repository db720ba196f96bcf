"""New products on Catalog V1: one request each, more where one cannot say it all.

What takes one request is there whole or not at all. What takes more is made hidden and with a note
(see `NOTE`), and shown by the last request, so that the next run can finish what this one
did not. It has to be found for that: a product has its slug, or a sku of its record, from its first
moment on. Where V1 would make another slug of the name, the slug is its first name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_objects, inside, text
from tap_wix.api.catalog_conversion.upgrade import upgrade_product
from tap_wix.api.errors import AnswerError, LostAnswerError, RefusedError
from tap_wix.api.money import same_amount
from tap_wix.api.stores_v1.calls import number_of
from tap_wix.api.stores_v1.products_write import (
    create_product,
    delete_product,
    remove_name,
    update_product,
    update_variants,
)
from target_wix.pipeline.refusals import refusals, rejection_of, two_looks
from target_wix.products.catalog import Created, Existing
from target_wix.products.fields.media import current_items
from target_wix.products.fields.stock import stock_by_id
from target_wix.products.fields.variants import replace_variants, variants_of
from target_wix.products.v1.as_stored import without_unrequested
from target_wix.products.v1.bodies import (
    LONGEST_NAME,
    NOTE_HTML,
    create_body,
    is_plain_slug,
    is_unfinished,
    removals,
    slug_fits,
    unmanaging_bodies,
)
from target_wix.products.v1.stock import is_sold_at_once
from target_wix.products.v1.variants import combinations, is_split, v1_options, variant_updates
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Creation, Product, StockPatch
    from target_wix.products.v1.pictures import Pictures
    from target_wix.products.v1.reader import Reader
    from target_wix.products.v1.stock import Stock

_TRIES = 3
_LAST = frozenset({"name", "visible", "description", "productType"})
"""What the last request writes, or none after the first."""


@dataclass
class _Making:
    """A product on its way: what is wanted, and what Wix has of it.

    Attributes:
        wanted: the product as it shall be.
        stock: its opening stock, by place of the variant.
        slug: the slug it shall have, empty if any will do.
        body: what the first request sends.
        found_again: whether it was looked up after a lost answer, or begun by an earlier run.
    """

    wanted: Product
    stock: Mapping[int, StockPatch]
    slug: str
    body: Row
    found_again: bool = False

    @property
    def under_its_slug(self) -> bool:
        """Whether it is made under its slug as a name."""
        return bool(self.slug) and not slug_fits(self.slug, str(self.wanted.get("name")))

    @property
    def first_name(self) -> str:
        """The name it is made under."""
        return self.slug[:LONGEST_NAME] if self.under_its_slug else str(self.wanted["name"])

    @property
    def may_get_another_slug(self) -> bool:
        """Whether V1 may make another slug even of the slug itself."""
        return self.under_its_slug and not is_plain_slug(self.slug)

    @property
    def borrowed_sku(self) -> str:
        """The sku of a variant that the product has until its variants have their own.

        Without a slug of its own this is what the product is found by.
        """
        if self.slug or not is_split(self.wanted):
            return ""
        return str(next((row["sku"] for row in variants_of(self.wanted) if row.get("sku")), ""))

    @property
    def in_steps(self) -> bool:
        """Whether one request cannot say it all."""
        return (
            self.under_its_slug
            or bool(current_items(self.wanted))
            or any(not is_sold_at_once(patch) for patch in self.stock.values())
            or bool(self.borrowed_sku)
            or bool(self.own_entries(self.body["product"]))
        )

    def own_entries(self, row: Row) -> list[Json]:
        """What variants have of their own, as far as V1 did not give it to them by itself."""
        entries = variant_updates(self.wanted, None)
        return [one for entry in entries if (one := _beyond_default(entry, row))]


class Creator:
    """Makes products."""

    def __init__(
        self,
        site: WixSite,
        reader: Reader,
        pictures: Pictures,
        stock: Stock,
        sleep: Callable[[float], None],
    ) -> None:
        self._site = site
        self._reader = reader
        self._pictures = pictures
        self._stock = stock
        self._sleep = sleep
        self._made: set[str] = set()
        self._newest: int | None = None

    def make(self, creation: Creation) -> Created | Existing | Rejection:
        """Make one product, with variants, pictures and opening stock."""
        wanted = without_unrequested(creation.product)
        slug = text(wanted.get("slug")) or ""
        making = _Making(wanted, creation.stock, slug, create_body(wanted))
        in_steps = making.in_steps or creation.begun is not None
        if making.in_steps:
            making.body["product"] |= {
                "name": making.first_name,
                "visible": False,
                "description": NOTE_HTML,
                **({"sku": making.borrowed_sku} if making.borrowed_sku else {}),
            }
        try:
            row = self._begun(making, creation.begun)
            if not row:
                row = self._named(making, self._create(making))
        except Rejection as rejection:
            return rejection
        if isinstance(row, Existing):
            return row
        self._reader.wrote(row["id"])
        return self._completed(making, row) if in_steps else self._opened(making, row)

    def _opened(self, making: _Making, row: Row) -> Created:
        """Return a product that one request made, with stock that V1 gave it otherwise."""
        product = upgrade_product(self._whole(making, row) if making.stock else row)
        return Created(product, self._open_stock(making, product))

    def _completed(self, making: _Making, row: Row) -> Created | Rejection:
        """Give a product that is hidden so far everything it lacks, and show it.

        It stays hidden if Wix refuses its variants or its stock: it would be sold for another
        price, or without end.
        """
        product = upgrade_product(row)
        refused = None
        try:
            product = self._with_variants(making, row)
            if current_items(making.wanted):
                refused = self._pictured(making, product)
            opening = self._open_stock(making, product)
        except Rejection as rejection:
            opening = rejection
        if opening is not None:
            return Created(product, _stays_hidden(opening))
        body = {
            "name": making.wanted["name"],
            "visible": making.wanted.get("visible", True),
            "description": text(making.wanted.get("plainDescription")) or "",
        }
        try:
            update_product(self._site, row["id"], {"product": body})
        except RefusedError as error:
            self._undo(making, row)
            return rejection_of(error)
        return Created(product, refused)

    def _pictured(self, making: _Making, product: Product) -> Rejection | None:
        """Bring the pictures; return why one of them could not be."""
        try:
            self._pictures.sync(product["id"], making.wanted, product)
        except Rejection as rejection:
            return rejection
        return None

    def _begun(self, making: _Making, begun: Product | None) -> Row | Existing:
        """Return what an earlier run made of the product, brought to what its record says now.

        Raises:
            Rejection: Wix refuses that.
        """
        if begun is None:
            begun = self._under_another_slug(making)
        shop = None if begun is None else self._reader.get(begun["id"])
        if shop is None:
            return {}
        if not is_unfinished(shop):
            return Existing(shop["id"])
        making.found_again = True
        self._made.add(shop["id"])
        sent = making.body["product"]
        body = {name: sent[name] for name in sent if name not in _LAST}
        options = [one.body(new=False) for one in v1_options(making.wanted, shop)]
        if options or as_objects(inside(shop, "v1", "productOptions")):
            body["productOptions"] = options
        if making.slug:
            body["slug"] = making.slug
        with refusals():
            for unmanaging in unmanaging_bodies(making.wanted, shop):
                update_product(self._site, shop["id"], unmanaging)
            row = update_product(self._site, shop["id"], {"product": body})
            for name in removals(("brand", "ribbon"), making.wanted, shop):
                remove_name(self._site, shop["id"], name)
        if making.slug and row.get("slug") != making.slug:
            raise Rejection("SLUG_TAKEN", "Another product has this slug.", "slug")
        return self._reader.lookup.one(shop["id"]) or row

    def _under_another_slug(self, making: _Making) -> Product | None:
        """Return the product that an earlier run began, where V1 made it another slug."""
        if not making.may_get_another_slug:
            return None
        for row in self._reader.lookup.where("name", [making.first_name]):
            product = upgrade_product(row)
            if is_unfinished(product):
                return product
        return None

    def _create(self, making: _Making) -> Row:
        """Make the product and return it as V1 has it.

        Raises:
            Rejection: Wix refuses it, or gives no answer to any try.
        """
        if self._newest is None:
            self._newest = self._reader.lookup.newest()
        product = making.body["product"]
        for _ in range(_TRIES):
            try:
                with refusals():
                    row = create_product(self._site, making.body)
            except (LostAnswerError, AnswerError) as error:
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
        for _ in two_looks(self._sleep):
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
        """Give the product its slug where V1 made another one of its name.

        Raises:
            Rejection: Wix refuses that, or another product has the slug. Then there is no product.
        """
        if not making.slug or row.get("slug") == making.slug:
            return row
        try:
            named = update_product(self._site, row["id"], {"product": {"slug": making.slug}})
        except RefusedError as error:
            self._undo(making, row)
            raise rejection_of(error) from error
        if named.get("slug") != making.slug:
            return self._taken(making, row)
        return {**named, **_variants_of_both(row, named)}

    def _taken(self, making: _Making, row: Row) -> Existing:
        """Another product has the slug: take back the one just made, and say which it is."""
        self._undo(making, row)
        for _ in two_looks(self._sleep):
            for other in self._reader.lookup.where("slug", [making.slug]):
                if other["id"] != row["id"]:
                    return Existing(other["id"])
        raise Rejection("SLUG_TAKEN", "Another product has this slug.", "slug")

    def _undo(self, making: _Making, row: Row) -> None:
        """Delete what was made a moment ago, if Wix itself said that it was us who made it."""
        self._reader.wrote(row["id"])
        if not making.found_again:
            delete_product(self._site, row["id"])

    def _open_stock(self, making: _Making, product: Product) -> Rejection | None:
        """Write the opening stock, if there is any; return why it could not be."""
        if not making.stock:
            return None
        return self._stock.open(product, stock_by_id(making.stock, making.wanted, product))

    def _whole(self, making: _Making, row: Row) -> Row:
        """Return the product with all its variants, which an answer may lack."""
        lacks = len(as_objects(row.get("variants"))) < combinations(making.wanted)
        if is_split(making.wanted) and lacks:
            return self._reader.lookup.one(row["id"]) or row
        return row

    def _with_variants(self, making: _Making, row: Row) -> Product:
        """Give variants what is theirs; return the product with them.

        Raises:
            Rejection: Wix refuses that.
        """
        wanted = making.wanted
        if not is_split(wanted):
            return upgrade_product(row)
        if making.stock or making.borrowed_sku:
            row = self._whole(making, row)
        product = upgrade_product(row)
        whole = len(variants_of(product)) >= combinations(wanted)
        if making.borrowed_sku or making.found_again:
            wanted = _with_skus(wanted)
        entries = variant_updates(wanted, product) if whole else making.own_entries(row)
        if not entries:
            return product
        with refusals():
            changed = update_variants(self._site, row["id"], entries)
        return upgrade_product({**row, "variants": _merged(row, changed)})


def _stays_hidden(rejection: Rejection) -> Rejection:
    return Rejection(
        rejection.code,
        f"{rejection.reason} The product was made and stays hidden until its record is sent again.",
        rejection.field,
        rejection.request_id,
    )


def _price(row: Row) -> object:
    return inside(row, "priceData", "price")


def _variants_of_both(row: Row, named: Row) -> Row:
    """The variants, from whichever answer has them."""
    return {} if as_objects(named.get("variants")) else {"variants": row.get("variants") or []}


def _with_skus(product: Product) -> Product:
    """The product with skus that say themselves that there is none."""
    return replace_variants(product, [{"sku": None, **row} for row in variants_of(product)])


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
