"""What all streams have in common. A stream is data: its name, its key, its schema, its resource.

The private names of singer-sdk that the tap relies on are here and in `tap_wix.tap`, each with its
reason, and each with a test in `tests/tap/test_sdk_hooks.py`.
"""

from __future__ import annotations

import abc
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Stream
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform
from typing_extensions import override

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import StoresNotInstalledError
from tap_wix.columns import Columns
from tap_wix.writing import WholeLineWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from singer_sdk import metrics
    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.singerlib import Catalog

    from tap_wix.api.paging import Row
    from tap_wix.api.resources import ByParentIds, Resource, Rows
    from tap_wix.api.site import WixSite
    from tap_wix.context import RunContext


class WixStream(Stream, abc.ABC):
    """Rows of one kind, read through a resource of `tap_wix.api`.

    A class has Wix's names. The SDK's `schema`, `primary_keys` and `replication_key` of an instance
    have the names that go out; everything before `write_record` asks for fields.

    Attributes:
        resource: how the entities are read; None if they are not read by themselves.
        moment: what tells in a row that is read when it changed.
        written_after: streams of the same site that are written before this one is read.
        requested: for an embedded stream, what has to be asked for by the ids of parent rows.
        of_account: its rows are the account's, not one site's: they are read once a run.
    """

    name: str = ""
    schema: dict[str, Any]
    primary_keys: tuple[str, ...] = ("siteId", "id")
    resource: Resource | None = None
    moment: ClassVar[str] = "updatedDate"
    written_after: ClassVar[tuple[str, ...]] = ()
    requested: ClassVar[ByParentIds | None] = None
    of_account: ClassVar[bool] = False

    # Wix sends JSON: there is nothing to convert, and looking at every nested value costs ten
    # times as much as all the rest. NONE would let fields out that the catalog does not have.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.ROOT_ONLY

    _tap: RunContext  # type: ignore[assignment]

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = Columns(self.schema["properties"], self.config.get("column_names"))
        if self.columns.renames:
            self.schema = self.columns.schema(self.schema)
            self.primary_keys = tuple(map(self.columns.out, self.primary_keys))
            if self.replication_key:
                self.replication_key = self.columns.out(self.replication_key)

    @cached_property
    def known_fields(self) -> frozenset[str]:
        """The fields that have a column."""
        return frozenset(map(self.columns.field, self.schema["properties"]))

    @cached_property
    def date_fields(self) -> tuple[str, ...]:
        """The fields that hold a date and time."""
        columns = self.schema["properties"].items()
        return tuple(
            self.columns.field(name)
            for name, column in columns
            if column.get("format") == "date-time"
        )

    @cached_property
    def key_fields(self) -> tuple[str, ...]:
        """The fields that make up the key."""
        return tuple(map(self.columns.field, self.primary_keys))

    @cached_property
    def replication_field(self) -> str | None:
        """The field of the bookmark, None if there is none; the state knows it by Wix's name."""
        return self.columns.field(self.replication_key) if self.replication_key else None

    @cached_property
    def counter(self) -> metrics.Counter:
        """The SDK's metric of the rows written in this run, of all sites."""
        return self.get_record_counter()

    def source_columns(self, site: WixSite) -> dict[str, str]:
        """Return where rows come from: written into each row and remembered in the state."""
        return {"siteId": site.site_id}

    def prepare(self, site: WixSite) -> Any:  # noqa: ANN401 - whatever the stream needs
        """Read what rows need besides their parents, once a run and site."""

    def more_pages(self, site: WixSite) -> Iterator[Rows]:
        """Yield what an incremental run reads again for the embedded streams alone."""
        del site
        return iter(())

    # -- the SDK's own names ---------------------------------------------------------------------

    def write_schema(self) -> None:
        """Write the SCHEMA message; the SDK does so only in `sync`, one stream after another."""
        self._write_schema_message()

    def begin_version(self, version: int) -> None:
        """Mark all rows of this run with a version that can be activated at its end."""
        self._stream_version = version

    def activate_version(self) -> None:
        """Write the ACTIVATE_VERSION message; the SDK does so before it knows what can be read."""
        if self._stream_version is not None:
            self._write_activate_version_message(self._stream_version)

    def write_record(self, row: Row) -> None:
        """Write a row as RECORD messages: selected fields only, through the stream maps."""
        row = self.columns.row(row)
        alias, writer = self._as_it_is
        if writer is not None and self._conforms(row):
            writer.write_record(alias, row, self._stream_version)
        else:
            self._write_record_message(row)
        # The SDK's `increment` looks at the clock: once a page is enough.
        self.counter.value += 1

    @cached_property
    def _as_it_is(self) -> tuple[str, WholeLineWriter | None]:
        """The name to write rows under as they are, and what writes them; None if that may not be.

        The SDK looks at each nested value of each row for what is deselected, at each column for
        what the catalog does not have, and hands the row to the stream maps. Where the catalog
        selects and has everything and no map is set, all of that changes nothing, and takes five
        times as long as reading and writing the row.
        """
        writer = self._tap.message_writer
        stream_map = self.stream_maps[0]
        unchanged = (
            len(self.stream_maps) == 1
            and type(stream_map) is SameRecordTransform
            and not stream_map.flattening_enabled
            and all(self.mask.values())
            and self.schema["properties"].keys() <= self.effective_schema["properties"].keys()
        )
        if unchanged and isinstance(writer, WholeLineWriter):
            return stream_map.stream_alias, writer
        return stream_map.stream_alias, None

    @cached_property
    def _booleans(self) -> tuple[str, ...]:
        fields = self.effective_schema["properties"].items()
        return tuple(name for name, field in fields if "boolean" in field.get("type", ()))

    def _conforms(self, row: Row) -> bool:
        """Tell whether the SDK would make nothing else of a row.

        Of what JSON has, it changes values of boolean columns that are none.
        """
        for name in self._booleans:
            value = row.get(name)
            if not (value is None or value is True or value is False):
                return False
        return True

    @override
    def apply_catalog(self, catalog: Catalog) -> None:
        """Take a catalog in either spelling: it may be older than the setting."""
        if entry := catalog.get_stream(self.name):
            self.columns.respell(entry)
        super().apply_catalog(catalog)

    @override
    def get_records(self, context: Context | None) -> Iterator[Row]:
        """Yield the rows of the first site as they are read, for whoever reads a stream alone."""
        return self.resource.rows(self._tap.site) if self.resource else iter(())

    @override
    def compare_start_date(self, value: str, start_date_value: str) -> str:
        """Return the later moment; the SDK's way cannot read nine fractional digits everywhere."""
        return max(value, start_date_value)

    @override
    def generate_child_contexts(
        self, record: Record, context: Context | None
    ) -> Iterable[Context | None]:
        """Have none: the sync loop writes embedded rows.

        The SDK would write one SCHEMA and two log lines for each parent row, and put the row into
        a log line.
        """
        return ()


