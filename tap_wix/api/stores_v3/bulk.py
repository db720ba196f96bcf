"""Answers of bulk calls: 200 whatever became of the rows (wix-api stores-v3 3.6, platform 5)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tap_wix.api import responses
from tap_wix.api.errors import AnswerError, RefusedError, RowFaultError
from tap_wix.api.paging import whole_number
from tap_wix.api.retry import RetryReason

if TYPE_CHECKING:
    from collections.abc import Sequence

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

    @property
    def is_fault(self) -> bool:
        """Whether it failed by a fault of Wix, and may have been written all the same."""
        return isinstance(self.error, RowFaultError)


def bulk_call(
    transport: WixTransport, path: str, body: Row, listed: str, permission: str
) -> dict[int, BulkRow]:
    """Make a bulk call that may be repeated, and return what became of its rows.

    An answer without results is asked for once more. Rows that failed by a fault of Wix are sent
    again, those alone, until they succeed or were sent as often as is sensible.

    Args:
        transport: the wire.
        path: of the endpoint.
        body: of the request.
        listed: the name of the rows in it.
        permission: what the key needs, for the message of a refusal.

    Raises:
        AnswerError: see `bulk_rows`.
    """
    rows = body[listed]

    def send(places: Sequence[int]) -> dict[int, BulkRow]:
        some = {**body, listed: [rows[place] for place in places]}
        check = partial(bulk_rows, count=len(places), path=path)
        answer = transport.call("POST", path, some, permission=permission, check=check)
        return {places[at]: row for at, row in check(answer).items()}

    found = send(range(len(rows)))
    policy = transport.retry_policy()
    while faults := [place for place, row in found.items() if row.is_fault]:
        if not transport.wait_to_retry(policy, RetryReason.FAILING_ROWS, "POST", path):
            break
        try:
            again = send(faults)
        except (RefusedError, AnswerError):
            break  # what became of the other rows is known all the same
        kept = {place: row for place, row in found.items() if not row.is_fault}
        found = {**kept, **again}
    return found


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
    error = None if meta.get("success") is True else responses.row_error(meta.get("error"), path)
    return BulkRow(key if isinstance(key, str) else "", entity, error)
