"""Optional data of an entity: asked for by name, and done without where Wix refuses it."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from tap_wix.api.errors import AccessError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tap_wix.api.errors import WixError

logger = logging.getLogger(__name__)

T = TypeVar("T")

MERCHANT_DATA = "MERCHANT_DATA"
"""Costs and profits; where they are refused, hidden products are as well (wix-api stores-v3 3.2)."""

MERCHANT_DATA_CODE = "NO_PERMISSION_TO_READ_MERCHANT_DATA"
_INDEX = re.compile(r"\bfields\[(\d+)\]")


class OptionalFields:
    """Names to send as `fields`, less what Wix refuses to this key or does not know any more.

    Attributes:
        names: what to ask for.
        refused: what is done without.
        settled: set once Wix has answered. What it refuses from then on is trouble that passes,
            such as the 403 of a burst, or ends the run: never a reason to read half of the rows
            with less than the others.
    """

    def __init__(self, names: Iterable[str], *, explained: Iterable[str] = ()) -> None:
        """Ask for everything at first.

        Args:
            names: what to ask for.
            explained: names whose refusal the caller says himself, in better words.
        """
        self.names = list(names)
        self._explained = frozenset(explained)
        self.refused: list[str] = []
        self.settled = False

    def negotiate(self, ask: Callable[[Sequence[str]], T], what: str) -> T:
        """Ask until Wix answers, with less where it refuses something; say what is missing.

        Args:
            ask: sends the request with these names.
            what: what is read, for the log.

        Raises:
            WixError: the refusal is not about one of the names.
        """
        known = [*self.refused]
        while True:
            try:
                answer = ask(self.names)
            except (AccessError, RefusedError) as error:
                if not self.drop_refused(error):
                    raise
            else:
                new = [one for one in self.refused if one not in {*known, *self._explained}]
                if new and not self.settled:
                    logger.warning(
                        "%s are read without %s, which Wix refuses to this key.",
                        what.capitalize(),
                        ", ".join(new),
                    )
                self.settled = True
                return answer

    def drop_refused(self, error: WixError) -> bool:
        """Give up the name that a refusal is about; False if it is about none of them.

        A missing right to merchant data is a refusal of the whole request, often without a word
        (wix-api stores-v3 3.2, platform 5); an unknown name is a 400 that names it. A burst is
        answered in the same way (platform 6): the request has to be sent with `confirm_refusal`.
        """
        if self.settled:
            return False
        names = {MERCHANT_DATA} if _may_be_merchant_data(error) else self._named(error)
        dropped = [name for name in self.names if name in names]
        self.give_up(*dropped)
        return bool(dropped)

    def give_up(self, *names: str) -> None:
        """Ask for these no longer."""
        self.refused += [name for name in names if name in self.names]
        self.names = [name for name in self.names if name not in names]

    def given(self, prefix: str = "") -> dict[str, bool]:
        """Return for each name, with a prefix, whether Wix gives what it stands for."""
        if not self.settled:
            return {}
        return {prefix + name: name not in self.refused for name in [*self.names, *self.refused]}

    def _named(self, error: WixError) -> set[str]:
        if not isinstance(error, RefusedError) or error.status != HTTPStatus.BAD_REQUEST:
            return set()
        for violation in error.violations:
            found = _INDEX.search(violation.field)
            if found and int(found[1]) < len(self.names):
                return {self.names[int(found[1])]}
        named = {name for name in self.names if re.search(rf"\b{name}\b", error.text)}
        # Several may be a list of those that Wix does know.
        return named if len(named) == 1 else set()


def _may_be_merchant_data(error: WixError) -> bool:
    forbidden = isinstance(error, AccessError) and error.status == HTTPStatus.FORBIDDEN
    return forbidden or error.code == MERCHANT_DATA_CODE
