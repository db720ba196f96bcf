"""The sink of products: takes its records through parse, match, plan and write."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import override

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.rounds import Parsed, Rejected, Result, Settled, Steps, Waiting
from target_wix.pipeline.sink import WixSink
from target_wix.pipeline.staleness import STALE
from target_wix.products.fields.variants import variants_of
from target_wix.products.groups import (
    Forming,
    Groups,
    RefusedRows,
    first_segment,
    incomplete,
)
from target_wix.products.other_platforms import is_wix_file
from target_wix.products.overlay import CONTRADICTION
from target_wix.products.parse import read_product
from target_wix.products.plan import Planner, is_stale
from target_wix.products.records import DeletionGroup, ProductGroup, ProductRecord, fallback_slug
from target_wix.products.run import ProductsRun
from target_wix.products.writer import ProductWriter
from target_wix.runtime.outcomes import Outcome, Rejection, loggable_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import Product
    from target_wix.products.plan import ProductPlan
    from target_wix.products.records import ProductPatch
    from target_wix.runtime.pending import PendingRecord

MOST_VARIANTS = 5000
"""Variants in a batch: products can have 300 and more each, and memory is to stay flat."""

_SHOWN = ("id", "productId", "sku", "handle", "slug")

WIX_FILE = (
    "these rows are of Wix's own product file, which has a row for each variant and each picture."
    " Import that file in the dashboard of Wix, read the shop with tap-wix instead, or send one"
    " record for each product, with its options and variantsInfo."
)
GONE = "NOT_FOUND"
_ODD_ID = "ids that are no ids of Wix are not used to find products."
_OTHER_PRODUCT = "deletions whose id is not there, of keys that another product has now"
_NAMES = ("handle", "slug")
AnyGroup: TypeAlias = "ProductGroup | DeletionGroup"
AnyPlan: TypeAlias = "ProductPlan | DeletionGroup"


class ProductSteps(Steps[ProductRecord, AnyGroup, AnyPlan]):
    """What products bring to the pipeline."""

    @override
    def __init__(self, context: StreamContext) -> None:
        self._context = context
        self._settings = context.settings
        self._refused = RefusedRows()

    @cached_property
    def _run(self) -> ProductsRun:
        """What is known of the shop: not asked for records that are not written anyway."""
        return ProductsRun(self._context)

    @cached_property
    def _planner(self) -> Planner:
        run = self._run
        categories = self._context.categories
        return Planner(run.catalog, self._settings, run.own_writes, run.rows, categories)

    @cached_property
    def _writer(self) -> ProductWriter:
        return ProductWriter(self._run)

    @override
    def end_batch(self) -> None:
        self._refused = RefusedRows()
        if "_run" in vars(self):
            self._run.simulated.prune()

    def parse(self, pending: PendingRecord) -> Parsed[ProductRecord]:
        """Return what a record asks for.

        Raises:
            Rejection: it cannot be understood.
        """
        try:
            if is_wix_file(pending.data):
                self._context.warn_once(WIX_FILE)
                reason = "This row is of Wix's own product file, which is not read row by row."
                raise Rejection("WIX_PRODUCT_FILE", reason)  # noqa: TRY301 - refused like the rest
            patch = read_product(pending.data, null_clears=self._settings.null_clears)
        except Rejection:
            self._refused.add(pending.data)
            raise
        is_ignored = patch.deleted and self._settings.delete_mode == "ignore"
        return Parsed(
            ProductRecord(pending, patch, "" if is_ignored else self._fallback_slug(patch)),
            unknown=patch.unknown,
            warnings=[
                *([_ODD_ID] if pending.data.get("id") and not patch.id else []),
                *patch.doubts,
            ],
            is_deletion=patch.deleted,
        )

    def _fallback_slug(self, patch: ProductPatch) -> str:
        return fallback_slug(
            patch,
            handles=self._run.catalog.version is not CatalogVersion.V1,
            by_sku="sku" in self._settings.product_match_keys,
        )

    # -- match --------------------------------------------------------------------------------

    def match(self, records: Sequence[ProductRecord]) -> Iterator[AnyGroup | Result[ProductRecord]]:
        """Yield the records of each product together, as far as they can be written at once."""
        segment, rest = first_segment(records)
        yield from map(Waiting, rest)
        matched = []
        unsure = [record for record in segment if not record.is_sure]
        matches = iter(self._run.matcher.match(unsure) if unsure else [])
        for record in segment:
            match = record.match if record.is_sure else next(matches)
            if isinstance(match, Rejection):
                yield Rejected(record, match)
            else:
                matched.append(replace(record, match=match))
        if segment[0].patch.deleted:
            yield from self._match_deletions(matched)
        else:
            yield from self._grouped(matched)

    def _grouped(
        self, records: Sequence[ProductRecord]
    ) -> Iterator[ProductGroup | Result[ProductRecord]]:
        matcher = self._run.matcher
        groups = Groups(matcher.names, matcher.keys, matcher.claim)
        rejects = self._settings.unknown_id == "reject"
        for record in records:
            may_be_new = record.is_sure or not (record.patch.id and rejects)
            refusal = groups.place(record, may_be_new=may_be_new)
            if refusal is not None:
                yield Rejected(record, refusal)
        yield from map(Waiting, groups.waiting)
        products = self._read(groups.all)
        for forming in groups.all:
            product = products.get(forming.product_id)
            if forming.product_id and product is None:
                reason = Rejection(GONE, "The product is gone from the shop.")
                for record in forming.all_records:
                    yield Rejected(record, reason)
                continue
            group = self._read_group(forming, product)
            if not group.product_id and self._refused.concern(group.records):
                for record in group.all_records:
                    yield Rejected(record, incomplete())
            else:
                yield group

    def _read(self, groups: Iterable[Forming]) -> dict[str, Product]:
        """Return the products of groups; those that changed a moment ago as they are now."""
        known = [group for group in groups if group.product_id]
        simulated = {
            group.product_id: product
            for group in known
            if (product := self._run.simulated.get(group.product_id)) is not None
        }
        known = [group for group in known if group.product_id not in simulated]
        sure = [group.product_id for group in known if group.all_records[0].is_sure]
        unsure = [group.product_id for group in known if not group.all_records[0].is_sure]
        products = self._run.catalog.reader.by_ids(unsure) if unsure else {}
        now = {product_id: self._run.catalog.reader.get(product_id) for product_id in sure}
        products |= {key: product for key, product in now.items() if product is not None}
        return products | simulated

    def _read_group(self, forming: Forming, product: Product | None) -> ProductGroup:
        """Return a group with its product.

        What an earlier run did not finish is made by records that have it whole. A record with the
        id of the product was read from this shop: it says what the shop has.
        """
        records, suspect = forming.records, forming.suspect
        if not records and suspect is not None:
            records, suspect = [replace(suspect, trial=None)], None
        if product is None:
            return ProductGroup(tuple(records), suspect=suspect)
        is_made_anew = (
            self._run.catalog.is_unfinished(product)
            and not any(record.by == "id" for record in records)
            and any(record.patch.fields.get("name") for record in records)
            and any(map(_has_price, records))
        )
        if is_made_anew:
            return ProductGroup(tuple(records), begun=product, suspect=suspect)
        return ProductGroup(tuple(records), product, suspect=suspect)

    def _match_deletions(
        self, records: Sequence[ProductRecord]
    ) -> Iterator[DeletionGroup | Result[ProductRecord]]:
        """Yield the deletions of each product; what the shop does not have is settled."""
        to_delete: dict[str, list[ProductRecord]] = {}
        for record in records:
            product_id, by = record.match.product_id, record.match.by
            if product_id and record.patch.id and by != "id":
                # Its own product is gone already: one with another id has its keys since then.
                yield Settled(record, Outcome.UNCHANGED, dropped=[(_OTHER_PRODUCT, "")])
            elif not product_id:
                yield Settled(record, Outcome.UNCHANGED)
            else:
                to_delete.setdefault(product_id, []).append(record)
        looked_at = [key for key, some in to_delete.items() if any(map(_is_to_be_looked_at, some))]
        simulated = {key: self._run.simulated.get(key) for key in looked_at}
        products = {key: product for key, product in simulated.items() if product is not None}
        looked_at = [key for key in looked_at if key not in products]
        if looked_at:
            products |= self._run.catalog.reader.by_ids(looked_at)
        for key, some in to_delete.items():
            left = []
            for record in some:
                product = products.get(key)
                doubt = None if product is None else self._doubt(product, record)
                if doubt is not None:
                    yield Rejected(record, doubt)
                else:
                    left.append(record)
            if left:
                name = str(products.get(key, {}).get("name") or "")
                yield DeletionGroup(key, tuple(left), name)

    def _doubt(self, product: Product, record: ProductRecord) -> Rejection | None:
        """Why a product is not deleted on behalf of a record: what is gone is gone for good."""
        heeds_age = self._settings.stale_records == "reject"
        if heeds_age and is_stale(self._run.own_writes, product, record):
            reason = "The product was changed after this record was made, so that it stays."
            return Rejection(STALE, reason, "revision")
        if record.by == "id":
            return None
        given = dict(record.own_keys)
        for name in _NAMES[: _NAMES.index(record.by)] if record.by in _NAMES else _NAMES:
            own = key_text(product.get(name))
            if own and given.get(name) and own != given[name]:
                reason = f"The product with its {record.by} has another {name}, so that it stays."
                return Rejection(CONTRADICTION, reason, name)
        if record.by == "sku" and len(variants_of(product)) > 1:
            reason = "The product has other variants; a row of one sku deletes none."
            return Rejection("DELETES_VARIANT", reason, "sku")
        return None

    # -- plan and write -----------------------------------------------------------------------

    def plan(self, group: AnyGroup) -> Iterator[AnyPlan | Result[ProductRecord]]:
        """Yield what is to be done for the records of a product."""
        if isinstance(group, DeletionGroup):
            yield group
        else:
            yield from self._planner.plan(group)

    def write(self, plans: Iterable[AnyPlan]) -> Iterator[Result[ProductRecord]]:
        """Send what is planned."""
        return self._writer.write(plans)


class ProductsSink(WixSink):
    """Brings products into the shop, whichever catalog it is on."""

    steps = ProductSteps
    written_after = ("collections",)

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._variants = 0

    @override
    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return the first key that a product has: rows of an ERP or a table have no id of Wix."""
        shown = _first_key(record) or _first_key(coerce.named(record, _SHOWN)[0])
        return loggable_key(shown or None, position, numbers=True)

    @override
    def title_of(self, record: dict[str, Any]) -> str:
        """Return a product's name, whichever way its column is spelled."""
        row, _ = coerce.named(record, ("name",))
        return super().title_of(row) or super().title_of(record)

    @override
    def take(self, record: PendingRecord) -> None:
        super().take(record)
        info = record.data.get("variantsInfo")
        rows = info.get("variants") if isinstance(info, dict) else None
        self._variants += len(rows) if isinstance(rows, list) else 1

    @property
    @override
    def is_full(self) -> bool:
        return super().is_full or self._variants >= MOST_VARIANTS

    @override
    def write(self, pending: list[PendingRecord]) -> None:
        self._variants = 0
        super().write(pending)


def _first_key(record: Mapping[str, Any]) -> str:
    return next(filter(None, (key_text(record.get(name)) for name in _SHOWN)), "")


def _has_price(record: ProductRecord) -> bool:
    """Whether a record has a price for every variant that it names."""
    patch = record.patch
    if patch.variants:
        return all(one.fields.get("price") for one in patch.variants)
    return patch.row is not None and bool(patch.row.fields.get("price"))


def _is_to_be_looked_at(record: ProductRecord) -> bool:
    patch = record.patch
    return record.by != "id" or patch.revision is not None or bool(patch.updated)
