"""What a run remembers of contacts."""

from __future__ import annotations

from typing import Any

from target_wix.contacts.cache import ContactCache, revision_of


def contact(contact_id: str, email: str = "", revision: int = 1) -> dict[str, Any]:
    items = [{"email": email or f"{contact_id}@example.org"}]
    return {"id": contact_id, "revision": revision, "info": {"emails": {"items": items}}}


def test_the_oldest_is_forgotten_and_then_not_all_is_known() -> None:
    shelf = ContactCache(most=2)
    shelf.fill([contact("a"), contact("b")])
    known = [shelf.complete]
    for name in ("a", "c"):
        shelf.put(contact(name))
        shelf.prune()
        known.append(shelf.complete)
    assert known == [True, True, False]
    assert shelf.get("b") is None
    assert shelf.get("a") == contact("a")
    assert not shelf.knows([("email", "b@example.org")])
    assert shelf.holders([("email", "b@example.org")]) == []


def test_what_never_had_room_is_not_taken_for_the_whole_site() -> None:
    shelf = ContactCache(most=2)
    shelf.fill(contact(name) for name in "abc")
    assert not shelf.complete
    shelf.fill([contact("c")])
    assert not shelf.complete


def test_long_contacts_take_the_room_of_several() -> None:
    shelf = ContactCache(most_bytes=1_000)
    for name in "abc":
        shelf.put({**contact(name), "note": "x" * 600})
        shelf.prune()
    assert [shelf.get(name) is not None for name in "abc"] == [False, False, True]
    assert shelf.forgetful


def test_what_lags_does_not_replace_what_is_newer() -> None:
    shelf = ContactCache()
    shelf.put(contact("a", "new@example.org", revision=3))
    shelf.put(contact("a", "old@example.org", revision=2))
    assert shelf.holders([("email", "new@example.org"), ("email", "old@example.org")]) == ["a"]
    kept = shelf.get("a")
    assert kept is not None
    assert revision_of(kept) == 3


def test_what_is_gone_does_not_come_back_from_the_index() -> None:
    shelf = ContactCache()
    shelf.put(contact("b"))
    shelf.gone("a", into="b")
    shelf.gone("c")
    shelf.put(contact("a"))
    shelf.put(contact("c"))
    assert shelf.get("a") == contact("b")
    assert shelf.get("c") is None
    assert shelf.is_gone("c")
    assert not shelf.is_gone("a")


def test_changes_of_this_run_are_told_from_those_of_others() -> None:
    shelf = ContactCache()
    shelf.put(contact("a", revision=4))
    shelf.put(contact("a", revision=5), instead_of=4)
    shelf.put(contact("a", revision=6), instead_of=5)
    assert shelf.revision_before_us(contact("a", revision=6)) == 4
    assert shelf.revision_before_us(contact("a", revision=7)) == 7


def test_a_value_that_nobody_had_is_asked_about_again() -> None:
    shelf = ContactCache()
    shelf.put(contact("a"))
    keys = [("email", "a@example.org"), ("email", "nobody@example.org")]
    shelf.asked(keys)
    assert shelf.knows(keys)
    shelf.forget_misses()
    assert [shelf.knows([key]) for key in keys] == [True, False]
