"""What an enrolled laptop that lies can do at the hub: nothing beyond what its own people may."""

from collections.abc import Collection
from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import Connection, select

from smf_core.operations.change_set import Item
from smf_core.operations.hub import HubTrouble
from smf_core.operations.protocol import SERVICE, Hello, Mark, Offer, Outcome, Pull, team_feed
from smf_hub.service.lately import FEW, Lately, Named
from smf_hub.service.projecting import catch_up
from smf_hub.store import feeds, projected
from smf_hub.store import people as rows
from smf_hub.store import tables as t
from tests.support.pushing import HubTown, Writer, new_id, person, phone


def somebody(writer: Writer) -> str:
    """A new person of the writer's team, already at the hub."""
    patient, items = person(writer.team)
    writer.write(*items, patient=patient)
    writer.send()
    return patient


def decision(cs_id: str, state: str = "adopted") -> Item:
    return Item(entity="review", entity_id=cs_id, kind="decided", payload={"state": state, "reason": "it is hers"})


def state_of(here: HubTown, cs_id: str) -> str:
    with here.place.hub.read() as connection:
        return str(connection.execute(select(t.quarantine.c.state).where(t.quarantine.c.cs_id == cs_id)).scalar_one())


def test_who_was_registered_by_work_that_a_lead_adopts_belongs_to_a_team_from_then_on(here: HubTown) -> None:
    officer, lead = here.laptop(here.user("privacy_officer")), here.laptop(here.user("lead"))
    patient, items = person(here.team)
    made = officer.write(*items, patient=patient)
    assert officer.send().exceptions[0].outcome is Outcome.QUARANTINED
    lead.write(decision(made.head.cs_id))
    lead.send()
    with here.place.hub.read() as connection:
        assert [team for _, team in feeds.teams_of(connection, {patient})[patient]] == [here.team]
    catch_up(here.place)
    here.clock.on(seconds=10)
    assert patient in lead.hub.scope(team_feed(here.team)).people


def test_who_comes_to_a_team_is_on_its_list_however_lately_that_was_reckoned(here: HubTown) -> None:
    """A list that lacks who came in the feed settles nothing: the exchange that brought them could not end."""
    nurse, feed = here.laptop(here.user("nurse")), team_feed(here.team)
    before = nurse.hub.scope(feed)
    patient, items = person(here.team)
    nurse.write(*items, patient=patient)
    nurse.send()
    after = nurse.hub.scope(feed)
    assert (before.people, after.people) == ((), (patient,))
    assert after.scope != before.scope


def test_a_transfer_that_a_lead_adopts_moves_the_person(here: HubTown) -> None:
    officer, lead = here.laptop(here.user("privacy_officer")), here.laptop(here.user("lead"))
    south = here.add_team()
    patient = somebody(lead)
    made = officer.write(
        Item(entity="patient", entity_id=patient, kind="team", payload={"team": south}), patient=patient
    )
    officer.send()
    lead.write(decision(made.head.cs_id))
    lead.send()
    with here.place.hub.read() as connection:
        assert [team for _, team in feeds.teams_of(connection, {patient})[patient]] == [here.team, south]


def test_adopted_work_goes_to_the_feed_of_the_team_the_person_has_now(here: HubTown) -> None:
    """The lead leads two teams, and her laptop is the other one's."""
    south = here.add_team()
    nurse = here.laptop(here.user("nurse"))
    theirs = here.laptop(here.user("nurse", south), team=south)
    lead = here.laptop(here.user("lead", here.team, south))
    patient = somebody(theirs)
    made = nurse.write(phone(patient, "01632 960111"), patient=patient)
    nurse.send()
    lead.write(decision(made.head.cs_id))
    lead.send()
    with here.place.hub.read() as connection:
        assert feeds.places(connection, [made.head.cs_id])[made.head.cs_id].feed == team_feed(south)


