"""Members v1 (wix-api contacts 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from tests.fake_wix_selftest.conftest import Caller

LIST = "/members/v1/members"
QUERY = f"{LIST}/query"


@pytest.fixture
def club(call: Caller) -> Caller:
    """A site with three members."""
    for number in range(3):
        call.site.members.add(
            {
                "loginEmail": f"member-{number}@example.org",
                "loginEmailVerified": True,
                "createdDate": f"2026-03-0{number + 1}T10:00:00.000Z",
                "privacyStatus": "PRIVATE",
                "activityStatus": "ACTIVE",
                "contact": {"firstName": f"Ann {number}", "emails": ["ann@example.org"]},
                "profile": {"nickname": f"ann-{number}"},
            }
        )
    return call


def emails(club: Caller, **query: Any) -> list[str]:
    body = {"fieldsets": ["FULL"], "query": query}
    return [member["loginEmail"][7:8] for member in club.ok("POST", QUERY, body)["members"]]


def test_by_default_a_member_is_next_to_nothing(club: Caller) -> None:
    (first, *_) = club.ok("POST", QUERY, {"query": {"paging": {"limit": 1}}})["members"]
    assert set(first) == {
        *("id", "contactId", "createdDate", "updatedDate", "profile"),
        *("status", "privacyStatus", "activityStatus"),
    }
    assert first["status"] == first["privacyStatus"] == first["activityStatus"] == "UNKNOWN"


def test_fieldsets_stand_beside_the_query(club: Caller) -> None:
    inside = club.ok("POST", QUERY, {"query": {"fieldsets": ["FULL"]}})["members"]
    assert all("loginEmail" not in member for member in inside)
    extended = club.ok("POST", QUERY, {"fieldsets": ["EXTENDED"]})["members"]
    assert all("contact" not in member and member["loginEmail"] for member in extended)
    assert all(
        "loginEmailVerified" not in member and member["status"] == "APPROVED" for member in extended
    )
    full = club.ok("POST", QUERY, {"fieldsets": ["PUBLIC", "FULL"]})["members"]
    assert sorted(full, key=lambda one: one["id"]) == sorted(
        club.site.members.store.all(), key=lambda one: one["id"]
    )


def test_what_is_no_fieldset_is_refused(club: Caller) -> None:
    answer = club("POST", QUERY, {"fieldsets": ["FULL", "ALL"]})
    violations = answer.json()["details"]["validationError"]["fieldViolations"]
    assert violations[0]["field"] == "fieldsets[1]"
    assert club.refused("POST", QUERY, {"fieldsets": "FULL"}) == (400, "Expected an array")
    assert club("GET", f"{LIST}?fieldsets=ALL").status_code == 400


def test_the_sort_is_called_sorting(club: Caller) -> None:
    oldest_first = [{"fieldName": "createdDate", "order": "ASC"}]
    assert emails(club, sorting=oldest_first) == ["0", "1", "2"]
    assert emails(club, sort=oldest_first) == ["2", "1", "0"]
    assert emails(club) == ["2", "1", "0"]
    club.site.members.sortable = False
    body = {"query": {"sorting": oldest_first}}
    said = "value Field 'createdDate' is not declared as sortable"
    assert club.refused("POST", QUERY, body) == (400, said)


def test_dates_are_no_filter(club: Caller) -> None:
    body = {"query": {"filter": {"updatedDate": {"$gte": "2026-03-01T00:00:00Z"}}}}
    said = "value Field 'updatedDate' is not declared as filterable"
    assert club.refused("POST", QUERY, body) == (400, said)
    assert emails(club, filter={"contact.firstName": {"$startsWith": "ann 1"}}) == ["1"]


def test_the_paging_block_is_called_metadata_and_counts_if_it_can(club: Caller) -> None:
    body = {"query": {"paging": {"limit": 2, "offset": 2}}}
    block = club.ok("POST", QUERY, body)["metadata"]
    assert block == {"count": 1, "offset": 2, "total": 3, "tooManyToCount": False}
    club.site.members.with_total = False
    block = club.ok("POST", QUERY, body)["metadata"]
    assert block == {"count": 1, "offset": 2, "tooManyToCount": True}


def test_a_page_of_the_query_has_a_hundred_at_most_and_one_of_the_list_a_thousand(
    club: Caller,
) -> None:
    said = "query.paging.limit must be less than or equal to 100"
    assert club.refused("POST", QUERY, {"query": {"paging": {"limit": 101}}}) == (400, said)
    assert len(club.ok("GET", f"{LIST}?paging.limit=1000")["members"]) == 3
    said = "paging.limit must be less than or equal to 1000"
    assert club.refused("GET", f"{LIST}?paging.limit=1001") == (400, said)
    assert club.refused("GET", f"{LIST}?paging.limit=all") == (400, "Not a numeric value")


def test_a_list_may_lack_its_metadata(club: Caller) -> None:
    club.site.members.list_has_metadata = False
    assert set(club.ok("GET", f"{LIST}?paging.limit=2&fieldsets=FULL")) == {"members"}


def test_a_member_deleted_during_the_sweep_moves_the_later_ones(club: Caller) -> None:
    oldest_first = [{"fieldName": "createdDate", "order": "ASC"}]
    first = emails(club, sorting=oldest_first, paging={"limit": 1})
    club.site.members.store.remove(club.site.members.store.all()[0]["id"])
    rest = emails(club, sorting=oldest_first, paging={"limit": 1, "offset": 1})
    assert (first, rest) == (["0"], ["2"])


def test_one_member_is_read_by_its_id(club: Caller) -> None:
    (first, *_) = club.site.members.store.all()
    path = f"{LIST}/{first['id']}"
    assert club.ok("GET", f"{path}?fieldsets=FULL") == {"member": first}
    assert "loginEmail" not in club.ok("GET", path)["member"]
    assert club.refused("GET", f"{LIST}/query") == (404, "MEMBER_NOT_FOUND")


@pytest.mark.parametrize(("without", "status"), [("code", 428), ("forbidden", 403), ("empty", 200)])
def test_a_site_without_the_app_says_so_in_one_of_three_ways(
    club: Caller, without: Literal["code", "forbidden", "empty"], status: int
) -> None:
    club.site.members.installed = False
    club.site.members.without_app = without
    answers = (club("POST", QUERY, {}), club("GET", LIST))
    assert [answer.status_code for answer in answers] == [status, status]
    if status == 200:
        assert all(answer.json()["members"] == [] for answer in answers)


def test_members_have_a_permission_of_their_own(club: Caller) -> None:
    club.site.deny("MEMBERS.MEMBER_READ")
    assert club("POST", QUERY, {}).status_code == 403
    assert club("GET", "/contacts/v4/contacts").status_code == 200
