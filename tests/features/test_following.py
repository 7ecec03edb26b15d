"""What follows the records to the hub: half-written notes, sealed, and documents in pieces."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from smf_core.domain.recovery_key import written
from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.compose.joining import line_open
from smf_desktop.presenters.sync.centre import NOTHING_WAITS, centre_rows
from smf_desktop.presenters.sync.facts import Link, Result, SyncState
from smf_desktop.presenters.sync.status import ALL_SENT, status_row
from smf_desktop.security.draft_sealing import Draft, draft_key, open_box, open_draft, seal_draft
from smf_desktop.security.sealing import SealBroken, public_half
from smf_desktop.services.drafts import VISIT
from smf_desktop.services.people import new_patient
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.sync.centre import centre, how_it_stands
from smf_desktop.services.sync.exchanging import PIECE
from smf_desktop.store.following import send_all_anew
from smf_desktop.trouble import WrongRecoveryKey
from smf_hub.service.laptop import LaptopHub
from smf_hub.service.people import caller
from smf_hub.service.place import Place
from smf_hub.store.tables import identity
from tests.support.houses import PASSWORD
from tests.support.joined import Joined, joined, north
from tests.support.keys import chance
from tests.support.visits import DOREEN

__all__ = ["joined", "north"]

FORM = b'{"note":"half a sen"}'
VISIT_ID = "0193bbbb-0000-7000-8000-000000000001"
PERSON = "0193bbbb-0000-7000-8000-000000000002"
SERVICE_KEY = bytearray(range(32))


@pytest.fixture
def other(joined: Joined, north: Place, tmp_path: Path) -> Iterator[Joined]:
    """Tom's second laptop."""
    made = Joined(north, tmp_path, number=2)
    yield made
    made.house.release()


def begun(laptop: Joined, form: bytes = FORM) -> None:
    laptop.clock.passes(1)
    with laptop.sitting() as sitting, sitting.session.work() as work:
        work.keep_draft(VISIT, VISIT_ID, PERSON, form)


def at_hub(laptop: Joined) -> dict[str, bytes]:
    hub = LaptopHub(laptop.place, caller(laptop.device))
    return {note.slot: hub.draft(note.slot) for note in hub.drafts()}


def opened_on(laptop: Joined, slot: str, sealed: bytes) -> bytes:
    """The form, for the user of a laptop."""
    key = laptop.house.unlock(laptop.user, PASSWORD)
    try:
        return open_draft(key, key.user_id, slot, sealed).form
    finally:
        key.zero()


# --- drafts --------------------------------------------------------------------------------------


def test_a_half_written_note_survives_the_laptop_it_was_written_on(joined: Joined, other: Joined) -> None:
    other.sync()
    begun(joined)
    joined.sync()
    ((slot, sealed),) = at_hub(other).items()
    assert b"half a sen" not in sealed
    assert opened_on(joined, slot, sealed) == FORM
    assert opened_on(other, slot, sealed) == FORM


def test_nobody_else_reads_it(joined: Joined, north: Place, tmp_path: Path) -> None:
    anna = Joined(north, tmp_path, "anna", number=3)
    try:
        begun(joined)
        joined.sync()
        ((slot, sealed),) = at_hub(joined).items()
        with pytest.raises(SealBroken):
            opened_on(anna, slot, sealed)
        with pytest.raises(SealBroken):
            opened_on(joined, "another slot", sealed)
    finally:
        anna.house.release()


def test_the_latest_is_there_and_nothing_once_it_is_signed_or_discarded(joined: Joined) -> None:
    begun(joined)
    joined.sync()
    begun(joined, b'{"note":"half a sentence"}')
    joined.sync()
    ((slot, sealed),) = at_hub(joined).items()
    assert opened_on(joined, slot, sealed) == b'{"note":"half a sentence"}'
    with joined.sitting() as sitting, sitting.session.work() as work:
        work.discard_draft(VISIT, VISIT_ID)
    joined.sync()
    assert at_hub(joined) == {}


