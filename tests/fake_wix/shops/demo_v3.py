"""The products of the demo shop on Catalog V3: pottery, textiles, and what goes with them."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.routes import V3
from tests.fake_wix.shops import demo
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
    from tests.fake_wix.site import Site

GLAZES = {"Celadon": "#A8C3B0", "Tenmoku": "#3B2A24", "Ash": "#C9C2B4"}
SIZES = {"Size": ("S", "M", "L")}
LINEN = {"Size": ("S", "M"), "Colour": ("Natural", "Indigo")}
# name, category, handle, price, compare-at, cost, weight, options, stock, description
GOODS: tuple[tuple[Any, ...], ...] = (
    ("Tea bowl", "Tableware", "bowl-tea", "38.00", None, "11.50", "0.32", "glaze", 14,
     "<p>Thrown by hand, <em>fits</em> two hands.</p>"),
    ("Espresso cup", "Tableware", "cup-esp", "24.00", "28.00", "7.20", "0.18", "glaze", 40,
     "<p>Holds 8 cl.</p>"),
    ("Dinner plate", "Tableware", "plate-din", "46.00", None, "14.00", "0.85", "glaze", 22,
     "<p>27 cm, for oven and dishwasher.</p>"),
    ("Serving bowl", "Tableware", "bowl-srv", "89.00", None, "27.00", "1.60", None, 5,
     "<p>For salad or six portions of soup.</p>"),
    ("Milk jug", "Tableware", "jug-milk", "34.50", None, "9.80", "0.41", None, 0,
     "<p>Pours without a drop.</p>"),
    ("Moon vase", "Vases", "vase-moon", "145.00", "170.00", "41.00", "2.30", SIZES, 2,
     "<p>White slip over dark clay.</p>"),
    ("Bud vase", "Vases", "vase-bud", "29.00", None, "7.90", "0.35", "glaze", 18,
     "<p>For a single stem.</p>"),
    ("Linen apron", "Textiles", "apron", "64.00", None, "22.00", "0.45", LINEN, 9,
     "<p>Heavy linen, <strong>two</strong> pockets.</p>"),
    ("Linen towel", "Textiles", "towel", "19.90", "24.90", "6.10", "0.15", None, 75,
     "<p>Dries glasses without lint.</p>"),
    ("Table runner", "Textiles", "runner", "54.00", None, "18.00", "0.38", None, 12,
     "<p>45 x 150 cm.</p>"),
    ("Stoneware clay, 10 kg", "Studio", "clay-10", "21.00", None, "9.00", "10", None, 130,
     "<p>Fires to 1250 °C.</p>"),
    ("Trimming tool", "Studio", "tool-trim", "16.50", None, "5.40", "0.08", None, 33,
     "<p>Steel loop, beech handle.</p>"),
    ("Glaze sample set", "Studio", "glaze-set", "42.00", None, "15.00", "1.20", None, True,
     "<p>Twelve jars of 50 ml.</p>"),
    ("Seconds box", "Studio", "seconds", "60.00", None, "20.00", "3.50", None, 3,
     "<p>Four pieces with small flaws, our choice.</p>"),
)  # fmt: skip


def demo_products(site: Site) -> None:
    """Fifteen products in four categories; one is hidden, one is a download."""
    categories = {
        name: add_category(site, name, at="2024-01-15T08:00:00.000Z")["id"]
        for name in ("Tableware", "Vases", "Textiles", "Studio")
    }
    care = add_info_section(
        site, "Care", "<p>Dishwasher safe. No sudden heat.</p>", unique_name="care"
    )
    brands = {
        "Textiles": named(site, site.v3.brands, "Nordhem"),
        "Studio": named(site, site.v3.brands, "Ateljé Lera"),
    }
    sale = named(site, site.v3.ribbons, "Sale")
    for number, goods in enumerate(GOODS):
        name, place, handle, actual, compare_at, cost, weight, kinds, stock, html = goods
        options = _options(site, kinds)
        picks = list(itertools.product(*(range(len(_choices(row))) for row in options)))
        variants = [
            {
                "sku": "-".join((handle.upper(), *(_code(options, pick)))),
                "price": price(actual, compare_at),
                "revenueDetails": {"cost": {"amount": cost}},
                "physicalProperties": {"weight": Decimal(weight)},
                "stock": stock if isinstance(stock, bool) else max(0, stock - index),
                **({"choices": chosen(options, pick)} if pick else {}),
            }
            for index, pick in enumerate(picks)
        ]
        fields: dict[str, Any] = {"ribbon": {"id": sale}} if compare_at else {}
        if place in brands:
            fields["brand"] = {"id": brands[place]}
        else:
            fields["infoSections"] = [{"id": care}]
        add_product(
            site,
            name,
            variants,
            categories=[categories[place]],
            at=f"2024-0{1 + number % 9}-12T10:{number + 10}:00.000Z",
            updatedDate=f"2026-09-{number + 10}T07:31:04.{number + 100}Z",
            slug="-".join(name.lower().replace(",", "").split()),
            handle=handle,
            visible=handle != "seconds",
            options=options,
            plainDescription=html,
            media={"itemsInfo": {"items": [picture(site, alt=name)]}},
            **fields,
        )
    add_product(
        site,
        "Glaze notebook (PDF)",
        [{"sku": "GLAZE-PDF", "price": price("12.00"), "digitalProperties": {}, "stock": True}],
        categories=[categories["Studio"]],
        at="2025-05-05T12:00:00.000Z",
        updatedDate="2026-09-28T16:20:11.042Z",
        slug="glaze-notebook-pdf",
        handle="glaze-notebook",
        productType="DIGITAL",
        plainDescription="<p>Forty recipes with test tiles.</p>",
    )


def _choices(row: Any) -> list[Any]:
    return list(row["choicesSettings"]["choices"])


def _options(site: Site, kinds: Any) -> list[Any]:
    if kinds == "glaze":
        return [option(site, "Glaze", list(GLAZES), colors=list(GLAZES.values()))]
    return [option(site, name, choices) for name, choices in (kinds or {}).items()]


def _code(options: list[Any], pick: tuple[int, ...]) -> list[str]:
    names = [_choices(row)[index]["name"] for row, index in zip(options, pick, strict=True)]
    return [name.upper()[:3] for name in names]


demo.PRODUCTS[V3] = demo_products
