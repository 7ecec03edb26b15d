"""What is asked of a plan, and what no plan can be made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from smf_core.domain.trouble import DomainError

MONTHS_AT_MOST = 36
REFERRALS_AT_MOST = 2_000
"""A month, scaled: with more the answer takes minutes, and chance hardly matters any more."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "referrals": (0, REFERRALS_AT_MOST),
    "nurses": (0, 500),
    "hours": (0, 60),
    "minutes": (5, 240),
    "travel": (0, 180),
    "at_most": (1, 200),
    "months": (1, MONTHS_AT_MOST),
    "scale": (0.1, 100),
}
"""The least and the most of each number."""

Reason = Literal["limits", "mix", "too_many", "too_little_seen"]


class NotPlannable(DomainError):
    """A scenario that says nothing of a service.

    `code`: `limits` (the number called `what` is outside its limits), `mix` (no skill has a share), `too_many`
    (more referrals than are reckoned), `too_little_seen` (too few pathways ended here to draw anything from).
    """

    def __init__(self, code: Reason, what: str = "") -> None:
        super().__init__(code)
        self.code: Reason = code
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Referrals a month, their skills by share (they need not add up to 1), nurses as whole-time equivalents with their
    hours a week for visits, minutes of a visit and of the travel to it, people a nurse teaches at a time at most
    (None: no limit), months ahead. `scale` multiplies referrals and nurses.
    """

    name: str
    referrals: float
    mix: tuple[tuple[str, float], ...]
    nurses: float
    hours: float
    minutes: float
    travel: float
    at_most: int | None = None
    months: int = 24
    scale: float = 1.0

    @property
    def hours_a_visit(self) -> float:
        return (self.minutes + self.travel) / 60

    @property
    def hours_a_week(self) -> float:
        """Of all nurses together."""
        return self.nurses * self.scale * self.hours

    @property
    def places(self) -> float:
        """How many are taught at a time at most: one at least where there are hours at all."""
        if not self.hours_a_week:
            return 0.0
        return float("inf") if self.at_most is None else max(1.0, self.at_most * self.nurses * self.scale)

    def check(self) -> None:
        """Raises `NotPlannable`."""
        for what, (least, most) in LIMITS.items():
            number = getattr(self, what)
            if number is not None and not least <= number <= most:
                raise NotPlannable("limits", what)
        if any(share < 0 for _, share in self.mix) or not sum(share for _, share in self.mix) > 0:
            raise NotPlannable("mix")
        if self.referrals * self.scale > REFERRALS_AT_MOST:
            raise NotPlannable("too_many")
