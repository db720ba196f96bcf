"""Parents that come after their children, in a later batch of the run."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from target_wix.runtime import message_loop, pending
from tests.target.contacts.harness import QuickTarget

if TYPE_CHECKING:
    from tests.target.collections.harness import CollectionShop

Json = dict[str, Any]
SCHEMA = {
    "type": "SCHEMA",
    "stream": "collections",
    "schema": {"type": "object", "properties": {"id": {}}},
    "key_properties": [],
}


def state(number: int) -> Json:
    return {"type": "STATE", "value": {"bookmarks": {"at": number}}}


def record(**row: Any) -> Json:
    return {"type": "RECORD", "stream": "collections", "record": row}


def send(shop: CollectionShop, *messages: Json, **settings: Any) -> tuple[QuickTarget, int]:
    target = QuickTarget(config={**shop.site.settings(shop.wix.url), **settings})
    text = "".join(json.dumps(one) + "\n" for one in (SCHEMA, *messages))
    return target, target.run(io.StringIO(text))


def states(capsys: pytest.CaptureFixture[str]) -> list[int]:
    lines = capsys.readouterr().out.splitlines()
    return [json.loads(line)["bookmarks"]["at"] for line in lines]


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each STATE has everything written that came before it."""
    monkeypatch.setattr(message_loop, "_STATE_EVERY_SECONDS", 0.0)


@pytest.mark.usefixtures("_impatient")
def test_a_child_waits_for_a_parent_of_a_later_batch(shop: CollectionShop) -> None:
    send(
        shop,
        record(name="Mugs", parent="Kitchen"),
        record(name="Red mugs", parent="Mugs"),
        state(1),
        record(name="Garden"),
        state(2),
        record(name="Kitchen", parent="Home"),
        state(3),
        record(name="Home"),
    )
    assert shop.tree == [
        "Garden", "Home", "Home/Kitchen", "Home/Kitchen/Mugs", "Home/Kitchen/Mugs/Red mugs",
    ]  # fmt: skip
    run = shop.run(
        {"name": "Mugs", "parent": "Kitchen"},
        {"name": "Red mugs", "parent": "Mugs"},
        {"name": "Kitchen", "parent": "Home"},
    )
    assert (run.counts, run.writes) == ({"unchanged": 3}, [])


@pytest.mark.usefixtures("_impatient")
def test_the_state_stays_before_what_waits(
    shop: CollectionShop, capsys: pytest.CaptureFixture[str]
) -> None:
    _, code = send(
        shop,
        record(name="Garden"),
        state(1),
        record(name="Mugs", parent="Kitchen"),
        state(2),
        record(name="Balcony"),
        state(3),
    )
    assert code == 1
    assert states(capsys) == [1]
    assert shop.tree == ["Balcony", "Garden"]


@pytest.mark.usefixtures("_impatient")
def test_a_parent_that_never_comes_is_named_at_the_end(
    shop: CollectionShop, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    target, _ = send(
        shop,
        record(name="Mugs", parent="Kitchen"),
        state(1),
        record(name="Garden"),
        state(2),
        rejected_dir=str(tmp_path),
    )
    assert (
        target.outcomes.tally("collections")
        .line()
        .startswith(
            "1 created, 0 updated, 0 unchanged, 0 ignored, 1 rejected (UNKNOWN_PARENT 1: Mugs)"
        )
    )
    assert states(capsys) == [2]
    (file,) = tmp_path.iterdir()
    assert [json.loads(line)["type"] for line in file.read_text().splitlines()] == [
        "SCHEMA",
        "RECORD",
    ]


@pytest.mark.usefixtures("_impatient")
def test_of_too_many_that_wait_the_first_are_refused_and_told_what_to_do(
    shop: CollectionShop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pending, "MOST_DEFERRED", 2)
    children = [record(name=name, parent="Kitchen") for name in ("A", "B", "C", "D")]
    with caplog.at_level(logging.WARNING):
        target, code = send(shop, *children, state(1), record(name="Kitchen"))
    assert code == 1
    assert dict(target.outcomes.tally("collections").codes) == {"UNKNOWN_PARENT": 2}
    assert "send that before them" in caplog.text
    assert shop.tree == ["Kitchen", "Kitchen/C", "Kitchen/D"]
    run = shop.run(*(one["record"] for one in children))
    assert run.counts == {"created": 2, "unchanged": 2}


@pytest.mark.usefixtures("_impatient")
def test_parents_that_lead_back_over_batches_are_refused(shop: CollectionShop) -> None:
    target, _ = send(
        shop,
        record(name="A", parent="B"),
        state(1),
        record(name="B", parent="A"),
        state(2),
        record(name="C"),
    )
    assert dict(target.outcomes.tally("collections").codes) == {"TREE_CYCLE_DETECTED": 2}
    assert shop.tree == ["C"]


@pytest.mark.usefixtures("_impatient")
def test_rows_of_one_collection_keep_their_order_while_one_waits(shop: CollectionShop) -> None:
    shop.add("Mugs")
    send(
        shop,
        record(name="Mugs", parent="Kitchen", description="old"),
        state(1),
        record(slug="mugs", description="new"),
        record(name="Kitchen"),
    )
    assert shop.held["mugs"]["description"] == "new"
    assert "Kitchen/Mugs" in shop.tree


@pytest.mark.usefixtures("_impatient")
def test_what_still_waits_when_the_run_is_stopped_is_left_to_the_next_one(
    shop: CollectionShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A line that is no JSON ends the run."""
    broken: Json = {"type": "RECORD", "stream": "nonsense", "record": {}}
    with caplog.at_level(logging.WARNING):
        target, code = send(
            shop,
            record(name="Garden"),
            state(1),
            record(name="Mugs", parent="Kitchen"),
            state(2),
            broken,
        )
    assert code == 1
    assert states(capsys) == [1]
    assert not target.outcomes.rejected
    assert "1 records still wait for what comes after them" in caplog.text
