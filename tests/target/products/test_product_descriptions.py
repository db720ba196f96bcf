"""Descriptions: what a buyer sees of them arrives, is compared, or is named as left out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.connection import read_connection
from tap_wix.api.site import WixSite
from tap_wix.api.stores_v1.products import V1_PRODUCTS
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.rich_content import from_html, to_html
from tests.target.products.harness import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.target.products.harness import Run

Json = dict[str, Any]
PLAIN = "Feature A: fast\nFeature B: light\r\n\r\nFor ages 3 & up"
SWITCHES: dict[str, Json] = {
    "HTML is heeded": {},
    "HTML is dropped": {"plain_description_heeded": False},
    "HTML is kept as written": {"keep_plain_description": True},
    "documents are normalised": {"plain_description_heeded": False, "rich_normalised": True},
    "nodes get new ids": {"rich_normalised": True, "node_ids_renewed": True},
}


@pytest.fixture(params=SWITCHES)
def v3(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A Catalog V3 shop, once for every way in which Wix may take a description."""
    with FakeWix(Site(V3)) as wix:
        for name, value in SWITCHES[request.param].items():
            setattr(wix.site.v3.switches, name, value)
        yield Shop(wix.site, wix.url)


@pytest.fixture
def v1() -> Iterator[Shop]:
    """A Catalog V1 shop."""
    with FakeWix(Site(V1)) as wix:
        yield Shop(wix.site, wix.url)


@pytest.fixture(params=[V1, *SWITCHES])
def any_shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """A shop on either catalog."""
    catalog = V1 if request.param == V1 else V3
    with FakeWix(Site(catalog)) as wix:
        for name, value in SWITCHES.get(request.param, {}).items():
            setattr(wix.site.v3.switches, name, value)
        yield Shop(wix.site, wix.url)


def row(sku: str, description: object, **fields: object) -> Json:
    return {"sku": sku, "name": f"Thing {sku}", "price": "1", "description": description, **fields}


def text_in(shop: Shop, place: int = 0) -> str:
    """The description of a product as HTML, whatever Wix has it as."""
    if shop.site.catalog_version == V1:
        return str(list(shop.site.v1.products())[place].fields.get("description", ""))
    product = shop.products[place]
    html = product.get("plainDescription")
    return str(html) if html is not None else to_html(product.get("description") or {})


def assert_settled(shop: Shop, *records: Json, **settings: Any) -> Run:
    """A further run with the same records writes nothing."""
    again = shop.run(*records, **settings)
    assert again.writes == []
    assert again.counts == {"unchanged": len(records)}
    return again


# -- changes that a buyer sees --------------------------------------------------------------------

