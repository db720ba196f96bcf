"""How members are read (wix-api contacts 6)."""

from __future__ import annotations

from tap_wix.api.resources import OffsetPages

MEMBERS = OffsetPages(
    "/members/v1/members/query",
    "members",
    permission="Wix Contacts & Members, Read Members, SCOPE.DC-MEMBERS.READ-MEMBERS",
    # `fieldsets` stands beside the query and the sort is called `sorting`; without FULL there is
    # not even the login.
    query={"sorting": [{"fieldName": "createdDate", "order": "ASC"}]},
    beside={"fieldsets": ["FULL"]},
)
