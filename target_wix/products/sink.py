"""Products: match, merge, compare, write what differs, tell what became of each record."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline import coerce
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.sink import WixSink
from target_wix.products.catalogs import open_catalog
from target_wix.products.fields.slugs import fallback_slug
from target_wix.products.groups import ProductRecord, segments
from target_wix.products.matcher import Matcher
from target_wix.products.other_shops import is_wix_file
from target_wix.products.parse import read_product
from target_wix.products.repeated_rows import RefusedRows
from target_wix.products.writer import ProductWriter
from target_wix.runtime.exceptions import RunStoppedError
from target_wix.runtime.outcomes import Outcome, Rejection, loggable_key

if TYPE_CHECKING:
    from target_wix.products.catalog import Catalog
    from target_wix.runtime.pending import PendingRecord

MOST_VARIANTS = 5000
"""Variants in a batch: products can have 300 and more each, and memory is to stay flat."""


WIX_FILE = (
    "these rows are of Wix's own product file, which has a row for each variant and each picture."
    " Import that file in the dashboard of Wix, read the shop with tap-wix instead, or send one"
    " record for each product, with its options and variantsInfo."
)
_SHOWN = ("id", "productId", "sku", "handle", "slug")


class ProductsSink(WixSink):
    """Brings products into the shop, whichever catalog it is on."""

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._variants = 0

    @cached_property
    def catalog(self) -> Catalog:
        """The shop's catalog, asked for when the first product is written.

        Raises:
            RunStoppedError: the site has none.
        """
        if self.context.site.catalog_version is CatalogVersion.NOT_INSTALLED:
            raise RunStoppedError(
                "The site has no Wix Stores, so that products cannot be written to it. Add Wix"
                " Stores to the site, or leave out the stream of products."
            )
        return open_catalog(self.context.site, self.context.dropped, self.context.sleep)

    @cached_property
    def matcher(self) -> Matcher:
        """Finds the products that records mean."""
        return Matcher(
            self.catalog, self.context.settings.product_match_keys, self.context.product_copies
        )

    @cached_property
    def writing(self) -> ProductWriter:
        """Writes what differs."""
        return ProductWriter(self.context, self.catalog, self.matcher)

    @override
    def key_of(self, record: dict[str, Any], position: int) -> str:
        """Return the first key that a product has: rows of an ERP or a table have no id of Wix."""
        shown = next(filter(None, (key_text(record.get(name)) for name in _SHOWN)), "")
        if not shown:
            row, _ = coerce.named(record, _SHOWN)
            shown = next(filter(None, (key_text(row.get(name)) for name in _SHOWN)), "")
        return loggable_key(shown or None, position, numbers=True)

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
        records = []
        refused = RefusedRows()
        for one in pending:
            record = self._read(one, refused)
            if record is not None:
                records.append(record)
        for part in segments(records):
            self.writing.write(part, refused)

    def _read(self, pending: PendingRecord, refused: RefusedRows) -> ProductRecord | None:
        """Return what a record asks for; None if its outcome is clear already."""
        try:
            if is_wix_file(pending.data):
                self.context.warn_once(WIX_FILE)
                reason = "This row is of Wix's own product file, which is not read row by row."
                raise Rejection("WIX_PRODUCT_FILE", reason)  # noqa: TRY301 - refused like the rest
            patch = read_product(pending.data, null_clears=self.context.settings.null_clears)
        except Rejection as rejection:
            refused.add(pending.data)
            self.context.reject(pending, rejection)
            return None
        self.context.ignore_columns(patch.unknown)
        given = pending.data.get("id")
        if given and not patch.id:
            self.context.warn_once("ids that are no ids of Wix are not used to find products.")
        if patch.deleted and self.context.settings.delete_mode == "ignore":
            self.context.set_outcome(pending, Outcome.IGNORED)
            return None
        spare = fallback_slug(
            patch,
            handles=self.catalog.version is not CatalogVersion.V1,
            by_sku="sku" in self.context.settings.product_match_keys,
        )
        return ProductRecord(pending, patch, spare)
