"""Red flags: open from the moment they are written until a registered nurse closes them."""

from datetime import datetime

from smf_core.domain.red_flag import RedFlagState, Urgency
from smf_core.domain.teaching_trouble import CareInFuture, UnknownEpisode, UnknownRedFlag, WhatWasDoneNeeded
from smf_core.policy.rules import Action, require
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.merges import same_person
from smf_core.records.queries.red_flags import flag as flag_of
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched, new_item


def open_flag(
    session: Session,
    *,
    patient: str,
    sign: str,
    urgency: Urgency,
    at: datetime,
    action: str,
    told: str,
    episode: str | None = None,
    advised: str = "",
    next_check: str = "",
) -> tuple[str, Touched]:
    """Write a red flag down outside a visit. Answers its id."""
    require(session.user, Action.RECORD_RED_FLAG)
    if not action.strip():
        raise WhatWasDoneNeeded
    with session.work() as work:
        writable(work.connection, patient)
        if at > work.now:
            raise CareInFuture
        about = episode_of(work.connection, episode) if episode else None
        if episode and (about is None or not same_person(work.connection, about.patient, patient)):
            raise UnknownEpisode
        made = session.new_id()
        payload = {"urgency": urgency.value, "at": at.isoformat(), "action": action, "told": told}
        payload |= {"advised": advised, "next_check": next_check, "episode": episode or ""}
        work.save([new_item("red_flag", made, "seen", patient=patient, sign=sign, **payload)], patient=patient)
    return made, frozenset(work.touched)


def close_flag(session: Session, flag_id: str, action: str) -> Touched:
    """Close a red flag with what was done: a registered nurse's act."""
    return _settle(session, flag_id, RedFlagState.CLOSED, action)


def reopen_flag(session: Session, flag_id: str, action: str) -> Touched:
    """Open a closed red flag again, saying why."""
    return _settle(session, flag_id, RedFlagState.OPEN, action)


def _settle(session: Session, flag_id: str, state: RedFlagState, action: str) -> Touched:
    require(session.user, Action.CLOSE_RED_FLAG)
    if not action.strip():
        raise WhatWasDoneNeeded
    with session.work() as work:
        flag = flag_of(work.connection, flag_id)
        if flag is None:
            raise UnknownRedFlag
        writable(work.connection, flag.patient)
        payload = {"state": state.value, "by": session.user.id, "at": session.now().isoformat(), "action": action}
        work.save([work.change("red_flag", flag_id, "closing", payload)], patient=flag.patient)
    return frozenset(work.touched)
