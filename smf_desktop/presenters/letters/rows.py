"""Letters as rows of a list: to whom, what became of them, and what is to be known before they go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from smf_core.domain.letter import DoseTurn, Letter, LetterKind, LetterState
from smf_core.domain.patient import Name
from smf_core.domain.practice import Practice
from smf_core.domain.working_days import after_working_days
from smf_core.records.queries.letters import CoreStop
from smf_desktop.presenters.identity import day, name_line, spoken_name

KIND_WORDS = {
    LetterKind.PRACTICE: "To the practice",
    LetterKind.PERSON: "To the person",
    LetterKind.CORE_TEAM: "To the core team",
    LetterKind.REFERRER: "To the referrer",
}
FILE_WORDS = {
    LetterKind.PRACTICE: "letter-to-practice",
    LetterKind.PERSON: "letter-to-person",
    LetterKind.CORE_TEAM: "letter-to-core-team",
    LetterKind.REFERRER: "letter-to-referrer",
}
HOW_SENT: tuple[tuple[str, str], ...] = (
    ("post", "By post"),
    ("email", "By secure email"),
    ("by_hand", "By hand"),
    ("record_system", "Through the record system"),
)
PILES: tuple[tuple[str, str], ...] = (
    (LetterState.TO_PRINT.value, "To print"),
    (LetterState.PRINTED.value, "Printed"),
    (LetterState.SENT.value, "Sent"),
    (LetterState.WITHDRAWN.value, "Withdrawn"),
)
NO_LETTERS = {
    LetterState.TO_PRINT: ("No letter waits to be printed", "A discharge writes its letters here."),
    LetterState.PRINTED: ("No printed letter waits to be sent", "A letter comes here once it is printed."),
    LetterState.SENT: ("No letter was sent yet", "A letter comes here once it is marked as sent."),
    LetterState.WITHDRAWN: ("No letter was withdrawn", "A discharge that is taken back withdraws its letters."),
}
NONE_ABOUT_PERSON = ("No letters yet", "A discharge, and every change of who gives a dose, writes its letters here.")
OVERDUE_AFTER = 1
"""Working days from the day a letter was written."""

Tone = Literal["neutral", "info", "ok", "warn", "danger", "violet"]


@dataclass(frozen=True, slots=True)
class LetterNotice:
    """Something to know about a letter. `act` is what a person may agree to there: "use_successor", "confirm_stop"."""

    true: str
    do: str = ""
    tone: Literal["info", "warn", "danger"] = "warn"
    act: str = ""
    act_words: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter. `cells` are its columns, the person first where many people's letters are listed; `plain` says
    that nothing has to be looked at before it goes, so that it may be printed with others."""

    id: str
    patient: str
    cells: tuple[str, ...]
    tone: Tone
    overdue: bool
    may_print: bool
    may_send: bool
    may_withdraw: bool
    notices: tuple[LetterNotice, ...]
    file_name: str
    spoken: str
    who: str
    plain: bool = True


COLUMNS = ("Person", "Letter", "To", "Written", "What became of it")
COLUMNS_OF_PERSON = COLUMNS[1:]


@dataclass(frozen=True, slots=True)
class LettersRows:
    """The list: its rows, the tabs with counts, and what stands there when it is empty."""

    rows: tuple[LetterRow, ...]
    tabs: tuple[tuple[str, str], ...]
    about: str
    none: tuple[str, str]


def letter_row(
    letter: Letter,
    person: Name,
    practice: Practice | None,
    successor: Practice | None,
    names: Mapping[str, str],
    today: date,
    holidays: frozenset[date],
    *,
    with_person: bool = True,
) -> LetterRow:
    """One letter of a list. `practice` is the person's today, `successor` the one that took it over if it is closed."""
    late = is_overdue(letter, today, holidays)
    state = _state(letter, names, late=late)
    written = day(letter.written_at.date())
    who = name_line(person)
    notices = tuple(_notices(letter, practice, successor, today))
    cells = (KIND_WORDS[letter.kind], letter.to, written, state)
    return LetterRow(
        id=letter.id,
        patient=letter.patient,
        cells=(who, *cells) if with_person else cells,
        tone=_tone(letter, late=late),
        overdue=late,
        may_print=letter.stands,
        may_send=letter.waits,
        may_withdraw=letter.stands,
        notices=notices,
        file_name=f"{FILE_WORDS[letter.kind]}-{letter.written_at:%Y-%m-%d}.pdf",
        spoken=f"{spoken_name(person)}. {KIND_WORDS[letter.kind]}, written {written}. {state}",
        who=who,
        plain=letter.stands and all(one.tone == "info" for one in notices),
    )


