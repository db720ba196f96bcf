"""What the sinks of collections know together over a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.collections.tree import Tree
from target_wix.collections.v1.catalog import V1Collections
from target_wix.collections.v3.catalog import V3Categories
from target_wix.pipeline.lookup_cache import Claims
from target_wix.runtime.exceptions import RunStoppedError

if TYPE_CHECKING:
    from target_wix.collections.catalog import CollectionCatalog
    from target_wix.pipeline.context import StreamContext

_REMEMBERED = 50_000


class CollectionsRun:
    """The shop's collections, which are read when the first record comes.

    Attributes:
        catalog: the shop.
        tree: its collections.
        claims: which records of this run mean which collection.
        own_revisions: by id, a collection's revision before the first write of this run, and the
            newest one that is this run's.
        unsure: ids of collections that changed along with others: to be read before they are used.
        missing: ids that are surely not on this site.
        by_source: by the site that a record comes from and what it calls itself there, the id of
            its collection here.
    """

    def __init__(self, context: StreamContext) -> None:
        """Read what the shop has.

        Raises:
            RunStoppedError: the site has no shop.
        """
        site, sleep = context.site, context.sleep
        if site.catalog_version is CatalogVersion.NOT_INSTALLED:
            raise RunStoppedError(
                "The site has no Wix Stores, so that collections cannot be written to it. Add Wix"
                " Stores to the site, or leave out the stream of collections."
            )
        is_v1 = site.catalog_version is CatalogVersion.V1
        self.catalog: CollectionCatalog = (
            V1Collections(site, sleep) if is_v1 else V3Categories(site, sleep)
        )
        self.tree = Tree()
        if built_in := self.catalog.all_products():
            self.tree.built_in.add(built_in)
        self.tree.add(self.catalog.rows())
        self.claims = Claims()
        self.own_revisions: dict[str, tuple[int, int]] = {}
        self.unsure: set[str] = set()
        self.missing: FIFOCache[str, None] = FIFOCache(_REMEMBERED)
        self.by_source: FIFOCache[tuple[str, str], str] = FIFOCache(_REMEMBERED)

    # -- what the run itself does -------------------------------------------------------------

    def wrote(self, before: int | None, key: str, newest: int | None) -> None:
        """Note an own write, so that it does not make records look old."""
        if before is not None and newest is not None:
            first, _ = self.own_revisions.get(key, (before, before))
            self.own_revisions[key] = (first, newest)

    def changed_along(self, key: str, revision: int | None) -> None:
        """Note that Wix changed a collection along with another one, if it did."""
        self.unsure.add(key)
        if revision is not None:
            first, newest = self.own_revisions.get(key, (revision, revision))
            self.own_revisions[key] = (first, max(newest, revision) + 1)
