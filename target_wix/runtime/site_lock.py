"""One run a site: two targets at once would look up, find nothing, and make everything twice."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tap_wix.api.foreign_text import shown
from target_wix.runtime.exceptions import RunStoppedError

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterator

_LONGEST_HOLDER = 200
_TRIES = 5


@contextlib.contextmanager
def site_lock(site: str, logger: logging.Logger) -> Iterator[None]:
    """Lock a file for a site in the folder for temporary files, while a run writes to the site.

    Wix has no lock. The operating system gives up a lock of `flock` when its process ends, however
    it ends.

    Args:
        site: what tells one site from another.
        logger: where it is said if the site cannot be locked.

    Raises:
        RunStoppedError: another run has it.
    """
    digest = hashlib.sha256(site.encode("utf-8", "replace")).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"target-wix-{digest}.lock"
    descriptor = None
    try:
        descriptor = _locked(path)
    except BlockingIOError:
        raise RunStoppedError(
            f"Another target-wix writes to this site{_holder(path)}. Two at once would"
            " make everything twice: wait until it has ended, or end it."
        ) from None
    except OSError as error:
        logger.warning(
            "The site cannot be locked (%s). Let no other target-wix write to it meanwhile.",
            shown(str(error), numbers=True),
        )
    try:
        yield
    finally:
        if descriptor is not None:
            # Removed while it is locked: whoever waits for it sees that it is not the file there.
            with contextlib.suppress(OSError):
                path.unlink()
            os.close(descriptor)


def _locked(path: Path) -> int:
    """Return the descriptor of a file that is locked now.

    Raises:
        BlockingIOError: another process has it.
        OSError: it cannot be made or locked.
    """
    for _ in range(_TRIES):
        descriptor = _opened(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    _introduce(descriptor)
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    raise BlockingIOError


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    except PermissionError:
        # The file of another user's run: it can be locked, if not written.
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)


def _introduce(descriptor: int) -> None:
    """Say in the file who holds it, for the message of the one that comes second."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    text = f"process {os.getpid()} on {socket.gethostname()}, since {now}"
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _holder(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_HOLDER).decode("utf-8", "replace")
    except OSError:
        return ""
    return f" ({shown(text, limit=_LONGEST_HOLDER, numbers=True)})" if text else ""