def test_what_lies_at_the_hub_is_not_sent_again(joined: Joined) -> None:
    begun(joined)
    joined.sync()
    joined.reach.heard.clear()
    joined.sync()
    assert "keep_draft" not in joined.reach.heard


def test_a_draft_that_was_not_taken_is_tried_again(joined: Joined, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(joined)
    passed = joined.reach.pass_on

    def cut(what: str) -> None:
        if what == "keep_draft":
            raise HubTrouble(Trouble.UNREACHABLE)
        passed(what)

    with monkeypatch.context() as broken:
        broken.setattr(joined.reach, "pass_on", cut)
        assert joined.sync().trouble is None
    assert at_hub(joined) == {}
    joined.sync()
    assert len(at_hub(joined)) == 1


def test_the_service_key_opens_a_draft(joined: Joined) -> None:
    draft = Draft(VISIT_ID, FORM)
    sealed = seal_draft(draft, "slot", (public_half(SERVICE_KEY),), chance())
    assert open_box(SERVICE_KEY, "slot", sealed) == draft
    with pytest.raises(SealBroken):
        open_box(SERVICE_KEY, "slot", sealed[:-1])


def test_each_person_has_a_key_of_their_own(joined: Joined) -> None:
    key = joined.house.unlock("tom", PASSWORD)
    assert draft_key(key, "a") != draft_key(key, "b")
    assert draft_key(key, "a") == draft_key(key, "a")
    key.zero()


def test_the_author_goes_on_with_it_on_another_laptop(joined: Joined, other: Joined) -> None:
    other.sync()
    begun(joined)
    joined.sync()
    key = other.house.unlock("tom", PASSWORD)
    with line_open(other.house, key) as line:
        (note,) = line.drafts_elsewhere()
        assert line.bring_draft(note)
        assert line.laptop.store.draft(key.user_id, VISIT, VISIT_ID) == FORM
        assert not line.bring_draft(note)
    key.zero()


def test_a_lead_takes_over_what_an_absent_colleague_left_unsigned(joined: Joined, north: Place, tmp_path: Path) -> None:
    service_key = bytearray(chance(9)(32))
    with north.hub.write() as connection:
        connection.execute(identity.update().values(recovery_key=public_half(service_key)))
    nurse, lead = Joined(north, tmp_path, "anna", number=4), Joined(north, tmp_path, "priya", number=5)
    try:
        begun(nurse)
        nurse.sync()
        key = lead.house.unlock("priya", PASSWORD)
        with line_open(lead.house, key) as line:
            assert line.drafts_elsewhere() == []
            north.world.clock.passes(25 * 3600)
            (note,) = line.drafts_elsewhere()
            with pytest.raises(WrongRecoveryKey):
                line.take_over_draft(note, "absent", written(bytearray(range(1, 33))))
            assert line.take_over_draft(note, "absent", written(service_key))
            assert line.laptop.store.draft(key.user_id, VISIT, VISIT_ID) == FORM
        key.zero()
    finally:
        nurse.house.release()
        lead.house.release()


# --- documents -----------------------------------------------------------------------------------

CONTENT = hashlib.shake_256(b"a photograph").digest(2 * PIECE + 77)


def with_document(session: Session) -> str:
    """Somebody who waits to be taught, with a photograph. Answers its digest."""
    patient, items = new_patient(session, DOREEN)
    referral = session.new_id()
    said = {"patient": patient, "team": session.team, "received_on": "2026-11-16", "source": "gp"}
    items.append(new_item("referral", referral, "received", **said, reason="New", skills=["insulin"]))
    with session.work() as work:
        work.save(items, patient=patient)
        digest = work.keep_blob(CONTENT)
        held = {"patient": patient, "kind": "photograph", "title": "Foot", "media": "image/png", "digest": digest}
        work.save([new_item("document", session.new_id(), "held", **held, size=len(CONTENT))], patient=patient)
    return digest


def test_a_document_reaches_the_other_laptop(joined: Joined, other: Joined) -> None:
    with joined.sitting() as sitting:
        digest = with_document(sitting.session)
    assert joined.sync().pending == 0
    assert other.sync().received > 0
    with other.sitting() as sitting:
        assert sitting.session.store.blob(digest) == CONTENT
    joined.reach.heard.clear()
    joined.sync()
    assert not {"put_blob", "commit_blob", "blob_ranges"} & set(joined.reach.heard)


@pytest.mark.parametrize("of", ["put_blob", "commit_blob", "blob"])
def test_reg_F38_a_document_cut_after_each_piece_arrives_all_the_same(
    joined: Joined, other: Joined, of: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with joined.sitting() as sitting:
        digest = with_document(sitting.session)
    sent: list[str] = []

    def every_second(passed: object) -> object:
        def pass_on(what: str) -> None:
            if what == of:
                sent.append(what)
                if len(sent) % 2 == 0:
                    raise HubTrouble(Trouble.UNREACHABLE)
            passed(what)

        return pass_on

    for laptop in (joined, other):
        monkeypatch.setattr(laptop.reach, "pass_on", every_second(laptop.reach.pass_on))
    for laptop in (joined, joined, joined, other, other, other):
        assert laptop.sync().trouble is None
    with other.sitting() as sitting:
        assert sitting.session.store.blob(digest) == CONTENT
    assert len(sent) <= 8


def test_after_a_new_key_of_the_store_drafts_are_sealed_anew(joined: Joined) -> None:
    begun(joined)
    joined.sync()
    with joined.sitting() as sitting, sitting.session.work() as work:
        send_all_anew(work.connection)
    joined.reach.heard.clear()
    joined.sync()
    assert joined.reach.heard.count("keep_draft") == 1


# --- what is said of it --------------------------------------------------------------------------


@pytest.mark.parametrize("why", [Trouble.TOO_LARGE, Trouble.NOT_ALLOWED])
@pytest.mark.parametrize(
    ("refused", "words", "listed"),
    [
        ("keep_draft", "1 draft on this laptop, not at the hub yet", "Not at the hub yet: 1 draft."),
        ("put_blob", "1 document on this laptop, not at the hub yet", "Not at the hub yet: 1 document."),
    ],
)
def test_P15_nobody_says_that_all_is_there_while_the_hub_refuses_a_draft_or_a_document(
    joined: Joined, monkeypatch: pytest.MonkeyPatch, refused: str, words: str, listed: str, why: Trouble
) -> None:
    begun(joined)
    with joined.sitting() as sitting:
        with_document(sitting.session)
    passed = joined.reach.pass_on

    def refuse(what: str) -> None:
        if what == refused:
            raise HubTrouble(why)
        passed(what)

    monkeypatch.setattr(joined.reach, "pass_on", refuse)
    assert joined.sync().all_sent  # the signed work is
    said, centre = what_is_said(joined)
    assert (said, centre) == (words, f"All signed work is at the hub. {listed}")
    monkeypatch.setattr(joined.reach, "pass_on", passed)
    joined.sync()
    assert what_is_said(joined) == (ALL_SENT, NOTHING_WAITS)


def test_P15_what_is_half_written_after_the_exchange_is_not_at_the_hub(joined: Joined) -> None:
    begun(joined)
    joined.sync()
    assert what_is_said(joined) == (ALL_SENT, NOTHING_WAITS)
    begun(joined, b'{"note":"half a sentence"}')
    assert what_is_said(joined)[0] == "1 draft on this laptop, not at the hub yet"


def what_is_said(laptop: Joined) -> tuple[str, str]:
    """What waits by the status bar after an exchange that came to its end, and by the list of the sync centre."""
    with laptop.sitting() as sitting:
        way = how_it_stands(sitting.session)
        found = centre_rows(centre(sitting.session), None)
    done = Result(laptop.clock.now(), whole=True)
    state = SyncState(Link.CONNECTED, way.unsent, last=done, drafts=way.drafts, documents=way.documents)
    return status_row(state).waiting, found.waiting.words
