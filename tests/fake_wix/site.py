"""One Wix site: who may call it, how it behaves, and what it holds."""

from __future__ import annotations

import itertools
import random
import threading
import uuid
from typing import TYPE_CHECKING, Any

from tests.fake_wix.business import Business
from tests.fake_wix.clock import Clock
from tests.fake_wix.contacts.book import ContactBook
from tests.fake_wix.contacts.trash_bin import TrashBin
from tests.fake_wix.ecom.state import Ecom
from tests.fake_wix.http.faults import Faults
from tests.fake_wix.http.recorder import RequestLog
from tests.fake_wix.http.throttle import Throttle
from tests.fake_wix.members.read import Members
from tests.fake_wix.query import Cursors
from tests.fake_wix.stores_v1.state import CatalogV1
from tests.fake_wix.stores_v3.state import CatalogV3

if TYPE_CHECKING:
    from tests.fake_wix.store import Store

V1, V3, NOT_INSTALLED = "V1_CATALOG", "V3_CATALOG", "STORES_NOT_INSTALLED"
API_KEY = "IST.fake-key-of-the-owner"
APP_ID = "5a3d6b1e-0000-4000-8000-00000000a001"
APP_SECRET = "fake-app-secret"
FOUR_HOURS = 14_400
# Permission ids that are spelt otherwise than the scope that gives them (wix-api platform 2.1).
_SCOPES = {
    "WIX_STORES.INVENTORY_READ": "STORES.INVENTORY_ITEM_READ",
    "WIX_STORES.STORES_LOCATION_READ": "STORES.LOCATION_READ",
    **{
        f"WIX_STORES.{name}_READ": f"STORES.{name}_READ"
        for name in ("BRAND", "RIBBON", "INFO_SECTION", "CUSTOMIZATION")
    },
}
_sites = itertools.count(1_000_000)


class Site:
    """A site of the fake Wix. Everything on it can be changed while it is being served."""

    def __init__(
        self,
        catalog_version: str = V3,
        *,
        site_id: str = "",
        account_id: str = "",
        api_key: str = API_KEY,
        seed: int | None = None,
    ) -> None:
        """An empty site with the catalog of the given version; ids on it are the same for the same seed.

        Without a seed no two sites have an id in common, as with Wix.
        """
        self.random = random.Random(next(_sites) if seed is None else seed)
        self.lock = threading.RLock()
        self.catalog_version = catalog_version
        self.site_id = site_id or self.new_id()
        self.account_id = account_id or self.new_id()
        self.api_keys: set[str] = {api_key}
        self.app_id, self.app_secret, self.instance_id = APP_ID, APP_SECRET, self.new_id()
        self.token_lifetime = FOUR_HOURS
        self.tokens: dict[str, float] = {}
        self.scopes: set[str] = {"*"}
        self.denied: set[str] = set()
        # What the reference leaves open or what varies from site to site.
        self.wrong_catalog_status = 428
        self.wrong_catalog_code = "CATALOG_V3_CALLING_CATALOG_V1_API"
        self.version_endpoint_missing = False
        self.currency = "EUR"
        self.clock = Clock()
        self.index_lag: float | None = 0.0
        self.consistency = False
        self.reads_up_to = 0
        self.stores: list[Store] = []
        self._sequence = 0
        self.cursors = Cursors()
        self.throttle = Throttle()
        self.faults = Faults()
        self.requests = RequestLog()
        # The domains, one attribute each.
        self.contacts = ContactBook(self)
        self.v1 = CatalogV1(self)
        self.v3 = CatalogV3(self)
        self.ecom = Ecom(self)
        self.members = Members(self)
        self.business = Business(self)
        self.trash_bin = TrashBin(self)
        self.listing: dict[str, Any] = {}

    @property
    def api_key(self) -> str:
        """A key that works."""
        return next(iter(self.api_keys))

    def new_id(self) -> str:
        """A GUID as Wix gives one."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def now(self, digits: int | None = None) -> str:
        """The time as this site writes it."""
        return self.clock.now(digits)

    def next_sequence(self) -> int:
        """The number of the next write; X-Wix-Consistent tells it to the client."""
        self._sequence += 1
        return self._sequence

    @property
    def sequence(self) -> int:
        """The number of the last write."""
        return self._sequence

    def flush_index(self) -> None:
        """Let all indexes catch up."""
        with self.lock:
            for store in self.stores:
                store.flush()

    def allows(self, *scopes: str) -> bool:
        """Whether the owner gave any one of these permissions; none asked for is always given."""
        given, denied = ({_scope(name) for name in names} for names in (self.scopes, self.denied))
        return not scopes or any(
            _scope(name) not in denied and ("*" in given or _scope(name) in given)
            for name in scopes
        )

    def deny(self, *scopes: str) -> None:
        """Take permissions away from key and app, named by scope or by permission id."""
        self.denied.update(scopes)

    def settings(self, url: str) -> dict[str, Any]:
        """The settings with which tap and target reach this site by API key."""
        return {
            "api_key": self.api_key,
            "site_id": self.site_id,
            "api_url": url,
            "requests_per_minute": 60_000,
        }

    def app_settings(self, url: str) -> dict[str, Any]:
        """The settings with which tap and target reach this site as an app."""
        return {
            "app_id": self.app_id,
            "app_secret": self.app_secret,
            "instance_id": self.instance_id,
            "api_url": url,
            "requests_per_minute": 60_000,
        }


def _scope(name: str) -> str:
    """One spelling for a permission: `SCOPE.STORES.BRAND_READ` is `WIX_STORES.BRAND_READ`."""
    plain = name.removeprefix("SCOPE.")
    return _SCOPES.get(plain, plain)
