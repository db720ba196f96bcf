"""meltano.yml says of both plugins what their code says, and holds no secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from scripts import plugins

if TYPE_CHECKING:
    from singer_sdk.plugin_base import PluginBase

PLUGINS = plugins.PLUGINS
TEXT = (plugins.ROOT / "meltano.yml").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = yaml.safe_load(TEXT)
DECLARED: dict[str, dict[str, Any]] = {
    plugin["name"]: plugin for kind in PROJECT["plugins"].values() for plugin in kind
}


def declared_settings(name: str) -> dict[str, dict[str, Any]]:
    return {setting["name"]: setting for setting in DECLARED[name]["settings"]}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_setting_of_the_code_is_declared_and_no_other(plugin: type[PluginBase]) -> None:
    assert list(declared_settings(plugin.name)) == [s.name for s in plugins.settings_of(plugin)]


@pytest.mark.parametrize("plugin", PLUGINS)
def test_settings_are_declared_as_what_the_code_takes(plugin: type[PluginBase]) -> None:
    declared = declared_settings(plugin.name)
    for setting in plugins.settings_of(plugin):
        entry = declared[setting.name]
        assert entry["kind"] == setting.kind, setting.name
        assert entry.get("value") == setting.default, setting.name
        assert entry.get("sensitive", False) == setting.sensitive, setting.name
        assert [option["value"] for option in entry.get("options", [])] == setting.options
        assert entry["label"] == setting.label
        assert entry["description"] == setting.description


@pytest.mark.parametrize("plugin", PLUGINS)
def test_every_setting_has_a_title_and_a_description(plugin: type[PluginBase]) -> None:
    for setting in plugins.settings_of(plugin):
        assert setting.schema.get("title"), setting.name
        assert setting.description, setting.name


@pytest.mark.parametrize("plugin", PLUGINS)
def test_whatever_looks_like_a_secret_is_one(plugin: type[PluginBase]) -> None:
    secrets = {setting.name for setting in plugins.settings_of(plugin) if setting.sensitive}

    assert secrets == {"api_key", "app_secret"}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_capabilities_are_those_of_the_code(plugin: type[PluginBase]) -> None:
    assert DECLARED[plugin.name]["capabilities"] == plugins.capabilities_of(plugin)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_either_login_is_enough(plugin: type[PluginBase]) -> None:
    groups = DECLARED[plugin.name]["settings_group_validation"]

    several_sites = [["api_key", "site_ids"]] if plugin.name == "tap-wix" else []
    app = ["app_id", "app_secret", "instance_id"]
    assert groups == [["api_key", "site_id"], *several_sites, app]


def test_plugins_of_others_are_pinned() -> None:
    for name, plugin in DECLARED.items():
        if not plugin["pip_url"].startswith("-e ."):
            assert re.fullmatch(r"[\w-]+==[\w.]+", plugin["pip_url"]), name


def test_nothing_asks_the_hub() -> None:
    """A `variant`, or a plugin without a namespace, is looked up on Meltano Hub."""
    for name, plugin in DECLARED.items():
        assert plugin["namespace"] == name.replace("-", "_")
        assert "variant" not in plugin
    assert PROJECT["send_anonymous_usage_stats"] is False


def test_meltano_has_no_reason_to_write_the_file_anew() -> None:
    """It does so to add a project id of its own, and loses all comments."""
    assert PROJECT["project_id"]


def test_no_secret_is_written_down() -> None:
    for plugin in DECLARED.values():
        sensitive = {s["name"] for s in plugin["settings"] if s.get("sensitive")}
        assert not sensitive & set(plugin.get("config", {}))
        assert not [s for s in plugin["settings"] if s.get("sensitive") and "value" in s]


def test_what_is_configured_is_declared() -> None:
    for name, plugin in DECLARED.items():
        assert set(plugin.get("config", {})) <= set(declared_settings(name)), name


def test_jobs_name_plugins_that_there_are() -> None:
    for job in PROJECT["jobs"]:
        for task in job["tasks"]:
            assert set(task.split()) <= set(DECLARED)


def test_the_example_environment_sets_only_what_is_declared() -> None:
    example = (plugins.ROOT / ".env.example").read_text(encoding="utf-8")
    names = re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", example, re.MULTILINE)
    known = {
        f"{plugin['namespace']}_{name}".upper()
        for plugin in DECLARED.values()
        for name in declared_settings(plugin["name"])
    }

    assert names
    assert set(names) <= known
