"""Sweeps that go by the date of the last row seen: no offset, no ceiling, nothing shifts.

A page is asked for with `$gte` the date where the last one ended, so that neither changes by
somebody else nor a limit of Wix's paging can make a row disappear between two pages. Rows of that
date which were seen already are dropped again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tap_wix.api.errors import AnswerError
from tap_wix.api.foreign_text import shown
from tap_wix.api.paging import id_of
from tap_wix.api.times import canonical

if TYPE_CHECKING:
    from tap_wix.api.paging import Row

_TO_THE_MILLISECOND = len("2026-01-31T08:00:00.000")
_TO_THE_SECOND = len("2026-01-31T08:00:00")


def at_or_before(moment: str) -> str:
    """Return a moment as a filter takes it: UTC and three digits, as Wix's own client writes it.

    More digits are cut off, never rounded up: that asks for a little more, never for less.
    """
    return canonical(moment)[:_TO_THE_MILLISECOND] + "Z"


def date_of(row: Row, field: str, path: str) -> str:
    """Return the canonical date of a row.

    Raises:
        AnswerError: it has none, so there is no telling where the sweep stands.
    """
    try:
        return canonical(row[field])
    except (KeyError, TypeError, AttributeError, ValueError):
        pass
    raise AnswerError(
        f"Wix answered {path} with a row without a usable {field}:"
        f" {shown(row.get('id'), numbers=True)}.",
        path=path,
    )


def ascending(rows: list[Row], field: str, path: str) -> bool:
    """Tell whether rows come in the order of a date, to the millisecond."""
    dates = [date_of(row, field, path)[:_TO_THE_MILLISECOND] for row in rows]
    return all(one <= two for one, two in pairwise(dates))


class Keyset:
    """Where a sweep stands, and which rows of that moment it has had.

    Rows of one millisecond count as tied, whatever digits follow: it is not known whether Wix
    compares the nine digits it can send or only three.

    Attributes:
        start: date to ask from, spelled as Wix sent it; None for the very first row.
    """

    def __init__(self, field: str, path: str, start: str | None = None) -> None:
        """Stand at a date, or before everything."""
        self.start = start
        self._field = field
        self._path = path
        self._at = canonical(start) if start else ""
        self._latest = ""
        self._seen: dict[str, tuple[str, Any, Any]] = {}

    def begin(self) -> None:
        """Start a query from where the sweep stands."""
        self._latest = ""

    def fresh(self, rows: list[Row]) -> list[Row]:
        """Return the rows that are new, or that changed since they were seen.

        Raises:
            AnswerError: the rows do not come in the order asked for, or come from before the date
                asked for. Wix ignores what it does not understand with 200 (wix-api platform 4),
                and a sweep in the wrong order loses rows.
        """
        new = []
        before = max(self._latest, self._at)[:_TO_THE_MILLISECOND]
        for row in rows:
            date = date_of(row, self._field, self._path)
            moment = date[:_TO_THE_MILLISECOND]
            if moment < before:
                raise AnswerError(
                    f"Wix answered {self._path} out of the order of {self._field}.", path=self._path
                )
            self._latest = before = moment
            state = (date, row.get("updatedDate"), row.get("revision"))
            key = id_of(row, self._path)
            if self._seen.get(key) != state:
                self._seen[key] = state
                new.append(row)
        return new

    def moved(self, rows: list[Row], *, first: bool) -> bool:
        """Go to the last of the rows; tell whether to ask anew from there.

        Not if the sweep stands where it stood, and not after a first page that holds one moment
        only: to ask again would bring the same page.
        """
        if not rows:
            return False
        dates = [date_of(row, self._field, self._path) for row in rows]
        moment = dates[-1][:_TO_THE_MILLISECOND]
        if moment <= self._at[:_TO_THE_MILLISECOND]:
            return False
        tied = [index for index, date in enumerate(dates) if date.startswith(moment)]
        earliest = min(tied, key=dates.__getitem__)
        self.start, self._at = rows[earliest][self._field], dates[earliest]
        second = moment[:_TO_THE_SECOND]
        self._seen = {
            key: state for key, state in self._seen.items() if state[0].startswith(second)
        }
        return not (first and len(tied) == len(rows))

    def here(self, rows: list[Row]) -> tuple[list[Row], list[Row]]:
        """Split rows into those of the moment where the sweep stands, and later ones."""
        moment = self._at[:_TO_THE_MILLISECOND]
        dates = [date_of(row, self._field, self._path)[:_TO_THE_MILLISECOND] for row in rows]
        count = sum(date <= moment for date in dates)
        return rows[:count], rows[count:]

    def forget_changed(self, rows: list[Row]) -> bool:
        """Forget rows of this moment that have another date by now; tell whether there were any."""
        changed = [
            key
            for row in rows
            if (state := self._seen.get(key := id_of(row, self._path)))
            and state[0] != date_of(row, self._field, self._path)
        ]
        for key in changed:
            del self._seen[key]
        return bool(changed)
