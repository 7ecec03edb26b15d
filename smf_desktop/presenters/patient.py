"""One person's overview in words: alerts, teaching so far, gates, how near competence, and what happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from smf_core.domain.checklist import Checklist, Gate, LapsesOn, Library
from smf_core.domain.competence import (
    Readiness,
    learners_on,
    own_steps,
    steps_on_own,
    visit_number,
)
from smf_core.domain.discharge import Outcome
from smf_core.domain.gates import gate_state
from smf_core.domain.pathway import PATIENT, Episode, GateRecord, GateState, Learner
from smf_core.domain.patient import Contact, Medicine, Name, Patient
from smf_core.domain.red_flag import RedFlag
from smf_core.domain.referral import ReferralStatus, Source
from smf_core.domain.visit import Level, NotGoneAheadReason, Purpose, Visit
from smf_core.records.queries.caseload import Entry, EntryKind, VisitSkill
from smf_core.records.queries.visits import Booking
from smf_desktop.presenters.banner import BannerRow, allergy_words, banner
from smf_desktop.presenters.evidence import evidence_words
from smf_desktop.presenters.identity import clock, day, isolated, weekday_day
from smf_desktop.presenters.referrals import SOURCES
from smf_desktop.presenters.today import NOT_GONE_AHEAD, ChipKind, counted, skill_labels

VISITS_SHOWN = 8
"""Columns of the step matrix before the one to come."""

PROJECT_FROM = 3
"""Visits needed before "about visit 7" is said."""

ENTRIES_SHOWN = 6
"""Lines of the timeline on the overview; History has them all."""


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Everything the page says of one person, read in one snapshot.

    `signed` holds every signed visit in order of care, those entered in error included; `readiness` is by open
    pathway; `drafts` are the visits this user has begun and not signed; `names` are users by id.
    """

    patient: Patient
    similar: tuple[Name, ...]
    episodes: tuple[Episode, ...]
    signed: tuple[Visit, ...]
    flags: tuple[RedFlag, ...]
    entries: tuple[Entry, ...]
    readiness: Mapping[str, Readiness]
    booking: Booking | None
    drafts: tuple[str, ...]
    names: Mapping[str, str]
    now: datetime
    registered: bool


# --- what is shown -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AlertRow:
    """`tone` is "danger" for what is known to harm; `flag` is an open red flag that may be closed here."""

    title: str
    about: str
    tone: str
    flag: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class FactRow:
    """A quiet label, and what is known under it. `record` is what a button on it is about."""

    label: str
    words: str
    about: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    spoken: str
    to_come: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """`keys` are rating keys by column, "" where nothing was recorded; `open` is a step not yet on own."""

    number: int
    words: str
    keys: tuple[str, ...]
    spoken: tuple[str, ...]
    critical: bool
    open: bool


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """One learner's run through the steps."""

    who: str
    name: str
    on_own: str
    critical: str
    columns: tuple[Column, ...]
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    met: bool
    words: str


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as it stands today; `hard_refused` says why this user cannot settle it, "" when they can."""

    gate: str
    text: str
    state: str
    tone: str
    icon: str
    about: str
    hard_refused: str


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """Steps on own by visit. `about` is the visit by which all are expected on own, None when that cannot be said."""

    on_own: tuple[int, ...]
    steps: int
    about: int | None
    visits: str
    sentence: str
    note: str
    finding: str
    table: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PathwayRow:
    """One skill taught to this person. `open` is False once teaching has ended."""

    episode: str
    open: bool
    tab: str
    title: str
    icon: str
    chip: str
    chip_kind: ChipKind
    learners: tuple[LearnerRow, ...]
    evidence: tuple[EvidenceRow, ...]
    ready: str
    ready_kind: ChipKind
    gates: tuple[GateLine, ...]
    gates_summary: str
    gates_stop: bool
    progress: ProgressRow
    people: tuple[FactRow, ...]
    version: str


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened. `visit` is a signed visit that can be amended, "" for all else."""

    icon: str
    title: str
    when: str
    about: str
    visit: str
    struck: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class PatientRow:
    """The whole page in words. `start` is "" when no visit can be started; `cannot` then says why."""

    banner: BannerRow
    start: str
    episodes: tuple[str, ...]
    planned: str
    resumes: str
    cannot: str
    alerts: tuple[AlertRow, ...]
    about: tuple[FactRow, ...]
    medicines: tuple[FactRow, ...]
    contacts: tuple[FactRow, ...]
    pathways: tuple[PathwayRow, ...]
    timeline: tuple[TimelineRow, ...]
    history: tuple[TimelineRow, ...]
    history_title: str
    empty: str
    notices: tuple[str, ...]
    facts: str


