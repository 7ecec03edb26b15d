"""What two laptops changed apart, as a table: a row for each unit that differs, a column for each version."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from smf_core.domain.joined_text import Span, added, joined
from smf_core.records.queries.disputes import Dispute, Quiet, Version
from smf_desktop.presenters.identity import born, clock, day, isolated, name_line, nhs
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.patient.disputes import dispute_key
from smf_desktop.presenters.patient.facts import dotted
from smf_desktop.presenters.patient.history import UNITS, said_words
from smf_desktop.presenters.sync.centre import OVER
from smf_desktop.presenters.sync.facts import PersonApart

CHOOSE = "Choose one"
UNTIL_APPLY = "Nothing is changed until you choose Apply."
SAID = "The record says different things. Choose what it should say."
SAID_TWICE = "Two records may be of one visit. Say which of them stands, or that both do."
KEPT = "All versions stay in the history, and you can undo this for 30 days."
PRIVATE = "A private note: read it on the record"
NOTHING_SAID = "Nothing"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen for one unit: a version, both, or `text` typed. Nothing chosen: none of them."""

    version: int | None = None
    both: bool = False
    text: str | None = None

    @property
    def made(self) -> bool:
        return self.version is not None or self.both or self.text is not None


NOTHING = Chosen()


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """A version's column: where it was written, and by whom and when."""

    number: int
    where: str
    about: str
    icon: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one version says; `version` is its place in the dispute, None where this column has none of this unit."""

    version: int | None
    words: str
    about: str
    marks: tuple[Span, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit that differs. `refused` says why this user may not settle it; `typed` that other words may be typed.

    `says` is what the record will say, and `source` where that comes from; `marks` are the parts one side added.
    `mark` stands under `what`.
    """

    key: str
    what: str
    cells: tuple[Cell, ...]
    chosen: Chosen
    says: str
    source: str
    typed: bool
    long: bool
    both: bool
    marks: tuple[Span, ...]
    refused: str
    spoken: str
    mark: str = ""

    @property
    def open(self) -> bool:
        return not self.refused and not self.chosen.made


@dataclass(frozen=True, slots=True)
class QuietRow:
    """A field that nobody has to settle."""

    what: str
    says: str
    about: str


@dataclass(frozen=True, slots=True)
class ReviewRows:
    """Everything on the right side of the page."""

    patient: str
    name: str
    about: str
    said: str
    columns: tuple[ColumnHead, ...]
    rows: tuple[UnitRow, ...]
    merged: tuple[QuietRow, ...]
    same: tuple[QuietRow, ...]

    @property
    def left(self) -> int:
        return sum(row.open for row in self.rows)

    @property
    def made(self) -> int:
        return sum(row.chosen.made for row in self.rows)

    @property
    def chip(self) -> str:
        mine = sum(not row.refused for row in self.rows)
        if self.left or not mine:
            return f"{self.left} of {mine} still to choose" if mine else "Not yours"
        return f"All {mine} chosen" if mine > 1 else "Chosen"


def review_rows(found: PersonApart, choices: Mapping[str, Chosen]) -> ReviewRows:
    """The table of one person, as it stands with what was chosen so far."""
    sources = _sources(found)
    rows = tuple(
        _row(one, found, sources, choices.get(dispute_key(one), NOTHING), mine=mine)
        for one, mine in zip(found.apart.disputes, found.mine, strict=True)
    )
    who = found.who
    return ReviewRows(
        patient=who.id,
        name=name_line(who.name),
        about=f"Born {born(who.date_of_birth, found.today, who.died_on)} · NHS No. {nhs(who.nhs_number)}"
        if who.nhs_number
        else f"Born {born(who.date_of_birth, found.today, who.died_on)} · {nhs(None)}",
        said=SAID_TWICE if all(one.twice is not None for one in found.apart.disputes) else SAID,
        columns=_heads(found, sources),
        rows=rows,
        merged=tuple(_quiet(one, found) for one in found.apart.merged),
        same=tuple(row for one in found.apart.same if (row := _quiet(one, found)).says != NOTHING_SAID),
    )


def chosen_both(dispute: Dispute) -> Chosen | None:
    """What keeping both means: one joined text, or two entries; None where only one of them can stand."""
    if dispute.is_text:
        oldest_first = sorted(dispute.versions, key=lambda version: version.at)
        texts = [str(version.said.get(dispute.typed) or "") for version in oldest_first]
        return Chosen(both=True, text=joined(texts))
    if dispute.twice is not None:
        return Chosen(both=True)
    if dispute.unit == "member" and sum(not version.ended for version in dispute.versions) > 1:
        return Chosen(both=True)
    return None


def typed(before: Chosen, text: str) -> Chosen:
    """Words typed in place of a version; keeping both stays keeping both while there are words."""
    return replace(before, version=None, text=text) if text.strip() else NOTHING


# --- columns -------------------------------------------------------------------------------------

Source = tuple[bool, str, int]
"""Whether it was written elsewhere, by whom, and which of several by them."""


def _sources(found: PersonApart) -> tuple[Source, ...]:
    """A column for each hand that wrote something: this laptop's first, then by name."""
    sources = {source for one in found.apart.disputes for source in _placed(one)}
    return tuple(sorted(sources, key=lambda one: (one[0], found.names.get(one[1], ""), one[1], one[2])))


def _placed(dispute: Dispute) -> dict[Source, int]:
    """Which version of a unit stands in which column."""
    places: dict[Source, int] = {}
    for place, version in enumerate(dispute.versions):
        nth = sum((away, by) == (not version.here, version.by) for away, by, _ in places)
        places[not version.here, version.by, nth] = place
    return places


