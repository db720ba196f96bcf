"""What both directions of the conversion need to look into a product of any origin.

Any optional field of Wix may be missing or null (wix-api stores-v1 2.9), so nothing here raises.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from tap_wix.api.money import plain_text

Json: TypeAlias = dict[str, Any]

DEFAULT_VARIANT_ID = "00000000-0000-0000-0000-000000000000"
"""The one variant of a V1 product without managed variants (wix-api stores-v1 3)."""

ALL_PRODUCTS_ID = "00000000-000000-000000-000000000001"
"""The built-in V1 collection that every product is in: 35 characters, no GUID (stores-v1 4.4)."""


def as_object(value: object) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_objects(value: object) -> list[Json]:
    """The objects of a list; whatever else is in it, or is not a list, is left out."""
    if not value or not isinstance(value, list):
        return []
    for item in value:
        if not isinstance(item, dict):
            return [item for item in value if isinstance(item, dict)]
    return [*value]


def inside(value: object, *path: str) -> Any:  # noqa: ANN401 - JSON is any of six types
    """The value at a path of nested objects, None where the path ends early."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: object) -> str | None:
    """The text, or None for what is empty or no text: both catalogs mean the same by the two."""
    return value if isinstance(value, str) and value else None


def is_true(value: object) -> bool:
    """Whether a boolean is true, also one that a spreadsheet or warehouse made a text of."""
    return value is True or (isinstance(value, str) and value.strip().lower() in {"true", "1"})


def amount(value: object) -> Any:  # noqa: ANN401 - what is no number is kept as it came
    """A V1 number as the decimal string of V3; what is no number is kept, for others to refuse."""
    said = plain_text(value)
    return value if said is None else said


def money(value: object, formatted: object = None) -> Json | None:
    """A V1 number, with its display text, as a V3 money object; None if there is no number."""
    if value is None:
        return None
    said = plain_text(value)
    if said is None and value == "":
        return None
    number = value if said is None else said
    if formatted is None:
        return {"amount": number}
    return {"amount": number, "formattedAmount": formatted}


def present(**members: object) -> Json:
    """An object of the members that are not None: V3 leaves out what it has not."""
    for value in members.values():
        if value is None:
            return {name: value for name, value in members.items() if value is not None}
    return members


def is_something(value: object) -> bool:
    """Whether a value says anything: null, an empty object and an empty list do not."""
    return bool(value) or not (value is None or isinstance(value, (dict, list)))


def left_of(value: Any, moved: frozenset[str]) -> Any:  # noqa: ANN401 - JSON is any of six types
    """What an object says besides the members that were moved elsewhere; None if that is nothing.

    What is not an object was not moved.
    """
    if not isinstance(value, dict):
        return value
    if moved.issuperset(value):
        return None
    return {
        name: member for name, member in value.items() if name not in moved and member is not None
    } or None


def without(row: Json, *names: str) -> Json:
    """An object without some of its members."""
    return {name: value for name, value in row.items() if name not in names}


def picked(row: Json, *names: str) -> Json:
    """An object of those of these members that are not None."""
    found: Json = {}
    for name in names:
        if (value := row.get(name)) is not None:
            found[name] = value
    return found
