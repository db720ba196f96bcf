"""Bookmarks: never backwards, never past the start of the run, whatever way Wix writes a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tap_wix.api.times import canonical, earlier
from tap_wix.bookmarks import Bookmark, millisecond
from tests.conftest import config
from tests.fake_wix import NOT_INSTALLED, FakeWix, Site
from tests.tap.running import read

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPOCH = datetime(2026, 3, 1, tzinfo=UTC)


@st.composite
def spelled(draw: st.DrawFn, *, zones: bool = True) -> str:
    """A moment within some minutes, in one of the spellings that Wix or a person uses."""
    digits = draw(st.sampled_from([0, 1, 3, 6, 9]))
    second = draw(st.integers(0, 900))
    fraction = draw(st.integers(0, 10**digits - 1)) if digits else 0
    offset = draw(st.sampled_from([0, 0, 120, -210])) if zones else 0
    moment = _EPOCH + timedelta(seconds=second, minutes=offset)
    tail = f".{fraction:0{digits}d}" if digits else ""
    zone = f"{'+' if offset > 0 else '-'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}{tail}{zone if offset else 'Z'}"


def instant(text: str) -> tuple[datetime, int]:
    """The same moment, worked out in another way than the code under test does."""
    body, zone = (text[:-1], "+00:00") if text.endswith("Z") else (text[:-6], text[-6:])
    whole, _, fraction = body.partition(".")
    moment = datetime.fromisoformat(whole + zone).astimezone(UTC)
    return moment, int(fraction.ljust(9, "0") or "0")


@given(st.none() | spelled(), spelled(), st.lists(spelled()))
def test_a_bookmark_is_the_latest_moment_seen_but_not_after_the_start_nor_before_the_state(
    saved: str | None, started: str, seen: Sequence[str]
) -> None:
    bookmark = Bookmark(saved=canonical(saved) if saved else None, run_started=canonical(started))
    before = bookmark.value
    for text in seen:
        bookmark.see(canonical(text))
        assert before is None or (bookmark.value or "") >= before
        assert (bookmark.resume_at or "") <= (bookmark.value or "")
        before = bookmark.value
    expected = [min(max(map(instant, seen)), instant(started))] if seen else []
    expected += [instant(saved)] if saved else []
    assert (instant(bookmark.value) if bookmark.value else None) == max(expected, default=None)


@given(spelled(), spelled())
def test_a_sweep_resumes_no_later_than_any_row_of_the_same_millisecond(one: str, two: str) -> None:
    bookmark = Bookmark(saved=None, run_started=canonical("2030-01-01T00:00:00Z"))
    bookmark.see(canonical(one))
    if millisecond(canonical(two)) == millisecond(canonical(one)):
        assert (bookmark.resume_at or "") <= canonical(two)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(spelled(zones=False), min_size=1, max_size=8), st.sampled_from([0, 3]))
def test_a_second_run_reads_what_the_look_back_covers_and_nothing_else(
    moments: list[str], lookback: int
) -> None:
    with FakeWix(Site(NOT_INSTALLED)) as wix:
        for number, moment in enumerate(moments):
            wix.site.contacts.add(
                {"name": {"first": str(number)}}, created="2026-01-01T00:00:00Z", updated=moment
            )
        first = read(config(wix, lookback_minutes=lookback), streams=["contacts"])
        assert sorted(row["updatedDate"] for row in first.rows("contacts")) == sorted(
            map(canonical, moments)
        )
        latest = max(map(canonical, moments))
        assert first.bookmark("contacts") == latest

        again = read(
            config(wix, lookback_minutes=lookback), state=first.state, streams=["contacts"]
        )
        since = millisecond(earlier(latest, minutes=lookback))
        assert sorted(row["updatedDate"] for row in again.rows("contacts")) == sorted(
            moment for moment in map(canonical, moments) if moment >= since
        )
        assert again.state == first.state
