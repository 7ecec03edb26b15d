"""What a hub that was restored takes back on its own word, and what it does not take for it."""

import dataclasses
from collections.abc import Sequence
from itertools import groupby

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select

from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, chained
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import SERVICE, Mark, Offer, Outcome, Pull, Stretch, audit_feed, held_feed, team_feed
from smf_core.operations.wire import Entry, Hidden
from smf_core.policy.roles import Role
from smf_hub.service.managing import add_user, end_membership
from smf_hub.service.place import Place
from smf_hub.service.projecting import catch_up
from smf_hub.store import feeds
from smf_hub.store import people as rows
from smf_hub.store import tables as t
from tests.support.pushing import HubTown, Writer, new_id, person, phone

FORGOTTEN = (t.change_set, t.feed_counter, t.quarantine, t.person_team, t.replica, t.push_signature)


def somebody(writer: Writer) -> str:
    """A new person of the writer's team, already at the hub."""
    patient, items = person(writer.team)
    writer.write(*items, patient=patient)
    writer.send()
    return patient


def moved(patient: str, team: str, base: ChangeSet) -> Item:
    return Item(entity="patient", entity_id=patient, kind="team", bases=((base.head.cs_id, 2),), payload={"team": team})


def passed(writer: Writer, feed: str) -> tuple[Stretch, list[Entry]]:
    """All of a feed as a page of it tells, with the bytes of those who have left it as well."""
    page, _ = writer.hub.pull(Pull(feed=feed, after=Mark()))
    with writer.place.hub.read() as connection:
        entries = [ChangeSet(row.head, row.body) for row in feeds.after(connection, feed, 0, page.last)]
    stretch = Stretch(
        feed=feed,
        first=page.first,
        last=page.last,
        chain_before=CHAIN_START,
        chain_after=page.chain_after,
        attested=page.attested,
    )
    return stretch, [*entries]


def forgets(here: HubTown) -> None:
    """The hub is restored from a backup of its first day."""
    with here.place.hub.write() as connection:
        for table in FORGOTTEN:
            connection.execute(delete(table))


def whose(here: HubTown, patient: str) -> list[str]:
    with here.place.hub.read() as connection:
        return [team for _, team in feeds.teams_of(connection, {patient}).get(patient, [])]


def stands(here: HubTown) -> list[tuple[str, int, str]]:
    with here.place.hub.read() as connection:
        c = t.change_set.c
        found = connection.execute(select(c.feed, c.feed_seq, c.cs_id).order_by(c.feed, c.feed_seq))
        return [tuple(row) for row in found]


def waits(here: HubTown) -> list[tuple[str, str]]:
    with here.place.hub.read() as connection:
        q = t.quarantine.c
        return [tuple(row) for row in connection.execute(select(q.reason, q.state))]


def chain_over(before: bytes, entries: Sequence[Entry]) -> bytes:
    for each in entries:
        before = chained(before, each.hash)
    return before


# --- what is taken -------------------------------------------------------------------------------


def test_F66_a_stretch_comes_back_number_by_number_whoever_shows_it(here: HubTown, nurse: Writer, lead: Writer) -> None:
    patient = somebody(lead)
    lead.write(phone(patient, "01632 960001"), patient=patient)
    lead.send()
    before = stands(here)
    stretch, entries = passed(nurse, team_feed(here.team))
    forgets(here)
    with here.place.hub.write() as connection:  # the backup is from before either of them worked here
        connection.execute(delete(t.membership))
    pushed = nurse.hub.offer(Offer(stretch=stretch), entries)
    assert stands(here) == before
    assert waits(here) == []
    assert whose(here, patient) == [here.team]
    [run] = pushed.runs
    assert (run.first, run.last, run.chain_after) == (stretch.first, stretch.last, stretch.chain_after)
    again = nurse.hub.offer(Offer(stretch=stretch), entries)
    assert {each.outcome for each in again.exceptions} == {Outcome.DUPLICATE}
    assert stands(here) == before


def test_F66_a_receipt_proves_as_a_page_does(here: HubTown, nurse: Writer) -> None:
    patient, items = person(here.team)
    sets = [nurse.write(*items, patient=patient), nurse.write(phone(patient, "01632 960001"), patient=patient)]
    [run] = nurse.send().runs
    forgets(here)
    stretch = Stretch(
        feed=run.feed,
        first=run.first,
        last=run.last,
        chain_before=run.chain_before,
        chain_after=run.chain_after,
        attested=run.attested,
    )
    assert nurse.hub.offer(Offer(stretch=stretch), sets).exceptions == ()
    assert [each[2] for each in stands(here)] == [each.head.cs_id for each in sets]


