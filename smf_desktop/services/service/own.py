"""A nurse's own figures: of whoever is signed in and nobody else, in one read."""

from dataclasses import replace
from datetime import date, timedelta

from smf_core.figures.behind import people_behind
from smf_core.figures.definitions import figures
from smf_core.figures.figure import Asked, Split
from smf_core.figures.own import confidence_of, visits_made
from smf_core.policy.rules import Action, require
from smf_core.records.queries.caseload import rows_of_people
from smf_core.records.queries.patients import people_known
from smf_desktop.presenters.service.own import DISCHARGED, NO_ACCESS, TAUGHT, OwnFacts
from smf_desktop.presenters.team.facts import PeopleFacts, Pointed
from smf_desktop.services.caseload.freshness import bring_few_up
from smf_desktop.services.figures import holds_all_since
from smf_desktop.services.service.quality import own_to_mend
from smf_desktop.services.session import Session

MEDIAN = "visits_to_discharge_median"


def own_figures(session: Session, since: date, until: date, *, joined: bool) -> OwnFacts:
    """The figures of whoever is signed in, for some days, both included. Raises `NotAllowed`."""
    require(session.user, Action.READ_OWN_FIGURES)
    behind = bring_few_up(session)
    today = session.today()
    asked = Asked(since=since, until=until, as_of=today, nurse=session.user.id)
    month = today.replace(day=1)
    last = (month - timedelta(days=1)).replace(day=1)
    to_mend = own_to_mend(session)
    with session.read(counts=True) as connection:
        taught = dict.fromkeys(one.patient for one in people_behind(connection, TAUGHT, asked))
        return OwnFacts(
            asked=asked,
            at=session.now(),
            figures={name: figures(connection, name, asked)[0] for name in (DISCHARGED, NO_ACCESS, TAUGHT)},
            medians=figures(connection, MEDIAN, replace(asked, by=Split.SKILL)),
            this_month=visits_made(connection, asked.nurse, month, today),
            last_month=visits_made(connection, asked.nurse, last, month - timedelta(days=1)),
            lines=rows_of_people(connection, taught, today),
            confidence=confidence_of(connection, asked.nurse),
            to_mend=to_mend,
            library=session.checklists,
            behind=behind,
            whole=holds_all_since(session, asked.since, joined=joined),
            whole_months=holds_all_since(session, last, joined=joined),
        )


def own_days(session: Session, spans: tuple[tuple[date, date], ...], *, joined: bool) -> tuple[date, date]:
    """The first of these periods that this laptop holds whole, else the last of them."""
    return next((span for span in spans if holds_all_since(session, span[0], joined=joined)), spans[-1])


def own_people(session: Session, asked: Asked, name: str) -> PeopleFacts:
    """The people behind a figure of whoever is signed in. Raises `NotAllowed`, `NoSuchFigure`."""
    require(session.user, Action.READ_OWN_FIGURES)
    with session.read(counts=True) as connection:
        rows = people_behind(connection, name, replace(asked, nurse=session.user.id))
        known = people_known(connection, {one.patient for one in rows})
    return PeopleFacts(Pointed(name), rows, rows, known)
