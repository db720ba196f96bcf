"""How a request proves who sends it: API key, or client credentials of an installed app."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from tap_wix.api.connection import is_header_safe
from tap_wix.api.errors import AnswerError
from tap_wix.api.foreign_text import keep_secret
from tap_wix.api.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_wix.api.connection import Connection

TOKEN_PATH = "/oauth2/token"  # noqa: S105 - a path
_RENEW_EARLY_SECONDS = 300.0
_SHORTEST_LIFETIME_SECONDS = 60.0
_USUAL_LIFETIME_SECONDS = 4 * 3600
"""What Wix documents; believed where an answer does not say (wix-api platform 2.2)."""


class Authenticator(Protocol):
    """Headers for a request, and whether they can be made anew after a 401."""

    def headers(self) -> dict[str, str]:
        """Return the headers that authenticate one request."""

    def refresh(self, refused: dict[str, str]) -> bool:
        """Forget the headers that Wix refused; False if the next ones would be no different."""


class ApiKeyAuthenticator:
    """The bare key, without a scheme, beside the id of site or account (wix-api platform 2.1)."""

    def __init__(self, api_key: str, *, site_id: str = "", account_id: str = "") -> None:
        """Keep the key and one of the two ids: both at once may be refused."""
        named = {"wix-site-id": site_id} if site_id else {"wix-account-id": account_id}
        self._headers = {"Authorization": api_key, **named}

    def headers(self) -> dict[str, str]:
        """Return key and site."""
        return self._headers

    def refresh(self, refused: dict[str, str]) -> bool:  # noqa: ARG002
        """A refused key stays refused."""
        return False


class ClientCredentialsAuthenticator:
    """A token for app id, secret and instance (wix-api platform 2.2).

    There is no refresh token: a new one is asked for shortly before the old one expires. The
    instance binds the site, so no site id is sent.
    """

    def __init__(
        self,
        connection: Connection,
        post: Callable[[str, dict[str, str]], dict[str, Any]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask for no token yet.

        Args:
            connection: with app id, secret and instance id.
            post: sends a body to a path without a login and returns the answer's body.
            clock: seconds that only grow.
        """
        self._body = {
            "grant_type": "client_credentials",
            "client_id": connection.app_id,
            "client_secret": connection.app_secret,
            "instance_id": connection.instance_id,
        }
        self._post = post
        self._clock = clock
        self._lock = threading.Lock()
        self._headers: dict[str, str] = {}
        self._renew_at = 0.0

    def headers(self) -> dict[str, str]:
        """Return the token, a new one if the old one is about to expire."""
        with self._lock:
            if not self._headers or self._clock() >= self._renew_at:
                self._fetch_token()
            return self._headers

    def refresh(self, refused: dict[str, str]) -> bool:
        """Drop the token that Wix refused, unless another thread already did."""
        with self._lock:
            if self._headers is refused:
                self._headers = {}
        return True

    def _fetch_token(self) -> None:
        asked_at = self._clock()
        answer = self._post(TOKEN_PATH, self._body)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise AnswerError("Wix answered the login without a token.", path=TOKEN_PATH)
        keep_secret(token)
        if not is_header_safe(token):
            raise AnswerError(
                "Wix answered the login with a token that no request can carry.", path=TOKEN_PATH
            )
        lifetime = _lifetime(answer.get("expires_in"))
        self._renew_at = asked_at + lifetime - min(_RENEW_EARLY_SECONDS, lifetime / 4)
        self._headers = {"Authorization": token}


def _lifetime(value: object) -> float:
    number = decimal_of(value)
    if number is None or number <= 0:
        return _USUAL_LIFETIME_SECONDS
    # A token that is over already would cost a login for each request.
    return max(float(number), _SHORTEST_LIFETIME_SECONDS)
