"""One call to Wix: paced, retried, its answer checked. All that goes over the wire is here."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from typing_extensions import override

from tap_wix.api import bodies, codec, responses, times
from tap_wix.api.auth import ApiKeyAuthenticator, Authenticator, ClientCredentialsAuthenticator
from tap_wix.api.bodies import BodyError, read_body
from tap_wix.api.certificates import certificate_error
from tap_wix.api.connection import is_header_safe
from tap_wix.api.errors import (
    AccessError,
    AnswerError,
    ConflictError,
    LostAnswerError,
    NotFoundError,
    RefusedError,
    UnavailableError,
    WixError,
    WrongCatalogError,
)
from tap_wix.api.foreign_text import keep_secret, shown
from tap_wix.api.paths import service_of
from tap_wix.api.rate_limiter import RateLimiter
from tap_wix.api.retry import RetryPolicy, RetryReason, retry_after_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tap_wix.api.connection import Connection

logger = logging.getLogger(__name__)

_TIMEOUT = (10.0, 90.0)
"""Seconds to connect and to wait for data; slow queries of Wix end in a 504 before that."""

_CONSISTENCY_HEADER = "x-wix-consistent"
_MOST_IN_FLIGHT = 8
"""Requests of one site at a time, whoever sends them."""

_LOG_WAITS_FROM = 10.0
_LOG_EVERY = 60.0
_REDIRECTS = 3
_LONGEST_TOKEN = 4096


class _Session(requests.Session):
    """A session with one host, that leaves redirects to its caller."""

    def __init__(self) -> None:
        """Look for proxies and certificates later."""
        super().__init__()
        self._environment: Any = None

    @override
    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        """Look for proxies and certificates once: it takes a third of the time of a request."""
        if self._environment is None:
            self._environment = super().merge_environment_settings(
                url, proxies, stream, verify, cert
            )
        return {**self._environment}

    @override
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that there is none: requests would parse any address, and read the body unbounded."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One call, see `WixTransport.call`."""

    method: str
    path: str
    data: bytes | None
    params: tuple[tuple[str, str], ...] = ()
    repeatable: bool = True
    permission: str = ""
    check: Callable[[dict[str, Any]], object] | None = None
    confirm_refusal: bool = False


class _Failure(NamedTuple):
    """What went wrong with a request; without a reason to retry, waiting does not help."""

    reason: RetryReason | None
    error: WixError
    retry_after: float | None = None


