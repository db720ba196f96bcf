"""Every row of Wix's migration table, and what it leaves open."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_wix.api import codec
from tap_wix.api.catalog_conversion.json_access import DEFAULT_VARIANT_ID, Json, inside
from tap_wix.api.catalog_conversion.upgrade import (
    looks_like_v1_product,
    upgrade_collection,
    upgrade_product,
)

APRON = b"""{"id":"3c5e2b7a-1d4f-4e6a-9b1c-0a7d5f2e8b90","name":"Linen apron","slug":"linen-apron",
 "visible":true,"productType":"physical","description":"<p>Heavy linen.</p>","sku":"","weight":0.4,
 "weightRange":{"minValue":0.4,"maxValue":0.55},
 "stock":{"trackInventory":true,"quantity":14,"inStock":true,
   "inventoryStatus":"PARTIALLY_OUT_OF_STOCK"},
 "price":{"currency":"EUR","price":34.5,"discountedPrice":31.05},
 "priceData":{"currency":"EUR","price":34.5,"discountedPrice":31.05},
 "convertedPriceData":{"currency":"USD","price":37.5,"discountedPrice":33.75},
 "priceRange":{"minValue":34.5,"maxValue":36.0},"costRange":{"minValue":12.10,"maxValue":12.10},
 "pricePerUnitData":{"totalQuantity":500,"totalMeasurementUnit":"G","baseQuantity":1,
   "baseMeasurementUnit":"KG"},
 "additionalInfoSections":[{"title":"Care","description":"<p>Wash at 40</p>"}],
 "ribbons":[{"text":"New"}],"ribbon":"New","brand":"Nordhem",
 "media":{"mainMedia":{"id":"aa_1.jpg","mediaType":"image","title":"Front",
     "thumbnail":{"url":"https://static.wixstatic.com/media/aa_1.jpg/v1/fit/w_50,h_50,q_90/file.jpg",
       "width":50,"height":50},
     "image":{"url":"https://static.wixstatic.com/media/aa_1.jpg/v1/fit/w_800,h_600,q_90/file.jpg",
       "width":800,"height":600,"format":"jpg","altText":"Apron"}},
   "items":[{"id":"aa_1.jpg","mediaType":"image","title":"Front",
     "image":{"url":"https://static.wixstatic.com/media/aa_1.jpg/v1/fit/w_800,h_600,q_90/file.jpg",
       "width":800,"height":600,"format":"jpg","altText":"Apron"}},
    {"id":"vv_2","mediaType":"video","title":"","video":{"stillFrameMediaId":"ss_2.jpg",
      "files":[{"url":"https://video.wixstatic.com/video/vv_2/720p/mp4/file.mp4","width":1280,
        "height":720,"format":"mp4"}]}}]},
 "customTextFields":[{"title":"Monogram","maxLength":12,"mandatory":true}],
 "manageVariants":true,
 "productOptions":[
   {"optionType":"drop_down","name":"Size","choices":[
     {"value":"s","description":"S","inStock":true,"visible":true},
     {"value":"m","description":"M","inStock":false,"visible":true}]},
   {"optionType":"color","name":"Colour","choices":[{"value":"#7A1F1F","description":"Wine",
     "media":{"items":[{"id":"aa_1.jpg","mediaType":"image"}]}}]}],
 "productPageUrl":{"base":"https://shop.example.com/","path":"/product-page/linen-apron"},
 "numericId":"9007199254740993","inventoryItemId":"c3a1d485-e2b0-b195-64e3-f582a0d1746f",
 "discount":{"type":"PERCENT","value":10},
 "collectionIds":["00000000-000000-000000-000000000001","32fd0b3a-2d38-2235-7754-78a3f819274a"],
 "variants":[
  {"id":"00000000-0000-0020-0005-ad9cdc10d3b8","choices":{"Colour":"Wine","Size":"S"},
   "variant":{"priceData":{"currency":"EUR","price":34.5,"discountedPrice":31.05,
      "pricePerUnit":62.1,"formatted":{"price":"\xe2\x82\xac34.50",
        "discountedPrice":"\xe2\x82\xac31.05","pricePerUnit":"\xe2\x82\xac62.10 / 1 kg"}},
     "convertedPriceData":{"currency":"USD","price":37.5},
     "costAndProfitData":{"itemCost":12.10,"formattedItemCost":"\xe2\x82\xac12.10","profit":18.95,
       "formattedProfit":"\xe2\x82\xac18.95","profitMargin":0.6103},
     "weight":0.4,"sku":"APR-S","visible":true,
     "productDimensions":{"length":"90.50","width":"70","height":"1","unit":"CM"}},
   "stock":{"trackQuantity":true,"quantity":14,"inStock":true}},
  {"id":"00000000-0000-0021-0005-ad9cdc10d3b8","choices":{"Size":"M","Colour":"Wine"},
   "variant":{"priceData":{"currency":"EUR","price":36.0,"discountedPrice":32.4},
     "weight":0.55,"sku":"","visible":false},
   "stock":{"trackQuantity":true,"quantity":-1,"inStock":false}}],
 "seoData":{"tags":[{"type":"title","children":"Linen apron"}]},
 "lastUpdated":"2026-10-02T08:15:31.550Z","createdDate":"2026-01-01T00:00:00.123Z"}"""


def apron(**changes: object) -> Json:
    product: Json = {**codec.decode(APRON), **changes}
    return product


def cup(**changes: object) -> Json:
    """A simple product, as V1 gives it."""
    product: Json = {
        "id": "7a1d",
        "name": "Cup",
        "visible": True,
        "productType": "physical",
        "sku": "CUP-1",
        "weight": Decimal("0.25"),
        "priceData": {
            "currency": "EUR",
            "price": Decimal("12.10"),
            "discountedPrice": Decimal("12.10"),
        },
        "costAndProfitData": {"itemCost": Decimal("4.00")},
        "stock": {"trackInventory": True, "quantity": 3, "inventoryStatus": "IN_STOCK"},
        "manageVariants": False,
        "productOptions": [],
        "customTextFields": [],
        "discount": {"type": "NONE", "value": 0},
        "variants": [
            {
                "id": DEFAULT_VARIANT_ID,
                "choices": {},
                "variant": {
                    "priceData": {"price": Decimal("12.10"), "discountedPrice": Decimal("12.10")},
                    "weight": Decimal("0.25"),
                    "sku": "CUP-1",
                    "visible": True,
                },
                "stock": {"trackQuantity": True, "quantity": 3, "inStock": True},
            }
        ],
    }
    return {**product, **changes}


def at(product: object, path: str) -> Any:
    """The value at a dotted path; a number is a place in a list."""
    value: Any = product
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = inside(value, name)
    return value


SIMPLE, MANAGED = "simple", "managed"
ANY_SIZE = {"name": "Size", "choices": [{"value": "S", "description": "S"}]}
FIRST = "variantsInfo.variants.0"

# Row of the table (wix-api stores-v3 9), the product, changes to it, V3 path, value there.
TABLE: list[tuple[str, str, Json, str, object]] = [
    ("id", MANAGED, {}, "id", "3c5e2b7a-1d4f-4e6a-9b1c-0a7d5f2e8b90"),
    ("name", MANAGED, {}, "name", "Linen apron"),
    ("slug", MANAGED, {}, "slug", "linen-apron"),
    ("visible", SIMPLE, {"visible": False}, "visible", False),
    ("productType physical", MANAGED, {}, "productType", "PHYSICAL"),
    ("productType digital", SIMPLE, {"productType": "digital"}, "productType", "DIGITAL"),
    ("description", MANAGED, {}, "plainDescription", "<p>Heavy linen.</p>"),
    ("priceData.price, no discount", SIMPLE, {}, f"{FIRST}.price.actualPrice.amount", "12.10"),
    ("priceData.price, no discount", SIMPLE, {}, f"{FIRST}.price.compareAtPrice", None),
    ("priceData.price, with discount", MANAGED, {}, f"{FIRST}.price.compareAtPrice.amount", "34.5"),
    ("priceData.discountedPrice", MANAGED, {}, f"{FIRST}.price.actualPrice.amount", "31.05"),
    ("discount", MANAGED, {}, "discount", None),
    ("discount", MANAGED, {}, "v1.discount", {"type": "PERCENT", "value": 10}),
    ("priceData.currency", MANAGED, {}, "currency", "EUR"),
    ("convertedPriceData", MANAGED, {}, "convertedPriceData", None),
    ("convertedPriceData", MANAGED, {}, "v1.convertedPriceData.price", Decimal("37.5")),
    (
        "priceRange",
        SIMPLE,
        {"priceRange": {"minValue": Decimal("12.10"), "maxValue": 15}},
        "actualPriceRange",
        {"minValue": {"amount": "12.10"}, "maxValue": {"amount": "15"}},
    ),
    ("costRange", MANAGED, {}, "costRange.maxValue", {"amount": "12.10"}),
    ("costAndProfitData.itemCost", MANAGED, {}, f"{FIRST}.revenueDetails.cost.amount", "12.10"),
    ("costAndProfitData.itemCost", SIMPLE, {}, f"{FIRST}.revenueDetails.cost.amount", "4.00"),
    ("costAndProfitData.profit", MANAGED, {}, f"{FIRST}.revenueDetails.profit.amount", "18.95"),
    (
        "costAndProfitData.profitMargin",
        MANAGED,
        {},
        f"{FIRST}.revenueDetails.profitMargin",
        Decimal("0.6103"),
    ),
    (
        "pricePerUnitData base",
        MANAGED,
        {},
        "physicalProperties.pricePerUnit",
        {"quantity": 1, "measurementUnit": "KG"},
    ),
    (
        "pricePerUnitData total",
        MANAGED,
        {},
        f"{FIRST}.physicalProperties.pricePerUnit.settings",
        {"quantity": 500, "measurementUnit": "G"},
    ),
    ("sku (simple product)", SIMPLE, {}, f"{FIRST}.sku", "CUP-1"),
    ("weight (simple product)", SIMPLE, {}, f"{FIRST}.physicalProperties.weight", Decimal("0.25")),
    (
        "weightRange",
        MANAGED,
        {},
        "physicalProperties.shippingWeightRange",
        {"minValue": Decimal("0.4"), "maxValue": Decimal("0.55")},
    ),
    ("stock.trackInventory", MANAGED, {}, "v1.stock.trackInventory", True),
    ("stock.quantity", MANAGED, {}, "v1.stock.quantity", 14),
    ("stock.quantity", MANAGED, {}, "v1.variants.1.stock.quantity", -1),
    (
        "stock.inventoryStatus",
        MANAGED,
        {},
        "inventory.availabilityStatus",
        "PARTIALLY_OUT_OF_STOCK",
    ),
    ("manageVariants", SIMPLE, {}, "variantSummary.variantCount", 1),
    ("manageVariants", MANAGED, {}, "v1.manageVariants", True),
    ("productOptions with manageVariants:true", MANAGED, {}, "options.0.name", "Size"),
    (
        "productOptions with manageVariants:false",
        SIMPLE,
        {"productOptions": [ANY_SIZE]},
        "modifiers.0.mandatory",
        True,
    ),
    (
        "productOptions with manageVariants:false",
        SIMPLE,
        {"productOptions": [ANY_SIZE]},
        "options",
        [],
    ),
    (
        "productOptions.optionType drop_down",
        MANAGED,
        {},
        "options.0.optionRenderType",
        "TEXT_CHOICES",
    ),
    (
        "productOptions.optionType color",
        MANAGED,
        {},
        "options.1.optionRenderType",
        "SWATCH_CHOICES",
    ),
    ("choices.description", MANAGED, {}, "options.0.choicesSettings.choices.0.name", "S"),
    (
        "choices.value (colours)",
        MANAGED,
        {},
        "options.1.choicesSettings.choices.0.colorCode",
        "#7A1F1F",
    ),
    ("choices.value", MANAGED, {}, "v1.productOptions.0.choices.0.value", "s"),
    ("customTextFields", MANAGED, {}, "modifiers.0.modifierRenderType", "FREE_TEXT"),
    ("customTextFields.mandatory", MANAGED, {}, "modifiers.0.mandatory", True),
    (
        "customTextFields.title, .maxLength",
        MANAGED,
        {},
        "modifiers.0.freeTextSettings",
        {"title": "Monogram", "maxCharCount": 12},
    ),
    ("variants.id", MANAGED, {}, f"{FIRST}.id", "00000000-0000-0020-0005-ad9cdc10d3b8"),
    ("variants.id", SIMPLE, {}, f"{FIRST}.id", DEFAULT_VARIANT_ID),
    (
        "variants.choices",
        MANAGED,
        {},
        f"{FIRST}.choices.1.optionChoiceNames",
        {"optionName": "Colour", "choiceName": "Wine", "renderType": "SWATCH_CHOICES"},
    ),
    ("variants.variant.sku", MANAGED, {}, f"{FIRST}.sku", "APR-S"),
    ("variants.variant.weight", MANAGED, {}, f"{FIRST}.physicalProperties.weight", Decimal("0.4")),
    ("variants.variant.visible", MANAGED, {}, "variantsInfo.variants.1.visible", False),
    (
        "variants.variant.priceData",
        MANAGED,
        {},
        "variantsInfo.variants.1.price.actualPrice.amount",
        "32.4",
    ),
    (
        "additionalInfoSections",
        MANAGED,
        {},
        "infoSections",
        [{"uniqueName": None, "title": "Care", "plainDescription": "<p>Wash at 40</p>"}],
    ),
    ("ribbon", MANAGED, {}, "ribbon", {"name": "New"}),
    ("brand", MANAGED, {}, "brand", {"name": "Nordhem"}),
    (
        "collectionIds",
        MANAGED,
        {},
        "directCategoriesInfo.categories",
        [{"id": "32fd0b3a-2d38-2235-7754-78a3f819274a"}],
    ),
    ("media.mainMedia", MANAGED, {}, "media.main.id", "aa_1.jpg"),
    (
        "media.items",
        MANAGED,
        {},
        "media.itemsInfo.items.0.image",
        {
            "id": "aa_1.jpg",
            "url": "https://static.wixstatic.com/media/aa_1.jpg",
            "height": 600,
            "width": 800,
            "altText": "Apron",
        },
    ),
    ("media.items", MANAGED, {}, "media.itemsInfo.items.1.mediaType", "VIDEO"),
    (
        "productPageUrl",
        MANAGED,
        {},
        "url",
        {
            "relativePath": "/product-page/linen-apron",
            "url": "https://shop.example.com/product-page/linen-apron",
        },
    ),
    ("lastUpdated", MANAGED, {}, "updatedDate", "2026-10-02T08:15:31.550Z"),
    ("createdDate", MANAGED, {}, "createdDate", "2026-01-01T00:00:00.123Z"),
    ("numericId", MANAGED, {}, "v1.numericId", "9007199254740993"),
    ("inventoryItemId", MANAGED, {}, "v1.inventoryItemId", "c3a1d485-e2b0-b195-64e3-f582a0d1746f"),
    # Not in the table, and in both catalogs.
    ("seoData", MANAGED, {}, "seoData.tags.0.children", "Linen apron"),
    (
        "variants.variant.productDimensions",
        MANAGED,
        {},
        f"{FIRST}.physicalProperties.productDimensions.length",
        "90.50",
    ),
    ("priceData.formatted", MANAGED, {}, f"{FIRST}.price.actualPrice.formattedAmount", "€31.05"),
    (
        "priceData.pricePerUnit",
        MANAGED,
        {},
        f"{FIRST}.physicalProperties.pricePerUnit.value",
        "62.1",
    ),
    (
        "choices.media",
        MANAGED,
        {},
        "options.1.choicesSettings.choices.0.media.items",
        [{"mediaId": "aa_1.jpg"}],
    ),
    (
        "variants.stock.inStock",
        MANAGED,
        {},
        "variantsInfo.variants.1.inventoryStatus",
        {"inStock": False},
    ),
    ("media.items.image.format", MANAGED, {}, "v1.media.items.0.image.format", "jpg"),
    (
        "media.items.video.stillFrameMediaId",
        MANAGED,
        {},
        "v1.media.items.1.video.stillFrameMediaId",
        "ss_2.jpg",
    ),
]


@pytest.mark.parametrize(
    ("row", "product", "changes", "path", "value"),
    TABLE,
    ids=[f"{r[1]}: {r[0]} -> {r[3]}" for r in TABLE],
)
def test_every_row_of_the_migration_table(
    row: str, product: str, changes: Json, path: str, value: object
) -> None:
    source = apron(**changes) if product == MANAGED else cup(**changes)
    assert at(upgrade_product(source), path) == value, row


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", "Kitchen"),
        ("description", "For cooks"),
        ("visible", False),
        ("itemCounter", 3),
        ("image.url", "https://static.wixstatic.com/media/k.jpg"),
        ("v1.media.items.1.id", "l.jpg"),
        ("somethingNew", 1),
    ],
)
def test_a_collection_entity_is_a_category(path: str, value: object) -> None:
    picture = {
        "id": "k.jpg",
        "image": {"url": "https://static.wixstatic.com/media/k.jpg/v1/fill/w_1,h_1/k.jpg"},
    }
    collection = {
        "id": "32fd",
        "name": "Kitchen",
        "slug": "kitchen",
        "description": "For cooks",
        "visible": False,
        "numberOfProducts": 3,
        "media": {"mainMedia": picture, "items": [picture, {"id": "l.jpg"}]},
        "somethingNew": 1,
    }
    assert at(upgrade_collection(collection), path) == value


@pytest.mark.parametrize(
    "main",
    [
        {"id": "k.jpg", "title": "Pots", "mediaType": "image", "image": {"url": "https://x/k.jpg"}},
        {"id": "k.jpg", "thumbnail": {"url": "https://x/t.jpg"}, "image": {"url": "https://x/k"}},
        {"id": "v", "mediaType": "video", "video": {"files": [{"url": "https://x/v.mp4"}]}},
        {"id": "v", "video": {"files": []}, "image": {"url": "https://x/k.jpg", "format": "png"}},
        {"id": "k.jpg", "image": {"width": 5}},
    ],
    ids=["title", "thumbnail", "video", "video with image", "image without address"],
)
@pytest.mark.parametrize("listed", [False, True])
def test_what_a_category_image_cannot_say_of_a_collections_picture_is_kept(
    main: Json,
    listed: bool,  # noqa: FBT001
) -> None:
    media = {"mainMedia": main, **({"items": [main]} if listed else {})}
    category = upgrade_collection({"id": "32fd", "name": "Kitchen", "media": media})
    kept = category["v1"]["media"]["mainMedia"]
    for name in ("title", "thumbnail", "video"):
        assert kept.get(name) == main.get(name)
    assert (category.get("image") is None) == ("url" not in main.get("image", {}))
    if "image" not in category:
        assert kept == main


def test_the_built_in_collection_is_read_like_any_other() -> None:
    built_in = {"id": "00000000-000000-000000-000000000001", "name": "All Products", "media": None}
    assert upgrade_collection(built_in) == {"id": built_in["id"], "name": "All Products"}


def test_money_is_exact_from_the_wire_to_the_record() -> None:
    wired = codec.decode(
        b'{"priceData":{"price":12.10,"discountedPrice":1E+1},"discount":{"type":"AMOUNT","value":2.10}}'
    )
    price = at(upgrade_product(wired), f"{FIRST}.price")
    assert price == {"actualPrice": {"amount": "10"}, "compareAtPrice": {"amount": "12.10"}}


def test_ranges_are_of_what_buyers_pay_and_the_range_before_the_discount_is_kept() -> None:
    product = upgrade_product(apron())
    assert at(product, "actualPriceRange.minValue.amount") == "31.05"
    assert at(product, "actualPriceRange.maxValue.amount") == "32.4"
    assert at(product, "compareAtPriceRange.maxValue.amount") == "36.0"
    assert at(product, "v1.priceRange") == {
        "minValue": Decimal("34.5"),
        "maxValue": Decimal("36.0"),
    }


@pytest.mark.parametrize("paid", [None, 12, "12.00"])
def test_an_equal_or_missing_discounted_price_is_no_discount(paid: object) -> None:
    price = {"price": Decimal(12), "discountedPrice": paid}
    upgraded = at(upgrade_product(cup(priceData=price)), f"{FIRST}.price")
    assert upgraded.keys() == {"actualPrice"}
    assert Decimal(upgraded["actualPrice"]["amount"]) == Decimal(12)


def test_a_record_without_a_discounted_price_is_priced_by_its_discount() -> None:
    record = {"priceData": {"price": "12.99"}, "discount": {"type": "PERCENT", "value": "10"}}
    price = at(upgrade_product(record), f"{FIRST}.price")
    assert price == {"actualPrice": {"amount": "11.69"}, "compareAtPrice": {"amount": "12.99"}}


def test_the_range_before_a_discount_that_is_only_a_rule_is_kept() -> None:
    record = {
        "priceData": {"price": 100},
        "priceRange": {"minValue": 100, "maxValue": 100},
        "discount": {"type": "PERCENT", "value": 10},
    }
    product = upgrade_product(record)
    assert at(product, "actualPriceRange.minValue.amount") == "90.00"
    assert at(product, "v1.priceRange") == {"minValue": 100, "maxValue": 100}


def test_a_price_that_is_no_number_is_left_for_others_to_refuse() -> None:
    record = {"priceData": {"price": "twelve"}}
    assert at(upgrade_product(record), f"{FIRST}.price.actualPrice.amount") == "twelve"


def test_a_managed_product_does_not_list_the_default_variant_it_has_besides() -> None:
    default = {"id": DEFAULT_VARIANT_ID, "choices": {}, "stock": {"inStock": True}}
    product = upgrade_product(apron(variants=[default, *apron()["variants"]]))
    assert [row["id"][:18] for row in product["variantsInfo"]["variants"]] == [
        "00000000-0000-0020",
        "00000000-0000-0021",
    ]
    assert product["v1"]["variants"][0] == default


@pytest.mark.parametrize("managed", [None, "", "true", True])
def test_variants_with_ids_of_their_own_are_managed(managed: object) -> None:
    assert len(upgrade_product(apron(manageVariants=managed))["options"]) == 2


def test_a_simple_product_without_listed_variants_has_the_default_one() -> None:
    product = upgrade_product(cup(variants=None))
    assert product["variantsInfo"] == upgrade_product(cup())["variantsInfo"]


def test_hiding_a_simple_product_hides_its_variant() -> None:
    product = upgrade_product(cup(visible=False))
    assert at(product, f"{FIRST}.visible") is False
    assert at(product, "v1.variants.0.variant.visible") is True


def test_part_of_a_product_upgrades_to_part_of_a_product() -> None:
    assert upgrade_product({"id": "7a1d", "name": "Cup"}) == {
        "id": "7a1d",
        "name": "Cup",
        "revision": None,
    }


def test_what_is_emptied_on_v1_is_null_and_not_absent() -> None:
    product = upgrade_product(cup(sku="", variants=[], brand="", ribbon=None))
    assert (product["brand"], product["ribbon"]) == (None, None)
    assert at(product, FIRST)["sku"] is None


def test_a_top_level_field_that_nobody_knows_keeps_its_name() -> None:
    assert upgrade_product(cup(shippingClass="bulky"))["shippingClass"] == "bulky"


def test_a_new_field_whose_name_means_something_else_on_v3_goes_to_v1() -> None:
    product = upgrade_product(cup(options={"a": 1}, currency="XXX"))
    assert product["options"] == []
    assert product["v1"]["options"] == {"a": 1}
    assert (product["currency"], product["v1"]["currency"]) == ("EUR", "XXX")


def test_what_wix_adds_to_nested_objects_arrives_in_v1() -> None:
    source = apron()
    source["variants"][0]["new"] = 1
    source["variants"][0]["variant"]["newer"] = 2
    source["variants"][0]["variant"]["priceData"]["newest"] = 3
    source["media"]["items"][0]["image"]["focus"] = {"x": 1}
    source["media"]["arrangement"] = "grid"
    source["additionalInfoSections"][0]["icon"] = "wash"
    source["productPageUrl"]["host"] = "h"
    source["weightRange"]["unit"] = "KG"
    kept = upgrade_product(source)["v1"]
    assert at(kept, "variants.0.new") == 1
    assert at(kept, "variants.0.variant.newer") == 2
    assert at(kept, "variants.0.variant.priceData") == {"newest": 3}
    assert at(kept, "media.items.0.image.focus") == {"x": 1}
    assert at(kept, "media.arrangement") == "grid"
    assert kept["additionalInfoSections"] == [{"icon": "wash"}]
    assert kept["productPageUrl"] == {"host": "h"}
    assert kept["weightRange"] == {"unit": "KG"}


def test_a_digital_product_has_no_physical_properties_and_keeps_its_weight_in_v1() -> None:
    product = upgrade_product(cup(productType="digital"))
    assert "physicalProperties" not in product
    assert "physicalProperties" not in at(product, FIRST)
    assert product["v1"]["weight"] == Decimal("0.25")


@pytest.mark.parametrize(
    ("kind", "upgraded"), [("unspecified_product_type", None), ("gift", "GIFT")]
)
def test_a_product_type_of_another_kind_is_kept(kind: str, upgraded: str | None) -> None:
    product = upgrade_product(cup(productType=kind))
    assert (product["productType"], product["v1"]["productType"]) == (upgraded, kind)


def test_long_and_equal_titles_of_text_fields_become_names_that_v3_takes() -> None:
    fields = [{"title": "x" * 100}, {"title": "x" * 100}, {"title": "Size"}]
    names = [
        row["name"]
        for row in upgrade_product(cup(customTextFields=fields, productOptions=[ANY_SIZE]))[
            "modifiers"
        ]
    ]
    assert len(set(names)) == len(names) == 4
    assert max(map(len, names)) == 50


def test_only_a_scaled_copy_on_a_media_path_is_shortened() -> None:
    url = "https://cdn.example.com/v1/fit/w_1,h_1/a.jpg"
    media = {"items": [{"id": "a", "image": {"url": url}}]}
    assert at(upgrade_product(cup(media=media)), "media.main.image.url") == url


def test_a_main_picture_without_a_list_is_not_taken_away_by_an_empty_one() -> None:
    media = {"mainMedia": {"id": "a", "image": {"url": "https://x.example/a.jpg"}}, "items": []}
    assert at(upgrade_product(cup(media=media)), "media.itemsInfo.items.0.id") == "a"
    assert at(upgrade_product(cup(media={"items": []})), "media.itemsInfo.items") == []


def test_the_product_is_left_as_it_was() -> None:
    source = apron()
    before = copy.deepcopy(source)
    upgrade_product(source)
    assert source == before


@pytest.mark.parametrize(
    ("record", "v1"),
    [
        (codec.decode(APRON), True),
        ({"name": "Cup", "priceData": {"price": "12"}}, True),
        ({"name": "Cup", "manageVariants": False, "price": None}, True),
        ({"media": {"mainMedia": {}, "items": []}}, True),
        ({"variants": [{"variant": {"sku": "X"}}]}, True),
        ({"name": "Cup", "price": "12.10", "brand": "Nordhem", "description": "x"}, False),
        ({"name": "Cup", "priceData": None, "sku": "X"}, False),
        ({"media": {"main": {}, "itemsInfo": {"items": []}}}, False),
        ({"variantsInfo": {"variants": []}, "inventoryItemId": "x"}, False),
        ({"name": "Cup", "variants": [{"sku": "X"}]}, False),
    ],
)
def test_a_v1_shaped_record_is_told_from_v3_and_from_flat_rows(record: Json, *, v1: bool) -> None:
    assert looks_like_v1_product(record) is v1


def test_an_upgraded_product_is_not_upgraded_twice() -> None:
    assert not looks_like_v1_product(upgrade_product(apron()))
    assert not looks_like_v1_product(upgrade_product(cup()))


NESTED_NAMES = (
    "id",
    "name",
    "choices",
    "variant",
    "priceData",
    "price",
    "discountedPrice",
    "formatted",
    "stock",
    "mainMedia",
    "items",
    "image",
    "url",
    "title",
    "value",
    "description",
    "minValue",
    "type",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NESTED_NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(product=st.dictionaries(st.sampled_from([*apron(), "price_x", "options"]), JSON))
@settings(max_examples=60, deadline=None)
def test_no_shape_of_a_record_makes_the_upgrade_fail(product: Json) -> None:
    upgraded = upgrade_product(product)
    looks_like_v1_product(product)
    upgrade_collection(product)
    named = {name for name, value in product.items() if value is not None and name == "price_x"}
    assert named <= upgraded.keys()


@given(product=st.sampled_from([apron(), cup()]), data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_field_may_be_missing_or_null(product: Json, data: st.DataObject) -> None:
    source = copy.deepcopy(product)
    for _ in range(data.draw(st.integers(1, 4))):
        holder: Any = source
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(holder[key], (dict, list)) and data.draw(st.booleans()):
                holder = holder[key]
                continue
            if isinstance(holder, dict) and data.draw(st.booleans()):
                del holder[key]
            else:
                holder[key] = None
            break
    upgraded = upgrade_product(source)
    assert upgraded.get("name") == source.get("name")
