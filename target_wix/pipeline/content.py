"""What a buyer sees of a text, whatever it is written in: paragraphs, lists, tables, pictures.

HTML and Wix's rich content are both read into this form, written from it, and compared in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_LEVELS = 20
"""Lists, quotes and tables within each other; what is deeper is shown as plain paragraphs."""


class Mark(NamedTuple):
    """How a piece of text looks, or where it leads.

    Attributes:
        name: `b`, `i`, `u`, `s`, `sub`, `sup`, `code`, `a`, `color`, `background`, `size`, `font`.
        value: the address, the colour, the size.
        extra: what nobody sees of it, such as the window that a link opens.
    """

    name: str
    value: str = ""
    extra: str = ""


Marks: TypeAlias = frozenset[Mark]
PLAIN: Marks = frozenset()


class Run(NamedTuple):
    """A piece of text that looks the same throughout, of one line or several."""

    text: str
    marks: Marks = PLAIN


class Text(NamedTuple):
    """A paragraph (`p`), a heading (`h1` to `h6`) or text in lines of its own (`pre`)."""

    kind: str
    runs: tuple[Run, ...] = ()
    align: str = ""
    indent: int = 0


class Listing(NamedTuple):
    """A list with bullets or numbers."""

    ordered: bool
    items: tuple[tuple[Block, ...], ...]
    start: int = 1


class Quote(NamedTuple):
    """Quoted blocks."""

    quoted: tuple[Block, ...]


class Cell(NamedTuple):
    """A cell of a table."""

    blocks: tuple[Block, ...]
    color: str = ""


class Table(NamedTuple):
    """Rows of cells; a cell that spans several is followed by empty ones."""

    rows: tuple[tuple[Cell, ...], ...]


class Picture(NamedTuple):
    """A picture.

    Attributes:
        source: its address, or `wix:` and its id in Wix's media.
        origin: the digest of the address it was made from, where the shop still knows it.
    """

    source: str
    alt: str = ""
    link: str = ""
    width: int = 0
    height: int = 0
    origin: str = ""


class Media(NamedTuple):
    """A `video`, an `audio`, or a page of its own within the text (`embed`)."""

    media: str
    source: str


class Rule(NamedTuple):
    """A line across."""

    rule: str = "hr"


class Other(NamedTuple):
    """A part that only Wix's rich content knows, or a text too long to be looked into."""

    type: str
    data: str
    inner: tuple[Block, ...] = ()


Block: TypeAlias = Text | Listing | Quote | Table | Picture | Media | Rule | Other
Content: TypeAlias = tuple[Block, ...]
BLANK_LINE = Text("p")
ALIGNMENTS = frozenset({"center", "right", "justify"})
SEMI_BOLD = 600
"""The weight from which on a font is bold."""

_WIX_MEDIA = re.compile(
    r"(?:(?:https?:)?//static\.wixstatic\.com/media/|wix:image://v1/)([^/?#\s]{1,200})"
)


def wix_source(address: str) -> str:
    """Return the source of a picture in Wix's media by its address, empty for another address."""
    found = _WIX_MEDIA.match(address)
    return f"wix:{found[1]}" if found else ""


def shown(content: Content) -> Content:
    """Return the content by what is seen: whose a blank is, or what a link opens in, is not."""
    return _trimmed(tuple(_shown(block) for block in content))


def _shown(block: Block) -> Block:  # noqa: PLR0911 - one return a kind
    match block:
        case Text():
            runs = block.runs if block.kind == "pre" else normal_runs(block.runs)
            runs = tuple(Run(text, frozenset(map(_seen, marks))) for text, marks in runs)
            return block._replace(runs=runs) if runs else BLANK_LINE
        case Listing():
            return block._replace(items=tuple(map(shown, block.items)))
        case Quote():
            return Quote(shown(block.quoted))
        case Table():
            rows = (
                tuple(cell._replace(blocks=shown(cell.blocks)) for cell in row)
                for row in block.rows
            )
            return Table(tuple(rows))
        case Other():
            return block._replace(inner=shown(block.inner))
        case Picture():
            return block._replace(width=0, height=0)
        case _:
            return block


def _seen(mark: Mark) -> Mark:
    value = mark.value
    if mark.name == "a" and value.count("/") == 3:  # noqa: PLR2004 - `https://host/` is `https://host`
        value = value.removesuffix("/")
    return Mark(mark.name, value)


def _trimmed(content: Content) -> Content:
    """Return the content without blank lines at its ends."""
    start, end = 0, len(content)
    while start < end and content[start] == BLANK_LINE:
        start += 1
    while end > start and content[end - 1] == BLANK_LINE:
        end -= 1
    return content[start:end]


def normal_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs in which a blank between two looks belongs to the first, and none is at an end."""
    found: list[list[str]] = []
    looks: list[Marks] = []
    for text, marks in runs:
        words = text.replace("\u00a0", " ")
        start = len(words) - len(words.lstrip(" "))
        blank, rest = words[:start], words[start:]
        if blank and found:
            found[-1].append(blank)
        if not rest:
            continue
        if found and looks[-1] == marks:
            found[-1].append(rest)
        else:
            found.append([rest])
            looks.append(marks)
    merged = [Run("".join(parts), marks) for parts, marks in zip(found, looks, strict=True)]
    if merged:
        merged[-1] = merged[-1]._replace(text=merged[-1].text.rstrip(" "))
    return tuple(run for run in merged if run.text)


def merged_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return runs of which no two neighbours look the same."""
    found: list[Run] = []
    parts: list[str] = []
    for run in runs:
        if not run.text:
            continue
        if found and found[-1].marks == run.marks:
            parts.append(run.text)
            continue
        if found:
            found[-1] = found[-1]._replace(text="".join(parts))
        found.append(run)
        parts = [run.text]
    if found:
        found[-1] = found[-1]._replace(text="".join(parts))
    return tuple(found)


def lines_of(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """Return the lines of a text."""
    lines: list[list[Run]] = [[]]
    for text, marks in runs:
        for place, part in enumerate(text.split("\n")):
            if place:
                lines.append([])
            if part:
                lines[-1].append(Run(part, marks))
    return [tuple(line) for line in lines]


def replaced(content: Content, change: Callable[[Picture], Picture]) -> Content:
    """Return the content with every picture changed, in their order."""
    return tuple(_replaced(block, change) for block in content)


def _replaced(block: Block, change: Callable[[Picture], Picture]) -> Block:
    match block:
        case Picture():
            return change(block)
        case Listing():
            return block._replace(items=tuple(replaced(item, change) for item in block.items))
        case Quote():
            return Quote(replaced(block.quoted, change))
        case Table():
            rows = (
                tuple(cell._replace(blocks=replaced(cell.blocks, change)) for cell in row)
                for row in block.rows
            )
            return Table(tuple(rows))
        case Other():
            return block._replace(inner=replaced(block.inner, change))
        case _:
            return block


def pictures_in(content: Content) -> Iterator[Picture]:
    """Yield the pictures of a content, in their order."""
    found: list[Picture] = []

    def note(picture: Picture) -> Picture:
        found.append(picture)
        return picture

    replaced(content, note)
    yield from found
