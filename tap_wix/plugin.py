"""What the two commands do alike with their settings, before a run begins."""

from __future__ import annotations

import abc
import copy
import json
import os
import re
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError, MappingError
from singer_sdk.plugin_base import JSONSchemaValidator, PluginBase
from typing_extensions import override

from tap_wix.api import times
from tap_wix.api.connection import CONNECTION_PROPERTIES
from tap_wix.api.errors import SettingsError
from tap_wix.api.foreign_text import keep_secret, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import click

_KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a JSON object",
    "array": "a list",
}
_READ_FROM_TEXT: dict[str, Callable[[str], object]] = {"integer": int, "object": json.loads}
"""What the SDK makes of environment variables, by the type of their setting."""


class WixPlugin(PluginBase):
    """A command whose settings are checked in words for the person who fills them in.

    Attributes:
        own_properties: JSON Schema of the settings that the command has besides the connection.
    """

    own_properties: ClassVar[dict[str, dict[str, Any]]] = {}

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().__init__(*args, **kwargs)
        except MappingError as error:
            mistakes = [f"stream_maps: {shown(str(error), limit=300)}"]
            raise ConfigValidationError("Settings", errors=mistakes) from None
        except (ValueError, RecursionError):
            # The SDK reads environment variables without asking whether they can be read.
            if not (mistakes := self._mistakes_in_environment()):
                raise
            raise ConfigValidationError("Settings", errors=mistakes) from None
        if unknown := self.config.keys() - self.config_jsonschema["properties"].keys():
            names = ", ".join(shown(name, limit=60) for name in sorted(unknown)[:20])
            self.logger.warning("Settings that do not exist: %s.", names)

    @classmethod
    @abc.abstractmethod
    def check_settings(cls, config: Mapping[str, Any]) -> None:
        """Check the connection and the settings of `own_properties`.

        Raises:
            SettingsError: with one message for each mistake, none of which quotes a value.
        """

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Check all settings first, without quoting the value that is wrong: it can be the key.

        The SDK has no public hook between reading the settings and checking them, and its own
        check quotes values.
        """
        keep_secrets(self.config)
        self.append_builtin_config(self.config_jsonschema)
        if raise_errors and (mistakes := self._mistakes()):
            raise ConfigValidationError("Settings", errors=mistakes)
        # What is left to the SDK's check is to fill in defaults. It would warn of logins that it
        # does not know, such as a key for a list of sites, and of null, which says nothing.
        for _ in JSONSchemaValidator(self.config_jsonschema).iter_errors(self._config):
            pass
        return []

    def _mistakes(self) -> list[str]:
        """Return what is wrong with the settings, those of the SDK included."""
        mistakes: dict[str, str] = {}
        config = copy.deepcopy(dict(self.config))
        for error in JSONSchemaValidator(self.config_jsonschema).iter_errors(config):
            if error.validator == "dependentRequired":
                continue  # what a form asks for; `check_settings` knows all logins there are
            name = str(next(iter(error.path), "settings"))
            if name not in self.own_properties:
                path = ".".join(shown(str(part), limit=60) for part in error.path)
                mistakes.setdefault(
                    name, f"{path} {_wanted(error.validator, error.validator_value)}."
                )
        try:
            self.check_settings(
                {name: value for name, value in self.config.items() if name not in mistakes}
            )
        except SettingsError as error:
            own = error.messages
            if set(mistakes) & set(CONNECTION_PROPERTIES):
                # What is missing without the misplaced value is no mistake of its own.
                own = [text for text in own if text.split(" ", 1)[0] in self.own_properties]
            return [*mistakes.values(), *own]
        return list(mistakes.values())

    @classmethod
    def _mistakes_in_environment(cls) -> list[str]:
        """Name the settings that are numbers or JSON, and are something else in the environment."""
        mistakes = []
        prefix = cls.name.upper().replace("-", "_")
        for name, schema in cls.config_jsonschema["properties"].items():
            text = os.environ.get(f"{prefix}_{name.upper()}")
            for kind, read in _READ_FROM_TEXT.items():
                if text is not None and kind in schema.get("type", ()):
                    try:
                        read(text)
                    except (ValueError, RecursionError):
                        mistakes.append(f"{name} must be {_KINDS[kind]}.")
        return mistakes

    @classmethod
    @override
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        """Say in one line what is wrong with the settings file."""
        try:
            return super().cb_config(ctx, param, value)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            why = shown(str(error), limit=500, numbers=True)
            cls.logger.error("The settings file cannot be read: %s.", why)  # noqa: TRY400
            ctx.exit(1)


def setting_mistakes(
    config: Mapping[str, Any], properties: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Return one sentence for each setting that is not what its JSON Schema says.

    Args:
        config: the settings; those that are missing or null have no mistake.
        properties: JSON Schema by setting. A list says in the description of its items what they
            can be.
    """
    mistakes = []
    for name, schema in properties.items():
        value = config.get(name)
        if value is not None and (wanted := _what_fits(schema, value)):
            mistakes.append(f"{name} must be {wanted}.")
    return mistakes


def _what_fits(schema: Mapping[str, Any], value: object) -> str:
    """Return what a setting takes; nothing if the value is such."""
    kind = schema["type"][0]
    if "enum" in schema:
        fits, wanted = value in schema["enum"], f"one of: {', '.join(schema['enum'])}"
    elif kind == "integer":
        least = schema.get("minimum", 0)
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        wanted = f"a whole number of at least {least}"
    elif schema.get("format") == "date-time":
        fits = value == "" or times.is_moment(value)
        wanted = "a date and time such as 2026-01-31T00:00:00Z"
    elif kind == "array":
        items = schema["items"]
        pattern = re.compile(items.get("pattern", ".+"), re.DOTALL)
        fits = isinstance(value, list) and all(
            isinstance(item, str) and pattern.fullmatch(item) for item in value
        )
        wanted = f"a list of: {items['description']}"
    else:
        fits = isinstance(value, bool if kind == "boolean" else str)
        wanted = _KINDS[kind]
    return "" if fits else wanted


def keep_secrets(config: Mapping[str, Any]) -> None:
    """Keep the secrets among some settings out of every log, also where they are misplaced."""
    for name, schema in CONNECTION_PROPERTIES.items():
        if schema.get("secret"):
            left = [config.get(name)]
            while left:
                value = left.pop()
                if isinstance(value, str):
                    keep_secret(value)
                elif isinstance(value, dict):
                    left += [*value, *value.values()]
                elif isinstance(value, list):
                    left += value


def _wanted(rule: object, value: Any) -> str:  # noqa: ANN401 - whatever a schema says
    if rule != "type":
        return "is not what this setting takes"
    kinds = value if isinstance(value, list) else [value]
    return f"must be {' or '.join(_KINDS[kind] for kind in kinds if kind != 'null')}"
