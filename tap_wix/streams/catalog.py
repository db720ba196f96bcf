"""What the streams of the two Stores catalogs have in common."""

from __future__ import annotations

import abc

from typing_extensions import override

from tap_wix.api.catalog_version import CatalogVersion
from tap_wix.api.errors import StoresNotInstalledError
from tap_wix.client import WixStream


class CatalogStream(WixStream, abc.ABC):
    """A stream of the catalog that the site has today.

    Wix moves sites from V1 to V3, and nobody promises that dates and ids survive the move: the
    version is part of where a bookmark comes from.
    """

    @override
    def origin(self) -> dict[str, str]:
        version = self.site.catalog_version
        if version is CatalogVersion.NOT_INSTALLED:
            raise StoresNotInstalledError("Wix Stores is not installed on this site.")
        return {**super().origin(), "catalogVersion": version.value}
