"""Records whose e-mail or phone another contact has, until that one gives it up or keeps it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from target_wix.contacts.state import is_member, read_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_wix.contacts.lookup import ContactCache
    from target_wix.contacts.plan import ContactPlan
    from target_wix.contacts.values import Key
    from target_wix.runtime.outcomes import Rejection
    from target_wix.runtime.pending import PendingRecord

_MOST_SENT = 3
"""How often a record is sent again whose e-mail or phone somebody else had."""


@dataclass(frozen=True, slots=True)
class TakenPlan:
    """A plan that Wix refused, since somebody has the e-mail or phone that it brings.

    Attributes:
        plan: the plan of one record.
        holder: the contact that has it.
        refusal: of the record, if that contact keeps it.
    """

    plan: ContactPlan
    holder: str
    refusal: Rejection

    @property
    def wanted(self) -> set[Key]:
        """What the contact does not go by yet."""
        return set(self.plan.after.keys) - set(self.plan.before.keys)


class Swaps:
    """The plans of a round that wait for another contact to give up its e-mail or phone.

    People pass e-mails on and swap them, and the rows of a sheet come in any order.
    """

    def __init__(self, cache: ContactCache) -> None:
        self._cache = cache
        self._waiting: list[TakenPlan] = []
        self._sent: Counter[PendingRecord] = Counter()

    def put_off(self, plan: ContactPlan, holder: str, refusal: Rejection) -> bool:
        """Let a refused plan wait if another contact may give up what it brings; tell whether."""
        taken = TakenPlan(plan, holder, refusal)
        is_known = self._cache.get(holder) is not None
        if len(plan.records) > 1 or not is_known or self._is_free(taken):
            return False
        self._waiting.append(taken)
        return True

    def next_plan(self) -> ContactPlan | None:
        """Return a plan that can be sent now, which waits no more; None if there is none.

        Of contacts that want each other's, one is written although the next one still has what it
        wants: Wix takes that if it is told to (wix-api contacts 2.5).
        """
        fresh = [
            one for one in self._waiting if self._sent[one.plan.records[0].pending] < _MOST_SENT
        ]
        found = next((one for one in fresh if self._is_free(one)), None)
        plan = None if found is None else found.plan
        if found is None and (found := _one_of_a_circle(fresh)) is not None:
            plan = replace(found.plan, ways=replace(found.plan.ways, swaps=True))
        if found is None or plan is None:
            return None
        self._waiting = [one for one in self._waiting if one is not found]
        self._sent[plan.records[0].pending] += 1
        return plan

    def give_up(self) -> list[TakenPlan]:
        """Return the plans that are left at the end of the round, which wait no more."""
        left, self._waiting = self._waiting, []
        self._sent.clear()
        return left

    def _is_free(self, taken: TakenPlan) -> bool:
        """Tell whether, by what is known by now, a contact no longer has what another one wants."""
        contact = self._cache.get(taken.holder)
        return contact is None or taken.wanted.isdisjoint(read_state(contact).keys)


def _one_of_a_circle(taken: Sequence[TakenPlan]) -> TakenPlan | None:
    """Return a plan of a circle of contacts that each want what the next one gives up.

    The e-mail of a member is a login, which only the member changes: no circle goes through it.
    """
    by_contact = {one.plan.contact_id: one for one in taken if one.plan.contact_id}
    for first in by_contact.values():
        one, seen = first, {first.plan.contact_id}
        while not is_member(one.plan.contact):
            follower = by_contact.get(one.holder)
            if follower is None or not one.wanted.isdisjoint(follower.plan.after.keys):
                break
            if follower is first:
                return None if first.plan.ways.swaps else first
            if follower.plan.contact_id in seen:
                break
            one = follower
            seen.add(one.plan.contact_id)
    return None
