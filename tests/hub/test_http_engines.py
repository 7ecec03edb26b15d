"""Every path of the hub over a real socket, on both of its engines: what is taken is there, what is not is refused."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from httpx2 import get
from msgspec import structs
from sqlalchemy import delete

from smf_core.operations.change_set import CHAIN_START, ChangeSet
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import (
    START,
    DraftNote,
    Hello,
    Outcome,
    PersonAsked,
    PersonGiven,
    Pull,
    Pushed,
    Verify,
    team_feed,
)
from smf_core.policy.roles import Role
from smf_desktop.remote.hub import RemoteHub, enrol
from smf_hub.app.app import OfPlace
from smf_hub.service import people
from smf_hub.service.blobs import PIECE
from smf_hub.service.enrolling import new_code
from smf_hub.service.managing import add_user, end_membership, events, order, revoke
from smf_hub.service.place import Place
from smf_hub.service.projecting import catch_up
from smf_hub.store.people import change_device
from smf_hub.store.tables import device as table_of_devices
from tests.support.hubs import new_hub
from tests.support.joining import asking, staffed, world
from tests.support.keys import chance
from tests.support.pushing import HandClock, Writer, person, phone
from tests.support.receptions import served
from tests.support.stores import item

HELLO = Hello(protos=(1,), app="4", schema=1, replicas={}, feeds={}, local_time="2026-11-17T09:00:00+00:00")


@dataclass
class Steady(HandClock):
    """One that a line can ask how long something took."""

    def steady(self) -> float:
        return self.at.timestamp()

    def local(self, wall: object) -> object:
        return wall


@dataclass
class House:
    """A hub that answers on a socket, and the laptops that joined it there."""

    place: Place
    clock: Steady
    url: str
    stack: ExitStack
    made: int = 0
    writers: dict[str, Writer] = field(default_factory=dict)

    def joins(self, username: str) -> RemoteHub:
        """A laptop of somebody, by a code; it has said hello."""
        self.made += 1
        key = Ed25519PrivateKey.generate()
        said = asking(new_code(self.place, username), username, key=key, name=f"SMF-LT-{self.made:03}")
        told = enrol(self.url, said, clock=self.clock, random=chance(self.made))
        users = frozenset({told.user.user})
        self.writers[username] = Writer(self.place, self.clock, told.device, told.team, users, key)
        hub = RemoteHub(
            self.url,
            device=told.device,
            signing_key=key.private_bytes_raw(),
            hub_key=told.hub_key,
            clock=self.clock,
            random=chance(self.made + 100),
        )
        self.stack.callback(hub.close)
        assert hub.hello(HELLO).feeds.keys() >= {"service", team_feed(told.team)}
        return hub

    def sends(self, username: str, hub: RemoteHub) -> Pushed:
        """What somebody wrote, over the line."""
        writer = self.writers[username]
        sets, writer.written = writer.written, []
        said = writer.pushing(sets, writer.chain, writer.seq - len(sets) + 1)
        writer.chain = said.chain_after
        return hub.push(said, sets)


@pytest.fixture
def house(hub_url: str) -> Iterator[House]:
    clock = Steady()
    with new_hub(hub_url, world(clock)) as place, served(OfPlace(place)) as url, ExitStack() as stack:
        team = staffed(place, "amy", "ben")
        add_user(place, "lea", role=Role.LEAD, team=team)
        yield House(place, clock, url, stack)


def refused(act: Callable[[], object]) -> Trouble:
    with pytest.raises(HubTrouble) as trouble:
        act()
    return trouble.value.why


def somebody(house: House, username: str, hub: RemoteHub) -> str:
    writer = house.writers[username]
    patient, items = person(writer.team)
    writer.write(*items, patient=patient)
    assert not house.sends(username, hub).exceptions
    return patient


def test_what_one_laptop_pushes_another_one_pulls_asks_for_and_compares(house: House) -> None:
    amy, ben = house.joins("amy"), house.joins("ben")
    feed = team_feed(house.writers["amy"].team)
    patient = somebody(house, "amy", amy)
    page, entries = ben.pull(Pull(feed=feed, after=START))
    assert (page.first, page.last, page.more) == (1, 1, False)
    assert [each.head.patient_id for each in entries if isinstance(each, ChangeSet)] == [patient]
    catch_up(house.place)
    house.clock.on(seconds=10)
    scope = ben.scope(feed)
    assert scope.people == (patient,)
    placed, found = ben.patient(feed, patient, 0, page.last)
    assert (placed.seqs, [each.head.patient_id for each in found]) == ((1,), [patient])
    claim = Verify(feed=feed, seq=page.last, scope=scope.scope)
    assert not ben.verify(claim).stale
    assert ben.verify(structs.replace(claim, scope=b"of another day")).stale
    assert house.writers["amy"].stamp.ms > 0


def test_a_push_that_comes_twice_is_taken_once_and_a_gap_is_told(house: House) -> None:
    amy = house.joins("amy")
    writer = house.writers["amy"]
    patient, items = person(writer.team)
    sets = [writer.write(*items, patient=patient)]
    said = writer.pushing(sets, CHAIN_START, 1)
    assert not amy.push(said, sets).exceptions
    assert [each.outcome for each in amy.push(said, sets).exceptions] == [Outcome.DUPLICATE]
    later = [writer.write(phone(patient, f"01632 96000{number}"), patient=patient) for number in range(2)]
    ahead = writer.pushing(later[1:], said.chain_after, 3)
    assert refused(lambda: amy.push(ahead, later[1:])) is Trouble.GAP
    forged = structs.replace(writer.pushing(later, said.chain_after, 2), signature=bytes(64))
    assert refused(lambda: amy.push(forged, later)) is Trouble.SIGNATURE


def test_drafts_and_documents_go_up_and_come_down(house: House) -> None:
    amy = house.joins("amy")
    writer = house.writers["amy"]
    patient = somebody(house, "amy", amy)
    note = DraftNote(
        slot="one",
        author=writer.author,
        page="visit",
        patient=patient,
        saved_at=house.clock.now().isoformat(),
        device=writer.device,
    )
    amy.keep_draft("one", note, b"sealed")
    assert [each.slot for each in amy.drafts()] == ["one"]
    assert amy.draft("one") == b"sealed"
    amy.drop_draft("one")
    assert refused(lambda: amy.draft("one")) is Trouble.UNKNOWN
    content = bytes(range(256)) * (PIECE // 256 + 1)
    digest = sha256(content).hexdigest()
    amy.put_blob(digest, PIECE, content[PIECE:])
    assert amy.blob_ranges(digest) == ((PIECE, len(content)),)
    amy.put_blob(digest, 0, content[:PIECE])
    amy.commit_blob(digest, len(content))
    assert amy.blob_ranges(digest) is None
    first = amy.blob(digest, 0)
    assert first + amy.blob(digest, len(first)) == content


def test_who_is_out_of_scope_is_asked_for_and_is_on_that_laptops_list_for_72_hours(house: House) -> None:
    amy, ben = house.joins("amy"), house.joins("ben")
    writer = house.writers["amy"]
    feed = team_feed(writer.team)
    patient, items = person(writer.team)
    writer.write(*items, item("patient", patient, "death", died_on="2025-01-02"), patient=patient)
    assert not house.sends("amy", amy).exceptions
    catch_up(house.place)
    house.clock.on(seconds=10)
    assert patient not in amy.scope(feed).people
    (user,) = writer.users
    asked = PersonAsked(user=user, why="rang", family="Abernathy", date_of_birth="1951-03-14")
    given = amy.open_person(asked)
    assert (given.patient, given.several) == (patient, False)
    assert amy.open_person(asked) == given, "asked again it is the same"
    assert amy.open_person(PersonAsked(user=user, why="rang", nhs_number="999 007 9323")) == PersonGiven()
    assert amy.scope(feed).people == (patient,)
    assert len(amy.patient(feed, patient, 0, 1)[1]) == 1
    assert patient not in ben.scope(feed).people
    assert refused(lambda: ben.patient(feed, patient, 0, 1)) is Trouble.UNKNOWN
    assert refused(lambda: ben.open_person(asked)) is Trouble.NOT_ALLOWED
    house.clock.on(hours=72, seconds=1)
    amy.hello(HELLO)
    assert patient not in amy.scope(feed).people
    assert [each.kind for each in events(house.place, 10)].count("opened") == 2


def test_what_waits_is_shown_to_a_lead_alone(house: House) -> None:
    amy, lea = house.joins("amy"), house.joins("lea")
    writer = house.writers["amy"]
    patient = somebody(house, "amy", amy)
    late = house.writers["amy"].write(
        phone(patient, "01632 960001"), patient=patient, author=house.writers["lea"].author
    )
    assert [each.reason for each in house.sends("amy", amy).exceptions] == ["other_laptop"]
    waiting, found = lea.held()
    assert [each.cs_id for each in waiting.reviews] == [late.head.cs_id]
    assert [each.hash for each in found] == [late.hash]
    assert {each.device: each.name for each in lea.laptops()}[writer.device] == "SMF-LT-001"
    order(house.place, "SMF-LT-001", "lock")
    assert {each.device: each.orders for each in lea.laptops()}[writer.device] == ("lock",)
    for ask in (amy.held, amy.laptops):
        assert refused(ask) is Trouble.NOT_ALLOWED


def test_F84_what_is_not_there_looks_like_what_is_not_ours_and_is_noted(house: House) -> None:
    amy = house.joins("amy")
    before = len(events(house.place, 100))
    for feed in ("team:0192f000-0000-7000-8000-00000000ffff", "held:0192f000-0000-7000-8000-00000000ffff"):
        assert refused(lambda feed=feed: amy.scope(feed)) is Trouble.UNKNOWN
    assert [each.kind for each in events(house.place, len(events(house.place, 100)) - before)] == ["not_there"] * 2


def test_F27_who_is_shut_out_hands_in_what_they_have_and_gets_nothing(house: House) -> None:
    amy = house.joins("amy")
    patient = somebody(house, "amy", amy)
    revoke(house.place, "SMF-LT-001")
    house.writers["amy"].write(phone(patient, "01632 960001"), patient=patient)
    assert [each.reason for each in house.sends("amy", amy).exceptions] == ["revoked"]
    told = amy.hello(HELLO)
    assert (told.revoked, dict(told.feeds)) == (True, {})
    for ask in (amy.drafts, amy.laptops, amy.held, lambda: amy.pull(Pull(feed="service", after=START))):
        assert refused(ask) is Trouble.REVOKED


def test_a_quiet_hello_asks_the_database_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    amy = house.joins("amy")
    quiet = structs.replace(HELLO, ratchet=amy.hello(HELLO).ratchet)
    amy.hello(quiet)
    asked: list[object] = []
    at_once = house.place.hub.at_once
    monkeypatch.setattr(house.place.hub, "at_once", lambda question: asked.append(question) or at_once(question))
    monkeypatch.setattr(house.place.hub, "read", lambda: pytest.fail("a transaction"))
    assert amy.hello(quiet).feeds
    assert len(asked) == 1


def test_a_hello_goes_by_who_the_laptop_is_now_whatever_was_known_when_it_asked_last(house: House) -> None:
    amy, ben = house.joins("amy"), house.joins("ben")
    team, device = team_feed(house.writers["amy"].team), house.writers["ben"].device
    end_membership(house.place, "amy")
    assert team not in amy.hello(HELLO).feeds
    revoke(house.place, "SMF-LT-001")
    assert amy.hello(HELLO).revoked
    right = people.noted(house.place, device)
    assert right is not None
    for key, heard in ((bytes(32), False), (right.device.public_key, True)):
        with house.place.hub.write() as connection:
            change_device(connection, device, public_key=key)
        assert heard or refused(lambda: ben.hello(HELLO)) is Trouble.SIGNATURE
    assert team in ben.hello(HELLO).feeds
    with house.place.hub.write() as connection:
        connection.execute(delete(table_of_devices))
    assert refused(lambda: ben.hello(HELLO)) is Trouble.SIGNATURE


def test_health_counts_and_what_is_unknown_is_a_problem_document(house: House) -> None:
    amy = house.joins("amy")
    somebody(house, "amy", amy)
    told = get(f"{house.url}/health").json()
    assert told["database"] == "answers"
    assert told["change_sets"] > 1
    for path, status in (("/v1/nothing", 404), ("/v1/sync/pull", 405), ("/v1/figures/none", 401)):
        answer = get(f"{house.url}{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_code_is_spent_by_a_laptop_that_joins_and_by_nothing_else(house: House) -> None:
    code = new_code(house.place, "amy")
    for wrong in (asking("AAAA-AAAA-AAAA", "amy"), structs.replace(asking(code, "amy"), proof=b"")):
        with pytest.raises(HubTrouble):
            enrol(house.url, wrong, clock=house.clock, random=chance(1))
    right = asking(code, "amy")
    assert enrol(house.url, right, clock=house.clock, random=chance(2)).user.username == "amy"
    again = refused(lambda: enrol(house.url, asking(code, "amy"), clock=house.clock, random=chance(3)))
    assert again is Trouble.CODE
