"""Answers that no Wix would give: each ends in a clear error, none in a traceback or full memory."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tap_wix.api import bodies
from tap_wix.api.connection import read_connection
from tap_wix.api.errors import AnswerError, LostAnswerError, RefusedError, WixError
from tap_wix.api.paging import list_in
from tap_wix.api.paths import quote_id, quote_name
from tap_wix.api.transport import WixTransport
from tests.fake_wix import faults
from tests.unit.clock import Clock

if TYPE_CHECKING:
    from tests.fake_wix import FakeWix

QUERY = "/contacts/v4/contacts/query"
CONTACTS = "/contacts/v4/contacts"


def transport(wix: FakeWix, **more: Any) -> WixTransport:
    clock = Clock()
    connection = read_connection({**wix.site.settings(wix.url), **more})
    return WixTransport(connection, user_agent="tap-wix tests", clock=clock, sleep=clock.sleep)


def answered(
    wix: FakeWix, content: bytes, headers: dict[str, str] | None = None, status: int = 200
) -> faults.Fault:
    fault = faults.raw(QUERY, content=content, status=status, headers=headers or {}, times=None)
    return wix.site.faults.add(fault)


@pytest.fixture
def small_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST_BODY", 1024 * 1024)


def empty_blocks() -> bytes:
    """Gzip that goes on for megabytes and stands for nothing."""
    packer = zlib.compressobj(wbits=31)
    empty = b"\x00\x00\x00\xff\xff"
    return packer.compress(b"{}") + packer.flush(zlib.Z_FULL_FLUSH) + empty * 400_000


BOMBS = {
    "gzip": (gzip.compress(b'{"x":"' + b"0" * 100_000_000, 9), {"Content-Encoding": "gzip"}),
    "gzip in gzip": (
        gzip.compress(gzip.compress(b"0" * 100_000_000)),
        {"Content-Encoding": "gzip, gzip"},
    ),
    "plain": (b'{"x":"' + b"0" * 2_000_000, {}),
    "nothing but blocks": (empty_blocks(), {"Content-Encoding": "gzip"}),
}


@pytest.mark.usefixtures("small_answers")
@pytest.mark.parametrize("name", BOMBS)
def test_an_answer_that_would_fill_the_memory_is_asked_for_once_more_and_given_up(
    wix_v3: FakeWix, name: str
) -> None:
    content, headers = BOMBS[name]
    fault = answered(wix_v3, content, headers)
    with pytest.raises(AnswerError, match="no usable answer"):
        transport(wix_v3).call("POST", QUERY, {})
    assert fault.hits == 2


@pytest.mark.usefixtures("small_answers")
def test_a_refusal_with_an_endless_text_is_a_refusal(wix_v3: FakeWix) -> None:
    answered(wix_v3, BOMBS["plain"][0], status=400)
    with pytest.raises(RefusedError, match="400"):
        transport(wix_v3).call("POST", QUERY, {})


def test_a_create_whose_answer_is_too_large_is_not_sent_again(
    wix_v3: FakeWix, small_answers: None
) -> None:
    fault = faults.raw(f"{CONTACTS}$", content=b" " * 2_000_000, times=None)
    wix_v3.site.faults.add(fault)
    with pytest.raises(LostAnswerError):
        transport(wix_v3).call("POST", CONTACTS, {}, repeatable=False)
    assert fault.hits == 1


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"contacts":[]}', {"Content-Length": "9999"}),
        (b'{"contacts":[]}', {"Content-Length": "3"}),
        (b'{"contacts":[]}', {"Content-Length": "-5"}),
        (b'{"contacts":[]}', {"Content-Length": "many"}),
        (b'{"contacts":[]}', {"Content-Length": "1, 2"}),
        (b"zz\r\nnot a chunk\r\n", {"Transfer-Encoding": "chunked"}),
        (b"-5\r\n{}\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}),
        (b"2\r\n{}\r\n", {"Transfer-Encoding": "chunked"}),
        (b"f" * 70_000, {"Transfer-Encoding": "chunked"}),
        (b"not gzip at all", {"Content-Encoding": "gzip"}),
        (gzip.compress(b'{"contacts":[]}', mtime=0)[:-9], {"Content-Encoding": "gzip"}),
        (b'{"contacts":[]}', {"Content-Encoding": "br"}),
        (b'{"contacts":[]}', {"Content-Encoding": "\x85\x1b"}),
        (b'{"contacts":[]}\xff', {}),
        ('{"contacts":[]}'.encode("utf-16"), {}),
        (b"[]", {}),
        (b'"text"', {}),
        (b"null", {}),
    ],
    ids=repr,
)
def test_a_body_that_is_not_what_it_says_is_an_answer_or_a_clear_error(
    wix_v3: FakeWix, content: bytes, headers: dict[str, str]
) -> None:
    answered(wix_v3, content, headers)
    try:
        answer = transport(wix_v3).call("POST", QUERY, {})
    except WixError as error:
        answer = {"error": str(error)}
    said = answer.pop("error", "POST /contacts/v4/contacts/query")
    assert "POST /contacts/v4/contacts/query" in said
    assert answer in ({}, {"contacts": []})


def test_chunks_and_gzip_are_read_together(wix_v3: FakeWix) -> None:
    packed = gzip.compress(b'{"contacts":[]}')
    chunks = b"".join(b"1\r\n" + packed[at : at + 1] + b"\r\n" for at in range(len(packed)))
    headers = {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}
    answered(wix_v3, chunks + b"0\r\n\r\n", headers)
    assert transport(wix_v3).call("POST", QUERY, {}) == {"contacts": []}


@pytest.mark.parametrize(
    "content",
    [b'{"contacts":[' + b'{"a":' * 2000 + b"1" + b"}" * 2000 + b"]}", b"[" * 100_000],
    ids=["2,000 levels", "endless levels"],
)
def test_json_that_nobody_can_work_with_is_an_error_and_not_a_traceback(
    wix_v3: FakeWix, content: bytes
) -> None:
    answered(wix_v3, content)
    with pytest.raises(WixError, match="no usable answer"):
        transport(wix_v3).call("POST", QUERY, {})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://[",
            "http://[::1",
            "//",
            "http://a:b:c",
            "\x85\xa0",
            "https://x" + "y" * 5000,
            "",
        ),
        "javascript:alert(1)",
        "http://exa mple",
        "/" * 2000,
        "../" * 500,
        QUERY,
        "http://\xfc.x:99999999",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_redirect_that_leads_nowhere_is_a_clear_error(
    wix_v3: FakeWix, status: int, location: str
) -> None:
    fault = faults.redirect(QUERY, location=location, status=status, times=None)
    wix_v3.site.faults.add(fault)
    with pytest.raises(WixError):
        transport(wix_v3).call("POST", QUERY, {})
    assert fault.hits <= 3


@pytest.mark.parametrize(
    "token", ["\u0142\xf3d\u017a-token", "to\nken", "tok en", "\x00", "", 7, None, ["x"]]
)
def test_a_token_that_no_header_can_carry_is_a_clear_error(wix_v3: FakeWix, token: Any) -> None:
    body = {"access_token": token, "expires_in": 14400}
    wix_v3.faults.add(faults.refusal("/oauth2/token", status=200, body=body, times=None))
    site = wix_v3.site
    app = {"app_id": site.app_id, "app_secret": site.app_secret, "instance_id": site.instance_id}
    with pytest.raises(AnswerError, match="token") as refused:
        transport(wix_v3, api_key=None, site_id=None, **app).call("POST", QUERY, {})
    assert str(token) not in str(refused.value) or not token


@pytest.mark.parametrize("value", ["a\r\n b", "\xfc", "", "x" * 10_000])
def test_a_consistency_token_that_no_request_can_carry_is_not_sent_back(
    wix_v3: FakeWix, value: str
) -> None:
    headers = {"X-Wix-Consistent": value}
    wix_v3.site.faults.add(
        faults.refusal(QUERY, status=200, body={"contacts": []}, headers=headers)
    )
    wire = transport(wix_v3)
    for _ in range(2):
        assert wire.call("POST", QUERY, {"query": {}})["contacts"] == []
    assert "x-wix-consistent" not in wix_v3.requests[-1].headers


class Speaker:
    """Says the same bytes to whoever comes, whatever was asked, and hangs up."""

    def __init__(self, said: bytes) -> None:
        self._said = said
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._speak, daemon=True)
        self._thread.start()

    def _speak(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                with connection, contextlib.suppress(OSError):
                    connection.recv(65536)
                    connection.sendall(self._said)
                    connection.shutdown(socket.SHUT_WR)

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"garbage",
        b"\x16\x03\x01\x00\x05hello",
        b"HTTP/1.1 abc OK\r\n\r\n{}",
        b"HTTP/1.1 99999 OK\r\n\r\n{}",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 999 \x1b[31m\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 100_000,
        OK + b"X: y\r\n" * 500 + b"\r\n{}",
        OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n{}",
        OK + b"no colon\r\n : \r\n\xff\xfe: \x00\r\nContent-Length: 0x5\r\n\r\n{",
        OK + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\n{}",
        OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 200_000,
        OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n[",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 500,
        b"HTTP/1.1 308 x\r\nLocation: \xff\xfe\r\nLocation: http://[\r\n\r\n",
        b"HTTP/1.1 429 x\r\nRetry-After: \xff\r\nDate: \x00\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=lambda said: f"{len(said)} {said[9:60]!r}",
)
def test_whatever_is_said_instead_of_http_is_a_clear_error(said: bytes) -> None:
    speaker = Speaker(said)
    site = {"api_key": "IST.a-key", "site_id": "1f2e3d4c-5b6a-4789-8abc-def012345678"}
    connection = read_connection({**site, "api_url": speaker.url})
    clock = Clock()
    wire = WixTransport(connection, user_agent="t", clock=clock, sleep=clock.sleep)
    try:
        with pytest.raises(WixError) as refused:
            wire.call("POST", QUERY, {}, check=has_contacts)
    finally:
        speaker.stop()
    assert len(str(refused.value).splitlines()) == 1
    assert "\x1b" not in str(refused.value)


def has_contacts(answer: dict[str, Any]) -> None:
    list_in(answer, "contacts", QUERY)


def json_values() -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    return st.recursive(
        plain | st.sampled_from([10**400, -1, 0, "", "../orders", "a@example.org", "\x1b[31m\n"]),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
        ),
        max_leaves=6,
    )


def errors_of_wix() -> st.SearchStrategy[Any]:
    """An error answer with anything in any place that is known to hold something."""
    value = json_values()
    application = st.fixed_dictionaries(
        {}, optional={"code": value, "description": value, "data": value}
    )
    names = ("field", "description", "violatedRule", "ruleName", "data")
    violation = st.fixed_dictionaries({}, optional=dict.fromkeys(names, value))
    validation = st.fixed_dictionaries(
        {}, optional={"fieldViolations": value | st.lists(violation | value, max_size=3)}
    )
    details = st.fixed_dictionaries(
        {},
        optional={"applicationError": application | value, "validationError": validation | value},
    )
    return value | st.fixed_dictionaries(
        {},
        optional={
            "message": value,
            "details": details | value,
            "error": value,
            "error_description": value,
        },
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=errors_of_wix(),
    status=st.sampled_from([300, 400, 401, 403, 404, 409, 418, 428, 429, 500, 501, 503]),
)
def test_any_json_in_an_error_answer_is_an_error_on_one_line_without_an_address(
    wix_v3: FakeWix, body: Any, status: int
) -> None:
    wix_v3.site.faults.clear()
    wix_v3.site.faults.add(faults.refusal(QUERY, status=status, body=body, times=None))
    with pytest.raises(WixError) as refused:
        transport(wix_v3).call("POST", QUERY, {})
    error = refused.value
    for text in (str(error), error.code, error.text, *(v.description for v in error.violations)):
        assert len(text.splitlines()) <= 1
        assert "\x1b" not in text
        assert "a@example.org" not in text


@pytest.mark.parametrize(
    "place",
    ["message", "code", "description", "field", "rule", "request id", "error page"],
)
def test_a_key_that_wix_echoes_is_in_no_error(wix_v3: FakeWix, place: str) -> None:
    key = f"IST.eyJhbGciOiJSUzI1NiJ9.{place.replace(' ', '-')}-of-the-owner-0123456789"
    wix_v3.site.api_keys.add(key)
    violation = {"field": key, "description": "is bad", "violatedRule": "FORMAT"}
    bodies_by_place: dict[str, Any] = {
        "message": {"message": f"Bad key {key}.", "details": {}},
        "code": {"message": "", "details": {"applicationError": {"code": key}}},
        "description": {"message": "", "details": {"applicationError": {"description": key}}},
        "field": {"message": "", "details": {"validationError": {"fieldViolations": [violation]}}},
        "rule": {
            "message": "",
            "details": {"validationError": {"fieldViolations": [{"ruleName": key}]}},
        },
    }
    headers = {"x-wix-request-id": key} if place == "request id" else {}
    body = bodies_by_place.get(place, {"message": key, "details": [key]})
    wix_v3.faults.add(faults.refusal(QUERY, status=400, body=body, headers=headers, times=None))
    with pytest.raises(WixError) as refused:
        transport(wix_v3, api_key=key).call("POST", QUERY, {})
    error = refused.value
    texts = (str(error), error.code, error.text, error.request_id, *map(repr, error.violations))
    assert not any(key[:20] in text or key[-20:] in text for text in texts)


@pytest.mark.parametrize(
    "value",
    [
        "../orders",
        "a/b",
        "",
        ".",
        "..",
        "a b",
        "a?b",
        "x" * 200,
        "a\n",
        5,
        None,
        ["a"],
        "\u0661",
        "%2e%2e",
    ],
)
def test_what_is_no_id_never_reaches_an_address(value: Any) -> None:
    with pytest.raises(AnswerError, match="not an id"):
        quote_id(value)


@pytest.mark.parametrize("value", ["", ".", "..", "...", None, 5, "x" * 301, "\ud800"])
def test_a_name_that_would_lead_elsewhere_never_reaches_an_address(value: Any) -> None:
    with pytest.raises(AnswerError, match="address"):
        quote_name(value)


@given(st.text(min_size=1, max_size=50).filter(lambda text: text.strip(".")))
def test_any_other_name_stays_one_part_of_the_address(value: str) -> None:
    try:
        part = quote_name(value)
    except AnswerError:
        assert any("\ud800" <= char <= "\udfff" for char in value)
        return
    assert not set(part) & set("/?#\\ \n")
    assert part.isascii()
