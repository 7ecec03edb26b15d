"""A laptop joins a hub: with a new store, or with one that lived without."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from smf_core.policy.roles import Role
from smf_core.records.queries.users import service, teams
from smf_desktop.cli import run
from smf_desktop.commands.terminal import Terminal
from smf_desktop.compose import Computer, House
from smf_desktop.security.slots import read
from smf_desktop.trouble import JoiningUnfinished
from smf_hub.service import enrolling, managing
from smf_hub.service.place import Place
from smf_hub.store import people
from smf_hub.store import tables as t
from tests.support.houses import PASSWORD, computer, house_with_service
from tests.support.hubs import new_hub
from tests.support.reaching import InProcess

URL = "http://127.0.0.1:8443"
REFERRAL = """family_name,given_name,date_of_birth,skill,referral_received,source
Abernathy,Doreen,14/03/1951,insulin,02/03/2026,gp
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A hub with the team North, the lead priya and the nurse tom."""
    with new_hub(f"sqlite:///{tmp_path / 'hub.db'}") as made:
        managing.add_team(made, "North")
        managing.add_user(made, "priya", role=Role.LEAD, team="North", name="Priya Nair", clinical_lead=True)
        managing.add_user(made, "tom", role=Role.NURSE, team="North", name="Tom Okafor")
        yield made


@pytest.fixture
def reach(place: Place) -> InProcess:
    return InProcess(place)


def on(reach: InProcess, first_id: int = 1) -> Computer:
    return computer(reach=lambda: reach, first_id=first_id)


def smf(reach: InProcess, *words: object, password: str = PASSWORD, first_id: int = 1) -> int:
    return run([str(word) for word in words], Terminal({"SMF_PASSWORD": password}, lambda: on(reach, first_id)))


def enrol(reach: InProcess, store: Path, user: str = "priya", first_id: int = 1) -> int:
    code = enrolling.new_code(reach.place, user)
    return smf(reach, "enrol", store, "--hub", URL, "--code", code, "--user", user, "--json", first_id=first_id)


def devices(place: Place) -> list[people.Device]:
    with place.hub.read() as connection:
        return list(people.devices(connection))


def test_a_new_laptop_gets_its_store_from_the_hub(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol(reach, tmp_path / "store") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["team"], told["kind"], told["digest_equal"]) == ("North", "training", True)
    house = House(on(reach, 10_000), tmp_path / "store")
    with house:
        sitting = house.enter(house.unlock("priya", PASSWORD))
        try:
            assert sitting.session.user.name == "Priya Nair"
            assert sitting.session.user.is_clinical_lead
            assert (sitting.service_name, sitting.team_name) == ("Derby", "North")
            assert sitting.connect_by is not None
        finally:
            sitting.close()
    assert not (tmp_path / "store.joining").exists()


def test_a_new_store_can_be_recovered_by_the_service_key_and_shows_nobody_a_key(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol(reach, tmp_path / "store") == 0
    assert "recovery" not in capsys.readouterr().out
    assert read(tmp_path / "store")[0].slots.recovery.public == reach.place.identity.recovery_key


def test_a_store_that_lived_without_a_hub_joins_with_its_team_and_its_people(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house = house_with_service(tmp_path / "store", on(reach), team="Old North")
    sitting = house.enter(house.unlock("priya", PASSWORD))
    team, user = sitting.session.team, sitting.session.user.id
    sitting.close()
    house.release()
    (tmp_path / "one.csv").write_text(REFERRAL)
    taken = ("import", "referrals", tmp_path / "one.csv", "--store", tmp_path / "store", "--user", "priya")
    assert smf(reach, *taken, first_id=5_000) == 0
    capsys.readouterr()
    assert enrol(reach, tmp_path / "store", first_id=10_000) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pending"], told["digest_equal"]) == (0, True)
    assert told["sent"] > 0
    with reach.place.hub.read() as connection:
        assert [each.team for each in people.teams(connection)] == [team]
        assert people.by_username(connection, "priya").user == user


def test_a_store_joins_once(reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enrol(reach, tmp_path / "store") == 0
    assert enrol(reach, tmp_path / "store", first_id=10_000) == 3
    assert "joined a hub already" in capsys.readouterr().err


def test_F66_a_laptop_that_a_restored_hub_never_heard_of_joins_again_with_its_work(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hub's backup is older than the laptop: by its own word it loses nothing of what the store holds."""
    assert enrol(reach, tmp_path / "store") == 0
    before = json.loads(capsys.readouterr().out)
    with reach.place.hub.write() as connection:
        for table in (t.device, t.device_user, t.change_set, t.feed_counter, t.replica, t.push_signature):
            connection.execute(delete(table))
    assert enrol(reach, tmp_path / "store", first_id=30_000) == 0
    after = json.loads(capsys.readouterr().out)
    assert after["device"] != before["device"]
    assert after["pending"] == 0
    assert after["digest_equal"]
    [device] = devices(reach.place)
    assert device.device == after["device"]
    with reach.place.hub.read() as connection:
        heads = connection.scalar(select(func.count()).select_from(t.change_set))
    assert heads


