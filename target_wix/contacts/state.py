"""A contact as far as it can be written: read from Wix, compared, checked, and shown to its owner."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_wix.schemas.source import wix_types
from target_wix.contacts.addresses import canonical_address, tidy_address, with_region
from target_wix.contacts.patch import CLEAR, CUSTOM, NAMES, SCALARS, UNTAGGED, primary_first
from target_wix.contacts.values import email_key, email_keys, phone_keys, same_text, same_value
from target_wix.pipeline.coerce import BAD_VALUE
from target_wix.pipeline.field_types import TOO_LONG, TOO_MANY
from target_wix.runtime.outcomes import Change, Changes, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from target_wix.contacts.patch import Row
    from target_wix.contacts.values import Key

_PICTURE = ("id", "url", "altText", "height", "width")
_LISTS = ("emails", "phones", "addresses")
_TYPES = wix_types("contacts")


@dataclass(slots=True)
class ContactState:
    """A contact as far as it can be written: what Wix has, or what it is to have.

    Attributes:
        texts: by the names in `NAMES` and `SCALARS`, empty ones left out.
        emails: items with `email`, `tag`, `primary`.
        phones: items with `phone`, `tag`, `primary` and, where known, `countryCode`, `e164Phone`,
            `region`.
        addresses: items with `tag` and `address`, without what only Wix writes.
        labels: keys.
        custom: values by key, `custom.*` only; `CLEAR` for one that is to go.
        picture: the image, or None.
        dropped: reasons why values of the record that was applied last are not in it.
        faults: what is wrong with a part of that record if it is written, by its name in `info`.
    """

    texts: dict[str, str] = field(default_factory=dict)
    emails: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    custom: dict[str, Any] = field(default_factory=dict)
    picture: Row | None = None
    dropped: list[str] = field(default_factory=list)
    faults: dict[str, Rejection] = field(default_factory=dict)

    @property
    def identified(self) -> bool:
        """Whether it has what Wix demands of every contact: a name, a phone or an e-mail."""
        return bool(self._name or self.emails or self.phones)

    @property
    def primary_email(self) -> str:
        """The primary e-mail, empty if there is none."""
        return next((item["email"] for item in self.emails if item["primary"]), "")

    @property
    def keys(self) -> list[Key]:
        """What it goes by, besides custom fields that are match keys."""
        emails = [key for item in self.emails for key in email_keys(item["email"])]
        return [*emails, *(key for item in self.phones for key in phone_keys(item))]

    @property
    def title(self) -> str:
        """What an owner knows it by: its name, else its e-mail, phone or company."""
        phone = next((item["phone"] for item in self.phones if item["primary"]), "")
        return self._name or self.primary_email or phone or self.texts.get("company", "")

    @property
    def _name(self) -> str:
        return " ".join(filter(None, map(self.texts.get, NAMES)))


# -- from Wix, and as Wix would send it ---------------------------------------------------------


def read_state(contact: Row) -> ContactState:
    """Return what of a contact can be written.

    Unset parts may be absent, null, empty texts or empty lists (wix-api platform 3); ids of items
    are left out, since Wix is not known to keep them (wix-api contacts 2.5).
    """
    info = _object(contact.get("info"))
    texts = {**_object(info.get("name")), **{name: info.get(name) for name in SCALARS}}
    image = _object(_object(info.get("picture")).get("image"))
    extended = _object(_object(info.get("extendedFields")).get("items"))
    addresses: list[Row] = [
        {"tag": item.get("tag") or UNTAGGED, "address": tidy_address(address)}
        for item in _items(info, "addresses")
        if (address := _object(item.get("address")))
    ]
    phones = _ranked(info, "phones", "phone", "countryCode", "e164Phone")
    return ContactState(
        texts={name: str(value) for name, value in texts.items() if value},
        emails=_ranked(info, "emails", "email"),
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


def is_member(contact: Row) -> bool:
    """Tell whether a contact shows that its e-mail is a member's login (wix-api contacts 1)."""
    extended = contact.get("info", {}).get("extendedFields") or {}
    return bool((extended.get("items") or {}).get("members.membershipStatus") == "APPROVED")


def as_contact(state: ContactState, contact_id: str, revision: int) -> Row:
    """Return a contact that has this state, as Wix would send it."""
    names = {name: state.texts[name] for name in NAMES if name in state.texts}
    info: Row = {name: text for name, text in state.texts.items() if name not in names}
    info |= {"name": names, "labelKeys": {"items": state.labels}}
    for name in _LISTS:
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


