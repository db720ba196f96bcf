"""Pictures of a product on Catalog V1: added one by one, each call behind the last (wix-api stores-v1 2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_objects, inside
from tap_wix.api.errors import LostAnswerError
from tap_wix.api.stores_v1.products_write import add_media, delete_media
from target_wix.pipeline.refusals import INDEX_LAG_SECONDS, refusals
from target_wix.products.fields.media import address_of, current_items
from target_wix.products.fields.options import choices_of
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_wix.api.catalog_conversion.json_access import Json
    from tap_wix.api.site import WixSite

_TRIES = 3


class Pictures:
    """Brings the pictures of products to what they shall be."""

    def __init__(
        self,
        site: WixSite,
        get: Callable[[str], Json | None],
        sleep: Callable[[float], None],
    ) -> None:
        self._site = site
        self._get = get
        self._sleep = sleep

    def sync(self, product_id: str, desired: Json, current: Json) -> None:
        """Delete what is not wanted, then add what is not there.

        V1 has no order but that of adding. Broken off in the middle, the number of pictures is
        not the wanted one, so that the next run begins anew.

        Raises:
            Rejection: Wix refuses one of them.
        """
        links = _links(desired)
        wanted, there = (
            current_items(desired),
            [str(row.get("id")) for row in current_items(current)],
        )
        kept = {row.get("id") for row in wanted if row.get("id") in there}
        with refusals():
            delete_media(self._site, product_id, [name for name in there if name not in kept])
            count = len(kept)
            for item in wanted:
                if item.get("id") not in kept:
                    self._add(product_id, item, count, links)
                    count += 1

    def _add(
        self, product_id: str, item: Json, before: int, links: dict[str, tuple[str, str]]
    ) -> None:
        """Add one; if the answer is lost, again only when it is not there after a while.

        Raises:
            Rejection: no try was answered.
        """
        url = address_of(item) or ""
        name = "" if url else str(item.get("id") or "")
        for _ in range(_TRIES):
            try:
                add_media(self._site, product_id, url=url, media_id=name, choice=links.get(url))
            except LostAnswerError as error:
                lost = error
            else:
                return
            self._sleep(INDEX_LAG_SECONDS)
            product = self._get(product_id)
            if product is None or len(current_items(product)) > before:
                return
        raise Rejection("NO_ANSWER", str(lost), "media", lost.request_id)


def _links(product: Json) -> dict[str, tuple[str, str]]:
    """Option and choice that a picture, by its address, hangs on.

    V1 hangs pictures on the choices of one option, and a new one on one choice (stores-v1 2.6).
    """
    for option in as_objects(product.get("options")) or as_objects(product.get("modifiers")):
        found: dict[str, tuple[str, str]] = {}
        for choice in choices_of(option):
            for item in as_objects(inside(choice, "media", "items")):
                if item.get("url"):
                    found.setdefault(item["url"], (option["name"], choice["name"]))
        if found:
            return found
    return {}
