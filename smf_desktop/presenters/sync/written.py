"""What was written in a save that a lead looks at: of a visit, a call or a discharge the note, of all else a line."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from smf_core.domain.checklist import Library
from smf_core.operations.registry import RECORDS
from smf_core.records.queries.history import Said
from smf_desktop.presenters.identity import clock, day, isolated
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.history import PRIVATE, UNITS, history_rows, said_words

UNREADABLE = "It could not be read, so it can only be returned."
NOTHING = "It holds nothing that this version knows."
NOT_HERE = "This person is not on this laptop, so their record cannot be read beside it."
COUNTED = "Steps and questions are counted, not named: what they belong to is not on this laptop."
SEALED = "The words of a private note are sealed: they open in the record, once it is taken in."

_NAMES: Mapping[tuple[str, str], str] = {
    ("visit", "planned"): "Visit booked",
    ("visit", "started"): "Visit begun",
    ("visit", "signed"): "Visit",
    ("visit", "cosign"): "Co-signature asked for",
    ("visit", "cosigned"): "Co-signed",
    ("visit", "next"): "What comes next",
    ("visit", "not_gone_ahead"): "Visit did not go ahead",
    ("visit", "struck"): "Visit entered in error",
    ("section", "taught"): "Taught",
    ("observation", "reading"): "Reading",
    ("observation", "struck"): "Reading entered in error",
    ("red_flag", "seen"): "Red flag",
    ("red_flag", "closing"): "Red flag closed",
    ("red_flag", "struck"): "Red flag entered in error",
    ("call", "made"): "Telephone call",
    ("call", "struck"): "Telephone call entered in error",
    ("task", "asked"): "Task",
    ("task", "done"): "Task done",
    ("letter", "written"): "Letter written",
    ("letter", "sending"): "Letter",
    ("letter", "confirmed"): "Core visits to stop, confirmed",
    ("hold", "held"): "On hold",
    ("core_visits", "row"): "Core visits",
    ("note_copy", "copied"): "Note copied for the trust's record",
}


_COUNTED = frozenset({("section", "rating"), ("section", "answer")})
_ABOUT = frozenset({"patient", "visit", "section", "by", "team", "role", "registered", "agreed", "signed_at", "knew"})
"""What a save says of itself; the record tells it elsewhere."""


def note_lines(text: str) -> tuple[str, ...]:
    """The lines of a note but the first, which names the person."""
    return tuple(line for line in text.splitlines()[1:] if line)


def said_lines(
    said: Sequence[Said],
    names: Mapping[str, str],
    library: Library,
    skills: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[Said, str]]:
    """What each thing says, in a line; ratings and answers have none. `skills` is the skill of each pathway."""
    for one, row in zip(said, history_rows(said, names, library, skills=skills), strict=True):
        if (one.entity, one.unit) in UNITS:
            what, says = row.what, row.says
            state = row.state.lower() if one.apart else ""
        elif (one.entity, one.unit) in _COUNTED:
            continue
        else:
            what = _NAMES.get((one.entity, one.unit)) or f"{one.entity} {one.unit}".replace("_", " ").capitalize()
            says, state = said_words(one.entity, one.unit, _plain(one, names), names, library), ""
        yield one, ": ".join(filter(None, (what, dotted(isolated(says), state))))


def counted_only(said: Sequence[Said], library: Library) -> Iterator[str]:
    """`Steps: on own 8, with prompts 2`: how many, of steps and questions whose checklist is not known."""
    for unit, title, field, words in (
        ("rating", "Steps", "level", {str(each.code): each.screen for each in library.common.level_scale}),
        ("answer", "Teach-back", "answer", {str(each.code): each.screen for each in library.common.teach_back_answers}),
    ):
        given = [str(one.fields.get(field)) for one in said if (one.entity, one.unit) == ("section", unit)]
        counts = Counter(words.get(each, each.replace("_", " ")) for each in given)
        told = ", ".join(f"{each[:1].lower()}{each[1:]} {number}" for each, number in counts.most_common())
        if told:
            yield f"{title}: {told}"


def sentences(lines: Sequence[str], *, here: bool, named: bool) -> str:
    """What is to be known of the lines. `here`: the person is on this laptop; `named`: the steps have their words."""
    sealed = any(PRIVATE in line for line in lines)
    return " ".join(filter(None, ("" if here else NOT_HERE, "" if named else COUNTED, SEALED if sealed else "")))


def _plain(one: Said, names: Mapping[str, str]) -> Mapping[str, Any]:
    """The fields with codes and moments as words, without what only names other records."""
    units = RECORDS.get(one.entity, {})
    codes = units[one.unit].codes if one.unit in units else {}
    return {
        name: _spoken(value, name in codes) if name != "minutes" else counted(int(value), "minute")
        for name, value in one.fields.items()
        if name not in _ABOUT and (not _is_id(value) or value in names)
    }


def _spoken(value: Any, coded: bool) -> Any:
    if isinstance(value, list):
        return [_spoken(each, coded) for each in value if not _is_id(each)]
    if not isinstance(value, str):
        return value
    if coded:
        return value.replace("_", " ")
    try:
        at = datetime.fromisoformat(value) if "T" in value else None
    except ValueError:
        return value
    return f"{day(at.date())} {clock(at)}" if at else value


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
