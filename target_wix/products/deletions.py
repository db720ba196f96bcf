"""Deletions of products: what is gone for good has to be meant beyond doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.pipeline.keys import key_text
from target_wix.products.fields.variants import variants_of
from target_wix.products.plan import CONTRADICTION, STALE
from target_wix.runtime.outcomes import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import Catalog, Product
    from target_wix.products.groups import ProductRecord
    from target_wix.products.matcher import Matcher
    from target_wix.products.plan import Planner

_NAMES = ("handle", "slug")


class Deleter:
    """Deletes products that records report as gone, and tells the sink what became of each."""

    def __init__(
        self, context: StreamContext, catalog: Catalog, matcher: Matcher, planner: Planner
    ) -> None:
        """Delete on behalf of records."""
        self._context = context
        self._catalog = catalog
        self._matcher = matcher
        self._planner = planner

    def delete(self, records: Sequence[ProductRecord]) -> None:
        """Delete the products that the records mean.

        Raises:
            TooManyDeletesError: before a deletion that `max_deletes` does not allow.
        """
        to_delete = self._to_delete(records)
        for key, some in self._without_doubt(to_delete).items():
            to_delete[key] = some
        to_delete = {key: some for key, some in to_delete.items() if some}
        for some in to_delete.values():
            self._context.allow_delete(some[0].pending)
        gone = [(key, None) for key in to_delete]
        deleted = gone if self._context.dry_run else self._catalog.delete(list(to_delete))
        for key, rejection in deleted:
            if rejection is None and not self._context.dry_run:
                self._matcher.gone(key)
            for place, record in enumerate(to_delete[key]):
                if rejection is not None:
                    self._context.reject(record.pending, rejection)
                else:
                    outcome = Outcome.UNCHANGED if place else Outcome.DELETED
                    self._context.set_outcome(record.pending, outcome)

    def _to_delete(self, records: Sequence[ProductRecord]) -> dict[str, list[ProductRecord]]:
        """The records by the product that each means; what the shop does not have is settled."""
        to_delete: dict[str, list[ProductRecord]] = {}
        for record, match in zip(records, self._matcher.match(records), strict=True):
            if isinstance(match, Rejection):
                self._context.reject(record.pending, match)
            elif match and record.patch.id and record.by != "id":
                # Its own product is gone already: one with another id has its keys since then.
                self._context.dropped.add(
                    "deletions whose id is not there, of keys that another product has now",
                    key=record.pending.key,
                )
                self._context.set_outcome(record.pending, Outcome.UNCHANGED)
            elif not match:
                self._context.set_outcome(record.pending, Outcome.UNCHANGED)
            else:
                to_delete.setdefault(match, []).append(record)
        return to_delete

    def _without_doubt(
        self, to_delete: dict[str, list[ProductRecord]]
    ) -> dict[str, list[ProductRecord]]:
        """The records whose product had to be looked at, less those that are refused."""
        looked_at = [
            key for key, records in to_delete.items() if any(map(_is_to_be_looked_at, records))
        ]
        products = self._catalog.reader.by_ids(looked_at) if looked_at else {}
        left: dict[str, list[ProductRecord]] = {}
        for key in looked_at:
            product, left[key] = products.get(key), []
            for record in to_delete[key]:
                doubt = self._doubt(product, record) if product is not None else None
                if doubt is not None:
                    self._context.reject(record.pending, doubt)
                else:
                    left[key].append(record)
        return left

    def _doubt(self, product: Product, record: ProductRecord) -> Rejection | None:
        """Why a product is not deleted on behalf of a record."""
        if self._planner.is_stale(product, record):
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


def _is_to_be_looked_at(record: ProductRecord) -> bool:
    patch = record.patch
    return record.by != "id" or patch.revision is not None or bool(patch.updated)