def test_who_leads_one_team_decides_nothing_in_another_where_they_are_a_nurse(here: HubTown) -> None:
    south = here.add_team()
    both = here.user("nurse", here.team)
    here._row(t.membership, user=both, team=south, since=0, until=None, role="lead")
    officer, laptop = here.laptop(here.user("privacy_officer")), here.laptop(both)
    patient, items = person(here.team)
    made = officer.write(*items, patient=patient)
    officer.send()
    laptop.write(decision(made.head.cs_id))
    laptop.send()
    assert state_of(here, made.head.cs_id) == "waiting"


def test_nobody_adopts_what_they_might_not_have_written_themselves(here: HubTown) -> None:
    """A lead approves no checklist by having the approval set aside and letting it in."""
    lead = here.laptop(here.user("lead"))
    made = lead.write(Item(entity="approval", entity_id=new_id(), kind="given", payload={"checklist": "insulin"}))
    assert lead.send().exceptions[0].reason == "clinical_lead"
    lead.write(decision(made.head.cs_id))
    lead.send()
    assert state_of(here, made.head.cs_id) == "waiting"


@pytest.mark.parametrize("kind", ["person", "standing"])
def test_who_manages_one_team_changes_nobody_of_another(here: HubTown, kind: str) -> None:
    south = here.add_team()
    theirs = here.user("lead", south)
    lead = here.laptop(here.user("lead"))
    said: dict[str, dict[str, object]] = {
        "person": {"username": "x", "name": "X", "role": "assistant", "capabilities": []},
        "standing": {"active": False},
    }
    lead.write(Item(entity="user", entity_id=theirs, kind=kind, payload=said[kind]))
    assert [each.outcome for each in lead.send().exceptions] == [Outcome.QUARANTINED]
    with here.place.hub.read() as connection:
        found = rows.account(connection, theirs)
        held = rows.memberships(connection, (theirs,))
    assert found is not None
    assert found.active
    assert found.role == "lead"
    assert [each.until for each in held] == [None]


def test_nobody_gives_out_more_than_they_are(here: HubTown) -> None:
    lead = here.laptop(here.user("lead"))
    said = {"username": "x", "name": "X", "role": "lead", "capabilities": ["clinical_lead"]}
    lead.write(Item(entity="user", entity_id=lead.author, kind="person", payload=said))
    lead.send()
    with here.place.hub.read() as connection:
        found = rows.account(connection, lead.author)
    assert found is not None
    assert found.capabilities == frozenset()


def told_of(user: str, role: str, *capabilities: str) -> Item:
    said = {"username": user[-6:], "name": "A Nurse", "role": role, "capabilities": list(capabilities)}
    return Item(entity="user", entity_id=user, kind="person", payload=said)


@pytest.mark.parametrize("author", ["lead", "admin"])
@pytest.mark.parametrize("role", ["nurse", "assistant", "lead", "admin", "privacy_officer"])
@pytest.mark.parametrize("known", [True, False])
def test_only_an_administrator_makes_administrators(here: HubTown, author: str, role: str, known: bool) -> None:
    laptop = here.laptop(here.user(author))
    somebody_else = here.user("nurse") if known else new_id()
    laptop.write(told_of(somebody_else, role))
    held = author == "lead" and role in ("admin", "privacy_officer")
    assert [each.reason for each in laptop.send().exceptions] == ["role"] * held
    with here.place.hub.read() as connection:
        found = rows.account(connection, somebody_else)
        roles = [each.role for each in rows.memberships(connection, (somebody_else,)) if each.until is None]
    before = ["nurse"] if known else []
    assert (found is None or found.role == "nurse") if held else (found is not None and found.role == role)
    assert roles == (before if held else [role])


@pytest.mark.parametrize("role", ["admin", "privacy_officer", "nurse"])
def test_a_lead_neither_ends_an_administrator_nor_makes_one_a_nurse(here: HubTown, role: str) -> None:
    laptop, other = here.laptop(here.user("lead")), here.user(role)
    laptop.write(told_of(other, "assistant"))
    laptop.write(Item(entity="user", entity_id=other, kind="standing", payload={"active": False}))
    assert [each.reason for each in laptop.send().exceptions] == ["role"] * (0 if role == "nurse" else 2)
    with here.place.hub.read() as connection:
        found = rows.account(connection, other)
    assert found is not None
    assert found.active is (role != "nurse")


