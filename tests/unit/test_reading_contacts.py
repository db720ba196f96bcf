"""Every contact, whatever happens to the address book meanwhile."""

from __future__ import annotations

import logging
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_wix.api.contacts import contacts as reader
from tap_wix.api.contacts.contacts import CONTACTS
from tap_wix.api.contacts.labels import LABELS, find_or_create_label
from tap_wix.api.errors import AccessError, AnswerError
from tests.fake_wix import V3, FakeWix, Site, faults
from tests.fake_wix.shops.contacts import nasty_contacts
from tests.unit.opening import ids, open_site

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request

QUERY = "/contacts/v4/contacts/query"


def add(site: Site, created: str, **more: Any) -> str:
    """A contact made at a moment; its id."""
    return str(site.contacts.add({"name": {"first": "Ada"}}, created=created, **more)["id"])


def at(milliseconds: int) -> str:
    return f"2026-01-02T03:{milliseconds // 60_000:02d}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d}Z"


def read(wix: FakeWix, since: str | None = None) -> list[dict[str, Any]]:
    return list(CONTACTS.rows(open_site(wix), since))


def test_a_nasty_address_book_arrives_complete_and_unchanged(wix_contacts_only: FakeWix) -> None:
    site = wix_contacts_only.site
    nasty_contacts(site, 300, site.random)
    with mock.patch.object(reader, "LARGEST_PAGE", 50):
        rows = read(wix_contacts_only)
    assert len(rows) == len(set(ids(rows))) == 300
    kept = {contact["id"]: contact for contact in site.contacts.store.all()}
    points = "custom.points"
    for row in rows:
        mine = row["info"]["extendedFields"]["items"].pop(points, None)
        wanted = kept[row["id"]]["info"]["extendedFields"]["items"].pop(points, None)
        assert (mine is None) == (wanted is None)
        assert mine is None or Decimal(mine) == Decimal(str(wanted))
        assert row == kept[row["id"]]


def test_an_empty_address_book_is_one_request(wix_contacts_only: FakeWix) -> None:
    assert read(wix_contacts_only) == []
    assert wix_contacts_only.requests.count() == 1


def test_3000_contacts_made_in_one_millisecond_all_arrive_once(wix_contacts_only: FakeWix) -> None:
    site = wix_contacts_only.site
    made = {add(site, at(7)) for _ in range(3000)} | {add(site, at(n)) for n in (1, 2, 8, 9)}
    rows = read(wix_contacts_only)
    assert len(rows) == 3004
    assert set(ids(rows)) == made
    assert wix_contacts_only.requests.count() <= 6


def test_3000_contacts_of_one_millisecond_with_nine_different_digits_all_arrive_once(
    wix_contacts_only: FakeWix,
) -> None:
    site = wix_contacts_only.site
    made = {add(site, f"2026-01-02T03:04:05.006{n:06d}Z") for n in range(3000)}
    rows = read(wix_contacts_only)
    assert len(rows) == 3000
    assert set(ids(rows)) == made


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2000, 4321])
def test_requests_stay_within_the_quota_of_the_design(
    wix_contacts_only: FakeWix, count: int
) -> None:
    for n in range(count):
        add(wix_contacts_only.site, at(n))
    assert len(read(wix_contacts_only)) == count
    assert wix_contacts_only.requests.count() <= 1.02 * ceil(count / 1000) + 1


def test_more_contacts_of_one_moment_than_wix_can_page_through_are_an_error_not_a_loss(
    wix_contacts_only: FakeWix,
) -> None:
    site = wix_contacts_only.site
    one = site.contacts.add({"company": "Nordhem"}, created=at(7))
    for _ in range(10_000):
        site.contacts.store.put({**one, "id": site.new_id()}, indexed=True)
    with pytest.raises(AnswerError, match=f"10,000 contacts.*{at(7)}"):
        read(wix_contacts_only)


def test_since_reads_what_changed_at_or_after_a_date(wix_contacts_only: FakeWix) -> None:
    site = wix_contacts_only.site
    add(site, at(1), updated=at(500))
    changed = {add(site, at(2), updated=at(501)), add(site, at(3), updated=at(900))}
    assert set(ids(read(wix_contacts_only, "2026-01-02T03:00:00.501000000Z"))) == changed


def test_since_is_asked_for_in_milliseconds_rounded_down(wix_contacts_only: FakeWix) -> None:
    site = wix_contacts_only.site
    wanted = add(site, at(1), updated="2026-01-02T03:00:00.501400Z")
    assert ids(read(wix_contacts_only, "2026-01-02T03:00:00.501400000Z")) == [wanted]
    sent = wix_contacts_only.requests[0].body["query"]["filter"]
    assert sent == {"updatedDate": {"$gte": "2026-01-02T03:00:00.501Z"}}


def test_all_fields_are_asked_for_by_name(wix_contacts_only: FakeWix) -> None:
    wix_contacts_only.site.contacts.default_fieldset = "BASIC"
    wix_contacts_only.site.contacts.add({"company": "Nordhem"})
    assert read(wix_contacts_only)[0]["info"]["company"] == "Nordhem"


