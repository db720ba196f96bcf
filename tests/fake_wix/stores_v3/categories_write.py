"""Writing categories: the whole tree shares one revision, so writes collide (stores-v3 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.shape import Problems, clean, int64, violation
from tests.fake_wix.stores_v3.categories_read import (
    FIELDS,
    ancestors,
    category_view,
    check_tree,
    check_tree_in_address,
    children,
    found_category,
)
from tests.fake_wix.stores_v3.named import make
from tests.fake_wix.stores_v3.product_write import slug_of
from tests.fake_wix.stores_v3.revisions import (
    bumped,
    check_revision,
    require_revision,
    stale,
)
from tests.fake_wix.stores_v3.seed import MEDIA_HOST, picture
from tests.fake_wix.stores_v3.shapes import CATEGORY
from tests.fake_wix.stores_v3.view import checked_fields

if TYPE_CHECKING:
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

WRITE = "CATEGORIES.CATEGORY_WRITE"
MOST = 1000
DEPTH = 5
CHANGEABLE = ("name", "slug", "description", "richContentDescription", "image", "seoData")


def collides(v3: CatalogV3) -> bool:
    """Whether somebody else changed the tree in this very moment."""
    if v3.switches.tree_conflicts <= 0:
        return False
    v3.switches.tree_conflicts -= 1
    return True


def refuse_collision(v3: CatalogV3) -> None:
    """The 409 of a tree that changed meanwhile names the tree, not the category (6.4)."""
    if collides(v3):
        raise stale("@wix/stores")


def _check_managed(category: Json) -> None:
    if "managingAppId" in category:
        raise application_error(428, "MANAGED_CATEGORY_OPERATION_NOT_ALLOWED")


def _check_slug(v3: CatalogV3, slug: str | None, key: str = "") -> None:
    if slug and any(row["slug"] == slug and row["id"] != key for row in v3.categories.all()):
        raise application_error(409, "DUPLICATE_SLUG", "Slug is taken")


def _free_slug(v3: CatalogV3, name: str) -> str:
    taken = {row["slug"] for row in v3.categories.all()}
    base, number = slug_of(name, "category"), 0
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _body(site: Site, request: Request) -> Json:
    """The category of a request; the tree stands beside it, never inside."""
    check_tree(request.object().get("treeReference"))
    if request.object().get("category") is None:
        violation("category", "must not be empty", "REQUIRED_FIELD")
    body = dict(clean(CATEGORY, request.object()["category"], "category"))
    if body.get("image"):
        body["image"] = _stored_picture(site.v3, body["image"])
    return body


def _stored_picture(v3: CatalogV3, image: Json) -> Json:
    """A picture from elsewhere is stored under a name of Wix's own (stores-v3 10.23)."""
    alt = {"altText": image["altText"]} if image.get("altText") else {}
    known = v3.media.get(image["url"].removeprefix(MEDIA_HOST))
    if known is not None:
        return {**known["image"], **alt}
    name = image["url"].rpartition("/")[2][:200]
    return {**picture(v3.site)["image"], "filename": name, **alt}


@route("POST", "/categories/v1/categories", needs=WRITE, catalog=V3)
def create(site: Site, request: Request) -> Json:
    v3 = site.v3
    body = _body(site, request)
    fields = checked_fields(request.object().get("fields"), FIELDS)
    if body.get("id"):
        violation("category.id", "id given", "ID_NOT_ALLOWED_IN_REQUEST")
    if not body.get("name"):
        violation("category.name", "must not be empty", "REQUIRED_FIELD")
    collision = collides(v3)
    if collision and not v3.switches.category_race_creates:
        raise stale("@wix/stores")
    if len(v3.categories) >= MOST:
        raise application_error(428, "CATEGORIES_LIMIT_PER_TREE_EXCEEDED")
    _check_slug(v3, body.get("slug"))
    visible = body.get("visible") is not False
    parent_id = (body.pop("parentCategory", None) or {}).get("id")
    if parent_id is not None:
        visible = _check_parent(v3, parent_id, visible=visible)
        body["parentCategory"] = {"id": parent_id, "index": len(children(v3, parent_id))}
    body.pop("revision", None)
    body |= {"slug": body.get("slug") or _free_slug(v3, body["name"]), "visible": visible}
    category = make(v3, v3.categories, body)
    v3.members[category["id"]] = {}
    if collision:
        raise stale("@wix/stores")
    return {"category": category_view(v3, category, fields)}


def _check_parent(v3: CatalogV3, key: str, *, visible: bool) -> bool:
    parent = v3.categories.get(key)
    if parent is None:
        raise application_error(428, "PARENT_CATEGORY_NOT_IN_TREE")
    if len(list(ancestors(v3, parent))) + 2 > DEPTH:
        raise application_error(428, "CATEGORY_DEPTH_LIMIT_EXCEEDED")
    return visible and parent.get("visible", True)


@route("PATCH", "/categories/v1/categories/{category_id}", needs=WRITE, catalog=V3)
def update(site: Site, request: Request, category_id: str) -> Json:
    v3 = site.v3
    body = _body(site, request)
    fields = checked_fields(request.object().get("fields"), FIELDS)
    problems = Problems()
    require_revision(body, "category", problems)
    problems.refuse_if_any()
    refuse_collision(v3)
    category = _changed(v3, category_id, body)
    return {"category": category_view(v3, category, fields)}


