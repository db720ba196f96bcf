"""Options, variants and modifiers: what stays keeps its id and its stock."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from tests.target.products.harness import nested

if TYPE_CHECKING:
    from tests.target.products.harness import Shop

Json = dict[str, Any]


def _record(shop: Shop, product: str, *names: str) -> Json:
    (record,) = [one for one in shop.records() if one["id"] == product]
    return nested(record, *(names or ("options", "variantsInfo")))


def _size(name: str, **fields: Any) -> Json:
    names = {"optionName": "Size", "choiceName": name, "renderType": "TEXT_CHOICES"}
    return {
        "price": {"actualPrice": {"amount": "11"}},
        "choices": [{"optionChoiceNames": names}],
        **fields,
    }


def _ids(shop: Shop, product: str) -> dict[str, str]:
    return {row["sku"]: row["id"] for row in shop.variants(product)}


def test_a_changed_variant_keeps_its_id_and_all_it_has(shop: Shop) -> None:
    product = shop.add_sized("S", "M", stock=4)
    before = shop.variants(product)
    record = _record(shop, product)
    record["variantsInfo"]["variants"][1]["price"]["actualPrice"]["amount"] = "12"
    run = shop.run(record)
    assert run.counts == {"updated": 1}
    after = shop.variants(product)
    assert after[0] == before[0]
    assert after[1] == {**before[1], "price": {"actualPrice": {"amount": "12"}}}
    assert shop.stock(product) == {"SKU-S": 4, "SKU-M": 4}


def test_variants_are_told_by_choices_if_the_record_has_no_ids(shop: Shop) -> None:
    product = shop.add_sized("S", "M", stock=4, handle="erp-1")
    ids = _ids(shop, product)
    run = shop.run(
        {
            "handle": "erp-1",
            "variantsInfo": {"variants": [_size("M", barcode="7"), _size("S")]},
        }
    )
    assert run.counts == {"updated": 1}
    assert _ids(shop, product) == ids
    assert shop.stock(product) == {"SKU-S": 4, "SKU-M": 4}


def test_variants_are_told_by_sku_if_the_record_has_no_choices(shop: Shop) -> None:
    product = shop.add_sized("S", "M", stock=4, handle="erp-1")
    ids = _ids(shop, product)
    rows = [
        {"sku": f"SKU-{size}", "price": {"actualPrice": {"amount": "13"}}} for size in ("M", "S")
    ]
    run = shop.run({"handle": "erp-1", "variantsInfo": {"variants": rows}})
    assert run.counts == {"updated": 1}
    assert _ids(shop, product) == ids


def test_a_choice_and_its_variant_are_added(shop: Shop) -> None:
    product = shop.add_sized("S", "M", stock=4)
    ids = _ids(shop, product)
    record = _record(shop, product)
    record["options"][0]["choicesSettings"]["choices"].append(
        {"name": "L", "choiceType": "CHOICE_TEXT"}
    )
    record["variantsInfo"]["variants"].append(
        _size("L", sku="SKU-L", inventoryItem={"quantity": 2})
    )
    assert shop.run(record).counts == {"updated": 1}
    after = _ids(shop, product)
    assert {sku: after[sku] for sku in ids} == ids
    assert shop.stock(product) == {"SKU-S": 4, "SKU-M": 4, "SKU-L": 2}
    assert len(shop.v3.customizations) == 1


def test_a_new_choice_need_not_be_listed_among_the_options(shop: Shop) -> None:
    product = shop.add_sized("S", "M", stock=4)
    record = _record(shop, product, "variantsInfo")
    record["variantsInfo"]["variants"].append(_size("L", sku="SKU-L"))
    assert shop.run(record).counts == {"updated": 1}
    assert list(_ids(shop, product)) == ["SKU-S", "SKU-M", "SKU-L"]
    assert shop.stock(product) == {"SKU-S": 4, "SKU-M": 4}


def test_a_variant_that_is_new_on_a_product_is_in_stock_if_it_was_so_elsewhere(
    shop: Shop,
) -> None:
    product = shop.add_sized("S", handle="erp-1", stock=4)
    shop.run(
        {
            "handle": "erp-1",
            "variantsInfo": {
                "variants": [
                    _size("S"),
                    _size("M", sku="SKU-M", inventoryStatus={"inStock": True}),
                ]
            },
        }
    )
    assert shop.stock(product) == {"SKU-S": 4, "SKU-M": True}


def test_a_variant_and_its_choice_are_removed(shop: Shop) -> None:
    product = shop.add_sized("S", "M", "L", stock=4)
    ids = _ids(shop, product)
    record = _record(shop, product)
    del record["options"][0]["choicesSettings"]["choices"][1]
    del record["variantsInfo"]["variants"][1]
    assert shop.run(record).counts == {"updated": 1}
    assert _ids(shop, product) == {sku: ids[sku] for sku in ("SKU-S", "SKU-L")}
    assert shop.stock(product) == {"SKU-S": 4, "SKU-L": 4}


def test_a_choice_that_goes_takes_its_variant_along(shop: Shop) -> None:
    product = shop.add_sized("S", "M", stock=4)
    record = _record(shop, product, "options")
    del record["options"][0]["choicesSettings"]["choices"][0]
    assert shop.run(record).counts == {"updated": 1}
    assert list(_ids(shop, product)) == ["SKU-M"]


def test_the_first_option_of_a_simple_product(shop: Shop) -> None:
    product = shop.add(sku="A", handle="erp-1", stock=3)
    old = shop.variant(product)["id"]
    record: Json = {
        "handle": "erp-1",
        "options": [
            {"name": "Size", "choicesSettings": {"choices": [{"name": "S"}, {"name": "M"}]}}
        ],
        "variantsInfo": {"variants": [_size("S", sku="A"), _size("M", sku="B")]},
    }
    assert shop.run(record).counts == {"updated": 1}
    assert list(_ids(shop, product)) == ["A", "B"]
    assert old not in _ids(shop, product).values()
    assert shop.run(record).counts == {"unchanged": 1}


def test_options_follow_from_the_choices_of_variants(shop: Shop) -> None:
    variants = [_size("S", sku="A"), _size("M", sku="B")]
    shop.run({"handle": "erp-1", "name": "Shirt", "variantsInfo": {"variants": variants}})
    (product,) = shop.products
    assert [row["name"] for row in product["options"]] == ["Size"]
    assert list(_ids(shop, product["id"])) == ["A", "B"]


def test_another_option_needs_the_variants_that_it_makes(shop: Shop) -> None:
    product = shop.add_sized("S", "M")
    record = _record(shop, product, "options")
    record["options"].append({"name": "Fit", "choicesSettings": {"choices": [{"name": "Slim"}]}})
    assert shop.run(record).codes == {"VARIANTS_NEEDED": 1}


def test_options_and_variants_always_go_together(shop: Shop) -> None:
    """One without the other is a 428, or was a 200 that broke the product (stores-v3 3.5)."""
    product = shop.add_sized("S", "M")
    run = shop.run({"sku": "SKU-M", "price": "12"})
    (update,) = [one for one in run.requests if one.path.endswith("bulk/products/update")]
    (row,) = update.body["products"]
    stored = shop.get(product)
    assert [one["id"] for one in row["product"]["options"]] == [stored["options"][0]["id"]]
    assert [one["id"] for one in row["product"]["variantsInfo"]["variants"]] == [
        one["id"] for one in stored["variantsInfo"]["variants"]
    ]
    assert "fieldMask" not in row


@pytest.mark.parametrize("what", ["choice", "option", "colour"])
def test_renaming_in_place_is_refused_since_wix_ignores_it(shop: Shop, what: str) -> None:
    product = shop.add_sized("S", "M")
    record = _record(shop, product)
    option = record["options"][0]
    if what == "option":
        option["name"] = "Length"
    elif what == "choice":
        option["choicesSettings"]["choices"][0]["name"] = "Small"
    else:
        stored = shop.get(product)["options"][0]["choicesSettings"]["choices"][0]
        stored |= {"colorCode": "#AABBCC"}
        option["choicesSettings"]["choices"][0]["colorCode"] = "#000000"
    run = shop.run(record)
    assert run.codes == {"CHOICE_RENAMED": 1}
    assert run.writes == []


@pytest.mark.parametrize(
    ("variants", "code"),
    [
        ([_size("S"), _size("S")], "DUPLICATE_VARIANT_OPTION_CHOICE"),
        ([{"price": {"actualPrice": {"amount": "1"}}}], "UNKNOWN_VARIANT"),
        ([_size("S", sku="x" * 41)], "TOO_LONG"),
        ([_size("XL", price=None)], "MISSING_PRICE"),
        ([], "BAD_VALUE"),
    ],
)
def test_variants_that_do_not_fit_are_refused_without_a_write(
    shop: Shop, variants: list[Json], code: str
) -> None:
    shop.add_sized("S", "M", handle="erp-1")
    run = shop.run({"handle": "erp-1", "variantsInfo": {"variants": variants}})
    assert run.codes == {code: 1}
    assert run.writes == []


def test_hidden_variants_and_costs_are_not_lost_with_a_key_that_may_not_read_them(
    shop: Shop,
) -> None:
    """Variants are replaced whole: what is not read would be erased (stores-v3 3.5)."""
    product = shop.add(sku="A", cost="3")
    shop.site.deny("STORES.PRODUCT_READ_ADMIN")
    run = shop.run({"sku": "A", "price": "5"}, {"id": product, "name": "Bowl"})
    assert run.codes == {"MISSING_PERMISSION": 1}
    assert run.counts["updated"] == 1
    assert shop.variant(product)["revenueDetails"]["cost"] == {"amount": "3"}


@pytest.mark.parametrize("visible", [True, False])
def test_a_simple_product_and_its_variant_are_seen_together(shop: Shop, *, visible: bool) -> None:
    product = shop.add(sku="A", visible=not visible)
    shop.variant(product)["visible"] = not visible
    variant = {"id": shop.variant(product)["id"], "visible": visible}
    assert shop.run({"id": product, "variantsInfo": {"variants": [variant]}}).counts == {
        "updated": 1
    }
    assert shop.get(product)["visible"] is shop.variant(product)["visible"] is visible
    assert shop.run({"id": product, "visible": visible}).counts == {"unchanged": 1}


def test_colours_are_options_too(shop: Shop) -> None:
    colours = [{"name": "Ash", "colorCode": "#C9C2B4"}, {"name": "Ink", "colorCode": "#101020"}]
    record: Json = {
        "handle": "erp-1",
        "name": "Bowl",
        "options": [{"name": "Glaze", "choicesSettings": {"choices": colours}}],
        "variantsInfo": {
            "variants": [
                {"choices": {"Glaze": one["name"]}, "price": {"actualPrice": {"amount": "4"}}}
                for one in colours
            ]
        },
    }
    assert shop.run(record).counts == {"created": 1}
    (product,) = shop.products
    assert product["options"][0]["optionRenderType"] == "SWATCH_CHOICES"
    again = copy.deepcopy(record)
    again["options"][0]["choicesSettings"]["choices"][0]["colorCode"] = "#c9c2b4"
    assert shop.run(again).counts == {"unchanged": 1}


# -- modifiers ------------------------------------------------------------------------------------

MODIFIERS: list[Json] = [
    {
        "name": "Engraving",
        "modifierRenderType": "FREE_TEXT",
        "mandatory": True,
        "freeTextSettings": {"title": "Your text", "maxCharCount": 20, "defaultAddedPrice": "5"},
    },
    {
        "name": "Wrapping",
        "modifierRenderType": "TEXT_CHOICES",
        "choicesSettings": {
            "choices": [
                {"name": "Paper", "choiceType": "CHOICE_TEXT", "addedPrice": "1.50"},
                {"name": "None", "choiceType": "CHOICE_TEXT"},
            ]
        },
    },
]


def test_modifiers_are_made_changed_and_removed_and_keep_their_ids(shop: Shop) -> None:
    product = shop.add(handle="erp-1")
    assert shop.run({"handle": "erp-1", "modifiers": MODIFIERS}).counts == {"updated": 1}
    first = shop.get(product)["modifiers"]
    assert shop.run({"handle": "erp-1", "modifiers": MODIFIERS}).counts == {"unchanged": 1}
    changed = copy.deepcopy(MODIFIERS)
    changed[1]["choicesSettings"]["choices"][0]["addedPrice"] = "2"
    changed[0]["freeTextSettings"]["maxCharCount"] = 30
    assert shop.run({"handle": "erp-1", "modifiers": changed}).counts == {"updated": 1}
    second = shop.get(product)["modifiers"]
    assert [row["id"] for row in second] == [row["id"] for row in first]
    assert second[0]["freeTextSettings"]["maxCharCount"] == 30
    assert second[1]["choicesSettings"]["choices"][0]["addedPrice"] == "2"
    assert shop.run({"handle": "erp-1", "modifiers": []}).counts == {"updated": 1}
    assert shop.get(product)["modifiers"] == []
