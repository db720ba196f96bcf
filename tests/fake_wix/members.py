"""Members v1: query, list and GET (wix-api contacts 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.query import QuerySpec, declare, run_query
from tests.fake_wix.refusals import application_error, field_violation
from tests.fake_wix.routes import Request, route
from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]
READ = "MEMBERS.MEMBER_READ"
_SAME = "eq ne in nin exists hasSome startsWith"
SPEC = QuerySpec(
    {
        **{name: declare(_SAME) for name in ("id", "loginEmail", "contactId", "profile.slug")},
        **{
            name: declare(_SAME, sort=True)
            for name in ("contact.firstName", "contact.lastName", "profile.nickname")
        },
        **{name: declare("eq ne in nin exists hasSome") for name in ("privacyStatus", "status")},
        **{
            name: declare("", sort=True, kind="date")
            for name in ("createdDate", "updatedDate", "lastLoginDate")
        },
    },
    cursor_paging=False,
    offset_paging=True,
    max_limit=100,
)
_PUBLIC = ("id", "contactId", "createdDate", "updatedDate", "profile")
_EXTENDED = (
    *_PUBLIC,
    "loginEmail",
    "loginEmailVerified",
    "status",
    "privacyStatus",
    "activityStatus",
)
_FIELDSETS = ("PUBLIC", "EXTENDED", "FULL")


class Members:
    """The members of a site."""

    def __init__(self, site: Site) -> None:
        """None yet, and the app behind them is there."""
        self.site = site
        self.store = Store(site)
        self.installed = True
        self.with_total = True

    def add(self, member: Json) -> Json:
        """Put a member in; what it lacks is filled in."""
        now = self.site.now()
        filled = {
            "id": self.site.new_id(),
            "contactId": self.site.new_id(),
            "status": "APPROVED",
            "createdDate": now,
            "updatedDate": now,
            **member,
        }
        self.store.put(filled, indexed=True)
        return filled


def _view(member: Json, fieldsets: list[str]) -> Json:
    """A member as far as its fieldset goes; PUBLIC by default, whose statuses are unknown."""
    for name in fieldsets:
        if name not in _FIELDSETS:
            raise field_violation("fieldsets[0]", "is not a valid enum value", "ENUM")
    if "FULL" in fieldsets:
        return member
    if "EXTENDED" in fieldsets:
        return {name: member[name] for name in _EXTENDED if name in member}
    view = {name: member[name] for name in _PUBLIC if name in member}
    return {**view, "status": "UNKNOWN", "privacyStatus": "UNKNOWN", "activityStatus": "UNKNOWN"}


def _answer(site: Site, query: Json, fieldsets: list[str]) -> Json:
    members = site.members
    if not members.installed:
        raise application_error(428, "APP_NOT_INSTALLED", "Members Area is not installed")
    page, paging = run_query(members.store.all_indexed(), query, SPEC)
    if not members.with_total:
        paging.pop("total", None)
    return {"members": [_view(one, fieldsets) for one in page], "metadata": paging}


@route("POST", "/members/v1/members/query", needs=READ)
def query_members(site: Site, request: Request) -> Json:
    """Members; `fieldsets` stands beside `query`, and the sort is called `sorting`."""
    asked = dict(request.part("query"))
    if "sorting" in asked:
        asked["sort"] = asked.pop("sorting")
    else:
        asked.pop("sort", None)  # not the word of this API: ignored
    fieldsets = request.object().get("fieldsets") or []
    return _answer(site, asked, fieldsets if isinstance(fieldsets, list) else [])


@route("GET", "/members/v1/members", needs=READ)
def list_members(site: Site, request: Request) -> Json:
    """The same as a list."""
    paging = {
        name: int(value) if value.isdigit() else value
        for name in ("limit", "offset")
        if (value := request.param(f"paging.{name}")) is not None
    }
    return _answer(site, {"paging": paging}, request.params.get("fieldsets", []))


@route("GET", "/members/v1/members/{member_id}", needs=READ)
def get_member(site: Site, request: Request, member_id: str) -> Json:
    """One member."""
    member = site.members.store.get(member_id)
    if member is None:
        raise application_error(404, "MEMBER_NOT_FOUND", "Member not found")
    return {"member": _view(member, request.params.get("fieldsets", []))}
