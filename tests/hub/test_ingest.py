"""What the hub takes in, numbers, receipts and sets aside, on both of its engines."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from smf_core.operations.change_set import CHAIN_START, ChangeSet, Item, chained
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import SERVICE, Mark, Offer, Outcome, Page, Pull, Push, Run, held_feed, team_feed
from smf_core.operations.wire import Entry
from smf_hub.service import pulling
from smf_hub.service.ingest import ALARM_AFTER
from smf_hub.store import tables as t
from tests.support.pushing import HubTown, Writer, new_id, person, phone


def page(writer: Writer, feed: str, after: Mark | None = None) -> tuple[Page, list[Entry]]:
    got, entries = writer.hub.pull(Pull(feed=feed, after=after or Mark()))
    return got, list(entries)


def events(here: HubTown) -> list[str]:
    with here.place.hub.read() as connection:
        return list(connection.scalars(select(t.event.c.kind).order_by(t.event.c.event)))


def waiting(here: HubTown) -> dict[str, str]:
    """By id what became of everything that was set aside."""
    with here.place.hub.read() as connection:
        return {row.cs_id: row.state for row in connection.execute(select(t.quarantine))}


def follows(run: Run, sets: list[ChangeSet]) -> bool:
    """Whether a run's chain is what its sender reckons from its own bytes."""
    chain = run.chain_before
    for each in sets:
        chain = chained(chain, each.hash)
    return chain == run.chain_after and run.last - run.first + 1 == len(sets)


def somebody(writer: Writer) -> str:
    """A new person of the writer's team, already at the hub."""
    patient, items = person(writer.team)
    writer.write(*items, patient=patient)
    writer.send()
    return patient


def decision(cs_id: str, state: str) -> Item:
    return Item(entity="review", entity_id=cs_id, kind="decided", payload={"state": state, "reason": "it is hers"})


def test_what_is_accepted_comes_out_of_the_feed_as_it_was_written(here: HubTown, nurse: Writer) -> None:
    patient, items = person(here.team)
    first = nurse.write(*items, patient=patient)
    second = nurse.write(phone(patient, "01632 960111"), patient=patient)
    pushed = nurse.send()
    [run] = pushed.runs
    assert (run.feed, run.first, run.last) == (team_feed(here.team), 1, 2)
    assert follows(run, [first, second])
    got, entries = page(nurse, run.feed)
    assert entries == [first, second]
    assert [each.head_bytes for each in entries if isinstance(each, ChangeSet)] == [first.head_bytes, second.head_bytes]
    assert (got.first, got.last, got.chain_after, got.more) == (1, 2, run.chain_after, False)


def test_a_back_fill_comes_in_pages_of_the_size_that_the_hub_names(here: HubTown, nurse: Writer) -> None:
    patient, items = person(here.team)
    nurse.write(*items, patient=patient)
    for _ in range(3):
        long = {"patient": patient, "text": "x" * 60_000}
        nurse.write(
            *(Item(entity="note", entity_id=new_id(), kind="said", payload=long) for _ in range(15)), patient=patient
        )
        nurse.send()
    feed, after, sizes = team_feed(here.team), 0, []
    while True:
        placed, change_sets = pulling.person(here.place, feed, patient, after, 4)
        sizes.append(len(change_sets))
        if not placed.more:
            break
        after = placed.seqs[-1]
    assert sizes == [3, 1]


def test_runs_follow_the_push_where_it_changes_its_feed(here: HubTown, lead: Writer) -> None:
    patient, items = person(here.team)
    name = Item(entity="practice", entity_id=new_id(), kind="listed", payload={"code": "C81001", "name": "Mill Lane"})
    sets = [
        lead.write(*items, patient=patient),
        lead.write(name),
        lead.write(phone(patient, "01632 960111"), patient=patient),
        lead.write(phone(patient, "01632 960222"), patient=patient),
    ]
    runs = lead.send().runs
    assert [(run.feed, run.first, run.last) for run in runs] == [
        (team_feed(here.team), 1, 1),
        (SERVICE, 1, 1),
        (team_feed(here.team), 2, 3),
    ]
    assert all(follows(run, part) for run, part in zip(runs, (sets[:1], sets[1:2], sets[2:]), strict=True))


