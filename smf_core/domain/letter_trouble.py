"""Troubles with letters, practices, and a discharge that is taken back."""

from typing import Literal

from smf_core.domain.trouble import DomainError


class UnknownLetter(DomainError):
    """No such letter on this laptop."""


class LetterWithdrawn(DomainError):
    """The letter was withdrawn: it is neither printed nor sent any more."""


class SentHowNeeded(DomainError):
    """A letter that was sent says how."""


class WhoConfirmedNeeded(DomainError):
    """Whoever confirmed that core visits stop is named."""


class NotAskedToStop(DomainError):
    """Nothing of this letter waits to be confirmed."""


class CannotReopen(DomainError):
    """A discharge that is not safe to take back.

    `code`: `open` (teaching goes on), `late` (over 30 days ago), `died`, `again` (the skill is taught again since).
    """

    def __init__(self, code: Literal["open", "late", "died", "again"]) -> None:
        super().__init__(code)
        self.code = code


class NoSuccessor(DomainError):
    """The practice is not closed, or nobody took it over."""


class TeamNameNeeded(DomainError):
    """A core team has a name."""


class BadPracticeFile(DomainError):
    """A file of practices that cannot be read as one, so nothing of it is taken in.

    `code`: `too_big`, `not_text`, `no_header`, `missing_columns`, `row` (with its `line`, the header being 1).
    """

    def __init__(self, code: str, line: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
