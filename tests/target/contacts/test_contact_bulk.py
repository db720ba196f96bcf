"""New contacts in bulk (`bulk_contacts`): few requests, never a duplicate, never one lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import NOT_INSTALLED, FakeWix, Site, faults
from tests.fake_wix.shops.nasty import nasty
from tests.target.contacts.harness import PATH, Shop, emails, messages
from tests.target.contacts.test_contact_faults import ON_THE_WAY, catch_up

if TYPE_CHECKING:
    from tests.fake_wix.http.faults import Fault

BULK = "/contacts/v5/bulk/contacts/create"


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "email": f"c{at}@example.org",
            "first_name": f"N{at}",
            "last_name": "Berg",
            "phone": f"+47 41 {at:06}",
            "company": "Berg AS",
            "city": "Oslo",
            "country": "NO",
            **more,
        }
        for at in range(count)
    ]


def calls(people: Shop, path: str = BULK) -> int:
    return sum(one.path == path for one in people.writes)


def found(people: Shop) -> list[str]:
    return sorted(one["emails"][0]["email"] for one in people.infos())


@pytest.mark.parametrize("tag", ["UNTAGGED", "MAIN"])
def test_a_thousand_new_contacts_take_sixty_requests(people: Shop, tag: str) -> None:
    people.book.v5_main_email_tag = tag
    for at in range(300):
        people.add(f"old{at}@example.org")
    people.site.requests.clear()

    run = people.run(*rows(1000), bulk_contacts=True)

    assert run.counts == {"created": 1000}
    assert people.site.requests.count() <= 60
    assert len(people.infos()) == 1300
    again = people.run(*rows(1000), bulk_contacts=True)
    assert again.counts == {"unchanged": 1000}


def _nested(at: int) -> dict[str, Any]:
    phone = {"phone": f"41{at:06}", "countryCode": "NO", "tag": "MOBILE", "primary": True}
    email = {"email": f"c{at}@example.org", "tag": "MAIN", "primary": True}
    return {
        "info": {
            "name": {"first": f"N{at}"},
            "emails": {"items": [email]},
            "phones": {"items": [phone]},
        }
    }


@pytest.mark.parametrize("helps", [True, False])
def test_tags_and_countries_cost_nothing_where_v4_shows_those_of_v5(
    people: Shop, *, helps: bool
) -> None:
    people.book.v5_main_email_tag = "MAIN" if helps else "UNTAGGED"
    people.book.v5_derives_country = helps
    records = list(map(_nested, range(250)))
    run = people.run(*records, bulk_contacts=True)

    assert run.counts == {"created": 250}
    requests = people.site.requests.count()
    assert (requests <= 20) if helps else (requests <= 300)
    assert all(one["emails"][0]["tag"] == "MAIN" for one in people.infos())
    assert all(one["phones"][0]["countryCode"] == "NO" for one in people.infos())
    assert people.run(*records, bulk_contacts=True).counts == {"unchanged": 250}


def test_what_is_written_is_what_one_by_one_is_written(people: Shop) -> None:
    full = {
        "email": "lena@example.org",
        "first_name": "Lena",
        "last_name": "Berg",
        "phone": "+4741234567",
        "company": "Berg",
        "job_title": "CTO",
        "birthdate": "1990-12-31",
        "locale": "nb-NO",
        "address_line": "Storgata 1",
        "city": "Oslo",
        "postal_code": "0155",
        "country": "NO",
        "labels": "vip;Neu",
        "custom.crm": "C-1",
    }
    people.run(full, bulk_contacts=True, create_custom_fields=True)
    (bulk,) = people.infos()
    people.book.delete(people.book.store.all()[0]["id"])
    people.site.flush_index()
    people.run(full, create_custom_fields=True)
    (single,) = people.infos()

    assert calls(people) == 1
    assert bulk == single


def test_labels_and_custom_fields_follow(people: Shop) -> None:
    new = rows(3, labels="vip")
    run = people.run(*new, bulk_contacts=True)

    assert run.counts == {"created": 3}
    assert calls(people) == 1
    assert all(one["labels"] == ["custom.vip"] for one in people.infos())
    assert people.run(*new, bulk_contacts=True).counts == {"unchanged": 3}


def test_it_is_off_unless_asked_for(people: Shop) -> None:
    people.run(*rows(2))
    assert calls(people) == 0
    assert calls(people, PATH) == 2


def test_contacts_that_exist_are_changed_as_always(people: Shop) -> None:
    there = people.add("c0@example.org", company="Old")
    run = people.run(*rows(3), bulk_contacts=True)

    assert run.counts == {"created": 2, "updated": 1}
    assert people.info(there)["company"] == "Berg AS"


def test_a_dry_run_sends_nothing(people: Shop) -> None:
    run = people.run(*rows(3, labels="vip"), bulk_contacts=True, dry_run=True)
    assert run.counts == {"created": 3}
    assert people.writes == []


@pytest.mark.parametrize(
    "info",
    [
        emails("a@example.org", "b@example.org") | {"company": "X"},
        {"emails": {"items": [{"email": "a@example.org", "tag": "WORK", "primary": True}]}},
        {"phones": {"items": [{"phone": "41234567", "countryCode": "NO", "tag": "FAX"}]}},
        {"emails": {"items": [{"email": f"{n}@example.org"} for n in range(20)]}},
        {"emails": {"items": [{"email": "odd+@b"}]}, "name": {"first": "A"}},
        {"name": {"first": "A"}, "emails": {"items": [{"email": "a@b.example"}]}, "picture": {"image": {"url": "https://a.example/1.jpg"}}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", ["UNTAGGED", "MAIN"])
def test_whatever_v5_has_no_place_for_arrives_all_the_same(
    people: Shop, info: dict[str, Any], tag: str
) -> None:
    people.book.v5_main_email_tag = tag
    record = {"id": "00000000-1111-4222-8333-444455556666", "info": info}
    settings = {"bulk_contacts": True, "unknown_id": "create"}
    run = people.run(record, **settings)
    assert run.counts == {"created": 1}
    (bulk,) = people.infos()
    assert people.run(record, **settings).counts == {"unchanged": 1}

    people.book.delete(people.book.store.all()[0]["id"])
    people.site.flush_index()
    people.run(record, unknown_id="create")
    (single,) = people.infos()
    if "emails" in bulk and bulk["emails"][0]["tag"] == "MAIN":
        # This Wix calls every main e-mail so; a record that says nothing of it leaves it there.
        single["emails"][0]["tag"] = "MAIN"
    assert bulk == single


@pytest.mark.parametrize("more", [{}, {"labels": "vip"}])
def test_people_with_one_phone_are_several(people: Shop, more: dict[str, Any]) -> None:
    family = [{"email": f"{name}@example.org", "phone": "+4741234567", **more} for name in "abc"]
    run = people.run(*family, bulk_contacts=True)

    assert run.counts == {"created": 3}
    assert found(people) == ["a@example.org", "b@example.org", "c@example.org"]


@pytest.mark.parametrize("helps", [True, False])
def test_the_same_digits_in_two_countries_are_two_people(people: Shop, *, helps: bool) -> None:
    people.book.v5_derives_country = helps
    records = [
        {"info": {"phones": [{"phone": "41234567", "countryCode": code}], "company": code}}
        for code in ("NO", "US", "NO")
    ]
    run = people.run(*records, bulk_contacts=True)

    assert run.counts == {"created": 2, "unchanged": 1}
    assert [one["company"] for one in people.infos()] == ["NO", "US"]


def test_two_rows_of_one_person_make_one(people: Shop) -> None:
    twice = [
        {"email": "a@example.org", "company": "A"},
        {"email": "A@Example.org", "job_title": "B"},
    ]
    run = people.run(*twice, bulk_contacts=True)

    assert run.counts == {"created": 1, "updated": 1}
    (info,) = people.infos()
    assert (info["company"], info["jobTitle"]) == ("A", "B")


@pytest.mark.parametrize("tag", ["UNTAGGED", "MAIN"])
def test_a_copied_site_is_equal_and_copied_once(people: Shop, tag: str) -> None:
    nasty(people.site, 7, contacts=60, products=0, keyed_contacts=True)
    with FakeWix(Site(NOT_INSTALLED)) as wix:
        copy = Shop(wix.site, wix.url)
        copy.book.v5_main_email_tag = tag
        for field in people.book.fields.custom():
            copy.book.fields.add(field["displayName"], field["dataType"], key=field["key"])
        settings = {"bulk_contacts": True, "unknown_id": "create"}
        run = copy.run(*people.tap_records(), **settings)

        assert run.counts == {"created": 60}
        assert calls(copy) == 1
        theirs, mine = (dict(map(_named, shop.infos())) for shop in (copy, people))
        assert len(mine) == 60
        assert theirs == mine
        assert copy.run(*people.tap_records(), **settings).counts == {"unchanged": 60}


def _named(info: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A contact by its e-mails and phones, without labels, whose keys are a site's own.

    Nor does the case of e-mails mean anything, nor an order: v5 has the main one first.
    """
    for item in info.get("emails", []):
        item["email"] = item["email"].lower()
    for name in ("emails", "phones"):
        info[name] = sorted(map(repr, info.get(name, [])))
    info.pop("labels", None)
    return repr((info["emails"], info["phones"])), info


