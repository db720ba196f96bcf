"""One call to Wix against every trouble that Wix and the way to it can make."""

from __future__ import annotations

import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tap_wix.api.connection import read_connection
from tap_wix.api.errors import (
    AccessError,
    AnswerError,
    ConflictError,
    LostAnswerError,
    NotFoundError,
    RefusedError,
    SettingsError,
    UnavailableError,
)
from tap_wix.api.transport import WixTransport
from tests.fake_wix import faults
from tests.unit.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fake_wix import FakeWix

QUERY = "/contacts/v4/contacts/query"
CONTACTS = "/contacts/v4/contacts"
ANN = {"info": {"name": {"first": "Ann"}, "emails": {"items": [{"email": "ann@example.org"}]}}}


def transport(wix: FakeWix, clock: Clock | None = None, **settings: Any) -> WixTransport:
    clock = clock or Clock()
    connection = read_connection({**wix.site.settings(wix.url), **settings})
    return WixTransport(connection, user_agent="tap-wix tests", clock=clock, sleep=clock.sleep)


def by_app(wix: FakeWix) -> dict[str, Any]:
    return {
        "api_key": None,
        "site_id": None,
        "app_id": wix.site.app_id,
        "app_secret": wix.site.app_secret,
        "instance_id": wix.site.instance_id,
    }


PASSING: list[tuple[str, Callable[..., faults.Fault]]] = [
    ("a 429", faults.throttle_429),
    ("a 500", lambda path, **more: faults.server_error(path, status=500, **more)),
    ("a 503", faults.server_error),
    ("a 408", lambda path, **more: faults.refusal(path, status=408, **more)),
    ("a cut connection", faults.cut_connection),
    ("an answer lost on the way", faults.lost_answer),
    ("half an answer", faults.truncated_json),
    (
        "half an answer and a cut",
        lambda path, **more: faults.truncated_json(path, cut=True, **more),
    ),
    ("an error page", faults.html_page),
    ("an error page that says 200", lambda path, **m: faults.html_page(path, status=200, **m)),
    ("a store being set up", faults.provisioning_428),
]


@pytest.mark.parametrize(("name", "fault"), PASSING, ids=[name for name, _ in PASSING])
def test_a_read_survives_what_passes(
    wix_v3: FakeWix, name: str, fault: Callable[..., faults.Fault]
) -> None:
    ordered = wix_v3.site.faults.add(fault(QUERY, times=2))
    assert transport(wix_v3).call("POST", QUERY, {"query": {}})["contacts"] == [], name
    assert ordered.hits == 2


def test_retry_after_of_a_429_is_honoured(wix_v3: FakeWix) -> None:
    clock = Clock()
    wix_v3.site.faults.add(faults.throttle_429(QUERY, retry_after=37))
    transport(wix_v3, clock).call("POST", QUERY, {"query": {}})
    assert sum(clock.slept) == 37


@pytest.mark.parametrize("asked", ["0", "-5", "Thu, 01 Jan 1970 00:00:00 GMT", "soon"])
def test_a_retry_after_that_asks_for_no_wait_does_not_make_us_hurry(
    wix_v3: FakeWix, asked: str
) -> None:
    clock = Clock()
    wix_v3.site.faults.add(faults.throttle_429(QUERY, times=6, retry_after=asked))
    transport(wix_v3, clock).call("POST", QUERY, {"query": {}})
    assert sum(clock.slept) > 40


@pytest.mark.parametrize("asked", ["999999999", "Fri, 31 Dec 9999 00:00:00 GMT"])
def test_a_retry_after_that_asks_for_ever_is_cut_short(wix_v3: FakeWix, asked: str) -> None:
    clock = Clock()
    wix_v3.site.faults.add(faults.server_error(QUERY, times=2, retry_after=asked))
    transport(wix_v3, clock).call("POST", QUERY, {"query": {}})
    assert sum(clock.slept) == 240


