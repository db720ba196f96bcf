"""A shop of the imitation of Wix, in a process of its own, to write into.

    python -m benchmarks.shop V1|V3 1000

It prints its address and its settings as JSON, and ends with its standard input.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.demo import PRODUCTS
from tests.tap.shops import put_product

if TYPE_CHECKING:
    from collections.abc import Iterator


def people(count: int) -> Iterator[dict[str, Any]]:
    """Contacts as a shop has them."""
    for number in range(count):
        yield {
            "name": {"first": f"Ada {number}", "last": "Byron"},
            "emails": {"items": [{"email": f"ada{number}@shop.example", "tag": "MAIN"}]},
            "phones": {"items": [{"phone": f"+49 30 {1_000_000 + number}", "tag": "MOBILE"}]},
            "company": "Analytical Engines",
        }


def main() -> None:
    """Serve it."""
    version, count = {"V1": V1, "V3": V3}[sys.argv[1]], int(sys.argv[2])
    site = Site(version)
    PRODUCTS[version](site)
    for number in range(count):
        put_product(site, f"Cup {number}", sizes=1 + number % 3)
    for info in people(count):
        site.contacts.add(info)
    with FakeWix(site) as wix:
        print(json.dumps([wix.url, json.dumps(site.settings(wix.url))]), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
