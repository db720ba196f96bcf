"""Settings and streams for people: short tables for README.md, the long texts for docs/settings.md."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scripts.plugins import PLUGINS, name_of, of_the_sdk, settings_of, streams

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_sdk.plugin_base import PluginBase

    from scripts.plugins import Setting
    from tap_wix.client import WixStream

_LONGEST = 100
_CITATION = re.compile(r" \(wix-api [^)]*\)")
_HEAD = """\
# Settings

Written by `make format` from the code. In Meltano, set them with `meltano config set tap-wix <setting> <value>`, or as
environment variables, whose names stand beside each setting; without Meltano, in the file of `--config`, or as the same
variables with `--config=ENV`. Secrets belong into the environment or `.env`, never into a file that is shared.

"""


def shared_table() -> str:
    """Return the settings that both plugins have as a table for README.md."""
    names = [setting.name for setting in settings_of(PLUGINS[0]) if setting.name in _shared()]
    return (
        _short_table(PLUGINS[0], names) + f"\nBoth have those of the SDK, too: {_of_the_sdk()}.\n"
    )


def own_table(plugin: type[PluginBase]) -> str:
    """Return the settings that only this plugin has as a table for README.md."""
    names = [setting.name for setting in settings_of(plugin) if setting.name not in _shared()]
    return _short_table(plugin, [name for name in names if name not in of_the_sdk(plugin)])


def _short_table(plugin: type[PluginBase], names: list[str]) -> str:
    lines = ["| Setting | Default | What it is |", "| --- | --- | --- |"]
    settings = {setting.name: setting for setting in settings_of(plugin)}
    lines += [
        f"| `{name}` | {_default(settings[name])} | {_summary(settings[name])} |" for name in names
    ]
    return "\n".join(lines) + "\n"


def _shared() -> set[str]:
    one, other = ({setting.name for setting in settings_of(plugin)} for plugin in PLUGINS)
    return (one & other) - of_the_sdk(PLUGINS[0])


def _of_the_sdk() -> str:
    names = sorted(of_the_sdk(PLUGINS[0]))
    flattening = [name for name in names if name.startswith("flattening_")]
    others = [name for name in names if name not in flattening]
    return ", ".join([*(f"`{name}`" for name in others), "`flattening_…`"])


def _summary(setting: Setting) -> str:
    """Return the title, or how the text begins where the title only says the name again."""
    if setting.label.lower() != setting.name.replace("_", " "):
        return setting.label
    text = setting.description.split(". ")[0].rstrip(".")
    if text.startswith(("On:", "Off:")):
        return setting.label
    while len(text) > _LONGEST:
        text = text.rpartition(", ")[0]
    return (text or setting.label).replace("<", "&lt;")


def _default(setting: Setting) -> str:
    if setting.sensitive:
        return "*secret*"
    if setting.default is None:
        return ""
    if isinstance(setting.default, list):
        return ", ".join(f"`{value}`" for value in setting.default)
    if isinstance(setting.default, str):
        return f"`{setting.default}`"
    return f"`{json.dumps(setting.default)}`"


def settings_page() -> str:
    """Return docs/settings.md: what each setting of both plugins does."""
    parts = [_HEAD]
    for plugin in PLUGINS:
        parts.append(f"## {plugin.name}\n\n")
        parts += [_entry(plugin, setting) for setting in settings_of(plugin)]
    return "".join(parts).rstrip("\n") + "\n"


def _entry(plugin: type[PluginBase], setting: Setting) -> str:
    kind = "secret" if setting.sensitive else setting.type
    if setting.options:
        kind = "one of " + ", ".join(f"`{value}`" for value in setting.options)
    variable = f"{plugin.name}_{setting.name}".upper().replace("-", "_")
    facts = [kind, f"`{variable}`"]
    if setting.default is not None:
        facts.insert(1, f"default `{json.dumps(setting.default)}`")
    text = setting.description.replace("<", "&lt;")
    return f"### `{setting.name}`\n\n**{setting.label}** · {' · '.join(facts)}\n\n{text}\n\n"


def streams_table(found: Iterable[WixStream] | None = None) -> str:
    """Return the streams as a table for README.md."""
    lines = ["| Stream | What it is | Key, after `siteId` | Read |", "| --- | --- | --- | --- |"]
    for stream in streams() if found is None else found:
        first = " ".join((stream.__doc__ or "").split("\n\n")[0].split())
        first = _CITATION.sub("", first)
        text = first if stream.selected_by_default else f"{first} *Select it to have it.*"
        keys = ", ".join(f"`{name}`" for name in stream.primary_keys if name != "siteId")
        lines.append(f"| `{stream.name}` | {text} | {keys} | {replication_of(stream)} |")
    return "\n".join(lines) + "\n"


def replication_of(stream: WixStream) -> str:
    """Return in words how a stream is read the next time."""
    if stream.parent_stream_type is not None:
        return f"with `{name_of(stream.parent_stream_type)}`"
    if stream.resource is None:
        return "a row for each sweep"
    if stream.replication_key is None:
        return "whole each time"
    return f"by `{stream.replication_key}`"
