"""Pictures and videos: sent by address, since Wix stores them under new names (stores-v3 10.23)."""

from __future__ import annotations

import re
from dataclasses import replace as replaced
from typing import TYPE_CHECKING

from tap_wix.api import codec
from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside, text, without
from target_wix.pipeline import coerce, keys
from target_wix.pipeline.coerce import checked_address
from target_wix.pipeline.field_types import MOST_READ, TOO_MANY
from target_wix.products.fields.options import choice_pictures, choices_of, map_choices
from target_wix.products.fields.writable import MEDIA_ITEM
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.pipeline.field_types import Value
    from target_wix.products.records import ProductPatch

MAX_ITEMS = 50
_BETWEEN = re.compile(r"(?:\s/|[\s;,|])+(?=https?://)", re.IGNORECASE)
"""What separates addresses: a comma that no address follows belongs to the address before it."""

_IS_ADDRESS = re.compile(r"\s*(https?:)?//\S", re.IGNORECASE)
_ENDS = re.compile(r"^[\s;,|]+|[\s;,|]+$")
_DEEPEST = 4

CHOICE_PICTURES = "pictures of choices of a product that is there already"


def requested_items(media: object) -> list[Json] | None:
    """The items of a record's `media`, each with what is known of id and address.

    A record without `itemsInfo` says which picture is the first one, and nothing of the others.
    """
    items = as_object(coerce.as_object(media, "media")).get("itemsInfo")
    rows = as_object(items).get("items")
    if rows is None:
        return None
    found = []
    for place, row in enumerate(as_objects(rows)):
        item = MEDIA_ITEM.read(row, f"media.itemsInfo.items[{place}]") or {}
        address = item.get("url") or address_of(row)
        found.append({**item, **({"url": address} if address else {})})
    return [{name: value for name, value in item.items() if value is not None} for item in found]


def items_of_urls(value: Value) -> list[Json] | None:
    """Items of the column `image_urls`, None if it says nothing.

    Args:
        value: addresses with separators between them, or a list of addresses, or of objects that
            have one in `url`, `src` or deeper, as other shops give pictures; or the JSON text.

    Raises:
        Rejection: a picture without an address.
    """
    rows = _rows(value)
    if rows is None:
        return None
    if len(rows) > MOST_READ:
        raise Rejection(TOO_MANY, f"{len(rows)} items, Wix takes {MAX_ITEMS}.", "image_urls")
    found: list[Json] = []
    for place, row in enumerate(rows):
        path = f"image_urls[{place}]"
        if isinstance(row, dict):
            if item := _item_of(row, path):
                found.append(item)
        else:
            cell = _addresses(coerce.as_text(row, path) or "")
            found += [{"url": checked_address(address, path)} for address in cell]
    return found if found or isinstance(value, list) else None


def _rows(value: Value) -> Sequence[Value] | None:
    """What is listed in the column, each an address, or an object with one."""
    if isinstance(value, str):
        text_ = keys.trimmed(value)
        if text_[:1] in ("[", "{"):
            try:
                value = coerce.without_nulls(codec.decode(text_))
            except (ValueError, ArithmeticError, RecursionError):
                reason = "image_urls must be addresses or JSON, and its text is no JSON."
                raise Rejection(coerce.BAD_VALUE, reason, "image_urls") from None
        else:
            return None if keys.says_nothing(text_) else _addresses(text_)
    if value is False:
        return None
    if value is None or isinstance(value, list):
        rows: list[Value] | None = value
        return rows
    if isinstance(value, dict):
        return [value]
    raise Rejection(coerce.BAD_VALUE, "image_urls must be addresses.", "image_urls")


def _addresses(text_: str) -> list[str]:
    """Return the addresses in a text, with `;`, `,`, `|` or blanks before the next http."""
    parts = _BETWEEN.split(_ENDS.sub("", keys.trimmed(text_)))
    return [part for part in (_ENDS.sub("", keys.trimmed(one)) for one in parts) if part]