def _changed(v3: CatalogV3, key: str, body: Json) -> Json:
    current = found_category(v3, key)
    _check_managed(current)
    check_revision(current, body)
    _check_slug(v3, body.get("slug"), key)
    category = bumped(current, v3.site.now())
    for name in (*CHANGEABLE, "extendedFields"):
        if body.get(name) is not None:
            category[name] = body[name]
        elif name in body and name not in {"name", "slug"}:
            category.pop(name, None)
    v3.categories.put(category)
    return category


@route("DELETE", "/categories/v1/categories/{category_id}", needs=WRITE, catalog=V3)
def delete(site: Site, request: Request, category_id: str) -> Json:
    """The whole subtree goes; the items stay in the store (10.16)."""
    v3 = site.v3
    check_tree_in_address(request)
    _check_managed(found_category(v3, category_id))
    refuse_collision(v3)
    doomed = [category_id]
    while doomed:
        key = doomed.pop()
        doomed += [row["id"] for row in children(v3, key)]
        v3.categories.remove(key)
        v3.members.pop(key, None)
    return {}


@route("PATCH", "/categories/v1/categories/visibility", needs=WRITE, catalog=V3)
def set_visibility(site: Site, request: Request) -> Json:
    """Hiding goes down the tree; below a hidden parent nothing can be shown (6.3)."""
    v3 = site.v3
    asked = request.object()
    check_tree(asked.get("treeReference"))
    problems = Problems()
    for name in ("categoryId", "visible", "revision"):
        if asked.get(name) is None:
            problems.add(name, f"{name} must not be empty", "REQUIRED_FIELD")
    problems.refuse_if_any()
    category = found_category(v3, str(asked["categoryId"]))
    _check_managed(category)
    refuse_collision(v3)
    check_revision(category, {"revision": clean(int64(), asked["revision"], "revision")})
    visible = bool(asked["visible"])
    if visible and any(not row.get("visible", True) for row in ancestors(v3, category)):
        raise application_error(428, "PARENT_CATEGORY_HIDDEN")
    v3.categories.put(bumped({**category, "visible": visible}, v3.site.now()))
    if not visible:
        _hide_below(v3, category["id"])
    return {"category": category_view(v3, found_category(v3, category["id"]), frozenset())}


@route("POST", "/categories/v1/categories/{category_id}/move", needs=WRITE, catalog=V3)
def move(site: Site, request: Request, category_id: str) -> Json:
    """With all that is below it; needs no revision, and what it answers is not published (6.1)."""
    v3 = site.v3
    asked = request.object()
    check_tree(asked.get("treeReference"))
    position = asked.get("position")
    if position not in {"FIRST", "LAST", "AFTER"}:
        violation("position", "must be one of FIRST, LAST, AFTER", "INVALID_ENUM_VALUE")
    category = found_category(v3, category_id)
    _check_managed(category)
    refuse_collision(v3)
    parent_id = asked.get("parentCategoryId")
    visible = category.get("visible", True)
    if parent_id is not None:
        visible = _check_move(v3, category, parent_id, visible=visible)
    siblings = [row for row in children(v3, parent_id) if row["id"] != category_id]
    siblings.sort(key=lambda row: row.get("parentCategory", {}).get("index", 0))
    place = 0 if position == "FIRST" else len(siblings)
    if position == "AFTER":
        place = _place_after(asked.get("moveAfterCategoryId"), siblings)
    moved = bumped({**category, "visible": visible}, v3.site.now())
    moved.pop("parentCategory", None)
    siblings.insert(place, moved)
    for index, row in enumerate(siblings):
        parent = {"parentCategory": {"id": parent_id, "index": index}} if parent_id else {}
        v3.categories.put({**row, **parent})
    if not visible:
        _hide_below(v3, category_id)
    return {}


def _check_move(v3: CatalogV3, category: Json, key: str, *, visible: bool) -> bool:
    parent = v3.categories.get(key)
    if parent is None:
        raise application_error(428, "PARENT_CATEGORY_NOT_IN_TREE")
    line = [parent, *ancestors(v3, parent)]
    if any(row["id"] == category["id"] for row in line):
        raise application_error(428, "TREE_CYCLE_DETECTED")
    if len(line) + _height(v3, category) > DEPTH:
        raise application_error(428, "CATEGORY_DEPTH_LIMIT_EXCEEDED")
    return visible and parent.get("visible", True)


def _height(v3: CatalogV3, category: Json) -> int:
    below = children(v3, category["id"])
    return 1 + max((_height(v3, row) for row in below), default=0)


def _place_after(key: str | None, siblings: list[Json]) -> int:
    if key is None:
        raise application_error(428, "MISSING_AFTER_CATEGORY")
    for place, row in enumerate(siblings):
        if row["id"] == key:
            return place + 1
    raise application_error(428, "AFTER_CATEGORY_NOT_IN_PARENT")


def _hide_below(v3: CatalogV3, key: str) -> None:
    below = children(v3, key)
    while below:
        row = below.pop()
        below += children(v3, row["id"])
        if row.get("visible", True):
            v3.categories.put(bumped({**row, "visible": False}, v3.site.now()))
