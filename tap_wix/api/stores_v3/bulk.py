"""Answers of bulk calls: 200 whatever became of the rows (wix-api stores-v3 3.6, platform 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_wix.api import responses
from tap_wix.api.errors import AnswerError, ConflictError, RefusedError
from tap_wix.api.paging import whole_number

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

STALE_CODE = "INVALID_REVISION"


@dataclass(frozen=True)
class BulkRow:
    """What became of one row.

    Attributes:
        id: of the entity, empty if Wix does not say.
        item: the entity, where it was asked for.
        error: why the row failed, None if it did not.
    """

    id: str = ""
    item: Row | None = None
    error: RefusedError | None = None


def bulk_call(
    transport: WixTransport, path: str, body: Row, count: int, permission: str
) -> dict[int, BulkRow]:
    """Make a bulk call that may be repeated, and return what became of its rows.

    An answer without results is asked for once more.

    Args:
        transport: the wire.
        path: of the endpoint.
        body: of the request.
        count: rows in it.
        permission: what the key needs, for the message of a refusal.

    Raises:
        AnswerError: see `bulk_rows`.
    """
    answer = transport.call(
        "POST",
        path,
        body,
        permission=permission,
        check=lambda answer: bulk_rows(answer, count, path),
    )
    return bulk_rows(answer, count, path)


def bulk_rows(answer: Row, count: int, path: str) -> dict[int, BulkRow]:
    """Return what became of the rows of a request, by their place in it.

    Only `originalIndex` tells which row a result is about. A row that no result is about may have
    been written or not (`undetailedFailures` counts such rows, and counts were seen not to add
    up): it is missing here, and the caller has to look.

    Raises:
        AnswerError: there are no results, or one is about a row that was not sent.
    """
    results = answer.get("results")
    if results is None and isinstance(answer.get("bulkActionMetadata"), dict):
        results = []
    if not isinstance(results, list):
        raise AnswerError(f"Wix answered {path} with 200, but without results.", path=path)
    found: dict[int, BulkRow] = {}
    for result in results:
        meta = result.get("itemMetadata") if isinstance(result, dict) else None
        index = meta.get("originalIndex", 0) if isinstance(meta, dict) else None
        index = whole_number(index)
        if index is None or not 0 <= index < count or index in found:
            raise AnswerError(f"Wix answered {path} with a result for no row.", path=path)
        found[index] = _row(result, meta or {}, path)
    return found


def _row(result: Row, meta: Row, path: str) -> BulkRow:
    item = result.get("item")
    entity = item if isinstance(item, dict) else None
    key = meta.get("id") or (entity or {}).get("id")
    error = None if meta.get("success") is True else _error(meta.get("error"), path)
    return BulkRow(key if isinstance(key, str) else "", entity, error)


def _error(value: Any, path: str) -> RefusedError:  # noqa: ANN401 - JSON
    row = value if isinstance(value, dict) else {}
    code, words = responses.code_and_words(row)
    code = code or "BULK_ITEM_FAILED"
    data = row.get("data")
    kind = ConflictError if code == STALE_CODE else RefusedError
    return kind(
        f"Wix refused one row of {path}: {code} {words}".strip(),
        code=code,
        text=words,
        path=path,
        data=data if isinstance(data, dict) else None,
    )
