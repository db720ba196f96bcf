"""Custom fields of contacts, v4 (wix-api contacts 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.contacts.labels import NAMED, QUERY_CODES, free_key, listed
from tests.fake_wix.entity_types import differs, shape_of
from tests.fake_wix.http.refusals import application_error, field_violation
from tests.fake_wix.http.routes import Request, object_in, route
from tests.fake_wix.query import QuerySpec, Words, declare, run_query
from tests.fake_wix.shape import clean
from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

VIEW, MODIFY = "CONTACTS_SCHEMA.VIEW", "CONTACTS_SCHEMA.MODIFY"
RENAMED = shape_of("contact_extended_fields", {"": NAMED})
CREATED = shape_of(
    "contact_extended_fields",
    {"": NAMED, "dataType": differs("create sets it (wix-api contacts 4)", readonly=False)},
)
SYSTEM = {
    "contacts.displayByFirstName": ("Display by first name", "TEXT"),
    "contacts.displayByLastName": ("Display by last name", "TEXT"),
    "ecom.lastPurchaseDate": ("Last purchase date", "DATE"),
    "ecom.numOfPurchases": ("# of purchases", "NUMBER"),
    "ecom.totalSpentAmount": ("Total spent amount", "NUMBER"),
    "ecom.totalSpentCurrency": ("Total spent currency", "TEXT"),
    "emailSubscriptions.deliverabilityStatus": ("Email deliverability status", "TEXT"),
    "emailSubscriptions.effectiveEmail": ("Effective email", "TEXT"),
    "emailSubscriptions.subscriptionStatus": ("Email subscription status", "TEXT"),
    "invoices.vatId": ("VAT ID", "TEXT"),
    "members.membershipStatus": ("Membership status", "TEXT"),
    "members.mobile": ("Member's mobile", "TEXT"),
}
SPEC = QuerySpec(
    fields={
        "key": declare("eq in ne"),
        "displayName": declare("eq in ne startsWith", sort=True),
        "createdDate": declare("eq ne gt gte lt lte", sort=True, kind="date"),
        "updatedDate": declare("eq ne gt gte lt lte", sort=True, kind="date"),
        "namespace": declare("eq ne"),
        "dataType": declare("eq ne"),
        "fieldType": declare("eq"),
    },
    default_limit=100,
    max_limit=100,
    cursor_paging=False,
    offset_paging=True,
    max_sort=1,
    words=Words(QUERY_CODES),
    key="key",
)


class ExtendedFields:
    """The fields of a site by key."""

    def __init__(self, site: Site) -> None:
        """Only the fields that every site has."""
        self.site = site
        self.store = Store(site)
        self.quota = 100
        self.keys_have_suffix = True
        self.get_is_wrapped = True
        for key, (name, kind) in SYSTEM.items():
            field = {
                "namespace": key.split(".", 1)[0],
                "key": key,
                "displayName": name,
                "dataType": kind,
            }
            self.store.put({**field, "fieldType": "SYSTEM"}, key=key, indexed=True)

    def add(self, name: str, kind: str = "TEXT", *, key: str = "") -> dict[str, Any]:
        """A custom field; its key is made once, with a random tail unless this site leaves that out."""
        field = {
            "namespace": "custom",
            "key": key or free_key(self.site, name, self.store, suffix=self.keys_have_suffix),
            "displayName": name,
            "dataType": kind,
            "fieldType": "USER_DEFINED",
            "createdDate": self.site.now(),
        }
        field["updatedDate"] = field["createdDate"]
        self.store.put(field, key=field["key"])
        return field

    def custom(self) -> list[dict[str, Any]]:
        """The fields that the owner made."""
        return [field for field in self.store.all() if field["fieldType"] == "USER_DEFINED"]

    def named(self, name: str) -> dict[str, Any] | None:
        """The field with this display name."""
        return next(
            (field for field in self.store.all() if field["displayName"].lower() == name.lower()),
            None,
        )


@route("GET", "/contacts/v4/extended-fields", needs=VIEW)
def list_fields(site: Site, request: Request) -> dict[str, Any]:
    """All fields, system ones included."""
    page, paging = listed(request, site.contacts.fields.store.all(), SPEC, "fieldType")
    return {"fields": page, "metadata": paging}


@route("POST", "/contacts/v4/extended-fields/query", needs=VIEW)
def query_fields(site: Site, request: Request) -> dict[str, Any]:
    """Fields by filter."""
    page, paging = run_query(site.contacts.fields.store.all_indexed(), request.part("query"), SPEC)
    return {"fields": page, "pagingMetadata": paging}


@route("POST", "/contacts/v4/extended-fields", needs=MODIFY)
def find_or_create_field(site: Site, request: Request) -> dict[str, Any]:
    """Find a field by its name, whatever its type, or make it."""
    fields = site.contacts.fields
    sent = clean(CREATED, request.object(), "")
    known = fields.named(sent["displayName"])
    if known is not None:
        return {"field": known, "newField": False}
    if "dataType" not in sent:
        raise field_violation("dataType", "must not be empty", "REQUIRED_FIELD")
    if len(fields.custom()) >= fields.quota:
        raise application_error(400, "FIELDS_QUOTA_EXCEEDED", "Extended fields quota exceeded")
    return {"field": fields.add(sent["displayName"], sent["dataType"]), "newField": True}


def _field(site: Site, key: str) -> dict[str, Any]:
    field = site.contacts.fields.store.get(key)
    if field is None:
        raise application_error(404, "FIELD_NOT_FOUND", "Extended field does not exist")
    return field


@route("GET", "/contacts/v4/extended-fields/{key}", needs=VIEW)
def get_field(site: Site, request: Request, key: str) -> dict[str, Any]:
    """One field, in the form that Wix's own client reads; an archived sample has no wrapper."""
    field = _field(site, key)
    return {"field": field} if site.contacts.fields.get_is_wrapped else field


@route("PATCH", "/contacts/v4/extended-fields/{key}", needs=MODIFY)
def rename_field(site: Site, request: Request, key: str) -> dict[str, Any]:
    """Another display name; key and type stay."""
    field = _field(site, key)
    if field["fieldType"] == "SYSTEM":
        raise application_error(
            400, "CANNOT_UPDATE_SYSTEM_FIELD", "System fields cannot be changed"
        )
    sent = clean(RENAMED, object_in(request.object(), "field"), "field")
    renamed = {**field, **sent, "updatedDate": site.now()}
    site.contacts.fields.store.put(renamed, key=key)
    return {"field": renamed}


@route("DELETE", "/contacts/v4/extended-fields/{key}", needs=MODIFY)
def delete_field(site: Site, request: Request, key: str) -> dict[str, Any]:
    """A field goes, with its values on all contacts."""
    if _field(site, key)["fieldType"] == "SYSTEM":
        raise application_error(
            400, "CANNOT_DELETE_SYSTEM_FIELD", "System fields cannot be deleted"
        )
    site.contacts.fields.store.remove(key)
    for contact in site.contacts.store.all():
        if key in contact["info"]["extendedFields"]["items"]:
            changed = site.contacts.store.edit(contact["id"])
            del changed["info"]["extendedFields"]["items"][key]
            changed["revision"] += 1
            changed["updatedDate"] = site.now()
            site.contacts.save(changed)
    return {}
