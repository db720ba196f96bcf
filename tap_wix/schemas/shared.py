"""What the schemas are made of: short names for fields, and shapes that occur in several places.

Every field may be null, since Wix leaves out what is empty. Objects are open: a nested field that
Wix adds tomorrow arrives as it is. Enums are named in descriptions and not enforced, because Wix
extends them without notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Iterable

Field: TypeAlias = "th.Property[Any]"

# `properties: {}`, which ObjectType() would write, makes flattening drop the whole object.
_OPEN = th.CustomType({"type": ["object", "null"], "additionalProperties": True})


def text(name: str, description: str | None = None) -> Field:
    """Return a field that holds text."""
    return th.Property(name, th.StringType, description=description)


def number(name: str, description: str | None = None) -> Field:
    """Return a field that holds a number, with or without decimals."""
    return th.Property(name, th.NumberType, description=description)


def integer(name: str, description: str | None = None) -> Field:
    """Return a field that holds a whole number."""
    return th.Property(name, th.IntegerType, description=description)


def flag(name: str, description: str | None = None) -> Field:
    """Return a field that is true or false."""
    return th.Property(name, th.BooleanType, description=description)


def moment(name: str, description: str | None = None) -> Field:
    """Return a field that holds a date and time."""
    return th.Property(name, th.DateTimeType, description=description)


def key(name: str, description: str) -> Field:
    """Return a field that identifies the row: never null, never missing."""
    return th.Property(name, th.StringType, required=True, description=description)


def obj(name: str, *fields: Field, description: str | None = None) -> Field:
    """Return a field that holds an object with these fields, and possibly more."""
    return th.Property(name, th.ObjectType(*fields), description=description)


def opaque(name: str, description: str | None = None) -> Field:
    """Return a field that holds an object whose inside is not ours to describe."""
    return th.Property(name, _OPEN, description=description)


def many(name: str, *fields: Field, description: str | None = None) -> Field:
    """Return a field that holds a list of objects with these fields."""
    return th.Property(name, th.ArrayType(th.ObjectType(*fields)), description=description)


def texts(name: str, description: str | None = None) -> Field:
    """Return a field that holds a list of texts."""
    return th.Property(name, th.ArrayType(th.StringType), description=description)


def root(fields: Iterable[Field]) -> dict[str, Any]:
    """Return the JSON Schema of a stream."""
    return th.PropertiesList(*fields).to_dict()


SITE_ID = key(
    "siteId",
    "Site that the row was read from; with app credentials, the instance id. First part of the key:"
    " ids are unique within their site only.",
)
CATALOG_VERSION = text(
    "catalogVersion",
    "Stores catalog the row was read from: V1_CATALOG or V3_CATALOG. The columns are the same.",
)
ADDITIONAL_FIELDS = opaque(
    "additionalFields", "Fields that Wix sent and this schema does not know yet, by their names."
)
EXTENDED_FIELDS = obj(
    "extendedFields",
    opaque("namespaces", "Values by namespace, then by field."),
    description="Fields added by apps or by the shop, by namespace.",
)
SEO_DATA = opaque("seoData", "Search engine settings: meta tags and keywords.")
BREADCRUMBS = obj(
    "breadcrumbsInfo",
    many(
        "breadcrumbs",
        text("categoryId"),
        text("categoryName"),
        text("categorySlug"),
        description="From the top of the tree downwards.",
    ),
)


def money(name: str, description: str | None = None) -> Field:
    """Return an amount of money, exact."""
    return obj(
        name,
        text("amount", "Exact decimal number as text, such as 12.10."),
        text("formattedAmount", "The same with currency sign, as shown to buyers."),
        description=description,
    )


def money_range(name: str, description: str | None = None) -> Field:
    """Return the lowest and the highest amount over the variants of a product."""
    return obj(name, money("minValue"), money("maxValue"), description=description)


def image(name: str = "image", description: str | None = None) -> Field:
    """Return a picture in Wix's media storage."""
    return obj(
        name,
        text("id"),
        text("url", "Address of the original file."),
        number("height", "In pixels."),
        number("width", "In pixels."),
        text("altText"),
        text("filename"),
        description=description,
    )


def media_item_fields() -> tuple[Field, ...]:
    """Return the fields of one picture or video of a product."""
    return (
        text("id", "Id of the file in Wix's media storage."),
        text("url"),
        image(),
        obj(
            "video",
            text("id"),
            many(
                "resolutions",
                text("url"),
                number("height", "In pixels."),
                number("width", "In pixels."),
                text("format"),
            ),
            text("filename"),
        ),
        text("altText"),
        text("displayName"),
        text("mediaType", "IMAGE or VIDEO."),
        obj("thumbnail", text("url"), number("height"), number("width"), text("altText")),
        text("uploadId"),
    )
