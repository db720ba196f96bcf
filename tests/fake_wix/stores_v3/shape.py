"""What a request body may look like: types, lengths, enums, decimals, one-of groups.

A shape is built from small rules; `clean` returns the writable part of a body. Names that no rule
knows are dropped without a word: Wix ignores unknown and read-only fields with 200 (wix-api
platform.md 5), and only reading back shows it. A value of the wrong JSON type is a parse error of
the whole request (`Expected an object`), everything else becomes a field violation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from tests.fake_wix.refusals import Refusal

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
ZERO_GUID = "00000000-0000-0000-0000-000000000000"
PLAIN_DECIMAL = re.compile(r"-?\d+(\.\d+)?")
PLAIN_WHOLE = re.compile(r"-?\d{1,19}")
WEB_URL = re.compile(r"https?://[^\s/]+(/\S*)?")
MAX_AMOUNT = Decimal("999999999.99")

Rule = Callable[[Any, str, "Problems"], Any]


@dataclass
class Problems:
    """The field violations found in one request."""

    violations: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, path: str, description: str, rule: str = "CUSTOM", rule_name: str | None = None
    ) -> None:
        """Note one violation; `rule_name` is what clients dispatch on."""
        violation: dict[str, Any] = {
            "field": path,
            "description": description,
            "violatedRule": rule,
        }
        if rule_name is not None:
            violation["ruleName"] = rule_name
        self.violations.append(violation)

    def refuse_if_any(self) -> None:
        """Answer 400 with all violations, as Wix does."""
        if self.violations:
            message = "; ".join(
                f"{violation['field']} {violation['description']}"
                for violation in self.violations[:3]
            )
            raise Refusal(
                400,
                {
                    "message": message,
                    "details": {"validationError": {"fieldViolations": self.violations}},
                },
            )


def violation(path: str, description: str, rule_name: str) -> NoReturn:
    """Refuse with a single violation that carries a ruleName (wix-api stores-v3 3.7)."""
    problems = Problems()
    problems.add(path, description, rule_name=rule_name)
    problems.refuse_if_any()
    raise AssertionError


def wrong_type(what: str) -> Refusal:
    """The body of a parse error has a message and nothing else (wix-api stores-v3 3.4)."""
    return Refusal(400, {"message": what, "details": {}})


def _sized(
    size: int, path: str, problems: Problems, minimum: int, maximum: int | None, *, unit: str
) -> None:
    if size < minimum:
        text = (
            "must not be empty"
            if minimum == 1
            else f"has {unit} {size}, expected {minimum} or more"
        )
        problems.add(path, text, f"MIN_{unit.upper()}")
    if maximum is not None and size > maximum:
        problems.add(path, f"has {unit} {size}, expected {maximum} or less", f"MAX_{unit.upper()}")


def text(
    minimum: int = 0,
    maximum: int | None = None,
    *,
    pattern: re.Pattern[str] | None = None,
    name: str = "FORMAT",
    rule_name: str | None = None,
) -> Rule:
    """A string of a length, possibly of a format."""

    def check(value: Any, path: str, problems: Problems) -> str:
        if not isinstance(value, str):
            raise wrong_type("Expected a string")
        _sized(len(value), path, problems, minimum, maximum, unit="length")
        if pattern is not None and value and not pattern.fullmatch(value):
            problems.add(path, f"is not a valid {name.lower()}", "FORMAT", rule_name)
        return value

    return check


def guid() -> Rule:
    """A GUID that is not the all-zero one."""
    plain = text(1, pattern=GUID, name="GUID")

    def check(value: Any, path: str, problems: Problems) -> str:
        if value == ZERO_GUID:
            problems.add(path, "is not a valid guid", "FORMAT")
        return str(plain(value, path, problems))

    return check


def choice(*allowed: str) -> Rule:
    """One of the enum's names; anything else is refused."""

    def check(value: Any, path: str, problems: Problems) -> str:
        if not isinstance(value, str):
            raise wrong_type("Expected a string")
        if value not in allowed:
            problems.add(path, f"has no enum value {value}", "ENUM")
        return value

    return check


