"""Members v1: query, list and GET (wix-api contacts 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from tests.fake_wix.http.refusals import application_error, bare, field_violation, plain
from tests.fake_wix.http.routes import Request, route
from tests.fake_wix.query import QuerySpec, declare, run_query
from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]
READ = "MEMBERS.MEMBER_READ"
LARGEST_LIST = 1000
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
_EXTENDED = (*_PUBLIC, "loginEmail", "status", "privacyStatus", "activityStatus")
_FIELDSETS = ("PUBLIC", "EXTENDED", "FULL")


class Members:
    """The members of a site."""

    def __init__(self, site: Site) -> None:
        """None yet, and the app behind them is there."""
        self.site = site
        self.store = Store(site)
        self.installed = True
        # What the reference leaves open (contacts 6, 8).
        self.without_app: Literal["code", "forbidden", "empty"] = "code"
        self.with_total = True
        self.sortable = True
        """The texts name sortable fields, the typed table calls none of them so."""
        self.list_has_metadata = True

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
    if "FULL" in fieldsets:
        return member
    if "EXTENDED" in fieldsets:
        return {name: member[name] for name in _EXTENDED if name in member}
    view = {name: member[name] for name in _PUBLIC if name in member}
    return {**view, "status": "UNKNOWN", "privacyStatus": "UNKNOWN", "activityStatus": "UNKNOWN"}


def _checked_fieldsets(given: Any) -> list[str]:
    """The names of fieldsets; what is none is refused."""
    if given is None:
        return []
    if not isinstance(given, list):
        raise plain(400, "Expected an array")
    for index, name in enumerate(given):
        if name not in _FIELDSETS:
            raise field_violation(f"fieldsets[{index}]", f"has no enum value {name}", "ENUM")
    return given


def _rows(members: Members, rows: list[Json]) -> list[Json]:
    """The members to look at, unless the app behind them is missing."""
    if members.installed:
        return rows
    if members.without_app == "code":
        raise application_error(428, "APP_NOT_INSTALLED", "Members Area is not installed")
    if members.without_app == "forbidden":
        raise bare(403, body=True)
    return []


def _spec(members: Members) -> QuerySpec:
    fields = SPEC.fields
    if not members.sortable:
        fields = {name: replace(field, sortable=False) for name, field in fields.items()}
    return replace(SPEC, fields=fields, with_total=members.with_total)


@route("POST", "/members/v1/members/query", needs=READ)
def query_members(site: Site, request: Request) -> Json:
    """Members; `fieldsets` stands beside `query`, and the sort is called `sorting`."""
    asked = dict(request.part("query"))
    if "sorting" in asked:
        asked["sort"] = asked.pop("sorting")
    else:
        asked.pop("sort", None)  # not the word of this API: ignored
    fieldsets = _checked_fieldsets(request.object().get("fieldsets"))
    members = site.members
    page, paging = run_query(_rows(members, members.store.all_indexed()), asked, _spec(members))
    return {"members": [_view(one, fieldsets) for one in page], "metadata": paging}


@route("GET", "/members/v1/members", needs=READ)
def list_members(site: Site, request: Request) -> Json:
    """The same as a list: the entities themselves, pages of 1000 at most, no sort of one's own."""
    paging = {
        name: int(value) if value.lstrip("-").isdigit() else value
        for name in ("limit", "offset")
        if (value := request.param(f"paging.{name}")) is not None
    }
    fieldsets = _checked_fieldsets(request.params.get("fieldsets"))
    members = site.members
    spec = replace(_spec(members), max_limit=LARGEST_LIST, inside="")
    page, block = run_query(_rows(members, members.store.all()), {"paging": paging}, spec)
    answer = {"members": [_view(one, fieldsets) for one in page], "metadata": block}
    if not members.list_has_metadata:
        del answer["metadata"]
    return answer


@route("GET", "/members/v1/members/{member_id}", needs=READ)
def get_member(site: Site, request: Request, member_id: str) -> Json:
    """One member."""
    member = site.members.store.get(member_id)
    if member is None:
        raise application_error(404, "MEMBER_NOT_FOUND", "Member not found")
    return {"member": _view(member, _checked_fieldsets(request.params.get("fieldsets")))}
