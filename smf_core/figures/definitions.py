"""Every figure by its id."""

from collections.abc import Mapping

from sqlalchemy import Connection

from smf_core.figures.caseload import CARE_PLAN_COVERAGE, CASELOAD_NOW
from smf_core.figures.cohorts import DISCHARGE_RATE_COHORT, VISITS_TO_DISCHARGE_MEDIAN
from smf_core.figures.core_referrals import (
    CORE_AND_OTHER_REFERRAL_CHANGE,
    CORE_REFERRAL_CHANGE,
    CORE_REFERRAL_CHANGE_COMPARED,
    CORE_REFERRALS_PER_MONTH,
)
from smf_core.figures.discharges import (
    DISCHARGE_RATE,
    DISCHARGE_RATE_EPISODE,
    DISCHARGE_RATE_INDEPENDENT,
    DISCHARGE_RATE_OPPORTUNITY,
    DISCHARGE_RATE_SUPPORTED,
    OPEN_OVER_TWICE_EXPECTED,
)
from smf_core.figures.figure import Asked, Definition, Figure, NoSuchFigure, reckon
from smf_core.figures.progress import CONFIDENCE_GAIN, DAYS_TO_DISCHARGE
from smf_core.figures.referrals import ACCEPTANCE_RATE
from smf_core.figures.released import VISITS_RELEASED_GROSS, VISITS_RELEASED_NET
from smf_core.figures.returns import REREFERRAL_30, REREFERRAL_90, SUSTAINED_90
from smf_core.figures.visits import NO_ACCESS_RATE

VERSION = "1"
"""Of the definitions as a whole: it goes up with any of them, or when one comes or goes."""

DEFINITIONS: Mapping[str, Definition] = {
    each.id: each
    for each in (
        DISCHARGE_RATE,
        DISCHARGE_RATE_INDEPENDENT,
        DISCHARGE_RATE_SUPPORTED,
        DISCHARGE_RATE_EPISODE,
        DISCHARGE_RATE_OPPORTUNITY,
        DISCHARGE_RATE_COHORT,
        OPEN_OVER_TWICE_EXPECTED,
        CARE_PLAN_COVERAGE,
        VISITS_TO_DISCHARGE_MEDIAN,
        DAYS_TO_DISCHARGE,
        CONFIDENCE_GAIN,
        REREFERRAL_30,
        REREFERRAL_90,
        SUSTAINED_90,
        ACCEPTANCE_RATE,
        NO_ACCESS_RATE,
        CASELOAD_NOW,
        CORE_REFERRALS_PER_MONTH,
        CORE_REFERRAL_CHANGE,
        CORE_AND_OTHER_REFERRAL_CHANGE,
        CORE_REFERRAL_CHANGE_COMPARED,
        VISITS_RELEASED_GROSS,
        VISITS_RELEASED_NET,
    )
}


def figures(connection: Connection, name: str, asked: Asked) -> tuple[Figure, ...]:
    """A figure, or its parts, as the records stand in this transaction. Raises `NoSuchFigure`, `NotSplitSo`."""
    definition = DEFINITIONS.get(name)
    if definition is None:
        raise NoSuchFigure
    return reckon(connection, definition, asked)
