"""The HTTP side of the fake Wix: connections, answers, and everything that can go wrong between them."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fake_wix.auth import Gate
from tests.fake_wix.catalog_version import check_catalog
from tests.fake_wix.faults import Fault, Faults
from tests.fake_wix.recorder import RecordedRequest, RequestLog
from tests.fake_wix.refusals import Refusal, bare, plain
from tests.fake_wix.routes import Request, Route, call, find
from tests.fake_wix.site import Site
from tests.fake_wix.wire import decode, encode

WORTH_COMPRESSING = 1_400
HTML = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"


class Answer:
    """An answer on its way out."""

    def __init__(self, status: int, body: bytes = b"", content_type: str = "application/json") -> None:
        """An answer with a body, or none."""
        self.status = status
        self.body = body
        self.headers = {"x-wix-request-id": f"{int(time.time())}.{uuid.uuid4().hex[:20]}"}
        if body:
            self.headers["Content-Type"] = content_type
        self.cut: str | None = None


class FakeWix:
    """Some sites behind one address on loopback. A context manager: ``with FakeWix(site) as wix: wix.url``."""

    def __init__(self, *sites: Site, port: int = 0) -> None:
        """Serve the given sites, or one empty V3 site."""
        self.sites: list[Site] = list(sites) or [Site()]
        self.gate = Gate()
        self.faults = Faults()
        self.requests = RequestLog()
        self.gzip = True
        self.consistency_header = "X-Wix-Consistent"
        self._server = _Server(("127.0.0.1", port), _Connection, self)
        self._thread: threading.Thread | None = None

    @property
    def site(self) -> Site:
        """The first site."""
        return self.sites[0]

    @property
    def url(self) -> str:
        """The address to use as ``api_url``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> FakeWix:
        """Begin to answer, in threads of its own."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and cut the connections that are still open."""
        self._server.shutdown()
        self._server.cut_all()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> FakeWix:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def answer(self, request: Request, record: RecordedRequest) -> Answer:
        """Everything between a request and its answer, in the order in which Wix looks at it."""
        faults = self.faults.striking(request)
        site: Site | None = None
        try:
            if (request.method, request.path) == ("POST", "/oauth2/token"):
                _before(faults, self.site, request)
                return _after(faults, _json(self.gate.token(request, self.sites)))
            entry, request.match = find(request.method, request.path)
            record.write = entry.write
            site = self.gate.site_of(request, self.sites)
            with site.lock:
                site.requests.append(record)
                faults += site.faults.striking(request)
                refused = site.throttle.check()
            if refused is not None:
                raise refused
            _before(faults, site, request)
            return _after(faults, self._serve(site, entry, request))
        except Refusal as refusal:
            answer = _json(refusal.body, refusal.status)
            retry_after = site.throttle.retry_after if site is not None else None
            if refusal.status == 429 and retry_after is not None:  # noqa: PLR2004
                answer.headers["Retry-After"] = str(retry_after)
            return answer if isinstance(refusal, _Ordered) else _after(faults, answer)
        except _Stop as stop:
            return stop.answer

    def _serve(self, site: Site, entry: Route, request: Request) -> Answer:
        """Let the endpoint do its work."""
        with site.lock:
            if not site.allows(*entry.needs):
                raise bare(403, body=True)
            check_catalog(site, entry)
            echoed = request.headers.get("x-wix-consistent", "") if site.consistency else ""
            site.reads_up_to = int(echoed) if echoed.isdigit() else 0
            try:
                answer = _json(call(entry, site, request))
            finally:
                site.reads_up_to = 0
            if site.consistency and entry.write:
                answer.headers[self.consistency_header] = str(site.sequence)
            return answer


class _Stop(Exception):  # noqa: N818 - ends the handling of a request with a fault's answer
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class _Ordered(Refusal):
    """A refusal that a hook raised; no further fault is laid on it."""


def _json(body: Any, status: int = 200) -> Answer:  # noqa: ANN401 - JSON
    return Answer(status, b"" if body is None else encode(body))


def _fault_answer(fault: Fault) -> Answer:
    if fault.kind == "html":
        return Answer(fault.status, HTML, "text/html; charset=utf-8")
    answer = _json(fault.body, fault.status)
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    if fault.kind == "cut":
        answer.cut = "all"
    return answer


def _before(faults: list[Fault], site: Site, request: Request) -> None:
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
            raise _Stop(_fault_answer(fault))


def _after(faults: list[Fault], answer: Answer) -> Answer:
    """Faults that spoil an answer after the work was done."""
    for fault in faults:
        if fault.effect != "after" or fault.kind in {"hook", "items", "slow"}:
            continue
        if not fault.kind.startswith("truncated"):
            return _fault_answer(fault)
        answer.cut = "half" if fault.kind == "truncated_cut" else None
        if answer.cut is None:
            answer.body = answer.body[: len(answer.body) // 2]
    return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], wix: FakeWix) -> None:
        self.wix = wix
        self._open: set[Any] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as the base class has it
        self._open.discard(request)
        super().shutdown_request(request)

    def cut_all(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        """A client that hangs up is part of the tests; a fault of the fake itself is printed by the handler."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - as the base class has it
        """Say nothing."""

    def _handle(self) -> None:
        wix = self.server.wix
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        params = parse_qs(parts.query, keep_blank_values=True)
        request = Request(self.command, parts.path, params, headers)
        record = RecordedRequest(self.command, parts.path, params, headers, None)
        wix.requests.append(record)
        try:
            request.body = record.body = decode(raw) if raw.strip() else None
        except ValueError:
            answer = _json(plain(400, "Malformed JSON").body, 400)
        else:
            try:
                answer = wix.answer(request, record)
            except Exception:
                # A fault of the fake itself: visible in the test's output, and an answer nobody takes for Wix's.
                self.close_connection = True
                self._send(Answer(599, b"fault of the fake"), record)
                raise
        self._send(answer, record)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _handle  # noqa: N815 - names the base class looks for

    def _send(self, answer: Answer, record: RecordedRequest) -> None:
        if answer.cut == "all":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        record.status = answer.status
        body = answer.body
        accepts = self.headers.get("Accept-Encoding") or ""
        if self.server.wix.gzip and len(body) > WORTH_COMPRESSING and "gzip" in accepts:
            body = gzip.compress(body, 1)
            answer.headers["Content-Encoding"] = "gzip"
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if answer.cut == "half":
            self.close_connection = True
            body = body[: len(body) // 2]
        self.end_headers()
        self.wfile.write(body)
