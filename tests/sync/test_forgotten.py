"""A laptop that was enrolled after the backup its hub was restored from: it comes back by the hub's own certificate."""

import httpx2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from smf_core.operations.enrolment import Again, Certificate, Enrol, Enrolled, proven
from smf_core.operations.hub import HubTrouble, Trouble
from smf_core.operations.protocol import Hello, Signed
from smf_core.policy.roles import Role
from smf_desktop.remote.hub import RemoteHub
from smf_hub.app.app import OfPlace
from smf_hub.app.handling import Reception, Request
from smf_hub.service.enrolling import come_back, enrol, new_code
from smf_hub.service.managing import add_user, everyone, revoke
from smf_hub.store import tables as t
from tests.support.keys import ToldClock, chance
from tests.support.laptops import Town


class ToReception(httpx2.BaseTransport):
    """Hands requests to a hub in process."""

    def __init__(self, town: Town) -> None:
        self.town = town

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(request.method, path, query, headers, request.read(), "192.0.2.1")
        told = Reception(OfPlace(self.town.place)).handle(asked)
        return httpx2.Response(told.status, headers=dict(told.headers), stream=httpx2.ByteStream(told.body))


def joining(town: Town, user: str) -> tuple[Enrolled, Ed25519PrivateKey]:
    key = Ed25519PrivateKey.from_private_bytes(chance(99)(32))
    said = proven(
        Enrol(
            code=new_code(town.place, user),
            username=user,
            device_name="SMF-LT-099",
            key=key.public_key().public_bytes_raw(),
            store="0193ffff-0000-7000-8000-000000000001",
        ),
        key.sign,
    )
    return enrol(town.place, said), key


def hub_of(town: Town, told: Enrolled, key: Ed25519PrivateKey, certificate: Signed | None) -> RemoteHub:
    return RemoteHub(
        "http://127.0.0.1:1",
        device=told.device,
        signing_key=key.private_bytes_raw(),
        hub_key=told.hub_key,
        certificate=certificate,
        clock=ToldClock(town.clock.now()),
        random=chance(5),
        transport=ToReception(town),
    )


HELLO = Hello(protos=(1,), app="4", schema=1, replicas={}, feeds={}, local_time="2026-11-17T09:00:00+00:00")


def events(town: Town) -> list[str]:
    with town.place.hub.read() as connection:
        return list(connection.scalars(select(t.event.c.kind)))


@pytest.mark.parametrize("user", ["ann", "new"])
def test_F66_a_laptop_enrolled_after_the_backup_comes_back_by_itself(town: Town, user: str) -> None:
    copy = town.backup()
    if user == "new":
        add_user(town.place, "new", role=Role.NURSE, team=town.team)
    told, key = joining(town, user)
    assert hub_of(town, told, key, told.certificate).hello(HELLO).feeds
    town.restored(copy)
    with pytest.raises(HubTrouble) as why:
        hub_of(town, told, key, None).hello(HELLO)
    assert why.value.why is Trouble.SIGNATURE
    welcome = hub_of(town, told, key, told.certificate).hello(HELLO)
    assert f"team:{town.team}" in welcome.feeds
    assert "came_back" in events(town)
    assert welcome.grants


def test_who_was_added_anew_meanwhile_is_the_same_person_again(town: Town) -> None:
    copy = town.backup()
    add_user(town.place, "new", role=Role.NURSE, team=town.team)
    told, key = joining(town, "new")
    town.restored(copy)
    add_user(town.place, "new", role=Role.NURSE, team=town.team)
    assert hub_of(town, told, key, told.certificate).hello(HELLO).grants
    again = [each.account for each in everyone(town.place) if each.account.username == "new"]
    assert [each.user for each in again] == [told.user.user]


def test_a_revoked_laptop_does_not_come_back_by_its_certificate(town: Town) -> None:
    told, key = joining(town, "ann")
    revoke(town.place, told.device)
    assert not hub_of(town, told, key, told.certificate).hello(HELLO).feeds
    assert told.certificate is not None
    come_back(town.place, Again(certificate=told.certificate, proof=key.sign(told.certificate.content)))
    assert not hub_of(town, told, key, told.certificate).hello(HELLO).feeds


def test_who_joined_once_more_and_was_revoked_does_not_come_back_as_who_it_was_before(town: Town) -> None:
    copy = town.backup()
    told, key = joining(town, "ann")
    town.restored(copy)
    again, _ = joining(town, "ann")
    assert again.device != told.device
    revoke(town.place, again.device)
    assert told.certificate is not None
    come_back(town.place, Again(certificate=told.certificate, proof=key.sign(told.certificate.content)))
    with pytest.raises(HubTrouble) as why:
        hub_of(town, told, key, told.certificate).hello(HELLO)
    assert why.value.why is Trouble.SIGNATURE


@pytest.mark.parametrize("forged", ["content", "proof", "hub"])
def test_F71_a_certificate_counts_only_as_the_hub_wrote_it_and_for_whoever_holds_its_key(
    town: Town, forged: str
) -> None:
    copy = town.backup()
    told, key = joining(town, "ann")
    certificate = told.certificate
    assert certificate is not None
    town.restored(copy)
    thief = Ed25519PrivateKey.generate()
    was = msgspec.json.decode(certificate.content, type=Certificate)
    content = msgspec.json.encode(msgspec.structs.replace(was, key=thief.public_key().public_bytes_raw()))
    signatures = {"content": certificate.signature, "hub": thief.sign(content)}
    shown = (
        Again(certificate=certificate, proof=thief.sign(certificate.content))
        if forged == "proof"
        else Again(certificate=Signed(content=content, signature=signatures[forged]), proof=thief.sign(content))
    )
    with pytest.raises(HubTrouble) as why:
        come_back(town.place, shown)
    assert why.value.why is Trouble.SIGNATURE
    with town.place.hub.read() as connection:
        assert told.device not in set(connection.scalars(select(t.device.c.device)))
    come_back(town.place, Again(certificate=certificate, proof=key.sign(certificate.content)))
