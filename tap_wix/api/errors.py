"""What can go wrong with a call to Wix; each class says what the caller should do."""

from __future__ import annotations

import dataclasses
from typing import Any


class SettingsError(ValueError):
    """The settings cannot work; `messages` has one sentence for each mistake."""

    def __init__(self, messages: list[str]) -> None:
        """Keep the messages; the text of the exception is all of them."""
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclasses.dataclass(frozen=True)
class Violation:
    """One rule that a request broke (wix-api platform 5, `fieldViolations`)."""

    field: str
    description: str
    rule: str = ""
    data: dict[str, Any] = dataclasses.field(default_factory=dict)


class WixError(Exception):
    """A call to Wix that did not do what was asked.

    Attributes:
        status: the HTTP status, or None where no answer came.
        code: `applicationError.code`, else the name of the first broken rule, else the status as
            text. To be matched on; `text` is for people and may change (wix-api platform 5).
        text: Wix's own words, which may be empty.
        path: the path that was called, without host and query string.
        request_id: `x-wix-request-id`, what Wix's support asks for.
        violations: the broken rules with their fields.
        data: `applicationError.data`, such as the id of a duplicate.
    """

    def __init__(  # noqa: PLR0913 - a record of one answer
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        text: str = "",
        path: str = "",
        request_id: str = "",
        violations: tuple[Violation, ...] = (),
        data: dict[str, Any] | None = None,
    ) -> None:
        """Keep what the answer said."""
        super().__init__(message)
        self.status = status
        self.code = code or (str(status) if status else "")
        self.text = text
        self.path = path
        self.request_id = request_id
        self.violations = violations
        self.data = data or {}


class AccessError(WixError):
    """Key, site or permission is wrong (401, 403, unknown site): a person has to act."""


class RefusedError(WixError):
    """Wix refused this request for what it says (other 4xx): set the record aside, go on."""


class RowFaultError(RefusedError):
    """One row of a bulk call failed by a fault of Wix (wix-api platform 5).

    It may have been carried out; the same row can succeed a moment later.
    """


class NotFoundError(RefusedError):
    """What was asked for does not exist (404)."""


class ConflictError(RefusedError):
    """A duplicate or an outdated revision (409): `code` tells which; re-read and decide."""


class WrongCatalogError(WixError):
    """The endpoint belongs to the other Stores catalog (428 or 501, wix-api stores-v3 2)."""


class StoresNotInstalledError(WixError):
    """The site has no Wix Stores (428 `REQUIRED_APP_NOT_INSTALLED`)."""


class AnswerError(WixError):
    """Wix said 200 and sent something else than it promises: never to be read as `no rows`."""


class BadIdError(AnswerError, ValueError):
    """An id or a name that must not become part of an address."""


class UnavailableError(WixError):
    """Wix could not be reached, or kept failing, for as long as it is sensible to try."""


class LostAnswerError(WixError):
    """A create was sent and its answer was lost: it may have happened. Look before repeating."""
