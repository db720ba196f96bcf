"""The state of a contact: read from what Wix sends, and written as Wix would send it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from target_wix.contacts.fields.equality import tidy_address, with_region
from target_wix.contacts.patch import CLEAR, CUSTOM, ContactState

if TYPE_CHECKING:
    from target_wix.contacts.patch import Row

_PICTURE = ("id", "url", "altText", "height", "width")


def read_state(contact: Row) -> ContactState:
    """Return what of a contact can be written.

    Unset parts may be absent, null, empty texts or empty lists (wix-api platform 3); ids of items
    are left out, since Wix is not known to keep them (wix-api contacts 2.5).
    """
    info = _object(contact.get("info"))
    texts = {
        **_object(info.get("name")),
        **{name: info.get(name) for name in ("company", "jobTitle", "birthdate", "locale")},
    }
    image = _object(_object(info.get("picture")).get("image"))
    extended = _object(_object(info.get("extendedFields")).get("items"))
    addresses: list[Row] = [
        {"tag": item.get("tag") or "UNTAGGED", "address": tidy_address(address)}
        for item in _items(info, "addresses")
        if (address := _object(item.get("address")))
    ]
    phones = _marked(
        [
            _part(item, "phone", "countryCode", "e164Phone")
            for item in _items(info, "phones")
            if item.get("phone")
        ]
    )
    return ContactState(
        texts={name: str(value) for name, value in texts.items() if value},
        emails=_marked(
            [_part(item, "email") for item in _items(info, "emails") if item.get("email")]
        ),
        phones=with_region(phones, [one["address"] for one in addresses]),
        addresses=addresses,
        labels=[key for key in _list(info, "labelKeys") if isinstance(key, str)],
        custom={
            key: value
            for key, value in extended.items()
            if key.startswith(CUSTOM) and value is not None
        },
        picture={name: image[name] for name in _PICTURE if image.get(name)} or None,
    )


def as_contact(state: ContactState, contact_id: str, revision: int) -> Row:
    """Return a contact that has this state: what a dry run takes for written."""
    names = {name: state.texts[name] for name in ("first", "last") if name in state.texts}
    info: Row = {name: text for name, text in state.texts.items() if name not in names}
    info |= {"name": names, "labelKeys": {"items": state.labels}}
    for name in ("emails", "phones", "addresses"):
        info[name] = {"items": getattr(state, name)}
    values = {key: value for key, value in state.custom.items() if value is not CLEAR}
    info["extendedFields"] = {"items": values}
    info["picture"] = state.picture and {"image": state.picture}
    return {"id": contact_id, "revision": revision, "info": info}


def _object(value: object) -> Row:
    return value if isinstance(value, dict) else {}


def _list(info: Row, name: str) -> list[Any]:
    items = _object(info.get(name)).get("items")
    return items if isinstance(items, list) else []


def _items(info: Row, name: str) -> list[Row]:
    return [item for item in _list(info, name) if isinstance(item, dict)]


def _part(item: Row, *names: str) -> Row:
    kept = {name: item[name] for name in names if item.get(name)}
    return {**kept, "tag": item.get("tag") or "UNTAGGED", "primary": bool(item.get("primary"))}


def _marked(items: list[Row]) -> list[Row]:
    """Return items of which one is primary: the first if Wix marks none (wix-api contacts 1)."""
    at = next((at for at, item in enumerate(items) if item["primary"]), 0)
    return [{**item, "primary": place == at} for place, item in enumerate(items)]
