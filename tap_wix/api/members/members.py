"""How members are read (wix-api contacts 6)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_wix.api.errors import RefusedError
from tap_wix.api.resources import OffsetPages, Resource
from tap_wix.api.sweep import is_about_sorting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_wix.api.resources import Rows
    from tap_wix.api.site import WixSite

logger = logging.getLogger(__name__)

# `fieldsets` stands beside the query and the sort is called `sorting`; without FULL there is not
# even the login.
_BY_AGE = OffsetPages(
    "/members/v1/members/query",
    "members",
    permission="Wix Contacts & Members, Read Members, SCOPE.DC-MEMBERS.READ-MEMBERS",
    query={"sorting": [{"fieldName": "createdDate", "order": "ASC"}]},
    beside={"fieldsets": ["FULL"]},
)
_UNSORTED = replace(_BY_AGE, query={})


@dataclass(frozen=True)
class Members(Resource):
    """All members, the oldest first if Wix sorts: its texts say so, its table of fields does not."""

    def count(self, site: WixSite) -> int | None:
        """Return how many members there are, None if Wix does not tell."""
        return _UNSORTED.count(site)

    def pages(self, site: WixSite, since: str | None = None) -> Iterator[Rows]:
        """Yield all members, each once."""
        pages = _BY_AGE.pages(site, since)
        try:
            first = next(pages, None)
        except RefusedError as error:
            if not is_about_sorting(error):
                raise
            logger.info("Wix does not sort members: they are read in any order.")
            pages = _UNSORTED.pages(site, since)
            first = next(pages, None)
        if first is not None:
            yield first
            yield from pages


MEMBERS = Members()
