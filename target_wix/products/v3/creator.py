"""Products made in bulk, with their stock, never twice (wix-api stores-v3 3.4, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_objects
from tap_wix.api.errors import AccessError, AnswerError, LostAnswerError, RefusedError
from tap_wix.api.stores_v3.products_write import create_products, create_stocked
from target_wix.pipeline.refusals import halves, rejection_of, two_looks
from target_wix.products.catalog import Created, Creation, Existing, Keys, Product
from target_wix.products.compare import differences
from target_wix.products.fields.stock import stock_by_id
from target_wix.products.fields.variants import variants_of
from target_wix.products.records import generated_slug
from target_wix.products.v3.bodies import create_body, requests_of
from target_wix.products.v3.references import References, refused_part
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from tap_wix.api.stores_v3.bulk import BulkRow
    from tap_wix.api.transport import WixTransport
    from target_wix.products.catalog import StockPatch
    from target_wix.products.v3.reader import Reader
    from target_wix.products.v3.stock import Stock

_TRIES = 3
_NOT_MADE_WITH = frozenset(
    {"BRAND_CREATION_FAILED", "RIBBON_CREATION_FAILED", "INFO_SECTION_CREATION_FAILED"}
)


@dataclass(eq=False)
class PendingCreation:
    """A product on its way to Wix.

    Attributes:
        creation: what was asked for.
        product: what is sent of it: with a slug to be found by, if it has none.
        body: its row.
        lost: it was sent before and may exist.
        tries: how often its outcome stayed unknown.
        fault: what Wix said last, if that was no more than a fault of its own.
        by_id: brand, ribbon and sections are sent by id, since making them along failed.
    """

    creation: Creation
    product: Product
    body: Json = field(default_factory=dict)
    lost: bool = False
    tries: int = 0
    fault: RefusedError | None = None
    by_id: bool = False

    @property
    def stock(self) -> dict[int, StockPatch]:
        """The opening stock by place of the variant."""
        return self.creation.stock


class Creator:
    """Makes products."""

    def __init__(
        self,
        transport: WixTransport,
        reader: Reader,
        references: References,
        stock: Stock,
        sleep: Callable[[float], None],
    ) -> None:
        self._transport = transport
        self._reader = reader
        self._references = references
        self._stock = stock
        self._sleep = sleep
        self._handles_are_taken = False

    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Make products; see `Catalog.create`."""
        entries = [PendingCreation(creation, creation.product) for creation in creations]
        for entry in entries:
            self._make_findable(entry)
        yield from self._made(entries)

    def _made(
        self, entries: Sequence[PendingCreation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        self._references.look_up(
            [row for entry in entries for row in as_objects(entry.product.get("infoSections"))]
        )
        self._give_bodies(entries)
        for stocked in (True, False):
            for batch in requests_of(entry for entry in entries if bool(entry.stock) is stocked):
                yield from self._send(batch)

    def _give_bodies(self, entries: Sequence[PendingCreation]) -> None:
        """Give each entry its row, with brands, ribbons and sections as Wix takes them."""
        together = [entry for entry in entries if not entry.by_id]
        try:
            found = self._references.inline([entry.product for entry in together])
            inlined = dict(zip(together, found, strict=True))
        except (Rejection, RefusedError):
            inlined = {}  # one of them cannot be; each by itself tells which
        for entry in entries:
            sections = inlined.get(entry)
            if sections is None:
                sections = self._references.sections(entry.product)
            entry.body = create_body(entry.product, sections, entry.stock)
            if entry.by_id:
                names = entry.body.keys() - {"infoSections"}
                references, left_out = self._references.replaced(entry.product, names)
                entry.body |= references
                for name in left_out:
                    del entry.body[name]

    def _make_findable(self, entry: PendingCreation) -> None:
        """Give a product a slug of its own if nothing else would find it after a lost answer.

        Whether Wix takes handles is not certain until it took one (wix-api stores-v3 11).
        """
        product = entry.product
        skus = any(row.get("sku") for row in variants_of(product))
        if not product.get("slug") and not (self._handles_are_taken or skus):
            slug = generated_slug(str(product.get("name")), str(product.get("handle")))
            entry.product = {**product, "slug": slug}

    def _send(
        self, entries: Sequence[PendingCreation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        bodies = [entry.body for entry in entries]
        items: int | None = 0
        try:
            if entries[0].stock:
                rows, items = create_stocked(
                    self._transport, bodies, self._reader.lookup.fields.names
                )
            else:
                rows = create_products(self._transport, bodies, self._reader.lookup.fields.names)
        except LostAnswerError as error:
            yield from self._look(entries, error)
        except AnswerError:
            # An answer without results: the products may be there.
            yield from self._look(entries, None)
        except (RefusedError, AccessError) as error:
            if isinstance(error, AccessError):
                if not self._reader.lookup.fields.drop_refused(error):
                    raise
                yield from self._send(entries)
            elif len(entries) > 1:
                for half in halves(entries):
                    yield from self._send(half)
            else:
                yield from self._refused(entries[0], error)
        else:
            yield from self._sorted_out(entries, rows, items)

    def _sorted_out(
        self, entries: Sequence[PendingCreation], rows: Mapping[int, BulkRow], items: int | None
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        made: list[tuple[PendingCreation, Product]] = []
        unknown: list[PendingCreation] = []
        for place, entry in enumerate(entries):
            row = rows.get(place)
            entry.fault = row.error if row is not None and row.is_fault else None
            if row is None or row.is_fault:
                unknown.append(entry)
            elif row.error is not None:
                yield from self._refused(entry, row.error)
            else:
                product = self._product_of(row)
                if product is None:
                    unknown.append(entry)
                else:
                    made.append((entry, product))
        wanted = sum(len(entry.stock) for entry, _ in made)
        yield from self._finished(made, stocked=items is not None and items == wanted)
        if unknown:
            yield from self._look(unknown, None)

    def _product_of(self, row: BulkRow) -> Product | None:
        if row.item is not None and variants_of(row.item) and row.item.get("id"):
            return row.item
        return self._reader.get(row.id) if row.id else None

    def _finished(
        self, made: Sequence[tuple[PendingCreation, Product]], *, stocked: bool
    ) -> Iterator[tuple[Creation, Created]]:
        """Write the stock that is missing: a product can be made without it (3.4)."""
        failed: dict[str, Rejection] = {}
        patches = [
            (product, stock_by_id(entry.stock, entry.product, product)) for entry, product in made
        ]
        if not stocked:
            failed = self._stock.complete([(one, patch) for one, patch in patches if patch])
        for entry, product in made:
            handle = entry.product.get("handle")
            if handle and product.get("handle") == handle:
                self._handles_are_taken = True
            self._references.remember(product)
            yield entry.creation, Created(product, failed.get(product["id"]))

    def _refused(
        self, entry: PendingCreation, error: RefusedError
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        if error.code in _NOT_MADE_WITH and not entry.by_id:
            entry.by_id = True
            yield from self._made([entry])
            return
        part = refused_part(error, entry.body)
        if part:
            self._references.drop_field(part, error)
            del entry.body[part]
            yield from self._send([entry])
            return
        holder = self._holder(entry, error)
        if holder is None:
            yield entry.creation, rejection_of(error)
        elif entry.lost and _is_what_was_sent(holder, entry):
            yield from self._finished([(entry, holder)], stocked=False)
        else:
            yield entry.creation, Existing(holder["id"])

    def _holder(self, entry: PendingCreation, error: RefusedError) -> Product | None:
        """The product that has the slug or handle already; queries may not know it yet."""
        product = entry.product
        if "SLUG" in error.code and "FORMAT" not in error.code and product.get("slug"):
            return self._reader.lookup.by_slug(product["slug"])
        if "HANDLE" in error.code and product.get("handle"):
            keys = Keys(handles=frozenset({product["handle"]}))
            found = next(iter(self._reader.find(keys)), None)
            return self._reader.get(found.id) if found else None
        return None

    def _look(
        self, entries: Sequence[PendingCreation], error: LostAnswerError | None
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Find out what became of products whose outcome is unknown, and make the rest."""
        left = list(entries)
        for _ in two_looks(self._sleep):
            found = _what_was_made(self._reader, left)
            made = [(entry, found[entry]) for entry in left if entry in found]
            yield from self._finished(made, stocked=False)
            left = [entry for entry in left if entry not in found]
            if not left:
                return
        again = []
        for entry in left:
            entry.lost, entry.tries = True, entry.tries + 1
            if entry.tries < _TRIES:
                again.append(entry)
            elif error is not None:
                raise error
            elif entry.fault is not None:
                yield entry.creation, rejection_of(entry.fault)
            else:
                reason = "Wix neither made the product nor said why not."
                yield entry.creation, Rejection("UNDETAILED_FAILURE", reason)
        for batch in requests_of(again):
            yield from self._send(batch)


def _what_was_made(
    reader: Reader, entries: Sequence[PendingCreation]
) -> dict[PendingCreation, Product]:
    """The products that are there and are what was sent.

    Keys were looked up before: what has them now was just made. But a key that records are not
    matched by can have been there all along, so that name and variants must agree too.
    """
    products = [entry.product for entry in entries]
    keys = Keys(
        handles=frozenset(one["handle"] for one in products if one.get("handle")),
        slugs=frozenset(one["slug"] for one in products if one.get("slug")),
        skus=frozenset(
            row["sku"]
            for one in products
            if not one.get("slug")
            for row in variants_of(one)
            if row.get("sku")
        ),
    )
    there = reader.by_ids([row.id for row in reader.find(keys)])
    made: dict[PendingCreation, Product] = {}
    for entry in entries:
        match = next((one for one in there.values() if _is_what_was_sent(one, entry)), None)
        if match is not None:
            made[entry] = there.pop(match["id"])
    return made


def _is_what_was_sent(product: Product, entry: PendingCreation) -> bool:
    """Whether a product is the one that was sent."""
    wanted = entry.product
    keys = [name for name in ("handle", "slug") if wanted.get(name)]
    if keys and not any(product.get(name) == wanted[name] for name in keys):
        return False
    return not {"name", "variantsInfo"} & set(differences(product, wanted))
