"""The clock of a site: real time by default, standing still or jumping when a test wants it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

NANO = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_of(nanoseconds: int, digits: int = 3) -> str:
    """RFC 3339 in UTC with that many fractional digits; Wix writes 0, 3 or up to 9 (wix-api platform 3)."""
    seconds, rest = divmod(nanoseconds, NANO)
    stamp = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{stamp}.{rest:09d}"[: len(stamp) + (1 + digits if digits else 0)] + "Z"


@lru_cache(maxsize=200_000)
def nanoseconds_of(text: str) -> int:
    """The instant of an RFC 3339 text, exactly; ValueError for anything else."""
    stamp, _, tail = text.upper().partition(".")
    if tail:
        cut = len(tail) - len(tail.lstrip("0123456789"))
        fraction, zone = tail[:cut], tail[cut:]
    else:
        stamp, fraction, zone = stamp[:19], "", stamp[19:]
    if not zone or len(fraction) > 9 or "T" not in stamp:
        message = f"not an RFC 3339 time: {text}"
        raise ValueError(message)
    moment = datetime.fromisoformat(stamp + ("+00:00" if zone == "Z" else zone))
    return (moment - _EPOCH) // timedelta(seconds=1) * NANO + int((fraction or "0").ljust(9, "0"))


class Clock:
    """Time as a site has it. No two readings are alike unless the clock stands still."""

    def __init__(self) -> None:
        """Begin with real time and milliseconds."""
        self.digits = 3
        self._shift = 0
        self._frozen: int | None = None
        self._last = 0

    def freeze(self, at: str | None = None) -> None:
        """Stand still, at a given instant or now: everything written from here on has one timestamp."""
        self._frozen = nanoseconds_of(at) if at else self._real()

    def run(self) -> None:
        """Run again, from where the clock stood."""
        if self._frozen is not None:
            self._shift = self._frozen - time.time_ns()
            self._frozen = None

    def advance(self, seconds: float) -> None:
        """Jump ahead."""
        if self._frozen is not None:
            self._frozen += int(seconds * NANO)
        else:
            self._shift += int(seconds * NANO)

    def nanoseconds(self) -> int:
        """Now. While the clock runs each reading is at least a millisecond later than the one before."""
        if self._frozen is not None:
            return self._frozen
        self._last = max(self._real(), self._last + NANO // 1000)
        return self._last

    def seconds(self) -> float:
        """Now, for lags and lifetimes."""
        return (self._frozen if self._frozen is not None else self._real()) / NANO

    def now(self, digits: int | None = None) -> str:
        """Now as Wix writes it."""
        return text_of(self.nanoseconds(), self.digits if digits is None else digits)

    def _real(self) -> int:
        return time.time_ns() + self._shift
