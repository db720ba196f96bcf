"""What the page shows of a run: all counts, and the first few of each kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from target_wix.runtime.outcomes import Change, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from target_wix.report.entries import Entry

SHOWN = 20
"""Rows of one kind on the page."""

MOST_KINDS = 40
"""Kinds of a stream and outcome on the page, such as fields that change; others come together."""

MOST_CHANGES = 12
"""Values of one row on the page."""

LONGEST = 300
"""Characters of one value on the page."""

MOST_CHARACTERS = 1_500_000
"""Text of all rows on the page; beyond it only counts grow."""

MOST_ENTITIES = 50_000
"""Entities told apart in a stream; beyond it, its rows are counted."""

OTHER = "other"
_MOST_ITEMS = 20
_ROW_CHARACTERS = 200


@dataclass(slots=True)
class Row:
    """One record on the page.

    Attributes:
        name: what its owner calls it.
        key: what the log calls it.
        id: of the entity in Wix.
        line: its line in the input.
        changes: values before and after, cut to what a page can show.
        more: how many values are not among them.
        text: what there is to say in words.
        request_id: what Wix's support asks for.
    """

    name: str
    key: str
    id: str = ""
    line: int = 0
    changes: list[Change] = field(default_factory=list)
    more: int = 0
    text: str = ""
    request_id: str = ""


@dataclass(slots=True)
class Group:
    """Everything of one kind: how much there was, and the first few rows.

    Attributes:
        rows: the first few.
        records: how many records.
        values: how many values, for a kind of change.
    """

    rows: list[Row] = field(default_factory=list)
    records: int = 0
    values: int = 0

    @property
    def unseen(self) -> int:
        """How many records are not among the rows."""
        return self.records - len(self.rows)


class Entities:
    """Counts entities, several rows of one once, as far as memory allows.

    Attributes:
        rows: how many rows there were.
        is_exact: whether there were few enough to tell them apart.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.is_exact = True
        self._known: set[int] = set()

    def add(self, entity: str) -> None:
        """Count a row of an entity."""
        self.rows += 1
        if self.is_exact:
            self._known.add(hash(entity))
            if len(self._known) > MOST_ENTITIES:
                self.is_exact = False
                self._known.clear()

    def __contains__(self, entity: str) -> bool:
        """Tell whether an entity was counted and is still known."""
        return hash(entity) in self._known

    def __len__(self) -> int:
        """Return how many entities, or rows where there were too many to tell apart."""
        return len(self._known) if self.is_exact else self.rows


@dataclass(slots=True)
class StreamDigest:
    """What the page shows of one stream.

    Attributes:
        made: how many entities are new.
        created: their rows, the further ones of an entity too.
        deleted: what is gone.
        updated: rows that change something, by what they change.
        rejected: rows that were refused, by code.
        left_out: what rows lost that were written all the same, by reason.
        new: which entities are new.
        changed: which entities are changed.
    """

    made: int = 0
    created: Group = field(default_factory=Group)
    deleted: Group = field(default_factory=Group)
    updated: dict[str, Group] = field(default_factory=dict)
    rejected: dict[str, Group] = field(default_factory=dict)
    left_out: dict[str, Group] = field(default_factory=dict)
    new: Entities = field(default_factory=Entities)
    changed: Entities = field(default_factory=Entities)


class Digest:
    """Takes in every entry, and keeps what a page can show."""

    def __init__(self) -> None:
        self.streams: dict[str, StreamDigest] = {}
        self._room = MOST_CHARACTERS

    def add(self, entry: Entry) -> None:
        """Take in what became of a record."""
        stream = self.stream(entry.stream)
        values = entry.changes.fields or tuple(Change(name, None, None) for name in entry.fields)
        entity = entry.changes.id or entry.changes.name or f"line {entry.line}"
        if entry.rejection is not None:
            group = _group(stream.rejected, entry.rejection.code)
            group.records += 1
            self._show(group, entry, (), text=_reason(entry))
        elif entry.outcome is Outcome.CREATED:
            stream.made += 1
            stream.new.add(entity)
            self._count(stream.created, entry, values)
        elif entry.outcome is Outcome.DELETED:
            self._count(stream.deleted, entry, ())
        elif entry.outcome is Outcome.UPDATED and (
            # What has no id is what a dry run would make.
            entity in stream.new or (entry.changes.fields and not entry.changes.id)
        ):
            self._count(stream.created, entry, values)
        elif entry.outcome is Outcome.UPDATED:
            stream.changed.add(entity)
            for kind in dict.fromkeys(one.field for one in values):
                group = _group(stream.updated, kind)
                own = [one for one in values if one.field == kind]
                group.values += len(own)
                self._count(group, entry, own)

    def add_left_out(self, stream: str, reason: str, count: int, name: str, key: str) -> None:
        """Take in what a record lost that is written all the same."""
        group = _group(self.stream(stream).left_out, reason)
        group.records += count
        if (name or key) and len(group.rows) < SHOWN and self._room > 0:
            self._keep(group, Row(name=_cut(name), key=_cut(key)))

    def stream(self, name: str) -> StreamDigest:
        """Return what the page shows of a stream."""
        return self.streams.setdefault(name, StreamDigest())

    def _count(self, group: Group, entry: Entry, values: Iterable[Change]) -> None:
        group.records += 1
        self._show(group, entry, values)

    def _show(
        self, group: Group, entry: Entry, values: Iterable[Change], *, text: str = ""
    ) -> None:
        if len(group.rows) >= SHOWN or self._room <= 0:
            return
        values = list(values)
        rejection = entry.rejection
        row = Row(
            name=_cut(entry.changes.name),
            key=_cut(entry.key),
            id=entry.changes.id,
            line=entry.line,
            changes=[
                Change(_cut(one.field), _short(one.before), _short(one.after), _cut(one.of))
                for one in values[:MOST_CHANGES]
            ],
            more=max(len(values) - MOST_CHANGES, 0),
            text=_cut(text, 2 * LONGEST),
            request_id=_cut(rejection.request_id) if rejection is not None else "",
        )
        self._keep(group, row)

    def _keep(self, group: Group, row: Row) -> None:
        group.rows.append(row)
        self._room -= _ROW_CHARACTERS + len(row.name) + len(row.text)
        self._room -= sum(_size(one.before) + _size(one.after) for one in row.changes)


def _group(groups: dict[str, Group], kind: str) -> Group:
    kind = _cut(kind)
    return groups.setdefault(kind if kind in groups or len(groups) < MOST_KINDS else OTHER, Group())


def _reason(entry: Entry) -> str:
    rejection = entry.rejection
    if rejection is None:
        return ""
    where = f" (field {rejection.field})" if rejection.field else ""
    return f"{rejection.reason}{where}"


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _short(value: object) -> object:
    """Return a value cut to what a page can show."""
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, list | tuple):
        items = [_cut(str(one), LONGEST // 2) for one in value[:_MOST_ITEMS]]
        rest = len(value) - len(items)
        return [*items, f"and {rest} more"] if rest else items
    return value


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(map(len, value)) if isinstance(value, list) else _ROW_CHARACTERS // 20
