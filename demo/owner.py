"""The shop's owner: looks at the shop and changes things in it over Wix's API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fake_wix import FakeWix
    from tests.fake_wix.http.recorder import RecordedRequest

SECONDS = 30


@dataclass(frozen=True)
class Written:
    """What one request wrote: to which entity, and which fields it carried."""

    kind: str
    id: str
    fields: tuple[str, ...]


class Owner:
    """Somebody who works on the shop while the warehouse is away."""

    def __init__(self, wix: FakeWix) -> None:
        """Log in to the first site of this Wix."""
        self._url = wix.url
        self._headers = {"Authorization": wix.site.api_key, "wix-site-id": wix.site.site_id}

    def product(self, product_id: str) -> dict[str, Any]:
        """Return a product as the shop has it."""
        fields = "?fields=VARIANT_OPTION_CHOICE_NAMES"
        return dict(self._call("GET", f"/stores/v3/products/{product_id}{fields}")["product"])

    def contact(self, contact_id: str) -> dict[str, Any]:
        """Return a contact as the shop has it."""
        return dict(self._call("GET", f"/contacts/v4/contacts/{contact_id}")["contact"])

    def rename_product(self, product_id: str, name: str) -> None:
        """Give a product another name."""
        product = {"id": product_id, "revision": self.product(product_id)["revision"], "name": name}
        self._call("PATCH", f"/stores/v3/products/{product_id}", {"product": product})

    def add_contact(self, first: str, last: str, email: str) -> None:
        """Enter a new customer."""
        emails = {"items": [{"tag": "MAIN", "email": email}]}
        info = {"name": {"first": first, "last": last}, "emails": emails}
        self._call("POST", "/contacts/v4/contacts", {"info": info})

    def _call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        answer = requests.request(
            method, f"{self._url}{path}", json=body, headers=self._headers, timeout=SECONDS
        )
        answer.raise_for_status()
        return answer.json()


def written(writes: Iterable[RecordedRequest]) -> list[Written]:
    """Say what these requests wrote, an entry for each entity that a request carries."""
    entries = []
    for request in writes:
        body = request.body or {}
        if "/contacts/v4/contacts" in request.path:
            entries.append(_entry("contact", request.path, body.get("info", {})))
            continue
        entries.extend(
            _entry("product", request.path, item.get("product", item))
            for item in body.get("products") or [body]
        )
    return entries


def _entry(kind: str, path: str, fields: dict[str, Any]) -> Written:
    in_path = re.search(r"/(?:products|contacts)/([0-9a-f-]{36})", path)
    key = fields.get("id") or (in_path.group(1) if in_path else "")
    return Written(kind, str(key), tuple(sorted(set(fields) - {"id", "revision"})))
