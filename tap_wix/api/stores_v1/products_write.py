"""Catalog V1 products and their pictures, written one by one (wix-api stores-v1 2.3 to 2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tap_wix.api.errors import AnswerError
from tap_wix.api.paging import chunks, id_of, list_in
from tap_wix.api.paths import quote_id
from tap_wix.api.stores_v1.calls import read, write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

PATH = "/v1/products"
_MOST_DELETED = 50


def create_product(site: WixSite, body: Row) -> Row:
    """Make a product and return it.

    Raises:
        LostAnswerError: it may have been made. V1 refuses no duplicate: look before repeating.
    """
    return _product_in(write(site, "POST", PATH, body, repeatable=False))


def update_product(site: WixSite, product_id: str, body: Row) -> Row:
    """Change the fields that the body names, and return the product.

    The values are absolute and there is no revision, so it may be repeated (stores-v1 2.4).
    """
    path = _path(product_id)
    try:
        return _product_in(write(site, "PATCH", path, body))
    except AnswerError:
        return _product_in(read(site, path, method="GET"))


def delete_product(site: WixSite, product_id: str) -> None:
    """Delete a product; its inventory item goes with it."""
    write(site, "DELETE", _path(product_id))


def remove_name(site: WixSite, product_id: str, name: Literal["brand", "ribbon"]) -> None:
    """Take brand or ribbon away: an empty text does not (stores-v1 2.7)."""
    write(site, "POST", f"{_path(product_id)}/remove-{name}", {})


def update_variants(site: WixSite, product_id: str, entries: list[Row]) -> list[Row]:
    """Change variants of a product that manages them; return the changed ones (stores-v1 3.3).

    None are returned where the answer does not tell of them: it says all the same that it is done.

    Args:
        site: with Catalog V1.
        product_id: whose variants they are.
        entries: each `choices` or `variantIds`, and new values in the flat write shape.
    """
    path = f"{_path(product_id)}/variants"
    answer = write(site, "PATCH", path, {"variants": entries})
    try:
        return list_in(answer, "variants", path)
    except AnswerError:
        return []


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
    write(site, "POST", f"{_path(product_id)}/media", {"media": [item]}, repeatable=False)


def delete_media(site: WixSite, product_id: str, media_ids: Sequence[str]) -> None:
    """Take pictures off a product; no ids, no call: an empty list would delete all of them."""
    for ids in chunks(media_ids, _MOST_DELETED):
        write(site, "POST", f"{_path(product_id)}/media/delete", {"mediaIds": list(ids)})


def _path(product_id: str) -> str:
    return f"{PATH}/{quote_id(product_id)}"


def _product_in(answer: Row) -> Row:
    product = answer.get("product")
    if not isinstance(product, dict):
        raise AnswerError("Wix answered a write with 200, but without a product.", path=PATH)
    id_of(product, PATH)
    return product
