"""The report as a page: one file, readable without scripts, styles or pictures from elsewhere."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tap_wix.api.foreign_text import without_secrets
from target_wix.report import words
from target_wix.report.digest import OTHER, SHOWN
from target_wix.runtime.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from target_wix.report.digest import Digest, Group
    from target_wix.report.entries import Ending, RunFacts
    from target_wix.runtime.outcomes import Change, Tally

_MOST_REASONS = 20
_LONGEST_REASON = 2000
_FEW = 3

# Joiners belong to words of some languages and to emoji; blanks are seen by what is around them.
_HARMLESS = frozenset("\n\t\u200c\u200d")
_UNSEEN = re.compile(r"[^\x20-\x7e\xa1-\xac\xae-\u02ff]")


def visible(value: object) -> str:
    """Return foreign text as it may stand on a page.

    What is not seen or turns other characters round is shown by its number; our secrets are
    masked.
    """
    return _UNSEEN.sub(_marked, without_secrets(str(value)))


def _marked(found: re.Match[str]) -> str:
    char = found[0]
    if char in _HARMLESS or unicodedata.category(char) not in {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }:
        return char
    return f"[U+{ord(char):04X}]"


def value_text(value: object) -> str:
    """Return one value as a person reads it; nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() and abs(value.adjusted()) < SHOWN else str(value)
    return visible(value)


def _by_size(groups: Mapping[str, Group]) -> list[tuple[str, Group]]:
    """Return groups with the largest first; what is none of them comes last."""
    return sorted(
        groups.items(), key=lambda item: (item[0] == OTHER, -item[1].values, -item[1].records)
    )


def _is_several(change: Change) -> bool:
    lists = [one for one in (change.before, change.after) if isinstance(one, list)]
    return any(len(one) > 1 for one in lists)


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < 1:
        return "less than a second"
    if whole < 120:  # noqa: PLR2004 - two minutes
        return words.counted(whole, "second")
    return words.counted(round(whole / 60), "minute")


class ReportPage:
    """Makes the page of a run."""

    def __init__(self, facts: RunFacts, lines_name: str) -> None:
        """Read the template.

        Args:
            facts: what is known before the first record.
            lines_name: name of the file with all records.
        """
        environment = Environment(
            autoescape=True,
            loader=PackageLoader("target_wix.report", "templates"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {
            "capitalized": lambda text: text[:1].upper() + text[1:],
            "counted": words.counted,
            "duration": _duration,
            "moment": _moment,
            "plural": words.plural,
            "by_size": _by_size,
            "visible": visible,
            "value": value_text,
        }
        environment.tests["several"] = _is_several
        self._template = environment.get_template("report.html")
        self._facts = facts
        self._lines_name = lines_name

    def render(
        self,
        digest: Digest,
        tallies: Mapping[str, Tally],
        ending: Ending,
        seconds: float,
        *,
        failure: str = "",
    ) -> str:
        """Return the page.

        Args:
            digest: what it shows of the records.
            tallies: the counters of all streams.
            ending: how the run ended.
            seconds: how long it took so far.
            failure: why the report is not complete, empty if it is.
        """
        dry_run = self._facts.dry_run
        verdict, mood = words.headline(ending, tallies, dry_run=dry_run)
        streams: list[dict[str, Any]] = []
        for name, tally in tallies.items():
            one = digest.stream(name)
            streams.append(
                {
                    "name": name,
                    "digest": one,
                    "tally": tally,
                    "counts": [tally.counts[outcome] for outcome in Outcome],
                    "noun": words.noun_of(name),
                    "sentences": words.sentences(
                        name, one, tally, dry_run=dry_run, alone=len(tallies) == 1
                    ),
                }
            )
        return self._template.render(
            facts=self._facts,
            ending=[reason[:_LONGEST_REASON] for reason in words.ended(ending)[:_MOST_REASONS]],
            rejected_file=ending.rejected_file,
            lines_name=self._lines_name,
            mood=mood,
            outcomes=[outcome.value for outcome in Outcome],
            requests=sum(tally.requests for tally in tallies.values()),
            seconds=seconds,
            streams=streams,
            failure=failure,
            few=_FEW,
            shown=SHOWN,
            verdict=verdict,
        )