def test_F66_what_one_laptop_lacks_another_gives_back(here: HubTown, nurse: Writer, lead: Writer) -> None:
    patient = somebody(lead)
    for number in range(4):
        lead.write(phone(patient, f"01632 96000{number}"), patient=patient)
    lead.send()
    stretch, entries = passed(nurse, team_feed(here.team))
    forgets(here)
    odd = [each if at % 2 else Hidden(each.hash) for at, each in enumerate(entries)]
    even = [Hidden(each.hash) if at % 2 else each for at, each in enumerate(entries)]
    assert nurse.hub.offer(Offer(stretch=stretch), odd).exceptions == ()
    assert lead.hub.offer(Offer(stretch=stretch), even).exceptions == ()
    assert len(stands(here)) == len(entries)
    assert waits(here) == []


def test_F66_its_own_laptop_goes_on_where_its_replica_ends(here: HubTown, nurse: Writer, lead: Writer) -> None:
    patient, items = person(here.team)
    sets = [lead.write(*items, patient=patient), lead.write(phone(patient, "01632 960001"), patient=patient)]
    lead.send()
    stretch, entries = passed(nurse, team_feed(here.team))
    forgets(here)
    nurse.hub.offer(Offer(stretch=stretch), entries)
    sent = lead.hub.push(lead.pushing(sets, CHAIN_START, 1), sets)
    assert {each.outcome for each in sent.exceptions} == {Outcome.DUPLICATE}
    assert not sent.clash
    lead.write(phone(patient, "01632 960002"), patient=patient)
    assert lead.send().runs[0].first == 3


def test_F66_a_transfer_counts_from_when_it_was_whichever_team_comes_first(here: HubTown) -> None:
    south = here.add_team()
    north_lead, theirs = here.laptop(here.user("lead")), here.laptop(here.user("nurse", south), team=south)
    patient, items = person(here.team)
    first = north_lead.write(*items, patient=patient)
    north_lead.send()
    here.clock.on(hours=1)
    north_lead.write(moved(patient, south, first), patient=patient)
    north_lead.send()
    here.clock.on(hours=1)
    theirs.write(phone(patient, "01632 960001"), patient=patient)
    theirs.send()
    shown = [passed(north_lead, team_feed(here.team)), passed(theirs, team_feed(south))]
    was, stood = whose(here, patient), stands(here)
    for order in (shown, shown[::-1]):
        forgets(here)
        for stretch, entries in order:
            assert theirs.hub.offer(Offer(stretch=stretch), entries).exceptions == ()
        assert waits(here) == []
        held = whose(here, patient)
        assert (held[0], held[-1]) == (was[0], was[-1]) == (here.team, south)
        assert stands(here) == stood
        again = here.laptop(*theirs.users, team=south)
        again.write(phone(patient, "01632 960002"), patient=patient)
        assert [run.feed for run in again.send().runs] == [team_feed(south)]


def test_F66_a_back_fill_from_another_teams_feed_proves_what_was_in_it_and_nothing_else(here: HubTown) -> None:
    south = here.add_team()
    lead, theirs = here.laptop(here.user("lead")), here.laptop(here.user("nurse", south), team=south)
    patient, items = person(here.team)
    first = lead.write(*items, patient=patient)
    lead.write(moved(patient, south, first), patient=patient)
    lead.send()
    here.clock.on(minutes=1)
    catch_up(here.place)
    here.clock.on(minutes=1)
    placed, sets = theirs.hub.patient(team_feed(here.team), patient, 0, 10)
    assert len(sets) == 2
    own, _ = theirs.hub.patient(team_feed(south), patient, 0, 10)
    assert own.attested == b"", "what follows in a feed that is followed is proven by its pages"
    stretch = Stretch(feed=placed.feed, first=0, last=0, chain_before=b"", chain_after=b"", attested=placed.attested)
    forged = theirs.write(phone(patient, "01632 960666"), patient=patient)
    forgets(here)
    for said, given in (
        (stretch, [*sets, forged]),
        (stretch, sets[::-1]),
        (stretch, sets[:1]),
        (replace(stretch, feed=team_feed(south)), sets),
        (replace(stretch, last=2), sets),
        (replace(stretch, first=1, last=2, chain_before=CHAIN_START), sets),
    ):
        with pytest.raises(HubTrouble) as why:
            theirs.hub.offer(Offer(stretch=said), given)
        assert why.value.why is Trouble.BAD_REQUEST
    assert theirs.hub.offer(Offer(stretch=stretch), [Hidden(sets[0].hash), sets[1]]).exceptions == ()
    assert theirs.hub.offer(Offer(stretch=stretch), sets).exceptions[0].outcome is Outcome.DUPLICATE
    assert len(stands(here)) == 2
    assert whose(here, patient)[-1] == south


