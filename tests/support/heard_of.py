"""A hub, as far as it says which laptops of a team it has heard of."""

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import LaptopNote


class Hub:
    """What a hub says of the laptops of a team."""

    def __init__(self, *notes: LaptopNote, trouble: Trouble | None = None) -> None:
        self.notes, self.trouble = notes, trouble

    def laptops(self) -> tuple[LaptopNote, ...]:
        if self.trouble:
            raise HubTrouble(self.trouble)
        return self.notes


def note(name: str, last_seen: str | None, unsent: int = 0, *, revoked: bool = False) -> LaptopNote:
    return LaptopNote(device=name, name=name, users=(), last_seen=last_seen, unsent=unsent, drafts=0, revoked=revoked)
