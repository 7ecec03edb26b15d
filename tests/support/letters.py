"""A discharge with its letters, a medicine that changes, a service that may be called, practices that come and go."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from smf_core.domain.discharge import DischargeForm, Outcome, ReturnReason
from smf_core.domain.letter import Letter, LetterKind
from smf_core.records import tables as t
from smf_core.records.queries.letters import letters_of_episode
from smf_desktop.services.ending.discharges import discharge
from smf_desktop.services.laptop.accounts import change_setting
from smf_desktop.services.letters.practices import import_practices
from smf_desktop.services.people import Member, add_member
from tests.support.discharges import independent, teach
from tests.support.sessions import Team
from tests.support.visits import Home, at_home

PERSON, PRACTICE, CORE = LetterKind.PERSON, LetterKind.PRACTICE, LetterKind.CORE_TEAM
INSULIN = {
    "skill": "insulin",
    "name": "NovoRapid",
    "strength": "100 units/ml",
    "device": "FlexPen",
    "dose": "12 units",
    "times": "breakfast, tea",
    "prescriber": "Dr Shah",
    "prescribed_on": "2026-11-03",
    "source": "chart at home",
}
PRACTICES = """code,name,address,postcode,phone,opened_on,closed_on,successor
C81001,Alder Road Surgery,"12 Alder Road
Derby",DE1 2AB,01632 960 001,1974-04-01,2026-06-30,C81002
C81002,Friar Gate Health Centre,"1 Friar Gate
Derby",DE1 1AA,01632 960 002,1990-04-01,,
C81003,Old Mill Practice,Mill Lane,DE7 5AA,,01/04/1980,30/09/2026,
"""


def callable_service(team: Team) -> None:
    """The service has a number to call."""
    for name, value in (
        ("contact_phone", "01632 960 100"),
        ("contact_hours", "Monday to Friday, 8:30 to 17:00"),
        ("out_of_hours", "call 111"),
    ):
        change_setting(team.lead, name, value)


def listed_practices(team: Team) -> None:
    import_practices(team.lead, PRACTICES.encode())


def taught(team: Team, medicine: Mapping[str, str] | None = None, practice: str = "") -> Home:
    """Mrs Abernathy ready to be discharged; with a medicine and a practice where they are given."""
    home = at_home(team)
    if medicine is not None:
        add_member(team.nurse, home.patient, Member("medicine", dict(medicine)))
    if practice:
        with team.nurse.work() as work:
            work.save(
                [work.change("patient", home.patient, "practice", {"gp_practice_code": practice})], patient=home.patient
            )
    for _ in range(2):
        teach(team, home.episodes["insulin"])
    return home


def ended(team: Team, home: Home, outcome: Outcome = Outcome.INDEPENDENT, **changes: object) -> DischargeForm:
    """Sign the discharge with this outcome; answers the form."""
    form = replace(
        independent(home.episodes["insulin"]),
        outcome=outcome,
        main_reason=ReturnReason.SIGHT,
        reason="as she asked",
        visits_per_month_left="8",
    )
    form = replace(form, **changes)  # type: ignore[arg-type]  # a test names the fields
    discharge(team.nurse, form)
    return form


def letters(team: Team, home: Home) -> dict[LetterKind, Letter]:
    """The newest letter of each kind about her pathway."""
    with team.nurse.read() as connection:
        return {one.kind: one for one in letters_of_episode(connection, home.episodes["insulin"])}


def body(letter: Letter) -> str:
    """All that a letter says under its greeting, with plain spaces."""
    said = [line for part in letter.content.parts for line in (part.heading, *part.sentences, *part.points)]
    return "\n".join(filter(None, said)).replace("\u00a0", " ")


def change_medicine(team: Team, patient: str, **said: object) -> None:
    with team.nurse.work() as work:
        held = work.connection.execute(select(t.medicine).where(t.medicine.c.patient == patient)).first()
        assert held is not None
        payload = {"patient": patient, **INSULIN, **said}
        work.save([work.change("medicine", held.id, "member", payload)], patient=patient)