def patient_row(facts: PatientFacts, library: Library) -> PatientRow:
    """The page about one person."""
    person, today = facts.patient, facts.now.date()
    open_ones = tuple(one for one in facts.episodes if one.is_open)
    history = tuple(_timeline_row(entry, facts, library) for entry in facts.entries)
    head = banner(person, today, facts.similar)
    pathways = tuple(_pathway(one, facts, library) for one in sorted(facts.episodes, key=lambda one: not one.is_open))
    return PatientRow(
        banner=head,
        start=_start_words(open_ones, facts),
        episodes=tuple(one.id for one in open_ones),
        planned=facts.booking.id if facts.booking and facts.booking.at.date() <= today else "",
        resumes=facts.drafts[0] if facts.drafts else "",
        cannot=_cannot(facts, open_ones),
        alerts=tuple(_alerts(facts, library)),
        about=tuple(_about(facts)),
        medicines=tuple(_medicine_row(one, library) for one in person.medicines),
        contacts=tuple(_contact_row(one) for one in person.contacts),
        pathways=pathways,
        timeline=history[:ENTRIES_SHOWN],
        history=history,
        history_title=f"All {len(history)} entries" if len(history) > ENTRIES_SHOWN else "All entries",
        empty="" if pathways else "Nothing is being taught yet. Accept a referral and teaching starts here.",
        notices=tuple(filter(None, (head.read_only, head.similar, _conflicts(person)))),
        facts=", ".join(pathway.version for pathway in pathways if pathway.open),
    )


# --- what stands at the top ----------------------------------------------------------------------


def _start_words(open_ones: Sequence[Episode], facts: PatientFacts) -> str:
    if not open_ones or facts.patient.died_on or facts.patient.unknown:
        return ""
    if facts.drafts:
        return "Continue visit"
    number = max(1 + sum(_taught(visit, one.id) for visit in _standing(facts)) for one in open_ones)
    return f"Start visit {number}"


def _cannot(facts: PatientFacts, open_ones: Sequence[Episode]) -> str:
    if facts.patient.died_on:
        return f"This person died on {day(facts.patient.died_on)}. No visit can be booked or started."
    if facts.patient.unknown:
        return "This record can only be read here."
    return "" if open_ones else "Nothing is being taught now, so there is no visit to start."


def _conflicts(person: Patient) -> str:
    if not person.conflicts:
        return ""
    units = ", ".join(unit.replace("_", " ") for unit in sorted(person.conflicts))
    return f"Two laptops changed this apart: {units}. Both versions are kept."


def _alerts(facts: PatientFacts, library: Library) -> Iterator[AlertRow]:
    """Allergies first, then open red flags, then alerts."""
    person = facts.patient
    for allergy in person.allergies:
        about = ", ".join(filter(None, (allergy.reaction, allergy.noted_on))) or "reaction not written down"
        about = f"{about[:1].upper()}{about[1:]}."
        words = allergy_words(allergy) if not allergy.settled else allergy.substance
        yield AlertRow(isolated(f"Allergy: {words}"), isolated(about), "danger", member=allergy.id)
    if not person.allergies and person.no_known_allergies_on:
        yield AlertRow("No known allergies", f"Asked {day(person.no_known_allergies_on)}", "")
    if not person.allergies and not person.no_known_allergies_on:
        yield AlertRow("Allergies not asked yet", "Ask today, then add what is known.", "warn")
    for flag in facts.flags:
        yield _flag_row(flag, facts, library)
    for alert in person.alerts:
        yield AlertRow(isolated(alert.text), isolated(alert.detail), "", member=alert.id)


