"""Options and text fields of Catalog V1 as options and modifiers of Catalog V3.

With managed variants an option tells variants apart: V3 calls that an option. Without, it is only
a question to the buyer, who must answer it: a mandatory modifier (wix-api stores-v3 9).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tap_wix.api.catalog_conversion.json_access import (
    DEFAULT_VARIANT_ID,
    Json,
    as_objects,
    is_true,
    present,
    text,
)
from tap_wix.api.catalog_conversion.media import choice_media

TEXT = "TEXT_CHOICES"
SWATCH = "SWATCH_CHOICES"
FREE_TEXT = "FREE_TEXT"

_NAME_LENGTH = 50


@dataclass(frozen=True)
class V1Option:
    """What the choices of variants need of an option, read once for all variants.

    Attributes:
        render_type: of V3.
        labels: of its choices; V1 has them in `description` (wix-api stores-v1 7, trap 8).
        labelled: pairs of a value and its label.
    """

    render_type: str
    labels: list[Any]
    labelled: list[tuple[Any, Any]]

    @classmethod
    def read(cls, option: Json) -> V1Option:
        """Return an option of a V1 product."""
        pairs = [
            (row.get("value"), row.get("description")) for row in as_objects(option.get("choices"))
        ]
        return cls(_render_type(option), [label for _, label in pairs], pairs)

    def name_of(self, chosen: Any) -> Any:  # noqa: ANN401 - kept as it came
        """Return the label of a choice that a variant names by its label or its value."""
        if chosen in self.labels:
            return chosen
        return next((label for value, label in self.labelled if label and value == chosen), chosen)


_NO_OPTION = V1Option(TEXT, [], [])


def is_managed(product: Json) -> bool:
    """Whether the V1 product's variants have prices and skus of their own.

    Where `manageVariants` is missing, variants with ids of their own say so: without management
    there is only the default variant (wix-api stores-v1 3).
    """
    said = product.get("manageVariants")
    if said is not None and said != "":
        return is_true(said)
    return any(
        row.get("choices") and text(row.get("id")) not in {None, DEFAULT_VARIANT_ID}
        for row in as_objects(product.get("variants"))
    )


def upgrade_options(product: Json, *, is_managed: bool) -> Json:
    """`options` and `modifiers`, each only if the V1 product says anything about it.

    Args:
        product: of V1.
        is_managed: whether its variants have prices and skus of their own.
    """
    given = product.get("productOptions")
    known = isinstance(given, list)
    choices = as_objects(given)
    fields = as_objects(product.get("customTextFields"))
    options = [*map(_option, choices)] if is_managed else []
    modifiers = [] if is_managed else [*map(_modifier, choices)]
    if fields:
        taken = {str(row.get("name")) for row in options + modifiers}
        modifiers.extend(_text_field(field, taken) for field in fields)
    shape: Json = {}
    if known:
        shape["options"] = options
    if known or fields:
        shape["modifiers"] = modifiers
    return shape


def options_by_name(product: Json) -> dict[str, V1Option]:
    """The options of a V1 product by their names."""
    rows = as_objects(product.get("productOptions"))
    return {str(row.get("name")): V1Option.read(row) for row in rows} if rows else {}


def upgrade_choices(choices: object, options: dict[str, V1Option]) -> list[Json]:
    """The choices of a variant as references by name, in the order of the product's options.

    Args:
        choices: of the V1 variant, labels by the options' names.
        options: of the product, by name.
    """
    if not choices or not isinstance(choices, dict):
        return []
    chosen = choices
    names = [name for name in options if name in chosen]
    names += [name for name in chosen if name not in options]
    references: list[Json] = []
    for name in names:
        option = options.get(name, _NO_OPTION)
        reference = {
            "optionName": name,
            "choiceName": option.name_of(chosen[name]),
            "renderType": option.render_type,
        }
        references.append({"optionChoiceNames": reference})
    return references


def _option(option: Json) -> Json:
    return {
        **present(name=option.get("name")),
        "optionRenderType": _render_type(option),
        "choicesSettings": {"choices": _choices(option)},
    }


def _modifier(option: Json) -> Json:
    return {
        **present(name=option.get("name")),
        "modifierRenderType": _render_type(option),
        "mandatory": True,
        "choicesSettings": {"choices": _choices(option)},
    }


def _render_type(option: Json) -> str:
    return SWATCH if option.get("optionType") == "color" else TEXT


def _choices(option: Json) -> list[Json]:
    colour = option.get("optionType") == "color"
    return [
        present(
            choiceType="ONE_COLOR" if colour else "CHOICE_TEXT",
            # The label; V1 has it in `description` (wix-api stores-v1 7, trap 8).
            name=choice.get("description") or choice.get("value"),
            colorCode=choice.get("value") if colour else None,
            inStock=choice.get("inStock"),
            visible=choice.get("visible"),
            media=choice_media(choice.get("media")),
        )
        for choice in as_objects(option.get("choices"))
    ]


def _text_field(field: Json, taken: set[str]) -> Json:
    """A field to write into. Its title may be 100 long, a modifier's name 50 and must be unique."""
    title = str(field.get("title") or "")
    name = title[:_NAME_LENGTH].rstrip()
    number = 2
    while name in taken:
        name = f"{title[: _NAME_LENGTH - 4].rstrip()} {number}"
        number += 1
    taken.add(name)
    return {
        **present(name=name or None),
        "modifierRenderType": FREE_TEXT,
        **present(mandatory=field.get("mandatory")),
        "freeTextSettings": present(title=title or None, maxCharCount=field.get("maxLength")),
    }
