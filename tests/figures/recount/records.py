"""The exported files, read: pathways of people with the visits that count, referrals, and the core teams' counts."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/London")
"""Days are those of the clock on the wall, in winter and in summer."""

FAVOURABLE = ("independent", "independent_support")
MADE = ("home", "clinic", "video")
AT_THE_DOOR = ("no_access", "patient_cancelled")

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A completed visit."""

    id: str
    at: datetime
    day: date
    confidence: dict[str, int]  # by learner, where that learner was asked


@dataclass(frozen=True, slots=True)
class Pathway:
    """An episode, with its completed visits in order of care time; nothing in it was entered in error."""

    id: str
    person: str
    skill: str
    nurse: str
    team: str
    locality: str
    accepted: date | None
    referral: str
    closed: date | None
    outcome: str
    expected: int
    a_month: float | None
    treatment_ends: date | None
    holds: tuple[tuple[date, date | None], ...]
    """(from, until) of each: the day it ends is no day on hold."""
    visits: tuple[Seen, ...]
    core: tuple[tuple[date, float], ...]
    """(from, visits a month) of the core visits that still go on, in order; of one day the last recorded holds."""

    @property
    def first(self) -> date:
        return self.visits[0].day

    def seen_by(self, day: date) -> int:
        """Completed visits up to and with a day, and never after the pathway was closed."""
        last = min(day, self.closed) if self.closed else day
        return sum(visit.day <= last for visit in self.visits)

    def open_on(self, day: date) -> bool:
        """Still open at the end of a day."""
        return self.closed is None or self.closed > day

    def discharged_by(self, day: date) -> bool:
        """Left to self-care by the end of a day."""
        return not self.open_on(day) and self.outcome in FAVOURABLE


@dataclass(frozen=True, slots=True)
class Referral:
    id: str
    person: str
    received: date
    status: str
    source: str
    team: str
    locality: str
    skills: tuple[str, ...]
    after: str
    """The episode it is a return after, "" for none that is known."""


@dataclass(frozen=True, slots=True)
class Due:
    """A visit that was due: made, without access, or cancelled by the person on the day."""

    day: date
    nurse: str
    pathways: tuple[str, ...]
    no_access: bool


@dataclass(frozen=True, slots=True)
class CoreCount:
    month: str
    series: tuple[str, str]  # the team and the type of referral
    count: int
    population: int | None
    comparison: bool


@dataclass(frozen=True, slots=True)
class Baseline:
    what: str
    skill: str
    a_month: float | None
    since: date | None
    until: date | None
    bedding_in: date | None
    on: date
    id: str


@dataclass(frozen=True, slots=True)
class Records:
    pathways: tuple[Pathway, ...]
    referrals: tuple[Referral, ...]
    due: tuple[Due, ...]
    died: dict[str, date]
    returned: dict[str, tuple[date, ...]]
    """The days a core team says somebody came back."""
    core: tuple[CoreCount, ...]
    localities: dict[str, str]
    """Of the core teams, by name."""
    baselines: tuple[Baseline, ...]

    @property
    def counted(self) -> Iterator[Pathway]:
        """With a completed visit, whenever that was."""
        return (each for each in self.pathways if each.visits)


