"""Which people the caseload shows, in which order and columns: as filters, in words, and kept under a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from smf_core.domain.checklist import Library


class Sort(StrEnum):
    """What the list can be sorted by."""

    NEXT_VISIT = "next_visit"
    LAST_VISIT = "last_visit"
    NAME = "name"
    NHS_NUMBER = "nhs_number"
    VISITS = "visits"
    CONFIDENCE = "confidence"


class NextVisit(StrEnum):
    ANY = ""
    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    NONE = "none"


class Column(StrEnum):
    """A column of the list. The person always comes first."""

    PERSON = "person"
    NUMBER = "number"
    SKILLS = "skills"
    VISITS = "visits"
    FLAGS = "flags"
    LAST = "last"
    NEXT = "next"
    NURSE = "nurse"
    REFERRED = "referred"
    CONFIDENCE = "confidence"


USUAL = (Column.PERSON, Column.NUMBER, Column.SKILLS, Column.VISITS, Column.FLAGS, Column.LAST, Column.NEXT)
WIDE = (*USUAL, Column.NURSE, Column.REFERRED, Column.CONFIDENCE)
"""The columns there is room for on a wide screen."""

HEADINGS = {
    Column.PERSON: "Patient",
    Column.NUMBER: "NHS No.",
    Column.SKILLS: "Skill and steps on own",
    Column.VISITS: "Visits, of expected",
    Column.FLAGS: "Flags",
    Column.LAST: "Last visit",
    Column.NEXT: "Next visit",
    Column.NURSE: "Nurse",
    Column.REFERRED: "Referred by",
    Column.CONFIDENCE: "Confidence",
}
SORTED_BY = {
    Column.PERSON: Sort.NAME,
    Column.NUMBER: Sort.NHS_NUMBER,
    Column.VISITS: Sort.VISITS,
    Column.LAST: Sort.LAST_VISIT,
    Column.NEXT: Sort.NEXT_VISIT,
    Column.CONFIDENCE: Sort.CONFIDENCE,
}

STAGES = {"taught": "being taught", "held": "on hold", "triage": "triage due", "discharged": "discharged", "": "any"}
MARKS = {
    "ready": "Ready",
    "over": "Over expected",
    "red_flag": "Red flag",
    "new": "New",
    "allergy": "Allergy",
    "similar_name": "Similar name",
    "same_home": "Same address",
    "core_stop": "Core visits to stop",
}
NEXT = {
    NextVisit.ANY: "any",
    NextVisit.OVERDUE: "overdue",
    NextVisit.TODAY: "today",
    NextVisit.TOMORROW: "tomorrow",
    NextVisit.WEEK: "next 7 days",
    NextVisit.NONE: "none booked",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people, in which order. `mine`: on this user's list; else on `nurse`'s, or on anybody's where it is "".

    `skill`, `stage` and `marks` are codes; `text` is what was typed into the list's own field.
    """

    mine: bool = True
    text: str = ""
    sort: Sort = Sort.NEXT_VISIT
    descending: bool = False
    nurse: str = ""
    skill: str = ""
    stage: str = "taught"
    marks: tuple[str, ...] = ()
    next: NextVisit = NextVisit.ANY

    def same_people(self, other: "Asked") -> bool:
        """Whether both ask for the same people, in whatever order."""
        return replace(self, sort=other.sort, descending=other.descending) == other


@dataclass(frozen=True, slots=True)
class View:
    """A tab of the caseload. `saved` is the record that keeps it, "" for one that is built in."""

    key: str
    name: str
    asked: Asked
    columns: tuple[Column, ...] = ()
    saved: str = ""


MINE, READY, NO_NEXT, OVER, EVERYONE = "mine", "ready", "no_next", "over", "everyone"
BUILT_IN = (
    View(MINE, "My caseload", Asked()),
    View(READY, "Ready to discharge", Asked(marks=("ready",))),
    View(NO_NEXT, "No next visit", Asked(next=NextVisit.NONE, sort=Sort.LAST_VISIT)),
    View(OVER, "Over expected", Asked(marks=("over",))),
    View(EVERYONE, "Everyone", Asked(mine=False)),
)


def as_content(asked: Asked, columns: Iterable[Column]) -> Mapping[str, Any]:
    """A view as it is kept: only what differs from the plain list."""
    plain = Asked()
    said = {one.name: getattr(asked, one.name) for one in fields(asked) if one.name != "text"}
    kept = {name: value for name, value in said.items() if value != getattr(plain, name)}
    return {**kept, "columns": [one.value for one in columns]}


