"""What the code says of the two plugins: their settings, capabilities and streams."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_wix.streams import STREAMS
from tap_wix.tap import TapWix
from target_wix.target import TargetWix

if TYPE_CHECKING:
    from singer_sdk import Stream
    from singer_sdk.plugin_base import PluginBase

    from tap_wix.client import WixStream

ROOT = Path(__file__).resolve().parents[1]
PLUGINS: tuple[type[PluginBase], ...] = (TapWix, TargetWix)
# What Meltano 4 calls the types of JSON Schema; it knows no `number`.
KINDS = {
    "array": "array",
    "boolean": "boolean",
    "integer": "integer",
    "number": "decimal",
    "object": "object",
    "string": "string",
}
# Meltano's schema does not know these.
NOT_OF_MELTANO = frozenset({"target-schema", "validate-records"})


@dataclass(frozen=True)
class Setting:
    """One setting, as a user sees it."""

    name: str
    schema: dict[str, Any]

    @property
    def type(self) -> str:
        """Return the JSON type, null aside."""
        types = self.schema.get("type", "string")
        if isinstance(types, str):
            return types
        return next(str(name) for name in types if name != "null")

    @property
    def kind(self) -> str:
        """Return what Meltano calls this type."""
        if self.options:
            return "options"
        if self.schema.get("format") in {"date-time", "date"}:
            return "date_iso8601"
        return KINDS[self.type]

    @property
    def options(self) -> list[Any]:
        """Return the values there are to choose from, if there is a choice."""
        return [getattr(value, "value", value) for value in self.schema.get("enum", ())]

    @property
    def default(self) -> object:
        """Return the value it has when nobody sets it."""
        default = self.schema.get("default")
        return getattr(default, "value", default)

    @property
    def sensitive(self) -> bool:
        """Tell whether the value is a secret."""
        return bool(self.schema.get("secret"))

    @property
    def label(self) -> str:
        """Return its title."""
        return str(self.schema.get("title") or self.name.replace("_", " ").capitalize())

    @property
    def description(self) -> str:
        """Return what it is for, on one line."""
        return " ".join(str(self.schema.get("description", "")).split())


def project() -> dict[str, Any]:
    """Return the table `project` of pyproject.toml: version, address, licence."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return dict(tomllib.load(file)["project"])


def schema_of(plugin: type[PluginBase]) -> dict[str, Any]:
    """Return the JSON Schema of all settings of a plugin, those of the SDK included."""
    schema = copy.deepcopy(plugin.config_jsonschema)
    plugin.append_builtin_config(schema)
    return schema


def settings_of(plugin: type[PluginBase]) -> list[Setting]:
    """Return all settings of a plugin: its own, then those that the SDK adds."""
    properties = schema_of(plugin)["properties"]
    return [Setting(name, properties[name]) for name in properties]


def of_the_sdk(plugin: type[PluginBase]) -> set[str]:
    """Return the names of the settings that the SDK adds to those of a plugin."""
    added: dict[str, Any] = {"properties": {}}
    plugin.append_builtin_config(added)
    return set(added["properties"])


def logins_of(plugin: type[PluginBase]) -> list[list[str]]:
    """Return the groups of settings any one of which is enough to log in."""
    schema = schema_of(plugin)
    groups = [[first, *others] for first, others in schema["dependentRequired"].items()]
    if "site_ids" in schema["properties"]:
        groups.insert(1, ["api_key", "site_ids"])
    return groups


def capabilities_of(plugin: type[PluginBase]) -> list[str]:
    """Return the capabilities of a plugin that Meltano has a name for."""
    names = (str(capability.value) for capability in plugin.capabilities)
    return [name for name in names if name not in NOT_OF_MELTANO]


def select_of(plugin: type[PluginBase]) -> list[str]:
    """Return what is selected of a plugin's streams: Meltano takes all unless it is told."""
    if plugin is not TapWix:
        return []
    return ["*.*", *(f"!{name_of(one)}.*" for one in STREAMS if not one.selected_by_default)]


def streams() -> list[WixStream]:
    """Return the streams of the tap, in their order."""
    tap = TapWix(config={}, validate_config=False)
    return [stream(tap) for stream in STREAMS]


def name_of(stream: type[Stream]) -> str:
    """Return the name that a class of streams gives them."""
    return str(vars(stream)["name"])
