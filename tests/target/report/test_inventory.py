"""What the report says of stock, on both catalogs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.target.inventory.harness import StockShop
from tests.target.report.reading import report_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fake_wix import FakeWix


@pytest.mark.parametrize("dry_run", [True, False])
def test_each_quantity_before_and_after(wix: FakeWix, tmp_path: Path, *, dry_run: bool) -> None:
    shop = StockShop(wix)
    shop.add("A", stock=5)
    shop.add("B", stock=True)
    shop.add("C", stock=1)
    rows: list[dict[str, Any]] = [
        {"sku": "A", "productName": "Cup", "quantity": 7},
        {"sku": "B", "in_stock": "no"},
        {"sku": "C", "quantity": 1},
        {"sku": "X", "quantity": 1},
    ]
    shop.run(*rows, dry_run=dry_run, report_dir=str(tmp_path))
    found = [
        (
            line["name"],
            line["outcome"],
            [(one["of"], one["before"], one["after"]) for one in line["changes"]],
        )
        for line in report_in(tmp_path).records
    ]
    assert found == [
        ("X", "rejected", []),
        ("Cup", "updated", [("A", 5, 7)]),
        ("B", "updated", [("B", "in stock", "out of stock")]),
    ]