def _item_of(row: Json, path: str) -> Json | None:
    if not row:
        return None
    address = _address_in(row, _DEEPEST)
    if address is None:
        if all(value in (None, "", [], {}) for value in row.values()):
            return None
        reason = f"{path} must have the address of a picture in url or src."
        raise Rejection(coerce.BAD_VALUE, reason, path)
    words = next(
        (row[name] for name in ("altText", "alt", "alt_text") if text(row.get(name))), None
    )
    named = text(row.get("displayName"))
    return {
        "url": address,
        **({"altText": words} if words else {}),
        **({"displayName": named} if named else {}),
    }


def _address_in(row: Json, depth: int) -> str | None:
    """The address in an object: `url` and `src` before any other name, a text before an object."""
    if depth == 0:
        return None
    first = [name for name in ("url", "src") if name in row]
    values = [row[name] for name in (*first, *(name for name in row if name not in first))]
    for value in values:
        if isinstance(value, str) and _IS_ADDRESS.match(value):
            return checked_address(keys.trimmed(value), "")
    for value in values:
        if isinstance(value, dict) and (found := _address_in(value, depth - 1)):
            return found
    return None


def address_of(item: Json) -> str | None:
    """Where a picture or video that Wix gave out can be fetched from."""
    videos = as_objects(inside(item, "video", "resolutions"))
    best = max(videos, key=lambda row: row.get("height") or 0, default={})
    return text(item.get("url")) or text(inside(item, "image", "url")) or text(best.get("url"))


def current_items(product: Json) -> list[Json]:
    """The pictures and videos that the product in the shop has."""
    return as_objects(inside(product, "media", "itemsInfo", "items"))


def desired_items(requested: list[Json], product: Json, *, replace: bool) -> list[Json] | None:
    """The items the product shall have, None if it has them.

    Args:
        requested: the items of the record; ids in it are of this site.
        product: as it is.
        replace: send addresses that the shop does not know even if their number is the same.

    An item that the product has already is sent by its id, so that it keeps its name.
    """
    current = current_items(product)
    known = {key: row for row in current for key in (row.get("id"), address_of(row)) if key}
    found: list[Json] = []
    strangers = False
    for item in requested:
        row = known.get(item.get("id") or "") or known.get(item.get("url") or "")
        if row is not None and _name(row) not in map(_name, found):
            # One without an id comes from an earlier record about the same new product.
            key = "id" if row.get("id") else "url"
            found.append({key: _name(row), **_texts(item, row)})
        else:
            strangers = True
            found.append(item)
    if not strangers:
        same = [(_name(row), row.get("altText")) for row in current]
        wanted = [(_name(row), row.get("altText")) for row in found]
        return None if same == wanted else found
    if not replace and _is_number_of_pictures(len(found), product):
        return None
    return found


def with_videos(requested: list[Json], product: Json) -> list[Json]:
    """Return the items of `image_urls` with the videos of the product at their places.

    The column names pictures; a video that it does not name is not meant to go.
    """
    named = {key for item in requested for key in (item.get("id"), item.get("url")) if key}
    items = list(requested)
    for place, row in enumerate(current_items(product)):
        is_video = row.get("mediaType") == "VIDEO"
        if is_video and row.get("id") and named.isdisjoint({row["id"], address_of(row)}):
            items.insert(place, {"id": row["id"]})
    return items


def _is_number_of_pictures(count: int, product: Json) -> bool:
    """Whether the product has so many pictures of its own.

    Catalog V3 does not say whether a picture that came for a choice is shown among those of the
    product, too (wix-api stores-v3 3.8); on V1 it always is.
    """
    ids = {row["id"] for row in current_items(product) if row.get("id")}
    of_choices = {
        picture.get("mediaId")
        for field in ("options", "modifiers")
        for option in as_objects(product.get(field))
        for choice in choices_of(option)
        for picture in choice_pictures(choice)
    }
    total = len(current_items(product))
    return count == total or ("v1" not in product and count == total - len(ids & of_choices))


