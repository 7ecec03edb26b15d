"""Why an exchange stopped. What is wrong on this laptop is never laid to the hub."""

from collections.abc import Mapping

from smf_desktop.presenters.messages.troubles import OUR_FAULT, words_for
from smf_desktop.presenters.messages.words import Words
from smf_desktop.trouble import DiskFaulty, DiskFull, StoreUnwritable

HERE: Mapping[type[BaseException], Words] = {
    DiskFull: Words(
        "The disk of this laptop is full.",
        "What has come stays and nothing is lost. Make room on it, and the sync goes on.",
    ),
    DiskFaulty: Words(
        "The disk of this laptop reported a fault.",
        "What was saved before is safe. The sync is tried again; tell your IT desk if it stays so.",
    ),
    StoreUnwritable: Words(
        "The folder of the store cannot be written.",
        "What was saved before is safe. The sync is tried again; tell your IT desk if it stays so.",
    ),
}
"""Troubles that are told otherwise where nobody is saving a page."""

OURS = Words(
    "Something went wrong on this laptop.",
    "Nothing is lost. The sync is tried again; tell your IT desk if it stays so.",
)


def stopped_words(error: BaseException) -> Words:
    """What an exchange raised, in words."""
    found = HERE.get(type(error)) or words_for(error)
    return OURS if found is OUR_FAULT else found
