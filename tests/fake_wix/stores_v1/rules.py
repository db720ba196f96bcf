"""Checks of request bodies: types, lengths, enums and caps as wix-api types/*_v1.json lists them.

A value of the wrong JSON type is refused with a text only (`Expected an object`), a value that
breaks a limit with a field violation (wix-api platform 5). Unknown and read-only fields are
dropped without a word, and so is null: what it does in a PATCH is not documented, so no client may
count on it (wix-api stores-v1 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tests.fake_wix.refusals import Refusal, field_violation

Rule = Callable[[Any, str], Any]


def wrong_type(expected: str) -> Refusal:
    """A body that does not even parse into Wix's types: a message and no details."""
    return Refusal(400, {"message": f"Expected {expected}", "details": {}})


def text(longest: int, shortest: int = 0) -> Rule:
    def check(value: Any, field: str) -> str:
        if not isinstance(value, str):
            raise wrong_type("a string")
        if len(value) > longest:
            raise field_violation(
                field, f"has length {len(value)}, expected {longest} or less", rule="MAX_LENGTH"
            )
        if len(value) < shortest:
            raise field_violation(
                field, f"has length {len(value)}, expected {shortest} or more", rule="MIN_LENGTH"
            )
        return value

    return check


def number(most: str, least: str = "0", *, decimals: int | None = None) -> Rule:
    """A JSON number: money and weights are never text on V1 (wix-api stores-v1 2.9)."""

    def check(value: Any, field: str) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise Refusal(400, {"message": "Not a numeric value", "details": {}})
        exact = Decimal(str(value))
        if exact > Decimal(most):
            raise field_violation(field, f"must be less than or equal to {most}", rule="MAX")
        if exact < Decimal(least):
            raise field_violation(field, f"must be greater than or equal to {least}", rule="MIN")
        if decimals is not None and exact != round(exact, decimals):
            raise field_violation(field, f"must have at most {decimals} decimals", rule="FORMAT")
        return exact

    return check


def integer(least: int | None = None, most: int | None = None) -> Rule:
    def check(value: Any, field: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refusal(400, {"message": "Not a numeric value", "details": {}})
        if least is not None and value < least:
            raise field_violation(field, f"must be greater than or equal to {least}", rule="MIN")
        if most is not None and value > most:
            raise field_violation(field, f"must be less than or equal to {most}", rule="MAX")
        return value

    return check


def decimal_text(most: str, scale: int) -> Rule:
    """Dimensions, the one kind of number that V1 takes as text."""

    def check(value: Any, field: str) -> str:
        if not isinstance(value, str):
            raise wrong_type("a string")
        whole, _, fraction = value.partition(".")
        if not whole.isascii() or not whole.isdigit() or ("." in value and not fraction.isdigit()):
            raise field_violation(field, "is not a valid decimal value", rule="FORMAT")
        if len(fraction) > scale or Decimal(value) > Decimal(most):
            raise field_violation(field, f"expected 0 to {most}, scale {scale}", rule="FORMAT")
        return value

    return check


def flag(value: Any, _field: str) -> bool:
    if not isinstance(value, bool):
        raise wrong_type("a boolean")
    return value


def one_of(*allowed: str) -> Rule:
    def check(value: Any, field: str) -> str:
        if not isinstance(value, str):
            raise wrong_type("a string")
        if value not in allowed:
            raise field_violation(field, f"unexpected value {value}", rule="ENUM")
        return value

    return check


def items(rule: Rule, most: int, least: int = 0) -> Rule:
    def check(value: Any, field: str) -> list[Any]:
        if not isinstance(value, list):
            raise wrong_type("an array")
        if not least <= len(value) <= most:
            raise field_violation(
                field, f"has size {len(value)}, expected {least} to {most}", rule="SIZE"
            )
        return [rule(item, f"{field}[{index}]") for index, item in enumerate(value)]

    return check


def members(rules: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Rule:
    def check(value: Any, field: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise wrong_type("an object")
        for name in required:
            if value.get(name) is None:
                raise field_violation(f"{field}.{name}", "must not be empty", rule="REQUIRED_FIELD")
        return {
            name: rule(value[name], f"{field}.{name}")
            for name, rule in rules.items()
            if value.get(name) is not None
        }

    return check


def texts_by_name(longest: int) -> Rule:
    """A map such as the choices of a variant: any name, a text each."""
    value_rule = text(longest)

    def check(value: Any, field: str) -> dict[str, str]:
        if not isinstance(value, dict):
            raise wrong_type("an object")
        return {name: value_rule(item, f"{field}.{name}") for name, item in value.items()}

    return check


def anything(value: Any, _field: str) -> Any:
    return value


def listing(value: Any, _field: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong_type("an array")
    return value
