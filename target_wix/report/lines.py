"""The report as JSON lines: everything, written as it happens."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_wix.api import codec
from tap_wix.api.foreign_text import without_secrets
from target_wix.runtime.private_file import LinesFile

if TYPE_CHECKING:
    from target_wix.report.entries import Entry

_LARGEST_NUMBER = 2**63


class ReportLines(LinesFile):
    """A file of one JSON object a line."""

    def add(self, values: dict[str, Any]) -> None:
        """Write a line.

        Raises:
            OSError: the disk is full.
        """
        self.write(codec.encode(_fit(values)) + b"\n")


def record_line(entry: Entry) -> dict[str, Any]:
    """Return what became of a record as the values of one line."""
    values: dict[str, Any] = {
        "type": "record",
        "stream": entry.stream,
        "outcome": entry.outcome.value,
        "line": entry.line,
        "key": entry.key,
        "name": entry.changes.name,
        "id": entry.changes.id,
        "fields": list(entry.fields),
        "changes": [
            {
                "field": one.field,
                **({"of": one.of} if one.of else {}),
                "before": one.before,
                "after": one.after,
            }
            for one in entry.changes.fields
        ],
    }
    if (rejection := entry.rejection) is not None:
        values |= {
            "code": rejection.code,
            "reason": rejection.reason,
            "field": rejection.field,
            "request_id": rejection.request_id or None,
        }
    return values


def _fit(value: object) -> Any:  # noqa: ANN401 - any JSON
    """Return a value as it can be written: without our secrets and without half surrogates."""
    if isinstance(value, str):
        return without_secrets(value.encode("utf-8", "replace").decode())
    if isinstance(value, dict):
        return {_fit(name): _fit(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_fit(one) for one in value]
    if isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
        return "a number of very many digits"
    is_json = value is None or isinstance(value, int)
    return value if is_json or (isinstance(value, Decimal) and value.is_finite()) else str(value)
