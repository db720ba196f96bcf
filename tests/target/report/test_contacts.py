"""What the report says of contacts, through the whole target."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import faults
from tests.target.contacts.harness import PATH, SCHEMA, QuickTarget, Shop, as_line, emails
from tests.target.report.reading import Report, report_in

if TYPE_CHECKING:
    from pathlib import Path


def run(people: Shop, folder: Path, *records: dict[str, Any], **settings: Any) -> Report:
    config = {**people.site.settings(people._url), **settings, "report_dir": str(folder)}
    lines = [SCHEMA, *map(as_line, records)]
    QuickTarget(config=config).run(io.StringIO("".join(f"{line}\n" for line in lines)))
    return report_in(folder)


def changes(report: Report) -> dict[str, tuple[Any, Any]]:
    return {
        one["field"]: (one["before"], one["after"])
        for line in report.records
        for one in line["changes"]
    }


@pytest.mark.parametrize("dry_run", [True, False])
def test_each_value_before_and_after(people: Shop, tmp_path: Path, *, dry_run: bool) -> None:
    there = people.add("ann@example.org", name={"first": "Ann", "last": "Lee"}, company="Old")
    row = {
        "id": there,
        "email": "ann.lee@example.org",
        "phone": "+47 41 23 45 67",
        "last_name": "Berg",
        "company": "New",
        "labels": "vip;news",
        "custom.crm": "C-1",
        "birthdate": "1990-12-31",
        "address_line": "Storgata 1",
        "city": "Oslo",
        "country": "NO",
    }
    report = run(people, tmp_path, row, dry_run=dry_run, create_custom_fields=True)

    found = changes(report)
    (field,) = (name for name in found if name.startswith("custom field (crm"))
    assert found.pop(field) == (None, "C-1")
    before, labels = found.pop("label")
    assert (before, len(labels)) == (None, 2)
    assert found == {
        "last name": ("Lee", "Berg"),
        "e-mail": ("ann@example.org (main)", "ann.lee@example.org (main)"),
        "phone": (None, "+47 41 23 45 67"),
        "address": (None, "Storgata 1, Oslo, NO"),
        "company": ("Old", "New"),
        "birthday": (None, "1990-12-31"),
    }
    (line,) = report.records
    assert (line["outcome"], line["name"], line["id"]) == ("updated", "Ann Berg", there)
    assert "1 contact would change" in report.verdict or not dry_run


def test_a_new_contact_shows_what_it_is(people: Shop, tmp_path: Path) -> None:
    report = run(
        people, tmp_path, {"email": "ann@example.org", "first_name": "Ann", "labels": "vip"}
    )

    assert changes(report) == {
        "first name": (None, "Ann"),
        "e-mail": (None, "ann@example.org"),
        "label": (None, ["vip"]),
    }
    (line,) = report.records
    assert (line["outcome"], line["name"]) == ("created", "Ann")
    assert line["id"] == people.book.store.all()[0]["id"]


@pytest.mark.parametrize("rows_between", [0, 600])
def test_a_dry_run_counts_the_rows_of_a_new_contact_as_one(
    people: Shop, tmp_path: Path, rows_between: int
) -> None:
    others = [{"email": f"o{at}@example.org"} for at in range(rows_between)]
    rows = [{"email": "a@example.org", "first_name": name} for name in ("Ann", "Anna")]
    report = run(people, tmp_path, rows[0], *others, rows[1], dry_run=True)

    made = "1 contact" if not rows_between else f"{rows_between + 1} contacts"
    assert f"{made} would be created." in report.verdict
    assert "would change" not in report.verdict


def test_contacts_made_in_bulk_read_alike(people: Shop, tmp_path: Path) -> None:
    rows = [{"email": f"{name}@example.org", "first_name": name, "labels": "vip"} for name in "ab"]
    report = run(people, tmp_path, *rows, bulk_contacts=True)

    assert [(line["outcome"], line["name"]) for line in report.records] == [
        ("created", "a"),
        ("created", "b"),
    ]
    assert "2 contacts were created." in report.verdict
    assert changes(report)["e-mail"] == (None, "b@example.org")
    assert changes(report)["label"] == (None, ["vip"])


def test_each_of_several_records_shows_what_it_changed_itself(people: Shop, tmp_path: Path) -> None:
    people.add("ann@example.org", company="A")
    rows = [{"email": "ann@example.org", "company": name} for name in "BC"]
    report = run(people, tmp_path, *rows)

    found = [(one["before"], one["after"]) for line in report.records for one in line["changes"]]
    assert found == [("A", "B"), ("B", "C")]
    assert "1 contact was changed: 2 companies." in report.verdict


def test_the_login_of_a_member_that_stays_is_no_change(people: Shop, tmp_path: Path) -> None:
    member = people.add("ann@example.org", company="A")
    people.book.make_member(member)
    row = {"id": member, "email": "new@example.org", "company": "B"}
    report = run(people, tmp_path, row)

    assert changes(report) == {"company": ("A", "B")}
    assert any(line.get("reason") == "login e-mails of members" for line in report.lines)


def test_what_was_in_after_a_lost_answer_is_in_the_report(people: Shop, tmp_path: Path) -> None:
    people.site.faults.add(faults.lost_answer(f"^{PATH}$", method="POST"))
    report = run(people, tmp_path, {"email": "ann@example.org", "company": "A"})

    (line,) = report.records
    assert (line["outcome"], line["name"]) == ("created", "ann@example.org")
    assert changes(report) == {"company": (None, "A"), "e-mail": (None, "ann@example.org")}


def test_a_refused_contact_can_be_found(people: Shop, tmp_path: Path) -> None:
    rows = [
        {"first_name": "Ann", "last_name": "Lee"},
        {"email": "x@example.org", "first_name": "a" * 1001},
    ]
    report = run(people, tmp_path, *rows)

    first, second = report.records
    assert (first["code"], first["name"], first["line"]) == ("NO_KEY", "Ann Lee", 2)
    assert second["name"].startswith("aaaa")
    assert second["outcome"] == "rejected"


def test_a_deleted_contact_has_its_name(people: Shop, tmp_path: Path) -> None:
    there = people.add(**emails("ann@example.org", name={"first": "Ann"}))
    record = {"id": there, "_sdc_deleted_at": "2026-01-31T08:00:00Z"}
    report = run(people, tmp_path, record, delete_mode="delete")

    (line,) = report.records
    assert (line["outcome"], line["name"], line["id"]) == ("deleted", "Ann", there)
