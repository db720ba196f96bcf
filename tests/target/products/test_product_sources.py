"""Rows as databases, spreadsheets, ERPs and other shops send them, on both catalogs."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.target.products.either_catalog import EitherShop

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
PICTURES = "https://cdn.example"


@pytest.fixture(params=[V1, V3])
def either(request: pytest.FixtureRequest) -> Iterator[EitherShop]:
    with FakeWix(Site(request.param)) as wix:
        yield EitherShop(wix, wix.site)


def settles(shop: EitherShop, *rows: Json, **settings: Any) -> None:
    """Show that a second run of the same rows writes nothing."""
    again = shop.run(*rows, **settings)
    assert (again.code, again.counts, again.writes) == (0, {"unchanged": len(rows)}, [])


# -- keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "asked"),
    [
        ("OAK-7 ", "OAK-7"),
        ("OAK-7 ", "OAK-7 "),
        ("OAK-7", "OAK-7   "),
        (" OAK-7", "OAK-7"),
        ("OAK-7\u00a0", "OAK-7"),
        ("OAK-7", "\ufeffOAK-7\u200b"),
        ("1001", 1001.0),
        ("1001", "1001.0"),
        ("1001.0", 1001),
        ("1001.0", "1001.00"),
        ("\u00c5-1", "A\u030a-1"),
        ("A\u030a-1", "\u00c5-1"),
    ],
    ids=itertools.count(),
)
def test_two_spellings_of_a_sku_are_one_product(
    either: EitherShop, there: str, asked: object
) -> None:
    either.add("Oak", sku=there)
    row = {"sku": asked, "name": "Oak", "price": "13"}
    assert either.run(row).counts == {"updated": 1}
    assert either.goods == [("Oak", there, "13")]
    settles(either, row)


@pytest.mark.parametrize("asked", ["oak-bowl", "oak-bowl            ", "\ufeffoak-bowl"])
@pytest.mark.parametrize("name", ["handle", "slug"])
def test_two_spellings_of_a_name_are_one_product(either: EitherShop, name: str, asked: str) -> None:
    either.add("Bowl", **{name if either.is_v3 else "slug": "oak-bowl"})
    row = {name: asked, "name": "Bowl  ", "price": "13"}
    assert either.run(row).counts == {"updated": 1}
    assert either.goods == [("Bowl", "", "13")]
    settles(either, row)


def test_a_handle_in_the_shop_may_have_blanks_around_it() -> None:
    with FakeWix(Site(V3)) as wix:
        shop = EitherShop(wix, wix.site)
        shop.add("Bowl", handle="oak-bowl     ")
        assert shop.run({"handle": "oak-bowl", "price": "13"}).counts == {"updated": 1}


def test_a_new_product_has_no_blanks_around_its_keys_and_its_name(either: EitherShop) -> None:
    row = {"handle": "bowl   ", "sku": " B-1\u00a0", "name": "Bowl   ", "price": "12"}
    assert either.run(row).counts == {"created": 1}
    assert either.goods == [("Bowl", "B-1", "12")]
    if either.is_v3:
        assert either.only["handle"] == "bowl"
    settles(either, row)


@pytest.mark.parametrize(
    "nothing", ["-", "N/A", "null", "NULL", "none", "#N/A", " ", "\u00a0"], ids=itertools.count()
)
def test_a_word_for_nothing_is_no_key_and_is_not_written(either: EitherShop, nothing: str) -> None:
    rows = [
        {"sku": f"S-{n}", "handle": nothing, "slug": nothing, "barcode": nothing, "price": n}
        for n in (1, 2)
    ]
    for row in rows:
        row["name"] = f"Cup {row['sku']}"
    assert either.run(*rows).counts == {"created": 2}
    assert len(either.products) == 2
    assert either.run({"sku": nothing, "name": "Cup", "price": "1"}).codes == {"NO_KEY": 1}


def test_in_a_big_shop_a_blank_after_a_sku_is_looked_for_too() -> None:
    with FakeWix(Site(V1)) as wix:
        shop = EitherShop(wix, wix.site)
        for number in range(1100):
            shop.add(f"Cup {number}", sku=f"C-{number}")
        shop.add("Oak", sku="OAK-7 ")
        row = {"sku": "OAK-7", "price": "13"}
        run = shop.run(row)
        assert run.counts == {"updated": 1}
        assert run.requests < 12


def test_rows_of_one_batch_in_two_spellings_make_one_product(either: EitherShop) -> None:
    rows: list[Json] = [
        {"sku": 1001, "name": "Oak", "price": "1"},
        {"sku": 1001.0, "price": "2"},
        {"sku": "1001.0 ", "price": "3"},
    ]
    assert either.run(*rows).counts == {"created": 1, "updated": 2}
    assert either.goods == [("Oak", "1001", "3")]


def test_a_text_that_is_no_whole_number_stays_what_it_is(either: EitherShop) -> None:
    skus = ["1E7", "007", "10000000", "7"]
    run = either.run(*[{"sku": sku, "name": sku, "price": "1"} for sku in skus])
    assert run.counts == {"created": 4}
    assert {sku for _, sku, _ in either.goods} == set(skus)


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ({"sku": "X-9", "price": "2"}, "UNKNOWN_SKU", 'No product has the sku "X-9"'),
        ({"sku": 9.0, "quantity": 2}, "UNKNOWN_SKU", 'No product has the sku "9"'),
        ({"handle": "x", "price": "2"}, "UNKNOWN_HANDLE", 'No product has the handle "x"'),
        ({"slug": "x", "price": "2"}, "UNKNOWN_SLUG", 'No product has the slug "x"'),
    ],
)
def test_a_price_or_stock_row_says_that_no_product_has_its_key(
    either: EitherShop, row: Json, code: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    run = either.run(row)
    assert (run.codes, run.writes) == ({code: 1}, [])
    assert words in caplog.text
    assert "line 2" not in caplog.text.split("rejected:")[0]


def test_without_match_keys_the_message_says_that_there_are_none(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    run = either.run({"sku": "A", "name": "Cup", "price": "1"}, product_match_keys=[])
    assert run.codes == {"NO_KEY": 1}
    assert "product_match_keys" in caplog.text
    assert "nor ." not in caplog.text


@pytest.mark.parametrize("size", [1, 500], ids=["a batch each", "one batch"])
def test_records_that_differ_in_a_name_are_two_products_though_one_row_names_none(
    either: EitherShop, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("target_wix.pipeline.sink.BATCH_RECORDS", size)
    rows = [
        {"sku": "SAME", "slug": "cup", "name": "Cup", "price": "1"},
        {"sku": "SAME", "slug": "mug", "name": "Mug", "price": "2"},
        {"sku": "SAME", "price": "3"},
    ]
    run = either.run(*rows)
    assert run.codes == {"AMBIGUOUS": 1}
    assert either.goods == [("Cup", "SAME", "1"), ("Mug", "SAME", "2")]


def test_a_sku_matches_one_of_two_records_with_names_that_the_shop_does_not_know(
    either: EitherShop,
) -> None:
    either.add("Old", sku="SAME", slug="old")
    rows = [
        {"sku": "SAME", "slug": "cup", "name": "Cup", "price": "1"},
        {"sku": "SAME", "slug": "mug", "name": "Mug", "price": "2"},
    ]
    assert either.run(*rows).counts == {"updated": 1, "created": 1}
    assert either.goods == [("Cup", "SAME", "1"), ("Mug", "SAME", "2")]
    assert sorted(row["slug"] for row in either.products) == ["mug", "old"]
    settles(either, *rows)


def test_two_ids_with_one_name_are_not_folded_into_one_product(either: EitherShop) -> None:
    rows = [
        {"id": either.site.new_id(), "slug": "cup", "name": name, "price": "1"}
        for name in ("Cup", "Another")
    ]
    for dry_run in (True, False):
        run = either.run(*rows, unknown_id="create", dry_run=dry_run)
        assert run.counts == {"created": 1, "rejected": 1}
        assert run.codes == {"DUPLICATE_KEY": 1}
    assert either.goods == [("Cup", "", "1")]


def test_a_product_found_by_its_sku_keeps_its_slug(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    either.add("Cup", sku="A", slug="cup")
    row = {"sku": "A", "slug": "erp-cup", "price": "3"}
    assert either.run(row).counts == {"updated": 1}
    assert either.only["slug"] == "cup"
    assert "slugs of products that were found by their sku" in caplog.text
    settles(either, row)


# -- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "amount",
    ["12.5000", "12.50", 12.5, "1.25E1", "+12.5", "012.5", " 12.5 "],
    ids=itertools.count(),
)
def test_zeros_at_the_end_are_no_decimals(either: EitherShop, amount: object) -> None:
    row = {
        "sku": "A",
        "name": "Oak",
        "price": amount,
        "compare_at_price": "40.000000",
        "cost": "9.1000",
        "weight": "0.4000",
    }
    assert either.run(row).counts == {"created": 1}
    price = either.variant["price"]
    assert price["actualPrice"]["amount"] == "12.5"
    assert price["compareAtPrice"]["amount"] == "40"
    assert either.variant["revenueDetails"]["cost"]["amount"] == "9.1"
    settles(either, row)
    nested = {
        "slug": either.only["slug"],
        "variantsInfo": {
            "variants": [
                {
                    "price": {
                        "actualPrice": {"amount": "13.5000"},
                        "compareAtPrice": {"amount": "41.0000"},
                    },
                    "revenueDetails": {"cost": {"amount": "9.2000"}},
                }
            ]
        },
    }
    assert either.run(nested).counts == {"updated": 1}
    assert either.variant["price"]["actualPrice"]["amount"] == "13.5"


@pytest.mark.parametrize("column", ["price", "compare_at_price", "cost"])
def test_decimals_that_are_not_zero_are_too_many(either: EitherShop, column: str) -> None:
    row = {"sku": "A", "name": "Oak", "price": "1", column: "12.3456"}
    run = either.run(row)
    assert run.codes in ({"TOO_MANY_DECIMALS": 1}, {"CATALOG_V1_CANNOT_HOLD": 1})
    assert (run.writes, either.products) == ([], [])


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (f"{PICTURES}/1.jpg, {PICTURES}/2.jpg,{PICTURES}/3.jpg", 3),
        (f"{PICTURES}/1.jpg|{PICTURES}/2.jpg", 2),
        (f"{PICTURES}/1.jpg {PICTURES}/2.jpg\n{PICTURES}/3.jpg", 3),
        (f"{PICTURES}/1.jpg;{PICTURES}/2.jpg;", 2),
        (f"{PICTURES}/lamp,p-72,s-700.jpg", 1),
        (f"{PICTURES}/a,b.jpg,{PICTURES}/c;d.jpg", 2),
        ([f"{PICTURES}/1.jpg", f"{PICTURES}/2.jpg"], 2),
        (f'["{PICTURES}/1.jpg", "{PICTURES}/2,3.jpg"]', 2),
        ([{"src": f"{PICTURES}/1.jpg", "id": 792, "alt": "Front"}], 1),
        ([{"url": f"{PICTURES}/1.jpg"}, {"node": {"url": f"{PICTURES}/2.jpg"}}], 2),
        (f'[{{"image": {{"src": "{PICTURES}/1.jpg"}}}}]', 1),
        ({"src": f"{PICTURES}/1.jpg"}, 1),
        ("-", 0),
        ("N/A", 0),
        ("//cdn.example/1.jpg", 1),
        (f"{PICTURES}/my picture.jpg", 1),
        (f"{PICTURES}/my picture.jpg, {PICTURES}/b\u00e4r 2.jpg", 2),
        ("HTTPS://cdn.example/1.jpg", 1),
        (f"{PICTURES}/1.jpg / {PICTURES}/2.jpg", 2),
        ([f"{PICTURES}/1.jpg, {PICTURES}/2.jpg", f"{PICTURES}/3.jpg"], 3),
        (f"{PICTURES}/?of={PICTURES}/1.jpg&w=100%25", 1),
    ],
)
def test_pictures_come_in_every_usual_form(either: EitherShop, value: object, count: int) -> None:
    row = {"slug": "a", "name": "A", "sku": "A", "price": "1", "image_urls": value}
    assert either.run(row).counts == {"created": 1}
    assert either.pictures == count
    settles(either, row)


@pytest.mark.parametrize(
    "value",
    [
        *('[{"src": ', 7, [{"file": "/a.jpg"}], "a.jpg", True, "https://", "https:///a.jpg"),
        *(f"{PICTURES}/1.jpg, cdn.example/2.jpg", f"{PICTURES}/1.jpg\n2.jpg"),
        *(f'<img src="{PICTURES}/1.jpg">', f'{PICTURES}/1.jpg" alt="x'),
    ],
)
def test_a_picture_without_an_address_is_refused(either: EitherShop, value: object) -> None:
    run = either.run({"slug": "a", "name": "A", "price": "1", "image_urls": value})
    assert (run.codes, either.products) == ({"BAD_VALUE": 1}, [])


def test_pictures_of_several_rows_of_one_product_unite(either: EitherShop) -> None:
    rows: list[Json] = [
        {"slug": "a", "name": "A", "sku": "A", "price": "1", "image_urls": f"{PICTURES}/1.jpg"},
        {"slug": "a", "image_urls": f"{PICTURES}/2.jpg"},
        {"slug": "a", "image_urls": f"{PICTURES}/3.jpg;{PICTURES}/1.jpg"},
    ]
    assert either.run(*rows).counts["created"] == 1
    assert either.pictures == 3
    settles(either, *rows)


def test_less_than_nothing_is_nothing_to_sell(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    either.run({"sku": "A", "name": "Gadget", "price": "1", "quantity": 5})
    assert either.stock("A") == 5
    row = {"sku": "A", "price": "2", "quantity": -3}
    run = either.run(row)
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert either.stock("A") == 0
    assert either.goods == [("Gadget", "A", "2")]
    assert "negative quantities written as 0 1" in caplog.text
    settles(either, row)
    new = {"sku": "B", "name": "New", "price": "1", "quantity": "-2.0"}
    assert either.run(new).counts == {"created": 1}
    assert either.stock("B") == 0


# -- several rows of one product ------------------------------------------------------------------


def test_an_edit_is_not_undone_by_the_next_row_that_repeats_the_old_value(
    either: EitherShop,
) -> None:
    either.add("Old name", slug="a", sku="A")
    rows = [
        {"slug": "a", "name": "New name", "brand": "Nordhem"},
        {"slug": "a", "name": "Old name"},
    ]
    either.run(*rows)
    assert either.only["name"] == "New name"


def test_of_two_edits_the_later_one_wins_and_is_named(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    either.add("Old name", slug="a", sku="A")
    either.run({"slug": "a", "name": "One"}, {"slug": "a", "name": "Two"})
    assert either.only["name"] == "Two"
    assert "later row overrules (name)" in caplog.text


@pytest.mark.parametrize(
    "last",
    [
        {"sku": "B", "price": "2"},
        {"sku": "B", "price": "cheap"},
        {"sku": "B", "price": "2", "image_urls": [{"file": "a"}]},
    ],
)
def test_no_half_product_is_left_by_a_row_that_is_refused(either: EitherShop, last: Json) -> None:
    rows = [
        {"slug": "shirt", "name": "Shirt", "price": "1"},
        {"slug": "shirt", "sku": "A", "price": "1"},
        {"slug": "shirt", **last},
    ]
    run = either.run(*rows)
    assert run.counts == {"rejected": 3}
    assert (run.writes, either.products) == ([], [])


# -- other shops ----------------------------------------------------------------------------------

WOO: Json = {
    "id": 794,
    "name": "Premium Quality",
    "slug": "premium-quality-19",
    "type": "simple",
    "status": "draft",
    "description": "<p>Long</p>",
    "sku": "WOO-1",
    "price": "21.99",
    "regular_price": "24.99",
    "stock_quantity": 7,
    "weight": "",
    "images": [{"src": "x"}],
    "categories": [{"id": 9, "name": "Clothing", "slug": "clothing"}],
    "tags": [],
    "attributes": [{"id": 6, "name": "Color", "options": ["Black"]}],
}


def test_a_product_of_woocommerce_arrives_hidden_and_the_rest_is_named_in_one_line(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    run = either.run(WOO)
    assert (run.code, run.counts) == (0, {"created": 1})
    assert either.goods == [("Premium Quality", "WOO-1", "21.99")]
    assert either.only["visible"] is False
    (line,) = [one for one in caplog.messages if "columns ignored" in one]
    for name in ("tags", "categories", "images", "attributes", "stock_quantity"):
        assert name in line
    settles(either, WOO)


@pytest.mark.parametrize(
    "column",
    [
        {"tags": "a, b"},
        {"tags": [{"id": 1, "name": "x"}]},
        {"tags": '["a"]'},
        {"product_type": "Hats"},
        {"productType": 3},
        {"media": [{"src": "https://a.example/1.jpg"}]},
        {"media": "https://a.example/1.jpg"},
        {"inventory": "InStock"},
        {"inventory": 12},
        {"variants": [{"option1": "S", "price": "1"}]},
        {"options": [{"name": "Size", "values": ["S"], "position": 1}]},
        {"options": "Size,Colour"},
        {"modifiers": [{"type": "text", "required": True}]},
        {"brand": ["Nordhem"]},
        {"ribbon": {"label": "x"}},
        {"description": {"rendered": "<p>x</p>"}},
        {"price": {"amount": 3}},
        {"weight": {"value": 3, "unit": "kg"}},
        {"discount": "10%"},
        {"collections": {"edges": []}},
        {"seoData": "Title"},
        {"stock": {"qty": 1}},
        {"extendedFields": [1]},
        {"infoSections": "Care: wash"},
        {"productOptions": "Size"},
    ],
)
def test_a_column_with_another_shape_is_left_out_and_named(
    either: EitherShop, column: Json, caplog: pytest.LogCaptureFixture
) -> None:
    either.add("Cup", sku="A", amount="1")
    run = either.run({"sku": "A", "name": "Bowl", **column})
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert either.goods == [("Bowl", "A", "1")]
    (line,) = [one for one in caplog.messages if "columns ignored" in one]
    assert next(iter(column)).replace("_", "").casefold() in line.casefold()


@pytest.mark.parametrize(
    "column",
    [
        {"status": "draft"},
        {"status": "Archived"},
        {"status": 2},
        {"published": "false"},
        {"Published": 0},
        {"published": -1},
        {"is_visible": False},
        {"catalog_visibility": "hidden"},
        {"visible": "false"},
        {"draft": True},
    ],
)
def test_what_its_source_does_not_show_is_made_hidden(either: EitherShop, column: Json) -> None:
    row = {"sku": "A", "name": "Cup", "price": "1", **column}
    assert either.run(row).counts == {"created": 1}
    assert either.only["visible"] is False
    settles(either, row)


@pytest.mark.parametrize("column", [{"status": "active"}, {"published": "TRUE"}, {"status": ""}])
def test_what_its_source_shows_is_made_visible(either: EitherShop, column: Json) -> None:
    either.run({"sku": "A", "name": "Cup", "price": "1", **column})
    assert either.only["visible"] is True


OLD_FILE: list[Json] = [
    {"handleId": "product_aa", "fieldType": "Product", "name": "Wool cap", "price": "20.0"},
    {"handleId": "product_aa", "fieldType": "Variant", "sku": "CAP-S", "inventory": "4"},
    {"handleId": "product_bb", "fieldType": "Product", "name": "Mug", "sku": "MUG", "price": "9"},
]
NEW_FILE: list[Json] = [
    {"handle": "cap", "fieldType": "PRODUCT", "name": "Wool cap", "price": "20", "sku": ""},
    {"handle": "cap", "fieldType": "VARIANT", "sku": "CAP-S", "price": "20"},
    {"handle": "cap", "fieldType": "VARIANT", "sku": "CAP-L", "price": "20"},
    {"handle": "cap", "fieldType": "MEDIA", "media": "https://a.example/1.jpg"},
]


@pytest.mark.parametrize("rows", [OLD_FILE, NEW_FILE], ids=["old", "new"])
def test_the_product_file_of_wix_makes_no_product_and_one_message(
    either: EitherShop, rows: list[Json], caplog: pytest.LogCaptureFixture
) -> None:
    run = either.run(*rows)
    assert run.codes == {"WIX_PRODUCT_FILE": len(rows)}
    assert (run.writes, either.products) == ([], [])
    assert caplog.text.count("a row for each variant") == 1


def test_columns_of_a_spreadsheet_are_understood_as_they_look(either: EitherShop) -> None:
    either.add("Oak", sku="OAK-7")
    row = {"\ufeffsku": "OAK-7", "Price ": "12.00", "Compare At Price": "15", "NAME": "Oak bowl"}
    run = either.run(row)
    assert run.counts == {"updated": 1}
    assert either.goods == [("Oak bowl", "OAK-7", "12")]
    assert either.variant["price"]["compareAtPrice"]["amount"] == "15"


def test_a_sheet_of_skus_comes_back_without_putting_sales_back(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    product = either.add("Cup", sku="A", slug="cup")
    variant = either.variant["id"]
    row = {
        "product_id": product,
        "variant_id": variant,
        "slug": "cup",
        "name": "Cup",
        "options": "Size: S / Colour: Red",
        "sku": "A",
        "price": "11.00",
        "stock": 3,
        "currency": "EUR",
        "visible": "true",
        "updated_at": "",
        "image_urls": "",
    }
    assert either.run(row).counts == {"updated": 1}
    assert either.goods == [("Cup", "A", "11")]
    assert "columns ignored" not in caplog.text


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ({"visibility": 4}, True),
        ({"visibility": 1}, False),
        ({"visibility": "Not Visible Individually"}, False),
        ({"status": 1}, True),
        ({"hidden": "no"}, True),
    ],
)
def test_other_shops_say_in_numbers_too_what_is_shown(
    either: EitherShop,
    column: Json,
    shown: bool,  # noqa: FBT001
    caplog: pytest.LogCaptureFixture,
) -> None:
    either.run({"sku": "A", "name": "Cup", "price": "1", **column})
    assert either.only["visible"] is shown
    assert "columns ignored" not in caplog.text


def test_a_status_that_nobody_knows_is_named(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    either.run({"sku": "A", "name": "Cup", "price": "1", "status": "Entwurf"})
    assert "columns ignored: status" in caplog.text


@pytest.mark.parametrize("form", ["{%s}", "%s", "  %s "])
def test_an_id_of_wix_is_known_in_the_spellings_of_databases(either: EitherShop, form: str) -> None:
    product = either.add("Cup", sku="A")
    for spelt in (product.upper(), product.replace("-", "")):
        run = either.run({"id": form % spelt, "name": "Bowl"})
        assert run.codes == {}
    assert either.goods == [("Bowl", "A", "10")]


# -- cells that say nothing, and what is said of them ---------------------------------------------


@pytest.mark.parametrize("nothing", ["-", "N/A", "#N/A", "null", " ", "\u00a0"])
def test_a_word_for_nothing_changes_no_number(either: EitherShop, nothing: str) -> None:
    seed = {"sku": "A", "name": "Cup", "price": "9", "cost": "4", "weight": "0.5", "quantity": 3}
    either.run(seed)
    columns = ("price", "cost", "weight", "quantity")
    run = either.run({"sku": "A", **dict.fromkeys(columns, nothing)})
    assert (run.code, run.counts, run.writes) == (0, {"unchanged": 1}, [])
    assert either.goods == [("Cup", "A", "9")]
    assert either.variant["revenueDetails"]["cost"]["amount"] == "4"


def test_a_compare_at_price_below_the_price_is_refused(either: EitherShop) -> None:
    either.add("Cup", sku="A")
    rows: list[Json] = [
        {"sku": "A", "price": "10", "compare_at_price": "5"},
        {"sku": "B", "name": "Mug", "price": "10", "compare_at_price": "5"},
        {"sku": "C", "name": "Jug", "price": "10", "compare_at_price": "12"},
    ]
    run = either.run(*rows)
    assert run.codes == {"COMPARE_AT_PRICE_LOWER_THAN_ACTUAL_PRICE": 2}
    assert either.goods == [("Cup", "A", "10"), ("Jug", "C", "10")]
    assert either.run(*rows, dry_run=True).codes == run.codes


@pytest.mark.parametrize("sku", ["4006381333931", 4006381333931.0, "12-34-56-78"])
def test_a_long_sku_that_nothing_has_is_named(
    either: EitherShop, sku: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert either.run({"sku": sku, "price": "1"}).codes == {"UNKNOWN_SKU": 1}
    named = "4006381333931" if isinstance(sku, float) else sku
    assert f'No product has the sku "{named}"' in caplog.text


def test_a_number_out_of_range_is_refused_with_the_range(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    row = {"sku": "A", "name": "Cup", "price": "1000000000"}
    assert either.run(row).codes == {"OUT_OF_RANGE": 1}
    assert "999,999,999.99" in caplog.text


def test_a_row_without_a_sku_says_so_if_the_product_has_several_variants(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    sizes = [{"name": one, "choiceType": "CHOICE_TEXT"} for one in "SM"]
    option = {
        "name": "Size",
        "optionRenderType": "TEXT_CHOICES",
        "choicesSettings": {"choices": sizes},
    }
    variants = [
        {
            "sku": f"T-{one}",
            "choices": [{"optionChoiceNames": {"optionName": "Size", "choiceName": one}}],
            "price": {"actualPrice": {"amount": "5"}},
        }
        for one in "SM"
    ]
    tee = {
        "slug": "tee",
        "name": "Tee",
        "options": [option],
        "variantsInfo": {"variants": variants},
    }
    assert either.run(tee).counts == {"created": 1}
    assert either.run({"slug": "tee", "price": "9"}).codes == {"UNKNOWN_VARIANT": 1}
    assert "has to name one of them by its sku" in caplog.text


def test_a_second_column_for_one_field_is_named_if_it_says_otherwise(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    row = {"sku": "A", "name": "Cup", "price": "1", "PRICE": "2", "Name ": "Cup", "S K U": ""}
    assert either.run(row).counts == {"created": 1}
    assert either.goods == [("Cup", "A", "1")]
    assert "Unknown columns ignored: PRICE." in caplog.text


@pytest.mark.parametrize(
    ("description", "seen"),
    [
        (2024, "2024"),
        (12.0, "12"),
        ("<![CDATA[<p>Warm</p>]]>", "Warm"),
        (" <![CDATA[a < b]]>\n", "a &lt; b"),
    ],
)
def test_a_description_of_a_sheet_or_a_feed_arrives_as_a_text(
    either: EitherShop, description: object, seen: str
) -> None:
    row = {"sku": "A", "name": "Cup", "price": "1", "description": description}
    assert either.run(row).counts == {"created": 1}
    text = either.only["plainDescription"]
    assert text.removeprefix("<p>").removesuffix("</p>") == seen
    settles(either, row)


@pytest.mark.parametrize("nothing", ["null", " null ", "NULL", "-", "N/A", "#N/A", "", "\u00a0"])
@pytest.mark.parametrize("nested", [False, True])
def test_a_description_that_says_nothing_leaves_the_text_of_the_shop(
    either: EitherShop,
    nothing: str,
    nested: bool,  # noqa: FBT001
) -> None:
    either.run({"sku": "A", "name": "Cup", "price": "1", "description": "Warm"})
    product = either.only
    row: Json = {"id": product["id"], "description": nothing, "name": "Mug"}
    if nested:
        row["variantsInfo"] = product["variantsInfo"]
    assert either.run(row).counts == {"updated": 1}
    assert "Warm" in either.only["plainDescription"]
    settles(either, row)


def test_a_null_of_a_warehouse_clears_a_description_where_nulls_clear(either: EitherShop) -> None:
    either.run({"sku": "A", "name": "Cup", "price": "1", "description": "Warm"})
    assert either.run({"sku": "A", "description": "null"}, null_clears=True).counts == {
        "updated": 1
    }
    assert not either.only.get("plainDescription")


@pytest.mark.parametrize("kind", [{"type": "variation"}, {"Type": "Variation "}])
def test_a_variant_row_of_another_shop_makes_no_product_and_changes_its_variant(
    either: EitherShop, kind: Json, caplog: pytest.LogCaptureFixture
) -> None:
    row = {**kind, "id": 11, "parent_id": 1, "sku": "T-S", "name": "Tee - S", "price": "5"}
    assert either.run(row).codes == {"VARIANT_ROW": 1}
    assert "options and variantsInfo" in caplog.text
    assert either.products == []
    either.add("Tee", sku="T-S", amount="4")
    assert either.run(row).counts == {"updated": 1}
    assert [(sku, price) for _, sku, price in either.goods] == [("T-S", "5")]


def test_an_empty_object_says_nothing_of_variants(either: EitherShop) -> None:
    either.add("Cup", sku="A")
    row = {"sku": "A", "price": "11", "variantsInfo": {}, "media": {}, "options": []}
    assert either.run(row).counts == {"updated": 1}
    assert either.goods == [("Cup", "A", "11")]
    settles(either, row)


def test_two_variants_with_one_sku_are_refused_in_plain_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sizes = [{"name": one, "choiceType": "CHOICE_TEXT"} for one in "SM"]
    settings = {"choicesSettings": {"choices": sizes}}
    variants = [
        {
            "sku": sku,
            "choices": [{"optionChoiceNames": {"optionName": "Size", "choiceName": one}}],
            "price": {"actualPrice": {"amount": "5"}},
        }
        for one, sku in (("S", "A"), ("M", "A "))
    ]
    option = {"name": "Size", "optionRenderType": "TEXT_CHOICES", **settings}
    with FakeWix(Site(V3)) as wix:
        shop = EitherShop(wix, wix.site)
        row = {
            "slug": "a",
            "name": "A",
            "options": [option],
            "variantsInfo": {"variants": variants},
        }
        assert shop.run(row).codes == {"SKU_ALREADY_EXIST_ERROR": 1}
    assert "Wix has this sku already, and takes it only once" in caplog.text


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("there", [False, True])
def test_an_empty_list_of_pictures_takes_none_from_other_rows(
    either: EitherShop,
    order: tuple[int, ...],
    there: bool,  # noqa: FBT001
) -> None:
    lists: list[list[str]] = [[f"{PICTURES}/1.jpg"], [], [f"{PICTURES}/2.jpg"]]
    row: Json = {"slug": "a", "name": "A", "sku": "A", "price": "1"}
    if there:
        either.run({**row, "image_urls": [f"{PICTURES}/0.jpg"]})
    rows = [{**row, "image_urls": lists[place]} for place in order]
    assert either.run(*rows).code == 0
    assert either.pictures == 2
    settles(either, *rows)
    assert either.run({**row, "image_urls": []}).counts == {"updated": 1}
    assert either.pictures == 0


@pytest.mark.parametrize("seo", ["x", {"tags": "x"}, {"settings": ["x"]}])
def test_seo_data_of_another_shape_is_left_out_and_named(
    either: EitherShop, seo: object, caplog: pytest.LogCaptureFixture
) -> None:
    either.add("Cup", sku="A")
    row = {"sku": "A", "price": "11", "seoData": seo}
    assert either.run(row).counts == {"updated": 1}
    assert "columns ignored: seoData" in caplog.text
    settles(either, row)


def test_false_for_an_empty_field_as_odoo_has_it_says_nothing(
    either: EitherShop, caplog: pytest.LogCaptureFixture
) -> None:
    columns = ("sku", "barcode", "description", "brand", "ribbon", "options", "tags", "media")
    empty = dict.fromkeys((*columns, "image_urls", "collections"), False)
    rows: list[Json] = [
        {**empty, "slug": f"cup-{one}", "name": f"Cup {one}", "price": "1"} for one in "ab"
    ]
    assert either.run(*rows).counts == {"created": 2}
    assert either.goods == [("Cup a", "", "1"), ("Cup b", "", "1")]
    assert "'false'" not in str(either.products)
    assert "columns ignored" not in caplog.text
    settles(either, *rows)
    assert either.run({"sku": False, "name": "Cup", "price": "1"}).codes == {"NO_KEY": 1}


@pytest.mark.parametrize("text", ["\N{HEAVY BLACK HEART}", "!!!", "<3", "None of these"])
def test_a_description_of_marks_is_a_text(either: EitherShop, text: str) -> None:
    row = {"sku": "A", "name": "Cup", "price": "1", "description": text}
    assert either.run(row).counts == {"created": 1}
    assert either.only["plainDescription"]
    settles(either, row)


@pytest.mark.parametrize(
    ("said", "counted"), [("USD", 1), (" usd ", 1), ("EUR", 0), ("eur", 0), ("€", 0), (None, 0)]
)
def test_prices_in_another_currency_than_the_shop_has_are_named(
    either: EitherShop, caplog: pytest.LogCaptureFixture, said: str | None, counted: int
) -> None:
    row = {"slug": "cup", "name": "Cup", "sku": "A", "price": 10, "currency": said}
    for counts in ({"created": 1}, {"unchanged": 1}):
        caplog.clear()
        assert either.run(row).counts == counts
        assert ("currencies other than the shop's" in caplog.text) is bool(counted)
