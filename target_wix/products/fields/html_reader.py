"""HTML as a buyer sees it in a browser.

selectolax builds the tree as browsers do (open paragraphs, list items and cells, crossed tags).
Long texts are not looked into: Wix takes none, and a browser's repair of crossed tags is quadratic.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from target_wix.pipeline.content import (
    BLANK_LINE,
    MOST_LEVELS,
    Block,
    Cell,
    Content,
    Listing,
    Media,
    Other,
    Picture,
    Quote,
    Rule,
    Run,
    Table,
    Text,
    merged_runs,
)
from target_wix.products.fields.html_styles import (
    CODE_BLOCKS,
    HEADINGS,
    MARKS,
    Look,
    color_of,
    look_of,
    media_source,
    number_of,
    source_of,
    style_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from selectolax.lexbor import LexborNode

MOST_HTML = 20_000
"""Characters that are looked into; Wix takes 16,000 (wix-api stores-v3 3.8, 7)."""
MOST_COLUMNS = 50

FORMS = "forms in descriptions"
DRAWINGS = "drawings (svg, canvas) and formulas in descriptions"
NO_ADDRESS = "pictures, videos and pages in descriptions without an address of the web"

_BLOCKS = frozenset(
    {
        *("p", "div", "section", "article", "aside", "header", "footer", "main", "nav", "center"),
        *("address", "figure", "figcaption", "dl", "dt", "dd", "details", "summary", "hgroup"),
        *("fieldset", "legend", "form", "search", "dialog", "menu", "dir", "noframes"),
    }
)
_LISTS = {"ul": False, "ol": True, "menu": False, "dir": False}
_SILENT = frozenset(
    {
        *("script", "style", "template", "head", "title", "meta", "link", "base", "noscript"),
        *("-comment", "param", "track", "source", "area", "map", "datalist", "wbr", "colgroup"),
    }
)
_FORMS = frozenset({"input", "button", "select", "textarea", "meter", "progress", "output"})
_DRAWINGS = frozenset({"svg", "canvas", "math"})
_INLINE = frozenset(
    {
        *(
            "a",
            "abbr",
            "acronym",
            "big",
            "small",
            "font",
            "span",
            "label",
            "q",
            "mark",
            "br",
            "img",
        ),
        *(
            "bdo",
            "bdi",
            "data",
            "time",
            "nobr",
            "ruby",
            "rt",
            "rp",
            "picture",
            "optgroup",
            "option",
        ),
        *("blink", "marquee", "slot", "html", "body"),
    }
)
_MEDIA = frozenset({"video", "audio", "iframe", "embed", "object"})
_TABLES = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "col"})
_KNOWN = (
    *(*HEADINGS, *_BLOCKS, *_LISTS, *CODE_BLOCKS, *MARKS, *_FORMS, *_DRAWINGS, *_INLINE),
    *(*_MEDIA, *_TABLES, "li", "blockquote", "hr", "script", "style", "template", "noscript"),
    *("meta", "link", "title", "head"),
)
_TAG = re.compile(
    rf"<(?:!--|!doctype|/[a-z]|(?:{'|'.join(sorted(set(_KNOWN)))}|[a-z]+:[a-z]+)(?=[\s/>]))",
    re.IGNORECASE,
)
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
"""Around a whole text, as feeds and exports in XML have it."""

_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_NEW_LINE = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_html(text: str) -> bool:
    """Whether a text has a tag: `a < b` and `<XL>` have none."""
    return _TAG.search(text) is not None


def as_html(text: str) -> str:
    """Return a text as HTML: what has no tag keeps its lines, and is escaped."""
    if found := _CDATA.fullmatch(text):
        text = found[1]
    if is_html(text):
        return text
    plain = _REFERENCE.sub(lambda found: unescape(found[0]), text)
    lines = _NEW_LINE.sub("\n", plain).strip("\n").split("\n")
    return "<br>".join(escape(line.rstrip(), quote=False) for line in lines)


class Reading(NamedTuple):
    """What an HTML text shows.

    Attributes:
        content: in the order of the text.
        lost: what a buyer would see and no form of a description has, in plain words.
    """

    content: Content
    lost: tuple[str, ...] = ()


@lru_cache(maxsize=32)
def read_html(html: str) -> Reading:
    """Return what a browser shows of an HTML text."""
    if len(html) > MOST_HTML:
        stamp = hashlib.sha256(html.encode("utf-8", "surrogatepass")).hexdigest()
        return Reading((Other("HTML", stamp),))
    builder = _Builder()
    parser = LexborHTMLParser(_SURROGATE.sub("\ufffd", html), is_fragment=True)
    builder.walk(parser.root)
    return Reading(builder.finished(), tuple(sorted(builder.lost)))


class _Frame:
    """A container that is being filled."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.blocks: list[Block] = []
        self.items: list[tuple[Block, ...]] = []
        self.rows: list[list[tuple[Cell, int, int]]] = []
        self.runs: list[Run] = []
        self.look = Look()


