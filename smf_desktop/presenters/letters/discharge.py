"""The three letters of a discharge: to the practice, to the person, to the core team.

They are made from the form as it stands, so the preview and what is signed are the same words. A field that is not
filled in yet is left out or said in general words; nothing is made up.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from smf_core.domain.checklist_pieces import CompetenceKey
from smf_core.domain.competence import learners_on
from smf_core.domain.dates import parse_typed
from smf_core.domain.discharge import FAVOURABLE, DischargeForm, Outcome, ReturnReason
from smf_core.domain.discharge_facts import Closing
from smf_core.domain.discharge_rules import discharge_day
from smf_core.domain.letter import LetterContent, LetterKind, LetterPart, doses_to_print
from smf_core.domain.pathway import PATIENT
from smf_core.domain.readings import number
from smf_core.domain.trouble import DomainError
from smf_desktop.presenters.banner import allergy_case
from smf_desktop.presenters.letters.words import (
    DOSED,
    ON_PRESCRIPTION,
    address_lines,
    content,
    core_team_address,
    dose_points,
    greeting,
    help_parts,
    in_sentence,
    joined,
    letter_name,
    one_line,
    paper_day,
    person_lines,
    practice_address,
    short_name,
    to_person,
    weekday_long,
    who_to_call,
)

COLLEAGUE = "Dear colleague"
MAIN_REASONS = {
    ReturnReason.DEXTERITY: "dexterity",
    ReturnReason.SIGHT: "sight",
    ReturnReason.MEMORY: "memory",
    ReturnReason.CONFIDENCE: "confidence",
    ReturnReason.CLINICAL_CHANGE: "a clinical change",
    ReturnReason.WOUND_DETERIORATION: "the wound got worse",
    ReturnReason.CARER_WITHDREW: "the carer withdrew",
    ReturnReason.ENVIRONMENT: "the home is not suited to it",
    ReturnReason.OTHER: "another reason",
}


def discharge_letter(kind: LetterKind, form: DischargeForm, stand: Closing, today: date) -> LetterContent | None:
    """The letter of this kind as the form has it; None where this outcome writes none, or none is chosen yet."""
    if form.outcome is None:
        return None
    match kind:
        case LetterKind.PRACTICE:
            return _to_practice(form, form.outcome, stand, today)
        case LetterKind.PERSON if form.outcome is not Outcome.DECEASED:
            return _to_person(form, form.outcome, stand, today)
        case LetterKind.CORE_TEAM:
            return _to_core_team(form, form.outcome, stand, today)
    return None


# --- to the person -------------------------------------------------------------------------------


def _to_person(form: DischargeForm, outcome: Outcome, stand: Closing, today: date) -> LetterContent:
    patient = stand.patient
    parts = [LetterPart("", tuple(_person_opening(form, outcome, stand, today)))]
    if outcome in FAVOURABLE or outcome is Outcome.SHARED_CORE:
        parts += [_your_dose(stand, today), LetterPart("What you do", (), stand.checklist.what_you_do)]
        parts += [_support(form, outcome, today), *help_parts(stand.checklist)]
    parts.append(_happens_next(form, outcome, stand, today))
    parts.append(LetterPart("Who to call", who_to_call(stand.letterhead.contact, us="us")))
    to = (letter_name(patient.name), *address_lines(patient.address, patient.postcode))
    practice = practice_address(stand.practice, patient.practice_code)[0]
    return content(
        stand.letterhead,
        title=f"Letter to {letter_name(patient.name)}",
        written_on=today,
        to=to,
        about=person_lines(patient, address=False),
        greeting=greeting(patient.name),
        parts=parts,
        copies=(practice,) if patient.practice_code else (),
    )


def _person_opening(form: DischargeForm, outcome: Outcome, stand: Closing, today: date) -> Iterator[str]:
    can = to_person(stand.checklist)
    match outcome:
        case Outcome.INDEPENDENT | Outcome.INDEPENDENT_SUPPORT:
            yield from _learned(can, stand, today)
        case Outcome.SHARED_CORE:
            left = _visits_left(form)
            many = f" about {left} times a month" if left else ""
            yield f"You now do part of your care yourself. The community nurses still visit you{many}."
        case Outcome.RETURNED_CORE | Outcome.NOT_SUITABLE:
            yield f"We have stopped teaching you to {can} for now. The community nurses go on helping you."
            yield "You can ask to try again at any time."
        case Outcome.DECLINED:
            yield f"You told us that you would like to stop learning to {can}. That is your choice."
            yield "You can come back to us at any time."
        case Outcome.NO_CONTACT:
            yield "We tried to see you and could not reach you, so we have stopped our visits for now."
            yield "If you would like to go on, call us."
        case Outcome.HOSPITAL:
            yield "You are in hospital, so we have stopped our visits for now."
            yield "When you are home again, call us or ask the ward to send us a new referral."
        case Outcome.MOVED:
            yield "You have moved, or another team now looks after you, so our visits have ended."
            yield "Your new practice can tell you who can go on helping you."
        case Outcome.TREATMENT_ENDED:
            yield "Your treatment has ended, so you no longer need our visits."
        case Outcome.TRANSFERRED:
            yield "Another service now looks after this with you, so our visits have ended."
        case _:
            yield "Our visits have ended."


def _learned(can: str, stand: Closing, today: date) -> Iterator[str]:
    """What was seen, of each person who learned, on which days."""
    for learner in sorted(learners_on(stand.episode, today), key=lambda one: one.who != PATIENT):
        run = stand.readiness.line(CompetenceKey.CONSECUTIVE_COMPLETED_VISITS, learner.who)
        days = list(dict.fromkeys(paper_day(one.on) for one in run.visits)) if run and run.met else []
        seen = f" on {joined(days)}" if days else ""
        contact = stand.patient.contact(learner.who)
        if learner.who == PATIENT:
            yield f"You can now {can}. We saw you do it by yourself{seen}. Well done."
        elif contact is not None:
            yield f"{one_line(contact.name)} has learned to help you. We saw them do it without our help{seen}."


def _your_dose(stand: Closing, today: date) -> LetterPart:
    return _prescribed(stand, today, "Your dose", "What is prescribed for you", f"Take {ON_PRESCRIPTION}.")


def _prescribed(stand: Closing, today: date, dose: str, product: str, otherwise: str) -> LetterPart:
    """What is prescribed for the skill, where the record has it whole; for a dose `otherwise` says where it stands."""
    skill = stand.checklist.id
    if not any(one.skill == skill for one in stand.patient.medicines):
        return LetterPart()
    points = dose_points(doses_to_print(stand.patient.medicines, skill, today))
    if skill not in DOSED:
        return LetterPart(product, (), points)
    return LetterPart(dose, () if points else (otherwise,), points)


def _happens_next(form: DischargeForm, outcome: Outcome, stand: Closing, today: date) -> LetterPart:
    sentences: tuple[str, ...] = ()
    if outcome in FAVOURABLE:
        first, second = stand.first_call(form, today), stand.second_call(form, today)
        sentences = (
            f"We will phone you on {weekday_long(first)} to hear how you are getting on, and again in about "
            f"three months, on {weekday_long(second)}.",
            "You do not need to stay in for nurse visits.",
            "If anything changes, call us. You do not need a new referral.",
        )
    return LetterPart("What happens next", sentences)


# --- to the practice -----------------------------------------------------------------------------


def _to_practice(form: DischargeForm, outcome: Outcome, stand: Closing, today: date) -> LetterContent:
    patient = stand.patient
    on = discharge_day(form, today)
    parts = [LetterPart("", tuple(_practice_opening(form, outcome, stand, on)))]
    if outcome in FAVOURABLE:
        parts.append(LetterPart("What we saw", (), tuple(_evidence(form, stand, today))))
    if outcome in FAVOURABLE or outcome is Outcome.SHARED_CORE:
        parts += [_dose_for_colleagues(stand, today), _support(form, outcome, today)]
    parts.append(_agreed_next(form, outcome, stand, today))
    parts.append(LetterPart("Allergies in our record", (f"{allergy_case(patient)[1]}.",)))
    parts.append(
        LetterPart("Who to call", who_to_call(stand.letterhead.contact, us=one_line(stand.letterhead.service)))
    )
    return content(
        stand.letterhead,
        title=f"Letter to the practice about {letter_name(patient.name)}",
        written_on=today,
        to=practice_address(stand.practice, patient.practice_code, patient.gp),
        about=person_lines(patient, address=True),
        greeting=COLLEAGUE,
        parts=parts,
        copies=() if outcome is Outcome.DECEASED else (letter_name(patient.name),),
    )


def _practice_opening(form: DischargeForm, outcome: Outcome, stand: Closing, on: date) -> Iterator[str]:
    name, skill = short_name(stand.patient.name), in_sentence(stand.checklist.title)
    ended = f"Our teaching of {skill} ended on {paper_day(on)}"
    count = len(stand.visits)
    after = f" after {count} visit{'' if count == 1 else 's'}" if count else ""
    if outcome is Outcome.DECEASED:
        yield f"{name} died on {paper_day(on)}. Our teaching of {skill} has ended."
        return
    yield f"{ended}{after}. {_result(form, outcome, name)}"
    if form.reason.strip() and outcome not in FAVOURABLE:
        yield f"Reason: {one_line(form.reason)}"


_STILL_NURSED = "Nursing visits are made by the core community nursing team."


def _result(form: DischargeForm, outcome: Outcome, name: str) -> str:
    """How it ended, to a colleague."""
    left = _visits_left(form)
    main = f" The main reason is {MAIN_REASONS[form.main_reason]}." if form.main_reason else ""
    return {
        Outcome.INDEPENDENT: f"{name} now does this alone at home and needs no nurse for it.",
        Outcome.INDEPENDENT_SUPPORT: f"{name} now manages this at home with the support agreed below.",
        Outcome.SHARED_CORE: f"{name} does part of it. The core community nursing team still visits"
        + (f" {left} times a month." if left else "."),
        Outcome.RETURNED_CORE: f"{name} still needs nursing visits, which the core community nursing team makes.{main}",
        Outcome.NOT_SUITABLE: f"We found that teaching is not suitable now. {_STILL_NURSED}",
        Outcome.DECLINED: f"{name} chose not to go on. {_STILL_NURSED}",
        Outcome.NO_CONTACT: f"We could not reach {name} after trying as our procedure says. {_STILL_NURSED}",
        Outcome.HOSPITAL: f"{name} is in hospital and not expected home within 14 days.",
        Outcome.MOVED: f"{name} has moved out of our area or to another provider.",
        Outcome.TREATMENT_ENDED: "The treatment has ended, so this care is no longer needed.",
        Outcome.TRANSFERRED: f"{name} is now looked after by another service, or in a care home with nursing.",
    }.get(outcome, "")


def _evidence(form: DischargeForm, stand: Closing, today: date) -> Iterator[str]:
    several = len(learners_on(stand.episode, today)) > 1
    for learner in sorted(learners_on(stand.episode, today), key=lambda one: one.who != PATIENT):
        contact = stand.patient.contact(learner.who)
        who = f"{'The patient' if contact is None else one_line(contact.name)}: " if several or contact else ""
        run = stand.readiness.line(CompetenceKey.CONSECUTIVE_COMPLETED_VISITS, learner.who)
        if run and run.met and run.visits:
            days = joined(list(dict.fromkeys(paper_day(one.on) for one in run.visits)))
            yield f"{who}Every critical step without help at visits on {days}"
        told = stand.readiness.line(CompetenceKey.TEACH_BACK, learner.who)
        if told and told.met:
            yield f"{who}Every question on what to do if something goes wrong fully explained"
        sure = stand.readiness.line(CompetenceKey.MIN_CONFIDENCE, learner.who)
        if sure and sure.met:
            yield f"{who}Confidence {sure.have} of 10"
        elif sure and form.confidence_override.strip():
            yield f"{who}Confidence {sure.have} of 10. We went on because: {one_line(form.confidence_override)}"


def _dose_for_colleagues(stand: Closing, today: date) -> LetterPart:
    otherwise = "The dose is the one on the prescription. This letter gives none."
    return _prescribed(stand, today, "Dose as prescribed", "As prescribed", otherwise)


def _support(form: DischargeForm, outcome: Outcome, today: date) -> LetterPart:
    if outcome is not Outcome.INDEPENDENT_SUPPORT:
        return LetterPart()
    helps = ": ".join(filter(None, (one_line(form.support_who), one_line(form.support_what))))
    review = _typed_day(form.support_review_on, today)
    points = (
        helps,
        f"How often: {one_line(form.support_how_often)}" if form.support_how_often.strip() else "",
        f"We look at this again on {review}" if review else "",
        f"When they are away: {one_line(form.back_up.name)}" if form.back_up.name.strip() else "",
    )
    return LetterPart("Agreed support", (), tuple(filter(None, points)))


def _agreed_next(form: DischargeForm, outcome: Outcome, stand: Closing, today: date) -> LetterPart:
    if outcome not in FAVOURABLE:
        died = outcome is Outcome.DECEASED
        return LetterPart("What happens next", () if died else ("A new referral is welcome at any time.",))
    first, second = stand.first_call(form, today), stand.second_call(form, today)
    return LetterPart(
        "What happens next",
        (
            f"We phone on {weekday_long(first)} and in about three months, on {weekday_long(second)}.",
            "The core community nursing team is asked to stop its visits for this.",
            "If the dose, device, product or times change, tell us: it may need teaching again.",
        ),
    )


# --- to the core team ----------------------------------------------------------------------------


def _to_core_team(form: DischargeForm, outcome: Outcome, stand: Closing, today: date) -> LetterContent:
    patient, on = stand.patient, discharge_day(form, today)
    parts = [
        LetterPart("", tuple(_core_opening(form, outcome, stand, on))),
        LetterPart("What we ask of you", tuple(_asked_of_core(form, outcome, stand, on))),
        _support(form, outcome, today),
    ]
    if outcome is Outcome.SHARED_CORE:
        parts.append(_dose_for_colleagues(stand, today))
    parts.append(
        LetterPart("Who to call", who_to_call(stand.letterhead.contact, us=one_line(stand.letterhead.service)))
    )
    return content(
        stand.letterhead,
        title=f"Letter to the core team about {letter_name(patient.name)}",
        written_on=today,
        to=core_team_address(stand.core_team(form)),
        about=person_lines(patient, address=True),
        greeting=COLLEAGUE,
        parts=parts,
    )


def _core_opening(form: DischargeForm, outcome: Outcome, stand: Closing, on: date) -> Iterator[str]:
    name, skill = short_name(stand.patient.name), in_sentence(stand.checklist.title)
    if outcome is Outcome.DECEASED:
        yield f"{name} died on {paper_day(on)}. Our teaching of {skill} has ended."
    else:
        yield f"Our teaching of {skill} ended on {paper_day(on)}. {_result(form, outcome, name)}"
    if form.reason.strip() and outcome not in FAVOURABLE:
        yield f"Reason: {one_line(form.reason)}"


TELL = "Tell us who has stopped the visits and from which day, so that our record can say so."
_AS_IT_WAS = (
    "We give no more care for {skill} from: {since}.",
    "Your visits for it go on. Begin again with those you stopped for us.",
)
_AGREE = (
    "We give no more care for {skill} from: {since}.",
    "We do not ask you to stop: agree with them from which dose or visit yours end, and go on until then.",
)
ASKED_OF_CORE: Mapping[Outcome, tuple[str, ...]] = {
    Outcome.INDEPENDENT: (
        "This care is taken over from: {since}.",
        "Stop your visits for {skill}. Visits a month left for you: 0.",
        TELL,
    ),
    Outcome.INDEPENDENT_SUPPORT: (
        "This care is taken over from: {since}.",
        "Stop your visits for {skill}. Visits a month left for you: 0.",
        TELL,
    ),
    Outcome.SHARED_CORE: (
        "Part of this care is taken over from: {since}.",
        "Visits a month left for you, for {skill}: {left}.",
        "Tell us who has changed the visits and from which day, so that our record can say so.",
    ),
    Outcome.RETURNED_CORE: (
        "Visit for {skill} from: {since}.",
        "Visits a month stay as they were before we came, unless you find that more are needed.",
    ),
    Outcome.NOT_SUITABLE: _AS_IT_WAS,
    Outcome.DECLINED: _AS_IT_WAS,
    Outcome.NO_CONTACT: (*_AS_IT_WAS, "If you see this person, tell us."),
    Outcome.HOSPITAL: (
        "Stop your visits for {skill} until you hear that this person is home.",
        "From then this care is yours, unless we tell you that we have started again.",
        TELL,
    ),
    Outcome.DECEASED: ("Stop your visits for {skill}. Visits a month left for you: 0.", TELL),
    Outcome.MOVED: _AGREE,
    Outcome.TREATMENT_ENDED: (
        "There is nothing left to do for {skill}: stop your visits for it. Visits a month left for you: 0.",
        TELL,
    ),
    Outcome.TRANSFERRED: _AGREE,
}
"""What each ending asks of the core team: from which dose or visit, and what is left for it. One that is a mistake asks
nothing. Those of `ASKS_TO_STOP` ask for visits to stop, and to be told."""


def _asked_of_core(form: DischargeForm, outcome: Outcome, stand: Closing, on: date) -> Iterator[str]:
    said = {
        "skill": in_sentence(stand.checklist.label),
        "since": one_line(form.core_from).rstrip(".") or paper_day(on),
        "left": _visits_left(form) or "to be agreed",
    }
    return (words.format(**said) for words in ASKED_OF_CORE.get(outcome, ()))


def _visits_left(form: DischargeForm) -> str:
    return number(form.visits_per_month_left) or ""


def _typed_day(typed: str, today: date) -> str:
    """A typed day in the long form, "" while it cannot be read."""
    try:
        return paper_day(parse_typed(typed, today)) if typed.strip() else ""
    except DomainError:
        return ""
