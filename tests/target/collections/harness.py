"""A shop on either catalog, whose collections are written by the target and read back from the fake."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tap_wix.api.stores import COLLECTIONS, PRODUCTS
from tests.fake_wix import V1, V3, FakeWix, Site
from tests.fake_wix.http.wire import encode
from tests.fake_wix.stores_v1.model import Collection
from tests.fake_wix.stores_v3.seed import add_category
from tests.target.contacts.harness import QuickTarget
from tests.unit.opening import open_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.fake_wix.http.recorder import RecordedRequest

Json = dict[str, Any]
COPY: Json = {"unknown_id": "create"}


class Run:
    """A finished run of the target."""

    def __init__(self, target: QuickTarget, code: int, requests: list[RecordedRequest]) -> None:
        self.code = code
        self.naps = target.naps
        self.tallies = target.outcomes.tallies
        self.counts = self.counts_of("collections")
        self.codes = dict(target.outcomes.tally("collections").codes)
        self.dropped = dict(target.outcomes.tally("collections").dropped)
        self.requests = requests

    def counts_of(self, stream: str) -> dict[str, int]:
        counts = self.tallies[stream].counts if stream in self.tallies else {}
        return {outcome.value: count for outcome, count in counts.items() if count}

    @property
    def writes(self) -> list[str]:
        """Method and path of the requests that change something, refused ones included."""
        return [f"{one.method} {one.path}" for one in self.requests if one.write]

    def __repr__(self) -> str:
        return f"Run({self.code}, {self.counts}, {self.codes}, {self.dropped})"


class CollectionShop:
    """One site of the fake, on Catalog V1 or V3."""

    def __init__(self, wix: FakeWix, site: Site) -> None:
        self.wix = wix
        self.site = site

    @property
    def is_v3(self) -> bool:
        return self.site.catalog_version == V3

    def add(self, name: str, **fields: Any) -> str:
        """Put a collection there; return its id."""
        if self.is_v3:
            return str(add_category(self.site, name, **fields)["id"])
        slug = fields.pop("slug", "-".join(name.lower().split()))
        fields.pop("parent", None)
        kept = Collection(
            self.site.new_id(), name, self.site.v1.free_collection_slug(slug), **fields
        )
        self.site.v1.save_collection(kept, indexed=True)
        return kept.id

    @property
    def rows(self) -> list[Json]:
        """The collections as the tap gives them out, All Products among them."""
        return self._rows(COLLECTIONS)

    @property
    def products(self) -> list[Json]:
        """The products as the tap gives them out."""
        return self._rows(PRODUCTS)

    def _rows(self, resource: Any) -> list[Json]:
        own = {"siteId": self.site.site_id, "catalogVersion": self.site.catalog_version}
        rows = [{**row, **own} for row in resource.rows(open_site(self.wix, self.site))]
        found: list[Json] = json.loads(encode(rows))
        return found

    @property
    def held(self) -> dict[str, Json]:
        """What the fake has, by slug, but for All Products: ids are names, dates are left out."""
        return _held_by_v3(self.site) if self.is_v3 else _held_by_v1(self.site)

    @property
    def tree(self) -> list[str]:
        """The collections by their names, each behind those it is below."""
        held = self.held
        return sorted("/".join(_line(held, slug)) for slug in held)

    def row(self, slug: str) -> Json:
        """A collection as the tap gives it out."""
        return next(row for row in self.rows if row["slug"] == slug)

    def run(self, *records: Json, **settings: Any) -> Run:
        """Send collections into the target."""
        return self.run_streams([("collections", one) for one in records], **settings)

    def run_streams(self, records: Iterable[tuple[str, Json]], **settings: Any) -> Run:
        """Send records of any streams into the target, in their order."""
        records = list(records)
        messages: list[Json] = [
            {
                "type": "SCHEMA",
                "stream": stream,
                "schema": {"type": "object", "properties": {"id": {}}},
                "key_properties": [],
            }
            for stream in dict.fromkeys(stream for stream, _ in records)
        ]
        messages += [
            {"type": "RECORD", "stream": stream, "record": record} for stream, record in records
        ]
        target = QuickTarget(config={**self.site.settings(self.wix.url), **settings})
        before = len(self.site.requests)
        text = "".join(encode(one).decode() + "\n" for one in messages)
        code = target.run(io.StringIO(text))
        return Run(target, code, list(self.site.requests)[before:])


def _held_by_v3(site: Site) -> dict[str, Json]:
    slugs = {row["id"]: row["slug"] for row in site.v3.categories.all()}
    apart = {"id", "revision", "createdDate", "updatedDate", "managingAppId", "slug"}
    found = {}
    for row in site.v3.categories.all():
        if row["id"] == site.v3.all_products:
            continue
        parent = row.get("parentCategory")
        found[row["slug"]] = {
            **{name: value for name, value in row.items() if name not in apart},
            "parentCategory": slugs[parent["id"]] if parent else None,
            "image": bool(row.get("image")),
        }
    return found


def _held_by_v1(site: Site) -> dict[str, Json]:
    return {
        one.slug: {
            "name": one.name,
            "description": one.description or None,
            "visible": one.visible,
        }
        for one in site.v1.collections()
    }


def _line(held: dict[str, Json], slug: str) -> list[str]:
    line = [held[slug]["name"]]
    while parent := held[slug].get("parentCategory"):
        slug = parent
        line.insert(0, held[slug]["name"])
    return line


@contextmanager
def shops(*versions: str) -> Iterator[list[CollectionShop]]:
    """Sites of one fake."""
    sites = [Site(version) for version in versions]
    with FakeWix(*sites) as wix:
        yield [CollectionShop(wix, site) for site in sites]


VERSIONS = (V1, V3)
