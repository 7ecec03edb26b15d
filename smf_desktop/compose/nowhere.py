"""A computer without a network."""

from smf_core.operations.enrolment import Enrol, Enrolled
from smf_core.operations.hub import Hub, HubTrouble, Trouble
from smf_core.operations.protocol import Signed


class Nowhere:
    """The `Reach` of a store that is only looked at: no hub answers."""

    def look(self, url: str) -> bytes:
        raise HubTrouble(Trouble.UNREACHABLE)

    def enrol(self, url: str, said: Enrol, hub_key: bytes | None = None) -> Enrolled:
        raise HubTrouble(Trouble.UNREACHABLE)

    def hub(
        self, url: str, *, device: str, device_key: bytes, hub_key: bytes, certificate: Signed | None = None
    ) -> Hub:
        raise HubTrouble(Trouble.UNREACHABLE)

    def leave(self, hub: Hub) -> None:
        raise HubTrouble(Trouble.UNREACHABLE)
