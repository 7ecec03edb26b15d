"""What the hub orders, carried out: lock, go on under new names, or destroy the store."""

import logging
from collections.abc import Sequence

from smf_core.operations.change_set import SCHEMA
from smf_core.operations.hub import HubTrouble
from smf_core.operations.protocol import PROTOS, Hello, Order
from smf_desktop import VERSION
from smf_desktop.compose.beside import Laptop
from smf_desktop.compose.computer import Place
from smf_desktop.ports import DeviceSecret
from smf_desktop.security import wiping
from smf_desktop.security.card import card
from smf_desktop.security.device_secret import secret_name
from smf_desktop.store import joined
from smf_desktop.store.exchanging import Exchanging
from smf_desktop.store.instance import BESIDE
from smf_desktop.store.instance import FILE as INSTANCE_FILE
from smf_desktop.trouble import StoreUnwritable

log = logging.getLogger(__name__)


def wipe_heard(laptop: Laptop) -> str | None:
    """The serial of an order to destroy this store that was heard, now or by an earlier exchange."""
    with laptop.store.read() as connection:
        return joined.wipe_heard(connection)


def obey(laptop: Laptop, orders: Sequence[Order]) -> bool:
    """Carry orders out. Answers whether the store must be closed now and nobody let in without the hub.

    A wipe heard now or by an earlier exchange only begins here: its marker is written, and what is left is done by
    whoever next comes to the door. So the store is closed by then, and a power cut stops nothing. Raises
    `StoreUnwritable` where no marker can be written.
    """
    wipe = wipe_heard(laptop)
    if wipe is not None:
        _begin_wipe(laptop, wipe)
        return True
    if not orders:
        return False
    with laptop.store.work(author=laptop.opened.user_id, now=laptop.clock.now(), new_id=laptop.new_id) as work:
        for order in orders:
            joined.obeyed(work.connection, order.serial, order.act, work.now)
            if order.act == "rotate":
                work.begin_anew()
            else:
                joined.withdraw_grants(work.connection)
    return any(order.act == "lock" for order in orders)


def _begin_wipe(laptop: Laptop, serial: str) -> None:
    users = card(laptop.directory).users
    here = Exchanging(laptop.store, laptop.clock, laptop.new_id).here()
    with laptop.store.read() as connection:
        hub = joined.joined(connection) or laptop.hub
    marker = wiping.Marker(
        serial=serial,
        device=hub.device,
        url=hub.url,
        hub_key=hub.hub_key,
        device_key=hub.device_key,
        ratchet=hub.ratchet,
        secrets=tuple(
            secret_name(laptop.opened.store_id, user.user_id) for user in users if user.device_secret is DeviceSecret.OS
        ),
        replicas={each.replica: each.end for each in here.replicas},
        unsent=here.unsent,
        of_others=here.of_others,
        certificate=hub.certificate,
    )
    try:
        wiping.begin(laptop.directory, marker)
    except OSError:
        raise StoreUnwritable from None


def go_on(place: Place) -> None:
    """Destroy what is left of a store that is to be destroyed, and tell the hub; what cannot be done now is later."""
    keep = (INSTANCE_FILE, BESIDE)
    try:
        marker = wiping.go_on(place.directory, place.computer.means(False).key_store, keep=keep)
    except OSError as error:
        log.error("the store is not wholly destroyed yet: %s", type(error).__name__)
        return
    if marker is None:
        return
    try:
        _tell(place, marker)
    except HubTrouble:
        return
    wiping.finish(place.directory)


def _tell(place: Place, marker: wiping.Marker) -> None:
    if not marker.url:
        return
    reach = place.computer.reach()
    hub = reach.hub(
        marker.url,
        device=marker.device,
        device_key=marker.device_key,
        hub_key=marker.hub_key,
        certificate=marker.certificate,
    )
    said = Hello(
        protos=PROTOS,
        app=VERSION,
        schema=SCHEMA,
        replicas=marker.replicas,
        feeds={},
        local_time=place.computer.clock.now().isoformat(),
        ratchet=marker.ratchet,
        done=(marker.serial,),
        unsent=marker.unsent,
        of_others=marker.of_others,
    )
    try:
        hub.hello(said)
    finally:
        reach.leave(hub)
