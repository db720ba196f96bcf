"""The variants of a product that is being written: all of them, each complete (stores-v3 3.4, 3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.stores_v3.choices import resolved_choices
from tests.fake_wix.stores_v3.derived import variants_of
from tests.fake_wix.stores_v3.product_rules import given_variants

if TYPE_CHECKING:
    from tests.fake_wix.stores_v3.state import CatalogV3, Json


def apply_variants(v3: CatalogV3, product: Json, body: Json) -> None:
    """Replace the variants of a product; its options are in place already."""
    options = product.get("options") or []
    given = given_variants(body)
    if not options and (len(given) > 1 or any(row.get("choices") for row in given)):
        raise application_error(428, "INVALID_DEFAULT_VARIANT")
    before = {row["id"]: row for row in variants_of(product)}
    rows, seen = [], set()
    for row in given:
        variant = {
            name: value
            for name, value in row.items()
            if value is not None and name not in {"choices", "inventoryItem"}
        }
        variant["id"] = _variant_id(v3, product, row, before)
        variant.setdefault("visible", True)
        if options:
            variant["choices"] = resolved_choices(options, row.get("choices") or [])
            picked = tuple(c["optionChoiceIds"]["choiceId"] for c in variant["choices"])
            if picked in seen:
                raise application_error(428, "DUPLICATE_VARIANT_OPTION_CHOICE")
            seen.add(picked)
        _check_same_choices(before.get(variant["id"]), variant)
        _check_file(v3, variant)
        rows.append(variant)
    if len({row["id"] for row in rows}) != len(rows):
        raise application_error(428, "VARIANT_ID_ALREADY_EXISTS")
    product["variantsInfo"] = {"variants": rows}


def _variant_id(v3: CatalogV3, product: Json, row: Json, before: dict[str, Json]) -> str:
    """The id of a variant: kept if sent, new otherwise; one of another product is refused."""
    key = row.get("id")
    if key and key not in before and v3.variant_owner.get(key, product["id"]) != product["id"]:
        raise application_error(428, "VARIANT_ID_ALREADY_EXISTS")
    return str(key or v3.site.new_id())


def _check_same_choices(old: Json | None, new: Json) -> None:
    """A variant is its choices: they cannot change under its id (3.5)."""
    if old is None:
        return
    before, after = (
        {tuple(row["optionChoiceIds"].values()) for row in variant.get("choices", [])}
        for variant in (old, new)
    )
    if before != after:
        raise application_error(428, "VARIANTS_ARE_NOT_ALIGNED_WITH_PRODUCT")


def _check_file(v3: CatalogV3, variant: Json) -> None:
    file = (variant.get("digitalProperties") or {}).get("digitalFile")
    if file and v3.switches.digital_files_checked and file["id"] not in v3.digital_files:
        raise application_error(428, "DIGITAL_FILE_NOT_FOUND_ERROR")


def align_visibility(product: Json, body: Json) -> None:
    """Without options a product and its only variant are seen or hidden together (3.5)."""
    rows = variants_of(product)
    if product.get("options") or len(rows) != 1:
        return
    given = given_variants(body)
    if body.get("visible") is None and given and given[0].get("visible") is not None:
        product["visible"] = given[0]["visible"]
    rows[0]["visible"] = product["visible"]


def drop_lost_stock(v3: CatalogV3, old: Json, new: Json) -> None:
    """A variant that is gone takes its inventory items along (3.5)."""
    lost = {row["id"] for row in variants_of(old)} - {row["id"] for row in variants_of(new)}
    keys = v3.items_of_product.get(old["id"], [])
    for key in list(keys):
        item = v3.inventory.get(key)
        if item is not None and item["variantId"] in lost:
            keys.remove(key)
            v3.inventory.remove(key)
