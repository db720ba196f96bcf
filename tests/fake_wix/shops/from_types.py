"""Entities of any kind, made up from Wix's published types: every field there or not, by chance."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import NANO, nanoseconds_of, text_of
from tests.fake_wix.entity_types import fields_of
from tests.fake_wix.shops.texts import nasty_text

if TYPE_CHECKING:
    import random

Json = dict[str, Any]
_BEGINNING = nanoseconds_of("2024-01-01T00:00:00Z")
_AMOUNTS = ("0", "0.0", "12.10", "0.30", "1999.999", "-3.5", "999999999.99")
_PLACES = (Decimal("-33.8688197"), Decimal("151.2092955"), Decimal("52.5"), 0, -7)
_VALUES: tuple[Any, ...] = (
    1,
    "x",
    None,
    True,
    Decimal("12.10"),
    9007199254740993,
    ["y", None],
    {"z": {}},
)
# Texts of a format, where not every text is legal.
_FORMATTED = {
    "EMAIL": ("first.last+tag@example.org", "o'neil@example.org", "C@example.org"),
    "COUNTRY": ("NO", "US", "GB", "XK"),
    "SUBDIVISION": ("US-NY", "GB-ENG", "NO-46"),
    "CURRENCY": ("EUR", "JPY", "KWD"),
    "LANGUAGE_TAG": ("en-US", "zh-Hant-TW", "de"),
    "LOCAL_DATE": ("1900-01-01", "2000-02-29", "2024-12-31"),
    "PHONE": ("+47 41234567", "(212) 555-0143", "ext. 7"),
    "WEB_URL": ("https://example.org/a?b=c#d", "https://xn--bcher-kva.example/%C3%A5"),
}


def invent(entity: str, random: random.Random, *, at: str = "", fill: float = 0.6) -> Json:
    """An entity, or the part of one at a path, with about ``fill`` of its fields.

    Objects that end up empty and lists without items occur too, as they do with Wix, and now and
    then a value that its enum does not know yet: any day may bring one (wix-api platform 3).
    """
    return _object(_tree(entity, at), random, fill)


@lru_cache
def _tree(entity: str, at: str) -> Json:
    """The fields of an entity below a path, as deep as they are."""
    prefix = f"{at}." if at else ""
    tree: Json = {}
    for path, row in fields_of(entity).items():
        if not path.startswith(prefix):
            continue
        node = tree
        for part in path.removeprefix(prefix).split("."):
            node = node.setdefault("inside", {}).setdefault(part, {})
        node["field"] = {"path": path, **row}
    return dict(tree.get("inside", {}))


def _object(inside: Json, random: random.Random, fill: float) -> Json:
    made: Json = {}
    for name, node in inside.items():
        if random.random() > fill:
            continue
        if name.endswith("[]"):
            count = random.choice((0, 1, 1, 2))
            made[name[:-2]] = [_value(node, random, fill) for _ in range(count)]
        else:
            made[name] = _value(node, random, fill)
    return made


def _value(node: Json, random: random.Random, fill: float) -> Any:
    field = node.get("field", {"type": "object"})
    if node.get("inside"):
        return _object(node["inside"], random, fill)
    kind = field["type"]
    if kind == "string":
        return _text(field, random)
    if kind == "number":
        return _number(field, random)
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "date-time":
        moment = _BEGINNING + random.randrange(10**6) * 60 * NANO + random.randrange(NANO)
        return text_of(moment, random.choice((0, 3, 9)))
    return _map(str(field.get("path", "")), random)


def _number(field: Json, random: random.Random) -> int | Decimal:
    """A number; places on the map and weights have decimals, and keep all of them."""
    if str(field["path"]).endswith(("itude", "weight")):
        return random.choice(_PLACES) if "itude" in field["path"] else Decimal("0.35")
    low = int(field.get("min") or 0)
    return random.choice((low, low + 1, 42, int(field.get("max") or 2_147_483_647)))


def _map(path: str, random: random.Random) -> Json:
    """What apps and owners keep under names of their own."""
    name = nasty_text(random, 20)
    if path.endswith("namespaces"):
        return {"@shop/app.with-dots": {name: random.choice(_VALUES)}, "_user_fields": {}}
    if path.endswith("customFields"):
        return {"custom.points": {"name": name, "value": random.choice(_VALUES)}}
    if path.endswith("fieldsData"):
        return {name: nasty_text(random, 40)}
    return {name: random.choice(_VALUES)}


def _text(field: Json, random: random.Random) -> str:
    if field.get("enum"):
        new = "SOMETHING_NEW" if random.random() < 0.03 else ""
        return new or str(random.choice(field["enum"]))
    kind = field.get("format")
    if kind == "GUID":
        bits = f"{random.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-{bits[12:16]}-{bits[16:20]}-{bits[20:]}"
    if kind in _FORMATTED:
        return random.choice(_FORMATTED[kind])
    if "decimalValue" in field:
        return random.choice(_AMOUNTS)
    longest = int(field.get("maxLength") or 60)
    return nasty_text(random, min(longest, 60))
