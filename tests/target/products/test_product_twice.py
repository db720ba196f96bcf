"""The same input twice is written once: every writable field, every shape, on both catalogs."""

from __future__ import annotations

import copy
import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.faults import refusal
from tests.fake_wix.http.wire import encode
from tests.target.products.harness import Shop
from tests.target.products.test_product_properties import amounts, htmls, numbers, text

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
FEW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
_numbers = itertools.count()
GUID = "1f2e3d4c-5b6a-4789-8abc-def0123456"
guids = st.integers(10, 99).map(lambda n: f"{GUID}{n}")
flags = st.booleans()
money = st.decimals(0, 9999, places=2).map(str)
UNITS = ("KG", "G", "L", "ML", "M")


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """An object with any of these fields, each of them perhaps null."""
    return st.fixed_dictionaries({}, optional={n: st.none() | one for n, one in fields.items()})


def listed(one: st.SearchStrategy[Any], most: int = 3, by: str = "name") -> st.SearchStrategy[Any]:
    return st.lists(one, max_size=most, unique_by=lambda row: row[by])


dimensions = some(
    length=st.decimals(0, 99, places=3).map(str),
    width=amounts,
    unit=st.sampled_from(["CM", "IN", "UNKNOWN_DIMENSIONS_UNIT"]),
)
pictures = st.integers(0, 5).map(lambda n: f"https://cdn.example.com/{n}.jpg")
named = st.builds(lambda name: {"name": name}, text(30))
subscriptions = st.fixed_dictionaries(
    {
        "title": text(20),
        "frequency": st.sampled_from(["DAY", "WEEK", "MONTH", "YEAR"]),
        "interval": st.integers(1, 50),
    },
    optional={
        "description": text(60),
        "visible": flags,
        "billingCycles": st.integers(2, 999),
        "autoRenewal": flags,
        "discount": st.builds(
            lambda n: {"type": "PERCENT", "percentOff": n}, st.sampled_from([0.1, 10, 99.9])
        ),
    },
)


def choices(*, modifier: bool) -> st.SearchStrategy[Any]:
    optional: dict[str, st.SearchStrategy[Any]] = {
        "media": st.lists(pictures, max_size=2, unique=True).map(
            lambda urls: {"items": [{"url": url} for url in urls]}
        )
    }
    if modifier:
        optional["addedPrice"] = money
    row = st.fixed_dictionaries({"name": text(50)}, optional=optional)
    return st.lists(row, min_size=1, max_size=3, unique_by=lambda one: one["name"])


@st.composite
def optioned(draw: st.DrawFn, *, modifier: bool) -> Json:
    """An option, or a modifier, with text or colour choices, or a field to write into."""
    render = "modifierRenderType" if modifier else "optionRenderType"
    kind = draw(st.sampled_from(["TEXT_CHOICES", "SWATCH_CHOICES"] + ["FREE_TEXT"] * modifier))
    row: Json = {"name": draw(text(50)), render: kind}
    if modifier:
        row["mandatory"] = draw(flags)
    if kind == "FREE_TEXT":
        settings = draw(some(minCharCount=st.integers(0, 3), defaultAddedPrice=money))
        return {**row, "freeTextSettings": {"title": row["name"], "maxCharCount": 9, **settings}}
    found = draw(choices(modifier=modifier))
    if kind == "SWATCH_CHOICES":
        found = [
            {**one, "colorCode": draw(st.sampled_from(["#ff0000", "#00FF00"]))} for one in found
        ]
    return {**row, "choicesSettings": {"choices": found}}


