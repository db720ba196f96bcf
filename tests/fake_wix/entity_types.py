"""What may be written to Wix's entities, made of Wix's own types.

`types/<entity>.json` lists each field of an entity with its wire type, its limits and whether it is
read-only. `shape_of` makes the rules of `shape.py` of them. Where the reference says otherwise than
the types, or more, an overlay has a line for the field: what differs, why, and where that is
written. The reference goes before the types.

The fake shares these files with the tap and the target, but none of their code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tap_wix.schemas
from tests.fake_wix import shape
from tests.fake_wix.geography import COUNTRIES
from tests.fake_wix.rich_content import rich_content
from tests.fake_wix.seo import open_seo

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.shape import Rule

Field = dict[str, Any]
TYPES = Path(tap_wix.schemas.__file__).parent / "types"

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")
_SUBDIVISION = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")
_GUID = re.compile(r"(?=.*[1-9a-f])[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_LIMIT = re.compile(r"(\w+):(-?[\d.]+)")


def is_local_date(value: str) -> bool:
    """Whether a text is a `YYYY-MM-DD` that exists (wix-api platform 3)."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_subdivision(value: str) -> bool:
    """Whether a text is a subdivision behind its country, such as `US-NY` (wix-api contacts 1)."""
    parts = _SUBDIVISION.fullmatch(value)
    return parts is not None and parts[1] in COUNTRIES


FORMATS: dict[str, Callable[[str], object]] = {
    "COLOR_HEX": re.compile(r"#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})").fullmatch,
    "COUNTRY": COUNTRIES.__contains__,
    "EMAIL": re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+").fullmatch,
    "GUID": _GUID.fullmatch,
    "LANGUAGE_TAG": _LANGUAGE_TAG.fullmatch,
    "LOCAL_DATE": is_local_date,
    "SUBDIVISION": is_subdivision,
    "WEB_URL": re.compile(r"https?://[^\s/]+(/\S*)?").fullmatch,
}
"""The formats of fields that can be written. `""` stands for none, except in `NEVER_EMPTY`."""

NEVER_EMPTY = frozenset({"COLOR_HEX", "GUID", "WEB_URL"})

OPAQUE: dict[str, Rule] = {"RichContent": rich_content(), "SeoSchema": open_seo()}
"""Objects that the types name and do not list (wix-api stores-v3 3.8, 3.9)."""

OF_THE_FILES = frozenset(
    {
        *("type", "format", "enum", "decimalValue", "opaque", "readonly", "immutable", "nullable"),
        *("min", "max", "minLength", "maxLength", "minSize", "maxSize", "deprecated"),
    }
)
OF_OVERLAYS = frozenset({"whole", "scale", "pattern", "ruleName", "required", "oneOf", "rule"})
"""What only an overlay says.

- `whole`: a number without decimals; the types tell no int from a float. `scale`: the most it has.
- `pattern`: what a text has to match, and `ruleName`: what a violation of it, or of `min`, is called.
- `required`: names that an object must have, `oneOf`: groups of which it has at most one.
- `rule`: a rule to take as it is.
"""


@dataclass(frozen=True)
class Differs:
    """A line of an overlay: why a field is not as the types have it, and what holds instead."""

    why: str
    what: Field


Overlay = Mapping[str, Differs]


def differs(why: str, **what: Any) -> Differs:
    """Make a line of an overlay; None takes an attribute away."""
    return Differs(why, what)


@dataclass
class _Node:
    row: Field = field(default_factory=lambda: {"type": "object"})
    inside: dict[str, _Node] = field(default_factory=dict)


@cache
def fields_of(entity: str) -> dict[str, Field]:
    """The fields of an entity by path, as Wix's types have them."""
    rows = json.loads((TYPES / f"{entity}.json").read_text("utf-8"))["fields"]
    return {str(row["path"]): {k: v for k, v in row.items() if k != "path"} for row in rows}


def shape_of(
    entity: str, overlay: Overlay | None = None, *, at: str = "", nulls_clear: bool = True
) -> Rule:
    """The rule for what may be written of an entity, or of the part of one at a path.

    Args:
        entity: name of the file in `types/`, without its ending.
        overlay: what differs, by path; one that begins with `*.` stands for all that end so.
        at: path of the part; `[]` at its end means an item of the list.
        nulls_clear: whether a null reaches the entity, in fields that can be null. Otherwise it
            says nothing anywhere.

    Raises:
        ValueError: the overlay has a path or an attribute that does not exist, or repeats the types.
    """
    node = _tree(_laid_over(entity, overlay or {}))
    for name in at.split(".") if at else ():
        node = node.inside[name]
    return _rule_of(node, nulls_clear=nulls_clear)


