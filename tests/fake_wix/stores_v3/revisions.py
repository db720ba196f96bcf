"""Revisions: required in every update, stale ones refused with the body seen live (stores-v3 3.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import Refusal, application_error

if TYPE_CHECKING:
    from tests.fake_wix.shape import Problems
    from tests.fake_wix.stores_v3.state import Json


def stale(entity_id: str) -> Refusal:
    """The 409 of a stale revision."""
    return application_error(
        409,
        "INVALID_REVISION",
        "Outdated revision for entity id",
        {"revisionViolation": {"entityId": entity_id}},
    )


def require_revision(body: Json, path: str, problems: Problems) -> None:
    """An update without revision is a 400."""
    if body.get("revision") is None:
        problems.add(f"{path}.revision", "revision must not be empty", "REQUIRED_FIELD")


def check_revision(entity: Json, body: Json) -> None:
    """Only the current revision may be updated."""
    if body.get("revision") != entity["revision"]:
        raise stale(entity["id"])


def bumped(entity: Json, now: str) -> Json:
    """The entity as changed now."""
    return {**entity, "revision": str(int(entity["revision"]) + 1), "updatedDate": now}
