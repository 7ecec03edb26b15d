"""The visits of one person as a table: signed, planned, not gone ahead, and whether the trust's record has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smf_core.domain.checklist import Library
from smf_core.domain.competence import on_own_by_visit
from smf_core.domain.pathway import PATIENT, Learner
from smf_core.domain.visit import Visit
from smf_core.records.queries.today import Entry, EntryKind
from smf_desktop.presenters.patient.facts import PatientFacts, dotted, standing
from smf_desktop.presenters.patient.timeline import TimelineRow, trust_record

VISIT_KINDS = frozenset(
    {
        EntryKind.VISIT_PLANNED,
        EntryKind.VISIT_CANCELLED,
        EntryKind.VISIT_STARTED,
        EntryKind.VISIT_SIGNED,
        EntryKind.NOT_GONE_AHEAD,
    }
)


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit. `signed` can be amended, struck and copied; `draft` is this user's own, to be taken up again;
    `planned` is due and can be started.

    `chip` says that something of it is not at the hub yet.
    `trust` says whether its note is in the trust's record, `trust_tone` how that is coloured.
    """

    visit: str
    icon: str
    title: str
    when: str
    about: str
    trust: str
    trust_tone: str
    signed: bool
    draft: bool
    planned: bool
    struck: bool
    spoken: str
    chip: str = ""


def visit_lines(facts: PatientFacts, history: Iterable[TimelineRow], library: Library) -> tuple[VisitLine, ...]:
    """Newest first, those to come on top; `history` is the row of each of the facts' entries."""
    signed, on_own = {visit.id: visit for visit in facts.signed}, _on_own(facts, library)
    return tuple(
        _line(entry, row, signed.get(entry.record), on_own.get(entry.record, ""), facts)
        for entry, row in zip(facts.entries, history, strict=True)
        if entry.kind in VISIT_KINDS
    )


def _line(entry: Entry, row: TimelineRow, visit: Visit | None, on_own: str, facts: PatientFacts) -> VisitLine:
    stands = visit is not None and visit.stands
    trust, tone = "", ""
    if stands:
        trust = trust_record(entry.record, facts)
        tone = "text-2" if entry.record in facts.copies else "warn"
    about = row.about
    if visit is not None and visit.stands:
        about = dotted(row.about, on_own)
    draft = entry.record in facts.drafts
    return VisitLine(
        visit=entry.record,
        icon=row.icon,
        title=f"{row.title} (your draft)" if draft else row.title,
        when=row.when,
        about=about,
        trust=trust,
        trust_tone=tone,
        signed=stands,
        draft=draft,
        planned=entry.kind is EntryKind.VISIT_PLANNED and entry.on <= facts.now.date(),
        struck=row.struck,
        spoken=". ".join(filter(None, (row.spoken, f"In the trust record: {trust.lower()}" if trust else ""))),
        chip=row.chip,
    )


def _on_own(facts: PatientFacts, library: Library) -> Mapping[str, str]:
    """`11 of 14 steps on own` after each visit: of the patient where they were taught, else of who was."""
    words: dict[str, list[str]] = {}
    visits = standing(facts)
    for one in facts.episodes:
        checklist = library.checklist(one.skill, one.checklist_version)
        learning = (*one.learners, Learner(PATIENT))
        shown: dict[str, str] = {}
        for learner in learning:
            theirs = {
                visit.id
                for visit in visits
                if any(each.episode == one.id and each.learner == learner.who for each in visit.sections)
            }
            for visit, after in on_own_by_visit(checklist, visits, one.id, learner) if theirs else ():
                if visit in theirs and (visit not in shown or learner.who == PATIENT):
                    shown[visit] = f"{after.have} of {after.of} steps on own"
        for visit, said in shown.items():
            words.setdefault(visit, []).append(said)
    return {visit: ", ".join(said) for visit, said in words.items()}
