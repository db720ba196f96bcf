"""The last look at what goes into the log: whoever wrote it, it is one line without secrets."""

from __future__ import annotations

import logging

from tap_wix.api.foreign_text import shown

_LONGEST_LINE = 20_000
_LOGGERS = ("target-wix", "singer_sdk.mapper")


class OneLineFilter(logging.Filter):
    """Escapes what could forge, colour or turn a line, and masks e-mails and our secrets.

    Messages show foreign text by `shown` already; the SDK's own messages quote names of streams.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every message pass, made safe."""
        record.msg, record.args = shown(record.getMessage(), limit=_LONGEST_LINE, numbers=True), ()
        return True


class WarnOnce:
    """Logs each warning once a run."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._logged: set[tuple[object, ...]] = set()

    def __call__(self, text: str, *args: object) -> None:
        """Log a warning, unless the same was logged before."""
        if (text, *args) not in self._logged:
            self._logged.add((text, *args))
            self._logger.warning(text, *args)


_filter = OneLineFilter()


def guard_logs() -> None:
    """Put the filter before the loggers that can be given foreign text; again does no harm."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_filter)