def test_F66_who_came_back_to_a_team_is_that_teams_again(here: HubTown) -> None:
    south = here.add_team()
    lead = here.laptop(here.user("lead", here.team, south))
    patient, items = person(here.team)
    base = lead.write(*items, patient=patient)
    for team in (south, here.team):
        here.clock.on(hours=1)
        base = lead.write(moved(patient, team, base), patient=patient)
    here.clock.on(hours=1)
    lead.write(phone(patient, "01632 960001"), patient=patient)
    lead.send()
    shown = [passed(lead, team_feed(here.team)), passed(lead, team_feed(south))]
    for order in (shown, shown[::-1]):
        forgets(here)
        for stretch, entries in order:
            lead.hub.offer(Offer(stretch=stretch), entries)
        held = whose(here, patient)
        assert [team for team, _ in groupby(held)] == [here.team, south, here.team]


def test_F66_what_waits_for_a_lead_is_let_in_when_it_turns_out_to_have_been_accepted(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    patient, items = person(here.team)
    made = lead.write(*items, patient=patient)
    lead.send()
    stretch, entries = passed(nurse, team_feed(here.team))
    forgets(here)
    assert nurse.hub.offer(Offer(), [made]).exceptions[0].reason == "other_laptop"
    assert nurse.hub.offer(Offer(stretch=stretch), entries).exceptions == ()
    assert waits(here) == [("other_laptop", "adopted")]
    assert lead.hub.held()[0].reviews == ()


def test_F66_a_decision_and_what_it_let_in_come_back_once(here: HubTown, nurse: Writer, lead: Writer) -> None:
    patient = somebody(nurse)
    assistant = here.laptop(here.user("assistant"))
    merge = Item(entity="patient", entity_id=patient, kind="same_person", payload={"kept": new_id()})
    held = assistant.write(merge, patient=patient)
    assistant.send()
    said = {"state": "adopted", "reason": "it is hers"}
    lead.write(Item(entity="review", entity_id=held.head.cs_id, kind="decided", payload=said))
    lead.send()
    before = stands(here)
    assert held.head.cs_id in {each[2] for each in before}
    stretch, entries = passed(nurse, team_feed(here.team))
    forgets(here)
    assistant.hub.push(assistant.pushing([held], CHAIN_START, 1), [held])  # it waits again
    nurse.hub.offer(Offer(stretch=stretch), entries)
    assert stands(here) == before
    assert waits(here) == [("role", "adopted")]


def test_F66_who_a_lead_added_is_known_again_and_works_in_the_leads_team(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    colleague = new_id()
    said = {"username": "kim", "name": "Kim", "role": "nurse", "capabilities": []}
    lead.write(Item(entity="user", entity_id=colleague, kind="person", payload=said))
    lead.send()
    stretch, entries = passed(nurse, SERVICE)
    forgets(here)
    with here.place.hub.write() as connection:
        connection.execute(delete(t.account).where(t.account.c.user == colleague))
        connection.execute(delete(t.membership).where(t.membership.c.user == colleague))
        connection.execute(delete(t.device_user).where(t.device_user.c.user == colleague))
    assert nurse.hub.offer(Offer(stretch=stretch), entries).exceptions == ()
    with here.place.hub.read() as connection:
        assert [each.team for each in rows.memberships(connection, (colleague,))] == [here.team]
        found = rows.device(connection, nurse.device)
    assert found is not None
    assert colleague not in found.users, "who shows it is not where they were added"


def told_of(here: HubTown, user: str, *, forget: bool = False) -> list[tuple[str, int, int | None]]:
    """Somebody's memberships at the hub; with `forget` these, and who they are, are from before the backup."""
    with here.place.hub.write() as connection:
        held = [(each.team, each.since, each.until) for each in rows.memberships(connection, (user,))]
        if forget:
            for table in (t.account, t.membership):
                connection.execute(delete(table).where(table.c.user == user))
    return held


def test_F66_whom_an_administrator_added_is_known_again_by_the_hubs_own_word(here: HubTown, nurse: Writer) -> None:
    south = here.add_team()
    kim = add_user(here.place, "kim", role=Role.NURSE, team=here.team, clinical_lead=True)
    here.clock.on(hours=1)
    add_user(here.place, "kim", role=Role.LEAD, team=here.team)
    add_user(here.place, "kim", role=Role.NURSE, team=south)
    stretch, entries = passed(nurse, SERVICE)
    forgets(here)
    before = told_of(here, kim, forget=True)
    assert nurse.hub.offer(Offer(stretch=stretch), entries).exceptions == ()
    assert told_of(here, kim) == before
    with here.place.hub.read() as connection:
        found = rows.account(connection, kim)
    assert found is not None
    assert (found.username, found.capabilities) == ("kim", {"clinical_lead"})


def test_F66_who_was_ended_here_since_stays_ended(here: HubTown, nurse: Writer) -> None:
    kim = add_user(here.place, "kim", role=Role.NURSE, team=here.team)
    here.clock.on(hours=1)
    south = here.add_team()
    add_user(here.place, "kim", role=Role.NURSE, team=south)
    stretch, entries = passed(nurse, SERVICE)
    forgets(here)
    with here.place.hub.write() as connection:
        connection.execute(delete(t.membership).where(t.membership.c.team == south))
    here.clock.on(hours=1)
    end_membership(here.place, "kim")
    nurse.hub.offer(Offer(stretch=stretch), entries)
    assert all(until is not None for _, _, until in told_of(here, kim))
    with here.place.hub.read() as connection:
        found = rows.account(connection, kim)
    assert found is not None
    assert not found.active


def test_F66_who_was_ended_here_since_does_not_work_again_because_they_once_did(here: HubTown, nurse: Writer) -> None:
    """The hub itself said so of somebody who had left and come back; what it says after the restore is later."""
    kim = add_user(here.place, "kim", role=Role.NURSE, team=here.team)
    here.clock.on(hours=1)
    end_membership(here.place, "kim")
    here.clock.on(hours=1)
    add_user(here.place, "kim", role=Role.NURSE, team=here.team)
    stretch, entries = passed(nurse, SERVICE)
    forgets(here)
    here.clock.on(hours=1)
    end_membership(here.place, "kim")
    assert nurse.hub.offer(Offer(stretch=stretch), entries).exceptions == ()
    with here.place.hub.read() as connection:
        found = rows.account(connection, kim)
    assert found is not None
    assert not found.active


def test_F66_what_somebody_became_here_since_counts(here: HubTown, nurse: Writer) -> None:
    kim = add_user(here.place, "kim", role=Role.ASSISTANT, team=here.team)
    with here.place.hub.read() as connection:
        as_of_backup = rows.memberships(connection, (kim,))
    here.clock.on(hours=1)
    add_user(here.place, "kim", role=Role.NURSE, team=here.team, name="Kim Once")
    stretch, entries = passed(nurse, SERVICE)
    forgets(here)
    told_of(here, kim, forget=True)
    with here.place.hub.write() as connection:
        who = rows.Account(kim, "kim", "Kim", "assistant", frozenset(), active=True)
        rows.write_account(connection, who)
        for each in as_of_backup:
            rows.add_membership(connection, each)
    here.clock.on(hours=1)
    add_user(here.place, "kim", role=Role.LEAD, team=here.team, name="Kim Now")
    nurse.hub.offer(Offer(stretch=stretch), entries)
    with here.place.hub.read() as connection:
        found = rows.account(connection, kim)
        lasting = [each.role for each in rows.memberships(connection, (kim,)) if each.until is None]
    assert found is not None
    assert (found.name, found.role, lasting) == ("Kim Now", "lead", ["lead"])


# --- what is not ---------------------------------------------------------------------------------


FORGERIES = ("body", "order", "dropped", "added", "other feed", "other place", "no word", "start", "longer chain")


@pytest.mark.parametrize("how", FORGERIES)
def test_F71_nothing_but_what_was_accepted_is_taken_on_the_hubs_word(
    here: HubTown, nurse: Writer, lead: Writer, how: str
) -> None:
    patient = somebody(lead)
    for number in range(2):
        lead.write(phone(patient, f"01632 96000{number}"), patient=patient)
    lead.send()
    stretch, entries = passed(nurse, team_feed(here.team))
    forged = nurse.write(phone(patient, "01632 960666"), patient=patient, author=lead.author)
    shown: tuple[Stretch, Sequence[Entry]] = {
        "body": (stretch, [entries[0], forged, entries[2]]),
        "order": (stretch, [entries[1], entries[0], entries[2]]),
        "dropped": (replace(stretch, first=2), entries[1:]),
        "added": (replace(stretch, last=4), [*entries, forged]),
        "other feed": (replace(stretch, feed=audit_feed(here.team)), entries),
        "other place": (replace(stretch, first=2, last=4), entries),
        "no word": (replace(stretch, attested=bytes(64)), entries),
        "start": (replace(stretch, first=0), entries),
        "longer chain": (replace(stretch, chain_before=bytes(40)), [Hidden(bytes(24)), *entries[1:]]),
    }[how]
    said, given = shown
    forgets(here)
    for each in (said, replace(said, chain_after=chain_over(said.chain_before, given))):
        with pytest.raises(HubTrouble) as why:
            nurse.hub.offer(Offer(stretch=each), given)
        assert why.value.why is Trouble.BAD_REQUEST
    assert stands(here) == []
    assert waits(here) == []
    assert nurse.hub.offer(Offer(stretch=stretch), entries).exceptions == (), "what was accepted is"


def test_F71_what_waited_for_a_lead_was_not_accepted(here: HubTown, nurse: Writer) -> None:
    """The hub's receipts for it are numbered, and it signs them for nobody."""
    south = here.add_team()
    theirs = here.laptop(here.user("nurse", south), team=south)
    patient = somebody(theirs)
    forged = nurse.write(phone(patient, "01632 960666"), patient=patient)
    [run] = nurse.send().held
    assert run.attested == b""
    page, _ = nurse.hub.pull(Pull(feed=held_feed(nurse.device), after=Mark()))
    assert (page.last, page.attested) == (1, b"")
    signed = here.place.attested(run.feed, run.last, run.chain_after)
    stretch = Stretch(
        feed=run.feed,
        first=run.first,
        last=run.last,
        chain_before=run.chain_before,
        chain_after=run.chain_after,
        attested=signed,
    )
    with pytest.raises(HubTrouble) as why:
        nurse.hub.offer(Offer(stretch=stretch), [forged])
    assert why.value.why is Trouble.BAD_REQUEST


def test_F71_the_word_of_another_hub_is_none(here: HubTown, nurse: Writer, lead: Writer) -> None:
    patient = somebody(lead)
    lead.write(phone(patient, "01632 960001"), patient=patient)
    lead.send()
    stretch, entries = passed(nurse, team_feed(here.team))
    for other in ({"hub": new_id()}, {"signing_key": bytes(range(32))}):
        identity = dataclasses.replace(here.place.identity, **other)
        there = Place(here.place.hub, here.place.records, here.place.world, identity)
        word = there.attested(stretch.feed, stretch.last, stretch.chain_after)
        with pytest.raises(HubTrouble):
            nurse.hub.offer(Offer(stretch=replace(stretch, attested=word)), entries)


def test_F71_an_id_that_was_given_to_something_else_since_waits(here: HubTown, nurse: Writer, lead: Writer) -> None:
    patient, items = person(here.team)
    made = lead.write(*items, patient=patient)
    lead.send()
    stretch, entries = passed(nurse, team_feed(here.team))
    forgets(here)
    nurse.write(*items, patient=patient, cs_id=made.head.cs_id)
    nurse.send()
    assert [each.reason for each in nurse.hub.offer(Offer(stretch=stretch), entries).exceptions] == ["other_content"]
    assert len(stands(here)) == 1


def test_an_offer_of_hashes_alone_or_of_hashes_without_a_stretch_is_none(here: HubTown, nurse: Writer) -> None:
    somebody(nurse)
    stretch, entries = passed(nurse, team_feed(here.team))
    hidden = [Hidden(each.hash) for each in entries]
    for said, given in ((Offer(stretch=stretch), hidden), (Offer(), [*entries, *hidden])):
        with pytest.raises(HubTrouble) as why:
            nurse.hub.offer(said, given)
        assert why.value.why is Trouble.BAD_REQUEST
