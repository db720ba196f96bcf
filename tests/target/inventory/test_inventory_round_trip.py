"""Whole shops: what the tap gave out comes back without a write, as it is and through tables."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tap_wix.tap import TapWix
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import Collector, catalog
from tests.target.inventory.harness import StockShop, flattened

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


def _warehouse(row: Json) -> Json:
    """Objects as JSON text, all columns there, in the spelling of a database."""
    columns = dict.fromkeys(("id", "revision", "quantity", "instock", "preorderinfo", "product"))
    return {
        **columns,
        **{
            name.lower(): json.dumps(value) if isinstance(value, dict) else value
            for name, value in row.items()
        },
    }


def _sheet(row: Json) -> Json:
    """All cells text, numbers with decimals, nothing as an empty text."""
    cells = {name: value for name, value in flattened(row).items() if value is not None}
    return {
        name: ("TRUE" if value else "FALSE")
        if isinstance(value, bool)
        else f"{value}.0"
        if isinstance(value, int)
        else str(value)
        for name, value in cells.items()
    } | {"unused": ""}


SHAPES: dict[str, Callable[[Json], Json]] = {
    "as it is": lambda row: row,
    "warehouse": _warehouse,
    "flattened": flattened,
    "sheet": _sheet,
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("version", [V1, V3])
def test_a_shop_onto_itself_writes_nothing(version: str, shape: str) -> None:
    with FakeWix(Site(version)) as wix:
        shop = StockShop(wix)
        nasty(shop.site, 1, contacts=0, products=60)
        rows = [SHAPES[shape](row) for row in shop.rows()]
        run = shop.run(*rows)
        assert (run.code, run.codes, run.dropped) == (0, {}, {})
        assert run.counts == {"unchanged": len(rows)}
        assert (run.writes, len(rows) > 60) == ([], True)


@pytest.mark.parametrize("version", [V1, V3])
@pytest.mark.parametrize("flat", [True, False])
def test_the_tap_piped_into_the_target_writes_nothing(version: str, *, flat: bool) -> None:
    with FakeWix(Site(version)) as wix:
        shop = StockShop(wix)
        nasty(shop.site, 5, contacts=0, products=40)
        flattening = {"flattening_enabled": flat, "flattening_max_depth": 3}
        writer = Collector()
        TapWix(
            config={**shop.site.settings(wix.url), **flattening},
            catalog=catalog(streams=["inventory_items"]),
            message_writer=writer,
        ).sync_all()
        run = shop.run_lines([line.decode().strip() for line in writer.lines])
        assert (run.code, run.codes, run.dropped, run.writes) == (0, {}, {}, [])
        assert (list(run.counts), run.counts["unchanged"] > 100) == (["unchanged"], True)


@pytest.mark.parametrize("version", [V1, V3])
def test_one_cell_that_changed_is_one_change(version: str) -> None:
    with FakeWix(Site(version)) as wix:
        shop = StockShop(wix)
        nasty(shop.site, 3, contacts=0, products=30)
        rows = [_sheet(row) for row in shop.rows()]
        place = next(n for n, row in enumerate(rows) if row.get("trackquantity") == "TRUE")
        rows[place]["quantity"] = "4321.00"
        run = shop.run(*rows)
        assert run.counts == {"updated": 1, "unchanged": len(rows) - 1}
        assert len(run.writes) == 1
        assert 4321 in shop.stock_numbers


_ROWS = st.lists(
    st.fixed_dictionaries(
        {"sku": st.sampled_from(["A", "B", "S", "M", "N"])},
        optional={
            "quantity": st.one_of(
                st.integers(-3, 9), st.sampled_from(["", "7.0", "-1", "N/A", Decimal("3.0"), None])
            ),
            "in_stock": st.sampled_from([True, False, "yes", "", None]),
            "trackQuantity": st.sampled_from([True, False, None]),
            "preorderInfo": st.sampled_from(
                [None, {}, {"enabled": True}, {"enabled": False, "message": "In May"}]
            ),
        },
    ),
    max_size=8,
)


@pytest.mark.parametrize("version", [V1, V3])
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(rows=_ROWS, track=st.booleans())
def test_what_is_applied_twice_is_written_once(version: str, rows: list[Json], track: bool) -> None:  # noqa: FBT001
    with FakeWix(Site(version)) as wix:
        shop = StockShop(wix)
        shop.add("A", 5)
        shop.add("B", stock=True)
        shop.add_sized(S=5, M=-2)
        shop.add("N", None)
        first = shop.run(*rows, track_quantity=track)
        before = shop.stock
        assert (first.code, sum(first.counts.values())) == (0, len(rows))
        second = shop.run(*rows, track_quantity=track)
        assert (second.code, second.writes, shop.stock) == (0, [], before)
        assert all(one is True or one is False or one >= -2 for one in before.values())
