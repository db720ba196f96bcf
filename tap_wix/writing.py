"""The way out to the loader, which a signal must not cut in the middle of a line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from singer_sdk.contrib.msgspec import MsgSpecWriter

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk.singerlib import Message


class WholeLineWriter(MsgSpecWriter):
    """Writes messages fast, `Decimal` exact, and puts off what interrupts a line."""

    def __init__(self) -> None:
        """Start between two lines."""
        super().__init__()
        self._writing = False
        self._afterwards: Callable[[], None] | None = None

    @override
    def write_message(self, message: Message) -> None:
        self._writing = True
        try:
            super().write_message(message)
        finally:
            self._writing = False
        if self._afterwards:
            act, self._afterwards = self._afterwards, None
            act()

    def between_lines(self, act: Callable[[], None]) -> None:
        """Act now, or when the line that is being written is whole."""
        if self._writing:
            self._afterwards = act
        else:
            act()
