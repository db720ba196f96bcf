"""The page of a run, as its owner reads it."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.target.report.reading import Element, Report, parse, report_in
from tests.target.runtime.harness import record, run, schema

if TYPE_CHECKING:
    from pathlib import Path

    from tests.target.runtime.harness import MemoryShop

TOWEL = record(
    id="t1", name="Linen towel", outcome="updated", changes=[["price", "34.00", "34.50"]]
)
CUP = record(
    id="c1",
    name="Cup",
    outcome="updated",
    changes=[["price", "9.00", "10.00", "CUP-S"], ["name", "Cup", "Big cup"]],
)
VASE = record(
    id="v1", name="Vase", changes=[["price", None, "20.00"], ["collection", None, ["New", "Clay"]]]
)


def test_the_verdict_of_a_dry_run_says_what_would_change(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    same = record(id="s1", outcome="unchanged")
    gone = record(id="g1", name="Old mug", outcome="deleted")
    run([schema(), TOWEL, CUP, VASE, same, same, gone], dry_run=True, report_dir=str(tmp_path))

    assert report_in(tmp_path).verdict == (
        "This was a dry run: nothing was written."
        " The run came to its end, with success (exit code 0)."
        " 2 products would change: 2 prices, 1 name. 1 product would be created."
        " 1 product would be deleted. 2 records were the same as in the shop."
    )


def test_the_verdict_of_a_real_run_says_what_was_done(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    run([schema(), TOWEL, VASE, record(id="x", refuse="NO")], report_dir=str(tmp_path))

    assert report_in(tmp_path).verdict == (
        "1 record was refused; everything else was written."
        " The run came to its end, with refused records (exit code 1)."
        " 1 product was changed: 1 price. 1 product was created. 1 record was refused."
    )


def test_a_run_that_changes_nothing_says_so(memory_shop: MemoryShop, tmp_path: Path) -> None:
    run([schema(), record(id="s1", outcome="unchanged")], report_dir=str(tmp_path))

    assert report_in(tmp_path).verdict.startswith("Nothing had to be changed: the shop has it all")


def test_several_rows_of_one_product_count_as_one(memory_shop: MemoryShop, tmp_path: Path) -> None:
    rows = [
        record(id="t1", name="Towel", outcome="updated", changes=[["price", "1", "2", size]])
        for size in "SML"
    ]
    run([schema(), *rows], report_dir=str(tmp_path))

    assert "1 product was changed: 3 prices." in report_in(tmp_path).verdict


def test_each_change_stands_there_before_and_after(memory_shop: MemoryShop, tmp_path: Path) -> None:
    run([schema(), TOWEL, CUP], report_dir=str(tmp_path))

    report = report_in(tmp_path)
    assert report.rows("Prices: 2") == [
        "Linen towel t1, line 2 of the input price before: 34.00 → after: 34.50",
        "Cup c1, line 3 of the input price (CUP-S) before: 9.00 → after: 10.00",
    ]
    assert report.rows("Names: 1") == [
        "Cup c1, line 3 of the input name before: Cup → after: Big cup"
    ]


def test_what_is_created_shows_its_values(memory_shop: MemoryShop, tmp_path: Path) -> None:
    run([schema(), VASE], report_dir=str(tmp_path))

    (row,) = report_in(tmp_path).rows("1 product")
    assert row == "Vase v1, line 2 of the input price 20.00 collections New Clay"


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, "x", "before: nothing → after: x"),
        ("x", None, "before: x → after: nothing"),
        (True, False, "before: yes → after: no"),
        (4, 12, "before: 4 → after: 12"),
        (["a"], [], "before: a → after: nothing"),
        (None, None, "differs"),
    ],
)
def test_values_read_as_words(
    memory_shop: MemoryShop, tmp_path: Path, before: object, after: object, shown: str
) -> None:
    changed = record(id="1", outcome="updated", changes=[["value", before, after]])
    run([schema(), changed], report_dir=str(tmp_path))

    assert report_in(tmp_path).rows("Values: 1")[0].endswith(f"value {shown}")


def test_names_of_fields_do_where_nobody_has_values(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    run([schema(), record(id="1", outcome="updated", fields=["seoData"])], report_dir=str(tmp_path))

    assert report_in(tmp_path).rows("SeoData: 1")[0].endswith("seoData differs")


def test_a_refusal_says_which_record_which_field_and_why(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    run([schema(), record(id="m7", name="Mug", refuse="BAD_VALUE")], report_dir=str(tmp_path))

    report = report_in(tmp_path)
    assert report.rows("BAD_VALUE: 1 record") == [
        "Mug m7, line 2 of the input No, said a@b.example. (field name) (request id of Wix: r1)"
    ]


def test_what_was_left_out_is_counted_and_the_first_are_named(
    memory_shop: MemoryShop, tmp_path: Path
) -> None:
    rows = [record(id=f"i{n}", lose=["unknown collections"]) for n in range(30)]
    run([schema(), *rows], report_dir=str(tmp_path))

    report = report_in(tmp_path)
    assert "30 values were left out." in report.verdict
    assert len(report.rows("Unknown collections: 30")) == 20


def test_thousands_of_rows_stay_a_page(memory_shop: MemoryShop, tmp_path: Path) -> None:
    def size(count: int) -> int:
        folder = tmp_path / str(count)
        rows = [
            record(id=f"i{n}", name=f"Towel {n}", outcome="updated", changes=[["price", "1", "2"]])
            for n in range(count)
        ]
        refused = [record(id=f"r{n}", name="x" * 200, refuse="NO") for n in range(count)]
        run([schema(), *rows, *refused], report_dir=str(folder))
        report = report_in(folder)
        assert len(report.rows("Prices")) == 20
        assert f"{count - 20:,} more: see {report.path.stem}.jsonl." in report.group("Prices").text
        assert len(report.records) == 2 * count
        return len(report.html)

    assert size(2000) < size(100) + 100


def test_many_kinds_and_long_values_stay_a_page(memory_shop: MemoryShop, tmp_path: Path) -> None:
    rows = [
        record(
            id=f"i{n}", outcome="updated", changes=[[f"field {n % 300}", "<" * 3000, "&" * 3000]]
        )
        for n in range(900)
    ]
    run([schema(), *rows], report_dir=str(tmp_path))

    report = report_in(tmp_path)
    assert len(report.html) < 6_000_000
    assert report.rows("Other")
    assert len(report.records[0]["changes"][0]["before"]) == 3000


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>\u202egnp\u2066\x00\x1b[31m\u200b\ud800&lt;"


def test_hostile_text_is_text(memory_shop: MemoryShop, tmp_path: Path) -> None:
    changed = record(
        id=f"i{HOSTILE}",
        name=HOSTILE,
        outcome="updated",
        changes=[[HOSTILE, HOSTILE, [HOSTILE, HOSTILE], HOSTILE]],
        lose=[HOSTILE],
    )
    refused = record(id="2", name=HOSTILE, refuse=HOSTILE)
    run([schema(), changed, refused], report_dir=str(tmp_path))

    report = report_in(tmp_path)
    seen = (
        "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"
        "[U+202E]gnp[U+2066]\ufffd[U+001B][31m[U+200B]\ufffd&lt;"
    )
    names = [one.text for one in report.page.all("strong")]
    assert names.count(seen) == 2
    for line in (report.html, report.path.with_suffix(".jsonl").read_text(encoding="utf-8")):
        assert (
            not re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e\u2066-\u2069]", line) or "\\u" in line
        )


def test_no_secret_is_in_either_file(memory_shop: MemoryShop, tmp_path: Path) -> None:
    key = "IST.eyJraWQiOiJQb3pIX2FDMiIsImFsZyI6IlJTMjU2In0.made-up"
    changed = record(
        id="1",
        name=f"a {key}",
        outcome="updated",
        changes=[[key, f"x{key[:40]}", [key]]],
        lose=[key],
    )
    refused = record(id="2", name=f"b {key}", refuse=key)
    run([schema(), changed, refused], report_dir=str(tmp_path), api_key=key)

    report = report_in(tmp_path)
    for text in (report.html, json.dumps(report.lines)):
        assert "eyJraWQi" not in text
        assert "<secret>" in text or "&lt;secret&gt;" in text


def test_the_page_needs_nothing_but_itself(memory_shop: MemoryShop, tmp_path: Path) -> None:
    run([schema(), TOWEL], report_dir=str(tmp_path))

    page = report_in(tmp_path).page
    policy = [
        one.attributes["content"] for one in page.all("meta") if "http-equiv" in one.attributes
    ]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_the_page_is_made_for_everybody(memory_shop: MemoryShop, tmp_path: Path) -> None:
    refused = record(id="x", refuse="NO")
    run(
        [schema(), schema("contacts"), TOWEL, VASE, refused, record("contacts", id=1)],
        report_dir=str(tmp_path),
    )

    page = report_in(tmp_path).page
    assert page.one("html").attributes["lang"] == "en"
    assert page.one("title").children
    levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(low <= high + 1 for high, low in itertools.pairwise(levels))
    table = page.one("table")
    assert table.one("caption").text
    assert all("scope" in one.attributes for one in table.all("th"))
    assert all(one.children[0] != "" and one.all("summary") for one in page.all("details"))
    named = {one.attributes.get("id") for one in page.all("h2")}
    assert {one.attributes.get("aria-labelledby") for one in page.all("section")} - {None} == named
    # What colour alone would tell is said in words, too.
    assert all(one.one("span", cls="said") for one in page.all("del", "ins"))


def test_a_browser_without_scripts_shows_all_of_it(memory_shop: MemoryShop, tmp_path: Path) -> None:
    run(
        [schema(), TOWEL, CUP, VASE, record(id="m", name=HOSTILE, refuse="NO")],
        report_dir=str(tmp_path),
    )
    report = report_in(tmp_path)

    shown = _rendered(report, tmp_path / "profile")

    for text in ("Linen towel", "34.50", "Big cup", "Clay", "No, said a@b.example."):
        assert text in shown.text
    assert _outline(shown) == _outline(report.page)
    assert not shown.all("script", "img")


def _outline(page: Element) -> list[tuple[str, str]]:
    return [(one.tag, one.text) for one in page.one("body").all()]


def _rendered(report: Report, profile: Path) -> Element:
    """The page as a browser has it, its scripts switched off; without a browser as it is parsed."""
    browser = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if browser is None:
        return report.page
    settings = {"profile": {"default_content_setting_values": {"javascript": 2}}}
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps(settings))
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        f"--user-data-dir={profile}",
    ]
    done = subprocess.run(
        [browser, *flags, "--dump-dom", report.path.as_uri()],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return parse(done.stdout)