def _flag_row(flag: RedFlag, facts: PatientFacts, library: Library) -> AlertRow:
    episode = next((one for one in facts.episodes if one.id == flag.episode), None)
    words = flag_words(flag.sign, episode, library)
    told = f" Told: {flag.told}." if flag.told else ""
    advised = f" Advised: {flag.advised}." if flag.advised else ""
    about = f"{day(flag.at.date())} {clock(flag.at)}. {flag.action.strip().rstrip('.')}.{told}{advised}"
    return AlertRow(f"Red flag: {words}", isolated(about), "danger", flag=flag.id)


def flag_words(sign: str, episode: Episode | None, library: Library) -> str:
    """The short words of a sign of the pathway's checklist."""
    found = library.checklist(episode.skill, episode.checklist_version).red_flag(sign) if episode else None
    return found.short if found else sign.replace("_", " ")


def _about(facts: PatientFacts) -> Iterator[FactRow]:
    coming = facts.booking
    if coming is not None:
        minutes = f", {counted(coming.minutes, 'minute')}" if coming.minutes else ""
        who = facts.names.get(coming.nurse or "", "")
        late = "Planned, no record yet" if coming.at < facts.now and coming.status == "planned" else ""
        about = " · ".join(filter(None, (late, who, isolated(coming.focus))))
        yield FactRow("Next visit", f"{weekday_day(coming.at.date())} {clock(coming.at)}{minutes}", about, coming.id)
    elif facts.patient.died_on is None and any(one.is_open for one in facts.episodes):
        yield FactRow("Next visit", "None booked", "Press B to book one")
    if facts.patient.language or facts.patient.interpreter:
        needs = "interpreter needed" if facts.patient.interpreter else ""
        yield FactRow("Language", ", ".join(filter(None, (isolated(facts.patient.language), needs))))


def _medicine_row(one: Medicine, library: Library) -> FactRow:
    label = library.newest(one.skill).label if one.skill in library.skills else one.skill
    said = " ".join(filter(None, (one.name, one.strength, one.device)))
    about = " · ".join(
        filter(None, (one.dose, one.times, one.targets, f"until {day(one.ends_on)}" if one.ends_on else ""))
    )
    return FactRow(label, isolated(said), isolated(about), one.id)


def _contact_row(one: Contact) -> FactRow:
    kind = "informal carer, may learn" if one.informal_carer else ""
    about = " · ".join(filter(None, (one.phone, kind)))
    return FactRow(isolated(one.relation) or "Contact", isolated(one.name), about, one.id)


# --- one skill -----------------------------------------------------------------------------------


def _pathway(one: Episode, facts: PatientFacts, library: Library) -> PathwayRow:
    checklist = library.checklist(one.skill, one.checklist_version)
    visits = [visit for visit in _standing(facts) if _taught(visit, one.id)]
    learning = learners_on(one, facts.now.date()) or (Learner(PATIENT),)
    learners = tuple(_learner(who, one, checklist, visits, facts, library) for who in learning)
    main = next((who for who in learning if who.who == PATIENT), learning[0])
    found = facts.readiness.get(one.id)
    gates = tuple(_gate_line(gate, one, facts) for gate in checklist.all_gates) if one.is_open else ()
    hard = sum(gate.is_hard for gate in checklist.all_gates)
    unmet = sum(gate.is_hard and _state(gate, one, facts) is GateState.NOT_MET for gate in checklist.all_gates)
    chip, kind = _chip(one, found)
    shown = steps_on_own(checklist, visits, one.id, main)
    return PathwayRow(
        episode=one.id,
        open=one.is_open,
        tab=f"{checklist.label} {shown.have}/{shown.of}",
        title=checklist.label,
        icon=checklist.icon,
        chip=chip,
        chip_kind=kind,
        learners=learners,
        evidence=tuple(_evidence(found, one, checklist, facts)) if found else (),
        ready=_ready_words(found),
        ready_kind="ok" if found and found.ready else "neutral",
        gates=gates,
        gates_summary=f"{hard - unmet} of {hard} hard gates met",
        gates_stop=unmet > 0 and one.is_open,
        progress=_progress(one, checklist, visits, main),
        people=tuple(_people(one, facts)),
        version=f"Checklist: {checklist.label} v{checklist.version}",
    )


