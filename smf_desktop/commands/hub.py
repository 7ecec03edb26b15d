"""Joining a hub, and exchanging work with it."""

import argparse
from typing import TYPE_CHECKING

from smf_core.operations.enrolment import fingerprint
from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.commands.terminal import DONE, NOT_ALLOWED, NOT_DONE, UNREACHABLE, USAGE, Terminal, Told, opened
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.messages.words import Words
from smf_desktop.presenters.sync.facts import Progress
from smf_desktop.presenters.sync.joining import address_of, code_problem, join_words, username_problem
from smf_desktop.presenters.sync.status import progress_words
from smf_desktop.trouble import JoinedAlready, StoreWiped

if TYPE_CHECKING:
    from smf_desktop.compose import House
    from smf_desktop.compose.joining import Joining
    from smf_desktop.compose.line import Tell
    from smf_desktop.security.opened import Opened
    from smf_desktop.sync.steps import Exchanged

_NOT_ALLOWED = frozenset({Trouble.NOT_ALLOWED, Trouble.REVOKED, Trouble.SIGNATURE, Trouble.UNKNOWN})
_REFUSED = frozenset({Trouble.CODE, Trouble.CONFLICT, Trouble.BAD_REQUEST, Trouble.TOO_OLD, Trouble.TOO_LARGE})


def enrol(terminal: Terminal, arguments: argparse.Namespace) -> int:
    """Join, then fetch everything. What was cut is finished by running it again; the code is used by then."""
    url = _address(arguments)
    house = terminal.house(arguments.store)
    joined: Joining | None = None
    password = terminal.new_password("SMF_PASSWORD") if house.is_empty else terminal.password()
    try:
        try:
            key, joined = house.join(
                url=url,
                code=arguments.code,
                username=arguments.user,
                password=password,
                device_name=arguments.device or "",
            )
        except JoinedAlready:
            key = house.unlock(arguments.user, password)
            if house.has_everything(key):
                key.zero()
                raise
        except HubTrouble as error:
            raise _told(error, join_words(error)) from None
        try:
            found = _exchange(house, key, terminal)
            waiting = sorted(each.username for each in house.card().users if each.connect_by is None)
        finally:
            key.zero()
    finally:
        house.release()
    if arguments.json:
        who = {} if joined is None else {"device": joined.device, "team": joined.team_name, "kind": joined.kind}
        hub = {} if joined is None else {"hub": fingerprint(joined.hub_key)}
        also = {"not_at_hub": waiting} if waiting else {}
        told = {"store": str(house.directory), "user": arguments.user, **who, **hub, **_counts(found), **also}
        terminal.document(told)
        return DONE
    if joined is not None:
        terminal.say(f"This laptop has joined {joined.service_name}, team {joined.team_name}.")
        terminal.say(f"The fingerprint of the hub, to compare with its own: {fingerprint(joined.hub_key)}")
    _say(terminal, found)
    if waiting:
        terminal.say(f"The hub does not know these people, who cannot work here until it does: {', '.join(waiting)}.")
        terminal.say("Its administrator adds them with smf-hub user add. Nothing of theirs is lost.")
    return DONE


def sync(terminal: Terminal, arguments: argparse.Namespace) -> int:
    with opened(terminal, arguments) as (house, key):
        found = _exchange(house, key, terminal)
    if arguments.json:
        terminal.document(_counts(found))
    else:
        _say(terminal, found)
    return DONE


def _exchange(house: "House", key: "Opened", terminal: Terminal) -> "Exchanged":
    try:
        found = house.exchange(key, _progress(terminal), lambda: False)
    except HubTrouble as error:
        raise _told(error) from None
    except StoreWiped:
        house.card()  # whoever comes to the door goes on with the wipe; the store is closed by now
        raise
    if found.trouble is not None:
        raise _told(HubTrouble(found.trouble))
    return found


def _address(arguments: argparse.Namespace) -> str:
    """Where the hub is. Raises `Told` for what no hub would take, before a password is asked for."""
    url, no_address = address_of(arguments.hub)
    wrong = no_address or code_problem(arguments.code) or username_problem(arguments.user)
    if wrong:
        raise Told(f"{wrong} Nothing was changed.", USAGE)
    return url


def _told(error: HubTrouble, words: Words | None = None) -> Told:
    code = NOT_ALLOWED if error.why in _NOT_ALLOWED else NOT_DONE if error.why in _REFUSED else UNREACHABLE
    return Told(str(words or words_for(error)), code)


def _progress(terminal: Terminal) -> "Tell":
    def tell(step: Progress) -> None:
        if step.of:
            terminal.progress(progress_words(Progress(step.stage)).capitalize())(step.done, step.of)

    return tell


def _counts(found: "Exchanged") -> dict[str, int | bool]:
    return {
        "sent": found.sent,
        "received": found.received,
        "quarantined": found.quarantined,
        "conflicts": found.conflicts,
        "pending": found.pending,
        "digest_equal": found.digest_equal,
    }


def _say(terminal: Terminal, found: "Exchanged") -> None:
    terminal.say(f"{found.sent} sent, {found.received} received, {found.pending} waiting to be sent.")
    if found.quarantined:
        terminal.say(f"{found.quarantined} sent for review: a team lead decides on them.")
    if found.conflicts:
        terminal.say(f"{found.conflicts} to settle: two people changed the same. Nothing was overwritten.")
    if not found.digest_equal:
        terminal.say("This laptop and the hub do not yet hold the same. Run smf sync again.")
