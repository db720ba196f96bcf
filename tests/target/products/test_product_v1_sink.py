"""Products through the whole target onto Catalog V1, and from it, read back with the tap's readers."""

from __future__ import annotations

import copy
import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.stores import PRODUCTS
from target_wix.products.compare import named_differences
from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.http.wire import encode
from tests.fake_wix.shops.nasty import nasty
from tests.fake_wix.stores_v1.media import picture
from tests.fake_wix.stores_v1.model import Collection
from tests.target.contacts.harness import QuickTarget
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
SCHEMA: Json = {
    "type": "SCHEMA",
    "stream": "products",
    "schema": {"type": "object", "properties": {"id": {}}},
    "key_properties": [],
}
ALL_KINDS = {"unknown_id": "create", "rejected_dir": None}


class Run:
    """A run of the target over records, in this process."""

    def __init__(self, wix: FakeWix, site: Site, records: list[Json], **settings: Any) -> None:
        messages = [SCHEMA] + [
            {"type": "RECORD", "stream": "products", "record": one} for one in records
        ]
        target = QuickTarget(config={**site.settings(wix.url), **settings})
        before, writes = len(site.requests), len(site.requests.writes)
        self.code = target.run(io.StringIO("".join(encode(m).decode() + "\n" for m in messages)))
        self.naps = target.naps
        tally = target.outcomes.tally("products")
        self.counts = {kind.value: count for kind, count in tally.counts.items() if count}
        self.codes = dict(tally.codes)
        self.dropped = dict(tally.dropped)
        self.requests = len(site.requests) - before
        self.writes = site.requests.writes[writes:]


@contextmanager
def serving(*versions: str) -> Iterator[tuple[FakeWix, list[Site]]]:
    sites = [Site(version) for version in versions]
    with FakeWix(*sites) as wix:
        yield wix, sites


def records(wix: FakeWix, site: Site) -> list[Json]:
    """The shop as the tap gives it out."""
    opened = open_site(wix, site)
    rows = [dict(row) for row in PRODUCTS.rows(opened)]
    found: list[Json] = json.loads(
        encode([{**row, "catalogVersion": site.catalog_version} for row in rows])
    )
    return found


def unlike(one: Json, other: Json, apart: set[str]) -> set[str]:
    found = {name for name in named_differences(one, other) if name not in apart}
    if "modifiers" in found and _asked(one) == _asked(other):
        found.remove("modifiers")
    return found


def _asked(product: Json) -> list[Json]:
    """Questions with choices: fields to write into cannot be made on V1 (stores-v1 7, trap 14)."""
    rows = product.get("modifiers") or []
    return [row["name"] for row in rows if row["modifierRenderType"] != "FREE_TEXT"]


# -- the same shop, and another one -----------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_a_shop_onto_itself_is_no_write(seed: int) -> None:
    with serving(V1) as (wix, (site,)):
        nasty(site, seed, products=150, contacts=0)
        run = Run(wix, site, records(wix, site))
        assert (run.code, run.counts, run.writes) == (0, {"unchanged": 150}, [])


@pytest.mark.parametrize("seed", range(2))
def test_a_v1_shop_becomes_an_empty_v1_shop(seed: int) -> None:
    with serving(V1, V1) as (wix, (one, other)):
        nasty(one, seed, products=100, contacts=0)
        came = records(wix, one)
        run = Run(wix, other, came, **ALL_KINDS)
        digital = sum(row.get("productType") == "DIGITAL" for row in came)
        assert run.counts == {"created": 100 - digital, "rejected": digital}
        assert run.codes == {"CATALOG_V1_CANNOT_HOLD": digital}
        went = {row["slug"]: row for row in records(wix, other)}
        held = [row for row in came if row.get("productType") != "DIGITAL"]
        for row in held:
            assert unlike(row, went[row["slug"]], {"media"}) == set(), row["slug"]
            media = [len((p.get("media") or {}).get("itemsInfo", {}).get("items", []))
                     for p in (row, went[row["slug"]])]  # fmt: skip
            assert media[0] == media[1]
        again = Run(wix, other, held, **ALL_KINDS)
        assert (again.counts, again.writes) == ({"unchanged": len(held)}, [])


