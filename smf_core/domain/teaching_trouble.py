"""Troubles with checklists, gates and discharges.

They stand apart from the modules that raise them, which are slow to load: the unlock window knows words for each.
"""

from collections.abc import Sequence

from smf_core.domain.missing import Missing
from smf_core.domain.trouble import DomainError, Known


class BadChecklist(Known):
    """A checklist file breaks a rule and is not used. `line` counts from 1."""

    def __init__(self, file: str, line: int, rule: str) -> None:
        super().__init__(file, line, rule)
        self.file = file
        self.line = line
        self.rule = rule


class UnknownChecklist(Known):
    """A pathway names a checklist version that is not on this laptop."""

    def __init__(self, skill: str, version: str) -> None:
        super().__init__(skill, version)
        self.skill = skill
        self.version = version


class GateRecordIncomplete(DomainError):
    """An answer to a gate lacks what it needs: `evidence` for met, `reason` for not applicable."""

    def __init__(self, gate: str, needs: str) -> None:
        super().__init__(gate, needs)
        self.gate = gate
        self.needs = needs


class RoleNeeded(DomainError):
    """An approval names the role of the person who gives it."""


class ReviewDateNeeded(DomainError):
    """An approval names a review date after today."""


class NotReadyToDischarge(DomainError):
    """The chosen outcome needs more; `missing` says what and where."""

    def __init__(self, what: Sequence[Missing]) -> None:
        super().__init__(len(what))
        self.missing = tuple(what)


class AlreadyClosed(DomainError):
    """The pathway has ended already."""


class UnknownEpisode(DomainError):
    """No such pathway on this laptop."""


class UnknownGate(DomainError):
    """The checklist of this pathway has no such gate."""


class NotReadyToSign(DomainError):
    """Something on the page is still missing; `missing` says what and where."""

    def __init__(self, what: Sequence[Missing]) -> None:
        super().__init__(len(what))
        self.missing = tuple(what)


class UnknownVisit(DomainError):
    """No such visit on this laptop."""


class AlreadySigned(DomainError):
    """The visit is signed; it can be amended."""


class OwnSignature(DomainError):
    """Nobody co-signs a visit they signed themselves."""


class AlreadyCosigned(DomainError):
    """A visit is co-signed once."""


class SameChecklist(DomainError):
    """The pathway is taught from this version of the checklist already."""


class NothingChanged(DomainError):
    """An amendment that changes nothing is not written."""


class UnknownReferral(DomainError):
    """No such referral on this laptop."""


class NotReadyToAdd(DomainError):
    """A new referral lacks something or holds what cannot be right; `fields` names them."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(len(fields))
        self.fields = tuple(fields)


class SamePersonAlready(DomainError):
    """These two records are one person's already, or are one and the same."""


class NotMerged(DomainError):
    """This record is not merged into another."""


class MergedMeanwhile(DomainError):
    """A page older than a merge says something of the record that was merged; the person kept is opened instead."""


class ChangedMeanwhile(DomainError):
    """Something says another thing now than the form that is saved was opened with."""


class OneHasDied(DomainError):
    """Only one of two records says that the person died: that is settled before they are merged."""


class NothingToSettle(DomainError):
    """The referral is not marked as one whose person might already be here."""


class AlreadyDecided(DomainError):
    """Triage of this referral is done; it is not decided twice."""


class NotApproved(DomainError):
    """No approved checklist of a skill: in a live store no pathway starts from it."""

    def __init__(self, skill: str) -> None:
        super().__init__(skill)
        self.skill = skill


class ReasonNeeded(DomainError):
    """This act needs a typed reason."""


class NeedsRegisteredNurse(DomainError):
    """The accountable nurse of an episode is a registered nurse."""


class ImportStopped(DomainError):
    """A person stopped the import; rows already taken in stand."""

    def __init__(self, imported: int) -> None:
        super().__init__(imported)
        self.imported = imported


class NotAnInformalCarer(DomainError):
    """A learner is the patient or a contact marked as an informal carer; paid carers need the delegation policy."""


class NotOnHold(DomainError):
    """The pathway is not on hold."""


class UnknownRedFlag(DomainError):
    """No such red flag on this laptop."""


class WhatWasDoneNeeded(DomainError):
    """Closing a red flag says what was done."""


class UnknownBooking(DomainError):
    """No such booking on this laptop, or the visit has begun."""


class UnknownPatient(DomainError):
    """No such person on this laptop."""


class ReadOnlyRecord(DomainError):
    """A newer version of the application wrote to this record; it may only be read here."""


class SomeoneHasDied(DomainError):
    """The person has died; nothing new can be booked or taught."""


class LastManager(DomainError):
    """Removing this user would leave nobody who may manage users."""


class WorksElsewhere(DomainError):
    """Somebody belongs to another team, too: only the hub's administrator says where they work no more."""


class TooMuchText(DomainError):
    """One save holds more than a record can take: a text of over 64 KiB, or more than 256 entries."""


class CareInFuture(DomainError):
    """What is written down as seen or done has a time that has not come yet."""


class BirthNotPossible(DomainError):
    """A date of birth is a day gone by, and not over 130 years ago."""


class FamilyNameNeeded(DomainError):
    """A person is known by a family name at least."""


class NotAVisitsNumber(DomainError):
    """Core-team visits a month are a number from 0 to 300."""


class DeathNotPossible(DomainError):
    """A day of death is not to come and not before the birth."""


class NotDied(DomainError):
    """No death of this person is recorded."""


class AllergiesOnRecord(DomainError):
    """There are allergies on the record: none known cannot be said before they are ended."""


class SettledAlready(DomainError):
    """The two versions were settled meanwhile."""


class SamePerson(DomainError):
    """A note is moved to somebody else than the person it is about."""


class NotTaughtThat(DomainError):
    """The other person is not taught a skill that the note is about. `skill` is its code."""

    def __init__(self, skill: str) -> None:
        super().__init__(skill)
        self.skill = skill
