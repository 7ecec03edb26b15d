"""The scenarios of the planner, with undo: kept for whoever made them, also what is typed for one and is none yet."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from smf_core.planner.scenario import Scenario
from smf_desktop.presenters.service.planner_form import TAKEN, ToCorrect, read_typed, typed
from smf_desktop.services.service.planner import SCENARIOS, kept, kept_typed, read_kept, read_typed_kept
from ui.desk import Desk

KEPT, KEPT_TYPED = "planner", "planner.typed"
"""Under which they are kept: they are numbers of a service, and say nothing of anybody."""

Typed = Mapping[str, str]
All = tuple[Scenario, ...]


class Scenarios:
    """One of `each` is chosen, at the place `at`. What is typed for one and cannot be read stays as it was typed; the
    scenario counts as it was before. No two have one name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.each: All = ()
        self.at = 0
        self._before: list[All] = []
        self._after: list[All] = []
        self._not_read: dict[str, Typed] = {}
        """By the name of a scenario."""

    @property
    def chosen(self) -> Scenario:
        return self.each[self.at]

    @property
    def names(self) -> list[str]:
        """As they are told apart in a list."""
        return [f"{each.name}, to correct" if each.name in self._not_read else each.name for each in self.each]

    @property
    def to_correct(self) -> list[str]:
        return [each.name for each in self.each if each.name in self._not_read]

    @property
    def fields(self) -> Typed:
        """The chosen one as it stands in its fields."""
        here = self._not_read.get(self.chosen.name, {})
        return {key: here.get(key, words) for key, words in typed(self.chosen).items()}

    @property
    def problems(self) -> Mapping[str, str]:
        """What is wrong with what is typed for the chosen one, by field."""
        read = self._read(self.fields)
        return read.problems if isinstance(read, ToCorrect) else {}

    @property
    def can_undo(self) -> bool:
        return bool(self._before) or (bool(self.each) and self.chosen.name in self._not_read)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    def bring(self, first: Scenario, fitted: Callable[[Scenario], Scenario]) -> None:
        """What was kept, else the first, each `fitted` to the skills that are taught now."""
        self._not_read = self._not_read or read_typed_kept(self._desk.kept(KEPT_TYPED))
        mine = self.each or read_kept(self._desk.kept(KEPT)) or (first,)
        self.each = tuple(map(fitted, mine))
        self.at = min(self.at, len(mine) - 1)

    def type(self, fields: Typed) -> bool:
        """What stands in the fields of the chosen one now. Answers whether anything else was typed than stood there."""
        if fields == self.fields:
            return False
        read = self._read(fields)
        if isinstance(read, ToCorrect):
            self._keep_typed({**self._not_read, self.chosen.name: fields})
        else:
            self.put(read)
        return True

    def put(self, scenario: Scenario) -> None:
        """Another one in the place of the chosen one."""
        self._let_go()
        self._change((*self.each[: self.at], scenario, *self.each[self.at + 1 :]))

    def add(self) -> None:
        """Another one, as the chosen one is; it is chosen."""
        taken = {each.name for each in self.each}
        name = next(name for number in range(2, SCENARIOS + 3) if (name := f"Scenario {number}") not in taken)
        added = replace(self.chosen, name=name)
        self.at = len(self.each)
        self._change((*self.each, added))

    def delete(self) -> None:
        """The chosen one goes; the last of all stays."""
        if len(self.each) > 1:
            self._change((*self.each[: self.at], *self.each[self.at + 1 :]))

    def undo(self) -> None:
        """What is typed and cannot be read goes first."""
        if self.chosen.name in self._not_read:
            self._let_go()
        elif self._before:
            self._after.append(self.each)
            self._use(self._before.pop())

    def redo(self) -> None:
        self._before.append(self.each)
        self._use(self._after.pop())

    def _read(self, fields: Typed) -> Scenario | ToCorrect:
        read = read_typed(fields)
        others = {each.name for place, each in enumerate(self.each) if place != self.at}
        return ToCorrect({"name": TAKEN}) if isinstance(read, Scenario) and read.name in others else read

    def _let_go(self) -> None:
        self._keep_typed({name: fields for name, fields in self._not_read.items() if name != self.chosen.name})

    def _change(self, scenarios: All) -> None:
        if scenarios != self.each:
            self._before.append(self.each)
            self._after.clear()
            self._use(scenarios)

    def _use(self, scenarios: All) -> None:
        self.each = scenarios
        self.at = min(self.at, len(scenarios) - 1)
        self._desk.keep(KEPT, kept(scenarios))
        names = {each.name for each in scenarios}
        self._keep_typed({name: fields for name, fields in self._not_read.items() if name in names})

    def _keep_typed(self, found: dict[str, Typed]) -> None:
        if found != self._not_read:
            self._not_read = found
            self._desk.keep(KEPT_TYPED, kept_typed(found))
