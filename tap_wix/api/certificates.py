"""Certificates that are not trusted: what is wrong with them, and what a person can do."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import urllib3

from tap_wix.api.errors import UnavailableError
from tap_wix.api.foreign_text import quoted, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where requests looks for the file of trusted certificates, in this order."""

_ERRORS = (ssl.SSLError, urllib3.exceptions.SSLError)
_FIRST = "REQUESTS_CA_BUNDLE"


def certificate_error(failure: BaseException, url: str) -> UnavailableError | None:
    """Return the error to raise if a request failed for its certificates, None if it did not.

    Neither passes by waiting: a person has to act.

    Args:
        failure: what requests raised.
        url: the address of the API.
    """
    causes = list(_causes(failure))
    # requests says so with a plain OSError if the file is not there.
    no_file = type(failure) is OSError and "certificate" in str(failure)
    if not no_file and not any(isinstance(cause, _ERRORS) for cause in causes):
        return None
    if problem := _problem_of_file():
        return UnavailableError(problem)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UnavailableError(
                f"The certificate of {url} is not trusted ({shown(cause.verify_message)})."
                " Check the clock of this machine first. A proxy of your network may inspect"
                f" connections: then put its certificate into a file and let {_FIRST} name it."
            )
    if no_file:
        return UnavailableError(
            f"The file of trusted certificates cannot be read ({shown(str(failure))})."
            f" Install the package certifi anew, or let {_FIRST} name such a file."
        )
    return None


def _problem_of_file() -> str:
    name = next((name for name in _VARIABLES if os.environ.get(name)), None)
    if name is None:
        return ""
    path = os.environ[name]
    try:
        if not Path(path).is_dir():
            ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        why = "it holds no certificates"
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not a path"
    else:
        return ""
    return (
        f"{name} names {quoted(path, numbers=True)} as the file of trusted certificates, which"
        f" cannot be read: {why}. Correct or unset {name}."
    )


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it was made from, wherever its makers put them."""
    waiting: list[object] = [failure]
    seen: set[int] = set()
    while waiting:
        error = waiting.pop()
        if isinstance(error, BaseException) and id(error) not in seen:
            seen.add(id(error))
            yield error
            waiting += [error.__cause__, error.__context__, getattr(error, "reason", None)]
            waiting += error.args
