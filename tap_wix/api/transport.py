"""One call to Wix: paced, retried, its answer checked. All that goes over the wire is here."""

from __future__ import annotations

import logging
import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

import requests
import urllib3

from tap_wix.api import answers, times, wire
from tap_wix.api.auth import ApiKeyLogin, ClientCredentialsLogin, Login
from tap_wix.api.errors import (
    AccessError,
    AnswerError,
    LostAnswerError,
    RefusedError,
    UnavailableError,
    WixError,
    WrongCatalogError,
)
from tap_wix.api.governor import RateGovernor
from tap_wix.api.retry import Patience, Trouble, retry_after_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tap_wix.api.settings import Connection

logger = logging.getLogger(__name__)

_TIMEOUT = (10.0, 90.0)
"""Seconds to connect and to wait for data; slow queries of Wix end in a 504 before that."""

_CONSISTENCY_HEADER = "x-wix-consistent"
_LOG_WAITS_FROM = 10.0
_LOG_EVERY = 60.0
_REDIRECTS = 3
_ID = re.compile(r"[0-9A-Za-z._~:-]{1,100}")


def quote_id(value: str) -> str:
    """Return an id for use in a path.

    Raises:
        ValueError: the text can be no id of Wix; it must never reach an address, where
            `../orders` would name something else.
    """
    if not _ID.fullmatch(value) or not value.strip("."):
        raise ValueError("an id may have letters, digits and hyphens only")
    return quote(value, safe="")