def _chip(one: Episode, found: Readiness | None) -> tuple[str, ChipKind]:
    if one.closed_on:
        outcome = OUTCOMES.get(one.outcome or "", "Teaching ended")
        return f"{outcome}, {day(one.closed_on)}", "neutral"
    if found and found.ready:
        return "Ready", "ok"
    if any(hold.until is None for hold in one.holds):
        return "On hold", "neutral"
    return "Being taught", "info"


def _ready_words(found: Readiness | None) -> str:
    if found is None:
        return ""
    if found.ready:
        return "Ready to discharge"
    met = sum(line.met for line in found.evidence)
    return f"{met} of {len(found.evidence)} met"


def _evidence(found: Readiness, one: Episode, checklist: Checklist, facts: PatientFacts) -> Iterator[EvidenceRow]:
    several = len(learners_on(one, facts.now.date())) > 1
    for line in found.evidence:
        who = _learner_name(line.learner, facts.patient) if line.learner and several else ""
        yield EvidenceRow(line.met, evidence_words(line, checklist, who))


def _people(one: Episode, facts: PatientFacts) -> Iterator[FactRow]:
    """Who teaches and is accountable, who learns what, and the core-team visits that still go on."""
    teaching = facts.names.get(one.nurse or "", "Not decided yet")
    accountable = facts.names.get(one.accountable_nurse or "", "")
    also = f"Accountable: {accountable}" if accountable and accountable != teaching else ""
    yield FactRow("Taught by", teaching, also)
    for learner in learners_on(one, facts.now.date()):
        tasks = f"{counted(len(learner.tasks), 'task')} of their own" if learner.tasks else "Every step"
        yield FactRow("Learner", isolated(_learner_name(learner.who, facts.patient)), tasks)
    for hold in one.holds:
        if hold.until is None:
            review = f"review {day(hold.review_on)}" if hold.review_on else "no review date"
            yield FactRow("On hold", isolated(hold.reason), f"Since {day(hold.from_)}, {review}")
    now = one.core_visits[-1] if one.core_visits else None
    if now is not None:
        was = f"Was {one.baseline_visits_per_month} a month" if one.baseline_visits_per_month else ""
        yield FactRow("Core team visits still going on", f"About {now.visits_per_month} a month", was)
    elif one.baseline_visits_per_month:
        yield FactRow("Core team visits before teaching", f"{one.baseline_visits_per_month} a month")


def _learner_name(who: str, patient: Patient) -> str:
    """The learner by name: the patient's preferred name where there is one."""
    if who == PATIENT:
        return patient.preferred_name or patient.name.given
    contact = patient.contact(who)
    if contact is None:
        return "Someone no longer a contact"
    return f"{contact.name} ({contact.relation})" if contact.relation else contact.name


# --- steps by visits -----------------------------------------------------------------------------


