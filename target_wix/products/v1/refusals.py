"""What Wix refuses of one product: to be said, while the run goes on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tap_wix.api.errors import RefusedError
from target_wix.pipeline.refusals import rejection_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of Wix into the rejection of the product; all other errors end the run."""
    try:
        yield
    except RefusedError as error:
        raise rejection_of(error) from error
