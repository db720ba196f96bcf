"""How the columns of a stream are named on their way out.

Inside, a field has the name that Wix gives it. Outside it has the same name, or that name in
snake_case: some loaders fold names to lower case, others keep them, and siteid, "siteId" and
site_id are three names to a query. What is within a column is Wix's in either case.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib import MetadataMapping, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from singer_sdk.singerlib import CatalogEntry
    from singer_sdk.singerlib.catalog import Breadcrumb

    from tap_wix.api.paging import Row

AS_WIX, SNAKE_CASE = "wix", "snake_case"
"""The values of the setting `column_names`."""

_DEPTH_OF_COLUMN = 2
# Between a word and the next one, and between an abbreviation and the next word.
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def snake_case(name: str) -> str:
    """Return a name in snake_case; digits stay with the word before them.

    `updatedDate` is `updated_date`, `e164Phone` is `e164_phone`, `seoURLPath` is `seo_url_path`.
    """
    return _BOUNDARY.sub("_", name).lower()


class Columns:
    """The names of the columns of one stream, as Wix has them and as they go out."""

    def __init__(self, fields: Iterable[str], spelling: str | None) -> None:
        """Name the columns.

        Args:
            fields: Wix's names.
            spelling: value of the setting `column_names`.
        """
        respelled = spelling == SNAKE_CASE
        self._out = {field: snake_case(field) if respelled else field for field in fields}
        self._field = {
            **{snake_case(field): field for field in self._out},
            **{field: field for field in self._out},
        }
        self.renames = any(field != out for field, out in self._out.items())

    def row(self, row: Row) -> Row:
        """Return a row with Wix's names as a row with the names that go out."""
        if not self.renames:
            return row
        names = self._out
        return {names[field]: value for field, value in row.items() if field in names}

    def field(self, name: str) -> str:
        """Return Wix's name of a column, in whichever spelling it comes."""
        return self._field.get(name, name)

    def out(self, name: str) -> str:
        """Return the name under which a column goes out, in whichever spelling it comes."""
        field = self.field(name)
        return self._out.get(field, field)

    def schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return a JSON Schema with Wix's names as the one of the rows that go out."""
        if not self.renames:
            return schema
        properties = {self.out(name): field for name, field in schema["properties"].items()}
        return {
            **schema,
            "properties": properties,
            "required": [*map(self.out, schema["required"])],
        }

    def respell(self, entry: CatalogEntry) -> None:
        """Give the columns of a catalog the names that go out.

        The catalog may be older than the setting: what it selects is meant all the same.

        Args:
            entry: of this stream, which is changed.
        """
        if all(self.out(name) == name for name in self._named_in(entry)):
            return
        entry.key_properties = [*map(self.out, entry.key_properties or ())]
        if entry.replication_key:
            entry.replication_key = self.out(entry.replication_key)
        schema = entry.schema.to_dict()
        columns = schema.get("properties", {}).items()
        schema["properties"] = {self.out(name): field for name, field in columns}
        if "required" in schema:
            schema["required"] = [*map(self.out, schema["required"])]
        entry.schema = Schema.from_dict(schema)
        entry.metadata = MetadataMapping(
            {self._breadcrumb(path): found for path, found in entry.metadata.items()}
        )
        if root := entry.metadata.get(()):
            for name in ("table_key_properties", "valid_replication_keys"):
                if names := getattr(root, name, None):
                    setattr(root, name, [*map(self.out, names)])
            if key := getattr(root, "replication_key", None):
                root.replication_key = self.out(key)  # type: ignore[attr-defined]

    @staticmethod
    def _named_in(entry: CatalogEntry) -> set[str]:
        """Return the names of all columns in a catalog."""
        paths = (path[1] for path in entry.metadata if len(path) >= _DEPTH_OF_COLUMN)
        return {*(entry.schema.properties or ()), *(entry.key_properties or ()), *paths}

    def _breadcrumb(self, path: Breadcrumb) -> Breadcrumb:
        if len(path) < _DEPTH_OF_COLUMN:
            return path
        return (path[0], self.out(path[1]), *path[2:])