class WixTransport:
    """The requests to one site: they share one login, one rate limiter and one connection pool.

    Attributes:
        requests_sent: how many requests went out so far, repeated ones and logins included.
        server_time: the latest `Date` of Wix's answers so far, None before the first one. It tells
            the time by the clock that also writes `updatedDate`; that of this machine may be off.
        v3_confirmed: set once Wix said that the site is on Catalog V3: a freshly provisioned one
            can still answer V3 calls with the code of a V1 site for a while (wix-api stores-v3 2).
    """

    def __init__(
        self,
        connection: Connection,
        *,
        user_agent: str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open nothing yet; the first call connects."""
        self.requests_sent = 0
        self._count_lock = threading.Lock()
        self._in_flight = threading.Semaphore(_MOST_IN_FLIGHT)
        self.server_time: datetime | None = None
        self.v3_confirmed = False
        self._url = connection.api_url
        self._clock = clock
        self._sleep = sleep
        self._rate_limiter = RateLimiter(connection.requests_per_minute, clock=clock, sleep=sleep)
        self._session = _Session()
        self._session.auth = _keep_headers
        self._session.headers.update(
            {
                "User-Agent": user_agent,
                "Accept": "application/json",
                "Accept-Encoding": bodies.ENCODINGS,
            }
        )
        self._answered: set[str] = set()
        self._login_worked = False
        self._by_app = not connection.api_key
        self._consistency: dict[str, str] = {}
        self._login: Authenticator
        keep_secret(connection.api_key)
        keep_secret(connection.app_secret)
        if connection.api_key:
            self._login = ApiKeyAuthenticator(
                connection.api_key, site_id=connection.site_id, account_id=connection.account_id
            )
        else:
            self._login = ClientCredentialsAuthenticator(connection, self._post_login, clock)

    def call(  # noqa: PLR0913 - what one call can need
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Sequence[tuple[str, str]] = (),
        repeatable: bool = True,
        permission: str = "",
        check: Callable[[dict[str, Any]], object] | None = None,
        confirm_refusal: bool = False,
        authenticated: bool = True,
    ) -> dict[str, Any]:
        """Make one call and return the JSON object that Wix answers with.

        Args:
            method: HTTP method.
            path: from the slash on, ids in it through `quote_id`.
            body: JSON value; a `Decimal` is sent as a number.
            params: query string, arrays as repeated keys (wix-api platform 1).
            repeatable: whether doing it twice does no harm. A create is not: it is sent again only
                when Wix surely did not act on it.
            permission: what the key needs for it, for the message of a refusal.
            check: raises `AnswerError` for an answer without what was asked for. Such an answer is
                asked for once more, as one odd answer is not the end of a run.
            confirm_refusal: True asks once more before a refusal is raised. For a caller who would
                go on without an optional part: bursts are refused in the same empty words as
                missing permissions (wix-api platform 6), and nobody would miss the part.
            authenticated: False sends no login, for the little that Wix shows to everybody.

        Raises:
            WixError: one of its subclasses, see `tap_wix.api.errors`.
        """
        request = _Request(
            method,
            path,
            None if body is None else codec.encode(body),
            tuple(params),
            repeatable,
            permission,
            check,
            confirm_refusal,
        )
        return self._call(request, self._login.headers if authenticated else dict)

    def retry_policy(self) -> RetryPolicy:
        """Return the waits of one call whose answer leaves something to be sent again."""
        return RetryPolicy(clock=self._clock)

    def wait_to_retry(
        self, policy: RetryPolicy, reason: RetryReason, method: str, path: str
    ) -> bool:
        """Wait before a part of a call is sent again; return False, without a wait, to give up.

        Args:
            policy: the waits of the call.
            reason: why it is sent again.
            method: of the call.
            path: of the call.
        """
        wait = policy.next_wait(reason)
        if wait is None:
            return False
        self._pause(wait, reason, _Request(method, path, None))
        return True

    def _post_login(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        return self._call(_Request("POST", path, codec.encode(body)), dict)

    def _call(self, request: _Request, login: Callable[[], dict[str, str]]) -> dict[str, Any]:
        policy = RetryPolicy(clock=self._clock)
        renewed = False
        while True:
            headers = login()
            result = self._exchange(request, headers)
            if isinstance(result, dict):
                self._login_worked = self._login_worked or bool(headers)
                return result
            reason, error, retry_after = result
            if error.status == HTTPStatus.UNAUTHORIZED and not renewed and headers:
                renewed = True
                if self._login.refresh(headers):
                    continue
                if self._login_worked:
                    reason = RetryReason.DOUBTFUL
            if reason is None and request.confirm_refusal and _may_be_odd(error):
                reason = RetryReason.DOUBTFUL
            if reason is None or (not request.repeatable and isinstance(error, LostAnswerError)):
                raise error
            wait = policy.next_wait(reason, retry_after)
            if wait is None:
                raise error if reason is RetryReason.DOUBTFUL else _final(error)
            self._pause(wait, reason, request)

    def _exchange(self, request: _Request, headers: dict[str, str]) -> dict[str, Any] | _Failure:
        """Send one request; return the body, or what went wrong and whether waiting may help."""
        try:
            with self._in_flight:
                response = self._send(request, headers)
                content = self._content_of(response)
        except BodyError as failure:
            return self._unusable(request, response, str(failure), passing=failure.passing)
        # All that requests let through of the libraries below them.
        except (OSError, urllib3.exceptions.HTTPError, HTTPException) as failure:
            return self._unreachable(request, failure)
        self._keep_consistency(response.headers.get(_CONSISTENCY_HEADER))
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            return self._refusal(request, response, content)
        if response.status_code < HTTPStatus.OK:
            why = f"status {response.status_code}"
            return self._unusable(request, response, why, passing=True)
        return self._granted(request, response, content)

    def _granted(
        self, request: _Request, response: requests.Response, content: bytes
    ) -> dict[str, Any] | _Failure:
        try:
            answer = responses.parsed_body(content)
        except codec.UnusableJsonError as failure:
            return self._unusable(request, response, str(failure), passing=False)
        if answer is None:
            return self._unusable(request, response, "no JSON object", passing=True)
        if request.check:
            try:
                request.check(answer)
            except AnswerError as error:
                return _Failure(RetryReason.DOUBTFUL if request.repeatable else None, error)
        self._answered.add(service_of(request.path))
        self._note_time(response.headers.get("Date"))
        return answer

    def _content_of(self, response: requests.Response) -> bytes:
        try:
            return read_body(response, self._clock)
        except BodyError:
            # The status of a refusal says enough.
            if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
                return b""
            raise

    def _unusable(
        self, request: _Request, response: requests.Response, why: str, *, passing: bool
    ) -> _Failure:
        """Return the failure of a request that Wix granted, with an answer that helps nobody."""
        lost = _lost(request, why, _request_id(response))
        if passing or not request.repeatable:
            return _Failure(RetryReason.FAILING, lost)
        return _Failure(
            RetryReason.DOUBTFUL,
            AnswerError(str(lost), path=request.path, request_id=lost.request_id),
        )

    def _unreachable(self, request: _Request, failure: Exception) -> _Failure:
        if error := certificate_error(failure, self._url):
            return _Failure(None, error)
        name = type(failure).__name__
        if _never_arrived(failure):
            error = UnavailableError(
                f"Wix cannot be reached at {self._url} ({name}).", path=request.path
            )
            return _Failure(RetryReason.FAILING, error)
        return _Failure(RetryReason.FAILING, _lost(request, name))

    def _refusal(self, request: _Request, response: requests.Response, content: bytes) -> _Failure:
        status = response.status_code
        request_id = _request_id(response)
        error = responses.error_of(
            status,
            content,
            method=request.method,
            path=request.path,
            request_id=request_id,
            permission=request.permission,
            by_app=self._by_app,
        )
        reason = self._retry_reason(status, content, request.path, error)
        if reason is RetryReason.THROTTLED:
            self._rate_limiter.slow_down()
        if reason is RetryReason.FAILING:
            error = _lost(request, f"status {status}", request_id, status)
        date = response.headers.get("Date")
        return _Failure(
            reason, error, retry_after_seconds(response.headers.get("Retry-After"), date)
        )

    def _keep_consistency(self, token: str | None) -> None:
        # One that no request can carry would keep every further request from being sent.
        if token and len(token) <= _LONGEST_TOKEN and is_header_safe(token):
            self._consistency = {_CONSISTENCY_HEADER: token}

    def _note_time(self, date: str | None) -> None:
        moment = times.http_date(date)
        if moment and (self.server_time is None or moment > self.server_time):
            self.server_time = moment

    def _send(self, request: _Request, headers: dict[str, str]) -> requests.Response:
        content_type = {} if request.data is None else {"Content-Type": "application/json"}
        url, params = self._url + request.path, request.params
        for _ in range(_REDIRECTS):
            self._rate_limiter.acquire()
            with self._count_lock:
                self.requests_sent += 1
            response = self._session.request(
                request.method,
                url,
                params=params,
                data=request.data,
                headers={**headers, **self._consistency, **content_type},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            moved = _same_host(url, response)
            if not moved:
                break
            response.close()
            url, params = moved, ()
        return response

    def _retry_reason(
        self, status: int, content: bytes, path: str, error: WixError
    ) -> RetryReason | None:
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            # Also the status of a quota that is used up, and no waiting fills it again
            # (wix-api platform 5).
            return None if "QUOTA_" in error.code else RetryReason.THROTTLED
        if status == HTTPStatus.FORBIDDEN:
            # A burst was seen answered so by Wix; before the first success it is a refusal
            # (wix-api platform 6).
            known = service_of(path) in self._answered
            return RetryReason.SILENT_403 if known and responses.is_silent(content) else None
        if error.code == responses.PROVISIONING_CODE:
            return RetryReason.PROVISIONING
        if isinstance(error, WrongCatalogError):
            still_v1 = error.code.startswith("CATALOG_V1_SITE")
            return RetryReason.PROVISIONING if still_v1 and self.v3_confirmed else None
        if status == HTTPStatus.REQUEST_TIMEOUT or (
            status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
        ):
            return RetryReason.FAILING
        return None

    def _pause(self, seconds: float, reason: RetryReason, request: _Request) -> None:
        """Wait, with a line at the start of a long wait and each minute of it."""
        left = seconds
        while True:
            if seconds >= _LOG_WAITS_FROM:
                logger.warning(
                    "Wix answered %s %s with %s; waiting %.0f s more.",
                    request.method,
                    shown(request.path, numbers=True),
                    reason.value,
                    left,
                )
            step = min(left, _LOG_EVERY)
            self._sleep(step)
            left -= step
            if left <= 0:
                return


def _keep_headers(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for a login of requests' own, which would be taken from ~/.netrc otherwise."""
    return request


def _may_be_odd(error: WixError) -> bool:
    """Tell whether a refusal may be another one than it seems; what is not there is not there."""
    sure = isinstance(error, NotFoundError | ConflictError)
    return isinstance(error, AccessError | RefusedError) and not sure


def _never_arrived(error: Exception) -> bool:
    """Tell whether a failure came before anything was sent, so that a create may be repeated."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _same_host(url: str, response: requests.Response) -> str:
    """Return where a redirect leads that repeats the request, empty if it leads elsewhere."""
    if response.status_code not in (307, 308):
        return ""
    try:
        moved = urljoin(url, response.headers.get("Location", ""))
        return moved if urlsplit(moved)[:2] == urlsplit(url)[:2] else ""
    except ValueError:
        return ""


def _request_id(response: requests.Response) -> str:
    return shown(response.headers.get("x-wix-request-id", ""), limit=100, numbers=True)


def _lost(
    request: _Request, what: str, request_id: str = "", status: int | None = None
) -> LostAnswerError:
    trace = f"; Wix's request id is {request_id}" if request_id else ""
    path = shown(request.path, numbers=True)
    return LostAnswerError(
        f"Wix gave no usable answer to {request.method} {path} ({what}){trace}.",
        status=status,
        path=request.path,
        request_id=request_id,
    )


def _final(error: WixError) -> WixError:
    """Return the exception for a call that was tried often enough."""
    if isinstance(error, AccessError | AnswerError):
        return error
    return UnavailableError(
        f"{error} Tried again and again without success: run it again later; state keeps what was"
        " done so far.",
        status=error.status,
        code=error.code,
        path=error.path,
        request_id=error.request_id,
    )