variants = some(
    sku=st.sampled_from(["", "S-1", "S-2"]),
    barcode=st.sampled_from(["", "B-1"]),
    visible=flags,
    revenueDetails=st.builds(lambda one: {"cost": {"amount": one}}, money),
    physicalProperties=some(
        weight=numbers,
        productDimensions=dimensions,
        packageDimensions=dimensions,
        pricePerUnit=st.builds(
            lambda n, unit: {"settings": {"quantity": n, "measurementUnit": unit}},
            st.integers(1, 9),
            st.sampled_from(UNITS),
        ),
    ),
    inventoryItem=some(
        quantity=st.integers(0, 99),
        inStock=flags,
        preorderInfo=some(enabled=flags, message=text(250), limit=st.integers(0, 9)),
    ),
    inventoryStatus=some(inStock=flags, preorderEnabled=flags),
)
v3_fields = some(
    name=text(80),
    visible=flags,
    visibleInPos=flags,
    plainDescription=htmls,
    brand=named,
    ribbon=named,
    additionalRibbons=listed(named),
    infoSections=listed(
        st.fixed_dictionaries({"title": text(50)}, optional={"plainDescription": htmls}),
        by="title",
    ),
    modifiers=listed(optioned(modifier=True)),
    physicalProperties=some(
        pricePerUnit=some(quantity=st.integers(1, 9), measurementUnit=st.sampled_from(UNITS)),
    ),
    seoData=some(
        tags=st.lists(
            st.builds(lambda one: {"type": "title", "children": one}, text(20)), max_size=2
        ),
        settings=some(preventAutoRedirect=flags),
    ),
    subscriptionDetails=some(
        allowOneTimePurchases=flags, subscriptions=listed(subscriptions, by="title")
    ),
    purchaseEligibility=st.just({"userCriteria": "MEMBERS_ONLY"}),
    media=st.builds(
        lambda rows: {"itemsInfo": {"items": rows}},
        st.lists(
            st.fixed_dictionaries({"url": pictures}, optional={"altText": text(20)}), max_size=3
        ),
    ),
    inventory=st.sampled_from(["IN_STOCK", "OUT_OF_STOCK"]).map(
        lambda one: {"availabilityStatus": one}
    ),
    collections=st.lists(st.sampled_from(["Kitchen", "Sale", "Nowhere"]), max_size=2, unique=True),
)


@st.composite
def v3_records(draw: st.DrawFn) -> Json:
    """A record in the shape of V3: any writable field, each perhaps null."""
    options = draw(st.lists(optioned(modifier=False), max_size=2, unique_by=lambda o: o["name"]))
    names = [[c["name"] for c in one["choicesSettings"]["choices"]] for one in options]
    picks = list(itertools.product(*names))
    picks = draw(st.permutations(picks))[: draw(st.integers(1, len(picks)))]
    rows = []
    for pick in picks:
        price: Json = {"actualPrice": {"amount": draw(money)}}
        if draw(flags):
            price["compareAtPrice"] = draw(st.none() | st.builds(lambda a: {"amount": a}, money))
        chosen = {one["name"]: choice for one, choice in zip(options, pick, strict=True)}
        rows.append({**draw(variants), "price": price, **({"choices": chosen} if chosen else {})})
    return {
        "name": "Cup",
        **draw(v3_fields),
        "options": options,
        "variantsInfo": {"variants": rows},
    }


# -- Catalog V1's own shapes ------------------------------------------------------------------

