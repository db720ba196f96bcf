"""Rows go out past the SDK's walk where that would change nothing: byte by byte as through it."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.client import WixStream
from tap_wix.tap import TapWix
from tap_wix.writing import WholeLineWriter
from tests.conftest import config
from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.shops.nasty import nasty
from tests.tap.running import ALL_STREAMS, Collector, catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_TIME = re.compile(rb',"time_extracted":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z)"\}$')
_TIMES_OF_THE_RUN = re.compile(rb'"(startedAt|finishedAt|deletedBefore)":"[^"]*"')


@pytest.fixture(scope="module", params=[V1, V3])
def shop(request: pytest.FixtureRequest) -> Iterator[FakeWix]:
    """A shop that has something of everything."""
    site = Site(request.param, seed=9)
    nasty(site, 9, contacts=30, products=30, orders=30, members=20, deleted=20, business=True)
    wix = FakeWix(site)
    wix.site_list.account_keys.add(site.api_key)
    with wix:
        yield wix


class _Spy:
    """Counts the rows that went past the SDK, or lets none of them do so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, past: bool) -> None:
        self.rows = 0
        write = WholeLineWriter.write_record

        def counted(writer: WholeLineWriter, *args: Any) -> None:
            self.rows += 1
            write(writer, *args)

        monkeypatch.setattr(WholeLineWriter, "write_record", counted)
        if not past:
            monkeypatch.setattr(WixStream, "_conforms", lambda _stream, _row: False)


def lines(
    settings: Mapping[str, Any], streams: Iterable[str] = ALL_STREAMS, without: Any = ()
) -> dict[str, list[bytes]]:
    """The RECORD lines of each stream, less the moment at which they were made."""
    writer = Collector()
    chosen = catalog(streams=streams, without=without)
    tap = TapWix(config=dict(settings), catalog=chosen, message_writer=writer)
    tap.sync_all()
    found = defaultdict(list)
    for line in writer.lines:
        if line.startswith(b'{"type":"RECORD"'):
            row, count = _TIME.subn(b"}", line.rstrip(b"\n"))
            assert count == 1, line
            stream = json.loads(line)["stream"]
            found[stream].append(_TIMES_OF_THE_RUN.sub(b"", row))
    found["sweeps"].sort()  # in the order in which streams happen to end
    return found


def counts(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the SDK's metric of rows says of each stream."""
    said = [record.getMessage() for record in caplog.records if record.name.endswith("metrics")]
    caplog.clear()
    return sorted(text for text in said if "record_count" in text)


def test_both_ways_write_the_same_bytes_of_every_stream_and_count_the_same(
    shop: FakeWix, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    settings = {**config(shop), "account_id": shop.site.account_id}
    with monkeypatch.context() as patch:
        spy = _Spy(patch, past=True)
        past = lines(settings)
        assert spy.rows == sum(map(len, past.values()))
    counted = counts(caplog)
    with monkeypatch.context() as patch:
        spy = _Spy(patch, past=False)
        through = lines(settings)
        assert spy.rows == 0
    for stream in ALL_STREAMS:
        assert past[stream] == through[stream], stream
    assert counted == counts(caplog)
    assert len(counted) == len(ALL_STREAMS)


def test_what_is_no_truth_value_is_made_one_as_the_sdk_does(
    wix_v3: FakeWix, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = [1, 0, "", "no", [], {"is": True}, 12.5, None, True, False]
    nasty(wix_v3.site, 3, contacts=0, products=0, members=len(odd))

    def rewrite(answer: Any) -> Any:
        for member, value in zip(answer["members"], odd, strict=True):
            member["loginEmailVerified"] = value
        return answer

    wix_v3.site.faults.add(faults.rewritten("^/members", rewrite=rewrite, times=None))
    with monkeypatch.context() as patch:
        spy = _Spy(patch, past=True)
        past = lines(config(wix_v3), ["members"])
        assert spy.rows == 3  # true, false and null
    with monkeypatch.context() as patch:
        _Spy(patch, past=False)
        assert lines(config(wix_v3), ["members"]) == past
    assert len(past["members"]) == len(odd)


@pytest.mark.parametrize(
    ("more", "without"),
    [
        ({"stream_maps": {"contacts": {"info": "__NULL__"}}}, []),
        ({"stream_maps": {"contacts": {"__filter__": "True"}}}, []),
        ({"flattening_enabled": True, "flattening_max_depth": 1}, []),
        ({}, [("contacts", "info", "emails")]),
        ({}, [("contacts", "source")]),
    ],
)
def test_whatever_changes_rows_sends_them_through_the_sdk(
    wix_contacts_only: FakeWix, monkeypatch: pytest.MonkeyPatch, more: Any, without: Any
) -> None:
    wix_contacts_only.site.contacts.add({"name": {"first": "Ada"}})
    spy = _Spy(monkeypatch, past=True)
    found = lines(config(wix_contacts_only, **more), ["contacts"], without)
    assert (spy.rows, len(found["contacts"])) == (0, 1)


def test_a_column_that_the_catalog_does_not_have_is_not_written(
    wix_contacts_only: FakeWix, monkeypatch: pytest.MonkeyPatch
) -> None:
    wix_contacts_only.site.contacts.add({"name": {"first": "Ada"}})
    chosen = catalog(streams=["contacts"])
    [entry] = [one for one in chosen["streams"] if one["tap_stream_id"] == "contacts"]
    del entry["schema"]["properties"]["source"]
    writer = Collector()
    spy = _Spy(monkeypatch, past=True)
    TapWix(config=config(wix_contacts_only), catalog=chosen, message_writer=writer).sync_all()
    [row] = [json.loads(line)["record"] for line in writer.lines if b'"RECORD"' in line]
    assert "source" not in row
    assert spy.rows == 0
