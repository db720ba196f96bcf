"""Options as Catalog V1 has them (wix-api stores-v1 2.3): what tells variants apart, or asks."""

from __future__ import annotations

from dataclasses import dataclass

from tap_wix.api.catalog_conversion.json_access import Json, as_objects, inside, text
from tap_wix.api.catalog_conversion.options import FREE_TEXT, SWATCH
from target_wix.products.fields.options import choices_of


@dataclass(frozen=True)
class V1Option:
    """An option as V1 has it: its label is what variants refer to, its value is internal."""

    name: str
    colour: bool
    choices: tuple[tuple[str, str], ...]
    """Pairs of label and value."""

    def body(self, *, new: bool) -> Json:
        """As V1 takes it: `optionType` with a new product, never afterwards (stores-v1 2.3, 2.9)."""
        kind = {"optionType": "color" if self.colour else "drop_down"} if new else {}
        return {
            **kind,
            "name": self.name,
            "choices": [{"value": value, "description": label} for label, value in self.choices],
        }


def choice_modifiers(product: Json) -> list[Json]:
    """The modifiers that V1 has as options of an unmanaged product."""
    return [
        row
        for row in as_objects(product.get("modifiers"))
        if row.get("modifierRenderType") != FREE_TEXT
    ]


def is_split(product: Json) -> bool:
    """Whether the product has options that tell variants apart: V1 must manage variants."""
    return bool(as_objects(product.get("options")))


def v1_options(product: Json, shop: Json | None = None) -> list[V1Option]:
    """The options that V1 needs.

    A text choice keeps the internal value it has in the shop, or else had where the record came
    from; a colour keeps the shop's spelling of the same code.
    """
    known = {**_values(product), **_values(shop or {})}
    rows = as_objects(product.get("options")) or choice_modifiers(product)
    return [_v1_option(row, known) for row in rows if text(row.get("name"))]


def _v1_option(row: Json, known: dict[tuple[str, bool, str], str]) -> V1Option:
    name = str(row.get("name"))
    colour = SWATCH in (row.get("optionRenderType"), row.get("modifierRenderType"))
    choices = []
    for choice in choices_of(row):
        label = str(choice.get("name") or "")
        value = known.get((name, colour, label))
        if colour:
            code = str(choice.get("colorCode") or "")
            value = value if value and value.lower() == code.lower() else code
        choices.append((label, value or label))
    return V1Option(name, colour, tuple(choices))


def _values(product: Json) -> dict[tuple[str, bool, str], str]:
    return {
        (str(option.get("name")), option.get("optionType") == "color", str(label)): str(value)
        for option in as_objects(inside(product, "v1", "productOptions"))
        for choice in as_objects(option.get("choices"))
        if (value := choice.get("value")) and (label := choice.get("description") or value)
    }
