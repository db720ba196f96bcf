"""What the fake Wix says when it refuses: the envelope of Wix and its four usual fillings."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 - a refusal is an answer of Wix, not a fault of the fake
    """An answer other than 200. ``body`` None stands for no body at all."""

    def __init__(self, status: int, body: dict[str, Any] | None) -> None:
        """Keep the answer to send."""
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body

    @property
    def error(self) -> dict[str, Any]:
        """The same refusal as one item of a bulk answer carries it (``itemMetadata.error``)."""
        details = (self.body or {}).get("details", {})
        if "applicationError" in details:
            return dict(details["applicationError"])
        violations = details.get("validationError", {}).get("fieldViolations", [{}])
        first = violations[0] if violations else {}
        return {
            "code": first.get("ruleName") or "INVALID_ARGUMENT",
            "description": (self.body or {}).get("message", ""),
            "data": {"fieldViolations": violations},
        }


def application_error(
    status: int, code: str, description: str = "", data: dict[str, Any] | None = None
) -> Refusal:
    """A refusal with a code (wix-api platform 5)."""
    error: dict[str, Any] = {"code": code, "description": description or code}
    if data is not None:
        error["data"] = data
    return Refusal(
        status, {"message": error["description"], "details": {"applicationError": error}}
    )


def field_violation(
    field: str,
    description: str,
    rule: str = "FORMAT",
    rule_name: str | None = None,
    data: dict[str, Any] | None = None,
) -> Refusal:
    """A refusal that names a field of the request (wix-api platform 5)."""
    violation: dict[str, Any] = {"field": field, "description": description, "violatedRule": rule}
    if rule_name is not None:
        violation["violatedRule"] = "CUSTOM" if rule == "FORMAT" else rule
        violation["ruleName"] = rule_name
    if data is not None:
        violation["data"] = data
    return Refusal(
        400,
        {
            "message": f"{field} {description}".strip(),
            "details": {"validationError": {"fieldViolations": [violation]}},
        },
    )


def plain(status: int, message: str) -> Refusal:
    """A refusal with a message and nothing else, like ``Expected an object``."""
    return Refusal(status, {"message": message, "details": {}})


def bare(status: int, *, body: bool = False) -> Refusal:
    """A refusal without words: no body, or with ``body`` the empty envelope of permission refusals and 5xx."""
    return Refusal(status, {"message": "", "details": {}} if body else None)


def expected_object() -> Refusal:
    """A scalar or a list where an object belongs (wix-api platform 3)."""
    return plain(400, "Expected an object")