def test_stock_comes_along_to_a_new_shop_and_is_left_alone_afterwards() -> None:
    with serving(V1, V1) as (wix, (one, other)):
        nasty(one, 5, products=40, contacts=0)
        Run(wix, other, records(wix, one), **ALL_KINDS)
        there = {product.fields["slug"]: product for product in other.v1.products()}
        for product in one.v1.products():
            copy = there.get(product.fields["slug"])
            if copy is None:
                continue
            assert copy.track_quantity is product.track_quantity
            if product.track_quantity:
                before = [stock.quantity for stock in _stocks(product)]
                assert [s.quantity for s in _stocks(copy)] == [max(n, 0) for n in before]
            else:
                before = [stock.in_stock for stock in _stocks(product)]
                assert [s.in_stock for s in _stocks(copy)] == before


def _stocks(product: Any) -> list[Any]:
    return [one.stock for one in product.variants] if product.managed else [product.stock]


@pytest.mark.parametrize("seed", range(2))
def test_a_v3_shop_becomes_a_v1_shop_as_far_as_v1_holds_it(seed: int) -> None:
    with serving(V3, V1) as (wix, (one, other)):
        nasty(one, seed, products=80, contacts=0)
        came = records(wix, one)
        run = Run(wix, other, came, **ALL_KINDS)
        assert set(run.codes) <= {"CATALOG_V1_CANNOT_HOLD"}
        assert run.counts["created"] == 80 - run.counts["rejected"]
        went = {row["slug"]: row for row in records(wix, other)}
        apart = {"media", "visibleInPos", "tags", "taxGroupId", "extendedFields", "description"}
        apart |= {"mainCategoryId", "additionalRibbons", "physicalProperties", "handle"}
        apart |= {f"variantsInfo.variants.{n}" for n in ("barcode", "price", "physicalProperties")}
        held = [row for row in came if row["slug"] in went]
        for row in held:
            copy = went[row["slug"]]
            assert unlike(row, copy, {*apart, "variantsInfo"}) == set()
            assert _paid(row) == _paid(copy)
        again = Run(wix, other, held, **ALL_KINDS)
        assert (again.counts, again.writes) == ({"unchanged": len(held)}, [])


def _paid(product: Json) -> list[str]:
    """What the buyers of the variants pay that can be bought."""
    rows = product["variantsInfo"]["variants"]
    seen = [row for row in rows if row.get("visible") is not False or len(rows) == 1]
    return sorted(f"{float(row['price']['actualPrice']['amount']):.3f}" for row in seen)


@pytest.mark.parametrize("seed", range(2))
def test_a_v1_shop_becomes_a_v3_shop(seed: int) -> None:
    with serving(V1, V3) as (wix, (one, other)):
        nasty(one, seed, products=60, contacts=0)
        came = records(wix, one)
        run = Run(wix, other, came, **ALL_KINDS)
        went = {row["slug"]: row for row in records(wix, other)}
        assert len(went) == run.counts["created"]
        held = [row for row in came if row["slug"] in went]
        for row in held:
            assert _paid(row) == _paid(went[row["slug"]])
        again = Run(wix, other, held, **ALL_KINDS)
        assert (again.counts, again.writes) == ({"unchanged": len(held)}, [])


