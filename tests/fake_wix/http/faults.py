"""Faults on order: what goes wrong on the way to Wix and back, for chosen requests, a chosen number of times."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.wire import decode, encode

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site

Hook = Callable[["Site", "Request"], None]
Rewrite = Callable[[bytes], bytes]


@dataclass(frozen=True)
class ItemFailure:
    """A failure of single items of a bulk call that answers 200 otherwise (wix-api platform 5)."""

    indexes: Collection[int] | None
    error: dict[str, Any]

    def hits(self, index: int) -> bool:
        """Whether the item at ``index`` is to fail."""
        return self.indexes is None or index in self.indexes


@dataclass
class Fault:
    """One kind of trouble for the requests that ``method``, ``path`` (a regex, searched) and ``when`` choose.

    The first ``after`` of them are spared, the next ``times`` are hit (None: all). ``effect`` "after" lets the
    request do its work first, so that only the answer suffers.
    """

    kind: str
    path: str = ""
    method: str | None = None
    times: int | None = 1
    after: int = 0
    effect: str = "before"
    status: int = 500
    retry_after: int | str | None = None
    seconds: float = 0.0
    body: Any = None
    content: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hook: Hook | None = None
    rewrite: Rewrite | None = None
    items: ItemFailure | None = None
    when: Callable[[Request], bool] | None = None
    hits: int = 0
    _seen: int = field(default=0, repr=False)

    def strikes(self, request: Request) -> bool:
        """Whether this request is hit; counts it."""
        if self.method is not None and self.method != request.method:
            return False
        if not re.search(self.path, request.path) or (
            self.when is not None and not self.when(request)
        ):
            return False
        self._seen += 1
        if self._seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        self.hits += 1
        return True


class Faults(list[Fault]):
    """The faults waiting on a site (or on the whole server)."""

    def add(self, fault: Fault) -> Fault:
        """Order a fault; the returned object tells later how often it has hit."""
        self.append(fault)
        return fault

    def striking(self, request: Request) -> list[Fault]:
        """The faults that hit this request, hooks first."""
        found = [fault for fault in self if fault.strikes(request)]
        return sorted(found, key=lambda fault: fault.kind != "hook")


def throttle_429(path: str = "", *, retry_after: int | str | None = None, **options: Any) -> Fault:
    """Too many requests, with or without Retry-After (seconds or an HTTP date), without a body."""
    return Fault("answer", path, status=429, retry_after=retry_after, **options)


def empty_403(path: str = "", **options: Any) -> Fault:
    """The empty 403 that one Wix service gives to a burst (wix-api platform 6)."""
    return Fault("answer", path, status=403, body={"message": "", "details": {}}, **options)


def server_error(path: str = "", *, status: int = 503, **options: Any) -> Fault:
    """A 5xx; its envelope is empty by design. With ``effect="after"`` the write has happened all the same."""
    return Fault("answer", path, status=status, body={"message": "", "details": {}}, **options)


def refusal(path: str = "", *, status: int, body: Any = None, **options: Any) -> Fault:
    """Any other answer, for what the fake has no rule for."""
    return Fault("answer", path, status=status, body=body, **options)


def raw(path: str = "", *, content: bytes, status: int = 200, **options: Any) -> Fault:
    """Bytes as they are, whatever the headers say of them; the connection ends behind them."""
    return Fault("raw", path, status=status, content=content, **options)


def spliced(path: str = "", *, splice: Rewrite, **options: Any) -> Fault:
    """The answer's bytes with something else in them."""
    return Fault("rewrite", path, effect="after", rewrite=splice, **options)


def rewritten(path: str = "", *, rewrite: Callable[[Any], Any], **options: Any) -> Fault:
    """The answer with something else in it, for what a Wix could say that keeps to no document."""
    return spliced(path, splice=lambda body: encode(rewrite(decode(body))), **options)


def provisioning_428(path: str = "^/stores/v3/", **options: Any) -> Fault:
    """A V3 site that is not ready yet (wix-api stores-v3 2)."""
    error = {
        "code": "CATALOG_V3_SITE_PROVISIONING",
        "description": "Site is currently being provisioned",
    }
    body = {"message": error["description"], "details": {"applicationError": error}}
    return Fault("answer", path, status=428, body=body, **options)


def cut_connection(path: str = "", **options: Any) -> Fault:
    """The connection ends without an answer; nothing was done, unless ``effect="after"``."""
    return Fault("cut", path, **options)


def lost_answer(path: str = "", **options: Any) -> Fault:
    """The work is done, then the connection ends without an answer."""
    return Fault("cut", path, effect="after", **options)


def truncated_json(path: str = "", *, cut: bool = False, **options: Any) -> Fault:
    """Half of the answer's JSON; with ``cut`` the connection ends before the announced length."""
    return Fault("truncated_cut" if cut else "truncated", path, effect="after", **options)


def html_page(path: str = "", *, status: int = 502, **options: Any) -> Fault:
    """An error page of a proxy."""
    return Fault("html", path, status=status, **options)


def redirect(path: str = "", *, location: str, status: int = 302, **options: Any) -> Fault:
    """An answer that sends the caller, and the key with it, elsewhere."""
    return Fault("answer", path, status=status, headers={"Location": location}, **options)


def slow(path: str = "", *, seconds: float, **options: Any) -> Fault:
    """The answer comes, but late."""
    return Fault("slow", path, seconds=seconds, **options)


def item_failure(
    path: str = "",
    *,
    indexes: Collection[int] | None = None,
    code: str = "INTERNAL",
    description: str = "",
    data: dict[str, Any] | None = None,
    **options: Any,
) -> Fault:
    """Single items of a bulk call fail (None: all of them)."""
    error = {"code": code, "description": description or code, "data": data or {}}
    return Fault("items", path, items=ItemFailure(indexes, error), **options)


def row_faults_after(
    path: str = "", *, indexes: Collection[int], code: str = "INTERNAL", **options: Any
) -> Fault:
    """Single rows of a bulk call are carried out, and Wix says that it had a fault with them."""

    def spoil(answer: Any) -> Any:
        for row in (answer.get("productResults") or answer)["results"]:
            meta = row["itemMetadata"]
            if meta["originalIndex"] in indexes:
                row.pop("item", None)
                meta.pop("id", None)
                meta |= {"success": False, "error": {"code": code, "description": ""}}
        return answer

    return rewritten(path, rewrite=spoil, **options)


def hook(function: Hook, path: str = "", **options: Any) -> Fault:
    """Something happens on the site right before a request is served: a change by somebody else, a signal."""
    return Fault("hook", path, hook=function, **options)


PASSING: dict[str, Callable[[str], Fault]] = {
    "429": throttle_429,
    "429-retry-after": lambda path: throttle_429(path, retry_after=3),
    "503": server_error,
    "503-after": lambda path: server_error(path, effect="after"),
    "cut": cut_connection,
    "lost": lost_answer,
    "html": html_page,
    "truncated": truncated_json,
    "truncated-cut": lambda path: truncated_json(path, cut=True),
}
"""Faults that pass, by name: who repeats the request, or looks what became of it, loses nothing."""
