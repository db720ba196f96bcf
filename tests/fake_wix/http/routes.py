"""The table of endpoints: which function answers which method and path, and what a caller needs for it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.fake_wix.http.refusals import Refusal, expected_object, plain
from tests.fake_wix.http.wire import decode

if TYPE_CHECKING:
    from tests.fake_wix.http.faults import ItemFailure
    from tests.fake_wix.site import Site

Handler = Callable[..., dict[str, Any]]
Json = dict[str, Any]
# The APIs whose queries can be sent as GET.
NEWER = {("stores", "v3"), ("categories", "v1"), ("contacts", "v5")}
V1, V3, NOT_INSTALLED = "V1_CATALOG", "V3_CATALOG", "STORES_NOT_INSTALLED"


@dataclass
class Request:
    """One request as a handler sees it. ``params`` keeps repeated keys; nested ones stay flat with dots."""

    method: str
    path: str
    params: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    match: dict[str, str] = field(default_factory=dict)
    item_failures: list[ItemFailure] = field(default_factory=list)

    def object(self) -> dict[str, Any]:
        """The body, which must be an object; no body at all counts as an empty one."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise expected_object()
        return self.body

    def part(self, name: str) -> dict[str, Any]:
        """The object under ``name`` in the body, empty if absent or null."""
        return object_in(self.object(), name)

    def param(self, name: str) -> str | None:
        """The last value of a query-string parameter."""
        values = self.params.get(name)
        return values[-1] if values else None

    def item_fault(self, index: int) -> dict[str, Any] | None:
        """The ``itemMetadata.error`` that a fault wants for the item at ``index`` of a bulk call, else None.

        A bulk handler asks before it acts on the item, and does not act if an error comes back.
        """
        for failure in self.item_failures:
            if failure.hits(index):
                return failure.error
        return None


def object_in(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """The object under ``name``, empty if absent or null; anything else is refused."""
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise expected_object()
    return value


@dataclass(frozen=True)
class Route:
    """An endpoint. ``needs``: any one of these permissions. ``catalog``: the one version it exists on, if any."""

    method: str
    segments: tuple[str, ...]
    handler: Handler
    needs: tuple[str, ...]
    catalog: str | None
    write: bool

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The named segments of a path that this route serves, else None."""
        if len(segments) != len(self.segments):
            return None
        found: dict[str, str] = {}
        for have, want in zip(segments, self.segments, strict=True):
            if want.startswith("{"):
                if not have:
                    return None
                found[want[1:-1]] = unquote(have)
            elif have != want:
                return None
        return found


_routes: dict[tuple[str, int], list[Route]] = {}


def route(
    method: str,
    path: str,
    *,
    needs: str | tuple[str, ...] = (),
    catalog: str | None = None,
    write: bool | None = None,
) -> Callable[[Handler], Handler]:
    """Register a handler ``(site, request, **named segments) -> body of the 200 answer``; it may raise Refusal.

    ``catalog=V1`` or ``V3``: on a site of another version the server answers 428 (or 501) by itself.
    ``write`` says whether the call changes anything; by default everything that is neither GET nor a
    POST whose path ends in a reading verb does.
    """
    segments = tuple(path.strip("/").split("/"))
    reads = segments[-1].split("-")[0] in {
        "query",
        "search",
        "count",
        "get",
        "facets",
        "list",
        "preview",
    }
    writes = write if write is not None else not (method == "GET" or (method == "POST" and reads))

    def register(handler: Handler) -> Handler:
        entry = Route(
            method,
            segments,
            handler,
            (needs,) if isinstance(needs, str) else needs,
            catalog,
            writes,
        )
        entries = _routes.setdefault((method, len(segments)), [])
        if any(other.segments == segments for other in entries):
            message = f"{method} {path} has two handlers"
            raise ValueError(message)
        entries.append(entry)
        # Literal segments win over named ones: .../products/query is no product with the id "query".
        entries.sort(key=lambda item: [name.startswith("{") for name in item.segments])
        return handler

    return register


def find(request: Request) -> tuple[Route, dict[str, str]]:
    """The route of a request. An unknown path is a 404 without a body (wix-api platform 5).

    Wix's own client sends most queries of the newer APIs as GET (platform trap 15): they are the
    same endpoints, not entities with the id `query`. Older APIs take queries by POST only.
    """
    segments: list[str] = []
    for segment in request.path.split("/")[1:]:
        # A proxy resolves dot segments, so an unquoted id can reach another endpoint than the one meant.
        if unquote(segment) == "..":
            if segments:
                segments.pop()
        elif unquote(segment) != ".":
            segments.append(segment)
    if request.method == "GET" and tuple(segments[:2]) in NEWER:
        for entry, found in _matching("POST", segments):
            # `.../products/slug/search` is a product, and only where there is such a query one of those.
            if not entry.write and entry.segments[-1] == segments[-1]:
                request.body = _body_of_get(request)
                return entry, found
    for entry, found in _matching(request.method, segments):
        return entry, found
    raise Refusal(404, None)


def _matching(method: str, segments: list[str]) -> Iterator[tuple[Route, dict[str, str]]]:
    """The routes that serve a path, the most literal first."""
    for entry in _routes.get((method, len(segments)), []):
        found = entry.match(segments)
        if found is not None:
            yield entry, found


def _body_of_get(request: Request) -> Any:
    """The body that a GET carries in its query string (platform 1).

    Either whole in `.r`, as base64url without padding, or flat, with dots for levels and keys repeated.
    """
    text = request.param(".r")
    if text is None:
        return _nested(request.params)
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return decode(raw)
    except ValueError:
        raise plain(400, "Malformed request") from None


def _nested(params: dict[str, list[str]]) -> Json:
    """Flat parameters as the object that they stand for."""
    body: Json = {}
    for key, values in params.items():
        *above, last = key.split(".")
        holder = body
        for name in above:
            inner = holder.setdefault(name, {})
            if not isinstance(inner, dict):
                raise plain(400, "Malformed request")
            holder = inner
        typed = [_typed(value) for value in values]
        holder[last] = typed if len(typed) > 1 or last == "fields" else typed[0]
    return body


def _typed(text: str) -> Any:
    """A value of the query string: a query string has no types, so the words for them count."""
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if text.isdecimal() and len(text) < 10 else text


def call(entry: Route, site: Site, request: Request) -> dict[str, Any]:
    """Let the handler of a route answer."""
    return entry.handler(site, request, **request.match)
