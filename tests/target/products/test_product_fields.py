"""Texts, brands, ribbons, info sections, pictures, SEO and what is passed through."""

from __future__ import annotations

import copy
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.fake_wix.rich_content import from_html
from tests.fake_wix.stores_v3.seed import add_info_section, named, picture
from tests.fake_wix.stores_v3.view import plain_of
from tests.target.products.harness import nested

if TYPE_CHECKING:
    from tests.target.products.harness import Shop

Json = dict[str, Any]


def _name(shop: Shop, product: str, what: str) -> str | None:
    reference = shop.get(product).get(what)
    store = {"brand": shop.v3.brands, "ribbon": shop.v3.ribbons}[what]
    found = store.get(reference["id"]) if reference else None
    return found["name"] if found else None


# -- descriptions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(
    "html",
    [
        "Heavy linen.",
        "<p>Heavy <b>linen</b>, <i>soft</i> &amp; warm.</p>",
        "<div>One</div>\n<div>Two<br>Three</div>",
        "<h2>Care</h2><ul><li>Wash</li><li><p>Dry</p></li></ul><p>at 30 °C</p>",
        '<p style="color:red">See <a href="https://example.com/?a=1&amp;b=2">here</a>.</p>',
        "a < b and c > d",
        "<p>one</p><p></p><p>two</p>",
        "<p>x<strong>y</strong>z</p>",
    ],
)
def test_a_description_is_written_once_however_wix_renders_it(
    shop: Shop, html: str, *, kept: bool
) -> None:
    shop.v3.switches.keep_plain_description = kept
    shop.add(sku="A")
    assert shop.run({"sku": "A", "description": html}).counts == {"updated": 1}
    assert shop.run({"sku": "A", "description": html}).counts == {"unchanged": 1}


@pytest.mark.parametrize(
    "other",
    [
        "<p>Heavy linens.</p>",
        "<p>Heavy <b>linen</b>.</p>",
        '<p>Heavy <a href="https://example.com">linen</a>.</p>',
        "<h2>Heavy linen.</h2>",
        "<ul><li>Heavy linen.</li></ul>",
        "<p>Heavylinen.</p>",
    ],
)
def test_words_links_and_tags_make_another_description(shop: Shop, other: str) -> None:
    product = shop.add(sku="A", plainDescription="<p>Heavy linen.</p>")
    assert shop.run({"sku": "A", "description": other}).counts == {"updated": 1}
    assert "linen" in plain_of(shop.get(product))


def test_of_both_descriptions_the_one_that_changed_wins(shop: Shop) -> None:
    product = shop.add(description=from_html("<p>Old</p>"))
    (record,) = shop.records()
    by_html = nested(record, "description", "plainDescription")
    by_html["plainDescription"] = "<p>From HTML</p>"
    assert shop.run(by_html).counts == {"updated": 1}
    assert plain_of(shop.get(product)) == "<p>From HTML</p>"
    (record,) = shop.records()
    by_rich = nested(record, "description", "plainDescription")
    by_rich["description"] = from_html("<p>From rich content</p>")
    assert shop.run(by_rich).counts == {"updated": 1}
    assert plain_of(shop.get(product)) == "<p>From rich content</p>"


def test_rich_content_alone_makes_a_product_in_stock_or_not(shop: Shop) -> None:
    rich = from_html("<h2>Care</h2><p>Wash <b>cold</b></p>")
    row: Json = {"name": "Cup", "price": "1", "description": rich}
    run = shop.run({"handle": "a", **row}, {"handle": "b", "quantity": 1, **row})
    assert run.counts == {"created": 2}
    assert all(one["description"] == rich for one in shop.products)


# -- brand and ribbon -----------------------------------------------------------------------------


