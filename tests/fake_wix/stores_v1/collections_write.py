"""Collections and what is in them, written (wix-api stores-v1 4.3, 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.collections_read import shown
from tests.fake_wix.stores_v1.doors import write
from tests.fake_wix.stores_v1.model import ALL_PRODUCTS, Collection
from tests.fake_wix.stores_v1.shapes import COLLECTION_CREATED, COLLECTION_PATCHED, MEMBERSHIP
from tests.fake_wix.stores_v1.state import slug_of

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site


def _not_everything(collection_id: str) -> None:
    """The built-in All Products takes no writes."""
    if collection_id == ALL_PRODUCTS:
        raise application_error(
            400, "CANNOT_MODIFY_ALL_PRODUCTS", "The All Products collection cannot be changed"
        )


@write("POST", "/v1/collections")
def create_collection(site: Site, request: Request) -> dict[str, Any]:
    sent = clean(COLLECTION_CREATED, request.object().get("collection"), "collection")
    collection = Collection(
        id=site.new_id(),
        name=sent["name"],
        slug=site.v1.free_collection_slug(sent.get("slug") or slug_of(sent["name"])),
        description=sent.get("description"),
        visible=sent.get("visible", True),
    )
    site.v1.save_collection(collection)
    return {"collection": shown(site, collection, description=True, members=None)}


@write("PATCH", "/v1/collections/{collection_id}")
def update_collection(site: Site, request: Request, collection_id: str) -> dict[str, Any]:
    _not_everything(collection_id)
    collection = site.v1.edit_collection(collection_id)
    sent = clean(COLLECTION_PATCHED, request.object().get("collection"), "collection")
    collection.name = sent.get("name", collection.name)
    collection.description = sent.get("description", collection.description)
    collection.visible = sent.get("visible", collection.visible)
    if "slug" in sent:
        collection.slug = site.v1.free_collection_slug(sent["slug"], collection_id)
    site.v1.save_collection(collection)
    return {"collection": shown(site, collection, description=True, members=None)}


@write("DELETE", "/v1/collections/{collection_id}")
def delete_collection(site: Site, request: Request, collection_id: str) -> dict[str, Any]:
    _not_everything(collection_id)
    site.v1.remove_collection(collection_id)
    return {}


@write("POST", "/v1/collections/{collection_id}/productIds")
def add_products(site: Site, request: Request, collection_id: str) -> dict[str, Any]:
    return _change_members(site, request, collection_id, present=True)


@write("POST", "/v1/collections/{collection_id}/productIds/delete")
def remove_products(site: Site, request: Request, collection_id: str) -> dict[str, Any]:
    return _change_members(site, request, collection_id, present=False)


def _change_members(
    site: Site, request: Request, collection_id: str, *, present: bool
) -> dict[str, Any]:
    """All or nothing: an id that is unknown is a 404 before anything has changed."""
    _not_everything(collection_id)
    site.v1.collection(collection_id)
    ids = clean(MEMBERSHIP, request.object(), "")["productIds"]
    products = [site.v1.product(product_id) for product_id in dict.fromkeys(ids)]
    for known in products:
        if (collection_id in known.collection_ids) is present:
            continue
        product = site.v1.edit(known.id)
        if present:
            product.collection_ids.append(collection_id)
        else:
            product.collection_ids.remove(collection_id)
        site.v1.save(product, bump=site.v1.switches.membership_bumps)
    return {}
