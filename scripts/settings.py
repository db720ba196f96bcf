"""Renew what is made of the code and of pyproject.toml, so that each fact is written once.

    python -m scripts.settings           # write the files
    python -m scripts.settings --check   # say whether they are in step, change nothing

In README.md and meltano.yml the text between `settings:<plugin>` and `/settings:<plugin>` belongs
to this program, and in README.md that between `streams` and `/streams`. The other files are its
own: the settings and licences in docs/, the definitions in hub/, and packaging/target-wix.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

from scripts import distribution, licences, meltano, tables
from scripts.plugins import PLUGINS, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

README = "README.md"
MELTANO = "meltano.yml"


class MissingMarkersError(Exception):
    """A file has no place for the settings of a plugin."""


def renewed(file: str, text: str) -> str:
    """Return the text of a file as the code has it now.

    Args:
        file: its path within the repository.
        text: what is in it; of README.md and meltano.yml most stays as it is.

    Raises:
        MissingMarkersError: the file has no place for what belongs into it.
    """
    if file in OWN_FILES:
        return OWN_FILES[file]()
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
    if file == MELTANO:
        return {f"settings:{plugin.name}": meltano.project_entry(plugin) for plugin in PLUGINS}
    parts = {f"settings:{plugin.name}": tables.own_table(plugin) for plugin in PLUGINS}
    parts["settings:both"] = tables.shared_table()
    parts["streams"] = tables.streams_table()
    return {name: f"\n{table}\n" for name, table in parts.items()}


OWN_FILES: dict[str, Callable[[], str]] = {
    "docs/settings.md": tables.settings_page,
    licences.FILE: licences.page,
    distribution.FILE: distribution.target_wix,
    distribution.LICENCE: distribution.licence,
    **{
        meltano.hub_file(plugin): functools.partial(meltano.hub_definition, plugin)
        for plugin in PLUGINS
    },
}
"""Files that are made whole, and what makes them."""

FILES = (README, MELTANO, *OWN_FILES)


def main(arguments: list[str]) -> int:
    """Renew the files, or check them; the exit code says whether they were in step."""
    check = "--check" in arguments
    behind = []
    for file in FILES:
        path = ROOT / file
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = renewed(file, old)
        if new != old:
            behind.append(file)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(new, encoding="utf-8")
    for file in behind:
        print(f"{file} {'is behind the code: run make format' if check else 'was renewed'}.")
    return 1 if check and behind else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
