"""The licences of what is installed along with tap-wix: of its dependencies, and of theirs."""

from __future__ import annotations

from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILE = "docs/licences.md"
_HEAD = """\
# Licences of the dependencies

tap-wix and target-wix are under [Apache-2.0](../LICENSE). This is what `pip install target-wix` brings along, as each
package says of itself. Written by `make format`; nothing of it is copied into this repository.

| Package | Licence |
| --- | --- |
"""
_OLDEST = {"python_version": "3.11", "python_full_version": "3.11.0"}
_CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
_LONGEST = 40


def page() -> str:
    """Return docs/licences.md."""
    return _HEAD + "".join(f"| {name} | {licence} |\n" for name, licence in licences().items())


def licences() -> dict[str, str]:
    """Return the licence of each package that tap-wix needs, by name.

    A package that only an older Python than the running one needs is left out.
    """
    names: set[str] = set()
    _add_dependencies("tap-wix", frozenset(), names, set())
    found = {}
    for name in sorted(names):
        try:
            found[name] = _licence(metadata.metadata(name))
        except metadata.PackageNotFoundError:
            continue
    return found


def _add_dependencies(
    name: str, extras: frozenset[str], names: set[str], seen: set[tuple[str, frozenset[str]]]
) -> None:
    try:
        requires = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for requirement in map(Requirement, requires):
        marker = requirement.marker
        wanted = marker is None or any(
            marker.evaluate({**_OLDEST, "extra": extra}) for extra in ("", *extras)
        )
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if wanted and key not in seen:
            seen.add(key)
            names.add(key[0])
            _add_dependencies(*key, names, seen)


def _licence(of: metadata.PackageMetadata) -> str:
    """Return what a package says of its licence, by the newest way in which it does."""
    said = of.json  # what is missing is not in it
    if expression := said.get("license_expression"):
        return str(expression)
    text = str(said.get("license", "")).strip()
    if text and len(text) <= _LONGEST and "\n" not in text:
        return text
    classifiers = of.get_all("Classifier") or []
    known = [_CLASSIFIERS[one] for one in classifiers if one in _CLASSIFIERS]
    return " OR ".join(known) or "not said"
