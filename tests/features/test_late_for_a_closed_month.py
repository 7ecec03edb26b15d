"""A nurse's visit reaches the hub after the lead closed its month: the lead is told so, in so many words."""

from smf_core.domain.core_counts import month_after
from smf_core.figures.month_changes import Change
from smf_desktop.presenters.service.months import NOTHING_CHANGED, month_rows, summary
from smf_desktop.services.service.months import close_month, closed_months, then_and_now
from tests.support.postgres import postgres
from tests.support.three_laptops import Three, home, north, three
from tests.support.visits import Home

__all__ = ["home", "north", "postgres", "three"]


def test_what_came_late_is_counted_on_the_leads_laptop(three: Three, home: Home) -> None:
    lead = three.priya.session
    three.anna.signs(home)
    three.meet()
    month = lead.today().replace(day=1)
    three.passes(hours=1)
    three.tom.signs(home)  # and drives home with it
    days = (month_after(month) - lead.today()).days
    three.anna.laptop.clock.passes(days * 86_400)
    three.priya.laptop.clock.passes(days * 86_400)
    close_month(lead, month)
    (closed,) = closed_months(lead)
    assert summary(then_and_now(lead, closed.closed.id).rows) == NOTHING_CHANGED
    three.tom.exchange()
    three.priya.exchange()
    found = then_and_now(lead, closed.closed.id)
    assert {change: many for row in found.rows for change, many in row.why.items()} == {Change.VISITS_LATE: 1}
    words = {row.key: row.why for row in month_rows(found.rows, {}) if row.why}
    assert words["no_access_rate"] == "1 visit came after the month was closed."


def test_a_closed_month_reads_the_same_on_every_laptop_that_may_read_it(three: Three, home: Home) -> None:
    lead = three.priya.session
    days = (month_after(lead.today()) - lead.today()).days
    month = lead.today().replace(day=1)
    three.passes(days=days)
    close_month(lead, month)
    three.meet()
    (closed,) = closed_months(lead)
    with three.tom.session.read() as connection:
        assert connection.exec_driver_sql("SELECT id, digest FROM closed_month").all() == [
            (closed.closed.id, closed.closed.digest)
        ]