def _learner(
    who: Learner,
    one: Episode,
    checklist: Checklist,
    visits: Sequence[Visit],
    facts: PatientFacts,
    library: Library,
) -> LearnerRow:
    shown = list(visits)[-VISITS_SHOWN:]
    numbers = [visit_number(visits, one.id, visit.started_at, visit.id) for visit in shown]
    columns = [
        Column(f"V{number}", f"Visit {number}, {day(visit.started_at.date())}", False)
        for number, visit in zip(numbers, shown, strict=True)
    ]
    if one.is_open and facts.patient.died_on is None:
        columns.append(Column(f"V{len(visits) + 1}", f"Visit {len(visits) + 1}, to come", True))
    levels = [_levels(visit, one.id, who.who) for visit in shown]
    own = own_steps(checklist, who)
    steps = tuple(
        _step_row(place, step.short, step.critical, [held.get(step.id) for held in levels], columns, library)
        for place, step in enumerate(checklist.steps, 1)
        if step in own
    )
    total = steps_on_own(checklist, visits, one.id, who)
    critical = [row for row in steps if row.critical]
    alone = sum(not row.open for row in critical)
    return LearnerRow(
        who=who.who,
        name=isolated(_learner_name(who.who, facts.patient)),
        on_own=f"{total.have} of {total.of}",
        critical=f"steps on own · {alone} of {len(critical)} critical",
        columns=tuple(columns),
        steps=steps,
    )


def _levels(visit: Visit, episode: str, learner: str) -> dict[str, Level]:
    found: dict[str, Level] = {}
    for section in visit.sections:
        if section.episode == episode and section.learner == learner:
            found |= {step: rating.level for step, rating in section.ratings.items()}
    return found


def _step_row(
    number: int,
    short: str,
    critical: bool,
    levels: Sequence[Level | None],
    columns: Sequence[Column],
    library: Library,
) -> StepRow:
    common = library.common
    seen = [level for level in levels if level not in (None, Level.NOT_OBSERVED)]
    keys = [common.level(level).key if level else "" for level in levels]
    words = [
        f"{common.level(level).key}, {common.level(level).screen.lower()}" if level else "not rated" for level in levels
    ]
    if columns and columns[-1].to_come:
        keys.append(_TO_COME)
        words.append("to come")
    return StepRow(
        number=number,
        words=short,
        keys=tuple(keys),
        spoken=tuple(f"{short}, {column.spoken}: {said}" for column, said in zip(columns, words, strict=True)),
        critical=critical,
        open=not seen or seen[-1] not in (Level.INDEPENDENT, Level.NA),
    )


_TO_COME = "0"
"""The dashed square: nothing is recorded there."""


def _progress(one: Episode, checklist: Checklist, visits: Sequence[Visit], who: Learner) -> ProgressRow:
    on_own = tuple(steps_on_own(checklist, visits[: place + 1], one.id, who).have for place in range(len(visits)))
    steps = steps_on_own(checklist, visits, one.id, who).of
    about = _projected(on_own, steps) if one.is_open else None
    expected = f"expected {one.expected_visits}"
    sentence = "visit so far" if len(visits) == 1 else "visits so far"
    if about:
        sentence += f" · all steps on own by about visit {about}"
    elif on_own and on_own[-1] == steps:
        sentence += " · all steps on own"
    latest = f"{on_own[-1]} of {steps} steps on own at visit {len(visits)}." if on_own else "No visits yet."
    return ProgressRow(
        on_own=on_own,
        steps=steps,
        about=about,
        visits=str(len(visits)),
        sentence=sentence,
        note=expected,
        finding=f"{latest} {counted(one.expected_visits, 'visit')} expected.",
        table=tuple((f"Visit {place}", f"{count} of {steps}") for place, count in enumerate(on_own, 1)),
    )


