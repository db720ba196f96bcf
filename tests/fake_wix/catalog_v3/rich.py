"""HTML and Wix's rich content, one into the other.

Wix keeps one text per description and gives it out in both forms, so what was written as HTML is
read back re-rendered: bare text gets a paragraph, `<b>` becomes `<strong>`, `<i>` `<em>`, unknown
tags vanish (wix-api stores-v3 3.4: `description` takes rich content only, `plainDescription` HTML).
"""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import Any

BLOCKS = {"p": "PARAGRAPH", "div": "PARAGRAPH", "li": "LIST_ITEM", "blockquote": "BLOCKQUOTE"}
LISTS = {"ul": "BULLETED_LIST", "ol": "ORDERED_LIST"}
HEADINGS = {f"h{level}" for level in range(1, 7)}
MARKS = {
    "b": "BOLD",
    "strong": "BOLD",
    "i": "ITALIC",
    "em": "ITALIC",
    "u": "UNDERLINE",
    "a": "LINK",
}
TAGS = {"BOLD": "strong", "ITALIC": "em", "UNDERLINE": "u"}
LIST_TAGS = {"BULLETED_LIST": "ul", "ORDERED_LIST": "ol"}


class _Reader(HTMLParser):
    """Collects blocks; text outside any block starts a paragraph of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[dict[str, Any]] = []
        self._list: dict[str, Any] | None = None
        self._block: dict[str, Any] | None = None
        self._marks: list[tuple[str, dict[str, Any]]] = []

    def _open(self, node: dict[str, Any]) -> None:
        if self._list is not None:
            if self._block is not None and not self._block["nodes"]:
                return  # `<li><p>`: the paragraph is the item's
            paragraph: dict[str, Any] = {"type": "PARAGRAPH", "nodes": []}
            self._list["nodes"].append({"type": "LIST_ITEM", "nodes": [paragraph]})
            self._block = paragraph
        else:
            self._block = node
            self.nodes.append(node)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in LISTS:
            self._list = {"type": LISTS[tag], "nodes": []}
            self.nodes.append(self._list)
            self._block = None
        elif tag in HEADINGS:
            self._open({"type": "HEADING", "headingData": {"level": int(tag[1])}, "nodes": []})
        elif tag in BLOCKS:
            self._open({"type": "PARAGRAPH", "nodes": []})
        elif tag == "br":
            self.handle_data("\n")
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            link = {"type": "LINK", "linkData": {"link": {"url": href}}}
            self._marks.append((tag, link))
        elif tag in MARKS:
            self._marks.append((tag, {"type": MARKS[tag]}))

    def handle_endtag(self, tag: str) -> None:
        if tag in LISTS:
            self._list = self._block = None
        elif tag in HEADINGS or tag in BLOCKS:
            self._block = None
        else:
            for index in range(len(self._marks) - 1, -1, -1):
                if self._marks[index][0] == tag:
                    del self._marks[index]
                    break

    def handle_data(self, data: str) -> None:
        if self._block is None:
            if not data.strip():
                return
            self._open({"type": "PARAGRAPH", "nodes": []})
        if self._block is None:
            return
        decorations = [mark for _, mark in self._marks]
        nodes = self._block["nodes"]
        if nodes and nodes[-1]["textData"]["decorations"] == decorations:
            nodes[-1]["textData"]["text"] += data
        else:
            text = {"text": data, "decorations": decorations}
            nodes.append({"type": "TEXT", "textData": text})


def from_html(html: str) -> dict[str, Any]:
    """The rich document of an HTML text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return {"nodes": reader.nodes, "metadata": {"version": 1}}


def _text(node: dict[str, Any]) -> str:
    data = node.get("textData", {})
    text = escape(data.get("text", ""), quote=False).replace("\n", "<br>")
    for mark in reversed(data.get("decorations", [])):
        kind = mark.get("type")
        if kind == "LINK":
            url = mark.get("linkData", {}).get("link", {}).get("url", "")
            text = f'<a href="{escape(url)}">{text}</a>'
        elif kind in TAGS:
            text = f"<{TAGS[kind]}>{text}</{TAGS[kind]}>"
    return text


def _html(node: dict[str, Any]) -> str:
    kind = node.get("type")
    if kind == "TEXT":
        return _text(node)
    inside = "".join(_html(child) for child in node.get("nodes", []))
    if kind == "HEADING":
        level = node.get("headingData", {}).get("level", 2)
        return f"<h{level}>{inside}</h{level}>"
    if kind in LIST_TAGS:
        return f"<{LIST_TAGS[kind]}>{inside}</{LIST_TAGS[kind]}>"
    if kind == "LIST_ITEM":
        return f"<li>{inside}</li>"
    return f"<p>{inside}</p>"


def to_html(document: dict[str, Any]) -> str:
    """The HTML that Wix gives out for a rich document."""
    return "".join(_html(node) for node in document.get("nodes", []))
