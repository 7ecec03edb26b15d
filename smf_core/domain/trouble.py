"""The kinds of trouble a person is told about. What is neither of these is our fault.

No exception text is ever shown: `smf_desktop.presenters.messages.troubles` holds the words, keyed by type.
An exception therefore carries codes and numbers, never a name, an NHS number or free text.
"""


class DomainError(Exception):
    """The person at the keyboard can put this right."""


class Known(Exception):
    """The world is in trouble: the disk, the clock, another program, the hub."""