def test_brand_and_ribbon_change_by_name_and_are_made_once(shop: Shop) -> None:
    old = named(shop.site, shop.v3.brands, "Nordhem")
    product = shop.add(sku="A", brand={"id": old})
    other = shop.add(sku="B")
    run = shop.run(
        {"sku": "A", "brand": "Sudhem", "ribbon": "New"}, {"sku": "B", "brand": {"name": "Sudhem"}}
    )
    assert run.counts == {"updated": 2}
    assert _name(shop, product, "brand") == _name(shop, other, "brand") == "Sudhem"
    assert _name(shop, product, "ribbon") == "New"
    assert len(shop.v3.brands) == 2
    (update,) = [one for one in run.requests if one.path.endswith("bulk/products/update")]
    assert all(set(row["product"]["brand"]) == {"id"} for row in update.body["products"])


def test_the_same_brand_by_another_id_is_the_same_brand(shop: Shop) -> None:
    shop.add(sku="A", brand={"id": named(shop.site, shop.v3.brands, "Nordhem")})
    record = {"sku": "A", "brand": {"id": shop.site.new_id(), "name": "Nordhem"}}
    assert shop.run(record).counts == {"unchanged": 1}


def test_a_brand_that_cannot_be_made_along_is_made_first(shop: Shop) -> None:
    from tests.fake_wix.http.faults import item_failure  # noqa: PLC0415

    shop.site.faults.add(item_failure("bulk/products/create", code="BRAND_CREATION_FAILED"))
    run = shop.run({"handle": "a", "name": "Cup", "price": "1", "brand": "Nordhem"})
    assert run.counts == {"created": 1}
    assert _name(shop, shop.products[0]["id"], "brand") == "Nordhem"


# -- info sections --------------------------------------------------------------------------------

CARE = {"title": "Care", "plainDescription": "<p>Wash cold</p>"}


def test_sections_without_a_name_get_one_and_are_shared(shop: Shop) -> None:
    rows: list[Json] = [
        {"handle": f"h{place}", "name": "Cup", "price": "1", "infoSections": [CARE]}
        for place in range(3)
    ]
    assert shop.run(*rows).counts == {"created": 3}
    assert len(shop.v3.info_sections) == 1
    assert shop.run(*rows).counts == {"unchanged": 3}


def test_a_section_of_one_product_is_made_with_it(shop: Shop) -> None:
    section = {**CARE, "uniqueName": "care-1"}
    run = shop.run({"handle": "a", "name": "Cup", "price": "1", "infoSections": [section]})
    assert not any("info-sections" in path for path in run.writes)
    run = shop.run({"handle": "b", "name": "Cup", "price": "1", "infoSections": [section]})
    assert run.counts == {"created": 1}
    assert len(shop.v3.info_sections) == 1


def test_a_shared_section_is_never_overwritten(shop: Shop) -> None:
    section = add_info_section(shop.site, "Care", "<p>Wash hot</p>", unique_name="care")
    product = shop.add(sku="A", infoSections=[{"id": section}])
    record = {"sku": "A", "infoSections": [{**CARE, "uniqueName": "care"}]}
    assert shop.run(record).counts == {"updated": 1}
    assert plain_of(shop.v3.info_sections.edit(section)) == "<p>Wash hot</p>"
    (own,) = shop.get(product)["infoSections"]
    assert plain_of(shop.v3.info_sections.edit(own["id"])) == "<p>Wash cold</p>"
    assert shop.run(record).counts == {"unchanged": 1}


def test_a_section_can_be_named_alone(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    section = add_info_section(shop.site, "Care", "<p>Wash</p>", unique_name="care")
    product = shop.add(sku="A")
    run = shop.run(
        {"sku": "A", "infoSections": [{"uniqueName": "care"}]},
        {"sku": "B", "name": "Jug", "price": "1", "infoSections": [{"uniqueName": "nobody"}]},
    )
    assert (run.code, run.counts) == (0, {"updated": 1, "created": 1})
    assert "Left out: unknown info sections" in caplog.text
    assert shop.get(product)["infoSections"] == [{"id": section}]


def test_an_empty_list_takes_sections_away(shop: Shop) -> None:
    section = add_info_section(shop.site, "Care", "<p>Wash</p>", unique_name="care")
    product = shop.add(sku="A", infoSections=[{"id": section}])
    assert shop.run({"sku": "A", "infoSections": []}).counts == {"updated": 1}
    assert shop.get(product)["infoSections"] == []


# -- pictures -------------------------------------------------------------------------------------


def _with_pictures(shop: Shop, count: int) -> str:
    items = [picture(shop.site, alt=f"Picture {place}") for place in range(count)]
    return shop.add(sku="A", media={"itemsInfo": {"items": items}})


def _pictures(shop: Shop, product: str) -> list[str]:
    return [item["id"] for item in shop.get(product)["media"]["itemsInfo"]["items"]]


URLS = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]


