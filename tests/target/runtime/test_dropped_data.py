"""What records lose that are written all the same: said at once, counted in the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.target.runtime.harness import record, run, schema, state

if TYPE_CHECKING:
    from tests.target.contacts.harness import Shop
    from tests.target.runtime.harness import MemoryShop


@pytest.mark.parametrize("dry_run", [False, True])
def test_the_summary_counts_what_was_left_out_by_reason(
    dry_run: bool,  # noqa: FBT001
    memory_shop: MemoryShop,
    caplog: pytest.LogCaptureFixture,
) -> None:
    lose = ["unknown collections", "quantity of uncounted variants"]
    lines = [
        schema(),
        record(id=1, lose=[lose[1]] * 2),
        record(id=2, lose=lose),
        schema(name={}),  # another sink goes on counting
        record(id=3, lose=[]),
        record(id=4, lose=lose[1:]),
    ]

    assert run([*lines, state(done=1)], dry_run=dry_run) == 0
    (summary,) = [line for line in caplog.text.splitlines() if "products: 4 created" in line]
    assert summary.endswith("s; left out: quantity of uncounted variants 4, unknown collections 1.")


def test_the_first_of_a_reason_is_said_at_once_with_its_record(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    run([schema(), *[record(id=f"x{n}", lose=["unknown collections"]) for n in range(3)]])

    said = [line for line in caplog.text.splitlines() if "Left out: " in line]
    assert len(said) == 1
    assert "unknown collections, first in x0;" in said[0]


def test_a_run_that_loses_nothing_says_nothing_of_it(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    run([schema(), record(id=1)])

    assert "left out" not in caplog.text.lower()


def _said_of_columns(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if "columns ignored" in one.getMessage()]


def test_unknown_columns_are_one_warning_a_stream_and_later_ones_one_more(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [schema(), *[record(id=n, ignore=["a", "b", f"c{n % 3}"]) for n in range(500)]]
    lines += [
        schema(name={}),
        *[record(id=n, ignore=["a", "d", f"e{n // 500}"]) for n in range(1500)],
    ]

    assert run(lines) == 0
    assert _said_of_columns(caplog) == [
        "products: Unknown columns ignored: a, b, c0, c1, c2.",
        "products: Further unknown columns ignored: d, e0, e1, e2.",
    ]


def test_names_of_columns_that_show_as_nothing_or_forge_a_line_are_escaped(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    run([schema(), record(id=1, ignore=["\ufeffsku", "a, b", "x\ny", "me@here.example"])])

    assert _said_of_columns(caplog) == [
        'products: Unknown columns ignored: "\\ufeffsku", "a, b", "x\\ny", "<e-mail>".'
    ]


def test_thousands_of_columns_are_no_line_without_end(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    run([schema(), *[record(id=n, ignore=[f"c{n}"]) for n in range(300)]])

    (said,) = _said_of_columns(caplog)
    assert said.endswith("c49 and 250 more.")


def test_a_contact_that_loses_two_labels_counts_as_two_labels(
    people: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    row = {"email": "a@b.example", "labels": ["gold", "blue"]}

    run_ = people.run(row, create_labels=False)

    assert run_.counts == {"created": 1}
    summary = next(line for line in caplog.text.splitlines() if "contacts: 1 created" in line)
    assert summary.endswith("; left out: unknown labels 2.")
    for label in ("gold", "blue"):
        assert caplog.text.count(f"unknown labels ('{label}')") == 1
