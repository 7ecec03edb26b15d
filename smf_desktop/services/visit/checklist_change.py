"""Another version of the checklist in the middle of a pathway: a registered nurse's choice, never an update's."""

from smf_core.domain.checklist import Checklist
from smf_core.domain.teaching_trouble import NotApproved, ReasonNeeded, SameChecklist, UnknownEpisode
from smf_core.policy.rules import Action, require
from smf_core.records.queries.episodes import episode as episode_of
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, StoreKind, Touched


def other_versions(session: Session, skill: str, version: str) -> tuple[Checklist, ...]:
    """The versions a pathway may change to, newest first; in a live store only approved ones."""
    return tuple(
        each
        for each in session.checklists.versions(skill)
        if each.version != version and (each.approved or session.kind is StoreKind.TRAINING)
    )


def change_checklist(session: Session, episode_id: str, version: str, reason: str) -> Touched:
    """Teach from another version from now on. Visits signed so far keep what they were rated against."""
    require(session.user, Action.CHANGE_CHECKLIST)
    if not reason.strip():
        raise ReasonNeeded
    with session.work() as work:
        episode = episode_of(work.connection, episode_id)
        if episode is None or not episode.is_open:
            raise UnknownEpisode
        writable(work.connection, episode.patient)
        if version == episode.checklist_version:
            raise SameChecklist
        chosen = session.checklists.checklist(episode.skill, version)
        if session.kind is StoreKind.LIVE and not chosen.approved:
            raise NotApproved(episode.skill)
        said = {
            "version": chosen.version,
            "approved": chosen.approved,
            "expected_visits": chosen.expected_visits,
            "on": session.today().isoformat(),
            "by": session.user.id,
            "reason": reason.strip(),
        }
        work.save([work.change("episode", episode_id, "checklist", said)], patient=episode.patient)
    return frozenset(work.touched)
