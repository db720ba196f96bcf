"""The streams, one module per domain of Wix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.streams.business import (
    BusinessLocationsStream,
    CurrenciesStream,
    SitePropertiesStream,
    SitesStream,
    SweepsStream,
)
from tap_wix.streams.contacts import (
    ContactCustomFieldsStream,
    ContactExtendedFieldsStream,
    ContactLabelsStream,
    ContactsStream,
    DeletedContactsStream,
)
from tap_wix.streams.members import MembersStream
from tap_wix.streams.orders import (
    OrderFulfillmentsStream,
    OrderLineItemsStream,
    OrderPaymentsStream,
    OrderRefundsStream,
    OrdersStream,
)
from tap_wix.streams.stores import (
    BrandsStream,
    CollectionProductsStream,
    CollectionsStream,
    CustomizationsStream,
    InfoSectionsStream,
    InventoryItemsStream,
    LocationsStream,
    ProductsStream,
    ProductVariantsStream,
    RibbonsStream,
    SkusStream,
)

if TYPE_CHECKING:
    from tap_wix.client import WixStream

STREAMS: tuple[type[WixStream], ...] = (
    ProductsStream,
    ProductVariantsStream,
    SkusStream,
    CollectionProductsStream,
    CollectionsStream,
    InventoryItemsStream,
    BrandsStream,
    RibbonsStream,
    InfoSectionsStream,
    CustomizationsStream,
    LocationsStream,
    OrdersStream,
    OrderLineItemsStream,
    OrderPaymentsStream,
    OrderRefundsStream,
    OrderFulfillmentsStream,
    ContactsStream,
    ContactCustomFieldsStream,
    ContactLabelsStream,
    ContactExtendedFieldsStream,
    DeletedContactsStream,
    MembersStream,
    CurrenciesStream,
    SitePropertiesStream,
    BusinessLocationsStream,
    SitesStream,
    SweepsStream,
)
"""All streams, in the order of the catalog."""
