"""Info sections: shared by the whole site under a unique name (wix-api stores-v3 7)."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_objects, text
from target_wix.products.fields.descriptions import content_of, same_text, seen_in, with_html

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json

_LONGEST_NAME = 100
_ODD = re.compile(r"[^a-z0-9]+")


def merged_sections(requested: list[Json], current: object) -> list[Json]:
    """Return the sections that the product shall have: those it has by id, new ones without.

    A section with another text is another section: the one in the shop may be on other products.
    """
    left = as_objects(current)
    found: list[Json] = []
    for row in requested:
        old = next((one for one in left if _is(row, one)), None)
        if old is not None:
            left = [one for one in left if one is not old]
            found.append(old)
        elif row.get("id") and not says(row):
            found.append({"id": row["id"]})
        else:
            new = with_html(row)
            found.append({name: new[name] for name in new if name != "id" and new[name]})
    return found


def says(section: Json) -> bool:
    """Whether a section comes with its content, rather than as a mere reference."""
    return bool(
        section.get("title") or section.get("plainDescription") or section.get("description")
    )


def _is(requested: Json, other: Json) -> bool:
    if not says(requested):
        name = requested.get("uniqueName")
        return (
            other.get("id") == requested.get("id")
            if requested.get("id")
            else other.get("uniqueName") == name
        )
    if requested.get("title") and requested["title"] != other.get("title"):
        return False
    has_text = "plainDescription" in requested or "description" in requested
    html = requested.get("plainDescription")
    if not has_text or (html is not None and html == other.get("plainDescription")):
        return True
    return same_text(other, with_html(requested))


def normalize(sections: object) -> list[object] | None:
    """Sections by what a reader sees of them, in their order."""
    return [
        (row.get("title"), seen_in(row)) if says(row) else row.get("id") or row.get("uniqueName")
        for row in as_objects(sections)
    ] or None


def unique_name(section: Json) -> str:
    """The name a section has or gets: of its title and a short hash of its text."""
    return text(section.get("uniqueName")) or own_name(section)


def own_name(section: Json) -> str:
    """A name that no section with another title or text has."""
    title = str(section.get("title") or "")
    content = repr((title, content_of(section)))
    stamp = hashlib.sha256(content.encode()).hexdigest()[:12]
    words = _ODD.sub("-", title.lower()).strip("-")
    return f"{words[: _LONGEST_NAME - len(stamp) - 1]}-{stamp}".strip("-")
