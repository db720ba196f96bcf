"""HTML and Wix's rich content, one into the other, and what Wix takes and makes of a document.

Wix keeps one text per description and gives it out in both forms, so what was written as HTML is
read back re-rendered: bare text gets a paragraph, `<b>` becomes `<strong>`, `<i>` `<em>`, unknown
tags vanish (wix-api stores-v3 3.4: `description` takes rich content only, `plainDescription` HTML).
Which node may be in which: wix-api stores-v3 3.9.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from tests.fake_wix.shape import wrong_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fake_wix.shape import Problems

Json = dict[str, Any]
LISTS = {"ul": "BULLETED_LIST", "ol": "ORDERED_LIST"}
CONTAINERS = {
    **LISTS,
    "li": "LIST_ITEM",
    "blockquote": "BLOCKQUOTE",
    "table": "TABLE",
    "tr": "TABLE_ROW",
    **dict.fromkeys(("td", "th"), "TABLE_CELL"),
}
HEADINGS = {f"h{level}" for level in range(1, 7)}
PARAGRAPHS = {"p", "div", "section", "dt", "dd", "figcaption", "caption"}
SILENT = {"script", "style", "template", "title"}
MARKS: dict[str, Json] = {
    "b": {"type": "BOLD"},
    "strong": {"type": "BOLD"},
    "i": {"type": "ITALIC"},
    "em": {"type": "ITALIC"},
    "u": {"type": "UNDERLINE"},
    "s": {"type": "STRIKETHROUGH", "strikethroughData": True},
    "sub": {"type": "SUBSCRIPT", "subscriptData": True},
    "sup": {"type": "SUPERSCRIPT", "superscriptData": True},
}
TAGS = {
    "BOLD": "strong",
    "ITALIC": "em",
    "UNDERLINE": "u",
    "STRIKETHROUGH": "s",
    "SUBSCRIPT": "sub",
    "SUPERSCRIPT": "sup",
}
LIST_TAGS = {"BULLETED_LIST": "ul", "ORDERED_LIST": "ol"}
_OF_TEXT = frozenset({"TEXT"})
_ANYWHERE = frozenset(
    {
        *("PARAGRAPH", "HEADING", "BULLETED_LIST", "ORDERED_LIST", "BLOCKQUOTE", "DIVIDER"),
        *("IMAGE", "TABLE", "CODE_BLOCK", "BUTTON", "AUDIO", "VIDEO", "GALLERY", "GIF", "FILE"),
        *("COLLAPSIBLE_LIST", "HTML", "LINK_PREVIEW", "MAP", "POLL", "APP_EMBED", "EMBED"),
    }
)
INSIDE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("PARAGRAPH", "HEADING", "CODE_BLOCK", "CAPTION"), _OF_TEXT),
    **dict.fromkeys(("BULLETED_LIST", "ORDERED_LIST"), frozenset({"LIST_ITEM"})),
    "LIST_ITEM": frozenset({"PARAGRAPH", "BULLETED_LIST", "ORDERED_LIST"}),
    "BLOCKQUOTE": frozenset({"PARAGRAPH"}),
    "TABLE": frozenset({"TABLE_ROW"}),
    "TABLE_ROW": frozenset({"TABLE_CELL"}),
    "TABLE_CELL": frozenset({"PARAGRAPH", "HEADING", "IMAGE"}),
    **dict.fromkeys(("IMAGE", "VIDEO"), frozenset({"CAPTION"})),
    "COLLAPSIBLE_LIST": frozenset({"COLLAPSIBLE_ITEM"}),
    "COLLAPSIBLE_ITEM": frozenset({"COLLAPSIBLE_ITEM_TITLE", "COLLAPSIBLE_ITEM_BODY"}),
    "COLLAPSIBLE_ITEM_TITLE": frozenset({"PARAGRAPH"}),
    "COLLAPSIBLE_ITEM_BODY": _ANYWHERE,
}
TYPES = _ANYWHERE | {name for names in INSIDE.values() for name in names}
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TEXT = "text"


# -- what Wix takes ---------------------------------------------------------------------------


def rich_content() -> Callable[[Any, str, Problems], Json]:
    """A document of rich content: nodes of known types, each where it may be."""

    def check(value: Any, path: str, problems: Problems) -> Json:
        if not isinstance(value, Mapping):
            raise wrong_type("Expected an object")
        ids: set[str] = set()
        todo = [(value.get("nodes"), f"{path}.nodes", _ANYWHERE, "a root")]
        while todo:
            rows, where, allowed, parent = todo.pop()
            if rows is None:
                continue
            if not isinstance(rows, list):
                raise wrong_type("Expected an array")
            for place, node in enumerate(rows):
                at = f"{where}[{place}]"
                kind = _check_node(node, at, problems, ids)
                if kind not in allowed:
                    message = f"Expected a paragraph node but found {kind} in {parent} node"
                    problems.add(at, message, "RICH_CONTENT")
                inner = INSIDE.get(kind, frozenset())
                todo.append((node.get("nodes"), f"{at}.nodes", inner, f"a {kind}"))
        return copy.deepcopy(dict(value))

    return check


def _check_node(node: Any, at: str, problems: Problems, ids: set[str]) -> str:
    if not isinstance(node, Mapping):
        raise wrong_type("Expected an object")
    kind, key = node.get("type"), node.get("id")
    if not isinstance(kind, str) or not isinstance(key, str | None):
        raise wrong_type("Expected a string")
    if kind not in TYPES:
        problems.add(f"{at}.type", f"invalid enum value {kind}", "ENUM")
    if key:
        if not _ID.fullmatch(key) or key in ids:
            problems.add(f"{at}.id", "must be a unique id", "RICH_CONTENT")
        ids.add(key)
    if kind == "TEXT":
        _check_text(node.get("textData"))
    level = (node.get("headingData") or {}).get("level", 2)
    if kind == "HEADING" and level not in range(1, 7):
        problems.add(f"{at}.headingData.level", "must be 1 to 6", "RANGE")
    return kind


def _check_text(data: Any) -> None:
    if not isinstance(data, Mapping):
        raise wrong_type("Expected an object")
    rows = data.get("decorations") or []
    if not isinstance(data.get(_TEXT), str) or not isinstance(rows, list):
        raise wrong_type("Expected a string")
    if any(not isinstance(row, Mapping) or not isinstance(row.get("type"), str) for row in rows):
        raise wrong_type("Expected an object")


# -- what Wix makes of it ---------------------------------------------------------------------


def normalised(document: Json, new_id: Callable[[], str], *, renew_ids: bool = False) -> Json:
    """A document as an editor of Wix keeps it: ids, default data, no empty styles, texts joined.

    Pictures of other hosts get an id in Wix's media (wix-api stores-v3 10.23 has it of products).
    """
    document = copy.deepcopy(document)
    for node in _all_nodes(document):
        if renew_ids or not node.get("id"):
            node["id"] = f"x{new_id()[:8]}"
        node.setdefault("nodes", [])
        node["nodes"] = _joined(node["nodes"])
        if node["type"] == "PARAGRAPH":
            data = node.setdefault("paragraphData", {})
            data.setdefault("textStyle", {"textAlignment": "AUTO"})
            data.setdefault("indentation", 0)
        image = (node.get("imageData") or {}).get("image")
        if image and image.get("src", {}).get("url"):
            image["src"] = {"id": f"{new_id().replace('-', '')}~mv2.png"}
            image |= {"width": 800, "height": 600}
        node.pop("style", None)
    document["metadata"] = {"version": 1, "createdTimestamp": "2026-01-01T00:00:00.000Z"}
    document["documentStyle"] = {}
    return document


def _all_nodes(document: Json) -> Iterator[Json]:
    todo = list(document.get("nodes") or [])
    while todo:
        node = todo.pop()
        yield node
        todo += node.get("nodes") or []


def _joined(nodes: list[Json]) -> list[Json]:
    found: list[Json] = []
    for node in nodes:
        if node["type"] == "TEXT":
            data = node["textData"]
            data["decorations"] = [row for row in data.get("decorations") or [] if len(row) > 0]
            before = found[-1]["textData"] if found and found[-1]["type"] == "TEXT" else None
            if before is not None and before["decorations"] == data["decorations"]:
                before[_TEXT] += data[_TEXT]
                continue
        found.append(node)
    return found


# -- HTML into rich content -------------------------------------------------------------------


class _Reader(HTMLParser):
    """Collects nodes; text outside any block starts a paragraph of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Json] = []
        self._open: list[tuple[str, list[Json]]] = [("", self.nodes)]
        self._block: Json | None = None
        self._kinds: list[str] = []
        self._marks: list[tuple[str, Json]] = []
        self._silent = 0

    def _begin(self) -> None:
        self._block = None

    def _into(self, tag: str, node: Json) -> None:
        self._begin()
        self._open[-1][1].append(node)
        self._open.append((tag, node["nodes"]))

    def _leave(self, tag: str) -> None:
        self._begin()
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in SILENT:
            self._silent += 1
        elif tag in CONTAINERS:
            if tag == "li" and self._open[-1][0] == "li":
                self._leave("li")
            self._into(tag, {"type": CONTAINERS[tag], "nodes": []})
        elif tag in HEADINGS or tag in PARAGRAPHS or tag == "pre":
            self._begin()
            self._kinds.append(tag)
        elif tag == "br":
            self.handle_data("\n")
        elif tag == "a":
            link = {"type": "LINK", "linkData": {"link": {"url": given.get("href") or ""}}}
            self._marks.append((tag, link))
        elif tag in MARKS:
            self._marks.append((tag, MARKS[tag]))
        else:
            self._leaf(tag, given.get("src"), given.get("alt") or "")

    def _leaf(self, tag: str, source: str | None, alt: str) -> None:
        leaves: dict[str, Json] = {
            "hr": {"type": "DIVIDER", "dividerData": {}},
            "img": {
                "type": "IMAGE",
                "imageData": {"image": {"src": {"url": source}}, "altText": alt},
            },
            "iframe": {"type": "HTML", "htmlData": {"url": source, "source": "HTML"}},
        }
        if tag == "hr" or (tag in leaves and source):
            self._begin()
            self._open[-1][1].append({**leaves[tag], "nodes": []})

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in CONTAINERS:
            self._leave(tag)
        elif tag in HEADINGS or tag in PARAGRAPHS or tag == "pre":
            self._begin()
            if tag in self._kinds:
                self._kinds.remove(tag)
        else:
            for index in range(len(self._marks) - 1, -1, -1):
                if self._marks[index][0] == tag:
                    del self._marks[index]
                    break

    def handle_data(self, data: str) -> None:
        if self._silent or self._open[-1][0] in {"table", "tr", *LISTS}:
            return
        if self._block is None:
            if not data.strip():
                return
            self._block = self._new_block()
            self._open[-1][1].append(self._block)
        decorations = [mark for _, mark in self._marks]
        nodes = self._block["nodes"]
        if nodes and nodes[-1]["textData"]["decorations"] == decorations:
            nodes[-1]["textData"][_TEXT] += data
        else:
            nodes.append({"type": "TEXT", "textData": {_TEXT: data, "decorations": decorations}})

    def _new_block(self) -> Json:
        kind = self._kinds[-1] if self._kinds else "p"
        if kind in HEADINGS and self._open[-1][0] == "":
            return {"type": "HEADING", "headingData": {"level": int(kind[1])}, "nodes": []}
        if kind == "pre" and self._open[-1][0] == "":
            return {"type": "CODE_BLOCK", "nodes": []}
        return {"type": "PARAGRAPH", "nodes": []}