def test_pictures_are_sent_only_if_their_number_differs(shop: Shop) -> None:
    product = _with_pictures(shop, 2)
    before = _pictures(shop, product)
    assert shop.run({"sku": "A", "image_urls": URLS}).counts == {"unchanged": 1}
    assert _pictures(shop, product) == before
    assert shop.run({"sku": "A", "image_urls": URLS[:1]}).counts == {"updated": 1}
    assert len(_pictures(shop, product)) == 1


def test_pictures_are_replaced_if_the_settings_say_so(shop: Shop) -> None:
    product = _with_pictures(shop, 2)
    before = _pictures(shop, product)
    assert shop.run({"sku": "A", "image_urls": URLS}, media="replace").counts == {"updated": 1}
    assert not set(_pictures(shop, product)) & set(before)


def test_a_video_stays_though_the_column_of_pictures_does_not_name_it(shop: Shop) -> None:
    first, clip, last = (picture(shop.site) for _ in range(3))
    file = {"url": "https://video.wixstatic.com/v/1.mp4", "width": 1280, "height": 720}
    clip |= {"mediaType": "VIDEO", "video": {"id": clip["id"], "resolutions": [file]}}
    del clip["image"]
    product = shop.add(sku="A", media={"itemsInfo": {"items": [first, clip, last]}})
    urls = [first["image"]["url"], last["image"]["url"]]
    assert shop.run({"sku": "A", "image_urls": urls}).counts == {"unchanged": 1}
    assert shop.run({"sku": "A", "image_urls": urls[:1]}).counts == {"updated": 1}
    assert _pictures(shop, product) == [first["id"], clip["id"]]


def test_own_pictures_keep_their_ids_when_one_is_added(shop: Shop) -> None:
    product = _with_pictures(shop, 2)
    before = _pictures(shop, product)
    (record,) = shop.records()
    mended = nested(record, "media")
    mended["media"]["itemsInfo"]["items"].append({"url": URLS[0], "altText": "New"})
    assert shop.run(mended).counts == {"updated": 1}
    assert _pictures(shop, product)[:2] == before
    assert len(_pictures(shop, product)) == 3


def test_the_words_and_the_order_of_own_pictures_change(shop: Shop) -> None:
    product = _with_pictures(shop, 2)
    (record,) = shop.records()
    mended = nested(record, "media")
    mended["media"]["itemsInfo"]["items"].reverse()
    assert shop.run(mended, media="replace").counts == {"updated": 1}
    again = copy.deepcopy(mended)
    again["media"]["itemsInfo"]["items"][0]["altText"] = "Other words"
    assert shop.run(again).counts == {"updated": 1}
    items = shop.get(product)["media"]["itemsInfo"]["items"]
    assert items[0]["altText"] == "Other words"


@pytest.mark.parametrize("urls", [["cdn.example.com/1.jpg"], [f"https://x/{n}" for n in range(51)]])
def test_pictures_that_wix_does_not_take_are_refused(shop: Shop, urls: list[str]) -> None:
    shop.add(sku="A")
    run = shop.run({"sku": "A", "image_urls": urls})
    assert run.counts == {"rejected": 1}
    assert run.writes == []


# -- everything else ------------------------------------------------------------------------------


