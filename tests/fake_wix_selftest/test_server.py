"""Logins, the rate limit, and trouble on order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.fake_wix import V1, V3, FakeWix, Site, faults
from tests.fake_wix.catalog_version import check_catalog
from tests.fake_wix.http.refusals import Refusal
from tests.fake_wix.http.routes import Route
from tests.fake_wix.http.throttle import Throttle

if TYPE_CHECKING:
    from tests.fake_wix.http.routes import Request
    from tests.fake_wix_selftest.conftest import Caller

CONTACTS = "/contacts/v4/contacts"
ANN = {"info": {"name": {"first": "Ann"}}}


def test_an_unknown_path_is_a_404_without_a_body(call: Caller) -> None:
    answer = call("GET", "/contacts/v4/contact")
    assert (answer.status_code, answer.content) == (404, b"")
    assert answer.headers["x-wix-request-id"]


def test_the_site_is_named_by_one_header_and_must_be_the_keys_own() -> None:
    mine, other = Site(V1, seed=1), Site(V3, seed=2, api_key="IST.other")
    with FakeWix(mine, other) as wix:

        def asked(**headers: str) -> tuple[int, str]:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            answer = requests.get(wix.url + CONTACTS, headers=named, timeout=20)
            error = answer.json()["details"].get("applicationError", {})
            return answer.status_code, error.get("code", answer.json().get("message"))

        key = mine.api_key
        assert requests.get(
            wix.url + CONTACTS,
            headers={"authorization": key, "wix-site-id": mine.site_id},
            timeout=20,
        ).ok
        assert asked(wix_site_id=mine.site_id) == (401, "")
        assert asked(authorization="IST.wrong", wix_site_id=mine.site_id) == (401, "")
        assert asked(authorization=f"Bearer {key}", wix_site_id=mine.site_id) == (401, "")
        assert asked(authorization=key) == (428, "MISSING_METASITE_ID")
        assert asked(authorization=key, wix_site_id=mine.new_id()) == (404, "meta-site not found")
        assert asked(authorization=key, wix_site_id=other.site_id) == (403, "")
        assert (
            asked(authorization=key, wix_site_id=mine.site_id, wix_account_id=mine.account_id)[0]
            == 400
        )
        wix.gate.refusal_status = 403
        assert asked(wix_site_id=mine.site_id) == (403, "")


def test_a_missing_permission_is_a_403_that_says_nothing(call: Caller) -> None:
    call.site.deny("CONTACTS.MODIFY", "SCOPE.DC-CONTACTS.MANAGE-CONTACTS")
    assert call("GET", CONTACTS).status_code == 200
    answer = call("POST", CONTACTS, ANN)
    assert (answer.status_code, answer.json()) == (403, {"message": "", "details": {}})


def test_a_token_of_the_app_opens_its_site_until_it_expires(call: Caller) -> None:
    site = call.site
    login = {
        "grant_type": "client_credentials",
        "client_id": site.app_id,
        "client_secret": site.app_secret,
        "instance_id": site.instance_id,
    }
    url = call.wix.url
    wrong = requests.post(f"{url}/oauth2/token", json={**login, "client_secret": "no"}, timeout=20)
    assert wrong.status_code == 400
    token = requests.post(f"{url}/oauth2/token", json=login, timeout=20).json()
    assert token["expires_in"] == 14_400
    headers = {"Authorization": token["access_token"]}
    assert requests.get(url + CONTACTS, headers=headers, timeout=20).status_code == 200
    site.clock.advance(14_401)
    assert requests.get(url + CONTACTS, headers=headers, timeout=20).status_code == 401


def test_an_endpoint_of_the_other_catalog_says_so_with_its_own_code(call: Caller) -> None:
    def code(site_has: str, endpoint_of: str) -> str:
        with pytest.raises(Refusal) as refusal:
            check_catalog(Site(site_has), Route("GET", (), dict, (), endpoint_of, write=False))
        assert refusal.value.status == 428
        return str(refusal.value.error["code"])

    assert code(V1, V3) == "CATALOG_V1_SITE_CALLING_CATALOG_V3_API"
    assert code(V3, V1) == "CATALOG_V3_CALLING_CATALOG_V1_API"
    assert code("STORES_NOT_INSTALLED", V1) == "REQUIRED_APP_NOT_INSTALLED"
    assert call.ok("GET", "/stores/v3/provision/version") == {"catalogVersion": V1}


def test_faults_hit_the_chosen_requests_the_chosen_number_of_times(call: Caller) -> None:
    fault = call.site.faults.add(
        faults.throttle_429(f"{CONTACTS}$", method="GET", after=1, times=2, retry_after=7)
    )
    answers = [call("GET", CONTACTS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "7"
    assert fault.hits == 2


@pytest.mark.parametrize(
    ("fault", "happened"),
    [
        (faults.lost_answer(method="POST"), 1),
        (faults.cut_connection(method="POST"), 0),
        (faults.truncated_json(method="POST", cut=True), 1),
    ],
)
def test_a_write_whose_answer_is_lost_happened_and_one_that_was_cut_off_did_not(
    call: Caller, fault: faults.Fault, happened: int
) -> None:
    call.site.faults.add(fault)
    with pytest.raises(requests.RequestException):
        call("POST", CONTACTS, ANN)
    assert len(call.site.contacts.store) == happened
    assert call("POST", CONTACTS, ANN).status_code == 200


def test_an_answer_can_be_spoilt_after_the_work_was_done(call: Caller) -> None:
    for fault in (
        faults.truncated_json(),
        faults.html_page(effect="after"),
        faults.server_error(effect="after"),
    ):
        call.site.faults.add(fault)
        answer = call("POST", CONTACTS, ANN)
        with pytest.raises((ValueError, AssertionError)):
            assert "contact" in answer.json()
    assert len(call.site.contacts.store) == 3


def test_somebody_else_can_change_the_shop_right_before_a_request(call: Caller) -> None:
    contact = call.site.contacts.add({"name": {"first": "Ann"}})

    def meanwhile(site: Site, request: Request) -> None:
        site.contacts.touch(contact["id"])

    call.site.faults.add(faults.hook(meanwhile, method="PATCH"))
    body = {"revision": 1, "info": {"company": "Berg"}}
    assert call.refused("PATCH", f"{CONTACTS}/{contact['id']}", body) == (
        409,
        "CONTACT_ALREADY_CHANGED",
    )


def test_the_rate_limit_slides() -> None:
    now = 0.0
    throttle = Throttle(clock=lambda: now)
    throttle.enabled = True
    for number in range(200):
        now = number * 0.1
        assert throttle.check() is None
    assert throttle.check() is not None
    now = 60.05
    assert throttle.check() is None
    assert throttle.check() is not None
    assert throttle.busiest(61.0) == 203


def test_unquoted_dots_in_a_path_reach_another_endpoint(call: Caller) -> None:
    contact: dict[str, Any] = call.site.contacts.add({"name": {"first": "Ann"}})
    path = f"{CONTACTS}/%2e%2e/contacts/{contact['id']}"
    assert call.ok("GET", path)["contact"]["id"] == contact["id"]


def test_a_number_keeps_its_digits_both_ways(call: Caller) -> None:
    key = call.site.contacts.fields.add("Score", "NUMBER")["key"]
    raw = b'{"info":{"name":{"first":"A"},"extendedFields":{"items":{"%s":12.10}}}}' % key.encode()
    made = call.session.post(call.wix.url + CONTACTS, data=raw, timeout=20)
    assert b":12.10" in made.content


def test_an_answer_can_point_to_another_host(call: Caller) -> None:
    call.site.faults.add(faults.redirect(location="http://localhost:9/elsewhere"))
    answer = call("GET", CONTACTS, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://localhost:9/elsewhere")


def test_two_sites_have_no_id_in_common() -> None:
    one, other = Site(V1), Site(V1)
    made = {site.contacts.add({"name": {"first": "Ann"}})["id"] for site in (one, other)}
    assert len({one.site_id, other.site_id, *made}) == 4
