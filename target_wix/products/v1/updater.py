"""Changes of products on Catalog V1: the product, then its variants, then its pictures.

Each call only if something differs, and each with absolute values: broken off in the middle, the
next run finds what is still different and goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_objects, inside, text
from tap_wix.api.catalog_conversion.upgrade import upgrade_product
from tap_wix.api.errors import LostAnswerError
from tap_wix.api.stores_v1.media import add_media, delete_media
from tap_wix.api.stores_v1.products_write import remove_name, update_product, update_variants
from target_wix.pipeline.refusals import INDEX_LAG_SECONDS, refusals
from target_wix.products.catalog import Updated
from target_wix.products.fields.media import address_of, current_items
from target_wix.products.fields.options import choices_of
from target_wix.products.fields.variants import replace_variants, variants_of
from target_wix.products.v1.as_stored import keeps_sale, without_unrequested
from target_wix.products.v1.bodies import removals, unmanaging_bodies, update_body
from target_wix.products.v1.variants import combinations, is_split, variant_updates
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_wix.api.catalog_conversion.json_access import Json
    from tap_wix.api.paging import Row
    from tap_wix.api.site import WixSite
    from target_wix.products.catalog import Change, Product
    from target_wix.products.v1.reader import Reader

_OF_VARIANTS = frozenset({"variantsInfo", "options", "modifiers"})

_TRIES = 3


class Updater:
    """Changes products."""

    def __init__(self, site: WixSite, reader: Reader, pictures: Pictures) -> None:
        """Nothing is changed yet."""
        self._site = site
        self._reader = reader
        self._pictures = pictures

    def change(self, change: Change) -> Updated | Rejection:
        """Change one product."""
        product_id = change.current["id"]
        desired = without_unrequested(change.desired)
        begun: list[str] = []
        try:
            self._change(product_id, desired, change, begun)
        except Rejection as rejection:
            if not begun:
                return rejection
            self._reader.wrote(product_id)
            return Updated(rejection=rejection)
        self._reader.wrote(product_id)
        return Updated()

    def _change(self, product_id: str, desired: Product, change: Change, begun: list[str]) -> None:
        """Make the calls; note in `begun` that one of them went through."""
        current, changed = change.current, change.changed
        keep = keeps_sale(desired, current)
        with refusals():
            for body in unmanaging_bodies(desired, current):
                update_product(self._site, product_id, body)
                begun.append("options")
            row: Row = {}
            if body := update_body(changed, desired, current, keep_sale=keep):
                row = update_product(self._site, product_id, body)
                begun.append("product")
            for name in removals(changed, desired, current):
                remove_name(self._site, product_id, name)
                begun.append(name)
            if is_split(desired) and _OF_VARIANTS & set(changed):
                shop = self._as_it_is(product_id, desired, current, row)
                entries = variant_updates(desired, shop, keep_sale=keep)
                if entries:
                    update_variants(self._site, product_id, entries)
                    begun.append("variants")
        if "media" in changed:
            self._pictures.sync(product_id, desired, current)
            begun.append("media")
        slug = text(desired.get("slug"))
        if "slug" in changed and row and row.get("slug") != slug:
            raise Rejection("SLUG_TAKEN", f"Another product has it; it is {row['slug']}.", "slug")

    def _as_it_is(self, product_id: str, desired: Product, current: Product, row: Row) -> Product:
        """The product with the variants it has after its options were written."""
        if not row:
            return current
        product = upgrade_product(row)
        if len(variants_of(product)) >= combinations(desired):
            return _with_costs(product, current)
        if is_split(current) and _choices(current) == _choices(desired):
            return current
        return self._reader.get(product_id) or current


def _choices(product: Product) -> list[tuple[object, list[object]]]:
    """Options and choices by name: variants stay what they are while these do."""
    return [
        (option.get("name"), [choice.get("name") for choice in choices_of(option)])
        for option in product["options"]
    ]


def _with_costs(product: Product, current: Product) -> Product:
    """The answer of a write has no merchant data: the costs are those that were read before."""
    known = {row.get("id"): row.get("revenueDetails") for row in variants_of(current)}
    rows = [
        row
        if row.get("revenueDetails") or not known.get(row.get("id"))
        else {**row, "revenueDetails": known[row.get("id")]}
        for row in variants_of(product)
    ]
    return replace_variants(product, rows)


class Pictures:
    """Brings the pictures of products to what they shall be.

    They are added one by one, each call behind the last (wix-api stores-v1 2.6).
    """

    def __init__(
        self,
        site: WixSite,
        get: Callable[[str], Json | None],
        sleep: Callable[[float], None],
    ) -> None:
        """Nothing is sent yet."""
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
