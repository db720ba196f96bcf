"""Contacts made by chance: what holds for all of them."""

from __future__ import annotations

import copy
from json import dumps
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from target_wix.contacts.parse import _KNOWN, read_patch
from target_wix.runtime.outcomes import Rejection
from tests.fake_wix import NOT_INSTALLED, FakeWix, Site
from tests.target.contacts.harness import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
FIELDS = {
    "custom.text": "TEXT",
    "custom.num.ber": "NUMBER",
    "custom.day": "DATE",
    "custom.web": "URL",
}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda one: f"x{one}")
numbers = st.one_of(
    st.integers(-(2**63), 2**63), st.decimals(-1000, 1000, allow_nan=False, places=3)
)
custom = st.fixed_dictionaries(
    {},
    optional={
        "custom.text": st.one_of(texts, st.integers()),
        "custom.num.ber": st.one_of(numbers, numbers.map(str)),
        "custom.day": st.dates().map(str),
        "custom.web": st.sampled_from(["example.org/ä", "https://example.org", "ftp://a.b"]),
    },
)
words = st.sampled_from(["ann@example.org", "Ann@Example.ORG", "b@example.org", "c@x.y", "ä@ö.ü"])
digits = st.sampled_from(
    ["41234567", "412 34 567", "+47 41234567", "+4641234567", "555", "ring the bell"]
)
tags = st.sampled_from(["UNTAGGED", "HOME", "home", "WORK", None])
national = st.fixed_dictionaries(
    {
        "phone": st.sampled_from(["41234567", "412 34 567", "(212) 555-01"]),
        "countryCode": st.sampled_from(["NO", "no", "US"]),
        "tag": tags,
    }
)
phones = st.one_of(national, st.fixed_dictionaries({"phone": digits, "tag": tags}))


def distinct(items: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """A list of which at most one item is primary."""

    def marked(drawn: tuple[list[dict[str, Any]], int]) -> list[dict[str, Any]]:
        listed, at = drawn
        return [{**one, "primary": place == at} for place, one in enumerate(listed)]

    return st.tuples(st.lists(items, max_size=4), st.integers(-1, 4)).map(marked)


streets = st.one_of(
    st.fixed_dictionaries({}, optional={"addressLine": texts}),
    st.fixed_dictionaries(
        {"streetAddress": st.fixed_dictionaries({}, optional={"number": texts, "name": texts})}
    ),
)
places = st.sampled_from(
    [
        {"country": "US", "subdivision": "US-NY"},
        {"country": "us", "subdivision": "ny"},
        {"country": "NO"},
        {},
    ]
)
rest = st.fixed_dictionaries(
    {}, optional={"city": texts, "postalCode": texts, "addressLine2": texts, "formatted": texts}
)
addresses = st.tuples(streets, places, rest).map(lambda parts: parts[0] | parts[1] | parts[2])
infos = st.fixed_dictionaries(
    {},
    optional={
        "name": st.fixed_dictionaries({}, optional={"first": texts, "last": st.none() | texts}),
        "emails": st.fixed_dictionaries(
            {"items": distinct(st.fixed_dictionaries({"email": words, "tag": tags}))}
        ),
        "phones": distinct(phones),
        "addresses": st.lists(
            st.fixed_dictionaries({"address": addresses, "tag": tags}), max_size=3
        ),
        "company": st.none() | texts,
        "jobTitle": texts,
        "birthdate": st.dates().map(str),
        "locale": st.sampled_from(["en-US", "nb_NO", "de"]),
        "labelKeys": st.lists(st.sampled_from(["custom.vip", "VIP", "vip", "New"]), max_size=3),
        "extendedFields": st.fixed_dictionaries({"items": custom}),
        "picture": st.sampled_from([None, {"image": {"url": "https://example.org/a.jpg"}}]),
    },
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "email": words,
        "phone": digits,
        "first_name": texts,
        "jobTitle": texts,
        "city": texts,
        "address_line": texts,
        "labels": st.sampled_from(["VIP", "VIP;Other", '["Third"]']),
        "custom.text": texts,
    },
)
# A record, and whether it names the contact by its id.
records = st.tuples(st.one_of(infos.map(lambda info: {"info": info}), rows), st.booleans())
Drawn = tuple[dict[str, Any], bool]
switches = st.fixed_dictionaries(
    {
        "replaces_extended_fields": st.booleans(),
        "lowercases_emails": st.booleans(),
        "keeps_item_ids": st.booleans(),
        "secondary_emails_count": st.booleans(),
        "refuses_null_fields": st.booleans(),
        "rechecks_unchanged_emails": st.booleans(),
    }
)


@pytest.fixture(scope="module")
def served() -> Iterator[FakeWix]:
    """One address for all the sites of these tests."""
    with FakeWix(Site(NOT_INSTALLED)) as wix:
        yield wix


def fresh(served: FakeWix, **switched: bool) -> tuple[Shop, str]:
    """An all new site with one contact on it, and the contact's id."""
    site = Site(NOT_INSTALLED, seed=1)
    served.sites[:] = [site]
    for key, kind in FIELDS.items():
        site.contacts.fields.add(key.removeprefix("custom."), kind, key=key)
    site.contacts.labels.add("VIP", key="custom.vip")
    for name, value in switched.items():
        setattr(site.contacts, name, value)
    shop = Shop(site, served.url)
    info = {"name": {"first": "Ann"}, "labelKeys": {"items": ["contacts.customers"]}}
    items = {"custom.text": "1", "custom.num.ber": 7}
    extended = {"extendedFields": {"items": items}}
    return shop, shop.add("ann@example.org", "41234567", company="Old", **info, **extended)


