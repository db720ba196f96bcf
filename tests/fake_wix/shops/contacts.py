"""Contacts for shops: nasty ones of any number, and a dozen believable ones."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import NANO, nanoseconds_of, text_of
from tests.fake_wix.shops.texts import nasty_text

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.fake_wix.site import Site

BEGINNING = nanoseconds_of("2023-03-01T00:00:00Z")
DIGITS = (0, 3, 3, 3, 9)
NASTY_FIELDS = (
    ("Plain", "TEXT", "custom.plain"),
    ("Two.dots", "TEXT", "custom.two.dots.in-key"),
    ("Points", "NUMBER", "custom.points"),
    ("Größe <b>&</b> 価格", "TEXT", "custom.gr-e-b-b-4f2a1c"),
    ("Since", "DATE", "custom.since"),
    ("Page", "URL", "custom.page-9b1e"),
)
NASTY_NUMBERS = (0, -1, 7, 9007199254740993, "12.10", "0.1", "1234567.891")


def nasty_contacts(
    site: Site, count: int, random: random.Random, *, tied: int = 0, keyed: bool = False
) -> None:
    """Legal contacts of every awkward kind. The first ``tied`` of them were made in one millisecond.

    No two have an e-mail or a phone in common; ``keyed``: each has one of them, not only a name.
    """
    book = site.contacts
    for name, kind, key in NASTY_FIELDS:
        if key not in book.fields.store:
            book.fields.add(name, kind, key=key)
    labels = [
        book.labels.add(f"{nasty_text(random, 150)[:150]} {number}")["key"] for number in range(5)
    ]
    created = BEGINNING
    for number in range(count):
        # Some are made in one instant, and what was made later may have been changed earlier.
        if number >= tied and random.random() > 0.2:
            created += random.choice((1, 1_000_000, 999_999_999, 86_400 * NANO // 24))
        digits = 3 if number < tied else random.choice(DIGITS)
        changed = created + random.choice((0, 0, 1, NANO, 30 * 86_400 * NANO))
        book.add(
            _nasty_info(random, number, labels, keyed=keyed),
            created=text_of(created, digits),
            updated=text_of(changed, random.choice(DIGITS))
            if changed - created > NANO
            else text_of(created, digits),
            revision=random.choice((1, 2, 40, 2_147_483_647)),
            **_leftovers(random),
        )
        if random.random() < 0.1:
            _say_nothing_aloud(site, random)


def _nasty_info(
    random: random.Random, number: int, labels: list[str], *, keyed: bool
) -> dict[str, Any]:
    """One info; every part is there or not by chance, but never so that Wix would have refused it."""
    parts: dict[str, Callable[[], Any]] = {
        "name": lambda: {
            part: nasty_text(random, 1000)
            for part in random.choice((["first"], ["last"], ["first", "last"]))
        },
        "phones": lambda: {
            "items": [_phone(random, number, at) for at in range(random.choice((1, 2, 5)))]
        },
        "addresses": lambda: {"items": [_address(random) for _ in range(random.choice((1, 2, 5)))]},
        "company": lambda: nasty_text(random, 1000),
        "jobTitle": lambda: nasty_text(random, 1000),
        "birthdate": lambda: random.choice(
            ("1900-01-01", "2000-02-29", "1969-12-31", "2024-12-31")
        ),
        "locale": lambda: random.choice(("en-US", "en-us", "de", "zh-Hant-TW", "nb-NO")),
        "labelKeys": lambda: {"items": random.sample(labels, random.randint(1, len(labels)))},
        "picture": lambda: {
            "image": {
                "id": f"{number:08x}~mv2.jpg",
                "url": f"https://static.wixstatic.com/media/{number:08x}~mv2.jpg",
                "height": 480,
                "width": 640,
            }
        },
    }
    info = {name: make() for name, make in parts.items() if random.random() < 0.5}
    if random.random() < 0.8 or not ({"phones"} if keyed else {"name", "phones"}) & info.keys():
        several = random.choice((1, 1, 1, 2, 50 if number % 97 == 0 else 3))
        emails = [
            {"email": _email(random, number, place), "tag": "MAIN"} for place in range(several)
        ]
        for place, email in enumerate(emails):
            email["primary"] = place == several - 1  # type: ignore[assignment]
        info["emails"] = {"items": emails}
    if random.random() < 0.6:
        info["extendedFields"] = {"items": _custom(random)}
    return info


def _email(random: random.Random, number: int, place: int) -> str:
    start = random.choice(("c", "C", "first.last+tag", "o'neil", "x" * 50))
    return f"{start}{number}.{place}@example.org"


def _phone(random: random.Random, number: int, place: int) -> dict[str, Any]:
    """A phone that no other contact has."""
    own = f"{number:05}{place}"
    country, phone = random.choice(
        (
            ("NO", f"41{own}"),
            ("US", f"(212) 5{own[:2]}-{own[2:]}"),
            (None, f"call after 6 pm, {own}"),
            ("DE", f"0151 / 7{own}"),
            ("GB", f"ext. {own}"),
        )
    )
    item = {"phone": phone, "tag": random.choice(("MOBILE", "FAX", "UNTAGGED"))}
    return {**item, "countryCode": country} if country else item


def _address(random: random.Random) -> dict[str, Any]:
    address: dict[str, Any] = {"city": nasty_text(random, 1000)}
    if random.random() < 0.5:
        address["addressLine"] = nasty_text(random, 1000)
    else:
        address["streetAddress"] = {"number": "12 B", "name": nasty_text(random, 900)}
    country, subdivision = random.choice(
        (("US", "US-NY"), ("GB", "GB-ENG"), ("NO", None), (None, None))
    )
    address |= {"country": country} if country else {}
    address |= {"subdivision": subdivision} if subdivision else {}
    if random.random() < 0.5:
        address |= {
            "postalCode": "01234",
            "addressLine2": nasty_text(random, 200),
            "formatted": "as Wix writes it",
        }
    return {"tag": random.choice(("HOME", "BILLING", "SHIPPING")), "address": address}


def _custom(random: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for _, kind, key in NASTY_FIELDS:
        if random.random() < 0.5:
            continue
        if kind == "NUMBER":
            number = random.choice(NASTY_NUMBERS)
            values[key] = Decimal(number) if isinstance(number, str) else number
        elif kind == "DATE":
            values[key] = "2024-02-29"
        else:
            values[key] = (
                "https://example.org/?a=1&b=ä" if kind == "URL" else nasty_text(random, 500)
            )
    return values


def _say_nothing_aloud(site: Site, random: random.Random) -> None:
    """Turn what the last contact leaves out into nulls, empty texts and empty lists, as old services do."""
    contact = dict(site.contacts.store.all()[-1])
    unset: dict[str, Any] = {
        "company": random.choice((None, "")),
        "birthdate": None,
        "locale": None,
        "labelKeys": {"items": []},
        "phones": {"items": []},
        "picture": None,
    }
    contact["info"] = {**unset, **contact["info"]}
    site.contacts.save(contact, indexed=True)


def _leftovers(random: random.Random) -> dict[str, Any]:
    """What Wix's typings do not promise but its answers hold now and then (wix-api contacts 1)."""
    more: dict[str, Any] = {}
    if random.random() < 0.1:
        more["segments"] = {"items": ["0e1e8a5c-0000-4000-8000-000000000001"]}
    if random.random() < 0.1:
        more["source"] = {"sourceType": "SOMETHING_NEW"}
    if random.random() < 0.05:
        more["fieldOfTomorrow"] = {"any": ["thing", 1]}
    if random.random() < 0.1:
        more["lastActivity"] = {"activityDate": None, "activityType": "SOMETHING_NEW", "icon": {}}
    if random.random() < 0.05:
        more["source"] = {"sourceType": "OTHER", "appId": None}
    return more
