"""Pictures and videos of Catalog V1 in the shape of Catalog V3 (wix-api stores-v1 2.9, stores-v3 3.8)."""

from __future__ import annotations

import re

from tap_wix.api.catalog_conversion.json_access import (
    Json,
    as_object,
    as_objects,
    left_of,
    picked,
    present,
    text,
)

_MEDIA_TYPES = {"image": "IMAGE", "video": "VIDEO"}

# V1 gives the address of a scaled copy: <file>/v1/fit/w_800,h_600,q_90/file.jpg.
_SCALED_COPY = re.compile(
    r"((?i:https?)://[^/?#]+/(?i:media)/[^/?#]+)/[vV]1/[a-zA-Z]+/[^/?#]+/[^/?#]*"
)

_SIZED = ("url", "height", "width")
_IMAGE_MOVED = frozenset({*_SIZED, "altText"})
_FILE = (*_SIZED, "format")
_FILE_MOVED = frozenset(_FILE)

_LISTED = frozenset({"mainMedia", "items"})
_NOTHING: frozenset[str] = frozenset()

_ITEM = frozenset({"id", "image", "thumbnail", "video"})
_WHOLE_ITEM = _ITEM.union({"mediaType", "title"})

_DISPLAY_NAME_LENGTH = 80
_CHOICE_MEDIA = 15


def upgrade_media(media: object) -> tuple[Json | None, Json]:
    """`media.mainMedia` and `media.items` as `media.main` and `media.itemsInfo.items`.

    A main picture without a list is a list of one: writing V3's list empty would take it away.

    Returns:
        The media, None if there are none, and in V1's layout what V3 has no place for.
    """
    if not isinstance(media, dict):
        return None, {}
    main, given = media.get("mainMedia"), media.get("items")
    listed = as_objects(given)
    shapes: list[Json] = []
    items_left: list[Json] = []
    for item in listed:
        picture, rest = _upgrade_item(item)
        shapes.append(picture)
        items_left.append(rest)
    shape: Json = {}
    main_left: Json = {}
    if not isinstance(main, dict):
        if shapes:
            shape["main"] = _copy(shapes[0])
    elif (place := _place_of(main, listed)) is not None:
        shape["main"] = _copy(shapes[place])
    else:
        shape["main"], main_left = _upgrade_item(main)
        if not shapes:
            shapes = [_copy(shape["main"])]
    if shapes or isinstance(given, list):
        shape["itemsInfo"] = {"items": shapes}
    left: Json = left_of(media, _LISTED) or {}
    if any(items_left):
        left["items"] = items_left
    if main_left and main_left not in items_left:
        left["mainMedia"] = main_left
    return shape, left


def choice_media(media: object) -> Json | None:
    """The pictures of a choice, which V3 only refers to; it takes 15 of them."""
    items = as_objects(as_object(media).get("items")) or as_objects(
        [as_object(media).get("mainMedia")]
    )
    references: list[Json] = []
    for item in items:
        if name := text(item.get("id")):
            references.append({"mediaId": name})
        elif url := text(as_object(item.get("image")).get("url")):
            references.append({"url": full_size(url)})
    return {"items": references[:_CHOICE_MEDIA]} if references else None


def upgrade_category_media(media: object) -> tuple[Json | None, Json]:
    """The one picture that a category has, of those of a collection, and what else V1 has.

    Returns:
        The picture, None if there is none, and in V1's layout what V3 has no place for.
    """
    row = as_object(media)
    main, items = row.get("mainMedia"), as_objects(row.get("items"))
    image = category_image(media)
    left: Json = left_of(row, _LISTED) or {}
    if isinstance(main, dict):
        main = left_of(main, _NOTHING) if image is None else _category_left(main)
    if main is not None:
        left["mainMedia"] = main
    if items and (len(items) > 1 or items[0] != row.get("mainMedia")):
        left["items"] = items
    return image, left


def category_image(media: object) -> Json | None:
    """The picture of a collection; V3 refuses one without an address (wix-api stores-v3 6.3)."""
    main = as_object(as_object(media).get("mainMedia"))
    main = main or next(iter(as_objects(as_object(media).get("items"))), {})
    image = _image(main.get("id"), main.get("image"))
    return image if image and image.get("url") else None


