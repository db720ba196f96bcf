"""A collection is made once, whatever becomes of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.errors import AnswerError, ConflictError, LostAnswerError
from tap_wix.api.stores_v3.bulk import STALE_CODE
from target_wix.collections.tree import folded, parent_of
from target_wix.pipeline.keys import key_text
from target_wix.pipeline.refusals import rejection_of, two_looks
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from tap_wix.api.catalog_conversion.json_access import Json

_TRIES = 5


def create_once(
    row: Json,
    send: Callable[[], Json],
    rows: Callable[[], Iterable[Json]],
    known: Collection[str],
    sleep: Callable[[float], None],
) -> Json | Rejection:
    """Send a create; after an answer that says nothing look, wait, look again, and send again.

    A tree that somebody else changed meanwhile is such an answer, too (wix-api stores-v3 6.4).

    Args:
        row: as it shall be.
        send: sends it and returns what was made; a refusal of Wix is raised.
        rows: reads all collections of the shop.
        known: ids of the collections that were there before.
        sleep: how to wait.

    Returns:
        What was made, or why it stays unknown.
    """
    for _ in range(_TRIES):
        try:
            return send()
        except ConflictError as error:
            if error.code != STALE_CODE:
                raise
            last = rejection_of(error)
        except (LostAnswerError, AnswerError) as error:
            last = Rejection("NO_ANSWER", str(error), request_id=error.request_id)
        for _ in two_looks(sleep):
            for found in rows():
                if found["id"] not in known and _is_it(found, row):
                    return found
    return last


def _is_it(found: Json, row: Json) -> bool:
    """Tell whether a collection that was not there before is the one that was sent."""
    slug = key_text(row.get("slug"))
    same_slug = not slug or key_text(found.get("slug")).startswith(slug)
    same_name = folded(found.get("name")) == folded(row.get("name"))
    return same_slug and same_name and parent_of(found) == parent_of(row)
