"""New products on Catalog V1: one request where one can say it, and never a product twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.errors import UnavailableError, WrongCatalogError
from target_wix.products.catalog import Created, Existing, Keys, StockPatch, Updated
from target_wix.runtime.outcomes import Rejection
from tests.fake_wix import V3, FakeWix, faults
from tests.fake_wix.stores_v1 import products_write, render
from tests.target.products.v1_harness import Shop, option, prices, sizes, variant, wanted

if TYPE_CHECKING:
    from tests.fake_wix.stores_v1.model import Product
    from tests.fake_wix.stores_v1.render import View

CREATE = "^/stores/v1/products$"


@pytest.fixture
def shop(wix_v1: FakeWix) -> Shop:
    return Shop(wix_v1)


def slugs(shop: Shop) -> list[str]:
    return sorted(product.fields["slug"] for product in shop.products)


def test_a_simple_product_is_one_request(shop: Shop) -> None:
    row = variant("34.50", sku="A", physicalProperties={"weight": 0.4})
    made = shop.make(wanted(slug="apron", variantsInfo={"variants": [row]}, brand={"name": "N"}))
    assert isinstance(made, Created)
    assert made.stock is None
    assert [one.method for one in shop.site.requests.writes] == ["POST"]
    now = shop.read(made.product["id"])
    assert (now["slug"], now["brand"], now["visible"]) == ("apron", {"name": "N"}, True)
    assert now["variantsInfo"]["variants"][0]["sku"] == "A"


@pytest.mark.parametrize("names", [("S", "M"), ("S",)])
def test_variants_like_their_product_need_no_request_of_their_own(
    shop: Shop, names: tuple[str, ...]
) -> None:
    product = sizes(*(variant("34.50", choices={"Size": name}) for name in names))
    assert isinstance(shop.make(product), Created)
    assert len(shop.site.requests.writes) == 1


def test_variants_get_what_is_theirs(shop: Shop) -> None:
    product = sizes(
        variant("30", "40", choices={"Size": "S"}, sku="A-S"),
        variant("45", "60", choices={"Size": "M"}, sku="A-M", visible=False),
        slug="apron",
    )
    made = shop.make(product)
    assert isinstance(made, Created)
    assert [one.method for one in shop.site.requests.writes] == ["POST", "PATCH", "PATCH"]
    now = shop.read(made.product["id"])
    assert prices(now) == [("30", "40"), ("45", "60")]
    rows = now["variantsInfo"]["variants"]
    assert [(row["sku"], row["visible"]) for row in rows] == [("A-S", True), ("A-M", False)]
    assert [row["id"] for row in made.product["variantsInfo"]["variants"]] == [
        row["id"] for row in rows
    ]


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wix answers writes of products without variants."""

    def shown(product: Product, view: View) -> dict[str, Any]:
        return {**render.show_product(product, view), "variants": []}

    monkeypatch.setattr(products_write, "show_product", shown)


@pytest.mark.usefixtures("silent")
@pytest.mark.parametrize("stock", [{}, {1: StockPatch(quantity=4)}])
@pytest.mark.parametrize("slug", ["apron", "linen-1044", ""])
def test_where_the_answer_has_no_variants_they_are_told_by_their_choices(
    shop: Shop, stock: dict[int, StockPatch], slug: str
) -> None:
    product = sizes(
        variant("30", choices={"Size": "S"}, sku="A-S"),
        variant("45", choices={"Size": "M"}),
        **({"slug": slug} if slug else {}),
    )
    made = shop.make(product, stock)
    assert isinstance(made, Created)
    assert made.stock is None
    now = shop.read(made.product["id"])
    assert prices(now) == [("30", None), ("45", None)]
    assert [row["sku"] for row in now["variantsInfo"]["variants"]] == ["A-S", None]
    assert [one.stock.quantity for one in shop.products[0].variants] == [0, 4 if stock else 0]


@pytest.mark.usefixtures("silent")
def test_variants_like_their_product_need_no_request_even_if_the_answer_has_none(
    shop: Shop,
) -> None:
    product = sizes(*(variant("34.50", choices={"Size": name}) for name in ("S", "M")))
    assert isinstance(shop.make(product), Created)
    assert len(shop.site.requests.writes) == 1


