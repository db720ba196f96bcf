"""From an HTTP answer to a body or to the exception it means (wix-api platform 5)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from tap_wix.api import codec, errors
from tap_wix.api.auth import TOKEN_PATH
from tap_wix.api.foreign_text import shown

WRONG_CATALOG_CODES = frozenset(
    {
        "CATALOG_V1_SITE_CALLING_CATALOG_V3_API",
        "CATALOG_V3_CALLING_CATALOG_V1_API",
        "CATALOG_V3_SITE_CALLING_CATALOG_V1_API",
    }
)
PROVISIONING_CODE = "CATALOG_V3_SITE_PROVISIONING"
_NOT_INSTALLED_CODE = "REQUIRED_APP_NOT_INSTALLED"
_MISSING_SITE_CODE = "MISSING_METASITE_ID"
_API_KEYS_PAGE = "https://manage.wix.com/account/api-keys"
_UNKNOWN_SITE = (
    "Wix does not know the site: check site_id, the long id in the address of the site's dashboard"
    " after /dashboard/."
)
_SITE_WORDS = re.compile(r"meta[-_ ]?site", re.IGNORECASE)
_WRONG_APP = (
    "Wix does not accept the login of the app: check app_id, app_secret and instance_id. The first"
    " two stand on the app's OAuth page in the Wix dev center; the third belongs to the app's"
    " installation on this site."
)
_WRONG_LOGIN = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
)
_ROW_FAULTS = frozenset(
    {
        *("INTERNAL", "INTERNAL_ERROR", "INTERNAL_SERVER_ERROR", "UNKNOWN", "UNKNOWN_ERROR"),
        *("UNAVAILABLE", "SERVICE_UNAVAILABLE", "ABORTED", "DEADLINE", "DEADLINE_EXCEEDED"),
        *("RESOURCE_EXHAUSTED", "TOO_MANY_REQUESTS", "429", "500", "502", "503", "504"),
    }
)
"""Codes of a row that failed by a fault of Wix, whose step may succeed later (wix-api platform 5)."""

_WORDLESS_ROW = "BULK_ITEM_FAILED"
_LONGEST_CODE = 100
_LONGEST_WORDS = 500
_MOST_VIOLATIONS = 100
_PLAIN_KINDS: dict[int, type[errors.WixError]] = {
    HTTPStatus.NOT_FOUND: errors.NotFoundError,
    HTTPStatus.CONFLICT: errors.ConflictError,
}


def parsed_body(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object of an answer, None where it is something else.

    Proxies answer with HTML, cut connections leave half an object; an empty body of a success
    counts as an empty object (wix-api platform 1).

    Raises:
        UnusableJsonError: nobody can work with it.
    """
    if not content.strip():
        return {}
    try:
        body = codec.decode(content)
    except codec.UnusableJsonError:
        raise
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def is_silent(content: bytes) -> bool:
    """Tell whether an error answer says nothing, as refusals and bursts both do."""
    try:
        body = parsed_body(content)
    except codec.UnusableJsonError:
        return False
    return body is not None and not body.get("message") and not body.get("details")


def error_of(
    status: int,
    content: bytes,
    *,
    method: str,
    path: str,
    request_id: str,
    permission: str,
    by_app: bool = False,
) -> errors.WixError:
    """Return the exception that an answer other than 2xx means.

    Args:
        status: HTTP status, 300 or above.
        content: the raw body, JSON or not.
        method: HTTP method of the request.
        path: its path.
        request_id: `x-wix-request-id` of the answer.
        permission: what to name in the message if the key may not do this.
        by_app: whether the login is that of an app, not an API key.
    """
    try:
        body = parsed_body(content) or {}
    except codec.UnusableJsonError:
        body = {}
    details = _object(body.get("details"))
    application = _object(details.get("applicationError"))
    violations = _violations(_object(details.get("validationError")).get("fieldViolations"))
    code, description = code_and_words(application)
    code = code or next((v.rule for v in violations if v.rule), "")
    text = _words(violations) or description or _said(body.get("message"), _LONGEST_WORDS)
    if path == TOKEN_PATH:  # OAuth has words of its own for it
        code = code or _said(body.get("error"), _LONGEST_CODE)
        text = text or _said(body.get("error_description"), _LONGEST_WORDS)
    kind, why = _kind(status, code, text, path, _access_advice(permission, by_app=by_app))
    said = f"{code or status}: {text}" if text else (code or "no explanation")
    trace = f"; Wix's request id is {request_id}" if request_id else ""
    return kind(
        f"Wix answered {status} to {method} {shown(path, numbers=True)} ({said}).{why}{trace}".replace(
            ".;", ";"
        ),
        status=status,
        code=code,
        text=text,
        path=path,
        request_id=request_id,
        violations=violations,
        data=_object(application.get("data")),
    )