def full_size(url: str) -> str:
    """The address of the picture itself where V1 names a scaled copy on Wix's media server."""
    if "/v1/" not in url and "/V1/" not in url:
        return url
    scaled = _SCALED_COPY.fullmatch(url)
    return scaled[1] if scaled else url


def _upgrade_item(item: Json) -> tuple[Json, Json]:
    """Return a picture or video of V3, and what V3 has no place for, with its id."""
    key, kind, title = item.get("id"), item.get("mediaType"), text(item.get("title"))
    known_kind = _MEDIA_TYPES.get(kind) if isinstance(kind, str) else None
    is_shown = title is not None and len(title) <= _DISPLAY_NAME_LENGTH
    shape: Json = {}
    if key is not None:
        shape["id"] = key
    if media_type := known_kind or _kind_by_parts(item):
        shape["mediaType"] = media_type
    if is_shown:
        shape["displayName"] = title
    if (image := _image(key, item.get("image"))) is not None:
        if "altText" in image:
            shape["altText"] = image["altText"]
        shape["image"] = image
    if isinstance(video := item.get("video"), dict):
        shape["video"] = _video(key, video)
    if (thumbnail := _picture(item.get("thumbnail"), {})) is not None:
        shape["thumbnail"] = thumbnail
    is_whole = (kind is None or known_kind is not None) and (title is None or is_shown)
    left = _item_left(item, _WHOLE_ITEM if is_whole else _ITEM)
    return shape, {"id": key, **left} if left else left


def _item_left(item: Json, moved: frozenset[str]) -> Json:
    left = left_of(item, moved) or {}
    for name in ("image", "thumbnail"):
        if (rest := left_of(item.get(name), _IMAGE_MOVED)) is not None:
            left[name] = rest
    if (video := item.get("video")) is not None:
        rest = _video_left(video) if isinstance(video, dict) else video
        if rest is not None:
            left["video"] = rest
    return left


def _category_left(main: Json) -> Json | None:
    moved = {"id", "mediaType"} if main.get("mediaType") == "image" else {"id"}
    left: Json = {}
    for name, value in main.items():
        rest = left_of(value, _IMAGE_MOVED) if name == "image" else value
        if name not in moved and rest is not None:
            left[name] = rest
    return left or None


def _place_of(main: Json, listed: list[Json]) -> int | None:
    try:
        return listed.index(main)
    except ValueError:
        return None


def _kind_by_parts(item: Json) -> str | None:
    return next((_MEDIA_TYPES[kind] for kind in _MEDIA_TYPES if as_object(item.get(kind))), None)


def _copy(shape: Json) -> Json:
    """Return a copy down to the lists: two places of a row must not share an object."""
    copy = {**shape}
    for name in ("image", "thumbnail", "video"):
        if name in copy:
            copy[name] = {**copy[name]}
    return copy


def _image(name: object, image: object) -> Json | None:
    shape: Json = {} if name is None else {"id": name}
    picture = _picture(image, shape)
    if picture is not None and isinstance(url := picture.get("url"), str):
        picture["url"] = full_size(url)
    return picture


def _video(name: object, video: Json) -> Json:
    resolutions = [picked(file, *_FILE) for file in as_objects(video.get("files"))]
    return present(id=name, resolutions=resolutions)


def _video_left(video: Json) -> Json | None:
    left: Json = {}
    for name, value in video.items():
        rest = value
        if name == "files" and isinstance(value, list):
            files = [left_of(file, _FILE_MOVED) for file in value]
            rest = files if any(file is not None for file in files) else None
        if rest is not None:
            left[name] = rest
    return left or None


def _picture(picture: object, shape: Json) -> Json | None:
    """Add a picture to a shape that may have an id; None if it is none."""
    if not isinstance(picture, dict):
        return None
    for name in _SIZED:
        if (value := picture.get(name)) is not None:
            shape[name] = value
    if "altText" in picture and (alt := text(picture["altText"])):
        shape["altText"] = alt
    return shape
