"""What nurses do on a simulated laptop: every save goes through `Store.work().save`, on whoever can be found there."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from smf_core.operations.change_set import Item
from smf_core.operations.hub import HubTrouble
from smf_core.policy.roles import Role
from smf_desktop.store.store import Work
from tests.support.stores import item
from tests.sync.simulator.laptop import SimLaptop
from tests.sync.simulator.world import NORTH, PEOPLE, SOUTH, Saved

CANARY, PHONES, NUMBERS = "Canary-Quillfeather", "01632 960", "99900"
"""How every name and note, every phone number and every NHS number begins; nowhere on any disk may it be read."""

BORN = "1951-03-14"
"""Everybody."""


class Hands:
    """One user at one laptop, about to do something."""

    def __init__(self, laptop: SimLaptop, user: str | None = None) -> None:
        self.laptop, self.world, self.dice = laptop, laptop.world, laptop.dice
        self.user = user or self.dice.choice(laptop.users)
        self.author = self.world.users[self.user]
        self.role, self.team_name = PEOPLE[self.user]
        self.team = self.world.teams[self.team_name]

    # --- the people and their papers -------------------------------------------------------------

    def somebody(self) -> str | None:
        people = self.laptop.people()
        return self.dice.choice(people) if people else None

    def new_person(
        self,
        more: Callable[[str, str], Sequence[Item]] = lambda who, referral: (),
        like: tuple[str, str] | None = None,
    ) -> str | None:
        """Somebody with a referral, and `more` of them (by their id and that of the referral); `like` somebody who is
        here, by family name and NHS number."""
        who, referral = self.laptop.new_id(), self.laptop.new_id()
        number = self.world.counts.get("people", 0)
        self.world.counted("people")
        self.world.story.call(f"person {number + 1}", who)
        today = self.laptop.clock.now().date().isoformat()
        family, nhs_number = like or (self.text(f" {number}"), self._nhs_number(number))
        self.world.people[who] = family, nhs_number
        items = [
            item("patient", who, "name", family=family, given="Doreen", title="Mrs"),
            item("patient", who, "nhs_number", nhs_number=nhs_number, status="not_traced"),
            item("patient", who, "born", date_of_birth=BORN),
            item("patient", who, "team", team=self.team),
            item("patient", who, "phone", phone=self._phone()),
            item(
                "referral",
                referral,
                "received",
                patient=who,
                team=self.team,
                received_on=today,
                skills=["insulin"],
                reason=self.text(),
            ),
            *more(who, referral),
        ]
        return self.save(f"registered {who}", who, items)

    def change(self) -> str | None:
        who = self.somebody()
        if who is None:
            return None
        kind = self.dice.choice(("phone", "phone", "address", "access_note", "preferred_name"))
        said: dict[str, Any] = {
            "phone": {"phone": self._phone()},
            "address": {"address": self.text(f" {self.dice.randint(1, 99)}"), "postcode": "DE1 1AA"},
            "access_note": {"access_note": self.text(f" {self.dice.randint(1, 999)}")},
            "preferred_name": {"preferred_name": self.text(f" {self.dice.randint(1, 99)}")},
        }[kind]
        return self.on_top(f"changed the {kind} of {who}", who, "patient", who, kind, said)

    def undo(self) -> str | None:
        """The phone back to what it was at first."""
        who = self.somebody()
        if who is None:
            return None
        with self.laptop.store.work(author="", now=self.laptop.clock.now(), new_id=self.laptop.new_id) as work:
            value = work.record("patient", who).value("phone")
        if value is None:
            return None
        said = dict(value.first.payload)
        return self.on_top(f"undid a change of the phone of {who}", who, "patient", who, "phone", said)

    def allergy(self) -> str | None:
        there = self.laptop.rows("SELECT id, patient FROM allergy WHERE active ORDER BY id")
        if there and self.dice.random() < 0.5:
            allergy, who = self.dice.choice(there)
            with self.laptop.store.work(author="", now=self.laptop.clock.now(), new_id=self.laptop.new_id) as work:
                value = work.record("allergy", allergy).value("member")
            if value is None:
                return None
            ends = self.dice.random() < 0.5
            more = (
                {"ended": True, "ended_reason": "not so"}
                if ends
                else {"reaction": self.text(f" {self.dice.randint(1, 99)}")}
            )
            said = {**value.shown.payload, **more}
            return self.on_top(
                f"{'ended' if ends else 'changed'} an allergy of {who}", who, "allergy", allergy, "member", said
            )
        who = self.somebody()
        if who is None:
            return None
        said = {"patient": who, "substance": "penicillin", "reaction": "rash"}
        return self.save(f"added an allergy of {who}", who, [item("allergy", self.laptop.new_id(), "member", **said)])

    def visit(self, *, registered: bool | None = None) -> str | None:
        """A signed visit with one section."""
        taught = self.laptop.rows("SELECT id, patient FROM episode WHERE closed_on IS NULL ORDER BY id")
        if not taught:
            return None
        episode, who = self.dice.choice(taught)
        items = self.visit_items(self.laptop.new_id(), who, episode, registered=registered)
        ago = timedelta(hours=self.dice.choice((0, 0, 0, 0, 1, 1, 20, 20, 40 * 24, 130 * 24)))
        return self.save(f"signed a visit to {who}", who, items, before=ago)

    def visit_items(self, visit: str, who: str, episode: str, *, registered: bool | None = None) -> list[Item]:
        """What signs a visit with one section."""
        section, now = self.laptop.new_id(), self.laptop.clock.now()
        qualified = self.role is not Role.ASSISTANT if registered is None else registered
        items = [
            item(
                "visit",
                visit,
                "signed",
                patient=who,
                started_at=now.isoformat(),
                minutes=self.dice.randint(15, 90),
                role=self.role.value,
                registered=qualified,
                signed_at=now.isoformat(),
                contact="home",
                purpose="teaching",
            ),
            item(
                "section",
                section,
                "taught",
                patient=who,
                visit=visit,
                episode=episode,
                confidence=self.dice.randint(1, 10),
                notes=self.text(),
            ),
        ]
        return items + [
            item("section", section, "rating", step=f"s{n}", level=self.dice.choice(("assisted", "independent")))
            for n in range(self.dice.randint(1, 5))
        ]

    def amend(self) -> str | None:
        """Another look at a visit: the minutes were wrong."""
        signed = self.laptop.rows(
            "SELECT id, patient FROM visit WHERE status = 'signed' AND signed_also IS NULL ORDER BY id"
        )
        if not signed or self.role is Role.ASSISTANT:
            return None
        visit, who = self.dice.choice(signed)
        with self.laptop.store.work(author="", now=self.laptop.clock.now(), new_id=self.laptop.new_id) as work:
            value = work.record("visit", visit).value("signed")
        if value is None:
            return None
        said = {**value.shown.payload, "minutes": self.dice.randint(15, 90), "amend_reason": "wrong minutes"}
        return self.on_top(f"amended a visit to {who}", who, "visit", visit, "signed", said)

    def task(self) -> str | None:
        open_ = self.laptop.rows("SELECT id, patient FROM task WHERE state = 'open' ORDER BY id")
        if open_ and self.dice.random() < 0.5:
            task, who = self.dice.choice(open_)
            said = {"by": self.author, "at": self.laptop.clock.now().isoformat(), "state": "done"}
            return self.on_top("did a task", who, "task", task, "done", said)
        who = self.somebody() if self.dice.random() < 0.8 else None
        said = {"text": self.text(), "kind": "call_back", "to_team": self.team, "by": self.author}
        said |= {"patient": who} if who else {}
        return self.save(
            "asked for something to be done",
            who,
            [Item(entity="task", entity_id=self.laptop.new_id(), kind="asked", payload=said)],
        )

    def accept(self) -> str | None:
        """Triage: the pathway begins. Not for assistants, who try it all the same now and then."""
        waiting = self.laptop.rows("SELECT id, patient FROM referral WHERE status = 'received' ORDER BY id")
        if not waiting or (self.role is Role.ASSISTANT and self.dice.random() < 0.7):
            return None
        referral, who = self.dice.choice(waiting)
        today = self.laptop.clock.now().date().isoformat()
        items = [
            item("referral", referral, "triage", status="accepted", decided_on=today, decided_by=self.author),
            item(
                "episode",
                self.laptop.new_id(),
                "opened",
                patient=who,
                referral=referral,
                skill="insulin",
                checklist_version=1,
                expected_visits=6,
                opened_on=today,
            ),
        ]
        return self.save(f"accepted the referral of {who}", who, items)

    def discharge(self) -> str | None:
        taught = self.laptop.rows("SELECT id, patient FROM episode WHERE closed_on IS NULL ORDER BY id")
        if not taught or (self.role is Role.ASSISTANT and self.dice.random() < 0.7):
            return None
        episode, who = self.dice.choice(taught)
        today = self.laptop.clock.now().date().isoformat()
        said = {"outcome": "independent", "on": today, "by": self.author}
        return self.on_top(f"discharged {who}", who, "episode", episode, "discharge", said)

    def transfer(self) -> str | None:
        who = self.somebody()
        if who is None or self.role is Role.ASSISTANT or not self.world.rates.transfers:
            return None
        if who in self.world.twice:
            return None  # of two records that are one person's each would have to go, and no page moves both yet
        self.world.moved.add(who)
        other = SOUTH if self.team_name == NORTH else NORTH
        said = {"team": self.world.teams[other]}
        return self.on_top(f"transferred {who} to {other}", who, "patient", who, "team", said)

    def settle(self) -> str | None:
        """Somebody looks at what two laptops said apart, and says which it is."""
        apart = self.laptop.rows(
            "SELECT id, conflicts FROM patient WHERE conflicts != '' AND same_as IS NULL ORDER BY id"
        )
        if not apart:
            return None
        who, kinds = self.dice.choice(apart)
        kind = self.dice.choice(sorted(kinds.replace(",", " ").split()))
        with self.laptop.store.work(author="", now=self.laptop.clock.now(), new_id=self.laptop.new_id) as work:
            value = work.record("patient", who).value(kind)
        if value is None:
            return None
        said = dict(self.dice.choice(value.heads).payload)
        return self.on_top(f"settled the {kind} of {who}", who, "patient", who, kind, said)

    def draft(self) -> str | None:
        """Begins a note and leaves it, or throws away what was begun."""
        begun = self.laptop.rows("SELECT record FROM draft WHERE author = ? ORDER BY record", self.author)
        who = self.dice.choice(begun)[0] if begun and self.dice.random() < 0.7 else self.somebody()
        if who is None:
            return None
        ends = (who,) in [tuple(each) for each in begun]
        form = self.text(f" {self.dice.randint(1, 999)}").encode()

        def act() -> bool:
            with self.laptop.store.work(
                author=self.author, now=self.laptop.clock.now(), new_id=self.laptop.new_id
            ) as work:
                if ends:
                    work.discard_draft("visit", who)
                else:
                    work.keep_draft("visit", who, who, form)
            return True

        self.laptop.does("drafting", act, 6)
        return None

    def read(self) -> str | None:
        """Opens a record: noted at once."""
        who = self.somebody()
        if who is None:
            return None
        self.noted("opened", who)
        return None

    def noted(self, action: str, who: str | None) -> None:
        """Something that changes no record is written into the audit at once."""
        token = f"r{len(self.world.reads) + 1}"
        self.world.reads[token] = ""

        def act() -> bool:
            with self.laptop.store.work(
                author=self.author, now=self.laptop.clock.now(), new_id=self.laptop.new_id
            ) as work:
                work.note_access(action, who, token)
            return True

        if self.laptop.does("noting what was opened", act, 6):
            self.world.reads[token] = self.author

    def review(self) -> str | None:
        """A lead looks at what waits, and decides about one."""
        if self.role is not Role.LEAD or not self.laptop.online:
            return None
        try:
            waiting, _ = self.laptop.held()
        except HubTrouble:
            return None
        if not waiting.reviews:
            return None
        one = self.dice.choice(waiting.reviews)
        state = self.dice.choice(("adopted", "adopted", "returned"))
        said = {"state": state, "reason": self.text(), "by": self.author, "at": self.laptop.clock.now().isoformat()}
        self.world.counted(state)
        if state == "adopted":
            self.world.adopted.add(one.cs_id)
        return self.save(f"{state} work of {one.author}", None, [item("review", one.cs_id, "decided", **said)])

    # --- how it is saved -------------------------------------------------------------------------

    def on_top(
        self, what: str, who: str | None, entity: str, record: str, kind: str, said: dict[str, Any]
    ) -> str | None:
        return self.save(what, who, lambda work: [work.change(entity, record, kind, said)])

    def save(
        self,
        what: str,
        who: str | None,
        items: Sequence[Item] | Callable[[Work], Sequence[Item]],
        before: timedelta = timedelta(),
    ) -> str | None:
        """One save; its user is told of it unless the laptop is killed over it."""
        laptop = self.laptop
        now = laptop.clock.now()

        def act() -> str:
            with laptop.store.work(author=self.author, now=now, new_id=laptop.new_id) as work:
                made = items(work) if callable(items) else items
                return work.save(made, patient=who, care_time=now - before)

        cs_id = laptop.does(f"{self.user} {what}", act)
        if cs_id is None:
            return None
        self.world.saved[cs_id] = Saved(cs_id, laptop.name, self.author, who, what)
        self.world.story.call(f"save {len(self.world.saved)}", cs_id)
        laptop.tell(f"{self.user} {what} [{cs_id}]")
        self.world.counted("save")
        return cs_id

    def text(self, more: str = "") -> str:
        return self.world.secret(f"{CANARY}{more}")

    def _phone(self) -> str:
        return self.world.secret(f"{PHONES}{self.dice.randint(0, 999):03}")

    def _nhs_number(self, number: int) -> str:
        """A valid one of the range for tests."""
        nine = next(f"{NUMBERS}{each:04}" for each in range(number * 7 % 10_000, 10_000) if _check_digit(each) < 10)
        return self.world.secret(f"{nine}{_check_digit(int(nine[len(NUMBERS) :]))}")


def _check_digit(last_four: int) -> int:
    digits = f"{NUMBERS}{last_four:04}"
    return (11 - sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=True)) % 11) % 11
