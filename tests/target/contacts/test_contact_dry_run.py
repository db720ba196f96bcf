"""A dry run says what the run then does, also where Wix would refuse what it never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from target_wix.pipeline.sink import WixSink
from tests.fake_wix import faults
from tests.target.contacts.harness import PATH, messages, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.target.contacts.harness import Run, Shop

Json = dict[str, Any]
A, B, C = "a@example.org", "b@example.org", "c@example.org"
GONE = {"_sdc_deleted_at": "2024-01-01T00:00:00Z"}
OTHERS = [{"email": f"other{place}@example.org"} for place in range(30)]
"""More records than a batch has here."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WixSink, "max_size", len(OTHERS) // 2)


def promised(people: Shop, *records: Json, **settings: Any) -> Run:
    """Run dry, then for real; return the run, whose counts are those of the dry run, too."""
    before = people.infos()
    dry = people.run(*records, dry_run=True, **settings)
    assert not people.writes
    assert people.infos() == before
    run = people.run(*records, **settings)
    found = dry.counts, dry.codes, dry.dropped, dry.code
    assert found == (run.counts, run.codes, run.dropped, run.code)
    return run


def test_a_dry_run_says_that_the_email_of_somebody_else_is_refused(people: Shop) -> None:
    ann, bob = people.add(A), people.add(B)
    people.add(C)
    run = promised(people, {"id": ann, "email": B}, {"id": bob, "email": C})
    assert run.codes == {"DUPLICATE_CONTACT_EXISTS": 2}


@pytest.mark.parametrize("bulk", [False, True])
def test_a_dry_run_foresees_whom_wix_finds_by_what_is_no_match_key(
    people: Shop, *, bulk: bool
) -> None:
    people.book.fields.add("erp", key="custom.erp")
    there = people.add(A, company="Old")
    other = people.add(phone="+47 41234567", company="Old", name={"first": "Ann"})
    number = {"phone": "+47 41234567", "countryCode": "NO"}
    rows: list[Json] = [
        {"email": A, "company": "Berg", "custom.erp": "C-1"},
        {"info": {"phones": [number], "company": "Berg"}},
        {"email": B, "phone": "+47 41234567", "custom.erp": "C-2"},
    ]
    run = promised(people, *rows, contact_match_keys=["custom.erp"], bulk_contacts=bulk)
    assert run.counts == outcomes(updated=2, created=1)
    assert [people.info(one)["company"] for one in (there, other)] == ["Berg", "Berg"]


def test_a_dry_run_foresees_that_people_with_customer_numbers_share_a_phone(people: Shop) -> None:
    people.book.fields.add("erp", key="custom.erp")
    people.add(phone="41234567", extendedFields={"items": {"custom.erp": "C-1"}})
    number = {"phone": "41234567", "countryCode": "NO"}
    row = {"info": {"phones": [number], "name": {"first": "Bo"}}, "custom.erp": "C-2"}
    run = promised(people, row, contact_match_keys=["custom.erp"])
    assert run.counts == outcomes(created=1)


