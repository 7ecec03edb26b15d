"""A skill's checklist on paper, for a visit where the laptop stays shut: blank, or for one person with last ratings."""

from smf_core.domain.competence import previous_ratings
from smf_core.policy.rules import Action, require
from smf_core.records.queries.visits import visits_of_episode
from smf_desktop.presenters.visit.paper_sheet import LastTime, sheet
from smf_desktop.reports.sheets import sheet_pdf
from smf_desktop.services.auditing import PRINT, note
from smf_desktop.services.day.today import usual_learner
from smf_desktop.services.known import known_episode, known_patient
from smf_desktop.services.session import Session


def blank_sheet(session: Session, skill: str) -> bytes:
    """The sheet of a skill with nobody's name on it, as PDF."""
    require(session.user, Action.OPEN_RECORD)
    return sheet_pdf(sheet(session.checklists.newest(skill), session.checklists.common, session.today()))


def sheet_for(session: Session, episode_id: str) -> bytes:
    """The sheet of one pathway with its person and the last ratings of who learns, as PDF. The printing is noted."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        episode = known_episode(connection, episode_id)
        patient = known_patient(connection, episode.patient)
        visits = visits_of_episode(connection, episode_id)
    checklist = session.checklists.checklist(episode.skill, episode.checklist_version)
    learner = usual_learner(episode, session.today()).who
    last = LastTime(
        patient,
        previous_ratings(visits, episode.id, learner, session.now()),
        visits[-1].started_at.date() if visits else None,
    )
    note(session, PRINT, patient.id, "paper_sheet")
    return sheet_pdf(sheet(checklist, session.checklists.common, session.today(), last))
