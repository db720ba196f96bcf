"""How a refused record is called, so that its owner finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_wix.pipeline.coerce import as_date
from target_wix.runtime.outcomes import Rejection
from tests.target.products.harness import Shop

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"id": None, "sku": "CUP-1", "handle": "cup"}, "CUP-1"),
        ({"id": 17, "sku": "CUP-1"}, "17"),
        ({"sku": " ", "handle": "cup"}, "cup"),
        ({"sku": "ann@b.example"}, "line 2"),
    ],
)
def test_a_refused_row_is_called_by_the_key_it_has(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture, keys: dict[str, Any], name: str
) -> None:
    run = Shop(wix_v3.site, wix_v3.url).run({**keys, "name": "Cup", "price": "dear"})
    assert run.codes == {"BAD_VALUE": 1}
    assert f"products {name} rejected" in caplog.text


@pytest.mark.parametrize("text", ["1990-02-30", "03/02/1990", "yesterday"])
def test_what_is_no_birthdate_is_refused_with_how_a_date_looks(text: str) -> None:
    with pytest.raises(Rejection, match=r"a date such as 1990-12-31"):
        as_date(text, "info.birthdate")
