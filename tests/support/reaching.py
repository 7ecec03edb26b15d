"""A hub in the same process, as a laptop reaches it: every word passes, or is lost where the test says so."""

from dataclasses import dataclass, field
from typing import Any, cast

from smf_core.operations.enrolment import Enrol, Enrolled
from smf_core.operations.hub import Hub, HubTrouble, Trouble
from smf_core.operations.protocol import Signed
from smf_hub.service import enrolling
from smf_hub.service.laptop import LaptopHub
from smf_hub.service.people import caller
from smf_hub.service.place import Place
from smf_hub.service.projecting import catch_up
from smf_hub.store import people


@dataclass
class InProcess:
    """A `Reach`. `down`: nothing gets through; `lost_after`: so many answers come, the next are lost on the way."""

    place: Place
    down: bool = False
    lost_after: int | None = None
    heard: list[str] = field(default_factory=list)

    def look(self, url: str) -> bytes:
        self.pass_on("look")
        return self.place.identity.public_key

    def enrol(self, url: str, said: Enrol, hub_key: bytes | None = None) -> Enrolled:
        self.pass_on("enrol")
        return self.answered(enrolling.enrol(self.place, said))

    def hub(
        self, url: str, *, device: str, device_key: bytes, hub_key: bytes, certificate: Signed | None = None
    ) -> Hub:
        return cast(Hub, _Hub(self, device, hub_key))

    def leave(self, hub: Hub) -> None:
        pass

    def pass_on(self, what: str) -> None:
        if self.down:
            raise HubTrouble(Trouble.UNREACHABLE)
        self.heard.append(what)

    def answered(self, answer: Any) -> Any:
        if self.lost_after is not None:
            self.lost_after -= 1
            if self.lost_after < 0:
                raise HubTrouble(Trouble.UNREACHABLE)
        return answer


@dataclass
class _Hub:
    reach: InProcess
    device: str
    hub_key: bytes

    def __getattr__(self, name: str) -> Any:
        def ask(*said: Any, **named: Any) -> Any:
            self.reach.pass_on(name)
            place = self.reach.place
            if place.identity.public_key != self.hub_key:
                raise HubTrouble(Trouble.OTHER_HUB)
            with place.hub.read() as connection:
                device = people.device(connection, self.device)
            if device is None:
                raise HubTrouble(Trouble.UNKNOWN)
            answer = getattr(LaptopHub(place, caller(device)), name)(*said, **named)
            catch_up(place)
            return self.reach.answered(answer)

        return ask
