"""What the reports page reads: for whom, with what hidden, and from the hub where this laptop does not hold all."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date
from pathlib import Path

import msgspec
import pytest

from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Split
from smf_core.figures.report import NotHeard, asked_of
from smf_core.policy.rules import NotAllowed
from smf_desktop.presenters.reports.choice import SAME_BEFORE, Choice, choice_kept
from smf_desktop.services.reporting.page import of_the_hub, report_facts, rows_facts, save_choice, with_laptops
from smf_desktop.services.session import Session
from tests.support.demos import half_a_year
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template

__all__ = ["laptop", "store_template", "team"]

ALL_DAYS = Choice(period="days", days=(date(2026, 5, 17), date(2026, 11, 17)))
THIS_MONTH = Choice(period="this", why_small="checking")


@pytest.fixture(scope="module")
def lead(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    for made in half_a_year(tmp_path_factory):
        yield made.sessions["lead"]


@dataclass
class Everybody:
    """A hub that holds what this store does, and answers as one does."""

    session: Session

    def figure(self, name: str, asked: Mapping[str, str]) -> bytes:
        wanted = Asked(
            since=date.fromisoformat(asked["from"]),
            until=date.fromisoformat(asked["to"]),
            as_of=date.fromisoformat(asked["as_of"]),
            skill=asked.get("skill", ""),
            by=Split(asked.get("by", "")),
        )
        with self.session.read() as connection:
            return msgspec.json.encode({"figures": figures(connection, name, wanted)})


def test_only_those_who_read_figures_have_the_page(team: Team) -> None:
    for session in (team.nurse, team.assistant):
        with pytest.raises(NotAllowed):
            report_facts(session, Choice(), joined=False)
        with pytest.raises(NotAllowed):
            rows_facts(session, Choice())
    assert (report_facts(team.lead, Choice(), joined=False).may_show_small) is True
    admin = report_facts(team.admin, Choice(), joined=False)
    assert (admin.may_export, admin.may_show_small) == (True, False)


def test_small_numbers_are_hidden_but_for_a_reason(lead: Session) -> None:
    hidden, shown = (report_facts(lead, replace(THIS_MONTH, why_small=why), joined=False) for why in ("", "checking"))
    assert any(each.suppressed for each in hidden.report.figures)
    assert not any(each.suppressed for each in shown.report.figures)
    assert hidden.whole == shown.whole == shown.report


def test_rows_are_counted_as_they_would_be_saved(lead: Session) -> None:
    facts, found = report_facts(lead, THIS_MONTH, joined=False), rows_facts(lead, THIS_MONTH)
    assert facts.rows == found.total == len(found.rows) > 0
    assert all(row.month == "2026-11" for row in found.rows)


def test_the_rows_shown_first_are_those_of_the_file(lead: Session, tmp_path: Path) -> None:
    choice = ALL_DAYS
    facts, found = report_facts(lead, choice, joined=False), rows_facts(lead, choice)
    save_choice(lead, None, facts, "csv", tmp_path / "out.csv", lambda done, total: True)
    with (tmp_path / "out-rows.csv").open(encoding="utf-8-sig", newline="") as file:
        saved = [tuple(row[1:]) for row in list(csv.reader(file))[1:]]
    assert saved == [tuple(map(str, astuple(row))) for row in found.rows]
    assert len(saved) > 5


def test_of_fewer_than_five_no_row_is_shown_that_no_file_would_hold(lead: Session) -> None:
    few = next(
        choice
        for skill in ("wound", "insulin", "catheter_care", "compression")
        for choice in (Choice(period="months:3", skill=skill), Choice(period="this", skill=skill))
        if 0 < rows_facts(lead, replace(choice, why_small="audit")).total < 5
    )
    assert rows_facts(lead, few).rows == ()
    assert report_facts(lead, few, joined=False).rows == 0


def test_a_report_is_of_one_nurse_or_one_locality_where_that_is_asked(lead: Session) -> None:
    options = report_facts(lead, Choice(), joined=False).options
    assert [name for name, _ in options.localities] == ["North", "South"]

    def ended(choice: Choice) -> float:
        return report_facts(lead, choice, joined=False).whole.figures[0].denominator or 0

    everybody = ended(ALL_DAYS)
    nurses = [ended(replace(ALL_DAYS, nurse=nurse)) for nurse, _ in options.nurses]
    places = [ended(replace(ALL_DAYS, locality=place)) for place, _ in options.localities]
    assert 0 < max(nurses) < everybody <= sum(nurses)
    assert 0 < sum(places) < everybody


def test_what_was_chosen_is_kept_but_never_that_small_numbers_are_shown() -> None:
    choice = Choice(report="caseload", period="days", days=(date(2026, 1, 1), date(2026, 3, 31)), by=Split.SKILL)
    assert choice_kept(replace(choice, why_small="audit", nurse="n1").to_keep()) == replace(choice, nurse="n1")
    for broken in (None, b"", b"not JSON", b"[]", b'{"report":"of another version"}', b'{"by":"nobody"}'):
        assert choice_kept(broken) == Choice()


def test_the_baseline_is_of_the_days_it_says(lead: Session) -> None:
    stated = report_facts(lead, Choice(), joined=False)
    assert stated.against == stated.stated
    assert stated.before is not None
    year = report_facts(lead, Choice(baseline=SAME_BEFORE), joined=False)
    assert year.against == (date(2024, 11, 1), date(2025, 10, 31))


def test_what_this_laptop_does_not_hold_the_hub_tells(lead: Session) -> None:
    choice = replace(Choice(), by=Split.SKILL, why_small="checking")
    here = report_facts(lead, choice, joined=True)
    alone = report_facts(lead, choice, joined=False)
    told = of_the_hub(lead, Everybody(lead), replace(here, held=False, ask_hub=True))
    assert told.report.figures == alone.report.figures
    assert (told.held, told.ask_hub, told.of_hub) == (True, False, True)
    hidden = of_the_hub(lead, Everybody(lead), replace(here, choice=replace(choice, why_small="")))
    assert any(each.suppressed for each in hidden.report.figures)


def test_what_the_hub_told_is_saved_without_rows(lead: Session, tmp_path: Path) -> None:
    told = of_the_hub(lead, Everybody(lead), report_facts(lead, THIS_MONTH, joined=False))
    saved = save_choice(lead, None, told, "csv", tmp_path / "figures.csv", lambda done, total: True)
    assert saved.rows == 0
    assert [path.name for path in tmp_path.iterdir()] == ["figures.csv"]
    assert saved.report.figures == told.whole.figures


def test_a_laptop_not_heard_of_makes_it_incomplete(lead: Session) -> None:
    facts = report_facts(lead, THIS_MONTH, joined=False)
    late = with_laptops(facts, (NotHeard("Priya's laptop", ""),))
    assert (late.report.complete, late.heard) == (False, True)
    assert (with_laptops(facts, None).heard, with_laptops(facts, ()).report.complete) == (False, True)


def test_a_report_asks_every_figure_whole_or_told_apart() -> None:
    asked = THIS_MONTH.asked(date(2026, 11, 17))
    told = [(name, of.by) for name, of in asked_of("visits-to-discharge", replace(asked, by=Split.TEAM))]
    assert told[:2] == [("visits_to_discharge_median", Split.NONE), ("visits_to_discharge_median", Split.TEAM)]