v1_prices = some(
    currency=st.just("EUR"),
    price=st.decimals(-5, 9999, places=2),
    discountedPrice=st.decimals(-5, 9999, places=2),
    formatted=some(price=text(8)),
    pricePerUnit=numbers,
)
v1_stock = some(
    trackInventory=flags,
    trackQuantity=flags,
    quantity=st.integers(-9, 99),
    inStock=flags,
    inventoryStatus=st.sampled_from(["IN_STOCK", "OUT_OF_STOCK", "PARTIALLY_OUT_OF_STOCK"]),
)
v1_media = some(
    mainMedia=some(id=st.just("main.jpg"), image=st.builds(lambda u: {"url": u}, pictures)),
    items=st.lists(
        st.builds(
            lambda n: {"id": f"{n}.jpg", "image": {"url": f"https://cdn.example.com/{n}.jpg"}},
            st.integers(0, 5),
        ),
        max_size=3,
        unique_by=lambda one: one["id"],
    ),
)
v1_fields = some(
    visible=flags,
    productType=st.sampled_from(["physical", "unspecified_product_type"]),
    description=htmls,
    weight=numbers,
    price=v1_prices,
    priceData=v1_prices,
    convertedPriceData=v1_prices,
    discount=some(
        type=st.sampled_from(["UNDEFINED", "NONE", "AMOUNT", "PERCENT"]),
        value=st.decimals(-120, 120, places=2) | st.integers(-5, 50),
    ),
    costAndProfitData=some(itemCost=numbers, profit=numbers),
    pricePerUnitData=some(
        totalQuantity=st.integers(1, 9),
        totalMeasurementUnit=st.sampled_from(UNITS),
        baseQuantity=st.integers(1, 9),
        baseMeasurementUnit=st.sampled_from(UNITS),
    ),
    productDimensions=dimensions,
    packageDimensions=dimensions,
    additionalInfoSections=listed(
        st.fixed_dictionaries({"title": text(50)}, optional={"description": htmls}), by="title"
    ),
    ribbon=text(30),
    brand=text(50),
    ribbons=st.lists(st.builds(lambda one: {"text": one}, text(30)), max_size=1),
    media=v1_media,
    stock=v1_stock,
    customTextFields=listed(
        st.builds(lambda one, n: {"title": one, "maxLength": n}, text(50), st.integers(1, 500)),
        by="title",
    ),
    seoData=some(settings=some(preventAutoRedirect=flags)),
    collectionIds=st.lists(st.just("00000000-000000-000000-000000000001"), max_size=1),
    lastUpdated=st.just("2026-10-02T08:15:31.550Z"),
)


@st.composite
def v1_records(draw: st.DrawFn) -> Json:
    """A product as Catalog V1 gives it out, or as somebody writes it by hand."""
    options = []
    for name in draw(st.lists(text(50), max_size=2, unique=True)):
        colour = draw(flags)
        labels = draw(st.lists(text(50), min_size=1, max_size=3, unique=True))
        rows = []
        for label in labels:
            value = draw(st.sampled_from(["#ff0000", "#00FF00"])) if colour else label
            row: Json = {"value": value, "description": label}
            if draw(flags):
                row["media"] = draw(v1_media)
            rows.append(row)
        kind = "color" if colour else "drop_down"
        options.append({"optionType": kind, "name": name, "choices": rows})
    managed = draw(flags)
    labelled = [[str(row["description"]) for row in o["choices"]] for o in options]  # type: ignore[index]
    picks = itertools.product(*labelled)
    rows = []
    for number, pick in enumerate(picks if managed and options else [()]):
        chosen = {one["name"]: label for one, label in zip(options, pick, strict=False)}
        one: Json = {"choices": chosen}
        if draw(flags):
            one["id"] = f"00000000-0000-0020-0005-{number:012x}" if chosen else str(_ZERO)
        one["variant"] = draw(
            some(
                priceData=v1_prices,
                weight=numbers,
                sku=st.just("") if not managed else st.just(f"V-{number}"),
                visible=flags,
                costAndProfitData=some(itemCost=numbers),
            )
        )
        if draw(flags):
            one["stock"] = draw(v1_stock)
        rows.append(one)
    record: Json = {"name": draw(text(80)), **draw(v1_fields), "manageVariants": managed}
    if draw(flags):
        record["productOptions"] = options
        if draw(flags):
            record["variants"] = rows
    return record


_ZERO = "00000000-0000-0000-0000-000000000000"


# -- the property -----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[V1, V3])
def one_shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """One shop for all examples: each has a slug of its own."""
    from tests.fake_wix.stores_v1.model import Collection  # noqa: PLC0415
    from tests.fake_wix.stores_v3.seed import add_category  # noqa: PLC0415

    site = Site(request.param, seed=3)
    for name in ("Kitchen", "Sale"):
        if request.param == V3:
            add_category(site, name)
        else:
            collection = Collection(site.new_id(), name, name.lower())
            site.v1.save_collection(collection, indexed=True)
    with FakeWix(site) as wix:
        yield Shop(site, wix.url)