def test_a_lead_may_say_again_what_the_hub_knows_of_an_administrator(here: HubTown) -> None:
    """The history of a store that lived without a hub says so, whoever made its first administrator."""
    laptop, admin = here.laptop(here.user("lead")), here.user("admin")
    laptop.write(told_of(admin, "admin"))
    assert laptop.send().exceptions == ()


def test_a_lead_gives_nobody_a_capability_that_they_lack(here: HubTown) -> None:
    laptop, nurse = here.laptop(here.user("lead")), here.user("nurse")
    for subject in (nurse, new_id()):
        laptop.write(told_of(subject, "nurse", "clinical_lead"))
    assert [each.reason for each in laptop.send().exceptions] == ["role", "role"]
    admin = here.laptop(here.user("admin"))
    admin.write(told_of(nurse, "nurse", "clinical_lead"))
    assert not admin.send().exceptions
    laptop.write(told_of(nurse, "nurse", "clinical_lead"))
    assert not laptop.send().exceptions, "the hub knows that already"


def test_who_was_an_administrator_does_not_make_themselves_one_again(here: HubTown) -> None:
    now = here.place.now_ms()
    was = here.user("lead", since=now - 1000)
    here._row(t.membership, user=was, team=here.team, since=0, until=now - 1000, role="admin")
    laptop = here.laptop(was, here.user("lead"))
    for author in sorted(laptop.users):
        laptop.write(told_of(was, "admin"), author=author)
    assert [each.reason for each in laptop.send().exceptions] == ["role", "role"]


def test_who_is_an_administrator_of_another_team_makes_none_here(here: HubTown) -> None:
    south = here.add_team()
    both = here.user("admin", south)
    here._row(t.membership, user=both, team=here.team, since=0, until=None, role="lead")
    laptop, nurse = here.laptop(both), here.user("nurse")
    laptop.write(told_of(nurse, "admin"))
    assert [each.reason for each in laptop.send().exceptions] == ["role"]


def test_a_team_is_named_by_its_own_people_alone(here: HubTown) -> None:
    south = here.add_team()
    lead = here.laptop(here.user("lead"))
    lead.write(Item(entity="team", entity_id=south, kind="named", payload={"name": "Taken over"}))
    assert [each.outcome for each in lead.send().exceptions] == [Outcome.QUARANTINED]
    with here.place.hub.read() as connection:
        assert "Taken over" not in {each.name for each in rows.teams(connection)}


@pytest.mark.parametrize("known", ["folded", "taken a moment ago", "taken by another process", "just restarted"])
def test_F71_a_record_of_another_teams_patient_is_not_reached_by_naming_ones_own(here: HubTown, known: str) -> None:
    """However far the projector has come: it follows by some seconds."""
    south = here.add_team()
    theirs, nurse = here.laptop(here.user("nurse", south), team=south), here.laptop(here.user("nurse"))
    patient, own = somebody(theirs), somebody(nurse)
    visit = new_id()
    planned = {"patient": patient, "date": "2026-11-20"}
    theirs.write(Item(entity="visit", entity_id=visit, kind="planned", payload=planned), patient=patient)
    if known == "taken by another process":
        theirs.place = replace(here.place, lately=Lately())
        nurse.write(phone(own, "01632 960001"), patient=own)
        nurse.send()
    theirs.send()
    if known == "just restarted":
        here.place.lately = Lately()
    if known == "folded":
        catch_up(here.place)
    nurse.write(Item(entity="visit", entity_id=visit, kind="signed", payload={"note": "mine now"}), patient=own)
    assert [each.reason for each in nurse.send().exceptions] == ["other_person"]


def test_what_was_taken_lately_is_asked_of_the_feeds_until_it_is_folded(here: HubTown) -> None:
    """One's own work goes on, and what the projector has folded is kept in memory no longer."""
    nurse = here.laptop(here.user("nurse"))
    own, visit = somebody(nurse), new_id()
    started = Item(entity="visit", entity_id=visit, kind="started", payload={"patient": own})
    nurse.write(started, patient=own)
    for number in range(FEW):
        asked = Item(entity="task", entity_id=new_id(), kind="asked", payload={"patient": own})
        nurse.write(asked, patient=own)
        if number % 500 == 499:
            assert nurse.send().exceptions == ()
    with here.place.hub.read() as hub:
        assert here.place.lately.under(hub, {("visit", visit)}) == {("visit", visit): own}
    assert here.place.lately.is_full
    catch_up(here.place)
    nurse.write(started, patient=own)
    assert nurse.send().exceptions == ()
    assert not here.place.lately.is_full