def test_contacts_deleted_in_the_middle_of_a_mass_import_hide_no_other(
    wix_contacts_only: FakeWix,
) -> None:
    site = wix_contacts_only.site
    made = [add(site, at(7)) for _ in range(90)]
    gone = sorted(made)[:3]

    def delete(site: Site, _: Request) -> None:
        for contact in gone:
            site.contacts.delete(contact)
        site.flush_index()

    site.faults.add(faults.hook(delete, QUERY, after=3))
    with mock.patch.object(reader, "LARGEST_PAGE", 20):
        rows = read(wix_contacts_only)
    assert len(rows) == len(set(ids(rows)))
    assert {*ids(rows), *gone} == set(made)


def test_a_contact_that_enters_the_filter_meanwhile_disturbs_nothing(
    wix_contacts_only: FakeWix,
) -> None:
    site = wix_contacts_only.site
    early = add(site, at(1), updated=at(1))
    made = [add(site, at(7), updated=at(700)) for _ in range(90)]

    def touch(site: Site, _: Request) -> None:
        site.contacts.touch(early)
        site.flush_index()

    site.faults.add(faults.hook(touch, QUERY, after=2))
    with mock.patch.object(reader, "LARGEST_PAGE", 20):
        rows = read(wix_contacts_only, at(500))
    assert {*ids(rows), early} == {*made, early}
    assert len(rows) == len(set(ids(rows)))


def test_without_totals_only_a_page_without_news_ends_the_sweep(wix_contacts_only: FakeWix) -> None:
    site = wix_contacts_only.site
    made = [add(site, at(n)) for n in range(30)]
    real = site.contacts.store.all_indexed
    short = iter([7, 30, 30, 30])

    def lossy() -> list[Any]:
        return sorted(real(), key=lambda row: row["createdDate"])[: next(short)]

    site.faults.add(
        faults.hook(lambda site, _: setattr(site.contacts.store, "all_indexed", lossy), QUERY)
    )
    no_total = {"tooManyToCount": True}
    with mock.patch("tap_wix.api.contacts.contacts.paging_block", return_value=no_total):
        assert ids(read(wix_contacts_only)) == made


def test_an_answer_without_contacts_and_without_a_count_is_an_error(
    wix_contacts_only: FakeWix,
) -> None:
    bodies: list[dict[str, Any]] = [{}, {"pagingMetadata": {}}, {"contacts": {}}, {"contacts": [1]}]
    for body in bodies:
        answer = faults.refusal(QUERY, status=200, body=body, times=2)
        wix_contacts_only.site.faults.append(answer)
        with pytest.raises(AnswerError, match="contacts"):
            read(wix_contacts_only)


def test_an_answer_without_contacts_that_counts_none_is_an_empty_address_book(
    wix_contacts_only: FakeWix,
) -> None:
    body = {"pagingMetadata": {"count": 0, "offset": 0, "total": 0}}
    wix_contacts_only.site.faults.append(faults.refusal(QUERY, status=200, body=body))
    assert read(wix_contacts_only) == []


def test_a_page_that_comes_empty_once_is_asked_for_again(wix_contacts_only: FakeWix) -> None:
    made = [add(wix_contacts_only.site, at(n)) for n in range(3)]
    body = {"contacts": [], "pagingMetadata": {"count": 0, "offset": 0, "total": 3}}
    wix_contacts_only.site.faults.append(faults.refusal(QUERY, status=200, body=body))
    assert ids(read(wix_contacts_only)) == made


@pytest.mark.parametrize("since", [None, at(0)])
def test_a_total_that_keeps_promising_more_than_comes_is_a_warning(
    wix_contacts_only: FakeWix, caplog: pytest.LogCaptureFixture, since: str | None
) -> None:
    made = add(wix_contacts_only.site, at(1))
    rows = read(wix_contacts_only, since)
    body = {"contacts": rows, "pagingMetadata": {"count": 1, "offset": 0, "total": 9}}
    wix_contacts_only.site.faults.append(faults.refusal(QUERY, status=200, body=body, times=None))
    with caplog.at_level(logging.WARNING):
        assert ids(read(wix_contacts_only, since)) == [made]
    assert "contacts more than it gives" in caplog.text


def test_a_total_that_promises_contacts_where_none_come_at_all_is_an_error(
    wix_contacts_only: FakeWix,
) -> None:
    body = {"contacts": [], "pagingMetadata": {"count": 0, "offset": 0, "total": 3}}
    wix_contacts_only.site.faults.append(faults.refusal(QUERY, status=200, body=body, times=None))
    with pytest.raises(AnswerError, match="3 contacts more"):
        read(wix_contacts_only)


