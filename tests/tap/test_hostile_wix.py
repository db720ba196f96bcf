"""A Wix that keeps to no document: each row comes as it is, or is named; the rest is read."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import config
from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.stores_v1.model import ALL_PRODUCTS
from tests.tap.running import STREAMS, Run, command, read, settings_file
from tests.tap.shops import put_category, put_product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

LISTS = {
    "contacts": "/contacts/query$",
    "products": "/products/query$",
    "collections": "/(categories|collections)/query$",
}
DIGITS = "7" * 5000


def mutated(wix: FakeWix, stream: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the first row of a stream in each answer."""

    def rewrite(body: Any) -> Any:
        name = next(n for n in ("contacts", "products", "categories", "collections") if n in body)
        body = copy.deepcopy(body)
        rows = [row for row in body[name] if row.get("id") != ALL_PRODUCTS]
        if rows:
            change(rows[0])
        return body

    wix.site.faults.add(faults.rewritten(LISTS[stream], rewrite=rewrite, times=None))


@pytest.fixture
def shop(wix: FakeWix) -> FakeWix:
    """Two rows of each kind."""
    fill(wix.site)
    return wix


def fill(site: Site) -> None:
    for name in ("A", "B"):
        put_product(site, name, sizes=2)
        put_category(site, name)
        site.contacts.add(
            {"name": {"first": name}, "emails": {"items": [{"email": f"{name}@x.y"}]}}
        )


def others_are_whole(run: Run, stream: str) -> bool:
    whole = {"contacts": 2, "products": 2, "product_variants": 4, "collections": 3}
    skipped = {stream, "product_variants" if stream == "products" else stream}
    return all(len(run.rows(name)) == whole[name] for name in STREAMS if name not in skipped)


@pytest.mark.parametrize(
    "value", [1719830000000, {"$date": 1}, ["2026"], "yesterday", True, "2026-13-41", DIGITS]
)
@pytest.mark.parametrize("field", ["createdDate", "updatedDate", "lastUpdated"])
@pytest.mark.parametrize("stream", ["contacts", "products"])
def test_a_date_that_is_no_date_fails_its_stream_and_names_the_field(
    shop: FakeWix, stream: str, field: str, value: Any
) -> None:
    is_v1 = shop.site.catalog_version == V1 and stream == "products"
    if field == ("updatedDate" if is_v1 else "lastUpdated"):
        return
    mutated(shop, stream, lambda row: row.update({field: value}))
    run = read(config(shop), hurried=True)
    [message] = run.failures
    assert message.startswith(f"Not read: {stream}")
    assert ("updatedDate" if field == "lastUpdated" else field) in message
    assert len(message) < 500
    assert others_are_whole(run, stream)
    assert run.bookmark(stream) is None


@pytest.mark.parametrize("value", [None, "", 5, {}, [], DIGITS])
@pytest.mark.parametrize("stream", ["contacts", "products", "collections"])
def test_a_row_without_an_id_fails_its_stream_alone(shop: FakeWix, stream: str, value: Any) -> None:
    mutated(shop, stream, lambda row: row.update(id=value))
    run = read(config(shop), hurried=True)
    if value != DIGITS:
        assert [m for m in run.failures if m.startswith(f"Not read: {stream}") and "id" in m]
    assert others_are_whole(run, stream)


@pytest.mark.parametrize("value", [DIGITS, "1.5", "-1", 3.7, None, "x", [], {}, "٣", True])
def test_a_numeric_id_that_is_no_number_fails_products_alone(wix_v1: FakeWix, value: Any) -> None:
    fill(wix_v1.site)
    mutated(wix_v1, "products", lambda row: row.update(numericId=value))
    run = read(config(wix_v1), hurried=True)
    [message] = run.failures
    assert message.startswith("Not read: products")
    assert "numericId" in message
    assert len(message) < 500
    assert others_are_whole(run, "products")