def test_F71_what_is_folded_and_forgotten_while_a_push_is_judged_is_known_to_it(here: HubTown) -> None:
    south = here.add_team()
    theirs, nurse = here.laptop(here.user("nurse", south), team=south), here.laptop(here.user("nurse"))
    patient, own = somebody(theirs), somebody(nurse)
    visit = new_id()
    planned = {"patient": patient, "date": "2026-11-20"}
    theirs.write(Item(entity="visit", entity_id=visit, kind="planned", payload=planned), patient=patient)
    theirs.send()

    class FoldedMeanwhile(Lately):
        def under(self, hub: Connection, records: Collection[Named]) -> dict[Named, str]:
            catch_up(here.place)
            with here.place.records.read() as found:
                self.forget(projected.positions(found))
            return super().under(hub, records)

    here.place.lately = FoldedMeanwhile()
    nurse.write(Item(entity="visit", entity_id=visit, kind="signed", payload={"note": "mine now"}), patient=own)
    assert [each.reason for each in nurse.send().exceptions] == ["other_person"]


def test_F71_nobody_speaks_for_another_team_by_offering(here: HubTown) -> None:
    south = here.add_team()
    theirs = here.laptop(here.user("nurse", south), team=south)
    nurse = here.laptop(here.user("nurse"))
    patient = somebody(theirs)
    forged = theirs.write(phone(patient, "01632 960666"), patient=patient)
    nurse.hub.offer(Offer(), [forged])
    page, _ = theirs.hub.pull(Pull(feed=team_feed(south), after=Mark()))
    assert page.last == 1


def test_F71_nobody_is_made_a_lead_by_an_offer(here: HubTown) -> None:
    lead, nurse = here.laptop(here.user("lead")), here.laptop(here.user("nurse"))
    said = {"username": "x", "name": "X", "role": "lead", "capabilities": []}
    forged = lead.write(Item(entity="user", entity_id=nurse.author, kind="person", payload=said))
    nurse.hub.offer(Offer(), [forged])
    with here.place.hub.read() as connection:
        found = rows.account(connection, nurse.author)
    assert found is not None
    assert found.role == "nurse"


def test_F66_what_another_laptop_gave_back_first_stands_when_its_own_laptop_sends_it(here: HubTown) -> None:
    lead, nurse = here.laptop(here.user("lead")), here.laptop(here.user("nurse"))
    colleague = new_id()
    said = {"username": "x", "name": "X", "role": "nurse", "capabilities": []}
    made = lead.write(Item(entity="user", entity_id=colleague, kind="person", payload=said))
    offered = nurse.hub.offer(Offer(), [made])
    assert [each.reason for each in offered.exceptions] == ["other_laptop"]
    sent = lead.send()
    assert [run.feed for run in sent.runs] == [SERVICE]
    assert sent.exceptions == ()
    assert lead.hub.held()[0].reviews == ()
    lead.write(decision(made.head.cs_id))
    assert len(lead.send().runs) == 1, "what stands already is not let in once more"
    with here.place.hub.read() as connection:
        assert rows.account(connection, colleague) is not None


def test_F71_no_laptop_makes_itself_a_leads_by_naming_one(here: HubTown) -> None:
    lead, nurse = here.user("lead"), here.laptop(here.user("nurse"))
    peer = here.user("nurse")
    said = Hello(
        protos=(1,),
        app="4.0",
        schema=1,
        replicas={},
        feeds={},
        local_time=here.clock.now().isoformat(),
        draft_keys={lead: bytes(32), peer: bytes(32), nurse.author: bytes(32)},
    )
    nurse.hub.hello(said)
    with here.place.hub.read() as connection:
        found = rows.device(connection, nurse.device)
    assert found is not None
    assert found.users == {nurse.author, peer}
    with pytest.raises(HubTrouble):
        nurse.hub.held()
    shared = here.laptop(lead)
    shared.hub.hello(msgspec.structs.replace(said, draft_keys={lead: bytes(32), here.user("admin"): bytes(32)}))
    with here.place.hub.read() as connection:
        found = rows.device(connection, shared.device)
    assert found is not None
    assert len(found.users) == 2


