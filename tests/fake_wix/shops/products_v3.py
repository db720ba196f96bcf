"""Nasty but legal Catalog V3 products, and the demo shop's products on Catalog V3."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import NANO, nanoseconds_of, text_of
from tests.fake_wix.http.routes import V3
from tests.fake_wix.rich_content import from_html
from tests.fake_wix.shops import nasty
from tests.fake_wix.shops.texts import nasty_text
from tests.fake_wix.stores_v3.seed import (
    add_category,
    add_info_section,
    add_product,
    chosen,
    named,
    option,
    picture,
    price,
)

if TYPE_CHECKING:
    import random

    from tests.fake_wix.site import Site
    from tests.fake_wix.stores_v3.state import Json

BEGIN = nanoseconds_of("2025-01-01T00:00:00Z")
DIGITS = (3, 3, 3, 0, 9)
MANY_VARIANTS = (60, 300, 320)
UNITS = ("KG", "G", "L", "ML", "M")


@dataclass
class _Stock:
    """What the products of a nasty shop share."""

    options: list[list[Json]] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    brands: list[str] = field(default_factory=list)
    ribbons: list[str] = field(default_factory=list)


def nasty_products(site: Site, count: int, random: random.Random) -> None:
    """That many products, categories among them; every kind of trouble the reference allows."""
    shared = _shared(site, random, count)
    moment = BEGIN
    for number in range(count):
        # Ties of several products, now and then of more than a page of them.
        if number % random.choice((1, 2, 7, 150)) == 0:
            moment += random.randrange(1, 40 * NANO)
        _nasty_product(site, random, shared, number, text_of(moment, random.choice(DIGITS)))


def _shared(site: Site, random: random.Random, count: int) -> _Stock:
    shared = _Stock()
    for number in range(min(12, 2 + count)):
        category = add_category(
            site,
            nasty_text(random, 80),
            slug=f"category-{number}",
            visible=number % 4 != 3,
            parent=shared.categories[-1] if number % 3 == 2 else None,
            description=nasty_text(random, 600) if number % 2 else None,
        )
        shared.categories.append(category["id"])
        title, html = nasty_text(random, 50), f"<p>{number} &amp; more</p>"
        shared.sections.append(add_info_section(site, title, html, unique_name=f"section {number}"))
        shared.brands.append(named(site, site.v3.brands, f"Märke {number} {'x' * 38}"[:50]))
        shared.ribbons.append(named(site, site.v3.ribbons, f"Ribbon {number} 👍🏽"))
    for shape in ((2,), (3, 2), (1,), (2, 2, 2), (1, 1, 1, 1, 1, 2)):
        shared.options.append(
            [_option(site, random, place, size) for place, size in enumerate(shape)]
        )
    for size in MANY_VARIANTS:
        shared.options.append([_option(site, random, 0, size // 10), _option(site, random, 1, 10)])
    return shared


def _option(site: Site, random: random.Random, place: int, size: int) -> Json:
    names = [f"{index} {nasty_text(random, 40)}"[:50].strip() for index in range(size)]
    colors = [f"#{random.getrandbits(24):06X}" for _ in names] if place % 2 else None
    return option(site, f"{place} {nasty_text(random, 40)}"[:50].strip(), names, colors=colors)


def _price(random: random.Random) -> str:
    kinds = ("0", "12.10", "0.001", "999999999.99", "34.5", "19.990", "100")
    whole = f"{random.randrange(1, 100_000)}.{random.randrange(100):02}"
    return random.choice((*kinds, whole, whole, whole, whole))


def _variant(random: random.Random, number: int, place: int, *, physical: bool) -> Json:
    actual = _price(random)
    higher = Decimal(actual) + Decimal("1.25")
    compare_at = f"{higher:f}" if random.random() < 0.2 and higher < 10**9 else None
    # A cent more than the most Wix takes would be no legal price.
    row: Json = {"price": price(actual, compare_at if higher < 999_999_999 else None)}
    if random.random() < 0.85:
        row["sku"] = f"{number}-{place} {nasty_text(random, 20)}"[:40].strip()
    if random.random() < 0.3:
        row["barcode"] = f"{random.randrange(10**12):013}-{number}-{place}"[:40]
    if random.random() < 0.4:
        row["revenueDetails"] = {"cost": {"amount": _price(random)}}
    if random.random() < 0.05:
        row["visible"] = False
    if random.random() < 0.8:
        quantity = random.randrange(0, 50)
        row["stock"] = random.choice((quantity, quantity, quantity, True, False, 99999, -3))
    if physical:
        row["physicalProperties"] = random.choice(
            ({}, {"weight": Decimal("0.4")}, {"weight": 12}, {"weight": Decimal("0.001")}),
        )
        if random.random() < 0.1:
            sides = {"length": "10.5", "width": "0.000001", "height": "3", "unit": "CM"}
            row["physicalProperties"] = {**row["physicalProperties"], "productDimensions": sides}
    else:
        row["digitalProperties"] = {}
    return row


def _variants(
    random: random.Random, number: int, options: list[Json], *, physical: bool
) -> list[Json]:
    if not options:
        return [_variant(random, number, 0, physical=physical)]
    ranges = [range(len(row["choicesSettings"]["choices"])) for row in options]
    return [
        {
            **_variant(random, number, place, physical=physical),
            "choices": chosen(options, picks),
        }
        for place, picks in enumerate(itertools.product(*ranges))
    ]


def _own(options: list[Json]) -> list[Json]:
    """Options of one product: its choices carry its own stock, so they are not shared."""
    return [
        {
            **row,
            "choicesSettings": {
                "choices": [dict(choice) for choice in row["choicesSettings"]["choices"]],
            },
        }
        for row in options
    ]


def _options(random: random.Random, shared: _Stock, number: int) -> list[Json]:
    if number % 250 == 5:
        return _own(shared.options[-1 - (number // 250) % len(MANY_VARIANTS)])
    if random.random() < 0.6:
        return []
    return _own(random.choice(shared.options[: -len(MANY_VARIANTS)]))


def _nasty_product(
    site: Site, random: random.Random, shared: _Stock, number: int, updated: str
) -> None:
    physical = random.random() > 0.06
    options = _options(random, shared, number)
    fields: dict[str, Any] = {
        "slug": f"nasty-{number}" + ("-x" * 145 if number % 97 == 3 else ""),
        "productType": "PHYSICAL" if physical else "DIGITAL",
        "visible": random.random() > 0.1,
        "options": options,
        "updatedDate": updated,
        "revision": str(random.choice((1, 2, 17, 9007199254740993))),
        **_extras(site, random, shared, number),
    }
    count = random.choice((0, 1, 1, 3)) if shared.categories else 0
    if random.random() < 0.8:
        fields["handle"] = f"handle-{number}"
    add_product(
        site,
        nasty_text(random, 80),
        _variants(random, number, options, physical=physical),
        categories=random.sample(shared.categories, min(count, len(shared.categories))),
        at="2024-12-31T23:59:59Z",
        **fields,
    )


def _extras(site: Site, random: random.Random, shared: _Stock, number: int) -> dict[str, Any]:
    """What a product may have or not."""
    chances: dict[str, Any] = {
        "plainDescription": f"<p>{number} ünï &amp; <strong>bold</strong> 👩‍👩‍👧‍👦</p>",
        "brand": {"id": random.choice(shared.brands)},
        "ribbon": {"id": random.choice(shared.ribbons)},
        "infoSections": [{"id": key} for key in random.sample(shared.sections, 2)],
        "media": {"itemsInfo": {"items": [picture(site, alt="Ä picture"), picture(site)]}},
        "modifiers": [_modifier(site)],
        "seoData": {"tags": [], "settings": {"preventAutoRedirect": False, "keywords": []}},
        "undocumented": {"numericId": str(10**15 + number), "flattenOptions": [], "importId": None},
        "tags": {"publicTags": {"tagIds": ["a1b2"]}, "privateTags": {"tagIds": []}},
        "taxGroupId": site.new_id(),
        "purchaseEligibility": {"userCriteria": "MEMBERS_ONLY"},
        "extendedFields": {"namespaces": {"@erp/sync": {"nested": {"n": 9007199254740993}}}},
    }
    found = {name: value for name, value in chances.items() if random.random() < 0.3}
    if number % 60 == 7:
        found["plainDescription"] = "<p>" + "longest " * 1998 + "</p>"
    elif "plainDescription" in found and number % 3 == 0:
        found["description"] = from_html(found.pop("plainDescription"))
    if number % 40 == 11:
        found["subscriptionDetails"] = _subscription(site)
    return found


def _modifier(site: Site) -> Json:
    return {
        "id": site.new_id(),
        "name": "Engraving",
        "key": "Engraving",
        "mandatory": False,
        "modifierRenderType": "FREE_TEXT",
        "freeTextSettings": {
            "minCharCount": 0,
            "maxCharCount": 500,
            "title": "Text",
            "key": "Text",
        },
    }


def _subscription(site: Site) -> Json:
    plan = {
        "id": site.new_id(),
        "title": "Monthly",
        "visible": True,
        "frequency": "MONTH",
        "interval": 1,
        "billingCycles": 12,
        "discount": {"type": "PERCENT", "percentOff": Decimal("12.5")},
    }
    return {"allowOneTimePurchases": True, "subscriptions": [plan]}


nasty.PRODUCTS[V3] = nasty_products
