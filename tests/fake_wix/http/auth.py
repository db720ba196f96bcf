"""Who may call which site: API keys, tokens of an app, and the header that names the site (wix-api platform 2, 5)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import Refusal, application_error, bare, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fake_wix.http.routes import Request
    from tests.fake_wix.site import Site


class Gate:
    """Finds the site that a request may see, or refuses."""

    def __init__(self) -> None:
        """Begin with what the docs describe; live sites were also seen to differ."""
        self.refusal_status = 401
        self.refusal_has_body = True
        self.accepts_bearer = False
        self.token_refusal_status = 400

    def site_of(self, request: Request, sites: Iterable[Site]) -> Site:
        """The site of a request by its headers."""
        known = list(sites)
        credential = request.headers.get("authorization", "")
        if self.accepts_bearer:
            credential = credential.removeprefix("Bearer ")
        of_app = next((site for site in known if credential in site.tokens), None)
        if of_app is not None:
            if of_app.clock.seconds() >= of_app.tokens[credential]:
                raise bare(401, body=True)
            return of_app
        return self._site_of_key(credential, request, known)

    def _site_of_key(self, credential: str, request: Request, known: list[Site]) -> Site:
        """The site that the header names, if the key is its own."""
        if not credential or not any(credential in site.api_keys for site in known):
            raise bare(self.refusal_status, body=self.refusal_has_body)
        wanted = request.headers.get("wix-site-id")
        if wanted and request.headers.get("wix-account-id"):
            raise plain(400, "Only one of wix-site-id and wix-account-id can be sent")
        if not wanted:
            raise application_error(428, "MISSING_METASITE_ID", "Missing meta site id")
        for site in known:
            if site.site_id == wanted:
                if site.listing.get("trashedDate"):
                    break
                # A blocked site is listed, and yet refuses calls of its own (wix-api platform 2.3).
                if credential not in site.api_keys or site.listing.get("blocked"):
                    raise bare(403, body=True)
                return site
        raise plain(404, "meta-site not found")

    def token(self, request: Request, sites: Iterable[Site]) -> dict[str, Any]:
        """``POST /oauth2/token`` with client credentials (wix-api platform 2.2)."""
        asked = request.object()
        for site in sites:
            login = (asked.get("client_id"), asked.get("client_secret"), asked.get("instance_id"))
            if login == (site.app_id, site.app_secret, site.instance_id):
                if asked.get("grant_type") != "client_credentials":
                    raise application_error(400, "UNSUPPORTED_GRANT_TYPE", "Unsupported grant type")
                token = "OauthNG.JWS." + secrets.token_urlsafe(60)
                site.tokens[token] = site.clock.seconds() + site.token_lifetime
                return {
                    "access_token": token,
                    "token_type": "Bearer",
                    "expires_in": site.token_lifetime,
                }
        raise Refusal(
            self.token_refusal_status,
            {"message": "Invalid client credentials", "details": {}},
        )
