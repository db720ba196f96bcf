"""What both commands may do while a signal is handled."""

from __future__ import annotations

import atexit
import threading
from _thread import start_new_thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT_SECONDS = 0.5


def say_beside(say: Callable[[], object]) -> None:
    """Log in a thread of its own, from the handler of a signal, and wait a moment for it.

    The signal may have come in the middle of a line of the log, and Python refuses to write
    another one into it. What cannot be said before that line is whole is said after it, at the
    latest when the process ends.

    Args:
        say: logs something.
    """
    said = threading.Event()

    def run() -> None:
        try:
            say()
        finally:
            said.set()

    # Not `threading.Thread`, whose lock the signal may have found taken.
    start_new_thread(run, ())
    if not said.wait(MOMENT_SECONDS):
        atexit.register(said.wait, MOMENT_SECONDS)
