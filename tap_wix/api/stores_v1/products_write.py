"""Catalog V1 products, written one by one: there is no bulk create (wix-api stores-v1 2.3 to 2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tap_wix.api.errors import AnswerError
from tap_wix.api.paging import id_of, list_in
from tap_wix.api.stores_v1.reading import read
from tap_wix.api.stores_v1.writing import write
from tap_wix.api.transport import quote_id

if TYPE_CHECKING:
    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite

PATH = "/v1/products"


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


def _path(product_id: str) -> str:
    return f"{PATH}/{quote_id(product_id)}"


def _product_in(answer: Row) -> Row:
    product = answer.get("product")
    if not isinstance(product, dict):
        raise AnswerError("Wix answered a write with 200, but without a product.", path=PATH)
    id_of(product, PATH)
    return product
