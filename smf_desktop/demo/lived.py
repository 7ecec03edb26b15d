"""One life as it is lived: every act goes through the same services as a nurse's, at the time it happens.

A life is a generator. It yields the moment at which it goes on; whoever runs it sets the clock to that moment first.
Where the rules refuse what was drawn, it does what a nurse would.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from smf_core.domain.discharge import FAVOURABLE, Outcome
from smf_core.domain.referral import Source
from smf_desktop.demo.arrival import arrived, working_day
from smf_desktop.demo.plan import Life, Triage, draw_course
from smf_desktop.demo.so_far import Pathway, Service, SoFar
from smf_desktop.demo.visits import taught


def lived(service: Service, life: Life) -> Iterator[datetime]:
    """Referral, triage, teaching, the end, and perhaps a return."""
    so_far = SoFar(service, life)
    yield from arrived(so_far)
    if not so_far.pathways or life.triage is Triage.LIST:
        return
    yield from taught(so_far)
    last = so_far.ended
    if not so_far.pathways and last is not None and last.outcome in FAVOURABLE and not life.at:
        yield from _returns(so_far, last)


def _returns(so_far: SoFar, pathway: Pathway) -> Iterator[datetime]:
    """4 % are referred again within 30 days and 9 % within 90, more of those with agreed support."""
    more = 1.4 if pathway.outcome is Outcome.INDEPENDENT_SUPPORT else 1.0
    chance = so_far.dice.random() / more
    if chance >= 0.09:
        return
    days = so_far.dice.randrange(5, 30) if chance < 0.04 else so_far.dice.randrange(31, 90)
    on = working_day(so_far.session.today() + timedelta(days=days))
    life = so_far.life
    course = draw_course(so_far.dice, pathway.course.skill, life.person, on, so_far.service.library)
    yield from lived(
        so_far.service,
        replace(
            life,
            seed=f"{life.seed}:again",
            courses=(course,),
            received=on,
            source=so_far.dice.choice((Source.SELF, Source.GP, Source.CORE_TEAM)),
            at=(),
            twice=False,
            again=True,
        ),
    )
