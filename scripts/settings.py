"""Write settings and streams, as the code has them, into README.md and meltano.yml.

    python -m scripts.settings           # write both files
    python -m scripts.settings --check   # say whether they are in step, change nothing

The code is the only place where a setting or a stream is described. In the two files the text
between `settings:<plugin>` and `/settings:<plugin>` belongs to this program, and in README.md that
between `streams` and `/streams`.
"""

from __future__ import annotations

import copy
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_wix.streams import STREAMS
from tap_wix.tap import TapWix
from target_wix.target import TargetWix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_sdk import Stream
    from singer_sdk.plugin_base import PluginBase

    from tap_wix.client import WixStream

ROOT = Path(__file__).resolve().parents[1]
PLUGINS: tuple[type[PluginBase], ...] = (TapWix, TargetWix)
README = "README.md"
MELTANO = "meltano.yml"
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


class MissingMarkersError(Exception):
    """A file has no place for the settings of a plugin."""


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
        values = (getattr(value, "value", value) for value in self.schema.get("enum", ()))
        return [value for value in values if value is not None]

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


def settings_of(plugin: type[PluginBase]) -> list[Setting]:
    """Return all settings of a plugin: its own, then those that the SDK adds."""
    schema = copy.deepcopy(plugin.config_jsonschema)
    plugin.append_builtin_config(schema)
    return [Setting(name, schema["properties"][name]) for name in schema["properties"]]


def capabilities_of(plugin: type[PluginBase]) -> list[str]:
    """Return the capabilities of a plugin that Meltano has a name for."""
    names = (str(capability.value) for capability in plugin.capabilities)
    return [name for name in names if name not in NOT_OF_MELTANO]


def markdown(plugin: type[PluginBase]) -> str:
    """Return the settings as a table for README.md."""
    lines = ["| Setting | Type | Default | What it is |", "| --- | --- | --- | --- |"]
    for setting in settings_of(plugin):
        kind = "choice" if setting.options else setting.type
        default = "" if setting.default is None else f"`{json.dumps(setting.default)}`"
        text = setting.description
        if setting.options:
            text += f" One of {', '.join(f'`{value}`' for value in setting.options)}."
        if setting.sensitive:
            kind += ", secret"
        cells = (f"`{setting.name}`", kind, default, f"**{setting.label}.** {text.strip()}")
        lines.append("| " + " | ".join(cell.replace("|", "\\|").strip() for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def replication_of(stream: WixStream) -> str:
    """Return in words how a stream is read the next time."""
    if stream.parent_stream_type is not None:
        return f"with `{_name_of(stream.parent_stream_type)}`"
    if stream.resource is None:
        return "a row for each sweep"
    if stream.replication_key is None:
        return "whole each time"
    return f"incremental by `{stream.replication_key}`"


def _name_of(stream: type[Stream]) -> str:
    return str(vars(stream)["name"])


def streams_markdown(streams: Iterable[WixStream]) -> str:
    """Return the streams as a table for README.md."""
    lines = ["| Stream | What it is | Key | Read |", "| --- | --- | --- | --- |"]
    for stream in streams:
        first = " ".join((stream.__doc__ or "").split("\n\n")[0].split())
        text = first if stream.selected_by_default else f"{first} *Select it to have it.*"
        keys = ", ".join(f"`{name}`" for name in stream.primary_keys)
        lines.append(f"| `{stream.name}` | {text} | {keys} | {replication_of(stream)} |")
    return "\n".join(lines) + "\n"


def yaml(plugin: type[PluginBase]) -> str:
    """Return capabilities and settings as lines for meltano.yml. JSON is YAML, too."""
    lines = ["capabilities:", *(f"- {name}" for name in capabilities_of(plugin)), "settings:"]
    for setting in settings_of(plugin):
        lines += [f"- name: {setting.name}", f"  label: {json.dumps(setting.label)}"]
        lines.append(f"  kind: {setting.kind}")
        if setting.sensitive:
            lines.append("  sensitive: true")
        if setting.default is not None:
            lines.append(f"  value: {json.dumps(setting.default)}")
        if setting.options:
            lines.append("  options:")
            for value in setting.options:
                label = json.dumps(str(value).replace("_", " ").capitalize())
                lines += [f"  - label: {label}", f"    value: {json.dumps(value)}"]
        if setting.description:
            lines.append(f"  description: {json.dumps(setting.description, ensure_ascii=False)}")
    if plugin is TapWix:
        # Meltano selects everything unless it is told otherwise.
        lines += ["select:", '- "*.*"']
        lines += [f'- "!{_name_of(one)}.*"' for one in STREAMS if not one.selected_by_default]
    return "".join(f"    {line}\n" for line in lines)


def renewed(file: str, text: str) -> str:
    """Return the text of a file with the settings as the code has them now."""
    for name, body in _parts_of(file).items():
        opening, closing = ("<!-- ", " -->\n") if file == README else ("    # ", "\n")
        start, end = f"{opening}{name}{closing}", f"{opening}/{name}{closing}"
        before, found_start, rest = text.partition(start)
        _, found_end, after = rest.partition(end)
        if not found_start or not found_end:
            raise MissingMarkersError(f"{file} has no line {start.strip()} with its end.")
        text = before + start + body + end + after
    return text


def _parts_of(file: str) -> dict[str, str]:
    """Return what belongs into a file, by the name of its place."""
    if file != README:
        return {f"settings:{plugin.name}": yaml(plugin) for plugin in PLUGINS}
    tables = {f"settings:{plugin.name}": markdown(plugin) for plugin in PLUGINS}
    tap = TapWix(config={}, validate_config=False)
    tables["streams"] = streams_markdown(stream(tap) for stream in STREAMS)
    return {name: f"\n{table}\n" for name, table in tables.items()}


def main(arguments: list[str]) -> int:
    """Renew the files, or check them; the exit code says whether they were in step."""
    check = "--check" in arguments
    behind = []
    for file in (README, MELTANO):
        old = (ROOT / file).read_text(encoding="utf-8")
        new = renewed(file, old)
        if new != old:
            behind.append(file)
            if not check:
                (ROOT / file).write_text(new, encoding="utf-8")
    for file in behind:
        print(f"{file} {'is behind the code: run make format' if check else 'was renewed'}.")
    return 1 if check and behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
