"""What a nurse would type: evidence, notes, readings, and why. Everything here is made up, and kind."""

from collections.abc import Mapping

from smf_core.domain.checklist import Checklist
from smf_core.domain.checklist_pieces import Gate, Observation, ObservationType
from smf_core.domain.discharge import Outcome, ReturnReason, SupportType
from smf_core.domain.visit import Level
from smf_desktop.demo.people import Dice, Person
from smf_desktop.services.people import Member

REASONS: Mapping[str, tuple[str, ...]] = {
    "self_injection": ("For teaching after a clot in the leg", "Daily injections after hip surgery, keen to learn"),
    "insulin": ("Newly started on insulin, wants to do it alone", "Twice-daily visits for insulin, able to learn"),
    "catheter_care": ("New long-term catheter, to learn bag care", "Blocked bags at night, wants to manage at home"),
    "catheter_valve": ("Suitable for a valve, agreed with continence nurse", "Would like a valve instead of a bag"),
    "wound": ("Clean surgical wound, able to change own dressing", "Shallow skin tear, family would help"),
    "compression": ("Healed leg ulcer, to put on own stockings", "Stockings every morning by core team so far"),
}
REJECTED = (
    "Lives outside our area, sent on to the neighbouring team",
    "Wound is deeper than our limits, returned to tissue viability",
    "Does not wish to learn now, core team visits go on",
)
WAITING: Mapping[str, str] = {
    "insulin": "Dose is not on the letter; surgery to ring back",
    "self_injection": "Dose is not on the letter; surgery to ring back",
    "catheter_care": "Date of the last change is not given; ward to ring back",
    "catheter_valve": "Nobody says that a valve suits; continence nurse to ring back",
    "wound": "Depth of the wound is not given; surgery to ring back",
    "compression": "Check of the vessels is not in the letter; clinic to send it",
}
RESUMED_AFTER = ("Chest infection, wants a rest first", "Staying with family for two weeks", "Waiting for new supplies")
STOPPED = ("Felt tired, agreed to go on next time", "Visitors came, agreed to stop", "Felt sick after lunch, rested")
NOTES = (
    "Pleased with how it went today.",
    "Took it slowly and laughed about the first try.",
    "Prefers to sit at the kitchen table by the window.",
    "Wrote the order of the steps on a card, uses it well.",
    "Worried last week, calmer today and asked good questions.",
    "Grandson watched and wants to help with the chart.",
    "Hands a little stiff in the morning, the aid helps.",
    "Talked through what to do at the weekend.",
    "",
    "",
    "",
)
STEP_NOTES = ("Forgot once, put it right without a word", "Did it after a nod", "Slower today, tired")
SAID = (
    "I would check first, then ring the number on the sheet.",
    "It is on the card by the kettle, I look there.",
    "I would not guess, I would ask.",
    "My daughter tests me on that one.",
)
STRATEGIES = (
    ("return_demonstration", "teach_back"),
    ("small_steps", "praise"),
    ("leaflet", "teach_back"),
    ("aids", "practice_pads"),
    ("habit_planning", "reminders"),
    ("confidence_ruler", "problem_solving"),
)
EVIDENCE: Mapping[str, str] = {
    "u01": "Name, birth date and address checked at the door",
    "u02": "Consent given and written down; no doubt about capacity",
    "u03": "Speaks and reads English; large print offered",
    "u04": "Asked and tried at the first visit",
    "u05": "Asked alone; no concern",
}
SEEN = (
    "Seen at home",
    "In the referral, read with the person",
    "Confirmed with the surgery by phone",
    "Asked and written down at the first visit",
)
NOT_YET = "Not in the home yet; asked the surgery to send it"
MET_SINCE = "Arrived since the last visit, seen at home"
NEW_DOSE = "New prescription seen and read together"
TOLD = ("GP surgery, duty doctor", "Diabetes specialist nurse", "Out-of-hours nurse", "Practice nurse")
ADVISED = ("Watch overnight and ring if worse", "Dose looked at, no change", "Seen at the surgery the same afternoon")
CLOSED = ("Rang back: settled, no more signs", "Seen by the GP, treated, better today", "Checked at home, all well")
AWAY: Mapping[str, str] = {
    "out": "Out with family, rang back at once",
    "no_reply": "No reply at the door or phone; card left, rang back by noon",
    "patient_cancelled": "Rang this morning, asked for another day",
    "team_cancelled": "Nurse off sick, rang to say sorry and rebook",
    "hospital": "Ward confirms admission",
}
DOSE_GIVEN = "Core team gave it, rang to say so"
OVERRIDE = "Does every step safely alone; rates low by habit and is glad of the extra call next week"

