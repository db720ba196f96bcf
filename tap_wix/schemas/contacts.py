"""Contacts v4 (wix-api contacts 1)."""

from __future__ import annotations

from tap_wix.schemas import shared
from tap_wix.schemas.shared import (
    flag,
    integer,
    key,
    many,
    moment,
    number,
    obj,
    opaque,
    text,
    texts,
)

_SUBSCRIPTION = "NO_SUBSCRIPTION_STATUS, NOT_SET, PENDING, SUBSCRIBED or UNSUBSCRIBED."
_COUNTRY = "Two-letter code, such as NO."

_ADDRESS = obj(
    "address",
    text("addressLine", "Street and number in one; either this or `streetAddress`."),
    obj("streetAddress", text("number"), text("name")),
    text("addressLine2"),
    text("city"),
    text("postalCode"),
    text("subdivision", "ISO 3166-2 with the country in front, such as US-NY."),
    text("country", _COUNTRY),
)
_INFO = obj(
    "info",
    obj("name", text("first"), text("last")),
    obj(
        "emails",
        many(
            "items",
            text("id"),
            text("tag", "UNTAGGED, MAIN, HOME or WORK."),
            text("email"),
            flag("primary"),
        ),
    ),
    obj(
        "phones",
        many(
            "items",
            text("id"),
            text("tag", "UNTAGGED, MAIN, HOME, MOBILE, WORK or FAX."),
            text("countryCode", _COUNTRY),
            text("phone", "As it was entered."),
            text("e164Phone", "In international form; absent where the number is not valid."),
            text("formattedPhone"),
            flag("primary"),
        ),
    ),
    obj(
        "addresses",
        many(
            "items",
            text("id"),
            text("tag", "UNTAGGED, HOME, WORK, BILLING or SHIPPING."),
            _ADDRESS,
        ),
    ),
    text("company"),
    text("jobTitle"),
    text("birthdate", "YYYY-MM-DD."),
    text("locale", "Language tag, such as en-US."),
    obj("labelKeys", texts("items"), description="Keys of the labels the contact carries."),
    obj(
        "extendedFields",
        opaque("items", "Values by key; keys have a dot in them, such as custom.shoe-size."),
        description="Custom fields (`custom.*`) and those of Wix's own apps.",
    ),
    obj("locations", texts("items"), description="Business locations the contact belongs to."),
    obj("assignedUserIds", texts("items"), description="Staff in charge of the contact."),
    obj(
        "picture",
        obj(
            "image",
            text("id"),
            text("url"),
            number("height", "In pixels."),
            number("width", "In pixels."),
            text("altText"),
            moment("urlExpirationDate"),
        ),
        text("imageProvider", "No longer used by Wix."),
    ),
    description="All that the shop itself can change.",
)

CONTACTS = shared.root(
    [
        shared.SITE_ID,
        key("id", "Id of the contact."),
        obj(
            "primaryInfo",
            text("email"),
            text("phone", "As it was entered."),
            description="Copies of the primary e-mail and phone.",
        ),
        integer("revision", "Grows by one with every change."),
        moment("createdDate"),
        moment("updatedDate", "Last change; what incremental runs go by. Nine fractional digits."),
        _INFO,
        obj(
            "source",
            text("sourceType", "What created the contact, such as WIX_STORES or IMPORT."),
            text("appId"),
            text("wixAppId", "No longer used by Wix."),
        ),
        obj(
            "lastActivity",
            moment("activityDate"),
            text("activityType", "Such as ECOM_PURCHASE; Wix adds new ones."),
            text("description"),
            obj("icon", text("name"), text("url")),
        ),
        obj(
            "primaryEmail",
            text("email"),
            text("subscriptionStatus", _SUBSCRIPTION),
            text("deliverabilityStatus", "NOT_SET, VALID, BOUNCED, SPAM_COMPLAINT or INACTIVE."),
            description="The primary e-mail and whether newsletters may go to it.",
        ),
        obj(
            "primaryPhone",
            text("phone", "As it was entered."),
            text("countryCode", _COUNTRY),
            text("e164Phone"),
            text("formattedPhone"),
            text("subscriptionStatus", _SUBSCRIPTION),
            description="The primary phone and whether text messages may go to it.",
        ),
        obj("segments", texts("items"), description="Segments that Wix puts the contact in."),
        opaque("memberInfo", "The site member that the contact is."),
        opaque("picture", "Older place of `info.picture`."),
        shared.ADDITIONAL_FIELDS,
    ]
)
