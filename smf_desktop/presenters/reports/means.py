"""What each figure means in a sentence or two. The whole definition is one key away and goes with every file."""

from collections.abc import Mapping

MEANS: Mapping[str, str] = {
    "discharge_rate": (
        "Teaching ended as independent or with agreed support in every skill, out of everyone whose teaching ended, "
        "whatever the outcome."
    ),
    "discharge_rate_independent": "Does every task alone.",
    "discharge_rate_supported": "Has agreed help with at least one task, and does the others alone.",
    "discharge_rate_episode": (
        "The same counted by skill taught: somebody with several counts once for each, so it does not add up to people."
    ),
    "discharge_rate_opportunity": "Without those who died, moved, went into hospital or finished treatment.",
    "discharge_rate_cohort": "Of all who began in the period, open or closed: slow learners are in it.",
    "open_over_twice_expected": "Open on the last day with more than twice the visits expected of them.",
    "care_plan_coverage": "Of those on the caseload over 14 days, with an agreed plan not past its review.",
    "visits_to_discharge_median": (
        "By so many visits half are discharged to self-care (Kaplan-Meier). Those still taught count as far as they "
        "came."
    ),
    "days_to_discharge": "From the first visit to discharge to self-care; days on hold are in it.",
    "confidence_gain": "Confidence from 0 to 10: the last answer less the first, on average.",
    "rereferral_30": "Referred again for the same skill within 30 days, of those discharged at least 30 days ago.",
    "rereferral_90": "Referred again for the same skill within 90 days, of those discharged at least 90 days ago.",
    "sustained_90": "Discharged to self-care, and not referred again within 90 days.",
    "acceptance_rate": "Of the referrals received in the period, those accepted.",
    "no_access_rate": "Of the visits due, those where nobody could be seen on the day.",
    "caseload_now": "With at least one open pathway today, whatever the period.",
    "core_referrals_per_month": "All referrals to core teams, as these count them, divided by the months.",
    "core_referral_change": "The rate of the period over that of the baseline, less 1.",
    "core_and_other_referral_change": (
        "Referrals to this service that no core team made are added: where this does not fall, work was moved."
    ),
    "core_referral_change_compared": "How much more fell here than fell anyway (difference in differences).",
    "visits_released_gross": (
        "Core visits a day before teaching, times days of self-care since discharge, 90 at most for each."
    ),
    "visits_released_net": "The gross, less every visit of ours and the core visits that still went on.",
}
"""By the id of the figure."""

SHORT: Mapping[str, str] = {
    "discharge_rate_cohort": "Of those who began",
    "core_and_other_referral_change": "With those from elsewhere",
    "core_referral_change_compared": "Against teams without self-management",
    "core_referrals_per_month": "Referrals to core teams",
    "discharge_rate_opportunity": "That could end in self-care",
    "visits_to_discharge_median": "Visits to discharge",
    "days_to_discharge": "Days to discharge",
    "open_over_twice_expected": "Over twice the expected visits",
}
"""Labels where the table has no room for the whole one, or where the row above says the rest."""

UNDER: Mapping[str, str] = {
    "discharge_rate_independent": "discharge_rate",
    "discharge_rate_supported": "discharge_rate",
    "discharge_rate_opportunity": "discharge_rate_episode",
    "core_and_other_referral_change": "core_referrals_per_month",
    "core_referral_change_compared": "core_referrals_per_month",
}
"""Figures that stand under another."""

ORDER = (
    *("discharge_rate", "discharge_rate_independent", "discharge_rate_supported"),
    *("core_referrals_per_month", "core_and_other_referral_change", "core_referral_change_compared"),
    *("visits_to_discharge_median", "visits_released_gross", "visits_released_net", "rereferral_90"),
    *("discharge_rate_cohort", "open_over_twice_expected", "care_plan_coverage"),
    *("discharge_rate_episode", "discharge_rate_opportunity"),
)
"""What the service lives by stands first; the rest follows as the report has it."""

ESTIMATES = frozenset({"visits_released_gross", "visits_released_net"})
