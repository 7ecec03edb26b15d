"""Why no number can be told. Each kind is one plain sentence to a person, and `code` is its name in a report."""

from typing import ClassVar

from smf_core.domain.trouble import DomainError


class NotMeasurable(DomainError):
    """What was counted does not bear the number asked for."""

    code: ClassVar[str]


class NoData(NotMeasurable):
    """Nobody and nothing was counted: no people, no months, no points."""

    code = "no_data"


class NotEnough(NotMeasurable):
    """Something was counted, but too little to see how it varies: one month, one person."""

    code = "not_enough"


class NotEstimable(NotMeasurable):
    """A count is zero where something is divided by it."""

    code = "not_estimable"


class NoExposure(NotMeasurable):
    """The people or the time in which something was counted are unknown or none."""

    code = "no_exposure"


class NotACount(NotMeasurable):
    """A count is negative, or more than the whole it was counted in."""

    code = "not_a_count"
