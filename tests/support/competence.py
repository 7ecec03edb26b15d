"""Visits of somebody who learns insulin, and what the rule makes of them."""

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import CompetenceSettings, Evidence, Readiness, readiness
from smf_core.domain.pathway import PATIENT
from smf_core.domain.visit import Level
from tests.support.teaching import TODAY, at, checklist, episode, section, visit

INSULIN = checklist()
DEFAULTS = CompetenceSettings()
LOW = Level.PROMPTED


def good(day: float, hour: float = 9, **kind: object):
    """A teaching visit at which everything went well."""
    return visit(at(day, hour), section(INSULIN), **kind)


def with_levels(day: float, hour: float = 9, taught=INSULIN, **levels: Level):
    return visit(at(day, hour), section(taught, levels=levels))


def judged(*visits, taught=INSULIN, flags=(), settings=DEFAULTS, dose_times=(), **changes: object) -> Readiness:
    return readiness(taught, episode(taught.id, **changes), visits, flags, settings, TODAY, dose_times)


def line(found: Readiness, key: CompetenceKey, learner: str = PATIENT) -> Evidence:
    one = found.line(key, learner)
    assert one is not None
    return one


def unmet(found: Readiness) -> set[CompetenceKey]:
    return {one.key for one in found.unmet}
