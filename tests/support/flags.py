"""A red flag that is open, without the visit or the call in which it was seen."""

from smf_core.domain.red_flag import Urgency
from smf_desktop.services.session import Session, new_item
from tests.support.visits import Home


def flag_seen(session: Session, home: Home, sign: str, urgency: Urgency) -> None:
    said = {"urgency": urgency.value, "at": session.now().isoformat(), "action": "Rang 999", "told": "Ambulance"}
    said |= {"patient": home.patient, "sign": sign, "episode": next(iter(home.episodes.values()))}
    with session.work() as work:
        work.save([new_item("red_flag", session.new_id(), "seen", **said)], patient=home.patient)
