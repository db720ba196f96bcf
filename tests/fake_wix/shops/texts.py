"""Legal texts that break careless programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

AWKWARD = (
    "Å",  # a letter for which Unicode has several spellings
    "e\u0301\u0328",  # combining marks
    "ﬁ ß \u0131 İ ǅ",  # letters that change when their case does
    "日本語 中文 한국어",
    "עברית \u202eright to left\u202c العربية",
    "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽",  # emoji of several code points
    "\U0001d4b3 𠮷",  # outside the basic plane
    "\u00a0\u2003\u200b\ufeff",  # spaces that are none
    "tab\tnewline\r\nline\u2028paragraph\u2029",
    "<p>HTML &amp; <b>tags</b> <script>alert(1)</script></p>",
    "'single' \"double\" `back` \\back\\slash\\",
    '{"json": [1, null]} %s {0} ${x} {{y}}',
    "'; DROP TABLE products; --",
    "NULL null None NaN true 0 1e5",
    "=1+1 +1 -1 @x",  # a formula, if a spreadsheet gets it
    "\u0001\u001f\u007f",  # control characters
    "  leading and trailing  ",
    "a;b,c|d",
)


def nasty_text(random: random.Random, longest: int) -> str:
    """A text of at most ``longest`` characters, now and then of exactly that many."""
    text = " ".join(random.choice(AWKWARD) for _ in range(random.choice((1, 1, 2, 4))))
    if random.random() < 0.02:
        text = (text + "x") * longest
    text = text[:longest]
    return text if text.strip() else f"{text}.."[:longest]