RETURNED: Mapping[str, ReturnReason] = {
    "self_injection": ReturnReason.CONFIDENCE,
    "insulin": ReturnReason.MEMORY,
    "catheter_care": ReturnReason.DEXTERITY,
    "catheter_valve": ReturnReason.MEMORY,
    "wound": ReturnReason.WOUND_DETERIORATION,
    "compression": ReturnReason.DEXTERITY,
}
WHY: Mapping[Outcome, str] = {
    Outcome.RETURNED_CORE: "Tried in small steps and with aids; safer with the core team for now",
    Outcome.SHARED_CORE: "Weekdays alone, core team at weekends",
    Outcome.DECLINED: "Decided that this is not for now; knows how to come back",
    Outcome.NO_CONTACT: "No reply at three visits and by phone; GP told",
    Outcome.HOSPITAL: "Admitted; not expected home within two weeks",
    Outcome.DECEASED: "Family rang; condolences sent",
    Outcome.MOVED: "Moved to live near family",
    Outcome.TREATMENT_ENDED: "Treatment came to its end before teaching did",
}
SUPPORT: tuple[tuple[SupportType, str, str, str], ...] = (
    (SupportType.PHARMACY, "Own pharmacy", "Fills the week's supplies and checks dates", "Weekly"),
    (SupportType.TELEHEALTH, "Telehealth team", "Text check on how it went", "Twice a week"),
    (SupportType.EQUIPMENT, "Equipment service", "Aid lent for home use, looked at once a year", "Yearly"),
    (SupportType.COMMUNITY_GROUP, "Friday group at the hall", "Practice with others who do the same", "Weekly"),
    (SupportType.NURSE_REVIEW, "SMF nurse", "Planned review of technique at home", "Every 3 months"),
)


def evidence(dice: Dice, gate: Gate) -> str:
    """What was seen that makes a gate met."""
    return EVIDENCE.get(gate.id) or dice.choice(SEEN)


def step_note(dice: Dice, level: Level) -> str:
    return dice.choice(STEP_NOTES) if level in (Level.ASSISTED, Level.PROMPTED) and dice.random() < 0.05 else ""


# --- medicines -----------------------------------------------------------------------------------------------------


def medicines(dice: Dice, skill: str) -> tuple[Member, ...]:
    """What the skill is about, as prescribed elsewhere."""
    match skill:
        case "insulin":
            units = dice.randrange(8, 36, 2)
            if dice.random() < 0.5:
                return (insulin("Long-acting insulin", units, "18:00"),)
            return (insulin("Mixed insulin", units, "08:00, 18:00"),)
        case "self_injection":
            return (
                _medicine(
                    skill,
                    "Enoxaparin",
                    "100 mg/mL",
                    "Pre-filled syringe",
                    f"{dice.choice((40, 60, 80, 100))} mg",
                    "08:00",
                ),
            )
        case "catheter_care":
            return (_medicine(skill, "Foley catheter", "14 Ch", "10 mL balloon", "Change every 12 weeks", ""),)
        case "catheter_valve":
            return (_medicine(skill, "Catheter valve", "", "Lever", "Release every 3 hours", ""),)
        case "wound":
            return (_medicine(skill, "Silicone foam dressing", "10 x 10 cm", "", "Change every 3 days", ""),)
        case _:
            return (
                _medicine(skill, "Below-knee stocking, class 2", "British standard", "Closed toe", "On by day", ""),
            )


def insulin(name: str, units: int, times: str) -> Member:
    return _medicine("insulin", name, "100 units/mL", "Pen, 4 mm needle", f"{units} units", times, "6 to 12 mmol/L")


