"""The hub of one place as an application."""

from collections.abc import Mapping

from fastapi import FastAPI

from smf_core.operations.enrolment import Again, Enrol, Enrolled
from smf_core.operations.hub import Hub
from smf_hub.app.behind import Known
from smf_hub.app.web import app_over
from smf_hub.ports import Caller, Clock
from smf_hub.service import people
from smf_hub.service.enrolling import come_back, enrol
from smf_hub.service.figures import told
from smf_hub.service.greeting import check_token
from smf_hub.service.laptop import LaptopHub
from smf_hub.service.place import Place
from smf_hub.store import feeds


def make_app(place: Place) -> FastAPI:
    """The application over an open place, which whoever opened it closes."""
    return app_over(OfPlace(place))


class OfPlace:
    """Implements `Behind` by the services of a place."""

    def __init__(self, place: Place) -> None:
        self._place = place

    @property
    def clock(self) -> Clock:
        return self._place.world.clock

    @property
    def signing_key(self) -> bytes:
        return self._place.identity.signing_key

    def known(self, device: str, *, lately: bool = False) -> Known | None:
        noted = people.noted_lately(self._place, device) if lately else people.noted(self._place, device)
        if noted is None:
            return None
        return Known(noted.device.public_key, people.caller(noted.device, noted))

    def token_holds(self, device: str, token: str) -> bool:
        return check_token(self._place, device, token)

    def hub(self, caller: Caller) -> Hub:
        return LaptopHub(self._place, caller)

    def enrol(self, said: Enrol) -> Enrolled:
        return enrol(self._place, said)

    def come_back(self, said: Again) -> None:
        come_back(self._place, said)

    def figure(self, caller: Caller, name: str, asked: Mapping[str, str]) -> bytes:
        return told(self._place, caller, name, asked)

    def not_there(self, caller: Caller, path: str) -> None:
        place = self._place
        with place.hub.write() as connection:
            at = place.now_ms()
            feeds.note_event(
                connection, place.world.new_id(), at, "not_there", device=caller.device, user=None, detail=path
            )

    def health(self) -> Mapping[str, int]:
        with self._place.hub.read() as connection:
            ends = feeds.heads(connection, feeds.every_feed(connection))
        return {"feeds": len(ends), "change_sets": sum(end.seq for end in ends.values())}
