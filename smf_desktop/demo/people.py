"""Made-up people of a made-up Derbyshire: names, homes and numbers that belong to nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random  # noqa: TID251  # seeded by whoever asks, so the same every time
from typing import NamedTuple

from smf_core.domain.nhs_number import BadNhsNumber, check
from smf_core.domain.patient import Sex
from smf_core.policy.roles import Capability, Role

Dice = Random
"""Chance that comes from a seed."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A user of the demo store."""

    username: str
    name: str
    role: Role
    capabilities: frozenset[Capability] = frozenset()


LEAD = Staff("lead", "Siân Hughes", Role.LEAD, frozenset({Capability.CLINICAL_LEAD}))
"""Makes the store; the others are added by her."""

STAFF = (
    LEAD,
    Staff("nurse", "Priya Nair", Role.NURSE),
    Staff("nurse2", "Tom Okafor", Role.NURSE),
    Staff("admin", "Gill Barker", Role.ADMIN),
)


@dataclass(frozen=True, slots=True)
class Helper:
    """Someone around the person who may learn in their place."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who is referred, and how they live. Empty text is not known; `no_known_allergies` means they were asked."""

    family: str
    given: str
    title: str
    born: date
    sex: Sex
    nhs_number: str
    address: str
    postcode: str
    phone: str
    practice_code: str
    preferred: str = ""
    access_note: str = ""
    allergy: tuple[str, str, str] | None = None
    """Substance, reaction, year."""

    no_known_allergies: bool = False
    alert: tuple[str, str] | None = None
    carer: Helper | None = None
    lives_alone: bool = False
    memory_problem: bool = False


def _names(text: str, between: str = " ") -> tuple[str, ...]:
    return tuple(text.split(between))


_OLDER = {
    Sex.FEMALE: _names(
        "Margaret Doreen Beryl Joan Sheila Maureen Jean Brenda Pauline Marjorie Audrey Rita Hazel Sylvia Edna "
        "Barbara Eileen Kathleen Patricia Valerie June Norma Glenys Iris"
    ),
    Sex.MALE: _names(
        "Kenneth Arthur Derek Ronald Terence Brian Raymond Gordon Stanley Eric Leonard Roy Dennis Harold Keith "
        "Malcolm Norman Frank Gerald Bernard Trevor Alan Cyril Walter"
    ),
}
_YOUNGER = {
    Sex.FEMALE: _names("Karen Tracey Nicola Joanne Lisa Emma Gemma Rachel Laura Kelly Amy Sophie Claire Hannah Megan"),
    Sex.MALE: _names("Andrew Mark Darren Lee Craig Stuart Simon Jamie Matthew Ryan Liam Adam Daniel Callum Wayne"),
}
_FAMILIES = _names(
    "Abbott Allsop Bagshaw Barlow Bestwick Birch Booth Bradley Bramley Brocklehurst Buxton Cartledge Clowes Cotterill "
    "Cresswell Daykin Eyre Fearn Fletcher Froggatt Gaunt Gratton Hadfield Hallam Heathcote Holmes Hopkinson Housley "
    "Jarvis Kirkland Land Limb Longden Lomas Marples Marsden Mellor Mycock Oldfield Ollerenshaw Palfreyman Parkin "
    "Platts Radford Redfern Rowbotham Severn Shardlow Sidebottom Slack Smedley Spendlove Stafford Swindell Tagg "
    "Thorpe Turton Twigg Unwin Wain Wardle Wheatcroft Whittaker Wildgoose Winfield Yates O'Brien McAllister Llewellyn "
    "Pritchard Fernandes Novak"
)


class Community(NamedTuple):
    """People with names of their own; `share` is of a hundred. Without given names they have the county's."""

    name: str
    share: int
    families: tuple[str, ...]
    women: tuple[str, ...] | None = None
    men: tuple[str, ...] | None = None


