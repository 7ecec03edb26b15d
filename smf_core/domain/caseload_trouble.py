"""Troubles with lists, and with who has whom on them."""

from smf_core.domain.trouble import DomainError


class UnknownView(DomainError):
    """No such view of this user's on this laptop."""


class ViewNameNeeded(DomainError):
    """A view is kept under a name."""


class CoverTurnedRound(DomainError):
    """The last day of a cover lies before its first, or is over."""


class CoversThemselves(DomainError):
    """Nobody covers their own absence."""


class UnknownCover(DomainError):
    """No such absence or cover on this laptop, or it was called off."""


class NobodyChosen(DomainError):
    """Something was to be done with many people, and none was chosen."""
