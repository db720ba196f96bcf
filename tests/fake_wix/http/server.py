"""The HTTP side of the fake Wix: connections, answers, and everything that can go wrong between them."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.fake_wix.business import CURRENCIES_PATH
from tests.fake_wix.catalog_version import check_catalog
from tests.fake_wix.http.answers import Answer, Stop, after, before, json_answer
from tests.fake_wix.http.auth import Gate
from tests.fake_wix.http.faults import Faults
from tests.fake_wix.http.recorder import RecordedRequest, RequestLog
from tests.fake_wix.http.refusals import Refusal, bare, plain
from tests.fake_wix.http.routes import Request, Route, call, find
from tests.fake_wix.http.wire import decode
from tests.fake_wix.site import Site
from tests.fake_wix.sites import SiteList

if TYPE_CHECKING:
    from typing import Self

WORTH_COMPRESSING = 1_400


class FakeWix:
    """Some sites behind one address on loopback. A context manager: ``with FakeWix(site) as wix: wix.url``."""

    def __init__(self, *sites: Site, port: int = 0) -> None:
        """Serve the given sites, or one empty V3 site."""
        self.sites: list[Site] = list(sites) or [Site()]
        self.gate = Gate()
        self.site_list = SiteList()
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

    def start(self) -> Self:
        """Begin to answer, in threads of its own."""
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and cut the connections that are still open."""
        self._server.shutdown()
        self._server.cut_all()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
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
                before(faults, self.site, request)
                return after(faults, json_answer(self.gate.token(request, self.sites)))
            if request.method == "POST" and request.path in self.site_list.endpoints:
                before(faults, self.site, request)
                asked = self.site_list.endpoints[request.path]
                return after(faults, json_answer(asked(request, self.sites)))
            if self._is_for_all(request):
                before(faults, self.site, request)
                return after(faults, json_answer({"currencies": self.site.business.currencies}))
            entry, request.match = find(request)
            record.write = entry.write
            site = self.gate.site_of(request, self.sites)
            with site.lock:
                site.requests.append(record)
                faults += site.faults.striking(request)
                refused = site.throttle.check()
            if refused is not None:
                raise refused
            before(faults, site, request)
            return after(faults, self._serve(site, entry, request))
        except Refusal as refusal:
            answer = json_answer(refusal.body, refusal.status)
            retry_after = site.throttle.retry_after if site is not None else None
            if refusal.status == 429 and retry_after is not None:
                answer.headers["Retry-After"] = str(retry_after)
            return after(faults, answer)
        except Stop as stop:
            return stop.answer

    def _is_for_all(self, request: Request) -> bool:
        """The one list that needs no credential (wix-api platform 8)."""
        asked = (request.method, request.path) == ("GET", CURRENCIES_PATH)
        anonymous = "authorization" not in request.headers
        return asked and anonymous and self.site.business.currencies_for_all

    def _serve(self, site: Site, entry: Route, request: Request) -> Answer:
        """Let the endpoint do its work."""
        with site.lock:
            if not site.allows(*entry.needs):
                raise bare(403, body=True)
            check_catalog(site, entry)
            echoed = request.headers.get("x-wix-consistent", "") if site.consistency else ""
            site.reads_up_to = int(echoed) if echoed.isdigit() else 0
            try:
                answer = json_answer(call(entry, site, request))
            finally:
                site.reads_up_to = 0
            if site.consistency and entry.write:
                answer.headers[self.consistency_header] = str(site.sequence)
            return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], wix: FakeWix
    ) -> None:
        self.wix = wix
        self._open: set[Any] = set()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def cut_all(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests; a fault of the fake itself is printed by the handler."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
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
            answer = json_answer(plain(400, "Malformed JSON").body, 400)
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
        if (
            self.server.wix.gzip
            and not answer.raw
            and len(body) > WORTH_COMPRESSING
            and "gzip" in accepts
        ):
            body = gzip.compress(body, 1)
            answer.headers["Content-Encoding"] = "gzip"
        self.send_response_only(answer.status)
        # Of the clock that also dates what is written on the site.
        headers = {"Date": formatdate(self.server.wix.site.clock.seconds(), usegmt=True)}
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        if not answer.headers.keys() & {"Content-Length", "Transfer-Encoding"}:
            self.send_header("Content-Length", str(len(body)))
        self.close_connection = self.close_connection or answer.raw
        if answer.cut == "half":
            self.close_connection = True
            body = body[: len(body) // 2]
        self.end_headers()
        self.wfile.write(body)
