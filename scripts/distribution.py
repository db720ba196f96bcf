"""The distribution `target-wix`: a command of its own on the code that `tap-wix` brings."""

from __future__ import annotations

import json
from typing import Any

from scripts.plugins import ROOT, project

FILE = "packaging/target-wix/pyproject.toml"
LICENCE = "packaging/target-wix/LICENSE"
_HEAD = """\
# Written by `make format` from the pyproject.toml of the repository. The code is in the distribution
# tap-wix; this one has the command target-wix and nothing else.
"""


def target_wix() -> str:
    """Return the pyproject.toml of target-wix, with version and metadata of tap-wix."""
    facts = project()
    lines = [
        _HEAD.rstrip(),
        "[build-system]",
        'requires = ["hatchling>=1.27"]',
        'build-backend = "hatchling.build"',
        "",
        "[project]",
        'name = "target-wix"',
        f"version = {json.dumps(facts['version'])}",
        'description = "The command target-wix: products, stock, categories and contacts into Wix, for Singer."',
        'readme = "README.md"',
        f"license = {json.dumps(facts['license'])}",
        'license-files = ["LICENSE"]',
        f"requires-python = {json.dumps(facts['requires-python'])}",
        f"keywords = {_array(facts['keywords'])}",
        f"classifiers = {_array(facts['classifiers'])}",
        f"dependencies = {_array(['tap-wix==' + facts['version']])}",
        "",
        "[project.urls]",
        *(f"{name} = {json.dumps(address)}" for name, address in facts["urls"].items()),
        "",
        "[project.scripts]",
        'target-wix = "target_wix.__main__:main"',
        "",
        "[tool.hatch.build.targets.wheel]",
        "bypass-selection = true",
        "",
        "[tool.hatch.build.targets.sdist]",
        'include = ["/LICENSE", "/README.md"]',
    ]
    return "\n".join(lines) + "\n"


def licence() -> str:
    """Return the licence, which a package cannot take from outside of its folder."""
    return (ROOT / "LICENSE").read_text(encoding="utf-8")


def _array(values: list[Any]) -> str:
    return "[\n" + "".join(f"  {json.dumps(value)},\n" for value in values) + "]"
