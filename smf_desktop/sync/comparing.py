"""The people a laptop holds by the hub's list, and whether both sides hold the same of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from smf_core.operations.change_set import EXACT
from smf_core.operations.hub import Hub, HubTrouble, Trouble
from smf_core.operations.protocol import Scope
from smf_desktop.sync.asking import TRIES, Asking
from smf_desktop.sync.steps import Gains, Step, Steps, SyncStore

NOBODY = b"nobody"
"""The name of the list of a team that is no longer ours."""


@dataclass(slots=True)
class Comparing:
    """Of one exchange. `doubted` are feeds whose list is not believed yet, `whole` those of which all months are to be
    compared."""

    hub: Hub
    store: SyncStore
    asking: Asking
    gains: Gains
    doubted: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)

    def settle(self, of: str, told: bytes, *, complete: bool) -> Steps[bool | None]:
        """Hold the people of the hub's list, and compare what is here of them.

        True when it is the same; False when it was not and something was done about it; None when nothing could be
        compared, since the list is doubted or changes too quickly.
        """
        stale = told != self.store.here().scopes.get(of)
        for _ in range(TRIES // 2):
            if stale and not (yield from self._take_scope(of)):
                return None
            whole = of in self.whole or not complete or self.store.is_whole_due(of) or self.store.differed() > 0
            months = None if whole else frozenset(month for name, month in self.gains.done.months if name == of)
            claim = self.store.claim(of, months)
            if not claim.months:
                return True
            verified = yield from self.asking.until(partial(self.hub.verify, claim))
            yield Step("verify")
            stale = verified.stale
            if stale:
                continue
            if not verified.months:
                if whole:
                    self.store.verified(of)
                    self.whole.discard(of)
                return True
            self.whole.add(of)
            yield from self._mend(of, verified.months)
            return False
        return None

    def _take_scope(self, of: str) -> Steps[bool]:
        if of in self.doubted:
            return False
        said = yield from self.asking.until(partial(self.hub.scope, of))
        entering = self.store.take_scope(of, said)
        if entering.all_months:
            self.whole.add(of)
        for count, patient in enumerate(entering.people, start=1):
            yield from self._backfill(of, patient)
            self.store.entered(of, (patient,), said.moved)
            yield Step("scope", count, len(entering.people), self.gains.done.kinds)
        if entering.doubted:
            self.doubted.add(of)
            return False
        self.store.scope_taken(of, said.scope)
        return True

    def let_go(self, of: str) -> bool | None:
        """The hub no longer names a team among ours: nobody of it is in scope. It has to say so twice."""
        entering = self.store.take_scope(of, Scope(scope=NOBODY, people=(), seq=EXACT - 1))
        if entering.doubted:
            return None
        self.store.scope_taken(of, NOBODY)
        self.gains.moved += 1
        return True

    def _backfill(self, of: str, patient: str) -> Steps[frozenset[str]]:
        """Have all that the hub has of one person, in this feed up to our cursor. Answers which change sets of it."""
        theirs, elsewhere = yield from self._fetch(of, patient, self.store.cursor(of).seq)
        for other in elsewhere:
            yield from self._fetch(other, patient, EXACT - 1)
        return theirs

    def _fetch(self, of: str, patient: str, until: int) -> Steps[tuple[frozenset[str], tuple[str, ...]]]:
        theirs: set[str] = set()
        after = 0
        while True:
            answer = yield from self.asking.once(partial(self.hub.patient, of, patient, after, until))
            if answer is None:
                continue
            placed, change_sets = answer
            self.gains.note(self.store.backfill(patient, placed, change_sets))
            theirs.update(each.head.cs_id for each in change_sets)
            if not placed.more:
                return frozenset(theirs), placed.elsewhere
            if not placed.seqs or placed.seqs[-1] <= after:
                raise HubTrouble(Trouble.BAD_REPLY)
            after = placed.seqs[-1]

    def _mend(self, of: str, months: Iterable[int]) -> Steps[None]:
        """Find who differs, fetch what is missing here, and have what the hub lacks offered."""
        people: set[str] = set()
        for month in months:
            verified = yield from self.asking.until(partial(self.hub.verify, self.store.claim_people(of, month)))
            people.update(verified.people)
            yield Step("verify")
        for patient in sorted(people):
            theirs = yield from self._backfill(of, patient)
            self.store.offer_rest(of, patient, self.store.cursor(of).seq, theirs)
            yield Step("verify")