def test_combinations_that_nobody_asked_for_are_hidden_and_stay_no_difference(
    shop: Shop,
) -> None:
    product = wanted(
        options=[option("Size", "S", "M"), option("Color", "Red", "Blue")],
        variantsInfo={
            "variants": [
                variant("30", "40", choices={"Size": "S", "Color": "Red"}, sku="1"),
                variant("33", "44", choices={"Size": "M", "Color": "Blue"}, sku="2"),
            ]
        },
    )
    made = shop.make(product)
    assert isinstance(made, Created)
    now = shop.read(made.product["id"])
    seen = [row for row in now["variantsInfo"]["variants"] if row["visible"]]
    assert [row["sku"] for row in seen] == ["1", "2"]
    assert [row["price"]["compareAtPrice"]["amount"] for row in seen] == ["40", "44"]
    writes = len(shop.site.requests.writes)
    fields = {name: product[name] for name in ("options", "variantsInfo")}
    assert shop.change(now["id"], **fields) == ((), None)
    assert len(shop.site.requests.writes) == writes


def test_a_slug_that_v1_would_not_make_is_there_from_the_first_moment(shop: Shop) -> None:
    seen: list[tuple[str, bool]] = []

    def look(*_: object) -> None:
        seen.extend((one.fields["slug"], one.visible) for one in shop.products)

    shop.site.faults.add(faults.hook(look, "/stores/v1/products/", method="PATCH"))
    made = shop.make(wanted(slug="linen-1044"))
    assert isinstance(made, Created)
    assert seen == [("linen-1044", False)]
    now = shop.read(made.product["id"])
    assert (now["name"], now["slug"], now["visible"]) == ("Apron", "linen-1044", True)


def test_a_slug_longer_than_a_name_can_be_is_written_afterwards(shop: Shop) -> None:
    slug = "s" * 100
    assert isinstance(shop.make(wanted(slug=slug)), Created)
    assert slugs(shop) == [slug]


@pytest.mark.parametrize("slug", ["linen-1044", "apron"])
def test_a_slug_that_is_taken_leads_to_the_product_that_has_it(shop: Shop, slug: str) -> None:
    key = shop.put(slug)
    made = shop.make(wanted(slug=slug))
    assert made == Existing(key)
    assert slugs(shop) == [slug]


def test_a_taken_slug_whose_product_no_index_knows_yet_is_refused(shop: Shop) -> None:
    shop.put("linen-1044")
    shop.site.index_lag = None
    hidden = faults.hook(
        lambda *_: shop.site.v1._products._index.clear(), "/products/query$", times=None
    )
    shop.site.faults.add(hidden)
    made = shop.make(wanted(slug="linen-1044"))
    assert isinstance(made, Rejection)
    assert made.code == "SLUG_TAKEN"
    assert slugs(shop) == ["linen-1044"]


def test_a_name_that_wix_refuses_leaves_nothing_behind(shop: Shop) -> None:
    body = {"message": "no such name", "details": {}}
    shop.site.faults.add(
        faults.refusal("/stores/v1/products/", method="PATCH", status=400, body=body)
    )
    made = shop.make(wanted(slug="linen-1044"))
    assert isinstance(made, Rejection)
    assert made.reason == "no such name"
    assert shop.products == []


@pytest.mark.parametrize("lag", [0.0, None])
@pytest.mark.parametrize("slug", ["apron", "linen-1044", ""])
@pytest.mark.parametrize("split", [False, True])
def test_a_lost_answer_makes_no_second_product(
    shop: Shop, lag: float | None, slug: str, *, split: bool
) -> None:
    shop.put("Apron")
    rows = [variant("30", choices={"Size": "S"}, sku="A-S"), variant("31", choices={"Size": "M"})]
    product = sizes(*rows) if split else wanted(price="30")
    product |= {"slug": slug} if slug and slug != "apron" else {"slug": "apron-1"} if slug else {}
    shop.site.index_lag = lag
    shop.on_wait = shop.site.flush_index
    shop.site.faults.add(faults.lost_answer(CREATE))
    made = shop.make(product)
    assert isinstance(made, Created)
    assert len(shop.products) == 2
    assert shop.waits == ([10.0] if lag is None else [])
    now = shop.read(made.product["id"])
    assert now["name"] == "Apron"
    assert len(prices(now)) == len(product["variantsInfo"]["variants"])
    assert prices(now)[0] == ("30", None)


