"""Collections of Catalog V1: without parents, pictures and revisions (wix-api stores-v1 4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import ALL_PRODUCTS_ID
from tap_wix.api.errors import NotFoundError, RefusedError
from tap_wix.api.stores_v1 import collections as api
from tap_wix.api.stores_v1.collections import V1_COLLECTIONS
from target_wix.collections.catalog import (
    Gone,
    Made,
    Overtaken,
    Taken,
    create_once,
    delete_once,
)
from target_wix.collections.fields import ON_V1
from target_wix.pipeline.refusals import rejection_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tap_wix.api.catalog_conversion.json_access import Json
    from tap_wix.api.site import WixSite


class V1Collections:
    """One shop's collections on Catalog V1."""

    has_tree = False
    fields = ON_V1

    def __init__(self, site: WixSite, sleep: Callable[[float], None]) -> None:
        self._site = site
        self._sleep = sleep

    def all_products(self) -> str:
        """See `CollectionCatalog.all_products`."""
        return ALL_PRODUCTS_ID

    def rows(self) -> Iterable[Json]:
        """See `CollectionCatalog.rows`."""
        return V1_COLLECTIONS.rows(self._site)

    def get(self, key: str) -> Json | None:
        """See `CollectionCatalog.get`."""
        return api.get_collection(self._site, key)

    def create(self, row: Json, known: Collection[str]) -> Made | Taken | Rejection:
        """See `CollectionCatalog.create`; V1 gives a slug that is taken another end by itself."""
        body = _body(row, self.fields)
        send = partial(api.create_collection, self._site, body)
        try:
            made = create_once(row, send, self.rows, known, self._sleep)
        except RefusedError as error:
            return rejection_of(error)
        return made if isinstance(made, Rejection) else Made({**row, **made})

    def change(
        self, current: Json, desired: Json, changed: Collection[str]
    ) -> Json | Overtaken | Gone | Rejection:
        """See `CollectionCatalog.change`."""
        key = str(current["id"])
        body = _body(desired, changed)
        try:
            told = api.update_collection(self._site, key, body)
        except NotFoundError:
            return Gone()
        except RefusedError as error:
            return rejection_of(error)
        return {**current, **(told or {}), **{name: desired.get(name) for name in changed}}

    def delete(self, key: str) -> Rejection | None:
        """See `CollectionCatalog.delete`."""
        return delete_once(partial(api.delete_collection, self._site, key))


def _body(row: Json, names: Iterable[str]) -> Json:
    """Return fields of a collection as V1 takes them; nulls clear nothing there (stores-v1 8)."""
    body = {name: row[name] for name in names if row.get(name) is not None}
    if "description" in names and "description" in row and row["description"] is None:
        body["description"] = ""
    return body
