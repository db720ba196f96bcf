"""Rows into requests that stay below every cap of Wix (wix-api stores-v3 3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from tap_wix.api.catalog_conversion.json_access import Json, as_objects, inside
from tap_wix.api.stores_v3.products_write import CAPS, MOST_PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class HasBody(Protocol):
    """Something that is sent as one row."""

    body: Json


Row = TypeVar("Row", bound=HasBody)


def requests_of(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows of one request after another, in their order."""
    batch: list[Row] = []
    sums = dict.fromkeys(CAPS, 0)
    for row in rows:
        sizes = _sizes(row.body)
        full = len(batch) == MOST_PRODUCTS or any(
            sums[name] + size > CAPS[name] for name, size in sizes.items()
        )
        if batch and full:
            yield batch
            batch, sums = [], dict.fromkeys(CAPS, 0)
        batch.append(row)
        for name, size in sizes.items():
            sums[name] += size
    if batch:
        yield batch


def _sizes(body: Json) -> dict[str, int]:
    return {
        name: len(
            as_objects(inside(body, name, "variants") if name == "variantsInfo" else body.get(name))
        )
        for name in CAPS
    }
