"""What the tests of the contacts sink have in common: a site, records, and a run over them."""

from __future__ import annotations

import copy
import io
import json
import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from target_wix.runtime.outcomes import Outcome
from target_wix.target import TargetWix
from tests.fake_wix.http.wire import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.fake_wix import Site
    from tests.fake_wix.http.recorder import RecordedRequest

PATH = "/contacts/v4/contacts"
SCHEMA = json.dumps(
    {
        "type": "SCHEMA",
        "stream": "contacts",
        "schema": {"type": "object", "properties": {"id": {}}},
        "key_properties": [],
    }
)


class Run:
    """A finished run of the target."""

    def __init__(self, target: TargetWix, code: int, naps: list[float]) -> None:
        self.code = code
        self.naps = naps
        tally = target.outcomes.tally("contacts")
        self.counts = {outcome.value: count for outcome, count in tally.counts.items() if count}
        self.codes = dict(tally.codes)
        self.requests = tally.requests
        self.dropped = dict(tally.dropped)

    def __repr__(self) -> str:
        return f"Run({self.code}, {self.counts}, {self.codes})"


class QuickTarget(TargetWix):
    """A target that only notes how long it would have waited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.naps: list[float] = []
        super().__init__(*args, **kwargs)

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)


class Shop:
    """A site of the fake, and the target on it."""

    def __init__(self, site: Site, url: str) -> None:
        self.site = site
        self.book = site.contacts
        self._url = url

    def add(self, email: str = "", phone: str = "", **info: Any) -> str:
        """Put a contact there; return its id."""
        if email:
            info.setdefault("emails", {"items": [{"email": email, "tag": "MAIN"}]})
        if phone:
            info.setdefault("phones", {"items": [{"phone": phone, "countryCode": "NO"}]})
        return str(self.book.add(info)["id"])

    def run(self, *records: dict[str, Any], **settings: Any) -> Run:
        """Send records into the target."""
        return self.run_lines([SCHEMA, *map(as_line, records)], **settings)

    def run_lines(self, lines: Iterable[str], **settings: Any) -> Run:
        target = QuickTarget(config={**self.site.settings(self._url), **settings})
        text = "".join(f"{line}\n" for line in lines)
        return Run(target, target.run(io.StringIO(text)), target.naps)

    def info(self, contact_id: str) -> dict[str, Any]:
        """What is written in a contact, without ids and what Wix adds."""
        return plain(self.book.store.edit(contact_id))

    def infos(self) -> list[dict[str, Any]]:
        return [plain(one) for one in copy.deepcopy(self.book.store.all())]

    @property
    def writes(self) -> list[RecordedRequest]:
        return self.site.requests.writes

    def sent(self, at: int = -1) -> dict[str, Any]:
        """The `info` of a write."""
        info: dict[str, Any] = self.writes[at].body["info"]
        return info

    def tap_records(self) -> list[dict[str, Any]]:
        """The contacts as tap-wix emits them."""
        contacts = copy.deepcopy(self.book.store.all())
        return [{**contact, "siteId": self.site.site_id} for contact in contacts]


def as_line(record: dict[str, Any]) -> str:
    return encode({"type": "RECORD", "stream": "contacts", "record": record}).decode()


def plain(contact: dict[str, Any]) -> dict[str, Any]:
    """The writable part of a contact in a form to compare."""
    info = contact["info"]
    out: dict[str, Any] = {
        name: info[name] for name in ("name", "company", "jobTitle", "birthdate", "locale")
        if info.get(name)
    }  # fmt: skip
    for name, parts in (
        ("emails", ("email", "tag", "primary")),
        ("phones", ("phone", "countryCode", "tag", "primary")),
        ("addresses", ("tag", "address")),
    ):
        items = (info.get(name) or {}).get("items") or []
        if items:
            out[name] = [{part: item[part] for part in parts if part in item} for item in items]
    for item in out.get("addresses", []):
        item["address"].pop("formatted", None)
    if labels := (info.get("labelKeys") or {}).get("items"):
        out["labels"] = sorted(labels)
    custom = {
        key: value
        for key, value in info["extendedFields"]["items"].items()
        if key.startswith("custom.")
    }
    if custom:
        out["custom"] = custom
    return out


def emails(*listed: str, **more: Any) -> dict[str, Any]:
    """An `info` with e-mails, the first one primary."""
    items = [{"email": one, "tag": "MAIN", "primary": not at} for at, one in enumerate(listed)]
    return {"emails": {"items": items}, **more}


def outcomes(**counts: int) -> dict[str, int]:
    assert all(Outcome(name) for name in counts)
    return counts


def messages(caplog: Any, level: int = logging.WARNING) -> Sequence[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= level]


def number(text: str) -> Decimal:
    return Decimal(text)
