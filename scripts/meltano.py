"""The two plugins in the words of Meltano: for meltano.yml, and for Meltano Hub."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from scripts.plugins import (
    capabilities_of,
    logins_of,
    project,
    select_of,
    settings_of,
)
from tap_wix.tap import TapWix

if TYPE_CHECKING:
    from singer_sdk.plugin_base import PluginBase

    from scripts.plugins import Setting

_DESCRIPTIONS = {
    "tap-wix": "Products, stock, orders, contacts and all else that a Wix site keeps.",
    "target-wix": "Products, stock, categories and contacts into a Wix site, only what differs.",
}
_KEYWORDS = ["api", "contacts", "ecommerce", "meltano_sdk", "orders", "products", "wix"]


class _Lists(yaml.SafeDumper):
    """Writes a list as deep as its key, as Meltano Hub has its files checked."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        """Leave lists where they are."""
        super().increase_indent(flow, indentless)


def project_entry(plugin: type[PluginBase]) -> str:
    """Return capabilities, settings and logins as lines for meltano.yml. JSON is YAML, too."""
    lines = ["capabilities:", *(f"- {name}" for name in capabilities_of(plugin)), "settings:"]
    for setting in settings_of(plugin):
        lines += _lines_of(setting)
    if selected := select_of(plugin):
        lines += ["select:", *(f"- {json.dumps(rule)}" for rule in selected)]
    groups = [f"- [{', '.join(group)}]" for group in logins_of(plugin)]
    lines += ["settings_group_validation:", *groups]
    return "".join(f"    {line}\n" for line in lines)


def _lines_of(setting: Setting) -> list[str]:
    lines = [f"- name: {setting.name}", f"  label: {json.dumps(setting.label)}"]
    lines.append(f"  kind: {setting.kind}")
    if setting.sensitive:
        lines.append("  sensitive: true")
    if setting.default is not None:
        lines.append(f"  value: {json.dumps(setting.default)}")
    if setting.options:
        lines.append("  options:")
        for option in _options(setting):
            lines.append(f"  - label: {json.dumps(option['label'])}")
            lines.append(f"    value: {json.dumps(option['value'])}")
    if setting.description:
        lines.append(f"  description: {json.dumps(setting.description, ensure_ascii=False)}")
    return lines


def _options(setting: Setting) -> list[dict[str, str]]:
    return [
        {"label": str(value).replace("_", " ").capitalize(), "value": value}
        for value in setting.options
    ]


def hub_file(plugin: type[PluginBase]) -> str:
    """Return the path of a plugin's definition within the repository."""
    kind = "extractors" if plugin is TapWix else "loaders"
    return f"hub/{kind}/{plugin.name}.yml"


def hub_definition(plugin: type[PluginBase]) -> str:
    """Return the definition of a plugin as a file for Meltano Hub, keys and settings sorted."""
    facts = project()
    repository = facts["urls"]["Repository"]
    definition = {
        "capabilities": sorted(capabilities_of(plugin)),
        "description": _DESCRIPTIONS[plugin.name],
        "docs": f"{repository}/blob/main/README.md",
        "domain_url": "https://www.wix.com/",
        "executable": plugin.name,
        "keywords": _KEYWORDS,
        "label": "Wix",
        "log_parser": "singer-sdk",
        "maintenance_status": "beta",
        "name": plugin.name,
        "namespace": plugin.name.replace("-", "_"),
        "pip_url": plugin.name,
        "quality": "silver",
        "repo": repository,
        "settings": sorted(map(_hub_setting, settings_of(plugin)), key=lambda one: one["name"]),
        "settings_group_validation": [sorted(group) for group in logins_of(plugin)],
        "supported_python_versions": plugin.get_supported_python_versions(),
        "variant": repository.split("/")[-2].lower(),
    }
    if selected := select_of(plugin):
        definition["select"] = selected
    return yaml.dump(
        definition, Dumper=_Lists, allow_unicode=True, default_flow_style=False, width=100
    )


def _hub_setting(setting: Setting) -> dict[str, Any]:
    """Return a setting in the Hub's form. What is secret is marked, not guessed from the name."""
    entry: dict[str, Any] = {
        "name": setting.name,
        "label": setting.label,
        "description": setting.description,
        "kind": "password" if setting.sensitive else setting.kind,
    }
    if setting.sensitive:
        entry["sensitive"] = True
    if setting.default is not None:
        entry["value"] = setting.default
    if setting.options:
        entry["options"] = _options(setting)
    return entry