def addressed(drawn: Drawn, there: str) -> dict[str, Any]:
    """A record that names the contact by id, or leaves it to the keys."""
    record, by_id = copy.deepcopy(drawn)
    return {**record, "id": there} if by_id else record


def meaning(infos: list[dict[str, Any]]) -> list[str]:
    """Contacts to compare: what is the same in another spelling is not written."""
    for info in infos:
        for item in info.get("emails", []):
            item["email"] = item["email"].casefold()
        for item in info.get("phones", []):
            item["phone"] = item["phone"].replace(" ", "")
            item.pop("countryCode", None)  # kept or not by what Wix made of the number before
        for name in ("emails", "phones", "addresses"):
            info[name] = sorted(map(in_order, info.get(name, [])))
    return sorted(map(in_order, infos))


def in_order(value: dict[str, Any]) -> str:
    """A text that does not depend on which key came first."""
    return dumps(value, sort_keys=True, default=str)


@FEW
@given(drawn=records, switched=switches, merge=st.booleans())
def test_a_legal_record_is_taken_and_the_second_time_there_is_nothing_to_write(
    served: FakeWix, drawn: Drawn, switched: dict[str, bool], *, merge: bool
) -> None:
    shop, there = fresh(served, **switched)
    record = addressed(drawn, there)
    lists = "merge" if merge else "replace"
    run = shop.run(record, contact_lists=lists)
    assert set(run.codes) <= {"NO_KEY", "INSUFFICIENT_CONTACT_DATA"}
    # Wix's own duplicate check finds what its index does not, such as a phone spelled otherwise.
    refused = [one for one in shop.writes if one.status != 200]
    assert all(one.status == 409 and one.method == "POST" for one in refused)
    made = len(shop.writes)
    again = shop.run(record, contact_lists=lists)
    assert again.codes == run.codes
    if not run.codes:
        assert again.counts == {"unchanged": 1}
    assert len(shop.writes) == made
    assert len(shop.book.store) <= 2


@FEW
@given(drawn=st.lists(records, min_size=2, max_size=5))
def test_records_in_one_batch_do_what_they_do_one_by_one(
    served: FakeWix, drawn: list[Drawn]
) -> None:
    shop, there = fresh(served)
    together = shop.run(*(addressed(one, there) for one in drawn))
    batched = shop.infos()
    shop, there = fresh(served)
    alone = [shop.run(addressed(one, there)) for one in drawn]
    # Two records at odds about whose an e-mail is: in one batch the later one may mend it.
    assume(not any("DUPLICATE_CONTACT_EXISTS" in run.codes for run in alone))
    assert meaning(shop.infos()) == meaning(batched)
    assert sum(together.counts.values()) == len(drawn)
    assert sum(len(run.codes) for run in alone) == sum(together.codes.values())


@FEW
@given(drawn=records, switched=switches)
def test_what_the_tap_reads_afterwards_changes_nothing(
    served: FakeWix, drawn: Drawn, switched: dict[str, bool]
) -> None:
    shop, there = fresh(served, **switched)
    shop.run(addressed(drawn, there))
    shop.site.requests.clear()
    run = shop.run(*shop.tap_records(), null_clears=True)
    assert run.counts == {"unchanged": len(shop.book.store)}
    assert not shop.writes


json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | texts
    | st.sampled_from(["", "{", "[]", "null", '{"items": 1}']),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["items", "email", "phone", "address", "first", "image", "url", "tag"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
columns = st.sampled_from(
    [
        "id", "revision", "info", "name", "emails", "phones", "addresses", "labelKeys", "picture",
        "extendedFields", "email", "phone", "labels", "city", "birthdate", "custom.x", "siteId", "x",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    record=st.dictionaries(columns, json, max_size=4),
    info=st.dictionaries(columns, json, max_size=4),
    null_clears=st.booleans(),
)
def test_any_json_at_all_is_read_or_refused(
    record: dict[str, Any], info: dict[str, Any], *, null_clears: bool
) -> None:
    assert refusal(record, null_clears) in {"", "BAD_VALUE"}
    assert refusal({**record, "info": info}, null_clears) in {"", "BAD_VALUE"}


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -1, 0])
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["", "{", "[]", "null", "-", "\u202e", "a@b", "{}", '[{"key": {}}]', "\x00"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "items", "email", "phone", "address", "first", "image", "url", "tag", "primary",
                    "countryCode", "e164Phone", "country", "streetAddress", "key", "displayName",
                    "custom.text", "number", "name", "id",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)  # fmt: skip
known = st.sampled_from([*_KNOWN, "custom.text", "custom.num.ber", "custom.day", "custom.web"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.dictionaries(known, anything, max_size=4), min_size=3, max_size=5))
def test_any_json_in_any_column_gives_every_record_an_outcome(
    served: FakeWix, rows: list[dict[str, Any]]
) -> None:
    shop, _ = fresh(served)
    records = [{"email": f"n{at}@example.org", **row} for at, row in enumerate(rows)]
    run = shop.run(*records, unknown_id="create", create_custom_fields=True)
    assert sum(run.counts.values()) == len(records)
    assert run.code == bool(run.codes)
    # What reaches Wix is what Wix takes.
    assert all(one.status in {200, 409} for one in shop.writes)


def refusal(record: dict[str, Any], null_clears: bool) -> str:  # noqa: FBT001
    """The code a record is refused with, empty if it can be read."""
    try:
        read_patch(record, null_clears=null_clears)
    except Rejection as refused:
        return refused.code
    return ""
