"""The tap's rows under their names in snake_case: the target takes them for what they are."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from tap_wix.tap import TapWix
from target_wix.target import TargetWix
from tests.conftest import config
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import ALL_STREAMS, Collector, catalog

if TYPE_CHECKING:
    import pytest

    from tests.fake_wix import FakeWix


def test_a_shop_in_snake_case_onto_itself_writes_nothing(
    wix: FakeWix, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    nasty(wix.site, 9, products=20, contacts=30, orders=5, members=5, deleted=3, business=True)
    wix.site_list.account_keys.add(wix.site.api_key)
    settings = config(wix, account_id=wix.site.account_id, column_names="snake_case")
    writer = Collector()
    tap = TapWix(config=settings, catalog=catalog(streams=ALL_STREAMS), message_writer=writer)
    tap.sync_all()
    lines = b"".join(line.rstrip(b"\n") + b"\n" for line in writer.lines).decode()
    assert '"updated_date"' in lines
    target = TargetWix(config=config(wix))
    assert target.run(io.StringIO(lines)) == 0
    for stream, others in (("products", ["skus"]), ("contacts", [])):
        counts = target.outcomes.tally(stream).counts
        rows = sum(lines.count(f'"type":"RECORD","stream":"{one}"') for one in (stream, *others))
        assert rows >= 20
        assert {one.value: n for one, n in counts.items() if n} == {"unchanged": rows}
    assert [(one.method, one.path) for one in wix.site.requests.writes] == []
    assert (
        json.loads(capsys.readouterr().out.splitlines()[-1])
        == json.loads(lines.splitlines()[-1])["value"]
    )
    assert "columns ignored" not in caplog.text
