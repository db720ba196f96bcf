"""Products made in bulk, with their stock, never twice (wix-api stores-v3 3.4, 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_v3.products_write import create_products, create_stocked
from tap_wix.api.errors import AccessError, AnswerError, LostAnswerError, RefusedError
from target_wix.pipeline.halving import halves
from target_wix.pipeline.index_lag import two_looks
from target_wix.pipeline.refusals import rejection_of
from target_wix.products.catalog import Created, Creation, Existing, Keys, Product
from target_wix.products.fields.slugs import generated_slug
from target_wix.products.fields.variants import variants_of
from target_wix.products.v3.batches import requests_of
from target_wix.products.v3.preparing import PendingCreation, Preparer
from target_wix.products.v3.recovering import by_variant, is_what_was_sent
from target_wix.products.v3.recovering import found as found_products
from target_wix.products.v3.references import References, refused_part
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_wix.api.catalog_v3.bulk import BulkRow
    from tap_wix.api.catalog_v3.lookup import ProductLookup
    from tap_wix.api.transport import WixTransport
    from target_wix.products.v3.key_lookup import KeyLookup
    from target_wix.products.v3.stock import Stock

_TRIES = 3
_NOT_MADE_WITH = frozenset(
    {"BRAND_CREATION_FAILED", "RIBBON_CREATION_FAILED", "INFO_SECTION_CREATION_FAILED"}
)


class Creator:
    """Makes products."""

    def __init__(
        self,
        transport: WixTransport,
        lookup: ProductLookup,
        key_lookup: KeyLookup,
        references: References,
        stock: Stock,
        sleep: Callable[[float], None],
    ) -> None:
        """Nothing is made yet."""
        self._transport = transport
        self._lookup = lookup
        self._key_lookup = key_lookup
        self._references = references
        self._preparer = Preparer(references)
        self._stock = stock
        self._sleep = sleep
        self._handles_are_taken = False

    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Make products; see `Catalog.create`."""
        plans = [PendingCreation(creation) for creation in creations]
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
        product = plan.creation.product
        skus = any(row.get("sku") for row in variants_of(product))
        if not product.get("slug") and not (self._handles_are_taken or skus):
            slug = generated_slug(str(product.get("name")), str(product.get("handle")))
            plan.creation.product = {**product, "slug": slug}

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
                if not self._lookup.fields.do_without(error):
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
        return self._lookup.by_id(row.id) if row.id else None

    def _finished(
        self, made: Sequence[tuple[PendingCreation, Product]], *, stocked: bool
    ) -> Iterator[tuple[Creation, Created]]:
        """Write the stock that is missing: a product can be made without it (3.4)."""
        failed: dict[str, Rejection] = {}
        patches = [(product, by_variant(plan, product)) for plan, product in made]
        if not stocked:
            failed = self._stock.complete([(one, patch) for one, patch in patches if patch])
        for plan, product in made:
            handle = plan.creation.product.get("handle")
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
        elif plan.lost and is_what_was_sent(holder, plan):
            yield from self._finished([(plan, holder)], stocked=False)
        else:
            yield plan.creation, Existing(holder["id"])

    def _holder(self, plan: PendingCreation, error: RefusedError) -> Product | None:
        """The product that has the slug or handle already; queries may not know it yet."""
        product = plan.creation.product
        if "SLUG" in error.code and "FORMAT" not in error.code and product.get("slug"):
            return self._lookup.by_slug(product["slug"])
        if "HANDLE" in error.code and product.get("handle"):
            keys = Keys(handles=frozenset({product["handle"]}))
            found = next(iter(self._key_lookup.find(keys)), None)
            return self._lookup.by_id(found.id) if found else None
        return None

    def _look(
        self, plans: Sequence[PendingCreation], error: LostAnswerError | None
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Find out what became of products whose outcome is unknown, and make the rest."""
        left = list(plans)
        for _ in two_looks(self._sleep):
            found = found_products(self._key_lookup, left)
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
