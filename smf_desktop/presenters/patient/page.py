"""One person's page in words: the banner, what may be started, and every part of the tabs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from smf_core.domain.checklist import Library
from smf_core.domain.pathway import Episode
from smf_core.domain.usual_visits import UsualVisits
from smf_desktop.ports import SentForReview
from smf_desktop.presenters.banner import BannerRow, banner
from smf_desktop.presenters.dose_cover import DoseCoverRow, dose_cover_rows
from smf_desktop.presenters.identity import clock, day, isolated, name_line, weekday_day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.letters.rows import CoreStopRow, core_stop_row
from smf_desktop.presenters.patient.alerts import AlertRow, alert_rows
from smf_desktop.presenters.patient.disputes import DisputeRow, dispute_row
from smf_desktop.presenters.patient.documents import DocumentRow, document_row
from smf_desktop.presenters.patient.facts import FactRow, PatientFacts, standing, taught
from smf_desktop.presenters.patient.pathway import PathwayRow, pathway_row
from smf_desktop.presenters.patient.people import contact_row, medicine_row, person_rows
from smf_desktop.presenters.patient.returned import returned_words
from smf_desktop.presenters.patient.saved import refusal_words, what_is_saved, whose
from smf_desktop.presenters.patient.timeline import NOT_AT_HUB, TimelineRow, timeline
from smf_desktop.presenters.patient.visits import VisitLine, visit_lines
from smf_desktop.presenters.today.facts import SideRow
from smf_desktop.presenters.today.tasks import task_rows

COPY_WITHIN, LOOKED_BACK = timedelta(hours=24), timedelta(days=125)
"""A note not in the trust's record after the first is red; one older than the second is no longer asked for."""

ENTRIES_SHOWN = 6
"""Lines of the timeline on the overview; History has them all."""


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
    person: tuple[FactRow, ...]
    medicines: tuple[FactRow, ...]
    contacts: tuple[FactRow, ...]
    pathways: tuple[PathwayRow, ...]
    timeline: tuple[TimelineRow, ...]
    history: tuple[TimelineRow, ...]
    history_title: str
    empty: str
    notices: tuple[str, ...]
    facts: str
    visits: tuple[VisitLine, ...]
    documents: tuple[DocumentRow, ...]
    covers: tuple[DoseCoverRow, ...]
    stops: tuple[CoreStopRow, ...]
    tasks: tuple[SideRow, ...]
    disputes: tuple[DisputeRow, ...]
    died: bool


def patient_row(
    facts: PatientFacts, library: Library, usual: Mapping[str, UsualVisits] = MappingProxyType({})
) -> PatientRow:
    """The page about one person; `usual` is how many visits people needed, by skill, where that can be said."""
    person, today = facts.patient, facts.now.date()
    open_ones = tuple(one for one in facts.episodes if one.is_open)
    history = timeline(facts, library)
    head = replace(banner(person, today, facts.similar), hub_chip=_hub_chip(facts))
    pathways = tuple(
        pathway_row(one, facts, library, usual.get(one.skill))
        for one in sorted(facts.episodes, key=lambda one: not one.is_open)
    )
    return PatientRow(
        banner=head,
        start=_start_words(open_ones, facts),
        episodes=tuple(one.id for one in open_ones),
        planned=facts.booking.id if facts.booking and facts.booking.at.date() <= today else "",
        resumes=facts.drafts[0] if facts.drafts else "",
        cannot=_cannot(facts, open_ones),
        alerts=tuple(alert_rows(facts, library)),
        about=tuple(_about(facts)),
        person=person_rows(person),
        medicines=tuple(medicine_row(one, library) for one in person.medicines),
        contacts=tuple(contact_row(one) for one in person.contacts),
        pathways=pathways,
        timeline=history[:ENTRIES_SHOWN],
        history=history,
        history_title=f"All {len(history)} entries" if len(history) > ENTRIES_SHOWN else "All entries",
        empty="" if pathways else "Nothing is being taught yet. Accept a referral and teaching starts here.",
        notices=tuple(
            filter(
                None,
                (
                    head.read_only,
                    _asked_for(facts),
                    *_against(facts),
                    head.similar,
                    _same_address(facts),
                    _gates_stop(pathways),
                    _for_review(facts),
                ),
            )
        ),
        facts=", ".join(pathway.version for pathway in pathways if pathway.open),
        visits=visit_lines(facts, history, library),
        covers=dose_cover_rows(facts.covers, library, today),
        stops=tuple(core_stop_row(one, today) for one in facts.stops),
        tasks=task_rows(facts.tasks, {}, facts.names, today, of_person=True),
        documents=tuple(document_row(one, facts) for one in facts.documents),
        disputes=tuple(dispute_row(one, facts, library) for one in facts.disputes),
        died=person.died_on is not None,
    )


