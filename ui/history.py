"""Undo and redo of a page: a pure value that remembers the forms before and after the one shown."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

Form = TypeVar("Form")

MERGE_WITHIN = 1.0
"""Seconds between two changes of one field that are undone together."""

KEPT = 1_000
"""Forms remembered; older ones are let go."""


@dataclass(frozen=True)
class History(Generic[Form]):
    """`now` is the form shown. `field` and `at` say where and when it was last changed, in steady seconds."""

    now: Form
    past: tuple[Form, ...] = ()
    future: tuple[Form, ...] = ()
    field: str = ""
    at: float = 0.0

    def changed(self, form: Form, field: str, at: float) -> "History[Form]":
        """The form was changed. `field` names where typing goes on, "" for a change that stands alone."""
        if form == self.now:
            return self
        merges = bool(field) and field == self.field and at - self.at < MERGE_WITHIN
        past = self.past if merges and self.past else (*self.past[-KEPT + 1 :], self.now)
        return History(form, past, (), field, at)

    def amended(self, form: Form) -> "History[Form]":
        """The form was changed in a way that cannot be undone; earlier steps stay."""
        return replace(self, now=form, future=(), field="")

    def undone(self) -> "History[Form]":
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (self.now, *self.future))

    def redone(self) -> "History[Form]":
        if not self.future:
            return self
        return History(self.future[0], (*self.past, self.now), self.future[1:])
