"""Brands, ribbons and info sections of products that are written (wix-api stores-v3 3.5, 7)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

from cachetools import FIFOCache

from tap_wix.api.catalog_conversion.json_access import Json, as_object, as_objects, text
from tap_wix.api.errors import RefusedError
from tap_wix.api.stores_v3.named_entities import (
    BRANDS,
    INFO_SECTIONS,
    RIBBONS,
    Kind,
    find_named,
    get_or_create,
)
from target_wix.products.fields.descriptions import content_of, has_content, same_text
from target_wix.products.v3.bodies import section_body
from target_wix.runtime.outcomes import Rejection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tap_wix.api.transport import WixTransport
    from target_wix.products.catalog import Change
    from target_wix.runtime.dropped_data import DroppedData

PARTS = {
    "brand": "brands",
    "ribbon": "ribbons",
    "additionalRibbons": "ribbons",
    "infoSections": "info sections",
    "taxGroupId": "tax groups",
    "mainCategoryId": "main categories",
}
"""What a product refers to, and what it is called where it is left out."""

_CODES = {
    "BRAND": "brand",
    "RIBBON": "ribbon",
    "INFO_SECTION": "infoSections",
    "TAX_GROUP": "taxGroupId",
    "MAIN_CATEGORY": "mainCategoryId",
}

_OWN_NAME = re.compile(r"(^|-)[0-9a-f]{12}$")
_TEXTS = ("description", "plainDescription")
_LONGEST_NAME = 100
_ODD = re.compile(r"[^a-z0-9]+")
_MOST_TEXT = 8_000_000
"""Characters of texts that are kept to compare with: those whose names do not say what they are."""

_MOST_SECTIONS = 50_000


def refused_part(error: RefusedError, body: Json) -> str:
    """Return the part of a row that an error of Wix is about, empty if it is about the rest."""
    paths = [violation.field for violation in error.violations]
    for name in PARTS:
        if name in body and any(name in path.replace("[", ".").split(".") for path in paths):
            return name
    found = next((name for code, name in _CODES.items() if code in error.code), "")
    if found == "ribbon" and "additionalRibbons" in body and "ribbon" not in body:
        found = "additionalRibbons"
    return found if found in body else ""


class References:
    """What products refer to by id, looked up a batch at a time and remembered for the run.

    A new product may name brand and ribbon, and bring new sections along; on one that exists a
    brand changes by its id alone (`BRAND_MISSING_ID` otherwise).
    """

    def __init__(self, transport: WixTransport, dropped: DroppedData) -> None:
        self._transport = transport
        self._dropped = dropped
        self._ids: dict[tuple[str, str], str] = {}
        self._sections: dict[str, Json | None] = {}
        self._whole: dict[str, int] = {}
        self._foreseen: FIFOCache[str, None] = FIFOCache(_MOST_SECTIONS)

    # -- brands and ribbons -------------------------------------------------------------------

    def prepare(self, changes: Sequence[Change]) -> None:
        """Look up at once what these changes refer to."""
        brands, ribbons, sections = set(), set(), []
        for change in changes:
            if "brand" in change.changed:
                brands.add(_name(change.desired.get("brand")))
            if "ribbon" in change.changed:
                ribbons.add(_name(change.desired.get("ribbon")))
            if "additionalRibbons" in change.changed:
                ribbons |= {_name(row) for row in as_objects(change.desired["additionalRibbons"])}
            if "infoSections" in change.changed:
                sections += as_objects(change.desired.get("infoSections"))
        self._find(BRANDS, brands)
        self._find(RIBBONS, ribbons)
        self.look_up(sections)

    def _find(self, kind: Kind, names: Iterable[str]) -> None:
        missing = [name for name in names if name and (kind.one, name) not in self._ids]
        for row in find_named(self._transport, kind, missing):
            self._ids[kind.one, row["name"]] = str(row["id"])

    def replaced(self, product: Json, names: Collection[str]) -> tuple[Json, list[str]]:
        """Return brand, ribbons and sections of a product as references, made where there are none.

        Args:
            product: as it shall be.
            names: of its fields that are sent.

        Returns:
            The references by field, and the fields that are left out and counted: what Wix refuses
            to make, and a section that is only named and that the site has not.
        """
        found: Json = {}
        left_out: list[str] = []
        for name in ("brand", "ribbon", "additionalRibbons", "infoSections"):
            if name not in names:
                continue
            try:
                found[name] = self._replaced(name, product)
            except (Rejection, RefusedError) as error:
                self.drop_field(name, error)
                left_out.append(name)
        return found, left_out

    def _replaced(self, name: str, product: Json) -> object:
        if name == "infoSections":
            return [self._section(row) for row in as_objects(product.get(name))]
        if name == "additionalRibbons":
            return [self._by_id(RIBBONS, row) for row in as_objects(product.get(name))]
        row = as_object(product.get(name))
        return self._by_id(BRANDS if name == "brand" else RIBBONS, row) if row else None

    def drop_field(self, name: str, error: Exception) -> None:
        """Count a part of a product that is not written."""
        unknown = isinstance(error, Rejection)
        self._dropped.add(
            f"unknown {PARTS[name]}" if unknown else f"{PARTS[name]} that Wix refused"
        )

    def _by_id(self, kind: Kind, row: Json) -> Json:
        """Return the reference to a brand or ribbon, made if the site has none of that name."""
        name = _name(row)
        if not name:
            return {"id": row["id"]}
        key = (kind.one, name)
        if key not in self._ids:
            self._ids[key] = str(get_or_create(self._transport, kind, {"name": name})["id"])
        return {"id": self._ids[key]}

    # -- info sections ------------------------------------------------------------------------

    def look_up(self, sections: Sequence[Json]) -> None:
        """Read the sections of the site that have the names of these.

        Where another text has the name, also those under the names that say what they are.
        """
        self._forget()
        wanted = [row for row in sections if not row.get("id")]
        self._read({_unique_name(row) for row in wanted})
        self._read(
            {_own_name(row) for row in wanted if has_content(row) and not self._is_known(row)}
        )

    def _keep(self, name: str, row: Json) -> None:
        """Remember a section: where its name was made of its text, the name says it all."""
        whole = not (_OWN_NAME.search(name) and _own_name(row) == name)
        self._sections.pop(name, None)
        self._sections[name] = row if whole else {"id": row["id"], "uniqueName": name}
        if whole:
            self._whole[name] = sum(len(str(row.get(one) or "")) for one in _TEXTS)

    def _forget(self) -> None:
        """Keep within bounds, before a batch looks up what it needs."""
        while self._whole and sum(self._whole.values()) > _MOST_TEXT:
            name = next(iter(self._whole))
            del self._whole[name]
            self._sections.pop(name, None)
        while len(self._sections) > _MOST_SECTIONS:
            name = next(iter(self._sections))
            del self._sections[name]
            self._whole.pop(name, None)

    def _read(self, names: set[str]) -> None:
        missing = sorted(name for name in names if name not in self._sections)
        self._sections |= dict.fromkeys(missing)
        for row in find_named(self._transport, INFO_SECTIONS, missing):
            self._keep(row["uniqueName"], row)

    def _is_known(self, section: Json) -> bool:
        known = self._sections.get(_unique_name(section))
        return known is None or _is_same(section, known)

    def inline(self, products: Sequence[Json]) -> list[list[Json]]:
        """Return the sections of products that are to be made.

        A section that one product brings along is made with it; one that several share is made
        first: two rows of a request that make the same thing might collide.

        Raises:
            Rejection: a section is only named, and the site has none of that name.
        """
        rows = [as_objects(product.get("infoSections")) for product in products]
        uses = Counter(
            name for sections in rows for name in {self._name_of(row) for row in sections}
        )
        found: list[list[Json]] = []
        for sections in rows:
            found.append([])
            for row in sections:
                name = self._name_of(row)
                new = not row.get("id") and self._sections.get(name) is None
                if new and has_content(row) and row.get("title") and uses[name] == 1:
                    found[-1].append(section_body(row, name))
                else:
                    found[-1].append(self._section(row))
        return found

    def _name_of(self, section: Json) -> str:
        name = _unique_name(section)
        return name if self._is_known(section) else _own_name(section)

    def sections(self, product: Json) -> list[Json]:
        """Return references to the sections of a product; one that cannot be made is counted."""
        found = []
        for row in as_objects(product.get("infoSections")):
            try:
                found.append(self._section(row))
            except (Rejection, RefusedError) as error:
                self.drop_field("infoSections", error)
        return found

    def _section(self, section: Json) -> Json:
        """Return the reference to a section, made if the site has none with this text.

        Raises:
            Rejection: it is only named, and the site has none of that name, or it has no title.
        """
        if section.get("id"):
            return {"id": section["id"]}
        name = self._name_of(section)
        known = self._sections.get(name)
        if known is None:
            if not section.get("title"):
                raise _unknown_section(name)
            body = section_body(section, name)
            known = get_or_create(self._transport, INFO_SECTIONS, body)
            self._keep(name, known)
        return {"id": known["id"]}

    def foresee(self, products: Sequence[Json], *, are_new: bool) -> list[list[str]]:
        """Return the fields of each product that would be left out, and count them; make nothing.

        Args:
            products: as they shall be, of those that exist only what changes.
            are_new: whether they are to be made: a new one loses a section, and keeps the others.
        """
        rows = [as_objects(product.get("infoSections")) for product in products]
        self.look_up([row for sections in rows for row in sections])
        return [
            [] if self._would_find(sections, are_new=are_new) or are_new else ["infoSections"]
            for sections in rows
        ]

    def _would_find(self, sections: Sequence[Json], *, are_new: bool) -> bool:
        """Note the sections that would be made; count one that is only named and not there."""
        is_whole = True
        for row in sections:
            name = self._name_of(row)
            if row.get("id") or self._sections.get(name) is not None or name in self._foreseen:
                continue
            if row.get("title"):
                self._foreseen[name] = None
            else:
                is_whole = False
                self.drop_field("infoSections", _unknown_section(name))
                if not are_new:
                    break
        return is_whole

    def remember(self, product: Json) -> None:
        """Keep the ids of sections that were made along with a product: queries lag behind."""
        for row in as_objects(product.get("infoSections")):
            name = row.get("uniqueName")
            if name and row.get("id") and self._sections.get(name) is None:
                self._keep(name, row)


def _unknown_section(name: str) -> Rejection:
    return Rejection(
        "UNKNOWN_INFO_SECTION",
        f"The site has no info section {name!r}, and a new one needs a title.",
        "infoSections",
    )


def _name(row: object) -> str:
    return str(as_object(row).get("name") or "")


def _is_same(requested: Json, known: Json) -> bool:
    """Whether a section of the site has the requested text; its own name vouches for its text."""
    if not has_content(requested) or known.get("uniqueName") == _own_name(requested):
        return True
    if requested.get("title") and requested["title"] != known.get("title"):
        return False
    if not known.get("plainDescription") and not known.get("description"):
        return not requested.get("plainDescription") and not requested.get("description")
    return same_text(requested, known)


def _unique_name(section: Json) -> str:
    """The name a section has or gets: of its title and a short hash of its text."""
    return text(section.get("uniqueName")) or _own_name(section)


def _own_name(section: Json) -> str:
    """A name that no section with another title or text has."""
    title = str(section.get("title") or "")
    content = repr((title, content_of(section)))
    stamp = hashlib.sha256(content.encode()).hexdigest()[:12]
    words = _ODD.sub("-", title.lower()).strip("-")
    return f"{words[: _LONGEST_NAME - len(stamp) - 1]}-{stamp}".strip("-")
