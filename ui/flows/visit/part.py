"""What a part of the visit page may ask of the page: the form, what it is held against, and to change it."""

from collections.abc import Callable
from typing import Protocol

from smf_core.domain.visit import VisitForm
from smf_core.domain.visit_facts import VisitFacts
from smf_desktop.presenters.visit.page import VisitRows
from ui.desk import Desk, Place
from ui.views.visit.page import VisitView


class VisitPart(Protocol):
    """The visit page, as its parts know it."""

    @property
    def desk(self) -> Desk: ...

    @property
    def view(self) -> VisitView: ...

    @property
    def form(self) -> VisitForm | None: ...

    @property
    def facts_held(self) -> VisitFacts | None: ...

    @property
    def rows(self) -> VisitRows | None: ...

    @property
    def section(self) -> int: ...

    def change(self, form: VisitForm, field: str = "") -> None: ...

    def edit(self, edit: Callable[[VisitForm], VisitForm], field: str = "") -> None:
        """Change the form that is open now; `field` joins what is typed into one field to one step back."""
        ...

    def turn_to(self, form: VisitForm, section: int) -> None:
        """Change the form, and show another section of it."""
        ...

    def amend(self, form: VisitForm) -> None:
        """Change the form in a way that cannot be undone."""
        ...

    def show(self) -> None: ...

    def reread(self, then: Callable[[], None]) -> None:
        """Read what the form is held against anew, for as long as the same visit is open."""
        ...

    def still_here(self) -> Callable[[], bool]:
        """Answers later whether the visit that is open now is still the one on the page."""
        ...

    def keep_now(self) -> None:
        """Keep the draft at once."""
        ...

    def go_on_at(self, place: Place) -> None:
        """This visit is no longer here: go where it is."""
        ...