def test_a_create_that_never_arrived_is_sent_again_after_ten_seconds(shop: Shop) -> None:
    shop.site.faults.add(faults.cut_connection(CREATE))
    assert isinstance(shop.make(wanted()), Created)
    assert len(shop.products) == 1
    assert shop.waits == [10.0]


def test_two_records_with_nothing_to_tell_them_apart_are_two_products(shop: Shop) -> None:
    first = shop.make(wanted())
    shop.site.faults.add(faults.lost_answer(CREATE))
    second = shop.make(wanted())
    assert len({first.product["id"], second.product["id"]}) == len(shop.products) == 2


def test_a_product_that_wix_never_answers_is_set_aside(shop: Shop) -> None:
    shop.site.faults.add(faults.server_error(CREATE, status=500, times=None))
    made = shop.make(wanted())
    assert isinstance(made, Rejection)
    assert made.code == "NO_ANSWER"
    assert shop.site.requests.count(CREATE, "POST") == 3


def test_when_nothing_is_answered_the_run_stops(shop: Shop) -> None:
    shop.site.faults.add(faults.server_error("", times=None))
    with pytest.raises(UnavailableError):
        shop.make(wanted())


def test_variants_that_wix_refuses_are_told_of_and_nobody_can_buy_them(shop: Shop) -> None:
    body = {"message": "no such variants", "details": {}}
    shop.site.faults.add(faults.refusal("/variants$", method="PATCH", status=400, body=body))
    made = shop.make(sizes(*(variant(n, choices={"Size": n}) for n in ("30", "31"))))
    assert isinstance(made, Created)
    assert made.stock is not None
    assert made.stock.reason.startswith("no such variants The product was made and stays hidden")
    assert [one.visible for one in shop.products] == [False]


def test_skus_find_a_product_whose_making_broke_off_and_the_rest_is_added(shop: Shop) -> None:
    shop.site.faults.add(faults.server_error("/variants$", method="PATCH", times=None))
    rows = [
        variant("30", choices={"Size": "S"}, sku="A-S"),
        variant("31", choices={"Size": "M"}, sku="A-M"),
    ]
    with pytest.raises(UnavailableError):
        shop.make(sizes(*rows))
    shop.site.faults.clear()
    later = Shop(shop.wix)
    (hit,) = later.catalog.reader.find(Keys(skus=frozenset({"A-S", "A-M"})))
    changed, outcome = later.change(hit.id, variantsInfo={"variants": rows})
    assert (changed, outcome) == (("variantsInfo",), Updated())
    now = later.read(hit.id)
    assert prices(now) == [("30", None), ("31", None)]
    assert [row["sku"] for row in now["variantsInfo"]["variants"]] == ["A-S", "A-M"]


def test_opening_stock_is_counted_where_a_quantity_is_given(shop: Shop) -> None:
    product = sizes(
        *(variant("30", choices={"Size": name}, sku=f"A-{name}") for name in ("S", "M", "L"))
    )
    made = shop.make(product, {0: StockPatch(quantity=3), 2: StockPatch(quantity=0)})
    assert isinstance(made, Created)
    assert made.stock is None
    (there,) = shop.products
    assert there.track_quantity
    assert [one.stock.quantity for one in there.variants] == [3, 0, 0]


def test_a_new_product_that_is_in_stock_needs_no_stock_request(shop: Shop) -> None:
    made = shop.make(wanted(), {0: StockPatch(in_stock=True)})
    assert isinstance(made, Created)
    assert len(shop.site.requests.writes) == 1
    made = shop.make(wanted("Cup"), {0: StockPatch(in_stock=False, preorder={"enabled": True})})
    assert isinstance(made, Created)
    assert len(shop.site.requests.writes) == 4
    cup = shop.products[1]
    assert cup.visible
    assert (cup.stock.in_stock, cup.track_quantity, cup.preorder) == (
        False,
        False,
        {"enabled": True},
    )


def test_a_flag_beside_quantities_is_told_of(shop: Shop) -> None:
    product = sizes(*(variant("30", choices={"Size": name}, sku=name) for name in ("S", "M")))
    made = shop.make(product, {0: StockPatch(quantity=3), 1: StockPatch(in_stock=True)})
    assert isinstance(made, Created)
    assert made.stock is None
    assert shop.dropped.counts == {"in_stock of counted variants": 1}
    assert shop.products[0].variants[0].stock.quantity == 3