def _hub_chip(facts: PatientFacts) -> str:
    if facts.waits:
        return NOT_AT_HUB
    return f"Here until {_moment(facts.held_until)}" if facts.held_until else ""


def _asked_for(facts: PatientFacts) -> str:
    if facts.held_until is None:
        return ""
    return (
        f"You asked the hub for this person, with a reason that a lead reads. They stay on this laptop until "
        f"{_moment(facts.held_until)}, longer where their care goes on."
    )


def _moment(at: datetime) -> str:
    return f"{day(at.date())} {clock(at)}"


def _for_review(facts: PatientFacts) -> str:
    """Work about this person that a lead has to look at: it stands nowhere else on the page."""
    return " ".join(_sent_or_returned(one, facts) for one in facts.for_review[:3])


def _sent_or_returned(one: SentForReview, facts: PatientFacts) -> str:
    what = " ".join(filter(None, (what_is_saved(one.saved), whose(one.saved, facts.me, facts.names))))
    if one.state == "returned":
        words = returned_words(one, facts.names).rstrip(".")
        return f"{what}, {_moment(one.saved.at)}: {words[:1].lower()}{words[1:]}. It is not in the record."
    return f"{what} sent for review: {refusal_words(one.reason)}."


def _against(facts: PatientFacts) -> Iterator[str]:
    """Another nurse has been, or is booked too: said before somebody sets out, or gives the dose again."""
    for one, booked in facts.against:
        was = f"{_nurse(one.nurse, facts)} recorded a visit on" if one.signed else f"{_nurse(one.nurse, facts)} and"
        if one.signed:
            yield (
                f"{was} {_when(one.at)}, and {_nurse(booked.nurse, facts)} is booked for {_when(booked.at)}. "
                "It may be the same visit: check before a dose is given, and call the booking off if it is."
            )
        else:
            yield (
                f"{was} {_nurse(booked.nurse, facts)} are both booked, for {_when(one.at)} and {_when(booked.at)}. "
                "It may be the same visit: call one of them off if it is."
            )


def _nurse(who: str, facts: PatientFacts) -> str:
    return facts.names.get(who, "Nobody in particular" if not who else "Someone who left")


def _when(at: datetime) -> str:
    return f"{day(at.date())} {clock(at)}"


def _same_address(facts: PatientFacts) -> str:
    """Two people at one address are easily visited, and written down, one for the other."""
    if not facts.same_address:
        return ""
    listed = " and ".join(name_line(name) for name in facts.same_address[:2])
    more = f" and {len(facts.same_address) - 2} more" if len(facts.same_address) > 2 else ""
    return f"At the same address: {listed}{more}. Check who this is."


def _gates_stop(pathways: Sequence[PathwayRow]) -> str:
    stopped = [one.title for one in pathways if one.gates_stop]
    if not stopped:
        return ""
    return f"Hard gates are not met: {', '.join(stopped)}. They are under Skills; until then a visit only assesses."


def _start_words(open_ones: Sequence[Episode], facts: PatientFacts) -> str:
    if not open_ones or facts.patient.died_on or facts.patient.unknown:
        return ""
    if facts.drafts:
        return "Continue visit"
    number = max(1 + sum(taught(visit, one.id) for visit in standing(facts)) for one in open_ones)
    return f"Start visit {number}"


def _cannot(facts: PatientFacts, open_ones: Sequence[Episode]) -> str:
    if facts.patient.died_on:
        return f"This person died on {day(facts.patient.died_on)}. No visit can be booked or started."
    if facts.patient.unknown:
        return "This record can only be read here."
    return "" if open_ones else "Nothing is being taught now, so there is no visit to start."


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
    waiting = [visit for visit in standing(facts) if visit.id not in facts.copies and visit.signed_at > _since(facts)]
    if waiting:
        overdue = any(facts.now - visit.signed_at > COPY_WITHIN for visit in waiting)
        words = f"{counted(len(waiting), 'visit')} not copied yet"
        about = "Over 24 hours. Copy under Visits" if overdue else "Copy under Visits"
        yield FactRow("In the trust record", words, about, tone="danger" if overdue else "warn")


def _since(facts: PatientFacts) -> datetime:
    return facts.now - LOOKED_BACK
