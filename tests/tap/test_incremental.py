"""Incremental runs: where they start, and what they remember."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.times import canonical, earlier, now
from tap_wix.tap import TapWix
from tests.conftest import config
from tests.tap.running import Collector, catalog, parsed, read, state_of

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

# HTTP tells the time in whole seconds, and an answer takes a while to arrive.
CLOCK_STEP = 1
OLD, MIDDLE, NEW = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00.5Z", "2026-03-01T00:00:00.123Z"


@pytest.fixture
def wix(wix_contacts_only: FakeWix) -> FakeWix:
    """Three contacts, a month apart."""
    for moment in (OLD, MIDDLE, NEW):
        wix_contacts_only.site.contacts.add({"name": {"first": "A"}}, created=OLD, updated=moment)
    return wix_contacts_only


def contacts_of(wix: FakeWix, bookmark: str | None = None, **more: Any) -> list[str]:
    state = {"bookmarks": {"contacts": {}}} if bookmark is None else state_at(bookmark)
    run = read(config(wix, **more), state=state, streams=["contacts"])
    return [row["updatedDate"] for row in run.rows("contacts")]


def state_at(bookmark: str, **more: str) -> dict[str, Any]:
    values = {"replication_key": "updatedDate", "replication_key_value": bookmark}
    return {"bookmarks": {"contacts": {**values, **more}}}


def test_without_a_bookmark_everything_is_read(wix: FakeWix) -> None:
    assert sorted(contacts_of(wix)) == [canonical(moment) for moment in (OLD, MIDDLE, NEW)]


def test_a_start_date_leaves_out_what_is_older_without_a_look_back(wix: FakeWix) -> None:
    assert sorted(contacts_of(wix, start_date=MIDDLE)) == [canonical(MIDDLE), canonical(NEW)]
    assert contacts_of(wix, start_date="2026-02-01T00:05:00Z") == [canonical(NEW)]


def test_a_bookmark_counts_more_than_an_older_start_date_and_less_than_a_newer_one(
    wix: FakeWix,
) -> None:
    assert contacts_of(wix, NEW, start_date=OLD) == [canonical(NEW)]
    assert contacts_of(wix, OLD, start_date=NEW) == [canonical(NEW)]


def test_the_look_back_reads_older_rows_again(wix: FakeWix) -> None:
    assert contacts_of(wix, "2026-03-01T00:09:00Z") == [canonical(NEW)]
    assert contacts_of(wix, "2026-03-01T00:11:00Z") == []
    assert contacts_of(wix, "2026-03-01T00:11:00Z", lookback_minutes=11) == [canonical(NEW)]


def test_the_look_back_does_not_pull_the_bookmark_back(wix: FakeWix) -> None:
    bookmark = canonical("2026-03-01T00:05:00Z")
    run = read(config(wix), state=state_at(bookmark), streams=["contacts"])
    assert len(run.rows("contacts")) == 1
    assert run.bookmark("contacts") == bookmark


def test_a_bookmark_of_another_spelling_is_the_same_moment(wix: FakeWix) -> None:
    assert contacts_of(wix, "2026-03-01T02:00:00.123+02:00", lookback_minutes=0) == [canonical(NEW)]


def test_the_bookmark_does_not_pass_the_start_of_the_run(wix: FakeWix) -> None:
    ahead = earlier(now(), minutes=-60)
    wix.site.contacts.add({"name": {"first": "B"}}, created=OLD, updated=ahead)
    before = earlier(now(), minutes=CLOCK_STEP)
    run = read(config(wix), streams=["contacts"])
    assert ahead in [row["updatedDate"] for row in run.rows("contacts")]
    assert before <= (run.bookmark("contacts") or "") <= now()


@pytest.mark.parametrize("hours_ahead", [3, -3])
def test_the_bookmark_passes_neither_our_clock_nor_wixs_whatever_the_look_back(
    wix: FakeWix, hours_ahead: int
) -> None:
    wix.site.clock.freeze(earlier(now(), minutes=60 * hours_ahead))
    wix.site.contacts.add({"name": {"first": "B"}}, created=OLD, updated="2027-01-01T00:00:00Z")
    start = min(canonical(wix.site.now()), now())
    run = read(config(wix, lookback_minutes=0), streams=["contacts"])
    assert len(run.rows("contacts")) == 4
    assert earlier(start, minutes=CLOCK_STEP) <= (run.bookmark("contacts") or "")
    assert (run.bookmark("contacts") or "") <= min(canonical(wix.site.now()), now())


def test_what_changed_while_our_clock_was_ahead_is_read_by_the_next_run(wix: FakeWix) -> None:
    wix.site.clock.freeze(earlier(now(), minutes=300))
    wix.site.contacts.add(
        {"name": {"first": "B"}}, created=OLD, updated=earlier(now(), minutes=-10_000)
    )  # without a limit it would take the bookmark along
    first = read(config(wix, lookback_minutes=0), streams=["contacts"])
    wix.site.clock.advance(60)
    later = wix.site.contacts.add({"name": {"first": "C"}})
    second = read(config(wix, lookback_minutes=0), state=first.state, streams=["contacts"])
    assert later["id"] in second.ids("contacts")


@pytest.mark.parametrize(
    "date",
    ["2999-01-01T00:00:00Z", earlier(now(), minutes=-120)],
    ids=["far", "in two hours"],  # every worker has to collect the same names
)
def test_a_state_from_the_future_is_refused_and_kept(wix: FakeWix, date: str) -> None:
    run = read(config(wix), state=state_at(date), streams=["contacts"])
    [message] = run.failures
    assert "Not read: contacts: the state lies in the future" in message
    assert canonical(date) in message
    assert run.rows("contacts") == []
    assert run.bookmark("contacts") == date


def test_a_start_date_in_the_future_is_refused(wix: FakeWix) -> None:
    run = read(config(wix, start_date="2999-01-01"), streams=["contacts"])
    [message] = run.failures
    assert "start_date lies in the future" in message
    assert run.bookmark("contacts") is None


def test_a_state_that_is_new_by_wixs_clock_is_good_though_our_clock_is_behind(wix: FakeWix) -> None:
    wix.site.clock.freeze(earlier(now(), minutes=-48 * 60))
    state = canonical(wix.site.now())
    late = wix.site.contacts.add({"name": {"first": "B"}})
    run = read(config(wix), state=state_at(state), streams=["contacts"])
    assert not run.failures
    assert run.ids("contacts") == [late["id"]]
    assert run.bookmark("contacts") == state


def test_an_empty_run_keeps_the_bookmark(wix: FakeWix) -> None:
    bookmark = "2026-11-01T00:00:00.000000000Z"
    run = read(config(wix), state=state_at(bookmark), streams=["contacts"])
    assert run.rows("contacts") == []
    assert run.bookmark("contacts") == bookmark


def test_a_state_of_another_site_is_kept_and_not_applied_to_this_one(wix: FakeWix) -> None:
    state = state_at("2026-11-01T00:00:00Z", siteId="00000000-0000-4000-8000-000000000000")
    run = read(config(wix), state=state, streams=["contacts"])
    assert len(run.rows("contacts")) == 3
    ours, theirs = run.state["bookmarks"]["contacts"]["partitions"][::-1]
    assert ours["context"] == {"siteId": wix.site.site_id}
    assert ours["replication_key_value"] == canonical(NEW)
    assert theirs["replication_key_value"] == "2026-11-01T00:00:00Z"


def test_a_stream_forced_to_full_table_is_read_whole_and_keeps_no_bookmark(wix: FakeWix) -> None:
    chosen = catalog(streams=["contacts"])
    [entry] = [entry for entry in chosen["streams"] if entry["tap_stream_id"] == "contacts"]
    entry["replication_method"] = "FULL_TABLE"
    writer = Collector()
    tap = TapWix(config=config(wix), catalog=chosen, state=state_at(NEW), message_writer=writer)
    tap.sync_all()
    rows = [message for message in parsed(writer.lines) if message["type"] == "RECORD"]
    assert len(rows) == 3
    assert state_of(tap.state, "contacts")["replication_key_value"] == NEW


def test_a_failed_stream_keeps_the_bookmark_it_had(wix: FakeWix) -> None:
    wix.site.scopes = set()
    run = read(config(wix), state=state_at(OLD), streams=["contacts"])
    assert run.failures
    assert run.bookmark("contacts") == OLD
