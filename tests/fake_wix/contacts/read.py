"""Reading contacts, v4: list, query, get (wix-api contacts 2.1 to 2.3), and their labels (2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.filters import Field, at_path
from tests.fake_wix.http.refusals import application_error, field_violation, plain
from tests.fake_wix.http.routes import Request, route
from tests.fake_wix.query import QuerySpec, Words, declare, run_query

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.contacts.book import Contact
    from tests.fake_wix.filters import Row
    from tests.fake_wix.site import Site

VIEW = ("CONTACTS.VIEW", "SCOPE.DC-CONTACTS.READ-CONTACTS")
LARGEST_PAGE = 1000
MAX_FIELDS = 100
RANGE = "eq ne gt lt gte lte"
WORDS = "eq ne in exists startsWith"
CHOICE = "eq ne in exists"
STATUS = "eq ne in nin"
EXTENDED = "info.extendedFields."
CUSTOM_OPERATORS = {
    "TEXT": "eq ne in startsWith",
    "URL": "eq ne in startsWith",
    "NUMBER": RANGE,
    "DATE": RANGE,
}


def _extended(key: str) -> Callable[[Row], Any]:
    """Custom fields have dots in their keys, so they are no path."""
    return lambda row: row["info"]["extendedFields"]["items"].get(key)


FIELDS = {
    "id": declare("eq ne in exists"),
    "createdDate": declare(RANGE, sort=True, kind="date"),
    "updatedDate": declare(RANGE, kind="date"),
    "lastActivity.activityDate": declare(RANGE, sort=True, kind="date"),
    "primaryInfo.email": declare(WORDS, sort=True),
    "primaryInfo.phone": declare(WORDS),
    "info.name.first": declare(WORDS, sort=True),
    "info.name.last": declare(WORDS, sort=True),
    "info.emails.email": declare(WORDS, path="info.emails.items.email"),
    "info.phones.phone": declare(WORDS, path="info.phones.items.phone"),
    "info.phones.e164Phone": declare(WORDS, path="info.phones.items.e164Phone"),
    "info.addresses.street": declare(WORDS, path="info.addresses.items.address.addressLine"),
    "info.addresses.city": declare(WORDS, path="info.addresses.items.address.city"),
    "info.addresses.subdivision": declare(CHOICE, path="info.addresses.items.address.subdivision"),
    "info.addresses.country": declare(CHOICE, path="info.addresses.items.address.country"),
    "info.company": declare(WORDS, sort=True),
    "info.jobTitle": declare(WORDS, sort=True),
    "info.birthdate": declare(RANGE, sort=True),
    "info.locale": declare(CHOICE),
    "info.labelKeys": declare("hasSome hasAll", path="info.labelKeys.items"),
    "info.locations": declare("hasSome hasAll", path="info.locations.items"),
    **{
        f"{EXTENDED}{key}": declare(STATUS, read=_extended(key))
        for key in (
            "emailSubscriptions.subscriptionStatus",
            "emailSubscriptions.deliverabilityStatus",
            "members.membershipStatus",
        )
    },
    f"{EXTENDED}emailSubscriptions.effectiveEmail": declare(
        "exists", sort=True, read=_extended("emailSubscriptions.effectiveEmail")
    ),
}
CODES = {
    "filter_field": "UNSUPPORTED_FILTER_FIELD_UNKNOWN",
    "operator": "UNSUPPORTED_FILTER_OPERATOR",
    "value": "UNSUPPORTED_FILTER_VALUE",
    "malformed": "MALFORMED_FILTER",
    "sort_field": "UNSUPPORTED_SORT_FIELD",
    "sort_count": "UNSUPPORTED_SORT_FIELD",
    "limit": "ILLEGAL_LIMIT",
}
BASIC = ("primaryInfo", "info.name")
FIELDSETS: dict[str, tuple[str, ...] | None] = {
    "BASIC": BASIC,
    "COMMUNICATION_DETAILS": (*BASIC, "info.emails", "info.phones", "info.addresses"),
    "EXTENDED": (*BASIC, "info.extendedFields"),
    "FULL": None,
}
NAMEABLE = {
    "source", "createdDate", "updatedDate", "lastActivity", "primaryInfo", "info.name", "info.emails", "info.phones",
    "info.addresses", "info.company", "info.jobTitle", "info.picture", "info.birthdate", "info.locale",
    "info.labelKeys", "info.locations", "info.extendedFields",
}  # fmt: skip


def spec_for(site: Site) -> QuerySpec:
    """What can be asked about the contacts of a site: the fixed fields and its custom ones."""

    def custom(name: str) -> Field | None:
        key = name.removeprefix(EXTENDED)
        field = (
            site.contacts.fields.store.get(key) if name.startswith(f"{EXTENDED}custom.") else None
        )
        if field is None:
            return None
        kind = "number" if field["dataType"] == "NUMBER" else "text"
        return declare(
            CUSTOM_OPERATORS[field["dataType"]], sort=True, kind=kind, read=_extended(key)
        )

    return QuerySpec(
        fields=FIELDS,
        default_limit=50,
        max_limit=LARGEST_PAGE,
        cursor_paging=False,
        offset_paging=True,
        max_sort=1,
        with_total=site.contacts.tells_total,
        words=Words(CODES, logic=site.contacts.logic_operators),
        more=custom,
    )


def projected(site: Site, contacts: list[Contact], fields: Any, fieldsets: Any) -> list[Contact]:
    """The contacts with the properties asked for: the union of ``fields`` and ``fieldsets``."""
    sets = _names(fieldsets, set(FIELDSETS), "fieldsets")
    paths = set(_names(fields, NAMEABLE, "fields"))
    if not sets and not paths:
        sets = [site.contacts.default_fieldset]
    for name in sets:
        included = FIELDSETS[name]
        if included is None:
            return contacts
        paths.update(included)
    return [_project(contact, paths) for contact in contacts]


def _names(value: Any, known: set[str], field: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise plain(400, "Expected an array")
    for name in value:
        if name not in known:
            raise field_violation(field, "is not a valid value", "ENUM")
    if len(value) > MAX_FIELDS:
        raise field_violation(
            field, f"has size {len(value)}, expected {MAX_FIELDS} or less", "MAX_SIZE"
        )
    return value


def _project(contact: Contact, paths: set[str]) -> Contact:
    out: Contact = {"id": contact["id"], "revision": contact["revision"]}
    for path in sorted(paths):
        value = at_path(contact, path)
        if value is None:
            continue
        first, _, second = path.partition(".")
        if second:
            out.setdefault(first, {})[second] = value
        else:
            out[first] = value
    return out


@route("GET", "/contacts/v4/contacts", needs=VIEW)
def list_contacts(site: Site, request: Request) -> dict[str, Any]:
    """A page of all contacts; there is no filter, and the entities themselves are read, not the index."""
    query: dict[str, Any] = {"paging": {}}
    for name in ("limit", "offset"):
        value = request.param(f"paging.{name}")
        if value is not None:
            query["paging"][name] = int(value) if value.lstrip("-").isdigit() else value
    sort = request.param("sort.fieldName")
    if sort:
        query["sort"] = [{"fieldName": sort, "order": request.param("sort.order") or "ASC"}]
    page, paging = run_query(site.contacts.store.all(), query, spec_for(site))
    found = projected(site, page, request.params.get("fields"), request.params.get("fieldsets"))
    return {"contacts": found, "pagingMetadata": paging}


@route("POST", "/contacts/v4/contacts/query", needs=VIEW)
def query_contacts(site: Site, request: Request) -> dict[str, Any]:
    """A page of contacts by filter, from the index."""
    query = request.part("query")
    page, paging = run_query(site.contacts.store.all_indexed(), query, spec_for(site))
    found = projected(site, page, query.get("fields"), query.get("fieldsets"))
    return {"contacts": found, "pagingMetadata": paging}


@route("GET", "/contacts/v4/contacts/{contact_id}", needs=VIEW)
def get_contact(site: Site, request: Request, contact_id: str) -> dict[str, Any]:
    """One contact. An id that was merged away leads to the contact it went into, which has another id."""
    target = contact_id
    while target in site.contacts.merged:
        target = site.contacts.merged[target]
    contact = existing(site, target)
    fields, fieldsets = request.params.get("fields"), request.params.get("fieldsets")
    kind = "REGULAR" if target == contact_id else "MERGED"
    return {"contact": projected(site, [contact], fields, fieldsets)[0], "responseType": kind}


def existing(site: Site, contact_id: str, status: int = 404) -> Contact:
    """The contact with this id, or the refusal that there is none."""
    contact = site.contacts.store.get(contact_id)
    if contact is None:
        raise application_error(status, "CONTACT_NOT_FOUND", "Contact not found")
    return contact