@pytest.mark.parametrize("kind", ["color", "drop_down"])
@pytest.mark.parametrize("managed", [True, False])
@pytest.mark.parametrize("treats", ["kept", "in_gallery", "dropped"])
def test_pictures_of_choices_of_a_v1_shop_come_to_a_v3_shop_once(
    kind: str, treats: str, *, managed: bool
) -> None:
    with serving(V1, V3) as (wix, (one, other)):
        other.v3.switches.choice_pictures = treats
        key = coloured(one, kind, managed=managed)
        product = one.v1.edit(key)
        product.media = [picture(f"{n}.jpg") for n in range(3)]
        product.choice_media = {"Colour": {"Red": ["0.jpg", "1.jpg"], "Blue": ["2.jpg"]}}
        one.v1.save(product, indexed=True)
        came = records(wix, one)
        assert Run(wix, other, came, **ALL_KINDS).counts == {"created": 1}
        if treats != "dropped":
            (made,) = other.v3.products.all()
            (option,) = made["options" if managed else "modifiers"]
            shown = [len(row["media"]["items"]) for row in option["choicesSettings"]["choices"]]
            assert shown == [2, 1]
        for _ in range(2):
            other.v3.products.flush()
            again = Run(wix, other, came, **ALL_KINDS)
            assert (again.counts, again.writes) == ({"unchanged": 1}, [])


def coloured(site: Site, kind: str = "color", *, managed: bool = True) -> str:
    """A V1 product in two colours; its id."""
    colours = {"Red": "#FF0000", "Blue": "#0000FF"}
    choices = [
        {"value": code if kind == "color" else name, "description": name}
        for name, code in colours.items()
    ]
    options = [{"optionType": kind, "name": "Colour", "choices": choices}]
    return add(site, manageVariants=managed, productOptions=options)


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("managed", [True, False])
@pytest.mark.parametrize("version", [V1, V3])
def test_colours_come_to_a_v1_shop_once_whether_it_keeps_the_kind_of_an_option_or_not(
    version: str, *, kept: bool, managed: bool
) -> None:
    """`optionType` is read-only by type and accepted by Wix's recipe (stores-v1 2.3, 2.9)."""
    with serving(V1, version, V1) as (wix, (first, one, other)):
        coloured(first, managed=managed)
        came = records(wix, first)
        if version == V3:
            Run(wix, one, came, **ALL_KINDS)
            came = records(wix, one)
        other.v1.switches.option_type_kept = kept
        assert Run(wix, other, came, **ALL_KINDS).counts == {"created": 1}
        again = Run(wix, other, came, **ALL_KINDS)
        assert (again.code, again.counts, again.writes) == (0, {"unchanged": 1}, [])
        (there,) = other.v1.products()
        shown = there.options[0]
        assert shown["optionType"] == ("color" if kept else "drop_down")
        assert [one["description"] for one in shown["choices"]] == ["Red", "Blue"]
        changed = copy.deepcopy(came)
        rows = changed[0]["options" if managed else "modifiers"][0]["choicesSettings"]["choices"]
        rows.append({"choiceType": "ONE_COLOR", "name": "Green", "colorCode": "#00FF00"})
        run = Run(wix, other, changed, stale_records="overwrite", **ALL_KINDS)
        assert run.code == 0
        assert b"optionType" not in encode([one.body for one in run.writes])
        (there,) = other.v1.products()
        assert [one["description"] for one in there.options[0]["choices"]] == [
            "Red",
            "Blue",
            "Green",
        ]
        again = Run(wix, other, changed, stale_records="overwrite", **ALL_KINDS)
        assert (again.counts, again.writes) == ({"unchanged": 1}, [])


# -- how many requests ------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["id", "handle"])
def test_a_thousand_new_products_are_hardly_more_than_a_thousand_requests(key: str) -> None:
    with serving(V1) as (wix, (site,)):
        rows: list[Json] = []
        for number in range(1000):
            row: Json = {"name": f"Cup {number}", "sku": f"C-{number}", "price": "12.10"}
            row[key] = site.new_id() if key == "id" else f"erp-{number}"
            rows.append(row)
        run = Run(wix, site, rows, unknown_id="create")
        assert run.counts == {"created": 1000}
        assert run.requests <= 1030
        again = Run(wix, site, rows, unknown_id="create")
        assert (again.counts, again.writes) == ({"unchanged": 1000}, [])


