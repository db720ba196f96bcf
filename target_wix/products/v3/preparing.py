"""New products on their way to Wix: their rows (wix-api stores-v3 3.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_wix.api.catalog_v3.named import BRANDS, RIBBONS
from tap_wix.api.errors import RefusedError
from tap_wix.api.migration.shapes import as_objects
from target_wix.products.v3.bodies import create_body
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_wix.api.migration.shapes import Json
    from target_wix.products.catalog import Creation, Product, StockPatch
    from target_wix.products.v3.references import References


@dataclass
class PendingCreation:
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
    def stock(self) -> dict[int, StockPatch]:
        """The opening stock by place of the variant."""
        return self.creation.stock


class Preparer:
    """Makes rows of products, with brands, ribbons and sections as Wix takes them."""

    def __init__(self, references: References) -> None:
        """Refer to what a site has."""
        self._references = references

    def look_up(self, plans: Sequence[PendingCreation]) -> None:
        """Look up at once which sections the site has."""
        self._references.look_up(
            [row for plan in plans for row in as_objects(plan.creation.product.get("infoSections"))]
        )

    def give_bodies(self, plans: Sequence[PendingCreation]) -> None:
        """Give each plan its row."""
        together = [plan for plan in plans if not plan.by_id]
        try:
            found = self._references.inline([plan.creation.product for plan in together])
            inlined = dict(zip(map(id, together), found, strict=True))
        except (Rejection, RefusedError):
            inlined = {}  # one of them cannot be; each by itself tells which
        for plan in plans:
            product = plan.creation.product
            sections = inlined.get(id(plan))
            if sections is None:
                rows = as_objects(product.get("infoSections"))
                sections = list(self._sections(rows))
            plan.body = create_body(product, sections, plan.stock)
            if plan.by_id:
                self._refer_by_id(plan.body, product)

    def _sections(self, rows: Sequence[Json]) -> Iterator[Json]:
        """Yield the sections by id; count one that cannot be made as dropped."""
        for row in rows:
            section = self._section(row)
            if section is not None:
                yield section

    def _section(self, row: Json) -> Json | None:
        try:
            return self._references.section(row)
        except (Rejection, RefusedError) as error:
            self._references.drop_field("infoSections", error)
            return None

    def _refer_by_id(self, body: Json, product: Product) -> None:
        """Name brand and ribbons by id; one that cannot be made is left out and counted."""
        for name, kind in (("brand", BRANDS), ("ribbon", RIBBONS), ("additionalRibbons", RIBBONS)):
            if name not in body:
                continue
            value = product[name]
            try:
                body[name] = (
                    [self._references.by_id(kind, row) for row in as_objects(value)]
                    if isinstance(value, list)
                    else self._references.by_id(kind, value)
                )
            except RefusedError as error:
                self._references.drop_field(name, error)
                del body[name]
