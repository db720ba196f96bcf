"""Pictures of choices, given by address, of a product that is there already.

Wix keeps a picture under a name of its own, so that addresses cannot be compared (wix-api stores-v3
10.23). It does not say either how many of them a choice shows afterwards. So they come with the
product, with a choice that is new, or together with other pictures of the product; else what the
shop shows stays.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import as_object, as_objects, inside
from target_wix.products.fields.media import current_items, desired_items
from target_wix.products.fields.options import choice_pictures, choices_of

if TYPE_CHECKING:
    from tap_wix.api.catalog_conversion.json_access import Json
    from target_wix.products.patch import ProductPatch

CHOICE_PICTURES = "pictures of choices of a product that is there already"


def without_choice_pictures(
    patch: ProductPatch, product: Json, *, own: bool
) -> tuple[ProductPatch, bool]:
    """Return the patch without pictures of choices that the product has, but for those of the shop.

    Args:
        patch: of a record.
        product: in the shop.
        own: whether the record has the id of the product, so that all its ids are of this site.

    Returns:
        The patch, and whether a choice shows another number of pictures than the patch has.
    """
    if patch.media is not None and desired_items(patch.media, product, replace=False) is not None:
        return patch, False
    known = {row.get("id") for row in current_items(product)}
    changed, differs = copy(patch), False
    changed.fields = dict(patch.fields)
    for field in ("options", "modifiers"):
        if field not in patch.fields:
            continue
        there = {
            (option.get("name"), choice.get("name")): len(choice_pictures(choice))
            for option in as_objects(product.get(field))
            for choice in choices_of(option)
        }
        rows = []
        for option in as_objects(patch.fields[field]):
            choices = []
            for choice in choices_of(option):
                items = as_objects(inside(choice, "media", "items"))
                count = there.get((option.get("name"), choice.get("name")))
                ids = {one["mediaId"] for one in items if one.get("mediaId")}
                brought = not (ids if own else ids & known)
                if items and count is not None and brought:
                    differs = differs or count != len(items)
                    choices.append({name: choice[name] for name in choice if name != "media"})
                else:
                    choices.append(choice)
            settings = {**as_object(option.get("choicesSettings")), "choices": choices}
            rows.append({**option, **({"choicesSettings": settings} if choices else {})})
        changed.fields[field] = rows
    return changed, differs
