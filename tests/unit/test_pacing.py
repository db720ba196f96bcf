"""The rate limiter and the policy of a call, on a clock that only sleeping moves."""

from __future__ import annotations

from email.utils import formatdate
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_wix.api.rate_limiter import WINDOW_SECONDS, RateLimiter
from tap_wix.api.retry import RetryPolicy, RetryReason, retry_after_seconds
from tests.unit.clock import Clock


@given(
    limit=st.integers(1, 12),
    idle=st.lists(st.floats(0, 40), min_size=1, max_size=60),
    throttled=st.sets(st.integers(0, 59)),
)
def test_no_window_of_61_seconds_ever_holds_more_than_the_limit(
    limit: int, idle: list[float], throttled: set[int]
) -> None:
    clock = Clock()
    limiter = RateLimiter(limit, clock=clock, sleep=clock.sleep)
    sent = []
    for index, seconds in enumerate(idle):
        clock.now += seconds
        limiter.acquire()
        sent.append(clock.now)
        if index in throttled:
            limiter.slow_down()
    for first in sent:
        assert sum(first <= moment < first + WINDOW_SECONDS for moment in sent) <= limit


def test_below_the_limit_nothing_waits() -> None:
    clock = Clock()
    limiter = RateLimiter(180, clock=clock, sleep=clock.sleep)
    for _ in range(180):
        limiter.acquire()
    assert clock.slept == []


def test_after_a_429_fewer_requests_pass_and_later_as_many_as_before() -> None:
    clock = Clock()
    limiter = RateLimiter(100, clock=clock, sleep=clock.sleep)

    def passing() -> int:
        count = 0
        clock.slept.clear()
        while not clock.slept:
            limiter.acquire()
            count += 1
        clock.now += 1000
        return count - 1

    assert passing() == 100
    limiter.slow_down()
    assert passing() < 100
    assert passing() == 100


def waits(reason: RetryReason, retry_after: float | None = None) -> list[float]:
    clock = Clock()
    policy = RetryPolicy(clock=clock)
    while (wait := policy.next_wait(reason, retry_after)) is not None:
        clock.sleep(wait)
    return clock.slept


def test_a_fault_is_ridden_out_for_more_than_a_minute() -> None:
    assert 60 < sum(waits(RetryReason.FAILING)) < 120


def test_a_429_is_waited_out_for_twenty_minutes() -> None:
    assert 19 * 60 < sum(waits(RetryReason.THROTTLED)) < 21 * 60


def test_retry_after_decides_the_wait() -> None:
    assert set(waits(RetryReason.THROTTLED, 100.0)) == {100.0}


@given(
    reason=st.sampled_from(RetryReason),
    asked=st.none() | st.floats(0, 1e300) | st.sampled_from([0.0, 1e9, 1e300]),
)
def test_retry_after_makes_no_wait_shorter_than_our_own_step_nor_longer_than_the_cap(
    reason: RetryReason, asked: float | None
) -> None:
    plain, told = RetryPolicy(jitter=lambda step: step), RetryPolicy(jitter=lambda step: step)
    for _ in range(8):
        step, wait = plain.next_wait(reason), told.next_wait(reason, asked)
        assert (step is None) == (wait is None)
        if step is not None and wait is not None:
            assert step <= wait <= max(step, 120)


def test_no_number_of_tries_makes_a_step_too_large_to_wait_for() -> None:
    policy = RetryPolicy(clock=lambda: 0.0)
    assert max(policy.next_wait(RetryReason.THROTTLED) or 0 for _ in range(5000)) <= 60


def test_an_empty_403_is_tried_a_few_times_only() -> None:
    assert len(waits(RetryReason.SILENT_403)) == 3


def test_a_store_that_is_being_set_up_is_waited_for_beyond_80_seconds() -> None:
    assert sum(waits(RetryReason.PROVISIONING)) > 80


@pytest.mark.parametrize(("value", "seconds"), [("7", 7), ("0", 0), ("-3", 0), ("1.5", 1.5)])
def test_retry_after_is_read_as_seconds(value: str, seconds: float) -> None:
    assert retry_after_seconds(value) == seconds


NOON = "Tue, 06 May 2031 12:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Tue, 06 May 2031 12:01:30 GMT", 90),
        ("Tue, 06 May 2031 14:01:30 +0200", 90),
        ("Tue, 06 May 2031 11:00:00 GMT", 0),
        ("Tue, 06 May 2031 12:01:30", 90),
    ],
)
def test_a_date_in_retry_after_is_read_by_the_clock_that_wrote_it(
    value: str, seconds: float
) -> None:
    assert retry_after_seconds(value, NOON) == seconds


@pytest.mark.parametrize("date", [None, "", "soon"])
def test_where_an_answer_has_no_date_our_own_clock_has_to_do(date: str | None) -> None:
    day = 24 * 60 * 60
    tomorrow = retry_after_seconds(formatdate(time() + day, usegmt=True), date)
    assert tomorrow is not None
    assert day / 2 < tomorrow <= day
    assert retry_after_seconds(formatdate(time() - day, usegmt=True), date) == 0


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "soon", "inf", "-inf", "nan", "1e999", "9" * 5000, "1, 2", "\u0661\u0662 s"),
        *(f"Tue, 06 May 2031 12:00:00 {zone}" for zone in ("+9999", "-2400", "-99999999999")),
        *("Tue, 99 May 2031 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -0100"),
    ],
)
def test_nonsense_in_retry_after_counts_as_absent(value: str | None) -> None:
    assert retry_after_seconds(value, NOON) is None
