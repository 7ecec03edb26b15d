"""The page of what core teams count and what it is held against, in words of one moment."""

from dataclasses import replace
from datetime import date, timedelta

from smf_core.domain.day_trouble import DaysTurnedRound
from smf_core.domain.stated import CORE_REFERRALS_CHART, BaselineOf
from smf_core.figures.core_chart import core_referral_chart
from smf_core.figures.core_counts import baseline_stated
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked
from smf_core.policy.rules import Action, may, require
from smf_core.records.queries.stated import core_counts
from smf_desktop.presenters.service.core_teams import FIGURES, CoreTeamsFacts
from smf_desktop.presenters.team.words import periods
from smf_desktop.services.service.baselines import baselines, rebases, usual_visits
from smf_desktop.services.session import Session


def core_teams_facts(session: Session, days: tuple[date, date] | None = None) -> CoreTeamsFacts:
    """The page of these days, both included; of `usual_days` where none are said.

    Raises `NotAllowed` or `DaysTurnedRound`.
    """
    require(session.user, Action.READ_FIGURES)
    since, until = days or usual_days(session)
    if until < since:
        raise DaysTurnedRound
    asked = Asked(since=since, until=until, as_of=session.today())
    library = session.checklists
    with session.read(counts=True) as connection:
        counts = tuple(core_counts(connection).values())
        months = [each.month for each in counts]
        whole_time = replace(asked, since=min((*months, since)), until=max((*months, until)))
        chart = core_referral_chart(connection, whole_time)
        found = tuple(figures(connection, name, asked)[0] for name in FIGURES)
    return CoreTeamsFacts(
        asked=asked,
        at=session.now(),
        figures=found,
        counts=counts,
        baselines=baselines(session, BaselineOf.CORE_REFERRALS),
        usual_stated=baselines(session, BaselineOf.CORE_VISITS),
        usual=usual_visits(session),
        rebases=rebases(session, CORE_REFERRALS_CHART),
        chart=chart,
        skills=tuple((skill, library.newest(skill).label) for skill in library.skills),
        may_import=may(session.user, Action.IMPORT_CORE_COUNTS).allowed,
        may_state=may(session.user, Action.STATE_BASELINE).allowed,
    )


def usual_days(session: Session) -> tuple[date, date]:
    """The last twelve whole months, of these the ones after the baseline: what is held against does not overlap it.

    Raises `NotAllowed`.
    """
    require(session.user, Action.READ_FIGURES)
    _, _, (since, until) = periods(session.today())[0]
    with session.read() as connection:
        stated = baseline_stated(connection)
    if stated and stated.until and since <= stated.until < until:
        since = stated.until + timedelta(days=1)
    return since, until
