"""Allergies, alerts, contacts, medicines and equipment: added, changed on top of what was shown, and ended."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from smf_core.domain.equipment import Standing
from smf_core.domain.patient import Attorney, ContactKind, Private
from smf_desktop.presenters.identity import day
from smf_desktop.presenters.patient.care import STANDINGS
from smf_desktop.presenters.patient.people import ATTORNEYS, KINDS
from smf_desktop.services.people import Member, OpenMember, add_member, change_member, end_member, open_member
from smf_desktop.services.session import Touched
from ui.flows.asking import Act, Reader, Typed
from ui.flows.patient.forms import About, Forms
from ui.views.form_dialog import Ask

FIRST: Mapping[str, str] = {
    "allergy": "substance",
    "alert": "text",
    "contact": "name",
    "medicine": "name",
    "equipment": "item",
}
CHECKS = frozenset({"informal_carer", "may_talk", "may_leave_message", "emergency"})
DATES = frozenset({"ends_on", "prescribed_on", "since"})
LAPSES = "A change of what is prescribed lets gates lapse that hang on it. Teaching stops until they are met."
USUAL: Mapping[str, str] = {"private": "everyone", "attorney": "none", "kind": ContactKind.PERSON.value}
"""What a choice shows where the record says nothing, and what is therefore not written."""

PRIVATE = (
    ("everyone", "Everyone who opens the record"),
    (Private.SAFEGUARDING.value, "Private: safeguarding"),
    (Private.STAFF_SAFETY.value, "Private: staff safety"),
)
Saved = tuple[OpenMember, Touched]


class Members:
    """Forms for one kind of entry after another; each change can be taken back."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def add(self, about: About, entity: str, episode: str = "") -> None:
        session, patient = self._forms.desk.session, about.patient
        again = entity == "medicine" and bool(about.facts.patient.medicines)
        asks = self._asks(about, entity, {"episode": episode} if episode else {})
        dialog = self._forms.form(f"Add {_a(entity)}", asks, "Save", about, LAPSES if again else "")

        def job(typed: Typed) -> Callable[[], Saved]:
            fields = _read(entity, typed, Reader(typed, session.today()), episode)

            def work() -> Saved:
                made, touched = add_member(session, patient, Member(entity, fields))
                return open_member(session, patient, entity, made), touched

            return work

        self._forms.ask(about, f"add {entity} {episode}".rstrip(), dialog, job, partial(self._added, patient, entity))

    def change(self, about: About, record: str) -> None:
        """Open the form on what stands; `record` is kind:id. Reading a private alert for it is noted."""
        entity, _, member = record.partition(":")
        session = self._forms.desk.session
        self._forms.asker.run(
            partial(open_member, session, about.patient, entity, member), partial(self._change, about)
        )

    def _change(self, about: About, opened: OpenMember) -> None:
        session, entity, patient = self._forms.desk.session, opened.member.entity, about.patient
        asks = self._asks(about, entity, opened.member.fields)
        words = LAPSES if entity == "medicine" else ""
        dialog = self._forms.form(f"Change this {entity}", asks, "Save", about, words)

        def job(typed: Typed) -> Callable[[], Saved]:
            episode = str(opened.member.fields.get("episode") or "")
            fields = _read(entity, typed, Reader(typed, session.today()), episode)
            return partial(change_member, session, patient, opened, fields)

        def done(saved: Saved) -> None:
            now, touched = saved
            if not touched:
                self._forms.asker.did("Nothing was changed", touched)
                return
            self._forms.asker.did("Change saved", touched, _act("Change", self, patient, opened, now))

        self._forms.ask(about, f"change {entity} {opened.id}", dialog, job, done)

    def end(self, about: About, record: str) -> None:
        """End it with a reason; what it said stays readable."""
        entity, _, member = record.partition(":")
        session = self._forms.desk.session
        self._forms.asker.run(partial(open_member, session, about.patient, entity, member), partial(self._end, about))

    def _end(self, about: About, opened: OpenMember) -> None:
        session, entity, patient = self._forms.desk.session, opened.member.entity, about.patient
        words = "Ending what is prescribed lets gates lapse that hang on it." if entity == "medicine" else ""
        asks = (Ask("reason", "Reason", "text"),)
        dialog = self._forms.form(f"End this {entity}?", asks, "End it", about, words)

        def job(typed: Typed) -> Callable[[], Saved]:
            fields = Reader(typed, session.today())
            reason = fields.needed("reason", "Enter a reason")
            fields.check()
            return partial(end_member, session, patient, opened, reason)

        def done(saved: Saved) -> None:
            now, touched = saved
            words = f"{entity.capitalize()} ended"
            self._forms.asker.did(words, touched, _act(words, self, patient, opened, now))

        self._forms.ask(about, f"end {entity} {opened.id}", dialog, job, done)

    def _added(self, patient: str, entity: str, saved: Saved) -> None:
        made, touched = saved
        words = f"{entity.capitalize()} added"
        self._forms.asker.did(words, touched, _AddedAct(words, self, patient, made).act())

    def rewrite(self, patient: str, opened: OpenMember, fields: Mapping[str, Any]) -> Saved:
        return change_member(self._forms.desk.session, patient, opened, fields)

    def take_out(self, patient: str, opened: OpenMember, reason: str) -> Saved:
        return end_member(self._forms.desk.session, patient, opened, reason)

    def _asks(self, about: About, entity: str, said: Mapping[str, Any]) -> tuple[Ask, ...]:
        library = self._forms.desk.session.checklists
        skills = tuple((skill, library.newest(skill).label) for skill in library.skills)
        taught = next((one.skill for one in about.facts.episodes if one.is_open), "")
        return tuple(_filled(ask, said, taught) for ask in _fields(entity, skills))


