"""The hub's door: who may come in and how often, and that every refusal says plainly why."""

import logging
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from smf_core.operations import requests as say
from smf_core.operations.wire import pack
from smf_hub.app.door import (
    JOINS_MOST,
    JOINS_WHILE_GUESSED,
    NONCES_MOST,
    WRONG_OF_ALL,
    WRONG_OF_ONE,
    Nonces,
    Rates,
    Tally,
    network,
)
from smf_hub.app.handling import CLOCK_MS, EACH_MINUTE, Reception
from smf_hub.app.routes import ROUTES
from tests.support.by_hand import (
    HELLO,
    NO_CODE,
    PULL,
    PUSH,
    Laptop,
    behind,
    code,
    joining,
    laptop,
    pulled,
    reception,
    told,
)
from tests.support.receptions import BehindOfPaper, hello

__all__ = ["behind", "laptop", "reception"]


# --- who -----------------------------------------------------------------------------------------


def test_what_is_signed_and_fresh_comes_in_and_is_answered_under_the_hubs_name(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    asked = laptop.request("POST", PULL, pulled())
    response = reception.handle(asked)
    assert response.status == 200
    signature = b64decode(response.headers[say.HUB_SIGNATURE])
    content = say.signed_answer(asked.headers[say.NONCE], 200, sha256(response.body).digest())
    Ed25519PublicKey.from_public_bytes(behind.public_key).verify(signature, content)


@pytest.mark.parametrize(
    "wrong",
    [
        {say.SIGNATURE: ""},
        {say.SIGNATURE: "not base64"},
        {say.SIGNATURE: b64encode(bytes(64)).decode()},
        {say.DEVICE: "0192f000-0000-7000-8000-00000000ffff"},
        {say.DEVICE: ""},
        {say.NONCE: "short"},
        {say.NONCE: "0" * 65},
        {say.NONCE: "a b" * 8},
        {say.TIME: "yesterday"},
        {say.TIME: "-1"},
        {say.TIME: "9" * 400},
        {say.TIME: "٣" * 13},
    ],
)
def test_what_is_not_signed_by_a_laptop_we_know_is_turned_away(
    reception: Reception, laptop: Laptop, wrong: dict[str, str]
) -> None:
    asked = laptop.request("POST", PULL, pulled())
    assert code(reception.handle(replace(asked, headers={**asked.headers, **wrong}))) == (401, "signature")


def test_a_signature_stands_for_its_method_path_query_and_body_alone(reception: Reception, laptop: Laptop) -> None:
    asked = laptop.request("GET", "/v1/sync/patient/p", query="feed=f&after=0&until=9")
    for changed in (
        replace(asked, query="feed=f&after=0&until=99"),
        replace(asked, path="/v1/sync/patient/q"),
        replace(asked, method="HEAD", path="/v1/blob/p/0", query=""),
        replace(asked, body=b"x"),
    ):
        status, why = (reception.handle(changed).status, "")
        assert (status, why) == (401, "")
    assert reception.handle(asked).status == 200


def test_a_request_is_heard_once(reception: Reception, laptop: Laptop, behind: BehindOfPaper) -> None:
    asked = laptop.request("POST", PULL, pulled())
    assert reception.handle(asked).status == 200
    assert code(reception.handle(asked)) == (401, "signature")
    behind.clock.forward(7 * 86400)
    status, why = code(reception.handle(asked))
    assert (status, why) == (401, "clock")


def test_a_time_more_than_five_minutes_off_is_answered_with_ours(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    now = int(behind.clock.now().timestamp() * 1000)
    for off in (-CLOCK_MS, CLOCK_MS):
        assert reception.handle(laptop.request("POST", PULL, pulled(), time_ms=str(now + off))).status == 200
    for off in (-CLOCK_MS - 1, CLOCK_MS + 1, -now):
        response = reception.handle(laptop.request("POST", PULL, pulled(), time_ms=str(now + off)))
        assert code(response) == (401, "clock")
        assert told(response)["hub_ms"] == now


def test_F26_without_a_token_that_holds_there_is_only_hello(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    behind.tokens.clear()
    for route in ROUTES:
        path = route.path.replace("{offset}", "0").replace("{", "").replace("}", "")
        response = reception.handle(laptop.request(route.method, path))
        expected = 400 if route.path == HELLO else 401
        assert response.status == expected, route.path
    behind.tokens.add(("another", laptop.token))
    assert code(reception.handle(laptop.request("POST", PULL, pulled()))) == (401, "hello_due")


def test_F27_a_revoked_laptop_may_say_hello_and_hand_in_its_work_and_nothing_else(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    behind.revoked = True
    behind.tokens.clear()
    for route in ROUTES:
        path = route.path.replace("{offset}", "0").replace("{", "").replace("}", "")
        response = reception.handle(laptop.request(route.method, path))
        assert response.status == (400 if route.path in {HELLO, PUSH, "/v1/sync/offer"} else 403), route.path
    assert reception.handle(laptop.request("POST", HELLO, pack(hello()))).status == 200


# --- what is not there ---------------------------------------------------------------------------


def test_F84_what_is_not_there_and_what_is_not_yours_look_the_same_and_are_noted(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    bodies = []
    for path in ("/v1/sync/scope/team%3Aother", "/v1/sync/scope/never", "/v1/draft/of-somebody", "/v1/figures/none"):
        response = reception.handle(laptop.request("GET", path))
        assert code(response) == (404, "unknown")
        bodies.append(response.body)
    assert len(set(bodies)) == 1
    assert behind.not_there_noted == ["GET /v1/sync/scope/{feed}"] * 2 + [
        "GET /v1/draft/{slot}",
        "GET /v1/figures/{name}",
    ]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/sync/", "/v2/sync/pull", "/v1/sync/scope/", "/v1//held", "/%ff"]
)
def test_another_path_is_not_there(reception: Reception, laptop: Laptop, path: str) -> None:
    assert code(reception.handle(laptop.request("GET", path))) == (404, "unknown")


def test_another_verb_is_told_which_there_are(reception: Reception, laptop: Laptop) -> None:
    response = reception.handle(laptop.request("GET", PULL))
    assert code(response) == (405, "bad_request")
    assert response.headers["allow"] == "POST"
    assert reception.handle(laptop.request("POST", "/v1/blob/d/0")).headers["allow"] == "GET, HEAD, PUT"


# --- how often -----------------------------------------------------------------------------------


def test_who_knocks_too_often_is_told_when_to_come_again(
    reception: Reception, laptop: Laptop, behind: BehindOfPaper
) -> None:
    behind.clock.forward(20)
    for _ in range(EACH_MINUTE):
        assert reception.handle(laptop.request("POST", HELLO, b"{}")).status == 400
    response = reception.handle(laptop.request("POST", HELLO, pack(hello())))
    assert code(response) == (429, "busy")
    assert response.headers["retry-after"] == "40"
    behind.clock.forward(40)
    assert reception.handle(laptop.request("POST", HELLO, pack(hello()))).status == 200


def test_joining_can_be_tried_ten_times_a_minute_from_one_network(reception: Reception) -> None:
    for _ in range(JOINS_MOST):
        assert code(reception.handle(joining("192.0.2.1"))) == (403, "code")
    assert code(reception.handle(joining("192.0.2.1"))) == (429, "busy")
    assert code(reception.handle(joining("192.0.2.2"))) == (403, "code")


def test_who_guesses_codes_is_slowed_down_and_nobody_else(reception: Reception, behind: BehindOfPaper) -> None:
    """A right code passes wherever it comes from, once its turn has come."""
    for _ in range(WRONG_OF_ONE):
        while reception.handle(joining("192.0.2.1")).status == 429:
            behind.clock.forward(60)
    behind.clock.forward(60)
    assert code(reception.handle(joining("192.0.2.1"))) == (403, "code")
    assert code(reception.handle(joining("192.0.2.1"))) == (429, "busy")
    for _ in range(JOINS_MOST):
        assert code(reception.handle(joining("192.0.2.2"))) == (403, "code")
    behind.clock.forward(60)
    right = replace(joining("192.0.2.1"), body=NO_CODE.replace(b"NO", b"RIGHT"))
    assert reception.handle(right).status == 200
    behind.clock.forward(15 * 60)
    for _ in range(JOINS_MOST):
        assert code(reception.handle(joining("192.0.2.1"))) == (403, "code")


def test_while_codes_are_guessed_from_everywhere_everybody_has_a_try_left(
    reception: Reception, behind: BehindOfPaper
) -> None:
    for guesser in range(WRONG_OF_ALL):
        assert code(reception.handle(joining(f"192.0.2.{guesser}"))) == (403, "code")
    for _ in range(JOINS_WHILE_GUESSED):
        assert code(reception.handle(joining("198.51.100.7"))) == (403, "code")
    assert code(reception.handle(joining("198.51.100.7"))) == (429, "busy")
    behind.clock.forward(60)
    right = replace(joining("198.51.100.7"), body=NO_CODE.replace(b"NO", b"RIGHT"))
    assert reception.handle(right).status == 200


def test_all_addresses_of_one_subscriber_count_as_one(reception: Reception) -> None:
    for number in range(JOINS_MOST):
        assert code(reception.handle(joining(f"2001:db8:1:2::{number:x}"))) == (403, "code")
    assert code(reception.handle(joining("2001:db8:1:2:ffff::1"))) == (429, "busy")
    assert code(reception.handle(joining("2001:db8:1:3::1"))) == (403, "code")
    assert {network("::ffff:192.0.2.1"), network("192.0.2.1")} == {"192.0.2.1"}
    assert network("not an address") == "not an address"


def test_what_is_remembered_of_those_who_knock_is_bounded() -> None:
    nonces = Nonces(remember_ms=1000, most=3)
    assert [nonces.is_new("d", n, 0) for n in "abc"] == [True] * 3
    assert nonces.is_new("d", "d", 0) is None
    assert nonces.is_new("d", "a", 1000) is False
    assert nonces.is_new("other", "d", 1001) is True
    assert nonces.is_new("d", "a", 1001) is True
    assert NONCES_MOST <= 1_000_000
    rates = Rates(2)
    assert [rates.wait("a", 30_000) for _ in range(3)] == [0, 0, 30]
    tally = Tally(60, room=2)
    assert [tally.add(who, 0) for who in "aabccd"] == [1, 2, 1, 1, 2, 3], "who has no room counts with all such"
    assert (tally.of("a", 59_999), tally.total(59_999)) == (2, 6)
    assert (tally.of("a", 60_000), tally.total(60_000), tally.add("d", 60_000)) == (0, 0, 1)


# --- our own fault -------------------------------------------------------------------------------


@pytest.mark.logs
def test_our_own_fault_is_told_and_logged_without_a_word_of_what_was_in_it(
    reception: Reception, laptop: Laptop, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = reception.handle(laptop.request("GET", "/v1/laptops"))
    assert code(response) == (500, "hub_fault")
    assert "ABERNATHY" not in caplog.text + response.body.decode()
    assert "ZeroDivisionError at laptops" in caplog.text