def test_pages_of_a_single_contact_come_to_an_end_too(wix_contacts_only: FakeWix) -> None:
    made = {add(wix_contacts_only.site, at(n // 3)) for n in range(9)}
    with mock.patch.object(reader, "LARGEST_PAGE", 1):
        assert set(ids(read(wix_contacts_only))) == made


def test_contacts_in_another_order_than_asked_for_are_an_error(wix_contacts_only: FakeWix) -> None:
    rows = [{"id": "b", "createdDate": at(2)}, {"id": "a", "createdDate": at(1)}]
    body = {"contacts": rows, "pagingMetadata": {"count": 2, "offset": 0, "total": 2}}
    wix_contacts_only.site.faults.append(faults.refusal(QUERY, status=200, body=body))
    with pytest.raises(AnswerError, match="order of createdDate"):
        read(wix_contacts_only)


@pytest.mark.parametrize(
    "row", [{"id": "a"}, {"createdDate": at(1)}, {"id": "a", "createdDate": 5}]
)
def test_a_contact_without_id_or_date_is_an_error(
    wix_contacts_only: FakeWix, row: dict[str, Any]
) -> None:
    body = {"contacts": [row], "pagingMetadata": {"count": 1, "offset": 0, "total": 1}}
    wix_contacts_only.site.faults.append(faults.refusal(QUERY, status=200, body=body))
    with pytest.raises(AnswerError):
        read(wix_contacts_only)


def test_a_key_without_the_permission_is_told_which(wix_contacts_only: FakeWix) -> None:
    wix_contacts_only.site.deny("CONTACTS.VIEW", "SCOPE.DC-CONTACTS.READ-CONTACTS")
    with pytest.raises(AccessError, match="Read Contacts"):
        read(wix_contacts_only)
    assert wix_contacts_only.requests.count() == 1


class Change:
    """What somebody else does to the address book before a request is served."""

    def __init__(self, kinds: list[str]) -> None:
        self.kinds = kinds
        self.gone: set[str] = set()
        self.new: set[str] = set()

    def __call__(self, site: Site, _: Request) -> None:
        there = sorted(contact["id"] for contact in site.contacts.store.all())
        kind = self.kinds.pop() if self.kinds else ""
        if kind == "add":
            self.new.add(add(site, at(100)))
        elif kind == "delete" and there:
            self.gone.add(victim := there[len(self.kinds) * 7 % len(there)])
            site.contacts.delete(victim)
        elif kind == "touch" and there:
            site.contacts.touch(there[len(self.kinds) * 5 % len(there)])
        site.flush_index()


@settings(max_examples=60, deadline=None)
@given(
    created=st.lists(st.integers(0, 6), max_size=40),
    page=st.integers(2, 6),
    changes=st.lists(st.sampled_from(["", "", "add", "delete", "touch"]), max_size=12),
    since=st.sampled_from([None, at(0)]),
)
def test_no_contact_that_was_there_all_the_time_is_ever_missed(
    created: list[int], page: int, changes: list[str], since: str | None
) -> None:
    site = Site(V3)
    made = {add(site, at(moment)) for moment in created}
    change = Change(changes)
    site.faults.add(faults.hook(change, QUERY, times=None))
    with FakeWix(site) as wix, mock.patch.object(reader, "LARGEST_PAGE", page):
        rows = read(wix, since)
    assert made - change.gone <= set(ids(rows))
    states = [(row["id"], row["updatedDate"], row["revision"]) for row in rows]
    assert len(states) == len(set(states))


@pytest.mark.parametrize("total", [0, 1, 4, 9])
def test_a_total_that_is_too_low_does_not_end_the_sweep(
    wix_contacts_only: FakeWix, total: int
) -> None:
    made = [add(wix_contacts_only.site, at(n // 3)) for n in range(10)]
    block = {"pagingMetadata": {"total": total}}
    wix_contacts_only.site.faults.add(
        faults.rewritten(QUERY, rewrite=lambda body: {**body, **block}, times=None)
    )
    with mock.patch.object(reader, "LARGEST_PAGE", 4):
        assert sorted(row["id"] for row in read(wix_contacts_only)) == sorted(made)


@pytest.mark.parametrize("total", [None, 0, 3, 25])
@pytest.mark.parametrize("cap", [3, 1000])
def test_every_label_comes_once_whatever_the_total_and_however_short_a_page(
    wix_contacts_only: FakeWix, total: int | None, cap: int
) -> None:
    """`cap`: Wix gives fewer rows a page than were asked for."""
    site = wix_contacts_only.site
    names = [f"Label {n}" for n in range(9)]
    for name in names:
        find_or_create_label(open_site(wix_contacts_only).transport, name)

    def rewrite(body: Any) -> Any:
        metadata = {} if total is None else {"total": total}
        return {**body, "labels": body["labels"][:cap], "metadata": metadata}

    site.faults.add(faults.rewritten("^/contacts/v4/labels$", rewrite=rewrite, times=None))
    rows = list(LABELS.rows(open_site(wix_contacts_only)))
    found = [row["displayName"] for row in rows]
    assert len(found) == len(set(found))
    if cap == 1000 or total not in (None, 3):  # a short page whose total agrees is the last one
        assert set(names) <= set(found)