# -- what can go wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [0.0, None])
@pytest.mark.parametrize("kind", ON_THE_WAY)
def test_a_fault_loses_nothing_and_makes_nothing_twice(
    people: Shop, kind: str, lag: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_wix.contacts.bulk.MOST_ROWS", 8)
    people.site.index_lag = lag
    people.site.faults.add(ON_THE_WAY[kind](path=BULK, times=2))
    people.site.faults.add(faults.hook(catch_up, "query$", times=None, after=8))
    run = people.run(*rows(20, labels="L"), bulk_contacts=True)

    assert run.code == 0
    assert sum(run.counts.values()) == 20
    assert found(people) == sorted(row["email"] for row in rows(20))
    assert all(one["labels"] == ["custom.l"] for one in people.infos())


def _rows_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = answer["results"]
    return results


def _without_last(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "results": _rows_of(answer)[:-1]}


def _without_results(_: dict[str, Any]) -> dict[str, Any]:
    return {}


def _wrong_counts(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "bulkActionMetadata": {"totalSuccesses": 1, "totalFailures": 0}}


def _first_twice(answer: dict[str, Any]) -> dict[str, Any]:
    for row in _rows_of(answer)[:2]:
        row["itemMetadata"]["originalIndex"] = 0
    return answer


def _beyond(answer: dict[str, Any]) -> dict[str, Any]:
    _rows_of(answer)[0]["itemMetadata"]["originalIndex"] = 700
    return answer


def _unknown_status(answer: dict[str, Any]) -> dict[str, Any]:
    del _rows_of(answer)[0]["itemMetadata"]["success"]
    _rows_of(answer)[1]["itemMetadata"]["success"] = None
    return answer


def _no_ids(answer: dict[str, Any]) -> dict[str, Any]:
    for row in _rows_of(answer):
        row.pop("item")
        row["itemMetadata"].pop("id")
    return answer


def _no_items(answer: dict[str, Any]) -> dict[str, Any]:
    for row in _rows_of(answer):
        row.pop("item")
    return answer


def _both_ways(answer: dict[str, Any]) -> dict[str, Any]:
    _rows_of(answer)[0]["itemMetadata"]["error"] = {"code": "X", "description": "made, or not"}
    return answer


def _vanished(answer: dict[str, Any]) -> dict[str, Any]:
    for row in _rows_of(answer):
        row["item"].pop("company")
    return answer


ODD_ANSWERS = (
    *(_without_last, _without_results, _wrong_counts, _first_twice, _beyond, _unknown_status),
    *(_no_ids, _no_items, _both_ways, _vanished),
)


@pytest.mark.parametrize("lag", [0.0, None])
@pytest.mark.parametrize("odd", ODD_ANSWERS)
def test_an_answer_in_doubt_is_looked_into(people: Shop, odd: Any, lag: float | None) -> None:
    people.site.index_lag = lag
    people.site.faults.add(faults.rewritten(BULK, rewrite=odd))
    run = people.run(*rows(10), bulk_contacts=True)

    assert run.code == 0
    assert found(people) == sorted(row["email"] for row in rows(10))
    people.site.flush_index()
    assert people.run(*rows(10), bulk_contacts=True).counts == {"unchanged": 10}


def test_results_come_in_any_order(people: Shop) -> None:
    people.book.v5_shuffles = True
    people.run(*rows(100), bulk_contacts=True)

    assert {one["name"]["first"]: one["emails"][0]["email"] for one in people.infos()} == {
        row["first_name"]: row["email"] for row in rows(100)
    }
    records = [{"email": row["email"], "company": f"X{at}"} for at, row in enumerate(rows(100))]
    assert people.run(*records, bulk_contacts=True).counts == {"updated": 100}


@pytest.mark.parametrize("code", ["INTERNAL", "DUPLICATE_CONTACT_EXISTS", "SOMETHING_NEW"])
def test_a_row_that_fails_has_v4_to_decide(people: Shop, code: str) -> None:
    people.site.faults.add(faults.item_failure(BULK, indexes=[1, 3], code=code))
    run = people.run(*rows(5), bulk_contacts=True)

    assert run.counts == {"created": 5}
    assert found(people) == sorted(row["email"] for row in rows(5))
    assert calls(people, PATH) == 2


@pytest.mark.parametrize("acted", [True, False])
def test_a_row_that_wix_had_a_fault_with_is_looked_for_before_v4_makes_it(
    people: Shop, *, acted: bool
) -> None:
    fault = faults.row_faults_after if acted else faults.item_failure
    people.site.faults.add(fault(BULK, indexes=[1, 3], code="INTERNAL"))
    run = people.run(*rows(5), bulk_contacts=True)

    assert run.counts == {"created": 5}
    assert found(people) == sorted(row["email"] for row in rows(5))
    assert calls(people, PATH) == (0 if acted else 2)


def test_what_v4_refuses_too_is_rejected_with_its_reason(people: Shop) -> None:
    people.site.faults.add(faults.item_failure(BULK, indexes=[1], code="INTERNAL"))
    refused = {
        "message": "no",
        "details": {"applicationError": {"code": "TOO_GOOD", "description": "no"}},
    }
    people.site.faults.add(faults.refusal(f"^{PATH}$", status=400, body=refused, method="POST"))
    run = people.run(*rows(3), bulk_contacts=True)

    assert run.counts == {"created": 2, "rejected": 1}
    assert run.codes == {"TOO_GOOD": 1}


def test_one_bad_row_does_not_spoil_the_others(people: Shop) -> None:
    """A row of the wrong form refuses the whole call; here by a rule that only this Wix has."""

    def has_c3(request: Any) -> bool:
        return any(row["name"]["first"] == "N3" for row in request.body["contacts"])

    body: dict[str, Any] = {"message": "contacts[3] is bad", "details": {}}
    refusal: Fault = faults.refusal(BULK, status=400, body=body, when=has_c3, times=None)
    people.site.faults.add(refusal)
    run = people.run(*rows(8), bulk_contacts=True)

    assert run.counts == {"created": 8}
    assert found(people) == sorted(row["email"] for row in rows(8))
    assert calls(people, PATH) == 1


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_site_without_v5_has_its_contacts_one_by_one(
    people: Shop, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    body: dict[str, Any] = {"message": "no such thing", "details": {}}
    people.site.faults.add(faults.refusal(BULK, status=status, body=body, times=None))
    run = people.run(*rows(3), bulk_contacts=True)

    assert run.counts == {"created": 3}
    assert calls(people) == 1
    assert sum("cannot be created in bulk" in one for one in messages(caplog)) == 1


def test_a_contact_that_the_index_does_not_show_yet_is_not_made_again(people: Shop) -> None:
    people.site.index_lag = None
    people.run(*rows(3), bulk_contacts=True)
    run = people.run(*rows(3, company="New"), bulk_contacts=True)

    assert sum(run.counts.values()) == 3
    assert "created" not in run.counts
    assert [one["company"] for one in people.infos()] == ["New"] * 3


@pytest.mark.parametrize("lag", [0.0, None])
def test_a_run_that_ends_after_any_request_is_finished_by_the_next(
    people: Shop, lag: float | None
) -> None:
    people.site.index_lag = lag
    new = rows(4, labels="vip")
    for after in range(20):
        fault = people.site.faults.add(
            faults.refusal(after=after, status=401, effect="after", times=None)
        )
        run = people.run(*new, bulk_contacts=True)
        people.site.faults.remove(fault)
        if run.code == 0:
            break
        assert people.run(*new, bulk_contacts=True).code == 0
        assert found(people) == sorted(row["email"] for row in new)
        assert all(one["labels"] == ["custom.vip"] for one in people.infos())
        for contact in people.book.store.all():
            people.book.delete(contact["id"])
        people.site.flush_index()
    assert after > 4
    assert run.code == 0