CHANGES = {
    "a picture is added": ("<p>Text</p>", '<p>Text</p><img src="https://cdn.example/chart.png">'),
    "a picture is taken away": ('<p>Text</p><img src="https://cdn.example/a.png">', "<p>Text</p>"),
    "a text for a picture is added": (
        '<img src="https://cdn.example/a.png">',
        '<img src="https://cdn.example/a.png" alt="Sizes">',
    ),
    "a page is embedded": (
        "<p>Text</p>",
        '<p>Text</p><iframe src="https://video.example/1"></iframe>',
    ),
    "another page is embedded": (
        '<iframe src="https://video.example/1"></iframe>',
        '<iframe src="https://video.example/2"></iframe>',
    ),
    "a video is added": ("<p>Text</p>", '<p>Text</p><video src="https://cdn.example/1.mp4">'),
    "a line break is added": ("Wash cold. Do not bleach.", "Wash cold.<br>Do not bleach."),
    "a blank line is added": ("Wash cold.<br>Do not bleach.", "Wash cold.<br><br>Do not bleach."),
    "plain lines are parted": ("Wash cold. Do not bleach.", "Wash cold.\nDo not bleach."),
    "paragraphs become a table": (
        "<p>Size</p><p>10 cm</p>",
        "<table><tr><td>Size</td><td>10 cm</td></tr></table>",
    ),
    "a row is parted": (
        "<table><tr><td>1</td><td>2</td></tr></table>",
        "<table><tr><td>1</td></tr><tr><td>2</td></tr></table>",
    ),
    "an item moves below another": (
        "<ul><li>a</li><li>b</li></ul>",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
    ),
    "bullets become numbers": ("<ul><li>a</li></ul>", "<ol><li>a</li></ol>"),
    "two lists become one": (
        "<ul><li>a</li></ul><ol><li>b</li></ol>",
        "<ul><li>a</li><li>b</li></ul>",
    ),
    "numbers start later": ("<ol><li>a</li></ol>", '<ol start="4"><li>a</li></ol>'),
    "a paragraph is quoted": ("<p>a</p>", "<blockquote>a</blockquote>"),
    "a line across is added": ("<p>a</p><p>b</p>", "<p>a</p><hr><p>b</p>"),
    "text becomes code": ("<p>a b</p>", "<pre>a b</pre>"),
    "code is indented": ("<pre>a\nb</pre>", "<pre>a\n  b</pre>"),
    "a word is struck through": ("<p>a</p>", "<p><s>a</s></p>"),
    "a digit is raised": ("<p>m2</p>", "<p>m<sup>2</sup></p>"),
    "a word gets a colour": ("<p>a</p>", '<p style="color: red">a</p>'),
    "a word gets another size": ("<p>a</p>", '<p><span style="font-size:24px">a</span></p>'),
    "a word is bold by its style": ("<p>a</p>", '<p><span style="font-weight:bold">a</span></p>'),
    "a paragraph is centred": ("<p>a</p>", '<p align="center">a</p>'),
    "a link leads elsewhere": (
        '<a href="https://a.example/1">x</a>',
        '<a href="https://a.example/2">x</a>',
    ),
    "a cell gets a colour": (
        "<table><tr><td>1</td></tr></table>",
        '<table><tr><td style="background-color:#abc">1</td></tr></table>',
    ),
    "a blank goes": ("<p>a b</p>", "<p>ab</p>"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_a_buyer_sees_is_written_once(any_shop: Shop, change: str) -> None:
    before, after = CHANGES[change]
    assert any_shop.run(row("A", before)).counts == {"created": 1}
    assert_settled(any_shop, row("A", before))
    assert any_shop.run(row("A", after)).counts == {"updated": 1}
    assert_settled(any_shop, row("A", after))


def test_a_picture_that_is_exchanged_is_written_or_named(
    any_shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    old, new = (f'<p>Text</p><img src="https://cdn.example/{name}.png">' for name in "ab")
    any_shop.run(row("A", old))
    assert_settled(any_shop, row("A", old))
    run = any_shop.run(row("A", new))
    written = run.counts == {"updated": 1}
    assert written or "pictures in descriptions that Wix keeps" in caplog.text
    lost = (
        any_shop.site.v3.switches.node_ids_renewed if any_shop.site.catalog_version == V3 else False
    )
    assert written is not lost
    assert_settled(any_shop, row("A", new))


SAME = {
    "whose a blank is": ("<p>a <b>b</b></p>", "<p>a<b> b</b></p>"),
    "how blanks are written": ("<p>a\n   b </p>", "<p>a b</p>"),
    "who closes the paragraph": ("<p>a<p>b", "<p>a</p>\n<p>b</p>"),
    "an empty paragraph": ("<p>a</p><p></p>", "<p>a</p>"),
    "a script": ("<p>a</p>", "<p>a</p><script>track()</script><!-- x --><style>p{}</style>"),
    "a wrapper": ("<p>a</p>", '<div class="x"><p>a</p></div>'),
    "which tag is bold": ("<p><b>a</b></p>", "<p><strong>a</strong></p>"),
    "how a colour is written": (
        '<p style="color: #ff0000">a</p>',
        '<p><font color="RED">a</font></p>',
    ),
    "where a link opens": (
        '<a href="https://a.example">x</a>',
        '<a href="https://a.example/" target="_blank">x</a>',
    ),
    "the trailing line break": ("<p>a</p>", "<p>a<br></p>"),
    "the body of a table": (
        "<table><tr><td>1<td>2</table>",
        "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_what_a_buyer_does_not_see_is_no_change(any_shop: Shop, name: str) -> None:
    one, other = SAME[name]
    for before, after in ((one, other), (other, one)):
        any_shop.run(row("A", before))
        assert_settled(any_shop, row("A", after))


# -- plain text -----------------------------------------------------------------------------------


def test_plain_text_keeps_its_lines_on_v3(v3: Shop) -> None:
    assert v3.run(row("A", PLAIN)).counts == {"created": 1}
    lines = [
        "".join(node["textData"]["text"] for node in paragraph["nodes"])
        for paragraph in v3.products[0]["description"]["nodes"]
    ]
    assert lines == ["Feature A: fast", "Feature B: light", "", "For ages 3 & up"]
    assert_settled(v3, row("A", PLAIN))


def test_plain_text_keeps_its_lines_on_v1(v1: Shop) -> None:
    assert v1.run(row("A", PLAIN)).counts == {"created": 1}
    assert text_in(v1) == "Feature A: fast<br>Feature B: light<br><br>For ages 3 &amp; up"
    assert_settled(v1, row("A", PLAIN))
    assert v1.run(row("A", PLAIN.replace("\r\n\r\n", "\n"))).counts == {"updated": 1}


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("Sizes <S> to <XL>", "Sizes &lt;S&gt; to &lt;XL&gt;"),
        ("Tom &amp; Jerry &#228;", "Tom &amp; Jerry \u00e4"),
        ("1 <2> 3", "1 &lt;2&gt; 3"),
    ],
)
def test_signs_of_plain_text_are_shown_as_they_are(v1: Shop, given: str, shown: str) -> None:
    v1.run(row("A", given))
    assert text_in(v1) in (shown, given)
    assert_settled(v1, row("A", given))


def test_a_plain_text_of_the_shop_itself_is_left_alone(v1: Shop) -> None:
    v1.site.v1.add(
        {"name": "Cup", "priceData": {"price": 1}, "description": "one\ntwo & three"}, indexed=True
    )
    (record,) = _v1_records(v1)
    assert_settled(v1, record)


def _v1_records(shop: Shop) -> list[Json]:
    site = WixSite(read_connection(shop.site.settings(shop.url)))
    return list(V1_PRODUCTS.rows(site))


# -- how a description goes out -------------------------------------------------------------------


def test_a_description_arrives_whatever_wix_heeds(v3: Shop) -> None:
    record = row("TOW-1", "<p>Heavy <strong>linen</strong>.</p>", handle="linen-towel")
    with_stock = row("TOW-2", "<p>Light <em>linen</em>.</p>", handle="napkin", quantity=3)
    assert v3.run(record, with_stock).counts == {"created": 2}
    found = sorted(text_in(v3, place) for place in range(2))
    assert found == ["<p>Heavy <strong>linen</strong>.</p>", "<p>Light <em>linen</em>.</p>"]
    assert_settled(v3, record, with_stock)


def test_a_text_of_a_section_arrives_whatever_wix_heeds(v3: Shop) -> None:
    sections = [{"title": "Care", "plainDescription": "Wash cold\nDo not bleach"}]
    record = {"handle": "h", "name": "Cup", "price": "1", "infoSections": sections}
    assert v3.run(record).counts == {"created": 1}
    (section,) = v3.v3.info_sections.all()
    assert to_html(section["description"]) == "<p>Wash cold</p><p>Do not bleach</p>"
    assert_settled(v3, record)
    changed = {**record, "infoSections": [{**sections[0], "plainDescription": "Wash hot"}]}
    assert v3.run(changed).counts == {"updated": 1}
    assert_settled(v3, changed)


def test_lines_of_a_section_change_on_v1(v1: Shop) -> None:
    def record(text: str) -> Json:
        sections = [{"title": "Care", "plainDescription": text}]
        return {"sku": "A", "name": "Cup", "price": "1", "infoSections": sections}

    v1.run(record("Wash cold Do not bleach"))
    assert v1.run(record("Wash cold\nDo not bleach")).counts == {"updated": 1}
    assert_settled(v1, record("Wash cold\nDo not bleach"))


def test_a_description_is_cleared_on_request(any_shop: Shop) -> None:
    any_shop.run(row("A", "<p>a</p>"))
    gone = {"sku": "A", "description": None}
    assert_settled(any_shop, gone)
    assert any_shop.run(gone, null_clears=True).counts == {"updated": 1}
    assert text_in(any_shop) == ""
    assert_settled(any_shop, gone, null_clears=True)


def test_nested_lists_and_tables_arrive_whole(v3: Shop) -> None:
    html = (
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
        "<table><tr><th>Size</th><td>10&nbsp;cm</td></tr></table>"
    )
    v3.run(row("A", html))
    kept, table = v3.products[0]["description"]["nodes"]
    assert [one["type"] for one in kept["nodes"][0]["nodes"]] == ["PARAGRAPH", "BULLETED_LIST"]
    cells = table["nodes"][0]["nodes"]
    texts = [cell["nodes"][0]["nodes"][0]["textData"] for cell in cells]
    assert [one["text"] for one in texts] == ["Size", "10\u00a0cm"]
    assert [one["type"] for one in texts[0]["decorations"]] == ["BOLD"]


def test_rich_content_becomes_html_on_v1(v1: Shop) -> None:
    rich = from_html(
        "<h2>Care</h2><ul><li>a<ul><li>b</li></ul></li></ul><table><tr><td>1</td></tr></table>"
    )
    assert v1.run(row("A", rich)).counts == {"created": 1}
    assert text_in(v1) == (
        "<h2>Care</h2><ul><li>a<ul><li>b</li></ul></li></ul>"
        "<table><tbody><tr><td>1</td></tr></tbody></table>"
    )
    assert_settled(v1, row("A", rich))


# -- two texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("edited", ["description", "plainDescription"])
def test_of_two_texts_the_edited_one_wins_for_good(shop: Shop, edited: str) -> None:
    shop.v3.switches.plain_description_heeded = False
    product = shop.add(description=from_html("<p>Old</p>"))
    (read,) = shop.records()
    new: object = from_html("<p>New</p>") if edited == "description" else "<p>New</p>"
    record = {name: read[name] for name in ("id", "description", "plainDescription")}
    record[edited] = new
    assert shop.run(record).counts == {"updated": 1}
    assert to_html(shop.get(product)["description"]) == "<p>New</p>"
    assert_settled(shop, record)
    assert to_html(shop.get(product)["description"]) == "<p>New</p>"


@pytest.mark.parametrize("catalog", [V1, V3])
def test_two_texts_of_a_new_product_settle(catalog: Any) -> None:
    with FakeWix(Site(catalog)) as wix:
        shop = Shop(wix.site, wix.url)
        record = row("A", from_html("<p>One</p>"), plainDescription="<p>Two</p>")
        assert shop.run(record).counts == {"created": 1}
        assert_settled(shop, record)


def test_what_wix_renders_of_rich_content_is_no_change_of_it(shop: Shop) -> None:
    """Embeds and colours are not in the HTML that Wix gives out."""
    html = '<p style="color:red">a</p><iframe src="https://video.example/1"></iframe>'
    shop.run(row("A", html))
    (record,) = shop.records()
    assert "iframe" not in record["plainDescription"]
    assert_settled(shop, record)


# -- what cannot be shown -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a</p><form>b<input name=x></form>", "forms in descriptions"),
        ("<p>a</p><svg><circle/></svg>", "drawings"),
        ('<p>a</p><img src="data:image/png;base64,AAAA">', "without an address of the web"),
        ("<p>a</p><video></video>", "without an address of the web"),
    ],
)
def test_what_no_description_can_show_is_named(
    any_shop: Shop, html: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    any_shop.run(row("A", "<p>a</p>"))
    assert words not in caplog.text
    run = any_shop.run(row("A", html))
    assert run.code == 0
    assert words in caplog.text
    assert "<form" not in text_in(any_shop)
    assert_settled(any_shop, row("A", html))


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<p style="font-family: Courier">a</p>', "fonts"),
        ("<table><tr><td><ul><li>a</li></ul></td></tr></table>", "written as lines"),
        ('<a href="/care">a</a>', "links in descriptions"),
        ('<img src="https://cdn.example/a.png">', "Media Manager"),
    ],
)
def test_what_rich_content_may_not_show_is_named(
    shop: Shop, html: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    shop.run(row("A", html))
    assert words in caplog.text
    assert_settled(shop, row("A", html))


# -- hostile input --------------------------------------------------------------------------------

DEEP: Json = {"type": "PARAGRAPH", "nodes": []}
for _ in range(100):
    DEEP = {"type": "BLOCKQUOTE", "nodes": [DEEP]}


@pytest.mark.parametrize(
    ("rich", "where"),
    [
        ({"nodes": [{"type": ["TEXT"]}]}, "description.nodes[0]"),
        ({"nodes": {"type": "TEXT"}}, "description.nodes"),
        ({"nodes": ["TEXT"]}, "description.nodes[0]"),
        ({"nodes": [{"type": "PARAGRAPH", "nodes": [7]}]}, "description.nodes[0].nodes[0]"),
        ({"nodes": [{"type": "TEXT", "textData": "x"}]}, "textData"),
        ({"nodes": [{"type": "TEXT", "textData": {"text": 5}}]}, "textData"),
        ({"nodes": [{"type": "TEXT", "textData": {"text": "x", "decorations": 1}}]}, "decorations"),
        ({"nodes": [{"type": "PARAGRAPH"}] * 20_000}, "description"),
        ({"nodes": [{"type": "TEXT", "textData": {"text": "x" * 1_000_000}}]}, "description"),
    ],
)
def test_what_is_no_rich_content_is_refused_by_its_place(
    any_shop: Shop, rich: Json, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = row("B", "<p>b</p>")
    run = any_shop.run(row("A", rich), good)
    assert run.codes == {"BAD_VALUE": 1}
    assert run.counts == {"created": 1, "rejected": 1}
    assert where in caplog.text


def test_rich_content_that_is_nested_too_deep_costs_its_own_record_alone(
    any_shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [row("C", "<p>c</p>"), row("A", {"nodes": [DEEP]}), row("B", "<p>b</p>")]
    run = any_shop.run(*rows)
    assert run.codes == {"BAD_VALUE": 1}
    assert run.counts == {"created": 2, "rejected": 1}
    assert "products line 3 rejected" in caplog.text
    assert "nested more than 100 levels deep" in caplog.text
    again = any_shop.run(*rows)
    assert again.counts == {"unchanged": 2, "rejected": 1}


@pytest.mark.parametrize(
    "html",
    ["<div>" * 200_000, "<b>x<p>" * 150_000, "<script" * 150_000, "<" * 1_000_000, "x" * 1_000_000],
    ids=["deep", "crossed", "scripts", "signs", "long"],
)
def test_a_megabyte_of_text_is_refused_at_once(any_shop: Shop, html: str) -> None:
    run = any_shop.run(row("A", html), row("B", "b"))
    assert run.counts == {"created": 1, "rejected": 1}
    assert run.codes.keys() <= {"TOO_LONG", "CATALOG_V1_CANNOT_HOLD"}


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 3_000 + "x",
        "<ul><li>" * 1_900 + "x",
        "<blockquote>" * 1_300 + "x",
        "<table><tr><td>" * 1_000 + "x",
        "".join(f"<font size={n}>x<p>" for n in range(600)),
    ],
    ids=["divisions", "lists", "quotes", "tables", "crossed"],
)
def test_what_is_nested_without_end_is_written_or_refused(any_shop: Shop, html: str) -> None:
    run = any_shop.run(row("A", html), row("B", "b"))
    assert run.counts.get("created", 0) >= 1
    assert run.codes.keys() <= {"BAD_VALUE", "TOO_LONG", "CATALOG_V1_CANNOT_HOLD"}
    if not run.codes:
        assert_settled(any_shop, row("A", html), row("B", "b"))


# -- what a cell may hold -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["[2024]", '{"a": 1}', "[see below", "null and void"])
def test_a_text_that_looks_like_json_is_a_text(shop: Shop, text: str) -> None:
    shop.run(row("A", text))
    assert text_in(shop) == f"<p>{text}</p>"
    assert_settled(shop, row("A", text))


@pytest.mark.parametrize("nothing", ["", "  ", "\n", {}])
def test_an_empty_cell_says_nothing_of_the_description(any_shop: Shop, nothing: object) -> None:
    any_shop.run(row("A", "<p>a</p>"))
    assert_settled(any_shop, {"sku": "A", "description": nothing})
    assert "a" in text_in(any_shop)


def test_a_text_beside_variants_is_html_as_well(shop: Shop) -> None:
    variants = {"variants": [{"sku": "A", "price": {"actualPrice": {"amount": "1"}}}]}
    record = {"handle": "h", "name": "Cup", "description": "one\ntwo", "variantsInfo": variants}
    assert shop.run(record).counts == {"created": 1}
    assert text_in(shop) == "<p>one</p><p>two</p>"
    assert_settled(shop, record)


def test_a_section_of_the_shop_itself_is_left_alone(v1: Shop) -> None:
    sections = [{"title": "Care", "description": "one\ntwo & three"}]
    cup = {"name": "Cup", "priceData": {"price": 1}, "additionalInfoSections": sections}
    v1.site.v1.add(cup, indexed=True)
    (record,) = _v1_records(v1)
    assert_settled(v1, record)
