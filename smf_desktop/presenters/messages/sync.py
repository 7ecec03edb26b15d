"""The exchange with the hub: the words for what can stop it. Nothing is ever lost by it, and that is said."""

from collections.abc import Mapping

from smf_core.operations.hub import HubTrouble, Trouble
from smf_desktop.presenters.messages.words import Spoken, Words

HUB: Mapping[Trouble, Words] = {
    Trouble.UNREACHABLE: Words(
        "The hub did not answer.", "Nothing is lost. Keep working: this is sent when the hub answers again."
    ),
    Trouble.NOT_A_HUB: Words(
        "Something else answered in place of the hub.",
        "Nothing was sent to it and nothing is lost. This network may want you to sign in: open a web browser.",
    ),
    Trouble.CERTIFICATE: Words(
        "The connection to the hub could not be shown to be safe.",
        "Nothing was sent and nothing is lost. Keep working, and tell your IT desk if it stays so.",
    ),
    Trouble.OTHER_HUB: Words(
        "Another hub answered than the one this laptop has joined.",
        "Nothing was sent to it and nothing is lost. Tell your IT desk.",
    ),
    Trouble.BUSY: Words("The hub is busy.", "Nothing is lost. It is tried again by itself in a while."),
    Trouble.TOO_LARGE: Words(
        "The hub did not take so much at once.", "Nothing is lost. It is sent again in smaller parts."
    ),
    Trouble.HELLO_DUE: Words(
        "The hub has to be greeted again.", "Nothing is lost. It is done by itself at the next try; F9 tries now."
    ),
    Trouble.CLOCK: Words(
        "The clock of this laptop is far from the hub's.",
        "Nothing is lost. Set the date and time of this laptop, then press F9.",
    ),
    Trouble.SIGNATURE: Words(
        "The hub could not tell that this laptop had asked.",
        "Nothing is lost. Press F9 to try again; tell your IT desk if it stays so.",
    ),
    Trouble.REVOKED: Words(
        "This laptop may no longer fetch from the hub.",
        "What was saved here goes to your team lead for review. Speak to your team lead or IT desk.",
    ),
    Trouble.NOT_ALLOWED: Words("You may not see this at the hub.", "Nothing was changed. A team lead can help."),
    Trouble.UNKNOWN: Words("The hub does not know this, or no longer.", "Nothing is lost. Press F9, then look again."),
    Trouble.TOO_OLD: Words(
        "This version of SMF Desktop and the hub's do not fit together.",
        "Nothing is lost, and nothing new is fetched. The program on this laptop, or the hub, needs an update.",
    ),
    Trouble.BAD_REQUEST: Words(
        "The hub could not read what was sent.", "Nothing is lost. Tell your IT desk if it happens twice."
    ),
    Trouble.BAD_REPLY: Words(
        "The hub's answer came damaged or cut short.", "Nothing of it was kept and nothing is lost. It is asked again."
    ),
    Trouble.GAP: Words(
        "The hub lacks something that this laptop sent before.", "Nothing is lost. It is sent again at the next try."
    ),
    Trouble.CODE: Words(
        "This code is not right for this username, or no longer holds.",
        "Nothing was joined. Check both. A code holds for 15 minutes, once: ask for another if they are as told.",
    ),
    Trouble.CONFLICT: Words(
        "The hub cannot take this store as it is.",
        "Nothing was changed on this laptop. Ask whoever looks after the hub.",
    ),
    Trouble.HUB_FAULT: Words(
        "Something went wrong at the hub.",
        "Nothing is lost. It is tried again by itself; tell your IT desk if it stays.",
    ),
}
"""Every reason that a hub gives, or that lies between it and this laptop."""

SYNC: Spoken = {HubTrouble: lambda error: HUB[error.why]}
