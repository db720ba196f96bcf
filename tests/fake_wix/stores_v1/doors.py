"""Where the V1 endpoints are found and who may use them (wix-api stores-v1 1.3 and 1.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import bare
from tests.fake_wix.http.routes import V1, Handler, route
from tests.fake_wix.stores_v1.render import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site

READ = ("SCOPE.DC-STORES.READ-PRODUCTS", "SCOPE.DC-STORES-MEGA.READ-STORES")
MANAGE = ("SCOPE.DC-STORES.MANAGE-PRODUCTS", "SCOPE.DC-STORES-MEGA.MANAGE-STORES")


def read(
    method: str, path: str, *, also: tuple[str, ...] = (), on_v3: Handler | None = None
) -> Callable[[Handler], Handler]:
    """A read, under `stores-reader` and under `stores`; the path begins with the version.

    `also`: a permission that is needed besides the scope. `on_v3` is what `stores-reader` answers on
    a V3 site, where one endpoint is reported to.
    """

    def register(handler: Handler) -> Handler:
        def allowed(site: Site, request: Request, **named: str) -> dict[str, Any]:
            if not site.allows(*also):
                raise bare(403, body=True)
            return handler(site, request, **named)

        def at_the_reader(site: Site, request: Request, **named: str) -> dict[str, Any]:
            if not site.v1.switches.reader_prefix:
                raise bare(404)
            if on_v3 is not None and site.catalog_version != V1:
                return on_v3(site, request)
            return allowed(site, request, **named)

        catalog = V1 if on_v3 is None else None
        route(method, f"/stores-reader{path}", needs=READ, catalog=catalog, write=False)(
            at_the_reader
        )
        route(method, f"/stores{path}", needs=READ, catalog=V1, write=False)(allowed)
        return handler

    return register


def write(method: str, path: str) -> Callable[[Handler], Handler]:
    """A write: under `stores` only."""
    return route(method, f"/stores{path}", needs=MANAGE, catalog=V1, write=True)


def may_manage(site: Site, *, asked: bool) -> bool:
    """Whether an extra that needs the manage scope is given: refused or left out without it."""
    if not asked or site.allows(*MANAGE):
        return asked
    if site.v1.switches.missing_scope == "refused":
        raise bare(403, body=True)
    return False


def view(site: Site, request: Request, *, variants: bool, merchant_data: bool = False) -> View:
    """For whom a product is shown: currency of the header, extras by flag."""
    return View(site.currency, variants, merchant_data, request.headers.get("x-wix-currency"))
