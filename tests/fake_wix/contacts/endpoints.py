"""All modules with endpoints of contacts, so that importing this one registers them."""

from tests.fake_wix.contacts import (
    extended_fields,
    labels,
    merge,
    read,
    trash_bin,
    v5,
    write,
)

__all__ = ["extended_fields", "labels", "merge", "read", "trash_bin", "v5", "write"]