def test_fields_without_rules_of_their_own_are_passed_through(shop: Shop) -> None:
    product = shop.add()
    fields: Json = {
        "seoData": {"tags": [{"type": "title", "children": "Cup"}]},
        "taxGroupId": shop.site.new_id(),
        "tags": {"publicTags": {"tagIds": ["a1", "b2"]}},
        "extendedFields": {"namespaces": {"@me/app": {"season": "w26"}}},
        "purchaseEligibility": {"userCriteria": "MEMBERS_ONLY"},
        "visibleInPos": False,
        "physicalProperties": {"deliveryProfileId": shop.site.new_id()},
        "subscriptionDetails": {
            "allowOneTimePurchases": True,
            "subscriptions": [
                {"title": "Monthly", "frequency": "MONTH", "interval": 1, "autoRenewal": True}
            ],
        },
    }
    assert shop.run({"id": product, **fields}).counts == {"updated": 1}
    stored = shop.get(product)
    assert {name: stored[name] for name in ("seoData", "tags", "taxGroupId")} == {
        name: fields[name] for name in ("seoData", "tags", "taxGroupId")
    }
    fields["tags"] = {"publicTags": {"tagIds": ["b2", "a1"]}}
    assert shop.run({"id": product, **fields}).counts == {"unchanged": 1}


def test_objects_are_united_and_sent_whole(shop: Shop) -> None:
    """Whether a PATCH merges objects or replaces them is not documented."""
    product = shop.add(seoData={"settings": {"preventAutoRedirect": True}, "tags": []})
    tags = [{"type": "title", "children": "Cup"}]
    shop.run({"id": product, "seoData": {"tags": tags}})
    assert shop.get(product)["seoData"] == {"settings": {"preventAutoRedirect": True}, "tags": tags}


def test_only_what_changed_is_sent(shop: Shop) -> None:
    product = shop.add(sku="A", weight=2)
    (record,) = shop.records()
    run = shop.run({**record, "name": "Bowl"})
    (update,) = [one for one in run.requests if one.path.endswith("bulk/products/update")]
    assert update.body["products"] == [
        {"product": {"id": product, "revision": "1", "name": "Bowl"}}
    ]


def test_what_cannot_change_is_said(shop: Shop) -> None:
    product = shop.add(handle="erp-1")
    run = shop.run({"id": product, "productType": "DIGITAL"}, {"id": product, "handle": "erp-2"})
    assert run.codes == {"IMMUTABLE_FIELD": 1}
    assert shop.get(product)["handle"] == "erp-1"


@pytest.mark.parametrize(
    "slug", ["-cup", "cup\u2122", "cup\u2013x", "cup\u00a0x", "Tasse", "a_b", "\u00c4"]
)
def test_a_bad_slug_is_refused_before_it_takes_its_batch_along(shop: Shop, slug: str) -> None:
    row = {"sku": "A", "name": "Cup", "price": "1", "slug": slug}
    good = {"sku": "B", "name": "Cup", "price": "1"}
    for settings in ({"dry_run": True}, {}):
        run = shop.run(row, good, **settings)
        assert run.codes == {"INVALID_SLUG_FORMAT": 1}
    assert len(run.writes) == 1


