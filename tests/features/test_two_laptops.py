"""Two laptops and a hub, each a process of its own, over TLS; the hub is killed twice while they exchange work."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.certificates import Authority
from tests.support.postgres import database, postgres
from tests.support.proxies import Wire, wire
from tests.support.served import HubHouse, Laptop

__all__ = ["postgres"]

PEOPLE = 450
HEADER = "family_name,given_name,date_of_birth,skill,referral_received,source,phone\n"
SKILLS = ("insulin", "wound", "compression", "self_injection", "catheter_care")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)])
def where(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The database of the hub; None is the one that needs no word."""
    if request.param == "sqlite":
        yield None
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def hub(tmp_path: Path, where: str | None) -> Iterator[HubHouse]:
    """A hub with the team North and two leads, served over TLS with a certificate that our own authority signed."""
    folder = tmp_path / "hub"
    folder.mkdir()
    made = HubHouse(folder, where, Authority(tmp_path).issue("hub"))
    made.ask("init", "--service", "Derby").done()
    made.ask("team", "add", "North").done()
    for name in ("amina", "bilal"):
        made.ask("user", "add", name, "--role", "lead", "--team", "North").done()
    made.serve()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def line(hub: HubHouse) -> Iterator[Wire]:
    with wire(hub.url) as made:
        yield made


def laptop(folder: Path, user: str) -> Laptop:
    """It trusts our authority as a computer does whose administrator has put it among those it trusts."""
    return Laptop(folder / user, user, {"SSL_CERT_FILE": str(folder / "authority.pem")})


def letters(number: int) -> str:
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(3))


def referrals(folder: Path) -> Path:
    file = folder / "referrals.csv"
    rows = (
        f"Made-up {letters(number)},Person,19{40 + number % 50}-0{1 + number % 9}-1{number % 10},"
        f"{SKILLS[number % len(SKILLS)]},2026-11-{10 + number % 9},gp,01632 960{number % 1000:03}\n"
        for number in range(PEOPLE)
    )
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    return file


def test_two_laptops_and_a_hub_that_is_killed_twice_lose_nothing_and_double_nothing(
    hub: HubHouse, line: Wire, tmp_path: Path
) -> None:
    one, other = laptop(tmp_path, "amina"), laptop(tmp_path, "bilal")
    recovery = ("--recovery-out", tmp_path / "recovery-key")
    one.smf("init", one.store, "--service", "S", "--team", "T", "--user", "amina", "--role", "lead", *recovery).done()
    taken = one.smf("import", "referrals", referrals(tmp_path), "--store", one.store, "--json").done()
    assert taken.document["imported"] == PEOPLE

    # Killed while the second half of a laptop's work comes in.
    line.when(hub.kill, sent=35_000)
    cut = one.enrol(line.url, hub.code("amina"))
    assert (cut.code, line.waits) == (6, False), (cut, line)
    assert hub.gone() == -9
    assert "did not answer" in cut.err
    held = hub.ask("check", "--json").done().document["change_sets"]
    hub.serve()
    first = one.sync().done().document
    assert (first["pending"], first["digest_equal"]) == (0, True)
    sent = hub.ask("check", "--json").done().document["change_sets"]
    assert 0 < held < sent

    # Killed while another laptop takes it all for the first time.
    line.when(hub.kill, told=35_000)
    code = hub.code("bilal")
    assert (other.enrol(line.url, code).code, line.waits) == (6, False), line
    assert hub.gone() == -9
    hub.serve()
    second = other.enrol(line.url, code).done().document
    assert (second["digest_equal"], second["pending"]) == (True, 0)

    # Both work apart; what they say of the same person differs.
    one.work((0, "phone", "01632 960801"), (1, "phone", "01632 960802"), (2, "access_note", "Ring the left bell."))
    other.work((0, "phone", "01632 960803"), (3, "phone", "01632 960804"), (4, "access_note", "Use the side door."))
    assert one.sync().done().document["digest_equal"]
    assert other.sync().done().document["conflicts"] == 1
    last = [each.sync().done().document for each in (one, other)]
    assert [(each["conflicts"], each["pending"], each["digest_equal"]) for each in last] == [(1, 0, True), (0, 0, True)]

    mine, theirs = one.export(tmp_path / "mine"), other.export(tmp_path / "theirs")
    assert mine == theirs
    assert (len(mine["patient.ndjson"]), len(mine["referral.ndjson"])) == (PEOPLE, PEOPLE)
    for each in (one, other):
        assert each.verify().done().document["findings"] == []
    assert [each.sync().done().document["pending"] for each in (one, other)] == [0, 0]
    assert hub.ask("check", "--json").done().document["findings"] == []