def test_a_thousand_unchanged_products_are_a_handful_of_requests() -> None:
    with serving(V1) as (wix, (site,)):
        for number in range(1000):
            site.v1.add({"name": f"Cup {number}", "priceData": {"price": 5}}, indexed=True)
        run = Run(wix, site, records(wix, site))
        assert run.counts == {"unchanged": 1000}
        assert run.requests <= 15


# -- rows of an ERP ---------------------------------------------------------------------------


@pytest.fixture
def shop(wix_v1: FakeWix) -> FakeWix:
    return wix_v1


def add(site: Site, name: str = "Apron", **fields: Any) -> str:
    return site.v1.add({"name": name, "priceData": {"price": 40}, **fields}, indexed=True).id


def sized(site: Site, **fields: Any) -> str:
    """An apron in two sizes, with skus."""
    labels = [{"value": size, "description": size} for size in ("S", "M")]
    options = [{"optionType": "drop_down", "name": "Size", "choices": labels}]
    key = add(site, manageVariants=True, productOptions=options, **fields)
    product = site.v1.edit(key)
    for variant in product.variants:
        variant.sku = f"A-{variant.choices['Size']}"
    site.v1.save(product, indexed=True)
    return key


def test_a_row_of_one_sku_changes_that_variant_and_what_its_buyer_pays(shop: FakeWix) -> None:
    key = sized(shop.site, discount={"type": "PERCENT", "value": 10})
    ids = [one.id for one in shop.site.v1.product(key).variants]
    row = {"sku": "A-M", "price": "27", "quantity": 5, "name": "not this"}
    run = Run(shop, shop.site, [row], track_quantity=True)
    assert run.counts == {"updated": 1}
    (product,) = records(shop, shop.site)
    paid = [one["price"]["actualPrice"]["amount"] for one in product["variantsInfo"]["variants"]]
    assert (paid, product["name"]) == (["36", "27"], "Apron")
    there = shop.site.v1.product(key)
    assert [one.id for one in there.variants] == ids
    assert (there.track_quantity, there.variants[1].stock.quantity) == (True, 5)
    again = Run(shop, shop.site, [row], track_quantity=True)
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])