def _ranked(info: Row, section: str, value: str, *more: str) -> list[Row]:
    """Return e-mails or phones of which one is primary.

    The first if Wix marks none (wix-api contacts 1).
    """
    items = [item for item in _items(info, section) if item.get(value)]
    primary = next((at for at, item in enumerate(items) if item.get("primary")), 0)
    return [
        {
            **{name: item[name] for name in (value, *more) if item.get(name)},
            "tag": item.get("tag") or UNTAGGED,
            "primary": at == primary,
        }
        for at, item in enumerate(items)
    ]


# -- what differs, for a request ----------------------------------------------------------------


def differences(before: ContactState, after: ContactState) -> Row:
    """Return the `info` that turns one state into the other, empty if they mean the same.

    Lists are replaced whole by Wix, so they are sent whole, without the ids of their items. Of the
    custom fields all are sent, since it is not known whether Wix replaces or merges them
    (wix-api contacts 2.5); those that only Wix writes are never among them.
    """
    info: Row = {}
    old, new = before.texts, after.texts
    if any(not same_text(old.get(name), new.get(name)) for name in NAMES):
        # Both parts, so that it does not matter whether Wix replaces the name or merges into it.
        info["name"] = {name: new.get(name) for name in NAMES if new.get(name) or old.get(name)}
    for name in SCALARS:
        if not same_text(old.get(name), new.get(name)):
            info[name] = new.get(name)
    if _emails(before) != _emails(after):
        info["emails"] = _sent(after.emails, "tag", "email", "primary")
    if _phones(before) != _phones(after):
        info["phones"] = _sent(after.phones, "tag", "countryCode", "phone", "primary")
    if _addresses(before) != _addresses(after):
        info["addresses"] = _sent(after.addresses, "tag", "address")
    if set(before.labels) != set(after.labels):
        info["labelKeys"] = {"items": after.labels}
    if changed_custom(before, after):
        info["extendedFields"] = {
            "items": {key: None if v is CLEAR else v for key, v in after.custom.items()}
        }
    if before.picture != after.picture:
        info["picture"] = after.picture and {"image": after.picture}
    return info


def changed_custom(before: ContactState, after: ContactState) -> list[str]:
    """Return the keys of the custom fields whose values differ."""
    return [
        key
        for key, value in after.custom.items()
        if not (
            key not in before.custom
            if value is CLEAR
            else key in before.custom and same_value(before.custom[key], value)
        )
    ]


def named_fields(info: Row, before: ContactState, after: ContactState) -> list[str]:
    """Return the names of what a request changes, for people."""
    names: list[str] = []
    for section in info:
        if section == "extendedFields":
            names.extend(changed_custom(before, after))
        else:
            names.append(_log_name(section))
    return names


def _log_name(section: str) -> str:
    return "labels" if section == "labelKeys" else section


def _emails(state: ContactState) -> Counter[Any]:
    return Counter((email_key(one["email"]), one["tag"], one["primary"]) for one in state.emails)


def _phones(state: ContactState) -> Counter[Any]:
    return Counter(
        (one["phone"].strip(), one.get("countryCode", ""), one["tag"], one["primary"])
        for one in state.phones
    )


def _addresses(state: ContactState) -> Counter[Any]:
    return Counter(canonical_address(item) for item in state.addresses)


def _sent(items: Iterable[Row], *names: str) -> Row:
    """Return a list as Wix takes it: without ids and what Wix works out itself."""
    return {"items": [{name: item[name] for name in names if name in item} for item in items]}


# -- what differs, in the words and values of the owner -----------------------------------------

_WORDS = {
    "first": "first name",
    "last": "last name",
    "company": "company",
    "jobTitle": "job title",
    "birthdate": "birthday",
    "locale": "language",
}


def changes_of(
    contact_id: str,
    before: ContactState,
    after: ContactState,
    names: Collection[str] | None = None,
) -> Callable[[], Changes]:
    """Return what gives the changes of a contact if somebody wants them.

    Args:
        contact_id: the contact, empty if it has no id yet.
        before: the contact as it was.
        after: as it is now.
        names: what of it was written; None for all.
    """

    def changes() -> Changes:
        found = (one for one in _changes(before, after, names) if one.before != one.after)
        return Changes(after.title or before.title, contact_id, tuple(found))

    return changes


def _changes(
    before: ContactState, after: ContactState, names: Collection[str] | None
) -> Iterator[Change]:
    for section in differences(before, after):
        if section == "extendedFields":
            for key in changed_custom(before, after):
                if names is None or key in names:
                    yield _custom_change(key, before, after)
        elif names is None or _log_name(section) in names:
            if section in _SHOWN:
                word, shown = _SHOWN[section]
                yield Change(word, shown(before), shown(after))
            else:
                for name in NAMES if section == "name" else (section,):
                    yield Change(_WORDS[name], before.texts.get(name), after.texts.get(name))


