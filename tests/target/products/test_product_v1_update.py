"""Changes of products on Catalog V1: only what differs, each variant under its id, prices as paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tap_wix.api.errors import UnavailableError
from target_wix.products.catalog import Keys, Updated
from target_wix.runtime.outcomes import Rejection
from tests.fake_wix import FakeWix, faults
from tests.fake_wix.stores_v1.media import picture
from tests.target.products.v1_harness import Shop, option, prices, variant

SIZES = {
    "optionType": "drop_down",
    "name": "Size",
    "choices": [{"value": name.lower(), "description": name} for name in ("S", "M")],
}
MANAGED: dict[str, Any] = {"manageVariants": True, "productOptions": [SIZES]}
OFF: dict[str, Any] = {"type": "PERCENT", "value": 10}


@pytest.fixture
def shop(wix_v1: FakeWix) -> Shop:
    return Shop(wix_v1)


def rows(shop: Shop, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.read(key)["variantsInfo"]["variants"]
    return found


def repriced(shop: Shop, key: str, *wanted: tuple[str, str | None]) -> tuple[Any, Any]:
    """Give the variants of a product these prices."""
    changed = []
    for row, (price, before) in zip(rows(shop, key), wanted, strict=True):
        both = variant(price, before)["price"]
        changed.append({**row, "price": both})
    return shop.change(key, variantsInfo={"variants": changed})


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ({"name": "Cup"}, {"name": "Cup"}),
        ({"slug": "mine"}, {"slug": "mine"}),
        ({"plainDescription": "<p>New</p>"}, {"description": "<p>New</p>"}),
        ({"brand": {"name": "B"}}, {"brand": "B"}),
        ({"ribbon": {"name": "R"}}, {"ribbon": "R"}),
        (
            {"infoSections": [{"title": "Care", "plainDescription": "<p>Wash</p>"}]},
            {"additionalInfoSections": [{"title": "Care", "description": "<p>Wash</p>"}]},
        ),
        ({"seoData": {"tags": [{"type": "title", "children": "T"}]}}, None),
    ],
)
def test_only_the_field_that_differs_is_sent(
    shop: Shop, fields: dict[str, Any], body: dict[str, Any] | None
) -> None:
    key = shop.put()
    changed, outcome = shop.change(key, **fields)
    assert (changed, outcome) == (tuple(fields), Updated())
    (sent,) = shop.site.requests.writes
    assert sent.method == "PATCH"
    assert sent.body["product"] == (fields if body is None else body)
    assert shop.change(key, **fields) == ((), None)


def test_brand_and_ribbon_are_taken_away_by_calls_of_their_own(shop: Shop) -> None:
    key = shop.put(brand="B", ribbon="R")
    assert shop.change(key, brand=None, ribbon=None)[1] == Updated()
    paths = [one.path.rpartition("/")[2] for one in shop.site.requests.writes]
    assert paths == ["remove-brand", "remove-ribbon"]
    now = shop.read(key)
    assert (now["brand"], now["ribbon"]) == (None, None)


def test_a_slug_that_another_product_has_is_told_of(shop: Shop) -> None:
    shop.put("Taken")
    key = shop.put()
    _, outcome = shop.change(key, slug="taken", name="Cup")
    assert isinstance(outcome, Updated)
    assert outcome.rejection is not None
    assert outcome.rejection.code == "SLUG_TAKEN"
    assert shop.read(key)["name"] == "Cup"


def test_what_wix_refuses_is_the_products_outcome(shop: Shop) -> None:
    key = shop.put()
    body = {"message": "not today", "details": {}}
    shop.site.faults.add(faults.refusal("/stores/v1/products/", status=400, body=body))
    _, outcome = shop.change(key, name="Cup")
    assert isinstance(outcome, Rejection)
    assert (outcome.code, outcome.reason) == ("400", "not today")


def test_a_product_that_was_deleted_meanwhile_is_told_of(shop: Shop) -> None:
    key = shop.put()
    shop.site.faults.add(
        faults.hook(lambda site, _: site.v1.remove(key), "/stores/v1/products/", method="PATCH")
    )
    _, outcome = shop.change(key, name="Cup")
    assert isinstance(outcome, Rejection)
    assert outcome.code == "PRODUCT_NOT_FOUND"


def test_fields_of_a_simple_products_only_variant_are_the_products(shop: Shop) -> None:
    key = shop.put()
    (row,) = rows(shop, key)
    new = {
        **row,
        "sku": "A-1",
        "revenueDetails": {"cost": {"amount": "12.05"}},
        "physicalProperties": {
            "weight": 0.4,
            "productDimensions": {"length": "1.5", "width": "2", "height": "3", "unit": "CM"},
        },
    }
    assert shop.change(key, variantsInfo={"variants": [new]})[1] == Updated()
    there = shop.site.v1.product(key).fields
    assert (there["sku"], there["weight"]) == ("A-1", Decimal("0.4"))
    assert there["costAndProfitData"] == {"itemCost": Decimal("12.05")}
    assert there["productDimensions"]["length"] == "1.5"
    assert shop.change(key, variantsInfo={"variants": [new]}) == ((), None)


# -- prices -----------------------------------------------------------------------------------


@pytest.mark.parametrize("discount", [None, OFF, {"type": "AMOUNT", "value": 5}])
@pytest.mark.parametrize(
    "wanted", [("20", None), ("20", "25"), ("33.33", "34.5"), ("0", "34.5"), ("31.05", "34.5")]
)
def test_what_the_buyer_pays_comes_out_whatever_the_discount_was(
    shop: Shop, discount: dict[str, Any] | None, wanted: tuple[str, str | None]
) -> None:
    key = shop.put(discount=discount or {"type": "NONE", "value": 0})
    repriced(shop, key, wanted)
    assert prices(shop.read(key)) == [wanted]
    assert repriced(shop, key, wanted) == ((), None)


@pytest.mark.parametrize("discount", [None, OFF, {"type": "AMOUNT", "value": 5}])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("20", None), ("30", None)),
        (("27", "30"), ("36", "40")),
        (("25", "30"), ("35", "40")),
        (("20", None), ("31.05", "34.5")),
        (("9.99", "19.99"), ("31.05", "34.5")),
    ],
)
def test_what_the_buyer_of_each_variant_pays_comes_out(
    shop: Shop,
    discount: dict[str, Any] | None,
    one: tuple[str, str | None],
    other: tuple[str, str | None],
) -> None:
    key = shop.put(**MANAGED, discount=discount or {"type": "NONE", "value": 0})
    ids = [row["id"] for row in rows(shop, key)]
    repriced(shop, key, one, other)
    assert [paid for paid, _ in prices(shop.read(key))] == [one[0], other[0]]
    assert [row["id"] for row in rows(shop, key)] == ids
    assert repriced(shop, key, one, other) == ((), None)


def test_the_price_of_one_variant_does_not_end_the_sale_of_the_others(shop: Shop) -> None:
    key = shop.put(**MANAGED, discount=OFF)
    repriced(shop, key, ("18", "34.5"), ("31.05", "34.5"))
    assert prices(shop.read(key)) == [("18", "20"), ("31.05", "34.5")]
    assert shop.site.v1.product(key).fields["discount"]["type"] == "PERCENT"


# -- options and variants ---------------------------------------------------------------------


def resized(shop: Shop, key: str, *names: str, **more: Any) -> tuple[Any, Any]:
    """Let a product have these sizes; a new one costs 50."""
    old = {
        row["choices"][0]["optionChoiceNames"]["choiceName"]: row
        for row in rows(shop, key)
        if row["choices"]
    }
    wanted = [
        old.get(name, variant("50", choices={"Size": name}, sku=f"A-{name}")) for name in names
    ]
    fields = {"options": [option("Size", *names)], "variantsInfo": {"variants": wanted}}
    return shop.change(key, **{**fields, **more})


def test_a_choice_that_is_added_leaves_the_ids_of_the_others(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    ids = [row["id"] for row in rows(shop, key)]
    changed, outcome = resized(shop, key, "S", "M", "L")
    assert (changed, outcome) == (("options", "variantsInfo"), Updated())
    now = rows(shop, key)
    assert [row["id"] for row in now][:2] == ids
    assert (now[2]["sku"], now[2]["price"]["actualPrice"]["amount"]) == ("A-L", "50")
    values = [one["value"] for one in shop.site.v1.product(key).options[0]["choices"]]
    assert values == ["s", "m", "L"]
    assert resized(shop, key, "S", "M", "L") == ((), None)


def test_a_choice_that_is_removed_takes_its_variant_along(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    (kept, _) = rows(shop, key)
    assert resized(shop, key, "S")[1] == Updated()
    assert [row["id"] for row in rows(shop, key)] == [kept["id"]]


def test_the_first_option_makes_variants(shop: Shop) -> None:
    key = shop.put(sku="A")
    assert resized(shop, key, "S", "M")[1] == Updated()
    assert shop.site.v1.product(key).managed
    assert [row["sku"] for row in rows(shop, key)] == ["A-S", "A-M"]
    assert prices(shop.read(key)) == [("50", None), ("50", None)]


def test_a_second_option_makes_other_variants(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    wanted = [
        variant("30", choices={"Size": size, "Color": colour}, sku=f"{size}-{colour}")
        for size in ("S", "M")
        for colour in ("Red", "Blue")
    ]
    options = [option("Size", "S", "M"), option("Color", "Red", "Blue")]
    assert shop.change(key, options=options, variantsInfo={"variants": wanted})[1] == Updated()
    assert [row["sku"] for row in rows(shop, key)] == ["S-Red", "S-Blue", "M-Red", "M-Blue"]


def test_without_its_options_a_product_is_a_simple_one(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    single = [variant("12", sku="ONE")]
    _, outcome = shop.change(key, options=[], variantsInfo={"variants": single})
    assert outcome == Updated()
    there = shop.site.v1.product(key)
    assert (there.managed, there.options) == (False, [])
    assert [(row["sku"], row["price"]["actualPrice"]["amount"]) for row in rows(shop, key)] == [
        ("ONE", "12")
    ]


def test_options_become_questions_to_the_buyer(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    asked = [option("Gift wrap", "Yes", "No", modifier=True)]
    fields = {"options": [], "modifiers": asked, "variantsInfo": {"variants": [variant("12")]}}
    assert shop.change(key, **fields)[1] == Updated()
    now = shop.read(key)
    assert [row["name"] for row in now["modifiers"]] == ["Gift wrap"]
    assert now["options"] == []
    assert shop.change(key, modifiers=asked) == ((), None)
    assert shop.change(key, modifiers=[])[1] == Updated()
    assert shop.read(key)["modifiers"] == []


def test_variants_of_which_one_differs_are_not_all_sent(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    one, other = rows(shop, key)
    changed = {**other, "sku": "NEW", "visible": False}
    assert shop.change(key, variantsInfo={"variants": [one, changed]})[1] == Updated()
    (sent,) = shop.site.requests.writes
    assert sent.body["variants"] == [{"variantIds": [other["id"]], "sku": "NEW", "visible": False}]


def test_variants_that_are_not_listed_are_hidden_and_come_back_with_their_id(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    one, other = rows(shop, key)
    assert shop.change(key, variantsInfo={"variants": [one]})[1] == Updated()
    assert [row["visible"] for row in rows(shop, key)] == [True, False]
    assert shop.change(key, variantsInfo={"variants": [one]}) == ((), None)
    assert shop.change(key, variantsInfo={"variants": [one, other]})[1] == Updated()
    assert [(row["id"], row["visible"]) for row in rows(shop, key)] == [
        (one["id"], True),
        (other["id"], True),
    ]


# -- broken off in the middle -----------------------------------------------------------------


@pytest.mark.parametrize("path", ["/variants$", "/products/[^/]+$", "/media$", "/remove-brand$"])
def test_a_second_run_finishes_what_broke_off(shop: Shop, path: str) -> None:
    key = shop.put(**MANAGED, brand="B")
    items = [{"url": f"https://example.com/{n}.jpg"} for n in range(2)]
    wanted = {
        "name": "Cup",
        "brand": None,
        "options": [option("Size", "S", "M", "L")],
        "variantsInfo": {
            "variants": [
                variant(f"{n}0", choices={"Size": size}, sku=size)
                for n, size in enumerate(("S", "M", "L"), 1)
            ]
        },
        "media": {"itemsInfo": {"items": items}},
    }
    shop.site.faults.add(
        faults.server_error(path, times=None, when=lambda one: one.method in {"POST", "PATCH"})
    )
    try:
        told = shop.change(key, **wanted)[1].rejection
        assert told is not None
        assert told.code == "NO_ANSWER"
    except UnavailableError:
        assert path != "/media$"
    shop.site.faults.clear()
    assert Shop(shop.wix).change(key, **wanted)[1] == Updated()
    now = shop.read(key)
    assert (now["name"], now["brand"]) == ("Cup", None)
    assert prices(now) == [("10", None), ("20", None), ("30", None)]
    assert len(shop.site.v1.product(key).media) == 2


def test_what_one_call_cannot_do_is_told_of_and_what_went_before_stays(shop: Shop) -> None:
    key = shop.put(**MANAGED)
    body = {"message": "no", "details": {}}
    shop.site.faults.add(faults.refusal("/variants$", method="PATCH", status=400, body=body))
    one, other = rows(shop, key)
    fields = {"name": "Cup", "variantsInfo": {"variants": [one, {**other, "sku": "NEW"}]}}
    _, outcome = shop.change(key, **fields)
    assert isinstance(outcome, Updated)
    assert outcome.rejection is not None
    assert shop.read(key)["name"] == "Cup"


# -- pictures ---------------------------------------------------------------------------------


def test_pictures_that_stay_are_not_sent_again(shop: Shop) -> None:
    key = shop.put()
    product = shop.site.v1.edit(key)
    product.media = [picture(f"{n}.jpg") for n in range(3)]
    shop.site.v1.save(product)
    items = [{"id": "0.jpg"}, {"id": "2.jpg"}, {"url": "https://example.com/new.jpg"}]
    assert shop.change(key, media={"itemsInfo": {"items": items}})[1] == Updated()
    assert [one.path.rpartition("/")[2] for one in shop.site.requests.writes] == [
        "delete",
        "media",
    ]
    names = [one["id"] for one in shop.site.v1.product(key).media]
    assert names[:2] == ["0.jpg", "2.jpg"]
    assert len(names) == 3


def test_all_pictures_go_without_the_call_that_has_no_ids(shop: Shop) -> None:
    key = shop.put()
    product = shop.site.v1.edit(key)
    product.media = [picture("0.jpg")]
    shop.site.v1.save(product)
    assert shop.change(key, media={"itemsInfo": {"items": []}})[1] == Updated()
    (sent,) = shop.site.requests.writes
    assert sent.body == {"mediaIds": ["0.jpg"]}
    assert shop.site.v1.product(key).media == []


def test_another_order_of_pictures_is_no_difference_and_is_named(shop: Shop) -> None:
    key = shop.put()
    product = shop.site.v1.edit(key)
    product.media = [picture(f"{n}.jpg") for n in range(2)]
    shop.site.v1.save(product)
    items = [{"id": "1.jpg", "altText": "Cup"}, {"id": "0.jpg"}]
    assert shop.change(key, media={"itemsInfo": {"items": items}}) == ((), None)
    assert any("pictures" in kind for kind in shop.dropped.counts)


# -- reading after writing --------------------------------------------------------------------


def test_what_this_run_wrote_is_not_read_from_an_index_that_lags(shop: Shop) -> None:
    key = shop.put()
    list(shop.catalog.reader.find(Keys(ids=frozenset({key}))))
    shop.site.index_lag = None
    shop.change(key, name="Cup")
    assert shop.change(key, name="Cup") == ((), None)
    assert shop.catalog.reader.by_ids([key])[key]["name"] == "Cup"


def test_a_product_this_run_deleted_is_gone_although_the_index_has_it(shop: Shop) -> None:
    key = shop.put()
    shop.site.index_lag = None
    assert list(shop.catalog.delete([key, key])) == [(key, None), (key, None)]
    assert shop.catalog.reader.by_ids([key]) == {}
    assert shop.products == []
