"""What else a site has, nasty but legal: members, deleted contacts, places and properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import NANO, nanoseconds_of, text_of
from tests.fake_wix.shops.from_types import invent
from tests.fake_wix.shops.texts import nasty_text

if TYPE_CHECKING:
    import random

    from tests.fake_wix.site import Site

_BEGINNING = nanoseconds_of("2023-03-01T00:00:00Z")
_DAY = 86_400 * NANO


def nasty_members(site: Site, count: int, random: random.Random, *, tied: int = 0) -> None:
    """Members with any of their fields. The first ``tied`` joined in one millisecond.

    A contact is now one of the site's, now one that is gone; the id of a member may be that of its
    contact (wix-api contacts 6).
    """
    contacts = [contact["id"] for contact in site.contacts.store.all()]
    joined = _BEGINNING
    for number in range(count):
        if number >= tied:
            joined += random.choice((0, 1, 999_999_999, _DAY))
        key = site.new_id()
        member = invent("members", random) | {
            "id": key,
            "contactId": random.choice((key, site.new_id(), *contacts[:1])),
            "loginEmail": f"member{number}@example.org",
            "createdDate": text_of(joined, 3 if number < tied else random.choice((0, 3, 9))),
            "updatedDate": text_of(joined + random.choice((0, NANO, _DAY)), 3),
        }
        site.members.add(member)


def nasty_trash_bin(site: Site, count: int, random: random.Random) -> None:
    """Contacts deleted on any of the last hundred days, some of them in the same instant.

    The first is older than the bin keeps anything, and the second was deleted just now (5.1).
    """
    now = site.clock.nanoseconds()
    moments = [now - 100 * _DAY, now, now - _DAY, now - _DAY]
    for number in range(count):
        contact = invent("contacts_v5", random, fill=0.4) | {
            "id": site.new_id(),
            "revision": str(random.choice((1, 2, 2**53 + 1))),
        }
        some_day = now - random.randrange(1, 100) * _DAY
        moment = moments[number] if number < len(moments) else some_day
        site.trash_bin.add(contact, text_of(moment, random.choice((3, 9))))


def nasty_business(site: Site, random: random.Random, *, locations: int = 5) -> None:
    """Properties of any kind, places of business of which some are archived, and odd currencies."""
    properties = invent("site_properties", random, fill=0.8)
    site.business.properties = properties | {"paymentCurrency": site.currency, "email": ""}
    site.business.version = 2**53 + 1
    for number in range(locations):
        invented: dict[str, Any] = invent("business_locations", random)
        site.business.add_location(
            invented
            | {
                "id": site.new_id(),
                "name": nasty_text(random, 60),
                "archived": number % 3 == 1,
                "default": number == 0,
                "revision": str(number + 1),
            }
        )
    random.shuffle(site.business.currencies)
