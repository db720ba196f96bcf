"""The trash bin of Contacts v5 (wix-api contacts 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import nanoseconds_of
from tests.fake_wix.query import QuerySpec, run_query
from tests.fake_wix.refusals import application_error, field_violation, plain
from tests.fake_wix.routes import Request, route

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]
READ = "CONTACTS.CONTACT_READ_FROM_TRASHBIN"
NINETY_DAYS = 90 * 86_400 * 1_000_000_000
_SPEC = QuerySpec({}, api="contacts.v5.trash", default_limit=50, max_limit=100, default_sort=())


class TrashBin:
    """Contacts as v5 has them, each with the moment of its deletion, which no answer shows."""

    def __init__(self, site: Site) -> None:
        """Empty."""
        self.site = site
        self.rows: dict[str, tuple[Json, str]] = {}

    def add(self, contact: Json, deleted: str = "") -> Json:
        """Throw a contact away, now or at a given moment."""
        filled = {"id": self.site.new_id(), "revision": "3", **contact}
        self.rows[filled["id"]] = (filled, deleted or self.site.now())
        return filled

    def restore(self, contact_id: str) -> None:
        """Take a contact out again: it leaves the bin."""
        del self.rows[contact_id]

    def within(self, start: str | None, end: str | None) -> list[Json]:
        """What was deleted in a span of time, both ends included, and at most 90 days ago."""
        now = self.site.clock.nanoseconds()
        low = max(nanoseconds_of(start) if start else 0, now - NINETY_DAYS)
        high = nanoseconds_of(end) if end else now
        return [
            row for row, deleted in self.rows.values() if low <= nanoseconds_of(deleted) <= high
        ]


@route("GET", "/contacts/v5/contacts/trash-bin", needs=READ)
def list_trash_bin(site: Site, request: Request) -> Json:
    """A page; the limit has the form `paging.limit`, `cursorPaging` is not heeded."""
    try:
        rows = site.trash_bin.within(
            request.param("deletedFromDate"), request.param("deletedToDate")
        )
    except ValueError:
        raise field_violation("deletedFromDate", "is not a valid timestamp") from None
    wanted = request.params.get("contactIds")
    if wanted is not None:
        rows = [row for row in rows if row["id"] in wanted]
    block: Json = {}
    if limit := request.param("paging.limit"):
        if not limit.isdigit():
            raise plain(400, "Not a numeric value")
        block["limit"] = int(limit)
    if cursor := request.param("paging.cursor"):
        block["cursor"] = cursor
    page, paging = run_query(rows, {"cursorPaging": block}, _SPEC, site.cursors)
    return {"contacts": page, "pagingMetadata": paging}


@route("GET", "/contacts/v5/contacts/trash-bin/{contact_id}", needs=READ)
def get_from_trash_bin(site: Site, request: Request, contact_id: str) -> Json:
    """One deleted contact."""
    if contact_id not in site.trash_bin.rows:
        raise application_error(404, "CONTACT_NOT_FOUND", "Contact not found")
    return {"contact": site.trash_bin.rows[contact_id][0]}
