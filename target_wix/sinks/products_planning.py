"""What a product shall be, of all the records of a batch that mean it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.migration.shapes import as_object, as_objects, inside
from tap_wix.api.times import canonical
from target_wix.mapping.keys import key_text
from target_wix.mapping.products.choice_pictures import LEFT_OUT, without_choice_pictures
from target_wix.mapping.products.compare import differences, named_differences
from target_wix.mapping.products.foreign import with_picture_addresses, without_foreign_ids
from target_wix.mapping.products.media import current_items, desired_items
from target_wix.mapping.products.merge import applied, completed
from target_wix.mapping.products.slugs import own_slug
from target_wix.mapping.products.stock import (
    BELOW_ZERO,
    checked,
    is_below_zero,
    merged_stock,
)
from target_wix.mapping.products.texts import lost_from
from target_wix.mapping.products.variants import OPENING, STOCK, choice_names, variants_of
from target_wix.results import Rejection
from target_wix.sinks.products_cache import MOST
from target_wix.sinks.products_repeats import incomplete, refused_variants, united

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from target_wix.catalogs.protocol import Catalog, Product, StockWish
    from target_wix.mapping.products.wish import ProductWish
    from target_wix.notices import Notices
    from target_wix.settings import TargetSettings
    from target_wix.sinks.products_groups import Ask, Choices, Group

STALE, CONTRADICTION = "STALE_RECORD", "CONTRADICTING_KEYS"
OVERRULED = "values of rows of one product that a later row overrules"


@dataclass
class OwnWrite:
    """What this run did to a product, so that its own writes do not make records look old.

    Attributes:
        revision: the product's before the first write.
        updated: the moment of its last change before the first write.
        newest: the newest revision that is ours.
    """

    revision: int
    updated: str
    newest: int


class Planner:
    """Merges, compares and checks; sends nothing."""

    def __init__(self, catalog: Catalog, settings: TargetSettings, notices: Notices) -> None:
        """Plan for a shop."""
        self._catalog = catalog
        self._settings = settings
        self._notices = notices
        self._own: dict[str, OwnWrite] = {}
        self._row_skus: dict[str, str] = {}

    def plan(self, group: Group, reject: Callable[[Ask, Rejection], None]) -> None:
        """Work out what the product shall be; records that cannot be are refused and leave."""
        group.desired = group.current
        group.stock, group.opening, group.missing = {}, {}, {}
        group.repeated = []
        refused = refused_variants(group.asks, group.current)
        if refused and not group.product_id:
            refused |= {ask: incomplete() for ask in group.asks if ask not in refused}
        for ask, rejection in refused.items():
            group.asks.remove(ask)
            reject(ask, rejection)
        for ask in group.asks:
            self._clean(group, ask)
        wishes = united(
            group.asks, group.current, lambda name: self._notices.left_out(OVERRULED, name=name)
        )
        for ask, wish in zip(list(group.asks), wishes, strict=True):
            refusal = self._refusal(group, ask, wish)
            if refusal is not None:
                group.asks.remove(ask)
                reject(ask, refusal)
        if group.asks and not group.product_id:
            self._complete(group)
        elif group.asks:
            self._keep_pictures(group)
        group.changed = differences(group.current, group.desired)
        if not group.changed:
            # Records that differ from each other can come to what the shop has.
            for ask in group.asks:
                ask.changed = []

    def _keep_pictures(self, group: Group) -> None:
        """Leave pictures alone that several records changed to as many as the shop has."""
        replace = self._settings.media == "replace"
        if group.desired.get("media") is group.current.get("media"):
            return
        items = current_items(group.desired)
        if desired_items(items, group.current, replace=replace) is None:
            group.desired = {**group.desired, "media": group.current.get("media")}

    def _clean(self, group: Group, ask: Ask) -> None:
        """Take the ids of another site out of a record that has one itself."""
        wish = ask.wish
        if wish.id and wish.id != group.product_id and not ask.cleaned:
            with self._notices.about(ask.incoming.key):
                ask.wish = without_foreign_ids(wish, self._notices.left_out)
            ask.cleaned = True

    def _refusal(self, group: Group, ask: Ask, wish: ProductWish) -> Rejection | None:
        """Lay a record over the product; return why it cannot be."""
        try:
            with self._notices.about(ask.incoming.key):
                self._lay_over(group, ask, wish)
        except Rejection as rejection:
            return rejection
        return None

    def _lay_over(self, group: Group, ask: Ask, wish: ProductWish) -> None:
        wish = self._usable(group, ask, wish)
        self._refuse_another_sku(group, ask)
        only_sku = ask.writes_one_sku(group.desired)
        wanted = applied(
            group.desired,
            wish,
            only_sku=only_sku,
            replace_media=self._settings.media == "replace",
        )
        desired, stock, opening, missing = _without_stock(wanted)
        if group.product_id:
            desired = self._catalog.fit(desired, group.current)
        self._say_lost_texts(group, ask)
        changed = named_differences(group.desired, desired)
        if changed and self.is_stale(group.current, ask):
            raise Rejection(
                STALE,
                "The shop's version is newer than the one this record was made from, and they"
                f" differ in {', '.join(changed)}.",
                "revision",
            )
        group.desired = desired
        ask.changed = changed
        for choices, one in stock.items():
            group.stock[choices] = merged_stock(group.stock.get(choices), one) or one
        group.opening |= opening
        if ask.by != "id" and self._catalog.version is not CatalogVersion.V1:
            group.missing |= missing
        ask.has_stock = bool(stock)
        if wish.collections is not None and not only_sku:
            group.collections = wish.collections
            group.repeated.append(wish.collections)

    def _usable(self, group: Group, ask: Ask, wish: ProductWish) -> ProductWish:
        """What a record wants, without what means nothing in this shop or would never settle."""
        if not group.product_id:
            return wish if ask.cleaned else with_picture_addresses(wish)
        wish = self._with_keys_of(group.current, ask, wish)
        if self._settings.media != "replace":
            wish, differs = without_choice_pictures(wish, group.current, own=ask.by == "id")
            if differs and LEFT_OUT not in group.told:
                group.told.add(LEFT_OUT)
                self._notices.left_out(LEFT_OUT)
        return wish

    def _say_lost_texts(self, group: Group, ask: Ask) -> None:
        """Say once what of a record's texts the shop cannot show."""
        if not ask.told:
            ask.told = True
            html_only = self._catalog.version is CatalogVersion.V1
            for kind in lost_from(ask.wish.fields, group.current or {}, html_only=html_only):
                self._notices.left_out(kind)

    def _with_keys_of(self, product: Product, ask: Ask, wish: ProductWish) -> ProductWish:
        """Return what a record asks for, without keys that are stronger than what it was found by.

        Raises:
            Rejection: it has another sku, and the settings take skus for stronger.
        """
        keys = self._settings.product_match_keys
        stronger = keys[: keys.index(ask.by)] if ask.by in keys else ()
        own = [key_text(row.get("sku")) for row in variants_of(product)]
        if "sku" in stronger and any(own) and wish.skus and not set(own) & set(wish.skus):
            raise Rejection(
                CONTRADICTION,
                f"The product with its {ask.by} has another sku, which product_match_keys puts"
                " first.",
                "sku",
            )
        keeps_slug = "slug" in stronger and wish.slug and wish.slug != key_text(product.get("slug"))
        if not ask.told:
            if ask.writes_one_sku(product):
                self._note_product_columns(product, wish)
            if wish.handle and product.get("handle") and wish.handle != key_text(product["handle"]):
                self._notices.left_out("handles that differ from the product's, which never change")
            if keeps_slug:
                self._notices.left_out("slugs of products that were found by their sku")
        if not keeps_slug:
            return wish
        fields = {name: value for name, value in wish.fields.items() if name != "slug"}
        return replace(wish, fields=fields)

    def _note_product_columns(self, product: Product, wish: ProductWish) -> None:
        """Name what a row says of the whole product, which one sku of several does not write."""
        whole = applied(product, replace(wish, row=None)) if wish.fields else product
        names = [name for name in named_differences(product, whole) if name != "slug"]
        if names:
            self._notices.left_out(
                "columns of the whole product in rows found by one sku of several",
                name=", ".join(names),
            )

    def _complete(self, group: Group) -> None:
        """Finish a new product.

        Raises:
            Rejection: it lacks what every product needs, or the catalog cannot hold it.
        """
        if not group.desired.get("name"):
            raise unknown_product(group.asks[0], self._settings.product_match_keys)
        if any(ask.wish.is_variant for ask in group.asks):
            raise Rejection(
                "VARIANT_ROW",
                "The row is a variant of another shop, and no product has its sku. Send the product"
                " as one record with options and variantsInfo.",
                "sku",
            )
        desired = completed(group.desired)
        if not desired.get("slug"):
            first = group.asks[0]
            if first.spare_slug:
                desired["slug"] = first.spare_slug
            elif not desired.get("handle") and self._catalog.version is not CatalogVersion.V1:
                desired["slug"] = own_slug(str(desired["name"]), first.wish.seed)
        group.desired = self._catalog.fit(desired, None)
        wishes = {**group.opening, **group.stock}
        if below := sum(map(is_below_zero, wishes.values())):
            self._notices.left_out(BELOW_ZERO, below, key=group.asks[0].incoming.key)
        group.stock = {choices: checked(wish) for choices, wish in wishes.items()}

    def _refuse_another_sku(self, group: Group, ask: Ask) -> None:
        """Refuse a second sku for a product with one variant: a flat row never adds a variant."""
        sku = str((ask.wish.row.variant.get("sku") if ask.wish.row else "") or "")
        rows = variants_of(group.desired)
        if not sku or len(rows) > 1 or ask.by == "id":
            return
        before = self._row_skus.get(group.product_id) if group.product_id else None
        own = rows[0].get("sku") if rows and not group.product_id else before
        if own and key_text(own) != sku:
            raise Rejection(
                "FLAT_ROW_ADDS_VARIANT",
                f"Another row made it the sku {own!r}: several skus of one product need a record"
                " with options and variants.",
                "sku",
            )
        if group.product_id:
            self._row_skus[group.product_id] = sku
            _bound(self._row_skus)

    # -- old records --------------------------------------------------------------------------

    def is_stale(self, current: Product, ask: Ask) -> bool:
        """Tell whether a record is older than the product in the shop, which others changed."""
        wish, key = ask.wish, str(current.get("id") or "")
        if self._settings.stale_records == "overwrite" or ask.by != "id":
            return False
        if not key or wish.id != key:
            return False
        own = self._own.get(key)
        revision = current.get("revision")
        if revision is not None and not (wish.revision is None and wish.from_v1):
            shop = int(revision)
            if own is not None and shop <= own.newest:
                shop = own.revision
            return wish.revision is not None and wish.revision < shop
        shop_date = own.updated if own is not None else _moment(current)
        return bool(wish.updated and shop_date and wish.updated < shop_date)

    def wrote(self, current: Product, revision: str = "", *, more: int = 0) -> None:
        """Note an own write: `more` are the changes of the revision that follow by themselves."""
        key = str(current.get("id"))
        before = _number(current.get("revision"))
        own = self._own.setdefault(key, OwnWrite(before, _moment(current), before))
        _bound(self._own)
        newest = _number(revision) or max(before, own.newest) + (0 if more else 1)
        own.newest = max(own.newest, newest) + more


