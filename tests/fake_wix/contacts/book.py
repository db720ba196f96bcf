"""The contacts of a site, with their labels and custom fields.

How the site settles what the reference leaves open is a row of switches here.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.fake_wix.contacts.extended_fields import ExtendedFields
from tests.fake_wix.contacts.labels import Labels
from tests.fake_wix.geography import e164
from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Contact = dict[str, Any]


class ContactBook:
    """Contacts, labels and custom fields. Tests change the switches to see both readings of the reference."""

    def __init__(self, site: Site) -> None:
        """An empty address book with the system's labels and fields."""
        self.site = site
        self.store = Store(site)
        self.labels = Labels(site)
        self.fields = ExtendedFields(site)
        self.merged: dict[str, str] = {}
        # Contacts that cannot simply be deleted, by id.
        self.members: set[str] = set()
        self.owners: set[str] = set()
        self.subscribers: set[str] = set()
        # Switches (wix-api contacts 8 and the places named in it).
        self.replaces_extended_fields = True
        self.keeps_item_ids = False
        self.lowercases_emails = False
        self.secondary_emails_count = True
        self.rechecks_unchanged_emails = False
        self.duplicate_code = "DUPLICATE_CONTACT_EXISTS"
        self.duplicate_names_contact = True
        self.refuses_system_fields = True
        self.refuses_null_fields = False
        self.unknown_label_status = 400
        self.member_email_status = 400
        self.delete_refusal_status = 409
        self.delete_unknown_status = 404
        self.default_fieldset = "FULL"
        self.logic_operators = False
        self.tells_total = True
        # Of v5: what tag v4 shows for its main e-mail and whether the country of its international
        # phones, whether rows of a bulk call see each other, and in which order its results come
        # (wix-api contacts 5).
        self.v5_main_email_tag = "UNTAGGED"
        self.v5_derives_country = False
        self.v5_rows_are_blind = True
        self.v5_shuffles = False
        self._by_email: dict[str, set[str]] = defaultdict(set)
        self._by_phone: dict[str, set[str]] = defaultdict(set)

    def new_id(self) -> str:
        """A GUID."""
        return self.site.new_id()

    def item_id(self, sent: dict[str, Any]) -> str:
        """The id of an item of a list that was sent: a new one, unless this site keeps the old."""
        return str(sent["id"]) if self.keeps_item_ids and sent.get("id") else self.new_id()

    def add(
        self,
        info: dict[str, Any],
        *,
        created: str = "",
        updated: str = "",
        contact_id: str = "",
        revision: int = 1,
        **more: Any,
    ) -> Contact:
        """Put a contact there as if it had always been there. ``info`` in the wire shape, with ``items`` wrappers."""
        lists: dict[str, list[Any]] = {
            name: info[name]["items"]
            for name in ("emails", "phones", "addresses", "labelKeys")
            if name in info
        }
        lists = {
            name: [dict(item) if isinstance(item, dict) else item for item in items]
            for name, items in lists.items()
        }
        for name in ("emails", "phones", "addresses"):
            for item in lists.get(name, []):
                item.setdefault("id", self.new_id())
                item.setdefault("tag", "UNTAGGED")
                if name != "addresses":
                    item.setdefault("primary", item is lists[name][0])
                if (
                    name == "phones"
                    and "e164Phone" not in item
                    and (full := e164(item["phone"], item.get("countryCode")))
                ):
                    item["e164Phone"] = full
        flat = {**info, **lists}
        if "extendedFields" in info:
            flat["extendedFields"] = dict(info["extendedFields"]["items"])
        created = created or self.site.now()
        contact = self.assemble(
            flat, contact_id or self.new_id(), revision, created, updated or created
        )
        contact["info"]["extendedFields"]["items"].update(flat.get("extendedFields", {}))
        contact.update(more)
        self.save(contact, indexed=True)
        return contact

    def assemble(
        self, info: dict[str, Any], contact_id: str, revision: int, created: str, updated: str
    ) -> Contact:
        """A contact as Wix returns it, from an ``info`` with plain lists. What is unset is left out."""
        emails, phones = info.get("emails") or [], info.get("phones") or []
        email = next((item["email"] for item in emails if item.get("primary")), None)
        phone = next((item for item in phones if item.get("primary")), None)
        extended = {
            key: value
            for key, value in (info.get("extendedFields") or {}).items()
            if value is not None
        }
        extended = {key: value for key, value in extended.items() if key.startswith("custom.")}
        name = {part: value for part, value in (info.get("name") or {}).items() if value}
        extended |= self._system_fields(contact_id, name, email)
        wire: dict[str, Any] = {"name": name} if name else {}
        wire |= {
            key: {"items": info[key]}
            for key in ("emails", "phones", "addresses", "labelKeys")
            if info.get(key)
        }
        wire |= {
            key: info[key]
            for key in ("company", "jobTitle", "birthdate", "locale", "picture")
            if info.get(key)
        }
        wire["extendedFields"] = {"items": extended}
        contact: Contact = {
            "id": contact_id,
            "revision": revision,
            "source": {"sourceType": "OTHER"},
            "createdDate": created,
            "updatedDate": updated,
            "lastActivity": {"activityDate": created, "activityType": "CONTACT_CREATED"},
            "primaryInfo": {},
            "info": wire,
        }
        if email:
            contact["primaryInfo"]["email"] = email
            contact["primaryEmail"] = {
                "email": email,
                "subscriptionStatus": "NOT_SET",
                "deliverabilityStatus": "NOT_SET",
            }
        if phone:
            contact["primaryInfo"]["phone"] = phone["phone"]
            known = {
                part: phone[part] for part in ("countryCode", "e164Phone", "phone") if part in phone
            }
            status = "NOT_SET" if "e164Phone" in phone else "NO_SUBSCRIPTION_STATUS"
            contact["primaryPhone"] = {**known, "subscriptionStatus": status}
        return contact

    def _system_fields(
        self, contact_id: str, name: dict[str, Any], email: str | None
    ) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if email:
            fields["emailSubscriptions.effectiveEmail"] = email
            fields["emailSubscriptions.subscriptionStatus"] = "NOT_SET"
            fields["emailSubscriptions.deliverabilityStatus"] = "NOT_SET"
        if name:
            fields["contacts.displayByFirstName"] = " ".join(
                name[part] for part in ("first", "last") if part in name
            )
        if contact_id in self.members:
            fields["members.membershipStatus"] = "APPROVED"
        return fields

    def save(self, contact: Contact, *, indexed: bool = False) -> None:
        """Write a contact, new or changed."""
        self._forget_keys(contact["id"])
        for email in emails_of(contact):
            self._by_email[email].add(contact["id"])
        for phone in phones_of(contact):
            self._by_phone[phone].add(contact["id"])
        self.store.put(contact, indexed=indexed)

    def delete(self, contact_id: str) -> None:
        """Remove a contact for good."""
        self._forget_keys(contact_id)
        self.store.remove(contact_id)

    def make_member(self, contact_id: str) -> None:
        """The contact has a login on the site: its e-mail is not for contacts to change, nor can it be deleted."""
        self.members.add(contact_id)
        contact = self.store.edit(contact_id)
        contact["info"]["extendedFields"]["items"]["members.membershipStatus"] = "APPROVED"
        contact["memberInfo"] = {"memberId": self.new_id(), "status": "APPROVED"}
        self.save(contact, indexed=True)

    def touch(self, contact_id: str) -> Contact:
        """A contact changed by something on the server's side, without a visible difference in ``info``."""
        contact = self.store.edit(contact_id)
        contact["revision"] += 1
        contact["updatedDate"] = self.site.now()
        self.save(contact)
        return contact

    def holder_of_email(self, email: str, *, but: str = "") -> str | None:
        """Another contact that has this e-mail."""
        wanted = email.strip().lower()
        for other in sorted(self._by_email.get(wanted, set()) - {but}):
            contact = self.store.get(other)
            primary = (contact or {}).get("primaryInfo", {}).get("email", "")
            if self.secondary_emails_count or primary.strip().lower() == wanted:
                return other
        return None

    def with_email(self, email: str) -> list[Contact]:
        """The contacts that have an e-mail, as their main one or another."""
        return [self.store.edit(key) for key in sorted(self._by_email.get(email, set()))]

    def with_phone(self, number: str) -> list[Contact]:
        """The contacts that have a phone, by its E.164 form if it has one."""
        return [self.store.edit(key) for key in sorted(self._by_phone.get(number, set()))]

    def holder_of_phone(self, phone: dict[str, Any], *, but: str = "") -> str | None:
        """Another contact that has this phone, by its E.164 form if it has one, else as it is written."""
        holders = self._by_phone.get(phone.get("e164Phone") or phone["phone"], set()) - {but}
        return min(holders, default=None)

    def _forget_keys(self, contact_id: str) -> None:
        old = self.store.get(contact_id)
        if old is not None:
            for email in emails_of(old):
                self._by_email[email].discard(contact_id)
            for phone in phones_of(old):
                self._by_phone[phone].discard(contact_id)


def emails_of(contact: Contact) -> list[str]:
    """All e-mails of a contact, ready to compare."""
    return [
        item["email"].strip().lower() for item in contact["info"].get("emails", {}).get("items", [])
    ]


def phones_of(contact: Contact) -> list[str]:
    """All phones of a contact, ready to compare."""
    return [
        item.get("e164Phone") or item["phone"]
        for item in contact["info"].get("phones", {}).get("items", [])
    ]
