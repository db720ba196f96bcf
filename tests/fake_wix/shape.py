"""What a request body may look like: types, lengths, enums, decimals, one-of groups.

A shape is built from small rules; `clean` returns the writable part of a body. Names that no rule
knows are dropped without a word: Wix ignores unknown and read-only fields with 200 (wix-api
platform.md 5), and only reading back shows it. A value of the wrong JSON type is a parse error of
the whole request (`Expected an object`), everything else becomes a field violation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NoReturn

from tests.fake_wix.http.refusals import Refusal

PLAIN_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
PLAIN_WHOLE = re.compile(r"-?[0-9]{1,19}")

Rule = Callable[[Any, str, "Problems"], Any]


@dataclass
class Problems:
    """The field violations found in one request."""

    violations: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        path: str,
        description: str,
        rule: str = "CUSTOM",
        rule_name: str | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        """Note one violation; `rule_name` is what clients dispatch on."""
        violation: dict[str, Any] = {
            "field": path,
            "description": description,
            "violatedRule": rule,
        }
        if rule_name is not None:
            violation["ruleName"] = rule_name
        if data is not None:
            violation["data"] = data
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
        problems.add(path, text, f"MIN_{unit.upper()}", data={"threshold": minimum})
    if maximum is not None and size > maximum:
        text = f"has {unit} {size}, expected {maximum} or less"
        problems.add(path, text, f"MAX_{unit.upper()}", data={"threshold": maximum})


def text(
    minimum: int = 0,
    maximum: int | None = None,
    *,
    format_name: str | None = None,
    fits: Callable[[str], object] | None = None,
    rule_name: str | None = None,
) -> Rule:
    """A string of a length, possibly of a format; the length alone says whether it may be empty."""

    def check(value: Any, path: str, problems: Problems) -> str:
        if not isinstance(value, str):
            raise wrong_type("Expected a string")
        _sized(len(value), path, problems, minimum, maximum, unit="length")
        if fits is not None and value and not fits(value):
            kind = format_name or "FORMAT"
            description = f"is not a valid {kind.lower()}"
            problems.add(path, description, "FORMAT", rule_name, {"type": kind})
        return value

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
    scale: int | None = None,
    rule_name: str | None = None,
) -> Rule:
    """A JSON number; text for it is a parse error. Limits with decimals are given as text."""
    least = None if minimum is None else Decimal(minimum)
    most = None if maximum is None else Decimal(maximum)

    def check(value: Any, path: str, problems: Problems) -> int | Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise wrong_type("Not a numeric value")
        exact = Decimal(str(value))
        if whole and exact != int(exact):
            raise wrong_type("Not a numeric value")
        if least is not None and exact < least:
            problems.add(path, f"must be greater than or equal to {minimum}", "MIN", rule_name)
        if most is not None and exact > most:
            problems.add(path, f"must be less than or equal to {maximum}", "MAX")
        if scale is not None and exact != round(exact, scale):
            problems.add(path, f"must have at most {scale} decimals", "FORMAT")
        return int(exact) if whole else exact

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


def decimal(
    minimum: Decimal | None = None,
    maximum: Decimal | None = None,
    *,
    above: Decimal | None = None,
    scale: int | None = None,
) -> Rule:
    """A decimal in plain notation as a string; a bare number is a parse error (wix-api stores-v3 1, 10.7)."""

    def check(value: Any, path: str, problems: Problems) -> str:
        if not isinstance(value, str):
            raise wrong_type("Expected a string")
        if not PLAIN_DECIMAL.fullmatch(value):
            problems.add(path, "is not a valid decimal", "DECIMAL")
            return value
        amount = Decimal(value)
        if minimum is not None and amount < minimum:
            problems.add(path, f"must be greater than or equal to {minimum}", "DECIMAL")
        if above is not None and amount <= above:
            problems.add(path, f"must be greater than {above}", "DECIMAL")
        if maximum is not None and amount > maximum:
            problems.add(path, f"must be less than or equal to {maximum}", "DECIMAL")
        if scale is not None and -int(amount.as_tuple().exponent) > scale:
            problems.add(path, f"has more than {scale} decimal places", "DECIMAL")
        return value

    return check


def map_of(rule: Rule) -> Rule:
    """A map whose names are anybody's; `rule` is for each value."""

    def check(value: Any, path: str, problems: Problems) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise wrong_type("Expected an object")
        return {name: rule(one, f"{path}.{name}", problems) for name, one in value.items()}

    return check


def opaque() -> Rule:
    """An object that Wix's types leave open (rich content, SEO data, extended fields)."""

    def check(value: Any, _path: str, _problems: Problems) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise wrong_type("Expected an object")
        return dict(value)

    return check


def anything() -> Rule:
    """A value of which nothing is known."""
    return lambda value, _path, _problems: value


def obj(
    fields: Mapping[str, Rule],
    *,
    one_of: Sequence[tuple[str, ...]] = (),
    required: Collection[str] = (),
    null_says_nothing: Collection[str] = (),
) -> Rule:
    """An object: unknown names are dropped, and at most one of each group may be set.

    Null stays null, since it clears, except in the fields where it says nothing.
    """

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
            if name in value and (value[name] is not None or name not in null_says_nothing)
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
