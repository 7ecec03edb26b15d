"""What the first telephone call tells of a person: who they are, who is around, what they take, and who learns."""

from datetime import date, timedelta

from smf_core.domain.consent import Answer, Capacity
from smf_core.domain.diary import Concern
from smf_core.domain.dose_cover import Giver
from smf_core.domain.pathway import PATIENT
from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.demo import around, words
from smf_desktop.demo.origins import origin
from smf_desktop.demo.people import Person
from smf_desktop.demo.plan import CURVES
from smf_desktop.demo.so_far import Pathway, SoFar
from smf_desktop.services.booking.dose_covers import NewCover, name_giver
from smf_desktop.services.pathways import end_learner, name_learner
from smf_desktop.services.people import (
    Member,
    add_member,
    change_demographics,
    change_member,
    no_known_allergies,
    open_member,
    open_person,
)
from smf_desktop.services.record.consent import ConsentForm, open_consent, record_consent

MORNING, EVENING = "08:00", "18:00"
ANYWAY = frozenset(Concern)
"""The nurse saw what speaks against a time, and books it."""


def written_down(so_far: SoFar) -> None:
    """Everything that is asked before the first visit."""
    if so_far.life.again:
        _known_before(so_far)
    else:
        _who_they_are(so_far, so_far.life.person)
    for pathway in so_far.pathways:
        _prescribed(so_far, pathway)
        so_far.core_visits(pathway, CURVES[pathway.course.skill].baseline)
        _name_learners(so_far, pathway)
        _consent(so_far, pathway)
        _equipment(so_far, pathway)


def _known_before(so_far: SoFar) -> None:
    with so_far.session.read() as connection:
        known = patient_of(connection, so_far.patient)
    assert known is not None
    so_far.contact = next((one.id for one in known.contacts if one.informal_carer), "")
    so_far.prescribed = {one.skill: one.id for one in known.medicines}
    so_far.doses = {one.skill: one.dose.split()[0] for one in known.medicines}
    so_far.times = {one.skill: one.times for one in known.medicines}


def _who_they_are(so_far: SoFar, person: Person) -> None:
    session, patient = so_far.session, so_far.patient
    units: dict[str, dict[str, object]] = {}
    said = origin(person)
    if said.ethnic_category:
        units["ethnic_category"] = {"ethnic_category": said.ethnic_category}
    if said.language:
        units["language"] = {"language": said.language, "interpreter": said.interpreter or None}
    if person.preferred:
        units["preferred_name"] = {"preferred_name": person.preferred}
    if person.access_note:
        units["access_note"] = {"access_note": person.access_note}
    if units:
        change_demographics(session, open_person(session, patient), units)
    if person.allergy:
        substance, reaction, year = person.allergy
        fields = {"substance": substance, "reaction": reaction, "noted_on": year}
        add_member(session, patient, Member("allergy", fields))
    elif person.no_known_allergies:
        no_known_allergies(session, patient)
    if person.alert:
        text, detail = person.alert
        add_member(session, patient, Member("alert", {"text": text, "detail": detail}))
    if carer := person.carer:
        around_them = {"name": carer.name, "relation": carer.relation, "phone": carer.phone}
        may = {"informal_carer": True, "emergency": True, "may_talk": True, "may_leave_message": True}
        attorney = {"attorney": "health"} if person.memory_problem else {}
        so_far.contact, _ = add_member(session, patient, Member("contact", {**around_them, **may, **attorney}))
    skill = so_far.pathways[0].course.skill
    for contact in around.contacts(so_far.around, skill, has_carer=person.carer is not None):
        add_member(session, patient, contact)


def _prescribed(so_far: SoFar, pathway: Pathway) -> None:
    skill = pathway.course.skill
    if skill in so_far.prescribed:
        return
    on = (so_far.life.received - timedelta(days=so_far.around.randrange(1, 6))).isoformat()
    for member in words.medicines(so_far.dice, skill):
        medicine = around.prescribed(so_far.around, member, on)
        made, _ = add_member(so_far.session, so_far.patient, medicine)
        so_far.prescribed[skill] = made
        so_far.doses[skill] = str(member.fields["dose"]).split()[0]
        so_far.times[skill] = str(member.fields.get("times", ""))
        if skill == "insulin" and MORNING in so_far.times[skill]:
            today = so_far.session.today()
            name_giver(so_far.session, NewCover(pathway.episode, MORNING, Giver.SMF, today))


def _name_learners(so_far: SoFar, pathway: Pathway) -> None:
    session = so_far.session
    named = so_far.life.learners if so_far.contact else ()
    for who, tasks in named:
        name_learner(session, pathway.episode, so_far.contact if who == "carer" else PATIENT, tasks)
    if named and all(who != PATIENT for who, _ in named):
        end_learner(session, pathway.episode, PATIENT)


def _consent(so_far: SoFar, pathway: Pathway) -> None:
    today = so_far.session.today()
    said = ConsentForm(Answer.GIVEN, today, note=around.CONSENT)
    if so_far.life.person.memory_problem:
        carer_learns = bool(so_far.contact) and all(who == "carer" for who, _ in so_far.life.learners or (("", ()),))
        capacity = Capacity.LACKS if carer_learns else Capacity.HAS
        basis = around.BEST_INTERESTS if carer_learns else around.CAPACITY
        said = ConsentForm(Answer.GIVEN, today, capacity, today, basis)
    record_consent(so_far.session, open_consent(so_far.session, pathway.episode), said)


def _equipment(so_far: SoFar, pathway: Pathway) -> None:
    since = so_far.session.today().isoformat()
    lent = around.equipment(so_far.around, pathway.course.skill, pathway.episode, since)
    if lent is not None:
        made, _ = add_member(so_far.session, so_far.patient, lent)
        if lent.fields["standing"] != "in_home":
            so_far.lent.append(made)


def brought_back(so_far: SoFar) -> None:
    """What was lent comes back when everything is taught."""
    today = so_far.session.today().isoformat()
    for each in so_far.lent:
        held = open_member(so_far.session, so_far.patient, "equipment", each)
        said = {**held.member.fields, "standing": "returned", "since": today, "note": around.RETURNED}
        change_member(so_far.session, so_far.patient, held, said)
    so_far.lent.clear()


def new_dose(so_far: SoFar, on: date) -> None:
    """The prescriber changes the insulin dose: the gates that stand on it lapse until they are met again."""
    units = so_far.dice.randrange(10, 30, 2)
    so_far.doses["insulin"] = str(units)
    so_far.times["insulin"] = f"{MORNING}, {EVENING}"
    new = words.insulin("Mixed insulin", units, f"{MORNING}, {EVENING}")
    held = open_member(so_far.session, so_far.patient, "medicine", so_far.prescribed["insulin"])
    fields = around.prescribed(so_far.around, new, on.isoformat()).fields
    change_member(so_far.session, so_far.patient, held, fields)


def takes_over(so_far: SoFar) -> None:
    """In the middle of the teaching the person gives the morning dose; the core team goes on with the evening."""
    for pathway in so_far.pathways:
        skill = pathway.course.skill
        halfway = pathway.done == (len(pathway.lessons) + 1) // 2 and len(pathway.lessons) > 2
        if skill == "insulin" and halfway and MORNING in so_far.times.get(skill, ""):
            learns = so_far.life.learners[0][0] if so_far.life.learners and so_far.contact else PATIENT
            carer = so_far.life.person.carer
            who = carer.name if learns == "carer" and carer else ""
            giver = Giver.CARER if who else Giver.PATIENT
            name_giver(so_far.session, NewCover(pathway.episode, MORNING, giver, so_far.session.today(), who=who))
