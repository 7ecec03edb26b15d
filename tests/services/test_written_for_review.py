"""What a lead reads of a save that waits, whatever is in it and whatever this laptop knows of it."""

from typing import Any

import pytest
from msgspec.json import encode

from smf_core.operations.change_set import ChangeSet, Head, Item
from smf_desktop.presenters.sync.held import HeldFact
from smf_desktop.services.session import new_item
from smf_desktop.services.sync.reviews import Held
from smf_desktop.services.sync.written import Written, read_written
from tests.support.sessions import START, Team, team
from tests.support.stores import laptop, store_template
from tests.support.visits import at_home

__all__ = ["laptop", "store_template", "team"]

NOT_HERE = "This person is not on this laptop, so their record cannot be read beside it."
UNREADABLE = ("It could not be read, so it can only be returned.",)


def from_elsewhere(team: Team, who: str | None, *items: Item) -> ChangeSet:
    """As a laptop sent it that is not this one."""
    head = Head(
        cs_id=team.nurse.new_id(),
        replica_id=team.nurse.new_id(),
        seq=1,
        hlc=(int(START.timestamp() * 1000), 0),
        author=team.nurse2.user.id,
        patient_id=who,
        care_time=START.isoformat(),
        schema=1,
        n=len(items),
    )
    return ChangeSet(encode(head), encode(items))


def read(team: Team, *held: ChangeSet, who: str | None) -> Written:
    """The first of some saves, all of which wait."""
    saves = {str(at): one for at, one in enumerate(held)}
    facts = tuple(HeldFact(at, team.nurse2.user.id, who, "left", START, "", "a laptop") for at in saves)
    return read_written(team.lead, Held(facts, {}, {}, saves), "0")


def lines(team: Team, who: str, *items: Item) -> tuple[str, ...]:
    return tuple(plain(line) for line in read(team, from_elsewhere(team, who, *items), who=who).lines)


def plain(line: str) -> str:
    """Without the marks that keep typed words apart."""
    return line.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (
            ("patient", "address", {"address": "1 Elm St\nDerby", "postcode": "DE1 1AA"}),
            "Address: 1 Elm St, Derby, DE1 1AA",
        ),
        (("allergy", "member", {"substance": "Latex", "reaction": "Rash"}), "Allergy: Latex · Rash"),
        (
            ("task", "asked", {"text": "Ring the daughter", "due_on": "2026-11-20", "kind": "call_back"}),
            "Task: 20-Nov-2026 · call back · Ring the daughter",
        ),
        (
            ("visit", "not_gone_ahead", {"reason": "no_access", "at": START.isoformat()}),
            "Visit did not go ahead: 17-Nov-2026 09:00 · no access",
        ),
        (("hologram", "cast", {"words": "Of a newer version"}), "Hologram cast: Of a newer version"),
    ],
)
def test_each_thing_is_said_in_a_line(team: Team, item: tuple[str, str, dict[str, Any]], said: str) -> None:
    who = at_home(team).patient
    entity, kind, payload = item
    record = who if entity == "patient" else team.nurse.new_id()
    owner = {} if entity == "patient" else {"patient": who}
    assert lines(team, who, new_item(entity, record, kind, **payload, **owner)) == (said,)


def test_what_clashes_with_the_record_as_it_stands_says_so(team: Team) -> None:
    who = at_home(team).patient
    (said,) = lines(team, who, new_item("patient", who, "name", family="Other", given="Name"))
    assert said == "Name: OTHER, Name · one of two versions"


def test_the_words_of_a_private_note_stay_sealed(team: Team) -> None:
    who = at_home(team).patient
    sealed = new_item("alert", team.nurse.new_id(), "member", patient=who, text="Kept apart", private="staff_safety")
    found = read(team, from_elsewhere(team, who, sealed), who=who)
    assert found.lines == ("Alert: A private note",)
    assert found.about == "The words of a private note are sealed: they open in the record, once it is taken in."


def test_of_a_visit_whose_pathway_is_not_here_the_steps_are_counted(team: Team) -> None:
    who, visit, section = (team.nurse.new_id() for _ in range(3))
    signed = {"started_at": START.isoformat(), "minutes": 45, "contact": "home", "purpose": "teaching"}
    held = from_elsewhere(
        team,
        who,
        new_item("visit", visit, "signed", patient=who, **signed),
        new_item("section", section, "taught", patient=who, visit=visit, episode=team.nurse.new_id(), notes="Did well"),
        new_item("section", section, "rating", step="s01", level="independent"),
        new_item("section", section, "rating", step="s02", level="independent"),
        new_item("section", section, "answer", question="t01", answer="went_over_again"),
    )
    found = read(team, held, who=who)
    assert [plain(line) for line in found.lines] == [
        "Visit: home · 45 minutes · teaching · 17-Nov-2026 09:00",
        "Taught: Did well",
        "Steps: on own 2",
        "Teach-back: went over it again 1",
    ]
    assert found.about.startswith(NOT_HERE)
    assert "Steps and questions are counted, not named" in found.about


def test_what_is_built_on_another_save_that_waits_is_read_with_it(team: Team) -> None:
    """The beginning of a record waits, and so does a visit to the person: both are in the tray."""
    who = team.nurse.new_id()
    begun = from_elsewhere(team, who, new_item("patient", who, "name", family="Okafor", given="Chidi"))
    phone = from_elsewhere(team, who, new_item("patient", who, "phone", phone="01632 960777"))
    found = read(team, phone, begun, who=who)
    assert [plain(line) for line in found.lines] == ["Phone: 01632 960777"]
    assert found.about == NOT_HERE


@pytest.mark.parametrize("payload", [{"started_at": 7, "minutes": "x", "contact": ["?"], "methods": 3}, {}])
def test_what_somebody_made_up_is_read_or_said_to_be_unreadable_and_never_a_fault(
    team: Team, payload: dict[str, Any]
) -> None:
    who = at_home(team).patient
    made_up = Item(entity="visit", entity_id=team.nurse.new_id(), kind="signed", payload={"patient": who, **payload})
    assert read(team, from_elsewhere(team, who, made_up), who=who).lines
    assert read(team, ChangeSet(b"{}", b"?"), who=who).lines == UNREADABLE
