"""What was asked of the fake, for tests that count requests or look at what was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass
class RecordedRequest:
    """One request and the status it got (0: the connection was cut instead)."""

    method: str
    path: str
    params: dict[str, list[str]]
    headers: dict[str, str]
    body: Any
    status: int = 0
    write: bool = False
    answer: Any = field(default=None, repr=False)


class RequestLog(list[RecordedRequest]):
    """All requests in the order in which they came."""

    def matching(self, path: str = "", method: str | None = None) -> list[RecordedRequest]:
        """The requests whose path a regex finds, and whose method is the given one."""
        return [one for one in self if re.search(path, one.path) and method in {None, one.method}]

    def count(self, path: str = "", method: str | None = None) -> int:  # type: ignore[override]
        """How many of them there were."""
        return len(self.matching(path, method))

    @property
    def writes(self) -> list[RecordedRequest]:
        """The requests that change something, refused ones included."""
        return [one for one in self if one.write]
