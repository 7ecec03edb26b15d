"""A note about the wrong person, in words: who may be the right one, and what carried the note so far."""

from collections.abc import Iterable, Mapping, Sequence

from smf_core.domain.patient import Name
from smf_core.records.queries.carried import Carried, Carrier
from smf_desktop.presenters.identity import clock, day, name_line, nhs
from smf_desktop.presenters.palette import Found


def right_person_options(found: Iterable[Found], wrong: str, *, taught: bool = True) -> tuple[tuple[str, str], ...]:
    """(id, words) of everybody else who was found; a visit can only be of somebody who is `taught`."""
    return tuple((one.id, _who(one.name, one)) for one in found if one.id != wrong and (one.is_taught or not taught))


def _who(name: Name, one: Found) -> str:
    number = nhs(one.nhs_number)
    return f"{name_line(name)} · Born {day(one.born)} · {number if number.startswith('NHS') else f'NHS No. {number}'}"


def carried_words(ways: Sequence[Carried], names: Mapping[str, str]) -> str:
    """What carried the note so far, line by line; that nothing did, where nothing did."""
    if not ways:
        return "Nothing has carried this note yet: no letter, no copy, no export, no other reader."
    lines = [_line(way, names) for way in ways]
    return "\n".join(("This note has been carried by:", *lines, "Each becomes a task for you."))


def _line(way: Carried, names: Mapping[str, str]) -> str:
    when = f"{day(way.at.date())} {clock(way.at)}"
    match way.carrier:
        case Carrier.LETTER:
            state = way.state.replace("_", " ")
            return f"Letter to the {way.who.replace('_', ' ')}, written {when}, {state}"
        case Carrier.NOTE_COPY:
            return f"Copied for the trust's record by {names.get(way.who, 'someone who left')}, {when}"
        case Carrier.EXPORT:
            return f"Export by {names.get(way.who, 'someone who left')}, {when}"
        case Carrier.READER:
            return f"Read by {names.get(way.who, 'someone who left')}, last {when}"
