"""A Singer record as a wish: the tap's shape, Catalog V1's shape, or a row of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_wix.api import wire
from tap_wix.api.migration.shapes import as_object, as_objects, inside, text
from tap_wix.api.migration.upgrade import looks_like_v1_product, upgrade_product
from target_wix.mapping import keys, warehouse
from target_wix.mapping.deletion import is_deleted
from target_wix.mapping.keys import key_text
from target_wix.mapping.products import columns
from target_wix.mapping.products.foreign_columns import (
    is_hidden_elsewhere,
    is_variant_elsewhere,
    without_foreign_columns,
)
from target_wix.mapping.products.kinds import Json, guid_of
from target_wix.mapping.products.media import wished_items
from target_wix.mapping.products.stock import opening_of, stock_of_item
from target_wix.mapping.products.wish import ProductWish, VariantWish
from target_wix.mapping.products.writable import FIELDS, LISTS, MAX_VARIANTS, NEVER_EMPTY, VARIANT
from target_wix.results import Rejection

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_product(record: Mapping[str, object], *, null_clears: bool = False) -> ProductWish:
    """Return what a record asks for.

    Raises:
        Rejection: a value that cannot be read as what its field holds.
    """
    given, unknown = warehouse.named(record, columns.KNOWN)
    given = columns.parsed(given)
    _refuse_too_many_variants(given)
    was_v1 = looks_like_v1_product(warehouse.without_nulls(given))
    given, foreign = without_foreign_columns(columns.without_labels(given), was_v1=was_v1)
    given = warehouse.clean(
        given, objects=columns.OBJECTS, lists=columns.LISTS, null_clears=null_clears
    )
    if given.get("variantsInfo") == {}:
        del given["variantsInfo"]  # an empty object of a warehouse says nothing of variants
    hidden = is_hidden_elsewhere(given)
    if was_v1:
        given = _upgraded(given)
    wish = ProductWish(
        deleted=is_deleted(record),
        hidden=hidden,
        is_variant=is_variant_elsewhere(record),
        unknown=[*unknown, *foreign],
        from_v1=was_v1 or given.get("catalogVersion") == "V1_CATALOG",
        v1=as_object(given.get("v1")) or None,
        memberships=bool(as_objects(inside(given, "directCategoriesInfo", "categories"))),
    )
    _identify(wish, given)
    _date(wish, given)
    nested = given.get("variantsInfo") is not None
    fields = (
        columns.with_html(given)
        if nested or was_v1
        else columns.as_fields(given, null_clears=null_clears)
    )
    wish.fields = _fields(fields, null_clears=null_clears)
    if nested:
        wish.variants = _variants(given)
        wish.skus = tuple(dict.fromkeys(v.sku for v in wish.variants if v.sku))
        wish.unknown += columns.beside_variants(given)
    else:
        wish.row = columns.row_of(given, null_clears=null_clears)
        wish.skus = (wish.row.variant["sku"],) if wish.row and wish.row.variant.get("sku") else ()
    wish.media = _media(given, null_clears=null_clears)
    if given.get("collections") is not None:
        wish.collections = _collections(given["collections"])
    wish.handle = str(wish.fields.get("handle") or "")
    wish.slug = str(wish.fields.get("slug") or "")
    wish.as_given = _as_given(given)
    wish.seed = wish.seed or next(iter(wish.skus), "")
    return wish


def _refuse_too_many_variants(given: Json) -> None:
    """Refuse what no catalog can hold before any of it is looked at.

    Raises:
        Rejection: more variants than Wix takes.
    """
    for path, rows in (
        ("variantsInfo.variants", inside(given, "variantsInfo", "variants")),
        ("variants", given.get("variants")),
    ):
        if isinstance(rows, list) and len(rows) > MAX_VARIANTS:
            raise Rejection(
                "TOO_MANY_VARIANTS",
                f"It has {len(rows)} variants, Wix takes {MAX_VARIANTS}.",
                path,
            )


def _as_given(given: Json) -> dict[str, tuple[str, ...]]:
    """The keys as they came, where that is another spelling: the shop may have the same."""
    rows = as_objects(inside(given, "variantsInfo", "variants"))
    texts = {
        "handle": [given.get("handle")],
        "slug": [given.get("slug")],
        "sku": [given.get("sku"), *(row.get("sku") for row in rows)],
    }
    found = {
        name: tuple(one for one in values if isinstance(one, str) and one != key_text(one))
        for name, values in texts.items()
    }
    return {name: values for name, values in found.items() if values}


def _upgraded(given: Json) -> Json:
    """A V1 product in the shape of V3; without what it does not say."""
    product = warehouse.without_nulls(upgrade_product(warehouse.without_nulls(given)))
    if given.get("collections") is not None:
        product["collections"] = given["collections"]
    return dict(product)


def _identify(wish: ProductWish, given: Json) -> None:
    """Take what tells which product is meant, and which version of it."""
    for name in ("id", "productId"):
        key = key_text(warehouse.as_text(given.get(name), name))
        wish.id = guid_of(key)
        if key:
            wish.seed = key
            return


def _date(wish: ProductWish, given: Json) -> None:
    wish.revision = _revision(given.get("revision"))
    try:
        wish.updated = warehouse.as_moment(given.get("updatedDate"), "updatedDate") or ""
    except Rejection:
        # A date of the sender's own is no reason to refuse the rest: it proves nothing.
        wish.updated = ""


def _revision(value: object) -> int | None:
    try:
        return warehouse.as_whole_number(value, "revision")
    except Rejection:
        return None


def _fields(given: Json, *, null_clears: bool) -> Json:
    fields: Json = {}
    for name, kind in FIELDS.items():
        if name not in given:
            continue
        value = kind.read(given[name], name)
        if value is not None:
            fields[name] = value
        elif null_clears and name not in NEVER_EMPTY:
            fields[name] = [] if name in LISTS else None
    _with_choice_media(fields, given)
    return fields


def _media(given: Json, *, null_clears: bool) -> list[Json] | None:
    items = wished_items(given.get("media"))
    if items is None:
        items = columns.urls_of(given)
    if items is None and null_clears and "media" in given and given["media"] is None:
        return []
    return items


def _with_choice_media(fields: Json, given: Json) -> None:
    """Read pictures of choices from `linkedMedia` too, which Wix removes at the end of 2026."""
    for name in ("options", "modifiers"):
        for option, row in zip(
            as_objects(fields.get(name)), as_objects(given.get(name)), strict=False
        ):
            choices = as_objects(inside(option, "choicesSettings", "choices"))
            for choice, came in zip(
                choices, as_objects(inside(row, "choicesSettings", "choices")), strict=False
            ):
                linked = as_objects(came.get("linkedMedia"))
                if linked and not inside(choice, "media", "items"):
                    choice["media"] = {
                        "items": [{"mediaId": m["id"]} for m in linked if m.get("id")]
                    }


def _variants(given: Json) -> list[VariantWish]:
    names = _choice_names(given.get("options"))
    info = as_object(warehouse.as_object(given["variantsInfo"], "variantsInfo"))
    rows = as_objects(warehouse.as_list(info.get("variants"), "variantsInfo.variants") or [])
    _refuse_too_many_variants({"variantsInfo": {"variants": rows}})
    found: list[VariantWish] = []
    for place, row in enumerate(rows):
        path = f"variantsInfo.variants[{place}]"
        fields = VARIANT.read(row, path) or {}
        wish = VariantWish(
            fields,
            id=text(row.get("id")) or "",
            choices=_choices(row.get("choices"), names, path),
            stock=stock_of_item(row.get("inventoryItem"), f"{path}.inventoryItem"),
            opening=opening_of(row, given),
        )
        found.append(wish)
    if not found:
        raise Rejection(warehouse.BAD_VALUE, "A product has at least one variant.", "variantsInfo")
    return found


def _choice_names(options: object) -> dict[tuple[str, str], tuple[str, str]]:
    """The names of choices by their ids, as the record's own options give them."""
    return {
        (str(option.get("id")), str(choice.get("choiceId"))): (option["name"], choice["name"])
        for option in as_objects(options)
        for choice in as_objects(inside(option, "choicesSettings", "choices"))
        if text(option.get("name")) and text(choice.get("name"))
    }


