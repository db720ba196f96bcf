"""The endpoints of brands, ribbons, info sections and customizations (stores-v3 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import V3, Request, route
from tests.fake_wix.shape import Problems, clean
from tests.fake_wix.stores_v3.asking import counted, query_page
from tests.fake_wix.stores_v3.bulk import by_id, listed, one_by_one, unwrapped
from tests.fake_wix.stores_v3.revisions import require_revision
from tests.fake_wix.stores_v3.small import (
    BRANDS,
    CUSTOMIZATIONS,
    INFO_SECTIONS,
    RIBBONS,
    WRITE,
    Kind,
    asked_fields,
    create,
    delete,
    get_or_create,
    refuse_blanks,
    require,
    update,
    view,
)

if TYPE_CHECKING:
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import Json


def _cleaned(kind: Kind, given: Any, path: str) -> Json:
    """The writable part of an entity; a name of blanks refuses the request."""
    body = dict(clean(kind.shape, given, path))
    refuse_blanks(kind, body, path)
    return body


def _named_body(kind: Kind, request: Request) -> Json:
    """`{"brandName": "X"}`, `{"ribbonName": "X"}` or a whole info section."""
    asked = request.object()
    if kind is INFO_SECTIONS:
        return _cleaned(kind, asked.get("infoSection") or {}, kind.one)
    return _cleaned(kind, {"name": asked.get(f"{kind.one}Name")}, kind.one)


def register(kind: Kind, read: str) -> None:
    """The endpoints of one kind."""
    base = f"/stores/v3/{kind.path}"

    @route("POST", f"{base}/query", needs=read, catalog=V3)
    def query(site: Site, request: Request) -> Json:
        fields = asked_fields(kind, request.object().get("fields"))
        page, paging = query_page(site, request, kind.of(site.v3).all_indexed(), kind.spec)
        rows = [view(site.v3, kind, row, fields) for row in page]
        return {kind.many: rows, "pagingMetadata": paging}

    @route("POST", f"{base}/count", needs=read, catalog=V3)
    def count(site: Site, request: Request) -> Json:
        return counted(kind.of(site.v3).all_indexed(), request.part("filter"), kind.spec)

    @route("GET", f"{base}/{{key}}", needs=read, catalog=V3)
    def get(site: Site, request: Request, key: str) -> Json:
        entity = kind.of(site.v3).get(key)
        if entity is None:
            raise application_error(404, "NOT_FOUND", f"{kind.one} not found")
        fields = asked_fields(kind, request.params.get("fields"))
        return {kind.one: view(site.v3, kind, entity, fields)}

    @route("POST", base, needs=WRITE, catalog=V3)
    def post(site: Site, request: Request) -> Json:
        body = _cleaned(kind, request.part(kind.one), kind.one)
        require(kind, body, kind.one)
        return {kind.one: view(site.v3, kind, create(site.v3, kind, body))}

    @route("PATCH", f"{base}/{{key}}", needs=WRITE, catalog=V3)
    def patch(site: Site, request: Request, key: str) -> Json:
        body = {**_cleaned(kind, request.part(kind.one), kind.one), "id": key}
        problems = Problems()
        require_revision(body, kind.one, problems)
        problems.refuse_if_any()
        return {kind.one: view(site.v3, kind, update(site.v3, kind, body))}

    @route("DELETE", f"{base}/{{key}}", needs=WRITE, catalog=V3)
    def remove(site: Site, request: Request, key: str) -> Json:
        delete(site.v3, kind, key)
        return {}

    _register_bulk(kind)


def _register_bulk(kind: Kind) -> None:
    base = f"/stores/v3/bulk/{kind.path}"

    @route("POST", f"{base}/create", needs=WRITE, catalog=V3)
    def bulk_create(site: Site, request: Request) -> Json:
        rows = [
            _cleaned(kind, row, f"{kind.many}[{index}]")
            for index, row in enumerate(listed(request, kind.many, 100))
        ]
        for index, row in enumerate(rows):
            require(kind, row, f"{kind.many}[{index}]")
        return one_by_one(
            site.v3,
            request,
            rows,
            lambda row: view(site.v3, kind, create(site.v3, kind, row)),
            by_id,
        )

    @route("POST", f"{base}/update", needs=WRITE, catalog=V3)
    def bulk_update(site: Site, request: Request) -> Json:
        rows = [
            _cleaned(kind, row, f"{kind.many}[{index}].{kind.one}")
            for index, row in enumerate(unwrapped(request, kind.many, kind.one, 100))
        ]
        return one_by_one(
            site.v3,
            request,
            rows,
            lambda row: view(site.v3, kind, update(site.v3, kind, row)),
            by_id,
        )

    if kind is CUSTOMIZATIONS:
        return

    @route("POST", f"/stores/v3/{kind.path}/get-or-create", needs=WRITE, catalog=V3, write=True)
    def find(site: Site, request: Request) -> Json:
        found = get_or_create(site.v3, kind, _named_body(kind, request))
        return {kind.one: view(site.v3, kind, found)}

    @route("POST", f"{base}/get-or-create", needs=WRITE, catalog=V3, write=True)
    def bulk_find(site: Site, request: Request) -> Json:
        names = f"{kind.one}Names" if f"{kind.one}Names" in request.object() else kind.many
        rows = [
            _cleaned(kind, row if isinstance(row, dict) else {"name": row}, f"{names}[{index}]")
            for index, row in enumerate(listed(request, names, 100))
        ]
        request.object()["returnEntity"] = True  # `item` always comes (7)
        return one_by_one(
            site.v3,
            request,
            rows,
            lambda row: view(site.v3, kind, get_or_create(site.v3, kind, row)),
            by_id,
        )

    @route("POST", f"{base}/delete", needs=WRITE, catalog=V3)
    def bulk_delete(site: Site, request: Request) -> Json:
        keys = listed(request, f"{kind.one}Ids", 100)
        return one_by_one(site.v3, request, keys, lambda key: delete(site.v3, kind, key), by_id)


register(BRANDS, "STORES.BRAND_READ")
register(RIBBONS, "STORES.RIBBON_READ")
register(INFO_SECTIONS, "STORES.INFO_SECTION_READ")
register(CUSTOMIZATIONS, "STORES.CUSTOMIZATION_READ")
