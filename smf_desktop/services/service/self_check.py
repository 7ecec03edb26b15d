"""How the service judges itself on the parts of the House of Care: dated, and never written over."""

from collections.abc import Mapping, Sequence

from smf_core.domain.house_of_care import Answer, Part, PartsUnanswered
from smf_core.domain.planned import ToDo
from smf_core.domain.text import clean_note
from smf_core.policy.rules import Action, require
from smf_core.records.queries import planned
from smf_core.records.queries.users import users
from smf_desktop.presenters.service.self_check import CheckedBy
from smf_desktop.services.service.todos import todos_said
from smf_desktop.services.session import Session, Touched, new_item


def self_checks(session: Session) -> tuple[CheckedBy, ...]:
    """The last one first; the earlier ones stay to be read."""
    require(session.user, Action.READ_FIGURES)
    with session.read() as connection:
        names = {user.id: user.name for user in users(connection)}
        return tuple(CheckedBy(each, names.get(each.by, "")) for each in planned.self_checks(connection))


def state_self_check(
    session: Session, answers: Mapping[Part, Answer], actions: Sequence[ToDo] = (), note: str = ""
) -> Touched:
    """Write down how far each part is in place today, and what was agreed.

    Raises `NotAllowed`, `PartsUnanswered` or `ToDoIncomplete`.
    """
    require(session.user, Action.PLAN_SERVICE)
    if left := tuple(part for part in Part if part not in answers):
        raise PartsUnanswered(left)
    said = {
        part.value: {"standing": answers[part].standing.value, "words": clean_note(answers[part].words.strip())}
        for part in Part
    }
    item = new_item(
        "self_check",
        session.new_id(),
        "checked",
        on=session.today().isoformat(),
        by=session.user.id,
        answers=said,
        actions=todos_said(actions),
        note=clean_note(note.strip()),
    )
    with session.work() as work:
        work.save([item], patient=None)
    return frozenset(work.touched)
