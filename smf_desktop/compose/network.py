"""The way to a hub over the network."""

from smf_core.operations.enrolment import Enrol, Enrolled
from smf_core.operations.hub import Hub
from smf_core.operations.protocol import Signed
from smf_desktop.ports import Clock, Random
from smf_desktop.remote import hub as remote


class Network:
    """The `Reach` of a computer that has a network, or has none just now."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock, self._random = clock, random

    def look(self, url: str) -> bytes:
        return remote.look(url, clock=self._clock, random=self._random)

    def enrol(self, url: str, said: Enrol, hub_key: bytes | None = None) -> Enrolled:
        return remote.enrol(url, said, clock=self._clock, random=self._random, hub_key=hub_key)

    def hub(
        self, url: str, *, device: str, device_key: bytes, hub_key: bytes, certificate: Signed | None = None
    ) -> Hub:
        return remote.RemoteHub(
            url,
            device=device,
            signing_key=device_key,
            hub_key=hub_key,
            certificate=certificate,
            clock=self._clock,
            random=self._random,
        )

    def leave(self, hub: Hub) -> None:
        if isinstance(hub, remote.RemoteHub):
            hub.close()
