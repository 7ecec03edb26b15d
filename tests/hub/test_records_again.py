"""The hub's records are only a picture of its feeds: gone or of another shape they are made again."""

from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, select

from smf_core.records.making import shape
from smf_hub.service.place import open_place
from smf_hub.service.projecting import catch_up
from smf_hub.store import projected
from tests.support.hubs import key_of
from tests.support.pushing import HubTown, person, town


def filled(url: str) -> HubTown:
    made = town(url)
    writer = made.laptop(made.user("nurse"))
    patient, items = person(made.team)
    writer.write(*items, patient=patient)
    writer.send()
    catch_up(made.place)
    return made


def positions(url: str, made: HubTown) -> dict[str, int]:
    place = open_place(url, key_of(url), made.place.world)
    try:
        catch_up(place)
        with place.records.read() as connection:
            return projected.positions(connection)
    finally:
        place.close()


def test_a_hub_whose_records_were_deleted_makes_them_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    made = filled(url)
    made.place.close()
    for each in tmp_path.glob("hub-records.db*"):
        each.unlink()
    assert positions(url, made) == {f"team:{made.team}": 1}


def test_what_only_the_projector_keeps_counts_for_the_shape_of_the_records(hub_url: str) -> None:
    made = filled(hub_url)
    with made.place.records.write() as connection:
        projected.own.drop_all(connection)
        other = MetaData()
        Table("projected", other, Column("feed", Integer, primary_key=True))
        other.create_all(connection)
        connection.exec_driver_sql("UPDATE records_shape SET shape = 'as another version made it'")
    made.place.close()
    assert positions(hub_url, made) == {f"team:{made.team}": 1}


def test_a_version_that_keeps_something_else_beside_the_records_has_another_shape(hub_url: str) -> None:
    made = town(hub_url)
    with made.place.records.read() as connection:
        kept = connection.scalar(select(Table("records_shape", MetaData(), autoload_with=connection).c.shape))
        assert kept == shape(connection.dialect, projected.own)
        assert kept != shape(connection.dialect, MetaData())
    made.place.close()
