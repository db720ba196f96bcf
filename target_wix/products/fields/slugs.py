"""Slugs of our own, for records that bring none."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from target_wix.products.patch import ProductPatch

_ODD = re.compile(r"[^a-z0-9]+")
_LONGEST = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


def generated_slug(name: str, seed: str) -> str:
    """Return a slug made of a product's name and of what tells its record from others.

    The same record gets the same slug in every run, so that a product whose creation was not
    acknowledged is found again.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _ODD.sub("-", plain).strip("-")[:_LONGEST].strip("-")
    stamp = hashlib.sha256(f"{name}\n{seed}".encode(errors="surrogatepass")).hexdigest()[:10]
    return f"{words}-{stamp}" if words else f"product-{stamp}"


def fallback_slug(patch: ProductPatch, *, handles: bool, by_sku: bool) -> str:
    """Return the slug that is looked for, and given to a new product, if the record brings none.

    Args:
        patch: of the record.
        handles: whether the shop's catalog has handles. Where it has none, as on V1, a handle
            stands for a slug; but there a slug of one's own costs a second request for a new
            product (wix-api stores-v1 2.3), and a record with a sku is found by that.
        by_sku: whether records are matched by sku.
    """
    if patch.slug:
        return ""
    name = patch.fields.get("name")
    if not handles:
        if by_sku and patch.skus:
            return ""
        if patch.handle:
            fits = _SLUG.fullmatch(patch.handle) and len(patch.handle) <= _LONGEST
            return patch.handle if fits else generated_slug(patch.handle, patch.handle)
    elif patch.handle:
        return ""
    return generated_slug(str(name), patch.seed) if name and (patch.id or patch.skus) else ""