def _medicine(skill: str, name: str, strength: str, device: str, dose: str, times: str, targets: str = "") -> Member:
    said = {"skill": skill, "name": name, "strength": strength, "device": device}
    said |= {"dose": dose, "times": times, "targets": targets}
    return Member("medicine", {field: value for field, value in said.items() if value})


# --- readings ------------------------------------------------------------------------------------------------------

_NUMBERS: Mapping[str, tuple[float, float, int]] = {
    "cbg_mmol_l": (5.2, 12.5, 1),
    "hypos_since": (0, 0, 0),
    "doses_missed": (0, 0, 0),
    "leaks_24h": (0, 0, 0),
    "pain_0_10": (0, 3, 0),
    "release_interval_h": (2.5, 4.0, 1),
    "missed_releases_24h": (0, 0, 0),
    "hours_worn": (9, 15, 0),
    "toe_refill_s": (1, 3, 0),
    "temperature_c": (36.2, 37.2, 1),
    "systolic_mmhg": (112, 152, 0),
    "diastolic_mmhg": (66, 88, 0),
    "pulse_bpm": (58, 92, 0),
    "abpi_left": (0.92, 1.15, 2),
    "abpi_right": (0.92, 1.15, 2),
    "catheter_ch": (14, 14, 0),
    "days_since_bag_change": (0, 7, 0),
    "wound_length_mm": (12, 34, 0),
    "wound_width_mm": (6, 16, 0),
}
"""Lowest and highest usual value, and decimals."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "insulin_site": ("abdomen_left", "abdomen_right", "thigh_left", "thigh_right"),
    "injection_side": ("abdomen_left", "abdomen_right"),
    "site_condition": ("normal", "normal", "normal", "normal", "bruised"),
    "catheter_route": ("urethral",),
    "urine_look": ("clear", "clear", "clear", "dark"),
    "exudate_level": ("low", "low", "none", "moderate"),
    "surrounding_skin": ("healthy", "healthy", "healthy", "dry"),
}

FIRST_VISIT: Mapping[str, tuple[str, ...]] = {
    "catheter_care": ("catheter_route", "catheter_ch", "days_since_bag_change"),
    "compression": ("abpi_left", "abpi_right"),
}
EVERY_VISIT: Mapping[str, tuple[str, ...]] = {"wound": ("wound_length_mm", "wound_width_mm")}
VITAL_SIGNS = ("temperature_c", "systolic_mmhg", "diastolic_mmhg", "pulse_bpm")
CHECKED = "Checked again, as read"


_UNUSUAL: Mapping[str, str] = {
    "cbg_mmol_l": "3.4",
    "hypos_since": "1",
    "doses_missed": "1",
    "leaks_24h": "2",
    "pain_0_10": "5",
    "release_interval_h": "5",
    "missed_releases_24h": "1",
    "hours_worn": "5",
    "toe_refill_s": "4",
}
"""What is outside the expected, and is noted."""

DOSES = frozenset({"insulin_units", "injection_dose_mg"})
"""Readings that say what was given: as prescribed."""


def reading(dice: Dice, observation: Observation, *, smaller: float = 1.0) -> str:
    """A usual value as typed, 2 % outside what is expected; a wound gets `smaller` (1 to 0.3)."""
    if observation.type is ObservationType.CHOICE:
        return dice.choice(_CHOICES.get(observation.id, observation.options[:1]))
    low, high, decimals = _NUMBERS.get(observation.id, (0, 0, 0))
    if dice.random() < 0.02 and observation.id in _UNUSUAL:
        return _UNUSUAL[observation.id]
    value = round(dice.uniform(low, high) * smaller, decimals)
    return f"{value:.{max(decimals, 0)}f}"


def observations(checklist: Checklist, *, first: bool) -> tuple[Observation, ...]:
    """What is read at a visit: all that is asked every time, and more at the first."""
    more = EVERY_VISIT.get(checklist.id, ()) + (FIRST_VISIT.get(checklist.id, ()) if first else ())
    return tuple(one for one in checklist.observations if one.each_visit or one.id in more)


def also_present(person: Person) -> str:
    return f"{person.carer.name} ({person.carer.relation})" if person.carer else ""
