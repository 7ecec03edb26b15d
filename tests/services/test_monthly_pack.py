"""The pack of a closed month: all of it in one document, nothing small in it, and noted before it is there."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from smf_core.domain.planned import ToDo
from smf_core.figures.months import LATER_HIDDEN
from smf_core.policy.rules import NotAllowed
from smf_desktop.reports.figures.pack_file import HIDDEN_MEANS, NO_CHANGES
from smf_desktop.services.auditing import REPORT
from smf_desktop.services.reporting.exporting import Earlier, WhyShown, overlaps
from smf_desktop.services.reporting.making import Wanted, asked_for
from smf_desktop.services.service.core_counts import import_core_referrals
from smf_desktop.services.service.months import close_month, closed_months, note_month
from smf_desktop.services.service.pack import SMALL_MONTHS, pack_of, save_pack
from smf_desktop.services.session import Session
from smf_desktop.trouble import FileUnwritable, ReportStopped
from tests.support.pdfs import words
from tests.support.sessions import Team, team
from tests.support.stores import laptop, store_template
from tests.support.team_page import core_counts
from tests.support.visits import Home, at_home, taught

__all__ = ["laptop", "store_template", "team"]

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def closed(team: Team) -> str:
    """November, closed on the fifth of December with a few people in it; then a visit came late."""
    home = at_home(team)
    taught(team, home, days_ago=5)
    team.clock.at = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)
    close_month(team.lead, NOVEMBER)
    (found,) = closed_months(team.lead)
    note_month(team.lead, found.closed.id, "Two nurses\nwere away", [ToDo("Ring <b> #panic()", "Dr Osei", NOVEMBER)])
    late(team, home)
    return found.closed.id


def late(team: Team, home: Home) -> None:
    taught(team, home, days_ago=10)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()]


def pack(session: Session, closed_id: str, out: Path, show_small: WhyShown | None = None) -> str:
    save_pack(session, closed_id, out, show_small)
    return words(out.read_bytes())


def test_all_of_a_month_stands_in_one_tagged_document(team: Team, closed: str, tmp_path: Path) -> None:
    out = tmp_path / "pack.pdf"
    said = pack(team.lead, closed, out, WhyShown.COMMISSIONER)
    for words_of_it in (
        "Monthly pack, Nov-2026",
        "closed 05-Dec-2026 09:00, Lead Example",
        "Two nurses",
        "Ring <b> #panic()",
        "Dr Osei 01-Nov-2026",
        "Measure Nov-2026 Oct-2026",
        "Oct-2026, not closed, so as the records stand now",
        "1 visit came after the month was closed.",
        "Small numbers shown. Keep this pack inside the service.",
        "What each figure means",
    ):
        assert words_of_it in said
    pdf = out.read_bytes()
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    assert files(tmp_path) == [out]


def test_nothing_small_leaves_with_it_nor_what_came_late_of_a_few(team: Team, closed: str, tmp_path: Path) -> None:
    said = pack(team.lead, closed, tmp_path / "pack.pdf")
    assert HIDDEN_MEANS in said
    assert LATER_HIDDEN in said
    assert "under 5 visits came after the month was closed." in said.casefold()
    assert "1 visit " not in said
    assert "Small numbers shown" not in said


def test_it_is_in_the_audit_with_its_digest_and_later_reports_are_warned(
    team: Team, closed: str, tmp_path: Path
) -> None:
    out = tmp_path / "pack.pdf"
    save_pack(team.admin, closed, out)
    digest = sha256(out.read_bytes()).hexdigest()
    (noted,) = team.lead.store.noted(REPORT)
    assert noted.detail == (
        f'report=monthly-pack format=pdf from=2026-11-01 to=2026-11-30 of={{"team":"{team.lead.team}"}} small=hidden '
        f"rows=0 sha256={digest}"
    )
    asked = asked_for(team.lead, Wanted(since=date(2026, 11, 1), until=date(2026, 12, 4)))
    days = (NOVEMBER, date(2026, 11, 30))
    expected = Earlier("monthly-pack", *days, team.admin.user.id, noted.at, {"team": team.lead.team})
    assert overlaps(team.lead, "discharge-rates", asked) == (expected,)


def test_who_may_not_and_what_is_stopped_leave_no_file_and_no_note(team: Team, closed: str, tmp_path: Path) -> None:
    out = tmp_path / "pack.pdf"
    with pytest.raises(NotAllowed):
        save_pack(team.nurse, closed, out)
    with pytest.raises(NotAllowed):
        save_pack(team.admin, closed, out, WhyShown.CHECKING)
    with pytest.raises(ReportStopped):
        save_pack(team.lead, closed, out, progress=lambda done, total: done < 1)
    with pytest.raises(FileUnwritable):
        save_pack(team.lead, closed, tmp_path / "not there" / "pack.pdf")
    assert not files(tmp_path)
    assert not team.lead.store.noted(REPORT)


def test_the_month_before_stands_as_it_was_closed_and_charts_have_their_words(team: Team, tmp_path: Path) -> None:
    core_counts(team)
    close_month(team.lead, date(2026, 9, 1))
    close_month(team.lead, date(2026, 10, 1))
    newest = closed_months(team.lead)[0].closed
    assert newest.month == date(2026, 10, 1)
    said = pack(team.lead, newest.id, tmp_path / "pack.pdf")
    assert "Sep-2026, as it was closed" in said
    assert NO_CHANGES in said
    assert SMALL_MONTHS not in said
    (drawn,) = pack_of(team.lead, newest.id).pictures
    assert drawn.words.startswith("Referrals to core teams each month, Nov-24 to Oct-26, 24 months.")
    assert drawn.words.endswith("Every core team, until 31-Oct-2026, data as at 17-Nov-2026.")


def test_a_chart_with_a_small_month_is_left_out_and_that_is_said(team: Team, tmp_path: Path) -> None:
    import_core_referrals(team.lead, b"month,team,count\n2026-09,Derby City,3\n2026-10,Derby City,9\n")
    close_month(team.lead, date(2026, 10, 1))
    (found,) = closed_months(team.lead)
    assert SMALL_MONTHS in pack(team.lead, found.closed.id, tmp_path / "pack.pdf")
    assert SMALL_MONTHS not in pack(team.lead, found.closed.id, tmp_path / "shown.pdf", WhyShown.AUDIT)
