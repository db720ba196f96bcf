"""Reading overlaps: what belongs to a page is asked for while the next page comes."""

from __future__ import annotations

import re
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

from tap_wix.api.transport import WixTransport
from tests.conftest import config
from tests.fake_wix import faults
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import read
from tests.tap.shops import put_products

if TYPE_CHECKING:
    import pytest

    from tests.fake_wix import FakeWix

LONG = 20.0
"""Seconds that nothing waits for unless requests wait for each other."""

Turn = tuple[str, int]
"""A call by its path and by the how manyth of its kind it is."""


class Waiting:
    """Lets one call wait until another one is made; `came` tells whether it was."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, waiting: Turn, until: Turn) -> None:
        self.came: list[bool] = []
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        made = threading.Event()
        call = WixTransport.call

        def called(transport: WixTransport, method: str, path: str, *args: Any, **more: Any) -> Any:
            with self._lock:
                found = [one for one in (waiting, until) if self._is(path, one)]
            if until in found:
                made.set()
            elif waiting in found:
                self.came.append(made.wait(LONG))
            return call(transport, method, path, *args, **more)

        monkeypatch.setattr(WixTransport, "call", called)

    def _is(self, path: str, one: Turn) -> bool:
        wanted, turn = one
        if not re.search(wanted, path):
            return False
        name = f"{wanted} {turn}"
        self._counts[name] += 1
        return self._counts[name] == turn


def test_variants_of_a_page_are_read_while_the_next_page_of_products_comes(
    wix_v3: FakeWix, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_products(wix_v3.site, 350)
    products = "^/stores/v3/products/query$"
    waiting = Waiting(monkeypatch, ("query-variants$", 2), until=(products, 3))
    run = read(config(wix_v3), streams=["products", "product_variants"])
    assert waiting.came == [True]
    assert not run.failures
    dates = [row["updatedDate"] for row in run.rows("products")]
    assert len(dates) == len(run.rows("product_variants")) == 350
    assert dates == sorted(dates)


def test_payments_of_a_page_are_read_while_the_next_page_of_orders_comes(
    wix_contacts_only: FakeWix, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = wix_contacts_only.site
    nasty(site, 4, contacts=0, products=0, orders=430)
    waiting = Waiting(monkeypatch, ("payments/list-by-ids$", 2), until=("orders/search$", 3))
    run = read(config(wix_contacts_only), streams=["orders", "order_payments"])
    assert waiting.came == [True]
    assert not run.failures
    owners = {row["orderId"] for row in run.rows("order_payments")}
    assert owners <= {row["id"] for row in run.rows("orders")}
    assert len(owners) > 100


def test_products_that_are_read_one_by_one_are_asked_for_at_the_same_time(
    wix_v3: FakeWix, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = put_products(wix_v3.site, 12)

    def behind(answer: Any) -> Any:
        for variant in answer["variants"]:
            variant["productData"]["revision"] = "0"
        return answer

    # The index of variants is behind: each product is asked for by itself.
    wix_v3.site.faults.add(faults.rewritten("query-variants$", rewrite=behind, times=None))
    one = "^/stores/v3/products/[0-9a-f-]{36}$"
    waiting = Waiting(monkeypatch, (one, 2), until=(one, 4))
    run = read(config(wix_v3), streams=["products"])
    assert waiting.came == [True]
    assert sorted(run.ids("products")) == sorted(ids)


def test_state_never_runs_ahead_of_rows_whose_variants_are_not_read_yet(wix_v3: FakeWix) -> None:
    put_products(wix_v3.site, 350)
    wix_v3.site.faults.add(
        faults.refusal("query-variants$", status=400, after=2, times=None, body={"message": "no"})
    )
    run = read(config(wix_v3), streams=["products"])
    assert run.failures
    last = run.rows("products")[-1]["updatedDate"]
    assert len(run.rows("products")) < 250
    assert (run.bookmark("products") or "") <= last
