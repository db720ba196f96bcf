"""All modules with endpoints, so that importing this one registers them."""

from tests.fake_wix import (
    business,
    catalog_version,
    contacts,
    contacts_merge,
    contacts_v5,
    contacts_write,
    extended_fields,
    labels,
    members,
    trash_bin,
)
from tests.fake_wix.ecom import orders
from tests.fake_wix.stores_v1 import endpoints as catalog_v1
from tests.fake_wix.stores_v3 import endpoints as catalog_v3

__all__ = [
    "business",
    "catalog_v1",
    "catalog_v3",
    "catalog_version",
    "contacts",
    "contacts_merge",
    "contacts_v5",
    "contacts_write",
    "extended_fields",
    "labels",
    "members",
    "orders",
    "trash_bin",
]
