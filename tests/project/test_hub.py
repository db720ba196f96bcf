"""The definitions in hub/ are what Meltano takes, and what Meltano Hub would make of the code."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from demo.meltano import MELTANO
from scripts.meltano import hub_file
from scripts.plugins import PLUGINS, ROOT, schema_of, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk.plugin_base import PluginBase


# What the Hub's pages show; a project has no use for it.
FOR_PEOPLE = {
    *("domain_url", "keywords", "log_parser", "maintenance_status", "quality"),
    "supported_python_versions",
}


def definition(plugin: type[PluginBase]) -> dict[str, Any]:
    text = (ROOT / hub_file(plugin)).read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


@cache
def schema_of_meltano() -> dict[str, Any]:
    """The schema that comes with Meltano."""
    program = "import meltano.schemas as s; print(s.__path__[0])"
    python = MELTANO.parent / "python"
    folder = subprocess.check_output([python, "-c", program], text=True).strip()
    return dict(json.loads((Path(folder) / "meltano.schema.json").read_text(encoding="utf-8")))


def inside(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from inside(part)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_definition_is_valid_by_the_schema_of_meltano(plugin: type[PluginBase]) -> None:
    kind = hub_file(plugin).split("/")[1]
    entry = {key: value for key, value in definition(plugin).items() if key not in FOR_PEOPLE}

    assert {"capabilities", "settings", "settings_group_validation", "pip_url"} <= set(entry)
    jsonschema.validate({"plugins": {kind: [entry]}}, schema_of_meltano())


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_definition_names_package_command_and_namespace(plugin: type[PluginBase]) -> None:
    found = definition(plugin)

    assert found["name"] == found["pip_url"] == found["executable"] == plugin.name
    assert found["namespace"] == plugin.name.replace("-", "_")
    assert found["variant"]
    assert {"quality", "label", "description", "repo", "docs"} <= set(found)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_keys_and_settings_stand_in_the_order_that_the_hub_checks(plugin: type[PluginBase]) -> None:
    found = definition(plugin)

    assert list(found) == sorted(found)
    names = [setting["name"] for setting in found["settings"]]
    assert names == sorted(setting.name for setting in settings_of(plugin))
    assert all(list(setting) == sorted(setting) for setting in found["settings"])


@pytest.mark.parametrize("plugin", PLUGINS)
def test_secrets_are_secret_and_nothing_else_is(plugin: type[PluginBase]) -> None:
    settings = definition(plugin)["settings"]

    by_kind = {setting["name"] for setting in settings if setting["kind"] == "password"}
    assert by_kind == {setting["name"] for setting in settings if setting.get("sensitive")}
    assert by_kind == {"api_key", "app_secret"}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_each_way_to_log_in_is_a_group(plugin: type[PluginBase]) -> None:
    groups = definition(plugin)["settings_group_validation"]

    assert ["api_key", "site_id"] in groups
    assert ["app_id", "app_secret", "instance_id"] in groups
    assert (["api_key", "site_ids"] in groups) is (plugin.name == "tap-wix")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_what_about_says_can_be_made_a_definition_of(plugin: type[PluginBase]) -> None:
    """The Hub labels each value of a choice, and makes groups of `dependentRequired`."""
    schema = schema_of(plugin)

    for part in inside(schema):
        if isinstance(part.get("enum"), list):
            assert all(isinstance(value, str) for value in part["enum"])
    assert schema["dependentRequired"] == {
        "api_key": ["site_id"],
        "app_id": ["app_secret", "instance_id"],
    }
