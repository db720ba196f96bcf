"""Products made in bulk, with their stock, never twice (wix-api stores-v3 3.4, 3.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_objects
from tap_wix.api.errors import AccessError, AnswerError, LostAnswerError, RefusedError
from tap_wix.api.stores_v3.named_entities import BRANDS, RIBBONS
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
    from tap_wix.api.stores_v3.lookup import ProductLookup
    from tap_wix.api.transport import WixTransport
    from target_wix.products.catalog import StockPatch
    from target_wix.products.v3.reader import Reader
    from target_wix.products.v3.stock import Stock

_TRIES = 3
_NOT_MADE_WITH = frozenset(
    {"BRAND_CREATION_FAILED", "RIBBON_CREATION_FAILED", "INFO_SECTION_CREATION_FAILED"}
)


@dataclass
class PendingCreation:
    """A product on its way to Wix.

    Attributes:
        creation: what was asked for.
        product: what is sent of it: with a slug to be found by, if it has none.
        body: its row.
        lost: it was sent before and may exist.
        tries: how often its outcome stayed unknown.
        by_id: brand, ribbon and sections are sent by id, since making them along failed.
    """

    creation: Creation
    product: Product
    body: Json = field(default_factory=dict)
    lost: bool = False
    tries: int = 0
    by_id: bool = False

    @property
    def stock(self) -> dict[int, StockPatch]:
        """The opening stock by place of the variant."""
        return self.creation.stock


class Preparer:
    """Makes rows of products, with brands, ribbons and sections as Wix takes them."""

    def __init__(self, references: References) -> None:
        """Refer to what a site has."""
        self._references = references

    def look_up(self, plans: Sequence[PendingCreation]) -> None:
        """Look up at once which sections the site has."""
        self._references.look_up(
            [row for plan in plans for row in as_objects(plan.product.get("infoSections"))]
        )

    def give_bodies(self, plans: Sequence[PendingCreation]) -> None:
        """Give each plan its row."""
        together = [plan for plan in plans if not plan.by_id]
        try:
            found = self._references.inline([plan.product for plan in together])
            inlined = dict(zip(map(id, together), found, strict=True))
        except (Rejection, RefusedError):
            inlined = {}  # one of them cannot be; each by itself tells which
        for plan in plans:
            product = plan.product
            sections = inlined.get(id(plan))
            if sections is None:
                rows = as_objects(product.get("infoSections"))
                sections = list(self._sections(rows))
            plan.body = create_body(product, sections, plan.stock)
            if plan.by_id:
                self._refer_by_id(plan.body, product)

    def _sections(self, rows: Sequence[Json]) -> Iterator[Json]:
        """Yield the sections by id; count one that cannot be made as dropped."""
        for row in rows:
            section = self._section(row)
            if section is not None:
                yield section

    def _section(self, row: Json) -> Json | None:
        try:
            return self._references.section(row)
        except (Rejection, RefusedError) as error:
            self._references.drop_field("infoSections", error)
            return None

    def _refer_by_id(self, body: Json, product: Product) -> None:
        """Name brand and ribbons by id; one that cannot be made is left out and counted."""
        for name, kind in (("brand", BRANDS), ("ribbon", RIBBONS), ("additionalRibbons", RIBBONS)):
            if name not in body:
                continue
            value = product[name]
            try:
                body[name] = (
                    [self._references.by_id(kind, row) for row in as_objects(value)]
                    if isinstance(value, list)
                    else self._references.by_id(kind, value)
                )
            except RefusedError as error:
                self._references.drop_field(name, error)
                del body[name]


class Creator:
    """Makes products."""

    def __init__(
        self,
        transport: WixTransport,
        lookup: ProductLookup,
        reader: Reader,
        references: References,
        stock: Stock,
        sleep: Callable[[float], None],
    ) -> None:
        """Nothing is made yet."""
        self._transport = transport
        self._lookup = lookup
        self._reader = reader
        self._references = references
        self._preparer = Preparer(references)
        self._stock = stock
        self._sleep = sleep
        self._handles_are_taken = False

    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Make products; see `Catalog.create`."""
        plans = [PendingCreation(creation, creation.product) for creation in creations]
        for plan in plans:
            self._make_findable(plan)
        yield from self._made(plans)

    def _made(
        self, plans: Sequence[PendingCreation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        self._preparer.look_up(plans)
        self._preparer.give_bodies(plans)
        for stocked in (True, False):
            for batch in requests_of(plan for plan in plans if bool(plan.stock) is stocked):
                yield from self._send(batch)

    def _make_findable(self, plan: PendingCreation) -> None:
        """Give a product a slug of its own if nothing else would find it after a lost answer.

        Whether Wix takes handles is not certain until it took one (wix-api stores-v3 11).
        """
        product = plan.product
        skus = any(row.get("sku") for row in variants_of(product))
        if not product.get("slug") and not (self._handles_are_taken or skus):
            slug = generated_slug(str(product.get("name")), str(product.get("handle")))
            plan.product = {**product, "slug": slug}

    def _send(
        self, plans: Sequence[PendingCreation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        bodies = [plan.body for plan in plans]
        items: int | None = 0
        try:
            if plans[0].stock:
                rows, items = create_stocked(self._transport, bodies, self._lookup.fields.names)
            else:
                rows = create_products(self._transport, bodies, self._lookup.fields.names)
        except LostAnswerError as error:
            yield from self._look(plans, error)
        except AnswerError:
            # An answer without results: the products may be there.
            yield from self._look(plans, None)
        except (RefusedError, AccessError) as error:
            if isinstance(error, AccessError):
                if not self._lookup.fields.drop_refused(error):
                    raise
                yield from self._send(plans)
            elif len(plans) > 1:
                for half in halves(plans):
                    yield from self._send(half)
            else:
                yield from self._refused(plans[0], error)
        else:
            yield from self._sorted_out(plans, rows, items)

    def _sorted_out(
        self, plans: Sequence[PendingCreation], rows: Mapping[int, BulkRow], items: int | None
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        made: list[tuple[PendingCreation, Product]] = []
        unknown: list[PendingCreation] = []
        for place, plan in enumerate(plans):
            row = rows.get(place)
            if row is None:
                unknown.append(plan)
            elif row.error is not None:
                yield from self._refused(plan, row.error)
            else:
                product = self._product_of(row)
                if product is None:
                    unknown.append(plan)
                else:
                    made.append((plan, product))
        wanted = sum(len(plan.stock) for plan, _ in made)
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
            (product, stock_by_id(plan.stock, plan.product, product)) for plan, product in made
        ]
        if not stocked:
            failed = self._stock.complete([(one, patch) for one, patch in patches if patch])
        for plan, product in made:
            handle = plan.product.get("handle")
            if handle and product.get("handle") == handle:
                self._handles_are_taken = True
            self._references.remember(product)
            yield plan.creation, Created(product, failed.get(product["id"]))

    def _refused(
        self, plan: PendingCreation, error: RefusedError
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        if error.code in _NOT_MADE_WITH and not plan.by_id:
            plan.by_id = True
            yield from self._made([plan])
            return
        part = refused_part(error, plan.body)
        if part:
            self._references.drop_field(part, error)
            del plan.body[part]
            yield from self._send([plan])
            return
        holder = self._holder(plan, error)
        if holder is None:
            yield plan.creation, rejection_of(error)
        elif plan.lost and _is_what_was_sent(holder, plan):
            yield from self._finished([(plan, holder)], stocked=False)
        else:
            yield plan.creation, Existing(holder["id"])

    def _holder(self, plan: PendingCreation, error: RefusedError) -> Product | None:
        """The product that has the slug or handle already; queries may not know it yet."""
        product = plan.product
        if "SLUG" in error.code and "FORMAT" not in error.code and product.get("slug"):
            return self._lookup.by_slug(product["slug"])
        if "HANDLE" in error.code and product.get("handle"):
            keys = Keys(handles=frozenset({product["handle"]}))
            found = next(iter(self._reader.find(keys)), None)
            return self._reader.get(found.id) if found else None
        return None

    def _look(
        self, plans: Sequence[PendingCreation], error: LostAnswerError | None
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Find out what became of products whose outcome is unknown, and make the rest."""
        left = list(plans)
        for _ in two_looks(self._sleep):
            found = _what_was_made(self._reader, left)
            made = [(plan, found[id(plan)]) for plan in left if id(plan) in found]
            yield from self._finished(made, stocked=False)
            left = [plan for plan in left if id(plan) not in found]
            if not left:
                return
        again = []
        for plan in left:
            plan.lost, plan.tries = True, plan.tries + 1
            if plan.tries < _TRIES:
                again.append(plan)
            elif error is not None:
                raise error
            else:
                reason = "Wix neither made the product nor said why not."
                yield plan.creation, Rejection("UNDETAILED_FAILURE", reason)
        for batch in requests_of(again):
            yield from self._send(batch)


def _what_was_made(reader: Reader, plans: Sequence[PendingCreation]) -> dict[int, Product]:
    """The products that are there and are what was sent, by plan.

    Keys were looked up before: what has them now was just made. But a key that records are not
    matched by can have been there all along, so that name and variants must agree too.
    """
    products = [plan.product for plan in plans]
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
    made: dict[int, Product] = {}
    for plan in plans:
        match = next((one for one in there.values() if _is_what_was_sent(one, plan)), None)
        if match is not None:
            made[id(plan)] = there.pop(match["id"])
    return made


def _is_what_was_sent(product: Product, plan: PendingCreation) -> bool:
    """Whether a product is the one that was sent."""
    wanted = plan.product
    keys = [name for name in ("handle", "slug") if wanted.get(name)]
    if keys and not any(product.get(name) == wanted[name] for name in keys):
        return False
    return not {"name", "variantsInfo"} & set(differences(product, wanted))
