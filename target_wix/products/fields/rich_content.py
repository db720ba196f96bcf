"""Wix's rich content (Ricos) as a buyer sees it, and content written as rich content.

What may be in what is in wix-api stores-v3 3.9: text in paragraphs, headings and code alone, one
line a paragraph; items and quotes hold paragraphs (items lists, too), cells paragraphs, headings
and pictures.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside
from tap_wix.api.money import decimal_of
from target_wix.pipeline import coerce
from target_wix.products.fields.content import (
    Block,
    Cell,
    Content,
    Listing,
    Mark,
    Marks,
    Media,
    Other,
    Picture,
    Quote,
    Rule,
    Run,
    Table,
    Text,
    lines_of,
)
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_NODES = 10_000
MOST_DEPTH = 60
MOST_TEXT = 200_000

STYLES = "fonts and typewriter type in descriptions"
STRUCTURE = "lists, quotes and tables within others in descriptions (written as lines)"
LINKS = "links in descriptions without an address of the web"
HOSTS = (
    "pictures in descriptions, if Wix shows only those of its Media Manager (they were sent by"
    " their addresses)"
)

_ORIGIN = re.compile(r"src-([0-9a-f]{16})(?:-\d+)?")
_REPLACED = re.compile(r"was-([0-9a-f]{16})(?:-\d+)?")
_WIX_MEDIA = re.compile(
    r"(?:(?:https?:)?//static\.wixstatic\.com/media/|wix:image://v1/)([^/?#\s]{1,200})"
)
_LISTS = {"BULLETED_LIST": False, "ORDERED_LIST": True}
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
_DECORATIONS: dict[str, Json] = {
    "b": {"type": "BOLD", "fontWeightValue": 700},
    "i": {"type": "ITALIC", "italicData": True},
    "u": {"type": "UNDERLINE", "underlineData": True},
    "s": {"type": "STRIKETHROUGH", "strikethroughData": True},
    "sub": {"type": "SUBSCRIPT", "subscriptData": True},
    "sup": {"type": "SUPERSCRIPT", "superscriptData": True},
}
_ALIGNMENTS = frozenset({"center", "right", "justify"})
_WEB = ("https://", "http://", "mailto:", "tel:")
_REL = frozenset({"nofollow", "sponsored", "ugc", "noreferrer"})
_SEMI_BOLD = 600


# -- checking ---------------------------------------------------------------------------------


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


# -- reading ----------------------------------------------------------------------------------


def read_rich(document: object) -> Content:
    """Return what a document of rich content shows."""
    return tuple(_blocks(as_object(document).get("nodes"), 0))


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
            yield Text("pre", tuple(_joined(_runs(as_objects(children)))))
        case "BULLETED_LIST" | "ORDERED_LIST":
            start = inside(node, "orderedListData", "start")
            yield Listing(
                _LISTS[kind],
                tuple(tuple(_blocks(row.get("nodes"), depth + 1)) for row in as_objects(children)),
                start if _LISTS[kind] and isinstance(start, int) and start > 1 else 1,
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
        alignment if alignment in _ALIGNMENTS else "",
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


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    last: Run | None = None
    for run in runs:
        if last is not None and last.marks == run.marks:
            last = Run(last.text + run.text, run.marks)
        else:
            if last is not None:
                yield last
            last = run
    if last is not None:
        yield last


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
        return isinstance(weight, (int, float)) and 0 < weight < _SEMI_BOLD
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
    found = _WIX_MEDIA.match(url)
    if found:
        return f"wix:{found[1]}"
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


# -- writing ----------------------------------------------------------------------------------


class Written(NamedTuple):
    """A document, and what a buyer would have seen that it has no form for."""

    document: Json
    lost: tuple[str, ...] = ()


def write_rich(content: Content) -> Written:
    """Return content as a document of rich content."""
    writer = _Writer()
    nodes = writer.nodes(content)
    return Written({"nodes": nodes, "metadata": {"version": 1}}, tuple(sorted(writer.lost)))


class _Writer:
    """Writes nodes, each with an id of its own, as the format wants it."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self._count = 0

    def nodes(self, blocks: Iterable[Block], level: int = 0) -> list[Json]:
        """Return the nodes of blocks, all of which may stand at the root."""
        return [node for block in blocks for node in self._node(block, level)]

    def _id(self, prefix: str = "n") -> str:
        self._count += 1
        return f"{prefix}-{self._count}" if prefix != "n" else f"n{self._count}"

    def _node(self, block: Block, level: int) -> list[Json]:  # noqa: PLR0911 - one return a kind
        match block:
            case Text(kind="pre"):
                return [
                    {
                        "type": "CODE_BLOCK",
                        "id": self._id(),
                        "nodes": self._texts(block.runs),
                        "codeBlockData": {"textStyle": {"textAlignment": "AUTO"}},
                    }
                ]
            case Text():
                return [self._line(block, line) for line in lines_of(block.runs)]
            case Listing():
                return self._list(block, level)
            case Quote():
                return self._quote(block)
            case Table():
                return self._table(block)
            case Picture():
                return [self._picture(block)]
            case Media():
                return [self._media(block)]
            case Rule():
                data = {"lineStyle": "SINGLE", "width": "LARGE", "alignment": "CENTER"}
                return [{"type": "DIVIDER", "id": self._id(), "nodes": [], "dividerData": data}]
            case Other():
                return self.nodes(block.inner, level)

    def _line(self, block: Text, line: tuple[Run, ...]) -> Json:
        style = {"textStyle": {"textAlignment": block.align.upper() or "AUTO"}}
        node: Json = {"type": "PARAGRAPH", "id": self._id(), "nodes": self._texts(line)}
        if block.kind == "p":
            return {**node, "paragraphData": style}
        level = int(block.kind[1])
        return {**node, "type": "HEADING", "headingData": {"level": level, **style}}

    def _texts(self, runs: Iterable[Run]) -> list[Json]:
        return [
            {
                "type": "TEXT",
                "textData": {"text": run.text, "decorations": self._decorations(run.marks)},
            }
            for run in runs
        ]

    def _decorations(self, marks: Marks) -> list[Json]:
        found: list[Json] = []
        colors = {}
        for mark in sorted(marks):
            if mark.name in _DECORATIONS:
                found.append(dict(_DECORATIONS[mark.name]))
            elif mark.name == "a":
                if mark.value.lower().startswith(_WEB):
                    found.append({"type": "LINK", "linkData": {"link": _link(mark)}})
                else:
                    self.lost.add(LINKS)
            elif mark.name in {"color", "background"}:
                colors["foreground" if mark.name == "color" else "background"] = mark.value
            elif mark.name == "size":
                size = {"unit": "PX", "value": int(mark.value)}
                found.append({"type": "FONT_SIZE", "fontSizeData": size})
            else:
                self.lost.add(STYLES)
        if colors:
            found.append({"type": "COLOR", "colorData": colors})
        return found

    # -- containers ---------------------------------------------------------------------------

    def _list(self, block: Listing, level: int) -> list[Json]:
        """A list; what no item can hold parts it in two."""
        found: list[Json] = []
        items: list[Json] = []
        start = block.start
        for item in block.items:
            inner = self.nodes(map(self._as_paragraph, item), level + 1)
            as_stored = next(
                (
                    place
                    for place, node in enumerate(inner)
                    if node["type"] != "PARAGRAPH" and node["type"] not in _LISTS
                ),
                len(inner),
            )
            kept = inner[:as_stored] or [self._line(Text("p"), ())]
            items.append({"type": "LIST_ITEM", "id": self._id(), "nodes": kept})
            if as_stored < len(inner):
                found += [self._list_node(block, items, start, level), *inner[as_stored:]]
                start += len(items)
                items = []
        if items:
            found.append(self._list_node(block, items, start, level))
        return found

    def _list_node(self, block: Listing, items: list[Json], start: int, level: int) -> Json:
        if not block.ordered:
            data: Json = {"bulletedListData": {"indentation": level}}
            return {"type": "BULLETED_LIST", "id": self._id(), "nodes": items, **data}
        data = {"orderedListData": {"indentation": level}}
        if start > 1:
            data["orderedListData"]["start"] = start
        return {"type": "ORDERED_LIST", "id": self._id(), "nodes": items, **data}

    def _as_paragraph(self, block: Block) -> Block:
        """A heading where there can be none: bold."""
        if isinstance(block, Text) and block.kind not in {"p", "pre"}:
            bold = tuple(Run(text, marks | {Mark("b")}) for text, marks in block.runs)
            return block._replace(kind="p", runs=bold)
        return block

    def _quote(self, block: Quote) -> list[Json]:
        """A quote; what it cannot hold parts it in two."""
        found: list[Json] = []
        inner: list[Json] = []
        for node in self.nodes(map(self._as_paragraph, block.quoted)):
            if node["type"] == "PARAGRAPH":
                inner.append(node)
                continue
            if inner:
                found.append(self._quote_node(inner))
                inner = []
            found.append(node)
        if inner:
            found.append(self._quote_node(inner))
        return found

    def _quote_node(self, inner: list[Json]) -> Json:
        data = {"indentation": 1}
        return {"type": "BLOCKQUOTE", "id": self._id(), "nodes": inner, "blockquoteData": data}

    def _table(self, block: Table) -> list[Json]:
        rows, after = [], []
        for row in block.rows:
            cells = []
            for cell in row:
                inner = self.nodes(self._flattened(cell.blocks))
                fitting = [one for one in inner if one["type"] in {"PARAGRAPH", "HEADING", "IMAGE"}]
                after += [one for one in inner if one not in fitting]
                style: Json = {"verticalAlignment": "TOP"}
                if cell.color:
                    style["backgroundColor"] = cell.color
                cells.append(
                    {
                        "type": "TABLE_CELL",
                        "id": self._id(),
                        "nodes": fitting or [self._line(Text("p"), ())],
                        "tableCellData": {"cellStyle": style, "borderColors": {}},
                    }
                )
            rows.append({"type": "TABLE_ROW", "id": self._id(), "nodes": cells})
        width = max((len(row) for row in block.rows), default=0)
        if not width:
            return after
        dimensions = {
            "colsWidthRatio": [1000 // width] * width,
            "rowsHeight": [47] * len(rows),
            "colsMinWidth": [120] * width,
        }
        data = {"dimensions": dimensions}
        node = {"type": "TABLE", "id": self._id(), "nodes": rows, "tableData": data}
        return [node, *after]

    def _flattened(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """What a cell can hold: lists, quotes and tables in it become lines."""
        for block in blocks:
            match block:
                case Listing():
                    self.lost.add(STRUCTURE)
                    for place, item in enumerate(block.items, block.start):
                        sign = f"{place}. " if block.ordered else "\u2022 "
                        yield from self._signed(sign, item)
                case Quote():
                    self.lost.add(STRUCTURE)
                    yield from self._flattened(block.quoted)
                case Table():
                    self.lost.add(STRUCTURE)
                    for row in block.rows:
                        cells = [list(self._flattened(cell.blocks)) for cell in row]
                        runs = [_runs_of(cell) for cell in cells]
                        line = [run for one in runs for run in (Run(" | "), *one)]
                        yield Text("p", tuple(line[1:]))
                        for cell in cells:
                            yield from (one for one in cell if not isinstance(one, Text))
                case Text(kind="pre"):
                    yield block._replace(kind="p")
                case Other():
                    yield from self._flattened(block.inner)
                case _:
                    yield block

    def _signed(self, sign: str, item: Iterable[Block]) -> Iterator[Block]:
        blocks = list(self._flattened(item))
        if blocks and isinstance(blocks[0], Text):
            yield blocks[0]._replace(runs=(Run(sign), *blocks[0].runs))
            yield from blocks[1:]
        else:
            yield Text("p", (Run(sign),))
            yield from blocks

    # -- media --------------------------------------------------------------------------------

    def _picture(self, picture: Picture) -> Json:
        image: Json = {"src": _media_source(picture.source)}
        if picture.width and picture.height:
            image |= {"width": picture.width, "height": picture.height}
        data: Json = {
            "containerData": {"width": {"size": "CONTENT"}, "alignment": "CENTER"},
            "image": image,
        }
        if picture.alt:
            data["altText"] = picture.alt
        if picture.link.lower().startswith(_WEB):
            data["link"] = {"url": picture.link, "target": "BLANK"}
        elif picture.link:
            self.lost.add(LINKS)
        key = self._id()
        if not picture.source.startswith("wix:"):
            self.lost.add(HOSTS)
            key = self._id(f"src-{digest(picture.source)}")
        return {"type": "IMAGE", "id": key, "nodes": [], "imageData": data}

    def _media(self, media: Media) -> Json:
        if media.media == "embed":
            size = {"width": {"custom": "640"}, "height": {"custom": "360"}, "alignment": "CENTER"}
            data: Json = {"containerData": size, "url": media.source, "source": "HTML"}
            return {"type": "HTML", "id": self._id(), "nodes": [], "htmlData": data}
        box = {"width": {"size": "CONTENT"}, "alignment": "CENTER"}
        data = {"containerData": box, media.media: {"src": _media_source(media.source)}}
        kind = media.media.upper()
        return {"type": kind, "id": self._id(), "nodes": [], f"{media.media}Data": data}


def _runs_of(blocks: Iterable[Block]) -> list[Run]:
    found: list[Run] = []
    for block in blocks:
        if isinstance(block, Text) and block.runs:
            if found:
                found.append(Run(" "))
            found += [Run(run.text.replace("\n", " "), run.marks) for run in block.runs]
    return found


def _link(mark: Mark) -> Json:
    target, _, rel = (
        mark.extra.partition(" ") if mark.extra.startswith("_") else ("", "", mark.extra)
    )
    link: Json = {"url": mark.value, "target": "BLANK" if target == "_blank" else "SELF"}
    names = _REL & set(rel.split())
    return {**link, "rel": dict.fromkeys(sorted(names), True)} if names else link


def _media_source(source: str) -> Json:
    return {"id": source[4:]} if source.startswith("wix:") else {"url": source}
