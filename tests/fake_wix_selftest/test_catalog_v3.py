"""Catalog V3 of the fake: what readers and single writes meet (wix-api stores-v3 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.stores_v3.seed import add_product, add_stock, chosen, option, price
from tests.fake_wix.stores_v3.state import STORES_APP_ID
from tests.fake_wix_selftest.conftest import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

PRODUCTS = "/stores/v3/products"
QUERY = "/stores/v3/products/query"
CATEGORIES = "/categories/v1/categories"
TREE: dict[str, Any] = {"treeReference": {"appNamespace": "@wix/stores", "treeKey": None}}


@pytest.fixture
def v3() -> Iterator[Caller]:
    with FakeWix(Site(V3)) as wix:
        yield Caller(wix)


def cup(**more: Any) -> dict[str, Any]:
    variant = {"price": {"actualPrice": {"amount": "12.50"}}, "physicalProperties": {}}
    plain = {"name": "Cup", "productType": "PHYSICAL", "physicalProperties": {}}
    return {**plain, "variantsInfo": {"variants": [variant]}, **more}


def shirt(**more: Any) -> dict[str, Any]:
    sizes = [{"choiceType": "CHOICE_TEXT", "name": name} for name in "SM"]
    size = {
        "name": "Size",
        "optionRenderType": "TEXT_CHOICES",
        "choicesSettings": {"choices": sizes},
    }
    variants = [
        {
            "sku": f"T-{name}",
            "price": {"actualPrice": {"amount": "20"}},
            "physicalProperties": {},
            "choices": [
                {
                    "optionChoiceNames": {
                        "optionName": "Size",
                        "choiceName": name,
                        "renderType": "TEXT_CHOICES",
                    },
                },
            ],
        }
        for name in "SM"
    ]
    return cup(name="Shirt", options=[size], variantsInfo={"variants": variants}, **more)


def made(v3: Caller, product: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = v3.ok("POST", PRODUCTS, {"product": product})["product"]
    return result


def patch(v3: Caller, product: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {"product": {"id": product["id"], "revision": product["revision"], **fields}}
    result: dict[str, Any] = v3.ok("PATCH", f"{PRODUCTS}/{product['id']}", body)["product"]
    return result


def no(v3: Caller, method: str, path: str, body: Any) -> tuple[int, str]:
    """Status, and the code or ruleName or message of a refusal."""
    answer = v3(method, path, body)
    details = answer.json()["details"]
    violations = details.get("validationError", {}).get("fieldViolations", [{}])
    code = details.get("applicationError", {}).get("code") or violations[0].get("ruleName")
    return answer.status_code, code or answer.json()["message"]


def test_fields_have_to_be_sent_again_with_every_cursor(v3: Caller) -> None:
    for _ in range(3):
        add_product(v3.site, "Cup", plainDescription="<p>x</p>")
    body = {"query": {"cursorPaging": {"limit": 2}}, "fields": ["PLAIN_DESCRIPTION"]}
    first = v3.ok("POST", QUERY, body)
    cursor = first["pagingMetadata"]["cursors"]["next"]
    rest = v3.ok("POST", QUERY, {"query": {"cursorPaging": {"limit": 2, "cursor": cursor}}})
    assert "plainDescription" in first["products"][0]
    assert "plainDescription" not in rest["products"][0]
    assert "variantsInfo" not in first["products"][0]


def test_hidden_products_and_costs_are_for_the_admin_scope(v3: Caller) -> None:
    hidden = add_product(v3.site, "Secret", visible=False)
    add_product(v3.site, "Cup")
    assert len(v3.ok("POST", QUERY, {})["products"]) == 2
    assert v3.ok("POST", "/stores/v3/products/count", {}) == {"count": 1}
    v3.site.deny("STORES.PRODUCT_READ_ADMIN")
    assert len(v3.ok("POST", QUERY, {})["products"]) == 1
    assert v3("GET", f"{PRODUCTS}/{hidden['id']}").status_code == 404
    asked = no(v3, "POST", QUERY, {"fields": ["MERCHANT_DATA"]})
    assert asked == (403, "NO_PERMISSION_TO_READ_MERCHANT_DATA")


def test_what_is_no_field_name_filter_or_sort_is_refused(v3: Caller) -> None:
    assert v3("POST", QUERY, {"fields": ["plainDescription"]}).status_code == 400
    _, text = no(v3, "POST", QUERY, {"query": {"filter": {"name": "x"}}})
    assert "not declared as filterable" in text
    _, text = no(v3, "POST", QUERY, {"query": {"sort": [{"fieldName": "handle"}]}})
    assert "not declared as sortable" in text


def test_search_ignores_a_filter_it_does_not_know(v3: Caller) -> None:
    add_product(v3.site, "Cup")
    found = v3.ok("POST", f"{PRODUCTS}/search", {"search": {"filter": {"sku": "X"}}})
    assert len(found["products"]) == 1


def test_the_variants_index_lags_behind_that_of_products_and_says_so(v3: Caller) -> None:
    v3.site.v3.switches.variants_lag = None
    product = made(v3, cup())
    body = {"query": {"filter": {"productData.productId": {"$in": [product["id"]]}}}}
    assert v3.ok("POST", f"{PRODUCTS}/query-variants", body)["variants"] == []
    v3.site.flush_index()
    patch(v3, product, name="Mug")
    (row,) = v3.ok("POST", f"{PRODUCTS}/query-variants", body)["variants"]
    assert row["productData"]["revision"] == "1"
    assert v3.ok("POST", QUERY, {})["products"][0]["revision"] == "2"


@pytest.mark.parametrize("name", ["WIX_STORES.RIBBON_READ", "SCOPE.STORES.RIBBON_READ"])
def test_a_permission_is_known_by_its_scope_and_by_its_id(v3: Caller, name: str) -> None:
    v3.site.deny(name)
    kinds = ("brands", "ribbons", "info-sections", "customizations", "locations")
    codes = {kind: v3("POST", f"/stores/v3/{kind}/query", {}).status_code for kind in kinds}
    assert codes == {kind: 403 if kind == "ribbons" else 200 for kind in kinds}


def test_a_v1_site_refuses_v3_calls() -> None:
    with FakeWix(Site(V1)) as wix:
        refused = no(Caller(wix), "POST", QUERY, {})
    assert refused == (428, "CATALOG_V1_SITE_CALLING_CATALOG_V3_API")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": None}, "product.name must not be empty"),
        ({"name": "  "}, "ONLY_SPACES_STRING_ERROR"),
        ({"name": "x" * 81}, "product.name has length 81, expected 80 or less"),
        ({"description": "text"}, "Expected an object"),
        ({"slug": "Not A Slug"}, "INVALID_SLUG_FORMAT"),
        ({"physicalProperties": None}, "VARIANTS_TYPED_PROPERTIES_ARE_NOT_ALIGNED"),
        ({"productType": "DIGITAL"}, "VARIANTS_TYPED_PROPERTIES_ARE_NOT_ALIGNED"),
        ({"media": {"itemsInfo": {"items": [{"id": "gone.jpg"}]}}}, "PRODUCT_MEDIA_NOT_EXIST"),
        ({"brand": {"name": " "}}, "ONLY_SPACES_STRING_ERROR"),
    ],
)  # fmt: skip
def test_a_create_is_refused_for(v3: Caller, change: dict[str, Any], said: str) -> None:
    assert no(v3, "POST", PRODUCTS, {"product": cup(**change)})[1] == said
    assert len(v3.site.v3.products) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"price": None}, "product.variantsInfo.variants[0].price price must not be empty"),
        ({"price": {"actualPrice": "12.50"}}, "Expected an object"),
        ({"price": {"actualPrice": {"amount": 12.5}}}, "Expected a string"),
        ({"price": price("1.2345")},
         "product.variantsInfo.variants[0].price.actualPrice.amount has more than 3 decimal places"),
        ({"price": price("1E+2")},
         "product.variantsInfo.variants[0].price.actualPrice.amount is not a valid decimal"),
        ({"price": price("10", "10.00")}, "COMPARE_AT_PRICE_LOWER_THAN_ACTUAL_PRICE"),
        ({"sku": ""}, "product.variantsInfo.variants[0].sku must not be empty"),
        ({"digitalProperties": {"digitalFile": {"id": "a"}}},
         "VARIANTS_TYPED_PROPERTIES_ARE_NOT_ALIGNED"),
        ({"choices": [{"optionChoiceNames": {"choiceName": "S"}}]},
         "product.variantsInfo.variants[0].choices[0].optionChoiceNames.optionName must not be empty"),
    ],
)  # fmt: skip
def test_a_variant_is_refused_for(v3: Caller, change: dict[str, Any], said: str) -> None:
    product = cup()
    product["variantsInfo"]["variants"][0] |= change
    assert no(v3, "POST", PRODUCTS, {"product": product})[1] == said


def test_the_choices_of_a_variant_are_looked_up_as_a_precondition(v3: Caller) -> None:
    unnamed, none = shirt(), shirt()
    del unnamed["variantsInfo"]["variants"][1]["choices"][0]["optionChoiceNames"]["renderType"]
    del none["variantsInfo"]["variants"][1]["choices"]
    missing = (428, "MISSING_VARIANT_OPTION_CHOICE")
    assert no(v3, "POST", PRODUCTS, {"product": unnamed}) == missing
    assert no(v3, "POST", PRODUCTS, {"product": none}) == missing
    product = made(v3, shirt())
    del product["variantsInfo"]["variants"][0]["choices"]
    path = f"{PRODUCTS}/{product['id']}"
    assert no(v3, "PATCH", path, {"product": product}) == missing
    rows = [shirt(), none]
    (good, bad) = v3.ok("POST", "/stores/v3/bulk/products/create", {"products": rows})["results"]
    assert good["itemMetadata"]["success"]
    assert bad["itemMetadata"]["error"]["code"] == missing[1]


def test_a_variant_with_fewer_choices_than_options_is_a_violation(v3: Caller) -> None:
    product = shirt()
    other = {"name": "Colour", "optionRenderType": "TEXT_CHOICES"}
    choices = {"choices": [{"choiceType": "CHOICE_TEXT", "name": "Red"}]}
    product["options"].append({**other, "choicesSettings": choices})
    assert no(v3, "POST", PRODUCTS, {"product": product}) == (400, "MISSING_VARIANT_OPTION")


def test_a_variant_needs_no_properties_of_its_kind(v3: Caller) -> None:
    mug, song = cup(), cup(name="Song", productType="DIGITAL")
    for product in (mug, song):
        del product["variantsInfo"]["variants"][0]["physicalProperties"]
    del song["physicalProperties"]
    assert made(v3, mug)["productType"] == "PHYSICAL"
    assert made(v3, song)["productType"] == "DIGITAL"
    v3.site.v3.switches.variant_physical_required = True
    refused = no(v3, "POST", PRODUCTS, {"product": mug})
    assert refused == (400, "VARIANTS_TYPED_PROPERTIES_ARE_NOT_ALIGNED")


@pytest.mark.parametrize("revision", ["1", 1, "01"], ids=repr)
def test_a_revision_may_be_a_number(v3: Caller, revision: Any) -> None:
    product = made(v3, cup())
    body = {"product": {"id": product["id"], "revision": revision, "name": "Mug"}}
    changed = v3.ok("PATCH", f"{PRODUCTS}/{product['id']}", body)["product"]
    assert (changed["name"], changed["revision"]) == ("Mug", "2")
    brand = v3.ok("POST", "/stores/v3/brands", {"brand": {"name": "Nordhem"}})["brand"]
    body = {"brand": {"name": "Else", "revision": revision}}
    assert v3.ok("PATCH", f"/stores/v3/brands/{brand['id']}", body)["brand"]["revision"] == "2"
    shelf = v3.ok("POST", CATEGORIES, {"category": {"name": "Shelf"}, **TREE})["category"]
    hide = {"categoryId": shelf["id"], "visible": False, "revision": revision, **TREE}
    assert v3.ok("PATCH", f"{CATEGORIES}/visibility", hide)["category"]["revision"] == "2"


@pytest.mark.parametrize("revision", [True, "one", "", {}], ids=repr)
def test_a_revision_is_a_number_in_any_spelling(v3: Caller, revision: Any) -> None:
    product = made(v3, cup())
    body = {"product": {"id": product["id"], "revision": revision, "name": "Mug"}}
    refused = no(v3, "PATCH", f"{PRODUCTS}/{product['id']}", body)
    assert refused == (400, "Not a numeric value")


def test_a_stale_revision_is_stale_as_a_number_too(v3: Caller) -> None:
    product = made(v3, cup())
    patch(v3, product, name="Mug")
    body = {"product": {"id": product["id"], "revision": 1, "name": "Jug"}}
    refused = no(v3, "PATCH", f"{PRODUCTS}/{product['id']}", body)
    assert refused == (409, "INVALID_REVISION")


def violation(answer: Any) -> tuple[str, str, str | None]:
    """Field, rule and name of the first violation."""
    (first, *_) = answer.json()["details"]["validationError"]["fieldViolations"]
    return first["field"], first["violatedRule"], first.get("ruleName")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (QUERY, {"query": {"cursorPaging": {"limit": 101}}}, "query.cursorPaging.limit"),
        (QUERY, {"query": {"paging": {"limit": 101}}}, "query.paging.limit"),
        (f"{PRODUCTS}/search", {"search": {"cursorPaging": {"limit": 101}}},
         "search.cursorPaging.limit"),
        (f"{PRODUCTS}/query-variants", {"query": {"cursorPaging": {"limit": 1001}}},
         "query.cursorPaging.limit"),
    ],
)  # fmt: skip
def test_a_limit_too_high_is_named_with_its_whole_path(
    v3: Caller, path: str, body: dict[str, Any], field: str
) -> None:
    assert violation(v3("POST", path, body)) == (field, "MAX", None)


def test_a_row_of_a_batch_is_named_with_its_place(v3: Caller) -> None:
    rows = [{"product": {"id": "1", "revision": "1", "name": "x" * 81}}]
    answer = v3("POST", "/stores/v3/bulk/products/update", {"products": rows})
    assert violation(answer)[0] == "products[0].product.name"
    answer = v3("POST", "/stores/v3/bulk/products/update", {"products": [{"id": "1"}]})
    assert violation(answer)[0] == "products[0].product"
    answer = v3("POST", "/stores/v3/bulk/inventory-items/update", {"inventoryItems": [{}]})
    assert violation(answer)[0] == "inventoryItems[0].inventoryItem"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("brands", {"brand": {"name": "  "}}, "brand.name"),
        ("bulk/brands/create", {"brands": [{"name": "A"}, {"name": "\t"}]}, "brands[1].name"),
        ("brands/get-or-create", {"brandName": " "}, "brand.name"),
        ("bulk/brands/get-or-create", {"brandNames": [" "]}, "brandNames[0].name"),
        ("info-sections", {"infoSection": {"uniqueName": "a", "title": " "}}, "infoSection.title"),
    ],
)
def test_a_name_of_blanks_refuses_the_request(
    v3: Caller, path: str, body: dict[str, Any], field: str
) -> None:
    answer = v3("POST", f"/stores/v3/{path}", body)
    assert (answer.status_code, *violation(answer)) == (
        400,
        field,
        "CUSTOM",
        "ONLY_SPACES_STRING_ERROR",
    )
    assert len(v3.site.v3.brands) == 0


def test_a_new_customization_has_ids_for_its_choices_and_keeps_its_kind(v3: Caller) -> None:
    colour = {"choiceType": "ONE_COLOR", "name": "Red", "colorCode": "#FF0000"}
    sent = {
        "name": "Colour",
        "customizationType": "PRODUCT_OPTION",
        "customizationRenderType": "SWATCH_CHOICES",
        "choicesSettings": {"choices": [colour]},
    }
    path = "/stores/v3/customizations"
    wrong = {**sent, "choicesSettings": {"choices": [{**colour, "colorCode": "red"}]}}
    refused = v3("POST", path, {"customization": wrong})
    field = "customization.choicesSettings.choices[0].colorCode"
    assert violation(refused) == (field, "FORMAT", None)
    new = v3.ok("POST", path, {"customization": sent})["customization"]
    (choice,) = new["choicesSettings"]["choices"]
    assert choice == {**colour, "id": choice["id"], "key": "Red"}
    changes = {"revision": new["revision"], "name": "Hue", "customizationType": "MODIFIER"}
    changed = v3.ok("PATCH", f"{path}/{new['id']}", {"customization": changes})["customization"]
    assert (changed["name"], changed["customizationType"]) == ("Hue", "PRODUCT_OPTION")


def test_a_category_is_described_by_a_document(v3: Caller) -> None:
    text = {"type": "TEXT", "textData": {"text": "Cups"}}
    category = {"name": "Cups", "richContentDescription": {"nodes": [text]}}
    answer = v3("POST", CATEGORIES, {"category": category, **TREE})
    assert violation(answer)[0] == "category.richContentDescription.nodes[0]"


def test_the_items_of_a_category_end_with_their_cursor(v3: Caller) -> None:
    shelf = v3.ok("POST", CATEGORIES, {"category": {"name": "Shelf"}, **TREE})["category"]
    items = [
        {"catalogItemId": add_product(v3.site, f"Cup {n}")["id"], "appId": STORES_APP_ID}
        for n in range(3)
    ]
    path = f"/categories/v1/bulk/categories/{shelf['id']}/add-items"
    v3.ok("POST", path, {"items": items, **TREE})
    path = f"{CATEGORIES}/{shelf['id']}/list-items"
    first = v3.ok("POST", path, {"cursorPaging": {"limit": 2}, **TREE})
    cursor = first["pagingMetadata"]["cursors"]["next"]
    rest = v3.ok("POST", path, {"cursorPaging": {"limit": 2, "cursor": cursor}, **TREE})
    assert first["items"] + rest["items"] == items[::-1]
    assert rest["pagingMetadata"] == {"count": 1, "cursors": {}, "offset": 0, "total": 3}
    answer = v3("POST", path, {"cursorPaging": {"limit": 101}, **TREE})
    assert violation(answer) == ("cursorPaging.limit", "MAX", None)


def test_unknown_and_read_only_fields_are_ignored(v3: Caller) -> None:
    product = made(v3, cup(numericId="7", revision="9", currency="USD", surprise=True))
    assert product["revision"] == "1"
    assert "numericId" not in product


def test_html_comes_back_re_rendered_and_rich_content_wins_over_it(v3: Caller) -> None:
    body = {"product": cup(plainDescription="bare <b>bold</b>"), "fields": ["PLAIN_DESCRIPTION"]}
    product = v3.ok("POST", PRODUCTS, body)["product"]
    assert product["plainDescription"] == "<p>bare <strong>bold</strong></p>"
    node = {"type": "PARAGRAPH", "nodes": [{"type": "TEXT", "textData": {"text": "rich"}}]}
    changed = {"description": {"nodes": [node]}, "plainDescription": "<p>html</p>"}
    patch(v3, product, **changed)
    path = f"{PRODUCTS}/{product['id']}?fields=PLAIN_DESCRIPTION&fields=DESCRIPTION"
    assert v3.ok("GET", path)["product"]["plainDescription"] == "<p>rich</p>"


def test_a_stale_revision_is_refused_with_the_body_seen_live(v3: Caller) -> None:
    product = made(v3, cup())
    patch(v3, product, name="Mug")
    path, old = f"{PRODUCTS}/{product['id']}", {"id": product["id"], "revision": "1"}
    answer = v3("PATCH", path, {"product": old})
    error = answer.json()["details"]["applicationError"]
    assert (answer.status_code, error["code"]) == (409, "INVALID_REVISION")
    assert error["data"] == {"revisionViolation": {"entityId": product["id"]}}
    missing = no(v3, "PATCH", path, {"product": {"id": product["id"]}})
    assert missing == (400, "product.revision revision must not be empty")
    masked = {"product": {"id": product["id"], "revision": "2"}, "fieldMask": ["name"]}
    assert no(v3, "PATCH", path, masked)[0] == 428


def test_options_and_variants_go_together(v3: Caller) -> None:
    product = made(v3, shirt())
    path = f"{PRODUCTS}/{product['id']}"
    base = {"id": product["id"], "revision": "1"}
    alone = {**base, "variantsInfo": product["variantsInfo"]}
    assert no(v3, "PATCH", path, {"product": alone}) == (428, "MISSING_OPTIONS_ON_UPDATE_VARIANTS")
    alone = {**base, "options": product["options"]}
    assert no(v3, "PATCH", path, {"product": alone}) == (428, "MISSING_VARIANTS_ON_UPDATE_OPTIONS")


def test_a_variant_sent_without_its_id_is_a_new_one_and_loses_its_stock(v3: Caller) -> None:
    product = made(v3, shirt())
    rows = product["variantsInfo"]["variants"]
    for row in rows:
        body = {"productId": product["id"], "variantId": row["id"], "quantity": 5}
        v3.ok("POST", "/stores/v3/inventory-items", {"inventoryItem": body})
    kept, lost = ({k: v for k, v in row.items() if k != "inventoryStatus"} for row in rows)
    lost.pop("id")
    options, variants = product["options"], {"variants": [kept, lost]}
    changed = patch(v3, product, options=options, variantsInfo=variants)
    first, second = changed["variantsInfo"]["variants"]
    assert (first["id"], second["id"] == rows[1]["id"]) == (rows[0]["id"], False)
    assert [row["inventoryStatus"]["inStock"] for row in (first, second)] == [True, False]
    assert changed["inventory"]["availabilityStatus"] == "PARTIALLY_OUT_OF_STOCK"
    assert changed["options"][0]["id"] == product["options"][0]["id"]


def test_a_partial_variant_loses_what_was_not_sent(v3: Caller) -> None:
    product = cup()
    product["variantsInfo"]["variants"][0]["sku"] = "CUP"
    product = made(v3, product)
    row = {"id": product["variantsInfo"]["variants"][0]["id"], "price": price("9")}
    partial = {"variantsInfo": {"variants": [{**row, "physicalProperties": {}}]}}
    assert "sku" not in patch(v3, product, **partial)["variantsInfo"]["variants"][0]


def test_a_new_name_for_an_existing_choice_is_ignored(v3: Caller) -> None:
    product = made(v3, shirt())
    options = product["options"]
    options[0]["choicesSettings"]["choices"][0]["name"] = "Small"
    changed = patch(v3, product, options=options, variantsInfo=product["variantsInfo"])
    assert changed["options"][0]["choicesSettings"]["choices"][0]["name"] == "S"


def test_a_handle_is_set_once_and_a_taken_slug_is_a_409(v3: Caller) -> None:
    product = made(v3, cup(handle="erp-1", slug="cup"))
    assert patch(v3, product, handle="erp-2")["handle"] == "erp-1"
    assert no(v3, "POST", PRODUCTS, {"product": cup(slug="cup")}) == (409, "DUPLICATE_SLUG_ERROR")
    v3.site.v3.switches.handle_writable = False
    assert made(v3, cup(handle="erp-3"))["handle"] != "erp-3"


def test_a_picture_by_url_gets_a_new_home_and_raises_the_revision_later(v3: Caller) -> None:
    item = {"url": "https://cdn.example.com/cup.jpg", "altText": "Cup"}
    product = made(v3, cup(media={"itemsInfo": {"items": [item]}}))
    image = product["media"]["main"]["image"]
    assert image["url"].startswith("https://static.wixstatic.com/media/")
    assert product["revision"] == "1"
    again = v3.ok("GET", f"{PRODUCTS}/{product['id']}")["product"]
    assert again["revision"] == "2"
    assert again["media"]["main"]["altText"] == "Cup"


def test_a_brand_is_made_by_name_and_changed_by_id_only(v3: Caller) -> None:
    product = made(v3, cup(brand={"name": "Nordhem"}))
    other = made(v3, cup(brand={"name": "Nordhem"}))
    assert product["brand"] == other["brand"]
    path = f"{PRODUCTS}/{product['id']}"
    body = {"product": {"id": product["id"], "revision": "1", "brand": {"name": "Else"}}}
    assert no(v3, "PATCH", path, body) == (400, "BRAND_MISSING_ID")
    v3.ok("DELETE", f"/stores/v3/brands/{product['brand']['id']}")
    assert v3.ok("GET", path)["product"]["brand"] == {"id": product["brand"]["id"]}


def test_an_info_section_is_shared_by_its_unique_name(v3: Caller) -> None:
    section = {"uniqueName": "care", "title": "Care", "plainDescription": "<p>Dry.</p>"}
    made(v3, cup(infoSections=[section]))
    other = {**section, "title": "Other", "plainDescription": "<p>Wet.</p>"}
    body = {"product": cup(infoSections=[other]), "fields": ["INFO_SECTION"]}
    (found,) = v3.ok("POST", PRODUCTS, body)["product"]["infoSections"]
    assert found["title"] == "Care"
    assert len(v3.site.v3.info_sections) == 1


def test_zeros_may_be_trimmed_and_a_seeded_shop_is_read_like_a_written_one(v3: Caller) -> None:
    options = [option(v3.site, "Size", ("S",))]
    variant = {"price": price("34.50"), "choices": chosen(options, (0,)), "stock": 3}
    product = add_product(v3.site, "Apron", [variant], options=options)
    v3.site.v3.switches.trim_zeros = True
    read = v3.ok("GET", f"{PRODUCTS}/{product['id']}")["product"]
    assert read["actualPriceRange"]["minValue"] == {"amount": "34.5"}
    assert read["options"][0]["choicesSettings"]["choices"][0]["inStock"] is True
    changed = patch(v3, read, options=read["options"], variantsInfo=read["variantsInfo"])
    assert changed["variantsInfo"]["variants"][0]["inventoryStatus"]["inStock"] is True


def test_stock_may_or_may_not_bump_its_product(v3: Caller) -> None:
    product = add_product(v3.site, "Cup")
    variant = product["variantsInfo"]["variants"][0]["id"]
    item = add_stock(v3.site, product["id"], variant, 1)
    for bumps, revision in ((False, "1"), (True, "2")):
        v3.site.v3.switches.stock_bumps_product = bumps
        item = v3.site.v3.inventory.get(item["id"]) or {}
        body = {"id": item["id"], "revision": item["revision"], "quantity": 4}
        path = f"/stores/v3/inventory-items/{item['id']}"
        v3.ok("PATCH", path, {"inventoryItem": body})
        read = v3.ok("GET", f"{PRODUCTS}/{product['id']}")["product"]
        assert (read["revision"], read["inventory"]["availabilityStatus"]) == (revision, "IN_STOCK")
