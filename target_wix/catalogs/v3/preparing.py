"""New products on their way to Wix: their rows (wix-api stores-v3 3.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.catalog_v3.named import BRANDS, RIBBONS
from tap_wix.api.errors import RefusedError
from tap_wix.api.migration.shapes import as_object, as_objects
from target_wix.mapping.products.bodies import create_body
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from target_wix.catalogs.protocol import Creation, Product, StockWish
    from target_wix.catalogs.v3.references import References
    from target_wix.mapping.products.kinds import Json


@dataclass
class Plan:
    """A product on its way to Wix.

    Attributes:
        creation: what was asked for.
        body: its row.
        lost: it was sent before and may exist.
        tries: how often its outcome stayed unknown.
        by_id: brand, ribbon and sections are sent by id, since making them along failed.
    """

    creation: Creation
    body: Json = field(default_factory=dict)
    lost: bool = False
    tries: int = 0
    by_id: bool = False

    @property
    def stock(self) -> dict[int, StockWish]:
        """The opening stock by place of the variant."""
        return self.creation.stock


class Preparer:
    """Makes rows of products, with brands, ribbons and sections as Wix takes them."""

    def __init__(self, references: References) -> None:
        """Refer to what a site has."""
        self._references = references

    def look_up(self, plans: Sequence[Plan]) -> None:
        """Look up at once which sections the site has."""
        self._references.look_up(
            [row for plan in plans for row in as_objects(plan.creation.product.get("infoSections"))]
        )

    def with_bodies(self, plans: Sequence[Plan]) -> Iterator[tuple[Plan, Rejection | None]]:
        """Give each plan its row; yield it with why it cannot have one, None if it can."""
        together = [plan for plan in plans if not plan.by_id]
        try:
            found = self._references.inline([plan.creation.product for plan in together])
            inlined = dict(zip(map(id, together), found, strict=True))
        except (Rejection, RefusedError):
            inlined = {}  # one of them cannot be; each by itself tells which
        for plan in plans:
            product = plan.creation.product
            try:
                sections = inlined.get(id(plan))
                if sections is None:
                    rows = as_objects(product.get("infoSections"))
                    sections = [self._references.section(row) for row in rows]
                plan.body = create_body(product, sections, plan.stock)
                if plan.by_id:
                    self._refer_by_id(plan.body, product)
            except Rejection as rejection:
                yield plan, rejection
            except RefusedError as error:
                yield plan, Rejection.of(error)
            else:
                yield plan, None

    def _refer_by_id(self, body: Json, product: Product) -> None:
        for name, kind in (("brand", BRANDS), ("ribbon", RIBBONS)):
            if as_object(product.get(name)):
                body[name] = self._references.by_id(kind, product[name])
        if "additionalRibbons" in body:
            rows = as_objects(product.get("additionalRibbons"))
            body["additionalRibbons"] = [self._references.by_id(RIBBONS, row) for row in rows]
