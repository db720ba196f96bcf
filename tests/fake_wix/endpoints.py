"""All modules with endpoints, so that importing this one registers them."""

from tests.fake_wix import (
    catalog_version,
    contacts,
    contacts_merge,
    contacts_write,
    extended_fields,
    labels,
)

__all__ = [
    "catalog_version",
    "contacts",
    "contacts_merge",
    "contacts_write",
    "extended_fields",
    "labels",
]
