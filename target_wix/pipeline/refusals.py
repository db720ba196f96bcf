"""What follows of a refusal of Wix, or of no answer at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from tap_wix.api.errors import AnswerError, RefusedError
from target_wix.pipeline.field_types import BAD_SLUG, SLUG_ADVICE
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_wix.api.errors import WixError
    from tap_wix.api.stores_v3.bulk import BulkRow

_TAKEN_ONCE = {
    "SKU_ALREADY_EXIST_ERROR": "sku",
    "BARCODE_ALREADY_EXIST_ERROR": "barcode",
    "DUPLICATE_BARCODE_ERROR": "barcode",
    "DUPLICATE_SLUG_ERROR": "slug",
}
"""Refusals for which Wix has a code and no words (wix-api stores-v3 3.8)."""

T = TypeVar("T")
R = TypeVar("R")
INDEX_LAG_SECONDS = 10.0
"""How long Wix's indexes may lag behind a write (wix-api platform 3)."""


def rejection_of(error: WixError) -> Rejection:
    """Return the rejection of a record that Wix refused, in Wix's own words."""
    first = error.violations[0] if error.violations else None
    reason = error.text or (first.description if first else "") or str(error)
    if reason == error.code and reason in _TAKEN_ONCE:
        reason = f"Wix has this {_TAKEN_ONCE[reason]} already, and takes it only once."
    if error.code == BAD_SLUG:
        reason = f"{reason.rstrip('.')}. {SLUG_ADVICE}"
    field = first.field if first else None
    return Rejection(error.code, reason, field, error.request_id, is_of_wix=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of Wix into the rejection of a record; all other errors end the run."""
    try:
        yield
    except RefusedError as error:
        raise rejection_of(error) from error


def halves(items: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Return both halves of a batch."""
    middle = len(items) // 2
    return items[:middle], items[middle:]


def send_in_halves(
    items: Sequence[T], send: Callable[[Sequence[T]], R]
) -> Iterator[tuple[Sequence[T], R | RefusedError]]:
    """Send a batch, and both halves of a batch that is refused.

    Args:
        items: the batch, at least one item.
        send: sends a batch and returns the answer. What it raises besides a refusal is raised.

    Yields:
        The items of each call and its answer; a refusal comes with one item alone.
    """
    answer: R | RefusedError
    try:
        answer = send(items)
    except RefusedError as error:
        if len(items) > 1:
            for half in halves(items):
                yield from send_in_halves(half, send)
            return
        answer = error
    yield items, answer


def send_rows(
    items: Sequence[T], send: Callable[[Sequence[T]], Mapping[int, BulkRow]]
) -> Iterator[tuple[T, BulkRow | RefusedError | None]]:
    """Send a batch in bulk, in halves where all of it is refused.

    Args:
        items: the batch, at least one item.
        send: sends some and returns the rows of the answer by their places.

    Yields:
        Each item, with its row, why Wix refuses it, or None where the answer does not say.
    """

    def call(some: Sequence[T]) -> Mapping[int, BulkRow]:
        try:
            return send(some)
        except AnswerError:
            return {}

    for some, rows in send_in_halves(items, call):
        if isinstance(rows, RefusedError):
            yield some[0], rows
            continue
        for place, item in enumerate(some):
            row = rows.get(place)
            yield item, row if row is None or row.error is None else row.error


def two_looks(sleep: Callable[[float], None]) -> Iterator[None]:
    """Yield for a look at once and for one when every index knows what was written.

    To be left as soon as a look finds what an unanswered request may have written.

    Args:
        sleep: how to wait.
    """
    yield
    sleep(INDEX_LAG_SECONDS)
    yield
