"""A visit that did not go ahead, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from smf_core.domain.gap import Gap
from smf_core.domain.not_gone_ahead import Coming, How, NotGoneAheadForm, Whereabouts, WhyNot
from smf_core.domain.patient import Patient
from smf_core.domain.visit import NotGoneAheadReason
from smf_desktop.presenters.identity import clock, isolated, name_line, weekday_day
from smf_desktop.presenters.sheet import SheetField, SheetRow, dock_words, problems

WHYS: Mapping[WhyNot, str] = {
    WhyNot.HOSPITAL: "Was in hospital",
    WhyNot.OUT: "Was out, known to be safe",
    WhyNot.NO_REPLY: "No reply at the door",
    WhyNot.PATIENT_CANCELLED: "Asked to change",
    WhyNot.TEAM_CANCELLED: "We cancelled",
}
HOWS: Mapping[How, str] = {
    How.DOOR: "At the door",
    How.PHONE: "By phone",
    How.NEIGHBOUR: "Neighbour",
    How.CONTACT: "Contact",
}
WHEREABOUTS: Mapping[Whereabouts, str] = {
    Whereabouts.FOUND_SAFE: "Found safe",
    Whereabouts.FOUND_UNWELL: "Found unwell",
    Whereabouts.NOT_KNOWN: "Whereabouts not known",
}
COMING = (
    (Coming.VISIT.value, "Another visit"),
    (Coming.CALL.value, "A call"),
    (Coming.NOTHING.value, "Nothing yet"),
)
WORDS = {
    "why": "Choose why the visit did not go ahead",
    "tries": "Choose how you tried to reach them, the door and one other way",
    "whereabouts": "Choose what is known of the person now",
    "told": "Enter who was told",
    "next": "Choose what comes next",
}


def not_gone_ahead_row(
    form: NotGoneAheadForm, person: Patient, dose: str, gaps: Sequence[Gap], *, asked: bool
) -> SheetRow:
    """The page. `dose` is the dose the visit was to give, if any."""
    wrong = problems(gaps, WORDS) if asked else {}
    dock, tone = dock_words(gaps, "Ready to record")
    fields = [replace(one, problem=wrong.get(one.key, "")) for one in _fields(form) if one is not None]
    return SheetRow(
        title="Visit did not go ahead",
        about=f"{weekday_day(form.at.date())} {clock(form.at)} · {name_line(person.name)}",
        fields=tuple(fields),
        primary="Record it",
        dock=dock,
        tone=tone,
        notices=_notices(form, person, dose),
        key=form.visit,
    )


def _fields(form: NotGoneAheadForm) -> list[SheetField | None]:
    looked = form.why is WhyNot.NO_REPLY
    whys = tuple((one.value, words) for one, words in WHYS.items())
    hows = tuple((one.value, words) for one, words in HOWS.items())
    known = tuple((one.value, words) for one, words in WHEREABOUTS.items())
    worried = form.whereabouts in (Whereabouts.NOT_KNOWN, Whereabouts.FOUND_UNWELL)
    tries = "|".join(one.how.value for one in form.tries)
    times: list[SheetField | None] = [
        SheetField(f"try_{one.how.value}", f"{HOWS[one.how]}, time", "line", one.at, hint="9:05", half=True)
        for one in form.tries
        if looked
    ]
    later = form.next in (Coming.VISIT, Coming.CALL)
    return [
        SheetField("why", "Why it did not go ahead", "pick", form.why.value if form.why else "", whys),
        SheetField("tries", "How you tried to reach them", "several", tries, hows) if looked else None,
        *times,
        SheetField("whereabouts", "What is known now", "pick", _code(form.whereabouts), known) if looked else None,
        SheetField("told", "Who was told, and passed to", "line", form.told, optional=not worried) if looked else None,
        SheetField("note", "Note", "text", form.note, optional=True),
        SheetField("next", "What comes next", "pick", form.next.value if form.next else "", COMING),
        SheetField("next_on", "Date", "date", form.next_on, hint="17/11, thu, tomorrow", half=True) if later else None,
        _next_at(form) if later else None,
    ]


def _next_at(form: NotGoneAheadForm) -> SheetField:
    optional = form.next is Coming.CALL
    return SheetField("next_at", "Time", "line", form.next_at, hint="9:05 or 1430", optional=optional, half=True)


def _code(value: Whereabouts | None) -> str:
    return value.value if value else ""


def _notices(form: NotGoneAheadForm, person: Patient, dose: str) -> tuple[tuple[str, str, str], ...]:
    found: list[tuple[str, str, str]] = []
    if form.why is WhyNot.NO_REPLY and form.whereabouts is not Whereabouts.FOUND_SAFE:
        found.append(("Nobody has said that this person is safe.", _ring(person), "danger"))
    if dose:
        do = "Recording this asks who gives the dose, in red until somebody is named."
        found.append((f"This visit was to give or see: {isolated(dose)}.", do, "warn"))
    return tuple(found)


def _ring(person: Patient) -> str:
    """Whom to try, with numbers: the person, then those to call in an emergency, then others."""
    contacts = sorted(person.contacts, key=lambda one: not one.emergency)
    people = [("the person", person.phone), *((one.name, one.phone) for one in contacts)]
    numbers = [f"{isolated(name)} {phone}" for name, phone in people if phone]
    return f"Try: {', '.join(numbers)}." if numbers else "No number is on record: ask a neighbour, then the team lead."


def reason_words(reason: NotGoneAheadReason | None, outcome: str) -> str:
    """Why a visit did not go ahead, with the difference that no reply makes."""
    match reason:
        case NotGoneAheadReason.HOSPITAL:
            return "Was in hospital"
        case NotGoneAheadReason.PATIENT_CANCELLED:
            return "Asked to change"
        case NotGoneAheadReason.TEAM_CANCELLED:
            return "We cancelled"
        case NotGoneAheadReason.NO_ACCESS if outcome in ("", Whereabouts.KNOWN_SAFE.value):
            return "Was out"
        case NotGoneAheadReason.NO_ACCESS:
            known = WHEREABOUTS[Whereabouts(outcome)].lower() if outcome in frozenset(Whereabouts) else ""
            return f"No reply at the door{f', {known}' if known else ''}"
    return "Did not go ahead"
