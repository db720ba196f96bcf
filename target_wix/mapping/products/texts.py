"""Descriptions by what a reader sees of them: words, links, headings, lists, bold and italic.

Wix keeps one text and gives it out as HTML and as rich content, rendered anew: HTML never comes
back as it was written (wix-api stores-v3 3.4, 10.3). So texts are compared by what both forms can
say, and attributes, wrappers and white space make no difference.
"""

from __future__ import annotations

import re
import sys
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, TypeAlias

from tap_wix.api.migration.shapes import Json, as_object, as_objects, inside

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Run: TypeAlias = tuple[str, frozenset[str]]
Block: TypeAlias = tuple[str, tuple[Run, ...]]
Content: TypeAlias = tuple[Block, ...]

_LISTS = {"ul": "ul", "ol": "ol"}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset(
    {
        *("p", "div", "li", "blockquote", "pre", "section", "article", "table", "tr", "td", "th"),
        *("dl", "dt", "dd", "figure", "figcaption", "header", "footer", "hr", "main", "center"),
    }
)
_MARKS = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u"}
_SPACES = re.compile(r"\s+")
_SILENT = frozenset({"script", "style", "head", "title", "template"})
_RICH_MARKS = {"BOLD": "b", "ITALIC": "i", "UNDERLINE": "u"}
_RICH_LISTS = {"BULLETED_LIST": "ul", "ORDERED_LIST": "ol"}
_HTML_MARKS = {"b": "strong", "i": "em", "u": "u"}


def same_text(left: Json, right: Json) -> bool:
    """Whether two entities with `plainDescription`, `description` or both say the same."""
    return content_of(left) == content_of(right)


def content_of(entity: Json) -> Content:
    """The text of an entity, from its HTML if it has that."""
    html = entity.get("plainDescription")
    return of_html(html) if isinstance(html, str) else of_rich(entity.get("description"))


def of_html(html: object) -> Content:
    """What a reader sees of an HTML text."""
    reader = _Reader()
    reader.feed(html if isinstance(html, str) else "")
    reader.close()
    return _joined(reader.blocks)


def of_rich(document: object) -> Content:
    """What a reader sees of a document of rich content."""
    blocks: list[tuple[str, list[Run]]] = []
    for node in as_objects(as_object(document).get("nodes")):
        _walk(node, "", blocks)
    return _joined(blocks)


def to_html(document: object) -> str:
    """Rich content as HTML, for the endpoints that know nothing else."""
    parts: list[str] = []
    open_list = ""
    for kind, runs in of_rich(document):
        tag = kind if kind in _LISTS else ""
        if tag != open_list:
            parts.append((f"</{open_list}>" if open_list else "") + (f"<{tag}>" if tag else ""))
            open_list = tag
        name = "li" if tag else kind or "p"
        parts.append(f"<{name}>{''.join(map(_run_html, runs))}</{name}>")
    return "".join([*parts, f"</{open_list}>" if open_list else ""])


class _Reader(HTMLParser):
    """Collects blocks of text; what is outside of any block is one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[str, list[Run]]] = []
        self._kinds: list[str] = []
        self._lists: list[str] = []
        self._marks: list[tuple[str, str]] = []
        self._silent = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _LISTS:
            self._lists.append(tag)
            self._begin()
        elif tag in _HEADINGS:
            self._kinds.append(tag)
            self._begin()
        elif tag in _BLOCKS:
            self._begin()
        elif tag == "br":
            self.handle_data(" ")
        elif tag == "a":
            self._marks.append((tag, f"a {dict(attrs).get('href') or ''}"))
        elif tag in _MARKS:
            self._marks.append((tag, _MARKS[tag]))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _LISTS or tag in _HEADINGS:
            stack = self._lists if tag in _LISTS else self._kinds
            if tag in stack:
                stack.reverse()
                stack.remove(tag)
                stack.reverse()
            self._begin()
        elif tag in _BLOCKS:
            self._begin()
        else:
            for place in range(len(self._marks) - 1, -1, -1):
                if self._marks[place][0] == tag:
                    del self._marks[place]
                    break

    @override
    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if not self.blocks:
            self._begin()
        self.blocks[-1][1].append((data, frozenset(mark for _, mark in self._marks)))

    def _begin(self) -> None:
        kind = self._kinds[-1] if self._kinds else self._lists[-1] if self._lists else ""
        self.blocks.append((kind, []))


def _walk(node: Json, kind: str, blocks: list[tuple[str, list[Run]]]) -> None:
    name = node.get("type")
    if name == "TEXT":
        data = as_object(node.get("textData"))
        marks = frozenset(_marks(as_objects(data.get("decorations"))))
        if not blocks:
            blocks.append((kind, []))
        blocks[-1][1].append((str(data.get("text") or ""), marks))
        return
    if name == "HEADING":
        kind = f"h{inside(node, 'headingData', 'level') or 2}"
    elif name in _RICH_LISTS:
        kind = _RICH_LISTS[name]
    blocks.append((kind, []))
    for child in as_objects(node.get("nodes")):
        _walk(child, kind, blocks)
    blocks.append((kind, []))


def _marks(decorations: Iterable[Json]) -> Iterator[str]:
    for row in decorations:
        kind = row.get("type")
        if kind == "LINK":
            yield f"a {inside(row, 'linkData', 'link', 'url') or ''}"
        elif kind in _RICH_MARKS and not _switched_off(row):
            yield _RICH_MARKS[kind]


def _switched_off(row: Json) -> bool:
    """Ricos says `fontWeightValue` below 700 or `italicData: false` for a mark that is off."""
    weight: Any = row.get("fontWeightValue")
    bold = isinstance(weight, (int, float)) and 0 < weight < 600  # noqa: PLR2004 - semi-bold
    return bold or row.get("italicData") is False or row.get("underlineData") is False


def _joined(blocks: Iterable[tuple[str, list[Run]]]) -> Content:
    """Blocks that have words, with neighbouring runs of the same marks as one.

    Spaces count as one, and at the ends of a block and around a change of marks as none too many.
    """
    found: list[Block] = []
    for kind, runs in blocks:
        merged: list[Run] = []
        for text, marks in runs:
            words = _SPACES.sub(" ", text)
            if merged and words.startswith(" ") and not merged[-1][0].endswith(" "):
                # Whose the space between two marks is, nobody sees; here it is the first one's.
                merged[-1] = (merged[-1][0] + " ", merged[-1][1])
            words = words.removeprefix(" ")
            if merged and (merged[-1][1] == marks or not words.strip()):
                merged[-1] = (merged[-1][0] + words, merged[-1][1])
            elif words:
                merged.append((words, marks))
        if merged:
            # Whether the space before a bold word is bold is nothing to see.
            merged[-1] = (merged[-1][0].removesuffix(" "), merged[-1][1])
        cleaned = tuple(run for run in merged if run[0])
        if cleaned:
            found.append((kind, cleaned))
    return tuple(found)


def _run_html(run: Run) -> str:
    text, marks = escape(run[0], quote=False), run[1]
    for mark in sorted(marks, reverse=True):
        if mark in _HTML_MARKS:
            text = f"<{_HTML_MARKS[mark]}>{text}</{_HTML_MARKS[mark]}>"
        else:
            text = f'<a href="{escape(mark[2:])}">{text}</a>'
    return text
