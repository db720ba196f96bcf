"""The trash bin of Contacts v5 (wix-api contacts 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import NANO, nanoseconds_of
from tests.fake_wix.http.refusals import application_error, field_violation, plain
from tests.fake_wix.http.routes import Request, route
from tests.fake_wix.query import QuerySpec, declare, run_query

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]
READ = "CONTACTS.CONTACT_READ_FROM_TRASHBIN"
NINETY_DAYS = 90 * 86_400 * NANO
MOST_IDS = 100
# The window and the other parameters as conditions, so that a cursor carries them along.
_SPEC = QuerySpec(
    {
        "deleted": declare("gte lte", kind="date"),
        "id": declare("in"),
        "externalId": declare("eq", path="contact.externalId"),
        "email": declare("eq", path="contact.email.email"),
        "phone": declare("eq", path="contact.phone.phone"),
    },
    api="contacts.v5.trash",
    default_limit=50,
    default_sort=(),
    inside="",
    cursor_block="paging",
)


class TrashBin:
    """Contacts as v5 has them, each with the moment of its deletion, which no answer shows."""

    def __init__(self, site: Site) -> None:
        """Empty."""
        self.site = site
        self._rows: dict[str, Json] = {}

    def add(self, contact: Json, deleted: str = "") -> Json:
        """Throw a contact away, now or at a given moment."""
        filled = {"id": self.site.new_id(), "revision": "3", **contact}
        key = str(filled["id"])
        self._rows[key] = {"id": key, "deleted": deleted or self.site.now(), "contact": filled}
        return filled

    def restore(self, contact_id: str) -> None:
        """Take a contact out again: it leaves the bin."""
        del self._rows[contact_id]

    def rows(self) -> dict[str, Json]:
        """What was deleted at most 90 days ago; what is older is gone for good."""
        oldest = self.site.clock.nanoseconds() - NINETY_DAYS
        return {
            key: row for key, row in self._rows.items() if nanoseconds_of(row["deleted"]) >= oldest
        }


def _moment(request: Request, name: str) -> str | None:
    text = request.param(name)
    if text is None:
        return None
    try:
        nanoseconds_of(text)
    except ValueError:
        raise field_violation(name, "is not a valid timestamp") from None
    return text


def _filter(request: Request) -> Json:
    """The parameters as conditions; both ends of the window belong to it."""
    window = {
        "$gte": _moment(request, "deletedFromDate"),
        "$lte": _moment(request, "deletedToDate"),
    }
    given = {operator: moment for operator, moment in window.items() if moment is not None}
    filters: Json = {"deleted": given} if given else {}
    for name in ("externalId", "email", "phone"):
        if (value := request.param(name)) is not None:
            filters[name] = value
    ids = request.params.get("contactIds")
    if ids is not None:
        if len(ids) > MOST_IDS:
            raise field_violation(
                "contactIds", f"has size {len(ids)}, expected 100 or less", "MAX_SIZE"
            )
        filters["id"] = {"$in": ids}
    return filters


@route("GET", "/contacts/v5/contacts/trash-bin", needs=READ)
def list_trash_bin(site: Site, request: Request) -> Json:
    """A page. The limit has the form `paging.limit`; `cursorPaging` and any sort are not heeded.

    A cursor goes alone (platform 10): beside the window it is refused.
    """
    block: Json = {}
    if (limit := request.param("paging.limit")) is not None:
        if not limit.lstrip("-").isdigit():
            raise plain(400, "Not a numeric value")
        block["limit"] = int(limit)
    if cursor := request.param("paging.cursor"):
        block["cursor"] = cursor
    query = {"filter": _filter(request), "paging": block}
    page, paging = run_query(site.trash_bin.rows().values(), query, _SPEC, site.cursors)
    return {"contacts": [row["contact"] for row in page], "pagingMetadata": paging}


@route("GET", "/contacts/v5/contacts/trash-bin/{contact_id}", needs=READ)
def get_from_trash_bin(site: Site, request: Request, contact_id: str) -> Json:
    """One deleted contact."""
    row = site.trash_bin.rows().get(contact_id)
    if row is None:
        raise application_error(404, "CONTACT_NOT_FOUND", "Contact not found")
    return {"contact": row["contact"]}
