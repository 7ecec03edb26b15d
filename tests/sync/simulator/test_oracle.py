"""The oracle sees what it is there to see: a name where it may not be read, a record that nobody wrote."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.sync.simulator.acts import CANARY, NUMBERS, PHONES
from tests.sync.simulator.laptop import URL
from tests.sync.simulator.oracle import Survivors, findings, i6_no_plain_text
from tests.sync.simulator.weeks import Service, world_of


@pytest.fixture
def service(empty_store: Path) -> Iterator[Service]:
    with world_of(1, empty_store) as made:
        made.begins(1)
        assert not list(i6_no_plain_text(made))
        yield made


def test_a_name_in_a_log_is_found(service: Service) -> None:
    logging.getLogger("smf_hub.app.handling").debug("of %s", f"{CANARY} 0")
    assert list(i6_no_plain_text(service)) == ["I6 plain text in the log"]


def test_a_name_in_what_is_said_of_an_error_is_found(service: Service) -> None:
    try:
        raise LookupError(f"nobody called {CANARY} 0")
    except LookupError:
        logging.getLogger("smf_desktop.sync").exception("Stopped")
    assert list(i6_no_plain_text(service)) == ["I6 plain text in the log"]


@pytest.mark.parametrize("number", [f"{PHONES}123", f"{NUMBERS}12345"])
def test_a_number_in_a_file_is_found(service: Service, number: str) -> None:
    (service.laptops[0].disk.folder / "left.tmp").write_text(f"called {number}", "utf-8")
    assert list(i6_no_plain_text(service)) == ["I6 plain text in left.tmp"]


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("GET", "/v1/sync/patient/1?phone={}", b""),
        ("PUT", "/v1/draft/1?note=", b"called {}"),
    ],
)
def test_a_number_that_the_network_hears_is_found(service: Service, method: str, address: str, body: bytes) -> None:
    phone = next(each for each in sorted(service.world.canaries) if each.startswith(PHONES))
    asked = httpx2.Request(method, URL + address.format(phone), content=body.replace(b"{}", phone.encode()))
    with pytest.raises(AssertionError, match="I6"):
        service.laptops[0].network.handle_request(asked)


def test_a_record_that_no_change_set_made_is_found_there_and_beside_the_hub(service: Service) -> None:
    service.rests()
    assert findings(service, Survivors.of(service)) == []
    (laptop,) = service.laptops
    someone = laptop.people()[0]
    with laptop.store.work(author="", now=laptop.clock.now(), new_id=laptop.new_id) as work:
        work.connection.exec_driver_sql("UPDATE patient SET access_note = 'side gate' WHERE id = ?", (someone,))
    assert findings(service, Survivors.of(service)) == [
        f"I2 {laptop.name} is not what its change sets make: row_differs patient {someone}",
        f"I2 {laptop.name} and the hub's records differ in patient of {someone}",
    ]
