"""The operations that write letters: whoever causes one puts them into the change set of the cause."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from smf_core.domain.checklist import Checklist
from smf_core.domain.discharge import DischargeForm, Outcome
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.dose_cover import CoverNews
from smf_core.domain.letter import (
    TEMPLATE,
    ContactLines,
    Letter,
    LetterCause,
    LetterContent,
    Letterhead,
    LetterKind,
    LetterState,
    cause_of,
    doses_to_print,
    kinds_at,
)
from smf_core.domain.pathway import Episode
from smf_core.domain.patient import Patient
from smf_core.domain.practice import CoreTeam
from smf_core.domain.task import TaskKind
from smf_core.operations.change_set import Item
from smf_core.records import Connection
from smf_core.records.queries.letters import letters_of_episode
from smf_core.records.queries.practices import core_teams
from smf_core.records.queries.referrals import referral as referral_of
from smf_core.records.queries.users import service
from smf_desktop.presenters.accounts import role_label
from smf_desktop.presenters.letters.discharge import discharge_letter
from smf_desktop.presenters.letters.others import cover_letter, rejection_letter
from smf_desktop.services.known import known_patient
from smf_desktop.services.session import Session, Work, new_item
from smf_desktop.services.tasks import task_item

CONTACT = ("contact_phone", "contact_hours", "out_of_hours")
"""The settings of the service that letters name."""


def letterhead(session: Session, connection: Connection) -> Letterhead:
    """Who writes, for which service, and who to call, as the settings have it."""
    held = service(connection)
    phone, hours, other = (str(held.settings.get(name) or "") for name in CONTACT)
    return Letterhead(
        service=held.name,
        team=session.team,
        contact=ContactLines(phone, hours, other),
        author=session.user.name,
        role=role_label(session.user.role),
    )


def proposed_core_team(connection: Connection, referral: str, teams: Sequence[CoreTeam]) -> str:
    """The core team a letter goes to unless another is chosen: the one that referred, else the only one there is."""
    asked = referral_of(connection, referral)
    referrer = asked.referrer.casefold().strip() if asked else ""
    named = next((team.id for team in teams if referrer and team.name.casefold().strip() == referrer), "")
    return named or (teams[0].id if len(teams) == 1 else "")


def discharge_letters(
    session: Session, work: Work, form: DischargeForm, outcome: Outcome, stand: Closing
) -> list[Item]:
    """The letters a discharge writes, to print; letters to the core team that never left are withdrawn for it."""
    items: list[Item] = []
    for kind in kinds_at(outcome):
        said = discharge_letter(kind, form, stand, session.today())
        if said is not None:
            cause = cause_of(kind, outcome)
            doses = _doses_in(session, stand.patient, stand.checklist.id, kind, outcome)
            items.append(
                letter_item(
                    session, stand.patient.id, kind, said, cause=cause, episode=stand.episode.id, medicines=doses
                )
            )
    return items + replaced(session, work, stand.episode.id)


def core_letter_item(session: Session, work: Work, episode: Episode, news: CoverNews) -> Item:
    """The letter to the core team that a change of who gives a dose writes. Raises `UnknownPatient`."""
    patient = known_patient(work.connection, episode.patient)
    checklist = session.checklists.checklist(episode.skill, episode.checklist_version)
    return new_core_letter_item(session, work, patient, episode.referral, episode.id, checklist, news)


def new_core_letter_item(
    session: Session,
    work: Work,
    patient: Patient,
    referral: str,
    episode_id: str,
    checklist: Checklist,
    news: CoverNews,
) -> Item:
    """The same letter for a pathway that opens in this very change set, so that nothing of it can be read yet."""
    teams = core_teams(work.connection)
    proposed = proposed_core_team(work.connection, referral, teams)
    team = next((one for one in teams if one.id == proposed), None)
    said = cover_letter(letterhead(session, work.connection), patient, checklist, news, team, session.today())
    cause = LetterCause.DOSE_COVER if news.stops else LetterCause.GIVER_CHANGED
    return letter_item(session, patient.id, LetterKind.CORE_TEAM, said, cause=cause, episode=episode_id)


def rejection_letter_items(
    session: Session, work: Work, patient: str, referral: str, reason: str, referrer: str = ""
) -> list[Item]:
    """The letter to whoever referred that rejecting a referral writes. Raises `UnknownPatient`."""
    person = known_patient(work.connection, patient)
    asked = referral_of(work.connection, referral)
    skills = [session.checklists.newest(skill).label for skill in (asked.skills if asked else ())]
    head = letterhead(session, work.connection)
    said = rejection_letter(
        head, person, skills, reason, referrer or (asked.referrer if asked else ""), session.today()
    )
    return [letter_item(session, patient, LetterKind.REFERRER, said, cause=LetterCause.REJECTION, referral=referral)]


def letter_item(
    session: Session,
    patient: str,
    kind: LetterKind,
    said: LetterContent,
    *,
    cause: LetterCause,
    episode: str | None = None,
    referral: str | None = None,
    medicines: Sequence[str] = (),
) -> Item:
    """The operation that writes a letter down with its words."""
    return new_item(
        "letter",
        session.new_id(),
        "written",
        patient=patient,
        episode=episode,
        referral=referral,
        kind=kind.value,
        to=said.to[0] if said.to else "",
        content=msgspec.to_builtins(said),
        template=TEMPLATE,
        medicine=list(medicines),
        by=session.user.id,
        at=session.now().isoformat(),
        cause=cause.value,
    )


def state_item(
    session: Session, work: Work, letter: str, state: LetterState, *, how: str = "", reason: str = ""
) -> Item:
    """The operation that says what became of a letter."""
    said: dict[str, Any] = {"state": state.value, "by": session.user.id, "at": session.now().isoformat()}
    said |= {name: value for name, value in (("how", how), ("reason", reason)) if value}
    return work.change("letter", letter, "sending", said)


def rewritten(work: Work, letter: Letter, said: LetterContent) -> Item:
    """The operation that writes a letter anew, all else as it was; the words before stay in the record."""
    payload = {
        "patient": letter.patient,
        "episode": letter.episode,
        "referral": letter.referral,
        "kind": letter.kind.value,
        "to": said.to[0] if said.to else "",
        "content": asdict(said),
        "template": letter.template,
        "medicine": list(letter.medicines),
        "by": letter.by,
        "at": letter.written_at.isoformat(),
        "cause": letter.cause,
    }
    return work.change("letter", letter.id, "written", {name: each for name, each in payload.items() if each})


OF_A_DOSE = frozenset({LetterCause.DOSE_COVER, LetterCause.GIVER_CHANGED})


def replaced(
    session: Session, work: Work, episode: str, causes: Collection[LetterCause] = frozenset(LetterCause)
) -> list[Item]:
    """Letters of a pathway to the core team that were never printed, written for these causes: they are withdrawn."""
    return [
        state_item(session, work, each.id, LetterState.WITHDRAWN, reason="A later letter takes its place")
        for each in letters_of_episode(work.connection, episode)
        if each.kind is LetterKind.CORE_TEAM and each.state is LetterState.TO_PRINT and each.cause in causes
    ]


def tell_again_items(session: Session, letters: Sequence[Letter], why: str) -> list[Item]:
    """A task for each letter that had left and no longer holds: whoever has it is told. `why` says what is so now.

    The core team's is red: it may have stopped its visits.
    """
    return [
        task_item(
            session,
            TaskKind.LETTER,
            f"Tell {_READERS[letter.kind]} that the letter no longer holds: {why}",
            patient=letter.patient,
            due_on=session.today(),
            about=letter.id,
            urgent=letter.kind is LetterKind.CORE_TEAM,
        )
        for letter in letters
        if letter.state is LetterState.SENT
    ]


_READERS = {
    LetterKind.PRACTICE: "the practice",
    LetterKind.PERSON: "the person",
    LetterKind.CORE_TEAM: "the core team",
    LetterKind.REFERRER: "the referrer",
}


def _doses_in(session: Session, patient: Patient, skill: str, kind: LetterKind, outcome: Outcome) -> list[str]:
    """The medicines whose dose a letter of this kind gives."""
    given = outcome in _WITH_DOSE.get(kind, frozenset())
    return [one.id for one in doses_to_print(patient.medicines, skill, session.today())] if given else []


_TAUGHT = frozenset({Outcome.INDEPENDENT, Outcome.INDEPENDENT_SUPPORT, Outcome.SHARED_CORE})
_WITH_DOSE = {
    LetterKind.PERSON: _TAUGHT,
    LetterKind.PRACTICE: _TAUGHT,
    LetterKind.CORE_TEAM: frozenset({Outcome.SHARED_CORE}),
}
