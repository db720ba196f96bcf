"""One value for up to a hundred products (wix-api stores-v1 2.8): there is no bulk create here."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import Refusal, plain
from tests.fake_wix.shape import clean
from tests.fake_wix.stores_v1.doors import write
from tests.fake_wix.stores_v1.pricing import cents
from tests.fake_wix.stores_v1.shapes import BULK_ADJUST, BULK_UPDATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v1.model import Json, Product


@write("POST", "/v1/bulk/products/update")
def bulk_update(site: Site, request: Request) -> dict[str, Any]:
    """Sets exactly one value."""
    sent = clean(BULK_UPDATE, request.object(), "")
    if len(sent["set"]) != 1:
        raise plain(400, "exactly one property must be set")
    name, value = next(iter(sent["set"].items()))

    def change(product: Product) -> None:
        if value == "":
            product.fields.pop(name, None)
        else:
            _put(product, name, value)

    return _each(site, request, sent["ids"], change)


@write("POST", "/v1/bulk/products/adjust-properties")
def bulk_adjust(site: Site, request: Request) -> dict[str, Any]:
    """Adds an amount or a percentage."""
    sent = clean(BULK_ADJUST, request.object(), "")
    if len(sent["adjust"]) != 1:
        raise plain(400, "exactly one property must be adjusted")
    name, step = next(iter(sent["adjust"].items()))
    if len(step) != 1:
        raise plain(400, "exactly one of amount and percentage must be sent")
    return _each(site, request, sent["ids"], lambda product: _adjust(product, name, step))


write("POST", "/v1/bulk/products/adjust")(bulk_adjust)


def _each(
    site: Site, request: Request, ids: list[str], change: Callable[[Product], None]
) -> dict[str, Any]:
    results = []
    for index, product_id in enumerate(ids):
        metadata: Json = {"id": product_id, "originalIndex": index, "success": True}
        error = request.item_fault(index)
        if error is None:
            try:
                product = site.v1.edit(product_id)
                change(product)
                site.v1.save(product)
            except Refusal as refusal:
                error = refusal.error
        if error is not None:
            metadata |= {"success": False, "error": error}
        results.append({"itemMetadata": metadata})
    good = sum(1 for one in results if one["itemMetadata"]["success"])
    counts = {"totalSuccesses": good, "totalFailures": len(results) - good, "undetailedFailures": 0}
    return {"results": results, "bulkActionMetadata": counts}


def _put(product: Product, name: str, value: Any) -> None:
    if name == "price":
        product.fields["priceData"] = {"price": value}
    elif name == "cost":
        product.fields["costAndProfitData"] = {"itemCost": value}
    else:
        product.fields[name] = value


def _adjust(product: Product, name: str, step: Json) -> None:
    weight = Decimal(product.fields.get("weight", 0))
    before = {"price": product.price, "cost": product.cost, "weight": weight}[name]
    if before is None:
        raise plain(400, "the product has no cost")
    if "amount" in step:
        after = before + step["amount"]
    else:
        after = cents(before * (100 + step["percentage"]["rate"]) / 100)
        if step["percentage"].get("roundToInt"):
            after = after.quantize(Decimal(1), ROUND_HALF_UP)
    if after < 0:
        raise plain(400, f"{name} must not be negative")
    _put(product, name, after)
