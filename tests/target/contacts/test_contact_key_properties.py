"""Keys by chance: two spellings of one never make two contacts, two keys never become one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fake_wix import NOT_INSTALLED, FakeWix, Site
from tests.target.contacts.harness import Shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERP = "custom.erp"
ORDERS = (["email", "phone"], [ERP, "email", "phone"])
FEW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
AROUND = ("", " ", "\u00a0", "\ufeff", "\u200b", "\t")
EMAILS: tuple[Callable[[str], str], ...] = (
    str, str.upper, "mailto:{}".format, "Ann <{}>".format, "{};".format, "{0}, {0}".format,
)  # fmt: skip
PHONES: tuple[Callable[[str], str], ...] = (
    "+49 30 {}".format, "+49 (0)30 {}".format, "0049 30 {}".format, "+4930{}".format,
    "tel:+49-30-{}".format, "030 {}".format, "(030) {}".format, "030/{}".format,
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Somebody with keys: `at` makes the strong ones, the phone may be that of others."""

    at: int
    email: bool
    phone: int | None

    def row(self, draw: Callable[[int], int], *, erp: bool) -> dict[str, Any]:
        """A row about the person, in a spelling of its own."""

        def dressed(text: str) -> str:
            return f"{AROUND[draw(len(AROUND))]}{text}{AROUND[draw(len(AROUND))]}"

        row: dict[str, Any] = {"first_name": f"N{self.at}", "country": "DE"}
        if erp:
            number: Any = 1000 + self.at
            row[ERP] = (number, float(number), f"{number}.0", dressed(str(number)))[draw(4)]
        if self.email:
            row["email"] = dressed(EMAILS[draw(len(EMAILS))](f"n{self.at}@example.org"))
        if self.phone is not None:
            row["phone"] = dressed(PHONES[draw(len(PHONES))](f"12345{self.phone}"))
        if draw(2):
            return row
        info: dict[str, Any] = {"name": {"first": row["first_name"]}}
        info |= {"emails": [row["email"]]} if "email" in row else {}
        info |= {"phones": [{"phone": row["phone"], "countryCode": "DE"}]} if "phone" in row else {}
        info |= {"extendedFields": {"items": {ERP: row[ERP]}}} if erp else {}
        return {"info": info}


@st.composite
def households(draw: st.DrawFn) -> tuple[list[str], list[Person]]:
    """People who share phones: those without a customer number have an e-mail, or nobody's phone."""
    order = draw(st.sampled_from(ORDERS))
    people = []
    for at in range(draw(st.integers(1, 4))):
        email = draw(st.booleans()) or order == ORDERS[0]
        people.append(Person(at, email, draw(st.sampled_from([None, 0, 1]))))
    return order, people


@pytest.fixture(scope="module")
def served() -> Iterator[FakeWix]:
    """One address for all the sites of these tests."""
    with FakeWix(Site(NOT_INSTALLED)) as wix:
        yield wix


def fresh(served: FakeWix, **switched: bool) -> Shop:
    site = Site(NOT_INSTALLED, seed=1)
    served.sites[:] = [site]
    site.contacts.fields.add("erp", key=ERP)
    for name, value in switched.items():
        setattr(site.contacts, name, value)
    return Shop(site, served.url)


switches = st.fixed_dictionaries(
    {
        "lowercases_emails": st.booleans(),
        "secondary_emails_count": st.booleans(),
        "duplicate_names_contact": st.booleans(),
    }
)


def first_names(shop: Shop) -> list[str]:
    return sorted(info["name"]["first"] for info in shop.infos())


