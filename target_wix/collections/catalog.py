"""What the collections sink asks of a shop, whichever catalog the shop is on.

All collections here have the shape of a category of Catalog V3. Whatever is peculiar to one catalog
stays behind this protocol; what both do alike stands below it. Errors that end the run are raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tap_wix.api.errors import (
    AnswerError,
    ConflictError,
    LostAnswerError,
    NotFoundError,
    RefusedError,
)
from tap_wix.api.stores_v3.bulk import STALE_CODE
from target_wix.collections.fields import folded, parent_of
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.refusals import rejection_of, two_looks
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.field_types import FieldType

_TRIES = 5


@dataclass(frozen=True)
class Made:
    """A collection that was made, also: found to have been made, after a lost answer.

    Attributes:
        row: the collection.
        slug_was_refused: whether Wix gave it another slug than was asked for.
    """

    row: Json
    slug_was_refused: bool = False


@dataclass(frozen=True)
class Taken:
    """Wix says that the slug is taken: the collection is there, and was not known.

    Attributes:
        row: the one that has the slug, None if Wix does not show it yet.
        rejection: what Wix said.
    """

    row: Json | None
    rejection: Rejection


@dataclass(frozen=True)
class Overtaken:
    """Somebody changed it since it was read.

    Attributes:
        row: as it is now.
    """

    row: Json


@dataclass(frozen=True)
class Gone:
    """It is not there any more."""


class CollectionCatalog(Protocol):
    """One shop's collections."""

    @property
    def has_tree(self) -> bool:
        """Whether collections have parents."""

    @property
    def fields(self) -> Mapping[str, FieldType]:
        """What can be written, with the limits of the catalog."""

    def all_products(self) -> str:
        """Return the id of the built-in collection, empty if Wix does not tell."""

    def rows(self) -> Iterable[Json]:
        """Yield all collections, hidden ones too, as an index knows them that lags."""

    def get(self, key: str) -> Json | None:
        """Return a collection as it is this moment, None if there is none."""

    def create(self, row: Json, known: Collection[str]) -> Made | Taken | Rejection:
        """Make a collection.

        After a lost answer it is looked up, after 10 s once more, and made again only then.

        Args:
            row: as it shall be, without an id.
            known: ids of the collections that were there before.
        """

    def change(
        self, current: Json, desired: Json, changed: Collection[str]
    ) -> Json | Overtaken | Gone | Rejection:
        """Write what differs; return the collection as it is then.

        Args:
            current: as it was read.
            desired: as it shall be.
            changed: names of the fields that differ.
        """

    def delete(self, key: str) -> Rejection | None:
        """Delete a collection; one that is gone already counts as deleted."""


def create_once(
    row: Json,
    send: Callable[[], Json],
    rows: Callable[[], Iterable[Json]],
    known: Collection[str],
    sleep: Callable[[float], None],
) -> Json | Rejection:
    """Send a create; after an answer that says nothing look, wait, look again, and send again.

    A tree that somebody else changed meanwhile is such an answer, too (wix-api stores-v3 6.4).

    Args:
        row: as it shall be.
        send: sends it and returns what was made; a refusal of Wix is raised.
        rows: reads all collections of the shop.
        known: ids of the collections that were there before.
        sleep: how to wait.

    Returns:
        What was made, or why it stays unknown.
    """
    for _ in range(_TRIES):
        try:
            return send()
        except ConflictError as error:
            if error.code != STALE_CODE:
                raise
            last = rejection_of(error)
        except (LostAnswerError, AnswerError) as error:
            last = Rejection("NO_ANSWER", str(error), request_id=error.request_id)
        for _ in two_looks(sleep):
            for found in rows():
                if found["id"] not in known and _is_it(found, row):
                    return found
    return last


def _is_it(found: Json, row: Json) -> bool:
    """Tell whether a collection that was not there before is the one that was sent."""
    slug = key_text(row.get("slug"))
    same_slug = not slug or key_text(found.get("slug")).startswith(slug)
    same_name = folded(found.get("name")) == folded(row.get("name"))
    return same_slug and same_name and parent_of(found) == parent_of(row)


def delete_once(send: Callable[[], None]) -> Rejection | None:
    """Send a deletion; a collection that is gone already counts as deleted.

    Args:
        send: sends it; a refusal of Wix is raised.

    Returns:
        Why Wix refused it, None if it is done.
    """
    try:
        send()
    except NotFoundError:
        return None
    except RefusedError as error:
        return rejection_of(error)
    return None
