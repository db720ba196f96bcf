"""Content of a description, written as HTML and as Wix's rich content (Ricos).

What may be in what is in wix-api stores-v3 3.9: text in paragraphs, headings and code alone, one
line a paragraph; items and quotes hold paragraphs (items lists, too), cells paragraphs, headings
and pictures.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from target_wix.pipeline.content import (
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
from target_wix.pipeline.rich_content import LISTS, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_wix.api.catalog_conversion.json_access import Json

STYLES = "fonts and typewriter type in descriptions"
STRUCTURE = "lists, quotes and tables within others in descriptions (written as lines)"
LINKS = "links in descriptions without an address of the web"
HOSTS = (
    "pictures in descriptions, if Wix shows only those of its Media Manager (they were sent by"
    " their addresses)"
)
_DECORATIONS: dict[str, Json] = {
    "b": {"type": "BOLD", "fontWeightValue": 700},
    "i": {"type": "ITALIC", "italicData": True},
    "u": {"type": "UNDERLINE", "underlineData": True},
    "s": {"type": "STRIKETHROUGH", "strikethroughData": True},
    "sub": {"type": "SUBSCRIPT", "subscriptData": True},
    "sup": {"type": "SUPERSCRIPT", "superscriptData": True},
}
_WEB = ("https://", "http://", "mailto:", "tel:")
_REL = frozenset({"nofollow", "sponsored", "ugc", "noreferrer"})
_TAG_OF = {"b": "strong", "i": "em", "u": "u", "s": "s", "sub": "sub", "sup": "sup", "code": "code"}
_CSS = {"color": "color", "background": "background-color", "font": "font-family"}


# -- as HTML, for the endpoints that know nothing else ----------------------------------------


def write_html(content: Content) -> str:
    """Return content as HTML."""
    return "".join(_block_html(block) for block in content)


def _block_html(block: Block) -> str:  # noqa: PLR0911 - one return a kind
    match block:
        case Text():
            return _text_html(block)
        case Listing():
            tag = "ol" if block.ordered else "ul"
            start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
            items = "".join(f"<li>{_item_html(item)}</li>" for item in block.items)
            return f"<{tag}{start}>{items}</{tag}>"
        case Quote():
            return f"<blockquote>{write_html(block.quoted)}</blockquote>"
        case Table():
            rows = (f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in block.rows)
            return f"<table><tbody>{''.join(rows)}</tbody></table>"
        case Picture():
            return _picture_html(block)
        case Media():
            source = escape(block.source)
            if block.media == "embed":
                return f'<iframe src="{source}"></iframe>'
            return f'<{block.media} src="{source}" controls></{block.media}>'
        case Rule():
            return "<hr>"
        case Other():
            return write_html(block.inner)


def _text_html(block: Text) -> str:
    align = f' style="text-align:{block.align}"' if block.align else ""
    inside = "".join(map(_run_html, block.runs))
    if not inside or (block.kind != "pre" and _ends_with_break(block)):
        inside += "<br>"  # the last one of a block shows no line
    return f"<{block.kind}{align}>{inside}</{block.kind}>"


def _ends_with_break(block: Text) -> bool:
    return bool(block.runs) and block.runs[-1].text.endswith("\n")


def _item_html(item: Content) -> str:
    """The first paragraph of an item without a tag of its own, as items mostly are written."""
    first = item[0] if item else None
    if isinstance(first, Text) and first.kind == "p" and first.runs and not first.align:
        if _ends_with_break(first):
            return write_html(item)
        return "".join(map(_run_html, first.runs)) + write_html(item[1:])
    return write_html(item)


def _cell_html(cell: Cell) -> str:
    color = f' style="background-color:{cell.color}"' if cell.color else ""
    return f"<td{color}>{_item_html(cell.blocks)}</td>"


def _picture_html(picture: Picture) -> str:
    source = picture.source
    if source.startswith("wix:"):
        source = f"https://static.wixstatic.com/media/{source[4:]}"
    size = "".join(
        f' {name}="{value}"'
        for name, value in (("width", picture.width), ("height", picture.height))
        if value
    )
    shown = f'<img src="{escape(source)}" alt="{escape(picture.alt)}"{size}>'
    return f'<a href="{escape(picture.link)}">{shown}</a>' if picture.link else shown


def _run_html(run: Run) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br>")
    styles = []
    for mark in sorted(run.marks, reverse=True):
        if mark.name in _TAG_OF:
            text = f"<{_TAG_OF[mark.name]}>{text}</{_TAG_OF[mark.name]}>"
        elif mark.name in _CSS:
            styles.append(f"{_CSS[mark.name]}:{mark.value}")
        elif mark.name == "size":
            styles.append(f"font-size:{mark.value}px")
    if styles:
        text = f'<span style="{escape(";".join(sorted(styles)))}">{text}</span>'
    link = next((mark for mark in run.marks if mark.name == "a"), None)
    if link is not None:
        target = ' target="_blank"' if link.extra.startswith("_blank") else ""
        text = f'<a href="{escape(link.value)}"{target}>{text}</a>'
    return text


# -- as rich content --------------------------------------------------------------------------


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
                    if node["type"] != "PARAGRAPH" and node["type"] not in LISTS
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
