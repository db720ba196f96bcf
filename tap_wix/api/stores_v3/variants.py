"""Variants of Catalog V3 products: they are in an index of their own (wix-api stores-v3 5)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tap_wix.api.ahead import in_order
from tap_wix.api.errors import AnswerError, NotFoundError, RefusedError
from tap_wix.api.optional_fields import MERCHANT_DATA, OptionalFields
from tap_wix.api.paging import id_of, object_in, text_in
from tap_wix.api.paths import quote_id
from tap_wix.api.resources import Endpoint
from tap_wix.api.stores_v3.fields import VARIANT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.paging import Page, Row
    from tap_wix.api.transport import WixTransport

logger = logging.getLogger(__name__)

QUERY_PATH = "/stores/v3/products/query-variants"
PRODUCTS_PATH = "/stores/v3/products"
LARGEST_PAGE = 1000
_GETS_AT_ONCE = 8
PERMISSION = "Wix Stores, SCOPE.STORES.PRODUCT_READ"
VARIANTS_ENDPOINT = Endpoint(
    QUERY_PATH, "variants", limit=LARGEST_PAGE, permission=PERMISSION, fields=VARIANT_FIELDS
)


class VariantJoin:
    """Puts their variants into products, in the shape in which GET product has them.

    Queries return products without variants. One query brings those of a whole page of products,
    from an index that is fed later than that of the products: what does not belong to the same
    revision of the product is not used, and the product is read by GET instead.
    """

    def __init__(self, transport: WixTransport, product_fields: OptionalFields) -> None:
        """Ask for the same optional data as the products are asked for."""
        self._transport = transport
        self._product_fields = product_fields
        self._fields = OptionalFields(VARIANT_FIELDS)

    def given(self) -> dict[str, bool]:
        """Return which optional data Wix gives with variants; nothing before it was asked."""
        return self._fields.given("variants: ")

    def join(self, products: list[Row]) -> Iterator[tuple[Row, Row]]:
        """Yield each product as it was given, and with its variants.

        The second is newer than the first if Wix has a newer one; a product that was deleted in
        the meantime is left out.
        """
        if not products:
            return
        by_product = self._variants_of([id_of(product, PRODUCTS_PATH) for product in products])
        found = [(product, [*by_product.pop(product["id"], {}).values()]) for product in products]
        together = [_belong_together(product, variants) for product, variants in found]
        apart = [pair for pair, belong in zip(found, together, strict=True) if not belong]
        newest = in_order(lambda pair: self._current(*pair), apart, _GETS_AT_ONCE)
        for (product, variants), belong in zip(found, together, strict=True):
            current = _with_variants(product, variants) if belong else next(newest)
            if current is not None:
                yield product, current

    def _variants_of(self, ids: list[str]) -> dict[str, dict[str, Row]]:
        """Return the variants of products, by product and variant."""
        found: dict[str, dict[str, Row]] = {product: {} for product in ids}
        for page in self._pages(ids):
            for variant in page.rows:
                data = variant.get("productData")
                product = text_in(data, "productId") if isinstance(data, dict) else None
                # An answer to another question than the one asked is not to be used: Wix has
                # ignored filters with 200 (wix-api stores-v3 3.3).
                if product is not None and product in found:
                    found[product][_variant_id(variant)] = variant
        return found

    def _pages(self, ids: list[str]) -> Iterator[Page]:
        if MERCHANT_DATA in self._product_fields.refused:
            self._fields.give_up(MERCHANT_DATA)
        where = {"productData.productId": {"$in": ids}}
        return VARIANTS_ENDPOINT.pages(self._transport, self._fields, where, None)

    def _current(self, product: Row, indexed: list[Row]) -> Row | None:
        """Return the product as it is, None if it is no more."""
        params = [("fields", name) for name in self._product_fields.names]
        path = f"{PRODUCTS_PATH}/{quote_id(product['id'])}"
        try:
            answer = self._transport.call(
                "GET",
                path,
                params=params,
                permission=PERMISSION,
                check=lambda answer: object_in(answer, "product", path),
            )
        except NotFoundError:
            logger.info("Product %s was deleted while the shop was read.", product["id"])
            return None
        except RefusedError as error:
            # Stored data can be broken so that Wix answers every GET of one product with 428
            # (wix-api stores-v3 3.5); that must not hide the rest of the shop for ever.
            if not indexed:
                raise
            logger.warning(
                "Product %s comes with variants that may be out of date: %s", product["id"], error
            )
            return _with_variants(product, indexed)
        current = object_in(answer, "product", path)
        if current.get("id") != product["id"]:
            raise AnswerError(f"Wix answered {path} without that product.", path=path)
        return _with_own_variants_in_order(current)


def _belong_together(product: Row, variants: list[Row]) -> bool:
    """Tell whether variants are all of a product, and those of the revision that was read."""
    revision = product.get("revision")
    if not variants or revision is None:
        return False
    summary = product.get("variantSummary")
    count = summary.get("variantCount") if isinstance(summary, dict) else None
    return (count is None or count == len(variants)) and all(
        str(variant["productData"].get("revision")) == str(revision) for variant in variants
    )


def _with_variants(product: Row, variants: list[Row]) -> Row:
    info = product.get("variantsInfo")
    others = info if isinstance(info, dict) else {}
    rows = in_order_of_choices([in_product(variant) for variant in variants], product)
    return {**product, "variantsInfo": {**others, "variants": rows}}


def _with_own_variants_in_order(product: Row) -> Row:
    """Return a product of GET with its variants in the order that joined ones have.

    Whether a row is read by GET is a matter of chance: it must not differ by that.
    """
    info = product.get("variantsInfo")
    if not isinstance(info, dict) or not isinstance(info.get("variants"), list):
        return product
    rows = in_order_of_choices(info["variants"], product)
    return {**product, "variantsInfo": {**info, "variants": rows}}


def in_order_of_choices(variants: list[Row], product: Row) -> list[Row]:
    """Return variants in the order in which the shop's owner lists the choices.

    The variants API has an order of its own, in which small comes after large.
    """
    if len(variants) < 2:  # noqa: PLR2004 - one is in order
        return variants
    places = {
        (text_in(option, "id"), text_in(choice, "choiceId")): index
        for option in _objects(product.get("options"))
        for index, choice in enumerate(_objects(_choices_of(option)))
    }
    order = [text_in(option, "id") for option in _objects(product.get("options"))]

    def rank(variant: Row) -> list[int]:
        chosen = {
            (option := text_in(ids, "optionId")): places.get(
                (option, text_in(ids, "choiceId")), len(places)
            )
            for choice in _objects(variant.get("choices"))
            if isinstance(ids := choice.get("optionChoiceIds"), dict)
        }
        return [chosen.get(option, len(places)) for option in order]

    return sorted(variants, key=rank)


def _choices_of(option: Row) -> Any:  # noqa: ANN401 - JSON
    settings = option.get("choicesSettings")
    return settings.get("choices") if isinstance(settings, dict) else None


def _objects(value: Any) -> list[Row]:  # noqa: ANN401 - JSON
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def in_product(variant: Row) -> Row:
    """Return a variant of the variants API in the shape that a product holds."""
    rest: dict[str, Any] = {"id": _variant_id(variant)}
    for name, value in variant.items():
        if name == "optionChoices":
            rest["choices"] = value
        elif name not in ("id", "variantId", "productData"):
            rest[name] = value
    return rest


def _variant_id(variant: Row) -> str:
    # `id` is deprecated there and goes away at the end of 2026.
    return id_of({"id": variant.get("variantId") or variant.get("id")}, QUERY_PATH)
