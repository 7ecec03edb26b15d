"""What a report says, as every form of file says it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from smf_core.figures.figure import Figure
from smf_core.figures.report import Report
from smf_desktop.presenters.days import clock, day
from smf_desktop.reports.figures.cells import Cell

SMALL_SHOWN = "Small numbers shown"
TITLES: Mapping[str, str] = {
    "caseload-reduction": "Caseload reduction",
    "discharge-rates": "Discharge rates",
    "visits-to-discharge": "Visits to discharge",
    "caseload": "Caseload",
    "core-referrals": "Referrals to core teams",
    "commissioning": "Commissioning",
}
COLUMNS = (
    *("figure", "label", "group", "numerator", "denominator", "value", "low", "high", "unit", "suppressed", "reason"),
    *("beside", "definition", "definition_version", "from", "to", "baseline_from", "baseline_to", "as_of", "team"),
    *("complete", "small_numbers_shown"),
)
ROW_COLUMNS = ("code", "age_band", "sex", "skill", "month", "outcome", "visits", "minutes")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG, and what it shows in words."""

    svg: bytes
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A report with the words of its codes: `labels` has those of skills, nurses and teams by id.

    `small_shown`: counts under 5 stand in it, which every page and sheet says.
    """

    report: Report
    at: datetime
    service: str
    labels: Mapping[str, str] = field(default_factory=dict)
    small_shown: bool = False

    @property
    def title(self) -> str:
        return TITLES.get(self.report.name, self.report.name)

    @property
    def team(self) -> str:
        return self._label(self.report.asked.team) or "All teams"

    def group(self, figure: Figure) -> str:
        """The part a figure is of, in words; "" for the whole."""
        return ", ".join(self._label(code) or "Not known" for code in figure.group.values())

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Whose figures these are, of when, and how far they can be trusted."""
        asked, report = self.report.asked, self.report
        of = (("Skill", asked.skill), ("Nurse", asked.nurse), ("Locality", asked.locality))
        return (
            ("Report", self.title),
            ("Service", self.service),
            ("Team", self.team),
            *((name, self._label(code)) for name, code in of if code),
            ("Period", f"{day(asked.since)} to {day(asked.until)}"),
            ("Baseline", f"{day(report.baseline[0])} to {day(report.baseline[1])}" if report.baseline else "None"),
            ("Data as at", f"{day(asked.as_of)}, made {day(self.at.date())} {clock(self.at)}"),
            ("Definitions version", report.definitions_version),
            ("Complete", "Yes" if report.complete else "No: work of some people or laptops may be missing"),
            *(("Laptop not heard of since", f"{each.device}, {each.last_seen}") for each in report.missing_devices),
            ("Small numbers", SMALL_SHOWN if self.small_shown else "Counts of 1 to 4 are hidden"),
        )

    def foot(self) -> str:
        """What stands on every page."""
        mark = f" · {SMALL_SHOWN}" if self.small_shown else ""
        return f"{self.title} · Definitions version {self.report.definitions_version}{mark}"

    def definitions(self) -> Mapping[str, Figure]:
        """The first figure of each definition, by id."""
        found: dict[str, Figure] = {}
        for figure in self.report.figures:
            found.setdefault(figure.id, figure)
        return found

    def rows(self) -> Iterable[Sequence[Cell]]:
        """The figures in the order of `COLUMNS`; dates are ISO."""
        asked = self.report.asked
        before = self.report.baseline or ("", "")
        ends = (
            *(asked.since.isoformat(), asked.until.isoformat(), str(before[0]), str(before[1])),
            *(asked.as_of.isoformat(), self.team, _yes(self.report.complete), _yes(self.small_shown)),
        )
        for each in self.report.figures:
            yield (
                *(each.id, each.label, self.group(each), each.numerator, each.denominator),
                *(each.value, each.low, each.high, each.unit, _yes(each.suppressed), each.reason),
                *("; ".join(each.beside), each.definition, each.version, *ends),
            )

    def document(self) -> dict[str, Any]:
        """The report as JSON promises it to other programs; groups are told by code."""
        asked, report = self.report.asked, self.report
        return {
            "report": report.name,
            "definitions_version": report.definitions_version,
            "period": {"from": asked.since, "to": asked.until},
            "baseline": {"from": report.baseline[0], "to": report.baseline[1]} if report.baseline else None,
            "as_of": asked.as_of,
            "team": asked.team,
            "complete": report.complete,
            "missing_devices": [
                {"device": each.device, "last_seen": each.last_seen} for each in report.missing_devices
            ],
            "figures": [_figure(each) for each in report.figures],
            "small_numbers_shown": self.small_shown,
        }

    def _label(self, code: str) -> str:
        return self.labels.get(code, code)


def _figure(each: Figure) -> dict[str, Any]:
    numbers = ("numerator", "denominator", "value", "low", "high")
    return {
        "id": each.id,
        "label": each.label,
        "group": dict(each.group),
        **{name: getattr(each, name) for name in numbers},
        "unit": each.unit,
        "suppressed": each.suppressed,
        "reason": each.reason,
        "definition": each.definition,
        "definition_version": each.version,
        "beside": list(each.beside),
    }


def _yes(said: bool) -> str:
    return "yes" if said else "no"
