"""Collections, read (wix-api stores-v1 4.1, 4.2)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.fake_wix.filters import declare
from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.stores_v1.asking import Asked, ask
from tests.fake_wix.stores_v1.doors import read
from tests.fake_wix.stores_v1.model import ALL_PRODUCTS, Collection, Json
from tests.fake_wix.stores_v1.render_rest import show_collection

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site

_TEXT = "eq ne hasSome contains startsWith"
COLLECTIONS = Asked(
    {
        "id": declare(_TEXT, sort=True),
        "name": declare(_TEXT, sort=True, read=lambda row: row["it"].name),
    },
    default_key=lambda row: row["it"].number,
)
EVERYTHING = Collection(ALL_PRODUCTS, "All Products", "all-products")


def shown(
    site: Site, collection: Collection, *, description: bool, members: Counter[str] | None
) -> Json:
    """A collection with what was asked for; the rest absent, or empty (stores-v1 7, trap 18)."""
    count = None if members is None else members[collection.id]
    body = show_collection(collection, description=description, count=count)
    if site.v1.switches.unasked == "empty":
        body.setdefault("description", None)
        body.setdefault("numberOfProducts", 0)
    return body


@read("POST", "/v1/collections/query")
def query_collections(site: Site, request: Request) -> dict[str, Any]:
    """Everything but the built-in All Products comes from the index."""
    body = request.object()
    rows = [{"id": ALL_PRODUCTS, "it": EVERYTHING}, *site.v1.indexed_collections()]
    page = ask(rows, body, COLLECTIONS, site.v1.switches)
    description = body.get("includeDescription") is True
    members = _members(site) if body.get("includeNumberOfProducts") is True else None
    found = [shown(site, row["it"], description=description, members=members) for row in page.rows]
    return {"collections": found, **page.envelope}


@read("GET", "/v1/collections/{collection_id}")
def get_collection(site: Site, request: Request, collection_id: str) -> dict[str, Any]:
    """By id; the description comes without a flag here."""
    known = EVERYTHING if collection_id == ALL_PRODUCTS else site.v1.collection(collection_id)
    return _got(site, request, known)


@read("GET", "/v1/collections/slug/{slug}")
def get_collection_by_slug(site: Site, request: Request, slug: str) -> dict[str, Any]:
    for known in (EVERYTHING, *site.v1.collections()):
        if known.slug == slug:
            return _got(site, request, known)
    raise application_error(404, "COLLECTION_NOT_FOUND", "collection not found")


def _got(site: Site, request: Request, known: Collection) -> dict[str, Any]:
    counted = request.param("includeNumberOfProducts") == "true"
    members = _members(site) if counted else None
    return {"collection": shown(site, known, description=True, members=members)}


def _members(site: Site) -> Counter[str]:
    """How many products each collection has."""
    members: Counter[str] = Counter()
    for product in site.v1.products():
        members.update([ALL_PRODUCTS, *product.collection_ids])
    return members
