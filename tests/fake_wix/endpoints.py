"""All modules with endpoints, so that importing this one registers them."""

from tests.fake_wix import (
    catalog_version,
    contacts,
    contacts_merge,
    contacts_write,
    extended_fields,
    labels,
)
from tests.fake_wix.catalog_v1 import endpoints as catalog_v1
from tests.fake_wix.catalog_v3 import endpoints as catalog_v3

__all__ = [
    "catalog_v1",
    "catalog_v3",
    "catalog_version",
    "contacts",
    "contacts_merge",
    "contacts_write",
    "extended_fields",
    "labels",
]
