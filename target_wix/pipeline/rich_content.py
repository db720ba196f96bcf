"""Wix's rich content (Ricos): what a document has to be, what a buyer sees of it, and our marks in it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside
from tap_wix.api.money import decimal_of
from target_wix.pipeline import coerce
from target_wix.pipeline.content import (
    ALIGNMENTS,
    SEMI_BOLD,
    Block,
    Cell,
    Content,
    Listing,
    Mark,
    Media,
    Other,
    Picture,
    Quote,
    Rule,
    Run,
    Table,
    Text,
    lines_of,
    merged_runs,
    wix_source,
)
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_NODES = 10_000
MOST_DEPTH = 60
MOST_TEXT = 200_000
LISTS = {"BULLETED_LIST": False, "ORDERED_LIST": True}
"""Whether the items of a list are numbered, by the type of its node."""
_REPLACED = re.compile(r"was-([0-9a-f]{16})(?:-\d+)?")

_ORIGIN = re.compile(r"src-([0-9a-f]{16})(?:-\d+)?")
_MARKS = {
    "BOLD": "b",
    "ITALIC": "i",
    "UNDERLINE": "u",
    "STRIKETHROUGH": "s",
    "SUBSCRIPT": "sub",
    "SUPERSCRIPT": "sup",
}
_DATA_OF = {
    "ITALIC": "italicData",
    "UNDERLINE": "underlineData",
    "STRIKETHROUGH": "strikethroughData",
    "SUBSCRIPT": "subscriptData",
    "SUPERSCRIPT": "superscriptData",
}


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


def read_rich(document: object) -> Content:
    """Return what a document of rich content shows."""
    return tuple(_blocks(as_object(document).get("nodes"), 0))


def _blocks(nodes: object, depth: int) -> Iterator[Block]:
    if depth > MOST_DEPTH:
        return
    loose: list[Run] = []
    for node in as_objects(nodes):
        kind = node.get("type")
        if kind == "TEXT":
            loose += _runs([node])
            continue
        if loose:
            yield from _lines("p", loose)
            loose = []
        yield from _of_node(node, str(kind), depth)
    if loose:
        yield from _lines("p", loose)


def _of_node(node: Json, kind: str, depth: int) -> Iterator[Block]:
    children = node.get("nodes")
    match kind:
        case "PARAGRAPH":
            yield from _text("p", node, "paragraphData")
        case "HEADING":
            level = inside(node, "headingData", "level")
            level = level if isinstance(level, int) and 1 <= level <= 6 else 2  # noqa: PLR2004
            yield from _text(f"h{level}", node, "headingData")
        case "CODE_BLOCK":
            yield Text("pre", merged_runs(_runs(as_objects(children))))
        case "BULLETED_LIST" | "ORDERED_LIST":
            start = inside(node, "orderedListData", "start")
            yield Listing(
                LISTS[kind],
                tuple(tuple(_blocks(row.get("nodes"), depth + 1)) for row in as_objects(children)),
                start if LISTS[kind] and isinstance(start, int) and start > 1 else 1,
            )
        case "BLOCKQUOTE":
            yield Quote(tuple(_blocks(children, depth + 1)))
        case "TABLE":
            yield _table(as_objects(children), depth)
        case "IMAGE":
            yield _picture(node)
            yield from _captions(as_objects(children), depth)
        case "VIDEO" | "AUDIO" | "HTML":
            yield _media(node, kind)
            yield from _captions(as_objects(children), depth)
        case "DIVIDER":
            yield Rule()
        case _:
            yield Other(kind, _data(node), tuple(_blocks(children, depth + 1)))


def _text(kind: str, node: Json, data: str) -> Iterator[Text]:
    alignment = str(inside(node, data, "textStyle", "textAlignment") or "").lower()
    indent = inside(node, data, "indentation")
    yield from _lines(
        kind,
        _runs(as_objects(node.get("nodes"))),
        alignment if alignment in ALIGNMENTS else "",
        indent if isinstance(indent, int) and not isinstance(indent, bool) else 0,
    )


def _lines(kind: str, runs: Iterable[Run], align: str = "", indent: int = 0) -> Iterator[Text]:
    """A line break within a paragraph shows what two paragraphs show: they have no gap."""
    for line in lines_of(runs):
        yield Text(kind, line, align, indent)


def _runs(nodes: Iterable[Json]) -> list[Run]:
    found = []
    for node in nodes:
        data = as_object(node.get("textData"))
        text = data.get("text")
        if isinstance(text, str) and text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            found.append(Run(text, frozenset(_marks(as_objects(data.get("decorations"))))))
    return found


def _marks(decorations: Iterable[Json]) -> Iterator[Mark]:
    for row in decorations:
        kind = str(row.get("type"))
        if kind == "LINK":
            link = as_object(inside(row, "linkData", "link"))
            address = str(link.get("url") or f"#{link.get('anchor') or ''}")
            if address != "#":
                yield Mark("a", address, "_blank" if link.get("target") == "BLANK" else "")
        elif kind in _MARKS:
            if not _switched_off(row, kind):
                yield Mark(_MARKS[kind])
        elif kind == "COLOR":
            yield from _colors(as_object(row.get("colorData")))
        elif kind == "FONT_SIZE":
            yield from _sizes(as_object(row.get("fontSizeData")))
        else:
            yield Mark(kind, _data(row))


def _colors(data: Json) -> Iterator[Mark]:
    for name, mark in (("foreground", "color"), ("background", "background")):
        if data.get(name):
            yield Mark(mark, str(data[name]).upper())


def _sizes(data: Json) -> Iterator[Mark]:
    size = decimal_of(data.get("value"))
    unit = data.get("unit")
    if size:
        yield Mark("size", f"{size.normalize():f}{'' if unit in (None, 'PX') else unit}")


def _switched_off(row: Json, kind: str) -> bool:
    """Ricos says `fontWeightValue` below 600 or `italicData: false` for a mark that is off."""
    if kind == "BOLD":
        weight: Any = row.get("fontWeightValue")
        return isinstance(weight, (int, float)) and 0 < weight < SEMI_BOLD
    return row.get(_DATA_OF[kind]) is False


def _table(rows: Sequence[Json], depth: int) -> Table:
    found = []
    for row in rows:
        cells = [
            Cell(
                tuple(_blocks(cell.get("nodes"), depth + 2)),
                str(inside(cell, "tableCellData", "cellStyle", "backgroundColor") or "").upper(),
            )
            for cell in as_objects(row.get("nodes"))
        ]
        found.append(tuple(cells))
    return Table(tuple(found))


def _captions(nodes: Iterable[Json], depth: int) -> Iterator[Block]:
    for node in nodes:
        if node.get("type") == "CAPTION":
            yield from _lines("p", _runs(as_objects(node.get("nodes"))))
        else:
            yield from _of_node(node, str(node.get("type")), depth + 1)


def _picture(node: Json) -> Picture:
    data = as_object(node.get("imageData"))
    image = as_object(data.get("image"))
    origin = _ORIGIN.fullmatch(str(node.get("id") or ""))
    size = [image.get(name) for name in ("width", "height")]
    width, height = (int(one) if isinstance(one, (int, float)) else 0 for one in size)
    return Picture(
        _media_address(image),
        str(data.get("altText") or ""),
        str(inside(data, "link", "url") or ""),
        width,
        height,
        origin[1] if origin else "",
    )


def _media_address(media: Json) -> str:
    source = media.get("src")
    url = source if isinstance(source, str) else str(inside(source, "url") or "")
    if source_in_wix := wix_source(url):
        return source_in_wix
    key = inside(source, "id") or inside(source, "_id")
    return f"wix:{key}" if key else url


def _media(node: Json, kind: str) -> Media:
    if kind == "HTML":
        data = as_object(node.get("htmlData"))
        return Media("embed", str(data.get("url") or data.get("html") or data.get("srcdoc") or ""))
    data = as_object(node.get(f"{kind.lower()}Data"))
    return Media(kind.lower(), _media_address(as_object(data.get(kind.lower()))))


def _data(node: Json) -> str:
    """What is particular of a node that we know nothing of, without ids and what is empty."""
    rest = {name: node[name] for name in node if name not in {"id", "type", "nodes", "style"}}
    return json.dumps(_bare(rest, 0), sort_keys=True, default=str)


def _bare(value: object, depth: int) -> object:
    if depth > MOST_DEPTH:
        return None
    if isinstance(value, dict):
        rows = {
            str(name): _bare(one, depth + 1)
            for name, one in value.items()
            if name not in {"id", "containerData"}
        }
        return {name: one for name, one in rows.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [_bare(one, depth + 1) for one in value]
    return value
