"""A referral that is typed in: kept as a draft while it grows, held against everyone here, added as one save."""

from dataclasses import dataclass
from datetime import date, datetime

from smf_core.domain.merge import Likeness
from smf_core.domain.nhs_number import BadNhsNumber, check
from smf_core.domain.patient import Name
from smf_core.domain.referral_form import Asked, Problem, ReferralForm, ReferralRead, Whose, Why, read_form
from smf_core.domain.teaching_trouble import NotReadyToAdd, UnknownPatient
from smf_core.domain.text import clean_identity, clean_lines
from smf_core.operations.change_set import Item
from smf_core.policy.rules import Action, require
from smf_core.records import Connection
from smf_core.records.queries.duplicates import Candidate, might_be_here
from smf_core.records.queries.merges import Held, held, standing
from smf_core.records.queries.referrals import last_discharged
from smf_desktop.presenters.referral.form import practice_code
from smf_desktop.services.auditing import READ, note
from smf_desktop.services.drafts import REFERRAL, discard_draft, draft, drafts, save_draft
from smf_desktop.services.people import NewPerson, alive, new_patient, writable
from smf_desktop.services.referral.merging import DIFFERENT
from smf_desktop.services.session import Session, StoreKind, Touched, Work, new_item


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What the page begins with. `saved_at` is when the draft was kept that is taken up again; None: a new form."""

    form: ReferralForm
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A form held against the rules and against everyone here."""

    read: ReferralRead
    candidates: tuple[Candidate, ...]


def open_form(session: Session) -> OpenForm:
    """This user's draft of a new referral where there is one, else an empty form."""
    require(session.user, Action.ADD_REFERRAL)
    for kept in drafts(session):
        form = draft(session, REFERRAL, kept.record, ReferralForm) if kept.page == REFERRAL else None
        if form is not None:
            return OpenForm(form, kept.saved_at)
    return OpenForm(ReferralForm(session.new_id()))


def keep_form(session: Session, form: ReferralForm) -> datetime | None:
    """Keep the form as it stands; an empty one keeps no draft. Answers when it was kept."""
    if form == ReferralForm(form.id):
        discard_draft(session, REFERRAL, form.id)
        return None
    return save_draft(session, REFERRAL, form.id, "", form)  # about nobody yet


def check_form(session: Session, form: ReferralForm) -> Checked:
    """What of a form is wrong, and who here may be the person. Changes nothing."""
    require(session.user, Action.ADD_REFERRAL)
    with session.read() as connection:
        return _checked(session, connection, form)


def _checked(session: Session, connection: Connection, form: ReferralForm) -> Checked:
    training = session.kind is StoreKind.TRAINING
    read = read_form(form, session.today(), training=training)
    candidates = might_be_here(connection, _likeness(form, read.date_of_birth))
    here = any(one.person.nhs_number and one.person.nhs_number == read.nhs_number for one in candidates)
    return Checked(read_form(form, session.today(), training=training, number_is_here=here), candidates)


def _likeness(form: ReferralForm, born: date | None) -> Likeness:
    try:
        number = check(form.nhs_number)
    except BadNhsNumber:
        number = None
    name = Name(clean_identity(form.family_name).text, clean_identity(form.given_name).text)
    return Likeness(name, born, number, form.postcode, form.phone)


def look_at(session: Session, patient: str) -> Held:
    """Somebody here, to hold a referral against; the reading is noted. Raises `UnknownPatient`."""
    require(session.user, Action.OPEN_RECORD)
    note(session, READ, patient)
    with session.read() as connection:
        found = held(connection, patient)
    if found is None:
        raise UnknownPatient
    return found


def add_referral(session: Session, form: ReferralForm) -> tuple[str, Touched]:
    """Write a referral down as received, with its person where they are new. Its draft is gone with the same save.

    Raises `NotReadyToAdd` with the fields to correct; then nothing was written.
    """
    require(session.user, Action.ADD_REFERRAL)
    with session.work() as work:
        checked = _checked(session, work.connection, form)
        if checked.read.problems:
            raise NotReadyToAdd([problem.field for problem in checked.read.problems])
        patient, items = _person(session, work, form, checked.read)
        items.append(_received(session, work, form, checked.read, patient))
        if form.of and form.whose == Whose.NOT_SURE:
            items.append(new_item("referral", form.id, "duplicate", of=form.of))
        elif form.of and form.whose == Whose.ANOTHER:
            items.append(new_item("referral", form.id, "duplicate", of=form.of, settled_as=DIFFERENT))
        work.save(items, patient=patient)
        work.discard_draft(REFERRAL, form.id)
    return form.id, frozenset(work.touched)


def _person(session: Session, work: Work, form: ReferralForm, read: ReferralRead) -> tuple[str, list[Item]]:
    """Whom the referral is for, and what has to be written of them."""
    if form.of and form.whose == Whose.SAME:
        patient = standing(work.connection, form.of)
        writable(work.connection, patient)
        alive(work.connection, patient)
        return patient, _allergies(session, work, form, patient, known=True)
    if read.date_of_birth is None:
        raise NotReadyToAdd([Problem("date_of_birth", Why.NEEDED).field])
    person = NewPerson(
        family_name=form.family_name,
        given_name=form.given_name,
        title=form.title,
        date_of_birth=read.date_of_birth,
        sex=form.sex or "not_known",
        nhs_number=read.nhs_number,
        address=clean_lines(form.address).text,
        postcode=form.postcode,
        phone=form.phone,
        practice_code=practice_code(form.practice),
    )
    patient, items = new_patient(session, person)
    return patient, items + _allergies(session, work, form, patient, known=False)


def _allergies(session: Session, work: Work, form: ReferralForm, patient: str, *, known: bool) -> list[Item]:
    """Nothing asked writes nothing down: the banner goes on saying that they were not asked yet."""
    if form.allergies == Asked.NONE_KNOWN:
        asked = {"asked_on": session.today().isoformat()}
        if known:
            return [work.change("patient", patient, "no_known_allergies", asked)]
        return [new_item("patient", patient, "no_known_allergies", **asked)]
    if form.allergies == Asked.KNOWN:
        said = {"substance": form.substance.strip(), "reaction": form.reaction.strip()}
        return [new_item("allergy", session.new_id(), "member", patient=patient, **said)]
    return []


def _received(session: Session, work: Work, form: ReferralForm, read: ReferralRead, patient: str) -> Item:
    earlier = last_discharged(work.connection, patient, form.skills) if form.whose == Whose.SAME else None
    received = read.received_on or session.today()
    return new_item(
        "referral",
        form.id,
        "received",
        patient=patient,
        team=session.team,
        received_on=received.isoformat(),
        source=form.source,
        referrer=clean_identity(form.referrer).text,
        reason=form.reason.strip(),
        notes=form.notes.strip(),
        skills=list(form.skills),
        baseline_visits_per_month=read.visits_a_month,
        baseline_on=(read.visits_on or received).isoformat() if read.visits_a_month else None,
        baseline_kind=(form.visits_kind or "core_diary") if read.visits_a_month else None,
        earlier_episode=earlier,
    )
