"""The sync centre: reads what waits, and settles what two laptops changed apart, one person at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from smf_core.domain.task import TaskKind
from smf_desktop.ports import OnTheWay
from smf_desktop.presenters.labels import ChipKind
from smf_desktop.presenters.patient.disputes import dispute_key
from smf_desktop.presenters.sync.centre import centre_rows
from smf_desktop.presenters.sync.facts import Centre, Link, PersonApart, SyncState
from smf_desktop.presenters.sync.review import NOTHING, Chosen, ReviewRows, chosen_both, review_rows, typed
from smf_desktop.presenters.sync.status import status_row, told
from smf_desktop.services.record.disputes import Choice, settle_again, settle_all, unsettle
from smf_desktop.services.session import Session, Touched
from smf_desktop.services.sync.centre import centre, choice_of, open_apart, person_apart
from smf_desktop.services.tasks import NewTask, ask_task, cancel_task, reopen_task
from ui.actions import Action
from ui.desk import Desk, Place
from ui.flows.asking import Act
from ui.flows.listed import ListPage
from ui.flows.opening import go_to_record
from ui.flows.sync.other_words import OtherWords
from ui.views.sync.page import SyncView
from ui.views.sync.review import BOTH, NONE
from ui.widgets.text import announce

CHIPS: dict[str, ChipKind] = {"warn-fill": "warn", "ok-fill": "ok", "primary": "info", "line-strong": "neutral"}
"""By the colour of the dot in the status bar."""

NO_HUB = "No hub"
NOBODY = centre_rows(Centre((), OnTheWay(joined=False, unsent=0)), None)


class SyncPage(ListPage[SyncView, Centre]):
    """One page of the window. Whose versions are shown is noted in the audit when they are opened."""

    title = "Sync centre"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, SyncView(lead=desk.session.user.role.value == "lead", joined=desk.hub is not None))
        self._found: PersonApart | None = None
        self._rows: ReviewRows | None = None
        self._choices: dict[str, dict[str, Chosen]] = {}
        """By person, what was chosen and not yet applied."""
        self._before: list[dict[str, Chosen]] = []
        self._after: list[dict[str, Chosen]] = []
        self._patient = ""
        self._people: list[str] = []
        self._settled: list[_Settled] = []
        self._later: set[str] = set()
        self._take_focus = False
        self._end: Callable[[], None] | None = None
        self._state = desk.syncer.state
        view = self._view
        self._other_words = OtherWords(desk, view)
        view.person_wanted.connect(lambda patient: self._open(patient, focus=True))
        view.chosen.connect(self._choose)
        view.typed.connect(self._type)
        view.apply_wanted.connect(self._apply)
        view.later_wanted.connect(self._review_later)
        view.sync_wanted.connect(desk.syncer.request)
        view.record_wanted.connect(self._open_record)
        view.ask_wanted.connect(self._ask)
        view.history_wanted.connect(lambda: self.do(Action.SYNC_HISTORY))
        view.tray_wanted.connect(lambda: self.do(Action.HELD_WORK))
        view.drafts_wanted.connect(lambda: self.do(Action.DRAFTS_ELSEWHERE))
        view.laptops_wanted.connect(lambda: self.do(Action.TEAM_LAPTOPS))

    def enter(self, place: Place) -> None:
        self._later.clear()
        self._patient = place.patient or self._patient
        if self._end is None:
            self._state = self._desk.syncer.state
            self._end = self._desk.syncer.subscribe(self._hub_heard)
            self._show_state(self._state)
        super().enter(place)

    def leave(self) -> None:
        super().leave()
        self._other_words.keep()
        if self._end is not None:
            self._end()
            self._end = None

    def clear(self) -> None:
        super().clear()
        self._other_words.forget()
        self._choices.clear()
        self._before.clear()
        self._after.clear()
        self._settled.clear()
        self._found = self._rows = None
        self._patient = ""
        self._view.show_review(None)
        self._view.fill(NOBODY, "")

    def can(self, action: Action) -> bool:
        match action:
            case Action.MAIN | Action.NEXT_PROBLEM | Action.PREVIOUS_PROBLEM:
                return self._rows is not None and bool(self._rows.rows)
            case Action.UNDO:
                return bool(self._before) or super().can(action)
            case Action.REDO:
                return bool(self._after) or super().can(action)
            case Action.SYNC_HISTORY:
                return True
            case Action.DRAFTS_ELSEWHERE:
                return self._desk.hub is not None
            case Action.HELD_WORK | Action.TEAM_LAPTOPS:
                return self._desk.hub is not None and self._desk.session.user.role.value == "lead"
        return super().can(action)

    def do(self, action: Action) -> None:
        from ui.flows.sync.drafts import show_drafts
        from ui.flows.sync.held import show_held
        from ui.flows.sync.history import show_history
        from ui.flows.sync.laptops import show_laptops

        match action:
            case Action.MAIN:
                self._apply()
            case Action.NEXT_PROBLEM | Action.PREVIOUS_PROBLEM:
                if not self._view.table.go_on(1 if action is Action.NEXT_PROBLEM else -1):
                    announce(self._view, "Every field is chosen")
                    self._view.apply.setFocus()
            case Action.UNDO | Action.REDO if not (self._before if action is Action.UNDO else self._after):
                self._take_focus = True  # whoever is to be settled again, or nobody
                self._turn += 1  # what was read before it is not shown any more
                super().do(action)
            case Action.UNDO if self._before:
                self._step(self._before, self._after)
            case Action.REDO if self._after:
                self._step(self._after, self._before)
            case Action.SYNC_HISTORY:
                show_history(self._desk, self._view)
            case Action.HELD_WORK:
                show_held(self._desk, self._view)
            case Action.TEAM_LAPTOPS:
                show_laptops(self._desk, self._view)
            case Action.DRAFTS_ELSEWHERE:
                show_drafts(self._desk, self._view)
            case _:
                super().do(action)

    # --- reading -----------------------------------------------------------------------------------

    def _job(self) -> Callable[[], Centre]:
        return partial(centre, self._desk.session)

    def _show(self, found: Centre) -> None:
        people = [one.who.id for one in found.reviews]
        for one in self._settled:
            if one.taken_back and one.patient in people:
                self._patient, self._take_focus, one.taken_back = one.patient, True, False
        if self._patient not in people:
            self._patient = next((one for one in people if one not in self._later), "")
        self._words = f"{len(people)} to review" if people else ""
        self._view.fill(centre_rows(found, self._desk.session.now().tzinfo), self._patient)
        self._people = people
        if self._patient:
            self._open(self._patient, focus=self._fresh)
        else:
            self._show_nobody()

    def _open(self, patient: str, *, focus: bool) -> None:
        """Somebody's versions on the right; opening another person is noted, reading the same again is not."""
        again = self._found is not None and self._found.who.id == patient
        self._patient, self._take_focus = patient, focus or self._take_focus
        job = partial(person_apart if again else open_apart, self._desk.session, patient)

        def read() -> None:
            self._desk.lanes.read.run(job, done=partial(self._came_apart, patient), failed=self._desk.tell)

        def go_on(words: Mapping[str, Chosen]) -> None:
            if patient == self._patient:
                self._choices[patient] = {**words, **self._choices.get(patient, {})}
                read()

        if again:
            read()
            return
        self._before.clear()
        self._after.clear()
        self._other_words.keep()
        self._other_words.bring(patient, go_on)

    def _came_apart(self, patient: str, found: PersonApart | None) -> None:
        if patient != self._patient:
            return
        self._found = found
        if found is None or not found.apart.disputes:
            self._show_nobody()
            return
        keys = {dispute_key(one) for one in found.apart.disputes}
        kept = self._choices.get(patient, {})
        self._choices[patient] = {key: one for key, one in kept.items() if key in keys}
        self._draw()
        self._view.reviews.show_chosen(patient)
        if self._take_focus:
            self._take_focus = False
            self._view.table.take_focus()

    def _show_nobody(self) -> None:
        self._found = self._rows = None
        self._view.show_review(None)
        if self._take_focus:
            self._take_focus = False
            self._view.take_focus()

    def _draw(self) -> None:
        if self._found is not None:
            self._rows = review_rows(self._found, self._chosen)
            self._view.show_review(self._rows)
            self._view.offer_asking(self._colleague[1].partition(" ")[0])

    def _hub_heard(self, state: SyncState) -> None:
        """How the exchange stands; what waits and what was sent is read again where it moved."""
        before, self._state = self._state, state
        self._show_state(state)
        if (before.waiting, before.last) != (state.waiting, state.last):
            self._read()

    def _show_state(self, state: SyncState) -> None:
        row = status_row(state, self._desk.session.now())
        running = state.link is Link.SYNCING
        between = ": " if running else " "
        words = NO_HUB if state.link is Link.NO_HUB else f"{row.strong}{between}{row.words}".strip(": ")
        progress = (state.progress.done, state.progress.of) if state.progress else (0, 0)
        self._view.show_link(words, CHIPS[row.dot], progress if running else None, told(state))

    # --- choosing ----------------------------------------------------------------------------------

    @property
    def _chosen(self) -> dict[str, Chosen]:
        return self._choices.setdefault(self._patient, {})

    def _choose(self, key: str, choice: str) -> None:
        if self._found is None:
            return
        if choice == BOTH:
            dispute = next(one for one in self._found.apart.disputes if dispute_key(one) == key)
            self._set(key, chosen_both(dispute) or NOTHING)
        else:
            self._set(key, NOTHING if choice == NONE else Chosen(version=int(choice)))

    def _type(self, key: str, words: str) -> None:
        self._set(key, typed(self._chosen.get(key, NOTHING), words))

    def _set(self, key: str, chosen: Chosen) -> None:
        before = dict(self._chosen)
        if before.get(key, NOTHING) == chosen:
            return
        was = before.get(key, NOTHING)
        if was.text is None or chosen.text is None or chosen.both != was.both:  # typing on is one step
            self._before.append(before)
        self._after.clear()
        self._choices[self._patient] = {**before, key: chosen}
        self._draw()
        self._keep_words()

    def _step(self, back: list[dict[str, Chosen]], forth: list[dict[str, Chosen]]) -> None:
        forth.append(dict(self._chosen))
        self._choices[self._patient] = back.pop()
        self._draw()
        self._keep_words()

    def _keep_words(self) -> None:
        if self._rows is not None:
            self._other_words.typed(self._patient, self._chosen, self._rows)

    # --- applying ----------------------------------------------------------------------------------

    def _apply(self) -> None:
        """Everything chosen, in one save. With nothing chosen the first open row has the focus, and that is said."""
        if self._found is None or self._rows is None:
            return
        choices = [
            choice_of(one, chosen)
            for one in self._found.apart.disputes
            if (chosen := self._chosen.get(dispute_key(one), NOTHING)).made
        ]
        if not choices:
            announce(self._view, self._rows.chip, now=True)
            self._view.table.take_focus()
            return
        session, patient = self._desk.session, self._found.who.id

        def done(answer: tuple[str, Touched]) -> None:
            saved, touched = answer
            self._choices.pop(patient, None)
            self._before.clear()
            self._after.clear()
            self._take_focus = True
            settled = _Settled(session, patient, choices, saved)
            self._settled.append(settled)
            self._asker.did("Applied, all versions kept", touched, Act("Applied", settled.undo, settled.redo))

        self._view.apply.set_busy("Saving")

        def failed(error: BaseException) -> None:
            self._view.apply.set_busy("")
            self._desk.tell(error)
            self._read()

        def saved(answer: tuple[str, Touched]) -> None:
            self._other_words.applied(patient)
            self._view.apply.set_busy("")
            done(answer)

        work = self._other_words.applying(patient, partial(settle_all, session, patient, choices))
        self._desk.lanes.store.run(work, done=saved, failed=failed)

    def _review_later(self) -> None:
        """The next person; this one stays on the list, with what was chosen."""
        self._later.add(self._patient)
        others = [one for one in self._people if one not in self._later]
        if others:
            self._open(others[0], focus=True)
        else:
            self._patient = ""
            self._show_nobody()
            self._view.reviews.show_chosen("")
            self._view.take_focus()

    @property
    def _colleague(self) -> tuple[str, str]:
        """Who wrote another version than this user, with their name; "" and "" for nobody who is known here."""
        if self._found is None:
            return "", ""
        names, me = self._found.names, self._desk.session.user.id
        others = [one.by for each in self._found.apart.disputes for one in each.versions if one.by != me]
        return next(((one, names[one]) for one in others if one in names), ("", ""))

    def _ask(self) -> None:
        """A task for the colleague, which stands on their Today; this person stays on the list."""
        whom, name = self._colleague
        if not whom or self._rows is None:
            return
        session, fields = self._desk.session, ", ".join(row.what for row in self._rows.rows)
        words, patient = f"Decide what the record says: {fields}", self._rows.patient
        new = NewTask(words, patient=patient, to_user=whom, kind=TaskKind.DECIDE)

        def asked(answer: tuple[str, Touched]) -> None:
            task, touched = answer
            act = Act(f"{name} asked", partial(cancel_task, session, task), partial(reopen_task, session, task))
            self._asker.did(f"{name} is asked to decide", touched, act)

        self._asker.run(partial(ask_task, session, new), asked)

    def _open_record(self) -> None:
        if self._rows is not None:
            go_to_record(self._desk, self._view, Place("patient", self._rows.patient), self._rows.name)


@dataclass
class _Settled:
    """What was applied for one person, to be taken back and done again; `saved` is the save that stands.

    `taken_back` until the person has been shown again.
    """

    session: Session
    patient: str
    choices: Sequence[Choice]
    saved: str
    taken_back: bool = False

    def undo(self) -> Touched:
        touched = unsettle(self.session, self.patient, self.saved)
        self.taken_back = True
        return touched

    def redo(self) -> Touched:
        self.taken_back = False
        self.saved, touched = settle_again(self.session, self.patient, self.choices)
        return touched