def test_a_code_that_is_not_right_is_refused_and_nothing_is_made(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("enrol", tmp_path / "store", "--hub", URL, "--code", "ABCD-EFGH-JKLM", "--user", "priya")
    assert smf(reach, *words) == 3
    assert "code is not right for this username" in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("hub", "code", "user", "words"),
    [
        ("hub example", "ABCD-EFGH-JKLM", "priya", "Write the address as"),
        ("http://192.0.2.1:8443", "ABCD-EFGH-JKLM", "priya", "begins with https"),
        (URL, "ABCD-EFGH", "priya", "The code is 12 characters. This one has 8."),
        (URL, "ABCD-EFGH-JKLM", "priya nair", "A username has no spaces in it."),
    ],
)
def test_what_no_hub_would_take_is_told_before_anything_is_asked_or_made(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str], hub: str, code: str, user: str, words: str
) -> None:
    reach.down = True
    said = ("enrol", tmp_path / "place" / "store", "--hub", hub, "--code", code, "--user", user)
    assert smf(reach, *said) == 2
    told = capsys.readouterr().err
    assert words in told
    assert told.endswith("Nothing was changed.\n")
    assert not (tmp_path / "place").exists()


def test_without_the_hub_nothing_is_made(reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reach.down = True
    assert enrol(reach, tmp_path / "store") == 6
    assert "did not answer" in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


def test_F37_before_another_version_is_put_on_a_laptop_it_is_known_whether_anything_is_unsent(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`smf sync` is what whoever installs or removes a version asks: they go on after 0, with nothing pending."""
    store = tmp_path / "store"
    assert enrol(reach, store) == 0
    (tmp_path / "one.csv").write_text(REFERRAL)
    taken = ("import", "referrals", tmp_path / "one.csv", "--store", store, "--user", "priya")
    assert smf(reach, *taken, first_id=10_000) == 0
    capsys.readouterr()
    reach.down = True
    assert smf(reach, "sync", store, "--user", "priya", "--json", first_id=20_000) == 6
    assert capsys.readouterr().out == ""
    reach.down = False
    assert smf(reach, "sync", store, "--user", "priya", "--json", first_id=30_000) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sent"], told["pending"]) == (2, 0), "the referral, and that somebody took it in"


def test_a_lost_answer_costs_a_code_and_no_second_laptop(reach: InProcess, tmp_path: Path) -> None:
    reach.lost_after = 0
    assert enrol(reach, tmp_path / "store") == 6
    reach.lost_after = None
    assert enrol(reach, tmp_path / "store", first_id=10_000) == 0
    assert len(devices(reach.place)) == 1


@pytest.mark.parametrize("answers", range(1, 6))
def test_reg_B24_a_first_fetch_cut_anywhere_is_finished_by_the_same_words(
    reach: InProcess, tmp_path: Path, answers: int
) -> None:
    reach.lost_after = answers
    first = enrol(reach, tmp_path / "store")
    reach.lost_after = None
    house = House(on(reach, 10_000), tmp_path / "store")
    if first:
        reach.down = True
        with house, pytest.raises(JoiningUnfinished):
            house.enter(house.unlock("priya", PASSWORD))
        reach.down = False
        assert enrol(reach, tmp_path / "store", first_id=20_000) == 0
    with house:
        house.enter(house.unlock("priya", PASSWORD)).close()
    assert len(devices(reach.place)) == 1


def test_a_cut_first_fetch_is_finished_at_the_next_unlock(reach: InProcess, tmp_path: Path) -> None:
    reach.lost_after = 1
    assert enrol(reach, tmp_path / "store") == 6
    reach.lost_after = None
    house = House(on(reach, 10_000), tmp_path / "store")
    with house:
        key = house.unlock("priya", PASSWORD)
        with pytest.raises(JoiningUnfinished):
            house.enter(key.again())
        result, figures = house.fetch(key, lambda told: None, lambda: False)
        assert (result.whole, figures) == (True, (0, 0))
        sitting = house.enter(key)
        with sitting.session.read() as connection:
            assert service(connection).name == "Derby"
            assert [each.name for each in teams(connection)] == ["North"]
        sitting.close()


def test_a_store_without_a_hub_has_nothing_to_exchange(
    reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    house_with_service(tmp_path / "store", on(reach)).release()
    assert smf(reach, "sync", tmp_path / "store") == 3
    assert "has not joined a hub" in capsys.readouterr().err


def test_sync_counts_what_was_exchanged(reach: InProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert enrol(reach, tmp_path / "store") == 0
    capsys.readouterr()
    assert smf(reach, "sync", tmp_path / "store", "--json", first_id=20_000) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"sent", "received", "quarantined", "conflicts", "pending", "digest_equal"}
    assert told["digest_equal"] is True
    reach.down = True
    assert smf(reach, "sync", tmp_path / "store", first_id=30_000) == 6
