"""What happened to a run that could not read everything, and how the command says so."""

from __future__ import annotations

import contextlib
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING

from tap_wix.api.errors import AccessError, UnavailableError, WixError
from tap_wix.writing import OutputError, abandon_output, output_error

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator


class RunFailedError(Exception):
    """Something was left unread; `messages` has one text for each reason."""

    def __init__(self, messages: list[str]) -> None:
        """Keep the messages; the text of the exception is all of them."""
        super().__init__(" ".join(messages))
        self.messages = messages


class Failures:
    """The streams that could not be read in this run.

    A stream that Wix refuses does not keep the others from being read: a key for contacts alone is
    a sensible key. Nor does one odd answer. Where Wix is down or does not know the key, the others
    would fare no better, and the run stops.
    """

    def __init__(self) -> None:
        """Start without any."""
        self._errors: dict[str, WixError] = {}
        self._read: list[str] = []
        self.stopped = False

    def add(self, stream: str, error: WixError) -> None:
        """Take note of a stream that was not read to its end."""
        self._errors[stream] = error
        self.stopped = self.stopped or (
            isinstance(error, UnavailableError) or error.status == HTTPStatus.UNAUTHORIZED
        )

    def add_success(self, stream: str) -> None:
        """Take note of a stream that was read to its end."""
        self._read.append(stream)

    def messages(self) -> list[str]:
        """Return one text for each reason, none where all was read."""
        errors = list(self._errors.values())
        if len(errors) > 1 and not self._read and all(isinstance(e, AccessError) for e in errors):
            return [f"Wix refused every stream ({', '.join(self._errors)}): {errors[0]}"]
        streams: dict[tuple[str, ...], list[str]] = {}
        for stream, error in self._errors.items():
            # A code says the same of all streams; without one the words do.
            reason = (error.code, error.path, "" if error.code else str(error))
            streams.setdefault(reason, []).append(stream)
        return [
            f"{'Stopped at' if self.stopped else 'Not read:'} {', '.join(names)}:"
            f" {self._errors[names[0]]}"
            for names in streams.values()
        ]


@contextlib.contextmanager
def told_without_traceback(logger: logging.Logger) -> Iterator[None]:
    """End the command with status 1 and one line for each reason a person can act on."""
    try:
        with _flushed():
            yield
    except RunFailedError as error:
        _leave(logger, error.messages)
    except WixError as error:
        _leave(logger, [str(error)])
    except OutputError as error:
        abandon_output()
        _leave(logger, [str(error)])


@contextlib.contextmanager
def _flushed() -> Iterator[None]:
    """Write what is left while a failure to do so can still be told."""
    if sys.stdout is None:
        raise OutputError("The output cannot be written: standard output is closed.")
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename:  # of another file
            raise
        raise output_error(error) from None


def _leave(logger: logging.Logger, messages: list[str]) -> None:
    for message in messages:
        logger.error("%s", message)
    sys.exit(1)
