"""What somebody wants of a report, and what can be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import msgspec

from smf_core.figures.figure import Asked, Split
from smf_desktop.presenters.days import day
from smf_desktop.presenters.team.words import periods

REPORT_NAMES: Mapping[str, str] = {
    "caseload-reduction": "Caseload reduction",
    "discharge-rates": "Discharge rates",
    "visits-to-discharge": "Visits to discharge",
    "caseload": "Caseload",
    "core-referrals": "Referrals to core teams",
}

OTHER_DAYS = "days"
STATED, SAME_BEFORE, ASK_BASELINE = "stated", "before", "other"
"""A baseline: as the service stated it, as many days just before the period, days of one's own."""

SPLITS = (
    (Split.NONE.value, "Not split"),
    (Split.SKILL.value, "Skill"),
    (Split.TEAM.value, "Team"),
    (Split.MONTH.value, "Month"),
)
"""Never by nurse: nobody is ranked by outcome (`design.md` 12)."""

WHY_SHOWN = (
    ("checking", "To check the figures before they are used"),
    ("commissioner", "Agreed with the commissioner, who keeps them safe"),
    ("safety", "To look into the safety of care"),
    ("audit", "For an audit inside the service"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`days` where the period, and `against` where the baseline, is days of one's own.

    `why_small` is the code of why small numbers are shown, "" where they are hidden.
    """

    report: str = "caseload-reduction"
    period: str = "months:12"
    days: tuple[date, date] | None = None
    baseline: str = STATED
    against: tuple[date, date] | None = None
    team: str = ""
    skill: str = ""
    nurse: str = ""
    locality: str = ""
    by: Split = Split.NONE
    with_rows: bool = True
    why_small: str = ""

    def period_days(self, today: date) -> tuple[date, date]:
        named = {key: days for key, _, days in periods(today)}
        return self.days if self.period == OTHER_DAYS and self.days else named.get(self.period, periods(today)[0][2])

    def asked(self, today: date) -> Asked:
        """The same for the figures; without `before` they are held against the baseline that is stated, if any."""
        since, until = self.period_days(today)
        before = {SAME_BEFORE: just_before(since, until), ASK_BASELINE: self.against}.get(self.baseline)
        return Asked(
            since=since,
            until=until,
            as_of=today,
            team=self.team,
            skill=self.skill,
            nurse=self.nurse,
            locality=self.locality,
            by=self.by,
            before=before,
        )

    def to_keep(self) -> bytes:
        """For the next time: never why small numbers were shown, which is asked each time."""
        return msgspec.json.encode(replace(self, why_small=""))


def choice_kept(said: bytes | None) -> Choice:
    """What was kept, or what is offered first where nothing was that is still to be had."""
    try:
        kept = msgspec.json.decode(said or b"", type=Choice)
    except msgspec.DecodeError:
        return Choice()
    return replace(kept, why_small="") if kept.report in REPORT_NAMES else Choice()


def just_before(since: date, until: date) -> tuple[date, date] | None:
    """The same days a year earlier, as often as it takes to end before the period begins."""
    try:
        first, last = since, until
        while last >= since:
            first, last = _year_before(first), _year_before(last)
        return first, last
    except ValueError:
        return None


def _year_before(on: date) -> date:
    if on.year == 1:
        raise ValueError
    is_month_end = (on + timedelta(days=1)).day == 1
    month_after = date(on.year - 1 + on.month // 12, on.month % 12 + 1, 1)
    return month_after - timedelta(days=1) if is_month_end else on.replace(year=on.year - 1)


def period_options(today: date, choice: Choice) -> tuple[tuple[str, str], ...]:
    own = choice.days if choice.period == OTHER_DAYS else None
    named = tuple((key, words) for key, words, _ in periods(today))
    return (*named, (OTHER_DAYS, _days(own) if own else "Other days..."))


def baseline_options(stated: tuple[date, date] | None, choice: Choice) -> tuple[tuple[str, str], ...]:
    own = choice.against if choice.baseline == ASK_BASELINE else None
    return (
        (STATED, _days(stated) if stated else "None is stated"),
        (SAME_BEFORE, "The year before"),
        (ASK_BASELINE, _days(own) if own else "Other days..."),
    )


def _days(days: tuple[date, date]) -> str:
    return f"{day(days[0])} to {day(days[1])}"
