"""Nasty but legal shops of any size; the same seed gives the same shop."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Protocol

from tests.fake_wix.shops.business import nasty_business, nasty_members, nasty_trash_bin
from tests.fake_wix.shops.contacts import nasty_contacts
from tests.fake_wix.shops.orders import nasty_orders

if TYPE_CHECKING:
    from tests.fake_wix.site import Site


class Filler(Protocol):
    """Puts that many products on a site, and what belongs to them."""

    def __call__(self, site: Site, count: int, random: random.Random) -> object:
        """Fill the catalog."""


# Who fills the catalog, by catalog version.
PRODUCTS: dict[str, Filler] = {}


def nasty(
    site: Site,
    seed: int = 0,
    *,
    contacts: int = 60,
    products: int = 60,
    tied_contacts: int = 0,
    keyed_contacts: bool = False,
    orders: int = 0,
    members: int = 0,
    deleted: int = 0,
    business: bool = False,
) -> None:
    """Fill a site. ``tied_contacts`` of the contacts were made in the same millisecond; with
    ``keyed_contacts`` each has an e-mail or a phone, so that it can be found again on another site.

    ``deleted`` contacts are in the trash bin. Each part is the same, whatever else is asked for.
    """
    nasty_contacts(
        site, contacts, random.Random(f"contacts {seed}"), tied=tied_contacts, keyed=keyed_contacts
    )
    fill = PRODUCTS.get(site.catalog_version)
    if fill is not None and products:
        fill(site, products, random.Random(f"products {seed}"))
    if orders:
        nasty_orders(site, orders, random.Random(f"orders {seed}"))
    nasty_members(site, members, random.Random(f"members {seed}"))
    nasty_trash_bin(site, deleted, random.Random(f"deleted {seed}"))
    if business:
        nasty_business(site, random.Random(f"business {seed}"))
