"""Single values of a contact: when two are one, what a contact goes by, what a custom field takes.

Custom fields have four types: TEXT, NUMBER, DATE (`YYYY-MM-DD`) and URL, which Wix completes with
`https://` (wix-api contacts 4).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_wix.api.money import decimal_of
from target_wix.contacts.patch import UNTAGGED
from target_wix.pipeline import coerce, keys
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.contacts.patch import Row

Key = tuple[str, str]
"""What a contact goes by, such as `("email", "ann@example.org")`."""

WRONG_VALUE = "INVALID_EXTENDED_FIELD_VALUE"
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
"""Such as `mailto:`; what a port follows is a host."""

_WEB = re.compile(r"https?://\S+\.\S+", re.IGNORECASE)


# -- texts --------------------------------------------------------------------------------------


def plain_text(text: object) -> str:
    """Return a text to compare by: without blanks around it, in NFC; empty for nothing."""
    return unicodedata.normalize("NFC", str(text or "").strip())


def same_text(left: object, right: object) -> bool:
    """Tell whether two texts are the same but for blanks around them; nothing equals an empty one."""
    return plain_text(left) == plain_text(right)


# -- e-mails and phones -------------------------------------------------------------------------


def email_key(email: str) -> str:
    """Return an e-mail to compare by: Wix itself folds case only sometimes (wix-api contacts 5).

    What is not an e-mail is compared as a text.
    """
    found = keys.email_keys(email)
    return found[0] if len(found) == 1 else keys.trimmed(email).casefold()


def same_email(left: Row, right: Row) -> bool:
    """Tell whether two items have one e-mail."""
    return email_key(left["email"]) == email_key(right["email"])


def email_keys(email: str) -> list[Key]:
    """Return what an e-mail goes by; a text may hold several, or none."""
    return [("email", one) for one in keys.email_keys(email)]


def phone_of(item: Row) -> keys.Phone:
    """Return what the phone of an item is compared by."""
    region = item.get("countryCode") or item.get("region") or ""
    return keys.phone(item["phone"], region, item.get("e164Phone") or "")


def same_number(left: Row, right: Row) -> bool:
    """Tell whether two people's items have one phone."""
    return keys.same_phones(phone_of(left), phone_of(right))


def same_phone(left: Row, right: Row) -> bool:
    """Tell whether two items of one contact have one phone: the same text is, in one country."""
    countries = {item["countryCode"] for item in (left, right) if item.get("countryCode")}
    texts = {keys.trimmed(item["phone"]).casefold() for item in (left, right)}
    return (len(texts) == 1 and len(countries) <= 1) or same_number(left, right)


def phone_keys(item: Row) -> list[Key]:
    """Return what a phone goes by; which of two phones are one `same_number` decides."""
    phone = phone_of(item)
    return [("phone", one) for one in sorted({*phone.forms, *phone.fulls})]


# -- lists of items ---------------------------------------------------------------------------


def paired(
    wanted: Sequence[Row], current: Sequence[Row], tests: Sequence[Callable[[Row, Row], bool]]
) -> list[int | None]:
    """Return for each wanted item the index of the current one it is, None for a new one.

    Each current item is given once, by the strictest test that any wanted item passes: a contact
    may have one number twice, in two spellings.
    """
    found: list[int | None] = [None] * len(wanted)
    free = list(range(len(current)))
    for test in tests:
        for place, item in enumerate(wanted):
            if found[place] is None:
                at = next((at for at in free if test(item, current[at])), None)
                if at is not None:
                    found[place] = at
                    free.remove(at)
    return found


def combined(
    wanted: Sequence[Row],
    current: Sequence[Row],
    tests: Sequence[Callable[[Row, Row], bool]],
    same: Callable[[Row, Row], bool],
    *,
    merge: bool,
) -> list[Row]:
    """Return the items that a record wants; what is there already keeps its spelling.

    Args:
        wanted: items of the record.
        current: items of the contact.
        tests: of two items being one, the strictest first.
        same: whether a new item is another one over again.
        merge: keep what the contact has besides.
    """
    found = paired(wanted, current, tests)
    pairs = list(zip(wanted, found, strict=True))
    kept = {at: _over(current[at], item) for item, at in pairs if at is not None}
    result = [kept.get(at, item) for at, item in enumerate(current)] if merge else []
    for item, at in pairs:
        if at is None:
            if not any(same(item, other) for other in (*kept.values(), *result)):
                result.append({"tag": UNTAGGED, **item})
        elif not merge:
            result.append(kept[at])
    return result


