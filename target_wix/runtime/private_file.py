"""Files of a run that are readable by their owner alone: rejected records, and the report."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder, which must work before anything is written to Wix.

    Raises:
        OSError: it is no folder, or not one that may be written to.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(f"no permission to write to {folder}")


class LinesFile:
    """A file of lines, each there whole or not at all: half of one would spoil what comes after it.

    Lines are in the file when `write` returns, so that a run that is killed leaves what it did.

    Attributes:
        size: bytes that were written.
    """

    def __init__(self, path: Path) -> None:
        """Make the file.

        Raises:
            OSError: it cannot be made, or is there already.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags, 0o600)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Write lines.

        Raises:
            OSError: the disk is full.
        """
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self.size)
                os.lseek(self._descriptor, self.size, os.SEEK_SET)
            raise
        self.size += written

    def close(self) -> None:
        """Close the file; again does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
