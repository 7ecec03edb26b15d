"""Sealed drafts and documents at the hub: whose they are, who learns of them, and what a cut upload leaves."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import DraftNote
from smf_core.policy.roles import Role
from smf_core.records.tables.person import document
from smf_hub.ports import Caller
from smf_hub.service import blobs, drafts, managing
from smf_hub.service.place import Place
from smf_hub.store.database import insert_one
from smf_hub.store.tables import event, person_team
from tests.support.hubs import new_hub
from tests.support.keys import ToldClock

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


class Staff:
    """A hub with two teams; each attribute is the laptop of that person."""

    def __init__(self, place: Place) -> None:
        self.place = place
        assert isinstance(place.world.clock, ToldClock)
        self.clock = place.world.clock
        teams = {name: managing.add_team(place, name) for name in ("North", "South")}
        self.users: dict[str, str] = {}

        def laptop(user: str, role: Role, team: str, device: str) -> Caller:
            self.users[user] = managing.add_user(place, user, role=role, team=team)
            return Caller(device, teams[team], frozenset({self.users[user]}))

        self.tom = laptop("tom", Role.NURSE, "North", "tom-1")
        self.anna = laptop("anna", Role.NURSE, "North", "anna-1")
        self.priya = laptop("priya", Role.LEAD, "North", "priya-1")
        self.lars = laptop("lars", Role.LEAD, "South", "lars-1")

    def note(self, who: str, device: str, slot: str = "slot") -> DraftNote:
        return DraftNote(
            slot=slot,
            author=self.users[who],
            page="visit",
            patient="p" * 36,
            saved_at=self.clock.now().isoformat(),
            device=device,
        )

    def keeps(self, slot: str = "slot", content: bytes = b"sealed") -> None:
        drafts.keep(self.place, self.tom, slot, self.note("tom", "tom-1", slot), content)


@pytest.fixture
def staff(hub_url: str) -> Iterator[Staff]:
    with new_hub(hub_url) as place:
        yield Staff(place)


def refused(act: object, *said: object) -> Trouble:
    with pytest.raises(HubTrouble) as why:
        act(*said)
    return why.value.why


# --- drafts --------------------------------------------------------------------------------------


def test_a_slot_holds_the_latest_and_goes_when_it_is_signed(staff: Staff) -> None:
    staff.keeps(content=b"first")
    staff.keeps(content=b"second")
    assert drafts.sealed(staff.place, staff.tom, "slot") == b"second"
    drafts.drop(staff.place, staff.tom, "slot")
    drafts.drop(staff.place, staff.tom, "slot")
    assert drafts.notes(staff.place, staff.tom) == []


def test_the_author_finds_it_from_another_laptop_and_no_laptop_replaces_anothers(staff: Staff) -> None:
    staff.keeps()
    other = Caller("tom-2", staff.tom.team, staff.tom.users)
    assert [each.device for each in drafts.notes(staff.place, other)] == ["tom-1"]
    assert drafts.sealed(staff.place, other, "slot") == b"sealed"
    assert refused(drafts.keep, staff.place, other, "slot", staff.note("tom", "tom-2"), b"x") is Trouble.NOT_ALLOWED


def test_reg_F84_a_colleague_learns_nothing_not_even_by_its_name(staff: Staff) -> None:
    staff.keeps()
    staff.clock.passes(25 * 3600)
    for caller in (staff.anna, staff.lars):
        assert drafts.notes(staff.place, caller) == []
        assert refused(drafts.sealed, staff.place, caller, "slot", "absent") is Trouble.UNKNOWN
        assert refused(drafts.sealed, staff.place, caller, "nothing", "absent") is Trouble.UNKNOWN
        drafts.drop(staff.place, caller, "slot")
    assert drafts.sealed(staff.place, staff.tom, "slot") == b"sealed"


def test_after_a_day_a_lead_sees_that_it_exists_and_takes_it_with_a_reason(staff: Staff) -> None:
    staff.keeps()
    staff.clock.passes(24 * 3600 - 60)
    assert drafts.notes(staff.place, staff.priya) == []
    assert refused(drafts.sealed, staff.place, staff.priya, "slot", "absent") is Trouble.UNKNOWN
    staff.clock.passes(120)
    assert [each.author for each in drafts.notes(staff.place, staff.priya)] == [staff.users["tom"]]
    assert refused(drafts.sealed, staff.place, staff.priya, "slot") is Trouble.UNKNOWN
    assert drafts.sealed(staff.place, staff.priya, "slot", "absent") == b"sealed"
    with staff.place.hub.read() as connection:
        told = connection.execute(event.select().where(event.c.kind.like("draft%")).order_by(event.c.event)).all()
    assert [(row.kind, row.detail) for row in told] == [
        ("draft_refused", ""),
        ("draft_refused", ""),
        ("draft_taken", "absent"),
    ]


def test_nobody_keeps_a_draft_in_anothers_name_or_a_large_one(staff: Staff) -> None:
    forged = staff.note("tom", "anna-1")
    assert refused(drafts.keep, staff.place, staff.anna, "s", forged, b"x") is Trouble.NOT_ALLOWED
    own = staff.note("tom", "tom-1")
    large = bytes(drafts.LARGEST + 1)
    assert refused(drafts.keep, staff.place, staff.tom, "s", own, large) is Trouble.TOO_LARGE
    assert refused(drafts.keep, staff.place, staff.tom, "s" * 161, own, b"x") is Trouble.BAD_REQUEST


def test_a_clock_years_ahead_hides_no_draft_from_a_lead(staff: Staff) -> None:
    ahead = DraftNote(
        slot="slot",
        author=staff.users["tom"],
        page="visit",
        patient="p",
        saved_at="2036-01-01T00:00:00Z",
        device="tom-1",
    )
    drafts.keep(staff.place, staff.tom, "slot", ahead, b"sealed")
    staff.clock.passes(25 * 3600)
    assert len(drafts.notes(staff.place, staff.priya)) == 1


# --- documents -----------------------------------------------------------------------------------

CONTENT = hashlib.shake_256(b"a photograph").digest(blobs.PIECE * 2 + 1000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def send(staff: Staff, *offsets: int) -> None:
    for offset in offsets:
        blobs.put(staff.place, staff.tom, DIGEST, offset, CONTENT[offset : offset + blobs.PIECE])


def fetched(staff: Staff, caller: Caller) -> bytes:
    found = b""
    while piece := blobs.piece(staff.place, caller, DIGEST, len(found)):
        found += piece
    return found


def test_a_document_goes_up_in_pieces_in_any_order_and_comes_down_whole(staff: Staff) -> None:
    assert blobs.ranges(staff.place, staff.tom, DIGEST) == []
    send(staff, blobs.PIECE * 2, 0)
    assert blobs.ranges(staff.place, staff.tom, DIGEST) == [(0, blobs.PIECE), (blobs.PIECE * 2, len(CONTENT))]
    send(staff, blobs.PIECE, blobs.PIECE)
    blobs.commit(staff.place, staff.tom, DIGEST, len(CONTENT))
    blobs.commit(staff.place, staff.tom, DIGEST, len(CONTENT))
    assert blobs.ranges(staff.place, staff.tom, DIGEST) is None
    assert fetched(staff, staff.anna) == CONTENT


def test_reg_F02_what_is_not_whole_is_no_document_and_begins_again(staff: Staff) -> None:
    send(staff, 0, blobs.PIECE)
    assert refused(blobs.commit, staff.place, staff.tom, DIGEST, len(CONTENT)) is Trouble.BAD_REQUEST
    assert refused(blobs.piece, staff.place, staff.tom, DIGEST, 0) is Trouble.UNKNOWN
    assert blobs.ranges(staff.place, staff.tom, DIGEST) == []
    send(staff, 0, blobs.PIECE, blobs.PIECE * 2)
    blobs.commit(staff.place, staff.tom, DIGEST, len(CONTENT))
    assert fetched(staff, staff.tom) == CONTENT


def test_reg_F84_another_team_gets_a_document_only_with_the_person_it_is_about(staff: Staff) -> None:
    send(staff, 0, blobs.PIECE, blobs.PIECE * 2)
    blobs.commit(staff.place, staff.tom, DIGEST, len(CONTENT))
    assert refused(blobs.piece, staff.place, staff.lars, DIGEST, 0) is Trouble.UNKNOWN
    person = "0193aaaa-0000-7000-8000-000000000001"
    with staff.place.records.write() as records:
        insert_one(
            records,
            document,
            id="d",
            patient=person,
            kind="photograph",
            title="",
            media="image/png",
            digest=DIGEST,
            size=len(CONTENT),
            by="x",
            written_at=NOW,
            written_offset=0,
            struck_reason="",
        )
    with staff.place.hub.write() as connection:
        insert_one(connection, person_team, patient=person, since=1, team=staff.tom.team)
    assert refused(blobs.piece, staff.place, staff.lars, DIGEST, 0) is Trouble.UNKNOWN
    with staff.place.hub.write() as connection:
        insert_one(connection, person_team, patient=person, since=2, team=staff.lars.team)
    assert fetched(staff, staff.lars) == CONTENT


@pytest.mark.parametrize(
    ("digest", "offset", "size", "why"),
    [
        ("../../etc/passwd", 0, 10, Trouble.BAD_REQUEST),
        ("A" * 64, 0, 10, Trouble.BAD_REQUEST),
        (DIGEST, 1, 10, Trouble.BAD_REQUEST),
        (DIGEST, -blobs.PIECE, 10, Trouble.BAD_REQUEST),
        (DIGEST, 0, 0, Trouble.BAD_REQUEST),
        (DIGEST, 0, blobs.PIECE + 1, Trouble.TOO_LARGE),
        (DIGEST, blobs.LARGEST, 10, Trouble.TOO_LARGE),
    ],
)
def test_pieces_that_cannot_be_are_refused(staff: Staff, digest: str, offset: int, size: int, why: Trouble) -> None:
    assert refused(blobs.put, staff.place, staff.tom, digest, offset, bytes(size)) is why
