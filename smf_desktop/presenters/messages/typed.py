"""What a person types or brings in: the words for what can go wrong."""

from smf_core.domain.dates import BadDate, BadTime
from smf_core.domain.document import DocumentTooBig, DocumentUnreadable, NotADocument, UnknownDocument
from smf_core.domain.letter_trouble import BadPracticeFile
from smf_core.domain.nhs_number import BadNhsNumber
from smf_core.domain.teaching_trouble import (
    BirthNotPossible,
    CareInFuture,
    FamilyNameNeeded,
    ImportStopped,
    NotAVisitsNumber,
    NotReadyToAdd,
    TooMuchText,
)
from smf_desktop.presenters.messages.words import Spoken, Words
from smf_desktop.trouble import BadReferralFile, DemoStopped, FileUnreadable, FileUnwritable, FolderTaken, UnknownTeam

_NHS_NUMBER = {
    "characters": Words(
        "An NHS number has only digits, spaces and hyphens.", "Check it against the referral, or leave it empty."
    ),
    "length": Words("An NHS number has 10 digits.", "Check it against the referral, or leave it empty."),
    "zeros": Words("An NHS number is not all zeros.", "Leave it empty when it is not known."),
    "check_digit": Words(
        "The NHS number does not match its check digit.", "Check it against the referral, or leave it empty."
    ),
    "live_in_training": Words(
        "A training store takes only NHS numbers that begin with 999.", "Keep real people in the live store."
    ),
    "test_in_live": Words(
        "NHS numbers that begin with 999 are for training.", "Check the number against the referral."
    ),
}


_DATE = {
    "file_shape": Words("Write the date as 2026-11-17, 17/11/2026 or 17-Nov-2026.", ""),
    "shape": Words("Enter a date such as 17/11, 17 nov, tomorrow or +2w.", ""),
    "impossible": Words("There is no such day.", "Check the day and the month."),
    "weekday": Words("That date falls on another day of the week.", "Check the date or leave out the day name."),
    "far": Words("That date is more than 150 years away.", "Check the year."),
}


_TIME = {
    "shape": Words("Enter a time such as 9:05 or 1430.", ""),
    "impossible": Words("Enter a time from 00:00 to 23:59.", ""),
}


_PRACTICES = {
    "too_big": Words("The file is over 20 MB.", "Nothing was changed. Split it and import the parts one by one."),
    "not_text": Words("The file is not CSV text.", 'Nothing was changed. Save it as "CSV UTF-8" and import that.'),
    "no_header": Words("The file is empty.", "Nothing was changed. Choose another file."),
    "missing_columns": Words(
        "The first row does not name the columns code and name.", "Nothing was changed. Add a header row."
    ),
}


def _bad_practice_file(error: BadPracticeFile) -> Words:
    if error.code != "row":
        return _PRACTICES[error.code]
    return Words(
        f"Row {error.line} has no code, no name, or a date that cannot be read.",
        "Nothing was changed. Put that row right and import the file again. The first row is the header.",
    )


def _bad_referral_file(error: BadReferralFile) -> Words:
    columns = ", ".join(error.columns)
    happened, do = {
        "empty": ("The file is empty.", "Choose another file."),
        "not_text": ("The file is not CSV text.", 'In the spreadsheet, save it as "CSV UTF-8" and import that.'),
        "too_big": ("The file is over 50 MB.", "Split it and import the parts one by one."),
        "no_header": ("The first row does not name the columns.", f"Add a header row such as {columns}."),
        "missing_columns": (f"The file has no column {columns}.", "Add what is missing to the header row."),
        "columns_twice": (f"The file has more than one column {columns}.", "Keep one and take out the other."),
        "quotation_marks": (
            f"The quotation marks in row {error.line} do not pair.",
            "Cells cannot be told apart from there on. Put the row right and import again.",
        ),
    }[error.code]
    return Words(happened, f"Nothing was imported. {do}")


TYPED: Spoken = {
    BadNhsNumber: lambda error: _NHS_NUMBER[error.code],
    BadDate: lambda error: _DATE[error.code],
    BadTime: lambda error: _TIME[error.code],
    BadReferralFile: _bad_referral_file,
    BadPracticeFile: _bad_practice_file,
    FileUnwritable: Words(
        "Nothing can be written in that place.", "Nothing was saved and nothing was changed. Choose another place."
    ),
    FileUnreadable: Words("The file cannot be opened.", "Nothing was changed. Check that it is there and not in use."),
    FolderTaken: Words("That folder is there already.", "Nothing was written. Choose a folder that is not there yet."),
    UnknownTeam: Words("The store has no team of that name.", "Nothing was changed. Check the name and try again."),
    NotReadyToAdd: lambda error: Words(
        "One field of this referral has to be corrected."
        if len(error.fields) == 1
        else f"{len(error.fields)} fields of this referral have to be corrected.",
        "Nothing was added and the draft is kept. F8 goes to the first.",
    ),
    ImportStopped: lambda error: Words(
        f"The import was stopped after {error.imported} rows.",
        "Those rows are in. Read the file again to take in the rest: those already here are marked.",
    ),
    BirthNotPossible: Words(
        "A date of birth is a day gone by, and not over 130 years ago.", "Nothing was changed. Check the year."
    ),
    FamilyNameNeeded: Words("A person needs a family name.", "Nothing was changed. Enter it as on the referral."),
    NotAVisitsNumber: Words(
        "Core visits a month are a number from 0 to 300.", "Nothing was changed. Check the number."
    ),
    CareInFuture: Words("That time has not come yet.", "Nothing was changed. Check the date, the time and the clock."),
    TooMuchText: Words(
        "One text here is longer than a record can hold, about 60,000 characters.",
        "Nothing was saved and what you typed is kept. Shorten it, then save again.",
    ),
    NotADocument: Words(
        "This file is neither a picture (JPEG, PNG, HEIC) nor a PDF.",
        "Nothing was added. Its content counts, not the ending of its name.",
    ),
    DocumentTooBig: lambda error: Words(
        {
            "file": "This file is over 40 MB.",
            "pdf": "This PDF is over 10 MB.",
            "picture": "This picture is too large to be read safely.",
        }[error.of],
        "Nothing was added. Make it smaller, or take the picture again with fewer pixels.",
    ),
    DocumentUnreadable: Words(
        "This file begins as a picture or PDF does, but cannot be read.",
        "Nothing was added. Save it again as JPEG, PNG or PDF.",
    ),
    UnknownDocument: Words(
        "The content of this document is not on this laptop.", "Nothing was changed. What is known of it stands."
    ),
    DemoStopped: Words("The demo is not finished: it was stopped.", "Nothing of it was kept. Make it again."),
}