@FEW
@given(drawn=households(), switched=switches, data=st.data())
def test_every_person_is_one_contact_in_whatever_spelling_and_order(
    served: FakeWix,
    drawn: tuple[list[str], list[Person]],
    switched: dict[str, bool],
    data: st.DataObject,
) -> None:
    order, people = drawn
    shop = fresh(served, **switched)

    def pick(count: int) -> int:
        return data.draw(st.integers(0, count - 1))

    rows = [one.row(pick, erp=ERP in order) for one in people for _ in range(1 + pick(2))]
    rows = data.draw(st.permutations(rows))
    expected = sorted(f"N{one.at}" for one in people)
    if data.draw(st.booleans(), label="in one batch"):
        runs = [shop.run(*rows, contact_match_keys=order)]
    else:
        runs = [shop.run(row, contact_match_keys=order) for row in rows]
    assert [run.code for run in runs] == [0] * len(runs)
    assert first_names(shop) == expected
    shop.site.requests.clear()
    again = shop.run(*rows, contact_match_keys=order)
    assert again.counts == {"unchanged": len(rows)}
    assert not shop.writes
    # The next day's file spells everything otherwise.
    other = [one.row(pick, erp=ERP in order) for one in people]
    assert "created" not in shop.run(*other, contact_match_keys=order).counts
    assert first_names(shop) == expected


values = st.fixed_dictionaries(
    {},
    optional={
        ERP: st.sampled_from(["C-1", "C-2", "-"]),
        "email": st.sampled_from(["a@example.org", "b@example.org", "N/A", "a@example.org; b@example.org"]),
        "phone": st.sampled_from(["030 1234567", "+49 30 1234567", "030 7654321", "000"]),
        "country": st.sampled_from(["DE", "Austria"]),
    },
)  # fmt: skip


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    rows=st.lists(values, min_size=2, max_size=5),
    order=st.sampled_from(ORDERS),
    switched=switches,
    together=st.booleans(),
)
def test_records_that_differ_in_the_strongest_key_never_become_one(
    served: FakeWix,
    rows: list[dict[str, str]],
    order: list[str],
    switched: dict[str, bool],
    *,
    together: bool,
) -> None:
    shop = fresh(served, **switched)
    # Labels are only ever added: they tell which records became a contact.
    marked = [{"first_name": "X", **row, "labels": [f"L{at}"]} for at, row in enumerate(rows)]
    for batch in [marked] if together else [[row] for row in marked]:
        shop.run(*batch, contact_match_keys=order, unknown_id="create")
    strongest = order[0]
    for contact in shop.infos():
        merged = [rows[int(label.rpartition("l")[2])] for label in contact.get("labels", [])]
        said = [keys_of(row, strongest) for row in merged]
        for one, two in itertools.combinations([keys for keys in said if keys], 2):
            assert one & two or strongest == "email"
        if strongest == "email":
            # A phone never brought two people with different e-mails together.
            emails = [keys for keys in said if keys]
            assert all(any(one & two for two in emails if two is not one) for one in emails[1:])


def keys_of(row: dict[str, str], key: str) -> set[str]:
    text = row.get(key, "")
    return {part.strip() for part in text.split(";")} - {"", "-", "N/A"}


@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(rows=st.lists(values, min_size=2, max_size=4), order=st.sampled_from(ORDERS))
def test_a_batch_does_what_its_records_do_one_by_one(
    served: FakeWix, rows: list[dict[str, str]], order: list[str]
) -> None:
    marked = [{"first_name": "X", **row, "labels": [f"L{at}"]} for at, row in enumerate(rows)]
    shop = fresh(served)
    together = shop.run(*marked, contact_match_keys=order)
    batched = sorted(sorted(one.get("labels", [])) for one in shop.infos())
    shop = fresh(served)
    alone = [shop.run(row, contact_match_keys=order) for row in marked]
    codes = [code for run in alone for code in run.codes]
    if "DUPLICATE_CONTACT_EXISTS" in codes or "DUPLICATE_CONTACT_EXISTS" in together.codes:
        return  # two records at odds about whose an e-mail is: a later one may mend it
    assert sorted(sorted(one.get("labels", [])) for one in shop.infos()) == batched
    assert sorted(codes) == sorted(
        code for code, count in together.codes.items() for _ in range(count)
    )
