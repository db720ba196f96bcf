"""Text that others wrote, made fit for a log or an error: one line, short, nobody's secrets.

Names and ids of records, and Wix's own words, can hold line breaks that forge a log line, escapes
that colour a terminal, marks that turn text round, people's addresses, even our own key.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Span = tuple[int, int, str]

E_MAIL = "<e-mail>"
NUMBER = "<number>"
SECRET = "<secret>"  # noqa: S105 - what stands in place of one
HIDDEN = "<hidden>"

_LOOK_AHEAD = 320
"""An address has at most 254 characters: one that begins within the limit ends within this."""
_PIECE = 12
"""A part of a secret of this length is hidden too: servers like to echo the first half of a key."""
_CRUMB = 5
_SHORTEST_SECRET = 4
_SHORTEST_HIDDEN = 3

_WORD = re.compile(r"[^\s\"<>(),;:\[\]]+")
_AT = re.compile("[@\uff20\ufe6b]|%40")
# Ids and dates hold as many digits as a phone; they come first, so that they stay.
_DIGITS = re.compile(
    r"(?P<plain>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|(?<!\d)\d{4}-\d\d-\d\d(?!\d))"
    r"|(?<![^\W_])\+?\(?\d(?:[^\w,;:]{0,3}\d){6,}(?![^\W_])"
)
# They show as nothing and count as letters or marks: fillers, joiners, variation selectors.
_UNSEEN = frozenset(
    map(
        chr,
        (
            *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *range(0x180B, 0x1810),
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
        ),
    )
)


class _Secrets:
    """The secrets of this process, in pieces, so that how many there are costs nothing."""

    def __init__(self) -> None:
        self.short: set[str] = set()
        self.pieces: set[str] = set()
        self.crumbs: set[str] = set()

    def add(self, secret: str) -> None:
        for form in {secret, quote(secret, safe="")}:
            if len(form) >= _PIECE:
                starts = range(len(form) - _PIECE + 1)
                self.pieces.update(form[start : start + _PIECE] for start in starts)
                starts = range(len(form) - _CRUMB + 1)
                self.crumbs.update(form[start : start + _CRUMB] for start in starts)
            elif len(form) >= _SHORTEST_SECRET:
                self.short.add(form)

    def may_be_in(self, text: str) -> bool:
        """Tell whether a text is worth a closer look, in a fraction of the time that it takes.

        Wherever a piece stands, one of its crumbs begins at a multiple of the step.
        """
        step = _PIECE - _CRUMB + 1
        crumbs = (text[start : start + _CRUMB] for start in range(0, len(text), step))
        return not self.crumbs.isdisjoint(crumbs) or any(one in text for one in self.short)


_secrets = _Secrets()


def keep_secret(value: str) -> None:
    """Never show this value from now on, nor a longer part of it.

    Args:
        value: key, password or token of this process. One of less than four characters is not
            kept secret: it would hide parts of ordinary words.
    """
    _secrets.add(value.strip())


def shown(
    value: object, *, limit: int = 200, numbers: bool = False, hide: Iterable[str] = ()
) -> str:
    """Return foreign text as it may stand in a log or an error.

    Characters that are not seen or that move others are escaped. E-mails, phones and our secrets
    are masked. The text is cut before any work is done: a megabyte costs what a line costs.

    Args:
        value: a text; of a number or a truth value its text. Of a list or an object only its kind
            is said: a whole record belongs into no log.
        limit: the most characters that are shown; three dots follow where there were more.
        numbers: True leaves long numbers as they are, for skus and the like.
        hide: further texts to mask, such as the values of the record that was refused.
    """
    text = _text_of(value, limit)
    window = text[: limit + _LOOK_AHEAD]
    parts = []
    at = 0
    for start, end, mark in sorted(_spans(window, numbers=numbers, hide=hide)):
        if start >= limit:
            break
        if start >= at:
            parts += [_escaped(window[at:start]), mark]
        at = max(at, end)
    parts.append(_escaped(window[at:limit]))
    line = "".join(parts)
    return line if len(text) <= max(at, limit) and len(line) <= limit else line[:limit] + "..."


def without_secrets(text: str) -> str:
    """Return a whole text with our secrets masked and nothing else: for a file of its owner."""
    if not _secrets.may_be_in(text):
        return text
    parts = []
    at = 0
    for start, end, mark in sorted(_secret_spans(text)):
        if start >= at:
            parts += [text[at:start], mark]
        at = max(at, end)
    return "".join((*parts, text[at:])) if parts else text


def quoted(
    value: object, *, limit: int = 200, numbers: bool = False, hide: Iterable[str] = ()
) -> str:
    """Return foreign text as `shown` does, between quotes, so that its ends are seen."""
    line = shown(value, limit=limit, numbers=numbers, hide=hide)
    return '"' + line.replace('"', '\\"') + '"'


def _text_of(value: object, limit: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple | set):
        return "a list"
    if isinstance(value, bool | None):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        # Python refuses to write thousands of digits, and that is what nobody wants to read.
        bits = limit * 3
        return str(value) if value.bit_length() <= bits else "a number of very many digits"
    return str(value) if isinstance(value, float | Decimal) else f"a {type(value).__name__}"


def _spans(window: str, *, numbers: bool, hide: Iterable[str]) -> Iterator[_Span]:
    yield from _secret_spans(window)
    for found in _WORD.finditer(window):
        if _AT.search(found[0]):
            yield found.start(), found.end(), E_MAIL
    if not numbers:
        for found in _DIGITS.finditer(window):
            if found["plain"] is None:
                yield found.start(), found.end(), NUMBER
    for text in hide:
        if len(text) >= _SHORTEST_HIDDEN:
            yield from _occurrences(window, text, HIDDEN)


def _secret_spans(window: str) -> Iterator[_Span]:
    for secret in tuple(_secrets.short):
        yield from _occurrences(window, secret, SECRET)
    first = last = -1
    for start in range(len(window) - _PIECE + 1):
        if window[start : start + _PIECE] in _secrets.pieces:
            if start > last:
                if last > 0:
                    yield first, last, SECRET
                first = start
            last = start + _PIECE
    if last > 0:
        yield first, last, SECRET


def _occurrences(window: str, text: str, mark: str) -> Iterator[_Span]:
    start = window.find(text)
    while start >= 0:
        yield start, start + len(text), mark
        start = window.find(text, start + len(text))


def _escaped(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() and char not in _UNSEEN
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
