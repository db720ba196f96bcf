"""The sentences of a report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from target_wix.runtime.outcomes import Outcome
from target_wix.runtime.signals import SIGNAL_EXIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_wix.report.digest import StreamDigest
    from target_wix.report.entries import Ending
    from target_wix.runtime.outcomes import Tally

_NOUNS = {
    "products": "product",
    "skus": "product",
    "contacts": "contact",
    "collections": "collection",
    "inventory_items": "stock item",
}
_KINDS_NAMED = 5


def plural(word: str) -> str:
    """Return the plural of what an owner calls something; of a technical name the name itself."""
    head, bracket, rest = word.partition(" (")
    if bracket:
        return f"{plural(head)} ({rest}"
    if word.isupper():
        return f"{word}s"
    if re.search(r"[^a-z -]", word) or (word.endswith("s") and not word.endswith("ss")):
        return word
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if re.search(r"(x|ch|sh|ss|z)$", word) else f"{word}s"


def counted(count: int, word: str) -> str:
    """Return a number with its noun: `1 price`, `1,000 prices`."""
    return f"{count:,} {word if count == 1 else plural(word)}"


def noun_of(stream: str) -> str:
    """Return what one entity of a stream is called."""
    return _NOUNS.get(stream, "record")


def headline(ending: Ending, tallies: Mapping[str, Tally], *, dry_run: bool) -> tuple[str, str]:
    """Return the verdict in one sentence, and whether it is `good`, `mixed` or `bad`."""
    counts = [tally.counts for tally in tallies.values()]
    rejected = sum(one[Outcome.REJECTED] for one in counts)
    written = sum(
        one[outcome]
        for one in counts
        for outcome in (Outcome.CREATED, Outcome.UPDATED, Outcome.DELETED)
    )
    if ending.exit_code is None and not ending.reasons:
        words = "This run has not come to its end: it still goes on, or it was killed."
        return f"{_dry(dry_run)}{words}", "bad"
    if ending.reasons or ending.signum is not None:
        return f"{_dry(dry_run)}The run stopped before its end.", "bad"
    if dry_run:
        return "This was a dry run: nothing was written.", "mixed" if rejected else "good"
    if rejected:
        rest = "everything else was written" if written else "nothing was written"
        were = "was" if rejected == 1 else "were"
        return f"{counted(rejected, 'record')} {were} refused; {rest}.", "mixed"
    if not written:
        return "Nothing had to be changed: the shop has it all already.", "good"
    return "Everything was written.", "good"


def _dry(dry_run: bool) -> str:  # noqa: FBT001
    return "This was a dry run: nothing was written. " if dry_run else ""


def ended(ending: Ending) -> list[str]:
    """Return how the run ended, a sentence each."""
    if ending.reasons:
        return list(ending.reasons)
    if ending.exit_code is None:
        return ["The run had not ended when this was written. What was done until then is below."]
    if ending.signum is not None or ending.exit_code > SIGNAL_EXIT:
        number = ending.signum or ending.exit_code - SIGNAL_EXIT
        return [f"The run was asked to stop (signal {number}). What was done until then is below."]
    how = "with success" if ending.exit_code == 0 else "with refused records"
    return [f"The run came to its end, {how} (exit code {ending.exit_code})."]


def sentences(
    stream: str, digest: StreamDigest, tally: Tally, *, dry_run: bool, alone: bool
) -> list[str]:
    """Return what became of the entities of a stream, or would.

    Args:
        stream: its name.
        digest: what the page shows of it.
        tally: its counters.
        dry_run: whether nothing was written.
        alone: whether it is the only one, so that its records need no name.
    """
    noun = noun_of(stream)
    of = "" if alone else f" of {stream}"
    counts = tally.counts
    found = []
    if digest.changed.rows:
        count, entities = len(digest.changed), noun if digest.changed.is_exact else f"row of {noun}"
        what = _verb(count, "changed", dry_run=dry_run, would="change")
        found.append(f"{_entities(count, entities)} {what}: {kinds(digest)}.")
    for count, done in ((digest.made, "created"), (counts[Outcome.DELETED], "deleted")):
        if count:
            found.append(f"{counted(count, noun)} {_verb(count, done, dry_run=dry_run)}.")
    for count, what in (
        (counts[Outcome.REJECTED], _verb(counts[Outcome.REJECTED], "refused", dry_run=dry_run)),
        (counts[Outcome.UNCHANGED], _verb(counts[Outcome.UNCHANGED], "the same as in the shop")),
        (counts[Outcome.IGNORED], _verb(counts[Outcome.IGNORED], "ignored")),
    ):
        if count:
            found.append(f"{counted(count, 'record')}{of} {what}.")
    if left := tally.dropped.total():
        found.append(f"{counted(left, 'value')}{of} {_verb(left, 'left out', dry_run=dry_run)}.")
    return found or [f"Nothing came of {stream}."]


def _entities(count: int, noun: str) -> str:
    if noun.startswith("row of "):
        return f"{count:,} {'row' if count == 1 else 'rows'} of {plural(noun[7:])}"
    return counted(count, noun)


def _verb(count: int, done: str, *, dry_run: bool = False, would: str = "") -> str:
    if dry_run:
        return f"would {would or f'be {done}'}"
    return f"{'was' if count == 1 else 'were'} {done}"


def kinds(digest: StreamDigest) -> str:
    """Return what changes, most first: `10 prices, 2 names`."""
    groups = sorted(digest.updated.items(), key=lambda item: -item[1].values)
    named = [counted(group.values, kind) for kind, group in groups[:_KINDS_NAMED]]
    rest = sum(group.values for _, group in groups[_KINDS_NAMED:])
    return ", ".join([*named, *([f"{counted(rest, 'other value')}"] if rest else [])])
