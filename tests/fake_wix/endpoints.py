"""All modules with endpoints, so that importing this one registers them."""

from tests.fake_wix import (
    business,
    catalog_version,
)
from tests.fake_wix.contacts import endpoints as contacts
from tests.fake_wix.ecom import orders
from tests.fake_wix.members import read as members
from tests.fake_wix.stores_v1 import endpoints as catalog_v1
from tests.fake_wix.stores_v3 import endpoints as catalog_v3

__all__ = [
    "business",
    "catalog_v1",
    "catalog_v3",
    "catalog_version",
    "contacts",
    "members",
    "orders",
]
