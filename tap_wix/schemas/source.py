"""JSON Schemas from Wix's own types: every field that Wix publishes, with its type.

`types/*.json` list the fields of each entity as Wix's typings have them: path, type, enum, limits,
read-only. Every field may be null, since Wix leaves out what is empty. Objects are open: a nested
field that Wix adds tomorrow arrives as it is. Enums are not enforced, because Wix extends them
without notice. What the types have wrong or lack, and our words, stand in `overlay.py`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tap_wix.schemas import overlay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Schema = dict[str, Any]
WixType = dict[str, Any]

_KINDS: dict[str, Schema] = {
    "string": {"type": ["string", "null"]},
    "number": {"type": ["number", "null"]},
    "integer": {"type": ["integer", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "date-time": {"type": ["string", "null"], "format": "date-time"},
    # `properties: {}` would make the SDK's flattening drop the whole object.
    "object": {"type": ["object", "null"], "additionalProperties": True},
    "map": {"type": ["object", "null"], "additionalProperties": True},
}


@cache
def wix_types(entity: str) -> dict[str, WixType]:
    """Return the fields of an entity by path, such as `info.emails.items[].email`.

    Each is a dictionary with `type` and, where Wix's typings have them, `format`, `enum`, `min`,
    `max`, `minLength`, `maxLength`, `maxSize`, `nullable`, `readonly`, `immutable`, `deprecated`.

    Args:
        entity: name of the file in `types/`, without its ending.
    """
    text = (files("tap_wix.schemas") / "types" / f"{entity}.json").read_text("utf-8")
    fields: list[WixType] = json.loads(text)["fields"]
    return {str(field["path"]): field for field in fields}


def wix_schema(
    entity: str,
    *,
    at: str = "",
    keys: Iterable[str] = ("siteId", "id"),
    parent: Mapping[str, Schema] | None = None,
    own: Mapping[str, Schema] | None = None,
) -> Schema:
    """Return the JSON Schema of a stream.

    Args:
        entity: name of the file in `types/`, without its ending.
        at: path of the part that a row is, such as `variantsInfo.variants[]`; the whole if empty.
        keys: names of the stream's key, which come first and are never null.
        parent: columns that a row has from its parent's row.
        own: columns that are ours: where the row comes from, leftovers of the other catalog.
    """
    prefix = f"{at}." if at else ""
    added = {path: {"type": kind} for path, kind in overlay.MISSING.get(entity, {}).items()}
    fields = {
        path.removeprefix(prefix): field
        for path, field in {**wix_types(entity), **added}.items()
        if path.startswith(prefix)
    }
    root: Schema = {"type": "object", "properties": {}}
    for path, field in sorted(fields.items(), key=lambda item: item[0].count(".")):
        _place(root, path, _field_schema(entity, prefix + path, field))
    columns = {**root["properties"], **(parent or {}), **(own or {}), **ADDITIONAL}
    keys = tuple(keys)
    first = {name: {**columns.pop(name), "type": "string"} for name in keys}
    return {"type": "object", "properties": {**first, **columns}, "required": list(keys)}


def column(kind: str, description: str) -> Schema:
    """Return the schema of a column of ours.

    Args:
        kind: `string`, `number`, `integer`, `boolean`, `date-time` or `object`.
        description: what it holds.
    """
    return {**_KINDS[kind], "description": description}


ADDITIONAL = {
    "additionalFields": column(
        "object", "Fields that Wix sent and this schema does not know yet, by their names."
    )
}
SITE = {
    "siteId": column(
        "string", "Site that the row was read from; with app credentials, the instance id."
    )
}
CATALOG = {
    **SITE,
    "catalogVersion": column(
        "string",
        "Stores catalog the row was read from: V1_CATALOG or V3_CATALOG. The columns are the same.",
    ),
}
V1_LEFTOVERS = {
    "v1": column(
        "object", "What Catalog V1 knows and Catalog V3 has no place for; null on V3 sites."
    )
}


def _field_schema(entity: str, path: str, field: WixType) -> Schema:
    kind = field["type"]
    if kind == "number" and path in overlay.WHOLE_NUMBERS.get(entity, ()):
        kind = "integer"
    schema = dict(_KINDS[kind])
    description = _words(entity, path)
    return {**schema, "description": description} if description else schema


def _words(entity: str, path: str) -> str | None:
    """Return the description of a field: that of its path, or of the longest end of its path."""
    path = path.removesuffix("[]")
    parts = path.split(".")
    names = [path, *(f"*.{'.'.join(parts[start:])}" for start in range(1, len(parts)))]
    for words in (overlay.WORDS.get(entity, {}), overlay.COMMON_WORDS):
        if found := next((words[name] for name in names if name in words), None):
            return found
    return None


def _place(root: Schema, path: str, schema: Schema) -> None:
    """Put the schema of a field into that of the object or list it belongs to."""
    *way, name = path.split(".")
    node = root
    for part in way:
        node = node["properties"][part.removesuffix("[]")]
        node = node.get("items", node)
    inside = node.setdefault("properties", {})
    if not name.endswith("[]"):
        inside[name] = schema
        return
    items = {key: value for key, value in schema.items() if key != "description"}
    array: Schema = {"type": ["array", "null"], "items": items}
    if "description" in schema:
        array["description"] = schema["description"]
    inside[name.removesuffix("[]")] = array