def _choices(
    value: object, names: dict[tuple[str, str], tuple[str, str]], path: str
) -> dict[str, str] | None:
    """Option name to choice name; None if the record leaves the choices open.

    Choices that are given by ids which the record's own options do not explain stay ids, for the
    product in the shop to explain: `{"<option id>": "<choice id>"}` under `_ids`.
    """
    if value is None:
        return None
    if isinstance(value, dict):
        return {str(name): str(choice) for name, choice in value.items() if choice is not None}
    found: dict[str, str] = {}
    for row in as_objects(warehouse.as_list(value, f"{path}.choices") or []):
        by_name = as_object(row.get("optionChoiceNames"))
        by_id = as_object(row.get("optionChoiceIds"))
        ids = str(by_id.get("optionId")), str(by_id.get("choiceId"))
        if text(by_name.get("optionName")) and text(by_name.get("choiceName")):
            found[by_name["optionName"]] = by_name["choiceName"]
        elif ids in names:
            option, choice = names[ids]
            found[option] = choice
        elif by_id:
            found[f"id:{ids[0]}"] = f"id:{ids[1]}"
        else:
            raise Rejection(
                warehouse.BAD_VALUE, "A choice without the names of option and choice.", path
            )
    return found


def _collections(value: object) -> list[str]:
    """Ids, slugs or names, from texts or from objects that have one of these."""
    found: dict[str, None] = {}
    for row in warehouse.as_list(value, "collections") or []:
        if isinstance(row, dict):
            row = next((row[key] for key in ("id", "slug", "name") if row.get(key)), None)  # noqa: PLW2901
        name = keys.trimmed(warehouse.as_text(row, "collections") or "")
        if name:
            found[name] = None
    return [*found]


def seed_text(record: Mapping[str, object]) -> str:
    """All of a record as one text, to tell it from others where it has no key."""
    return wire.encode(record).decode()