def _laid_over(entity: str, overlay: Overlay) -> dict[str, Field]:
    fields = {"": {"type": "object"}, **fields_of(entity)}
    for name, line in overlay.items():
        if unknown := line.what.keys() - OF_THE_FILES - OF_OVERLAYS:
            raise ValueError(f"{entity} {name}: what is {unknown}?")
        end = name.removeprefix("*")
        paths = [path for path in fields if path == name or (end != name and path.endswith(end))]
        if not paths and not line.what.keys() & {"type", "rule"}:
            raise ValueError(f"{entity} has no {name}")
        if paths and all(_repeats(fields[path], line.what) for path in paths):
            raise ValueError(f"{entity} {name}: the types say so, too")
        for path in paths or [name]:
            fields[path] = {**fields.get(path, {}), **line.what}
    return fields


def _repeats(row: Field, what: Field) -> bool:
    return any(name in row and row[name] == value for name, value in what.items())


def _tree(fields: Mapping[str, Field]) -> _Node:
    root = _Node()
    for path, row in fields.items():
        node = root
        for name in path.split(".") if path else ():
            node = node.inside.setdefault(name, _Node())
        node.row = row
    return root


def _rule_of(node: _Node, *, nulls_clear: bool) -> Rule:
    """The rule of a field; of a list, that of an item."""
    row = node.row
    if "rule" in row:
        return row["rule"]  # type: ignore[no-any-return]
    kind = row["type"]
    if row.get("opaque"):
        return OPAQUE[row["opaque"]]
    if kind == "object":
        return _object(node, nulls_clear=nulls_clear)
    return _value(row)


def _object(node: _Node, *, nulls_clear: bool) -> Rule:
    written = {name: inner for name, inner in node.inside.items() if not inner.row.get("readonly")}
    rules: dict[str, Rule] = {}
    silent = set()
    for name, inner in written.items():
        rule = _rule_of(inner, nulls_clear=nulls_clear)
        if name.endswith("[]"):
            row = inner.row
            rule = shape.list_of(rule, int(row.get("minSize") or 0), _whole(row.get("maxSize")))
        plain = name.removesuffix("[]")
        rules[plain] = rule
        if not nulls_clear or not _can_be_null(name, inner.row):
            silent.add(plain)
    return shape.obj(
        rules,
        one_of=node.row.get("oneOf", ()),
        required=node.row.get("required", ()),
        null_says_nothing=silent,
    )


def _can_be_null(name: str, row: Field) -> bool:
    """Lists and objects can always be absent; the types mark only the values that can."""
    return bool(row.get("nullable")) or name.endswith("[]") or row.get("type") in {"object", "map"}


def _value(row: Field) -> Rule:
    kind = row["type"]
    if kind == "map":
        return shape.opaque()
    if kind == "boolean":
        return shape.boolean()
    if kind == "number":
        return shape.number(
            row.get("min"),
            row.get("max"),
            whole=bool(row.get("whole")),
            scale=row.get("scale"),
            rule_name=row.get("ruleName"),
        )
    if kind == "string":
        return _string(row)
    raise ValueError(f"nothing of type {kind} can be written")


def _string(row: Field) -> Rule:
    if row.get("decimalValue"):
        limits = {name: Decimal(limit) for name, limit in _LIMIT.findall(row["decimalValue"])}
        scale = limits.get("maxScale")
        return shape.decimal(
            limits.get("gte"),
            limits.get("lte"),
            above=limits.get("gt"),
            scale=None if scale is None else int(scale),
        )
    if row.get("enum"):
        return shape.choice(*row["enum"])
    name = row.get("format")
    pattern = row.get("pattern")
    return shape.text(
        int(row.get("minLength") or (name in NEVER_EMPTY)),
        _whole(row.get("maxLength")),
        format_name=name,
        fits=FORMATS[name] if name else pattern and re.compile(pattern).fullmatch,
        rule_name=row.get("ruleName"),
    )


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)
