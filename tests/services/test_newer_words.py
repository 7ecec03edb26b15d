"""F36: a newer version's words for a state, a level, an outcome: every list still opens, the record is only read."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Select, select

from smf_core.domain.referral import ReferralStatus
from smf_core.domain.teaching_trouble import ReadOnlyRecord
from smf_core.domain.visit import Level
from smf_core.operations.registry import RECORDS
from smf_core.records import tables as t
from smf_core.records.queries.referrals import referrals
from smf_core.records.queries.tasks import open_tasks
from smf_core.records.queries.users import users
from smf_core.records.queries.visits import visit as visit_of
from smf_desktop.presenters.caseload.views import Asked
from smf_desktop.services.booking.dose_covers import dose_cover_of
from smf_desktop.services.caseload.caseload import caseload_page, triage
from smf_desktop.services.caseload.freshness import bring_lines_up
from smf_desktop.services.caseload.handover import handover, peek
from smf_desktop.services.day.calls import open_call
from smf_desktop.services.day.today import today_facts
from smf_desktop.services.laptop.exporting import export_records
from smf_desktop.services.letters.letters import Pile, letters_about, letters_to_send
from smf_desktop.services.record.overview import field_history, overview
from smf_desktop.services.referral.inbox import inbox
from smf_desktop.services.session import Session, new_item
from smf_desktop.services.tasks import finish_task, my_tasks
from smf_desktop.services.visit.amending import amend_visit
from smf_desktop.services.visit.note_copies import NoteOf, note
from tests.support.demos import Demo, small_demo

NEWER = "from_a_newer_version"
ENDS = {"triage", "done", "sending", "closing"}
"""Units that say how far something has got."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A lived store in which a newer version has said every second record anew, in words of its own."""
    for made in small_demo(tmp_path_factory):
        said = written_by_a_newer_version(made.sessions["lead"])
        assert len(said) > 20, said
        yield made


def written_by_a_newer_version(session: Session) -> set[tuple[str, str, str]]:
    """Answers the kinds of record, units and fields that hold a word nobody here knows."""
    with session.read() as connection:
        held = connection.execute(select(t.item.c.entity, t.item.c.entity_id).distinct()).all()
    said: set[tuple[str, str, str]] = set()
    for entity, entity_id in held[::2]:
        coded = {kind: unit for kind, unit in RECORDS[entity].items() if unit.codes}
        if not coded:
            continue
        with session.work() as work:
            record = work.record(entity, entity_id)
            payloads = {unit: dict(value.shown.payload) for unit, value in record.units.items() if unit[0] in coded}
            payloads |= {(kind, None): {} for kind in coded.keys() & ENDS if record.value(kind) is None}
            items = []
            for (kind, key), payload in payloads.items():
                for name in coded[kind].codes:
                    payload[name] = [NEWER] if isinstance(payload.get(name), list) else NEWER
                    said.add((entity, kind, name))
                items.append(work.change(entity, entity_id, kind, payload, key=key))
            patients = {value["patient"] for value in record.units.values()} - {None}
            whose = entity_id if entity == "patient" else next(iter(patients), None)
            if items:
                work.save(items, patient=whose)
    return said


def reads(session: Session) -> Iterator[Callable[[], object]]:
    """Everything a list, a page or a letter reads."""
    with session.read() as connection:
        people = list(connection.scalars(select(t.patient.c.id)))
        visits = list(connection.scalars(select(t.visit.c.id).where(t.visit.c.status == "signed")))[::5]
        calls = list(connection.scalars(select(t.call.c.id)))
    yield lambda: bring_lines_up(session)
    yield lambda: today_facts(session)
    yield lambda: caseload_page(session, Asked(mine=False))
    yield lambda: triage(session)
    yield lambda: inbox(session)
    yield lambda: my_tasks(session, everyone=True)
    yield lambda: handover(session)
    for pile in Pile:
        yield lambda pile=pile: letters_to_send(session, pile)
    for who in people:
        for read in (overview, field_history, letters_about, dose_cover_of, peek, open_call):
            yield lambda read=read, who=who: read(session, who)
    for visit in visits:
        yield lambda visit=visit: amend_visit(session, visit)
        yield lambda visit=visit: note(session, NoteOf.VISIT, visit)
    for call in calls:
        yield lambda call=call: note(session, NoteOf.CALL, call)


def test_F36_every_list_opens_whatever_word_a_newer_version_wrote(demo: Demo, tmp_path: Path) -> None:
    done = [read() for read in reads(demo.nurse)]
    assert len(done) > 100
    with demo.nurse.read() as connection:
        assert len(caseload_page(demo.nurse, Asked(mine=False)).rows) > 5
        assert users(connection)
    export_records(demo.sessions["lead"], tmp_path / "export")
    assert NEWER in (tmp_path / "export" / "step_rating.ndjson").read_text("utf-8")


def test_F36_what_is_not_understood_is_read_as_the_safer_thing(demo: Demo) -> None:
    """A level nobody knows is not independence; a referral in a strange state is still in the inbox."""
    with demo.nurse.read() as connection:
        rating, section = t.step_rating, t.visit_section
        strange = select(section.c.visit, section.c.id, rating.c.step).join(rating, rating.c.section == section.c.id)
        found = connection.execute(strange.where(rating.c.level == NEWER)).first()
        assert found is not None
        visit = visit_of(connection, found.visit)
        assert visit is not None
        (taught,) = (one for one in visit.sections if one.id == found.id)
        assert taught.ratings[found.step].level is Level.NOT_YET
        waiting = referrals(connection)
        assert len(waiting) > 5
        assert {line.referral.status for line in waiting} <= set(ReferralStatus)


def test_F36_a_record_that_holds_such_a_word_is_only_read(demo: Demo) -> None:
    with demo.nurse.read() as connection:
        asked = next(one for one in open_tasks(connection) if connection.scalar(_kind(one.id)) == NEWER)
    with pytest.raises(ReadOnlyRecord):
        finish_task(demo.nurse, asked.id)
    with demo.nurse.work() as work:
        fresh = new_item("task", demo.nurse.new_id(), "asked", kind="other", text="Ring back", by=demo.nurse.user.id)
        work.save([fresh], patient=None)
    finish_task(demo.nurse, fresh.entity_id)


def _kind(task: str) -> Select[tuple[str]]:
    return select(t.task.c.kind).where(t.task.c.id == task)