def unknown_product(ask: Ask, match_keys: Sequence[str]) -> Rejection:
    """Return the refusal of a record that finds no product and is too little for a new one."""
    given = dict(reversed([pair for pair in ask.wish_keys if pair[0] in match_keys]))
    for name in ("sku", "handle", "slug"):
        if name in given:
            reason = f'No product has the {name} "{given[name]}". A new product needs a name.'
            return Rejection(f"UNKNOWN_{name.upper()}", reason, name)
    return Rejection("MISSING_NAME", "A new product needs a name.", "name")


def _bound(cache: dict[str, Any]) -> None:
    """Forget what was noted first: what is that old, the shop knows by now."""
    while len(cache) > MOST:
        del cache[next(iter(cache))]


def _number(value: object) -> int:
    return int(value) if isinstance(value, (str, int)) and str(value).isdigit() else 0


def _moment(product: Product) -> str:
    try:
        return canonical(str(product.get("updatedDate") or ""))
    except ValueError:
        return ""


def _without_stock(
    product: Product,
) -> tuple[Product, dict[Choices, StockWish], dict[Choices, StockWish], dict[Choices, StockWish]]:
    """Part a product from what its variants say of stock.

    Returns:
        The product, and by the choices of the variant: the stock that is wished, the opening stock
        of variants that are new, and that of variants which are there, as it seems without stock.
    """
    stock: dict[Choices, StockWish] = {}
    opening: dict[Choices, StockWish] = {}
    missing: dict[Choices, StockWish] = {}
    rows = []
    for row in variants_of(product):
        choices = choices_key(row, product)
        if STOCK in row:
            stock[choices] = row[STOCK]
        if OPENING in row and not row.get("id"):
            opening[choices] = row[OPENING]
        elif OPENING in row and _may_be_missing(row):
            missing[choices] = row[OPENING]
        rows.append({name: row[name] for name in row if name not in (STOCK, OPENING)})
    if not rows:
        return product, stock, opening, missing
    info = {**as_object(product.get("variantsInfo")), "variants": rows}
    return {**product, "variantsInfo": info}, stock, opening, missing


def _may_be_missing(row: Product) -> bool:
    """Whether a variant was in stock elsewhere and is not here.

    On V3 a run can end after a product was made and before its stock was (wix-api stores-v3 3.4).
    """
    wish: StockWish = row[OPENING]
    there = inside(row, "inventoryStatus", "inStock")
    return there is not True and bool(wish.quantity or wish.in_stock)


def choices_key(variant: Product, product: Product) -> Choices:
    """What tells a variant of a product from the others."""
    return frozenset(choice_names(variant, product.get("options")).items())


def categories_of(product: Product) -> set[str]:
    """The ids of the categories that a product is in."""
    rows = as_objects(inside(product, "directCategoriesInfo", "categories"))
    return {str(row["id"]) for row in rows if row.get("id")}
