"""How somebody comes: a referral from a file or typed in, triage, and the first booking."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import StringIO

from smf_core.domain.dose_cover import Giver
from smf_core.domain.patient import Name
from smf_core.domain.referral import Priority, Source
from smf_core.domain.referral_form import ReferralForm, Whose
from smf_core.records.queries.referrals import TRIAGE_DUE, referrals
from smf_desktop.demo import around, words
from smf_desktop.demo.known import ANYWAY, EVENING, MORNING, written_down
from smf_desktop.demo.plan import CURVES, Triage
from smf_desktop.demo.so_far import Pathway, SoFar
from smf_desktop.services.booking.bookings import NewBooking, book_visits
from smf_desktop.services.referral.intake import add_referral
from smf_desktop.services.referral.referrals import examine, take_in
from smf_desktop.services.referral.triage import Acceptance, accept, reject, wait_for_information

FROM_A_FILE = 0.7
"""How often the core team sends a list instead of ringing."""

_CARE_TIME = {"insulin": EVENING, "self_injection": MORNING}
_MORNING_UNTIL = time(9, 45)


def arrived(so_far: SoFar) -> Iterator[datetime]:
    """Referral and triage. Pathways are open afterwards only where it was accepted for teaching."""
    life = so_far.life
    came = so_far.at(life.received, time(8, 5)) + timedelta(minutes=so_far.dice.randrange(40))
    yield came
    referral = _received(so_far)
    again = _from_file(so_far) if life.twice else ""
    if life.triage is Triage.LEAVE:
        return
    triaged = so_far.at(working_day(life.received + timedelta(days=1)), time(12, 20))
    yield max(triaged + timedelta(minutes=so_far.dice.randrange(30)), came + timedelta(hours=1))
    if again:
        reject(so_far.session, again, "Sent twice, the other is being dealt with")
    match life.triage:
        case Triage.WAIT:
            chase = working_day(so_far.session.today() + timedelta(days=4))
            what = words.WAITING[life.courses[0].skill]
            wait_for_information(so_far.session, referral, what, whom=around.CHASED, chase_on=chase)
        case Triage.REJECT:
            reject(so_far.session, referral, so_far.dice.choice(words.REJECTED))
        case _:
            _accepted(so_far, referral)


def working_day(on: date) -> date:
    while on.weekday() > 4:
        on += timedelta(days=1)
    return on


def _received(so_far: SoFar) -> str:
    """Lists of the core team come as a file, everything else is typed in. Answers the referral's id."""
    life = so_far.life
    from_file = so_far.around.random() < FROM_A_FILE and life.source is Source.CORE_TEAM
    if (from_file or life.twice) and not (life.again or life.same_as):
        return _from_file(so_far)
    return _typed(so_far)


def _typed(so_far: SoFar) -> str:
    life, person, service = so_far.life, so_far.life.person, so_far.service
    office = service.sessions["admin"]
    row = _row(so_far)
    form = ReferralForm(
        id=office.new_id(),
        nhs_number=person.nhs_number,
        received_on=life.received.isoformat(),
        family_name=person.family,
        given_name=person.given,
        title=person.title,
        date_of_birth=person.born.isoformat(),
        sex=person.sex.value,
        address=person.address,
        postcode=person.postcode,
        phone=person.phone,
        source=life.source.value,
        referrer=around.referrer(so_far.around, life.source, around.core_team(person.postcode)),
        practice=person.practice_code,
        skills=tuple(course.skill for course in life.courses),
        reason=row["reason"],
        visits_a_month=row["baseline_visits_per_month"],
        of=service.met.get(person.nhs_number, "") if life.again else service.met.get(life.same_as, ""),
        whose=Whose.SAME.value if life.again else Whose.NOT_SURE.value if life.same_as else "",
    )
    add_referral(office, form)
    _whom(so_far, form.id)
    return form.id


def _whom(so_far: SoFar, referral: str) -> None:
    with so_far.session.read() as connection:
        found = next(one for one in referrals(connection, status=TRIAGE_DUE) if one.referral.id == referral)
    so_far.patient = found.person.id
    so_far.service.seen.add(referral)
    so_far.service.met[so_far.life.person.nhs_number] = so_far.patient


def _from_file(so_far: SoFar) -> str:
    """The referral comes as a row of a file. Answers its id."""
    sheet = StringIO()
    writer = csv.writer(sheet)
    row = _row(so_far)
    writer.writerows((row.keys(), row.values()))
    office = so_far.service.sessions["admin"]
    take_in(office, examine(office, sheet.getvalue().encode()), accept_valid=False)
    person = so_far.life.person
    name = Name(person.family, person.given, person.title)
    with office.read() as connection:
        waiting = referrals(connection, status=TRIAGE_DUE)
    found = next(
        one
        for one in waiting
        if one.person.name == name
        and one.person.date_of_birth == person.born
        and one.referral.id not in so_far.service.seen
    )
    _whom(so_far, found.referral.id)
    return found.referral.id


def _row(so_far: SoFar) -> dict[str, str]:
    """The referral as a row of a file."""
    life, person = so_far.life, so_far.life.person
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
        "referrer": around.core_team(person.postcode) if life.source is Source.CORE_TEAM else "",
        "skill": "|".join(skills),
        "reason": so_far.dice.choice(words.REASONS[skills[0]]),
        "baseline_visits_per_month": str(max(CURVES[skill].baseline for skill in skills)),
    }


def _accepted(so_far: SoFar, referral: str) -> None:
    life = so_far.life
    soon = so_far.dice.choice((Priority.TWO_WORKING_DAYS, Priority.ROUTINE))
    if soon is Priority.TWO_WORKING_DAYS and so_far.around.random() < 0.1:
        soon = Priority.SAME_DAY
    today = so_far.session.today()
    days = {Priority.SAME_DAY: 0, Priority.TWO_WORKING_DAYS: 2, Priority.ROUTINE: 5}[soon]
    dose = next((_CARE_TIME[each.skill] for each in life.courses if each.skill in _CARE_TIME), "")
    to = Acceptance(
        nurse=so_far.me,
        accountable_nurse=so_far.me,
        priority=soon,
        target_date=working_day(today + timedelta(days=days)),
        next_dose_at=dose,
        giver=Giver.CORE_TEAM.value if dose and len(life.courses) == 1 else "",
        waits=around.WAITS if life.triage is Triage.LIST else "",
    )
    episodes, _ = accept(so_far.session, referral, to)
    so_far.pathways = [
        Pathway(course, episode, so_far.service.library.newest(course.skill), course.outcome, list(course.lessons))
        for course, episode in zip(life.courses, episodes, strict=True)
    ]


def first_booked(so_far: SoFar) -> tuple[str, datetime]:
    """What the first telephone call tells is written down, and a visit is booked: with the morning dose, if it fits."""
    today = so_far.session.today()
    written_down(so_far)
    first = so_far.life.at[0] if so_far.life.at else so_far.free(today + timedelta(days=so_far.dice.randrange(1, 5)))
    new = NewBooking(so_far.patient, so_far.episodes, first, 45, so_far.me, focus="First visit")
    return booked(so_far, new), first


def booked(so_far: SoFar, new: NewBooking) -> str:
    """A booking, tied to the morning dose of insulin where there is one and the visit is early enough."""
    skill = so_far.pathways[0].course.skill
    if skill == "insulin" and MORNING in so_far.times.get(skill, "") and new.at.time() <= _MORNING_UNTIL:
        new = replace(new, dose=MORNING, window_from="07:30", window_until="10:00")
    return book_visits(so_far.session, new, ANYWAY).visits[0]