COMMUNITIES = (
    Community("of the county", 84, _FAMILIES),
    Community(
        "south Asian",
        7,
        _names("Kaur Singh Sandhu Patel Sharma Chaudhry Hussain Begum Mahmood Rahman"),
        _names("Nasreen Sunita Harjit Rukhsana Meena Parveen Jaswinder"),
        _names("Gurdeep Mohammed Rajesh Iqbal Balbir Tariq Sanjay"),
    ),
    Community(
        "African and Caribbean",
        5,
        _names("Campbell Grant Oyelaran Mensah Adeyemi Clarke-Francis Boateng Reid"),
        _names("Gloria Yvonne Abena Folasade Marcia Ngozi"),
        _names("Winston Babatunde Kwame Delroy Emeka Clive"),
    ),
    Community(
        "east European",
        4,
        _names("Kowalczyk Nowicki Wojcik Petrauskas Ionescu Kaminski"),
        _names("Jolanta Halina Elena Danuta Ruta"),
        _names("Marek Zbigniew Andrei Tomasz Jonas"),
    ),
)
_STREETS = _names(
    "Larkspur Close, Foxglove Rise, Tansley Bank, Millstone Lane, Quarry Hill, Chapel Row, Kestrel Avenue, Spinney "
    "Drive, Weavers Court, Meadow Bottom, Stonecrop Way, Old Tannery Road, Plover Crescent, Bobbin Street, Wharf Lane, "
    "Packhorse Road, Cowslip Bank, Lime Kiln Lane, Heron Place, Damson Walk",
    ", ",
)
_TOWNS = (
    ("Derby", "DE22"),
    ("Derby", "DE23"),
    ("Belper", "DE56"),
    ("Ripley", "DE5"),
    ("Ilkeston", "DE7"),
    ("Matlock", "DE4"),
    ("Alfreton", "DE55"),
    ("Swadlincote", "DE11"),
    ("Ashbourne", "DE6"),
    ("Heanor", "DE75"),
)
_ACCESS = (
    "Key safe, see notes",
    "Knock loudly and wait, slow to the door",
    "Side gate, ring the back bell",
    "Dog in the kitchen, friendly",
    "Third floor, lift on the left",
    "Ring before coming, phone is by the chair",
)
_ALLERGIES = (
    ("Penicillin", "rash", "1988"),
    ("Latex", "itching", "2009"),
    ("Codeine", "sickness", "2014"),
    ("Elastoplast", "blistered skin", "2019"),
    ("Trimethoprim", "rash", "2021"),
    ("Aspirin", "wheeze", "1997"),
)
_ALERTS = (
    ("Low vision, left eye", "Large-print guide and pen magnifier"),
    ("Hard of hearing", "Face the person, speak slowly; hearing aid in the right ear"),
    ("Weak grip, right hand", "Arthritis; allow time and try the aid first"),
    ("Falls risk", "Uses a frame indoors; keep the floor clear of kit"),
)
_RELATIONS = (("daughter", Sex.FEMALE), ("son", Sex.MALE), ("partner", None), ("sister", Sex.FEMALE))
_SHORT = {
    "Margaret": "Peggy",
    "Doreen": "Dot",
    "Kenneth": "Ken",
    "Kathleen": "Kath",
    "Patricia": "Pat",
    "Terence": "Terry",
    "Ronald": "Ron",
    "Stanley": "Stan",
    "Raymond": "Ray",
    "Valerie": "Val",
    "Andrew": "Andy",
}


def nhs_numbers(dice: Dice) -> Iterator[str]:
    """Numbers of the range kept for made-up people, each once, with their check digits."""
    given: set[str] = set()
    while True:
        first = f"999{dice.randrange(1_000_000):06}"
        if first in given:
            continue
        given.add(first)
        for last in range(10):
            try:
                yield check(f"{first}{last}")
            except BadNhsNumber:
                continue


def person(dice: Dice, *, age: int, sex: Sex, nhs_number: str, on: date) -> Person:
    """Someone of this age and sex on a day, with a home and a life around them."""
    _, _, families, women, men = dice.choices(COMMUNITIES, [each.share for each in COMMUNITIES])[0]
    by_age = _OLDER if age >= 55 else _YOUNGER
    given = dice.choice((women if sex is Sex.FEMALE else men) or by_age[sex])
    family = dice.choice(families)
    town, area = dice.choice(_TOWNS)
    lives_alone = dice.random() < 0.35
    asked = dice.random()
    return Person(
        family=family,
        given=given,
        title=dice.choice(("Mrs", "Mrs", "Ms", "Miss")) if sex is Sex.FEMALE else "Mr",
        born=on - timedelta(days=round(age * 365.25) + dice.randrange(1, 365)),
        sex=sex,
        nhs_number=nhs_number,
        address=f"{dice.randrange(1, 90)} {dice.choice(_STREETS)}, {town}",
        postcode=f"{area} {dice.randrange(1, 10)}Z{dice.choice('ABDEFGHJLNPQRSTUWXYZ')}",
        phone=phone(dice),
        practice_code=f"C81{dice.randrange(1, 150):03}",
        preferred=_SHORT.get(given, "") if dice.random() < 0.5 else "",
        access_note=dice.choice(_ACCESS) if dice.random() < 0.3 else "",
        allergy=dice.choice(_ALLERGIES) if asked < 0.25 else None,
        no_known_allergies=0.25 <= asked < 0.85,
        alert=dice.choice(_ALERTS) if dice.random() < 0.15 else None,
        carer=_carer(dice, family, age, sex) if dice.random() < 0.3 else None,
        lives_alone=lives_alone,
        memory_problem=dice.random() < 0.12,
    )


def phone(dice: Dice) -> str:
    """A number of the range kept for drama."""
    return f"01632 960{dice.randrange(1000):03}"


def _carer(dice: Dice, family: str, age: int, sex: Sex) -> Helper:
    relation, theirs = dice.choice(_RELATIONS)
    own = theirs or (Sex.MALE if sex is Sex.FEMALE else Sex.FEMALE)
    names = _OLDER if relation in ("partner", "sister") and age >= 55 else _YOUNGER
    return Helper(f"{dice.choice(names[own])} {family}", relation, phone(dice))
