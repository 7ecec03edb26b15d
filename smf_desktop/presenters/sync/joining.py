"""Joining a hub in words: its address, the code, the fingerprint, and what stops it."""

import re
from collections.abc import Mapping
from ipaddress import ip_address

from smf_core.domain.recovery_key import LETTERS, as_read
from smf_core.operations.enrolment import fingerprint
from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.presenters.messages.sync import HUB
from smf_desktop.presenters.messages.troubles import words_for
from smf_desktop.presenters.messages.words import Words

CODE_LETTERS, GROUP = 12, 4
PORT_MOST = 65_535
ADDRESS = re.compile(r"(?i)(?P<scheme>https?)://(?P<host>[a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(:(?P<port>[0-9]{1,5}))?/?")
NO_ADDRESS = "Write the address as hub.example.org or https://hub.example.org:8443."
NOT_SAFE = "The address of a hub begins with https. Only a hub on this computer does without."
NOT_A_CODE = "A code holds letters and digits only, and no U. Check it."
AGAIN = "Nothing was joined. Try again; if the hub takes the code no more, ask for another."
NOT_JOINED: Mapping[Trouble, Words] = {
    Trouble.UNREACHABLE: Words(
        "The hub did not answer.",
        "Nothing was joined. Check the address and the network, then try again; if the hub takes the code no more, ask "
        "for another.",
    ),
    Trouble.BUSY: Words("The hub is busy, or too many try to join it.", "Nothing was joined. Try again in a minute."),
    Trouble.NOT_ALLOWED: Words(
        "Nobody of this username works in a team of this hub now.", "Nothing was joined. Ask your administrator."
    ),
    Trouble.BAD_REPLY: Words("The hub's answer came damaged or cut short.", AGAIN),
    Trouble.HUB_FAULT: Words("Something went wrong at the hub.", AGAIN),
}
"""What is told otherwise than of an exchange, which goes on by itself."""


def address_of(typed: str) -> tuple[str, str]:
    """The address that was meant, and what is wrong with it: one of them is "". Without a scheme it is https."""
    text = typed.strip()
    url = text if "://" in text else f"https://{text}"
    found = ADDRESS.fullmatch(url)
    if found is None or int(found["port"] or 0) > PORT_MOST:
        return "", NO_ADDRESS
    if found["scheme"].lower() == "http" and not _is_this_computer(found["host"].strip("[]")):
        return "", NOT_SAFE
    return url.rstrip("/"), ""


def _is_this_computer(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def code_problem(typed: str) -> str:
    """What is wrong with a code before it is sent; "" for nothing."""
    letters = as_read(typed)
    if not letters:
        return "Enter the code that your administrator gave you."
    if any(each not in LETTERS for each in letters):
        return NOT_A_CODE
    if len(letters) != CODE_LETTERS:
        return f"The code is {CODE_LETTERS} characters. This one has {len(letters)}."
    return ""


def username_problem(typed: str) -> str:
    """What is wrong with a username before it is sent; "" for nothing."""
    words = typed.split()
    if not words:
        return "Enter your username."
    return "A username has no spaces in it." if len(words) > 1 else ""


def in_fours(typed: str) -> str:
    """A code as far as it is typed: `K7QM 4TXD 9W`."""
    letters = as_read(typed)
    return " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def hub_checked(hub_key: bytes) -> tuple[str, str]:
    """What people compare before anything is said to a hub: what is true, and what to do."""
    return (
        f"The hub answers with the fingerprint {fingerprint(hub_key)}.",
        "Your administrator reads theirs to you. If they differ, go no further: another hub answered.",
    )


KEPT_HERE = (
    (
        "Everyone your team teaches",
        "Those who wait, too, and those discharged in the last 125 days; on a lead's laptop in the last 36 months.",
    ),
    ("Their visits, letters and documents", "Encrypted. Who leaves the list is put away after the next sync."),
    ("What you write", "Without a connection, too. It goes to the hub when there is one."),
)
"""What a laptop that joins will hold: the team's, which nobody chooses; and what is said of each."""


def is_wrong_code(error: BaseException) -> bool:
    return isinstance(error, HubTrouble) and error.why is Trouble.CODE


def join_words(error: BaseException) -> Words:
    """Why the laptop did not join."""
    if isinstance(error, HubTrouble):
        return NOT_JOINED.get(error.why) or HUB[error.why]
    return words_for(error)