def _heads(found: PersonApart, sources: tuple[Source, ...]) -> tuple[ColumnHead, ...]:
    heads = []
    for number, source in enumerate(sources, 1):
        written = [
            one.versions[place].at for one in found.apart.disputes if (place := _placed(one).get(source)) is not None
        ]
        last = max(written)
        about = f"{_by(found, source[1])}, {day(last.date())} {clock(last)}"
        heads.append(ColumnHead(number, _where(source, found), about, "cloud-check" if source[0] else "laptop"))
    return tuple(heads)


def _where(source: Source, found: PersonApart) -> str:
    if not source[0]:
        return "On this laptop"
    name = found.names.get(source[1], "")
    return f"On {name.split()[0]}'s laptop" if name else "On another laptop"


def _by(found: PersonApart, author: str) -> str:
    return found.names.get(author, "Someone who left")


# --- rows ----------------------------------------------------------------------------------------


def _row(one: Dispute, found: PersonApart, sources: tuple[Source, ...], chosen: Chosen, *, mine: bool) -> UnitRow:
    what = UNITS.get((one.entity, one.unit), one.unit.replace("_", " ").capitalize())
    if one.unit == "member":
        what = _named(what, one, found)
    placed = _placed(one)
    texts = [str(version.said.get(one.typed) or "") for version in one.versions] if one.is_text else []
    cells = tuple(
        Cell(None, "", "Not changed here")
        if (place := placed.get(source)) is None
        else _cell(one, place, found, texts, _where(source, found))
        for source in sources
    )
    says, source, marks = _outcome(one, chosen, found, texts, cells)
    refused = "" if mine else _refused(one)
    both = chosen_both(one) is not None
    late = one.waits_too_long(found.now)
    return UnitRow(
        key=dispute_key(one),
        what=what,
        cells=cells,
        chosen=chosen,
        says=says,
        source=source,
        typed=bool(one.typed),
        long=one.is_text,
        both=both,
        marks=marks,
        refused=refused,
        spoken=_spoken(f"{what}. {OVER}" if late else what, cells, says or refused or CHOOSE),
        mark=OVER if late else "",
    )


def _cell(one: Dispute, place: int, found: PersonApart, texts: list[str], where: str) -> Cell:
    version = one.versions[place]
    marks = added(texts[place], texts[:place] + texts[place + 1 :]) if texts else ()
    about = f"{_by(found, version.by)}, {day(version.at.date())} {clock(version.at)}"
    words = texts[place] if texts and texts[place] else _words(one, version, found)
    return Cell(place, words, about, marks, where)


def _words(one: Dispute, version: Version, found: PersonApart) -> str:
    if one.private:
        return f"{PRIVATE}, ended" if version.ended else PRIVATE
    words = said_words(one.entity, one.unit, version.said, found.names, found.library) or NOTHING_SAID
    ended = "Entered in error" if one.twice is not None else "Ended"
    return isolated(f"{ended}: {words}" if version.ended else words)


def _outcome(
    one: Dispute, chosen: Chosen, found: PersonApart, texts: list[str], cells: tuple[Cell, ...]
) -> tuple[str, str, tuple[Span, ...]]:
    """What the record will say, where that comes from, and what in it one side added."""
    if chosen.text is not None:
        return (
            chosen.text,
            "Both, edit if needed" if chosen.both else "Typed here",
            (added(chosen.text, texts) if chosen.both else ()),
        )
    if chosen.both:
        both = " and ".join(_words(one, each, found) for each in one.versions if one.twice or not each.ended)
        return both, "Both, as two", ()
    if chosen.version is not None:
        cell = next(each for each in cells if each.version == chosen.version)
        return cell.words, f"From {cell.where[3:]}", ()
    return "", "", ()


def _named(what: str, one: Dispute, found: PersonApart) -> str:
    """`Allergy: Latex`: which of several."""
    first = next(iter(one.versions)).said
    name = next((str(first[key]) for key in ("substance", "name", "item") if first.get(key)), "")
    return f"{what}: {isolated(name)}" if name and not one.private else what


def _refused(one: Dispute) -> str:
    if one.twice is not None:
        return "A registered nurse says which stands."
    if one.clinical or one.unit == "death":
        return "A registered nurse settles this."
    return "A team lead settles this."


def _quiet(one: Quiet, found: PersonApart) -> QuietRow:
    what = UNITS.get(("patient", one.unit), one.unit.replace("_", " ").capitalize())
    says = said_words("patient", one.unit, one.said, found.names, found.library) or NOTHING_SAID
    where = "this laptop" if one.here else "another laptop"
    return QuietRow(what, isolated(says), dotted(_by(found, one.by), f"{day(one.at.date())} {clock(one.at)}", where))


def _spoken(what: str, cells: tuple[Cell, ...], says: str) -> str:
    """`Phone. Version 1: ... by Priya Nair, 16-Nov-2026 09:40, this laptop. ... Record will say: ...`"""
    versions = [
        f"Version {number}: {cell.words} by {cell.about}, {cell.where[3:]}"
        for number, cell in enumerate(cells, 1)
        if cell.version is not None
    ]
    return ". ".join((what, *versions, f"Record will say: {says}"))


def dock_words(rows: ReviewRows) -> str:
    """What stands beside Apply."""
    if rows.left:
        return f"{counted(rows.left, 'field')} still to choose. {UNTIL_APPLY}"
    return UNTIL_APPLY
