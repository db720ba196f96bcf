"""Collections of Catalog V1 and categories of Catalog V3, in the shape of the latter."""

from __future__ import annotations

from tap_wix.schemas import shared
from tap_wix.schemas.shared import flag, image, integer, key, moment, obj, opaque, text

COLLECTIONS = shared.root(
    [
        shared.SITE_ID,
        key("id", "Id of the category; what `directCategoriesInfo` of a product refers to."),
        text("name"),
        text("revision", "Grows with every change; a whole number of 64 bits, as text."),
        moment("createdDate"),
        moment("updatedDate"),
        text("slug", "Last part of the category page's address."),
        text("description"),
        opaque("richContentDescription", "Description as a document of Wix's rich text editor."),
        flag("visible"),
        integer("itemCounter", "How many products are in it."),
        image(),
        obj(
            "parentCategory",
            text("id"),
            integer("index", "Position among the children of the parent."),
            description="The category above; absent at the top of the tree and on Catalog V1.",
        ),
        shared.BREADCRUMBS,
        obj(
            "treeReference",
            text("appNamespace", "@wix/stores for the categories of the shop."),
            text("treeKey"),
        ),
        text("managingAppId", "App that keeps this category, if it is not the owner's own."),
        shared.SEO_DATA,
        shared.EXTENDED_FIELDS,
        shared.CATALOG_VERSION,
        opaque("v1", "What Catalog V1 knows and Catalog V3 has no place for; null on V3 sites."),
        shared.ADDITIONAL_FIELDS,
    ]
)
