"""Putting things straight into a Catalog V3 shop, as if they had been there for long.

For shops and tests: nothing is validated, all indexes see it at once, ten thousand go in seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fake_wix.stores_v3.derived import derive, store_product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fake_wix.site import Site
    from tests.fake_wix.store import Store
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

TEXT, SWATCH = "TEXT_CHOICES", "SWATCH_CHOICES"
LONG_AGO = "2025-03-02T09:15:04.120Z"
MEDIA_HOST = "https://static.wixstatic.com/media/"


def _stamped(site: Site, fields: Json, at: str) -> Json:
    return {
        "id": site.new_id(),
        "revision": "1",
        "createdDate": at,
        "updatedDate": at,
        **{name: value for name, value in fields.items() if value is not None},
    }


def add_category(
    site: Site, name: str, *, parent: str | None = None, at: str = LONG_AGO, **fields: Any
) -> Json:
    """A category; `visible` and the like by keyword. Below a hidden one it is hidden (6.3)."""
    v3 = site.v3
    fields.setdefault("slug", f"{'-'.join(name.lower().split())}")
    row = _stamped(site, {"name": name, "visible": True, **fields}, at)
    if parent is not None:
        above = v3.categories.edit(parent)
        below = [one.get("parentCategory", {}).get("id") for one in v3.categories.all()]
        row["parentCategory"] = {"id": parent, "index": below.count(parent)}
        row["visible"] = row["visible"] and above["visible"]
    v3.categories.put(row, indexed=True)
    v3.members[row["id"]] = {}
    return row


def named(site: Site, store: Store, name: str, *, at: str = LONG_AGO) -> str:
    """The id of the brand or ribbon of a name, made if need be."""
    for row in store.all():
        if row["name"] == name:
            return str(row["id"])
    row = _stamped(site, {"name": name}, at)
    store.put(row, indexed=True)
    return str(row["id"])


def add_info_section(
    site: Site, title: str, html: str, *, unique_name: str, at: str = LONG_AGO
) -> str:
    """A site-wide info section; its id."""
    fields = {"title": title, "uniqueName": unique_name, "plainDescription": html}
    row = _stamped(site, fields, at)
    site.v3.info_sections.put(row, indexed=True)
    return str(row["id"])


def picture(site: Site, *, alt: str | None = None, size: tuple[int, int] = (800, 600)) -> Json:
    """A picture that the Media Manager has."""
    key = f"{site.random.getrandbits(24):06x}_{site.random.getrandbits(128):032x}~mv2.jpg"
    return hosted(site.v3, key, alt=alt, size=size)


def hosted(
    v3: CatalogV3, key: str, *, alt: str | None = None, size: tuple[int, int] = (800, 600)
) -> Json:
    """The media item of a picture on Wix's own host."""
    width, height = size
    image = {"id": key, "url": MEDIA_HOST + key, "height": height, "width": width}
    item: Json = {"id": key, "mediaType": "IMAGE", "image": image}
    if alt is not None:
        item["altText"] = alt
    item["thumbnail"] = {"url": f"{MEDIA_HOST}{key}/v1/fit/w_50", "height": 50, "width": 50}
    v3.media[key] = item
    return item


def option(
    site: Site, name: str, choices: Sequence[str], *, colors: Sequence[str] | None = None
) -> Json:
    """An option with its choices and the site-wide customization behind it."""
    render = TEXT if colors is None else SWATCH
    rows = []
    for index, text in enumerate(choices):
        row = {"choiceId": site.new_id(), "choiceType": "CHOICE_TEXT", "key": text, "name": text}
        if colors is not None:
            row |= {"choiceType": "ONE_COLOR", "colorCode": colors[index]}
        rows.append(row)
    customization = _stamped(
        site,
        {
            "name": name,
            "customizationType": "PRODUCT_OPTION",
            "customizationRenderType": render,
            "choicesSettings": {
                "choices": [
                    {"id": row["choiceId"], **{k: row[k] for k in row if k != "choiceId"}}
                    for row in rows
                ],
            },
        },
        LONG_AGO,
    )
    site.v3.customizations.put(customization, indexed=True)
    return {
        "id": customization["id"],
        "name": name,
        "optionRenderType": render,
        "key": name,
        "choicesSettings": {"choices": rows},
    }


def chosen(options: Sequence[Json], picks: Sequence[int]) -> list[Json]:
    """The `choices` of a variant: of each option the choice at an index."""
    result = []
    for row, pick in zip(options, picks, strict=True):
        choice = row["choicesSettings"]["choices"][pick]
        result.append(
            {
                "optionChoiceIds": {"optionId": row["id"], "choiceId": choice["choiceId"]},
                "optionChoiceNames": {
                    "optionName": row["name"],
                    "choiceName": choice["name"],
                    "renderType": row["optionRenderType"],
                },
            },
        )
    return result


def price(actual: str, compare_at: str | None = None) -> Json:
    """A variant's price."""
    result = {"actualPrice": {"amount": actual}}
    if compare_at is not None:
        result["compareAtPrice"] = {"amount": compare_at}
    return result


def add_product(
    site: Site,
    name: str,
    variants: Sequence[Json] = ({"price": {"actualPrice": {"amount": "10.00"}}},),
    *,
    categories: Sequence[str] = (),
    at: str = LONG_AGO,
    **fields: Any,
) -> Json:
    """A product. A variant's `stock` (a quantity, or in stock or not) becomes its inventory item."""
    v3 = site.v3
    row = _stamped(site, {"name": name, "visible": True, "productType": "PHYSICAL", **fields}, at)
    row.setdefault("slug", f"product-{row['id'][:8]}")
    row.setdefault("visibleInPos", row["productType"] == "PHYSICAL")
    if row["productType"] == "PHYSICAL":
        row.setdefault("physicalProperties", {})
    stocked = []
    rows = []
    for given in variants:
        variant = {"id": site.new_id(), "visible": True, **given}
        stock = variant.pop("stock", None)
        if row["productType"] == "PHYSICAL":
            variant.setdefault("physicalProperties", {})
        rows.append(variant)
        if stock is not None:
            stocked.append((variant["id"], stock))
    row["variantsInfo"] = {"variants": rows}
    for variant_id, stock in stocked:
        add_stock(site, row["id"], variant_id, stock, at=row["updatedDate"])
    for key in categories:
        v3.members[key][row["id"]] = None
    store_product(v3, derive(v3, row), indexed=True)
    return row


def add_stock(
    site: Site, product_id: str, variant_id: str, stock: float, *, at: str = LONG_AGO
) -> Json:
    """An inventory item at the default location; the product is not worked out anew."""
    v3 = site.v3
    amount = {"inStock": stock} if isinstance(stock, bool) else {"quantity": stock}
    place = {"productId": product_id, "variantId": variant_id, "locationId": v3.default_location}
    item = _stamped(site, {**place, **amount}, at)
    v3.inventory.put(item, indexed=True)
    v3.items_of_product.setdefault(product_id, []).append(item["id"])
    return item
