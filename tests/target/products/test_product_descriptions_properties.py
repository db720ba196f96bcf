"""Descriptions made by chance: written once, whatever Wix makes of them, and never confused."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from target_wix.products.fields.content_writer import write_html
from target_wix.products.fields.descriptions import as_rich, for_v1, for_v3, same_text
from target_wix.products.fields.html_reader import as_html, read_html
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.target.products.harness import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_numbers = itertools.count()
TAGS = (
    *("p", "div", "h2", "ul", "ol", "li", "b", "em", "u", "s", "sup", "code", "blockquote", "pre"),
    *("table", "tr", "td", "th", "caption", "span", "center", "q", "form", "x-y", "figure", "dl"),
)
PIECES = (
    *("<br>", "<hr>", '<img src="https://a.example/1.png" alt=a>', '<img src="/x.png">', "&nbsp;"),
    *('<a href="https://a.example/">', "</a>", '<a href="#x">', '<iframe src="//v.example/1">'),
    *("</iframe>", '<p align="center">', '<span style="color:red;font-size:9pt">', "<input>"),
    *("&amp;", "&lt;", "<!-- c -->", "<script>x</script>", "\n", "  ", "\t", " ", "x < y", "<XL>"),
    *('<td colspan="2">', '<td rowspan="3">', '<ol start="7">', "\u2028", "\u0000"),
)
pieces = (
    st.sampled_from(PIECES)
    | st.builds("<{}>".format, st.sampled_from(TAGS))
    | st.builds("</{}>".format, st.sampled_from(TAGS))
    | st.text(max_size=5)
)
any_html = st.lists(pieces, max_size=25).map("".join)

# -- rich content that Wix takes ------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
decorations = st.sampled_from(
    [
        {"type": "BOLD", "fontWeightValue": 700},
        {"type": "BOLD", "fontWeightValue": 400},
        {"type": "ITALIC", "italicData": True},
        {"type": "UNDERLINE"},
        {"type": "SPOILER"},
        {"type": "COLOR", "colorData": {"foreground": "#FF0000", "background": "#00ff00"}},
        {"type": "COLOR", "colorData": {}},
        {"type": "FONT_SIZE", "fontSizeData": {"unit": "PX", "value": 24}},
        {"type": "LINK", "linkData": {"link": {"url": "https://a.example", "target": "BLANK"}}},
        {"type": "ANCHOR", "anchorData": {"anchor": "top"}},
    ]
)
rich_texts = st.builds(
    lambda text, marks: {"type": "TEXT", "textData": {"text": text, "decorations": marks}},
    words | st.just(" ") | st.just("a\nb"),
    st.lists(decorations, max_size=2, unique_by=lambda one: one["type"]),
)
paragraphs = st.builds(
    lambda nodes, align: {
        "type": "PARAGRAPH",
        "nodes": nodes,
        "paragraphData": {"textStyle": {"textAlignment": align}},
    },
    st.lists(rich_texts, max_size=3),
    st.sampled_from(["AUTO", "CENTER"]),
)
headings = st.builds(
    lambda nodes, level: {"type": "HEADING", "nodes": nodes, "headingData": {"level": level}},
    st.lists(rich_texts, max_size=2),
    st.integers(1, 6),
)
pictures = st.builds(
    lambda source, alt: {
        "type": "IMAGE",
        "imageData": {"image": {"src": source, "width": 9, "height": 9}, "altText": alt},
    },
    st.sampled_from([{"url": "https://a.example/1.png"}, {"id": "ab_1~mv2.png"}]),
    st.sampled_from(["", "Sizes"]),
)


def _list(items: list[list[Json]]) -> Json:
    rows = [{"type": "LIST_ITEM", "nodes": item} for item in items]
    return {"type": "BULLETED_LIST", "nodes": rows, "bulletedListData": {"indentation": 0}}


def _table(rows: list[list[list[Json]]]) -> Json:
    found = [
        {"type": "TABLE_ROW", "nodes": [{"type": "TABLE_CELL", "nodes": cell} for cell in row]}
        for row in rows
    ]
    return {"type": "TABLE", "nodes": found}


lists = st.recursive(
    st.lists(st.lists(paragraphs, min_size=1, max_size=2), min_size=1, max_size=2).map(_list),
    lambda inner: st.builds(lambda one, two: _list([[one, two]]), paragraphs, inner),
    max_leaves=3,
)
cells = st.lists(paragraphs | headings | pictures, min_size=1, max_size=2)
tables = st.lists(st.lists(cells, min_size=1, max_size=2), min_size=1, max_size=2).map(_table)
others = st.sampled_from(
    [
        {"type": "DIVIDER", "dividerData": {"lineStyle": "SINGLE"}},
        {"type": "HTML", "htmlData": {"url": "https://v.example/1", "source": "HTML"}},
        {"type": "VIDEO", "videoData": {"video": {"src": {"id": "video/1.mp4"}}}},
        {"type": "BUTTON", "buttonData": {"type": "LINK", "text": "Go", "link": {"url": "x"}}},
        {"type": "CODE_BLOCK", "nodes": [{"type": "TEXT", "textData": {"text": "a\n  b"}}]},
    ]
)
quotes = st.lists(paragraphs, min_size=1, max_size=2).map(
    lambda nodes: {"type": "BLOCKQUOTE", "nodes": nodes}
)
documents = st.lists(
    paragraphs | headings | lists | tables | quotes | pictures | others, max_size=4
).map(lambda nodes: {"nodes": nodes})

# -- written once ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shops() -> Iterator[dict[str, Shop]]:
    """Shops of every kind for all examples: each has a sku of its own."""
    switches: dict[str, Json] = {
        "heeded": {},
        "kept": {"keep_plain_description": True},
        "dropped": {"plain_description_heeded": False},
        "normalised": {"plain_description_heeded": False, "rich_normalised": True},
        "renewed": {"rich_normalised": True, "node_ids_renewed": True},
    }
    with ExitStack() as stack:
        found = {}
        for name in ("v1", *switches):
            wix = stack.enter_context(FakeWix(Site(V1 if name == "v1" else V3)))
            for switch, value in switches.get(name, {}).items():
                setattr(wix.site.v3.switches, switch, value)
            found[name] = Shop(wix.site, wix.url)
        yield found


KINDS = st.sampled_from(["v1", "heeded", "kept", "dropped", "normalised", "renewed"])
texts = any_html | documents


@FEW
@given(kind=KINDS, first=texts, second=texts)
def test_any_description_is_written_once(
    shops: dict[str, Shop], kind: str, first: object, second: object
) -> None:
    shop, sku = shops[kind], f"s{next(_numbers)}"
    assert shop.run({"sku": sku, "name": "Cup", "price": "1", "description": first}).code == 0
    for description in (first, second):
        row = {"sku": sku, "description": description}
        assert shop.run(row).code == 0
        again = shop.run(row)
        assert (again.counts, again.writes) == ({"unchanged": 1}, [])


@FEW
@given(kind=KINDS, html=any_html, rich=documents)
def test_any_two_texts_of_a_record_settle(
    shops: dict[str, Shop], kind: str, html: str, rich: Json
) -> None:
    shop, sku = shops[kind], f"s{next(_numbers)}"
    row = {"sku": sku, "name": "Cup", "price": "1", "description": rich, "plainDescription": html}
    assert shop.run(row).code == 0
    if kind == "renewed":
        return  # with other ids nothing in the shop tells which of the two came later
    again = shop.run(row)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


# -- never confused -------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces | st.just("\ud800"), max_size=25).map("".join))
def test_html_that_was_read_and_written_shows_the_same(html: str) -> None:
    entity = {"plainDescription": as_html(html)}
    shown = write_html(read_html(as_html(html)).content)
    assert same_text(entity, {"plainDescription": shown})
    assert same_text(for_v3(entity), {"plainDescription": shown})
    assert same_text(for_v1(entity), entity)


blocks = ("p", "h2", "blockquote", "pre", "li", "td")
styles = ("b", "i", "u", "s", "sub", "sup")


@st.composite
def shown_texts(draw: st.DrawFn) -> list[tuple[str, str, str]]:
    """Blocks of one word each: the block's tag, the tag of the word, the word."""
    count = draw(st.integers(1, 4))
    return [
        (
            draw(st.sampled_from(blocks)),
            draw(st.sampled_from(styles)),
            draw(st.sampled_from(["one", "two", "30 cm", "<&>", "\u00e4"])),
        )
        for _ in range(count)
    ]


def _as_html(rows: list[tuple[str, str, str]]) -> str:
    around = {"li": "<ol>{}</ol>", "td": "<table><tr>{}</tr></table>"}
    return "".join(
        around.get(block, "{}").format(
            f"<{block}><{style}>{word.replace('&', '&amp;').replace('<', '&lt;')}</{style}></{block}>"
        )
        for block, style, word in rows
    )


@settings(max_examples=300, deadline=None)
@given(shown_texts(), shown_texts())
def test_texts_that_look_different_are_never_the_same(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]
) -> None:
    assume(one != other)
    first, second = _as_html(one), _as_html(other)
    assert not same_text({"plainDescription": first}, {"plainDescription": second})
    rich = {"description": as_rich(first)}
    assert not same_text(rich, {"description": as_rich(second)})
    assert not same_text(rich, {"plainDescription": second})
