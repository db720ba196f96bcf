"""Slugs of new products: V1 makes them of names and tells nobody that one was taken."""

from __future__ import annotations

import re

LONGEST_NAME = 80

_WORD = re.compile(r"[\W_]+")


def slug_fits(slug: str, name: str) -> bool:
    """Whether V1 can be expected to make this slug of this name.

    It puts a number from -1 on behind what is taken (wix-api stores-v1 2.3). How it treats letters
    beyond a-z is not known; a wrong guess costs a request, no more.
    """
    guess = _WORD.sub("-", name.lower()).strip("-")
    return re.fullmatch(re.escape(guess) + r"(-\d+)?", slug) is not None
