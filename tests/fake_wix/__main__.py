"""``python -m tests.fake_wix``: a fake Wix to try the tap and the target on by hand."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from tests.fake_wix import NOT_INSTALLED, V1, V3, FakeWix, Site
from tests.fake_wix.shops.demo import demo
from tests.fake_wix.shops.nasty import nasty

CATALOGS = {"v1": V1, "v3": V3, "none": NOT_INSTALLED}


def main() -> int:
    """Serve a shop until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.fake_wix", description=__doc__)
    parser.add_argument("--catalog", choices=sorted(CATALOGS), default="v3")
    parser.add_argument("--port", type=int, default=0, help="a free one by default")
    parser.add_argument("--shop", choices=("demo", "nasty", "empty"), default="demo")
    parser.add_argument("--products", type=int, default=200, help="of a nasty shop")
    parser.add_argument("--contacts", type=int, default=200, help="of a nasty shop")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same shop")
    parser.add_argument("--rate-limit", action="store_true", help="200 requests a minute, as Wix")
    chosen = parser.parse_args()

    site = Site(CATALOGS[chosen.catalog], seed=chosen.seed)
    if chosen.shop == "demo":
        demo(site)
    elif chosen.shop == "nasty":
        nasty(
            site,
            chosen.seed,
            products=chosen.products,
            contacts=chosen.contacts,
            orders=chosen.contacts,
            members=chosen.contacts // 2,
            deleted=chosen.contacts // 10,
            business=True,
        )
    site.throttle.enabled = chosen.rate_limit

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with FakeWix(site, port=chosen.port) as wix:
        names = {"API_KEY": site.api_key, "SITE_ID": site.site_id, "API_URL": wix.url}
        print(f"url      {wix.url}")  # noqa: T201 - this is what the command is for
        print(f"site id  {site.site_id}")  # noqa: T201
        print(f"api key  {site.api_key}")  # noqa: T201
        for plugin in ("TAP", "TARGET"):
            print()  # noqa: T201
            for name, value in names.items():
                print(f"export {plugin}_WIX_{name}={value}")  # noqa: T201
        print("\nThen for example: tap-wix --config=ENV. Ctrl-C stops.")  # noqa: T201
        sys.stdout.flush()
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
