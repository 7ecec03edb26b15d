"""Private alerts (safeguarding, staff safety): marked for everyone, read one at a time, each reading noted first."""

from smf_core.domain.teaching_trouble import UnknownPatient
from smf_core.policy.rules import Action, require
from smf_core.records.queries.patients import private_alert
from smf_desktop.services.auditing import REVEAL, note
from smf_desktop.services.session import Session


def read_private_note(session: Session, alert: str) -> str:
    """The words of one private alert. That it was opened is on disk before they are answered.

    Raises `UnknownPatient` where it has been ended.
    """
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        found = private_alert(connection, alert)
    if found is None:
        raise UnknownPatient
    patient, said = found
    note(session, REVEAL, patient)
    return "\n".join(filter(None, (said.text, said.detail)))
