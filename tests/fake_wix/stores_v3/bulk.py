"""Bulk calls: row by row, 200 whatever happens to the rows (stores-v3 3.6, platform 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import Refusal
from tests.fake_wix.shape import Problems, wrong_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.stores_v3.state import CatalogV3, Json


def listed(request: Request, name: str, maximum: int) -> list[Any]:
    """The rows of a bulk request; none or too many refuse the request whole."""
    rows = request.object().get(name)
    if rows is not None and not isinstance(rows, list):
        raise wrong_type("Expected an array")
    problems = Problems()
    if not rows:
        problems.add(name, "must not be empty", "MIN_SIZE")
    elif len(rows) > maximum:
        problems.add(name, f"has size {len(rows)}, expected {maximum} or less", "MAX_SIZE")
    problems.refuse_if_any()
    return list(rows or [])


def unwrapped(request: Request, listed_as: str, name: str, maximum: int) -> list[Json]:
    """The entities of update rows, which wear one more level than create rows (10.18)."""
    rows = listed(request, listed_as, maximum)
    problems = Problems()
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise wrong_type("Expected an object")
        if row.get(name) is None:
            problems.add(f"{listed_as}[{index}].{name}", "must not be empty", "REQUIRED_FIELD")
    problems.refuse_if_any()
    return [row[name] for row in rows]


def one_by_one(
    v3: CatalogV3,
    request: Request,
    rows: list[Any],
    act: Callable[[Any], Json | None],
    meta: Callable[[Any, Json | None], Json],
) -> Json:
    """Results and counts. `act` does one row or refuses it; `meta` says how a row is named."""
    results: list[Json] = []
    failed = 0
    undetailed = min(v3.switches.undetailed_failures, len(rows))
    v3.switches.undetailed_failures = 0
    detailed = bool(request.object().get("returnEntity"))
    for index, row in enumerate(rows[: len(rows) - undetailed]):
        error = request.item_fault(index)
        item: Json | None = None
        if error is None:
            try:
                item = act(row)
            except Refusal as refusal:
                error = refusal.error
        entry: Json = {**meta(row, item), "originalIndex": index, "success": error is None}
        if error is not None:
            failed += 1
            entry["error"] = error
        result: Json = {"itemMetadata": entry}
        if detailed and item is not None:
            result["item"] = item
        results.append(result)
    if v3.switches.shuffle_bulk:
        v3.site.random.shuffle(results)
    counts = {
        "totalSuccesses": len(results) - failed,
        "totalFailures": failed + (undetailed if v3.switches.undetailed_counted else 0),
        "undetailedFailures": undetailed,
    }
    return {"results": results, "bulkActionMetadata": counts}


def by_id(row: Any, item: Json | None) -> Json:
    """How most bulk results name their row: by the entity's id, if there is one yet."""
    key = (item or {}).get("id") or (row.get("id") if isinstance(row, dict) else row)
    return {"id": key} if key else {}