def _name(row: Json) -> str | None:
    return row.get("id") or row.get("url")


def _texts(item: Json, row: Json) -> Json:
    words = item.get("altText", row.get("altText"))
    return {"altText": words} if words else {}


def check_items(items: list[Json]) -> None:
    """Refuse what Wix would refuse.

    Raises:
        Rejection: too many, no address, or a text that is too long.
    """
    if len(items) > MAX_ITEMS:
        raise Rejection(TOO_MANY, f"{len(items)} items, Wix takes {MAX_ITEMS}.", "media")
    for place, item in enumerate(items):
        path = f"media.itemsInfo.items[{place}]"
        MEDIA_ITEM.check(item, None, path)
        address = str(item.get("url") or "")
        if not item.get("id") and not address.lower().startswith(("https://", "http://")):
            raise Rejection(
                coerce.BAD_VALUE, "An address that starts with https:// is needed.", path
            )


def without_choice_pictures(
    patch: ProductPatch, product: Json, *, own: bool
) -> tuple[ProductPatch, bool]:
    """Return the patch without pictures of choices that the product has, but for those of the shop.

    Wix keeps a picture under a name of its own, so that addresses cannot be compared (wix-api
    stores-v3 10.23). It does not say either how many of them a choice shows afterwards. So they
    come with the product, with a choice that is new, or together with other pictures of the
    product; else what the shop shows stays.

    Args:
        patch: of a record.
        product: in the shop.
        own: whether the record has the id of the product, so that all its ids are of this site.

    Returns:
        The patch, and whether a choice shows another number of pictures than the patch has.
    """
    if patch.media is not None and desired_items(patch.media, product, replace=False) is not None:
        return patch, False
    known = {row.get("id") for row in current_items(product)}
    fields, differs = dict(patch.fields), False
    for field in ("options", "modifiers"):
        if field not in patch.fields:
            continue
        there = {
            (option.get("name"), choice.get("name")): len(choice_pictures(choice))
            for option in as_objects(product.get(field))
            for choice in choices_of(option)
        }
        rows = []
        for option in as_objects(patch.fields[field]):
            choices = []
            for choice in choices_of(option):
                items = as_objects(inside(choice, "media", "items"))
                count = there.get((option.get("name"), choice.get("name")))
                ids = {one["mediaId"] for one in items if one.get("mediaId")}
                brought = not (ids if own else ids & known)
                if items and count is not None and brought:
                    differs = differs or count != len(items)
                    choices.append(without(choice, "media"))
                else:
                    choices.append(choice)
            settings = {**as_object(option.get("choicesSettings")), "choices": choices}
            rows.append({**option, **({"choicesSettings": settings} if choices else {})})
        fields[field] = rows
    return replaced(patch, fields=fields), differs


def with_addresses(fields: Json, media: list[Json] | None) -> Json:
    """Return fields with pictures of choices by address, where the product's own pictures have it.

    A new product cannot show pictures by the ids that they had elsewhere.
    """
    urls: Json = {str(item.get("id")): item["url"] for item in media or [] if item.get("url")}
    changed: Json = {
        name: [
            map_choices(row, lambda one: _with_urls(one, urls)) for row in as_objects(fields[name])
        ]
        for name in ("options", "modifiers")
        if name in fields
    }
    return {**fields, **changed}


def _with_urls(choice: Json, urls: Json) -> Json:
    items = as_objects(inside(choice, "media", "items"))
    if not items:
        return choice
    found = [urls.get(str(one.get("mediaId"))) or one.get("url") for one in items]
    kept = [{"url": url} for url in found if url]
    rest = without(choice, "media")
    return {**rest, "media": {"items": kept}} if kept else rest
