"""Two records that were one for a while: what a visit then taught of each is held wherever one of them is."""

from sqlalchemy import Connection

from smf_core.domain.merge import APART, MERGED
from tests.support.laptops import SyncLaptop, Town
from tests.support.stores import item
from tests.sync.test_scopes import decided


def begun(laptop: SyncLaptop, who: str) -> str:
    """A pathway of somebody. Answers its id."""
    ((referral,),) = laptop.local(f"SELECT id FROM referral WHERE patient = '{who}'")
    episode, on = laptop.new_id(), laptop.clock.now().date().isoformat()
    said = {"patient": who, "referral": referral, "skill": "insulin", "checklist_version": "0.1.0"}
    laptop.save(item("episode", episode, "opened", **said, expected_visits=7, opened_on=on), patient=who)
    return episode


def taught(laptop: SyncLaptop, who: str, *episodes: str) -> str:
    """One visit that taught some pathways."""
    visit, at = laptop.new_id(), laptop.clock.now().isoformat()
    said = {"patient": who, "started_at": at, "signed_at": at, "minutes": 30, "contact": "home", "purpose": "teaching"}
    said |= {"methods": [], "also_present": "", "registered": True, "role": "nurse"}
    parts = [
        item("section", laptop.new_id(), "taught", patient=who, visit=visit, episode=each, learner="patient", notes="")
        for each in episodes
    ]
    return laptop.save(item("visit", visit, "signed", **said), *parts, patient=who)


def over(laptop: SyncLaptop, who: str, episode: str) -> None:
    """Care with somebody ends today."""
    decided(laptop, who, "accepted")
    with laptop.store.work(author=laptop.user, now=laptop.clock.now(), new_id=laptop.new_id) as work:
        said = {"outcome": "independent", "on": laptop.clock.now().date().isoformat(), "by": laptop.user}
        work.save([work.change("episode", episode, "discharge", said)], patient=who)


def counted(connection: Connection, episode: str) -> tuple[int, int]:
    """How many visits a pathway had, and minutes."""
    asked = f"SELECT visits, minutes FROM counted_episode WHERE episode = '{episode}'"  # ids of ours
    ((visits, minutes),) = connection.exec_driver_sql(asked).all()
    return visits, minutes


def test_a_visit_of_both_counts_on_laptops_as_at_the_hub_when_the_one_it_stands_under_is_discharged_long_ago(
    town: Town,
) -> None:
    ann, lea = town.joined("ann", "lea")
    kept, other = ann.person("OKAFOR"), ann.person("OKAFOR")
    of_kept, of_other = begun(ann, kept), begun(ann, other)
    town.meet(2)
    said = {"kept": kept, "by": lea.user, "on": "2026-11-17", "reason": "Alike"}
    lea.change(other, "same_person", state=MERGED, **said)
    town.meet(2)
    taught(ann, kept, of_kept, of_other)
    town.meet(2)
    lea.change(other, "same_person", state=APART, **said)
    town.meet(2)
    over(ann, kept, of_kept)
    town.meet(2)
    town.passes(days=126)
    town.meet(3)
    with town.place.records.read() as hub, ann.store.read() as here:
        assert counted(here, of_other) == counted(hub, of_other) == (1, 30)
    assert ann.people() == {kept, other}
    over(ann, other, of_other)
    town.meet(2)
    town.passes(days=126)
    town.meet(3)
    assert ann.people() == set(), "both go once neither is needed"
    assert lea.people() == {kept, other}
    assert town.held() == {}
    assert ann.verify().ok