class _Builder:
    """Turns a tree of HTML into blocks. Its own stack, not Python's, bears the depth."""

    def __init__(self) -> None:
        self.lost: set[str] = set()
        self._frames = [_Frame("root")]

    def finished(self) -> Content:
        self._break()
        return tuple(self._frames[0].blocks)

    def walk(self, first: LexborNode | None) -> None:
        """Visit the siblings from `first` on, and all that is in them."""
        todo: list[tuple[LexborNode | None, Look, Callable[[], None] | None]] = [
            (first, Look(), None)
        ]
        while todo:
            node, look, leave = todo.pop()
            if leave is not None:
                leave()
            if node is None:
                continue
            todo.append((node.next, look, None))
            tag = node.tag or ""
            if tag == "-text":
                self._add_text(node.text_content or "", look)
            elif tag not in _SILENT:
                inner, on_leave, goes_in = self._enter(node, tag, look)
                todo.append((None, look, on_leave))
                if goes_in:
                    todo.append((node.child, inner, None))

    # -- elements -----------------------------------------------------------------------------

    def _enter(
        self, node: LexborNode, tag: str, look: Look
    ) -> tuple[Look, Callable[[], None] | None, bool]:
        """Begin an element; return the look of what is in it, its end, and whether to go in."""
        attributes = node.attributes
        style = style_of(attributes.get("style"))
        if "hidden" in attributes or style.get("display") == "none":
            return look, None, False
        if tag in _FORMS or tag in _DRAWINGS:
            if tag != "input" or (attributes.get("type") or "").lower() != "hidden":
                self.lost.add(FORMS if tag in _FORMS else DRAWINGS)
            return look, None, False
        if tag in _MEDIA or tag in {"img", "hr", "br"}:
            self._leaf(node, tag, look)
            return look, None, False
        inner = look_of(look, tag, attributes, style)
        return inner, self._open(tag, inner, attributes, style), True

    def _open(  # noqa: PLR0911, C901 - one return a kind of container
        self,
        tag: str,
        look: Look,
        attributes: dict[str, str | None],
        style: dict[str, str],
    ) -> Callable[[], None] | None:
        if tag == "q":
            self._add_text("\u201c", look)
            return lambda: self._add_text("\u201d", look)
        if tag in HEADINGS or tag in CODE_BLOCKS or (tag in _BLOCKS and tag not in _LISTS):
            self._break()
            return self._break
        if tag not in _LISTS and tag not in {
            "li",
            "blockquote",
            "table",
            "tr",
            "td",
            "th",
            "caption",
        }:
            return None
        self._break()
        if len(self._frames) > 3 * MOST_LEVELS:
            return self._break
        if tag in _LISTS:
            start = number_of(attributes.get("start"), 1)
            return self._framed(tag, lambda frame: self._end_list(frame, _LISTS[tag], start))
        if tag == "li":
            if self._frames[-1].name in _LISTS:
                return self._framed("li", lambda frame: self._top.items.append(tuple(frame.blocks)))
            return self._framed("li", self._end_stray_item)
        if tag == "blockquote":
            return self._framed(tag, lambda frame: self._add(Quote(tuple(frame.blocks))))
        if tag == "table":
            return self._framed(tag, self._end_table)
        if tag == "tr" and self._top.name == "table":
            self._top.rows.append([])
            return self._break
        if tag in {"td", "th"} and self._top.name == "table" and self._top.rows:
            color = color_of(style.get("background-color") or attributes.get("bgcolor") or "")
            width = number_of(attributes.get("colspan"), 1)
            height = number_of(attributes.get("rowspan"), 1)
            row = self._top.rows[-1]
            return self._framed(
                "td",
                lambda frame: row.append((Cell(tuple(frame.blocks), color), width, height)),
            )
        return self._break

    @property
    def _top(self) -> _Frame:
        return self._frames[-1]

    def _framed(self, name: str, end: Callable[[_Frame], None]) -> Callable[[], None]:
        self._frames.append(_Frame(name))

        def leave() -> None:
            self._break()
            end(self._frames.pop())

        return leave

    def _end_list(self, frame: _Frame, ordered: bool, start: int) -> None:  # noqa: FBT001
        if frame.items:
            self._add(Listing(ordered, tuple(frame.items), start if ordered else 1))

    def _end_stray_item(self, frame: _Frame) -> None:
        """An item outside of any list: browsers show a bullet all the same."""
        before = self._top.blocks[-1] if self._top.blocks else None
        item = tuple(frame.blocks)
        if isinstance(before, Listing) and not before.ordered:
            self._top.blocks[-1] = before._replace(items=(*before.items, item))
        else:
            self._add(Listing(ordered=False, items=(item,)))

    def _end_table(self, frame: _Frame) -> None:
        for block in frame.blocks:  # the caption
            self._add(block)
        rows = _grid(frame.rows)
        if rows:
            self._add(Table(rows))

    def _leaf(self, node: LexborNode, tag: str, look: Look) -> None:
        attributes = node.attributes
        if tag == "br":
            self._add_run("\n", look)
            return
        self._break()
        if tag == "hr":
            self._add(Rule())
        elif tag == "img":
            link = next((mark.value for mark in look.marks if mark.name == "a"), "")
            source = source_of(attributes.get("src"))
            alt = " ".join((attributes.get("alt") or "").split())
            size = number_of(attributes.get("width"), 0), number_of(attributes.get("height"), 0)
            if source:
                self._add(Picture(source, alt, link, *size))
            elif (attributes.get("src") or "").strip():
                self.lost.add(NO_ADDRESS)
        else:
            source = media_source(node, tag)
            if source:
                self._add(Media(tag if tag in {"video", "audio"} else "embed", source))
            else:
                self.lost.add(NO_ADDRESS)

    # -- text ---------------------------------------------------------------------------------

    def _add_text(self, text: str, look: Look) -> None:
        if look.is_code:
            self._add_run(_NEW_LINE.sub("\n", text), look)
            return
        words = _SPACES.sub(" ", text)
        runs = self._top.runs
        if not runs or runs[-1].text.endswith((" ", "\n")):
            words = words.removeprefix(" ")
        if words:
            self._add_run(words, look)

    def _add_run(self, text: str, look: Look) -> None:
        frame = self._top
        if not frame.runs:
            frame.look = look
        elif text.startswith("\n") and not look.is_code and frame.runs[-1].text.endswith(" "):
            last = frame.runs[-1]
            frame.runs[-1] = last._replace(text=last.text[:-1])
        frame.runs.append(Run(text, look.marks))

    def _break(self) -> None:
        """End the paragraph."""
        frame = self._top
        runs, look = frame.runs, frame.look
        if not runs:
            return
        frame.runs = []
        if look.kind != "pre":
            last = runs[-1]
            if last.text.endswith((" ", "\n")):  # the last line break of a block shows no line
                runs[-1] = last._replace(text=last.text[:-1])
                if last.text == " " and len(runs) > 1 and runs[-2].text.endswith("\n"):
                    runs[-2] = runs[-2]._replace(text=runs[-2].text[:-1])
        else:
            runs = _without_outer_breaks(runs)
        seen = any(run.text.strip(" \n\u00a0") for run in runs)
        merged = merged_runs(runs)
        if seen:
            self._add(Text(look.kind, merged, look.align))
        elif look.kind != "pre":
            count = sum(run.text.count("\n") for run in runs) + 1
            for _ in range(count):
                self._add(BLANK_LINE)

    def _add(self, block: Block) -> None:
        frame = self._top
        if frame.name in _LISTS:  # a list right in a list, or loose text: of the item before it
            before = frame.items.pop() if frame.items else ()
            frame.items.append((*before, block))
        else:
            frame.blocks.append(block)