def test_letters_of_other_scripts_in_a_slug_are_for_wix_to_decide(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    """Wix makes such slugs of names; which it takes is not known but for these (stores-v3 3.4)."""
    product = shop.add(slug="cup")
    row = {"id": product, "slug": "\u00e4-\u00f6"}
    assert shop.run(row, dry_run=True).counts == {"updated": 1}
    assert "INVALID_SLUG_FORMAT if not" in caplog.text
    run = shop.run(row)
    assert (run.codes, len(run.writes)) == ({"INVALID_SLUG_FORMAT": 1}, 1)
    assert "with a-z, 0-9 and hyphens, or leave it out" in caplog.text


def test_a_slug_that_wix_made_in_another_script_stays(shop: Shop) -> None:
    product = shop.add(slug="\u05e7\u05e4\u05d4")
    row = {"id": product, "slug": "\u05e7\u05e4\u05d4", "name": "Bowl"}
    assert shop.run(row).counts == {"updated": 1}


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": "x" * 81}, "TOO_LONG", "name"),
        ({"slug": "Not a slug"}, "INVALID_SLUG_FORMAT", "slug"),
        ({"brand": "x" * 51}, "TOO_LONG", "brand.name"),
        ({"ribbon": "x" * 31}, "TOO_LONG", "ribbon.name"),
        ({"description": "x" * 16001}, "TOO_LONG", "plainDescription"),
        ({"sku": "x" * 41}, "TOO_LONG", "variantsInfo.variants[0].sku"),
        ({"name": "   "}, "ONLY_SPACES_STRING_ERROR", "name"),
        ({"taxGroupId": "nine"}, "BAD_VALUE", "taxGroupId"),
        ({"infoSections": [{"title": "x" * 51}]}, "TOO_LONG", "infoSections[0].title"),
        ({"modifiers": [{"name": str(n)} for n in range(11)]}, "MISSING_CHOICES", "modifiers"),
        ({"purchaseEligibility": {"userCriteria": "ANYBODY"}}, "BAD_VALUE", "userCriteria"),
        ({"weight": "-1"}, "OUT_OF_RANGE", "weight"),
    ],
)
def test_what_wix_would_refuse_is_refused_before_the_wire(
    shop: Shop, fields: Json, code: str, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    product = shop.add(sku="A")
    run = shop.run({"id": product, **fields})
    assert run.codes == {code: 1}
    assert run.writes == []
    assert field in caplog.text


def test_a_handle_that_is_too_long_is_refused_before_the_wire(shop: Shop) -> None:
    run = shop.run({"handle": "h" * 101, "name": "Cup", "price": "1"})
    assert run.codes == {"TOO_LONG": 1}
    assert run.writes == []
    assert shop.run({"handle": "h" * 100, "name": "Cup", "price": "1"}).counts == {"created": 1}


def test_what_is_invalid_and_unchanged_is_no_reason_to_refuse(shop: Shop) -> None:
    product = shop.add("x" * 90, sku="y" * 50, slug="Old_Slug", weight=-1)
    (record,) = shop.records()
    assert shop.run(record).counts == {"unchanged": 1}
    assert shop.run({**record, "visible": False}).counts == {"updated": 1}
    assert shop.get(product)["visible"] is False


# -- records of another site ----------------------------------------------------------------------


def test_ids_of_another_site_are_left_out_and_counted(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    guid = shop.site.new_id
    rows: list[Json] = [
        {
            "id": guid(),
            "slug": f"cup-{place}",
            "name": "Cup",
            "brand": {"id": guid(), "name": "Nordhem"},
            "tags": {"privateTags": {"tagIds": ["x"]}},
            "taxGroupId": guid(),
            "mainCategoryId": guid(),
            "directCategoriesInfo": {"categories": [{"id": guid()}]},
            "physicalProperties": {"deliveryProfileId": guid(), "fulfillerId": guid()},
            "extendedFields": {"namespaces": {"x": {"y": 1}}},
            "variantsInfo": {
                "variants": [{"id": guid(), "price": {"actualPrice": {"amount": "1"}}}]
            },
        }
        for place in range(3)
    ]
    assert shop.run(*rows, unknown_id="create").counts == {"created": 3}
    (first, *_) = shop.products
    for name in ("tags", "taxGroupId", "mainCategoryId", "extendedFields"):
        assert name not in first
    assert first["physicalProperties"] == {}
    assert _name(shop, first["id"], "brand") == "Nordhem"
    for kind in ("tags", "tax groups", "extended fields", "delivery profiles", "memberships"):
        assert re.search(rf"; left out: [^\n]*{kind}[^,\n]* 3[,.]", caplog.text), kind
    assert shop.run(*rows, unknown_id="create").counts == {"unchanged": 3}


@pytest.mark.parametrize("nothing", [{}, None])
def test_what_another_site_leaves_empty_is_not_said_to_be_left_out(
    shop: Shop, caplog: pytest.LogCaptureFixture, nothing: Json | None
) -> None:
    """Some of Wix's services send empty values where others send none (platform 3)."""
    row = {
        "id": shop.site.new_id(),
        "name": "Cup",
        "brand": nothing,
        "ribbon": nothing,
        "tags": nothing,
        "extendedFields": nothing,
        "variantsInfo": {"variants": [{"price": {"actualPrice": {"amount": "1"}}}]},
    }
    caplog.set_level(logging.INFO)
    assert shop.run(row, unknown_id="create").counts == {"created": 1}
    assert "left out" not in caplog.text.lower()
