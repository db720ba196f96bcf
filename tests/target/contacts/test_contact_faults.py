"""Contacts while the network, Wix and other people get in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import faults
from tests.target.contacts.harness import PATH, Shop, emails, messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix import Site
    from tests.fake_wix.http.faults import Fault
    from tests.fake_wix.http.routes import Request

ROWS = [{"email": f"c{at}@example.org", "first_name": f"N{at}", "labels": "L"} for at in range(6)]

ON_THE_WAY: dict[str, Callable[..., Fault]] = {
    "429": faults.throttle_429,
    "429 with Retry-After": lambda **more: faults.throttle_429(retry_after=3, **more),
    "503": faults.server_error,
    "503 after the work": lambda **more: faults.server_error(effect="after", **more),
    "cut": faults.cut_connection,
    "lost answer": faults.lost_answer,
    "half an answer": faults.truncated_json,
    "half an answer, cut": lambda **more: faults.truncated_json(cut=True, **more),
    "a proxy's page": faults.html_page,
    "a proxy's page after the work": lambda **more: faults.html_page(effect="after", **more),
}


@pytest.mark.parametrize("lag", [0.0, None])
@pytest.mark.parametrize("kind", ON_THE_WAY)
def test_nothing_is_lost_and_nothing_there_twice(
    people: Shop, kind: str, lag: float | None
) -> None:
    people.site.index_lag = lag
    there = people.add("c0@example.org", company="Old")
    people.site.flush_index()
    for method, path in (("POST", f"^{PATH}$"), ("PATCH", PATH), ("POST", "query$"), ("GET", "")):
        people.site.faults.add(ON_THE_WAY[kind](method=method, path=path, after=1))
        people.site.faults.add(ON_THE_WAY[kind](method=method, path=path, after=2))
    # Wix's index catches up while the target waits.
    people.site.faults.add(faults.hook(catch_up, "query$", times=None, after=3))
    rows = [*ROWS, {"id": there, "company": "Berg"}, *({**row, "company": "X"} for row in ROWS[1:])]
    run = people.run(*rows)
    assert run.code == 0
    assert run.counts["created"] == 5
    infos = people.infos()
    assert sorted(one["emails"][0]["email"] for one in infos) == [row["email"] for row in ROWS]
    assert all(one["labels"] == ["custom.l"] for one in infos)
    assert people.info(there)["company"] == "Berg"
    assert sum(one.get("company") == "X" for one in infos) == 5


def catch_up(site: Site, _: Request) -> None:
    site.flush_index()


@pytest.mark.parametrize("kind", ["lost answer", "503 after the work", "half an answer"])
def test_a_create_without_an_answer_is_looked_for_twice(people: Shop, kind: str) -> None:
    people.site.index_lag = None
    people.site.faults.add(ON_THE_WAY[kind](method="POST", path=f"^{PATH}$"))
    # The index sees it while the target waits.
    people.site.faults.add(faults.hook(catch_up, "query$", after=3))
    run = people.run({"email": "a@example.org", "first_name": "Ann"})
    assert (run.code, run.counts) == (0, {"created": 1})
    assert 10.0 in run.naps
    assert people.site.requests.count(f"^{PATH}$", "POST") == 1
    assert len(people.book.store) == 1


def test_a_create_that_never_arrived_is_sent_again(people: Shop) -> None:
    people.site.faults.add(faults.cut_connection(f"^{PATH}$", method="POST", times=3))
    run = people.run({"email": "a@example.org"}, {"phone": "41234567", "first_name": "Ann"})
    assert (run.code, run.counts) == (0, {"created": 2})
    assert len(people.book.store) == 2


def test_a_create_that_the_index_never_shows_is_found_by_the_duplicate_answer(
    people: Shop,
) -> None:
    people.site.index_lag = None
    people.site.faults.add(faults.lost_answer(f"^{PATH}$", method="POST"))
    run = people.run({"email": "a@example.org", "first_name": "Ann"})
    assert run.code == 0
    assert len(people.book.store) == 1


def test_wix_that_never_answers_a_create_stops_the_run(people: Shop) -> None:
    people.site.faults.add(faults.server_error(f"^{PATH}$", method="POST", times=None))
    run = people.run({"email": "a@example.org"}, {"email": "b@example.org"})
    assert (run.code, run.counts) == (1, {})
    assert people.site.requests.count(f"^{PATH}$", "POST") == 8
    assert not people.book.store.all()


def test_a_key_that_may_not_write_stops_the_run_and_names_the_permission(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    people.site.deny("CONTACTS.MODIFY", "SCOPE.DC-CONTACTS.MANAGE-CONTACTS")
    run = people.run({"email": "a@example.org"})
    assert (run.code, run.counts) == (1, {})
    assert any("Manage Contacts" in text for text in messages(caplog))


# -- other people -------------------------------------------------------------------------------


def changes(contact_id: str, **info: Any) -> Callable[[Site, Request], None]:
    """Somebody who changes a contact right before a request is served."""

    def change(site: Site, _: Request) -> None:
        contact = site.contacts.store.edit(contact_id)
        contact["info"] |= info
        contact["revision"] += 1
        site.contacts.save(contact)

    return change


def test_a_contact_that_changes_in_between_is_read_and_changed_again(people: Shop) -> None:
    there = people.add("a@example.org", company="Old")
    people.site.faults.add(faults.hook(changes(there, jobTitle="CTO"), method="PATCH", times=3))
    record = {"id": there, "revision": 1, "info": {"company": "Berg", "name": {"first": "Ann"}}}
    assert people.run(record).counts == {"updated": 1}
    info = people.info(there)
    assert (info["company"], info["jobTitle"], info["name"]) == ("Berg", "CTO", {"first": "Ann"})


def test_what_others_wrote_in_between_is_not_undone_by_a_dated_record(people: Shop) -> None:
    there = people.add("a@example.org", company="Old", jobTitle="CTO")
    (record,) = people.tap_records()
    record["info"]["jobTitle"] = "CEO"
    people.site.faults.add(faults.hook(changes(there, company="New"), method="PATCH"))
    run = people.run(record)
    assert run.codes == {"STALE_RECORD": 1}
    assert people.info(there)["company"] == "New"


def test_a_flat_row_without_a_date_is_applied_to_what_is_there_then(people: Shop) -> None:
    there = people.add(**emails("a@example.org", "b@example.org"))
    two = emails("z@example.org", "b@example.org")
    people.site.faults.add(faults.hook(changes(there, **two), method="PATCH"))
    assert people.run({"id": there, "email": "c@example.org"}).counts == {"updated": 1}
    listed = [one["email"] for one in people.info(there)["emails"]]
    assert listed == ["c@example.org", "b@example.org"]


def test_an_index_that_lags_costs_a_read_and_no_write(people: Shop) -> None:
    there = people.add("a@example.org", company="Old")
    people.site.index_lag = None
    assert people.run({"id": there, "company": "Berg"}).counts == {"updated": 1}
    assert people.run({"id": there, "company": "Berg"}).counts == {"unchanged": 1}
    assert people.book.store.edit(there)["revision"] == 2


def test_somebody_who_is_always_faster_wins(people: Shop) -> None:
    there = people.add("a@example.org")

    def touch(site: Site, _: Request) -> None:
        site.contacts.touch(there)

    people.site.faults.add(faults.hook(touch, method="PATCH", times=None))
    assert people.run({"id": there, "company": "Berg"}).codes == {"CONTACT_ALREADY_CHANGED": 1}
    assert people.site.requests.count(method="PATCH") == 5


def test_no_record_overtakes_an_earlier_one_whose_contact_changes_in_between(people: Shop) -> None:
    there = people.add("a@example.org", phones={"items": [{"phone": "22225555"}]})
    people.site.faults.add(faults.hook(changes(there, jobTitle="CTO"), method="PATCH"))
    moved = {"email": "a@example.org", "phone": "22226666"}
    freed = {"phone": "22225555", "company": "Berg"}
    run = people.run(moved, freed, contact_match_keys=["email"])
    assert run.counts == {"updated": 1, "created": 1}
    assert "company" not in people.info(there)


def test_an_update_whose_answer_was_lost_is_an_update(people: Shop) -> None:
    there = people.add("a@example.org")
    people.site.faults.add(faults.lost_answer(method="PATCH"))
    assert people.run({"id": there, "company": "Berg"}).counts == {"updated": 1}
    assert people.book.store.edit(there)["revision"] == 2


@pytest.mark.parametrize("way", ["deleted", "merged"])
def test_a_contact_that_disappears_in_between(people: Shop, way: str) -> None:
    there, other = people.add("a@example.org"), people.add("b@example.org")

    def go(site: Site, _: Request) -> None:
        site.contacts.delete(there)
        if way == "merged":
            site.contacts.merged[there] = other

    people.site.faults.add(faults.hook(go, method="PATCH"))
    run = people.run({"id": there, "company": "Berg"})
    if way == "merged":
        assert run.counts == {"updated": 1}
        assert people.info(other)["company"] == "Berg"
    else:
        assert run.codes == {"UNKNOWN_ID": 1}


# -- stale records ------------------------------------------------------------------------------


def test_a_record_older_than_the_contact_is_refused_if_they_differ(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    there = people.add("a@example.org", company="Old")
    (record,) = people.tap_records()
    people.book.touch(there)
    assert people.run(record).counts == {"unchanged": 1}
    record["info"]["company"] = "Berg"
    assert people.run(record).codes == {"STALE_RECORD": 1}
    assert any("differ in company" in text for text in messages(caplog))
    assert people.run({**record, "revision": "2"}).counts == {"updated": 1}
    record["info"]["company"] = "Another"
    assert people.run(record, stale_records="overwrite").counts == {"updated": 1}


def test_ones_own_writes_make_no_later_record_stale(people: Shop) -> None:
    there = people.add("a@example.org")
    rows = [{"id": there, "revision": 1, "info": {"company": f"C{at}"}} for at in (1, 2)]
    filler = [{"email": f"f{at}@example.org", "first_name": "F"} for at in range(500)]
    run = people.run(rows[0], *filler, rows[1])
    assert run.counts == {"created": 500, "updated": 2}
    assert people.info(there)["company"] == "C2"


# -- duplicates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["DUPLICATE_CONTACT_EXISTS", "DUPLICATE_CONTACT_EXIST"])
@pytest.mark.parametrize("named", [True, False])
def test_a_duplicate_is_the_contact_to_change(people: Shop, code: str, *, named: bool) -> None:
    people.book.duplicate_code = code
    people.book.duplicate_names_contact = named
    there = people.add("ANN@Example.org", company="Old")
    run = people.run({"email": "ann@example.org", "company": "Berg", "first_name": "Ann"})
    assert run.counts == {"updated": 1}
    assert people.info(there)["company"] == "Berg"
    assert people.info(there)["emails"][0]["email"] == "ANN@Example.org"
    assert len(people.book.store) == 1


@pytest.mark.parametrize("named", [True, False])
def test_a_duplicate_that_the_index_does_not_show_yet(people: Shop, *, named: bool) -> None:
    people.book.duplicate_names_contact = named
    people.site.index_lag = None
    there = str(people.book.add({"name": {"first": "Ann"}})["id"])
    changes(there, **emails("ann@example.org"))(people.site, None)  # type: ignore[arg-type]
    people.site.faults.add(faults.hook(catch_up, "query$", after=3))
    assert people.run({"email": "ann@example.org", "company": "Berg"}).counts == {"updated": 1}
    assert len(people.book.store) == 1


def test_a_phone_is_a_duplicate_too(people: Shop) -> None:
    there = people.add(phone="41234567", name={"first": "Ann"})
    item = {"phone": "412 34 567", "countryCode": "NO"}
    run = people.run({"info": {"phones": [item], "company": "Berg"}})
    assert run.counts == {"updated": 1}
    assert people.info(there)["company"] == "Berg"


def test_a_duplicate_that_cannot_be_found_is_refused(people: Shop) -> None:
    body = {
        "message": "Duplicate",
        "details": {"applicationError": {"code": "DUPLICATE_CONTACT_EXISTS"}},
    }
    people.site.faults.add(faults.refusal(f"^{PATH}$", method="POST", status=409, body=body))
    run = people.run({"email": "a@example.org"})
    assert run.codes == {"DUPLICATE_CONTACT_EXISTS": 1}
    assert not any(one.body.get("allowDuplicates") for one in people.writes)


def test_a_duplicate_of_two_is_ambiguous(people: Shop) -> None:
    people.book.duplicate_names_contact = False
    for spelled in ("ANN@example.org", "Ann@example.org"):
        people.add(spelled)
    assert people.run({"email": "ann@example.org", "company": "X"}).codes == {"AMBIGUOUS": 1}
    assert len(people.book.store) == 2


# -- custom fields that are no more -------------------------------------------------------------


def test_values_of_custom_fields_that_wix_no_longer_takes_do_not_cost_the_record(
    people: Shop,
) -> None:
    for key, kind in (("custom.old", "TEXT"), ("custom.other", "TEXT"), ("custom.new", "TEXT")):
        people.book.fields.add(key, kind, key=key)
    values = {"custom.old": "a", "custom.other": "b", "custom.new": "c"}
    there = people.add("a@example.org", extendedFields={"items": values})
    # One field is deleted, another one made anew with another type (wix-api contacts 4).
    people.book.fields.store.remove("custom.old")
    people.book.fields.add("custom.other", "NUMBER", key="custom.other")
    run = people.run({"email": "a@example.org", "company": "Berg", "custom.new": "d"})
    assert (run.code, run.counts) == (0, {"updated": 1})
    info = people.info(there)
    assert info["company"] == "Berg"
    assert info["custom"]["custom.new"] == "d"
    assert people.run({"email": "a@example.org", "custom.new": "d"}).counts == {"unchanged": 1}


def test_values_that_wix_still_takes_are_sent_along_with_every_other_one(people: Shop) -> None:
    people.book.fields.add("new", "TEXT", key="custom.new")
    values = {"custom.old": "a", "custom.new": "c"}
    there = people.add("a@example.org", extendedFields={"items": values})
    people.book.fields.add("old", "TEXT", key="custom.old")
    people.run({"email": "a@example.org", "custom.new": "d"})
    assert people.info(there)["custom"] == {"custom.old": "a", "custom.new": "d"}


# -- members ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 428])
@pytest.mark.parametrize("visible", [True, False])
def test_a_members_email_stays_and_all_else_is_written(
    people: Shop, status: int, *, visible: bool
) -> None:
    people.book.member_email_status = status
    there = people.add(**emails("a@example.org", "b@example.org"))
    people.book.make_member(there)
    if not visible:
        contact = people.book.store.edit(there)
        del contact["info"]["extendedFields"]["items"]["members.membershipStatus"]
        people.book.save(contact, indexed=True)
    run = people.run({"id": there, "email": "c@example.org", "company": "Berg"})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert run.dropped == {"login e-mails of members": 1}
    info = people.info(there)
    assert info["company"] == "Berg"
    assert [one["email"] for one in info["emails"]] == ["a@example.org", "b@example.org"]
    sent = len(people.writes)
    listed = [{"email": "c@example.org", "primary": True}, {"email": "d@example.org"}]
    people.run({"id": there, "info": {"emails": listed}})
    assert [one["email"] for one in people.info(there)["emails"]] == [
        "a@example.org",
        "d@example.org",
    ]
    assert len(people.writes) == sent + 1
    run = people.run({"id": there, "phone": "555"}, {"id": there, "email": "c@example.org"})
    assert (run.code, run.counts) == (0, {"updated": 1, "unchanged": 1})
    assert run.dropped == {"login e-mails of members": 1}
    assert people.info(there)["phones"][0]["phone"] == "555"


def test_a_member_whose_emails_wix_leaves_to_the_member_alone_gets_all_else(people: Shop) -> None:
    there = people.add(**emails("a@example.org"))
    people.book.make_member(there)
    code = "CANNOT_UPDATE_MEMBER_EMAIL"
    body = {"message": code, "details": {"applicationError": {"code": code}}}
    refused = faults.refusal(PATH, method="PATCH", status=400, body=body, times=None, when=_email)
    people.site.faults.add(refused)
    listed = [{"email": "a@example.org", "primary": True}, {"email": "b@example.org"}]
    run = people.run({"id": there, "info": {"emails": listed, "company": "Berg"}})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert run.dropped == {"login e-mails of members": 1}
    assert people.info(there)["company"] == "Berg"


def _email(request: Request) -> bool:
    return "emails" in request.part("info")
