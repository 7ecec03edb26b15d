"""What the reports page says: no percentage of few, no change without its interval, no figure of nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from smf_core.figures.definitions import DEFINITIONS, VERSION
from smf_core.figures.figure import Asked, Figure, Split
from smf_core.figures.referred import Referred
from smf_core.figures.report import REPORTS, NotHeard, Report
from smf_core.figures.suppression import hide_small
from smf_desktop.presenters.reports.choice import (
    OTHER_DAYS,
    REPORT_NAMES,
    SAME_BEFORE,
    Choice,
    baseline_options,
    just_before,
    period_options,
)
from smf_desktop.presenters.reports.facts import Choices, PersonRow, ReportFacts, RowsFacts, SavedReport
from smf_desktop.presenters.reports.means import MEANS, ORDER, UNDER
from smf_desktop.presenters.reports.page import INCOMPLETE, NOT_HEARD, person_words, report_rows, rows_about
from smf_desktop.presenters.reports.rows import figure_rows

TODAY = date(2026, 11, 17)
YEAR = Asked(since=date(2025, 11, 1), until=date(2026, 10, 31), as_of=TODAY)


def figure(name: str, number: float | None, among: float | None, value: float | None, **more: Any) -> Figure:
    definition = DEFINITIONS[name]
    told = Figure(
        id=name,
        label=definition.label,
        group={},
        numerator=number,
        denominator=among,
        value=value,
        low=None,
        high=None,
        unit=definition.unit,
        reason="",
        beside=(),
        definition=definition.words,
        version=definition.version,
    )
    return replace(told, **more)


RATE = figure("discharge_rate", 141, 190, 141 / 190, low=0.676, high=0.799)
A_MONTH = figure("core_referrals_per_month", 4_452, 12, 371.0)
FELL = figure("core_referral_change", 4_452, 4_948, -0.1, low=-0.139, high=-0.06)


def facts_of(*figures: Figure, **more: Any) -> ReportFacts:
    report = Report(name="caseload-reduction", asked=YEAR, definitions_version=VERSION, figures=figures)
    found = ReportFacts(
        choice=Choice(),
        whole=report,
        report=report,
        before=None,
        against=None,
        referred=Referred(212, 14, 8),
        unsigned=0,
        rows=190,
        at=datetime(2026, 11, 17, 16, 42, tzinfo=UTC),
        labels={"insulin": "Insulin", "derby": "Derby City"},
        options=Choices(
            teams=(("derby", "Derby City"),),
            skills=(("insulin", "Insulin"),),
            nurses=(("amina", "Amina Patel"),),
            localities=(("North", "North"),),
        ),
        stated=None,
        may_export=True,
        may_show_small=True,
    )
    return replace(found, **more)


def test_every_figure_says_what_it_means_and_every_report_has_a_name() -> None:
    assert MEANS.keys() == DEFINITIONS.keys()
    assert {*ORDER, *UNDER, *UNDER.values()} <= DEFINITIONS.keys()
    assert REPORT_NAMES.keys() == REPORTS.keys()


def test_a_rate_stands_with_what_it_was_counted_from_and_its_interval() -> None:
    (row,) = figure_rows(facts_of(RATE))
    assert (row.said.value, row.said.counted, row.said.interval) == ("74%", "141 of 190", "68% to 80%")
    assert row.definition == RATE.definition
    assert row.spoken.startswith("Discharged to self-care. Figure 74%. Counted from 141 of 190. 95% CI 68% to 80%.")


def test_a_change_stands_with_its_number_its_baseline_and_its_interval() -> None:
    before = figure("core_referrals_per_month", 4_948, 12, 412.3)
    (row,) = figure_rows(facts_of(A_MONTH, FELL, before=before))
    assert (row.said.value, row.said.unit, row.said.counted) == ("371", "a month", "4,452 in 12 months")
    assert (row.said.interval, row.said.baseline) == ("–", "412 a month")
    assert (row.said.change, row.said.change_interval) == ("−10.0%", "−13.9% to −6.0%")
    assert "limits" not in row.spoken


def test_without_a_baseline_there_is_no_change_and_the_row_says_why() -> None:
    untold = figure("core_referral_change", None, None, None, reason="No baseline is stated.")
    (row,) = figure_rows(facts_of(A_MONTH, untold))
    assert (row.said.baseline, row.said.change, row.said.change_interval) == ("No baseline", "–", "")
    assert row.beside == ("No baseline is stated.",)


def test_where_nothing_was_counted_a_sentence_stands_in_place_of_the_figure() -> None:
    nobody = figure("discharge_rate", 0, 0, None, reason="Nobody's teaching ended in this period.")
    (row,) = figure_rows(facts_of(nobody))
    assert (row.said.value, row.said.interval, row.said.change) == ("", "", "")
    assert row.reason == "Nobody's teaching ended in this period."
    rows = report_rows(facts_of(nobody, referred=Referred(0, 0, 0)))
    assert rows.sentence.startswith("These rates are of the people whose teaching ended, not of everyone referred.")
    assert "%" not in rows.sentence


@pytest.mark.parametrize("hide", [True, False])
def test_of_fewer_than_ten_the_counts_stand_and_no_percentage(hide: bool) -> None:
    few = figure("acceptance_rate", 7, 7, 1.0, low=0.65, high=1.0)
    told = facts_of(few)
    (row,) = figure_rows(replace(told, report=hide_small(told.report)) if hide else told)
    assert (row.said.value, row.said.interval, row.reason) == ("7 of 7", "", "")
    assert "%" not in row.spoken


def test_what_is_hidden_is_said_to_be_under_five() -> None:
    small = figure("rereferral_90", 3, 120, 0.025, low=0.01, high=0.07)
    told = facts_of(small)
    (row,) = figure_rows(replace(told, report=hide_small(told.report)))
    assert row.said.value == ""
    assert row.reason == "Under 5, or hidden so that nothing under 5 can be worked out."
    assert "3" not in row.reason
    alone = figure("no_access_rate", 3, 120, 0.025)
    (row,) = figure_rows(replace(told, report=hide_small(replace(told.report, figures=(alone,)))))
    assert row.reason == "Under 5 of 120"


def test_a_median_says_how_far_it_is_known() -> None:
    whole = figure("visits_to_discharge_median", 46, 64, 7, low=6, high=7)
    wide = replace(whole, group={"skill": "insulin"}, value=5, low=2, high=None)
    never = replace(whole, group={"skill": "wound"}, value=None, low=None, reason="Not reached: fewer than half.")
    rows = figure_rows(facts_of(whole, wide, never))
    assert [row.said.interval for row in rows] == ["6 to 7", "2 to not reached", ""]
    assert [(row.measure, row.under) for row in rows] == [
        ("Visits to discharge", False),
        ("Insulin", True),
        ("wound", True),
    ]
    assert rows[2].reason == "Not reached: fewer than half. 46 of 64."
    *_, known = figure_rows(facts_of(whole, replace(never, low=5)))
    assert (known.said.value, known.said.interval) == ("", "5 or more")
    assert rows[1].title == "Visits to discharge: Insulin"


def test_visits_released_are_an_estimate_gross_and_net_and_never_a_product() -> None:
    gross = figure("visits_released_gross", 7_527.1, 106, 7_527.1)
    net = figure("visits_released_net", 6_763.2, 147, 6_763.2)
    rows = figure_rows(facts_of(gross, net))
    assert [(row.estimate, row.said.value, row.said.counted) for row in rows] == [
        (True, "7,527", "106 discharges"),
        (True, "6,763", "147 ended pathways"),
    ]
    assert rows[0].spoken.startswith("Core visits released, gross, estimate.")
    assert "×" not in "".join(row.means + row.definition for row in rows)


def test_parts_stand_under_their_figure_and_a_month_is_written_as_one() -> None:
    parts = [replace(RATE, id="discharge_rate_episode", group={"month": month}) for month in ("2026-09", "2026-10", "")]
    head, *rows = figure_rows(facts_of(*parts))
    assert head.said.value == ""
    assert head.means.endswith("Told by month below.")
    assert [row.measure for row in rows] == ["Sep-2026", "Oct-2026", "Not known"]


def test_the_page_says_whose_figures_and_what_is_not_in_them() -> None:
    rows = report_rows(facts_of(RATE, unsigned=3))
    assert (rows.title, rows.about) == ("Caseload reduction report", "All teams · 01-Nov-2025 to 31-Oct-2026")
    assert rows.sentence == (
        "74% is of the 190 people whose teaching ended, not of everyone referred. 212 people were referred in the "
        "period: 14 sent back, 8 ended without a visit."
    )
    assert rows.notice == "3 visits on this laptop are still unsigned and not counted."
    assert rows.dock == ("190 rows, pseudonymised. The export and who made it are written to the audit trail.")
    hidden = report_rows(facts_of(RATE, referred=Referred(212, 2, 0)))
    assert hidden.sentence.endswith(
        "212 people were referred in the period: under 5 sent back, 0 ended without a visit."
    )


def test_who_saved_it_last_and_days_that_overlap_are_said() -> None:
    saved = SavedReport(date(2026, 1, 1), date(2026, 6, 30), "Daniel Marsh", datetime(2026, 11, 2, tzinfo=UTC))
    facts = facts_of(RATE, last=saved, overlaps=(saved,))
    rows, asked = report_rows(facts), facts.whole.asked
    assert rows.last == "Last exported 02-Nov-2026 by Daniel Marsh"
    assert rows.overlap.startswith("Exported for 01-Jan-2026 to 30-Jun-2026 by Daniel Marsh on 02-Nov-2026.")
    same_days = replace(saved, since=asked.since, until=asked.until)
    said = report_rows(facts_of(RATE, overlaps=(same_days,))).overlap
    assert "with another choice of people by Daniel Marsh" in said
    assert report_rows(facts_of(RATE)).last == report_rows(facts_of(RATE)).overlap == ""


def test_what_may_be_missing_is_said() -> None:
    whole = facts_of(RATE)
    late = replace(whole, report=replace(whole.report, missing_devices=(NotHeard("Priya's laptop", ""),)))
    assert report_rows(whole).incomplete == ""
    assert report_rows(replace(whole, held=False)).incomplete == INCOMPLETE
    assert report_rows(late).incomplete == "Incomplete: work on Priya's laptop may not be in it."
    assert report_rows(replace(whole, heard=False)).incomplete == NOT_HEARD


def test_the_baseline_is_what_was_stated_the_year_before_or_days_of_ones_own() -> None:
    assert Choice().asked(TODAY).before is None
    assert Choice(baseline=SAME_BEFORE).asked(TODAY).before == (date(2024, 11, 1), date(2025, 10, 31))
    assert just_before(date(2024, 2, 1), date(2026, 1, 31)) == (date(2022, 2, 1), date(2024, 1, 31))
    assert just_before(date(2024, 2, 29), date(2024, 2, 29)) == (date(2023, 2, 28), date(2023, 2, 28))
    assert just_before(date(1, 1, 1), date(9, 1, 1)) is None
    stated = baseline_options((date(2024, 11, 1), date(2025, 10, 31)), Choice())
    assert stated[0] == ("stated", "01-Nov-2024 to 31-Oct-2025")
    assert baseline_options(None, Choice())[0] == ("stated", "None is stated")


def test_days_of_ones_own_stand_in_the_list_in_their_place() -> None:
    own = Choice(period=OTHER_DAYS, days=(date(2026, 3, 2), date(2026, 3, 9)), by=Split.SKILL)
    assert period_options(TODAY, own)[-1] == (OTHER_DAYS, "02-Mar-2026 to 09-Mar-2026")
    assert (own.asked(TODAY).since, own.asked(TODAY).by) == (date(2026, 3, 2), Split.SKILL)
    assert period_options(TODAY, Choice())[-1] == (OTHER_DAYS, "Other days...")


def test_rows_about_people_name_nobody() -> None:
    row = PersonRow("75 to 84", "female", "insulin", "2026-03", "independent", 7, 340)
    hidden = PersonRow("hidden", "not known", "hidden", "hidden", "hidden", 2, 60)
    found = RowsFacts((row, hidden), 240, {"insulin": "Insulin"})
    assert person_words(found) == (
        ("new code", "75 to 84", "female", "Insulin", "Mar-2026", "Independent", "7", "340"),
        ("new code", "hidden", "not known", "hidden", "hidden", "hidden", "2", "60"),
    )
    assert rows_about(found).startswith("The first 2 of 240. ")
    assert rows_about(RowsFacts((), 0)) == "Nobody's teaching ended in this period, so there are no rows."
