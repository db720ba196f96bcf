"""Every citation of a fact about Wix leads to a section of docs/wix-api."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from demo.meltano import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS = ROOT / "docs" / "wix-api"
TYPES = ROOT / "tap_wix" / "schemas" / "types"
CITING = ("tap_wix", "target_wix", "tests", "demo", "scripts", "benchmarks", "docs")
SUFFIXES = {".md", ".py", ".toml", ".yml"}

# A citation may go on in the next line, also in that of a comment.
GAP = r"\s+(?:#\s+)?"
JOIN = rf"(?:,{GAP}|{GAP}and{GAP}|{GAP}to{GAP})"
PLACE = rf"(?:trap{GAP})?\d+(?:\.\d+)?(?![\w%]|\.\d)"
PLACES = rf"{PLACE}(?:{JOIN}{PLACE})*"
NAME = r"(?:platform|contacts|orders|stores-v1|stores-v3)(?:\.md)?"
# Any word after `wix-api` is meant as a file. The names of the catalogs, and of files with their
# suffix, are citations by themselves; the others are everyday words.
PREFIXED = r"wix-api[ /](?P<any>[\w-]+(?:\.md)?)"
START = rf"{PREFIXED}|(?<![\w/-])(?:(?P<bare>stores-v[13](?:\.md)?|{NAME}(?<=\.md))|(?P<short>v[13])(?={GAP}\d\.\d))"
CITATION = re.compile(
    rf"(?:{START})(?:,?{GAP}(?:section{GAP})?(?P<places>{PLACES}))?"
    rf"(?P<more>(?:{JOIN}{NAME}{GAP}{PLACES})*)"
)
TYPE_FILE = re.compile(r"(?<![\w/-])types/([\w*]+\.json)")


@dataclass(frozen=True)
class Citation:
    """What a piece of text refers to."""

    file: str
    places: tuple[str, ...]
    line: int


def citations(text: str) -> Iterator[Citation]:
    for match in CITATION.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        name = match["any"] or match["bare"] or match["short"]
        if name in {"types", "README.md"} or not (match["places"] or match["any"]):
            continue
        yield Citation(name.removesuffix(".md"), places(match["places"] or ""), line)
        for more in re.finditer(rf"({NAME}){GAP}({PLACES})", match["more"]):
            yield Citation(more[1].removesuffix(".md"), places(more[2]), line)


def places(text: str) -> tuple[str, ...]:
    return tuple(re.sub(r"\s+(?:#\s+)?", " ", place) for place in re.findall(PLACE, text))


@cache
def sections(name: str) -> frozenset[str]:
    """The numbers of headings, and those of traps: `10.8` and `trap 8`."""
    numbers: set[str] = set()
    section, traps = "", False
    for line in (FACTS / f"{name}.md").read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#+ (\d+(?:\.\d+)?)\.? (.*)", line):
            section, traps = heading[1], heading[2] == "Traps"
            numbers.add(section)
        elif traps and (item := re.match(r"(\d+)\. ", line)):
            numbers |= {f"{section}.{item[1]}", f"trap {item[1]}"}
    return frozenset(numbers)


def unresolved(citation: Citation) -> list[str]:
    if not (FACTS / f"{citation.file}.md").is_file():
        return [f"there is no docs/wix-api/{citation.file}.md"]
    if not citation.places:
        return [f"which section of {citation.file} is meant"]
    known = sections(citation.file)
    return [f"{citation.file} has no {place}" for place in citation.places if place not in known]


def citing_files() -> list[Path]:
    found = [ROOT / "README.md"]
    for folder in CITING:
        found += [p for p in sorted((ROOT / folder).rglob("*")) if p.suffix in SUFFIXES]
    return [path for path in found if path.name != Path(__file__).name]


@pytest.mark.parametrize(
    ("text", "files_and_places"),
    [
        ("(wix-api stores-v3 3.5)", [("stores-v3", ("3.5",))]),
        ("(stores-v3 3.4 to 3.6).", [("stores-v3", ("3.4", "3.6"))]),
        ("docs/wix-api/orders.md 2.1", [("orders", ("2.1",))]),
        ("(wix-api stores-v1\n    # 2.9.", [("stores-v1", ("2.9",))]),
        ("(wix-api stores-v1 7, trap 8)", [("stores-v1", ("7", "trap 8"))]),
        ("wix-api stores-v3 3.6, platform 5", [("stores-v3", ("3.6",)), ("platform", ("5",))]),
        ("wix-api platform 2, 5 and contacts 1", [("platform", ("2", "5")), ("contacts", ("1",))]),
        ("(wix-api stores-v1 2.9, v3 3.8)", [("stores-v1", ("2.9",)), ("v3", ("3.8",))]),
        ("stores-v3.md, section 2", [("stores-v3", ("2",))]),
        ("wix-api nothing 1", [("nothing", ("1",))]),
        ("wix-api contacts, in short", [("contacts", ())]),
        ("all contacts 3 times, 200 orders", []),
    ],
)
def test_citations_are_found(
    text: str, files_and_places: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(c.file, c.places) for c in citations(text)] == files_and_places


@pytest.mark.parametrize(
    "text",
    [
        "wix-api stores-v3 3.99",
        "wix-api stores-v3 10.99",
        "wix-api contacts 7, trap 99",
        "wix-api nothing 1",
        "wix-api contacts",
    ],
)
def test_a_wrong_citation_does_not_resolve(text: str) -> None:
    assert [problem for citation in citations(text) for problem in unresolved(citation)]


def test_every_citation_names_a_section_that_exists() -> None:
    problems = [
        f"{path.relative_to(ROOT)}:{citation.line}: {problem}"
        for path in citing_files()
        for citation in citations(path.read_text(encoding="utf-8"))
        for problem in unresolved(citation)
    ]

    assert not problems, "\n".join(problems)


def test_sections_of_a_file_refer_to_each_other() -> None:
    wrong = [
        f"docs/wix-api/{path.name}: section {place}"
        for path in FACTS.glob("[a-z]*.md")
        for place in re.findall(
            r"(?<!\.md, )\bsection (\d+(?:\.\d+)?)", path.read_text(encoding="utf-8")
        )
        if place not in sections(path.stem)
    ]

    assert not wrong, "\n".join(wrong)


def test_every_cited_file_of_types_exists() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in citing_files()
        for name in TYPE_FILE.findall(path.read_text(encoding="utf-8"))
        if not list(TYPES.glob(name))
    ]

    assert not missing, "\n".join(missing)
