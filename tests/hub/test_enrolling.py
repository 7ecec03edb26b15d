"""How a laptop joins: codes, who it is bound to, and stores that lived without a hub."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs
from sqlalchemy import select

from smf_core.operations.change_set import Item
from smf_core.operations.enrolment import joining_part
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Outcome
from smf_core.policy.roles import Role
from smf_hub.ports import NoSuchHubUser
from smf_hub.service.enrolling import as_qr_svg, as_qr_text, enrol, new_code
from smf_hub.service.managing import add_user, end_membership, events, everyone
from smf_hub.service.place import Place
from smf_hub.store import people
from smf_hub.store.tables import enrolment_code
from tests.support.joining import (
    asking,
    at_hub,
    bringing,
    hello,
    joins,
    known,
    service_feed,
    staffed,
)
from tests.support.pushing import HandClock, new_id, person


def refused(place: Place, **said: str) -> Trouble:
    with pytest.raises(HubTrouble) as trouble:
        enrol(place, asking(**said))
    return trouble.value.why


# --- codes ---------------------------------------------------------------------------------------


def test_a_code_is_twelve_letters_in_groups_and_never_kept(place: Place) -> None:
    staffed(place, "amy")
    code = new_code(place, "Amy ")
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert not set(code) & set("ILOU")
    enrol(place, asking(code.lower().replace("-", " "), "AMY"))
    letters = code.replace("-", "")
    with place.hub.read() as connection:
        kept = connection.execute(select(enrolment_code)).one()
    assert letters not in repr(kept)
    assert letters.encode() not in kept.digest


def test_a_code_opens_once(place: Place) -> None:
    staffed(place, "amy")
    code = new_code(place, "amy")
    enrol(place, asking(code, "amy"))
    assert refused(place, code=code, username="amy") is Trouble.CODE


def test_a_code_lasts_a_quarter_of_an_hour(place: Place, clock: HandClock) -> None:
    staffed(place, "amy")
    code, late = new_code(place, "amy"), None
    clock.on(minutes=14, seconds=59)
    late = new_code(place, "amy")
    assert refused(place, code=code, username="amy") is Trouble.CODE, "a newer one takes its place"
    clock.on(minutes=15)
    assert refused(place, code=late, username="amy") is Trouble.CODE
    enrol(place, asking(new_code(place, "amy"), "amy"))


def test_a_code_is_of_one_person_and_stands_five_tries(place: Place) -> None:
    staffed(place, "amy", "ben")
    code = new_code(place, "amy")
    for _ in range(5):
        assert refused(place, code=code, username="ben") is Trouble.CODE
    assert refused(place, code=code, username="amy") is Trouble.CODE


def test_whoever_guesses_spends_nobodys_code_and_is_told_of_once(place: Place, clock: HandClock) -> None:
    staffed(place, "amy")
    code = new_code(place, "amy")
    for number in range(60):
        assert refused(place, code=f"AAAA-AAAA-{number:04d}", username="amy") is Trouble.CODE
    found = [each.kind for each in events(place, 100)]
    assert (found.count("wrong_code"), found.count("guessing")) == (20, 1)
    enrol(place, asking(code, "amy"))
    clock.on(minutes=15, seconds=1)
    refused(place, code=code, username="amy")
    assert [each.kind for each in events(place, 100)].count("wrong_code") == 21


def test_nobody_joins_under_a_key_they_do_not_hold(place: Place) -> None:
    """Else who has a code could take over the laptop of a colleague, whose key is no secret."""
    staffed(place, "amy", "ben")
    bens = Ed25519PrivateKey.generate()
    his = enrol(place, asking(new_code(place, "ben"), "ben", key=bens))
    code = new_code(place, "amy")
    right = asking(code, "amy")
    theirs = structs.replace(right, key=bens.public_key().public_bytes_raw())
    wrong = (
        theirs,
        structs.replace(theirs, proof=Ed25519PrivateKey.generate().sign(joining_part(theirs))),
        structs.replace(right, proof=b""),
        structs.replace(right, key=b"short"),
        structs.replace(right, device_name="Another"),
        structs.replace(right, store=new_id()),
        structs.replace(right, code="AAAA-AAAA-AAAA"),
    )
    for said in wrong:
        with pytest.raises(HubTrouble) as trouble:
            enrol(place, said)
        assert trouble.value.why is Trouble.BAD_REQUEST
    with place.hub.read() as connection:
        assert (
            connection.execute(select(enrolment_code.c.tries).where(enrolment_code.c.used_at.is_(None))).scalar() == 0
        )
        assert [each.device for each in people.devices(connection)] == [his.device]
    assert enrol(place, right).user.username == "amy"


def test_nobody_gets_a_code_who_works_here_no_more(place: Place) -> None:
    staffed(place, "amy")
    code = new_code(place, "amy")
    end_membership(place, "amy")
    assert refused(place, code=code, username="amy") is Trouble.NOT_ALLOWED
    for username in ("amy", "nobody"):
        with pytest.raises(NoSuchHubUser):
            new_code(place, username)


def test_a_picture_carries_the_address_and_the_code() -> None:
    assert "▄" in as_qr_text("https://hub.example", "ABCD-EFGH-JKMN")
    assert as_qr_svg("https://hub.example", "ABCD-EFGH-JKMN").startswith("<?xml")


# --- who a laptop is -----------------------------------------------------------------------------


def test_a_laptop_learns_who_it_is_and_then_who_works_here(place: Place) -> None:
    team = staffed(place, "amy", "ben")
    writer, done = joins(place, "amy")
    assert (done.team, done.team_name, done.user.username, done.kind) == (team, "North", "amy", "training")
    assert (done.hub, done.hub_key) == (place.identity.hub, place.identity.public_key)
    told = [(item.entity, item.kind, item.payload.get("name")) for item in service_feed(place, writer.device)]
    assert ("service", "named", "Derby") in told
    assert ("team", "named", "North") in told
    assert {name for entity, kind, name in told if (entity, kind) == ("user", "person")} == {"amy", "ben"}


def test_what_is_not_of_this_hub_cannot_join(place: Place) -> None:
    staffed(place, "amy")
    with pytest.raises(HubTrouble) as trouble:
        enrol(place, asking(new_code(place, "amy"), "amy", kind="live"))
    assert trouble.value.why is Trouble.CONFLICT
    assert refused(place, code=new_code(place, "amy"), username="amy", store="../other") is Trouble.BAD_REQUEST


def test_a_laptop_that_never_heard_the_answer_joins_again_under_the_same_key(place: Place) -> None:
    staffed(place, "amy")
    key, store = Ed25519PrivateKey.generate(), new_id()
    first = enrol(place, asking(new_code(place, "amy"), "amy", key=key, store=store))
    second = enrol(place, asking(new_code(place, "amy"), "amy", key=key, store=store))
    assert first.device == second.device
    with place.hub.read() as connection:
        assert len(people.devices(connection)) == 1


# --- stores that lived without a hub -------------------------------------------------------------


def test_a_store_keeps_its_ids_and_all_its_work_is_taken(place: Place, clock: HandClock) -> None:
    """Users by username under the ids they have there; whom the hub does not know may have worked until now."""
    staffed(place, "amy")
    amy, zoe = known("Amy"), known("zoe", role="assistant")
    store = bringing(amy, zoe)
    clock.on(minutes=10)
    writer, done = joins(place, "amy", founding=store)
    named = Item(entity="team", entity_id=store.team, kind="named", payload={"name": "Old team"})
    writer.write(named, author=amy.user, care_time=made_at(store.service))
    clock.on(minutes=-5)
    assert (done.team, done.service, done.service_name) == (store.team, store.service, "Old service")
    assert done.user.user == amy.user
    assert place.identity.service == store.service
    patient, items = person(store.team)
    for author in (amy.user, zoe.user):
        writer.write(*items, patient=patient, author=author)
        patient, items = person(store.team)
    clock.on(minutes=10)
    patient, items = person(store.team)
    writer.write(*items, patient=patient, author=zoe.user)
    writer.write(*items, patient=patient, author=amy.user)
    pushed = writer_of(place, writer.device, writer).send()
    assert [(each.at, each.outcome) for each in pushed.exceptions] == [(3, Outcome.QUARANTINED)]
    add_user(place, "zoe", role=Role.ASSISTANT, team=store.team)
    clock.on(minutes=1)
    writer.write(*items, patient=patient, author=zoe.user)
    assert not writer.send().exceptions


def made_at(made: str) -> datetime:
    return datetime.fromtimestamp((UUID(made).int >> 80) / 1000, UTC)


def writer_of(place: Place, device: str, writer):
    """The laptop as the hub knows it by now, with all who may work there."""
    with place.hub.read() as connection:
        found = people.device(connection, device)
    assert found is not None
    writer.users = found.users
    return writer


def test_a_store_does_not_enter_a_team_that_has_begun(place: Place) -> None:
    staffed(place, "amy", "ben")
    joins(place, "ben")
    with pytest.raises(HubTrouble) as trouble:
        joins(place, "amy", founding=bringing(known("amy")))
    assert trouble.value.why is Trouble.CONFLICT


def test_a_store_without_the_person_of_the_code_is_refused_and_changes_nothing(place: Place) -> None:
    team = staffed(place, "amy")
    with pytest.raises(HubTrouble) as trouble:
        joins(place, "amy", founding=bringing(known("zoe")))
    assert trouble.value.why is Trouble.CONFLICT
    assert [each.memberships[0].team for each in everyone(place)] == [team]
    joins(place, "amy")


def test_where_another_team_has_a_history_the_service_stays_the_hubs(place: Place) -> None:
    staffed(place, "ben", team="South")
    joins(place, "ben")
    service = place.identity.service
    staffed(place, "amy")
    store = bringing(known("amy"))
    _, done = joins(place, "amy", founding=store)
    assert (done.team, done.service) == (store.team, service)


def test_somebody_who_was_another_role_in_the_store_was_that_until_they_got_theirs_here(place: Place) -> None:
    staffed(place, "amy")
    store = bringing(known("amy", role="lead"))
    joins(place, "amy", founding=store)
    amy = everyone(place)[0]
    assert [(each.role, each.since == 0, each.until is None) for each in amy.memberships] == [
        ("lead", True, False),
        ("nurse", False, True),
    ]


def test_a_second_laptop_joins_a_team_that_a_store_founded(place: Place) -> None:
    staffed(place, "amy")
    store = bringing(known("amy"))
    writer, _ = joins(place, "amy", founding=store)
    add_user(place, "ben", role=Role.NURSE, team=store.team)
    _, done = joins(place, "ben")
    assert done.team == store.team
    assert hello(place, writer.device).feeds.keys() >= {"service", f"team:{store.team}"}
    assert at_hub(place, done.device).feeds()