def _kind(
    status: int, code: str, text: str, path: str, access_advice: str
) -> tuple[type[errors.WixError], str]:
    """Return the class of the exception and what a person can do about it."""
    kind: type[errors.WixError]
    unknown_site = status == HTTPStatus.NOT_FOUND and _SITE_WORDS.search(text) is not None
    if code in WRONG_CATALOG_CODES or (
        status == HTTPStatus.NOT_IMPLEMENTED and path.startswith("/stores")
    ):
        kind, advice = errors.WrongCatalogError, "The endpoint belongs to the other Stores catalog."
    elif code == _NOT_INSTALLED_CODE:
        kind, advice = errors.StoresNotInstalledError, "The site has no Wix Stores."
    elif code == _MISSING_SITE_CODE or unknown_site:
        kind, advice = errors.AccessError, _UNKNOWN_SITE
    elif path == TOKEN_PATH and status in _WRONG_LOGIN:
        kind, advice = errors.AccessError, _WRONG_APP
    elif status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        kind, advice = errors.AccessError, access_advice
    elif status < HTTPStatus.BAD_REQUEST:
        kind, advice = (
            errors.AnswerError,
            "A redirect to another host is not followed; check api_url.",
        )
    else:
        kind, advice = _PLAIN_KINDS.get(status, errors.RefusedError), ""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            kind = errors.UnavailableError
    return kind, f" {advice}" if advice else ""


def _access_advice(permission: str, *, by_app: bool) -> str:
    needed = f" ({permission})" if permission else ""
    if by_app:
        return (
            "Wix does not say why; one of these is so: app_id, app_secret or instance_id is wrong;"
            " the app was removed from the site; the app lacks a permission"
            f"{needed}, which its maker adds in the Wix dev center and the owner then accepts."
        )
    return (
        "Wix does not say why; one of these is so: the API key is wrong, revoked or cut off; the"
        " key was made in another account than the one that owns the site; this site is not among"
        f" the sites of the key; a permission is missing{needed}. The owner sees and changes the"
        f" key at {_API_KEYS_PAGE}."
    )


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _said(value: object, limit: int) -> str:
    """Return a text or a number of an answer, fit for a log; nothing for what is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = value.strip() if isinstance(value, str) else value
    return shown(text, limit=limit, numbers=limit == _LONGEST_CODE)


def code_and_words(error: dict[str, Any]) -> tuple[str, str]:
    """Return code and description of an error of Wix, fit for a log; empty for what is not said.

    Args:
        error: `applicationError`, or the `error` of one row of a bulk answer.
    """
    return _said(error.get("code"), _LONGEST_CODE), _said(error.get("description"), _LONGEST_WORDS)


def row_error(value: object, path: str) -> errors.RefusedError:
    """Return the exception that the `error` of one row of a bulk answer means.

    Wix words its refusals of rows, and says nothing of its own faults (wix-api platform 5).

    Args:
        value: the `error`, whatever it is.
        path: of the bulk call.
    """
    error = _object(value)
    code, words = code_and_words(error)
    is_fault = code in _ROW_FAULTS or not (code or words)
    kind = errors.RowFaultError if is_fault else errors.RefusedError
    return kind(
        f"Wix refused one row of {path}: {code} {words}".strip(),
        code=code or _WORDLESS_ROW,
        text=words,
        path=path,
        data=_object(error.get("data")),
    )


def _violations(value: object) -> tuple[errors.Violation, ...]:
    rows = value[:_MOST_VIOLATIONS] if isinstance(value, list) else []
    return tuple(
        errors.Violation(
            field=_said(row.get("field"), _LONGEST_CODE),
            description=_said(row.get("description"), _LONGEST_WORDS),
            rule=_said(row.get("ruleName") or row.get("violatedRule"), _LONGEST_CODE),
            data=_object(row.get("data")),
        )
        for row in map(_object, rows)
    )


def _words(violations: tuple[errors.Violation, ...]) -> str:
    broken = "; ".join(f"{v.field}: {v.description}".strip(": ") for v in violations)
    return broken if len(broken) <= _LONGEST_WORDS else f"{broken[:_LONGEST_WORDS]}..."
