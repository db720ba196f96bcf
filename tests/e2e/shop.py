"""What is in a shop of the fake Wix, as anybody sees it who asks over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fake_wix import FakeWix

LIMIT = 100
SECONDS = 30


def environment(wix: FakeWix, prefix: str) -> dict[str, str]:
    """The settings of a plugin for the first site, as Meltano reads them."""
    settings = wix.site.settings(wix.url)
    return {f"{prefix}_{name.upper()}": str(value) for name, value in settings.items()}


def ask(wix: FakeWix, method: str, path: str, body: object = None) -> Any:
    headers = {"Authorization": wix.site.api_key, "wix-site-id": wix.site.site_id}
    answer = requests.request(
        method, f"{wix.url}{path}", json=body, headers=headers, timeout=SECONDS
    )
    answer.raise_for_status()
    return answer.json()


def contacts(wix: FakeWix) -> dict[str, dict[str, Any]]:
    """All contacts by id; the shop must be small enough for one page."""
    body = {"query": {"paging": {"limit": LIMIT, "offset": 0}}}
    rows = ask(wix, "POST", "/contacts/v4/contacts/query", body)["contacts"]
    assert len(rows) < LIMIT
    return {row["id"]: row for row in rows}


def products_v3(wix: FakeWix) -> dict[str, dict[str, Any]]:
    """All products by id, each as GET has it, with its variants."""
    body = {"query": {"cursorPaging": {"limit": LIMIT}}}
    rows = ask(wix, "POST", "/stores/v3/products/query", body)["products"]
    assert len(rows) < LIMIT
    paths = {row["id"]: f"/stores/v3/products/{row['id']}" for row in rows}
    return {key: ask(wix, "GET", path)["product"] for key, path in paths.items()}


def products_v1(wix: FakeWix) -> dict[str, dict[str, Any]]:
    """All products by id, with their variants."""
    body = {
        "query": {"paging": {"limit": LIMIT}},
        "includeVariants": True,
        "includeHiddenProducts": True,
    }
    rows = ask(wix, "POST", "/stores-reader/v1/products/query", body)["products"]
    assert len(rows) < LIMIT
    return {row["id"]: row for row in rows}


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """All values inside a JSON value by their path, such as `info.emails.items.0.email`."""
    parts: Iterable[tuple[Any, Any]]
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        return {path: value}
    found: dict[str, Any] = {}
    for name, part in parts:
        found |= leaves(part, f"{path}.{name}" if path else str(name))
    return found


def differences(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """What is not the same in two JSON values: (before, after) by path."""
    old, new = leaves(before), leaves(after)
    return {
        path: (old.get(path), new.get(path)) for path in old | new if old.get(path) != new.get(path)
    }
