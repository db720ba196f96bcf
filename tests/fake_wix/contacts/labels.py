"""Contact labels v4 (wix-api contacts 3)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_wix.entity_types import differs, shape_of
from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import Request, object_in, route
from tests.fake_wix.query import QuerySpec, Words, declare, run_query
from tests.fake_wix.shape import clean
from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

NAMED = differs("it is found by its name (wix-api contacts 3, 4)", required=("displayName",))
VIEW, MODIFY = "CONTACTS_LABELS.VIEW", "CONTACTS_LABELS.MODIFY"
LABEL = shape_of("contact_labels", {"": NAMED})
QUERY_CODES = {
    "filter_field": "UNSUPPORTED_FILTER_FIELD",
    "operator": "UNSUPPORTED_FILTER_OPERATOR",
    "value": "UNSUPPORTED_FILTER_VALUE",
    "malformed": "MALFORMED_FILTER",
    "sort_field": "INVALID_SORT",
    "sort_count": "INVALID_SORT",
}
SYSTEM = {"contacts.contacted-me": "Contacted Me", "contacts.customers": "Customers"}
SPEC = QuerySpec(
    fields={
        "key": declare("eq in ne"),
        "displayName": declare("eq in ne startsWith", sort=True),
        "createdDate": declare("eq ne gt gte lt lte", sort=True, kind="date"),
        "updatedDate": declare("eq ne gt gte lt lte", sort=True, kind="date"),
        "namespace": declare("eq ne"),
        "labelType": declare("eq"),
    },
    default_limit=1000,
    max_limit=2000,
    cursor_paging=False,
    offset_paging=True,
    max_sort=1,
    words=Words(QUERY_CODES),
    key="key",
)


class Labels:
    """The labels of a site by key."""

    def __init__(self, site: Site) -> None:
        """Only the labels that every site has."""
        self.site = site
        self.store = Store(site)
        self.quota = 1000
        for key, name in SYSTEM.items():
            label = {"namespace": "contacts", "namespaceDisplayName": "Contacts", "key": key}
            self.store.put(
                {**label, "displayName": name, "labelType": "SYSTEM"}, key=key, indexed=True
            )

    def add(self, name: str, *, key: str = "") -> dict[str, Any]:
        """A label of the owner; its key is made once and never changes."""
        label = {
            "namespace": "custom",
            "namespaceDisplayName": "Custom",
            "key": key or free_key(self.site, name, self.store),
            "displayName": name,
            "labelType": "USER_DEFINED",
            "createdDate": self.site.now(),
        }
        label["updatedDate"] = label["createdDate"]
        self.store.put(label, key=label["key"])
        return label

    def named(self, name: str) -> dict[str, Any] | None:
        """The label with this display name."""
        return next(
            (label for label in self.store.all() if label["displayName"].lower() == name.lower()),
            None,
        )


def free_key(site: Site, name: str, store: Store, *, suffix: bool = False) -> str:
    """A key from a display name, as far as it has Latin letters; made unique, or always given a random tail."""
    plain_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = "custom." + (re.sub(r"[^a-z0-9]+", "-", plain_name).strip("-")[:60] or "item")
    key = stem
    while key in store or (suffix and key == stem):
        key = f"{stem}-{site.new_id()[:6]}"
    return key


def listed(
    request: Request, rows: list[dict[str, Any]], spec: QuerySpec, type_field: str
) -> tuple[list[Any], dict[str, Any]]:
    """The page of a GET list: parameters with dots, ``startsWith`` with regard to case."""
    paging = {}
    for name in ("limit", "offset"):
        value = request.param(f"paging.{name}")
        if value is not None:
            paging[name] = int(value) if value.lstrip("-").isdigit() else value
    wanted = {name: request.param(name) for name in (type_field, "namespace")}
    start = request.param("startsWith") or ""
    found = [
        row
        for row in rows
        if all(value is None or row.get(name) == value for name, value in wanted.items())
        and row["displayName"].startswith(start)
    ]
    sort = request.param("sort.fieldName")
    query: dict[str, Any] = {"paging": paging}
    if sort:
        query["sort"] = [{"fieldName": sort, "order": request.param("sort.order") or "ASC"}]
    return run_query(found, query, replace(spec, inside=""))


@route("GET", "/contacts/v4/labels", needs=VIEW)
def list_labels(site: Site, request: Request) -> dict[str, Any]:
    """All labels; the paging block of lists is called ``metadata``."""
    page, paging = listed(request, site.contacts.labels.store.all(), SPEC, "labelType")
    return {"labels": page, "metadata": paging}


@route("POST", "/contacts/v4/labels/query", needs=VIEW)
def query_labels(site: Site, request: Request) -> dict[str, Any]:
    """Labels by filter; here the block is called ``pagingMetadata``."""
    page, paging = run_query(site.contacts.labels.store.all_indexed(), request.part("query"), SPEC)
    return {"labels": page, "pagingMetadata": paging}


@route("POST", "/contacts/v4/labels", needs=MODIFY)
def find_or_create_label(site: Site, request: Request) -> dict[str, Any]:
    """Find a label by its name, or make it."""
    labels = site.contacts.labels
    name = clean(LABEL, request.object(), "")["displayName"]
    known = labels.named(name)
    if known is not None:
        return {"label": known, "newLabel": False}
    if sum(label["labelType"] == "USER_DEFINED" for label in labels.store.all()) >= labels.quota:
        raise application_error(429, "LABELS_QUOTA_REACHED", "Labels quota reached")
    return {"label": labels.add(name), "newLabel": True}


def _label(site: Site, key: str) -> dict[str, Any]:
    label = site.contacts.labels.store.get(key)
    if label is None:
        raise application_error(404, "LABEL_NOT_FOUND", "Label does not exist")
    return label


@route("GET", "/contacts/v4/labels/{key}", needs=VIEW)
def get_label(site: Site, request: Request, key: str) -> dict[str, Any]:
    """One label."""
    return {"label": _label(site, key)}


@route("PATCH", "/contacts/v4/labels/{key}", needs=MODIFY)
def rename_label(site: Site, request: Request, key: str) -> dict[str, Any]:
    """Another display name; the key stays."""
    label = _label(site, key)
    if label["labelType"] == "SYSTEM":
        raise application_error(
            400, "CANNOT_UPDATE_SYSTEM_LABEL", "System labels cannot be changed"
        )
    sent = object_in(request.object(), "label") or request.object()
    renamed = {**label, **clean(LABEL, sent, "label"), "updatedDate": site.now()}
    site.contacts.labels.store.put(renamed, key=key)
    return {"label": renamed}


@route("DELETE", "/contacts/v4/labels/{key}", needs=MODIFY)
def delete_label(site: Site, request: Request, key: str) -> dict[str, Any]:
    """A label goes, from all contacts too."""
    if _label(site, key)["labelType"] == "SYSTEM":
        raise application_error(
            400, "CANNOT_DELETE_SYSTEM_LABEL", "System labels cannot be deleted"
        )
    site.contacts.labels.store.remove(key)
    for contact in site.contacts.store.all():
        if key in contact["info"].get("labelKeys", {}).get("items", []):
            changed = site.contacts.store.edit(contact["id"])
            kept = [one for one in changed["info"]["labelKeys"]["items"] if one != key]
            changed["info"]["labelKeys"] = {"items": kept}
            changed["revision"] += 1
            changed["updatedDate"] = site.now()
            site.contacts.save(changed)
    return {}
