"""From a refusal of Wix to the rejection of a record."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tap_wix.api.errors import RefusedError
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.errors import WixError


_TAKEN_ONCE = {
    "SKU_ALREADY_EXIST_ERROR": "sku",
    "BARCODE_ALREADY_EXIST_ERROR": "barcode",
    "DUPLICATE_BARCODE_ERROR": "barcode",
    "DUPLICATE_SLUG_ERROR": "slug",
}
"""Refusals for which Wix has a code and no words (wix-api stores-v3 3.8)."""


def rejection_of(error: WixError) -> Rejection:
    """Return the rejection of a record that Wix refused, in Wix's own words."""
    first = error.violations[0] if error.violations else None
    reason = error.text or (first.description if first else "") or str(error)
    if reason == error.code and reason in _TAKEN_ONCE:
        reason = f"Wix has this {_TAKEN_ONCE[reason]} already, and takes it only once."
    field = first.field if first else None
    return Rejection(error.code, reason, field, error.request_id, is_of_wix=True)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of Wix into the rejection of a record; all other errors end the run."""
    try:
        yield
    except RefusedError as error:
        raise rejection_of(error) from error