def test_F71_no_offer_speaks_for_a_lead(here: HubTown) -> None:
    lead, nurse = here.laptop(here.user("lead")), here.laptop(here.user("nurse"))
    patient = somebody(nurse)
    merge = Item(entity="patient", entity_id=patient, kind="same_person", payload={"kept": new_id()})
    held = nurse.write(merge, patient=patient)
    nurse.send()
    forged = lead.write(decision(held.head.cs_id))
    offered = nurse.hub.offer(Offer(), [forged])
    assert [each.reason for each in offered.exceptions] == ["other_laptop"]
    assert state_of(here, held.head.cs_id) == "waiting"


def test_F70_what_nothing_proves_is_nobodys_to_give_back_but_its_authors(here: HubTown) -> None:
    lead, nurse = here.laptop(here.user("lead")), here.laptop(here.user("nurse"))
    listed = lead.write(Item(entity="practice", entity_id=new_id(), kind="listed", payload={"name": "The Surgery"}))
    assert [each.reason for each in nurse.hub.offer(Offer(), [listed]).exceptions] == ["other_laptop"]
    again = here.laptop(lead.author)
    other = lead.write(Item(entity="practice", entity_id=new_id(), kind="listed", payload={"name": "The Mill"}))
    assert [run.feed for run in again.hub.offer(Offer(), [other]).runs] == [SERVICE]


def test_an_offer_about_a_team_that_is_followed_no_longer_waits_for_its_lead(here: HubTown) -> None:
    """What a laptop meant to give back of a team that its nurse has left since waits for that team's lead."""
    south = here.add_team()
    theirs = here.laptop(here.user("nurse", south), team=south)
    lead, nurse = here.laptop(here.user("lead", south), team=south), here.laptop(here.user("nurse"))
    patient = somebody(theirs)
    made = theirs.write(phone(patient, "01632 960222"), patient=patient)
    offered = nurse.hub.offer(Offer(), [made])
    assert [each.outcome for each in offered.exceptions] == [Outcome.QUARANTINED]
    assert lead.hub.held()[0].reviews


def test_what_is_written_on_under_whoever_stands_for_a_person_is_taken_with_the_merge(here: HubTown) -> None:
    lead = here.laptop(here.user("lead"))
    one, other = somebody(lead), somebody(lead)
    visit = new_id()
    lead.write(Item(entity="visit", entity_id=visit, kind="planned", payload={"patient": one}), patient=one)
    lead.send()
    catch_up(here.place)
    lead.write(Item(entity="patient", entity_id=one, kind="same_person", payload={"kept": other}), patient=one)
    lead.write(Item(entity="visit", entity_id=visit, kind="signed", payload={"patient": other}), patient=other)
    assert lead.send().exceptions == ()


@pytest.mark.parametrize(("theirs", "state"), [(True, "waiting"), (False, "returned")])
def test_F71_nobody_but_a_lead_of_the_team_returns_work_before_it_comes(
    here: HubTown, theirs: bool, state: str
) -> None:
    south = here.add_team()
    nurse = here.laptop(here.user("nurse"))
    lead = here.laptop(here.user("lead", south), team=south) if theirs else here.laptop(here.user("lead"))
    patient = somebody(nurse)
    merge = Item(entity="patient", entity_id=patient, kind="same_person", payload={"kept": new_id()})
    held = nurse.write(merge, patient=patient)
    lead.write(decision(held.head.cs_id, "returned"))
    assert lead.send().exceptions == ()
    assert [each.outcome for each in nurse.send().exceptions] == [Outcome.QUARANTINED]
    assert state_of(here, held.head.cs_id) == state
