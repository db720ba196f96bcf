"""Products made by chance: whatever is legal is taken by Wix, and written only once."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from target_wix.products.compare import differences
from target_wix.products.overlay import apply_patch
from target_wix.products.parse import read_product
from target_wix.products.plan import completed
from target_wix.runtime.outcomes import Rejection
from tests.fake_wix import V3, FakeWix, Site
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

letters = st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"])


def text(most: int) -> st.SearchStrategy[str]:
    return st.text(letters, min_size=1, max_size=min(most, 20)) | st.text(
        letters, min_size=most, max_size=most
    )


amounts = st.decimals(0, 999_999, allow_nan=False, places=3).map(lambda one: f"{one:f}")
numbers = st.decimals(0, 999_999, allow_nan=False, places=2)
prices = st.tuples(amounts, amounts).map(
    lambda pair: {
        "actualPrice": {"amount": min(pair, key=float)},
        **(
            {"compareAtPrice": {"amount": max(pair, key=float)}}
            if float(pair[0]) != float(pair[1])
            else {}
        ),
    }
)
words = st.sampled_from(["Heavy", "linen &amp;", "&lt;soft&gt;", "30 °C", "🧵", "ß"])
inline = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["b", "em", "u", "span"]), words)
links = st.just('<a href="https://example.com/?a=1&amp;b=2">here</a>')
blocks = st.builds(
    "<{0}>{1}</{0}>".format,
    st.sampled_from(["p", "h2", "div", "blockquote"]),
    st.lists(inline | links, max_size=3).map(" ".join),
)
lists = st.lists(inline, min_size=1, max_size=3).map(
    lambda rows: "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"
)
htmls = st.lists(blocks | lists | inline, max_size=4).map("\n".join)
variant_fields = st.fixed_dictionaries(
    {"price": prices},
    optional={
        "barcode": text(40),
        "revenueDetails": st.builds(lambda one: {"cost": {"amount": one}}, amounts),
        "physicalProperties": st.fixed_dictionaries({}, optional={"weight": numbers}),
        "inventoryItem": st.one_of(
            st.builds(lambda one: {"quantity": one}, st.integers(0, 99_999)),
            st.builds(lambda one: {"inStock": one}, st.booleans()),
        ),
    },
)
sections = st.fixed_dictionaries({"title": text(50)}, optional={"plainDescription": htmls})
free_texts = st.builds(
    lambda name, most: {
        "name": name,
        "freeTextSettings": {"title": name, "maxCharCount": most},
        "mandatory": most % 2 == 0,
    },
    text(50),
    st.integers(1, 500),
)
product_fields = st.fixed_dictionaries(
    {"name": text(80)},
    optional={
        "visible": st.booleans(),
        "plainDescription": htmls,
        "brand": st.builds(lambda one: {"name": one}, text(50)),
        "ribbon": st.builds(lambda one: {"name": one}, text(30)),
        "infoSections": st.lists(sections, max_size=3, unique_by=lambda one: one["title"]),
        "modifiers": st.lists(free_texts, max_size=3, unique_by=lambda one: one["name"]),
        "seoData": st.fixed_dictionaries(
            {}, optional={"settings": st.builds(lambda one: {"x": one}, st.booleans())}
        ),
        "media": st.lists(st.integers(0, 99), max_size=3, unique=True).map(
            lambda rows: {
                "itemsInfo": {"items": [{"url": f"https://cdn.example.com/{n}.jpg"} for n in rows]}
            }
        ),
    },
)


@st.composite
def records(draw: st.DrawFn) -> Json:
    """A product with up to two options and a variant for some of their combinations."""
    names = draw(st.lists(text(50), max_size=2, unique=True))
    choices = [draw(st.lists(text(50), min_size=1, max_size=3, unique=True)) for _ in names]
    options = [
        {
            "name": name,
            "optionRenderType": "TEXT_CHOICES",
            "choicesSettings": {
                "choices": [{"choiceType": "CHOICE_TEXT", "name": one} for one in row]
            },
        }
        for name, row in zip(names, choices, strict=True)
    ]
    picks = draw(st.permutations(list(itertools.product(*choices))))
    count = draw(st.integers(1, len(picks)))
    variants = []
    for number, pick in enumerate(picks[:count]):
        fields: dict[str, Any] = dict(draw(variant_fields))
        if "barcode" in fields:  # no two variants of a product may share one
            fields["barcode"] = f"{number}{fields['barcode'][:38]}"
        rows = [
            {
                "optionChoiceNames": {
                    "optionName": name,
                    "choiceName": one,
                    "renderType": "TEXT_CHOICES",
                }
            }
            for name, one in zip(names, pick, strict=True)
        ]
        variants.append({**fields, **({"choices": rows} if rows else {})})
    return {
        **draw(product_fields),
        "options": options,
        "variantsInfo": {"variants": variants},
    }


flat_rows = st.fixed_dictionaries(
    {"price": amounts | numbers},
    optional={
        "name": text(80),
        "description": htmls,
        "visible": st.sampled_from(["true", "false", True, 0, ""]),
        "barcode": text(40) | st.integers(0, 10**12),
        "cost": amounts,
        "weight": numbers | numbers.map(str),
        "brand": text(50),
        "quantity": st.integers(0, 99_999).map(str),
        "compare_at_price": st.sampled_from(["", 0, None, "9999999"]),
        "image_urls": st.sampled_from(["", "https://a.example/1.jpg;https://a.example/2.jpg"]),
    },
)


@pytest.fixture(scope="module")
def one_shop() -> Iterator[Shop]:
    """One shop for all examples: each has a handle of its own."""
    with FakeWix(Site(V3)) as wix:
        yield Shop(wix.site, wix.url)


@FEW
@given(first=records(), second=records())
def test_any_legal_record_is_taken_and_written_once(
    one_shop: Shop, first: Json, second: Json
) -> None:
    handle = {"handle": f"h{next(_numbers)}"}
    settings = {"track_quantity": True}
    assert one_shop.run({**first, **handle}, **settings).counts == {"created": 1}
    again = one_shop.run({**first, **handle}, **settings)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])
    run = one_shop.run({**second, **handle}, **settings)
    assert run.code == 0 or run.codes.keys() <= {"CHOICE_RENAMED"}
    if run.code == 0:
        again = one_shop.run({**second, **handle}, **settings)
        assert (again.counts, again.writes) == ({"unchanged": 1}, [])


@FEW
@given(first=flat_rows, second=flat_rows)
def test_any_legal_row_is_taken_and_written_once(one_shop: Shop, first: Json, second: Json) -> None:
    key = {"sku": f"s{next(_numbers)}"}
    first.setdefault("name", "Cup")
    assert one_shop.run({**first, **key}).counts == {"created": 1}
    again = one_shop.run({**first, **key})
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])
    run = one_shop.run({**second, **key})
    assert run.code == 0
    again = one_shop.run({**second, **key})
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


@FEW
@given(first=records(), second=records())
def test_what_was_laid_over_twice_is_laid_over_once(first: Json, second: Json) -> None:
    product: Json = {}
    for record in (first, second):
        try:
            product = completed(apply_patch(product, read_product(record)))
        except Rejection:
            continue
        assert differences(product, apply_patch(product, read_product(record))) == ()


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = (
    *("id", "name", "slug", "handle", "price", "sku", "options", "variantsInfo", "modifiers"),
    *("brand", "description", "media", "infoSections", "quantity", "collections", "seoData", "v1"),
    *("revision", "updatedDate", "physicalProperties", "variants", "productOptions", "image_urls"),
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), json_values, max_size=6), st.booleans())
def test_whatever_a_record_holds_is_read_or_refused(record: Json, null_clears: bool) -> None:  # noqa: FBT001
    with contextlib.suppress(Rejection):
        assert isinstance(apply_patch({}, read_product(record, null_clears=null_clears)), dict)
