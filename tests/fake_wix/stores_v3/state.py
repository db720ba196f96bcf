"""What a Catalog V3 shop holds, and the switches for what the reference leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fake_wix.store import Store

if TYPE_CHECKING:
    from tests.fake_wix.site import Site

Json = dict[str, Any]
STORES_APP_ID = "215238eb-22a5-4c36-9e7b-e7c08025e04e"
NAMESPACE = "@wix/stores"
ADMIN = "STORES.PRODUCT_READ_ADMIN"
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF ", "JPY": "¥"}


@dataclass
class Switches:
    """Wix's behaviour where nobody knows it, or where it differs from day to day (stores-v3 11)."""

    handle_writable: bool = True
    updated_date_sortable: bool = True
    url_as_string: bool = False
    sku_unique: bool = False
    inventory_has_next: bool = False
    stock_bumps_product: bool = False
    membership_bumps_product: bool = False
    delete_removes_inventory: bool = True
    all_products_in_memberships: bool = True
    trim_zeros: bool = False
    keep_plain_description: bool = False
    """Give HTML back as it was written instead of re-rendered."""
    plain_description_heeded: bool = True
    """HTML in `plainDescription` is written. The other published reading: it is dropped (3.4)."""
    rich_normalised: bool = False
    """Rich content is kept as an editor would keep it: ids, default data, pictures hosted anew."""
    node_ids_renewed: bool = False
    """Where rich content is normalised, its nodes get other ids."""
    media_raises_revision: bool = True
    """A write with pictures by URL raises `revision` once more after it was answered (3.5)."""
    nulls_ignored: bool = False
    """A null in a PATCH leaves the field: that it clears one is inferred (3.5)."""
    objects_merge: bool = False
    """A PATCH merges objects such as `seoData` instead of replacing them."""
    variant_physical_required: bool = False
    """Samples without were accepted, and recipes differ (3.4)."""
    product_type_change_ignored: bool = False
    options_without_variants_break: bool = False
    """The old behaviour: 200, and every later read and write of the product is a 428 (3.5)."""
    search_ignores_undeclared: bool = True
    """Search drops a filter it does not support and returns the whole catalogue (3.3)."""
    hidden_request_refused: bool = True
    """Asking for hidden products without the right is refused, not just filtered (3.2)."""
    shuffle_bulk: bool = False
    undetailed_failures: int = 0
    """So many of the last rows of the next bulk call fail without a row in the answer."""
    undetailed_counted: bool = True
    """Whether `totalFailures` counts the failures without rows as well."""
    inventory_fails: int = 0
    """So many of the next with-inventory calls make the product and no stock."""
    optionless_unstocked_in_bulk: bool = False
    existing_item_fails: bool = False
    """Adding an item to a category that holds it already is a failure with a code (6.6)."""
    existing_item_code: str = "ITEM_ALREADY_EXISTS_IN_CATEGORY"
    """The code of that failure, which is not published."""
    choice_pictures: str = "kept"
    """Pictures that come for a choice: "kept" with it, "in_gallery" of the product, too, or "dropped" (3.8)."""
    choice_conflict_code: str = "MISSING_OPTIONS_ON_UPDATE_VARIANTS"
    variants_lag: float | str | None = "site"
    default_limit: int = 50
    digital_files_checked: bool = False
    tree_conflicts: int = 0
    """So many of the next category writes find the tree changed by somebody else (6.4)."""
    category_race_creates: bool = False
    """A category create that answers with a tree conflict has happened all the same (6.4)."""


class VariantIndex(Store):
    """The read-only variants API has an index of its own, fed from products."""

    def __init__(self, site: Site, switches: Switches) -> None:
        """Lag as the switch says, or like the site's other indexes."""
        super().__init__(site)
        self._switches = switches

    @property
    def lag(self) -> float | None:
        """Seconds, None = until told to."""
        own = self._switches.variants_lag
        return self._site.index_lag if isinstance(own, str) else own


class CatalogV3:
    """The Catalog V3 half of a shop."""

    def __init__(self, site: Site) -> None:
        """An empty shop with its default location and its All Products category."""
        self.site = site
        self.switches = Switches()
        self.weight_unit = "KG"
        self.site_url = "https://www.example-shop.com"
        self.products = Store(site)
        self.variants = VariantIndex(site, self.switches)
        self.inventory = Store(site)
        self.locations = Store(site)
        self.categories = Store(site)
        self.brands = Store(site)
        self.ribbons = Store(site)
        self.info_sections = Store(site)
        self.customizations = Store(site)
        self.slugs: dict[str, str] = {}
        self.handles: dict[str, str] = {}
        self.skus: dict[str, set[str]] = {}
        self.variant_owner: dict[str, str] = {}
        self.items_of_product: dict[str, list[str]] = {}
        self.media: dict[str, Json] = {}
        self.digital_files: set[str] = set()
        self.members: dict[str, dict[str, None]] = {}
        self.broken_products: set[str] = set()
        self.arriving: set[str] = set()
        now = site.clock.now()
        location = {
            "id": site.new_id(),
            "revision": "1",
            "createdDate": now,
            "updatedDate": now,
            "wixLocationId": site.new_id(),
            "locationType": "VIRTUAL",
            "name": "Default location",
            "defaultLocation": True,
        }
        self.locations.put(location, indexed=True)
        self.default_location = str(location["id"])
        everything = {
            "id": site.new_id(),
            "revision": "1",
            "createdDate": now,
            "updatedDate": now,
            "name": "All Products",
            "slug": "all-products",
            "visible": True,
            "managingAppId": STORES_APP_ID,
        }
        self.categories.put(everything, indexed=True)
        self.all_products = str(everything["id"])
        self.members[self.all_products] = {}

    @property
    def currency(self) -> str:
        """The currency of the site; no price names its own."""
        return self.site.currency

    @property
    def sees_hidden(self) -> bool:
        """Whether the caller may see hidden products and what things cost."""
        return self.site.allows(ADMIN)


def new_variant_row(product: Json) -> Json:
    """What the variants index keeps of a product; the rows are built when somebody asks."""
    return {"id": product["id"], "product": product, "rows": None}


def next_revision(revision: str) -> str:
    """`"1"` after create, one more per change (stores-v3 1)."""
    return str(int(revision) + 1)
