"""What a nurse would write down around the visits: who is there, what is lent, what is said on the phone."""

from collections.abc import Mapping, Sequence

from smf_core.domain.referral import Source
from smf_desktop.demo.people import Dice, phone
from smf_desktop.services.people import Member

PRESCRIBERS = ("Dr A. Patel", "Dr S. Wheatcroft", "Dr M. Osei", "Nurse prescriber J. Lomas")
READ_IN = ("Chart at home", "Discharge letter", "Practice, by phone", "Prescription seen")

REFERRERS: Mapping[Source, tuple[str, ...]] = {
    Source.HOSPITAL: ("Ward 7, discharge nurse", "Ward 12, Sister Kirk", "Day surgery unit"),
    Source.GP: ("Dr A. Patel", "Dr S. Wheatcroft", "Dr M. Osei"),
    Source.SPECIALIST_NURSE: ("Diabetes specialist nurse R. Platts", "Continence nurse B. Eyre", "Tissue viability"),
    Source.SELF: ("Rang us themselves", "Daughter rang for them"),
}

WAITS = "Starts when the stockings have come"
CHASED = "the practice"

PHARMACIES = ("Weavers Court Pharmacy", "Chapel Row Pharmacy", "Market Place Chemist", "Wharf Lane Pharmacy")
SERVICES: Mapping[str, tuple[str, str]] = {
    "insulin": ("Diabetes specialist nurses", "Doses and targets"),
    "self_injection": ("Anticoagulation clinic", "Length of the course"),
    "catheter_care": ("Continence service", "Catheter changes"),
    "catheter_valve": ("Continence service", "Valve supplies"),
    "wound": ("Tissue viability", "Wound advice"),
    "compression": ("Leg ulcer clinic", "Vessel checks"),
}
NEIGHBOURS = ("Pauline next door", "Mr Gratton, number 6", "Jean across the road", "Warden of the court")

EQUIPMENT: Mapping[str, tuple[str, str]] = {
    "insulin": ("Sharps bin", "in_home"),
    "self_injection": ("Sharps bin", "in_home"),
    "catheter_care": ("Night bag stand", "return_at_discharge"),
    "catheter_valve": ("Leg strap set", "in_home"),
    "wound": ("Dressing trolley", "lent"),
    "compression": ("Stocking applicator", "lent"),
}
RETURNED = "Brought back, cleaned"

CONSENT = "Agreed in own words; knows it may stop at any time"
CAPACITY = "Memory problem: asked what, why and what else, twice in a week; understood each time"
BEST_INTERESTS = "Best interests, agreed with the family and the practice: the carer learns the dose"

NOT_MADE = "No reply, message left with number to ring"
ADVICE = (
    ("Asked if the needle may be used twice", "Read the sheet together: a new one each time"),
    ("Bag felt loose after a walk", "Checked the strap on the phone, snug now"),
    ("Dressing edge lifted in the shower", "Covered until tomorrow, dry underneath"),
    ("Missed which site comes next", "Chart read out together, left side today"),
    ("Stocking rolled down by noon", "Smoothed with gloves, stays up"),
    ("Worried about the weekend", "Went through the steps; number for the weekend read back"),
)
STILL_ALONE = ("Does it alone every day, no questions", "All well, supplies for three weeks", "Alone, glad of the call")
NEEDS_HELP = ("Hands worse since the cold, wants to be seen again", "Lost the thread after an illness")
CORE_AGAIN = "Core team calls again since a fall"
COSIGNED = ("Read with Kerry, agreed", "Agreed; next visit mine", "")


def contacts(dice: Dice, skill: str, *, has_carer: bool) -> tuple[Member, ...]:
    """Others around the person, beside an informal carer: who to ring, the pharmacy, another service."""
    found = []
    if not has_carer and dice.random() < 0.5:
        said = {"name": dice.choice(NEIGHBOURS), "relation": "neighbour", "phone": phone(dice), "emergency": True}
        found.append(Member("contact", said | ({"may_leave_message": True} if dice.random() < 0.5 else {})))
    if dice.random() < 0.45:
        found.append(Member("contact", {"kind": "pharmacy", "name": dice.choice(PHARMACIES), "phone": phone(dice)}))
    if dice.random() < 0.2:
        name, note = SERVICES[skill]
        found.append(Member("contact", {"kind": "service", "name": name, "phone": phone(dice), "note": note}))
    return tuple(found)


def prescribed(dice: Dice, member: Member, on: str) -> Member:
    """A medicine with who prescribed it, when, and where that was read."""
    by = {"prescriber": dice.choice(PRESCRIBERS), "prescribed_on": on, "source": dice.choice(READ_IN)}
    return Member(member.entity, {**member.fields, **by})


def equipment(dice: Dice, skill: str, episode: str, since: str) -> Member | None:
    """What is brought along for a skill: always where it must come back, else half the time."""
    item, standing = EQUIPMENT[skill]
    if dice.random() < (0.5 if standing == "in_home" else 0.4):
        return Member("equipment", {"episode": episode, "item": item, "standing": standing, "since": since})
    return None


def referrer(dice: Dice, source: Source, team: str) -> str:
    """Who signed the referral; `team` is the core team of the place."""
    return dice.choice(REFERRERS.get(source, (team,)))


def core_team(postcode: str) -> str:
    """The name of the core team that visits there."""
    return f"{locality(postcode)} core nursing team"


def locality(postcode: str) -> str:
    """Which core team visits there."""
    return "South" if postcode.split()[0] in _SOUTH else "North"


_SOUTH: Sequence[str] = ("DE22", "DE23", "DE11", "DE6")
