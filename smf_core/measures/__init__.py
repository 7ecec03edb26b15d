"""What numbers say of the world behind them: pure functions of the standard library.

Never a NaN or an infinity: what cannot be told raises a `NotMeasurable`.
"""

from smf_core.measures.control_charts import Point, Rule, Verdict, xmr
from smf_core.measures.means import MeanDifference, mean_difference
from smf_core.measures.proportions import Interval, wilson
from smf_core.measures.rates import RateRatio, difference_in_differences, dispersion, rate_ratio
from smf_core.measures.survival import Survival, aalen_johansen, aalen_johansen_of, kaplan_meier, kaplan_meier_of
from smf_core.measures.trouble import NoData, NoExposure, NotACount, NotEnough, NotEstimable, NotMeasurable

__all__ = [
    "Interval",
    "MeanDifference",
    "NoData",
    "NoExposure",
    "NotACount",
    "NotEnough",
    "NotEstimable",
    "NotMeasurable",
    "Point",
    "RateRatio",
    "Rule",
    "Survival",
    "Verdict",
    "aalen_johansen",
    "aalen_johansen_of",
    "difference_in_differences",
    "dispersion",
    "kaplan_meier",
    "kaplan_meier_of",
    "mean_difference",
    "rate_ratio",
    "wilson",
    "xmr",
]
