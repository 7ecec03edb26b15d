"""What two people wrote apart: shown side by side, the same on every laptop, and never settled by a clock."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations, product

import pytest

from smf_core.domain.merge import MERGED
from smf_core.operations.change_set import Item
from smf_core.records.queries.tasks import task as task_of
from smf_core.records.queries.unbegun import unbegun
from tests.support.laptops import SyncLaptop, Town, same_records
from tests.support.stores import item


def heads(laptop: SyncLaptop, who: str, kind: str = "phone") -> set[str]:
    """What stands of a unit of a person on a laptop."""
    value = laptop.record("patient", who).units[kind, None]
    return {str(each.payload[kind]) for each in value.heads}


def two_with_somebody(town: Town) -> tuple[SyncLaptop, SyncLaptop, str]:
    ann, bea = town.joined("ann", "bea")
    who = ann.person()
    town.meet(2)
    return ann, bea, who


def test_F53_a_week_apart_both_values_stand(town: Town) -> None:
    ann, bea, who = two_with_somebody(town)
    for day in range(7):
        town.passes(days=1)
        ann.phone(who, f"01632 9601{day:02}")
        bea.phone(who, f"01632 9602{day:02}")
    ann.settle()
    done = bea.settle()
    assert done.conflicts == 1
    ann.settle()
    assert heads(ann, who) == heads(bea, who) == {"01632 960106", "01632 960206"}
    assert same_records((ann, bea))


def test_F54_the_same_change_on_both_is_no_conflict(town: Town) -> None:
    ann, bea, who = two_with_somebody(town)
    ann.phone(who, "01632 960555")
    bea.phone(who, "01632 960555")
    town.meet()
    assert not ann.side.apart()
    assert heads(bea, who) == {"01632 960555"}


@pytest.mark.parametrize("order", sorted(set(permutations("aaabbb"))))
def test_reg_B07_whenever_both_exchange_the_conflict_is_raised(town_of_two: "Two", order: Sequence[str]) -> None:
    """Two laptops, three edits and three exchanges each: an edit before each exchange."""
    town, ann, bea = town_of_two
    who = ann.person()
    town.meet(2)
    for number, letter in enumerate(order):
        each = ann if letter == "a" else bea
        each.phone(who, f"01632 96{number:04}")
        each.sync()
    last = {letter: f"01632 96{max(at for at, one in enumerate(order) if one == letter):04}" for letter in "ab"}
    town.meet(2)
    assert heads(ann, who) == heads(bea, who)
    assert same_records((ann, bea))
    # Whoever exchanged last had heard of the other's last edit only if it was made in between.
    assert f"01632 96{5:04}" in heads(ann, who)
    seen_by_last = order[-1]
    other = "b" if seen_by_last == "a" else "a"
    run_of_last = len(order) - max(at for at, one in enumerate(order) if one == other) - 1
    apart = {last[other], last[seen_by_last]} if run_of_last == 1 else {last[seen_by_last]}
    assert heads(ann, who) == apart


Two = tuple[Town, SyncLaptop, SyncLaptop]


@pytest.fixture
def town_of_two(town: Town) -> Two:
    ann, bea = town.joined("ann", "bea")
    return town, ann, bea


@pytest.mark.parametrize("hours", [0, -5, 5])
def test_reg_B08_what_was_built_on_decides_and_no_clock(town: Town, hours: int) -> None:
    ann, bea, who = two_with_somebody(town)
    bea.clock.is_set(by=timedelta(hours=hours))
    ann.phone(who, "01632 960100")
    bea.phone(who, "01632 960200")
    town.meet()
    assert heads(ann, who) == heads(bea, who) == {"01632 960100", "01632 960200"}
    settled = bea.phone(who, "01632 960300")
    town.meet()
    assert heads(ann, who) == heads(bea, who) == {"01632 960300"}
    assert ann.holds(settled)


def test_reg_B09_F55_struck_here_and_amended_there_keeps_both(town: Town) -> None:
    ann, bea, who = two_with_somebody(town)
    visit = ann.new_id()
    ann.save(item("visit", visit, "not_gone_ahead", patient=who, reason="no_access", note="first"), patient=who)
    town.meet(2)
    ann.save(item("visit", visit, "struck", reason="wrong person"), patient=who)
    first = bea.record("visit", visit).units["not_gone_ahead", None].bases
    amended = [
        item("visit", visit, "not_gone_ahead", *first, patient=who, reason="no_access", note=f"edit {number}")
        for number in range(1, 2)
    ]
    bea.save(*amended, patient=who)
    town.meet()
    for each in (ann, bea):
        record = each.record("visit", visit)
        assert record.units["struck", None]["reason"] == "wrong person"
        assert record.units["not_gone_ahead", None]["note"] == "edit 1"
    assert same_records((ann, bea))


def test_F56_an_allergy_ended_here_and_amended_there_stays(town: Town) -> None:
    ann, bea, who = two_with_somebody(town)
    allergy = ann.new_id()
    ann.save(item("allergy", allergy, "member", patient=who, substance="Penicillin", reaction="rash"), patient=who)
    town.meet(2)
    bases = ann.record("allergy", allergy).units["member", None].bases
    said = {"patient": who, "substance": "Penicillin"}
    ann.save(item("allergy", allergy, "member", *bases, **said, ended=True, ended_reason="not so"), patient=who)
    bea.save(item("allergy", allergy, "member", *bases, **said, reaction="anaphylaxis"), patient=who)
    town.meet()
    for each in (ann, bea):
        value = each.record("allergy", allergy).units["member", None]
        assert not value["ended"]
        assert not value.settled
        assert len(value.heads) == 2


def test_F57_a_conflict_settled_differently_on_two_laptops_is_one_again(town: Town) -> None:
    ann, bea, cat = town.joined("ann", "bea", "cat")
    who = ann.person()
    town.meet(2)
    for each, number in ((ann, "01632 960001"), (bea, "01632 960002"), (cat, "01632 960003")):
        each.phone(who, number)
    town.meet()
    assert len(heads(ann, who)) == 3
    ann.phone(who, "01632 960111")
    bea.phone(who, "01632 960222")
    town.meet()
    assert heads(ann, who) == heads(bea, who) == heads(cat, who) == {"01632 960111", "01632 960222"}
    cat.phone(who, "01632 960333")
    town.meet()
    assert heads(ann, who) == {"01632 960333"}
    assert same_records((ann, bea, cat))


def dependent(who: str, ids: Sequence[str]) -> list[Item]:
    """Four changes of a phone, each made on top of the one before."""
    made = [item("patient", who, "phone", phone="01632 960000")]
    for number, base in enumerate(ids, start=1):
        made.append(item("patient", who, "phone", (base, 0), phone=f"01632 96000{number}"))
    return made


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_reg_B30_B31_F61_four_dependent_changes_in_any_order_make_one_record(
    town_of_two: Two, order: Sequence[int]
) -> None:
    """As change sets, handed to another laptop page by page in that order; a copy that came in order is the measure."""
    from smf_core.operations.change_set import ChangeSet
    from smf_core.records import log, writing

    _, ann, bea = town_of_two
    who = ann.person()
    made = [ann.phone(who, f"01632 96000{number}") for number in range(4)]
    with ann.store.read() as connection:
        sets: list[ChangeSet] = log.change_sets(connection, made)
    with bea.store.work(author="", now=bea.clock.now(), new_id=bea.new_id) as work:
        for place in order:
            writing.write(work.connection, [(sets[place], None)])
    assert heads(bea, who) == {"01632 960003"}
    assert bea.record("patient", who).units["phone", None].settled


def test_reg_B44_bases_reach_back_however_long_ago(town: Town) -> None:
    ann, bea, cat = town.joined("ann", "bea", "cat")
    who = ann.person()
    town.meet(2)
    cat_has = heads(cat, who)
    for number in range(40):
        ann.phone(who, f"01632 961{number:03}")
    ann.settle()
    bea.settle()
    assert heads(cat, who) == cat_has
    cat.phone(who, "01632 969999")  # on top of what stood forty changes ago
    town.meet()
    assert heads(ann, who) == heads(bea, who) == heads(cat, who) == {"01632 961039", "01632 969999"}


def test_F36_what_a_newer_version_wrote_is_kept_and_passed_on(town: Town) -> None:
    ann, bea, who = two_with_somebody(town)
    newer = ann.save(
        item("wound", ann.new_id(), "assessed", patient=who, depth="5 mm"),
        item("patient", who, "pronouns", said="they"),
        patient=who,
    )
    others = ann.note(who, "as ever")
    town.meet()
    assert town.held() == {}
    for each in (ann, bea):
        assert each.holds(newer)
        assert each.holds(others)
        assert each.record("patient", who).unknown
    assert ann.verify().ok
    assert bea.verify().ok


def test_reg_B43_F58_registered_twice_both_stay(town: Town) -> None:
    ann, bea = town.joined("ann", "bea")
    number = {"nhs_number": "9990000018", "status": "verified"}
    people = []
    for each in (ann, bea):
        who = each.person("OKAFOR")
        each.save(item("patient", who, "nhs_number", **number), patient=who)
        people.append(who)
    town.meet()
    assert ann.people() == bea.people() >= set(people)
    assert same_records((ann, bea))


@pytest.mark.parametrize(("first", "second"), list(product("ab", repeat=2)))
def test_reg_B08_three_versions_and_two_exchanges_show_all(town_of_two: Two, first: str, second: str) -> None:
    town, ann, bea = town_of_two
    who = ann.person()
    town.meet(2)
    ann.phone(who, "01632 960001")
    bea.phone(who, "01632 960002")
    {"a": ann, "b": bea}[first].sync()
    bea.phone(who, "01632 960003")
    {"a": ann, "b": bea}[second].sync()
    town.meet()
    assert heads(ann, who) == heads(bea, who)
    assert "01632 960003" in heads(ann, who)


def test_F60_done_by_two_nurses_it_is_two_records(town: Town) -> None:
    ann, bea, who = two_with_somebody(town)
    task = ann.new_id()
    asked = {"patient": who, "kind": "other", "text": "Ring the daughter", "by": ann.user}
    ann.save(Item(entity="task", entity_id=task, kind="asked", payload=asked), patient=who)
    town.meet(2)
    saves = [each.note(who, f"{each.name} was there") for each in (ann, bea)]
    for each in (ann, bea):
        with each.store.work(author=each.user, now=each.clock.now(), new_id=each.new_id) as work:
            done = {"state": "done", "by": each.user, "at": work.now.isoformat()}
            saves.append(work.save([work.change("task", task, "done", done)], patient=who))
    town.meet()
    for each in (ann, bea):
        assert all(each.holds(save) for save in saves)
        with each.store.read() as connection:
            visits = connection.exec_driver_sql("SELECT count(*) FROM visit WHERE patient = ?", (who,)).scalar()
            found = task_of(connection, task)
        assert visits == 2
        assert found is not None
        assert not found.settled
        assert {head.payload["by"] for head in each.record("task", task).units["done", None].heads} == {
            ann.user,
            bea.user,
        }
    assert same_records((ann, bea))
    assert town.held() == {}


def test_F59_notes_that_pend_on_a_laptop_land_on_the_person_two_records_were_merged_into(town: Town) -> None:
    ann, bea, lea = town.joined("ann", "bea", "lea")
    kept, duplicate = ann.person("OKAFOR"), ann.person("OKAFOR")
    town.meet(2)
    pending = bea.note(duplicate, "written before the merge was heard of")
    joined = {"kept": kept, "state": MERGED, "by": lea.user, "on": "2026-11-17", "reason": "Same person"}
    lea.change(duplicate, "same_person", **joined)
    lea.settle()
    town.meet(2)
    later = bea.note(duplicate, "by a page that was open since before")
    town.meet(2)
    assert town.held() == {}
    for each in (ann, bea, lea):
        assert each.holds(pending)
        assert each.holds(later)
        found = each.local("SELECT patient, not_gone_ahead_note FROM visit")
        assert {who for who, _ in found} == {kept}
        assert len(found) == 2
    assert same_records((ann, bea))


def begun_by_nobody_known(laptop: SyncLaptop) -> tuple[str, str]:
    """Somebody whose record begins with a change set that the hub sets aside. Answers who, and the change set."""
    who, referral = laptop.new_id(), laptop.new_id()
    here = {"team": laptop.town.team}
    said = {"patient": who, "received_on": "2026-11-17", "skills": ["insulin"], "reason": ""}
    first = laptop.save(
        item("patient", who, "name", family="OKAFOR", given="Chidi"),
        item("patient", who, "born", date_of_birth="1951-03-14"),
        item("patient", who, "team", **here),
        item("referral", referral, "received", **here, **said),
        patient=who,
        author="0193aaaa-0000-7000-8000-00000000beef",
    )
    return who, first


def waiting(laptop: SyncLaptop) -> list[tuple[str, int, bool]]:
    with laptop.store.read() as connection:
        return [(one.patient, one.saves, one.late) for one in unbegun(connection, laptop.clock.now())]


def reasons(laptop: SyncLaptop) -> list[str]:
    """Why a lead returned what waited for a record."""
    with laptop.store.read() as connection:
        return [one.returned.reason for one in unbegun(connection, laptop.clock.now()) if one.returned]


@pytest.mark.parametrize("decided", ["adopted", "returned"])
def test_F61_what_came_before_what_it_depends_on_is_told_and_stands_once_that_comes(town: Town, decided: str) -> None:
    laptops = ann, cat, lea = town.joined("ann", "cat", "lea")
    who, first = begun_by_nobody_known(ann)
    saves = [ann.note(who, "seen"), ann.phone(who, "01632 960777")]
    town.meet()
    assert town.held() == {first: "author_unknown"}
    for each in laptops:
        assert waiting(each) == [(who, 2, False)]
    town.passes(days=5, hours=1)
    town.meet(1)
    for each in laptops:
        assert all(map(each.holds, saves))
        assert waiting(each) == [(who, 2, True)]
    decision = {"state": decided, "reason": "looked at", "by": lea.user, "at": "2026-11-23"}
    back = [item("review", who, "unbegun", reason="looked at")] if decided == "returned" else []
    lea.save(item("review", first, "decided", **decision), *back, patient=None)
    town.meet()
    for each in laptops:
        assert all(map(each.holds, saves)), "nothing is dropped"
        assert waiting(each) == ([] if decided == "adopted" else [(who, 2, False)])
        assert reasons(each) == (["looked at"] if decided == "returned" else [])
        assert each.people() == ({who} if decided == "adopted" else set())
    if decided == "adopted":
        assert heads(cat, who) == {"01632 960777"}
    assert same_records(laptops)


def test_F61_whose_record_left_the_scope_or_was_merged_is_not_waited_for(
    town: Town, south: tuple[str, SyncLaptop]
) -> None:
    team, dot = south
    ann, lea = town.joined("ann", "lea")
    who, kept, duplicate = ann.person("MOVES"), ann.person("OKAFOR"), ann.person("OKAFOR")
    for each in (who, kept, duplicate):
        ann.note(each, "seen")
    town.meet(2)
    joined = {"kept": kept, "state": MERGED, "by": lea.user, "on": "2026-11-17", "reason": "Same person"}
    lea.change(duplicate, "same_person", **joined)
    ann.change(who, "team", team=team)
    for _ in range(3):
        town.passes(days=3)
        town.meet(2)
    assert who not in ann.people()
    for each in (ann, lea, dot):
        assert waiting(each) == []