def _custom_change(key: str, before: ContactState, after: ContactState) -> Change:
    old, new = before.custom.get(key), after.custom.get(key)
    word = f"custom field ({key.removeprefix(CUSTOM)})"
    return Change(word, None if old is CLEAR else old, None if new is CLEAR else new)


def _shown_emails(state: ContactState) -> object:
    return _listed((item["email"], item) for item in primary_first(state.emails))


def _shown_phones(state: ContactState) -> object:
    return _listed(
        (" ".join(filter(None, (item.get("countryCode"), item["phone"]))), item)
        for item in primary_first(state.phones)
    )


def _shown_addresses(state: ContactState) -> object:
    return _listed((_shown_address(item["address"]), item) for item in state.addresses)


def _shown_address(address: Row) -> str:
    street = address.get("streetAddress") or {}
    line = address.get("addressLine") or " ".join(
        filter(None, (street.get("name"), street.get("number")))
    )
    names = ("addressLine2", "postalCode", "city", "subdivision", "country")
    return ", ".join(str(part) for part in (line, *map(address.get, names)) if part)


def _shown_labels(state: ContactState) -> object:
    return [key.removeprefix(CUSTOM) for key in state.labels] or None


def _shown_picture(state: ContactState) -> object:
    return state.picture and (state.picture.get("url") or state.picture.get("id"))


_SHOWN: dict[str, tuple[str, Callable[[ContactState], object]]] = {
    "emails": ("e-mail", _shown_emails),
    "phones": ("phone", _shown_phones),
    "addresses": ("address", _shown_addresses),
    "labelKeys": ("label", _shown_labels),
    "picture": ("picture", _shown_picture),
}


def _listed(items: Iterable[tuple[str, Row]]) -> object:
    """Return texts with what each is for, one alone as a text."""
    texts = [
        text if item["tag"] == UNTAGGED else f"{text} ({str(item['tag']).lower()})"
        for text, item in items
    ]
    return texts[0] if len(texts) == 1 else texts or None


# -- what Wix would refuse --------------------------------------------------------------------


def check(info: Row, before: ContactState, after: ContactState) -> None:
    """Look through a request before it is sent.

    Only what differs is looked at: a contact that Wix holds is right by definition.

    Raises:
        Rejection: Wix would refuse it, and why.
    """
    if fault := next((after.faults[section] for section in info if section in after.faults), None):
        raise fault
    for section, part in info.items():
        kind = f"info.{section}"
        if section not in {"emails", "phones", "addresses", "labelKeys"}:
            _check_value(kind, kind, part)
            continue
        kind += ".items[]"
        most, count = int(_TYPES[kind]["maxSize"]), len(part["items"])
        if count > most:
            reason = f"info.{section} has {count} items; Wix takes {most}."
            raise Rejection(TOO_MANY, reason, f"info.{section}")
        if section != "labelKeys":
            for path, item in _new(section, getattr(after, section), getattr(before, section)):
                own = {name: value for name, value in item.items() if name != "address"}
                _check_value(path, kind, own)
    if "addresses" in info:
        addresses = ([item["address"] for item in state.addresses] for state in (after, before))
        for path, address in _new("addresses", *addresses):
            if "addressLine" in address and "streetAddress" in address:
                reason = "An address has either addressLine or streetAddress, never both."
                raise Rejection(BAD_VALUE, reason, f"{path}.address")
            _check_value(f"{path}.address", "info.addresses.items[].address", address)


def _check_value(path: str, kind: str, value: object) -> None:
    """Compare a value with what Wix's types say of its field, and so what is within it.

    Args:
        path: of the value, for a person.
        kind: path of its field in the types.
        value: what is to be sent.
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_value(f"{path}.{name}", f"{kind}.{name}", inner)
        return
    field = _TYPES.get(kind)
    if field is None or not isinstance(value, str):
        return
    if "enum" in field and value not in field["enum"]:
        reason = f"{path} must be one of {', '.join(field['enum'])}."
        raise Rejection(BAD_VALUE, reason, path)
    longest = int(field.get("maxLength", len(value)))
    if len(value) > longest:
        reason = f"{path} has {len(value)} characters; Wix takes {longest}."
        raise Rejection(TOO_LONG, reason, path)


def _new(section: str, after: Sequence[Row], before: Sequence[Row]) -> list[tuple[str, Row]]:
    """Return of each item what no item of the contact has yet, with the name of its place."""
    known = [(name, value) for item in before for name, value in item.items()]
    return [
        (
            f"info.{section}[{at}]",
            {name: value for name, value in item.items() if (name, value) not in known},
        )
        for at, item in enumerate(after)
        if item not in before
    ]
