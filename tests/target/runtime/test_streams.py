"""Which streams are written, which are ignored, and which stop the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tap.running import ALL_STREAMS
from tests.target.runtime.harness import errors, printed, record, run, schema, state

if TYPE_CHECKING:
    from tests.target.runtime.harness import MemoryShop

IGNORED = (
    *sorted({*ALL_STREAMS} - {"products", "contacts", "inventory_items"}),
    "order_transactions",
    "fulfillments",
    "refunds",
    "labels",
    "extended_fields",
)


def test_products_and_contacts_are_written(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        schema("products"),
        record("products", id="p"),
        schema("contacts"),
        record("contacts", id="c"),
        state(done=1),
    ]

    assert run(lines) == 0
    assert sorted(memory_shop.ids) == ["c", "p"]
    assert printed(capsys.readouterr().out) == [{"done": 1}]


@pytest.mark.parametrize("stream", IGNORED)
def test_known_streams_are_ignored_with_one_line_and_counted(
    stream: str,
    memory_shop: MemoryShop,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    lines = [schema(stream), *[record(stream, id=n) for n in range(30)], state(done=1)]

    assert run(lines) == 0
    assert memory_shop.records == []
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    assert caplog.text.count(f"Records of {stream} are ignored") == 1
    assert f"{stream}: 0 created, 0 updated, 0 unchanged, 30 ignored" in caplog.text


def test_the_line_about_orders_says_why(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    run([schema("orders")])

    assert "Wix allows no general update of an order" in caplog.text


def test_an_ignored_record_without_its_key_is_nobodys_business(memory_shop: MemoryShop) -> None:
    assert run([schema("orders"), record("orders", number=1)]) == 0


def test_an_unknown_stream_stops_the_run_at_its_first_message_and_keeps_what_came_before(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    lines = [
        schema(),
        record(id=1),
        state(done=1),
        schema("invoices"),
        record(id=2),
        state(done=2),
    ]

    assert run(lines) == 1
    assert memory_shop.ids == [1]
    assert printed(capsys.readouterr().out) == [{"done": 1}]
    (message,) = errors(caplog)
    assert message.startswith('Line 4 of the input: there is no stream "invoices"')
    for name in ("products", "contacts", "orders", "collections", "unknown_streams"):
        assert name in message


def test_unknown_streams_can_be_ignored(
    memory_shop: MemoryShop, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    lines = [schema("invoices"), record("invoices", id=2), state(done=2)]

    assert run(lines, unknown_streams="ignore") == 0
    assert printed(capsys.readouterr().out) == [{"done": 2}]
    assert "invoices: 0 created, 0 updated, 0 unchanged, 1 ignored" in caplog.text


def test_a_stream_map_renames_the_tables_of_a_warehouse(memory_shop: MemoryShop) -> None:
    maps = {"public-products": {"__alias__": "products"}, "__else__": "__NULL__"}
    lines = [
        schema("public-products", price={}),
        schema("public-invoices"),
        record("public-invoices", id=9),
        record("public-products", id=1, price=1.5),
    ]

    assert run(lines, stream_maps=maps) == 0
    assert [(row["id"], str(row["price"])) for row in memory_shop.records] == [(1, "1.5")]


def test_a_stream_map_computes_and_filters(memory_shop: MemoryShop) -> None:
    maps = {"products": {"name": "title.upper()", "__filter__": "bool(stock > 0)"}}
    lines = [
        schema(title={"type": "string"}, stock={"type": "integer"}),
        record(id=1, title="cup", stock=0),
        record(id=2, title="jug", stock=2),
    ]

    assert run(lines, stream_maps=maps) == 0
    assert [(row["id"], row["name"]) for row in memory_shop.records] == [(2, "JUG")]


def test_an_unknown_stream_can_be_mapped_away(memory_shop: MemoryShop) -> None:
    lines = [schema("invoices"), record("invoices", id=1), schema(), record(id=2)]

    assert run(lines, stream_maps={"invoices": "__NULL__"}) == 0
    assert memory_shop.ids == [2]


def test_an_ignored_stream_can_be_filtered_and_is_counted_after_the_filter(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [schema("orders"), record("orders", id=1), record("orders", id=2)]

    assert run(lines, stream_maps={"orders": {"__filter__": "bool(id > 1)"}}) == 0
    assert "orders: 0 created, 0 updated, 0 unchanged, 1 ignored" in caplog.text


def test_a_stream_map_that_does_not_fit_is_one_message(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    assert run([schema(), record(id=1)], stream_maps={"products": {"id": "__NULL__"}}) == 1
    assert len(errors(caplog)) == 1


def test_version_messages_delete_nothing_and_are_mentioned_once(
    memory_shop: MemoryShop, caplog: pytest.LogCaptureFixture
) -> None:
    version = '{"type": "ACTIVATE_VERSION", "stream": "products", "version": 1}'

    assert run([schema(), version, record(id=1), version, version]) == 0
    assert caplog.text.count("ACTIVATE_VERSION") == 1
    assert memory_shop.ids == [1]


def test_of_the_columns_that_loaders_add_only_the_mark_of_deletion_gets_through(
    memory_shop: MemoryShop,
) -> None:
    run(
        [
            schema(),
            record(id=1, _sdc_deleted_at="2026-01-01", _sdc_sequence=5, _sdc_rejected_code="X"),
        ],
        add_record_metadata=True,
    )

    assert memory_shop.records == [{"id": 1, "_sdc_deleted_at": "2026-01-01"}]


def test_records_reach_the_sink_as_they_came(memory_shop: MemoryShop) -> None:
    """No check against the schema, no dates parsed, no number through a float."""
    text = (
        '{"type":"RECORD","stream":"products","record":{"id":null,"price":12.10,'
        '"big":9007199254740993,"at":"","n":"5","o":"{}"}}'
    )
    columns: dict[str, Any] = {"at": {"format": "date-time"}, "n": {"type": "integer"}}
    assert run([schema(**columns), text, record(name="no id at all")]) == 0

    first, second = memory_shop.records
    assert str(first["price"]) == "12.10"
    assert first["big"] == 9007199254740993
    assert (first["id"], first["at"], first["n"], first["o"]) == (None, "", "5", "{}")
    assert second == {"name": "no id at all"}


def test_a_schema_that_changes_writes_first_what_came_under_the_old_one(
    memory_shop: MemoryShop,
) -> None:
    old = [record(id=1, price=n) for n in range(3)]
    new = [record(id=1, price=n) for n in range(3, 1003)]

    assert run([schema(price={}), *old, schema(price={}, name={}), *new]) == 0
    assert [row["price"] for row in memory_shop.records] == list(range(1003))
    assert len(memory_shop.batches[0]) == 3


def test_batches_have_at_most_500_records_in_their_order(memory_shop: MemoryShop) -> None:
    assert run([schema(), *[record(id=n) for n in range(1200)]]) == 0
    assert [len(batch) for batch in memory_shop.batches] == [500, 500, 200]
    assert memory_shop.ids == list(range(1200))