def _over(current: Row, item: Row) -> Row:
    """Return an item of the contact with what the record adds to it.

    Not if a phone's country is another one: the same digits would be another number there.
    """
    if item.get("countryCode", current.get("countryCode")) != current.get("countryCode"):
        kept = {name: value for name, value in current.items() if name != "e164Phone"}
        return {**kept, **item}
    return {**current, "tag": item.get("tag", current["tag"])}


# -- custom fields ------------------------------------------------------------------------------


def same_value(current: object, value: object) -> bool:
    """Tell whether a field holds a value already: numbers by value, texts but for blanks around."""
    if isinstance(current, str):
        return isinstance(value, str) and same_text(current, value)
    if isinstance(current, bool) or isinstance(value, bool):
        return current is value
    one, two = decimal_of(current), decimal_of(value)
    return current == value if one is None or two is None else one == two


def custom_keys(key: str, value: object) -> list[Key]:
    """Return what a value of a custom field goes by: numbers by value, zeros by nothing."""
    number = None if isinstance(value, str) else decimal_of(value)
    text = keys.key_text(value if number is None else number.normalize())
    return [(key, text)] if text and not keys.is_zeros(text) else []


def typed(kind: str, value: object, key: str) -> str | int | Decimal:
    """Return a value as a field of that type takes it.

    Raises:
        Rejection: the value is none of that type.
    """
    field = f"info.extendedFields.items.{key}"
    try:
        if kind == "NUMBER":
            if (number := coerce.as_number(value, field)) is not None:
                return number
        elif text := "false" if value is False else coerce.as_text(value, field):
            if kind == "DATE":
                return coerce.as_date(text, field) or text
            return _url(text) if kind == "URL" else text
    except Rejection as fault:
        raise Rejection(
            WRONG_VALUE, f"The field is of type {kind}: {fault.reason}", field
        ) from None
    raise Rejection(WRONG_VALUE, f"The field is of type {kind}; its value is none.", field)


def says_no_value(value: object, kind: str, *, is_key: bool) -> bool:
    """Tell whether a value stands for none, as `N/A` or a date of zeros.

    Args:
        value: what a record says.
        kind: the type of the field, empty if there is no such field yet.
        is_key: whether contacts are found by it. A text that is no key may be any text.
    """
    if value is False:
        return is_key or kind in {"NUMBER", "URL", "DATE"}
    if not isinstance(value, str):
        return False
    dated = kind == "DATE" or (not kind and _DATE.match(value))
    if dated and coerce.says_no_date(value):
        return True
    if keys.is_mark_of_program(value):
        return True
    return (is_key or kind in {"NUMBER", "URL"}) and keys.says_nothing(value)


def guessed_type(value: object) -> str:
    """Return the type of a field that is made for a value.

    A JSON number makes a NUMBER, `YYYY-MM-DD` a DATE, a web address with its scheme a URL, all
    else a TEXT. A number in a text stays a text: `0047` is a code, not 47.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "NUMBER"
    text = value.strip() if isinstance(value, str) else ""
    if _DATE.fullmatch(text):
        try:
            date.fromisoformat(text)
        except ValueError:
            return "TEXT"
        return "DATE"
    return "URL" if _WEB.fullmatch(text) else "TEXT"


def _url(text: str) -> str:
    text = text.strip()
    has_scheme = _SCHEME.match(text) is not None
    # Completed, an e-mail would become the address of a host, with somebody's name before it.
    is_other = not has_scheme and (
        _OTHER_SCHEME.match(text) or "@" in re.split(r"[/?#]", text, maxsplit=1)[0]
    )
    if re.search(r"\s", text) or "." not in text or is_other:
        raise Rejection(WRONG_VALUE, "it must be a web address such as https://example.com.")
    return text if has_scheme else f"https://{text}"
