"""Writing contacts, v4: create, update, delete, labels (wix-api contacts 2.4 to 2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.contacts.read import existing
from tests.fake_wix.contacts.rules import checked_info, checked_labels
from tests.fake_wix.http.refusals import application_error, field_violation, plain
from tests.fake_wix.http.routes import Request, route

if TYPE_CHECKING:
    from tests.fake_wix.contacts.book import Contact, ContactBook
    from tests.fake_wix.site import Site

MODIFY = ("CONTACTS.MODIFY", "SCOPE.DC-CONTACTS.MANAGE-CONTACTS")
MOST_LABELS = 100
LISTS = ("emails", "phones", "addresses", "labelKeys")
# Parts of a contact that others write: orders, subscriptions, the business's staff.
KEPT = ("source", "lastActivity", "memberInfo", "segments", "picture")
INTERNAL = ("locations", "assignedUserIds")


@route("POST", "/contacts/v4/contacts", needs=MODIFY)
def create_contact(site: Site, request: Request) -> dict[str, Any]:
    """A new contact, if nobody has its e-mail (or, without e-mail, its phone) already."""
    sent = request.object()
    info = checked_info(site.contacts, request.part("info"))
    if not has_identity(info):
        raise application_error(
            400, "INSUFFICIENT_CONTACT_DATA", "Contact must have a name, phone or email"
        )
    if not flag(sent, "allowDuplicates"):
        refuse_duplicate(site.contacts, info)
    now = site.now()
    contact = site.contacts.assemble(info, site.new_id(), 1, now, now)
    contact["source"] = {"sourceType": "THIRD_PARTY"}
    site.contacts.save(contact)
    return {"contact": contact}


@route("PATCH", "/contacts/v4/contacts/{contact_id}", needs=MODIFY)
def update_contact(site: Site, request: Request, contact_id: str) -> dict[str, Any]:
    """A change of what is sent: scalars one by one, lists whole; the revision must be the present one."""
    book = site.contacts
    sent = request.object()
    info = checked_info(book, request.part("info"))
    old = existing(site, contact_id)
    revision = sent.get("revision")
    if revision is None:
        raise field_violation("revision", "must not be empty", "REQUIRED")
    if isinstance(revision, bool) or not isinstance(revision, int):
        raise plain(400, "Not a numeric value")
    if revision != old["revision"]:
        text = "Contact has been updated since the requested revision."
        raise application_error(409, "CONTACT_ALREADY_CHANGED", text)
    if not info:
        raise application_error(
            400, "INSUFFICIENT_UPDATE_CONTACT_DATA", "There is nothing to update"
        )
    merged = updated_info(book, flat_info(old), info)
    if not has_identity(merged):
        raise application_error(
            400, "INSUFFICIENT_CONTACT_DATA", "Contact must have a name, phone or email"
        )
    if contact_id in book.members | book.owners and primary_email(merged) != primary_email(
        flat_info(old)
    ):
        text = "The primary email of a site member cannot be changed"
        raise application_error(book.member_email_status, "CANNOT_UPDATE_MEMBER_EMAIL", text)
    if not flag(sent, "allowDuplicates"):
        refuse_duplicate(book, info, but=contact_id, result=merged)
    return {"contact": rewrite(site, old, merged)}


def flag(sent: dict[str, Any], name: str) -> bool:
    value = sent.get(name)
    if value is not None and not isinstance(value, bool):
        raise plain(400, "Expected a boolean")
    return bool(value)


def flat_info(contact: Contact) -> dict[str, Any]:
    """The ``info`` of a contact with plain lists."""
    flat = dict(contact["info"])
    for name in LISTS:
        if name in flat:
            flat[name] = flat[name]["items"]
    flat["extendedFields"] = dict(flat.get("extendedFields", {}).get("items", {}))
    return flat


def updated_info(book: ContactBook, old: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """What the info is after a change (wix-api contacts 2.5); for custom fields the site settles it."""
    result = {**old, **sent}
    if "name" in sent:
        result["name"] = (
            None if sent["name"] is None else {**(old.get("name") or {}), **sent["name"]}
        )
    if "extendedFields" in sent and not book.replaces_extended_fields:
        result["extendedFields"] = {**old["extendedFields"], **sent["extendedFields"]}
    return result


def has_identity(info: dict[str, Any]) -> bool:
    """Whether there is a name, a phone or an e-mail."""
    return bool(any((info.get("name") or {}).values()) or info.get("phones") or info.get("emails"))


def primary_email(info: dict[str, Any]) -> str | None:
    """The primary e-mail of an info with plain lists."""
    return next((item["email"] for item in info.get("emails") or [] if item.get("primary")), None)


def refuse_duplicate(
    book: ContactBook, sent: dict[str, Any], *, but: str = "", result: dict[str, Any] | None = None
) -> None:
    """Refuse an e-mail that another contact has; a phone only counts if there is no e-mail (wix-api contacts 2.4)."""
    old = book.store.get(but)
    own = {} if old is None or book.rechecks_unchanged_emails else flat_info(old)
    own_emails = {item["email"].strip().lower() for item in own.get("emails", [])}
    own_phones = {item["phone"] for item in own.get("phones", [])}
    for item in sent.get("emails") or []:
        if item["email"].strip().lower() in own_emails:
            continue
        other = book.holder_of_email(item["email"], but=but)
        if other is not None:
            raise _duplicate(book, other, "duplicateEmail", item["email"])
    if (result or sent).get("emails"):
        return
    for item in sent.get("phones") or []:
        other = None if item["phone"] in own_phones else book.holder_of_phone(item, but=but)
        if other is not None:
            raise _duplicate(book, other, "duplicatePhone", item["phone"])


def _duplicate(book: ContactBook, other: str, field: str, value: str) -> Exception:
    data = {"duplicateContactId": other, field: value} if book.duplicate_names_contact else {}
    return application_error(409, book.duplicate_code, "Duplicate contact exists", data)


def rewrite(site: Site, old: Contact, info: dict[str, Any]) -> Contact:
    """Put a contact back with another info, one revision on; what others wrote about it stays."""
    contact = site.contacts.assemble(
        info, old["id"], old["revision"] + 1, old["createdDate"], site.now()
    )
    kept = {name: old[name] for name in KEPT if name in old}
    extended, before = (
        contact["info"]["extendedFields"]["items"],
        old["info"]["extendedFields"]["items"],
    )
    stays = {
        key: value for key, value in before.items() if not key.startswith(("custom.", "contacts."))
    }
    for name, block, prefix in (
        ("email", "primaryEmail", "emailSubscriptions."),
        ("phone", "primaryPhone", "-"),
    ):
        if contact["primaryInfo"].get(name) == old["primaryInfo"].get(name) is not None:
            kept |= {block: old[block]} if block in old else {}
        else:
            stays = {key: value for key, value in stays.items() if not key.startswith(prefix)}
    extended.update(stays)
    contact.update(kept)
    contact["info"].update({name: old["info"][name] for name in INTERNAL if name in old["info"]})
    site.contacts.save(contact)
    return contact


@route("DELETE", "/contacts/v4/contacts/{contact_id}", needs=MODIFY)
def delete_contact(site: Site, request: Request, contact_id: str) -> dict[str, Any]:
    """A contact goes for good, unless it is a member, a Wix user or pays a subscription."""
    book = site.contacts
    if contact_id not in book.store:
        if book.delete_unknown_status == 200:
            return {}
        existing(site, contact_id, book.delete_unknown_status)
    for holders, code in (
        (book.owners, "CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR"),
        (book.members, "CANNOT_DELETE_MEMBER"),
        (book.subscribers, "CANNOT_DELETE_CONTACT_WITH_BILLING_SUBSCRIPTION"),
    ):
        if contact_id in holders:
            raise application_error(book.delete_refusal_status, code, "Contact cannot be deleted")
    book.delete(contact_id)
    return {}


def _label_keys(keys: Any) -> list[str]:
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_LABELS:
        raise field_violation("labelKeys", f"must have between 1 and {MOST_LABELS} items", "SIZE")
    return keys


def _relabel(site: Site, contact_id: str, keys: list[str]) -> dict[str, Any]:
    old = existing(site, contact_id)
    info = flat_info(old)
    if keys == info.get("labelKeys", []):
        return {"contact": old}
    return {"contact": rewrite(site, old, {**info, "labelKeys": keys})}


@route("POST", "/contacts/v4/contacts/{contact_id}/labels", needs=MODIFY)
def label_contact(site: Site, request: Request, contact_id: str) -> dict[str, Any]:
    """Add labels, keep the others; no revision needed."""
    keys = checked_labels(site.contacts, _label_keys(request.object().get("labelKeys")))
    present = flat_info(existing(site, contact_id)).get("labelKeys", [])
    return _relabel(site, contact_id, list(dict.fromkeys([*present, *keys])))


@route("DELETE", "/contacts/v4/contacts/{contact_id}/labels", needs=MODIFY)
def unlabel_contact(site: Site, request: Request, contact_id: str) -> dict[str, Any]:
    """Remove labels; their keys come in the query string, or in a body as archived docs have it."""
    keys = _label_keys(request.params.get("labelKeys") or request.object().get("labelKeys"))
    gone = set(checked_labels(site.contacts, keys))
    present = flat_info(existing(site, contact_id)).get("labelKeys", [])
    return _relabel(site, contact_id, [key for key in present if key not in gone])
