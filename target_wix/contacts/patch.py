"""What a record says of a contact, in the terms of a contact's state."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from target_wix.pipeline import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]

NAMES = ("first", "last")
"""The parts of `name` (wix-api contacts 1)."""

SCALARS = ("company", "jobTitle", "birthdate", "locale")
"""The other texts of a contact, of which it has one each."""

UNTAGGED = "UNTAGGED"
"""The tag of an e-mail, a phone or an address that is for nothing in particular."""

CUSTOM = "custom."
"""What the keys of the shop's own fields and labels begin with."""


class Clear(enum.Enum):
    """A record that empties something, unlike one that does not mention it."""

    CLEAR = "clear"


CLEAR = Clear.CLEAR

NO_EMAILS = "values of email that are not an e-mail address"
NO_PHONES = "values of phone that are not a phone number"
NO_COUNTRIES = "values of country that are not a country"
NO_SUBDIVISIONS = "values of subdivision that are not a part of their country"
NO_DATES = "values of birthdate that are not a date such as 1990-12-31"
FUTURE_DATES = "values of birthdate that lie in the future"
NO_LOCALES = "values of locale that are not a language tag such as en-US"

Dropped = tuple[str, str]
"""What a record loses that is written all the same: the reason, and which one, ready for a log."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label as a record names it.

    Attributes:
        text: a key or a display name, if it came as a text.
        key: its key, if it came as an object.
        name: its display name, if it came as an object.
    """

    text: str = ""
    key: str = ""
    name: str = ""


Items: TypeAlias = list[Row] | Clear | None
"""A whole list that a record gives, empties, or says nothing of."""

Cell: TypeAlias = list[str] | Clear | None
"""The same of a column, which says nothing of further items."""


def primary_first(items: Iterable[Row]) -> list[Row]:
    """Return e-mails or phones, the primary one first."""
    return sorted(items, key=lambda item: not item.get("primary"))


@dataclass(slots=True)
class ContactPatch:
    """What one record says. None and absent mean that it says nothing.

    Attributes:
        id: a GUID that the record calls the contact by.
        odd_id: whether it has an id that can be none of Wix.
        revision: the contact's revision when the record was made.
        site_id: the site that the record comes from.
        deleted: whether it reports a deletion.
        texts: by the names in `NAMES` and `SCALARS`.
        emails: the whole list, as items with `email`, `tag`, `primary`.
        email: those of its column, the primary one first.
        phones: the whole list, as items with `phone`, `countryCode`, `e164Phone`, `tag`, `primary`.
        phone: those of its column, the primary one first.
        region: the country of its phones that name none, if its addresses are in one country.
        addresses: the whole list, as items with `tag` and `address`.
        address: parts of the first one.
        labels: keys or display names.
        dropped: reasons why values of it are not written.
        custom: values by key or `custom.` and display name.
        picture: an image with `id` and `url`.
    """

    id: str | None = None
    odd_id: bool = False
    revision: int | None = None
    site_id: str = ""
    deleted: bool = False
    texts: dict[str, str | Clear] = field(default_factory=dict)
    emails: Items = None
    email: Cell = None
    phones: Items = None
    phone: Cell = None
    region: str = ""
    addresses: Items = None
    address: dict[str, str | Clear] = field(default_factory=dict)
    labels: list[Label] | Clear | None = None
    dropped: list[str] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    picture: Row | Clear | None = None

    def all_emails(self) -> list[str]:
        """Its e-mails, the primary one first: what the contact can be known by."""
        listed = primary_first(self.emails) if isinstance(self.emails, list) else []
        named = [*_texts(self.email), *(item["email"] for item in listed)]
        return [email for email in named if keys.email_keys(email)]

    def all_phones(self) -> list[Row]:
        """Return its phones, the primary one first."""
        listed = primary_first(self.phones) if isinstance(self.phones, list) else []
        named = [{"phone": phone, "region": self.region} for phone in _texts(self.phone)]
        return [item for item in (*named, *listed) if keys.phone(item["phone"]).digits]

    @property
    def unique_key(self) -> str:
        """The match key that Wix itself tells contacts apart by (wix-api contacts 2.4).

        It compares phones only where there is no e-mail.
        """
        return "email" if self.all_emails() else "phone"

    def said(self, key: str) -> tuple[Items, Cell]:
        """Return the list and the column of e-mails (`email`) or of phones (`phone`)."""
        return (self.emails, self.email) if key == "email" else (self.phones, self.phone)

    def empties(self, key: str) -> bool:
        """Tell whether it takes e-mails or phones from the contact without giving any."""
        listed, cell = self.said(key)
        return listed is CLEAR or listed == [] or cell is CLEAR

    @property
    def title(self) -> str:
        """What the owner of the record calls the contact: its name, else its e-mail or phone."""
        texts = (self.texts.get(name) for name in NAMES)
        name = " ".join(text for text in texts if isinstance(text, str))
        phones = [str(item["phone"]) for item in self.all_phones()]
        return name or next(iter([*self.all_emails(), *phones]), "")


def _texts(cell: Cell) -> list[str]:
    return cell if isinstance(cell, list) else []
