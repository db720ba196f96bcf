"""What a shop would make of the writes of a dry run: it takes a slug only once, for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api.catalog_version import CatalogVersion
from target_wix.pipeline.keys import key_text
from target_wix.products.catalog import Created, Existing, Keys, Updated
from target_wix.products.fields.variants import variants_of
from target_wix.products.simulated import made_up_id
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from target_wix.products.catalog import Change, Creation, KeyRow, Product
    from target_wix.products.run import ProductsRun

_ONCE_A_PRODUCT = {"sku": "SKU_ALREADY_EXIST_ERROR", "barcode": "DUPLICATE_BARCODE_ERROR"}
"""What the variants of one product have each for itself on Catalog V3 (wix-api stores-v3 3.7, 11)."""

_SKU_OF_ANOTHER = (
    "a sku of %s is that of another product. Some shops take it, others refuse the record"
    " (SKU_ALREADY_EXIST_ERROR): a dry run cannot know."
)


_SLUG_OF_ANOTHER_SCRIPT = (
    "a slug has other letters than a-z. Wix makes such slugs itself; whether it takes them from others"
    " (INVALID_SLUG_FORMAT if not), a dry run cannot know."
)


class SimulatedWrites:
    """Answers to the writes of a dry run, in the order in which a run would send them."""

    def __init__(self, run: ProductsRun) -> None:
        self._context = run.context
        self._catalog = run.catalog
        self._matcher = run.matcher
        self._simulated = run.simulated
        self._said_skus_are_shared = False
        self._is_v3 = run.catalog.version is CatalogVersion.V3

    def update(self, changes: Sequence[Change]) -> Iterator[tuple[Change, Updated | Rejection]]:
        """Say what would become of changes; see `Catalog.update`."""
        left_out = self._catalog.foresee_left_out(
            [change.desired if "infoSections" in change.changed else {} for change in changes],
            are_new=False,
        )
        renamed = [change.desired for change in changes if "slug" in change.changed]
        holders = self._holders("slug", _values("slug", renamed))
        self._warn_of_slugs(renamed)
        coded = [change for change in changes if "variantsInfo" in change.changed]
        self._warn_of_skus([(change.desired, change.current) for change in coded])
        for change, names in zip(changes, left_out, strict=True):
            current, desired = change.current, change.desired
            refusal = self._refused(change.changed, desired, current)
            if refusal is None and "slug" in change.changed:
                if holders.get(key_text(desired.get("slug")), set()) - {current["id"]}:
                    reason = "Another product has this slug already; Wix takes it only once."
                    refusal = Rejection(self._catalog.slug_is_taken, reason, "slug")
                else:
                    holders.setdefault(key_text(current.get("slug")), set()).discard(current["id"])
                    holders.setdefault(key_text(desired.get("slug")), set()).add(current["id"])
            if refusal is None:
                yield change, Updated(left_out=tuple(names))
            elif self._is_v3:
                yield change, refusal
            else:
                # Catalog V1 writes the rest, and gives the product another slug (stores-v1 2.3).
                yield change, Updated(rejection=refusal, left_out=(*names, "slug"))

    def create(
        self, creations: Sequence[Creation]
    ) -> Iterator[tuple[Creation, Created | Existing | Rejection]]:
        """Say what would become of new products; see `Catalog.create`."""
        products = [creation.product for creation in creations]
        self._catalog.foresee_left_out(products, are_new=True)
        self._warn_of_skus([(product, {}) for product in products])
        self._warn_of_slugs(products)
        # What has a key that records are matched by would have been found by it.
        holders = {
            name: self._holders(
                name, set() if name in self._matcher.keys else _values(name, products)
            )
            for name in (("slug", "handle") if self._is_v3 else ("slug",))
        }
        for creation in _in_order(creations):
            product = creation.product
            refusal = self._refused(("variantsInfo",), product, {})
            keys = {name: key_text(product.get(name)) for name in holders}
            found = [
                key
                for name, value in keys.items()
                if value and creation.begun is None
                for key in sorted(holders[name].get(value, ()))
            ]
            if refusal is not None:
                yield creation, refusal
            elif found:
                yield creation, Existing(found[0])
            else:
                new_id = made_up_id(product, self._context.products_of_run)
                for name, value in keys.items():
                    if value:
                        holders[name][value] = {new_id}
                yield creation, Created({})

    def _refused(
        self, changed: Collection[str], desired: Product, current: Product
    ) -> Rejection | None:
        """Return why Wix would refuse the codes of variants, None if it is known to take them."""
        if not self._is_v3 or "variantsInfo" not in changed:
            return None
        for name, code in _ONCE_A_PRODUCT.items():
            if _has_twice(name, desired) and not _has_twice(name, current):
                reason = f"Several variants of the product have one {name}; Wix takes it only once."
                return Rejection(code, reason, f"variantsInfo.variants.{name}")
        return None

    def _warn_of_skus(self, pairs: Sequence[tuple[Product, Product]]) -> None:
        """Say that products get skus of others: whether Wix takes that is not known.

        Args:
            pairs: products as they shall be, and as they are.
        """
        new = [_skus(desired) - _skus(current) for desired, current in pairs]
        holders = self._holders("sku", set().union(*new)) if self._is_v3 else {}
        for (desired, current), skus in zip(pairs, new, strict=True):
            shared = min(
                (sku for sku in skus if holders.get(sku, set()) - {current.get("id")}), default=""
            )
            if shared and not self._said_skus_are_shared:
                self._said_skus_are_shared = True
                name = key_text(desired.get("slug")) or key_text(desired.get("handle")) or shared
                self._context.warn_once(_SKU_OF_ANOTHER, name)

    def _warn_of_slugs(self, products: Sequence[Product]) -> None:
        if self._is_v3 and not all(str(one.get("slug") or "").isascii() for one in products):
            self._context.warn_once(_SLUG_OF_ANOTHER_SCRIPT)

    def _holders(self, name: str, values: Collection[str]) -> dict[str, set[str]]:
        """Return which products would have each of some keys by now."""
        if not values:
            return {}
        found: dict[str, set[str]] = {value: set() for value in values}
        for row in self._catalog.reader.find(Keys(**{f"{name}s": frozenset(values)})):
            for value in found.keys() & self._keys_now(name, row):
                found[value].add(row.id)
        for value, keys in found.items():
            for key in self._matcher.ids_of(name, value):
                product = self._simulated.get(key)
                if product is not None and value in _values(name, [product]):
                    keys.add(key)
        return found

    def _keys_now(self, name: str, row: KeyRow) -> set[str]:
        """Return the keys that a product of the shop would have by now."""
        if self._matcher.is_gone(row.id):
            return set()
        product = self._simulated.get(row.id)
        if product is not None:
            return _values(name, [product])
        texts = row.skus if name == "sku" else (getattr(row, name),)
        return {key for text in texts if (key := key_text(text))}


def _in_order(creations: Sequence[Creation]) -> list[Creation]:
    """Return new products in the order in which they are made: those with stock first."""
    return sorted(creations, key=lambda creation: not creation.stock)


def _values(name: str, products: Sequence[Product]) -> set[str]:
    if name == "sku":
        return {sku for product in products for sku in _skus(product)}
    return {key for product in products if (key := key_text(product.get(name)))}


def _has_twice(name: str, product: Product) -> bool:
    values = [row[name] for row in variants_of(product) if row.get(name)]
    return len(set(values)) < len(values)


def _skus(product: Product) -> set[str]:
    return {sku for row in variants_of(product) if (sku := key_text(row.get("sku")))}