class WixTransport:
    """The wire to one site, with one login, one rate governor and one connection pool.

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
        self.server_time: datetime | None = None
        self.v3_confirmed = False
        self._url = connection.api_url
        self._clock = clock
        self._sleep = sleep
        self._governor = RateGovernor(connection.requests_per_minute, clock=clock, sleep=sleep)
        self._session = requests.Session()
        self._session.auth = _keep_headers
        self._session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})
        self._answered: set[str] = set()
        self._consistency: dict[str, str] = {}
        self._login: Login
        if connection.api_key:
            self._login = ApiKeyLogin(connection.api_key, connection.site_id)
        else:
            self._login = ClientCredentialsLogin(connection, self._post_login, clock)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Sequence[tuple[str, str]] = (),
        repeatable: bool = True,
        permission: str = "",
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

        Raises:
            WixError: one of its subclasses, see `tap_wix.api.errors`.
        """
        return self._call(
            method, path, body, tuple(params), repeatable, permission, self._login.headers
        )

    def _post_login(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        try:
            return self._call("POST", path, body, (), True, "", dict)  # noqa: FBT003
        except RefusedError as error:
            msg = f"{error} The app id, the app secret or the instance id is wrong."
            raise AccessError(msg, status=error.status, code=error.code, path=path) from None

    def _call(
        self,
        method: str,
        path: str,
        body: object,
        params: tuple[tuple[str, str], ...],
        repeatable: bool,  # noqa: FBT001
        permission: str,
        login: Callable[[], dict[str, str]],
    ) -> dict[str, Any]:
        patience = Patience(clock=self._clock)
        renewed = False
        while True:
            headers = login()
            result = self._exchange(method, path, body, params, headers, permission)
            if isinstance(result, dict):
                return result
            trouble, error, retry_after = result
            if error.status == HTTPStatus.UNAUTHORIZED and not renewed and headers:
                renewed = True
                if self._login.renew(headers):
                    continue
            if trouble is None:
                raise error
            if not repeatable and isinstance(error, LostAnswerError):
                raise error
            wait = patience.next_wait(trouble, retry_after)
            if wait is None:
                raise _final(error)
            self._pause(wait, trouble, method, path)

    def _exchange(
        self,
        method: str,
        path: str,
        body: object,
        params: tuple[tuple[str, str], ...],
        headers: dict[str, str],
        permission: str,
    ) -> dict[str, Any] | tuple[Trouble | None, WixError, float | None]:
        """Send one request; return the body, or what went wrong and whether waiting may help."""
        try:
            response = self._send(method, path, body, params, headers)
        except requests.RequestException as failure:
            name = type(failure).__name__
            if _never_arrived(failure):
                return (
                    Trouble.FAILING,
                    UnavailableError(f"Wix cannot be reached at {self._url} ({name}).", path=path),
                    None,
                )
            return Trouble.FAILING, _lost(method, path, name), None
        status = response.status_code
        request_id = response.headers.get("x-wix-request-id", "")
        if _CONSISTENCY_HEADER in response.headers:
            self._consistency = {_CONSISTENCY_HEADER: response.headers[_CONSISTENCY_HEADER]}
        if status < HTTPStatus.MULTIPLE_CHOICES:
            answer = answers.parsed_body(response.content)
            if answer is None:
                return Trouble.FAILING, _lost(method, path, "no JSON object", request_id), None
            self._answered.add(_service(path))
            self._note_time(response.headers.get("Date"))
            return answer
        retry_after = retry_after_seconds(response.headers.get("Retry-After"))
        error = answers.error_of(
            status,
            response.content,
            method=method,
            path=path,
            request_id=request_id,
            permission=permission,
        )
        trouble = self._trouble(status, response.content, path, error)
        if trouble is Trouble.THROTTLED:
            self._governor.slow_down()
        if trouble is Trouble.FAILING:
            error = _lost(method, path, f"status {status}", request_id, status)
        return trouble, error, retry_after

    def _note_time(self, date: str | None) -> None:
        moment = times.http_date(date)
        if moment and (self.server_time is None or moment > self.server_time):
            self.server_time = moment

    def _send(
        self,
        method: str,
        path: str,
        body: object,
        params: tuple[tuple[str, str], ...],
        headers: dict[str, str],
    ) -> requests.Response:
        data = None if body is None else wire.encode(body)
        content_type = {} if data is None else {"Content-Type": "application/json"}
        url = self._url + path
        for _ in range(_REDIRECTS):
            self._governor.wait_turn()
            self.requests_sent += 1
            response = self._session.request(
                method,
                url,
                params=params,
                data=data,
                headers={**headers, **self._consistency, **content_type},
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
            moved = urljoin(url, response.headers.get("Location", ""))
            same_host = urlsplit(moved)[:2] == urlsplit(url)[:2]
            if response.status_code not in (307, 308) or not same_host:
                break
            url, params = moved, ()
        return response

    def _trouble(self, status: int, content: bytes, path: str, error: WixError) -> Trouble | None:
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            # Also the status of a quota that is used up, and no waiting fills it again
            # (wix-api platform 5).
            return None if "QUOTA_" in error.code else Trouble.THROTTLED
        if status == HTTPStatus.FORBIDDEN:
            # A burst was seen answered so by Wix; before the first success it is a refusal
            # (wix-api platform 6).
            known = _service(path) in self._answered
            return Trouble.SILENT_403 if known and answers.is_silent(content) else None
        if error.code == answers.PROVISIONING_CODE:
            return Trouble.PROVISIONING
        if isinstance(error, WrongCatalogError):
            still_v1 = error.code.startswith("CATALOG_V1_SITE")
            return Trouble.PROVISIONING if still_v1 and self.v3_confirmed else None
        if status == HTTPStatus.REQUEST_TIMEOUT or (
            status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
        ):
            return Trouble.FAILING
        return None

    def _pause(self, seconds: float, trouble: Trouble, method: str, path: str) -> None:
        """Wait, with a line at the start of a long wait and each minute of it."""
        left = seconds
        while True:
            if seconds >= _LOG_WAITS_FROM:
                logger.warning(
                    "Wix answered %s %s with %s; waiting %.0f s more.",
                    method,
                    path,
                    trouble.value,
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


def _service(path: str) -> str:
    """Return what counts as one API: `/contacts/v4` of a longer path.

    Which catalog a site has is told to keys that may do nothing else, so that is one of its own.
    """
    parts = path.split("/")
    return "/".join(parts[: 4 if "provision" in parts else 3])


def _never_arrived(error: requests.RequestException) -> bool:
    """Tell whether a failure came before anything was sent, so that a create may be repeated."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _lost(
    method: str, path: str, what: str, request_id: str = "", status: int | None = None
) -> LostAnswerError:
    trace = f"; Wix's request id is {request_id}" if request_id else ""
    return LostAnswerError(
        f"Wix gave no usable answer to {method} {path} ({what}){trace}.",
        status=status,
        path=path,
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
