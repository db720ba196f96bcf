"""A batch that Wix refuses whole: halved until the bad item stands alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tap_wix.api.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")


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
