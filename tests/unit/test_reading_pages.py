"""What must be true of a page, and how cursors are followed; the wire is scripted here."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any, cast

import pytest

from tap_wix.api.errors import AccessError, AnswerError, RefusedError, WixError
from tap_wix.api.keyset import Keyset, ascending, at_or_before
from tap_wix.api.paging import NewRows, cursor_pages, list_in, next_cursor

if TYPE_CHECKING:
    from tap_wix.api.transport import WixTransport

PATH = "/stores/v3/things/query"
BODY = {"query": {"filter": {"a": 1}, "cursorPaging": {"limit": 2}}, "fields": ["X"]}


class Script:
    """Answers in a given order, whatever is asked."""

    def __init__(self, *answers: dict[str, Any] | WixError) -> None:
        self.answers = list(answers)
        self.asked: list[Any] = []

    def call(self, *request: Any, **_: Any) -> dict[str, Any]:
        self.asked.append(request[2])
        answer = self.answers.pop(0)
        if isinstance(answer, WixError):
            raise answer
        return answer


def page(*ids: str, after: str | None = None, more: bool | None = None) -> dict[str, Any]:
    block: dict[str, Any] = {"count": len(ids), "cursors": {"next": after} if after else {}}
    if more is not None:
        block["hasNext"] = more
    return {"things": [{"id": one} for one in ids], "pagingMetadata": block}


def followed(script: Script) -> list[list[str]]:
    pages = cursor_pages(cast("WixTransport", script), PATH, BODY, "things")
    return [[row["id"] for row in one.rows] for one in pages]


def test_a_cursor_goes_without_filter_and_sort_but_with_the_fields() -> None:
    script = Script(page("a", "b", after="c1", more=True), page("c", more=False))
    assert followed(script) == [["a", "b"], ["c"]]
    assert script.asked == [
        BODY,
        {"query": {"cursorPaging": {"limit": 2, "cursor": "c1"}}, "fields": ["X"]},
    ]


def test_an_empty_page_in_the_middle_does_not_end_the_query() -> None:
    script = Script(page("a", after="c1", more=True), page(after="c2", more=True), page("b"))
    assert followed(script) == [["a"], [], ["b"]]


def test_where_wix_does_not_say_whether_more_follows_an_empty_page_is_the_end() -> None:
    script = Script(page("a", after="c1"), page(after="c2"))
    assert followed(script) == [["a"], []]


def test_a_cursor_beside_has_next_false_is_not_followed() -> None:
    assert followed(Script(page("a", after="c1", more=False))) == [["a"]]


def test_the_paging_block_may_go_by_its_other_name() -> None:
    body = {"things": [], "metadata": {"hasNext": True, "cursors": {"next": "c1"}}}
    assert next_cursor(body, []) == "c1"


def test_a_cursor_that_comes_twice_is_an_error() -> None:
    script = Script(page("a", after="c1", more=True), page("b", after="c1", more=True))
    with pytest.raises(AnswerError, match="second time"):
        followed(script)


class Endless(Script):
    """Pages under ever new cursors."""

    def __init__(self, *pages: list[str]) -> None:
        super().__init__()
        self.pages = cycle(pages)

    def call(self, *request: Any, **_: Any) -> dict[str, Any]:
        self.asked.append(request[2])
        return page(*next(self.pages), after=f"c{len(self.asked)}", more=True)


@pytest.mark.parametrize(
    "pages",
    [[[]], [["a", "b"]], [["a", "b"], []], [["a", "b"], ["c", "d"], ["e", "f"]]],
    ids=["empty", "the same", "the same and empty ones", "in circles"],
)
def test_ever_new_cursors_that_bring_nothing_new_end_with_an_error(pages: list[list[str]]) -> None:
    with pytest.raises(AnswerError, match="anything new"):
        followed(Endless(*pages))


def test_rows_without_an_id_are_told_apart_by_what_they_hold() -> None:
    rows: list[dict[str, Any]] = [{"variant": {"sku": str(number)}} for number in range(200)]
    new_rows = NewRows(PATH)
    for row in [*rows, *rows[:50]]:
        new_rows.see([row])
    with pytest.raises(AnswerError, match="anything new"):
        new_rows.see([rows[50]])


def test_an_expired_cursor_starts_the_query_again() -> None:
    expired = RefusedError("expired", status=400)
    script = Script(page("a", after="c1", more=True), expired, page("a", "b", more=False))
    assert followed(script) == [["a"], ["a", "b"]]
    assert script.asked[2] == BODY


def test_cursors_that_never_last_end_in_the_refusal() -> None:
    expired = RefusedError("expired", status=400)
    again: list[dict[str, Any] | WixError] = [page("a", after="c1", more=True), expired]
    script = Script(*again * 4)
    with pytest.raises(RefusedError):
        followed(script)


@pytest.mark.parametrize(
    "error", [RefusedError("bad", status=400), AccessError("no", status=403)], ids=["400", "403"]
)
def test_a_refused_query_is_not_repeated(error: WixError) -> None:
    script = Script(error)
    with pytest.raises(type(error)):
        followed(script)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"thing": []},
        {"things": None, "pagingMetadata": {"count": 3}},
        {"pagingMetadata": {"hasNext": False, "cursors": {}}},
        {"metadata": {"items": 100, "offset": 0}, "totalResults": 7},
        {"things": {"id": "a"}},
        {"things": ["a"]},
    ],
    ids=str,
)
def test_a_wrong_envelope_never_passes_for_no_rows(body: dict[str, Any]) -> None:
    with pytest.raises(AnswerError):
        list_in(body, "things", PATH)


@pytest.mark.parametrize(
    "body",
    [
        {"pagingMetadata": {"count": 0}},
        {"metadata": {"count": 0, "hasNext": False}},
        {"metadata": {"items": 100, "offset": 0}, "totalResults": 0},
    ],
    ids=str,
)
def test_a_missing_list_with_a_count_of_zero_is_empty(body: dict[str, Any]) -> None:
    assert list_in(body, "things", PATH) == []


@pytest.mark.parametrize(
    ("moment", "asked"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"),
        ("2026-01-02T03:04:05.999999999Z", "2026-01-02T03:04:05.999Z"),
        ("2026-01-02T05:04:05.1+02:00", "2026-01-02T03:04:05.100Z"),
    ],
)
def test_a_date_is_never_asked_for_later_than_it_is(moment: str, asked: str) -> None:
    assert at_or_before(moment) == asked


def row(key: str, date: str) -> dict[str, Any]:
    return {"id": key, "date": f"2026-01-02T03:04:{date}Z"}


def test_rows_of_one_millisecond_are_tied_whatever_their_further_digits() -> None:
    assert ascending([row("a", "05.001999"), row("b", "05.001")], "date", PATH)
    assert not ascending([row("a", "05.002"), row("b", "05.001999")], "date", PATH)


def test_a_sweep_goes_on_from_the_earliest_row_of_its_last_millisecond_as_wix_spelled_it() -> None:
    keyset = Keyset("date", PATH)
    rows = [row("a", "05"), row("b", "06.0010"), row("c", "06.001000009")]
    assert keyset.fresh(rows) == rows
    assert keyset.moved(rows, first=True)
    assert keyset.start == "2026-01-02T03:04:06.0010Z"
    keyset.begin()
    assert keyset.fresh([*rows[1:], row("d", "06.5")]) == [row("d", "06.5")]


def test_a_row_from_before_the_date_asked_for_shows_that_the_filter_was_ignored() -> None:
    keyset = Keyset("date", PATH, "2026-01-02T03:04:06.000Z")
    with pytest.raises(AnswerError, match="order of date"):
        keyset.fresh([row("a", "05.9")])


def test_a_row_that_changed_since_it_was_seen_is_new() -> None:
    keyset = Keyset("date", PATH)
    first = {**row("a", "05"), "revision": "1"}
    assert keyset.fresh([first, first]) == [first]
    assert keyset.fresh([{**first, "revision": "2"}]) == [{**first, "revision": "2"}]
