"""From an HTTP answer to a body or to the exception it means (wix-api platform 5)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from tap_wix.api import errors, wire

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
_EMAIL = re.compile(r"[^\s@\"'<>(),;]+@[^\s@\"'<>(),;]+")
_PLAIN_KINDS: dict[int, type[errors.WixError]] = {
    HTTPStatus.NOT_FOUND: errors.NotFoundError,
    HTTPStatus.CONFLICT: errors.ConflictError,
}


def parsed_body(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object of an answer, None where it is something else.

    Proxies answer with HTML, cut connections leave half an object; an empty body of a success
    counts as an empty object (wix-api platform 1).
    """
    if not content.strip():
        return {}
    try:
        body = wire.decode(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def is_silent(content: bytes) -> bool:
    """Tell whether an error answer says nothing, as refusals and bursts both do."""
    body = parsed_body(content)
    return body is not None and not body.get("message") and not body.get("details")


def error_of(
    status: int,
    content: bytes,
    *,
    method: str,
    path: str,
    request_id: str,
    permission: str,
) -> errors.WixError:
    """Return the exception that an answer other than 2xx means.

    Args:
        status: HTTP status, 300 or above.
        content: the raw body, JSON or not.
        method: HTTP method of the request.
        path: its path.
        request_id: `x-wix-request-id` of the answer.
        permission: what to name in the message if the key may not do this.
    """
    body = parsed_body(content) or {}
    details = body.get("details")
    details = details if isinstance(details, dict) else {}
    application = _object(details.get("applicationError"))
    violations = _violations(_object(details.get("validationError")).get("fieldViolations"))
    code = str(application.get("code") or "") or next((v.rule for v in violations if v.rule), "")
    text = _words(body, application, violations)
    kind, why = _kind(status, code, text, path, permission)
    said = f"{code or status}: {text}" if text else (code or "no explanation")
    trace = f"; Wix's request id is {request_id}" if request_id else ""
    return kind(
        f"Wix answered {status} to {method} {path} ({said}).{why}{trace}".replace(".;", ";"),
        status=status,
        code=code,
        text=text,
        path=path,
        request_id=request_id,
        violations=violations,
        data=_object(application.get("data")),
    )


def _kind(
    status: int, code: str, text: str, path: str, permission: str
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
    elif status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        kind, advice = errors.AccessError, _access_advice(permission)
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


def _access_advice(permission: str) -> str:
    needed = f" ({permission})" if permission else ""
    return (
        "Wix does not say why; one of these is so: the API key or app login is wrong, revoked or"
        " cut off; the key was made in another account than the one that owns the site; this site"
        f" is not among the sites of the key; a permission is missing{needed}. The owner sees and"
        f" changes the key at {_API_KEYS_PAGE}."
    )


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _violations(value: object) -> tuple[errors.Violation, ...]:
    rows = [_object(row) for row in value] if isinstance(value, list) else []
    return tuple(
        errors.Violation(
            field=str(row.get("field") or ""),
            description=str(row.get("description") or ""),
            rule=str(row.get("ruleName") or row.get("violatedRule") or ""),
            data=_object(row.get("data")),
        )
        for row in rows
    )


def _words(
    body: dict[str, Any], application: dict[str, Any], violations: tuple[errors.Violation, ...]
) -> str:
    # Wix quotes what it refuses, and an e-mail must not reach a log.
    broken = "; ".join(f"{v.field}: {v.description}".strip(": ") for v in violations)
    words = str(broken or application.get("description") or body.get("message") or "")
    return _EMAIL.sub("<e-mail>", " ".join(words.split()))[:500]
