"""Wix's rich content (Ricos): what a document has to be, and the marks that the target leaves in it."""

from __future__ import annotations

import hashlib
import re

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects
from target_wix.pipeline import coerce
from target_wix.runtime.outcomes import Rejection

MOST_NODES = 10_000
MOST_DEPTH = 60
MOST_TEXT = 200_000
LISTS = {"BULLETED_LIST": False, "ORDERED_LIST": True}
"""Whether the items of a list are numbered, by the type of its node."""
_REPLACED = re.compile(r"was-([0-9a-f]{16})(?:-\d+)?")


def check_document(value: Json, path: str) -> None:
    """Refuse a document that is none: what is in it must have the types that Wix's format has.

    Raises:
        Rejection: with the path of the first node that is wrong.
    """
    todo: list[tuple[object, str, int]] = [(value.get("nodes"), f"{path}.nodes", 0)]
    nodes = letters = 0
    while todo:
        rows, where, depth = todo.pop()
        if rows is None:
            continue
        if not isinstance(rows, list):
            raise _bad(where, "a list of nodes")
        if depth > MOST_DEPTH:
            raise _bad(path, f"rich content of at most {MOST_DEPTH} levels")
        nodes += len(rows)
        if nodes > MOST_NODES:
            raise _bad(path, f"rich content of at most {MOST_NODES} nodes")
        for place, node in enumerate(rows):
            at = f"{where}[{place}]"
            if not isinstance(node, dict) or not isinstance(node.get("type"), str):
                raise _bad(at, "a node of rich content, with a text as its type")
            letters += _checked_text(node, at)
            if letters > MOST_TEXT:
                raise _bad(path, f"rich content of at most {MOST_TEXT} characters")
            todo.append((node.get("nodes"), f"{at}.nodes", depth + 1))


def _checked_text(node: Json, at: str) -> int:
    """Refuse a text that is none; return its length."""
    data = node.get("textData")
    if data is None:
        return 0
    text = data.get("text") if isinstance(data, dict) else data
    if not isinstance(data, dict) or not isinstance(text, str | None):
        raise _bad(f"{at}.textData", "an object with a text")
    rows = data.get("decorations")
    if rows is not None and not (
        isinstance(rows, list)
        and all(isinstance(row, dict) and isinstance(row.get("type"), str) for row in rows)
    ):
        raise _bad(f"{at}.textData.decorations", "a list of decorations, each with its type")
    return len(text or "")


def _bad(path: str, wanted: str) -> Rejection:
    return Rejection(coerce.BAD_VALUE, f"Expected {wanted}.", path)


def replaced_by(document: object) -> str:
    """Return the digest of the text that this document took the place of; see `marked`."""
    for node in as_objects(as_object(document).get("nodes")):
        found = _REPLACED.fullmatch(str(node.get("id") or ""))
        if found:
            return found[1]
    return ""


def marked(document: Json, stamp: str) -> Json:
    """Return the document with the digest of the text that it took the place of.

    A record with two different texts means the one that changed. Nodes have ids, which stay; so
    the next run can tell which of the two it was.
    """
    nodes = as_objects(document.get("nodes"))
    free = (place for place, node in enumerate(nodes) if node.get("type") != "IMAGE")
    place = next(free, len(nodes))
    if place == len(nodes):
        nodes.append({"type": "PARAGRAPH", "nodes": []})
    nodes[place] = {**nodes[place], "id": f"was-{stamp}"}
    return {**document, "nodes": nodes}


def digest(value: object) -> str:
    """Return a short text that stands for a value."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:16]
