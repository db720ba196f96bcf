"""Entities of any kind, made up from Wix's published types: every field there or not, by chance."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tap_wix.schemas
from tests.fake_wix.clock import NANO, nanoseconds_of, text_of
from tests.fake_wix.shops.texts import nasty_text

if TYPE_CHECKING:
    import random

Json = dict[str, Any]
TYPES = Path(tap_wix.schemas.__file__).parent / "types"
_BEGINNING = nanoseconds_of("2024-01-01T00:00:00Z")


def invent(entity: str, random: random.Random, *, at: str = "", fill: float = 0.6) -> Json:
    """An entity, or the part of one at a path, with about ``fill`` of its fields.

    Objects that end up empty and lists without items occur too, as they do with Wix.
    """
    fields = json.loads((TYPES / f"{entity}.json").read_text())["fields"]
    prefix = f"{at}." if at else ""
    tree: Json = {}
    for field in fields:
        path = str(field["path"])
        if not path.startswith(prefix):
            continue
        node = tree
        for part in path.removeprefix(prefix).split("."):
            node = node.setdefault("inside", {}).setdefault(part, {})
        node["field"] = field
    return _object(tree.get("inside", {}), random, fill)


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
        return random.choice((0, 1, 7, 42))
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "date-time":
        moment = _BEGINNING + random.randrange(10**6) * 60 * NANO + random.randrange(NANO)
        return text_of(moment, random.choice((0, 3, 9)))
    return {nasty_text(random, 20): random.choice((1, "x", None, ["y"], {"z": True}))}


def _text(field: Json, random: random.Random) -> str:
    if field.get("enum"):
        return str(random.choice(field["enum"]))
    if field.get("format") == "GUID":
        bits = f"{random.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-{bits[12:16]}-{bits[16:20]}-{bits[20:]}"
    if "decimalValue" in field:
        return random.choice(("0", "12.10", "0.30", "1999.999", "-3.5"))
    longest = int(field.get("maxLength") or 60)
    return nasty_text(random, min(longest, 60))