def test_a_quantity_for_stock_that_is_not_counted_is_told_of_and_the_rest_is_written(
    shop: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    key = sized(shop.site)
    run = Run(shop, shop.site, [{"sku": "A-M", "quantity": 5, "price": "77"}])
    assert (run.code, run.counts) == (0, {"updated": 1})
    assert "quantity of uncounted variants" in caplog.text
    assert shop.site.v1.product(key).variants[1].price == 77
    again = Run(shop, shop.site, [{"sku": "A-M", "quantity": 5, "price": "77"}])
    assert (again.counts, again.writes) == ({"unchanged": 1}, [])
    assert not shop.site.v1.product(key).track_quantity


def test_stock_of_several_variants_is_one_request_and_keeps_being_counted(shop: FakeWix) -> None:
    key = sized(shop.site)
    product = shop.site.v1.edit(key)
    product.track_quantity = True
    shop.site.v1.save(product, indexed=True)
    rows: list[Json] = [{"sku": "A-S", "quantity": "3"}, {"sku": "A-M", "quantity": 4}]
    run = Run(shop, shop.site, rows)
    assert sum(run.counts.values()) == 2
    (sent,) = run.writes
    assert sent.body["inventoryItem"]["trackQuantity"] is True
    assert [one.stock.quantity for one in shop.site.v1.product(key).variants] == [3, 4]
    assert Run(shop, shop.site, rows).writes == []


def test_collections_are_changed_by_name_in_one_request_each(
    shop: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    names = {}
    for name in ("Kitchen", "Sale"):
        names[name] = shop.site.new_id()
        shop.site.v1.save_collection(Collection(names[name], name, name.lower()), indexed=True)
    keys = [add(shop.site, f"Cup {number}", sku=f"C-{number}") for number in range(3)]
    rows = [{"sku": f"C-{number}", "collections": "Kitchen;All Products"} for number in range(3)]
    run = Run(shop, shop.site, rows)
    assert (run.counts, len(run.writes)) == ({"updated": 3}, 1)
    assert Run(shop, shop.site, rows).writes == []
    run = Run(shop, shop.site, [{"sku": "C-0", "collections": ["sale"]}])
    assert run.counts == {"updated": 1}
    assert shop.site.v1.product(keys[0]).collection_ids == [names["Sale"]]
    run = Run(shop, shop.site, [{"sku": "C-1", "collections": ["Nowhere"]}])
    assert (run.code, run.counts) == (0, {"unchanged": 1})
    assert "unknown collections" in caplog.text
    assert shop.site.v1.product(keys[1]).collection_ids == [names["Kitchen"]]


def test_a_handle_is_the_slug_of_a_product_that_nothing_else_tells(shop: FakeWix) -> None:
    row = {"handle": "erp-1044", "name": "Apron", "price": 12}
    assert Run(shop, shop.site, [row]).counts == {"created": 1}
    assert [one.fields["slug"] for one in shop.site.v1.products()] == ["erp-1044"]
    assert Run(shop, shop.site, [{**row, "price": 13}]).counts == {"updated": 1}
    assert len(list(shop.site.v1.products())) == 1


def test_pictures_are_sent_when_their_number_differs(shop: FakeWix) -> None:
    key = add(shop.site, sku="C")
    product = shop.site.v1.edit(key)
    product.media = [picture("old.jpg")]
    shop.site.v1.save(product, indexed=True)
    one = {"sku": "C", "image_urls": "https://example.com/1.jpg"}
    assert Run(shop, shop.site, [one]).writes == []
    two = {"sku": "C", "image_urls": "https://example.com/1.jpg;https://example.com/2.jpg"}
    assert Run(shop, shop.site, [two]).counts == {"updated": 1}
    assert len(shop.site.v1.product(key).media) == 2
    assert Run(shop, shop.site, [two]).writes == []


def test_pictures_that_wix_cannot_fetch_are_named_once_a_run(
    shop: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    """Wix never tells that it cannot, so that each run finds them missing (stores-v1 2.6)."""
    urls = ["https://x.example/a.jpg", "https://x.example/broken.jpg"]
    rows = [{"sku": f"S{n}", "name": f"N{n}", "price": 1, "image_urls": urls} for n in range(3)]
    assert Run(shop, shop.site, rows).counts == {"created": 3}
    shop.site.flush_index()
    assert "cannot fetch" not in caplog.text
    for settings in ({"dry_run": True}, {}):
        caplog.clear()
        assert Run(shop, shop.site, rows, **settings).counts == {"updated": 3}
        assert caplog.text.count("Wix cannot fetch one of them") == 1
        assert "S0 has 1 of the 2 pictures" in caplog.text
    caplog.clear()
    fewer = [{**row, "image_urls": urls[:1]} for row in rows]
    assert Run(shop, shop.site, fewer).counts == {"unchanged": 3}
    assert "cannot fetch" not in caplog.text


def test_a_video_stays_though_the_column_of_pictures_does_not_name_it(shop: FakeWix) -> None:
    key = add(shop.site, sku="C")
    product = shop.site.v1.edit(key)
    file = {"url": "https://video.wixstatic.com/v/1.mp4", "width": 1280, "height": 720}
    clip = picture("clip") | {"mediaType": "video", "video": {"files": [file]}}
    del clip["image"]
    product.media = [picture("a.jpg"), clip, picture("b.jpg")]
    shop.site.v1.save(product, indexed=True)
    urls = [f"https://static.wixstatic.com/media/{name}" for name in ("a.jpg", "b.jpg")]
    row = {"slug": product.fields["slug"], "image_urls": urls}
    assert Run(shop, shop.site, [{"sku": "C", "image_urls": urls}, row]).writes == []
    assert Run(shop, shop.site, [{"sku": "C", "image_urls": urls[:1]}]).counts == {"updated": 1}
    assert [one["id"] for one in shop.site.v1.product(key).media] == ["a.jpg", "clip"]
    assert Run(shop, shop.site, [{"sku": "C", "image_urls": []}]).counts == {"updated": 1}
    assert [one["id"] for one in shop.site.v1.product(key).media] == ["clip"]


def test_a_record_older_than_the_shop_is_refused(shop: FakeWix) -> None:
    key = add(shop.site)
    (came,) = records(shop, shop.site)
    shop.site.clock.advance(60)
    product = shop.site.v1.edit(key)
    product.fields["name"] = "Renamed by the owner"
    shop.site.v1.save(product)
    run = Run(shop, shop.site, [{**came, "name": "Old"}])
    assert (run.codes, run.writes) == ({"STALE_RECORD": 1}, [])
    run = Run(shop, shop.site, [{**came, "name": "Old"}], stale_records="overwrite")
    assert run.counts == {"updated": 1}


def test_deleted_records_delete_their_products(shop: FakeWix) -> None:
    key = add(shop.site)
    gone = {"id": key, "_sdc_deleted_at": "2026-10-01T00:00:00Z"}
    assert Run(shop, shop.site, [gone]).counts == {"ignored": 1}
    assert Run(shop, shop.site, [gone, gone], delete_mode="delete").counts["deleted"] == 1
    assert list(shop.site.v1.products()) == []


def test_a_dry_run_writes_nothing(shop: FakeWix) -> None:
    key = add(shop.site, sku="C")
    rows = [{"sku": "C", "price": 5}, {"sku": "NEW", "name": "New", "price": 5}]
    run = Run(shop, shop.site, rows, dry_run=True)
    assert (run.counts, run.writes) == ({"created": 1, "updated": 1}, [])
    assert shop.site.v1.product(key).price == 40


# -- faults -----------------------------------------------------------------------------------

FAULTS: dict[str, Callable[[str], faults.Fault]] = {
    "throttle": lambda path: faults.throttle_429(path, times=2),
    "server": lambda path: faults.server_error(path, times=2),
    "server after": lambda path: faults.server_error(path, effect="after"),
    "cut": faults.cut_connection,
    "lost": faults.lost_answer,
    "truncated": faults.truncated_json,
    "html": faults.html_page,
    "empty 403": lambda path: faults.empty_403(path, after=1),
}


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize(
    "path", ["/products$", "/products/[^/]+$", "/variants$", "/media$", "/v2/"]
)
def test_no_fault_loses_or_doubles_anything(kind: str, path: str) -> None:
    with serving(V1, V1) as (wix, (one, other)):
        for number in range(2):
            key = sized(one)
            product = one.v1.edit(key)
            product.fields["slug"] = f"erp-{number}"
            product.media = [picture(f"{number}.jpg")]
            product.track_quantity = True
            product.variants[1].price = product.price + 5
            for variant in product.variants:
                variant.sku = f"{number}-{variant.choices['Size']}"
            one.v1.save(product, indexed=True)
        came = records(wix, one)
        other.faults.add(FAULTS[kind](f"^/stores/.*{path}"))
        run = Run(wix, other, came, **ALL_KINDS)
        assert run.counts == {"created": 2}
        went = {row["slug"]: row for row in records(wix, other)}
        assert len(list(other.v1.products())) == 2
        for row in came:
            assert unlike(row, went[row["slug"]], {"media"}) == set()
        assert [len(product.media) for product in other.v1.products()] == [1, 1]
        assert Run(wix, other, came, **ALL_KINDS).writes == []


@pytest.mark.parametrize("status", [428, 501])
def test_a_shop_that_wix_moves_in_mid_run_ends_the_run_with_what_was_written(
    shop: FakeWix, status: int
) -> None:
    def move(site: Site, _: Any) -> None:
        site.catalog_version, site.wrong_catalog_status = V3, status

    shop.site.faults.add(faults.hook(move, "/products$", method="POST", after=2))
    rows = [{"sku": f"C-{n}", "name": f"Cup {n}", "price": 5} for n in range(4)]
    assert Run(shop, shop.site, rows).code == 1
    assert len(list(shop.site.v1.products())) == 2