def read(folder: Path) -> Records:
    return _Reader(folder).records()


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = {each["id"]: each["same_as"] for each in self._lines("patient") if each["same_as"]}
        self._localities = {each["name"]: each["locality"] for each in self._lines("core_team")}

    def _lines(self, name: str) -> Iterator[Line]:
        with (self._folder / f"{name}.ndjson").open(encoding="utf-8", newline="\n") as file:
            yield from map(json.loads, file)

    def _person(self, record: str) -> str:
        """Two records of one person are one person."""
        while record in self._kept:
            record = self._kept[record]
        return record

    def records(self) -> Records:
        visits = {each["id"]: each for each in self._lines("visit") if each["struck"] is None}
        sections: dict[str, list[Line]] = defaultdict(list)
        taught: dict[str, list[str]] = defaultdict(list)
        for each in self._lines("visit_section"):
            if each["visit"] in visits:
                sections[each["episode"]].append(each)
                taught[each["visit"]].append(each["episode"])
        referrals = {each["id"]: self._referral(each) for each in self._lines("referral")}
        decided = {each["id"]: _day(each["decided_on"]) for each in self._lines("referral")}
        core: dict[str, dict[date, float]] = defaultdict(dict)
        for each in sorted(self._lines("core_visits"), key=lambda line: line["id"]):  # as they were recorded
            core[each["episode"]][date.fromisoformat(each["from"])] = float(each["visits_per_month"])
        holds: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
        for each in self._lines("hold"):
            holds[each["episode"]].append((date.fromisoformat(each["from"]), _day(each["until"])))
        pathways = tuple(
            _pathway(
                each,
                referrals[each["referral"]],
                decided[each["referral"]],
                _seen(sections[each["id"]], visits),
                core[each["id"]],
                holds[each["id"]],
            )
            for each in self._lines("episode")
            if each["outcome"] != "entered_in_error"
        )
        in_error = {each["id"] for each in self._lines("episode") if each["outcome"] == "entered_in_error"}
        died = {}
        for each in self._lines("patient"):
            if each["died_on"]:
                died[self._person(each["id"])] = date.fromisoformat(each["died_on"])
        returned: dict[str, list[date]] = defaultdict(list)
        for each in self._lines("core_return"):
            returned[self._person(each["patient"])].append(date.fromisoformat(each["received_on"]))
        return Records(
            pathways=pathways,
            referrals=tuple(referrals.values()),
            due=tuple(_due(visits.values(), taught, in_error)),
            died=died,
            returned={person: tuple(sorted(days)) for person, days in returned.items()},
            core=tuple(_core(each) for each in self._lines("core_count")),
            localities=self._localities,
            baselines=tuple(_baseline(each) for each in self._lines("baseline") if not each["withdrawn"]),
        )

    def _referral(self, each: Line) -> Referral:
        return Referral(
            id=each["id"],
            person=self._person(each["patient"]),
            received=date.fromisoformat(each["received_on"]),
            status=each["status"],
            source=each["source"],
            team=each["team"],
            locality=self._localities.get(each["referrer"], ""),
            skills=tuple(each["skills"]),
            after=each["earlier_episode"] or "",
        )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _local(instant: str) -> datetime:
    return datetime.fromisoformat(instant).astimezone(HERE)


def _seen(sections: Sequence[Line], visits: dict[str, Line]) -> tuple[Seen, ...]:
    """The completed visits of a pathway: signed, in person or by video, once however many learners were taught."""
    found: dict[str, Seen] = {}
    for each in sections:
        visit = visits[each["visit"]]
        if visit["status"] != "signed" or visit["contact"] not in MADE:
            continue
        at = _local(visit["started_at"])
        seen = found.setdefault(visit["id"], Seen(visit["id"], at, at.date(), {}))
        if each["confidence"] is not None:
            seen.confidence[each["learner"]] = each["confidence"]
    return tuple(sorted(found.values(), key=lambda seen: (seen.at, seen.id)))


def _pathway(
    each: Line,
    referral: Referral,
    decided: date | None,
    visits: tuple[Seen, ...],
    core: Mapping[date, float],
    holds: Sequence[tuple[date, date | None]],
) -> Pathway:
    return Pathway(
        id=each["id"],
        person=referral.person,
        skill=each["skill"],
        nurse=each["nurse"] or "",
        team=referral.team,
        locality=referral.locality,
        accepted=decided if referral.status == "accepted" else None,
        referral=referral.id,
        closed=_day(each["closed_on"]),
        outcome=each["outcome"] or "",
        expected=each["expected_visits"],
        a_month=each["baseline_visits_per_month"],
        treatment_ends=_day(each["treatment_ends_on"]),
        holds=tuple(holds),
        visits=visits,
        core=tuple(sorted(core.items())),
    )


def _due(visits: Iterable[Line], taught: dict[str, list[str]], in_error: set[str]) -> Iterator[Due]:
    """A visit that was only for what was entered in error counts nowhere."""
    for each in visits:
        made = each["status"] == "signed" and each["contact"] in MADE
        missed = each["status"] == "not_gone_ahead" and each["not_gone_ahead_reason"] in AT_THE_DOOR
        if made or missed:
            meant = taught[each["id"]] if made else (each["planned_episodes"] or "").split(",")
            if meant and in_error.issuperset(meant):
                continue
            yield Due(
                day=_local(each["started_at"] or each["planned_at"]).date(),
                nurse=(each["signed_by"] if made else each["planned_nurse"] or each["signed_by"]) or "",
                pathways=tuple(dict.fromkeys(meant)),
                no_access=missed and each["not_gone_ahead_reason"] == "no_access",
            )


def _core(each: Line) -> CoreCount:
    series = (each["team"], each["kind"])
    return CoreCount(each["month"], series, each["count"], each["registered_population"], each["comparison"])


def _baseline(each: Line) -> Baseline:
    return Baseline(
        what=each["what"],
        skill=each["skill"],
        a_month=float(each["visits_per_month"]) if each["visits_per_month"] else None,
        since=_day(each["since"]),
        until=_day(each["until"]),
        bedding_in=_day(each["bedding_in"]),
        on=date.fromisoformat(each["on"]),
        id=each["id"],
    )
