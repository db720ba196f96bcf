"""Categories of Catalog V3, written one call after the other (wix-api stores-v3 6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api.errors import ConflictError, NotFoundError, RefusedError
from tap_wix.api.stores_v3 import categories as api
from tap_wix.api.stores_v3.bulk import STALE_CODE
from tap_wix.api.stores_v3.categories import V3_CATEGORIES
from tap_wix.api.stores_v3.lookup import ProductLookup
from target_wix.collections.catalog import (
    Gone,
    Made,
    Overtaken,
    Taken,
    create_once,
    delete_once,
)
from target_wix.collections.fields import (
    FIELDS,
    IMAGE,
    ON_V3,
    PARENT,
    is_same,
    parent_of,
)
from target_wix.pipeline.refusals import rejection_of
from target_wix.pipeline.staleness import revision_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tap_wix.api.catalog_conversion.json_access import Json
    from tap_wix.api.site import WixSite

_SLUG_IS_THERE = "DUPLICATE_SLUG"
_SLUG_IS_RESERVED = "REMOVED_SLUG"
_HOW_VISIBLE = "visible"


class V3Categories:
    """One shop's categories on Catalog V3."""

    has_tree = True
    fields = ON_V3

    def __init__(self, site: WixSite, sleep: Callable[[float], None]) -> None:
        self._site = site
        self._transport = site.transport
        self._sleep = sleep

    def all_products(self) -> str:
        """See `CollectionCatalog.all_products`."""
        return ProductLookup(self._transport).all_products()

    def rows(self) -> Iterable[Json]:
        """See `CollectionCatalog.rows`."""
        return V3_CATEGORIES.rows(self._site)

    def get(self, key: str) -> Json | None:
        """See `CollectionCatalog.get`."""
        return api.get_category(self._transport, key)

    # -- making -------------------------------------------------------------------------------

    def create(self, row: Json, known: Collection[str]) -> Made | Taken | Rejection:
        """See `CollectionCatalog.create`."""
        try:
            return self._create(row, known)
        except RefusedError as error:
            if error.code == _SLUG_IS_RESERVED and row.get("slug"):
                made = self.create({name: row[name] for name in row if name != "slug"}, known)
                return Made(made.row, slug_was_refused=True) if isinstance(made, Made) else made
            if error.code != _SLUG_IS_THERE:
                return rejection_of(error)
            slug = row.get("slug")
            found = api.category_by_slug(self._transport, slug) if slug else None
            return Taken(found, rejection_of(error))

    def _create(self, row: Json, known: Collection[str]) -> Made | Rejection:
        body = {name: _sent(name, row) for name in FIELDS if row.get(name) is not None}
        if parent := parent_of(row):
            body[PARENT] = {"id": parent}
        send = partial(api.create_category, self._transport, body)
        made = create_once(row, send, self.rows, known, self._sleep)
        return made if isinstance(made, Rejection) else Made({**row, **made})

    # -- changing -----------------------------------------------------------------------------

    def change(
        self, current: Json, desired: Json, changed: Collection[str]
    ) -> Json | Overtaken | Gone | Rejection:
        """See `CollectionCatalog.change`.

        What hides is sent before a move, and what shows after it: a parent may be hidden.
        """
        fields = [name for name in changed if name in FIELDS and name != _HOW_VISIBLE]
        shows = desired.get(_HOW_VISIBLE) is not False
        steps: list[tuple[str, ...]] = [(PARENT,)] if PARENT in changed else []
        if _HOW_VISIBLE in changed:
            steps.insert(len(steps) if shows else 0, (_HOW_VISIBLE,))
        if fields:
            steps.insert(0, tuple(fields))
        row = current
        try:
            for names in steps:
                found = self._step(row, desired, names)
                if isinstance(found, Overtaken | Gone):
                    return found
                row = found
        except RefusedError as error:
            return rejection_of(error)
        return row

    def _step(
        self, current: Json, desired: Json, names: tuple[str, ...]
    ) -> Json | Overtaken | Gone:
        """Make one call; where its answer was lost, it was done if the category says so."""
        key = str(current["id"])
        try:
            return self._call(current, desired, names)
        except NotFoundError:
            if self.get(key) is None:
                return Gone()
            raise
        except ConflictError as error:
            if error.code != STALE_CODE:
                raise
        now = self.get(key)
        if now is None:
            return Gone()
        is_next = (revision_of(now) or 0) == (revision_of(current) or 0) + 1
        if is_next and all(_has(now, desired, name) for name in names):
            return now
        return Overtaken(now)

    def _call(self, current: Json, desired: Json, names: tuple[str, ...]) -> Json | Gone:
        key, revision = str(current["id"]), str(current.get("revision") or "")
        if names == (PARENT,):
            told = api.move_category(self._transport, key, parent_of(desired))
        elif names == (_HOW_VISIBLE,):
            visible = desired.get(_HOW_VISIBLE) is not False
            told = api.set_visibility(self._transport, key, revision, visible=visible)
        else:
            body = {name: _sent(name, desired) for name in names}
            told = api.update_category(self._transport, key, {**body, "revision": revision})
        if told is None or told.get("revision") in (None, current.get("revision")):
            # The next call needs the revision, and not every answer is known to have it.
            return self.get(key) or Gone()
        return {**current, **told, **{name: desired.get(name) for name in names}}

    # -- deleting -----------------------------------------------------------------------------

    def delete(self, key: str) -> Rejection | None:
        """See `CollectionCatalog.delete`; what is below it would go with it (stores-v3 6.1)."""
        return delete_once(partial(api.delete_category, self._transport, key))


def _sent(name: str, row: Json) -> object:
    """The value of a field as Wix takes it, None to clear it (wix-api stores-v3 11)."""
    value = row.get(name)
    if name == "image" and isinstance(value, dict):
        return {part: value[part] for part in IMAGE.fields if value.get(part) is not None}
    return value


def _has(now: Json, desired: Json, name: str) -> bool:
    if name == PARENT:
        return parent_of(now) == parent_of(desired)
    return is_same(name, now.get(name), desired.get(name))