def _projected(on_own: Sequence[int], steps: int) -> int | None:
    """The visit at which all steps would be on own at the pace so far; None before 3 visits and without progress."""
    visits = len(on_own)
    if visits < PROJECT_FROM or on_own[-1] >= steps or on_own[-1] == 0:
        return None
    return -(-visits * steps // on_own[-1])


# --- gates ---------------------------------------------------------------------------------------


def _state(gate: Gate, one: Episode, facts: PatientFacts) -> GateState:
    return gate_state(gate, one.gates.get(gate.id), facts.now.date(), one.prescription_changed_at)


def _gate_line(gate: Gate, one: Episode, facts: PatientFacts) -> GateLine:
    record, state = one.gates.get(gate.id), _state(gate, one, facts)
    lapsed = state is GateState.NOT_MET and record is not None and record.state is not GateState.NOT_MET
    words = "Lapsed" if lapsed else GATE_WORDS[state] if record else "Not asked yet"
    tone, icon = {
        GateState.MET: ("ok", "circle-check"),
        GateState.NA: ("text-2", "minus"),
        GateState.NOT_MET: ("warn", "triangle-alert"),
    }[state]
    if state is GateState.NOT_MET and not gate.is_hard:
        tone, icon = "text-2", "circle"
    refused = "" if facts.registered or not gate.is_hard else "A registered nurse settles a hard gate."
    return GateLine(
        gate=gate.id,
        text=gate.text,
        state=words if gate.is_hard else f"{words} (asked only)",
        tone=tone,
        icon=icon,
        about=isolated(_gate_about(gate, record, one, facts, lapsed)),
        hard_refused=refused,
    )


def _gate_about(gate: Gate, record: GateRecord | None, one: Episode, facts: PatientFacts, lapsed: bool) -> str:
    if record is None:
        return ""
    parts = [f"{day(record.on)}"]
    if name := facts.names.get(record.by):
        parts.append(name)
    parts.append(record.evidence or record.reason)
    if record.valid_until:
        parts.append(f"valid until {day(record.valid_until)}")
    if lapsed and not record.settled:
        parts.insert(0, "Two laptops answered apart")
    elif lapsed and gate.lapses_on is LapsesOn.PRESCRIPTION_CHANGE and one.prescription_changed_at:
        parts.insert(0, f"What is prescribed changed on {day(one.prescription_changed_at.date())}")
    return " · ".join(filter(None, parts))


GATE_WORDS: Mapping[GateState, str] = {
    GateState.MET: "Met",
    GateState.NOT_MET: "Not met",
    GateState.NA: "Not applicable",
}
GATE_CHOICES = tuple((state.value, words) for state, words in GATE_WORDS.items())

# --- what happened -------------------------------------------------------------------------------


def _timeline_row(entry: Entry, facts: PatientFacts, library: Library) -> TimelineRow:
    icon, title, about = _told(entry, facts, library)
    by = facts.names.get(entry.by or "", "")
    title = f"{title}, {by}" if by else title
    when = f"{day(entry.on)} {clock(entry.at)}" if entry.at and entry.kind in _TIMED else day(entry.on)
    struck = bool(entry.struck_reason)
    if struck:
        about = f"Entered in error: {entry.struck_reason}"
    visit = entry.record if entry.kind is EntryKind.VISIT_SIGNED and not struck else ""
    about = isolated(about)
    return TimelineRow(icon, title, when, about, visit, struck, ". ".join(filter(None, (title, when, about))))


_TIMED = frozenset({EntryKind.VISIT_PLANNED, EntryKind.VISIT_STARTED, EntryKind.VISIT_SIGNED, EntryKind.RED_FLAG})


def _told(entry: Entry, facts: PatientFacts, library: Library) -> tuple[str, str, str]:
    """Icon, title and the line under it."""
    skills = skill_labels((one.skill for one in entry.skills), library)
    visit = _visit_words(entry.skills)
    match entry.kind:
        case EntryKind.REFERRAL_RECEIVED:
            wanted = skill_labels(entry.about.split(","), library) if entry.about else ""
            return "inbox", f"Referral received from {SOURCES[Source(entry.code)]}", _dotted(wanted, entry.detail)
        case EntryKind.REFERRAL_DECIDED:
            return "inbox", _DECIDED.get(ReferralStatus(entry.code), "Referral decided"), entry.detail
        case EntryKind.GATE:
            text = _gate_text(entry, library)
            return "shield-check", f"Gate {GATE_WORDS[GateState(entry.code)].lower()}", _dotted(text, entry.detail)
        case EntryKind.VISIT_PLANNED:
            return "clock", f"{visit} planned", _dotted(skills, entry.detail)
        case EntryKind.VISIT_CANCELLED:
            return "calendar-x", "Booking taken back", skills
        case EntryKind.VISIT_STARTED:
            return "pencil", f"{visit} started, not signed", _dotted(skills, entry.detail)
        case EntryKind.VISIT_SIGNED:
            amended = ", amended" if entry.amended else ""
            purpose = _PURPOSES.get(entry.code, "")
            return "clipboard-check", f"{visit} signed{amended}", _dotted(skills, purpose, entry.detail)
        case EntryKind.NOT_GONE_AHEAD:
            why = NOT_GONE_AHEAD[NotGoneAheadReason(entry.code) if entry.code else None]
            return "calendar-x", f"Visit did not go ahead: {why[:1].lower()}{why[1:]}", entry.detail
        case EntryKind.RED_FLAG | EntryKind.RED_FLAG_CLOSED:
            closed = entry.kind is EntryKind.RED_FLAG_CLOSED
            words = _sign_words(entry.about, facts, library)
            return "flag", f"Red flag {'closed' if closed else 'seen'}: {words}", entry.detail
        case EntryKind.HOLD:
            return "clock", f"On hold: {skills}", entry.detail
        case EntryKind.HOLD_ENDED:
            return "clock", f"Teaching goes on: {skills}", entry.detail
        case EntryKind.DISCHARGE:
            outcome = OUTCOMES.get(entry.code, "Teaching ended")
            return "circle-check", f"Teaching ended: {outcome}", _dotted(skills, entry.detail)


def _visit_words(skills: Sequence[VisitSkill]) -> str:
    number = next((one.number for one in skills if one.number), None)
    return f"Visit {number}" if number else "Visit"


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _sign_words(sign: str, facts: PatientFacts, library: Library) -> str:
    for one in facts.episodes:
        found = library.checklist(one.skill, one.checklist_version).red_flag(sign)
        if found:
            return found.short
    return sign.replace("_", " ")


def _gate_text(entry: Entry, library: Library) -> str:
    for one in entry.skills:
        gate = library.newest(one.skill).gate(entry.about)
        if gate:
            return gate.text
    return entry.about.replace("_", " ")


_DECIDED: Mapping[ReferralStatus, str] = {
    ReferralStatus.ACCEPTED: "Referral accepted",
    ReferralStatus.REJECTED: "Referral sent back",
    ReferralStatus.WAITING_INFORMATION: "Referral waiting for information",
    ReferralStatus.RECEIVED: "Referral received",
}
_PURPOSES: Mapping[str, str] = {
    Purpose.TEACHING.value: "",
    Purpose.ASSESSMENT.value: "Assessment only",
    Purpose.STOPPED_EARLY.value: "Stopped early",
}
OUTCOMES: Mapping[str, str] = {
    Outcome.INDEPENDENT.value: "Independent",
    Outcome.INDEPENDENT_SUPPORT.value: "Independent with agreed support",
    Outcome.SHARED_CORE.value: "Shared with the core team",
    Outcome.RETURNED_CORE.value: "Back to core team",
    Outcome.NOT_SUITABLE.value: "Found unsuitable",
    Outcome.DECLINED.value: "Chose not to, or asked to stop",
    Outcome.NO_CONTACT.value: "Could not be reached",
    Outcome.HOSPITAL.value: "In hospital",
    Outcome.DECEASED.value: "Died",
    Outcome.MOVED.value: "Moved away",
    Outcome.TREATMENT_ENDED.value: "Treatment ended",
    Outcome.TRANSFERRED.value: "Transferred",
    Outcome.ENTERED_IN_ERROR.value: "Entered in error",
}


def _standing(facts: PatientFacts) -> tuple[Visit, ...]:
    return tuple(visit for visit in facts.signed if visit.stands)


def _taught(visit: Visit, episode: str) -> bool:
    return any(section.episode == episode for section in visit.sections)
