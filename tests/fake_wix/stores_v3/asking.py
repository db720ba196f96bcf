"""What the Catalog V3 query and search endpoints have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error, expected_object
from tests.fake_wix.http.routes import Request, object_in
from tests.fake_wix.query import QuerySpec, matching, run_query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

OPERATORS = "eq ne exists in nin"
RANGES = "eq ne exists in nin lt lte gt gte"
TEXTS = "eq ne exists in nin startsWith"


def query_page(
    site: Site, request: Request, rows: Iterable[Json], spec: QuerySpec
) -> tuple[list[Json], Json]:
    """The page that the body's `query` asks for; a wrong wrapper is an empty query (stores-v3 1)."""
    return run_query(rows, request.part("query"), spec, site.cursors)


def search_page(
    v3: CatalogV3,
    request: Request,
    rows: Iterable[Json],
    spec: QuerySpec,
    texts: dict[str, str] | None = None,
) -> tuple[list[Json], Json]:
    """The page that the body's `search` asks for.

    A filter that search does not support may be dropped, and everything comes (stores-v3 3.3).
    """
    search = dict(request.part("search"))
    if search.get("filter"):
        search["filter"] = searchable_filter(v3, object_in(search, "filter"), spec)
    found = by_text(rows, object_in(search, "search"), texts or {})
    return run_query(found, search, replace(spec, inside="search"), v3.site.cursors)


def searchable_filter(v3: CatalogV3, filters: Json, spec: QuerySpec) -> Json:
    """A filter without what search does not support; `slug $in` takes ten values at most (3.3)."""
    slugs = filters.get("slug")
    wanted = slugs.get("$in") if isinstance(slugs, dict) else None
    if isinstance(wanted, list) and len(wanted) > 10:
        raise application_error(400, "INVALID_FILTER", "slug $in takes at most 10 values")
    if not v3.switches.search_ignores_undeclared:
        return filters
    return {
        name: value
        for name, value in filters.items()
        if name.startswith("$") or spec.field(name) is not None
    }


def by_text(rows: Iterable[Json], asked: Json, texts: dict[str, str]) -> list[Json]:
    """The rows that hold the words of `expression`, token by token, as search engines do."""
    words = str(asked.get("expression") or "").casefold().split()
    names = asked.get("fields")
    if names is not None and not isinstance(names, list):
        raise expected_object()
    if not words:
        return list(rows)
    spec = [texts[name] for name in names or texts if name in texts]

    def hit(row: Json) -> bool:
        tokens = " ".join(str(_at(row, path)) for path in spec).casefold()
        return all(word in tokens for word in words)

    return [row for row in rows if hit(row)]


def _at(row: Any, path: str) -> Any:
    for name in path.split("."):
        if isinstance(row, list):
            row = [_at(item, name) for item in row]
        else:
            row = row.get(name, "") if isinstance(row, dict) else ""
    return row


def counted(rows: Iterable[Json], filters: Any, spec: QuerySpec) -> Json:
    """The answer of a count endpoint."""
    return {"count": len(matching(rows, filters or {}, spec))}