def test_a_dry_run_says_that_the_phone_of_somebody_else_is_refused(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    ann = people.add(phone="41234567", name={"first": "Ann"})
    people.add(phone="41234568", name={"first": "Bo"})
    number = {"phone": "41234568", "countryCode": "NO"}
    run = promised(people, {"id": ann, "info": {"phones": [number]}})
    assert run.codes == {"DUPLICATE_CONTACT_EXISTS": 1}
    refusals = [text for text in messages(caplog) if "rejected: DUPLICATE" in text]
    assert len(refusals) == 2
    assert all("has this phone already" in one and "info.phones" in one for one in refusals)


# -- e-mails that change hands --------------------------------------------------------------------


def emails(people: Shop) -> dict[str, str]:
    """The only e-mail of each contact."""
    found: dict[str, str] = {}
    for contact in people.book.store.all():
        (item,) = contact["info"]["emails"]["items"]
        found[contact["id"]] = item["email"]
    return found


@pytest.mark.parametrize("count", [2, 3, 8])
def test_contacts_that_swap_their_emails_all_get_them(people: Shop, count: int) -> None:
    texts = [f"p{place}@example.org" for place in range(count)]
    ids = [people.add(text) for text in texts]
    wanted = dict(zip(ids, [*texts[1:], texts[0]], strict=True))
    rows = [{"id": one, "email": wanted[one]} for one in ids]
    assert promised(people, *rows).counts == outcomes(updated=count)
    assert emails(people) == wanted
    assert people.run(*rows).counts == outcomes(unchanged=count)


def test_an_email_is_handed_on_by_a_contact_that_several_rows_are_about(people: Shop) -> None:
    erp = people.book.fields.add("Erp", "TEXT")["key"]
    ids = [people.add(one, extendedFields={"items": {erp: one}}) for one in (A, B)]
    rows = [
        {erp: "new", "email": A, "first_name": "New"},
        {erp: A, "email": B},
        {erp: B, "email": C},
        {erp: A, "email": B, "company": "Berg"},
    ]
    run = promised(people, *rows, contact_match_keys=[erp, "email"])
    assert run.counts == outcomes(created=1, updated=3)
    found = emails(people)
    assert [found.pop(one) for one in ids] == [B, C]
    assert list(found.values()) == [A]


def test_an_email_is_taken_after_who_had_it_gave_it_up_whatever_the_order(people: Shop) -> None:
    ids = [people.add(f"p{place}@example.org") for place in range(8)]
    rows = [{"id": one, "email": f"p{at}@example.org"} for at, one in enumerate(ids, 1)]
    assert promised(people, *rows).counts == outcomes(updated=8)
    assert emails(people) == {row["id"]: row["email"] for row in rows}


def test_an_email_of_a_contact_that_is_deleted_after_can_be_taken(people: Shop) -> None:
    ann, bob = people.add(A), people.add(B)
    rows = [{"id": ann, "email": B}, {"id": bob, **GONE}]
    assert promised(people, *rows, delete_mode="delete").counts == outcomes(updated=1, deleted=1)
    assert emails(people) == {ann: B}


def test_a_new_customer_takes_the_email_that_another_one_gives_up(people: Shop) -> None:
    erp = people.book.fields.add("Erp", "TEXT")["key"]
    old = people.add(A, extendedFields={"items": {erp: "C-1"}})
    rows = [{erp: "C-2", "email": A, "first_name": "New"}, {erp: "C-1", "email": B}]
    run = promised(people, *rows, contact_match_keys=[erp, "email", "phone"])
    assert run.counts == outcomes(created=1, updated=1)
    assert sorted(emails(people).values()) == [A, B]
    assert emails(people)[old] == B


def test_the_login_of_a_member_is_swapped_with_nobody(people: Shop) -> None:
    ann, bob = people.add(A), people.add(B)
    people.book.make_member(ann)
    promised(people, {"id": ann, "email": B}, {"id": bob, "email": A})
    assert emails(people) == {ann: A, bob: B}


def test_people_swap_their_phones(people: Shop) -> None:
    one, two = "41234567", "41234568"
    ann, bob = people.add(phone=one), people.add(phone=two)
    rows = [{"id": ann, "phone": two, "country": "NO"}, {"id": bob, "phone": one, "country": "NO"}]
    assert promised(people, *rows).code == 0
    assert {people.info(key)["phones"][0]["phone"] for key in (ann, bob)} == {one, two}
    assert people.info(ann)["phones"][0]["phone"] == two


def test_a_swap_that_was_broken_off_is_finished_by_the_next_run(people: Shop) -> None:
    ann, bob = people.add(A), people.add(B)
    rows = [{"id": ann, "email": B}, {"id": bob, "email": A}]
    for after in range(8):
        fault = people.site.faults.add(
            faults.refusal(after=after, status=401, effect="after", times=None)
        )
        run = people.run(*rows)
        people.site.faults.remove(fault)
        assert people.run(*rows).code == 0
        assert emails(people) == {ann: B, bob: A}
        if run.code == 0:
            break
        people.run({"id": ann, "email": A}, {"id": bob, "email": B})
        assert emails(people) == {ann: A, bob: B}
    assert after > 3


def test_a_dry_run_writes_the_rest_of_a_contact_whose_new_email_is_refused(people: Shop) -> None:
    ann = people.add(A)
    people.add(B)
    run = promised(people, {"id": ann, "email": B}, {"id": ann, "company": "Berg"})
    assert run.counts == outcomes(updated=1, rejected=1)


def test_a_dry_run_knows_which_emails_it_would_have_freed(people: Shop) -> None:
    ann, bob = people.add(A), people.add(B)
    records = [{"id": ann, "email": C}, {"id": bob, "email": A}, {"email": B, "first_name": "New"}]
    assert promised(people, *records).counts == outcomes(created=1, updated=2)


def test_a_look_up_of_a_dry_run_does_not_bring_back_what_it_would_have_changed(
    people: Shop,
) -> None:
    ann = people.add(A)
    records = [{"id": ann, "email": B}, *OTHERS, {"email": A}, {"email": B, "company": "Berg"}]
    assert promised(people, *records).counts == outcomes(created=len(OTHERS) + 1, updated=2)


def test_a_dry_run_knows_a_member_after_a_change_of_it(people: Shop) -> None:
    ann = people.add(A)
    people.book.make_member(ann)
    records = [{"id": ann, "company": "Berg"}, *OTHERS, {"id": ann, "email": B}]
    run = promised(people, *records)
    assert run.dropped == {"login e-mails of members": 1}


@pytest.mark.parametrize("between", [[], OTHERS])
def test_a_dry_run_deletes_what_it_would_have_made(people: Shop, between: list[Json]) -> None:
    records = [{"email": A}, *between, {"email": A, **GONE}, {"email": A, "first_name": "Ann"}]
    run = promised(people, *records, delete_mode="delete")
    assert run.counts == outcomes(created=2 + len(between), deleted=1)


def test_a_dry_run_says_that_a_member_is_not_deleted(people: Shop) -> None:
    ann = people.add(A)
    people.book.make_member(ann)
    run = promised(people, {"id": ann, **GONE}, delete_mode="delete")
    assert run.codes == {"CANNOT_DELETE_MEMBER": 1}


@pytest.mark.parametrize("fault", [faults.lost_answer, faults.truncated_json])
def test_a_contact_whose_answer_was_lost_is_reported_with_all_its_fields(
    people: Shop, tmp_path: Any, fault: Callable[..., Any]
) -> None:
    people.site.faults.add(fault(f"{PATH}$", method="POST"))
    run = people.run({"email": A, "first_name": "Ann"}, report_dir=str(tmp_path))
    assert run.counts == outcomes(created=1)
    (report,) = tmp_path.glob("*.jsonl")
    assert '"fields":["name","emails"]' in report.read_text().replace(" ", "")
