"""How many of those referred are taken on (`clinical.md` 3.2)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, String, cast, func, select

from smf_core.domain.referral import ReferralStatus, Source
from smf_core.figures.episodes import Unsought, month_of, names, referred_from
from smf_core.figures.figure import Asked, Counted, Definition, Split, share
from smf_core.records import tables as t
from smf_core.records.queries.batches import codes

NOBODY = "Nobody was referred in this period."
NOT_TRIAGED = "None of the referrals received in this period has been triaged yet."
NO_NURSE = "A referral has no nurse until it is accepted, so this is not told of one nurse."
_R = t.referral.c
_RECEIVED_ON = Unsought(_R.received_on)
"""A column of dates is compared as numbers by SQLite, each text being looked at for one: a third of the time."""
_NOTHING = cast("", String)
_PARTS = {Split.NONE: _NOTHING, Split.SKILL: _R.skills, Split.MONTH: month_of(_R.received_on), Split.TEAM: _R.team}


def acceptance_by_core_team(connection: Connection, asked: Asked) -> tuple[Counted, ...]:
    """The acceptance rate of what core teams referred, by the name they are known by; "" where none was given."""
    return tuple(_told(_counts(connection, replace(asked, by=Split.NONE), by_referrer=True)))


def _acceptance(connection: Connection, asked: Asked) -> Iterable[Counted]:
    if asked.nurse:
        return [Counted(reason=NO_NURSE)]
    return _told(_counts(connection, asked)) or [share(0, 0, nobody=NOBODY)]


def _counts(connection: Connection, asked: Asked, *, by_referrer: bool = False) -> Mapping[str, Counter[str]]:
    """How many referrals have each status, by part."""
    part = _R.referrer if by_referrer else _PARTS[asked.by]
    wanted = [
        _RECEIVED_ON.between(asked.since, asked.until),
        *([_R.team == asked.team] if asked.team else []),
        *([names(_R.skills, asked.skill)] if asked.skill else []),
        *([referred_from(asked.locality, _R.referrer)] if asked.locality else []),
        *([_R.source == Source.CORE_TEAM.value] if by_referrer else []),
    ]
    # The whole is grouped by nothing that is the same of all: SQLite would sort it.
    groups = (_R.status,) if part is _NOTHING else (part, _R.status)
    rows = connection.execute(select(part, _R.status, func.count()).where(*wanted).group_by(*groups))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, status, many in map(tuple, rows):
        for each in codes(name) if asked.by is Split.SKILL else (name.strip(" "),):
            found[each][status] += many
    return found


def _told(counts: Mapping[str, Counter[str]]) -> list[Counted]:
    found = []
    for name, by_status in sorted(counts.items()):
        waiting = by_status[ReferralStatus.RECEIVED]
        found.append(
            share(
                by_status[ReferralStatus.ACCEPTED],
                by_status.total() - waiting,
                part=name,
                nobody=NOT_TRIAGED,
                beside=(f"{waiting} received and not yet triaged are left out",),
            )
        )
    return found


ACCEPTANCE_RATE = Definition(
    id="acceptance_rate",
    label="Referrals accepted",
    unit="referrals",
    version="1",
    words=(
        "Of the referrals received in the period, those accepted. One that waits for information is counted among "
        "those received; one that nobody has triaged yet is left out of both. Told apart by skill, a referral for "
        "several skills counts in each."
    ),
    count=_acceptance,
    splits=frozenset(_PARTS),
)
