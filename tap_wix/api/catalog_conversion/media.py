"""Pictures and videos of Catalog V1 in the shape of Catalog V3 (wix-api stores-v1 2.9, stores-v3 3.8)."""

from __future__ import annotations

import re

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, present, text

_MEDIA_TYPES = {"image": "IMAGE", "video": "VIDEO"}

# V1 gives the address of a scaled copy: <file>/v1/fit/w_800,h_600,q_90/file.jpg.
_SCALED_COPY = re.compile(r"(?i)(https?://[^/?#]+/media/[^/?#]+)/v1/[a-z]+/[^/?#]+/[^/?#]*")

_DISPLAY_NAME_LENGTH = 80
_CHOICE_MEDIA = 15


def upgrade_media(media: object) -> Json | None:
    """`media.mainMedia` and `media.items` as `media.main` and `media.itemsInfo.items`.

    A main picture without a list is a list of one: writing V3's list empty would take it away.
    """
    if not isinstance(media, dict):
        return None
    main = media.get("mainMedia")
    listed = as_objects(media.get("items"))
    items = [_item(item) for item in listed] or ([_item(main)] if isinstance(main, dict) else [])
    first = _item(main) if isinstance(main, dict) else next(iter(items), None)
    known = isinstance(media.get("items"), list) or bool(items)
    return present(main=first, itemsInfo={"items": items} if known else None)


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


def category_image(media: object) -> Json | None:
    """The picture of a collection; V3 refuses one without an address (wix-api stores-v3 6.3)."""
    main = as_object(as_object(media).get("mainMedia"))
    main = main or next(iter(as_objects(as_object(media).get("items"))), {})
    image = _image(main.get("id"), main.get("image"))
    return image if image and image.get("url") else None


def full_size(url: str) -> str:
    """The address of the picture itself where V1 names a scaled copy on Wix's media server."""
    if "/v1/" not in url.lower():
        return url
    scaled = _SCALED_COPY.fullmatch(url)
    return scaled[1] if scaled else url


def is_kept(item: Json) -> bool:
    """Whether the V3 shape says all that `mediaType` and `title` say."""
    kind = item.get("mediaType")
    return (kind is None or str(kind) in _MEDIA_TYPES) and (
        _display_name(item) == text(item.get("title"))
    )


def _item(item: Json) -> Json:
    name = item.get("id")
    image = _image(name, item.get("image"))
    shape = present(id=name, mediaType=_media_type(item))
    if (title := _display_name(item)) is not None:
        shape["displayName"] = title
    if image is not None:
        if "altText" in image:
            shape["altText"] = image["altText"]
        shape["image"] = image
    if (video := _video(name, item.get("video"))) is not None:
        shape["video"] = video
    if (thumbnail := _picture(item.get("thumbnail"))) is not None:
        shape["thumbnail"] = thumbnail
    return shape


def _media_type(item: Json) -> str | None:
    said = _MEDIA_TYPES.get(str(item.get("mediaType")))
    if said:
        return said
    return next((_MEDIA_TYPES[kind] for kind in _MEDIA_TYPES if as_object(item.get(kind))), None)


def _display_name(item: Json) -> str | None:
    title = text(item.get("title"))
    return title if title and len(title) <= _DISPLAY_NAME_LENGTH else None


def _image(name: object, image: object) -> Json | None:
    picture = _picture(image)
    if picture is None:
        return None
    if isinstance(url := picture.get("url"), str):
        picture["url"] = full_size(url)
    return picture if name is None else {"id": name, **picture}


def _video(name: object, video: object) -> Json | None:
    if not isinstance(video, dict):
        return None
    resolutions = [
        present(**{part: file.get(part) for part in ("url", "height", "width", "format")})
        for file in as_objects(video.get("files"))
    ]
    return present(id=name, resolutions=resolutions)


def _picture(picture: object) -> Json | None:
    if not isinstance(picture, dict):
        return None
    shape = present(
        url=picture.get("url"), height=picture.get("height"), width=picture.get("width")
    )
    if alt := text(picture.get("altText")):
        shape["altText"] = alt
    return shape
