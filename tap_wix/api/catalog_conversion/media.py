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
    image = _image(item.get("id"), item.get("image"))
    name = item.get("id")
    return present(
        id=name,
        mediaType=_media_type(item),
        displayName=_display_name(item),
        altText=image.get("altText") if image else None,
        image=image,
        video=_video(name, item["video"]) if "video" in item else None,
        thumbnail=_thumbnail(item.get("thumbnail")),
    )


def _media_type(item: Json) -> str | None:
    said = _MEDIA_TYPES.get(str(item.get("mediaType")))
    if said:
        return said
    return next((_MEDIA_TYPES[kind] for kind in _MEDIA_TYPES if as_object(item.get(kind))), None)


def _display_name(item: Json) -> str | None:
    title = text(item.get("title"))
    return title if title and len(title) <= _DISPLAY_NAME_LENGTH else None


def _image(name: object, image: object) -> Json | None:
    if not isinstance(image, dict):
        return None
    url = image.get("url")
    return present(
        id=name,
        url=full_size(url) if isinstance(url, str) else url,
        height=image.get("height"),
        width=image.get("width"),
        altText=text(image.get("altText")),
    )


def _video(name: object, video: object) -> Json | None:
    if not isinstance(video, dict):
        return None
    resolutions = [
        present(**{part: file.get(part) for part in ("url", "height", "width", "format")})
        for file in as_objects(video.get("files"))
    ]
    return present(id=name, resolutions=resolutions)


def _thumbnail(thumbnail: object) -> Json | None:
    if not isinstance(thumbnail, dict):
        return None
    return present(
        url=thumbnail.get("url"),
        height=thumbnail.get("height"),
        width=thumbnail.get("width"),
        altText=text(thumbnail.get("altText")),
    )
