"""A user's own views of the caseload: filters, sorting and columns under a name, on every laptop of theirs."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from smf_core.domain.caseload_trouble import UnknownView, ViewNameNeeded
from smf_core.domain.text import clean_identity
from smf_core.policy.rules import Action, require
from smf_core.records.queries.saved_views import SavedView, saved_view, saved_views
from smf_desktop.presenters.caseload.views import Asked, Column, View, as_content, from_content
from smf_desktop.services.session import Session, Touched, Work, new_item

PAGE = "caseload"
COLUMNS = "caseload_columns"
"""Under this page the columns of the built-in views are kept, in one record of the user's."""

NAME_AT_MOST = 40


def views(session: Session) -> tuple[View, ...]:
    """This user's own views, in their order."""
    require(session.user, Action.OPEN_RECORD)
    with session.read() as connection:
        kept = saved_views(connection, session.user.id, PAGE)
    return tuple(_view(one) for one in kept)


def usual_columns(session: Session) -> tuple[Column, ...]:
    """The columns this user chose for the built-in views; none where they never chose."""
    with session.read() as connection:
        kept = saved_views(connection, session.user.id, COLUMNS)
    return from_content(_content(kept[0]))[1] if kept else ()


def keep_columns(session: Session, columns: Sequence[Column]) -> Touched:
    """The columns of the built-in views from now on."""
    require(session.user, Action.OPEN_RECORD)
    with session.work() as work:
        kept = saved_views(work.connection, session.user.id, COLUMNS)
        content = {"columns": [one.value for one in columns]}
        if kept:
            _save(session, work, kept[0], content=content)
        else:
            said = {"owner": session.user.id, "page": COLUMNS, "name": COLUMNS, "content": content}
            work.save([new_item("saved_view", session.new_id(), "view", **said)], patient=None)
    return frozenset(work.touched)


def save_view(session: Session, name: str, asked: Asked, columns: Sequence[Column]) -> tuple[str, Touched]:
    """Keep the present filters, sorting and columns as a tab, after those there are. What was typed is not kept.

    Answers the view's id. Raises `ViewNameNeeded`.
    """
    require(session.user, Action.OPEN_RECORD)
    named, view = _name(name), session.new_id()
    with session.work() as work:
        kept = saved_views(work.connection, session.user.id, PAGE)
        place = max((one.place for one in kept), default=0) + 1
        said = {"owner": session.user.id, "page": PAGE, "name": named, "place": place}
        content = as_content(asked, columns)
        work.save([new_item("saved_view", view, "view", **said, content=content)], patient=None)
    return view, frozenset(work.touched)


def change_view(session: Session, view: str, asked: Asked, columns: Sequence[Column]) -> Touched:
    """Keep other filters, sorting and columns under the same name."""
    return _change(session, view, content=as_content(asked, columns))


def rename_view(session: Session, view: str, name: str) -> Touched:
    """Another name. Raises `ViewNameNeeded` or `UnknownView`."""
    return _change(session, view, name=_name(name))


def delete_view(session: Session, view: str, *, deleted: bool = True) -> Touched:
    """Take a tab away, or bring it back. Nobody's record changes."""
    return _change(session, view, deleted=deleted)


def move_view(session: Session, view: str, by: int) -> Touched:
    """One place to the left (-1) or to the right (1); at the end it stays. Raises `UnknownView`."""
    require(session.user, Action.OPEN_RECORD)
    with session.work() as work:
        kept = list(saved_views(work.connection, session.user.id, PAGE))
        at = next((place for place, one in enumerate(kept) if one.id == view), None)
        if at is None:
            raise UnknownView
        kept.insert(max(0, min(len(kept) - 1, at + by)), kept.pop(at))
        for place, one in enumerate(kept, start=1):
            if one.place != place:
                _save(session, work, one, place=place)
    return frozenset(work.touched)


def _change(session: Session, view: str, **changes: Any) -> Touched:
    require(session.user, Action.OPEN_RECORD)
    with session.work() as work:
        kept = saved_view(work.connection, view)
        if kept is None or kept.owner != session.user.id:
            raise UnknownView
        _save(session, work, kept, **changes)
    return frozenset(work.touched)


def _save(session: Session, work: Work, kept: SavedView, **changes: Any) -> None:
    said = {"owner": session.user.id, "page": kept.page, "name": kept.name, "content": _content(kept)}
    payload = {**said, "place": kept.place, **changes}
    work.save([work.change("saved_view", kept.id, "view", payload)], patient=None)


def _view(one: SavedView) -> View:
    asked, columns = from_content(_content(one))
    return View(one.id, one.name, asked, columns, saved=one.id)


def _content(one: SavedView) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(one.content)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _name(typed: str) -> str:
    named = clean_identity(typed).text[:NAME_AT_MOST]
    if not named:
        raise ViewNameNeeded
    return named
