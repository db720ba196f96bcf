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

_CITATION = re.compile(r" \(wix-api [^)]*\)")
_HEAD = """\
# Settings

Written by `make format` from the code. In Meltano, set them with `meltano config set tap-wix <setting> <value>`, or as
environment variables, whose names stand beside each setting; without Meltano, in the file of `--config`, or as the same
variables with `--config=ENV`. Secrets belong into the environment or `.env`, never into a file that is shared.

"""


def short_table(plugin: type[PluginBase]) -> str:
    """Return the settings of a plugin as a table for README.md, one short line each."""
    lines = ["| Setting | Default | What it is |", "| --- | --- | --- |"]
    of_sdk = of_the_sdk(plugin)
    for setting in settings_of(plugin):
        if setting.name in of_sdk:
            continue
        lines.append(f"| `{setting.name}` | {_default(setting)} | {setting.label} |")
    names = ", ".join(f"`{name}`" for name in sorted(of_sdk))
    return "\n".join(lines) + f"\n\nThe SDK adds {names}.\n"


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