class _AddedAct:
    """Taking an addition back ends it; doing it again puts it back. Each step is made on top of the one before."""

    def __init__(self, words: str, members: Members, patient: str, made: OpenMember) -> None:
        self._words, self._members, self._patient, self._now = words, members, patient, made
        self._said = made.member.fields

    def act(self) -> Act:
        return Act(self._words, self._undo, self._redo)

    def _undo(self) -> Touched:
        self._now, touched = self._members.take_out(self._patient, self._now, "Taken back")
        return touched

    def _redo(self) -> Touched:
        self._now, touched = self._members.rewrite(self._patient, self._now, self._said)
        return touched


def _act(words: str, members: Members, patient: str, before: OpenMember, after: OpenMember) -> Act:
    """Back to what it said before, and forward again; each made on top of the other."""
    ended = after.shown.value("member")
    payload = dict(ended.shown.payload) if ended else {}
    held = [after]

    def undo() -> Touched:
        held[0], touched = members.rewrite(patient, held[0], before.member.fields)
        return touched

    def redo() -> Touched:
        held[0], touched = members.rewrite(patient, held[0], {k: v for k, v in payload.items() if k != "patient"})
        return touched

    return Act(words, undo, redo)


def _a(word: str) -> str:
    if word == "equipment":
        return word
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


# --- the fields of each kind ---------------------------------------------------------------------


def _fields(entity: str, skills: tuple[tuple[str, str], ...]) -> tuple[Ask, ...]:
    match entity:
        case "allergy":
            return (
                Ask("substance", "Allergy or intolerance to"),
                Ask("reaction", "Reaction", optional=True),
                Ask("noted_on", "When, or where it is written", optional=True),
            )
        case "alert":
            return (
                Ask("text", "What must be seen"),
                Ask("detail", "More about it", "text", optional=True),
                Ask("private", "Shown to", "choice", options=PRIVATE),
            )
        case "contact":
            return (
                Ask("name", "Name"),
                Ask("kind", "Who it is", "choice", options=tuple((kind.value, KINDS[kind]) for kind in ContactKind)),
                Ask("relation", "Relation", optional=True, half=True),
                Ask("phone", "Phone", optional=True, half=True),
                Ask("may_talk", "We may talk to them about care", "check", half=True),
                Ask("may_leave_message", "May leave a message", "check", half=True),
                Ask("emergency", "Emergency contact", "check", half=True),
                Ask("informal_carer", "Informal carer, may learn a skill", "check", half=True),
                Ask(
                    "attorney",
                    "Power of attorney",
                    "choice",
                    options=tuple((one.value or "none", ATTORNEYS[one]) for one in Attorney),
                ),
                Ask("note", "Note", optional=True),
            )
        case "medicine":
            return (
                Ask("skill", "For", "choice", options=skills),
                Ask("name", "Name of the medicine or product"),
                Ask("strength", "Strength", optional=True, half=True),
                Ask("device", "Device", optional=True, half=True),
                Ask("dose", "Dose as prescribed", optional=True, half=True),
                Ask("times", "Dose times, with commas", optional=True, half=True, hint="morning, evening"),
                Ask("prescriber", "Prescriber", optional=True, half=True),
                Ask("prescribed_on", "Prescribed on", "date", optional=True, half=True),
                Ask("source", "Read from", optional=True, half=True, hint="Chart at home, discharge letter, practice"),
                Ask("ends_on", "Ends on", "date", optional=True, half=True),
                Ask("targets", "Targets", optional=True),
            )
        case _:
            standings = tuple((one.value, STANDINGS[one]) for one in Standing)
            return (
                Ask("item", "What it is"),
                Ask("standing", "Where it stands", "choice", Standing.IN_HOME.value, options=standings),
                Ask("since", "Since", "date", optional=True, half=True),
                Ask("note", "Note", optional=True, half=True),
            )


def _filled(ask: Ask, said: Mapping[str, Any], taught: str) -> Ask:
    held = said.get(ask.key)
    if held in (None, "", False):
        value = taught if ask.key == "skill" and not said else USUAL.get(ask.key, ask.value)
    elif ask.key in CHECKS:
        value = "yes"
    elif ask.key in DATES:
        value = day_of(str(held))
    else:
        value = str(held)
    return replace(ask, value=value)


def day_of(text: str) -> str:
    """A date of the record as a field shows it; what is no date stays as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _read(entity: str, typed: Typed, fields: Reader, episode: str) -> dict[str, Any]:
    first = FIRST[entity]
    said: dict[str, Any] = {first: fields.needed(first, "Enter this first")}
    for key in typed:
        if key in CHECKS:
            said[key] = fields.on(key) or None
        elif key in DATES:
            on = fields.day(key, needed=False)
            said[key] = on.isoformat() if on else ""
        elif key != first:
            said[key] = fields.text(key)
    if entity == "medicine":
        said["skill"] = fields.needed("skill", "Choose a skill")
    if episode:
        said["episode"] = episode
    fields.check()
    return {key: value for key, value in said.items() if value not in (None, "") and value != USUAL.get(key)}
