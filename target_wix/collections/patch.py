"""What a record asks for of a collection, whatever shape it came in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.runtime.pending import PendingRecord


@dataclass(frozen=True)
class ParentRef:
    """What a record calls the category that its own is below; nothing at all is the top.

    Attributes:
        id: a GUID of the site that the record comes from.
        text: a slug or a name.
    """

    id: str = ""
    text: str = ""

    def __str__(self) -> str:
        """Return it for a person."""
        return self.text or self.id


@dataclass(frozen=True)
class CollectionPatch:
    """What one record asks for.

    Attributes:
        id: of a collection, empty if the record has none.
        source_id: what the shop that the record comes from calls it, if that is no id of Wix; its
            other records call their parent so.
        site_id: of the site that the record comes from, empty if it does not say.
        slug: to match by, or to create with.
        name: the same, together with the parent.
        parent: what it shall be below; None if not said.
        index: its place among its siblings, where it comes from.
        fields: what can be written of it, in the shape of V3; a value of None is to be cleared.
        deleted: whether the record says that the collection is no more.
        only_v1: whether it has what only Catalog V1 has, such as further pictures.
        built_in: whether it is All Products of some shop, which nobody writes.
        revision: the version the record was made from, None if it does not say.
    """

    id: str = ""
    source_id: str = ""
    site_id: str = ""
    slug: str = ""
    name: str = ""
    parent: ParentRef | None = None
    index: int | None = None
    fields: Json = field(default_factory=dict)
    deleted: bool = False
    only_v1: bool = False
    built_in: bool = False
    revision: int | None = None


@dataclass(frozen=True, eq=False)
class CollectionRecord:
    """One record on its way.

    Attributes:
        pending: the record.
        patch: what it asks for.
        written: names of what was sent for it in an earlier round.
    """

    pending: PendingRecord
    patch: CollectionPatch
    written: tuple[str, ...] = ()
