"""What a key of a contact is, and that a weaker one never overrules a stronger one."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from target_wix.pipeline import keys
from tests.fake_wix import faults
from tests.target.contacts.harness import Shop, emails

ERP = "custom.erp"


def person(at: int, **more: Any) -> dict[str, Any]:
    return {"first_name": f"N{at}", **more}


def nested(row: dict[str, Any]) -> dict[str, Any]:
    """A flat row in the shape that the tap has."""
    info: dict[str, Any] = {"name": {"first": row["first_name"]}}
    if "email" in row:
        info["emails"] = {"items": [{"email": row["email"], "primary": True}]}
    if "phone" in row:
        info["phones"] = {"items": [{"phone": row["phone"], "primary": True}]}
    if ERP in row:
        info["extendedFields"] = {"items": {ERP: row[ERP]}}
    return {"info": info}


def erp(people: Shop) -> str:
    return str(people.book.fields.add("erp", key=ERP)["key"])


def names(people: Shop) -> list[str]:
    return sorted(one["name"]["first"] for one in people.infos())


# -- a weaker key never overrules a stronger one --------------------------------------------------

PHONE = "+49 30 123456"
ONE_PHONE = [person(at, email=f"n{at}@corp.example", phone=PHONE) for at in range(3)]


@pytest.mark.parametrize("shape", [dict, nested])
@pytest.mark.parametrize("batches", [1, 3])
@pytest.mark.parametrize("lag", [0.0, None])
def test_people_with_one_phone_stay_apart(
    people: Shop, shape: Any, batches: int, lag: float | None
) -> None:
    people.site.index_lag = lag
    rows = [shape(row) for row in ONE_PHONE]
    runs = [people.run(*rows)] if batches == 1 else [people.run(row) for row in rows]
    assert [run.counts for run in runs] == [{"created": 3 // batches}] * batches
    assert names(people) == ["N0", "N1", "N2"]
    people.site.flush_index()
    people.site.requests.clear()
    assert people.run(*rows).counts == {"unchanged": 3}
    assert not people.writes


def test_a_contact_with_another_email_is_not_the_one_with_the_phone(people: Shop) -> None:
    there = people.add("ann@example.org", PHONE, company="Berg", name={"first": "Ann"})
    assert people.run(ONE_PHONE[0]).counts == {"created": 1}
    assert people.info(there)["company"] == "Berg"
    assert people.info(there)["emails"][0]["email"] == "ann@example.org"


@pytest.mark.parametrize("email", ["", "n{}@corp.example"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_people_with_customer_numbers_of_their_own_stay_apart(
    people: Shop, email: str, order: tuple[int, ...]
) -> None:
    erp(people)
    rows = [person(at, phone=PHONE, **{ERP: f"C-{at}"}) for at in order]
    rows = [
        {**row, "email": email.format(at)} if email else row
        for row, at in zip(rows, order, strict=True)
    ]
    keys_in_order = ["custom.erp", "email", "phone"]
    run = people.run(*rows, contact_match_keys=keys_in_order)
    assert run.counts == {"created": 3}
    assert names(people) == ["N0", "N1", "N2"]
    people.site.requests.clear()
    assert people.run(*rows, contact_match_keys=keys_in_order).counts == {"unchanged": 3}
    assert not people.writes
    assert all(one["custom"][ERP][-1] == one["name"]["first"][-1] for one in people.infos())


def test_a_contact_gets_the_phone_of_another_customer(people: Shop) -> None:
    erp(people)
    options = {"contact_match_keys": [ERP, "email", "phone"]}
    people.run(*(person(at, **{ERP: f"C-{at}"}) for at in range(2)), **options)
    rows = [{ERP: f"C-{at}", "phone": PHONE} for at in range(2)]
    assert people.run(*rows, **options).counts == {"updated": 2}
    assert all(one["phones"][0]["phone"] == PHONE for one in people.infos())
    # Without a number of its own, nobody is told from the one who has the phone.
    other = people.add(name={"first": "Bo"})
    assert people.run({"id": other, "phone": PHONE}).codes == {"DUPLICATE_CONTACT_EXISTS": 1}


def test_a_customer_whose_creation_got_no_answer_is_made_once(people: Shop) -> None:
    erp(people)
    rows = [person(at, phone=PHONE, **{ERP: f"C-{at}"}) for at in range(3)]
    lost = faults.lost_answer(
        "/contacts$", method="POST", times=2, when=lambda request: request.body["allowDuplicates"]
    )
    people.site.faults.add(lost)
    run = people.run(*rows, contact_match_keys=[ERP, "email", "phone"])
    assert run.counts == {"created": 3}
    assert names(people) == ["N0", "N1", "N2"]


def test_the_customer_number_decides_whatever_the_email_says(people: Shop) -> None:
    erp(people)
    options = {"contact_match_keys": [ERP, "email", "phone"]}
    there = people.add("old@example.org", PHONE, extendedFields={"items": {ERP: "C-1"}})
    row = person(1, email="new@example.org", **{ERP: "C-1"})
    assert people.run(row, **options).counts == {"updated": 1}
    assert people.info(there)["emails"][0]["email"] == "new@example.org"
    # The e-mail of a contact with another customer number is that of somebody else.
    other = person(2, email="new@example.org", **{ERP: "C-2"})
    run = people.run(other, **options)
    assert run.codes == {"DUPLICATE_CONTACT_EXISTS": 1}
    assert people.info(there)["name"]["first"] == "N1"
    # One that has none yet is found by its e-mail, and gets its number.
    bare = people.add("bare@example.org")
    assert people.run({"email": "bare@example.org", ERP: "C-3"}, **options).counts == {"updated": 1}
    assert people.info(bare)["custom"][ERP] == "C-3"


def test_a_phone_finds_a_contact_without_an_email_and_one_that_the_record_has_none_for(
    people: Shop,
) -> None:
    bare = people.add(phone=PHONE, name={"first": "Ann"})
    row = {"email": "ann@example.org", "phone": PHONE}
    assert people.run(row).counts == {"updated": 1}
    assert people.info(bare)["emails"][0]["email"] == "ann@example.org"
    assert people.run({"phone": PHONE, "company": "Berg"}).counts == {"updated": 1}
    assert people.info(bare)["emails"][0]["email"] == "ann@example.org"
    # Not even where null clears: the phone is weaker than the e-mail.
    clearing: dict[str, Any] = {"phone": PHONE, "email": None, "company": "Two"}
    assert people.run(clearing, null_clears=True).counts == {"updated": 1}
    assert people.run({"phone": PHONE, "info": {"emails": []}}).counts == {"unchanged": 1}
    assert people.info(bare)["emails"][0]["email"] == "ann@example.org"


def test_a_custom_field_named_like_a_key_does_not_stand_for_it(people: Shop) -> None:
    people.book.fields.add("Email")
    there = people.add("ann@example.org", PHONE)
    clearing: dict[str, Any] = {"phone": PHONE, "email": None, "company": "Berg"}
    assert people.run(clearing, null_clears=True).counts == {"updated": 1}
    assert people.info(there)["emails"][0]["email"] == "ann@example.org"


def test_the_phone_of_a_household_says_nothing_of_who_is_meant(people: Shop) -> None:
    people.run(*ONE_PHONE)
    people.site.requests.clear()
    assert people.run({"phone": PHONE, "company": "Berg"}).codes == {"AMBIGUOUS": 1}
    assert not people.writes
    rows = [{"phone": "41234567", **row} for row in (person(8, email="x@y.z"), person(9))]
    run = people.run(*rows, person(7, email="w@y.z", phone="41234567"), {"phone": "41234567"})
    assert run.codes == {"AMBIGUOUS": 1}
    assert run.counts == {"created": 2, "updated": 1, "rejected": 1}


@pytest.mark.parametrize("phone", ["030 77777", "+493077777"])
def test_people_found_by_their_emails_do_not_hide_others_with_the_phone(
    people: Shop, phone: str
) -> None:
    people.add("a@example.org", "+49 30 77777", name={"first": "Ann"})
    people.add("b@example.org", "+493077777", name={"first": "Bea"})
    rows = [
        {"phone": phone, "country": "DE", "company": "Berg"},
        {"email": "b@example.org", "phone": "+493077777", "first_name": "Bea"},
    ]
    run = people.run(*rows)
    assert run.codes == {"AMBIGUOUS": 1}
    assert run.counts == {"unchanged": 1, "rejected": 1}
    assert not people.writes


def test_the_first_of_a_batch_to_bring_an_email_takes_the_contact_with_the_phone(
    people: Shop,
) -> None:
    bare = people.add(phone=PHONE, name={"first": "Ann"})
    assert people.run(*ONE_PHONE).counts == {"updated": 1, "created": 2}
    assert people.info(bare)["name"]["first"] == "N0"
    assert names(people) == ["N0", "N1", "N2"]


def test_a_phone_that_is_a_match_key_alone_does_not_overrule_the_email_either(
    people: Shop,
) -> None:
    run = people.run(*ONE_PHONE, contact_match_keys=["phone"])
    assert run.counts == {"created": 3}
    again = people.run(*ONE_PHONE, contact_match_keys=["phone"])
    assert again.counts == {"unchanged": 3}


@pytest.mark.parametrize("there", [True, False])
def test_a_dry_run_promises_no_second_contact_with_an_email(people: Shop, there: bool) -> None:  # noqa: FBT001
    erp(people)
    options = {"contact_match_keys": [ERP, "email", "phone"]}
    rows = [person(at, email="info@corp.example", **{ERP: f"C-{at}"}) for at in range(3)]
    if there:
        people.run(rows[0], **options)
    dry = people.run(*rows, dry_run=True, **options)
    assert dry.codes == {"DUPLICATE_CONTACT_EXISTS": 2}
    real = people.run(*rows, **options)
    assert (real.codes, real.counts) == (dry.codes, dry.counts)
    assert names(people) == ["N0"]


def test_a_dry_run_tells_people_apart_like_a_real_one(people: Shop) -> None:
    assert people.run(*ONE_PHONE, dry_run=True).counts == {"created": 3}
    assert not people.writes


# -- phones -------------------------------------------------------------------------------------

SPELLINGS = [
    "030/123456",
    "+49 (0)30 123456",
    "0049 30 123456",
    "(030) 12 34 56",
    "tel:+4930123456",
]


@pytest.mark.parametrize("stored", ["030 123456", "+49 30 123456", "030/12 34-56", "0049/30123456"])
@pytest.mark.parametrize("country", ["DE", None])
def test_a_phone_is_found_however_it_is_spelled(
    people: Shop, stored: str, country: str | None
) -> None:
    item = {"phone": stored, "primary": True} | ({"countryCode": country} if country else {})
    there = people.add(name={"first": "Seed"}, phones={"items": [item]})
    in_germany = country is not None or stored.startswith(("+", "00"))
    for spelled in SPELLINGS:
        knows_country = spelled.startswith(("+", "00", "tel:"))
        if not in_germany and not knows_country and stored.startswith("+"):
            continue
        row = {"first_name": "Seed", "phone": spelled}
        if country is None:
            row["country"] = "Germany"
        run = people.run(row)
        assert "created" not in run.counts, spelled
    assert len(people.book.store) == 1
    assert people.info(there)["phones"][0]["phone"] == stored


def test_the_country_of_the_address_is_that_of_the_phone(people: Shop) -> None:
    there = people.add(
        name={"first": "Ann"},
        phones={"items": [{"phone": "030 123456"}]},
        addresses={"items": [{"address": {"country": "DE", "city": "Berlin"}}]},
    )
    assert people.run({"phone": "+49 30 123456", "company": "Berg"}).counts == {"updated": 1}
    assert people.info(there)["company"] == "Berg"
    other = {"phone": "+43 30 123456", "first_name": "Bo"}
    assert people.run(other).counts == {"created": 1}


@pytest.mark.parametrize("between", ["; ", ",", " | ", "\n", " / ", " or ", " oder "])
def test_several_phones_of_a_cell_are_several(people: Shop, between: str) -> None:
    row = {"email": "a@example.org", "phone": f"030 123456{between}0171 1234567"}
    assert people.run(row).counts == {"created": 1}
    listed = [(one["phone"], one["primary"]) for one in people.infos()[0]["phones"]]
    assert listed == [("030 123456", True), ("0171 1234567", False)]
    assert people.run(row).counts == {"unchanged": 1}


@pytest.mark.parametrize(
    "phone",
    ["030 / 123456", "+49 (0) 171 / 5556677", "030/123456", "030 123456 / 57", "030 123456, ext 5"],
)
def test_one_phone_with_a_mark_in_it_is_one(people: Shop, phone: str) -> None:
    people.run({"email": "a@example.org", "phone": phone})
    assert [one["phone"] for one in people.infos()[0]["phones"]] == [phone]


def test_a_cell_of_two_phones_finds_the_contact_that_has_the_first(people: Shop) -> None:
    there = people.add(phone="030 123456", name={"first": "Ann"})
    row = {"first_name": "Ann", "phone": "030 123456 / 030 123457", "company": "Berg"}
    assert people.run(row).counts == {"updated": 1}
    assert [one["phone"] for one in people.info(there)["phones"]] == ["030 123456", "030 123457"]


@pytest.mark.parametrize("phone", ["-", "N/A", "000", "0", "none", "", "  "])
def test_a_phone_that_says_nothing_is_nobodys(people: Shop, phone: str) -> None:
    rows = [person(at, email=f"a{at}@example.org", phone=phone) for at in range(2)]
    run = people.run(*rows)
    assert (run.counts, run.dropped) == ({"created": 2}, {})
    assert not any("phones" in one for one in people.infos())
    assert people.run({"phone": phone, "first_name": "X"}).codes == {"NO_KEY": 1}


@pytest.mark.parametrize("phone", ["ring the bell", "4.91512E+12", True])
def test_a_text_that_is_no_phone_is_named_and_left_out(people: Shop, phone: object) -> None:
    run = people.run({"email": "a@example.org", "phone": phone, "first_name": "Ann"})
    assert (run.code, run.counts) == (0, {"created": 1})
    assert run.dropped == {"values of phone that are not a phone number": 1}
    assert "phones" not in people.infos()[0]


def test_what_wix_holds_as_a_phone_or_email_stays_however_odd(people: Shop) -> None:
    phones = {"items": [{"phone": "ring the bell"}, {"phone": "030 123456"}]}
    people.add(**emails("no e-mail at all"), phones=phones, name={"first": "Ann"})
    several = {"items": [{"phone": "030 123456, 030 999999"}, {"phone": "0171 5 / 0172 6 55555"}]}
    people.add(**emails("a@x.example; b@x.example"), phones=several, name={"first": "Bo"})
    people.add(**emails("Cy <c@x.example>"), name={"first": "Cy"})
    run = people.run(*people.tap_records())
    assert (run.counts, run.dropped) == ({"unchanged": 3}, {})


def test_numbers_that_came_through_a_float_are_whole(people: Shop) -> None:
    erp(people)
    row = {
        "email": "nora@example.com", "phone": 4915112345678.0, "postal_code": 10115.0,
        "custom.erp": 1001.0, "city": "Berlin", "country": "DE",
    }  # fmt: skip
    assert people.run(row).counts == {"created": 1}
    (info,) = people.infos()
    assert info["phones"][0]["phone"] == "4915112345678"
    assert info["addresses"][0]["address"]["postalCode"] == "10115"
    assert info["custom"] == {ERP: "1001"}
    texts = {**row, "phone": "4915112345678.0", "postal_code": "10115.0", ERP: "1001.0"}
    options = {"contact_match_keys": [ERP, "phone"]}
    assert people.run(texts, **options).counts == {"unchanged": 1}
    assert len(people.book.store) == 1


def test_digits_without_a_plus_are_the_international_number_they_spell(people: Shop) -> None:
    people.add(phone="+49 151 12345678", name={"first": "Ann"})
    assert people.run({"phone": 4915112345678.0}).counts == {"unchanged": 1}


# -- e-mails ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "a@example.com; b@example.com", "a@example.com, b@example.com", "A@example.com b@example.com",
        "a@example.com\nb@example.com", "Fay <a@example.com>; mailto:b@example.com",
        "a@example.com;b@example.com;", '"Berg, Fay" <a@example.com>, b@example.com',
    ],
)  # fmt: skip
def test_several_emails_of_a_cell_are_several(people: Shop, cell: str) -> None:
    there = people.add("a@example.com", name={"first": "Fay"})
    for row in ({"email": cell}, {"info": {"emails": [{"email": cell, "primary": True}]}}):
        run = people.run({**row, "first_name": "Fay"})
        assert "created" not in run.counts
        listed = [(one["email"], one["primary"]) for one in people.info(there)["emails"]]
        assert listed == [("a@example.com", True), ("b@example.com", False)]
    assert len(people.book.store) == 1
    assert people.run({"email": cell}).counts == {"unchanged": 1}


@pytest.mark.parametrize(
    "cell", ["\ufeff a@example.com\u00a0", "mailto:A@example.com", "Jane <a@example.com>"]
)
def test_one_email_is_one_in_any_dress(people: Shop, cell: str) -> None:
    people.add("a@example.com")
    assert people.run({"email": cell}).counts == {"unchanged": 1}
    assert people.run({"email": cell.replace("a@", "new@").replace("A@", "new@")}).code == 0
    assert people.infos()[1]["emails"][0]["email"] == "new@example.com"


@pytest.mark.parametrize(
    "stored", [" Ann@example.com", "ann@example.com\u00a0", "ANN@EXAMPLE.COM "]
)
@pytest.mark.parametrize("named", [True, False])
def test_blanks_around_the_email_of_a_contact_make_no_difference(
    people: Shop, stored: str, *, named: bool
) -> None:
    people.book.duplicate_names_contact = named
    there = people.add(stored)
    row = {"email": "ann@example.com", "company": "Berg"}
    assert people.run(row).counts == {"updated": 1}
    assert people.info(there)["emails"][0]["email"] == stored
    assert len(people.book.store) == 1


@pytest.mark.parametrize("email", ["-", "N/A", "none", "NULL", "", " "])
def test_an_email_that_says_nothing_is_nobodys(people: Shop, email: str) -> None:
    rows = [person(at, email=email, phone=f"030 12345{at}") for at in range(2)]
    run = people.run(*rows)
    assert (run.counts, run.dropped) == ({"created": 2}, {})
    assert people.run({"email": email, "first_name": "X"}).codes == {"NO_KEY": 1}


@pytest.mark.parametrize(
    "email",
    ["ann", "ann@", "@example.org", "a@b@c", "ann at example.org", "ann berg@example.org"],
)
def test_a_text_that_is_no_email_is_named_and_left_out(people: Shop, email: str) -> None:
    run = people.run(person(1, email=email, phone="030 123456"))
    assert (run.code, run.counts) == (0, {"created": 1})
    assert run.dropped == {"values of email that are not an e-mail address": 1}
    assert "emails" not in people.infos()[0]


# -- custom fields ------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", ["C-1", "C-1 ", "\ufeffC-1"])
@pytest.mark.parametrize("said", ["C-1", " C-1\u00a0", "C-1\u200b"])
def test_blanks_around_a_customer_number_make_no_difference(
    people: Shop, stored: str, said: str
) -> None:
    erp(people)
    there = people.add("a@example.org", extendedFields={"items": {ERP: stored}})
    row = {ERP: said, "email": "a@example.org", "company": "Berg"}
    options = {"contact_match_keys": [ERP]}
    assert people.run(row, **options).counts == {"updated": 1}
    assert people.info(there)["custom"][ERP] == stored
    assert people.run(row, row, **options).counts == {"unchanged": 2}


@pytest.mark.parametrize("said", ["-", "N/A", "", "0", "null"])
def test_a_customer_number_that_says_nothing_folds_nobody(people: Shop, said: str) -> None:
    erp(people)
    rows = [person(at, email=f"a{at}@example.org", **{ERP: said}) for at in range(2)]
    assert people.run(*rows, contact_match_keys=[ERP, "email"]).counts == {"created": 2}
    assert people.run(*rows, contact_match_keys=[ERP, "email"]).counts == {"unchanged": 2}
    assert {one.get("custom", {}).get(ERP) for one in people.infos()} <= {None, "0"}


# -- the definition itself ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found", "clear"),
    [
        ("a@x; b@x", ["a@x", "b@x"], True),
        ("a@x / b@y", ["a@x", "b@y"], True),
        ("a@x b@x A@x", ["a@x", "b@x"], True),
        ("mailto:jane@x?subject=Hi there", ["jane@x"], True),
        ("smtp:jane@x", ["jane@x"], True),
        ("a@x; b@@y", ["a@x"], False),
        ("a@@b", [], False),
        ("none", [], True),
        ("a b@x.de", [], False),
        ("a b@x.de; c@x.de", ["c@x.de"], False),
        ("john,doe@x.de", [], False),
        ("b@x .de", [], False),
        ("b@x.de c d@x.de", [], False),
        ("<a b@x.de>", [], False),
        ('"a b@x.de"', [], False),
        ("Jane Doe <jane@x>", ["jane@x"], True),
        ("Doe, Jane <jane@x>, Bo Doe <bo@x>", ["jane@x", "bo@x"], True),
        ('"Doe, Jane" <jane@x>; bo@x', ["jane@x", "bo@x"], True),
        ("jane@x (work), bo@x (private)", ["jane@x", "bo@x"], True),
        ("E-Mail: jane@x - private: bo@x", ["jane@x", "bo@x"], True),
        ("jane@x, see notes", ["jane@x"], False),
        ("(jane@x)", ["jane@x"], True),
        ("<jane@x, bo@x>", ["jane@x", "bo@x"], True),
        ("jane@x,bo@x", ["jane@x", "bo@x"], True),
        ("jane@x N/A", ["jane@x"], True),
        ("<jane@x", ["jane@x"], True),
    ],
)
def test_emails_are_read_out_of_a_text(text: str, found: list[str], *, clear: bool) -> None:
    assert keys.emails_in(text) == (found, clear)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (("030 123456", "DE"), ("+49 30 123456", ""), True),
        (("030 123456", "DE"), ("030/123456", ""), True),
        (("030 123456", "DE"), ("030 123456", "AT"), False),
        (("+49 30 123456", ""), ("+43 30 123456", ""), False),
        (("+49 (0)30 123456", ""), ("0049 30 123456", ""), True),
        (("(0)30 123456", "DE"), ("030 123456", "DE"), True),
        (("4930123456", ""), ("+49 30 123456", ""), True),
        (("+1 212 555 0100 x1", ""), ("+1 212 555 0100 x2", ""), False),
        (("\u0660\u0663\u0660 123456", ""), ("030 123456", ""), True),
        (("\uff0b49 30 123456", ""), ("+4930123456", ""), True),
        (("000", ""), ("000", ""), False),
        (("ring", ""), ("ring", ""), False),
    ],
)
def test_phones_are_one_by_number(
    left: tuple[str, str], right: tuple[str, str], *, same: bool
) -> None:
    one, two = keys.phone(*left), keys.phone(*right)
    assert keys.same_phones(one, two) is same
    assert keys.same_phones(two, one) is same


@pytest.mark.parametrize(
    "column", ["email", "phone", "country", "subdivision", "birthdate", "custom.x"]
)
def test_a_long_cell_takes_no_longer_than_its_length(people: Shop, column: str) -> None:
    # What is quadratic would not end: the time itself is not asserted.
    for text in (" " * 500_000 + "x", "a@" * 250_000, "0;" * 250_000, "(0" + " " * 500_000):
        run = people.run({"first_name": "Ann", "email": "a@example.org", column: text})
        assert sum(run.counts.values()) == 1


def test_a_match_key_that_the_site_does_not_have_joins_nobody(people: Shop) -> None:
    rows = [
        {"custom.erp": "7", "email": "ann@shop.example", "first_name": "Ann"},
        {"custom.erp": "7", "email": "bo@shop.example", "first_name": "Bo"},
    ]
    keys = {"contact_match_keys": ["custom.erp", "email", "phone"]}
    run = people.run(*rows, **keys)
    assert (run.counts, len(people.infos())) == ({"created": 2}, 2)
    assert people.run(*rows, **keys).counts == {"unchanged": 2}


def test_an_emptied_column_takes_all_values_at_once_and_not_one_in_each_run(people: Shop) -> None:
    items = [{"email": "ann@shop.example", "tag": "MAIN"}, {"email": "a@home.example"}]
    key = people.add(name={"first": "Ann"}, emails={"items": items})
    rows = {"id": key, "email": None}
    assert people.run(rows, null_clears=True).counts == {"updated": 1}
    assert not people.info(key).get("emails")
    assert people.run(rows, null_clears=True).counts == {"unchanged": 1}
