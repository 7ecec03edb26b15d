"""Red flags: open from the moment they are written until a registered nurse closes them."""

from smf_core.domain.red_flag import RedFlagState
from smf_core.domain.teaching_trouble import UnknownRedFlag, WhatWasDoneNeeded
from smf_core.policy.rules import Action, require
from smf_core.records.queries.red_flags import flag as flag_of
from smf_desktop.services.people import writable
from smf_desktop.services.session import Session, Touched


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
