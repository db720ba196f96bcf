"""The sink of products."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.rounds import Pipeline
from target_wix.pipeline.sink import WixSink
from target_wix.products.records import ProductRecord
from target_wix.products.run import ProductsRun
from target_wix.products.steps import AnyGroup, AnyPlan, ProductSteps
from target_wix.runtime.outcomes import loggable_key

if TYPE_CHECKING:
    from target_wix.runtime.pending import PendingRecord

MOST_VARIANTS = 5000
"""Variants in a batch: products can have 300 and more each, and memory is to stay flat."""

_SHOWN = ("id", "productId", "sku", "handle", "slug")


class ProductsSink(WixSink):
    """Brings products into the shop, whichever catalog it is on."""

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._variants = 0

    @cached_property
    def run(self) -> ProductsRun:
        """What is known of the shop, asked for when the first product is written."""
        return ProductsRun(self.context)

    @override
    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return the first key that a product has: rows of an ERP or a table have no id of Wix."""
        shown = next(filter(None, (key_text(record.get(name)) for name in _SHOWN)), "")
        if not shown:
            row, _ = coerce.named(record, _SHOWN)
            shown = next(filter(None, (key_text(row.get(name)) for name in _SHOWN)), "")
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
        steps = ProductSteps(self.context, lambda: self.run)
        Pipeline[ProductRecord, AnyGroup, AnyPlan](self.context, steps).write(pending)
