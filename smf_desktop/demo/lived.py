"""One life as it is lived: every act goes through the same services as a nurse's, at the time it happens.

A life is a generator. It yields the moment at which it goes on; whoever runs it sets the clock to that moment first.
Where the rules refuse what was drawn, it does what a nurse would.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from io import StringIO

from smf_core.domain.checklist import Checklist, CompetenceKey, Gate, Library
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason, SignedWord, SupportType
from smf_core.domain.missing import Missing, Part, Why
from smf_core.domain.pathway import PATIENT, GateState
from smf_core.domain.patient import Name
from smf_core.domain.red_flag import Urgency
from smf_core.domain.referral import Priority, Source
from smf_core.domain.teaching_trouble import NotReadyToDischarge, NotReadyToSign
from smf_core.domain.visit import (
    AnswerForm,
    FlagForm,
    Level,
    Method,
    NextForm,
    NextKind,
    NotGoneAheadReason,
    Place,
    Purpose,
    ReadingForm,
    SectionForm,
    StepMark,
    TeachBackAnswer,
    VisitForm,
)
from smf_core.domain.visit_edits import type_reading
from smf_core.records.queries.patients import patient as patient_of
from smf_core.records.queries.red_flags import open_flags
from smf_core.records.queries.referrals import TRIAGE_DUE, referrals
from smf_core.records.queries.visits import next_bookings
from smf_desktop.demo import words
from smf_desktop.demo.clock import LONDON
from smf_desktop.demo.people import Dice, Person
from smf_desktop.demo.plan import CURVES, DAILY, Course, Diary, Lesson, Life, Then, Triage, draw_course, later_that_day
from smf_desktop.services.discharges import discharge
from smf_desktop.services.drafts import VISIT, save_draft
from smf_desktop.services.gates import GateAnswer, answer_gate, answer_gates
from smf_desktop.services.pathways import end_learner, name_learner, record_core_visits, resume
from smf_desktop.services.people import (
    Member,
    add_member,
    change_demographics,
    change_member,
    no_known_allergies,
    open_person,
)
from smf_desktop.services.red_flags import close_flag
from smf_desktop.services.referrals import (
    Acceptance,
    accept,
    examine,
    reject,
    take_in,
    wait_for_information,
)
from smf_desktop.services.session import Session
from smf_desktop.services.visits import book_visit, record_not_gone_ahead, sign_visit, start_visit

MORE_VISITS_AT_MOST = 4
"""How often a nurse visits once more before the pathway ends another way."""

_AFTER_BOOKED = frozenset({Outcome.DECLINED, Outcome.NO_CONTACT, Outcome.HOSPITAL, Outcome.DECEASED})
"""Endings that come while another visit is booked."""

_HOLD = 0.04
"""How often a pathway is put on hold for a while."""


@dataclass(frozen=True, slots=True)
class Service:
    """Who works here, with what, and when the story ends. `seen` holds the referrals somebody has dealt with."""

    sessions: Mapping[str, Session]
    library: Library
    diary: Diary
    end: datetime
    seen: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Pathway:
    """One skill being taught: what is still to come, and what this learner explained already."""

    course: Course
    episode: str
    checklist: Checklist
    outcome: Outcome
    lessons: list[Lesson]
    done: int = 0
    more: int = 0
    explained: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        return self.done == len(self.lessons)


def lived(service: Service, life: Life) -> Iterator[datetime]:
    """Referral, triage, teaching, the end, and perhaps a return."""
    yield from _Lived(service, life).story()


class _Lived:
    def __init__(self, service: Service, life: Life) -> None:
        self.service, self.life = service, life
        self.session = service.sessions[life.nurse]
        self.dice = Dice(f"{life.seed}:acts")
        self.patient = ""
        self.contact = ""
        self.prescribed: dict[str, str] = {}
        self.doses: dict[str, str] = {}
        self.pathways: list[_Pathway] = []
        self.hold_at = self.dice.randrange(2, 5) if self.dice.random() < _HOLD and not life.at else 0
        self.new_dose_on = life.new_dose_on

    # --- before the first visit --------------------------------------------------------------------

    def story(self) -> Iterator[datetime]:
        life = self.life
        came = self._at(life.received, time(8, 5)) + timedelta(minutes=self.dice.randrange(40))
        yield came
        referral = self._received()
        again = self._received() if life.twice else ""
        if life.triage is Triage.LEAVE:
            return
        triaged = self._at(_working_day(life.received + timedelta(days=1)), time(12, 20))
        yield max(triaged + timedelta(minutes=self.dice.randrange(30)), came + timedelta(hours=1))
        if again:
            reject(self.session, again, "Sent twice, the other is being dealt with")
        if life.triage is Triage.WAIT:
            wait_for_information(self.session, referral, words.WAITING)
            return
        if life.triage is Triage.REJECT:
            reject(self.session, referral, self.dice.choice(words.REJECTED))
            return
        yield from self._accepted(referral)

    def _received(self) -> str:
        """The referral comes as a row of a file. Answers its id."""
        sheet = StringIO()
        writer = csv.writer(sheet)
        row = _row(self.life, self.dice)
        writer.writerows((row.keys(), row.values()))
        office = self.service.sessions["admin"]
        take_in(office, examine(office, sheet.getvalue().encode()), accept_valid=False)
        name = Name(self.life.person.family, self.life.person.given, self.life.person.title)
        with office.read() as connection:
            waiting = referrals(connection, status=TRIAGE_DUE)
        found = next(
            one
            for one in waiting
            if one.person.name == name
            and one.person.date_of_birth == self.life.person.born
            and one.referral.id not in self.service.seen
        )
        self.service.seen.add(found.referral.id)
        self.patient = found.person.id
        return found.referral.id

    def _accepted(self, referral: str) -> Iterator[datetime]:
        me = self.session.user.id
        soon = self.dice.choice((Priority.TWO_WORKING_DAYS, Priority.ROUTINE))
        today = self.session.today()
        target = _working_day(today + timedelta(days=2 if soon is Priority.TWO_WORKING_DAYS else 5))
        to = Acceptance(nurse=me, accountable_nurse=me, priority=soon, target_date=target)
        episodes, _ = accept(self.session, referral, to)
        self.pathways = [
            _Pathway(course, episode, self.service.library.newest(course.skill), course.outcome, list(course.lessons))
            for course, episode in zip(self.life.courses, episodes, strict=True)
        ]
        yield self.session.now() + timedelta(minutes=6)
        self._written_down()
        first = self.life.at[0] if self.life.at else self._free(today + timedelta(days=self.dice.randrange(1, 5)))
        booked, _ = book_visit(
            self.session, patient=self.patient, episodes=episodes, at=first, minutes=45, nurse=me, focus="First visit"
        )
        yield from self._taught(booked, first)

    def _written_down(self) -> None:
        """What the first telephone call tells of the person, and who learns."""
        if self.life.again:
            self._known_before()
        else:
            self._who_they_are(self.life.person)
        for pathway in self.pathways:
            if pathway.course.skill not in self.prescribed:
                for member in words.medicines(self.dice, pathway.course.skill):
                    made, _ = add_member(self.session, self.patient, member)
                    self.prescribed[pathway.course.skill] = made
                    self.doses[pathway.course.skill] = str(member.fields["dose"]).split()[0]
            a_month = CURVES[pathway.course.skill].baseline
            self._core_visits(pathway, a_month)
            self._name_learners(pathway)

    def _known_before(self) -> None:
        with self.session.read() as connection:
            known = patient_of(connection, self.patient)
        assert known is not None
        self.contact = known.contacts[0].id if known.contacts else ""
        self.prescribed = {one.skill: one.id for one in known.medicines}
        self.doses = {one.skill: one.dose.split()[0] for one in known.medicines}

    def _who_they_are(self, person: Person) -> None:
        session, patient = self.session, self.patient
        units: dict[str, dict[str, str]] = {}
        if person.preferred:
            units["preferred_name"] = {"preferred_name": person.preferred}
        if person.access_note:
            units["access_note"] = {"access_note": person.access_note}
        if units:
            change_demographics(session, open_person(session, patient), units)
        if person.allergy:
            substance, reaction, year = person.allergy
            said = {"substance": substance, "reaction": reaction, "noted_on": year}
            add_member(session, patient, Member("allergy", said))
        elif person.no_known_allergies:
            no_known_allergies(session, patient)
        if person.alert:
            text, detail = person.alert
            add_member(session, patient, Member("alert", {"text": text, "detail": detail}))
        if carer := person.carer:
            said = {"name": carer.name, "relation": carer.relation, "phone": carer.phone}
            self.contact, _ = add_member(session, patient, Member("contact", {**said, "informal_carer": True}))

    def _name_learners(self, pathway: _Pathway) -> None:
        named = self.life.learners if self.contact else ()
        for who, tasks in named:
            name_learner(self.session, pathway.episode, self.contact if who == "carer" else PATIENT, tasks)
        if named and all(who != PATIENT for who, _ in named):
            end_learner(self.session, pathway.episode, PATIENT)

    def _core_visits(self, pathway: _Pathway, a_month: int) -> None:
        record_core_visits(
            self.session, pathway.episode, from_=self.session.today(), a_month=str(a_month), source="core_diary"
        )

    # --- visits ----------------------------------------------------------------------------------

    def _taught(self, booked: str, when: datetime) -> Iterator[datetime]:
        count = 0
        while self.pathways:
            if self.life.then in (Then.NO_RECORD, Then.IN_HOSPITAL) and when == self.life.at[-1]:
                yield from self._lost_sight_of(booked, when)
                return
            if why := self._away(count, when):
                yield when + timedelta(minutes=12)
                booked, when = self._again(booked, when, why)
                continue
            yield from self._dose_changes(when)
            late = timedelta(minutes=0 if self.life.at else self.dice.randrange(8))
            yield when + late
            if count == 0:
                self._ask_gates()
            length = self._length(count)
            form, _ = start_visit(self.session, [each.episode for each in self.pathways], booked)
            finished = self.session.now() + timedelta(minutes=length + self.dice.randrange(-1, 6))
            if finished > self.service.end:
                yield min(self.session.now() + timedelta(minutes=24), self.service.end)
                half = self._filled(form, length, NextForm(), half=True)
                save_draft(self.session, VISIT, half.visit, half.patient, half)
                return
            yield finished
            count += 1
            coming, when = self._what_next(count, when)
            self._signed(self._filled(form, length, coming))
            for pathway in self.pathways:
                pathway.done += 1
            self._fewer_core_visits(count)
            if coming.kind is NextKind.CALL or (self.life.then is Then.READY and coming.kind is NextKind.DISCHARGE):
                return
            if coming.kind is NextKind.HOLD:
                if self.life.then is Then.HOLD:
                    return
                yield from self._rested()
            yield from self._flags_closed(when)
            for pathway in [each for each in self.pathways if each.is_over]:
                yield from self._ended(pathway, when)
            if self.pathways:
                booked, when = self._booking(when)

    def _length(self, count: int) -> int:
        """Minutes: 45 at the first visit, then about 30, and more for a second skill."""
        one_skill = 45 if count == 0 else min(max(round(self.dice.gauss(30, 8)), 20), 60)
        return one_skill + 20 * (len(self.pathways) - 1)

    def _away(self, count: int, when: datetime) -> NotGoneAheadReason | None:
        """Why a visit does not go ahead: 4 % no access (6 % the first), 3 % the person's wish, 2 % ours."""
        if when in self.life.at:
            return None
        chance = self.dice.random()
        misses = self.life.misses * (1.5 if count == 0 else 1)
        if chance < min(misses, 0.6):
            return NotGoneAheadReason.NO_ACCESS
        if 0.6 <= chance < 0.63:
            return NotGoneAheadReason.PATIENT_CANCELLED
        if 0.63 <= chance < 0.65:
            return NotGoneAheadReason.TEAM_CANCELLED
        return None

    def _again(self, booked: str, when: datetime, why: NotGoneAheadReason) -> tuple[str, datetime]:
        self._not_gone_ahead(booked, when, why)
        when = self._free(when.date() + timedelta(days=1))
        made, _ = book_visit(
            self.session,
            patient=self.patient,
            episodes=[each.episode for each in self.pathways],
            at=when,
            minutes=30,
            nurse=self.session.user.id,
        )
        return made, when

    def _not_gone_ahead(self, booked: str, when: datetime, why: NotGoneAheadReason) -> None:
        note = words.AWAY[why.value]
        record_not_gone_ahead(self.session, patient=self.patient, visit=booked, at=when, reason=why, note=note)

    def _lost_sight_of(self, booked: str, when: datetime) -> Iterator[datetime]:
        if self.life.then is Then.IN_HOSPITAL:
            yield when + timedelta(minutes=20)
            self._not_gone_ahead(booked, when, NotGoneAheadReason.HOSPITAL)

    def _dose_changes(self, when: datetime) -> Iterator[datetime]:
        """The prescriber changes the insulin dose between two visits: its gates lapse until they are met again."""
        if self.new_dose_on and self.new_dose_on <= when.date() and "insulin" in self.prescribed:
            changed = self._at(self.new_dose_on, time(12, 30))
            self.new_dose_on = None
            if self.session.now() < changed < when:
                yield changed
                units = self.dice.randrange(10, 30, 2)
                self.doses["insulin"] = str(units)
                new = words.insulin("Mixed insulin", units, "08:00, 18:00")
                change_member(self.session, self.patient, self.prescribed["insulin"], new)

    def _free(self, on: date, after: time = time.min) -> datetime:
        weekends = any(course.skill in DAILY for course in self.life.courses)
        return self._at(*self.service.diary.book(self.dice, self.life.nurse, on, weekends=weekends, after=after))

    def _at(self, on: date, at: time) -> datetime:
        return datetime.combine(on, at, LONDON)

    # --- gates -----------------------------------------------------------------------------------

    def _ask_gates(self) -> None:
        """Every hard gate and half the soft ones, at the door and at the table; one may have to wait."""
        asked: set[str] = set()
        for pathway in self.pathways:
            hard = [gate.id for gate in pathway.checklist.gates if gate.is_hard]
            waits = self.dice.choice(hard) if pathway.lessons[0].purpose is Purpose.ASSESSMENT else ""
            own = {gate.id for gate in pathway.checklist.gates}
            answers = [
                self._answer(pathway, gate, waits)
                for gate in pathway.checklist.all_gates
                if gate.id not in asked and (gate.is_hard or self.dice.random() < 0.5)
            ]
            asked |= {answer.gate for answer in answers} - own
            answer_gates(self.session, pathway.episode, answers)

    def _answer(self, pathway: _Pathway, gate: Gate, waits: str) -> GateAnswer:
        if gate.id == waits:
            return GateAnswer(gate.id, GateState.NOT_MET, reason=words.NOT_YET)
        if pathway.course.skill == "insulin" and gate.id == "p10" and self.dice.random() < 0.7:
            return GateAnswer(gate.id, GateState.NA, reason="Type 2, not ketosis-prone")
        return self._met(pathway, gate.id, words.evidence(self.dice, gate))

    def _met(self, pathway: _Pathway, gate: str, evidence: str) -> GateAnswer:
        """Met; the check of the vessels is good for a year."""
        until = None
        if pathway.course.skill == "compression" and gate == "p01":
            until = self.life.vascular_check or self.session.today() + timedelta(days=self.dice.randrange(120, 360))
        return GateAnswer(gate, GateState.MET, evidence=evidence, valid_until=until)

    # --- the form --------------------------------------------------------------------------------

    def _filled(self, form: VisitForm, length: int, coming: NextForm, *, half: bool = False) -> VisitForm:
        lesson = self.pathways[0].lessons[self.pathways[0].done]
        sections = tuple(
            section for pathway in self.pathways for section in self._sections(pathway, lesson.purpose, half=half)
        )
        first = all(pathway.done == 0 for pathway in self.pathways)
        with_carer = self.dice.random() < 0.3
        return replace(
            form,
            right_person=True,
            sections=sections,
            minutes=str(length),
            place=lesson.place,
            purpose=lesson.purpose,
            stopped_reason=self.dice.choice(words.STOPPED) if lesson.purpose is Purpose.STOPPED_EARLY else "",
            methods=(Method.DEMONSTRATION, Method.LEAFLET) if first else (Method.DEMONSTRATION,),
            also_present=words.also_present(self.life.person) if with_carer else "",
            vital_signs=self._vital_signs() if first and not half else (),
            next=coming,
        )

    def _vital_signs(self) -> tuple[ReadingForm, ...]:
        common = self.service.library.common
        asked = (common.vital_sign(name) for name in words.VITAL_SIGNS)
        return tuple(ReadingForm(one.id, words.reading(self.dice, one)) for one in asked if one)

    def _sections(self, pathway: _Pathway, purpose: Purpose, *, half: bool) -> Iterator[SectionForm]:
        learners = self.life.learners if self.contact else ()
        for place, (who, tasks) in enumerate(learners or ((PATIENT, ()),)):
            learner = self.contact if who == "carer" else PATIENT
            steps = tasks or tuple(step.id for step in pathway.checklist.steps)
            section = self._section(pathway, purpose, learner, steps, half=half)
            if place == 0 and not half:
                section = replace(section, readings=self._readings(pathway), flags=self._flags(pathway, purpose))
            yield section

    def _section(
        self, pathway: _Pathway, purpose: Purpose, learner: str, steps: Sequence[str], *, half: bool
    ) -> SectionForm:
        lesson = pathway.lessons[pathway.done]
        seen = 0 if purpose is Purpose.ASSESSMENT else len(steps)
        if half or purpose is Purpose.STOPPED_EARLY:
            seen = len(steps) // 2
        marks = {step: self._mark(lesson.levels[step]) for step in steps[:seen]}
        if not half:
            marks |= {step: StepMark(Level.NOT_OBSERVED) for step in steps[seen:]}
        teaching = purpose is Purpose.TEACHING and not half
        return SectionForm(
            episode=pathway.episode,
            learner=learner,
            marks=marks,
            answers=self._answers(pathway, learner) if teaching else {},
            confidence=lesson.confidence if teaching else None,
            strategies=self.dice.choice(words.STRATEGIES),
            notes=self.dice.choice(words.NOTES),
        )

    def _mark(self, level: Level) -> StepMark:
        return StepMark(level, words.step_note(self.dice, level))

    def _answers(self, pathway: _Pathway, learner: str) -> dict[str, AnswerForm]:
        """The questions this learner has not explained yet, as answered today."""
        said: dict[str, AnswerForm] = {}
        for question in pathway.checklist.teach_back:
            if (learner, question.id) in pathway.explained:
                continue
            if pathway.done + 1 >= pathway.course.explained[question.id]:
                own_words = self.dice.choice(words.SAID) if self.dice.random() < 0.3 else ""
                said[question.id] = AnswerForm(TeachBackAnswer.EXPLAINED, own_words)
                pathway.explained.add((learner, question.id))
            else:
                not_safe = (TeachBackAnswer.PROMPTED, TeachBackAnswer.WENT_OVER_AGAIN, TeachBackAnswer.NOT_COVERED)
                said[question.id] = AnswerForm(self.dice.choice(not_safe))
        return said

    def _readings(self, pathway: _Pathway) -> tuple[ReadingForm, ...]:
        smaller = max(0.3, 1 - 0.1 * pathway.done)
        taken = []
        for one in words.observations(pathway.checklist, first=pathway.done == 0):
            if one.id in words.DOSES:
                taken.append(ReadingForm(one.id, self.doses[pathway.course.skill]))
            else:
                shrinks = smaller if one.id in words.EVERY_VISIT["wound"] else 1.0
                taken.append(ReadingForm(one.id, words.reading(self.dice, one, smaller=shrinks)))
        return tuple(taken)

    def _flags(self, pathway: _Pathway, purpose: Purpose) -> dict[str, FlagForm]:
        """No to every sign, but for the one of this visit."""
        sign = pathway.lessons[pathway.done].sign if purpose is Purpose.TEACHING else ""
        flags = {each.id: FlagForm(seen=False) for each in pathway.checklist.red_flags}
        if sign:
            asked = pathway.checklist.red_flag(sign)
            urgent = asked is not None and asked.urgency is Urgency.EMERGENCY
            flags[sign] = FlagForm(
                seen=True,
                action="Rang 999 and waited with them" if urgent else "Rang together, advice written on the sheet",
                told="Ambulance service" if urgent else self.dice.choice(words.TOLD),
                advised="Taken to hospital" if urgent else self.dice.choice(words.ADVISED),
                next_check="Tomorrow by phone",
            )
        return flags

    def _signed(self, form: VisitForm) -> None:
        try:
            sign_visit(self.session, form)
        except NotReadyToSign as refused:
            sign_visit(self.session, self._put_right(form, refused.missing))

    def _put_right(self, form: VisitForm, missing: Sequence[Missing]) -> VisitForm:
        """What a nurse does when signing is refused: a note on an unusual value, a gate met again."""
        for one in missing:
            match one.part, one.why:
                case ((Part.READING | Part.VITAL_SIGN), Why.NOTE_NEEDED):
                    form = type_reading(form, one.section, one.index, note=words.CHECKED)
                case Part.GATE, Why.NOT_MET:
                    assert one.section is not None
                    episode = form.sections[one.section].episode
                    pathway = next(each for each in self.pathways if each.episode == episode)
                    since = words.NEW_DOSE if self.life.new_dose_on else words.MET_SINCE
                    answer_gate(self.session, episode, self._met(pathway, one.id, since))
                case _:
                    raise NotReadyToSign(missing)
        return form

    # --- what comes next -------------------------------------------------------------------------

    def _what_next(self, count: int, when: datetime) -> tuple[NextForm, datetime]:
        """What is said on signing visit number `count`, and when the next one is."""
        left = [each for each in self.pathways if each.done + 1 < len(each.lessons)]
        fixed = self.life.at
        if fixed and count == len(fixed):
            match self.life.then:
                case Then.NO_NEXT:
                    on = (when.date() + timedelta(days=3)).isoformat()
                    return NextForm(NextKind.CALL, on=on, at="10:00", reason="How it goes with help"), when
                case Then.HOLD:
                    return self._hold(when), when
                case Then.READY:
                    return NextForm(NextKind.DISCHARGE), when
                case _:
                    pass
        if left and count == self.hold_at and not fixed:
            return self._hold(when), when
        if not left:
            outcomes = {each.outcome for each in self.pathways}
            if outcomes & {Outcome.RETURNED_CORE, Outcome.SHARED_CORE}:
                return NextForm(NextKind.CORE_TEAM), when
            if not outcomes & _AFTER_BOOKED:
                return NextForm(NextKind.DISCHARGE), when
        coming = fixed[count] if count < len(fixed) else self._next_time(count, when)
        return (
            NextForm(NextKind.VISIT, on=coming.date().isoformat(), at=f"{coming:%H:%M}", minutes="30"),
            coming,
        )

    def _hold(self, when: datetime) -> NextForm:
        review = (when.date() + timedelta(days=14)).isoformat()
        return NextForm(NextKind.HOLD, on=review, reason=self.dice.choice(words.RESUMED_AFTER))

    def _next_time(self, count: int, when: datetime) -> datetime:
        days = round(max(CURVES[each.course.skill].days for each in self.pathways))
        if days == 1 and self.dice.random() < 0.25 and (later := later_that_day(when)):
            return self._free(when.date(), later)
        if days == 3 and count == 2:
            days = 7  # to see the leg bag changed, or a wound that is healing
        return self._free(when.date() + timedelta(days=days))

    def _booking(self, when: datetime) -> tuple[str, datetime]:
        """The visit that signing booked, or one booked now."""
        with self.session.read() as connection:
            booked = next_bookings(connection, [self.patient]).get(self.patient)
        if booked is not None:
            return booked.id, when
        when = self._free(max(self.session.today(), when.date()) + timedelta(days=1))
        made, _ = book_visit(
            self.session,
            patient=self.patient,
            episodes=[each.episode for each in self.pathways],
            at=when,
            minutes=30,
            nurse=self.session.user.id,
        )
        return made, when

    def _rested(self) -> Iterator[datetime]:
        back = _working_day(self.session.today() + timedelta(days=self.dice.randrange(8, 16)))
        yield self._at(back, time(12, 10))
        for pathway in self.pathways:
            resume(self.session, pathway.episode)

    def _flags_closed(self, before: datetime) -> Iterator[datetime]:
        if self.life.flags_stay or not any(each.lessons[each.done - 1].sign for each in self.pathways):
            return
        with self.session.read() as connection:
            flags = open_flags(connection, self.patient)
        if flags:
            now = self.session.now()
            at = now + timedelta(hours=2)
            yield min(at, before) if before > now else at
            for flag in flags:
                close_flag(self.session, flag.id, self.dice.choice(words.CLOSED))

    def _fewer_core_visits(self, count: int) -> None:
        for pathway in self.pathways:
            if count == (len(pathway.lessons) + 1) // 2 and len(pathway.lessons) > 1:
                self._core_visits(pathway, CURVES[pathway.course.skill].baseline // 2)

    # --- the end ---------------------------------------------------------------------------------

    def _ended(self, pathway: _Pathway, booked_at: datetime) -> Iterator[datetime]:
        """The pathway ends as drawn, or a nurse finds another way."""
        if pathway.outcome in _AFTER_BOOKED:
            yield from self._did_not_come_back(pathway, booked_at)
        else:
            days = self.dice.choice((0, 0, 1, 2))
            at = self._at(_working_day(self.session.today() + timedelta(days=days)), time(16, 50))
            yield max(at, self.session.now() + timedelta(minutes=20))
        self._last_core_visits(pathway)
        try:
            discharge(self.session, self._closing(pathway))
        except NotReadyToDischarge as refused:
            if not self._overridden(pathway, refused.missing):
                self._once_more(pathway)
                return
        self.pathways.remove(pathway)
        if not self.pathways and pathway.outcome in FAVOURABLE:
            yield from self._returns(pathway)

    def _did_not_come_back(self, pathway: _Pathway, booked_at: datetime) -> Iterator[datetime]:
        booked, when = self._booking(booked_at)
        why = {
            Outcome.HOSPITAL: NotGoneAheadReason.HOSPITAL,
            Outcome.NO_CONTACT: NotGoneAheadReason.NO_ACCESS,
            Outcome.DECEASED: NotGoneAheadReason.TEAM_CANCELLED,
        }.get(pathway.outcome, NotGoneAheadReason.PATIENT_CANCELLED)
        for _ in range(2 if pathway.outcome is Outcome.NO_CONTACT else 0):
            yield when + timedelta(minutes=15)
            booked, when = self._again(booked, when, why)
        yield when + timedelta(minutes=15)
        self._not_gone_ahead(booked, when, why)
        yield self._at(_working_day(when.date() + timedelta(days=2)), time(16, 40))

    def _last_core_visits(self, pathway: _Pathway) -> None:
        if pathway.outcome in FAVOURABLE:
            self._core_visits(pathway, 0)

    def _closing(self, pathway: _Pathway) -> DischargeForm:
        form = DischargeForm(
            pathway.episode,
            outcome=pathway.outcome,
            reason=words.WHY.get(pathway.outcome, ""),
            attestations=frozenset(one.id for one in pathway.checklist.competence_rule.attestations),
            checked=True,
        )
        match pathway.outcome:
            case Outcome.INDEPENDENT_SUPPORT:
                return self._supported(form, pathway)
            case Outcome.SHARED_CORE:
                return replace(form, visits_per_month_left=str(max(2, CURVES[pathway.course.skill].baseline // 4)))
            case Outcome.RETURNED_CORE:
                reason = words.RETURNED.get(pathway.course.skill, ReturnReason.CONFIDENCE)
                return replace(form, main_reason=reason)
            case _:
                return form

    def _supported(self, form: DischargeForm, pathway: _Pathway) -> DischargeForm:
        today = self.session.today()
        review = (today + timedelta(days=42)).isoformat()
        carer = self.life.person.carer
        if carer is not None and self.contact and self.life.learners:
            person = self.life.person
            said = SignedWord(f"{person.given} {person.family}", today.isoformat())
            agreed = SignedWord(carer.name, today.isoformat())
            return replace(
                form,
                support_type=SupportType.INFORMAL_CARER,
                support_who=f"{carer.name} ({carer.relation})",
                support_what="Does the care as taught",
                support_how_often="Every time",
                support_review_on=review,
                person_consents=said,
                carer_agrees=agreed,
                back_up=SignedWord("Core team, by the number on the sheet", today.isoformat()),
            )
        kind, who, what, how_often = self.dice.choice(words.SUPPORT)
        return replace(
            form,
            support_type=kind,
            support_who=who,
            support_what=what,
            support_how_often=how_often,
            support_review_on=review,
        )

    def _overridden(self, pathway: _Pathway, missing: Sequence[Missing]) -> bool:
        """Low confidence alone: a registered nurse may say why the person is safe all the same."""
        if any(one.part is not Part.EVIDENCE or one.id != CompetenceKey.MIN_CONFIDENCE for one in missing):
            return False
        discharge(self.session, replace(self._closing(pathway), confidence_override=words.OVERRIDE))
        return True

    def _once_more(self, pathway: _Pathway) -> None:
        """Another visit; after a few of them, back to the core team."""
        pathway.more += 1
        last = pathway.lessons[-1]
        levels = dict.fromkeys(last.levels, Level.INDEPENDENT)
        confidence = min(10, last.confidence + 1)
        pathway.lessons.append(
            replace(last, levels=levels, confidence=confidence, purpose=Purpose.TEACHING, place=Place.HOME, sign="")
        )
        if pathway.more > MORE_VISITS_AT_MOST:
            pathway.outcome = Outcome.RETURNED_CORE

    # --- afterwards ------------------------------------------------------------------------------

    def _returns(self, pathway: _Pathway) -> Iterator[datetime]:
        """4 % are referred again within 30 days and 9 % within 90, more of those with agreed support."""
        more = 1.4 if pathway.outcome is Outcome.INDEPENDENT_SUPPORT else 1.0
        chance = self.dice.random() / more
        if chance >= 0.09:
            return
        days = self.dice.randrange(5, 30) if chance < 0.04 else self.dice.randrange(31, 90)
        on = _working_day(self.session.today() + timedelta(days=days))
        course = draw_course(self.dice, pathway.course.skill, self.life.person, on, self.service.library)
        yield from lived(
            self.service,
            replace(
                self.life,
                seed=f"{self.life.seed}:again",
                courses=(course,),
                received=on,
                source=self.dice.choice((Source.SELF, Source.GP, Source.CORE_TEAM)),
                at=(),
                twice=False,
                again=True,
            ),
        )


def _row(life: Life, dice: Dice) -> dict[str, str]:
    """The referral as a row of a file."""
    person = life.person
    skills = [course.skill for course in life.courses]
    return {
        "nhs_number": person.nhs_number,
        "family_name": person.family,
        "given_name": person.given,
        "title": person.title,
        "date_of_birth": person.born.isoformat(),
        "sex": person.sex.value,
        "address": person.address,
        "postcode": person.postcode,
        "phone": person.phone,
        "gp_practice_code": person.practice_code,
        "referral_received": life.received.isoformat(),
        "source": life.source.value,
        "skill": "|".join(skills),
        "reason": dice.choice(words.REASONS[skills[0]]),
        "baseline_visits_per_month": str(max(CURVES[skill].baseline for skill in skills)),
    }


def _working_day(on: date) -> date:
    while on.weekday() > 4:
        on += timedelta(days=1)
    return on