def _settles(shop: Shop, *records: Json, **more: Any) -> None:
    """Whatever became of the records, the second time nothing is written."""
    more = {"unknown_id": "create", **more}
    run = shop.run(*copy.deepcopy(records), **more)
    before = _stored(shop)
    again = shop.run(*copy.deepcopy(records), **more)
    assert again.counts.keys() <= {"unchanged", "rejected"}, (run, again)
    assert run.codes == again.codes
    assert again.codes or again.writes == []
    assert _stored(shop) == before


def _stored(shop: Shop) -> list[Any]:
    """All that the shop holds of products, as it is this moment."""
    if shop.site.catalog_version == V1:
        return copy.deepcopy(list(shop.site.v1.products()))
    v3 = shop.v3
    stores = (v3.products, v3.inventory, v3.brands, v3.ribbons, v3.info_sections)
    return copy.deepcopy([*(store.all() for store in stores), v3.members])


@FEW
@given(first=v3_records(), second=v3_records())
def test_any_record_of_v3_is_written_once(one_shop: Shop, first: Json, second: Json) -> None:
    key = {"slug": f"cup-{next(_numbers)}"}
    _settles(one_shop, {**first, **key})
    _settles(one_shop, {**second, **key})


@FEW
@given(first=v1_records(), second=v1_records())
def test_any_record_of_v1_is_written_once(one_shop: Shop, first: Json, second: Json) -> None:
    key = {"slug": f"tea-{next(_numbers)}"}
    _settles(one_shop, {**first, **key})
    _settles(one_shop, {**second, **key})


# -- several records of one product, of which Wix refuses one ---------------------------------


def test_records_of_a_product_are_written_without_the_one_that_wix_refuses(
    one_shop: Shop,
) -> None:
    """Each by itself they would be written over each other in every run."""
    slug = {"slug": "shared-1"}
    rows: list[Json] = [
        {**slug, "name": "Cup", "price": "1", "image_urls": "https://cdn.example.com/1.jpg"},
        {
            **slug,
            "price": "2",
            "image_urls": "https://cdn.example.com/1.jpg;https://b.example/2.jpg",
        },
        {**slug, "price": "3", "name": "Refused"},
    ]

    def is_refused(request: Any) -> bool:
        return b"Refused" in encode(request.body)

    one_shop.site.faults.add(refusal("products", status=400, when=is_refused, times=None))
    run = one_shop.run(*rows)
    assert run.counts["rejected"] == 1
    before = _stored(one_shop)
    again = one_shop.run(*rows)
    one_shop.site.faults.clear()
    assert again.counts == {"unchanged": 2, "rejected": 1}
    assert _stored(one_shop) == before


# -- any JSON in any known place --------------------------------------------------------------

anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | flags
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(["", "0", "1E9", "true", "[]", "{}", "https://cdn.example.com/1.jpg"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "items", "variants", "amount", "nodes", "choices"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    pairs = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, one in pairs:
        yield from _places(one, (*path, name))


@st.composite
def spoilt(draw: st.DrawFn) -> Json:
    """A record with anything at one or two of its places."""
    record: Json = copy.deepcopy(draw(v3_records() | v1_records()))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from(list(_places(record))))
        inside: Any = record
        for name in path[:-1]:
            inside = inside[name]
        inside[path[-1]] = draw(anything)
    return record


@FEW
@given(record=spoilt())
def test_whatever_stands_in_a_place_of_a_record_it_is_written_or_refused(
    one_shop: Shop, record: Json
) -> None:
    record = {"slug": f"odd-{next(_numbers)}", **record}
    first = one_shop.run(copy.deepcopy(record), {"sku": "S", "name": "Cup", "price": "1"})
    assert sum(first.counts.values()) == 2, first
    before = _stored(one_shop)
    again = one_shop.run(copy.deepcopy(record))
    assert sum(again.counts.values()) == 1, again
    assert _stored(one_shop) == before or "created" in first.counts
