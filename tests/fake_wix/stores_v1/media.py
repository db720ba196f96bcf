"""Pictures of a product and of its choices (wix-api stores-v1 2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.fake_wix.http.refusals import plain
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.doors import write
from tests.fake_wix.stores_v1.shapes import CHOICE_MEDIA, MEDIA_ADDED, MEDIA_DELETED
from tests.fake_wix.stores_v1.variants import check_choices

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Json, Product

_HOST = "https://static.wixstatic.com/media"


def picture(media_id: str, title: str = "") -> Json:
    """A media item as Wix shows one: hosted by Wix, whatever the picture's first address was."""
    base = f"{_HOST}/{media_id}/v1/fit"
    thumbnail = {"url": f"{base}/w_50,h_50,q_90/file.jpg", "width": 50, "height": 50}
    image = {"url": f"{base}/w_1200,h_900,q_90/file.jpg", "width": 1200, "height": 900}
    return {
        "id": media_id,
        "mediaType": "image",
        "title": title,
        "thumbnail": thumbnail,
        "image": image,
    }


@write("POST", "/v1/products/{product_id}/media")
def add_media(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """Appends, answers before the pictures are there, and never tells of an address that fails."""
    product = site.v1.product(product_id)
    sent = clean(MEDIA_ADDED, request.object(), "")["media"]
    for one in sent:
        if ("url" in one) is ("mediaId" in one):
            raise plain(400, "exactly one of url and mediaId must be sent")
    links = [(one["choice"]["option"], one["choice"]["choice"]) for one in sent if "choice" in one]
    _check_links(product, links)
    urls_seen = 0
    for one in sent:
        urls_seen += "url" in one
        if "url" in one and urls_seen > 1 and site.v1.switches.first_media_only:
            continue
        choice = one.get("choice")
        link = (choice["option"], choice["choice"]) if choice else None
        media_id = one.get("mediaId") or _fetched(site, one["url"])
        if media_id:
            site.v1.await_media(product_id, picture(media_id), link)
    return {}


def _fetched(site: Site, url: str) -> str | None:
    """The name Wix gives a picture; None for an address that yields none."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "broken" in parts.path:
        return None
    ending = parts.path.rpartition(".")[2].lower()
    known = ending if ending in {"jpg", "jpeg", "png", "gif", "webp"} else "jpg"
    return f"5f2e1b_{site.new_id().replace('-', '')}~mv2.{known}"


@write("POST", "/v1/products/{product_id}/media/delete")
def delete_media(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """An empty or absent list deletes everything (trap 13)."""
    product = site.v1.edit(product_id)
    ids = clean(MEDIA_DELETED, request.object(), "").get("mediaIds", [])
    product.media = [one for one in product.media if ids and one["id"] not in ids]
    left = {one["id"] for one in product.media}
    for labels in product.choice_media.values():
        for label, linked in labels.items():
            labels[label] = [one for one in linked if one in left]
    site.v1.save(product, bump=site.v1.switches.media_bumps)
    return {}


@write("PATCH", "/v1/products/{product_id}/choices/media")
def link_media(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """Hangs pictures of the product on choices; the links of a named choice are replaced."""
    product = site.v1.edit(product_id)
    entries = clean(CHOICE_MEDIA, request.object(), "")["media"]
    _check_links(product, [(one["option"], one["choice"]) for one in entries])
    there = {one["id"] for one in product.media}
    for one in entries:
        ids = one.get("mediaIds", [])
        if not there.issuperset(ids):
            raise plain(400, "a choice can only show media of the product")
        product.choice_media.setdefault(one["option"], {})[one["choice"]] = ids
    site.v1.save(product, bump=site.v1.switches.media_bumps)
    return {}


@write("POST", "/v1/products/{product_id}/choices/media/delete")
def unlink_media(site: Site, request: Request, product_id: str) -> dict[str, Any]:
    """Takes pictures off choices; without ids, all of them."""
    product = site.v1.edit(product_id)
    for one in clean(CHOICE_MEDIA, request.object(), "")["media"]:
        check_choices(product, {one["option"]: one["choice"]})
        labels = product.choice_media.get(one["option"], {})
        gone = one.get("mediaIds")
        linked = labels.get(one["choice"], [])
        labels[one["choice"]] = [media_id for media_id in linked if gone and media_id not in gone]
    site.v1.save(product, bump=site.v1.switches.media_bumps)
    return {}


def _check_links(product: Product, links: list[tuple[str, str]]) -> None:
    """Media can hang on the choices of one option only."""
    for option, label in links:
        check_choices(product, {option: label})
    taken = {name for name, labels in product.choice_media.items() if any(labels.values())}
    if len(taken | {option for option, _ in links}) > 1 and links:
        raise plain(400, "media can be assigned to the choices of one option only")
