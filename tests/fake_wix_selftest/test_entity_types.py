"""The rules that the fake makes of Wix's types, and what an overlay may say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fake_wix.entity_types import TYPES, Differs, differs, fields_of, shape_of
from tests.fake_wix.http.refusals import Refusal
from tests.fake_wix.shape import Problems, Rule


def refused(rule: Rule, value: Any) -> list[tuple[str, str]]:
    """Field and rule of each violation; a parse error has its message for a rule."""
    problems = Problems()
    try:
        rule(value, "", problems)
    except Refusal as parse_error:
        return [("", (parse_error.body or {})["message"])]
    return [(one["field"], one["violatedRule"]) for one in problems.violations]


def of_variant(name: str, value: Any) -> Any:
    return {"variantsInfo": {"variants": [{name: value}]}}


V3, SIDE = "products_v3", {"physicalProperties": {"productDimensions": {"length": "999999999.1"}}}


@pytest.mark.parametrize(
    ("entity", "value", "violations"),
    [
        (V3, {"name": ""}, [("name", "MIN_LENGTH")]),
        (V3, {"name": "x" * 81}, [("name", "MAX_LENGTH")]),
        (V3, {"name": "x" * 80}, []),
        (V3, {"name": 7}, [("", "Expected a string")]),
        (V3, {"visible": "true"}, [("", "Expected a boolean")]),
        (V3, {"options": {}}, [("", "Expected an array")]),
        (V3, {"options": [{}] * 7}, [("options", "MAX_SIZE")]),
        (V3, {"variantsInfo": {"variants": []}}, [("variantsInfo.variants", "MIN_SIZE")]),
        (V3, {"brand": "Nordhem"}, [("", "Expected an object")]),
        (V3, {"brand": {"id": "nordhem"}}, [("brand.id", "FORMAT")]),
        (V3, {"brand": {"id": f"{'0' * 8}-0000-0000-0000-{'0' * 12}"}}, [("brand.id", "FORMAT")]),
        (V3, {"brand": {"id": f"{'0' * 8}-0000-0020-0005-ad9cdc10d3b8"}}, []),
        (V3, {"subscriptionDetails": {"subscriptions": [{"discount": {"amountOff": "0.00"}}]}},
         [("subscriptionDetails.subscriptions[0].discount.amountOff", "DECIMAL")]),
        (V3, {"productType": "physical"}, [("productType", "ENUM")]),
        (V3, of_variant("price", {"actualPrice": {"amount": 5}}), [("", "Expected a string")]),
        (V3, of_variant("price", {"actualPrice": {"amount": "1.2345"}}),
         [("variantsInfo.variants[0].price.actualPrice.amount", "DECIMAL")]),
        (V3, {"variantsInfo": {"variants": [SIDE]}},
         [("variantsInfo.variants[0].physicalProperties.productDimensions.length", "DECIMAL")]),
        (V3, {"physicalProperties": {"pricePerUnit": {"quantity": 0}}},
         [("physicalProperties.pricePerUnit.quantity", "MIN")]),
        (V3, {"tags": {"publicTags": {"tagIds": ["123456"]}}},
         [("tags.publicTags.tagIds[0]", "MAX_LENGTH")]),
        (V3, {"extendedFields": {"namespaces": []}}, [("", "Expected an object")]),
        (V3, {"seoData": {"settings": {"keywords": [{"term": "cup"}] * 6}}},
         [("seoData.settings.keywords", "MAX_SIZE")]),
        ("products_v1", {"seoData": {"tags": [{"type": "style"}]}},
         [("seoData.tags[0].type", "ENUM")]),
        ("categories_v3", {"seoData": {"tags": [{}]}}, [("seoData.tags[0].type", "REQUIRED_FIELD")]),
        ("info_sections_v3", {"description": "<p>Cups</p>"}, [("", "Expected an object")]),
        ("customizations_v3", {"choicesSettings": {"choices": [{"colorCode": "red"}]}},
         [("choicesSettings.choices[0].colorCode", "FORMAT")]),
        ("categories_v3", {"image": {"url": "ftp://example.org/a.jpg"}}, [("image.url", "FORMAT")]),
    ],
)  # fmt: skip
def test_each_attribute_of_the_types_is_a_rule(
    entity: str, value: Any, violations: list[tuple[str, str]]
) -> None:
    assert refused(shape_of(entity), value) == violations


def test_all_violations_are_told_at_once_with_their_threshold() -> None:
    problems = Problems()
    shape_of("ribbons_v3")({"name": "x" * 31}, "ribbon", problems)
    shape_of("brands_v3")({"name": ""}, "brand", problems)
    assert [(one["field"], one["data"]) for one in problems.violations] == [
        ("ribbon.name", {"threshold": 30}),
        ("brand.name", {"threshold": 1}),
    ]


def test_read_only_fields_and_what_is_in_them_are_left_out() -> None:
    sent = {"id": "no guid", "name": "Nordhem", "assignedProductsCount": "many", "colour": 1}
    assert shape_of("brands_v3")(sent, "brand", Problems()) == {"name": "Nordhem"}


def test_search_engine_settings_keep_what_no_list_has() -> None:
    sent = {"seoData": {"settings": {"preventAutoRedirect": True, "x": 1}}}
    assert shape_of(V3)(sent, "product", Problems()) == sent


def test_null_reaches_only_what_can_be_null() -> None:
    sent = {"quantity": None, "inStock": None, "preorderInfo": {"message": None}}
    rule = shape_of("inventory_items_v3")
    assert rule(sent, "", Problems()) == {"preorderInfo": {"message": None}}
    silent = shape_of("inventory_items_v3", nulls_clear=False)
    assert silent(sent, "", Problems()) == {"preorderInfo": {}}


def test_a_line_of_an_overlay_replaces_what_the_types_say() -> None:
    overlay = {
        "name": differs("", maxLength="3", pattern="[a-z]*", ruleName="LOWER"),
        "id": differs("", readonly=False),
        "": differs("", required=("id",)),
    }
    rule = shape_of("brands_v3", overlay)
    assert refused(rule, {"name": "ABCD"}) == [
        ("id", "REQUIRED_FIELD"),
        ("name", "MAX_LENGTH"),
        ("name", "FORMAT"),
    ]


def test_a_line_can_stand_for_all_paths_that_end_so() -> None:
    rule = shape_of(V3, {"*.choices[].name": differs("", maxLength="2")})
    choices = {"choicesSettings": {"choices": [{"name": "abc"}]}}
    sent = {"name": "abc", "options": [choices], "modifiers": [choices]}
    assert [field for field, _ in refused(rule, sent)] == [
        "options[0].choicesSettings.choices[0].name",
        "modifiers[0].choicesSettings.choices[0].name",
    ]


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ({"nmae": differs("", maxLength="3")}, "brands_v3 has no nmae"),
        ({"*.nmae": differs("", maxLength="3")}, r"brands_v3 has no \*.nmae"),
        ({"name": differs("", maxlength="3")}, "maxlength"),
        ({"name": differs("", maxLength="50")}, "the types say so, too"),
    ],
)
def test_a_line_that_changes_nothing_is_a_mistake(overlay: dict[str, Differs], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        shape_of("brands_v3", overlay)


@pytest.mark.parametrize("path", sorted(TYPES.glob("*.json")), ids=lambda path: path.stem)
def test_every_field_of_every_file_is_read(path: Any) -> None:
    rows = json.loads(path.read_text("utf-8"))["fields"]
    assert list(fields_of(path.stem)) == [row["path"] for row in rows]
