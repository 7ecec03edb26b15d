"""The recovery key was used: it stands in the audit, and on a laptop that joined a hub it alone is not enough."""

from pathlib import Path

import pytest

from smf_core.domain.recovery_key import written
from smf_desktop.compose import House
from smf_desktop.security.recovery import public_half
from smf_desktop.trouble import NoLongerHere, WrongPassword
from smf_hub.service.managing import end_membership
from smf_hub.service.place import Place
from smf_hub.store.tables import identity
from tests.support.houses import PASSWORD, computer, new_service
from tests.support.joined import Joined, north
from tests.support.keys import chance

__all__ = ["north"]

NEW = "another password of hers"


def ways(house: House, password: str) -> list[str]:
    """How people came in, as the audit has it, this time too."""
    sitting = house.enter(house.unlock("priya", password))
    try:
        with sitting.session.read() as connection:
            rows = connection.exec_driver_sql("SELECT detail FROM access WHERE action = 'unlock' ORDER BY rowid")
            return [detail for (detail,) in rows]
    finally:
        sitting.close()


def test_F30_it_stands_in_the_audit_and_the_old_password_says_that_it_was_changed(tmp_path: Path) -> None:
    with_key = House(computer(), tmp_path / "store")
    key, text = with_key.make(new_service())
    key.zero()
    with with_key as house:
        house.enter(house.recover(text, "priya", NEW)).close()
        with pytest.raises(WrongPassword):
            house.unlock("priya", PASSWORD)
        assert ways(house, NEW) == ["recovery", "password"]


def test_F30_on_a_joined_laptop_the_hub_has_to_let_them_in_as_well(north: Place, tmp_path: Path) -> None:
    """Two have to act: who keeps the key, and who keeps the person at the hub."""
    service_key = bytearray(chance(9)(32))
    with north.hub.write() as connection:
        connection.execute(identity.update().values(recovery_key=public_half(service_key)))
    laptop = Joined(north, tmp_path, "priya", number=3)
    try:
        end_membership(north, "priya", None)
        laptop.clock.passes(30 * 24 * 3600)
        north.world.clock.passes(30 * 24 * 3600)
        opened = laptop.house.recover(written(service_key), "priya", NEW)
        with pytest.raises(NoLongerHere):
            laptop.house.enter(opened)
    finally:
        laptop.house.release()
