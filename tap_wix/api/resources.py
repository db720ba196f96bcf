"""How anything is read from Wix: lists page by page; what goes by a date is in `sweep.py`.

A resource is data: where the list is, what it is called, how large a page may be. Its `pages` can be
read any number of times, in any thread; what is true of one reading only lives in that reading.
"""

from __future__ import annotations

import abc
import logging
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import AnswerError, StoresNotInstalledError
from tap_wix.api.optional_fields import MERCHANT_DATA, OptionalFields
from tap_wix.api.paging import (
    chunks,
    cursor_pages,
    id_of,
    is_last,
    list_in,
    paging_block,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from tap_wix.api.paging import Page, Row
    from tap_wix.api.site import WixSite
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

_OFFSET_SWEEPS = 20


class Rows(NamedTuple):
    """A page of rows on its way out.

    Attributes:
        rows: entities, in the shape of the newest API.
        in_order: whether everything older than the last of them has been read, so that a caller
            may go on from there another time.
        parts: by name whether Wix gives an optional part of them; known from the first page on.
        embedded_only: whether only what is embedded in the rows is wanted.
        until: the moment up to which everything is known once the reading has come to its end, for
            rows that have no date of their own.
        whole: whether nothing speaks against these being all rows that there are.
    """

    rows: list[Row]
    in_order: bool = False
    parts: Mapping[str, bool] = MappingProxyType({})
    embedded_only: bool = False
    until: str | None = None
    whole: bool = True


class Resource(abc.ABC):
    """One kind of entity of a site, and how to read all of it."""

    def of_site(self, site: WixSite) -> Resource | None:
        """Return what is read from a site, None if the site cannot have anything of the kind."""
        del site
        return self

    @property
    def page_size(self) -> int:
        """How many rows one request brings at most."""
        return 100

    def count(self, site: WixSite) -> int | None:
        """Return how many rows there are, None if Wix does not tell."""
        del site
        return None

    @abc.abstractmethod
    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield all rows that changed at or after a moment, all there are if it is None.

        Raises:
            WixError: the resource cannot be read, or not to its end.
        """

    def rows(self, site: WixSite, since: str | None = None) -> Iterator[Row]:
        """Yield the same, row by row."""
        for page in self.pages(site, since):
            yield from page.rows


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that lists entities by a query.

    Attributes:
        path: from the slash on.
        key: name of the list in the answer.
        limit: the largest page that Wix takes.
        permission: what a refusal has to name.
        wrapper: `query`, or `search` for the endpoints of that name.
        where: filter of every request.
        beside: members beside the query, sent again with each page.
        fields: optional data to ask for by name; what Wix refuses is done without.
        explained: names among them whose refusal is said elsewhere, in better words.
        confirm_refusal: whether a caller goes on without something if the endpoint is refused.
    """

    path: str
    key: str
    limit: int = 100
    permission: str = ""
    wrapper: str = "query"
    where: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    confirm_refusal: bool = False

    def optional(self) -> OptionalFields:
        """Return the optional data, none of it refused yet."""
        return OptionalFields(self.fields, explained=self.explained)

    def pages(
        self,
        transport: WixTransport,
        optional: OptionalFields,
        where: Mapping[str, Any],
        sort: str | None,
    ) -> Iterator[Page]:
        """Return the pages of one query, asking for less if Wix refuses what it is asked for."""
        query: Row = {"cursorPaging": {"limit": self.limit}}
        if conditions := {**self.where, **where}:
            query["filter"] = conditions
        if sort:
            query["sort"] = [{"fieldName": sort, "order": "ASC"}]

        def ask(fields: Sequence[str]) -> Iterator[Page]:
            body: Row = {self.wrapper: query, **self.beside}
            if self.fields:
                body["fields"] = list(fields)
            pages = cursor_pages(
                transport,
                self.path,
                body,
                self.key,
                permission=self.permission,
                wrapper=self.wrapper,
                confirm_refusal=not optional.settled
                and (self.confirm_refusal or MERCHANT_DATA in fields),
            )
            return chain([next(pages)], pages)

        return optional.negotiate(ask, self.key)


@dataclass(frozen=True)
class CursorPages(Resource):
    """A list that is small enough to be read whole each time, by cursor."""

    endpoint: Endpoint
    sort: str = "createdDate"

    @property
    def page_size(self) -> int:
        """How many rows one request brings at most."""
        return self.endpoint.limit

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield all rows, each once."""
        del since
        seen: set[str] = set()
        optional = self.endpoint.optional()
        for page in self.endpoint.pages(site.transport, optional, {}, self.sort):
            fresh = [row for row in page.rows if id_of(row, self.endpoint.path) not in seen]
            seen.update(row["id"] for row in fresh)
            yield Rows(fresh, parts=optional.given())


@dataclass(frozen=True)
class OffsetPages(Resource):
    """A list that only an offset leads through.

    Each page begins with the row that the one before ended with. Where it does not, rows shifted
    because somebody deleted or added one: everything is read again, and what is new is yielded.
    The last page is a short one that the total does not speak against (wix-api platform 4.4).

    Attributes:
        path: from the slash on.
        key: name of the list in the answer.
        limit: the largest page that Wix takes.
        permission: what a refusal has to name.
        id_name: name of the rows' key.
        query: for a POST, the query less its paging; None for a GET.
        beside: for a POST, members beside the query; for a GET, parameters.
    """

    path: str
    key: str
    limit: int = 100
    permission: str = ""
    id_name: str = "id"
    query: Mapping[str, Any] | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page_size(self) -> int:
        """How many rows one request brings at most."""
        return self.limit

    def count(self, site: WixSite) -> int | None:
        """Return how many rows there are, None if Wix does not tell."""
        return whole_number(paging_block(self.answer(site, 0)).get("total"))

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield all rows, each once."""
        del since
        seen: set[str] = set()
        for _ in range(_OFFSET_SWEEPS):
            if (yield from self._sweep(site, seen)):
                return
            logger.info("The list of %s changed while it was read; reading it again.", self.key)
        raise AnswerError(f"The list of {self.key} changes faster than it can be read.")

    def _sweep(self, site: WixSite, seen: set[str]) -> Generator[Rows, None, bool]:
        """Yield what was not seen yet; return whether nothing shifted meanwhile."""
        offset, last = 0, ""
        while True:
            answer = self.answer(site, offset)
            rows = list_in(answer, self.key, self.path)
            keys = [str(row.get(self.id_name) or "") for row in rows]
            if not all(keys):
                raise AnswerError(
                    f"Wix answered {self.path} with a row without {self.id_name}.", path=self.path
                )
            if last and keys[:1] != [last]:
                # An empty page behind a full one can only be the end if nothing was deleted.
                return False
            fresh = [row for key, row in zip(keys, rows, strict=True) if key not in seen]
            seen.update(keys)
            if fresh:
                yield Rows(fresh)
            total = whole_number(paging_block(answer).get("total", answer.get("totalResults")))
            read = offset + len(rows)
            if keys == [last] or is_last(len(rows), self.limit, read, total):
                if total is not None and total > read:
                    logger.warning(
                        "Wix speaks of %d %s more than it gives.", total - read, self.key
                    )
                    yield Rows([], whole=False)
                return True
            offset, last = offset + len(rows) - 1, keys[-1]

    def answer(self, site: WixSite, offset: int) -> Row:
        """Return the answer with the page that begins at an offset."""
        check = partial(list_in, key=self.key, path=self.path)
        if self.query is None:
            params = [
                *((name, str(value)) for name, value in self.beside.items()),
                ("paging.limit", str(self.limit)),
                ("paging.offset", str(offset)),
            ]
            return site.transport.call(
                "GET", self.path, params=params, permission=self.permission, check=check
            )
        paging = {"limit": self.limit, "offset": offset}
        body = {"query": {**self.query, "paging": paging}, **self.beside}
        return site.transport.call("POST", self.path, body, permission=self.permission, check=check)


@dataclass(frozen=True)
class ByCatalog(Resource):
    """A resource of Wix Stores, read from whichever catalog the site is on.

    Attributes:
        name: what is read, for the log.
        v1: for Catalog V1; None if V1 has nothing of the kind.
        v3: for Catalog V3.
    """

    name: str
    v1: Resource | None
    v3: Resource

    def of_site(self, site: WixSite) -> Resource | None:
        """Return what is read from the site's catalog, None if that has nothing of the kind.

        Raises:
            StoresNotInstalledError: the site has no catalog.
        """
        version = site.catalog_version
        if version is CatalogVersion.NOT_INSTALLED:
            raise StoresNotInstalledError("Wix Stores is not installed on this site.")
        return self.v3 if version is CatalogVersion.V3 else self.v1

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield the rows of the site's catalog."""
        resource = self.of_site(site)
        if resource is None:
            logger.info("Catalog V1 has no %s: there is nothing to read.", self.name)
            return
        yield from resource.pages(site, since)


@dataclass(frozen=True)
class ByParentIds:
    """Entities that can only be asked for by the ids of those they belong to.

    Attributes:
        path: from the slash on; a POST.
        key: name of the list in the answer, with one row for each parent.
        ids_name: name of the list of ids in the request.
        parent_name: name of the parent's id in a row.
        permission: what a refusal has to name.
        most: how many ids one request takes.
    """

    path: str
    key: str
    ids_name: str
    parent_name: str
    permission: str = ""
    most: int = 100

    def fetch(self, site: WixSite, ids: Sequence[str]) -> dict[str, Row]:
        """Return the row of each parent; a parent without one has nothing (wix-api orders 7).

        Raises:
            WixError: the answer is refused, or is not about the parents asked for.
        """
        found: dict[str, Row] = {}
        for some in chunks(ids, self.most):
            wanted = list(some)
            check = partial(list_in, key=self.key, path=self.path)
            answer = site.transport.call(
                "POST", self.path, {self.ids_name: wanted}, permission=self.permission, check=check
            )
            for row in check(answer):
                parent = row.get(self.parent_name)
                if parent not in wanted or parent in found:
                    raise AnswerError(
                        f"Wix answered {self.path} with a row of a {self.parent_name} that was not"
                        " asked for, or with two rows of one.",
                        path=self.path,
                    )
                found[parent] = row
        return found
