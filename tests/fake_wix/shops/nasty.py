"""Nasty but legal shops of any size; the same seed gives the same shop."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Protocol

from tests.fake_wix.shops.contacts import nasty_contacts

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
) -> None:
    """Fill a site. ``tied_contacts`` of the contacts were made in the same millisecond; with
    ``keyed_contacts`` each has an e-mail or a phone, so that it can be found again on another site.
    """
    nasty_contacts(
        site, contacts, random.Random(f"contacts {seed}"), tied=tied_contacts, keyed=keyed_contacts
    )
    fill = PRODUCTS.get(site.catalog_version)
    if fill is not None and products:
        fill(site, products, random.Random(f"products {seed}"))
