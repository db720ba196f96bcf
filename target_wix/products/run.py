"""What the parts of the products sink share over a run: the shop, what was learnt and what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline.staleness import OwnWrites
from target_wix.products.groups import RowHistory
from target_wix.products.matcher import Matcher
from target_wix.products.simulated import SimulatedProducts

if TYPE_CHECKING:
    from target_wix.pipeline.context import StreamContext
    from target_wix.products.catalog import Catalog


class ProductsRun:
    """One run over a shop's products.

    Attributes:
        context: of the stream.
        catalog: the shop's products.
        matcher: which of them records mean.
        own_writes: what the run wrote.
        rows: what flat rows of earlier batches said.
        simulated: what a dry run would have made.
    """

    def __init__(self, context: StreamContext) -> None:
        """Ask which catalog the shop is on.

        Raises:
            RunStoppedError: the site has none.
        """
        keys = context.settings.product_match_keys
        self.context = context
        self.catalog = _catalog_of(context)
        self.matcher = Matcher(self.catalog, keys, context.product_copies)
        self.own_writes, self.rows = OwnWrites(), RowHistory()
        self.simulated = SimulatedProducts(
            context.products_of_run, self.catalog.version, self.matcher.gone
        )


def _catalog_of(context: StreamContext) -> Catalog:
    """Return the shop's catalog; of the two, only the one that it is on is imported."""
    opened = context.site, context.dropped, context.sleep
    if context.stores_catalog("products") is CatalogVersion.V1:
        from target_wix.products.v1.catalog import CatalogV1  # noqa: PLC0415

        return CatalogV1(*opened)
    from target_wix.products.v3.catalog import CatalogV3  # noqa: PLC0415

    return CatalogV3(*opened)