def from_content(content: Mapping[str, Any]) -> tuple[Asked, tuple[Column, ...]]:
    """What a kept view asks for. What this version does not know of it is left out."""
    marks = content.get("marks")
    asked = Asked(
        mine=content.get("mine") is not False,
        sort=_code(Sort, content.get("sort"), Sort.NEXT_VISIT),
        descending=content.get("descending") is True,
        nurse=_text(content.get("nurse")),
        skill=_text(content.get("skill")),
        stage=stage if (stage := content.get("stage", "taught")) in STAGES else "taught",
        marks=tuple(mark for mark in marks if mark in MARKS) if isinstance(marks, list) else (),
        next=_code(NextVisit, content.get("next"), NextVisit.ANY),
    )
    named = content.get("columns")
    known = {one.value for one in Column}
    columns = tuple(Column(one) for one in named if one in known) if isinstance(named, list) else ()
    return asked, with_person(columns)


def with_person(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns with the person first, each once; none stays none."""
    chosen = tuple(dict.fromkeys(columns))
    return (Column.PERSON, *(one for one in chosen if one is not Column.PERSON)) if chosen else ()


def _code(kind: Any, code: object, otherwise: Any) -> Any:
    return kind(code) if code in {one.value for one in kind} else otherwise


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One filter of the bar: its label, the words of its value, its choices as (code, words, chosen).

    `active` ones narrow the list and can be taken away; in one with `several` more than one choice can stand.
    """

    key: str
    label: str
    value: str
    active: bool
    options: tuple[tuple[str, str, bool], ...]
    several: bool = False


def filter_chips(asked: Asked, library: Library, nurses: Mapping[str, str], me: str) -> tuple[FilterChip, ...]:
    """The filters as they stand. `nurses` are names by id."""
    skills = {skill: library.newest(skill).label for skill in library.skills}
    whose = me if asked.mine else asked.nurse
    by_name = sorted(nurses, key=lambda one: (one != me, nurses[one]))
    marks = tuple(words for code, words in MARKS.items() if code in asked.marks)
    return (
        _chip("skill", "Skill", asked.skill, {"": "any", **dict(sorted(skills.items(), key=lambda one: one[1]))}),
        _chip("nurse", "Nurse", whose, {"": "any", **{one: nurses[one] for one in by_name}}),
        _chip("stage", "Stage", asked.stage, STAGES),
        FilterChip(
            "marks",
            "Flags",
            ", ".join(marks) or "any",
            bool(marks),
            tuple((code, words, code in asked.marks) for code, words in MARKS.items()),
            several=True,
        ),
        _chip("next", "Next visit", asked.next.value, {code.value: words for code, words in NEXT.items()}),
    )


def _chip(key: str, label: str, code: str, options: Mapping[str, str]) -> FilterChip:
    choices = tuple((each, words, each == code) for each, words in options.items())
    return FilterChip(key, label, options.get(code, code), bool(code), choices)


def filtered_by(asked: Asked, key: str, code: str, me: str) -> Asked:
    """The list with one filter set; a flag that stands already is taken away, and "" takes the filter away."""
    match key:
        case "skill":
            return replace(asked, skill=code)
        case "nurse":
            return replace(asked, mine=code == me, nurse="" if code == me else code)
        case "stage":
            return replace(asked, stage=code)
        case "next":
            return replace(asked, next=NextVisit(code))
        case "marks" if not code:
            return replace(asked, marks=())
        case "marks":
            left = tuple(mark for mark in asked.marks if mark != code)
            return replace(asked, marks=left if code in asked.marks else (*asked.marks, code))
    return asked


def cleared(asked: Asked) -> Asked:
    """The list without filters: everyone being taught, in the order it had."""
    return Asked(mine=False, sort=asked.sort, descending=asked.descending)


def filters_in_words(chips: Iterable[FilterChip], text: str) -> str:
    """`Nurse Priya Nair, being taught, Insulin, 'zz'`: what the list was narrowed to."""
    plain = {"stage", "marks"}
    said = [one.value if one.key in plain else f"{one.label.lower()} {one.value}" for one in chips if one.active]
    return ", ".join([*said, *([repr(text.strip())] if text.strip() else [])])
