"""What the collections sink asks of a shop, whichever catalog the shop is on.

All collections here have the shape of a category of Catalog V3. Whatever is peculiar to one catalog
stays behind this protocol. Errors that end the run are raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.field_types import FieldType
    from target_wix.runtime.outcomes import Rejection


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
class Changed:
    """A collection that was changed, as it is now."""

    row: Json


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
    ) -> Changed | Overtaken | Gone | Rejection:
        """Write what differs.

        Args:
            current: as it was read.
            desired: as it shall be.
            changed: names of the fields that differ.
        """

    def delete(self, key: str) -> Rejection | None:
        """Delete a collection; one that is gone already counts as deleted."""
