"""The schemas: complete, stable, and fit for what the SDK and targets do with them."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.helpers._flattening import flatten_schema

from tap_wix.tap import TapWix
from tests.tap.running import ALL_STREAMS, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syrupy.assertion import SnapshotAssertion

FIELDS = ROOT / "tests" / "data" / "wix_fields"
TYPES = {
    "string": {"string"},
    "boolean": {"boolean"},
    "number": {"number", "integer"},
    "date-time": {"string"},
    "object": {"object"},
    "map": {"object"},
}


def schemas() -> dict[str, dict[str, Any]]:
    tap = TapWix(config={}, validate_config=False)
    return {name: stream.schema for name, stream in tap.streams.items()}


def at(schema: dict[str, Any], path: str) -> dict[str, Any]:
    """The schema of a path as Wix's types name it, `options[].name`."""
    node = schema
    for part in path.split("."):
        node = node["properties"][part.removesuffix("[]")]
        if part.endswith("[]"):
            node = node["items"]
    return node


def wix_fields(entity: str) -> list[tuple[str, str]]:
    return list(json.loads((FIELDS / f"{entity}.json").read_text())["fields"].items())


def walk(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in schema.get("properties", {}).items():
        yield f"{path}{name}", inner
        yield from walk(inner, f"{path}{name}.")
        yield from walk(inner.get("items", {}), f"{path}{name}[].")


@pytest.mark.parametrize("stream", ALL_STREAMS)
def test_the_schema_of_a_stream_changes_only_on_purpose(
    stream: str, snapshot: SnapshotAssertion
) -> None:
    lines = []
    for path, field in walk(schemas()[stream]):
        kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
        lines.append(f"{path}: {' '.join(kinds)} {field.get('format', '')}".rstrip())
    assert "\n".join(sorted(lines)) == snapshot


@pytest.mark.parametrize("stream", ["collections", "contacts", "products"])
def test_every_field_that_wix_publishes_is_in_the_schema_with_its_type(stream: str) -> None:
    schema = schemas()[stream]
    for path, kind in wix_fields(stream):
        found = at(schema, path)
        kinds = {found["type"]} if isinstance(found["type"], str) else set(found["type"])
        assert kinds & TYPES[kind], path
        assert (found.get("format") == "date-time") == (kind == "date-time"), path


def test_a_variant_as_a_row_has_every_field_of_a_variant_within_its_product() -> None:
    schema = schemas()["product_variants"]
    for path, kind in wix_fields("products"):
        if path.startswith("variantsInfo.variants[]."):
            found = at(schema, path.removeprefix("variantsInfo.variants[]."))
            assert set(found["type"]) & TYPES[kind] or found["type"] in TYPES[kind], path


@pytest.mark.parametrize("stream", ALL_STREAMS)
def test_keys_come_first_and_only_they_are_never_null(stream: str) -> None:
    tap = TapWix(config={}, validate_config=False)
    keys = list(tap.streams[stream].primary_keys)
    schema = schemas()[stream]
    assert list(schema["properties"])[: len(keys)] == keys
    assert schema["required"] == keys
    for path, field in walk(schema):
        nullable = "null" in field["type"]
        assert nullable != (path in keys), path


@pytest.mark.parametrize("stream", ALL_STREAMS)
def test_nested_objects_let_through_what_wix_adds_tomorrow(stream: str) -> None:
    for path, field in walk(schemas()[stream]):
        for node in (field, field.get("items", {})):
            if "object" in node.get("type", ()):
                assert node["additionalProperties"] is True, path
                assert node.get("properties") != {}, path


@pytest.mark.parametrize("stream", ALL_STREAMS)
@pytest.mark.parametrize("depth", range(9))
def test_flattened_columns_are_unique_within_the_63_characters_of_postgres(
    stream: str, depth: int
) -> None:
    flat = flatten_schema(copy.deepcopy(schemas()[stream]), depth, max_key_length=63)
    names = [name.lower() for name in flat["properties"]]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 63


def test_columns_are_the_same_whatever_the_catalog_of_the_site() -> None:
    products = schemas()["products"]["properties"]
    assert {"v1", "additionalFields", "siteId", "catalogVersion"} <= products.keys()
