"""Keeps a sweep in order when single products turn out newer than the page they came with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.keyset import date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Row

_DATE = "updatedDate"
_SOURCE = "/stores/v3/products"


class ReorderBuffer:
    """Products on their way out, in the order of `updatedDate`.

    A product that was read by GET can be newer than the index said. To pass it on at once would
    let the caller remember a date that the sweep has not come to; so it waits until the sweep is
    there, and gives way if the index has it by then.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[str, Row]] = {}
        self._passed: dict[str, str] = {}

    def take(self, row: Row, product: Row) -> Iterator[Row]:
        """Yield what is due.

        Args:
            row: the product as the sweep came to it; its date is where the sweep stands.
            product: the same product, possibly newer.
        """
        key, position, date = row["id"], _date(row), _date(product)
        held = self._waiting.pop(key, None)
        if held and held[0] > date:
            # The index is behind what was read already.
            self._waiting[key] = held
            return
        yield from self._due(position)
        if date > position:
            self._waiting[key] = (date, product)
        elif self._passed.get(key) != date:
            yield product

    def rest(self) -> Iterator[Row]:
        """Yield what still waits: the sweep ended before the index had it."""
        yield from self._release(sorted(self._waiting.items(), key=lambda item: item[1][0]))

    def _due(self, position: str) -> Iterator[Row]:
        self._passed = {key: date for key, date in self._passed.items() if date >= position}
        due = [item for item in self._waiting.items() if item[1][0] <= position]
        yield from self._release(sorted(due, key=lambda item: item[1][0]))

    def _release(self, items: list[tuple[str, tuple[str, Row]]]) -> Iterator[Row]:
        for key, (date, product) in items:
            del self._waiting[key]
            self._passed[key] = date
            yield product


def _date(row: Row) -> str:
    return date_of(row, _DATE, _SOURCE)
