"""Addresses of pictures: those that can be fetched, written as Wix takes them."""

from __future__ import annotations

import re
from urllib.parse import quote

from target_wix.pipeline import coerce
from target_wix.runtime.outcomes import Rejection

_NO_HOST = re.compile(r"[/?#:@.]|$")
_NOT_IN_ADDRESSES = re.compile(r"[;,|]\s|\s[/;,|]|[\"<>\\^`{}]|[^\S ]|[\x00-\x1f\x7f]")
"""A separator beside a blank, and what no address has: a second address without its beginning."""

_AS_WRITTEN = "%!#$&'()*+,/:;=?@[]~|"


def checked_address(address: str, path: str) -> str:
    """Return an address that can be fetched; one without a scheme, as Shopify has it, gets one.

    Blanks and letters beyond ASCII are written as in a browser's request: Wix takes no others.
    """
    if address.startswith("//"):
        address = f"https:{address}"
    scheme, _, rest = address.partition("://")
    if scheme.casefold() not in {"https", "http"} or _NO_HOST.match(rest):
        raise Rejection(coerce.BAD_VALUE, f"{path} must be an address with https://.", path)
    if _NOT_IN_ADDRESSES.search(rest):
        reason = f"{path} must be one address, or several that all begin with https://."
        raise Rejection(coerce.BAD_VALUE, reason, path)
    return f"{scheme.casefold()}://{quote(rest, safe=_AS_WRITTEN)}"
