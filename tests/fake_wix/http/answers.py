"""Answers on their way out, and what faults do to them."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.wire import encode

if TYPE_CHECKING:
    from tests.fake_wix.http.faults import Fault
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site

HTML = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"


class Answer:
    """An answer on its way out."""

    def __init__(
        self, status: int, body: bytes = b"", content_type: str = "application/json"
    ) -> None:
        """An answer with a body, or none."""
        self.status = status
        self.body = body
        self.headers = {"x-wix-request-id": f"{int(time.time())}.{uuid.uuid4().hex[:20]}"}
        if body:
            self.headers["Content-Type"] = content_type
        self.cut: str | None = None
        self.raw = False


class Stop(Exception):  # noqa: N818 - ends the handling of a request with a fault's answer
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def json_answer(body: Any, status: int = 200) -> Answer:
    return Answer(status, b"" if body is None else encode(body))


def _fault_answer(fault: Fault) -> Answer:
    if fault.kind == "html":
        return Answer(fault.status, HTML, "text/html; charset=utf-8")
    answer = json_answer(fault.body, fault.status)
    if fault.content is not None:
        answer.body, answer.raw = fault.content, True
    answer.headers.update(fault.headers)
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    if fault.kind == "cut":
        answer.cut = "all"
    return answer


def before(faults: list[Fault], site: Site, request: Request) -> None:
    """Faults that come before the request is served."""
    for fault in faults:
        if fault.kind == "hook" and fault.hook is not None:
            with site.lock:
                fault.hook(site, request)
        elif fault.kind == "items" and fault.items is not None:
            request.item_failures.append(fault.items)
        elif fault.kind == "slow":
            time.sleep(fault.seconds)
        elif fault.effect == "before":
            raise Stop(_fault_answer(fault))


def after(faults: list[Fault], answer: Answer) -> Answer:
    """Faults that spoil an answer after the work was done."""
    for fault in faults:
        if fault.effect != "after" or fault.kind in {"hook", "items", "slow"}:
            continue
        if fault.kind == "rewrite" and fault.rewrite is not None:
            if answer.status < 300:
                answer.body = fault.rewrite(answer.body)
            continue
        if not fault.kind.startswith("truncated"):
            return _fault_answer(fault)
        answer.cut = "half" if fault.kind == "truncated_cut" else None
        if answer.cut is None:
            answer.body = answer.body[: len(answer.body) // 2]
    return answer