def letters_rows(rows: Sequence[LetterRow], counts: Mapping[LetterState, int], shown: LetterState) -> LettersRows:
    """The page of everybody's letters with one pile open."""
    late = sum(row.overdue for row in rows)
    waiting = counts.get(LetterState.TO_PRINT, 0) + counts.get(LetterState.PRINTED, 0)
    about = f"{waiting} letter{'' if waiting == 1 else 's'} still to leave the house"
    if late:
        about += f". {late} here overdue: over {OVERDUE_AFTER} working day"
    return LettersRows(
        rows=tuple(rows),
        tabs=tuple((code, f"{words} {counts.get(LetterState(code), 0)}") for code, words in PILES),
        about=about,
        none=NO_LETTERS[shown],
    )


def printed_words(printed: int, wanted: int, left_out: int) -> str:
    """`3 letters printed`, `2 of 3 letters printed`, `3 letters printed, 1 left out`."""
    if printed < wanted:
        words = f"{printed} of {wanted} letters printed"
    else:
        words = f"{printed} letter{'' if printed == 1 else 's'} printed"
    return f"{words}, {left_out} left out" if left_out else words


def is_overdue(letter: Letter, today: date, holidays: frozenset[date]) -> bool:
    """Whether a letter that still has to leave the house was written over one working day ago."""
    return letter.waits and today > after_working_days(letter.written_at.date(), OVERDUE_AFTER, holidays)


def _state(letter: Letter, names: Mapping[str, str], *, late: bool) -> str:
    by = names.get(letter.sent_by or "", "a colleague")
    on = day(letter.sent_at.date()) if letter.sent_at else ""
    how = dict(HOW_SENT).get(letter.how, letter.how)
    words = {
        LetterState.TO_PRINT: "To print",
        LetterState.PRINTED: f"Printed {on}, {by}, not sent yet",
        LetterState.SENT: f"Sent {on}, {by}, {how[:1].lower()}{how[1:]}",
        LetterState.WITHDRAWN: f"Withdrawn {on}, {by}: {letter.state_reason}",
    }[letter.state]
    if letter.stale and letter.stands:
        words = f"Out of date. {words}"
    if letter.kind is LetterKind.CORE_TEAM and letter.confirmed_on:
        words += f". Visits stop confirmed by {letter.confirmed_who}, {day(letter.confirmed_on)}"
    return f"Overdue. {words}" if late else words


def _tone(letter: Letter, *, late: bool) -> Tone:
    if letter.stale and letter.stands:
        return "danger"
    return "warn" if late else "neutral"


_TURNS = {
    DoseTurn.CHANGED: "changed on",
    DoseTurn.ENDED: "ended on",
    DoseTurn.ADDED: "was added on",
}


def _notices(letter: Letter, practice: Practice | None, successor: Practice | None, today: date) -> list[LetterNotice]:
    found = []
    if letter.stands and letter.stale:
        what = "; ".join(f"{one.name} {_TURNS[one.turn]} {day(one.on)}" for one in letter.stale)
        if letter.state is LetterState.SENT:
            do = "Whoever has the letter must hear of it: write to them, or call."
        else:
            do = "Withdraw it. The dose on it no longer holds."
        found.append(LetterNotice(f"This letter is out of date: {what}.", do, "danger"))
    closed = practice is not None and practice.closed(today) and practice.closed_on
    if letter.kind is LetterKind.PRACTICE and letter.waits and practice is not None and closed:
        true = f"{practice.name} closed on {day(closed)}."
        if successor is None:
            found.append(LetterNotice(true, "No practice is listed as taking it over. Ask the person."))
        else:
            do = f"{successor.name} took it over. Ask the person, then agree."
            found.append(LetterNotice(true, do, "warn", "use_successor", f"Send to {successor.name}"))
    if letter.asks_to_stop:
        found.append(
            LetterNotice(
                "Core visits to stop: nobody has confirmed it yet.",
                "Record who confirmed it and from which day.",
                "info",
                "confirm_stop",
                "Record who confirmed",
            )
        )
    return found


# --- core visits to stop, on other pages ---------------------------------------------------------

CORE_STOP_CHIP = "Core visits to stop"


@dataclass(frozen=True, slots=True)
class CoreStopRow:
    """That the core team was asked to stop and has not answered yet: `words` in one line, `detail` under it."""

    letter: str
    patient: str
    episode: str
    words: str
    detail: str
    tone: Tone


def core_stop_row(stop: CoreStop, today: date) -> CoreStopRow:
    days = (today - stop.written_on).days
    sent = {
        LetterState.TO_PRINT: "letter not printed yet",
        LetterState.PRINTED: "letter printed, not sent yet",
    }.get(stop.state, "letter sent")
    left = f", {stop.visits_left} visits a month as last recorded" if stop.visits_left else ""
    return CoreStopRow(
        letter=stop.letter,
        patient=stop.patient,
        episode=stop.episode,
        words=f"{CORE_STOP_CHIP}: nobody has confirmed it yet",
        detail=f"{stop.to}, {sent}, {day(stop.written_on)}{left}",
        tone="warn" if days > 1 else "info",
    )
