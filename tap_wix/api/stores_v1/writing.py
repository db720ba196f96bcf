"""Writes of Catalog V1: under one prefix, with one permission (wix-api stores-v1 1.3, 1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.stores_v1.products import MANAGE

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

_PREFIX = "/stores"


def write(
    site: WixSite, method: str, path: str, body: Row | None = None, *, repeatable: bool = True
) -> Row:
    """Call an endpoint of Catalog V1 that changes something.

    Args:
        site: with Catalog V1.
        method: of the request.
        path: after the prefix, such as `/v1/products`.
        body: of the request.
        repeatable: False for what happens twice if it is sent twice.
    """
    return site.transport.call(
        method, _PREFIX + path, body, repeatable=repeatable, permission=MANAGE
    )
