"""Checklists, gates, visits: the words for what can go wrong."""

from smf_core.domain.teaching_trouble import (
    AlreadyCosigned,
    AlreadySigned,
    BadChecklist,
    GateRecordIncomplete,
    NeedsRegisteredNurse,
    NotAnInformalCarer,
    NotApproved,
    NothingChanged,
    NotOnHold,
    NotReadyToSign,
    OwnSignature,
    ReviewDateNeeded,
    RoleNeeded,
    SameChecklist,
    UnknownChecklist,
    UnknownEpisode,
    UnknownGate,
    UnknownRedFlag,
    UnknownVisit,
    WhatWasDoneNeeded,
)
from smf_desktop.presenters.messages.words import Spoken, Words

TEACHING: Spoken = {
    BadChecklist: lambda error: Words(
        f"The checklist {error.file} breaks a rule at line {error.line}: {error.rule}.",
        "It is not used, and nothing that was recorded has changed. Correct the file or tell your clinical lead.",
    ),
    UnknownChecklist: Words(
        "This laptop does not have the version of the checklist that this teaching started with.",
        "The records are safe. Connect to get it, or tell your IT desk.",
    ),
    SameChecklist: Words(
        "The pathway is taught from this version already.", "Nothing was changed. Choose another version."
    ),
    NotApproved: Words(
        "No approved checklist of this skill is on this laptop.",
        "Nothing was accepted. The clinical lead approves it in Tools, Checklists.",
    ),
    NothingChanged: Words(
        "Nothing differs from what is signed.", "Nothing was written. Change something, or close the page."
    ),
    ReviewDateNeeded: Words(
        "An approval needs a review date after today.", "Nothing was approved. Enter a date such as +52w or 17/11/2027."
    ),
    UnknownEpisode: Words(
        "This teaching has ended or is not on this laptop.", "Nothing was changed. Open the person again."
    ),
    UnknownVisit: Words(
        "This visit is not on this laptop, or was entered in error.", "Nothing was changed. Open the person again."
    ),
    UnknownGate: Words(
        "The checklist of this person has no such question.", "Nothing was changed. Open the page again."
    ),
    UnknownRedFlag: Words("This red flag is not on this laptop.", "Nothing was changed. Open the person again."),
    GateRecordIncomplete: lambda error: Words(
        "This answer needs the evidence for it." if error.needs == "evidence" else "This answer needs a reason.",
        "Nothing was saved yet. Type it, then save again.",
    ),
    RoleNeeded: Words("An approval needs the role it is given in.", "Nothing was approved. Enter your role."),
    NotReadyToSign: lambda error: Words(
        f"{len(error.missing)} things are still missing on this visit.",
        "Nothing was signed and the draft is kept. F8 goes to the first.",
    ),
    AlreadySigned: Words(
        "This visit is already signed.", "Nothing was signed again. Amend it: both versions are kept."
    ),
    OwnSignature: Words("You signed this visit yourself.", "It stands as it is. Another registered nurse co-signs it."),
    AlreadyCosigned: Words(
        "This visit is co-signed already.", "Nothing was changed. Who and when stands on the visit."
    ),
    NeedsRegisteredNurse: Words(
        "The accountable nurse has to be a registered nurse.", "Nothing was changed. Choose a registered nurse."
    ),
    NotAnInformalCarer: Words(
        "A learner is the person or an informal carer among the contacts.",
        "Nothing was changed. Paid carers need the service's delegation policy.",
    ),
    NotOnHold: Words("This teaching is not on hold.", "Nothing was changed."),
    WhatWasDoneNeeded: Words("A red flag needs what was done.", "Nothing was changed. Type it, then try again."),
}
