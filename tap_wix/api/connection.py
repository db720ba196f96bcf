"""The settings that say which Wix site to talk to, and as whom; the same for tap and target."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tap_wix.api.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_API_URL = "https://www.wixapis.com"
DEFAULT_REQUESTS_PER_MINUTE = 180

CONNECTION_PROPERTIES: dict[str, dict[str, Any]] = {
    "api_key": {
        "type": ["string", "null"],
        "title": "API key",
        "description": (
            "Key from the API Keys Manager (https://manage.wix.com/account/api-keys), made by the"
            " owner of the account that owns the site. Goes together with `site_id`."
        ),
        "secret": True,
        "writeOnly": True,
    },
    "site_id": {
        "type": ["string", "null"],
        "title": "Site id",
        "description": (
            "The long id in the address of the site's dashboard:"
            " https://manage.wix.com/dashboard/<site id>/home."
        ),
    },
    "app_id": {
        "type": ["string", "null"],
        "title": "App id",
        "description": (
            "Instead of an API key: id of a Wix app that is installed on the site. Goes together"
            " with `app_secret` and `instance_id`."
        ),
    },
    "app_secret": {
        "type": ["string", "null"],
        "title": "App secret",
        "description": "Secret key of the Wix app, from its OAuth page in the Wix dev center.",
        "secret": True,
        "writeOnly": True,
    },
    "instance_id": {
        "type": ["string", "null"],
        "title": "App instance id",
        "description": "Id of the app's installation on the site.",
    },
    "api_url": {
        "type": ["string", "null"],
        "title": "API address",
        "description": "Address of the Wix API. Only for tests: https, or http on this machine.",
        "default": DEFAULT_API_URL,
    },
    "requests_per_minute": {
        "type": ["integer", "null"],
        "title": "Requests per minute",
        "description": (
            "The most requests sent in a minute. Wix allows 200 per site and counts all programs"
            " that use it: two that run at once share them."
        ),
        "default": DEFAULT_REQUESTS_PER_MINUTE,
    },
}
"""JSON Schema of the shared settings."""

LOGINS: dict[str, list[str]] = {
    "api_key": ["site_id"],
    "app_id": ["app_secret", "instance_id"],
}
"""What a login needs besides the setting it begins with: `dependentRequired` of JSON Schema."""

_NO_LOGIN = (
    "No login: set api_key and site_id (the owner makes the key at"
    " https://manage.wix.com/account/api-keys), or app_id, app_secret and instance_id."
)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
_HOST = re.compile(
    r"[0-9a-z]([0-9a-z-]{0,61}[0-9a-z])?(\.[0-9a-z-]{1,63})*\.?|[0-9a-f:]*:[0-9a-f:.]*"
)
_HEADER_SAFE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Connection:
    """Settings that can work: either key and site, or app id, secret and instance."""

    api_url: str
    requests_per_minute: int
    api_key: str = field(default="", repr=False)
    site_id: str = ""
    account_id: str = ""
    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    instance_id: str = ""

    def of_account(self) -> Connection:
        """Return the connection for calls about the account, which name no site.

        Raises:
            SettingsError: the settings name no account.
        """
        if not self.account_id or not self.api_key:
            mistake = (
                "account_id is missing: it stands in the API Keys Manager, and the key has to be one"
                " of the whole account."
            )
            raise SettingsError([mistake])
        return replace(self, site_id="")

    @property
    def identity(self) -> str:
        """Return what tells one site from another: the site id, or the installation's id."""
        return self.site_id or self.instance_id


