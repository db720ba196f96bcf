"""What is installed is what was meant: two commands, and no package that breaks the SDK."""

from __future__ import annotations

import gc
import re
import sys
from importlib import metadata

import pytest

from demo.meltano import ROOT
from tap_wix.tap import TapWix
from target_wix.target import TargetWix


@pytest.mark.parametrize("plugin", [TapWix, TargetWix])
def test_both_plugins_know_their_version(plugin: type[TapWix | TargetWix]) -> None:
    """They share a distribution, so the SDK cannot derive its name from theirs."""
    assert plugin.get_plugin_version() == metadata.version("tap-wix")


@pytest.mark.parametrize("plugin", [TapWix, TargetWix])
def test_each_plugin_has_its_command(
    plugin: type[TapWix | TargetWix],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    commands = metadata.distribution("tap-wix").entry_points.select(group="console_scripts")
    # What a process of its own does with Python's garbage collector is not for this one.
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(gc, "set_threshold", lambda *_: None)
    monkeypatch.setattr(sys, "argv", [plugin.name, "--version"])
    with pytest.raises(SystemExit) as ended:
        commands[plugin.name].load()()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"{plugin.name} v")


def test_the_version_is_in_the_changelog_or_unreleased() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)

    assert headings[0] in {"Unreleased", metadata.version("tap-wix")}


def test_the_package_backoff_is_nowhere() -> None:
    """It and python-backoff install one module: the last one wins, and the SDK wants the latter."""
    with pytest.raises(metadata.PackageNotFoundError):
        metadata.version("backoff")
    for file in sorted((ROOT / "requirements").glob("*.txt")):
        assert not re.search(r"^backoff\b", file.read_text(encoding="utf-8"), re.MULTILINE), file
