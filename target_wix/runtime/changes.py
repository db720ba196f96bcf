"""What a record changes, for people: fields with their values before and after."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs.

    Attributes:
        field: what the shop's owner calls it, such as `price`.
        before: a text, a number, a truth value, a list of texts, or None where there was nothing.
        after: the same of what it becomes.
        of: which part of the entity has it, such as a sku.
    """

    field: str
    before: object
    after: object
    of: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What one record changes of one entity.

    Attributes:
        name: the entity's name, by which its owner finds it.
        id: its id in Wix, empty if it has none yet.
        fields: the values that differ; of an entity that is made, those worth seeing.
    """

    name: str = ""
    id: str = ""
    fields: tuple[Change, ...] = ()
