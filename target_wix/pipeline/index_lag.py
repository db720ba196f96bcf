"""Wix's indexes lag behind its writes: look, wait, look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INDEX_LAG_SECONDS = 10.0
"""How long Wix's indexes may lag behind a write (wix-api platform 3)."""


def two_looks(sleep: Callable[[float], None]) -> Iterator[None]:
    """Yield for a look at once and for one when every index knows what was written.

    To be left as soon as a look finds what an unanswered request may have written.

    Args:
        sleep: how to wait.
    """
    yield
    sleep(INDEX_LAG_SECONDS)
    yield
