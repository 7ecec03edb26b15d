"""What an exchange finds and leaves on a laptop beside the records: `services.sync.exchanging.Beside`, put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from smf_core.operations.protocol import Order, Signed, Welcome
from smf_desktop.ports import Clock, NewId, Random
from smf_desktop.security import grants
from smf_desktop.security.card import card, note_hub
from smf_desktop.security.draft_sealing import Draft, draft_key, seal_draft
from smf_desktop.security.opened import Opened
from smf_desktop.services.auditing import ORDER_REFUSED
from smf_desktop.services.sync.exchanging import OwnDraft
from smf_desktop.store import following, joined
from smf_desktop.store.drafts import draft
from smf_desktop.store.joined import JoinedHub
from smf_desktop.store.store import Store, Work


@dataclass(frozen=True, slots=True)
class Laptop:
    """An open store that has joined a hub, in one person's hands."""

    directory: Path
    store: Store
    opened: Opened
    hub: JoinedHub
    clock: Clock
    new_id: NewId
    random: Random

    def draft_keys(self) -> Mapping[str, bytes]:
        return {user.user_id: draft_key(self.opened, user.user_id) for user in card(self.directory).users}

    def done(self) -> Sequence[str]:
        with self.store.read() as connection:
            return joined.to_tell(connection)

    def heard(self, welcome: Welcome) -> tuple[Sequence[Signed], Sequence[Order]]:
        hub = self.hub
        ours = [each for each in welcome.grants if grants.granted(each, hub_key=hub.hub_key, device=hub.device)]
        orders: list[Order] = []

        def keep(work: Work) -> None:
            joined.told(work.connection, joined.to_tell(work.connection))
            for signed in welcome.orders:
                order = grants.ordered(signed, hub_key=hub.hub_key, device=hub.device, store=self.opened.store_id)
                if order is None:
                    work.note_access(ORDER_REFUSED, None, "forged")
                elif order.act == joined.WIPE:
                    joined.note_wipe(work.connection, order.serial, work.now)
                    orders.append(order)
                elif joined.was_obeyed(work.connection, order.serial):
                    joined.told(work.connection, (order.serial,), known=False)  # the hub was restored since
                    work.note_access(ORDER_REFUSED, None, "again")
                else:
                    orders.append(order)

        if welcome.orders or self.done():
            self._work(keep)
        return ours, orders

    def note_dates(self) -> None:
        """Have the unlock page show by when each person has to connect."""
        with self.store.read() as connection:
            held = [
                grants.granted(signed, hub_key=self.hub.hub_key, device=self.hub.device)
                for _, signed in joined.grants(connection)
            ]
        note_hub(self.directory, {each.user: datetime.fromisoformat(each.until) for each in held if each is not None})

    # --- drafts ----------------------------------------------------------------------------------

    def unsent_drafts(self) -> Sequence[OwnDraft]:
        with self.store.read() as connection:
            found = following.unsent_drafts(connection, self.hub.device)
        return [OwnDraft(slot, one.author, one.page, one.record, one.patient, one.saved_at) for slot, one in found]

    def signed_drafts(self) -> Sequence[str]:
        with self.store.read() as connection:
            here = {each.slot(self.hub.device) for each in following.drafts_here(connection)}
            return sorted(following.sent_drafts(connection).keys() - here)

    def sealed(self, draft_of: OwnDraft, keys: Sequence[bytes]) -> bytes | None:
        with self.store.read() as connection:
            form = draft(connection, draft_of.author, draft_of.page, draft_of.record)
        if form is None:
            return None
        kept = Draft(draft_of.record, form)
        return seal_draft(kept, draft_of.slot, (*keys, self.hub.recovery_key), self.random)

    def draft_sent(self, sent: OwnDraft) -> None:
        self._work(lambda work: following.note_sent(work.connection, sent.slot, sent.saved_at))

    def draft_dropped(self, slot: str) -> None:
        self._work(lambda work: following.forget_sent(work.connection, slot))

    # --- documents -------------------------------------------------------------------------------

    def blobs_to_send(self) -> Sequence[tuple[str, int]]:
        with self.store.read() as connection:
            return following.to_send(connection)

    def blob_piece(self, digest: str, offset: int) -> bytes:
        with self.store.read() as connection:
            return following.piece(connection, digest, offset)

    def blob_sent(self, digest: str) -> None:
        self._work(lambda work: following.sent(work.connection, digest))

    def blobs_to_fetch(self) -> Sequence[tuple[str, int]]:
        with self.store.read() as connection:
            return following.to_fetch(connection)

    def blob_here(self, digest: str) -> int:
        with self.store.read() as connection:
            return following.here(connection, digest)

    def keep_piece(self, digest: str, offset: int, content: bytes) -> None:
        self._work(lambda work: following.keep_piece(work.connection, digest, offset, content))

    def finish_blob(self, digest: str, size: int) -> bool:
        right: list[bool] = []
        self._work(lambda work: right.append(following.finish(work.connection, digest, size)))
        return right[0]

    def _work(self, act: Callable[[Work], object]) -> None:
        with self.store.work(author=self.opened.user_id, now=self.clock.now(), new_id=self.new_id) as work:
            act(work)