class CatalogStream(WixStream, abc.ABC):
    """A stream of the Stores catalog that the site has today.

    Wix moves sites from V1 to V3, and nobody promises that dates and ids survive the move: the
    version is part of where a bookmark comes from.
    """

    @override
    def source_columns(self, site: WixSite) -> dict[str, str]:
        version = site.catalog_version
        if version is CatalogVersion.NOT_INSTALLED:
            raise StoresNotInstalledError("Wix Stores is not installed on this site.")
        return {**super().source_columns(site), "catalogVersion": version.value}


class EmbeddedStream(WixStream, abc.ABC):
    """A stream whose rows are parts of another stream's rows.

    Attributes:
        embedded_at: path of the list in the parent's row, or in what was requested for it.
        from_parent: columns that come from the parent's row, by their name there.
    """

    state_partitioning_keys = ()
    embedded_at: ClassVar[str] = ""
    from_parent: ClassVar[Mapping[str, str]] = {}

    def child_records(self, parent: Row, prepared: Any, requested: Row) -> Iterator[Row]:  # noqa: ANN401
        """Yield the rows within a row of the parent.

        Args:
            parent: the row.
            prepared: what `prepare` returned.
            requested: what was asked for by the id of the parent; empty if nothing is.
        """
        del prepared
        found: Any = requested if self.requested is not None else parent
        for part in self.embedded_at.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        columns = {name: parent.get(source) for name, source in self.from_parent.items()}
        changed = self._as_it_is[1] is None
        for child in found or ():
            yield {**(own_objects(child) if changed else child), **columns}


def is_catalog_stream(stream: Stream) -> bool:
    """Tell whether a stream, or the one it is embedded in, needs Wix Stores."""
    parent = stream.parent_stream_type
    return isinstance(stream, CatalogStream) or (
        parent is not None and issubclass(parent, CatalogStream)
    )


def own_objects(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy down to the lists: the SDK takes deselected fields out of objects in place."""
    if isinstance(value, dict):
        return {name: own_objects(inner) for name, inner in value.items()}
    return value
