"""Slugs of new products: V1 makes them of names and tells nobody that one was taken."""

from __future__ import annotations

import re

LONGEST_NAME = 80

_WORD = re.compile(r"[\W_]+")
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


def is_plain_slug(slug: str) -> bool:
    """Whether V1 surely makes this slug of itself as a name."""
    return len(slug) <= LONGEST_NAME and _PLAIN.fullmatch(slug) is not None


def slug_fits(slug: str, name: str) -> bool:
    """Whether V1 can be expected to make this slug of this name.

    It puts a number from -1 on behind what is taken (wix-api stores-v1 2.3). How it treats letters
    beyond a-z is not known, so that nothing is expected of them.
    """
    if not name.isascii() or not slug.isascii():
        return False
    guess = _WORD.sub("-", name.lower()).strip("-")
    return re.fullmatch(re.escape(guess) + r"(-\d+)?", slug) is not None
