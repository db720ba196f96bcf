"""Slugs of our own, for records that bring none."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_ODD = re.compile(r"[^a-z0-9]+")
_LONGEST = 80


def own_slug(name: str, seed: str) -> str:
    """Return a slug made of a product's name and of what tells its record from others.

    The same record gets the same slug in every run, so that a product whose creation was not
    acknowledged is found again.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _ODD.sub("-", plain).strip("-")[:_LONGEST].strip("-")
    stamp = hashlib.sha256(f"{name}\n{seed}".encode(errors="surrogatepass")).hexdigest()[:10]
    return f"{words}-{stamp}" if words else f"product-{stamp}"
