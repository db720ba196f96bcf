"""The trash bin of Contacts v5 (wix-api contacts 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

BIN = "/contacts/v5/contacts/trash-bin"
NOW = "2026-06-30T12:00:00.000Z"
DELETED = {
    "too old": "2026-04-01T11:59:59.999Z",
    "just in time": "2026-04-01T12:00:00.000Z",
    "spring": "2026-05-01T00:00:00.000Z",
    "summer": "2026-06-01T00:00:00.000Z",
}


@pytest.fixture
def trash(call: Caller) -> Caller:
    """A bin with contacts deleted on several days."""
    call.site.clock.freeze(NOW)
    for name, moment in DELETED.items():
        email = {"email": f"{name.replace(' ', '-')}@example.org"}
        call.site.trash_bin.add({"name": {"first": name}, "email": email}, moment)
    return call


def names(trash: Caller, parameters: str = "") -> set[str]:
    answer = trash.ok("GET", f"{BIN}?{parameters}")
    return {row["name"]["first"] for row in answer["contacts"]}


def test_what_was_deleted_more_than_ninety_days_ago_is_gone(trash: Caller) -> None:
    assert names(trash) == {"just in time", "spring", "summer"}
    trash.site.clock.advance(0.001)
    assert names(trash) == {"spring", "summer"}


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ("deletedFromDate=2026-05-01T00:00:00.000Z", {"spring", "summer"}),
        ("deletedFromDate=2026-05-01T00:00:00.001Z", {"summer"}),
        ("deletedFromDate=2026-05-01T02:00:00%2B02:00", {"spring", "summer"}),
        ("deletedToDate=2026-05-01T00:00:00Z", {"just in time", "spring"}),
        ("deletedToDate=2026-04-30T23:59:59.999999999Z", {"just in time"}),
        ("deletedFromDate=2026-05-01T00:00:00Z&deletedToDate=2026-05-01T00:00:00Z", {"spring"}),
        ("deletedFromDate=2026-01-01T00:00:00Z", {"just in time", "spring", "summer"}),
        ("deletedFromDate=2026-06-02T00:00:00Z", set()),
        ("email=spring@example.org", {"spring"}),
    ],
)
def test_both_ends_of_the_window_belong_to_it(
    trash: Caller,
    window: str,
    found: set[str],
) -> None:
    assert names(trash, window) == found


def test_no_row_tells_when_it_was_deleted(trash: Caller) -> None:
    answer = trash.ok("GET", BIN)
    assert all(set(row) == {"id", "revision", "name", "email"} for row in answer["contacts"])


def test_the_limit_is_a_parameter_under_paging(trash: Caller) -> None:
    first = trash.ok("GET", f"{BIN}?paging.limit=2&deletedFromDate=2026-01-01T00:00:00Z")
    assert first["pagingMetadata"]["count"] == 2
    assert first["pagingMetadata"]["hasNext"] is True
    wrong = trash.ok("GET", f"{BIN}?cursorPaging.limit=2")
    assert wrong["pagingMetadata"] == {"count": 3, "cursors": {}, "hasNext": False}
    said = "paging.limit must be less than or equal to 100"
    assert trash.refused("GET", f"{BIN}?paging.limit=101") == (400, said)
    assert trash.refused("GET", f"{BIN}?paging.limit=x") == (400, "Not a numeric value")


def test_a_cursor_keeps_the_window_and_goes_alone(trash: Caller) -> None:
    window = "deletedFromDate=2026-05-01T00:00:00Z"
    first = trash.ok("GET", f"{BIN}?{window}&paging.limit=1")
    cursor = f"paging.cursor={first['pagingMetadata']['cursors']['next']}"
    assert trash.refused("GET", f"{BIN}?{window}&{cursor}") == (400, "INVALID_CURSOR")
    rest = trash.ok("GET", f"{BIN}?{cursor}")
    found = {row["name"]["first"] for row in first["contacts"] + rest["contacts"]}
    assert (found, len(rest["contacts"])) == ({"spring", "summer"}, 1)


def test_contacts_are_found_by_id_a_hundred_at_most(trash: Caller) -> None:
    ids = [row["id"] for row in trash.ok("GET", BIN)["contacts"]][:2]
    found = trash.ok("GET", f"{BIN}?contactIds={ids[0]}&contactIds={ids[1]}")["contacts"]
    assert sorted(row["id"] for row in found) == sorted(ids)
    many = "&".join(f"contactIds={number}" for number in range(101))
    said = "contactIds has size 101, expected 100 or less"
    assert trash.refused("GET", f"{BIN}?{many}") == (400, said)


def test_a_date_that_is_none_is_refused_by_its_name(trash: Caller) -> None:
    said = "deletedToDate is not a valid timestamp"
    assert trash.refused("GET", f"{BIN}?deletedToDate=yesterday") == (400, said)


def test_what_is_restored_leaves_the_bin(trash: Caller) -> None:
    (row, *_) = trash.ok("GET", BIN)["contacts"]
    assert trash.ok("GET", f"{BIN}/{row['id']}") == {"contact": row}
    trash.site.trash_bin.restore(row["id"])
    assert row["id"] not in {one["id"] for one in trash.ok("GET", BIN)["contacts"]}
    assert trash.refused("GET", f"{BIN}/{row['id']}") == (404, "CONTACT_NOT_FOUND")


def test_the_bin_has_a_permission_of_its_own(trash: Caller) -> None:
    trash.site.deny("CONTACTS.CONTACT_READ_FROM_TRASHBIN")
    assert trash("GET", BIN).status_code == 403
    assert trash("GET", "/contacts/v4/contacts").status_code == 200
