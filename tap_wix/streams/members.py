"""Members of the site: people with a login (wix-api contacts 6)."""

from __future__ import annotations

from tap_wix.api.members.members import MEMBERS
from tap_wix.client import WixStream
from tap_wix.schemas.source import SITE, wix_schema


class MembersStream(WixStream):
    """Members with login, profile and privacy; the person's other data is in `contacts`."""

    name = "members"
    schema = wix_schema("members", own=SITE)
    resource = MEMBERS
