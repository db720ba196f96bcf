"""A stateful Wix on loopback, as strict as the reference says Wix is.

``with FakeWix(Site(V3)) as wix:`` serves a site; ``site.contacts`` and the other domains hold what is on it,
``site.faults.add(faults.lost_answer("/contacts$"))`` makes trouble. Written from the API reference, not from
what our own client sends.
"""

from tests.fake_wix import endpoints
from tests.fake_wix.http import faults
from tests.fake_wix.http.server import FakeWix
from tests.fake_wix.site import API_KEY, NOT_INSTALLED, V1, V3, Site

__all__ = ["API_KEY", "NOT_INSTALLED", "V1", "V3", "FakeWix", "Site", "endpoints", "faults"]
