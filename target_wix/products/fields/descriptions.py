"""Descriptions of products and info sections: read, compared, and written for either catalog.

Wix keeps one text and gives it out as rich content and as HTML, rendered anew (wix-api stores-v3
3.4, 10.3). So texts are compared by what a buyer sees of them. Catalog V3 gets rich content, which
arrives whether or not Wix heeds HTML; Catalog V1 has HTML alone.

Info sections are shared by the whole site under a unique name (wix-api stores-v3 7).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, inside
from target_wix.pipeline.content import Content, Other, Picture, pictures_in, replaced, shown
from target_wix.pipeline.field_types import TOO_LONG
from target_wix.pipeline.rich_content import digest, marked, read_rich, replaced_by
from target_wix.products.fields.content_writer import write_html, write_rich
from target_wix.products.fields.html_reader import as_html, read_html
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_HTML = 16_000
"""Characters that Wix takes of HTML (wix-api stores-v3 3.8, 7)."""
NO_TEXTS: Json = {"description": None, "plainDescription": None}
"""What clears a text, whichever of the two Wix heeds (wix-api stores-v3 3.4, 11)."""
TWO_TEXTS = "one of two different texts in description and plainDescription"
KEPT_BY_WIX = "pictures in descriptions that Wix keeps under names of its own (not comparable)"


class _Converted(NamedTuple):
    document: Json
    lost: tuple[str, ...]
    content: Content


@lru_cache(maxsize=32)
def _converted(html: str) -> _Converted:
    """An HTML text as rich content; what was lost on the way; what is seen of the result."""
    reading = read_html(html)
    written = write_rich(reading.content)
    content = shown(read_rich(written.document))
    if any(isinstance(block, Other) for block in reading.content):
        content = reading.content
    return _Converted(written.document, (*reading.lost, *written.lost), content)


def as_rich(html: str) -> Json:
    """Return an HTML text as a document of rich content."""
    return _converted(html).document


def lost_from(fields: Json, product: Json, *, html_only: bool) -> Iterator[str]:
    """Yield what a buyer would see in the texts of a record, and the shop will not show.

    Args:
        fields: of a product record.
        product: in the shop.
        html_only: whether the catalog has HTML alone (V1), and every style that it has.
    """
    for entity in (fields, *as_objects(fields.get("infoSections"))):
        html = entity.get("plainDescription")
        if not isinstance(html, str) or len(html) > MOST_HTML:
            continue
        html = as_html(html)
        if not _is_rich(entity):
            yield from read_html(html).lost if html_only else _converted(html).lost
        elif html_only and not same_text(entity, {"plainDescription": html}):
            yield TWO_TEXTS
    if _is_rich(product) and (fields.get("description") or fields.get("plainDescription")):
        requested = _shown(with_html(fields))
        if _aligned(_shown(product), requested).by_place:
            yield KEPT_BY_WIX


# -- comparing --------------------------------------------------------------------------------


def same_text(shop: Json, requested: Json) -> bool:
    """Whether an entity of the shop shows the requested text: by `description` if either has it."""
    if _is_rich(shop) or _is_rich(requested):
        one, other = _shown(shop), _shown(requested)
        return one == other or _aligned(one, other).content == other
    html, wanted = shop.get("plainDescription") or "", requested.get("plainDescription") or ""
    return html == wanted or _of_html(html) == _of_html(wanted)


def content_of(entity: Json) -> Content:
    """Return what tells a text from others on Catalog V3, from its rich content if it has that."""
    return replaced(_shown(entity), _known_by_origin)


def seen_in(entity: Json) -> Content:
    """Return what an entity shows in the form that its catalog has."""
    html = entity.get("plainDescription")
    return _of_html(html or "") if not _is_rich(entity) else _shown(entity)


def _shown(entity: Json) -> Content:
    if _is_rich(entity):
        return shown(read_rich(entity["description"]))
    html = entity.get("plainDescription")
    return _converted(html).content if isinstance(html, str) and html else ()


def _is_rich(entity: Json) -> bool:
    return isinstance(entity.get("description"), dict)


def _of_html(html: str) -> Content:
    return shown(read_html(html).content)


def _known_by_origin(picture: Picture) -> Picture:
    if picture.source.startswith("wix:"):
        return picture._replace(source="") if picture.origin else picture
    return picture._replace(source="", origin=digest(picture.source))


class _Aligned(NamedTuple):
    """The content of the shop with the pictures that are those of the record.

    Attributes:
        content: with the sources that the record has.
        by_place: a picture counts as the record's because of its place alone.
    """

    content: Content
    by_place: bool = False


def _aligned(shop: Content, requested: Content) -> _Aligned:
    """Return what the shop shows, its pictures named as the record names them.

    Wix hosts pictures anew, under addresses of its own (wix-api stores-v3 10.23). The ids of nodes
    tell where they came from. If Wix drops those as well, a picture counts as the one that the
    record has at its place.
    """
    theirs = list(pictures_in(requested))
    if not theirs or len(theirs) != sum(1 for _ in pictures_in(shop)):
        return _Aligned(shop)
    places = iter(theirs)
    by_place = False

    def aligned(picture: Picture) -> Picture:
        nonlocal by_place
        other = next(places)
        kept = picture._replace(origin="")
        if other.source.startswith("wix:"):
            return kept._replace(origin=other.origin)
        if picture.source.startswith("wix:"):
            if picture.origin and picture.origin != digest(other.source):
                return kept
            by_place = by_place or not picture.origin
            kept = kept._replace(source=other.source)
        return kept._replace(origin=other.origin)

    content = replaced(shop, aligned)
    return _Aligned(content, by_place and content == requested)


# -- bringing in ------------------------------------------------------------------------------


def described(product: Json, fields: Json) -> Json:
    """Return the texts that a product shall have; of two the one that changed wins.

    Args:
        product: in the shop.
        fields: of a record that has `description` or `plainDescription`.

    Returns:
        `description`, `plainDescription` or both; an empty object if nothing changed.

    Raises:
        Rejection: a text is longer than Wix takes.
    """
    given, rich = fields.get("plainDescription"), fields.get("description")
    if given is None and rich is None:
        return {"description": None, "plainDescription": None}
    if given is not None and given == product.get("plainDescription"):
        html, html_changed = given, False
    else:
        html = None if given is None else as_html(given)
        html_changed = html is not None and not _has_html(product, html, beside=rich is not None)
    old = replaced_by(product.get("description"))
    rich_changed = rich is not None and not same_text(product, {"description": rich})
    if given is not None and rich is not None:
        html_changed = html_changed and _stamp({"plainDescription": html}) != old
        rich_changed = rich_changed and _stamp({"description": rich}) != old
    if rich_changed:
        found = {"description": rich, "plainDescription": write_html(read_rich(rich))}
        return found if html is None else _chosen({**found, "plainDescription": html}, html)
    if not html_changed or html is None:
        return {}
    _check_length(str(given), html)
    if rich is None:
        return {"plainDescription": html, "description": None}
    return _chosen({"description": as_rich(html), "plainDescription": html}, rich)


def _has_html(product: Json, html: str, *, beside: bool) -> bool:
    """Whether a product shows an HTML text.

    Args:
        product: in the shop.
        html: of a record.
        beside: the record has rich content as well, so the HTML is Wix's own, which may lack a part.
    """
    if len(html) > MOST_HTML:
        return False
    if same_text(product, {"plainDescription": html}):
        return True
    own = product.get("plainDescription")
    return beside and isinstance(own, str) and _of_html(own) == _of_html(html)


def _chosen(found: Json, loser: str | Json) -> Json:
    """The texts, with a mark that tells the next run which other text of the record they beat."""
    entity = {"description": loser} if isinstance(loser, dict) else {"plainDescription": loser}
    if same_text({"description": found["description"]}, entity):
        return found
    return {**found, "description": marked(found["description"], _stamp(entity))}


def _stamp(entity: Json) -> str:
    return digest(content_of(entity))


def _check_length(given: str, html: str) -> None:
    shortest = min(len(given), len(html))
    if shortest > MOST_HTML:
        raise Rejection(
            TOO_LONG, f"{shortest} characters, Wix takes {MOST_HTML}.", "plainDescription"
        )


def with_html(entity: Json) -> Json:
    """Return an entity whose text is HTML, whatever it was given as."""
    html = entity.get("plainDescription")
    return {**entity, "plainDescription": as_html(html)} if isinstance(html, str) else entity


# -- writing ----------------------------------------------------------------------------------


def for_v3(entity: Json) -> Json:
    """Return an entity with its text as rich content."""
    html = entity.get("plainDescription")
    if _is_rich(entity) or not isinstance(html, str) or not html:
        return entity
    return {**entity, "description": as_rich(html)}


def for_v1(entity: Json) -> Json:
    """Return an entity with its text as HTML, without what a browser does not show."""
    html, rich = entity.get("plainDescription"), entity.get("description")
    if html is None and as_objects(inside(rich, "nodes")):
        return {**entity, "plainDescription": write_html(read_rich(rich))}
    if isinstance(html, str) and len(html) <= MOST_HTML and _has_unseen(html):
        return {**entity, "plainDescription": write_html(read_html(html).content)}
    return entity


def _has_unseen(html: str) -> bool:
    return bool(read_html(html).lost) or any(
        name in html.lower() for name in ("<script", "<style", "<template", "<!--")
    )


def texts_of(product: Json, *, html: bool = True) -> Json:
    """Return the text of an entity as Wix takes it: rich content, and HTML beside it.

    The call that makes products with their stock may know only HTML; the other ones ignore the
    HTML beside rich content (wix-api stores-v3 3.4).

    Args:
        product: or an info section.
        html: whether to write the HTML as well, where it is not too long.
    """
    document = as_object(product.get("description"))
    if not document.get("nodes"):
        return {}
    written = write_html(read_rich(document)) if html else ""
    beside = {"plainDescription": written} if 0 < len(written) <= MOST_HTML else {}
    return {"description": document, **beside}


# -- info sections ----------------------------------------------------------------------------


def merged_sections(requested: list[Json], current: object) -> list[Json]:
    """Return the sections that the product shall have: those it has by id, new ones without.

    A section with another text is another section: the one in the shop may be on other products.
    """
    left = as_objects(current)
    found: list[Json] = []
    for row in requested:
        old = next((one for one in left if _is_same_section(row, one)), None)
        if old is not None:
            left = [one for one in left if one is not old]
            found.append(old)
        elif row.get("id") and not has_content(row):
            found.append({"id": row["id"]})
        else:
            new = with_html(row)
            found.append({name: new[name] for name in new if name != "id" and new[name]})
    return found


def has_content(section: Json) -> bool:
    """Whether a section comes with its content, rather than as a mere reference."""
    return bool(
        section.get("title") or section.get("plainDescription") or section.get("description")
    )


def _is_same_section(requested: Json, other: Json) -> bool:
    if not has_content(requested):
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


def normalized_sections(sections: object) -> list[object] | None:
    """Sections by what a reader sees of them, in their order."""
    return [
        (row.get("title"), seen_in(row))
        if has_content(row)
        else row.get("id") or row.get("uniqueName")
        for row in as_objects(sections)
    ] or None
