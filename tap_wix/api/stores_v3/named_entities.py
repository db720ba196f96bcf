"""Brands, ribbons and info sections: small things that products refer to (wix-api stores-v3 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_wix.api.paging import chunks, cursor_pages, id_of, object_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.transport import WixTransport

MOST_NAMES = 100


@dataclass(frozen=True)
class Kind:
    """One of the three.

    Attributes:
        path: its place under `/stores/v3`.
        one: name of the object in answers.
        many: name of the list in answers.
        key: the field that tells one from another.
        scope: what reading needs.
    """

    path: str
    one: str
    many: str
    key: str
    scope: str


BRANDS = Kind("brands", "brand", "brands", "name", "SCOPE.STORES.BRAND_READ")
RIBBONS = Kind("ribbons", "ribbon", "ribbons", "name", "SCOPE.STORES.RIBBON_READ")
INFO_SECTIONS = Kind(
    "info-sections", "infoSection", "infoSections", "uniqueName", "SCOPE.STORES.INFO_SECTION_READ"
)


def find_named(transport: WixTransport, kind: Kind, names: Sequence[str]) -> Iterator[Row]:
    """Yield those that have one of these names."""
    path = f"/stores/v3/{kind.path}/query"
    for asked in map(list, chunks(names, MOST_NAMES)):
        body = {
            "query": {"filter": {kind.key: {"$in": asked}}, "cursorPaging": {"limit": MOST_NAMES}}
        }
        permission = f"Wix Stores, {kind.scope}"
        for page in cursor_pages(transport, path, body, kind.many, permission=permission):
            yield from (row for row in page.rows if row.get(kind.key) in asked)


def get_or_create(transport: WixTransport, kind: Kind, entity: Row) -> Row:
    """Return the one with the key of `entity`, made if there is none; twice does no harm."""
    path = f"/stores/v3/{kind.path}/get-or-create"
    body: Row = (
        {kind.one: entity} if kind is INFO_SECTIONS else {f"{kind.one}Name": entity[kind.key]}
    )
    answer = transport.call(
        "POST",
        path,
        body,
        permission="Wix Stores, SCOPE.STORES.PRODUCT_WRITE",
        check=lambda answer: id_of(object_in(answer, kind.one, path), path),
    )
    return object_in(answer, kind.one, path)