def is_guid(value: object) -> bool:
    """Tell whether a value is written as a GUID, as nearly all ids of Wix are."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def is_header_safe(value: str) -> bool:
    """Tell whether a text can be sent in a header: ASCII that is seen, without blanks."""
    return _HEADER_SAFE.fullmatch(value) is not None


ALL_SITES = "*"
"""Instead of site ids: every site of the account."""


def read_connections(config: Mapping[str, Any]) -> list[Connection]:
    """Return a connection for each site that the settings name.

    `site_ids` names several; `*` among them stands for every site of the account, which only Wix
    can list: the connection that stands for it has `*` as its site.

    Raises:
        SettingsError: with one message for each mistake, none of which quotes a secret.
    """
    wanted = config.get("site_ids")
    if not wanted:
        return [read_connection(config)]
    mistakes = []
    listed = isinstance(wanted, list) and all(isinstance(one, str) for one in wanted)
    ids = list(dict.fromkeys(one.strip() for one in wanted)) if listed else []
    if not listed:
        mistakes.append("site_ids must be a list of site ids, or of * alone.")
    elif config.get("site_id"):
        mistakes.append("Set either site_id or site_ids, not both.")
    elif ALL_SITES in ids and ids != [ALL_SITES]:
        mistakes.append("site_ids holds * and other ids: * alone stands for all of them.")
    elif not all(one == ALL_SITES or is_guid(one) for one in ids):
        mistakes.append(
            "site_ids holds what is not a site id. One looks like"
            " 1f2e3d4c-5b6a-4789-8abc-def012345678."
        )
    if config.get("app_id"):
        mistakes.append("site_ids needs an API key: the login of an app is for one site.")
    if ids == [ALL_SITES] and not str(config.get("account_id") or "").strip():
        mistakes.append("account_id is missing: site_ids * lists the sites of an account.")
    first = next((one for one in ids if is_guid(one)), "00000000-0000-4000-8000-000000000000")
    try:
        connection = read_connection({**config, "site_id": first})
    except SettingsError as error:
        mistakes += error.messages
    if mistakes:
        raise SettingsError(mistakes)
    return [replace(connection, site_id=one) for one in ids]


def read_connection(config: Mapping[str, Any]) -> Connection:
    """Check the connection settings and return them ready for use.

    Empty texts count as missing: an environment variable can be set to nothing.

    Raises:
        SettingsError: with one message for each mistake, none of which quotes a secret.
    """
    given = {
        name: str(config.get(name) or "").strip()
        for name in ("api_key", "site_id", "account_id", "app_id", "app_secret", "instance_id")
    }
    api_url = str(config.get("api_url") or DEFAULT_API_URL).strip().rstrip("/")
    rate = config.get("requests_per_minute")
    rate = DEFAULT_REQUESTS_PER_MINUTE if rate is None else rate
    mistakes = [*_login_mistakes(given), *_url_mistakes(api_url)]
    if not isinstance(rate, int) or isinstance(rate, bool) or rate < 1:
        mistakes.append("requests_per_minute must be a whole number of at least 1.")
        rate = DEFAULT_REQUESTS_PER_MINUTE
    if mistakes:
        raise SettingsError(mistakes)
    return Connection(api_url=api_url, requests_per_minute=rate, **given)


def _login_mistakes(given: dict[str, str]) -> list[str]:
    by_app = [name for name in ("app_id", "app_secret", "instance_id") if given[name]]
    if not given["api_key"] and not by_app:
        return [_NO_LOGIN]
    if given["api_key"] and by_app:
        return [f"Two logins: set either api_key and site_id, or {', '.join(by_app)}, not both."]
    wanted = ("app_id", "app_secret", "instance_id") if by_app else ("api_key", "site_id")
    mistakes = [f"{name} is missing or empty." for name in wanted if not given[name]]
    mistakes.extend(
        f"{name} has spaces, line breaks or other characters that no such value has; copy it again."
        for name in wanted
        if given[name] and not is_header_safe(given[name])
    )
    if given["account_id"] and not is_header_safe(given["account_id"]):
        mistakes.append("account_id has characters that no such id has; copy it again.")
    if not by_app and is_header_safe(given["site_id"]) and not is_guid(given["site_id"]):
        mistakes.append(
            "site_id is no site id. It looks like 1f2e3d4c-5b6a-4789-8abc-def012345678 and stands"
            " in the address of the site's dashboard after /dashboard/."
        )
    return mistakes


def _url_mistakes(api_url: str) -> list[str]:
    try:
        parts = urlsplit(api_url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    usable = is_header_safe(api_url) and _HOST.fullmatch(host)
    if not usable or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        return [f"api_url is no web address; leave it out to use {DEFAULT_API_URL}."]
    if parts.username or parts.password:
        return ["api_url must not hold a user name or password."]
    if parts.scheme == "http" and not _LOOPBACK.fullmatch(host):
        return [
            "api_url must begin with https://: over http anybody on the way could read the key."
        ]
    return []