def from_html(html: str) -> Json:
    """The rich document of an HTML text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return {"nodes": reader.nodes, "metadata": {"version": 1}}


# -- rich content into HTML -------------------------------------------------------------------


def _text(node: Json) -> str:
    data = node.get("textData", {})
    text = escape(data.get(_TEXT, ""), quote=False).replace("\n", "<br>")
    for mark in reversed(data.get("decorations", [])):
        kind = mark.get("type")
        if kind == "LINK":
            url = mark.get("linkData", {}).get("link", {}).get("url", "")
            text = f'<a href="{escape(url)}">{text}</a>'
        elif kind in TAGS:
            text = f"<{TAGS[kind]}>{text}</{TAGS[kind]}>"
    return text


def _image(node: Json) -> str:
    data = node.get("imageData") or {}
    source = (data.get("image") or {}).get("src") or {}
    url = source.get("url") or f"https://static.wixstatic.com/media/{source.get('id')}"
    return f'<img src="{escape(url)}" alt="{escape(data.get("altText") or "")}">'


def _html(node: Json) -> str:
    kind = node.get("type")
    if kind == "TEXT":
        return _text(node)
    if kind == "IMAGE":
        return _image(node)
    inside = "".join(_html(child) for child in node.get("nodes") or [])
    if kind == "HEADING":
        level = node.get("headingData", {}).get("level", 2)
        return f"<h{level}>{inside}</h{level}>"
    simple = {
        "LIST_ITEM": "li",
        "BLOCKQUOTE": "blockquote",
        "CODE_BLOCK": "pre",
        "TABLE": "table",
        "TABLE_ROW": "tr",
        "TABLE_CELL": "td",
        "PARAGRAPH": "p",
        **LIST_TAGS,
    }
    if kind in simple:
        return f"<{simple[kind]}>{inside}</{simple[kind]}>"
    return "<hr>" if kind == "DIVIDER" else inside


def to_html(document: Json) -> str:
    """The HTML that Wix gives out for a rich document; embeds, colours and sizes are not in it."""
    return "".join(_html(node) for node in document.get("nodes") or [])
