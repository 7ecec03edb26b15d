"""The one field that finds people and commands: what was typed, and the rows it is answered with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from smf_core.domain.patient import Name
from smf_desktop.presenters.identity import born, day, name_line, nhs, spoken_born, spoken_name

COMMANDS_ONLY, PEOPLE_ONLY = ">", "@"
COMMANDS_AT_MOST = 12
"""Commands shown beside people; `>` shows all that match."""


@dataclass(frozen=True, slots=True)
class Found:
    """Someone a search found. `why` is the field that matched and how it reads, "" for the name itself.

    `similar`: somebody else's name is easily taken for theirs.
    """

    id: str
    name: Name
    born: date
    nhs_number: str | None
    is_taught: bool
    died: date | None = None
    similar: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command that means something here and now; `about_person` when it is about the one on the page."""

    key: str
    words: str
    shortcut: str
    hint: str
    about_person: bool = False


class RowKind(StrEnum):
    """What a row is: a heading cannot be chosen."""

    HEADING = "heading"
    PERSON = "person"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One row. `beside` stands at the right: born, or the shortcut; `marks` are words and kinds of chips.

    `key` is the person's id or the command's key; `spoken` is the whole for a screen reader.
    """

    kind: RowKind
    words: str
    key: str = ""
    about: str = ""
    beside: str = ""
    marks: tuple[tuple[str, str], ...] = ()
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, without its mark, and what is looked for."""

    text: str
    people: bool = True
    commands: bool = True


def asked(typed: str) -> Asked:
    """`>` asks for commands alone, `@` for people alone."""
    text = typed.strip()
    if text.startswith(COMMANDS_ONLY):
        return Asked(text[1:].strip(), people=False)
    if text.startswith(PEOPLE_ONLY):
        return Asked(text[1:].strip(), commands=False)
    return Asked(text)


def palette_rows(
    ask: Asked, people: Sequence[Found], commands: Sequence[Command], today: date, about: str = ""
) -> tuple[PaletteRow, ...]:
    """People, then commands for the person on the page (`about` is their name), then the others.

    The others come first where one of them fits what was typed better: Enter never takes a command that only speaks
    of it.
    """
    rows: list[PaletteRow] = []
    if ask.people and people:
        rows.append(_heading("People" if ask.text else "Opened lately"))
        rows.extend(_person(one, today) for one in people)
    if ask.commands:
        matching = matching_commands(commands, ask.text)
        if ask.people:
            matching = matching[:COMMANDS_AT_MOST]
        groups = [
            (f"Commands for {about}", [one for one in matching if one.about_person]),
            ("Commands", [one for one in matching if not one.about_person]),
        ]
        for heading, chosen in sorted(
            groups, key=lambda group: min((_fit(one, ask.text) for one in group[1]), default=0)
        ):
            if chosen:
                rows.append(_heading(heading))
                rows.extend(_command(one) for one in chosen)
    return tuple(rows)


def matching_commands(commands: Sequence[Command], text: str) -> list[Command]:
    """Commands with every word typed in their words or hint, those that begin with them first."""
    words = text.casefold().split()
    held = [one for one in commands if all(word in f"{one.words} {one.hint}".casefold() for word in words)]
    return sorted(held, key=lambda one: _fit(one, text))


def _fit(command: Command, text: str) -> int:
    """How well a command fits what was typed: 0 is its very words, 3 only its hint."""
    plain, typed = command.words.casefold(), text.casefold()
    if plain == typed:
        return 0
    if plain.startswith(typed):
        return 1
    if all(any(each.startswith(word) for each in plain.split()) for word in typed.split()):
        return 2
    return 3


def none_found(ask: Asked) -> tuple[str, str]:
    """What is true when nothing matched, and what to do."""
    if not ask.people:
        return "No command matches", "Try another word, or delete > to look for people."
    if not ask.text:
        return "Type a name, an NHS number or a date of birth", "Type > for commands, or @ for people only."
    return "No one on this laptop matches", "Check the spelling, or try the NHS number or the date of birth."


def _heading(words: str) -> PaletteRow:
    return PaletteRow(RowKind.HEADING, words, spoken=words)


def _person(one: Found, today: date) -> PaletteRow:
    marks = []
    if one.similar:
        marks.append(("Similar name", "warn"))
    if one.died:
        marks.append(("Died", "neutral"))
    elif not one.is_taught:
        marks.append(("Not being taught", "neutral"))
    about = " · ".join(part for part in (nhs(one.nhs_number), one.why) if part)
    spoken = ", ".join(
        (spoken_name(one.name), spoken_born(one.born, today, one.died), about, *(words for words, _ in marks), "person")
    )
    return PaletteRow(
        RowKind.PERSON,
        name_line(one.name),
        one.id,
        about=about,
        beside=born(one.born, today, one.died) if one.born != date.min else day(one.born),
        marks=tuple(marks),
        spoken=spoken,
    )


def _command(one: Command) -> PaletteRow:
    spoken = ", ".join(part for part in (one.words, one.hint, one.shortcut, "command") if part)
    return PaletteRow(RowKind.COMMAND, one.words, one.key, about=one.hint, beside=one.shortcut, spoken=spoken)
