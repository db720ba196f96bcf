"""Contacts v5, as far as it makes contacts in bulk (wix-api contacts 5).

The two versions show the same contacts under the same ids: what is made here is a contact of v4,
too, with what v5 has no place for left empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.contacts.rules import ONE_LINE
from tests.fake_wix.contacts.write import MODIFY, flag
from tests.fake_wix.entity_types import shape_of
from tests.fake_wix.geography import CALLING_CODES, e164
from tests.fake_wix.http.refusals import Refusal, application_error
from tests.fake_wix.http.routes import Request, route
from tests.fake_wix.shape import Problems
from tests.fake_wix.stores_v3.bulk import listed

if TYPE_CHECKING:
    from tests.fake_wix.contacts.book import Contact
    from tests.fake_wix.site import Site

Json = dict[str, Any]
MOST_ROWS = 100
CONTACT = shape_of("contacts_v5", {"addresses[].address": ONE_LINE})
"""What may be written of a contact; every other name vanishes under a 200 (wix-api contacts 5)."""


@route("POST", "/contacts/v5/bulk/contacts/create", needs=MODIFY)
def bulk_create(site: Site, request: Request) -> Json:
    """Up to a hundred new contacts, done when it answers, whatever became of single rows.

    Rows that mean one contact do not know of each other, unless the site says otherwise: what
    Wix does then is undocumented.
    """
    sent = request.object()
    problems = Problems()
    rows = [
        CONTACT(row, f"contacts[{at}]", problems)
        for at, row in enumerate(listed(request, "contacts", MOST_ROWS))
    ]
    problems.refuse_if_any()
    allowed, detailed = flag(sent, "allowDuplicates"), flag(sent, "returnEntity")
    book = site.contacts
    made: list[tuple[int, Contact]] = []
    results: list[Json] = []
    for at, row in enumerate(rows):
        error = request.item_fault(at)
        meta: Json = {"originalIndex": at, "success": error is None}
        result: Json = {"itemMetadata": meta}
        try:
            contact = None if error is not None else _created(site, row, allowed=allowed)
        except Refusal as refusal:
            contact, error, meta["success"] = None, refusal.error, False
        if contact is not None:
            made.append((at, contact))
            meta["id"] = contact["id"]
            if not book.v5_rows_are_blind:
                book.save(contact)
            if detailed:
                result["item"] = as_v5(contact, row)
        elif error is not None:
            meta["error"] = error
        results.append(result)
    for _, contact in made if book.v5_rows_are_blind else ():
        book.save(contact)
    if book.v5_shuffles:
        site.random.shuffle(results)
    failed = len(rows) - len(made)
    counts = {"totalSuccesses": len(made), "totalFailures": failed, "undetailedFailures": 0}
    return {"results": results, "bulkActionMetadata": counts}


def _created(site: Site, row: Json, *, allowed: bool) -> Contact:
    """A contact of v4 with what a row says.

    Raises:
        Refusal: of this row alone.
    """
    email, phone = _part(row, "email", "email"), _part(row, "phone", "phone")
    name = {part: text for part, text in (row.get("name") or {}).items() if text}
    if not (email or phone or name):
        text = "Contact must have a name, phone or email"
        raise application_error(400, "INSUFFICIENT_CONTACT_DATA", text)
    emails, phones = _emails(site, row, email), _phones(site, row, phone)
    if not allowed:
        _refuse_known(site, email, phones[0] if phones else None)
    company = row.get("company") or {}
    info = {
        "name": name,
        "emails": emails,
        "phones": phones,
        "addresses": [_address(site, one) for one in row.get("addresses") or []],
        "company": company.get("name"),
        "jobTitle": company.get("jobTitle"),
        "locale": row.get("locale"),
        "birthdate": row.get("birthdate"),
    }
    now = site.now()
    contact = site.contacts.assemble(info, site.new_id(), 1, now, now)
    contact["source"] = {"sourceType": "THIRD_PARTY"}
    return contact


def _part(row: Json, block: str, name: str) -> str:
    return str((row.get(block) or {}).get(name) or "").strip()


def _emails(site: Site, row: Json, email: str) -> list[Json]:
    further = [one["email"] for one in row.get("additionalEmails") or [] if one.get("email")]
    if further and not email:
        raise application_error(400, "EMAIL_REQUIRED", "Additional emails need a main email")
    texts = [one.strip().lower() for one in (email, *further) if one]
    if len(set(texts)) < len(texts):
        raise application_error(400, "DUPLICATE_EMAIL", "An email occurs twice")
    tag = site.contacts.v5_main_email_tag
    return [
        {
            "id": site.new_id(),
            "tag": "UNTAGGED" if at else tag,
            "email": text,
            "primary": not at,
        }
        for at, text in enumerate(texts)
    ]


def _phones(site: Site, row: Json, phone: str) -> list[Json]:
    further = [one for one in row.get("additionalPhones") or [] if one.get("phone")]
    if further and not phone:
        raise application_error(400, "PHONE_REQUIRED", "Additional phones need a main phone")
    rows = [row["phone"], *further] if phone else []
    texts = [one["phone"] for one in rows]
    if len(set(texts)) < len(texts):
        raise application_error(400, "DUPLICATE_PHONE", "A phone occurs twice")
    found = []
    for at, one in enumerate(rows):
        country = _country_of(one["phone"]) if site.contacts.v5_derives_country else None
        item = {
            "id": site.new_id(),
            "tag": "UNTAGGED" if one.get("tag") in {None, "OTHER"} else one["tag"],
            "phone": one["phone"],
            "primary": not at,
        }
        if country is not None:
            item |= {"countryCode": country, "e164Phone": e164(one["phone"], country)}
        found.append(item)
    return found


def _country_of(phone: str) -> str | None:
    """The country of a number in its international form."""
    if not phone.lstrip().startswith("+"):
        return None
    return next((code for code in CALLING_CODES if e164(phone, code)), None)


def _address(site: Site, row: Json) -> Json:
    tag = row.get("tag")
    address = {name: value for name, value in (row.get("address") or {}).items() if value}
    return {
        "id": site.new_id(),
        "tag": "UNTAGGED" if tag in {None, "OTHER"} else tag,
        "address": address,
    }


def _refuse_known(site: Site, email: str, phone: Json | None) -> None:
    """Refuse a main email or a main phone that another contact has as its main one."""
    book, wanted = site.contacts, email.lower()
    by_email = {
        one["id"]
        for one in book.with_email(wanted)
        if main_of(one, "emails").get("email", "").strip().lower() == wanted
    }
    by_phone = {
        one["id"]
        for one in (book.with_phone(_number(phone)) if phone is not None else ())
        if _number(main_of(one, "phones")) == _number(phone or {})
    }
    if by_email or by_phone:
        both = by_email & by_phone
        kind = "EMAIL_AND_PHONE" if both else "EMAIL" if by_email else "PHONE"
        data = {"matchingContactId": min(both or by_email or by_phone), "matchType": kind}
        raise application_error(409, "DUPLICATE_CONTACT_EXISTS", "Duplicate contact exists", data)


def main_of(contact: Contact, name: str) -> Json:
    """The main e-mail or phone of a contact, empty if it has none."""
    items = contact["info"].get(name, {}).get("items", [])
    return next((dict(item) for item in items if item.get("primary")), {})


def _number(phone: Json) -> str:
    return str(phone.get("e164Phone") or phone.get("phone"))


def as_v5(contact: Contact, row: Json) -> Json:
    """The contact in the shape of v5: flat, with its revision as a text (wix-api contacts 0, 7.2)."""
    email = contact["primaryInfo"].get("email")
    item: Json = {
        # A picture is loaded later.
        **{name: value for name, value in row.items() if value and name != "image"},
        "id": contact["id"],
        "revision": str(contact["revision"]),
        "createdDate": contact["createdDate"],
        "updatedDate": contact["updatedDate"],
    }
    if email:
        status = {"status": "NOT_SET"}
        item["email"] = {"email": email, "subscriptionStatus": status}
    if row.get("additionalEmails"):
        texts = [one["email"] for one in contact["info"]["emails"]["items"][1:]]
        item["additionalEmails"] = [{"email": text} for text in texts]
    if row.get("phone"):
        item["phone"] = {"tag": "OTHER", **row["phone"]}
    return item
