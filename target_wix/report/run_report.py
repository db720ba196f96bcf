"""The report of one run: opened before the first record, kept up while it goes, closed at its end."""

from __future__ import annotations

import contextlib
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tap_wix.api.foreign_text import shown
from target_wix.report.digest import Digest
from target_wix.report.entries import Ending, Entry, RunFacts
from target_wix.report.lines import ReportLines, record_line
from target_wix.report.page import ReportPage
from target_wix.runtime.exceptions import fault
from target_wix.runtime.outcomes import Outcome
from target_wix.runtime.private_file import make_folder

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from target_wix.runtime.outcomes import Tally

_PAGE_EVERY_SECONDS = 60.0


class RunReport:
    """Two files of one name in a folder, `.html` and `.jsonl`, readable by their owner alone.

    The lines are written as things happen. The page is written at the start, once a minute and at
    the end, so that there is one even of a run that is killed.
    """

    def __init__(
        self,
        folder: Path,
        logger: logging.Logger,
        *,
        dry_run: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make the folder, which must work before anything is written to Wix.

        Raises:
            OSError: it is no folder, or not one that may be written to.
        """
        make_folder(folder)
        self._started = datetime.now(UTC)
        name = f"report-{self._started:%Y%m%dT%H%M%S%fZ}-{os.getpid()}"
        self.path = folder / f"{name}.html"
        self.lines_path = folder / f"{name}.jsonl"
        self._logger = logger
        self._dry_run = dry_run
        self._clock = clock
        self._began = clock()
        self._paged = self._began
        self._digest = Digest()
        self._tallies: Mapping[str, Tally] = {}
        self._failure = ""
        self._lines: ReportLines | None = None
        self._page: ReportPage | None = None

    def open(self, tallies: Mapping[str, Tally], *, tool: str, site: str) -> None:
        """Make both files.

        Args:
            tallies: the counters of all streams, which grow while the run goes on.
            tool: the program and its version.
            site: the site that it writes to.

        Raises:
            OSError: one of them cannot be made.
        """
        facts = RunFacts(tool, site, self._dry_run, self._started)
        self._tallies = tallies
        self._lines = ReportLines(self.lines_path)
        self._page = ReportPage(facts, self.lines_path.name)
        self._lines.add(
            {
                "type": "run",
                "tool": tool,
                "site": site,
                "dry_run": self._dry_run,
                "started": self._started.isoformat(),
            }
        )
        self._write_page(Ending())

    def add(self, entry: Entry) -> None:
        """Take in what became of a record; what did not change anything is only counted."""
        if entry.outcome in {Outcome.UNCHANGED, Outcome.IGNORED}:
            return
        with self._without_ending_the_run():
            self._digest.add(entry)
            self._write(record_line(entry))

    def add_left_out(self, stream: str, reason: str, count: int, name: str, key: str) -> None:
        """Take in what a record lost that is written all the same."""
        values = {"stream": stream, "reason": reason, "count": count, "name": name, "key": key}
        with self._without_ending_the_run():
            self._digest.add_left_out(stream, reason, count, name, key)
            self._write({"type": "left_out", **values})

    def close(self, ending: Ending) -> None:
        """Write how the run ended, and the page a last time."""
        if self._page is None:
            return
        with self._without_ending_the_run():
            self._write(
                {
                    "type": "end",
                    "exit_code": ending.exit_code,
                    "signal": ending.signum,
                    "stopped_by": list(ending.reasons),
                    "seconds": round(self._clock() - self._began, 1),
                    "requests": sum(tally.requests for tally in self._tallies.values()),
                    "streams": {name: _counts(tally) for name, tally in self._tallies.items()},
                }
            )
        if self._lines is not None:
            self._lines.close()
        with self._without_ending_the_run():
            self._write_page(ending)
            path = shown(str(self.path), limit=1000, numbers=True)
            self._logger.info("The report of this run is %s.", path)

    # -- files --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _without_ending_the_run(self) -> Iterator[None]:
        """Say once that the report cannot be gone on with; the shop is what the run is for."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a full disk, or a fault of the report
            why = shown(str(error), numbers=True) if isinstance(error, OSError) else fault(error)
            if not self._failure:
                self._logger.error("The report is not complete: %s", why)  # noqa: TRY400
            self._failure = why

    def _write(self, values: dict[str, Any]) -> None:
        """Write a line, and now and then the page.

        Raises:
            OSError: it cannot be written.
        """
        if self._lines is None or self._failure:
            return
        self._lines.add(values)
        if self._clock() - self._paged >= _PAGE_EVERY_SECONDS:
            self._write_page(Ending())

    def _write_page(self, ending: Ending) -> None:
        """Write the page and put it in the place of the last one.

        Raises:
            OSError: it cannot be written.
        """
        if self._page is None:
            return
        seconds = self._clock() - self._began
        text = self._page.render(
            self._digest, self._tallies, ending, seconds, failure=self._failure
        )
        new = self.path.with_suffix(".new")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            new.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink()
            raise
        self._paged = self._clock()


def _counts(tally: Tally) -> dict[str, Any]:
    return {
        **{outcome.value: tally.counts[outcome] for outcome in Outcome},
        "rejected_by_code": dict(tally.codes),
        "left_out": dict(tally.dropped),
        "requests": tally.requests,
        "seconds": round(tally.seconds, 1),
    }