@pytest.mark.parametrize("name", ["../orders", "a/b", "x?y", "..", "a\nb"])
def test_an_id_that_would_lead_elsewhere_never_reaches_an_address(shop: FakeWix, name: str) -> None:
    def change(row: dict[str, Any]) -> None:
        row.update(id=name, revision="77", variants=[])

    mutated(shop, "products", change)
    run = read(config(shop), hurried=True)
    assert not [one for one in shop.requests if "orders" in one.path or name in one.path]
    assert len(run.failures) == 1
    assert "\n" not in run.failures[0]
    assert others_are_whole(run, "products")


@pytest.mark.parametrize("depth", [400, 900, 3000])
@pytest.mark.parametrize("stream", ["contacts", "products"])
def test_deep_nesting_comes_as_it_is_or_fails_its_stream_alone(
    shop: FakeWix, stream: str, depth: int
) -> None:
    deep = '{"a":' * depth + '"end"' + "}" * depth

    def splice(answer: bytes) -> bytes:
        return answer.replace(b'"createdDate"', b'"odd":' + deep.encode() + b',"createdDate"', 1)

    shop.site.faults.add(faults.spliced(LISTS[stream], splice=splice, times=None))
    run = read(config(shop), hurried=True)
    assert run.failures or json.dumps(run.rows(stream)[0]["additionalFields"]).count("{") > depth
    assert others_are_whole(run, stream)


def test_the_command_tells_odd_rows_in_one_line_without_a_traceback(
    shop: FakeWix, tmp_path: Path
) -> None:
    mutated(shop, "contacts", lambda row: row.update(updatedDate={"$date": "secret@example.com"}))
    ended = command("--config", settings_file(tmp_path, config(shop)), cwd=tmp_path)
    assert ended.code == 1
    assert "Traceback" not in ended.log
    assert [line for line in ended.errors if "contacts" in line and "updatedDate" in line]
    assert "secret@example.com" not in ended.log
    assert len(ended.run.rows("contacts")) == 1


# -- anything anywhere ---------------------------------------------------------------------------

ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, "", " ", "x", 0, -1, 1.5, True, [], {}, [None], [[]], [{}], {"a": None}, {"id": 5},
        DIGITS, "../orders", "1e99999999999999999999", "NaN", "2026-02-01T00:00:00Z", "a\u0000b",
        "\u202e", ["x", 5, {"a": []}],
    ]
)  # fmt: skip


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All places within a JSON value, itself included."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [at, *(path for name, part in inner for path in paths(part, (*at, name)))]


def put(body: Any, path: tuple[Any, ...], value: Any) -> None:
    """Put a value at a place, if that is still there."""
    with contextlib.suppress(LookupError, TypeError):
        for name in path[:-1]:
            body = body[name]
        body[path[-1]] = value


@pytest.mark.parametrize("version", [V1, V3])
@settings(
    max_examples=60,
    phases=(Phase.explicit, Phase.generate),  # to shrink would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_value_anywhere_in_an_answer_gives_rows_or_one_clear_message(
    version: str, data: st.DataObject
) -> None:
    site = Site(version)
    fill(site)
    # Drawn here: the answers are made in other threads.
    changes = data.draw(st.lists(st.tuples(st.integers(0, 10**6), ODD), min_size=1, max_size=2))
    chosen: list[tuple[Any, ...]] = []

    def rewrite(body: Any) -> Any:
        if not chosen:
            places = [path for path in paths(body) if path]
            chosen.extend(places[number % len(places)] for number, _ in changes)
        for path, (_, value) in zip(chosen, changes, strict=True):
            put(body, path, copy.deepcopy(value))
        return body

    stream = data.draw(st.sampled_from([*LISTS, "variants"]))
    path = LISTS.get(stream, "/(query-variants|variants/query)$")
    site.faults.add(faults.rewritten(path, rewrite=rewrite, times=None))
    with FakeWix(site) as wix:
        run = read(config(wix), hurried=True)
        orders = [one for one in wix.requests if "orders" in one.path]
    assert not orders
    owner = "products" if stream == "variants" else stream
    assert others_are_whole(run, owner), (chosen, changes, run.failures)
    for message in run.failures:
        assert message.startswith("Not read: "), message
        assert len(message) < 800
        assert "\n" not in message