def _without_outer_breaks(runs: list[Run]) -> list[Run]:
    first, last = runs[0], runs[-1]
    runs[0] = first._replace(text=first.text.removeprefix("\n"))
    last = runs[-1]
    runs[-1] = last._replace(text=last.text.rstrip("\n"))
    return runs


def _grid(rows: list[list[tuple[Cell, int, int]]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of equal length: what spans several cells leaves empty ones."""
    found: list[list[Cell]] = []
    below: dict[int, int] = {}
    for row in rows:
        line: list[Cell] = []
        cells = iter(row)
        while len(line) < MOST_COLUMNS:
            if below.get(len(line), 0):
                below[len(line)] -= 1
                line.append(Cell(()))
                continue
            cell, width, height = next(cells, (None, 1, 1))
            if cell is None:
                break
            for place in range(max(1, min(width, MOST_COLUMNS - len(line)))):
                below[len(line)] = min(max(height, 1), len(rows)) - 1
                line.append(cell if not place else Cell(()))
        # What is beyond the last column a buyer would still see: it goes into that one.
        left = [cell for cell, _, _ in cells]
        if left:
            line[-1] = Cell((*line[-1].blocks, *(one for cell in left for one in cell.blocks)))
        if line:
            found.append(line)
    width = max(map(len, found), default=0)
    return tuple((*line, *([Cell(())] * (width - len(line)))) for line in found)
