"""What is made of the code is what the code says now, and README.md can be read in one go."""

from __future__ import annotations

import re

import pytest

from scripts import licences, settings
from scripts.plugins import PLUGINS, ROOT, settings_of

README = (ROOT / settings.README).read_text(encoding="utf-8")
PATIENCE = 115
"""Letters in a cell of a table: more than that is a text, and belongs into docs/."""


@pytest.mark.parametrize("file", settings.FILES)
def test_what_is_made_of_the_code_is_in_step_with_it(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")

    assert settings.renewed(file, text) == text, "run make format"


def test_a_file_without_a_place_for_the_settings_is_an_error() -> None:
    with pytest.raises(settings.MissingMarkersError):
        settings.renewed(settings.README, "no place here")


def test_a_setting_that_changed_is_written_anew() -> None:
    spoilt = README.replace("| `api_key` |", "| `api_kex` |")

    assert spoilt != README
    assert settings.renewed(settings.README, spoilt) == README


def test_no_table_is_wider_than_a_reader_is_patient() -> None:
    for line in README.splitlines():
        if line.startswith("|"):
            assert max(len(cell.strip()) for cell in line.split("|")) <= PATIENCE, line


def test_every_setting_has_its_text_on_the_page_of_settings() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

    for plugin in PLUGINS:
        part = page.split(f"## {plugin.name}\n")[1].split("\n## ")[0]
        for setting in settings_of(plugin):
            entry = part.split(f"### `{setting.name}`\n")[1].split("\n### ")[0]
            assert setting.label in entry
            assert setting.description.replace("<", "&lt;") in entry
            assert f"`{plugin.name}_{setting.name}`".upper().replace("-", "_") in entry


def test_every_dependency_is_listed_with_its_licence() -> None:
    page = (ROOT / licences.FILE).read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| ([\w.-]+) \| (.+) \|$", page, re.MULTILINE))
    found = licences.licences()

    assert {"singer-sdk", "requests", "pycountry", "urllib3"} <= set(found)
    assert {name: listed.get(name) for name in found} == found
    assert "not said" not in listed.values()
