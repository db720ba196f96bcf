"""How a browser shows a piece of HTML: its marks, its kind of line, the addresses in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tinycss2 import color3

from target_wix.pipeline.content import ALIGNMENTS, PLAIN, SEMI_BOLD, Mark, Marks, wix_source

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CODE_BLOCKS = frozenset({"pre", "listing", "xmp", "plaintext"})
MARKS = {
    **dict.fromkeys(("b", "strong"), "b"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "i"),
    **dict.fromkeys(("u", "ins"), "u"),
    **dict.fromkeys(("s", "del", "strike"), "s"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    "sub": "sub",
    "sup": "sup",
}
_SIZE = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)(px|pt)")
_WEIGHT = re.compile(r"\d{1,4}")


class Look(NamedTuple):
    """What an element inherits from those around it."""

    marks: Marks = PLAIN
    kind: str = "p"
    align: str = ""
    is_code: bool = False


def look_of(look: Look, tag: str, attributes: dict[str, str | None], style: dict[str, str]) -> Look:
    """Return how an element looks inside those around it."""
    marks = set(look.marks)
    _mark(marks, tag, attributes)
    if style:
        _style(marks, style)
    kind = look.kind
    if tag in HEADINGS:
        kind = tag
    elif tag in CODE_BLOCKS:
        kind = "pre"
    elif tag in {"td", "th", "li", "blockquote"}:
        kind = "p"
    align = style.get("text-align") or (attributes.get("align") or "").lower()
    if tag == "center":
        align = "center"
    if tag in {"img", "table"} or not align:
        align = look.align
    return Look(
        frozenset(marks),
        kind,
        align if align in ALIGNMENTS else "",
        look.is_code or tag in CODE_BLOCKS,
    )


def _mark(marks: set[Mark], tag: str, attributes: dict[str, str | None]) -> None:
    if tag in MARKS:
        marks.add(Mark(MARKS[tag]))
    elif tag == "th":
        marks.add(Mark("b"))
    elif tag == "mark":
        _put(marks, "background", "#FFFF00")
    elif tag == "font":
        _put(marks, "color", color_of(attributes.get("color") or ""))
        _put(marks, "font", _font(attributes.get("face") or ""))
    elif tag == "a":
        address = _address(attributes.get("href"))
        if address:
            rel = " ".join(sorted((attributes.get("rel") or "").lower().split()))
            target = (attributes.get("target") or "").lower()
            marks -= {mark for mark in marks if mark.name == "a"}
            marks.add(Mark("a", address, f"{target} {rel}".strip()))


def _put(marks: set[Mark], name: str, value: str) -> None:
    if value:
        marks -= {mark for mark in marks if mark.name == name}
        marks.add(Mark(name, value))


def _style(marks: set[Mark], style: dict[str, str]) -> None:
    weight = style.get("font-weight", "")
    if weight:
        heavy = weight in {"bold", "bolder"} or (
            _WEIGHT.fullmatch(weight) is not None and int(weight) >= SEMI_BOLD
        )
        (marks.add if heavy else marks.discard)(Mark("b"))
    slope = style.get("font-style", "")
    if slope:
        (marks.add if slope in {"italic", "oblique"} else marks.discard)(Mark("i"))
    lines = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    if "underline" in lines:
        marks.add(Mark("u"))
    if "line-through" in lines:
        marks.add(Mark("s"))
    if style.get("vertical-align") in {"sub", "super"}:
        marks.add(Mark("sub" if style["vertical-align"] == "sub" else "sup"))
    _put(marks, "color", color_of(style.get("color", "")))
    ground = style.get("background-color") or style.get("background") or ""
    _put(marks, "background", color_of(ground))
    found = _SIZE.fullmatch(style.get("font-size", ""))
    if found:
        pixels = float(found[1]) * (4 / 3 if found[2] == "pt" else 1)
        _put(marks, "size", f"{round(pixels)}")
    _put(marks, "font", _font(style.get("font-family", "")))


def style_of(value: str | None) -> dict[str, str]:
    """Return the declarations of a style attribute, in small letters."""
    found: dict[str, str] = {}
    if not value:
        return found
    for part in value.split(";"):
        name, _, words = part.partition(":")
        found[name.strip().lower()] = words.replace("!important", "").strip().lower()
    return found


def color_of(value: str) -> str:
    """Return a colour as `#RRGGBB`; empty for what is none, or written in another way."""
    color = color3.parse_color(value[:100]) if value else None
    if not isinstance(color, color3.RGBA) or not color.alpha:
        return ""
    parts = (min(max(part, 0), 1) for part in (color.red, color.green, color.blue))
    return f"#{''.join(f'{round(255 * part):02X}' for part in parts)}"


def _font(value: str) -> str:
    first = value.partition(",")[0].strip(" \"'").lower()
    return "" if first in {"inherit", "initial", "unset"} else first[:100]


def number_of(value: str | None, default: int) -> int:
    """Return a number of pixels or cells; the default where it is none, or absurd."""
    digits = (value or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else default  # noqa: PLR2004


def _address(value: str | None) -> str:
    """Return where a link leads; a script leads nowhere."""
    words = "".join((value or "").split())
    if words.startswith("//"):
        words = f"https:{words}"
    scheme = words.partition(":")[0].lower()
    return "" if scheme in {"javascript", "vbscript", "data"} else words


def source_of(value: str | None) -> str:
    """Return the address of a picture, or its id in Wix's media."""
    return wix_source((value or "").strip().replace(" ", "%20")) or _web_address(value)


def _web_address(value: str | None) -> str:
    words = (value or "").strip().replace(" ", "%20")
    if words.startswith("//"):
        words = f"https:{words}"
    return words if words.lower().startswith(("https://", "http://")) else ""


def media_source(node: LexborNode, tag: str) -> str:
    """Return the address of a video, a sound or a page, also of the first source within; empty without one."""
    attributes = node.attributes
    given = attributes.get("data" if tag == "object" else "src")
    child = node.child
    while not given and child is not None:
        if child.tag in {"source", "embed"}:
            given = child.attributes.get("src")
        child = child.next
    return _web_address(given)
