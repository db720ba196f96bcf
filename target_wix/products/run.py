"""What a run knows of the products of its shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.products.catalogs import open_catalog
from target_wix.products.matcher import Matcher
from target_wix.products.own_writes import OwnWrites
from target_wix.products.plan import Planner
from target_wix.products.writer import ProductWriter
from target_wix.runtime.exceptions import RunStoppedError

if TYPE_CHECKING:
    from target_wix.pipeline.context import StreamContext


class ProductsRun:
    """The shop's catalog, and what was learnt and done so far."""

    def __init__(self, context: StreamContext) -> None:
        """Ask which catalog the shop is on.

        Raises:
            RunStoppedError: the site has none.
        """
        if context.site.catalog_version is CatalogVersion.NOT_INSTALLED:
            raise RunStoppedError(
                "The site has no Wix Stores, so that products cannot be written to it. Add Wix"
                " Stores to the site, or leave out the stream of products."
            )
        settings = context.settings
        self.catalog = open_catalog(context.site, context.dropped, context.sleep)
        self.matcher = Matcher(self.catalog, settings.product_match_keys, context.product_copies)
        self.own_writes = OwnWrites(heeds_revisions=settings.stale_records == "reject")
        self.planner = Planner(self.catalog, settings, self.own_writes)
        self.writer = ProductWriter(context, self.catalog, self.matcher, self.own_writes)
