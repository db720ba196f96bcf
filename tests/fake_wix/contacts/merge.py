"""Merging contacts, v4 (wix-api contacts 2.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.contacts.read import existing
from tests.fake_wix.contacts.write import flat_info, rewrite
from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.http.routes import Request, route

if TYPE_CHECKING:
    from tests.fake_wix.contacts.book import Contact
    from tests.fake_wix.site import Site

MOST_SOURCES = 5


def _merge(
    site: Site, request: Request, target_id: str
) -> tuple[Contact, list[str], dict[str, Any]]:
    book = site.contacts
    target = existing(site, target_id)
    sources = request.object().get("sourceContactIds")
    if (
        not isinstance(sources, list)
        or not 1 <= len(sources) <= MOST_SOURCES
        or target_id in sources
    ):
        raise application_error(
            400, "ILLEGAL_MERGE", "One to five other contacts can be merged into one"
        )
    info = flat_info(target)
    for source_id in sources:
        source = existing(site, source_id)
        if source_id in book.members | book.owners:
            raise application_error(
                428, "FAILED_PRECONDITION", "A site member cannot be merged into another contact"
            )
        info = united(info, flat_info(source))
    return target, sources, info


def united(target: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """The target's data win, lists are united without doubles (wix-api contacts 2.8)."""
    result = {**source, **target}
    result["name"] = {**source.get("name", {}), **target.get("name", {})}
    result["extendedFields"] = {**source["extendedFields"], **target["extendedFields"]}
    for name, key in (
        ("emails", "email"),
        ("phones", "phone"),
        ("addresses", "address"),
        ("labelKeys", ""),
    ):
        items = list(target.get(name, []))
        known = [item[key] if key else item for item in items]
        for item in source.get(name, []):
            if (item[key] if key else item) not in known:
                items.append({**item, "primary": not items} if key in {"email", "phone"} else item)
        result[name] = items
    return result


@route("POST", "/contacts/v4/contacts/{target_id}/preview-merge", needs="CONTACTS.MERGE")
def preview_merge(site: Site, request: Request, target_id: str) -> dict[str, Any]:
    """What a merge would make."""
    target, _, info = _merge(site, request, target_id)
    made = site.contacts.assemble(
        info, target_id, target["revision"], target["createdDate"], target["updatedDate"]
    )
    return {"contact": made}


@route("POST", "/contacts/v4/contacts/{target_id}/merge", needs="CONTACTS.MERGE")
def merge_contacts(site: Site, request: Request, target_id: str) -> dict[str, Any]:
    """The sources go into the target and are gone; only GET still finds them, as the target."""
    target, sources, info = _merge(site, request, target_id)
    if request.object().get("targetContactRevision") != target["revision"]:
        raise application_error(
            409, "CONTACT_ALREADY_CHANGED", "Contact has been updated since the requested revision."
        )
    for source_id in sources:
        site.contacts.delete(source_id)
        site.contacts.merged[source_id] = target_id
    contact = rewrite(site, target, info)
    contact["lastActivity"] = {
        "activityDate": contact["updatedDate"],
        "activityType": "CONTACT_MERGED",
    }
    return {"contact": contact}
