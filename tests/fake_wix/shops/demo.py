"""A small, believable shop: pottery, textiles and a workshop's customers. Nobody in it exists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.shops.orders import demo_orders

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix.site import Site

# Who fills the catalog, by catalog version: a function that takes the site.
PRODUCTS: dict[str, Callable[[Site], object]] = {}

# Phones only from the ranges that countries keep for stories.
PEOPLE: tuple[tuple[str, str, str, str, str, str, str, list[str]], ...] = (
    (
        "Marta",
        "Lindqvist",
        "SE",
        "070 174 06 21",
        "Stockholm",
        "SE-AB",
        "2024-02-11",
        ["VIP", "Newsletter"],
    ),
    ("Jonas", "Weidner", "DE", "0171 3920021", "Leipzig", "DE-SN", "2024-03-02", ["Newsletter"]),
    ("Aoife", "Brennan", "IE", "020 914 0021", "Galway", "IE-G", "2024-05-19", []),
    ("Teodor", "Vance", "US", "(212) 555-0143", "Brooklyn", "US-NY", "2024-07-08", ["Wholesale"]),
    ("Inés", "Carballo", "ES", "", "Vigo", "ES-GA", "2024-08-30", ["VIP"]),
    ("Haruka", "Minase", "JP", "", "Kyoto", "JP-26", "2024-11-12", []),
    ("Oskar", "Nyberg", "NO", "", "Bergen", "NO-46", "2025-01-06", ["Workshop"]),
    (
        "Lucile",
        "Marchand",
        "FR",
        "06 39 98 12 34",
        "Nantes",
        "FR-PDL",
        "2025-02-14",
        ["Newsletter"],
    ),
    ("Piotr", "Zawada", "PL", "", "Gdańsk", "PL-22", "2025-04-23", ["Wholesale"]),
    (
        "Nell",
        "Ashdown",
        "GB",
        "020 7946 0123",
        "Lewes",
        "GB-ENG",
        "2025-06-01",
        ["Workshop", "VIP"],
    ),
    ("Chiara", "Fontanel", "IT", "", "Torino", "IT-21", "2025-08-17", []),
)
SHOPS = {"Teodor": ("Vance & Daughters", "Buyer"), "Piotr": ("Galeria Zawada", "Owner")}


def demo(site: Site) -> None:
    """Fill a site: contacts and their orders always, products if the site has a catalog."""
    demo_contacts(site)
    demo_orders(site)
    fill = PRODUCTS.get(site.catalog_version)
    if fill is not None:
        fill(site)


def demo_contacts(site: Site) -> None:
    """A dozen customers with labels and two custom fields; one of them left only an e-mail."""
    book = site.contacts
    labels = {
        name: book.labels.add(name)["key"]
        for name in ("VIP", "Newsletter", "Wholesale", "Workshop")
    }
    number_field = book.fields.add("Customer number")["key"]
    glaze_field = book.fields.add("Favourite glaze")["key"]
    for number, (first, last, country, phone, city, subdivision, since, marks) in enumerate(PEOPLE):
        info: dict[str, Any] = {
            "name": {"first": first, "last": last},
            "emails": {
                "items": [
                    {
                        "tag": "MAIN",
                        "email": f"{first}.{last}@example.org".lower().replace("é", "e"),
                    }
                ]
            },
            "addresses": {
                "items": [
                    {
                        "tag": "SHIPPING",
                        "address": {"city": city, "country": country, "subdivision": subdivision},
                    }
                ]
            },
            "extendedFields": {"items": {number_field: f"C-{1001 + number}"}},
        }
        if phone:
            item = {"tag": "MOBILE", "countryCode": country, "phone": phone}
            info["phones"] = {"items": [item]}
        if marks:
            info["labelKeys"] = {"items": [labels[mark] for mark in marks]}
        if first in SHOPS:
            info["company"], info["jobTitle"] = SHOPS[first]
        if number % 3 == 0:
            info["extendedFields"]["items"][glaze_field] = ("celadon", "tenmoku", "ash", "shino")[
                number // 3
            ]
        book.add(
            info,
            created=f"{since}T09:{number + 10}:00.120Z",
            updated=f"2026-09-{number + 10}T14:05:31.4{number:02}Z",
        )
    book.add(
        {"emails": {"items": [{"email": "studio-guest@example.org"}]}},
        created="2026-10-01T18:22:07Z",
        updated="2026-10-01T18:22:07Z",
    )
