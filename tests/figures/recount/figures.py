"""Every figure by its published id."""

from tests.figures.recount import core, pathways, returns
from tests.figures.recount.asking import Asked, Figure, Parts
from tests.figures.recount.records import Records

FIGURES: dict[str, Figure] = {
    "discharge_rate": pathways.headline,
    "discharge_rate_independent": pathways.of_people(pathways.alone),
    "discharge_rate_supported": pathways.of_people(pathways.supported),
    "discharge_rate_episode": pathways.by_episode,
    "discharge_rate_opportunity": pathways.by_opportunity,
    "discharge_rate_cohort": pathways.cohort,
    "open_over_twice_expected": pathways.over_twice_expected,
    "care_plan_coverage": pathways.care_plans,
    "visits_to_discharge_median": pathways.visits_to_discharge,
    "days_to_discharge": pathways.days_to_discharge,
    "confidence_gain": pathways.confidence_gain,
    "rereferral_30": returns.referred_again(30),
    "rereferral_90": returns.referred_again(90),
    "sustained_90": returns.referred_again(90, again=False),
    "acceptance_rate": returns.accepted,
    "no_access_rate": returns.no_access,
    "caseload_now": pathways.caseload,
    "core_referrals_per_month": core.a_month,
    "core_referral_change": core.change(),
    "core_and_other_referral_change": core.change(others=True),
    "core_referral_change_compared": core.change_compared,
    "visits_released_gross": core.released(net=False),
    "visits_released_net": core.released(net=True),
}


def recount(records: Records, name: str, asked: Asked) -> Parts:
    """A figure by part; the whole is the part without a name."""
    return FIGURES[name](records, asked)
