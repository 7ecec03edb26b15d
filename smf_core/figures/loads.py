"""Who teaches how many people, and which steps hold them back, from what this laptop keeps for its lists.

Lines that are behind the records count as they were: see `keeping.bring_up`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, literal_column, select

from smf_core.domain.checklist_pieces import Step
from smf_core.figures.caseload import open_pathways
from smf_core.figures.episodes import E
from smf_core.figures.figure import Asked, Split
from smf_core.records import tables as t
from smf_core.records.lines import line
from smf_core.records.queries.batches import codes
from smf_core.records.queries.caseload import Pathway, pathways_taught

_PLAN = t.plan.c
_OVER = select(E.episode).where(E.closed_on.is_(None), E.visits > E.expected_visits)
_READY = select(line.c.ready).where(line.c.ready != literal_column("''"))  # word for word as its index has it


@dataclass(frozen=True, slots=True)
class NurseLoad:
    """The people a nurse ("" is nobody yet) teaches, each once: `ready` those with a pathway found ready to end,
    `over` others with one over the visits expected, `taught` the rest. `planned` is None where nothing is planned.
    """

    nurse: str
    taught: int
    ready: int
    over: int
    planned: int | None

    @property
    def people(self) -> int:
        return self.taught + self.ready + self.over


def caseload_by_nurse(connection: Connection, asked: Asked) -> tuple[NurseLoad, ...]:
    """The open pathways as the records stand, by the nurse's id."""
    rows = open_pathways(connection, replace(asked, by=Split.NONE))
    longer = set(connection.scalars(_OVER).all())
    found_ready = {episode for found in connection.scalars(_READY).all() for episode in codes(found)}
    ready = {(nurse, patient) for _, patient, nurse, episode, _ in rows if episode in found_ready}
    over = {(nurse, patient) for _, patient, nurse, episode, _ in rows if episode in longer} - ready
    rest = {(nurse, patient) for _, patient, nurse, _, _ in rows} - over - ready
    taught, many_ready, many_over = (Counter([nurse for nurse, _ in those]) for those in (rest, ready, over))
    planned = _planned(connection, asked)
    return tuple(
        NurseLoad(
            nurse,
            taught=taught[nurse],
            ready=many_ready[nurse],
            over=many_over[nurse],
            planned=planned.get(nurse, planned.get("")) if nurse else None,
        )
        for nurse in sorted({*taught, *many_ready, *many_over})
    )


def _planned(connection: Connection, asked: Asked) -> Mapping[str, int]:
    """How many people a nurse is to teach at a time; "" is for whoever is not named. The latest plan holds."""
    standing = (_PLAN.until.is_(None)) | (_PLAN.until >= asked.as_of)
    asking = select(_PLAN.of, _PLAN.number).where(
        _PLAN.what == "caseload", _PLAN.withdrawn.is_(False), _PLAN.since <= asked.as_of, standing
    )
    return {row.of: row.number for row in connection.execute(asking.order_by(_PLAN.since, _PLAN.id))}


@dataclass(frozen=True, slots=True)
class Stuck:
    """A critical step of a skill that open pathways still lack: (patient, episode) of each, of so many seen at all."""

    skill: str
    step: str
    held: tuple[tuple[str, str], ...]
    of: int


def stuck_steps(
    connection: Connection, asked: Asked, not_on_own: Callable[[Pathway], Iterable[Step]]
) -> tuple[Stuck, ...]:
    """Which critical steps hold open pathways back, the one that most lack first; `not_on_own` says what one lacks.

    Pathways on which nobody was seen yet are not among them.
    """
    wanted = {each.episode: each.patient for each in open_pathways(connection, replace(asked, by=Split.NONE))}
    held: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    seen = Counter[str]()
    for each in pathways_taught(connection):
        if each.id in wanted and each.visits:
            seen[each.skill] += 1
            for step in not_on_own(each):
                if step.critical:
                    held[each.skill, step.id].append((wanted[each.id], each.id))
    found = [Stuck(skill, step, tuple(sorted(those)), seen[skill]) for (skill, step), those in held.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.held), one.skill, one.step)))
