"""Pictures of Catalog V1 products, written (wix-api stores-v1 2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.stores_v1.writing import write
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

_MOST_DELETED = 50


def add_media(
    site: WixSite,
    product_id: str,
    *,
    url: str = "",
    media_id: str = "",
    choice: tuple[str, str] | None = None,
) -> None:
    """Put a picture behind those that the product has.

    One a call: of several addresses in one call only the first was kept, one client reports. Wix
    fetches it later and never tells if it cannot.

    Args:
        site: with Catalog V1.
        product_id: whose picture it is.
        url: where Wix finds it, or
        media_id: its name in the site's Media Manager.
        choice: option and choice to hang it on; V1 does so for one option of a product.

    Raises:
        LostAnswerError: it may be there; sent again it would be there twice.
    """
    item: Row = {"url": url} if url else {"mediaId": media_id}
    if choice is not None:
        item["choice"] = {"option": choice[0], "choice": choice[1]}
    write(site, "POST", _path(product_id), {"media": [item]}, repeatable=False)


def delete_media(site: WixSite, product_id: str, media_ids: Sequence[str]) -> None:
    """Take pictures off a product; no ids, no call: an empty list would delete all of them."""
    for start in range(0, len(media_ids), _MOST_DELETED):
        ids = list(media_ids[start : start + _MOST_DELETED])
        write(site, "POST", f"{_path(product_id)}/delete", {"mediaIds": ids})


def _path(product_id: str) -> str:
    return f"/v1/products/{quote_id(product_id)}/media"
