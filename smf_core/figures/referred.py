"""Who was referred in a period and never taught: a discharge rate counts whose teaching ended, and leaves them out."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from smf_core.domain.discharge import Outcome
from smf_core.domain.referral import ReferralStatus
from smf_core.figures.episodes import names, referred_from
from smf_core.figures.figure import Asked
from smf_core.records import tables as t

_R, _E = t.referral.c, t.episode.c


@dataclass(frozen=True, slots=True)
class Referred:
    """People, each once: all who were referred, of them those sent back, and whose pathway ended with no visit."""

    people: int
    sent_back: int
    never_seen: int


def referred(connection: Connection, asked: Asked) -> Referred:
    """As the records stand now; a nurse is not asked about, as a referral has none until it is accepted."""
    wanted = [
        _R.received_on.between(asked.since, asked.until),
        *([_R.team == asked.team] if asked.team else []),
        *([names(_R.skills, asked.skill)] if asked.skill else []),
        *([referred_from(asked.locality, _R.referrer)] if asked.locality else []),
    ]
    people = select(func.count(_R.patient.distinct())).where(*wanted)
    unseen = (
        select(func.count(_E.patient.distinct()))
        .select_from(t.episode.join(t.referral, _R.id == _E.referral))
        .where(
            *wanted,
            *([_E.skill == asked.skill] if asked.skill else []),
            _E.closed_on.is_not(None),
            _E.outcome != Outcome.ENTERED_IN_ERROR.value,
            _E.id.not_in(select(t.counted_episode.c.episode)),
        )
    )
    return Referred(
        people=connection.execute(people).scalar_one(),
        sent_back=connection.execute(people.where(_R.status == ReferralStatus.REJECTED.value)).scalar_one(),
        never_seen=connection.execute(unseen).scalar_one(),
    )
