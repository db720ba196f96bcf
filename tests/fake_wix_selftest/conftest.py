"""A caller of the fake that adds nothing: no retry, no pacing."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.fake_wix import V1, FakeWix, Site


class Caller:
    """Plain HTTP with the owner's key."""

    def __init__(self, wix: FakeWix) -> None:
        """Speak to the first site."""
        self.wix = wix
        self.site = wix.site
        self.session = requests.Session()
        self.session.headers.update(
            {"Authorization": self.site.api_key, "wix-site-id": self.site.site_id}
        )

    def __call__(
        self, method: str, path: str, body: Any = None, **options: Any
    ) -> requests.Response:
        """One request."""
        return self.session.request(method, self.wix.url + path, json=body, timeout=20, **options)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        """One request that must be answered with 200."""
        answer = self(method, path, body)
        assert answer.status_code == requests.codes.ok, answer.text
        return answer.json()

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """One request that must be refused: status and code (or message)."""
        answer = self(method, path, body)
        assert answer.status_code != requests.codes.ok, answer.text
        said = answer.json()
        return answer.status_code, said["details"].get("applicationError", {}).get("code") or said[
            "message"
        ]


@pytest.fixture
def call() -> Any:
    """A caller of a running fake with one site."""
    with FakeWix(Site(V1)) as wix:
        yield Caller(wix)
