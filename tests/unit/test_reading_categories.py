"""Every category of a Catalog V3 shop."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tap_wix.api.errors import AccessError, AnswerError
from tap_wix.api.stores_v3 import categories as reader
from tap_wix.api.stores_v3.categories import V3_CATEGORIES
from tests.fake_wix import FakeWix, Site, faults
from tests.unit.opening import ids, open_site, small_pages

QUERY = "/categories/query$"


def put(site: Site, **fields: Any) -> str:
    key = site.new_id()
    now = site.now()
    category = {
        "id": key,
        "revision": "1",
        "createdDate": now,
        "updatedDate": now,
        "name": f"Shelf {key[:8]}",
        "slug": f"shelf-{key}",
        "visible": True,
        **fields,
    }
    site.v3.categories.put(category, indexed=True)
    site.v3.members[key] = {}
    return key


def read(wix: FakeWix) -> list[dict[str, Any]]:
    return list(V3_CATEGORIES.rows(open_site(wix)))


def test_all_categories_come_hidden_ones_and_descriptions_too(wix_v3: FakeWix) -> None:
    site = wix_v3.site
    made = [
        put(site),
        hidden := put(site, visible=False, description="For the kitchen"),
    ]
    rows = {row["id"]: row for row in read(wix_v3)}
    assert set(rows) == {site.v3.all_products, *made}
    assert rows[hidden]["description"] == "For the kitchen"
    assert wix_v3.requests.count() == 1


def test_tree_flag_and_fields_go_with_every_page(wix_v3: FakeWix) -> None:
    made = {put(wix_v3.site, visible=False, description="d") for _ in range(10)}
    with small_pages(reader, "ALL_CATEGORIES", 3):
        rows = read(wix_v3)
    assert made <= set(ids(rows))
    assert len(rows) == 11
    assert all(row["description"] == "d" for row in rows if row["id"] in made)
    for request in wix_v3.requests.matching(QUERY):
        assert request.body["treeReference"] == {"appNamespace": "@wix/stores", "treeKey": None}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, ""),
        (403, "NO_PERMISSION_TO_INCLUDE_NOT_VISIBLE_CATEGORIES"),
        (400, "NO_PERMISSION_TO_INCLUDE_NOT_VISIBLE_CATEGORIES"),
        (428, "HIDDEN_CATEGORIES_NOT_ALLOWED"),
    ],
)
def test_hidden_categories_that_are_refused_are_said_to_be_missing(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture, status: int, code: str
) -> None:
    shown = put(wix_v3.site)
    put(wix_v3.site, visible=False)
    details = {"applicationError": {"code": code}} if code else {}
    wix_v3.site.faults.append(
        faults.refusal(
            QUERY,
            status=status,
            body={"message": "", "details": details},
            times=None,
            when=lambda request: bool(request.body.get("returnNonVisibleCategories")),
        )
    )
    with caplog.at_level(logging.WARNING):
        assert ids(read(wix_v3)) == [wix_v3.site.v3.all_products, shown]
    assert "hidden categories" in caplog.text
    assert len(caplog.records) == 1


def test_a_key_without_the_permission_is_told_which(wix_v3: FakeWix) -> None:
    wix_v3.site.deny("CATEGORIES.CATEGORY_READ")
    with pytest.raises(AccessError, match="CATEGORY_READ"):
        read(wix_v3)


def test_a_wrong_envelope_is_an_error(wix_v3: FakeWix) -> None:
    wix_v3.site.faults.append(
        faults.refusal(QUERY, status=200, body={"collections": []}, times=None)
    )
    with pytest.raises(AnswerError):
        read(wix_v3)
