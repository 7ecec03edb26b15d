"""Which pathways are ready to end, read for many people at once."""

from collections.abc import Iterable, Mapping

from smf_core.domain.competence import Readiness, readiness
from smf_core.domain.pathway import Episode
from smf_core.domain.red_flag import RedFlag
from smf_core.records import Connection
from smf_core.records.queries.patients import patients
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.visits import visits_of_episodes
from smf_desktop.services.ending.discharges import competence_settings, dose_times
from smf_desktop.services.session import Session


def ready_pathways(session: Session, connection: Connection, episodes: Iterable[Episode]) -> Mapping[str, Readiness]:
    """The pathways of these that are ready today, by id, each with its evidence.

    People, their medicines and their red flags are read only for those whose visits alone would make them ready.
    """
    asked = tuple(episodes)
    visits = visits_of_episodes(connection, (one.id for one in asked))
    settings, today = competence_settings(connection), session.today()

    def rule(one: Episode, flags: Iterable[RedFlag], times: tuple[str, ...]) -> Readiness:
        checklist = session.checklists.checklist(one.skill, one.checklist_version)
        return readiness(checklist, one, visits.get(one.id, ()), flags, settings, today, times)

    near = [one for one in asked if one.id in visits and rule(one, (), ()).ready]
    people = {person.id: person for person in patients(connection, (one.patient for one in near))}
    flags = {each: open_flags(connection, each) for each in people}
    found = {
        one.id: rule(one, flags[one.patient], dose_times(people[one.patient], one.skill))
        for one in near
        if one.patient in people and people[one.patient].died_on is None
    }
    return {episode: held for episode, held in found.items() if held.ready}
