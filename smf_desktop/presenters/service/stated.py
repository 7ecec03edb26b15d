"""What a service stated of itself (plans, baselines, usual visits, rebases) in rows, and the log of who said so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from smf_core.domain.core_counts import written_month
from smf_core.domain.planned import Plan, PlanOf
from smf_core.domain.stated import Baseline, Rebase
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.team.words import number, people

What = TypeVar("What", Baseline, Rebase, Plan)

EACH_NURSE = "Each nurse"
NOBODY_NAMED = "a colleague"
NEWER = "Not used, a newer one holds"


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody, by name, stated something, or withdrew it."""

    by: str
    at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Logged(Generic[What]):
    """What was stated, and all that was done with it, the first first."""

    what: What
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class StatedRow:
    """Something stated: of what, what was said of it, and why; `id` is its record's, `now` what has become of it."""

    id: str
    of: str
    said: str
    source: str
    acts: tuple[Act, ...]
    withdrawn: bool
    now: str = ""

    @property
    def stated(self) -> str:
        """`17-Nov-2026, Lead Example`: when it was said first, and by whom."""
        return _when(self.acts[0]) if self.acts else ""

    @property
    def words(self) -> tuple[str, str, str, str]:
        return self.of, _joined(self.said, self.now), self.source, self.stated

    @property
    def spoken(self) -> str:
        gone = " Withdrawn." if self.withdrawn else ""
        return f"{self.of}: {_joined(self.said, self.now)}. {self.source}. Stated {self.stated}.{gone}"


@dataclass(frozen=True, slots=True)
class LogRow:
    """One act of the log."""

    at: str
    by: str
    did: str
    what: str
    source: str

    @property
    def words(self) -> tuple[str, ...]:
        return self.at, self.by, self.did, self.what, self.source

    @property
    def spoken(self) -> str:
        return f"{self.at}, {self.by}: {self.did}. {self.what}. {self.source}"


def log_rows(rows: Iterable[StatedRow]) -> tuple[LogRow, ...]:
    """Every act, the last first; one after a withdrawal says that it stands again."""
    found = []
    for row in rows:
        for place, act in enumerate(row.acts):
            did = "Withdrawn" if act.withdrawn else "Stands again" if place else "Stated"
            when = f"{day(act.at.date())} {clock(act.at)}"
            made = LogRow(when, act.by or NOBODY_NAMED, did, f"{row.of}: {row.said}", row.source)
            found.append((act.at, place, made))
    return tuple(row for *_, row in sorted(found, key=lambda one: one[:2], reverse=True))


def standing(rows: Iterable[StatedRow]) -> tuple[StatedRow, ...]:
    """Those that nobody withdrew."""
    return tuple(row for row in rows if not row.withdrawn)


def plan_rows(found: Iterable[Logged[Plan]], names: Mapping[str, str]) -> tuple[StatedRow, ...]:
    """`names` are those of who teaches, by id."""
    return tuple(
        StatedRow(
            each.what.id, _plan_of(each.what, names), _plan(each.what), each.what.source, each.acts, each.what.withdrawn
        )
        for each in found
    )


def baseline_rows(found: Iterable[Logged[Baseline]], gaps: Mapping[str, str]) -> tuple[StatedRow, ...]:
    """Of referrals to core teams, the newest first; `gaps` say by id how many of its months are counted."""
    return _newest_holds(
        (
            each,
            _months(each.what.since, each.what.until),
            _joined(gaps.get(each.what.id, ""), _left_out(each.what.bedding_in)),
            "",
        )
        for each in found
    )


def usual_rows(found: Iterable[Logged[Baseline]], labels: Mapping[str, str]) -> tuple[StatedRow, ...]:
    """Core visits a month of a skill, the newest first; `labels` are the words of skills by code."""
    return _newest_holds(
        (each, labels.get(each.what.skill, each.what.skill), _a_month(each.what.visits_per_month), each.what.skill)
        for each in found
    )


def _newest_holds(found: Iterable[tuple[Logged[Baseline], str, str, str]]) -> tuple[StatedRow, ...]:
    """Each with of what, what was said, and the key of what it is about: of one key the newest that stands holds."""
    held: set[str] = set()
    rows = []
    for each, of, said, key in found:
        what = each.what
        now = NEWER if key in held and not what.withdrawn else ""
        if not what.withdrawn:
            held.add(key)
        rows.append(StatedRow(what.id, of, said, _joined(what.source, what.note), each.acts, what.withdrawn, now))
    return tuple(rows)


def rebase_rows(found: Iterable[Logged[Rebase]], applied: Mapping[str, bool]) -> tuple[StatedRow, ...]:
    """`applied` says by id whether the chart's limits could be reckoned anew from there; nothing of one not shown."""
    return tuple(
        StatedRow(
            each.what.id,
            written_month(each.what.month),
            each.what.cause,
            each.what.note or "No note",
            each.acts,
            each.what.withdrawn,
            "" if applied.get(each.what.id, True) else TOO_FEW,
        )
        for each in found
    )


TOO_FEW = "Not in the chart yet: it takes two counted months on either side"


def _plan_of(plan: Plan, names: Mapping[str, str]) -> str:
    if plan.what is PlanOf.PEOPLE:
        return plan.of
    return names.get(plan.of, NOBODY_NAMED.capitalize()) if plan.of else EACH_NURSE


def _plan(plan: Plan) -> str:
    many = f"{people(plan.number)} a year" if plan.what is PlanOf.PEOPLE else f"{people(plan.number)} at a time"
    until = f" until {day(plan.until)}" if plan.until else ""
    return f"{many}, from {day(plan.since)}{until}"


def _months(since: date | None, until: date | None) -> str:
    return f"{written_month(since)} to {written_month(until)}" if since and until else ""


def _left_out(month: date | None) -> str:
    return f"{written_month(month)} is left out, the service was only beginning" if month else ""


def _a_month(text: str) -> str:
    try:
        many = float(text)
    except ValueError:
        return text
    return f"{number(many)} core {'visit' if many == 1 else 'visits'} a month"


def _joined(*words: str) -> str:
    kept: Sequence[str] = [each.rstrip(".") for each in words if each]
    return ". ".join(kept)


def _when(act: Act) -> str:
    return f"{day(act.at.date())}, {act.by or NOBODY_NAMED}"