def boolean() -> Rule:
    """A JSON boolean; text for it is a parse error."""

    def check(value: Any, _path: str, _problems: Problems) -> bool:
        if not isinstance(value, bool):
            raise wrong_type("Expected a boolean")
        return value

    return check


def number(
    minimum: int | str | None = None,
    maximum: int | str | None = None,
    *,
    whole: bool = False,
    rule_name: str | None = None,
) -> Rule:
    """A JSON number; text for it is a parse error. Limits with decimals are given as text."""
    least = None if minimum is None else Decimal(minimum)
    most = None if maximum is None else Decimal(maximum)

    def check(value: Any, path: str, problems: Problems) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise wrong_type("Not a numeric value")
        if whole and value != int(value):
            raise wrong_type("Not a numeric value")
        if least is not None and value < least:
            problems.add(path, f"must be greater than or equal to {minimum}", "MIN", rule_name)
        if most is not None and value > most:
            problems.add(path, f"must be less than or equal to {maximum}", "MAX")
        return int(value) if whole else value

    return check


def int64() -> Rule:
    """A 64-bit number: replies write it as a string, requests may send either (platform 3, stores-v3 4.3)."""

    def check(value: Any, _path: str, _problems: Problems) -> str:
        if isinstance(value, str) and PLAIN_WHOLE.fullmatch(value):
            return str(int(value))
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise wrong_type("Not a numeric value")

    return check


def decimal(maximum: Decimal = MAX_AMOUNT, *, scale: int = 3, above_zero: bool = False) -> Rule:
    """A decimal in plain notation as a string; a bare number is a parse error (wix-api stores-v3 1, 10.7)."""

    def check(value: Any, path: str, problems: Problems) -> str:
        if not isinstance(value, str):
            raise wrong_type("Expected a string")
        if not PLAIN_DECIMAL.fullmatch(value):
            problems.add(path, "is not a valid decimal", "DECIMAL")
            return value
        try:
            amount = Decimal(value)
        except InvalidOperation:
            problems.add(path, "is not a valid decimal", "DECIMAL")
            return value
        if amount < 0 or amount > maximum or (above_zero and amount == 0):
            problems.add(path, f"is out of range 0..{maximum}", "DECIMAL")
        if -int(amount.as_tuple().exponent) > scale:
            problems.add(path, f"has more than {scale} decimal places", "DECIMAL")
        return value

    return check


def opaque() -> Rule:
    """An object that Wix's types leave open (rich content, SEO data, extended fields)."""

    def check(value: Any, _path: str, _problems: Problems) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise wrong_type("Expected an object")
        return dict(value)

    return check


def obj(
    fields: Mapping[str, Rule],
    *,
    one_of: Sequence[tuple[str, ...]] = (),
    required: Sequence[str] = (),
) -> Rule:
    """An object; unknown names are dropped, null stays null (it clears), at most one of each group."""

    def check(value: Any, path: str, problems: Problems) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise wrong_type("Expected an object")
        prefix = f"{path}." if path else ""
        for group in one_of:
            given = [name for name in group if value.get(name) is not None]
            if len(given) > 1:
                problems.add(
                    path or group[0],
                    f"only one of {', '.join(group)} may be set, got {', '.join(given)}",
                    "ONE_OF_ALIGNMENT",
                )
        for name in required:
            if value.get(name) is None:
                problems.add(prefix + name, "must not be empty", "REQUIRED_FIELD")
        return {
            name: None if value[name] is None else rule(value[name], prefix + name, problems)
            for name, rule in fields.items()
            if name in value
        }

    return check


def list_of(rule: Rule, minimum: int = 0, maximum: int | None = None) -> Rule:
    """A list; an element may not be null."""

    def check(value: Any, path: str, problems: Problems) -> list[Any]:
        if not isinstance(value, list):
            raise wrong_type("Expected an array")
        _sized(len(value), path, problems, minimum, maximum, unit="size")
        if any(element is None for element in value):
            raise wrong_type("Expected an object")
        return [rule(element, f"{path}[{index}]", problems) for index, element in enumerate(value)]

    return check


def clean(rule: Rule, value: Any, path: str) -> Any:
    """The writable part of `value`, or a refusal of the whole request."""
    problems = Problems()
    result = rule(value, path, problems)
    problems.refuse_if_any()
    return result
