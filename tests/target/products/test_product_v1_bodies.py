"""V3-shaped products on a Catalog V1 shop: what is sent, and what comes out of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_wix.api import codec
from tap_wix.api.catalog_conversion.upgrade import upgrade_product
from target_wix.products.v1.bodies import create_body, removals, unmanaging_bodies, update_body
from target_wix.products.v1.limits import as_v1_holds, v1_limits, v1_omissions
from target_wix.products.v1.variants import variant_updates
from tests.fake_wix import endpoints  # noqa: F401 - registers the handlers
from tests.fake_wix.http.routes import Request
from tests.fake_wix.site import V1, Site
from tests.fake_wix.stores_v1.product_actions import remove_brand, remove_ribbon
from tests.fake_wix.stores_v1.products_read import get_product
from tests.fake_wix.stores_v1.products_write import create_product, update_product
from tests.fake_wix.stores_v1.variants_write import update_variants

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json

EVERYTHING = frozenset(
    {
        "name",
        "slug",
        "visible",
        "plainDescription",
        "ribbon",
        "brand",
        "infoSections",
        "seoData",
        "physicalProperties",
        "options",
        "modifiers",
        "variantsInfo",
    }
)


class Shop:
    """A V1 shop without a network, to which bodies go as the wire would write them."""

    def __init__(self) -> None:
        self.site = Site(V1, seed=1)
        self.calls: list[tuple[str, Any]] = []

    def create(self, product: Json) -> str:
        body = create_body(product)
        found = create_product(self.site, self._request("POST", body))["product"]["id"]
        self._vary(str(found), variant_updates(product, self.read(str(found))))
        return str(found)

    def update(self, name: str, desired: Json, *, keep_sale: bool = False) -> None:
        current = self.read(name)
        for body in unmanaging_bodies(desired, current):
            update_product(self.site, self._request("PATCH", body), name)
        body = update_body(EVERYTHING, desired, current, keep_sale=keep_sale)
        if body:
            update_product(self.site, self._request("PATCH", body), name)
        for part in removals(EVERYTHING, desired, current):
            remove = {"brand": remove_brand, "ribbon": remove_ribbon}[part]
            remove(self.site, self._request("POST", {}), name)
        self._vary(name, variant_updates(desired, self.read(name), keep_sale=keep_sale))

    def read(self, name: str) -> Json:
        request = Request("GET", "", {"includeMerchantSpecificData": ["true"]})
        shown = get_product(self.site, request, name)["product"]
        return upgrade_product(codec.decode(codec.encode(shown)))

    def _vary(self, name: str, variants: list[Json]) -> None:
        if variants:
            update_variants(self.site, self._request("PATCH", {"variants": variants}), name)

    def _request(self, method: str, body: Json) -> Request:
        sent = codec.decode(codec.encode(body))
        self.calls.append((method, sent))
        return Request(method, "", body=sent)


def money(amount: str | None) -> Json | None:
    return None if amount is None else {"amount": amount}


def variant(
    price: str | None, compare_at: str | None = None, choices: Json | None = None, **more: object
) -> Json:
    prices = {"actualPrice": money(price), "compareAtPrice": money(compare_at)}
    return {
        "choices": [
            {
                "optionChoiceNames": {
                    "optionName": name,
                    "choiceName": label,
                    "renderType": "TEXT_CHOICES",
                }
            }
            for name, label in (choices or {}).items()
        ],
        "price": {name: value for name, value in prices.items() if value is not None},
        "physicalProperties": {},
        **more,
    }


def choices_of(*labels: str) -> Json:
    return {"choices": [{"choiceType": "CHOICE_TEXT", "name": label} for label in labels]}


def option(name: str, *labels: str) -> Json:
    return {
        "name": name,
        "optionRenderType": "TEXT_CHOICES",
        "choicesSettings": choices_of(*labels),
    }


def modifier(name: str, *labels: str) -> Json:
    return {
        "name": name,
        "modifierRenderType": "TEXT_CHOICES",
        "mandatory": True,
        "choicesSettings": choices_of(*labels),
    }


COLOUR: Json = {
    "name": "Colour",
    "optionRenderType": "SWATCH_CHOICES",
    "choicesSettings": {
        "choices": [{"choiceType": "ONE_COLOR", "name": "Wine", "colorCode": "#7A1F1F"}]
    },
}
FREE_TEXT: Json = {
    "name": "Monogram",
    "modifierRenderType": "FREE_TEXT",
    "mandatory": True,
    "freeTextSettings": {"title": "Monogram", "maxCharCount": 12},
}


def simple(*args: Any, **more: object) -> Json:
    return {
        "name": "Cup",
        "productType": "PHYSICAL",
        "visible": True,
        "currency": "EUR",
        "options": [],
        "modifiers": [],
        "variantsInfo": {"variants": [variant(*(args or ("12.10",)))]},
        **more,
    }


def sized(*prices: tuple[str, str | None], **more: object) -> Json:
    """A product in as many sizes as there are prices."""
    sizes = [f"Size {number}" for number in range(len(prices))]
    rows = [
        variant(paid, compare_at, {"Size": size}, sku=f"SKU-{size[-1]}")
        for size, (paid, compare_at) in zip(sizes, prices, strict=True)
    ]
    return simple(options=[option("Size", *sizes)], variantsInfo={"variants": rows}) | more


def prices_of(product: Json) -> list[tuple[Decimal, Decimal | None]]:
    found = []
    for row in product["variantsInfo"]["variants"]:
        compare_at = row["price"].get("compareAtPrice")
        found.append(
            (
                Decimal(row["price"]["actualPrice"]["amount"]),
                Decimal(compare_at["amount"]) if compare_at else None,
            )
        )
    return found


def discount_of(product: Json) -> tuple[str, Decimal]:
    discount = product["v1"]["discount"]
    return discount["type"], Decimal(discount["value"])


# Creating


def test_a_simple_product_is_created_with_numbers_and_plain_names() -> None:
    product = simple(
        plainDescription="<p>Stoneware</p>",
        brand={"id": "b1", "name": "Nordhem"},
        ribbon={"name": "New"},
        infoSections=[{"uniqueName": "care", "title": "Care", "plainDescription": "<p>40</p>"}],
        seoData={"tags": [{"type": "title", "children": "Cup"}]},
        physicalProperties={"pricePerUnit": {"quantity": 1, "measurementUnit": "KG"}},
        slug="cup",
    )
    product["variantsInfo"]["variants"][0] |= {
        "sku": "CUP-1",
        "revenueDetails": {"cost": {"amount": "4.00"}},
        "physicalProperties": {
            "weight": Decimal("0.25"),
            "pricePerUnit": {"settings": {"quantity": 500, "measurementUnit": "G"}},
            "productDimensions": {"length": "10.50", "unit": "CM"},
        },
    }
    assert create_body(product) == {
        "product": {
            "name": "Cup",
            "productType": "physical",
            "visible": True,
            "description": "<p>Stoneware</p>",
            "brand": "Nordhem",
            "ribbon": "New",
            "additionalInfoSections": [{"title": "Care", "description": "<p>40</p>"}],
            "seoData": {"tags": [{"type": "title", "children": "Cup"}]},
            "pricePerUnitData": {
                "totalQuantity": Decimal(500),
                "totalMeasurementUnit": "G",
                "baseQuantity": Decimal(1),
                "baseMeasurementUnit": "KG",
            },
            "manageVariants": False,
            "priceData": {"price": Decimal("12.10")},
            "sku": "CUP-1",
            "weight": Decimal("0.25"),
            "costAndProfitData": {"itemCost": Decimal("4.00")},
            "productDimensions": {"length": "10.5", "unit": "CM"},
        }
    }


def test_prices_go_out_as_plain_json_numbers() -> None:
    assert b'"priceData":{"price":12.10}' in codec.encode(create_body(simple("12.10")))


def test_a_compare_at_price_is_the_price_and_the_rest_a_discount() -> None:
    body = create_body(simple("31.05", "34.50"))["product"]
    assert body["priceData"] == {"price": Decimal("34.50")}
    assert body["discount"] == {"type": "AMOUNT", "value": Decimal("3.45")}


def test_a_product_with_options_is_managed_and_its_variants_follow() -> None:
    product = sized(("10", None), ("12", None))
    body = create_body(product)["product"]
    assert body["manageVariants"] is True
    assert "sku" not in body, "each variant would get it"
    assert variant_updates(product) == [
        {"choices": {"Size": "Size 0"}, "price": Decimal(10), "sku": "SKU-0"},
        {"choices": {"Size": "Size 1"}, "price": Decimal(12), "sku": "SKU-1"},
    ]


def test_a_modifier_is_an_option_without_managed_variants() -> None:
    body = create_body(simple(modifiers=[modifier("Wrap", "Yes", "No")]))["product"]
    assert body["manageVariants"] is False
    assert body["productOptions"] == [
        {
            "name": "Wrap",
            "optionType": "drop_down",
            "choices": [
                {"value": "Yes", "description": "Yes"},
                {"value": "No", "description": "No"},
            ],
        }
    ]


def test_a_colour_is_sent_with_its_code_as_value_and_its_name_as_description() -> None:
    body = create_body(simple(options=[COLOUR]))["product"]
    assert body["productOptions"][0] == {
        "name": "Colour",
        "optionType": "color",
        "choices": [{"value": "#7A1F1F", "description": "Wine"}],
    }


def test_internal_values_of_v1_are_kept_while_their_labels_are_there() -> None:
    values: Json = {"name": "Size", "optionType": "drop_down"}
    values["choices"] = [{"value": "s", "description": "S"}, {"value": "x", "description": "X"}]
    product = simple(options=[option("Size", "S", "M")], v1={"productOptions": [values]})
    assert create_body(product)["product"]["productOptions"][0]["choices"] == [
        {"value": "s", "description": "S"},
        {"value": "M", "description": "M"},
    ]


def test_a_discount_of_v1_serves_only_while_it_gives_the_v3_prices() -> None:
    percent = {"discount": {"type": "PERCENT", "value": 10}}
    kept = create_body(simple("31.05", "34.50", v1=percent))["product"]
    assert kept["discount"] == {"type": "PERCENT", "value": Decimal(10)}
    changed = create_body(simple("30.00", "34.50", v1=percent))["product"]
    assert changed["discount"] == {"type": "AMOUNT", "value": Decimal("4.50")}
    ended = create_body(simple("34.50", v1=percent))["product"]
    assert "discount" not in ended


def test_combinations_that_v3_does_not_list_are_hidden() -> None:
    product = simple(
        options=[option("Size", "S", "M"), option("Lining", "No", "Yes")],
        variantsInfo={
            "variants": [
                variant("10", None, {"Size": "S", "Lining": "No"}),
                variant("12", None, {"Size": "M", "Lining": "Yes"}),
            ]
        },
    )
    assert variant_updates(product)[2:] == [
        {"choices": {"Size": "S", "Lining": "Yes"}, "visible": False},
        {"choices": {"Size": "M", "Lining": "No"}, "visible": False},
    ]
    shop = Shop()
    there = shop.read(shop.create(product))
    assert [row["visible"] for row in there["variantsInfo"]["variants"]] == [
        True,
        False,
        False,
        True,
    ]
    shown = [row for row in there["variantsInfo"]["variants"] if row["visible"]]
    assert prices_of({**there, "variantsInfo": {"variants": shown}}) == prices_of(product)


def test_a_variant_that_names_no_choice_never_becomes_a_selector_of_all() -> None:
    product = sized(("10", None), ("12", None))
    product["variantsInfo"]["variants"][0]["choices"] = []
    assert [entry["choices"] for entry in variant_updates(product)] == [{"Size": "Size 1"}]
    assert ("variantsInfo.variants.choices", "V1 needs the name of a choice for every option") in (
        v1_limits(product)
    )


def test_choices_known_only_by_id_are_found_by_the_ids_of_the_options() -> None:
    product = sized(("10", None))
    product["options"][0]["id"] = "o1"
    product["options"][0]["choicesSettings"]["choices"][0]["choiceId"] = "c1"
    product["variantsInfo"]["variants"][0]["choices"] = [
        {"optionChoiceIds": {"optionId": "o1", "choiceId": "c1"}}
    ]
    assert variant_updates(product)[0]["choices"] == {"Size": "Size 0"}


# Discounts


@pytest.mark.parametrize(
    ("prices", "kind", "value"),
    [
        ([("31.05", "34.50"), ("32.55", "36.00")], "AMOUNT", "3.45"),
        ([("31.05", "34.50"), ("32.40", "36.00")], "PERCENT", "10"),
        # 10 % of 12.99 and 7.49, rounded to cents by whoever set the prices.
        ([("11.69", "12.99"), ("6.74", "7.49")], "PERCENT", "10"),
        # 10 % of 7.45 lies between two cents: another rate leaves nothing to how Wix rounds.
        ([("11.69", "12.99"), ("6.71", "7.45")], "PERCENT", "9.98"),
        ([("8.78", "10.00"), ("4.39", "5.00")], "PERCENT", "12.2"),
        ([("10.00", None), ("12.00", "12.00")], "NONE", "0"),
    ],
)
def test_one_discount_is_found_that_gives_every_paid_price(
    prices: list[tuple[str, str | None]], kind: str, value: str
) -> None:
    body = create_body(sized(*prices))["product"]
    found = body.get("discount", {"type": "NONE", "value": Decimal(0)})
    assert (found["type"], found["value"]) == (kind, Decimal(value))
    assert v1_omissions(sized(*prices)) == []


def test_where_no_one_discount_fits_the_paid_prices_are_kept_and_the_loss_is_named() -> None:
    product = sized(("10.00", "20.00"), ("12.00", None))
    assert "discount" not in create_body(product)["product"]
    shop = Shop()
    there = shop.read(shop.create(product))
    assert prices_of(there) == [(Decimal(10), None), (Decimal(12), None)]
    assert [field for field, _ in v1_omissions(product)] == [
        "variantsInfo.variants.price.compareAtPrice"
    ]
    assert prices_of(as_v1_holds(product)) == prices_of(there)


def test_a_new_price_for_one_variant_does_not_end_the_sale_of_the_others() -> None:
    shop = Shop()
    name = shop.create(sized(("31.05", "34.50"), ("32.40", "36.00")))
    desired = shop.read(name)
    first = desired["variantsInfo"]["variants"][0]
    first["price"] = {"actualPrice": {"amount": "25.00"}, "compareAtPrice": {"amount": "34.50"}}
    shop.calls.clear()
    shop.update(name, desired, keep_sale=True)
    assert [body for _, body in shop.calls] == [
        {"variants": [{"variantIds": [first["id"]], "price": Decimal("27.78")}]}
    ]
    there = shop.read(name)
    assert prices_of(there)[0][0] == Decimal("25.00")
    assert prices_of(there)[1] == (Decimal("32.40"), Decimal("36.00"))
    assert prices_of(as_v1_holds(desired, there, keep_sale=True)) == prices_of(there)


def test_a_price_below_the_discount_is_raised_where_managed_variants_do_not_use_it() -> None:
    shop = Shop()
    name = shop.create(sized(("5", None), ("80", None)))
    desired = shop.read(name)
    for row, (paid, full) in zip(
        desired["variantsInfo"]["variants"], [("20", "110"), ("10", "100")], strict=True
    ):
        row["price"] = {"actualPrice": {"amount": paid}, "compareAtPrice": {"amount": full}}
    shop.update(name, desired)
    assert prices_of(shop.read(name)) == prices_of(desired)


CENTS = st.decimals(min_value=0, max_value=5000, places=2)


@given(prices=st.lists(st.tuples(CENTS, st.none() | CENTS), min_size=1, max_size=4), data=st.data())
@settings(max_examples=60, deadline=None)
def test_buyers_pay_exactly_the_paid_price_whatever_the_compare_at_prices(
    prices: list[tuple[Decimal, Decimal | None]], data: st.DataObject
) -> None:
    product = sized(*((str(paid), None if up is None else str(paid + up)) for paid, up in prices))
    shop = Shop()
    name = shop.create(product)
    there = shop.read(name)
    assert [paid for paid, _ in prices_of(there)] == [paid for paid, _ in prices]
    assert prices_of(as_v1_holds(product)) == [
        (paid, full if full != paid else None) for paid, full in prices_of(there)
    ]
    changed = data.draw(st.integers(0, len(prices) - 1))
    paid = data.draw(CENTS)
    row = there["variantsInfo"]["variants"][changed]
    row["price"] = {**row["price"], "actualPrice": {"amount": str(paid)}}
    shop.update(name, there, keep_sale=data.draw(st.booleans()))
    wanted = [price for price, _ in prices_of(there)]
    assert [price for price, _ in prices_of(shop.read(name))] == wanted


# Updating


def test_only_what_differs_is_sent() -> None:
    shop = Shop()
    name = shop.create(simple("12.10", brand={"name": "Nordhem"}))
    current = shop.read(name)
    desired = {**current, "name": "Mug", "brand": {"id": "b9", "name": "Nordhem"}}
    assert update_body(EVERYTHING, desired, current) == {"product": {"name": "Mug"}}
    assert update_body({"brand"}, desired, current) == {}
    assert update_body(EVERYTHING, current, current) == {}
    assert removals(EVERYTHING, current, current) == []


def test_brand_and_ribbon_are_taken_away_by_calls_of_their_own() -> None:
    shop = Shop()
    name = shop.create(simple(brand={"name": "Nordhem"}, ribbon={"name": "New"}))
    desired = {**shop.read(name), "brand": None, "ribbon": None}
    shop.update(name, desired)
    there = shop.read(name)
    assert (there["brand"], there["ribbon"]) == (None, None)


def test_what_is_emptied_is_emptied() -> None:
    product = simple(plainDescription="<p>x</p>", infoSections=[{"title": "Care"}])
    product["variantsInfo"]["variants"][0] |= {"sku": "X", "physicalProperties": {"weight": 2}}
    shop = Shop()
    name = shop.create(product)
    desired = {**shop.read(name), "plainDescription": None, "infoSections": []}
    desired["variantsInfo"]["variants"][0] |= {"sku": None, "physicalProperties": {"weight": None}}
    shop.update(name, desired)
    assert shop.calls[-1][1] == {
        "product": {"description": "", "additionalInfoSections": [], "sku": "", "weight": 0}
    }


def test_a_simple_product_gets_options_and_loses_them_again() -> None:
    shop = Shop()
    name = shop.create(simple("12.10", modifiers=[modifier("Wrap", "Yes", "No")]))
    split = {**shop.read(name), **sized(("10", None), ("12", None)), "modifiers": []}
    shop.update(name, split)
    there = shop.read(name)
    assert prices_of(there) == [(Decimal(10), None), (Decimal(12), None)]
    assert [row["sku"] for row in there["variantsInfo"]["variants"]] == ["SKU-0", "SKU-1"]
    again = {**there, **simple("9.90", modifiers=[modifier("Size", "Size 0", "Size 1")])}
    shop.update(name, again)
    there = shop.read(name)
    assert (prices_of(there), there["options"]) == ([(Decimal("9.90"), None)], [])
    assert there["modifiers"][0]["choicesSettings"]["choices"][1]["name"] == "Size 1"


def test_a_changed_variant_is_addressed_by_its_id() -> None:
    shop = Shop()
    name = shop.create(sized(("10", None), ("12", None)))
    desired = shop.read(name)
    row = desired["variantsInfo"]["variants"][1]
    row["physicalProperties"]["weight"] = Decimal("1.5")
    assert variant_updates(desired, shop.read(name)) == [
        {"variantIds": [row["id"]], "weight": Decimal("1.5")}
    ]


def test_a_variant_of_another_shop_is_found_by_its_choices() -> None:
    shop = Shop()
    name = shop.create(sized(("10", None), ("12", None)))
    foreign = sized(("10", None), ("13", None))
    there = shop.read(name)["variantsInfo"]["variants"]
    assert variant_updates(foreign, shop.read(name)) == [
        {"variantIds": [there[1]["id"]], "price": Decimal(13)}
    ]


def test_a_removed_variant_is_hidden_once() -> None:
    shop = Shop()
    name = shop.create(sized(("10", None), ("12", None)))
    desired = shop.read(name)
    gone = desired["variantsInfo"]["variants"].pop()
    assert variant_updates(desired, shop.read(name)) == [
        {"variantIds": [gone["id"]], "visible": False}
    ]
    shop.update(name, desired)
    assert variant_updates(desired, shop.read(name)) == []


# Limits


def free(**more: object) -> Json:
    return simple(**more)


BAD_SWATCH = {**COLOUR, "choicesSettings": {"choices": [{"name": "Tartan", "choiceType": "IMAGE"}]}}
FEE = modifier("Wrap", "Yes")
FEE["choicesSettings"]["choices"][0]["addedPrice"] = "2.50"


@pytest.mark.parametrize(
    ("product", "field"),
    [
        (free(options=[option("Size", "S")], modifiers=[modifier("Wrap", "Y")]), "modifiers"),
        (free(productType="DIGITAL"), "productType"),
        (free(modifiers=[FREE_TEXT]), "modifiers"),
        (free(modifiers=[{**modifier("W", "Y"), "mandatory": False}]), "modifiers.mandatory"),
        (free(modifiers=[FEE]), "modifiers.choicesSettings.choices.addedPrice"),
        (free(options=[BAD_SWATCH]), "options.choicesSettings.choices"),
        (free(options=[option(f"O{n}", "A") for n in range(7)]), "options"),
        (free(options=[option("O", *map(str, range(101)))]), "options.choicesSettings.choices"),
        (free(options=[option("O", "A", "A")]), "options.choicesSettings.choices"),
        (
            free(options=[option(name, *map(str, range(18))) for name in "AB"]),
            "variantsInfo.variants",
        ),
        (free(plainDescription="x" * 8001), "plainDescription"),
        (free(description={"nodes": [{"type": "PARAGRAPH"}]}), "description"),
        (free(slug="x" * 101), "slug"),
        (
            free(subscriptionDetails={"subscriptions": [{"title": "Monthly"}]}),
            "subscriptionDetails",
        ),
        (free(purchaseEligibility={"userCriteria": "MEMBERS_ONLY"}), "purchaseEligibility"),
        (free(infoSections=[{"id": "s1"}]), "infoSections.title"),
        (simple("1.005"), "variantsInfo.variants.price.actualPrice"),
        (simple("1", "1.005"), "variantsInfo.variants.price.compareAtPrice"),
    ],
    ids=range(18),
)
def test_what_v1_cannot_hold_is_refused_with_its_field(product: Json, field: str) -> None:
    assert field in {name for name, _ in v1_limits(product)}


@pytest.mark.parametrize(
    "product",
    [
        simple(plainDescription="x" * 8000, slug="x" * 100, description={"nodes": []}),
        sized(("10", "12"), ("11", None), modifiers=[FREE_TEXT], v1={"customTextFields": []}),
        simple(modifiers=[modifier("Wrap", *map(str, range(100)))]),
        sized(*[("1", None)] * 100),
        simple("1.005", "1.2500", currency="KWD"),
    ],
    ids=["texts", "text field of the shop", "choices", "variants", "small coins"],
)
def test_what_v1_can_hold_has_no_limit(product: Json) -> None:
    current = simple(modifiers=[FREE_TEXT])
    assert v1_limits(product, current) == []


def test_a_text_field_that_was_already_out_of_reach_on_the_old_shop_is_left_out() -> None:
    fields = [{"title": "Monogram", "maxLength": 12, "mandatory": True}]
    product = simple(modifiers=[FREE_TEXT], v1={"customTextFields": fields})
    assert v1_limits(product) == []
    assert v1_omissions(product) == [("modifiers", "text fields cannot be set on V1 by API")]
    assert as_v1_holds(product)["modifiers"] == []


def test_what_v1_has_no_place_for_is_named_and_is_no_difference() -> None:
    product = simple(
        handle="cup",
        tags={"publicTags": {"tagIds": ["t1"]}},
        extendedFields={"namespaces": {}},
        visibleInPos=False,
        physicalProperties={"deliveryProfileId": "d1"},
    )
    product["variantsInfo"]["variants"][0]["barcode"] = "4012345678901"
    assert {field for field, _ in v1_omissions(product)} == {
        "handle",
        "tags",
        "visibleInPos",
        "physicalProperties.deliveryProfileId",
        "variantsInfo.variants.barcode",
    }
    shop = Shop()
    held = as_v1_holds(product)
    assert held.keys() & {"handle", "tags", "extendedFields", "visibleInPos"} == set()
    assert held["physicalProperties"] == {}
    assert "barcode" not in held["variantsInfo"]["variants"][0]
    assert shop.read(shop.create(product))["name"] == "Cup"


def test_unit_prices_that_differ_by_variant_are_named() -> None:
    product = sized(("1", None), ("2", None))
    for number, row in enumerate(product["variantsInfo"]["variants"]):
        row["physicalProperties"] = {"pricePerUnit": {"settings": {"quantity": number + 1}}}
    assert [field for field, _ in v1_omissions(product)] == [
        "variantsInfo.variants.physicalProperties.pricePerUnit"
    ]


# The way there and back


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)
LABELS = st.lists(NAMES.map(lambda name: name[:50]), min_size=1, max_size=3, unique=True)
V1_OPTIONS = st.lists(
    st.builds(
        lambda name, labels, colour: {
            "name": name[:50],
            "optionType": "color" if colour else "drop_down",
            "choices": [
                {"value": "#a0B1c2" if colour else f"v{place}", "description": label}
                for place, label in enumerate(labels)
            ],
        },
        NAMES,
        LABELS,
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda row: str(row["name"]),
)
DISCOUNTS = st.sampled_from(
    [
        {"type": "NONE", "value": 0},
        {"type": "AMOUNT", "value": Decimal("3.45")},
        {"type": "PERCENT", "value": 10},
        {"type": "PERCENT", "value": Decimal("33.3")},
    ]
)
PRICES = st.decimals(min_value=4, max_value=900, places=2)
V1_PRODUCTS = st.fixed_dictionaries(
    {
        "name": NAMES.map(lambda name: name[:80]),
        "visible": st.booleans(),
        "priceData": st.builds(lambda price: {"price": price}, PRICES),
        "productOptions": V1_OPTIONS,
        "manageVariants": st.booleans(),
        "discount": DISCOUNTS,
    },
    optional={
        "description": NAMES,
        "sku": NAMES.map(lambda name: name[:40]),
        "weight": st.decimals(min_value=0, max_value=50, places=3),
        "costAndProfitData": st.builds(lambda price: {"itemCost": price}, PRICES),
        "brand": NAMES.map(lambda name: name[:50]),
        "ribbon": NAMES.map(lambda name: name[:30]),
        "additionalInfoSections": st.lists(
            st.fixed_dictionaries(
                {"title": NAMES.map(lambda name: name[:50]), "description": NAMES}
            )
        ),
        "productDimensions": st.just({"length": "10.5", "width": "3", "unit": "CM"}),
        "pricePerUnitData": st.just(
            {
                "totalQuantity": 500,
                "totalMeasurementUnit": "G",
                "baseQuantity": 1,
                "baseMeasurementUnit": "KG",
            }
        ),
    },
)
VARIANT = st.fixed_dictionaries(
    {},
    optional={
        "price": PRICES,
        "cost": PRICES,
        "sku": NAMES.map(lambda name: name[:40]),
        "weight": st.decimals(min_value=0, max_value=50, places=3),
        "visible": st.booleans(),
    },
)


def meaning(product: Json) -> Json:
    """A product without what is another on every shop: ids, numbers, dates, the address."""
    own = {"numericId", "inventoryItemId"}
    other = {"id", "createdDate", "updatedDate", "slug", "url"}
    same = {name: value for name, value in product.items() if name not in other}
    same["variantsInfo"] = {
        "variants": [{**row, "id": ""} for row in product["variantsInfo"]["variants"]]
    }
    v1 = {name: value for name, value in product["v1"].items() if name not in own}
    v1["variants"] = [{**row, "id": ""} for row in v1["variants"]]
    # The product's own values are not its variants' where those are managed.
    for name in ("priceData", "convertedPriceData", "costAndProfitData", "weight", "sku"):
        v1.pop(name, None)
    v1.pop("productDimensions", None)
    return {**same, "v1": v1}


@given(source=V1_PRODUCTS, patches=st.lists(VARIANT, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_v1_product_comes_back_as_it_was_from_an_empty_shop_and_from_its_own(
    source: Json, patches: list[Json]
) -> None:
    source = {
        **source,
        "manageVariants": source["manageVariants"] and source["productOptions"] != [],
    }
    old = Shop()
    request = Request("POST", "", body=codec.decode(codec.encode({"product": source})))
    name = create_product(old.site, request)["product"]["id"]
    record = old.read(name)
    if record["options"]:
        ids = [row["id"] for row in record["variantsInfo"]["variants"]]
        sent = [
            {**patch, "variantIds": [ids[place % len(ids)]]} for place, patch in enumerate(patches)
        ]
        if sent:
            body = codec.decode(codec.encode({"variants": sent}))
            update_variants(old.site, Request("PATCH", "", body=body), name)
        record = old.read(name)

    assert v1_limits(record) == []
    assert v1_omissions(record) == []
    assert as_v1_holds(record, record) == record
    assert update_body(EVERYTHING, record, record) == {}
    assert variant_updates(record, record) == []

    new = Shop()
    there = new.create(record)
    assert meaning(new.read(there)) == meaning(record)
    new.calls.clear()
    new.update(there, {**new.read(there), **{key: record[key] for key in record if key != "slug"}})
    assert new.calls == []
