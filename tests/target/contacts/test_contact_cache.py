"""What a run remembers of contacts."""

from __future__ import annotations

from typing import Any

from target_wix.contacts.lookup import ContactCache
from target_wix.pipeline.staleness import revision_of


def contact(contact_id: str, email: str = "", revision: int = 1) -> dict[str, Any]:
    items = [{"email": email or f"{contact_id}@example.org"}]
    return {"id": contact_id, "revision": revision, "info": {"emails": {"items": items}}}


def test_the_oldest_is_forgotten_and_then_not_all_is_known() -> None:
    cache = ContactCache(most=2)
    cache.fill([contact("a"), contact("b")])
    known = [cache.complete]
    for name in ("a", "c"):
        cache.put(contact(name))
        cache.prune()
        known.append(cache.complete)
    assert known == [True, True, False]
    assert cache.get("b") is None
    assert cache.get("a") == contact("a")
    assert not cache.knows([("email", "b@example.org")])
    assert cache.holders([("email", "b@example.org")]) == []


def test_what_never_had_room_is_not_taken_for_the_whole_site() -> None:
    cache = ContactCache(most=2)
    cache.fill(contact(name) for name in "abc")
    assert not cache.complete
    cache.fill([contact("c")])
    assert not cache.complete


def test_long_contacts_take_the_room_of_several() -> None:
    cache = ContactCache(most_bytes=1_000)
    for name in "abc":
        cache.put({**contact(name), "note": "x" * 600})
        cache.prune()
    assert [cache.get(name) is not None for name in "abc"] == [False, False, True]
    assert cache.forgetful


def test_what_lags_does_not_replace_what_is_newer() -> None:
    cache = ContactCache()
    cache.put(contact("a", "new@example.org", revision=3))
    cache.put(contact("a", "old@example.org", revision=2))
    assert cache.holders([("email", "new@example.org"), ("email", "old@example.org")]) == ["a"]
    kept = cache.get("a")
    assert kept is not None
    assert revision_of(kept) == 3


def test_what_is_gone_does_not_come_back_from_the_index() -> None:
    cache = ContactCache()
    cache.put(contact("b"))
    cache.gone("a", into="b")
    cache.gone("c")
    cache.put(contact("a"))
    cache.put(contact("c"))
    assert cache.get("a") == contact("b")
    assert cache.get("c") is None
    assert cache.is_gone("c")
    assert not cache.is_gone("a")


def test_changes_of_this_run_are_told_from_those_of_others() -> None:
    cache = ContactCache()
    cache.put(contact("a", revision=4))
    cache.put(contact("a", revision=5), instead_of=4)
    cache.put(contact("a", revision=6), instead_of=5)
    assert cache.revision_before_us(contact("a", revision=6)) == 4
    assert cache.revision_before_us(contact("a", revision=7)) == 7


def test_a_value_that_nobody_had_is_asked_about_again() -> None:
    cache = ContactCache()
    cache.put(contact("a"))
    keys = [("email", "a@example.org"), ("email", "nobody@example.org")]
    cache.asked(keys)
    assert cache.knows(keys)
    cache.forget_misses()
    assert [cache.knows([key]) for key in keys] == [True, False]
