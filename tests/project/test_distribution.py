"""What is installed is what was meant: a package for each command, and none that breaks the SDK."""

from __future__ import annotations

import email
import re
import tarfile
import zipfile
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from demo.meltano import ROOT
from scripts.plugins import project
from tap_wix.tap import TapWix
from target_wix.target import TargetWix
from tests.project import tools

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

VERSION = project()["version"]
NAMES = {"tap-wix": "tap_wix", "target-wix": "target_wix"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tools.build(tmp_path_factory.mktemp("dist"))


def wheel(built: Path, name: str) -> zipfile.ZipFile:
    [path] = built.glob(f"{NAMES[name]}-*.whl")
    return zipfile.ZipFile(path)


def facts(built: Path, name: str) -> Message:
    folder = f"{NAMES[name]}-{VERSION}.dist-info"
    return email.message_from_bytes(wheel(built, name).read(f"{folder}/METADATA"))


@pytest.mark.parametrize("plugin", [TapWix, TargetWix])
def test_both_plugins_know_their_version(plugin: type[TapWix | TargetWix]) -> None:
    """They share their code, so the SDK cannot derive the distribution from the plugin's name."""
    assert plugin.get_plugin_version() == metadata.version("tap-wix") == VERSION


@pytest.mark.parametrize("plugin", [TapWix, TargetWix])
def test_each_package_has_the_command_of_its_name_and_no_other(
    plugin: type[TapWix | TargetWix],
) -> None:
    commands = metadata.distribution(plugin.name).entry_points.select(group="console_scripts")

    assert [command.name for command in commands] == [plugin.name]
    assert commands[plugin.name].value == f"{NAMES[plugin.name]}.__main__:main"
    assert callable(commands[plugin.name].load())


def test_the_wheel_of_the_tap_has_the_code_of_both_typed_and_without_tests(built: Path) -> None:
    names = wheel(built, "tap-wix").namelist()
    own = f"tap_wix-{VERSION}.dist-info"

    assert {name.split("/")[0] for name in names} == {"tap_wix", "target_wix", own}
    assert {"tap_wix/py.typed", "target_wix/py.typed"} <= set(names)
    assert f"{own}/licenses/LICENSE" in names
    for package in NAMES.values():
        files = (ROOT / package).rglob("*")
        shipped = {
            str(file.relative_to(ROOT))
            for file in files
            if file.suffix in {".py", ".json", ".html"}
        }
        assert shipped <= set(names)


def test_the_wheel_of_the_target_is_a_command_and_its_licence(built: Path) -> None:
    own = f"target_wix-{VERSION}.dist-info"
    names = wheel(built, "target-wix").namelist()

    assert {name.split("/")[0] for name in names} == {own}
    assert f"{own}/licenses/LICENSE" in names
    assert facts(built, "target-wix").get_all("Requires-Dist") == [f"tap-wix=={VERSION}"]


@pytest.mark.parametrize("name", NAMES)
def test_both_say_where_they_come_from_and_what_they_run_on(built: Path, name: str) -> None:
    said = facts(built, name)
    classifiers = said.get_all("Classifier") or []

    assert said["Name"] == name
    assert said["Version"] == VERSION
    assert said["License-Expression"] == "Apache-2.0"
    urls = [line.split(", ", 1)[0] for line in said.get_all("Project-URL") or []]
    assert {"Repository", "Documentation", "Changelog", "Issues"} <= set(urls)
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in range(11, 15)} <= set(
        classifiers
    )
    assert said.get_payload()


def test_the_source_has_what_tests_and_documents_stand_on(built: Path) -> None:
    with tarfile.open(built / f"tap_wix-{VERSION}.tar.gz") as source:
        names = {name.partition("/")[2] for name in source.getnames()}

    wanted = ("tests/conftest.py", "docs/settings.md", "hub/extractors/tap-wix.yml", "Makefile")
    assert set(wanted) <= names
    assert "packaging/target-wix/pyproject.toml" in names


def test_the_index_will_take_both(built: Path) -> None:
    said = tools.run("uvx twine check --strict *.whl *.tar.gz", built, tools.environment(built))

    assert said.count("PASSED") == 2 * len(NAMES)


def test_either_command_runs_and_removing_the_target_leaves_the_tap(
    built: Path, tmp_path: Path
) -> None:
    env = tools.environment(tmp_path, UV_FIND_LINKS=str(built))
    bin_ = tmp_path / "venv" / "bin"
    tools.run(
        "uv venv --quiet venv && uv pip install --quiet --python venv target-wix", tmp_path, env
    )
    for name, module in NAMES.items():
        version = f"{name} v{VERSION},"
        assert tools.run(f"{bin_ / name} --version", tmp_path, env).startswith(version)
        assert tools.run(f"{bin_}/python -m {module} --version", tmp_path, env).startswith(version)

    tools.run("uv pip uninstall --quiet --python venv target-wix", tmp_path, env)

    assert not (bin_ / "target-wix").exists()
    assert '"properties"' in tools.run(f"{bin_ / 'tap-wix'} --about --format=json", tmp_path, env)


def test_the_version_is_in_the_changelog_or_unreleased() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)

    assert headings[0] in {"Unreleased", VERSION}


def test_the_package_backoff_is_nowhere() -> None:
    """It and python-backoff install one module: the last one wins, and the SDK wants the latter."""
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("backoff")
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        assert not re.search(r"^backoff\b", file.read_text(encoding="utf-8"), re.MULTILINE), file