def test_reg_B29_work_sent_again_changes_no_place_in_a_feed(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    sets = [nurse.write(phone(patient, f"01632 96000{n}"), patient=patient) for n in range(3)]
    before = nurse.chain
    nurse.send()
    said = nurse.pushing(sets, before, nurse.seq - 2)
    ends = page(nurse, team_feed(here.team))[0]
    for _ in range(3):
        again = nurse.hub.push(said, sets)
        assert again.runs == ()
        assert {each.outcome for each in again.exceptions} == {Outcome.DUPLICATE}
        assert [each.seq for each in again.exceptions] == [2, 3, 4]
        assert not again.clash
    assert page(nurse, team_feed(here.team))[0] == ends


def test_reg_B32_a_lost_reply_then_the_rest_is_taken_once(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    before, first_seq = nurse.chain, nurse.seq + 1
    first = nurse.write(phone(patient, "01632 960001"), patient=patient)
    nurse.send()  # the answer to this never arrives
    second = nurse.write(phone(patient, "01632 960002"), patient=patient)
    nurse.written.clear()
    pushed = nurse.hub.push(nurse.pushing([first, second], before, first_seq), [first, second])
    assert [(each.at, each.outcome) for each in pushed.exceptions] == [(0, Outcome.DUPLICATE)]
    assert [(run.first, run.last) for run in pushed.runs] == [(3, 3)]
    assert follows(pushed.runs[0], [second])
    assert not pushed.clash


def test_a_push_that_leaves_numbers_out_is_told_where_to_begin(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    nurse.write(phone(patient, "01632 960001"), patient=patient)
    second = nurse.write(phone(patient, "01632 960002"), patient=patient)
    with pytest.raises(HubTrouble) as why:
        nurse.hub.push(nurse.pushing([second], nurse.chain, 3), [second])
    assert why.value.why is Trouble.GAP


@pytest.mark.parametrize("what", ["signature", "chain", "count"])
def test_reg_B33_a_push_that_does_not_say_what_it_holds_is_not_believed(
    here: HubTown, nurse: Writer, what: str
) -> None:
    patient, items = person(here.team)
    made = nurse.write(*items, patient=patient)
    good = nurse.pushing([made], CHAIN_START, 1)
    bad = {
        "signature": Push(**{**fields(good), "signature": bytes(64)}),
        "chain": Push(**{**fields(good), "chain_after": bytes(32)}),
        "count": Push(**{**fields(good), "to_seq": 2}),
    }[what]
    with pytest.raises(HubTrouble):
        nurse.hub.push(bad, [made])
    assert page(nurse, team_feed(here.team))[0].head == 0


def fields(said: Push) -> dict[str, object]:
    return {name: getattr(said, name) for name in said.__struct_fields__}


def test_F71_work_about_another_teams_patient_waits_for_a_lead(here: HubTown, nurse: Writer) -> None:
    other_team = here.add_team()
    other = here.laptop(here.user("nurse", other_team), team=other_team)
    theirs = somebody(other)
    made = nurse.write(phone(theirs, "01632 960001"), patient=theirs)
    pushed = nurse.send()
    [held] = pushed.exceptions
    assert (held.outcome, held.reason, held.feed) == (Outcome.QUARANTINED, "other_team", held_feed(nurse.device))
    assert follows(pushed.held[0], [made])
    assert page(other, team_feed(other_team))[0].head == 1
    assert "quarantined" in events(here)


def test_F71_an_author_who_does_not_use_this_laptop_waits_for_a_lead(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    colleague = here.user("lead")
    nurse.write(phone(patient, "01632 960001"), patient=patient, author=colleague)
    assert [each.reason for each in nurse.send().exceptions] == ["other_laptop"]
    nurse.write(phone(patient, "01632 960001"), patient=patient, author=new_id())
    assert [each.reason for each in nurse.send().exceptions] == ["author_unknown"]


def test_F71_a_borrowed_replica_is_set_aside_and_alarms(here: HubTown, nurse: Writer, lead: Writer) -> None:
    patient = somebody(nurse)
    lead.replica = nurse.replica
    lead.write(phone(patient, "01632 960009"), patient=patient)
    pushed = lead.send()
    assert [each.reason for each in pushed.exceptions] == ["borrowed_replica"]
    assert "tampering" in events(here)
    nurse.write(phone(patient, "01632 960001"), patient=patient)
    assert nurse.send().exceptions == ()


def test_F72_an_id_that_comes_back_with_other_content_is_an_alarm_and_the_first_stands(
    here: HubTown, nurse: Writer
) -> None:
    patient = somebody(nurse)
    first = nurse.write(phone(patient, "01632 960001"), patient=patient)
    nurse.send()
    forged = nurse.write(phone(patient, "01632 960002"), patient=patient, cs_id=first.head.cs_id)
    pushed = nurse.send()
    assert [each.reason for each in pushed.exceptions] == ["other_content"]
    assert "tampering" in events(here)
    _, entries = page(nurse, team_feed(here.team))
    assert first in entries
    assert forged not in entries
    again = nurse.hub.push(nurse.pushing([forged], CHAIN_START, nurse.seq), [forged])
    assert [(each.outcome, each.reason) for each in again.exceptions] == [(Outcome.QUARANTINED, "other_content")]


def test_reg_B35_what_cannot_be_read_waits_with_its_bytes_and_the_queue_moves_on(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    before, first_seq = nurse.chain, nurse.seq + 1
    poison = ChangeSet(b'{"cs_id":', b"[]")
    nurse.seq += 1
    good = nurse.write(phone(patient, "01632 960001"), patient=patient)
    nurse.written.clear()
    pushed = nurse.hub.push(nurse.pushing([poison, good], before, first_seq), [poison, good])
    assert [(each.at, each.reason) for each in pushed.exceptions] == [(0, "unreadable")]
    assert follows(pushed.runs[0], [good])
    with here.place.hub.read() as connection:
        [row] = connection.execute(select(t.quarantine)).all()
    assert (row.head, row.body) == (poison.head_bytes, poison.body_bytes)


def test_F71_many_set_aside_at_once_are_told_to_the_administrator(here: HubTown, nurse: Writer) -> None:
    for _ in range(ALARM_AFTER + 1):
        nurse.write(phone(new_id(), "01632 960001"), patient=None)
    nurse.send()
    assert "many_quarantined" in events(here)


def test_F71_as_many_one_after_the_other_in_a_day_are_told_too_and_once(here: HubTown, nurse: Writer) -> None:
    for sent in range(1, ALARM_AFTER + 3):
        nurse.write(phone(new_id(), "01632 960001"), patient=None)
        nurse.send()
        assert events(here).count("many_quarantined") == int(sent > ALARM_AFTER)


def test_F71_no_more_than_a_few_in_each_of_two_days_raise_no_alarm(here: HubTown, nurse: Writer) -> None:
    for _ in range(2):
        for _ in range(ALARM_AFTER):
            nurse.write(phone(new_id(), "01632 960001"), patient=None)
        nurse.send()
        here.clock.on(hours=25)
    assert "many_quarantined" not in events(here)


def test_F65_two_laptops_with_one_identity_both_keep_their_work_and_get_new_names(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    clone = Writer(**{**vars(nurse), "written": []})
    mine = nurse.write(phone(patient, "01632 960001"), patient=patient)
    assert not nurse.send().clash
    theirs = clone.write(phone(patient, "01632 960002"), patient=patient)
    pushed = clone.send()
    assert pushed.clash
    assert follows(pushed.runs[0], [theirs])
    _, entries = page(nurse, team_feed(here.team))
    assert entries[-2:] == [mine, theirs]
    assert "clash" in events(here)
    nurse.write(phone(patient, "01632 960003"), patient=patient)
    assert not nurse.send().clash


def test_F64_a_restored_laptop_that_wrote_on_before_it_synced_loses_nothing(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    restored = Writer(**{**vars(nurse), "written": []})
    for n in range(5):
        nurse.write(phone(patient, f"01632 96000{n}"), patient=patient)
    nurse.send()
    late = restored.write(phone(patient, "01632 960009"), patient=patient)
    pushed = restored.send()
    assert pushed.clash
    assert follows(pushed.runs[0], [late])


def test_reg_B21_a_laptop_enrolled_again_sends_what_it_wrote_before(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    again = here.laptop(*nurse.users)
    with here.place.hub.write() as connection:
        store = connection.execute(select(t.device.c.store).where(t.device.c.device == nurse.device)).scalar_one()
        connection.execute(t.device.update().where(t.device.c.device == again.device).values(store=store))
    late = nurse.write(phone(patient, "01632 960001"), patient=patient)
    said = Writer(**{**vars(nurse), "key": again.key}).pushing([late], nurse.chain, nurse.seq)
    pushed = again.hub.push(said, [late])
    assert pushed.exceptions == ()
    assert follows(pushed.runs[0], [late])


def test_F70_what_cannot_be_pushed_in_order_is_offered_and_judged_as_if_it_were(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    patient, items = person(here.team)
    lost = [lead.write(*items, patient=patient), lead.write(phone(patient, "01632 960001"), patient=patient)]
    assert [each.reason for each in nurse.hub.offer(Offer(), lost).exceptions] == ["other_laptop"] * 2
    sent = lead.send()
    assert [(run.first, run.last) for run in sent.runs] == [(1, 2)]
    assert not sent.clash
    assert waiting(here) == dict.fromkeys((each.head.cs_id for each in lost), "adopted"), "it stands: nobody is asked"
    late = [lead.write(phone(patient, f"01632 96000{n}"), patient=patient) for n in range(2)]
    assert [(run.first, run.last) for run in lead.hub.offer(Offer(), late).runs] == [(3, 4)]


def test_what_a_lead_returned_is_not_accepted_when_its_own_laptop_sends_it_after_all(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    patient = somebody(nurse)
    lost = nurse.write(phone(patient, "01632 960001"), patient=patient)
    lead.hub.offer(Offer(), [lost])
    lead.write(decision(lost.head.cs_id, "returned"))
    lead.send()
    assert [each.outcome for each in nurse.send().exceptions] == [Outcome.QUARANTINED]
    assert lost not in page(nurse, team_feed(here.team))[1]
    assert waiting(here) == {lost.head.cs_id: "returned"}


def test_what_a_lead_had_returned_before_it_came_waits_for_nobody_and_nobody_is_told_that_it_does(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    patient = somebody(nurse)
    sent = [nurse.write(phone(patient, f"01632 9600{n:02}"), patient=patient, author=new_id()) for n in range(7)]
    for each in sent:
        lead.write(decision(each.head.cs_id, "returned"))
    lead.send()
    assert [each.reason for each in nurse.send().exceptions] == ["author_unknown"] * 7
    assert set(waiting(here).values()) == {"returned"}
    nurse.write(phone(patient, "01632 960099"), patient=patient, author=new_id())
    assert events(here) == []
    nurse.send()
    assert events(here) == ["quarantined"], "one waits, and no more than a few"


def test_F88_a_nurse_who_changes_teams_at_noon_keeps_the_morning(here: HubTown) -> None:
    noon = here.clock.at + timedelta(hours=3)
    other_team = here.add_team()
    user = here.user("nurse", here.team, until=int(noon.timestamp() * 1000))
    with here.place.hub.write() as connection:
        row = {"user": user, "team": other_team, "since": int(noon.timestamp() * 1000), "role": "nurse"}
        connection.execute(t.membership.insert(), [row])
    laptop = here.laptop(user)
    patient, items = person(here.team)
    laptop.write(*items, patient=patient)
    laptop.write(phone(patient, "01632 960001"), patient=patient)
    here.clock.on(hours=6)
    morning = laptop.send()
    assert morning.exceptions == ()
    assert {run.feed for run in morning.runs} == {team_feed(here.team)}
    laptop.write(phone(patient, "01632 960002"), patient=patient)
    assert [each.reason for each in laptop.send().exceptions] == ["other_team"]


def test_after_a_transfer_work_goes_to_the_new_team_and_the_mornings_work_is_still_taken(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    other_team = here.add_team()
    patient = somebody(nurse)
    late = nurse.write(phone(patient, "01632 960001"), patient=patient)
    here.clock.on(hours=1)
    moved = Item(entity="patient", entity_id=patient, kind="team", payload={"team": other_team})
    lead.write(moved, patient=patient)
    assert [run.feed for run in lead.send().runs] == [team_feed(here.team)]
    pushed = nurse.send()
    assert pushed.exceptions == ()
    assert [run.feed for run in pushed.runs] == [team_feed(other_team)]
    assert follows(pushed.runs[0], [late])
    here.clock.on(hours=1)
    nurse.write(phone(patient, "01632 960002"), patient=patient)
    assert [each.reason for each in nurse.send().exceptions] == ["other_team"]


def test_a_transfer_sent_again_later_does_not_move_the_person_back(here: HubTown, nurse: Writer) -> None:
    south, west = here.add_team(), here.add_team()
    lead = here.laptop(here.user("lead", here.team, south, west))
    patient = somebody(nurse)
    before, seq = lead.chain, lead.seq + 1
    to_south = lead.write(
        Item(entity="patient", entity_id=patient, kind="team", payload={"team": south}), patient=patient
    )
    lead.send()
    here.clock.on(hours=1)
    lead.write(Item(entity="patient", entity_id=patient, kind="team", payload={"team": west}), patient=patient)
    lead.send()
    lead.hub.push(lead.pushing([to_south], before, seq), [to_south])
    here.clock.on(hours=1)
    lead.write(phone(patient, "01632 960001"), patient=patient)
    assert [run.feed for run in lead.send().runs] == [team_feed(west)]


def test_reg_B22_what_a_lead_adopts_gets_its_number_and_what_is_returned_does_not(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    patient = somebody(nurse)
    assistant = here.laptop(here.user("assistant"))
    strike = Item(entity="patient", entity_id=patient, kind="same_person", payload={"kept": new_id()})
    first = assistant.write(strike, patient=patient)
    second = assistant.write(strike, patient=patient)
    assert [each.outcome for each in assistant.send().exceptions] == [Outcome.QUARANTINED] * 2
    work, sets = lead.hub.held()
    assert [each.cs_id for each in work.reviews] == [first.head.cs_id, second.head.cs_id]
    assert list(sets) == [first, second]
    decided = [lead.write(decision(first.head.cs_id, "adopted")), lead.write(decision(second.head.cs_id, "returned"))]
    [run] = lead.send().runs
    assert follows(run, decided)
    _, entries = page(nurse, team_feed(here.team))
    assert entries[-1] == first
    assert second not in entries
    assert lead.hub.held()[0].reviews == ()
    lead.write(decision(second.head.cs_id, "adopted"))
    lead.send()
    assert second not in page(nurse, team_feed(here.team))[1], "the first decision counts"


def test_reg_B22_who_is_no_lead_decides_nothing(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    assistant = here.laptop(here.user("assistant"))
    held = assistant.write(
        Item(entity="patient", entity_id=patient, kind="same_person", payload={"kept": new_id()}), patient=patient
    )
    assistant.send()
    nurse.write(decision(held.head.cs_id, "adopted"))
    assert [each.reason for each in nurse.send().exceptions] == ["role"]
    with pytest.raises(HubTrouble):
        nurse.hub.held()
    elsewhere = here.add_team()
    stranger = here.laptop(here.user("lead", elsewhere), team=elsewhere)
    stranger.write(decision(held.head.cs_id, "adopted"))
    stranger.send()
    assert held not in page(nurse, team_feed(here.team))[1]


def test_F61_a_lead_returns_what_waits_for_a_record_with_what_begins_it(
    here: HubTown, nurse: Writer, lead: Writer
) -> None:
    patient, items = person(here.team)
    first = nurse.write(*items, patient=patient, author=new_id())
    nurse.write(phone(patient, "01632 960111"), patient=patient)
    assert [each.reason for each in nurse.send().exceptions] == ["author_unknown"]
    said = Item(entity="review", entity_id=patient, kind="unbegun", payload={"reason": "not ours"})
    nurse.write(said)
    assert [each.reason for each in nurse.send().exceptions] == ["role"]
    decided = lead.write(decision(first.head.cs_id, "returned"), said)
    assert lead.send().exceptions == ()
    assert page(nurse, team_feed(here.team))[1][-1] == decided
    assert [each.cs_id for each in lead.hub.held()[0].reviews if each.patient] == []


def test_F27_a_revoked_laptops_work_waits_for_a_lead_and_it_is_given_nothing(here: HubTown, nurse: Writer) -> None:
    patient = somebody(nurse)
    nurse.revoked = True
    nurse.write(phone(patient, "01632 960001"), patient=patient)
    assert [each.reason for each in nurse.send().exceptions] == ["revoked"]
    with pytest.raises(HubTrouble) as why:
        nurse.hub.pull(Pull(feed=team_feed(here.team), after=Mark()))
    assert why.value.why is Trouble.REVOKED


@pytest.mark.parametrize("years", [-56, -10, -1, 1, 10])
def test_F48_a_clock_wrong_by_years_keeps_nothing_from_being_taken(here: HubTown, years: int) -> None:
    member_since = int((here.clock.at - timedelta(days=30)).timestamp() * 1000)
    laptop = here.laptop(here.user("nurse", here.team, since=member_since))
    patient = somebody(laptop)
    right = here.clock.at
    here.clock.at = right.replace(year=right.year + years)
    laptop.write(phone(patient, "01632 960001"), patient=patient)
    here.clock.at = right
    assert laptop.send().exceptions == ()
    with here.place.hub.read() as connection:
        rows = connection.execute(select(t.change_set.c.suspect).order_by(t.change_set.c.seq)).scalars().all()
    assert rows == [False, years > 0]


def test_reg_B19_a_cursor_beyond_the_end_or_on_another_chain_is_never_an_empty_page(
    here: HubTown, nurse: Writer
) -> None:
    somebody(nurse)
    for strange in (Mark(seq=9, chain=bytes(32)), Mark(seq=1, chain=bytes(32)), Mark(seq=0, chain=b"\x01" * 32)):
        with pytest.raises(HubTrouble) as why:
            nurse.hub.pull(Pull(feed=team_feed(here.team), after=strange))
        assert why.value.why is Trouble.GAP


def test_another_teams_feed_is_as_if_it_did_not_exist(here: HubTown, nurse: Writer) -> None:
    other_team = here.add_team()
    for feed in (team_feed(other_team), team_feed(new_id()), f"audit:{here.team}", held_feed(new_id())):
        with pytest.raises(HubTrouble) as why:
            nurse.hub.pull(Pull(feed=feed, after=Mark()))
        assert why.value.why is Trouble.UNKNOWN
