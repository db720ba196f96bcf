"""From a refusal of Wix to the rejection of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from tap_wix.api.errors import WixError


def rejection_of(error: WixError) -> Rejection:
    """Return the rejection of a record that Wix refused, in Wix's own words."""
    first = error.violations[0] if error.violations else None
    reason = error.text or (first.description if first else "") or str(error)
    field = first.field if first else None
    return Rejection(error.code, reason, field, error.request_id, is_of_wix=True)
