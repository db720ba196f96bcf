"""Requests that need an answer each, while the answers before them are still on their way.

Threads are daemons: a run that is stopped does not wait for what they wait for.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")

PAGES_AT_ONCE = 4
"""Pages whose parts are read at the same time: few, since they are all kept in memory."""


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], at_once: int
) -> Iterator[Result]:
    """Yield what the work makes of each item, in the order of the items, some of them at once.

    The first one is waited for before the second item is asked for: what Wix refuses shows there.

    Args:
        work: done in a thread of its own for each item but the first.
        items: taken in the thread that asks for results, while earlier ones are being worked on.
        at_once: the most items that are worked on, or done and not yet yielded.

    Raises:
        Exception: whatever the items or the work raise, after the results of all items before.
    """
    pending: deque[Future[Result]] = deque()
    iterator = iter(items)
    first = True
    while True:
        try:
            item = next(iterator)
        except StopIteration:
            break
        except Exception:
            while pending:
                yield pending.popleft().result()
            raise
        if first:
            first = False
            yield work(item)
            continue
        pending.append(_started(work, item))
        while pending and (len(pending) >= at_once or pending[0].done()):
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def _started(work: Callable[[Item], Result], item: Item) -> Future[Result]:
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work(item))
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
