"""What numbers say of the world behind them: pure functions of the standard library."""

from smf_core.measures.proportions import Interval, NoData, wilson

__all__ = ["Interval", "NoData", "wilson"]
