"""Reads a report back: the page with a parser that forgives nothing, the lines as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VOID = {"meta", "br"}
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "footer", "div", "p"),
    *("h1", "h2", "h3", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td", "details", "summary", "span", "strong", "bdi", "del", "ins", "time"),
}
"""Elements that a page has; none that runs, loads or sends anything."""
INLINE = {"bdi", "span", "strong", "del", "ins", "time"}
ATTRIBUTES = {
    *("lang", "charset", "name", "content", "http-equiv", "class", "id", "role", "tabindex"),
    *("aria-label", "aria-labelledby", "aria-hidden", "scope", "datetime", "open"),
}


@dataclass
class Element:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text, blanks made one."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in {"style", "title"}:
                blank = "" if child.tag in INLINE else " "
                yield blank
                yield from child._texts()
                yield blank

    def all(self, *tags: str, cls: str = "") -> list[Element]:
        """The elements in it, in their order."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                classes = (child.attributes.get("class") or "").split()
                if (not tags or child.tag in tags) and (not cls or cls in classes):
                    found.append(child)
                found += child.all(*tags, cls=cls)
        return found

    def one(self, *tags: str, cls: str = "") -> Element:
        (found,) = self.all(*tags, cls=cls)
        return found


class _StrictParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]
        self.ids: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in KNOWN, tag
        assert {name for name, _ in attrs} <= ATTRIBUTES, attrs
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {attrs}"
        element = Element(tag, dict(attrs))
        if (key := element.attributes.get("id")) is not None:
            assert key not in self.ids
            self.ids.add(key)
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes something else"

    @override
    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)

    @override
    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    @override
    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    @override
    def close(self) -> None:
        super().close()
        assert self._open == [self.root], f"<{self._open[-1].tag}> is open"


def parse(html: str) -> Element:
    """The page as a tree; anything that is not well formed, or could run or load, is a failure."""
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r"https?:|url\(|@import|expression\(", _style(html))
    parser = _StrictParser()
    parser.feed(html)
    parser.close()
    return parser.root


def _style(html: str) -> str:
    return html[html.index("<style>") : html.index("</style>")]


class Report:
    """The two files of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.html = path.read_text(encoding="utf-8")
        self.page = parse(self.html)
        text = path.with_suffix(".jsonl").read_text(encoding="utf-8")
        self.lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]

    @property
    def verdict(self) -> str:
        return self.page.one("section", cls="verdict").text

    @property
    def records(self) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["type"] == "record"]

    @property
    def end(self) -> dict[str, Any]:
        (found,) = [line for line in self.lines if line["type"] == "end"]
        return found

    def group(self, title: str) -> Element:
        """The fold whose summary begins with a title."""
        return next(
            one for one in self.page.all("details") if one.one("summary").text.startswith(title)
        )

    def rows(self, title: str) -> list[str]:
        """The texts of the rows in a fold."""
        return [
            row.text
            for row in self.group(title).one("ol", cls="rows").children
            if isinstance(row, Element)
        ]


def report_in(folder: Path) -> Report:
    """The only report in a folder."""
    (path,) = folder.glob("*.html")
    return Report(path)