def test_stock_that_wix_refuses_is_told_of_and_the_product_is_not_made_again(shop: Shop) -> None:
    shop.site.faults.add(faults.refusal("/inventoryItems/", status=400, times=None))
    made = shop.make(wanted(), {0: StockPatch(quantity=3)})
    assert isinstance(made, Created)
    assert made.stock is not None
    assert len(shop.products) == 1


def test_pictures_come_one_a_call_and_hang_on_their_choices(shop: Shop) -> None:
    colours = option("Color", "Red", "Blue")
    urls = [f"https://example.com/{n}.jpg" for n in range(3)]
    colours["choicesSettings"]["choices"][1]["media"] = {"items": [{"url": urls[1]}]}
    product = wanted(
        options=[colours],
        variantsInfo={
            "variants": [variant("30", choices={"Color": name}) for name in ("Red", "Blue")]
        },
        media={"itemsInfo": {"items": [{"url": url} for url in urls]}},
    )
    assert isinstance(shop.make(product), Created)
    sent = shop.site.requests.matching("/media$", "POST")
    assert [[one["url"] for one in request.body["media"]] for request in sent] == [
        [url] for url in urls
    ]
    (there,) = shop.products
    assert len(there.media) == 3
    assert there.choice_media == {"Color": {"Blue": [there.media[1]["id"]]}}


@pytest.mark.parametrize("arrived", [True, False])
def test_a_picture_whose_answer_was_lost_is_there_once(shop: Shop, *, arrived: bool) -> None:
    lost = faults.lost_answer("/media$") if arrived else faults.cut_connection("/media$")
    shop.site.faults.add(lost)
    items = [{"url": f"https://example.com/{n}.jpg"} for n in range(2)]
    assert isinstance(shop.make(wanted(media={"itemsInfo": {"items": items}})), Created)
    assert len(shop.products[0].media) == 2


@pytest.mark.parametrize("status", [428, 501])
def test_a_shop_that_wix_moves_to_v3_in_mid_run_stops_the_run(shop: Shop, status: int) -> None:
    assert isinstance(shop.make(wanted()), Created)
    shop.site.catalog_version, shop.site.wrong_catalog_status = V3, status
    with pytest.raises(WrongCatalogError):
        shop.make(wanted("Cup"))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"productType": "DIGITAL"}, "productType"),
        (
            {
                "options": [option("Size", "S")],
                "modifiers": [option("Gift", "Yes", modifier=True)],
                "variantsInfo": {"variants": [variant("1", choices={"Size": "S"})]},
            },
            "modifiers",
        ),
        (
            {"variantsInfo": {"variants": [variant("1.005")]}},
            "variantsInfo.variants.price.actualPrice",
        ),
        ({"plainDescription": "x" * 8001}, "plainDescription"),
        (
            {
                "options": [option("A", *map(str, range(20))), option("B", *map(str, range(16)))],
                "variantsInfo": {"variants": [variant("1", choices={"A": "0", "B": "0"})]},
            },
            "variantsInfo.variants",
        ),
    ],
)
def test_what_v1_cannot_hold_is_refused_before_any_request(
    shop: Shop, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Rejection) as refused:
        shop.make(wanted(**fields))
    assert refused.value.code == "CATALOG_V1_CANNOT_HOLD"
    assert str(refused.value.field).startswith(field)
    assert len(shop.site.requests) == 0


def test_opening_stock_goes_to_the_variants_it_is_meant_for(shop: Shop) -> None:
    """V1 puts variants in the order of the choices, whatever the order of the record is."""
    product = sizes(*(variant("30", choices={"Size": name}, sku=name) for name in ("S", "M", "L")))
    rows = product["variantsInfo"]["variants"]
    product["variantsInfo"]["variants"] = [rows[2], rows[0], rows[1]]
    made = shop.make(product, {0: StockPatch(quantity=3), 1: StockPatch(quantity=1)})
    assert isinstance(made, Created)
    (there,) = shop.products
    assert {one.choices["Size"]: one.stock.quantity for one in there.variants} == {
        "S": 1,
        "M": 0,
        "L": 3,
    }
