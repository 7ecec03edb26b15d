"""A visit's form as operations: everything for a first signing, only what differs for an amendment."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import Observation
from smf_core.domain.dates import parse_time, parse_typed
from smf_core.domain.readings import Finding, FindingKind, value_of
from smf_core.domain.teaching_trouble import UnknownRedFlag
from smf_core.domain.visit import FlagForm, NextForm, NextKind, ReadingForm, SectionForm, VisitForm
from smf_core.domain.visit_facts import VisitFacts
from smf_core.domain.visit_rules import findings, vital_sign_findings
from smf_core.operations.change_set import Item, Ref
from smf_core.policy.roles import User
from smf_desktop.ports import NewId
from smf_desktop.services.session import Session

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signing:
    """What signing reads besides the form: whose name, when, what the form was held against, and fresh ids."""

    author: User
    now: datetime
    facts: VisitFacts
    new_id: NewId

    def checklist(self, episode: str) -> Checklist:
        return self.facts.taught[episode].checklist


def signed_items(signing: Signing, form: VisitForm) -> list[Item]:
    """The operations of a visit signed for the first time."""
    writer = _Writer({})
    signed = _signed(signing, form) | {"signed_at": signing.now.isoformat()}
    writer.put("visit", form.visit, "signed", signed)
    writer.put("visit", form.visit, "next", _next(form.next, signing.now.date()))
    if form.cosign_of:
        writer.put("visit", form.visit, "cosign", {"asked_of": form.cosign_of, "by": signing.author.id})
    _content(signing, form, writer)
    return writer.items


def amended_items(signing: Signing, form: VisitForm) -> list[Item]:
    """The operations that differ from the visit as it was opened, each on top of what it was opened on."""
    if form.opened is None:
        raise ValueError("not an amendment")
    before = _Writer({})
    _content(signing, form.opened.form, before)
    after = _Writer(form.opened.bases)
    _content(signing, form, after)
    said = {(item.entity, item.entity_id, item.kind, _key(item)): item.payload for item in before.items}
    changed = [
        item for item in after.items if said.get((item.entity, item.entity_id, item.kind, _key(item))) != item.payload
    ]
    changed += _taken_back(before.items, after.items, form.opened.bases)
    changed += _removed(form, form.opened.form)
    header = _Writer(form.opened.bases)
    header.put("visit", form.visit, "signed", _signed(signing, form) | {"amend_reason": form.amend_reason})
    headed = _signed(signing, form.opened.form) != _signed(signing, form)
    return [*header.items, *changed] if changed or headed else []


def unit_name(entity_id: str, kind: str, key: str = "") -> str:
    """How the bases of an opened form are named."""
    return f"{entity_id}:{kind}:{key}"


class _Writer:
    """Gathers items; each is made on the bases its unit was opened on, if any."""

    def __init__(self, bases: Mapping[str, tuple[Ref, ...]]) -> None:
        self.items: list[Item] = []
        self._bases = bases

    def put(self, entity: str, entity_id: str, kind: str, payload: Payload, key: str = "") -> None:
        said = {name: value for name, value in payload.items() if value not in (None, "", [], {})}
        bases = self._bases.get(unit_name(entity_id, kind, key), ())
        self.items.append(Item(entity=entity, entity_id=entity_id, kind=kind, bases=bases, payload=said))


def _key(item: Item) -> str:
    return str(item.payload.get("step") or item.payload.get("question") or "")


def _taken_back(before: Iterable[Item], after: Iterable[Item], bases: Mapping[str, tuple[Ref, ...]]) -> Iterator[Item]:
    """A rating or an answer that was there and is no more: the earlier one stays readable and counts no longer."""
    kept = {(item.entity_id, item.kind, _key(item)) for item in after}
    for item in before:
        if item.kind in ("rating", "answer") and (item.entity_id, item.kind, _key(item)) not in kept:
            named = "step" if item.kind == "rating" else "question"
            made_on = bases.get(unit_name(item.entity_id, item.kind, _key(item)), ())
            yield Item(
                entity="section",
                entity_id=item.entity_id,
                kind=item.kind,
                bases=made_on,
                payload={named: _key(item)},
            )


def _removed(form: VisitForm, opened: VisitForm) -> Iterator[Item]:
    """A reading or a red flag taken out of an amended form is struck through, with the reason of the amendment."""
    for entity, kept, held in (
        ("observation", {one.id for one in _readings(form)}, [one.id for one in _readings(opened)]),
        ("red_flag", {one.id for one in _seen(form)}, [one.id for one in _seen(opened)]),
    ):
        for gone in held:
            if gone and gone not in kept:
                yield Item(entity=entity, entity_id=gone, kind="struck", payload={"reason": form.amend_reason})


def _seen(form: VisitForm) -> Iterator[FlagForm]:
    for section in form.sections:
        yield from (flag for flag in section.flags.values() if flag.seen)


def _readings(form: VisitForm) -> Iterator[ReadingForm]:
    yield from form.vital_signs
    for section in form.sections:
        yield from section.readings


def _content(signing: Signing, form: VisitForm, writer: _Writer) -> None:
    """Everything of a visit but its head: each skill taught, and the vital signs."""
    for section in form.sections:
        _section(signing, form, section, section.id or signing.new_id(), writer)
    found = vital_sign_findings(form, signing.facts.taught, signing.facts.patient, signing.facts.common)
    for reading, finding in zip(form.vital_signs, found, strict=True):
        observation = signing.facts.common.vital_sign(reading.observation)
        _reading(signing, form, reading, observation, finding, None, writer)


def _signed(signing: Signing, form: VisitForm) -> Payload:
    return {
        "patient": form.patient,
        "started_at": form.started_at.isoformat(),
        "minutes": int(form.minutes),
        "contact": form.place.value,
        "purpose": form.purpose.value,
        "stopped_reason": form.stopped_reason,
        "methods": [method.value for method in form.methods],
        "also_present": form.also_present,
        "agreed": form.right_person,
        "late_reason": form.late_reason.strip(),
        "copied_from": form.copied_from,
        "draft_of": form.draft_of,
        "role": signing.author.role.value,
        "registered": signing.author.is_registered_nurse,
    }


def _next(coming: NextForm, today: date) -> Payload:
    return {
        "kind": coming.kind.value if coming.kind else None,
        "on": parse_typed(coming.on, today).isoformat() if coming.on.strip() else None,
        "at": coming.at.strip(),
        "minutes": coming.minutes.strip(),
        "reason": coming.reason.strip(),
        "focus": coming.focus.strip(),
    }


def _section(signing: Signing, form: VisitForm, section: SectionForm, made: str, writer: _Writer) -> None:
    taught = {
        "patient": form.patient,
        "visit": form.visit,
        "episode": section.episode,
        "learner": section.learner,
        "confidence": section.confidence,
        "strategies": list(section.strategies),
        "notes": section.notes,
        "checklist_version": signing.checklist(section.episode).version,
    }
    writer.put("section", made, "taught", taught)
    for step, mark in section.marks.items():
        if mark.level is not None:
            rating = {"step": step, "level": mark.level.value, "note": mark.note, "reason": mark.reason}
            writer.put("section", made, "rating", rating, key=step)
    for question, answered in section.answers.items():
        if answered.answer is not None:
            answer = {"question": question, "answer": answered.answer.value, "words": answered.words}
            writer.put("section", made, "answer", answer, key=question)
    taught_here = signing.facts.taught[section.episode]
    found = findings(section, taught_here, signing.facts.patient, form.started_at)
    for reading, finding in zip(section.readings, found, strict=True):
        observation = taught_here.checklist.observation(reading.observation)
        _reading(signing, form, reading, observation, finding, made, writer)
    for sign, flag in section.flags.items():
        if flag.seen:
            _flag(signing, form, section.episode, sign, flag, writer)


def _reading(
    signing: Signing,
    form: VisitForm,
    reading: ReadingForm,
    observation: Observation | None,
    finding: Finding,
    section: str | None,
    writer: _Writer,
) -> None:
    """One reading; the rules let no unknown observation be signed, so one without limits is never written."""
    if observation is None or not reading.value.strip():
        return
    payload = {
        "patient": form.patient,
        "visit": form.visit,
        "section": section,
        "observation": reading.observation,
        "at": reading_time(form.started_at, reading.at).isoformat(),
        "value": value_of(observation, reading.value),
        "unit": observation.unit,
        "note": reading.note,
        "soft": finding.kind is FindingKind.SOFT or None,
    }
    writer.put("observation", reading.id or signing.new_id(), "reading", payload)


def reading_time(started_at: datetime, typed: str) -> datetime:
    """When a reading was taken: at the start unless a time was typed; a time before the start is after midnight."""
    if not typed.strip():
        return started_at
    clock = parse_time(typed)
    at = started_at.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return at + timedelta(days=1) if at < started_at - timedelta(hours=12) else at


def _flag(signing: Signing, form: VisitForm, episode: str, sign: str, flag: FlagForm, writer: _Writer) -> None:
    asked = signing.checklist(episode).red_flag(sign)
    if asked is None:
        raise UnknownRedFlag
    payload = {
        "patient": form.patient,
        "visit": form.visit,
        "episode": episode,
        "sign": sign,
        "urgency": asked.urgency.value,
        "at": form.started_at.isoformat(),
        "action": flag.action,
        "told": flag.told,
        "advised": flag.advised,
        "next_check": flag.next_check,
    }
    writer.put("red_flag", flag.id or signing.new_id(), "seen", payload)


def next_items(form: VisitForm, session: Session) -> list[Item]:
    """What choosing the next step books: a visit is planned, a hold begins; the rest is said on the visit itself."""
    coming, today = form.next, session.today()
    if coming.kind is NextKind.VISIT:
        at = session.local(parse_typed(coming.on, today), parse_time(coming.at))
        planned = {
            "patient": form.patient,
            "episodes": _episodes(form.sections),
            "at": at.isoformat(),
            "minutes": int(coming.minutes) if coming.minutes.strip() else None,
            "nurse": session.user.id,
            "focus": coming.focus,
        }
        said = {name: value for name, value in planned.items() if value not in (None, "")}
        return [Item(entity="visit", entity_id=session.new_id(), kind="planned", payload=said)]
    if coming.kind is NextKind.HOLD:
        return [
            Item(
                entity="hold",
                entity_id=session.new_id(),
                kind="held",
                payload={
                    "patient": form.patient,
                    "episode": episode,
                    "reason": coming.reason,
                    "from": today.isoformat(),
                    "review_on": parse_typed(coming.on, today).isoformat(),
                },
            )
            for episode in _episodes(form.sections)
        ]
    return []


def _episodes(sections: Iterable[SectionForm]) -> list[str]:
    return list(dict.fromkeys(section.episode for section in sections))