def test_a_date_in_retry_after_is_read_by_the_date_of_the_answer(wix_v3: FakeWix) -> None:
    clock = Clock()
    wix_v3.site.clock.freeze("2019-05-06T07:00:00Z")
    asked = "Mon, 06 May 2019 07:01:10 GMT"
    wix_v3.site.faults.add(faults.throttle_429(QUERY, retry_after=asked))
    transport(wix_v3, clock).call("POST", QUERY, {"query": {}})
    assert sum(clock.slept) == 70


def test_a_long_throttle_is_waited_out_with_a_line_a_minute(
    wix_v3: FakeWix, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock()
    wix_v3.site.faults.add(faults.throttle_429(QUERY, times=15, retry_after=60))
    transport(wix_v3, clock).call("POST", QUERY, {"query": {}})
    assert sum(clock.slept) == 15 * 60
    assert len([line for line in caplog.messages if "429" in line]) == 15


def test_after_twenty_minutes_of_429_the_call_gives_up(wix_v3: FakeWix) -> None:
    clock = Clock()
    wix_v3.site.faults.add(faults.throttle_429(QUERY, times=None))
    with pytest.raises(UnavailableError, match="run it again later"):
        transport(wix_v3, clock).call("POST", QUERY, {"query": {}})
    assert 19 * 60 < sum(clock.slept) < 22 * 60


def test_a_fault_that_stays_is_given_up_after_more_than_a_minute(wix_v3: FakeWix) -> None:
    clock = Clock()
    wix_v3.site.faults.add(faults.server_error(QUERY, times=None))
    with pytest.raises(UnavailableError):
        transport(wix_v3, clock).call("POST", QUERY, {"query": {}})
    assert sum(clock.slept) > 60


def test_an_empty_403_in_mid_run_is_a_burst(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3)
    wire.call("POST", QUERY, {"query": {}})
    wix_v3.site.faults.add(faults.empty_403(QUERY, times=2))
    assert wire.call("POST", QUERY, {"query": {}})["contacts"] == []


def test_an_empty_403_of_the_first_write_is_a_burst_where_reads_were_answered(
    wix_v3: FakeWix,
) -> None:
    wire = transport(wix_v3)
    wire.call("POST", QUERY, {"query": {}})
    wix_v3.site.faults.add(faults.empty_403("/labels$"))
    assert wire.call("POST", "/contacts/v4/labels", {"displayName": "VIP"})["newLabel"] is True


def test_an_empty_403_at_the_start_is_a_refusal_that_names_what_it_can_be(wix_v3: FakeWix) -> None:
    ordered = wix_v3.site.faults.add(faults.empty_403(QUERY, times=None))
    with pytest.raises(AccessError) as refused:
        transport(wix_v3).call("POST", QUERY, {}, permission="Wix Contacts & Members")
    assert ordered.hits == 1
    for words in ("key", "account", "site", "Wix Contacts & Members", "manage.wix.com"):
        assert words in str(refused.value)


REFUSALS: list[tuple[str, faults.Fault]] = [
    ("an empty 403", faults.empty_403(QUERY)),
    ("a 401", faults.refusal(QUERY, status=401)),
    ("a 400", faults.refusal(QUERY, status=400, body={"message": "no", "details": {}})),
]


@pytest.mark.parametrize("name", [name for name, _ in REFUSALS])
def test_a_refusal_of_an_optional_part_is_asked_once_more_before_it_is_believed(
    wix_v3: FakeWix, name: str
) -> None:
    fault = replace(dict(REFUSALS)[name])
    wix_v3.site.faults.add(fault)
    wire = transport(wix_v3)
    answer = wire.call("POST", QUERY, {"query": {}}, confirm_refusal=True)
    assert (answer["contacts"], fault.hits) == ([], 1)
    stays = wix_v3.site.faults.add(replace(dict(REFUSALS)[name], times=None))
    with pytest.raises((AccessError, RefusedError)):
        transport(wix_v3).call("POST", QUERY, {"query": {}}, confirm_refusal=True)
    assert stays.hits == 2


def test_an_empty_403_that_stays_is_a_refusal_too(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3)
    wire.call("POST", QUERY, {"query": {}})
    wix_v3.site.faults.add(faults.empty_403(QUERY, times=None))
    with pytest.raises(AccessError):
        wire.call("POST", QUERY, {"query": {}})


def has_contacts(answer: dict[str, Any]) -> None:
    if "contacts" not in answer:
        raise AnswerError("Wix gave no contacts.")


def test_an_answer_without_what_was_asked_for_is_asked_for_once_more(wix_v3: FakeWix) -> None:
    odd = wix_v3.site.faults.add(faults.refusal(QUERY, status=200, body={}))
    wire = transport(wix_v3)
    assert wire.call("POST", QUERY, {"query": {}}, check=has_contacts)["contacts"] == []
    assert odd.hits == 1
    stays = wix_v3.site.faults.add(faults.refusal(QUERY, status=200, body={}, times=None))
    with pytest.raises(AnswerError, match="no contacts"):
        wire.call("POST", QUERY, {"query": {}}, check=has_contacts)
    assert stays.hits == 2


def test_a_create_is_not_repeated_for_an_odd_answer(wix_v3: FakeWix) -> None:
    with pytest.raises(AnswerError):
        transport(wix_v3).call("POST", CONTACTS, ANN, repeatable=False, check=has_contacts)
    assert len(wix_v3.site.contacts.store.all()) == 1


def test_a_401_of_a_login_that_worked_before_is_asked_once_more(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3)
    wire.call("POST", QUERY, {"query": {}})
    odd = wix_v3.site.faults.add(faults.refusal(QUERY, status=401))
    assert wire.call("POST", QUERY, {"query": {}})["contacts"] == []
    assert odd.hits == 1
    stays = wix_v3.site.faults.add(faults.refusal(QUERY, status=401, times=None))
    with pytest.raises(AccessError):
        wire.call("POST", QUERY, {"query": {}})
    assert stays.hits == 2


@pytest.mark.parametrize(
    "fault", [faults.refusal(f"{CONTACTS}$", status=401), faults.empty_403(f"{CONTACTS}$")]
)
def test_a_create_that_was_refused_in_mid_run_is_sent_again_as_nothing_was_made(
    wix_v3: FakeWix, fault: faults.Fault
) -> None:
    wire = transport(wix_v3)
    wire.call("POST", QUERY, {"query": {}})
    wix_v3.site.faults.add(replace(fault))
    wire.call("POST", CONTACTS, ANN, repeatable=False)
    assert len(wix_v3.site.contacts.store.all()) == 1


@pytest.mark.parametrize(
    "fault",
    [faults.lost_answer, faults.truncated_json, lambda path: faults.server_error(path, status=500)],
    ids=["cut", "half an answer", "500"],
)
def test_a_create_whose_answer_is_lost_is_not_sent_again(
    wix_v3: FakeWix, fault: Callable[[str], faults.Fault]
) -> None:
    wix_v3.site.faults.add(fault(f"{CONTACTS}$"))
    with pytest.raises(LostAnswerError):
        transport(wix_v3).call("POST", CONTACTS, ANN, repeatable=False)
    assert len(wix_v3.site.requests) == 1


def test_a_create_that_was_throttled_is_sent_again(wix_v3: FakeWix) -> None:
    wix_v3.site.faults.add(faults.throttle_429(f"{CONTACTS}$"))
    transport(wix_v3).call("POST", CONTACTS, ANN, repeatable=False)
    assert len(wix_v3.site.contacts.store.all()) == 1


def test_a_create_that_never_left_is_tried_again_until_patience_ends() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        connection = read_connection(
            {"api_key": "k", "site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678", "api_url": url}
        )
        clock = Clock()
        wire = WixTransport(connection, user_agent="t", clock=clock, sleep=clock.sleep)
        with pytest.raises(UnavailableError, match="cannot be reached"):
            wire.call("POST", CONTACTS, ANN, repeatable=False)
    assert wire.requests_sent > 5


@pytest.mark.parametrize(("status", "has_body"), [(401, True), (401, False), (403, True)])
def test_a_wrong_key_is_said_once_and_never_shown(
    wix_v3: FakeWix, status: int, *, has_body: bool
) -> None:
    wix_v3.gate.refusal_status, wix_v3.gate.refusal_has_body = status, has_body
    with pytest.raises(AccessError) as refused:
        transport(wix_v3, api_key="IST.wrong").call("POST", QUERY, {})
    assert "IST.wrong" not in str(refused.value)
    assert len(wix_v3.requests) == 1


def test_an_unknown_site_is_named_as_such(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3, site_id="1f2e3d4c-5b6a-4789-8abc-def012345678")
    with pytest.raises(AccessError, match="site_id"):
        wire.call("POST", QUERY, {})


def test_an_app_logs_in_once_and_again_before_its_token_expires(wix_v3: FakeWix) -> None:
    clock = Clock()
    wire = transport(wix_v3, clock, **by_app(wix_v3))
    for _ in range(3):
        wire.call("POST", QUERY, {})
    assert wix_v3.requests.count("/oauth2/token") == 1
    clock.now += wix_v3.site.token_lifetime - 250
    wire.call("POST", QUERY, {})
    assert wix_v3.requests.count("/oauth2/token") == 2


@pytest.mark.parametrize("lifetime", [None, "", "soon", 0, "14400"])
def test_a_token_that_does_not_say_how_long_it_lives_is_used_for_hours(
    wix_v3: FakeWix, lifetime: object
) -> None:
    clock = Clock()
    wire = transport(wix_v3, clock, **by_app(wix_v3))
    wire.call("POST", QUERY, {})
    [token] = wix_v3.site.tokens
    body = {"access_token": token, "expires_in": lifetime}
    wix_v3.site.tokens[token] += 1e6
    wix_v3.faults.add(faults.refusal("/oauth2/token", status=200, body=body))
    clock.now += wix_v3.site.token_lifetime
    for _ in range(3):
        wire.call("POST", QUERY, {})
    assert wix_v3.requests.count("/oauth2/token") == 2
    clock.now += 3 * 3600
    wire.call("POST", QUERY, {})
    assert wix_v3.requests.count("/oauth2/token") == 2


def test_an_app_logs_in_again_after_a_401_but_only_once(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3, **by_app(wix_v3))
    wire.call("POST", QUERY, {})
    wix_v3.site.tokens.clear()
    assert wire.call("POST", QUERY, {})["contacts"] == []
    assert wix_v3.requests.count("/oauth2/token") == 2
    wix_v3.site.faults.add(faults.refusal(QUERY, status=401, times=None))
    with pytest.raises(AccessError):
        wire.call("POST", QUERY, {})
    assert wix_v3.requests.count("/oauth2/token") == 3


OAUTH_REFUSALS: list[tuple[int, Any]] = [
    (401, {"error": "invalid_client", "error_description": "Client authentication failed"}),
    (400, {"error": "invalid_client"}),
    (401, {"message": "", "details": {}}),
    (400, {"message": "Invalid client credentials", "details": {}}),
    (403, None),
    (404, {"message": "app not found", "details": {}}),
    (400, {"error": ["invalid_client"], "error_description": {"a": 1}, "message": 5}),
]


@pytest.mark.parametrize(("status", "body"), OAUTH_REFUSALS, ids=str)
def test_a_wrong_login_of_an_app_names_the_settings_of_the_app_and_no_api_key(
    wix_v3: FakeWix, status: int, body: Any
) -> None:
    wix_v3.faults.add(faults.refusal("/oauth2/token", status=status, body=body, times=None))
    with pytest.raises(AccessError) as refused:
        transport(wix_v3, **by_app(wix_v3)).call("POST", QUERY, {})
    message = str(refused.value)
    assert all(name in message for name in ("app_id", "app_secret", "instance_id"))
    assert "API key" not in message
    assert "api-keys" not in message


def test_what_oauth_says_is_in_the_error(wix_v3: FakeWix) -> None:
    status, body = OAUTH_REFUSALS[0]
    wix_v3.faults.add(faults.refusal("/oauth2/token", status=status, body=body))
    with pytest.raises(AccessError, match="authentication failed") as refused:
        transport(wix_v3, **by_app(wix_v3)).call("POST", QUERY, {})
    assert refused.value.code == "invalid_client"


def test_an_app_without_a_permission_is_not_sent_to_the_api_keys(wix_v3: FakeWix) -> None:
    wix_v3.site.faults.add(faults.empty_403(QUERY, times=None))
    with pytest.raises(AccessError, match="Read Contacts") as refused:
        transport(wix_v3, **by_app(wix_v3)).call("POST", QUERY, {}, permission="Read Contacts")
    assert "API key" not in str(refused.value)


def test_a_wrong_app_secret_is_a_matter_of_access_and_never_shown(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3, **{**by_app(wix_v3), "app_secret": "not-it"})
    with pytest.raises(AccessError, match="app_id, app_secret and instance_id") as refused:
        wire.call("POST", QUERY, {})
    assert "not-it" not in str(refused.value)


def test_refusals_carry_code_words_request_id_and_data(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3)
    first = wire.call("POST", CONTACTS, ANN, repeatable=False)["contact"]["id"]
    with pytest.raises(ConflictError) as refused:
        wire.call("POST", CONTACTS, ANN, repeatable=False)
    assert refused.value.code == "DUPLICATE_CONTACT_EXISTS"
    assert refused.value.data["duplicateContactId"] == first
    assert refused.value.request_id
    assert "ann@example.org" not in str(refused.value)
    with pytest.raises(NotFoundError):
        wire.call("GET", f"{CONTACTS}/1f2e3d4c-5b6a-4789-8abc-def012345678")


def test_an_e_mail_in_wixs_own_words_does_not_reach_the_message(wix_v3: FakeWix) -> None:
    body = {"message": "ann@example.org is taken", "details": {}}
    wix_v3.site.faults.add(faults.refusal(QUERY, status=400, body=body))
    with pytest.raises(RefusedError, match="is taken") as refused:
        transport(wix_v3).call("POST", QUERY, {})
    assert "example.org" not in str(refused.value)


def test_the_key_does_not_follow_a_redirect_to_another_host(wix_v3: FakeWix) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"
        wix_v3.site.faults.add(faults.redirect(QUERY, location=address, status=307))
        with pytest.raises(AnswerError, match="redirect"):
            transport(wix_v3).call("POST", QUERY, {})
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_all_requests_go_through_the_proxy_of_the_environment(
    wix_v3: FakeWix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", wix_v3.url)
    monkeypatch.setenv("no_proxy", "")
    wire = transport(wix_v3, api_url="http://localhost:9")
    for _ in range(2):
        assert wire.call("POST", QUERY, {})["contacts"] == []
    assert wix_v3.site.requests.count() == 2


def test_the_newest_consistency_token_goes_back_with_the_next_request(wix_v3: FakeWix) -> None:
    wix_v3.site.consistency = True
    wix_v3.site.index_lag = 3600
    wire = transport(wix_v3)
    created = wire.call("POST", CONTACTS, ANN, repeatable=False)["contact"]["id"]
    found = wire.call("POST", QUERY, {"query": {}})["contacts"]
    assert [row["id"] for row in found] == [created]


def test_the_latest_date_of_wixs_answers_is_known(wix_v3: FakeWix) -> None:
    wire = transport(wix_v3)
    assert wire.server_time is None
    wix_v3.site.clock.freeze("2031-05-06T07:08:09.500Z")
    wire.call("POST", QUERY, {"query": {}})
    assert wire.server_time == datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
    wix_v3.site.clock.freeze("2030-01-01T00:00:00Z")
    wire.call("POST", QUERY, {"query": {}})
    assert wire.server_time == datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    ["", "soon", "2031-05-06T07:08:09Z", "Tue, 99 May 2031 07:08:09 GMT", "Tue, 06 May 2031"]
    + [f"Tue, 06 May 2031 07:08:09 {zone}" for zone in ("+9999", "-99999999", "+2400")]
    + ["Fri, 31 Dec 9999 23:59:59 -0100", "1" * 5000],
)
def test_a_date_that_is_none_leaves_the_time_of_wix_unknown(wix_v3: FakeWix, date: str) -> None:
    headers = {"Date": date}
    fault = faults.refusal(QUERY, status=200, body={"contacts": []}, headers=headers)
    wix_v3.site.faults.add(fault)
    wire = transport(wix_v3)
    wire.call("POST", QUERY, {"query": {}})
    assert wire.server_time is None


GOOD = {"api_key": "k", "site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678"}
APP = {"app_id": "a", "app_secret": "s", "instance_id": "i"}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, ["No login"]),
        ({"api_key": "", "site_id": "  "}, ["No login"]),
        ({**GOOD, **APP}, ["Two logins"]),
        ({"api_key": "k"}, ["site_id is missing"]),
        ({"app_id": "a"}, ["app_secret is missing", "instance_id is missing"]),
        ({**GOOD, "site_id": "my-shop"}, ["site_id is no site id"]),
        ({**GOOD, "api_key": "se cret"}, ["api_key has spaces"]),
        ({**GOOD, "api_key": "IST.k\u0142ucz"}, ["api_key has spaces"]),
        ({**GOOD, "api_key": "IST.caf\xe9"}, ["api_key has spaces"]),
        ({**GOOD, "api_key": "k\udc80"}, ["api_key has spaces"]),
        ({**GOOD, "site_id": "\u0661f2e3d4c-5b6a-4789-8abc-def012345678"}, ["site_id"]),
        ({**APP, "app_secret": "gehei\xdf"}, ["app_secret has spaces"]),
        ({**APP, "instance_id": "a\nb"}, ["instance_id has spaces"]),
        ({**GOOD, "api_url": "https://www.wix\napis.com"}, ["no web address"]),
        ({**GOOD, "api_url": "https://w\xefxapis.com"}, ["no web address"]),
        ({**GOOD, "api_url": "https://a..b"}, ["no web address"]),
        ({**GOOD, "api_url": f"https://{'x' * 64}.com"}, ["no web address"]),
        ({**GOOD, "api_url": "http://["}, ["no web address"]),
        ({**GOOD, "api_url": "http://www.wixapis.com"}, ["https"]),
        ({**GOOD, "api_url": "wixapis"}, ["no web address"]),
        ({**GOOD, "api_url": "https://u:p@www.wixapis.com"}, ["password"]),
        ({**GOOD, "requests_per_minute": 0}, ["requests_per_minute"]),
        ({"site_id": "x", "api_key": "k", "api_url": "ftp://x"}, ["site_id", "api_url"]),
    ],
)
def test_each_mistake_in_the_settings_is_one_message(
    settings: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(SettingsError) as refused:
        read_connection(settings)
    assert len(refused.value.messages) == len(words)
    for message, word in zip(refused.value.messages, words, strict=True):
        assert word in message
        assert "se cret" not in message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"])
def test_http_is_for_this_machine_only(host: str) -> None:
    assert read_connection({**GOOD, "api_url": f"http://{host}:8080/"}).api_url.endswith("8080")
