"""Brands, ribbons and info sections as products refer to them: by id, or by the name they have (7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.rich_content import from_html, normalised

if TYPE_CHECKING:
    from tests.fake_wix.store import Store
    from tests.fake_wix.stores_v3.state import CatalogV3, Json


def make(v3: CatalogV3, store: Store, fields: Json) -> Json:
    """A new entity, revision 1."""
    now = v3.site.now()
    stamps = {"id": v3.site.new_id(), "revision": "1", "createdDate": now, "updatedDate": now}
    entity = {**stamps, **{name: value for name, value in fields.items() if value is not None}}
    store.put(entity)
    return entity


def by_name(store: Store, name: str, field: str = "name") -> Json | None:
    """The entity that has a name."""
    return next((row for row in store.all() if row.get(field) == name), None)


def check_name(name: str | None) -> None:
    """Spaces are no name: a product that brings one is refused with a code (3.7)."""
    if name is not None and not name.strip():
        raise application_error(428, "ONLY_SPACES_STRING_ERROR")


def store_reference(v3: CatalogV3, store: Store, given: Json, what: str) -> Json:
    """`brand` or `ribbon` in a product: an id, or a name that is found or made (3.4)."""
    if given.get("id"):
        if given["id"] not in store:
            raise application_error(428, f"{what}_NOT_FOUND")
        return {"id": given["id"]}
    name = given.get("name")
    if not name:
        raise application_error(428, f"{what}_CREATION_FAILED")
    check_name(name)
    found = by_name(store, name) or make(v3, store, {"name": name})
    return {"id": found["id"]}


def described(v3: CatalogV3, given: Json) -> Json | None:
    """The document that is kept; of two descriptions the rich one counts (3.4)."""
    switches = v3.switches
    document: Json | None = given.get("description")
    if not document and given.get("plainDescription") and switches.plain_description_heeded:
        document = from_html(given["plainDescription"])
    if document and switches.rich_normalised:
        return normalised(document, v3.site.new_id, renew_ids=switches.node_ids_renewed)
    return document


def section_fields(v3: CatalogV3, given: Json) -> Json:
    """The fields of an info section."""
    fields = {name: given.get(name) for name in ("uniqueName", "title")}
    return {**fields, "description": described(v3, given)}


def section_reference(v3: CatalogV3, given: Json, code: str) -> Json:
    """An info section in a product: its id, or a unique name.

    Sections are shared by the whole site: a unique name that exists is that section, with the
    text it has, whatever text is sent along (design: sections are shared site-wide).
    """
    if given.get("id"):
        if given["id"] not in v3.info_sections:
            raise application_error(428, code)
        return {"id": given["id"]}
    check_name(given["uniqueName"])
    check_name(given["title"])
    found = by_name(v3.info_sections, given["uniqueName"], "uniqueName")
    found = found or make(v3, v3.info_sections, section_fields(v3, given))
    return {"id": found["id"]}
