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


_UNAVAILABLE = frozenset({403, 404, 428})
"""What Wix answers where an app is not there or a permission is missing (wix-api platform 5)."""


class RunFailedError(Exception):
    """Something was left unread; `messages` has one text for each reason."""

    def __init__(self, messages: list[str]) -> None:
        """Keep the messages; the text of the exception is all of them."""
        super().__init__(" ".join(messages))
        self.messages = messages


class Failures:
    """The streams that could not be read in this run.

    A stream that Wix refuses does not keep the others from being read: a key for contacts alone is
    a sensible key. Nor does one odd answer, nor one site of many.
    """

    def __init__(self) -> None:
        self._errors: dict[tuple[str, str], WixError] = {}
        self._read: set[str] = set()
        self._sites: set[str] = set()

    def add(self, stream: str, site_id: str, error: WixError) -> None:
        """Take note of a stream of a site that was not read to its end."""
        self._errors[site_id, stream] = error
        self._sites.add(site_id)

    def add_success(self, stream: str, site_id: str) -> None:
        """Take note of a stream of a site that was read to its end."""
        self._read.add(stream)
        self._sites.add(site_id)

    def take_unavailable(self) -> list[str]:
        """Forget the streams whose app is not there or whose permission the key lacks.

        Returns:
            One text for each reason.
        """
        others = Failures()
        others._read, others._sites = self._read, self._sites
        for key, error in [*self._errors.items()]:
            if isinstance(error, AccessError) or error.status in _UNAVAILABLE:
                others._errors[key] = self._errors.pop(key)
        return others.messages()

    def messages(self) -> list[str]:
        """Return one text for each reason, none where all was read."""
        errors = list(self._errors.values())
        names = list(dict.fromkeys(stream for _, stream in self._errors))
        # A login that is wrong is wrong for all, though some lists are shown to everybody.
        wrong_login = all(error.status == HTTPStatus.UNAUTHORIZED for error in errors)
        if len(errors) > 1 and len(self._sites) == 1 and (wrong_login or not self._read):
            for kind, did in ((AccessError, "refused"), (UnavailableError, "did not give")):
                if all(isinstance(error, kind) for error in errors):
                    return [f"Wix {did} every stream ({', '.join(names)}): {errors[0]}"]
        reasons: dict[tuple[str, ...], list[str]] = {}
        first: dict[tuple[str, ...], WixError] = {}
        for (site_id, stream), error in self._errors.items():
            # A code says the same of all streams; without one the words do.
            reason = (site_id, error.code, error.path, "" if error.code else str(error))
            reasons.setdefault(reason, []).append(stream)
            first.setdefault(reason, error)
        return [
            f"Not read: {', '.join(streams)}{self._of_site(reason[0])}: {first[reason]}"
            for reason, streams in reasons.items()
        ]

    def _of_site(self, site_id: str) -> str:
        return f" of site {site_id}" if len(self._sites) > 1 else ""


@contextlib.contextmanager
def exit_on_error(logger: logging.Logger) -> Iterator[None]:
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
