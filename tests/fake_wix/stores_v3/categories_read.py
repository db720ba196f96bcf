"""Categories: query, search, count, GET, and what they hold (stores-v3 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error, expected_object
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.query import QuerySpec, declare, run_query
from tests.fake_wix.shape import violation
from tests.fake_wix.stores_v3.asking import (
    OPERATORS,
    RANGES,
    TEXTS,
    counted,
    query_page,
    search_page,
)
from tests.fake_wix.stores_v3.state import NAMESPACE, STORES_APP_ID, CatalogV3, Json
from tests.fake_wix.stores_v3.view import checked_fields

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tests.fake_wix.site import Site

READ = "CATEGORIES.CATEGORY_READ"
FIELDS = frozenset({"DESCRIPTION", "RICH_CONTENT_DESCRIPTION", "BREADCRUMBS_INFO"})
TREE = {"appNamespace": NAMESPACE, "treeKey": None}
SPEC = QuerySpec(
    {
        "id": declare(OPERATORS),
        "slug": declare(TEXTS),
        "visible": declare(OPERATORS, kind="bool"),
        "treeReference.appNamespace": declare(OPERATORS),
        "createdDate": declare(RANGES, sort=True, kind="date"),
        "updatedDate": declare(RANGES, sort=True, kind="date"),
        "name": declare(TEXTS, sort=True),
        "managingAppId": declare(OPERATORS, sort=True),
        "parentCategory.id": declare(OPERATORS, sort=True),
        "parentCategory.index": declare(RANGES, sort=True, kind="number"),
    },
    api="v3.categories",
    max_limit=1000,
)
ITEMS_SPEC = QuerySpec(
    {"position": declare("eq", sort=True, kind="number")},
    api="v3.category-items",
    has_next=False,
    inside="",
    default_sort=(("position", True),),
    key="catalogItemId",
)


def check_tree(reference: Any) -> None:
    """The tree is named beside the category, in every call (stores-v3 6)."""
    if reference is None:
        violation("treeReference", "must not be empty", "REQUIRED_FIELD")
    if not isinstance(reference, dict):
        raise expected_object()
    if reference.get("appNamespace") != NAMESPACE or reference.get("treeKey") is not None:
        raise application_error(404, "TREE_NOT_FOUND", "Tree not found")


def check_tree_in_address(request: Request) -> None:
    """GET and DELETE name the tree in the query string."""
    if request.param("treeReference.appNamespace") is None:
        check_tree(None)
    check_tree({"appNamespace": request.param("treeReference.appNamespace")})


def ancestors(v3: CatalogV3, category: Json) -> Iterator[Json]:
    """The parent, its parent and so on."""
    parent = category.get("parentCategory", {}).get("id")
    while parent is not None:
        found = v3.categories.get(parent)
        if found is None:
            return
        yield found
        parent = found.get("parentCategory", {}).get("id")


def children(v3: CatalogV3, key: str | None) -> list[Json]:
    """The categories directly below one, or the roots."""
    return [row for row in v3.categories.all() if row.get("parentCategory", {}).get("id") == key]


def category_view(v3: CatalogV3, category: Json, fields: Collection[str]) -> Json:
    """A category as it is answered; descriptions only on demand."""
    hidden = {"description", "richContentDescription"}
    result = {name: value for name, value in category.items() if name not in hidden}
    result["itemCounter"] = len(v3.members.get(category["id"], ()))
    result["treeReference"] = TREE
    if "DESCRIPTION" in fields and "description" in category:
        result["description"] = category["description"]
    if "RICH_CONTENT_DESCRIPTION" in fields and "richContentDescription" in category:
        result["richContentDescription"] = category["richContentDescription"]
    if "BREADCRUMBS_INFO" in fields:
        line = [*reversed(list(ancestors(v3, category)))]
        result["breadcrumbsInfo"] = {
            "breadcrumbs": [
                {
                    "categoryId": row["id"],
                    "categoryName": row["name"],
                    "categorySlug": row["slug"][:100],
                }
                for row in line
            ],
        }
    return result


def _rows(v3: CatalogV3, request: Request) -> list[Json]:
    everything = request.object().get("returnNonVisibleCategories") is True
    rows = v3.categories.all_indexed()
    return [row for row in rows if everything or row.get("visible", True)]


def _answer(v3: CatalogV3, fields: Collection[str], page: list[Json], paging: Json) -> Json:
    rows = [category_view(v3, row, fields) for row in page]
    return {"categories": rows, "pagingMetadata": paging}


@route("POST", "/categories/v1/categories/query", needs=READ, catalog=V3)
def query_categories(site: Site, request: Request) -> Json:
    check_tree(request.object().get("treeReference"))
    fields = checked_fields(request.object().get("fields"), FIELDS)
    page, paging = query_page(site, request, _rows(site.v3, request), SPEC)
    return _answer(site.v3, fields, page, paging)


@route("POST", "/categories/v1/categories/search", needs=READ, catalog=V3)
def search_categories(site: Site, request: Request) -> Json:
    check_tree(request.object().get("treeReference"))
    fields = checked_fields(request.object().get("fields"), FIELDS)
    texts = {"name": "name", "description": "description"}
    page, paging = search_page(site.v3, request, _rows(site.v3, request), SPEC, texts)
    return _answer(site.v3, fields, page, paging)


@route("POST", "/categories/v1/categories/count", needs=READ, catalog=V3)
def count_categories(site: Site, request: Request) -> Json:
    check_tree(request.object().get("treeReference"))
    return counted(_rows(site.v3, request), request.part("filter"), SPEC)


def found_category(v3: CatalogV3, key: str) -> Json:
    """The category with an id, or a 404."""
    category = v3.categories.get(key)
    if category is None:
        raise application_error(404, "CATEGORY_NOT_FOUND", "Category not found")
    return category


@route("GET", "/categories/v1/categories/{category_id}", needs=READ, catalog=V3)
def get_category(site: Site, request: Request, category_id: str) -> Json:
    check_tree_in_address(request)
    fields = checked_fields(request.params.get("fields"), FIELDS)
    category = found_category(site.v3, category_id)
    return {"category": category_view(site.v3, category, fields)}


@route("GET", "/categories/v1/categories/slug/{slug}", needs=READ, catalog=V3)
def get_category_by_slug(site: Site, request: Request, slug: str) -> Json:
    check_tree_in_address(request)
    fields = checked_fields(request.params.get("fields"), FIELDS)
    for category in site.v3.categories.all():
        if category["slug"] == slug:
            return {"category": category_view(site.v3, category, fields)}
    raise application_error(404, "CATEGORY_NOT_FOUND", "Category not found")


@route("POST", "/categories/v1/categories/{category_id}/list-items", needs=READ, catalog=V3)
def list_items(site: Site, request: Request, category_id: str) -> Json:
    """A page without `hasNext`: only `cursors.next` tells that there is more (6.5)."""
    check_tree(request.object().get("treeReference"))
    found_category(site.v3, category_id)
    rows = [
        {"catalogItemId": key, "appId": STORES_APP_ID, "position": position}
        for position, key in enumerate(site.v3.members.get(category_id, ()))
    ]
    page, paging = run_query(rows, request.object(), ITEMS_SPEC, site.cursors)
    paging |= {"offset": 0, "total": len(rows)}
    items = [{"catalogItemId": row["catalogItemId"], "appId": row["appId"]} for row in page]
    return {"items": items, "pagingMetadata": paging}
