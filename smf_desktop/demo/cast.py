"""The people whom a visitor to the demo meets on its last day: one for every list and every case of the pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

from smf_core.domain.checklist import Library
from smf_desktop.demo.cases import cases
from smf_desktop.demo.people import Helper
from smf_desktop.demo.plan import Life, Then, Triage
from smf_desktop.demo.stage import CLOSED_PRACTICE, Stage, number_of, person_named, seen

TOMORROW = 1


def cast(*, seed: int, as_of: date, library: Library) -> Iterator[Life]:
    """Everyone of the cast; those who come first matter most."""
    stage = Stage(seed, as_of, library)
    yield from _today(stage)
    yield from _lists(stage)
    yield from _cases(stage)
    yield from _triage_due(stage)
    yield from cases(stage)


def _today(stage: Stage) -> Iterator[Life]:
    """Six visits of the nurse: one signed, one begun, one next, three to come."""
    nasreen = person_named(
        "Chaudhry, Nasreen, Mrs", date(1968, 2, 9), "9990396086", "3 Weavers Court, Derby, DE23 4ZB", "312"
    )
    yield stage.life(
        replace(nasreen, no_known_allergies=True),
        "self_injection",
        visits=3,
        made=3,
        last=(0, time(9, 0)),
        then=Then.READY,
    )
    ceri = person_named(
        "Llewellyn, Ceri, Ms", date(1979, 6, 21), "9990554463", "27 Plover Crescent, Derby, DE22 6ZH", "455"
    )
    yield stage.life(
        replace(ceri, allergy=("Latex", "itching", "2009")),
        "insulin",
        "self_injection",
        visits=7,
        made=3,
        last=(-1, time(10, 15)),
        coming=(0, time(10, 15)),
    )
    doreen = person_named(
        "Abernathy, Doreen, Mrs", date(1951, 3, 14), "9990079323", "14 Larkspur Close, Derby, DE22 3ZA", "147"
    )
    doreen = replace(
        doreen,
        preferred="Dot",
        allergy=("Penicillin", "rash", "1988"),
        access_note="Key safe, see notes",
        alert=("Low vision, left eye", "Large-print guide and pen magnifier"),
        carer=Helper("Alison Abernathy", "daughter", "01632 960148"),
        lives_alone=True,
    )
    yield seen(
        stage.life(doreen, "insulin", visits=7, made=5, last=(-1, time(11, 30)), coming=(0, time(11, 30))),
        "r10",
        at=4,
    )
    rosalind = person_named(
        "Featherstone, Rosalind, Miss", date(1956, 9, 2), "9990237700", "8 Millstone Lane, Belper, DE56 1ZE", "233"
    )
    yield stage.life(
        replace(rosalind, no_known_allergies=True),
        "catheter_care",
        "catheter_valve",
        visits=7,
        made=4,
        last=(-3, time(13, 15)),
        coming=(0, time(13, 15)),
    )
    marek = person_named(
        "Kowalczyk, Marek, Mr", date(1984, 11, 30), "9990316899", "41 Quarry Hill, Ilkeston, DE7 5ZN", "316"
    )
    yield stage.life(marek, "wound", visits=12, made=9, last=(-3, time(14, 30)), coming=(0, time(14, 30)))
    beryl = person_named(
        "Wrigley, Beryl, Mrs", date(1944, 1, 17), "9991187987", "19 Chapel Row, Matlock, DE4 2ZR", "118"
    )
    yield stage.life(
        replace(beryl, no_known_allergies=True, carer=Helper("Ronald Wrigley", "husband", "01632 960119")),
        "compression",
        visits=6,
        made=4,
        last=(-2, time(15, 45)),
        coming=(0, time(15, 45)),
        carer_steps=("s06", "s07", "s08", "s09", "s11"),
    )


def _lists(stage: Stage) -> Iterator[Life]:
    """Ready to discharge, overdue, nothing booked, on hold."""
    babatunde = person_named(
        "Oyelaran, Babatunde, Mr", date(1949, 5, 6), number_of(101), "5 Heron Place, Derby, DE22 7ZD", "501"
    )
    yield stage.life(
        replace(babatunde, no_known_allergies=True),
        "catheter_care",
        visits=4,
        made=4,
        last=(-1, time(9, 30)),
        then=Then.READY,
    )
    kenneth = person_named(
        "Hargreaves, Kenneth, Mr", date(1947, 8, 25), number_of(102), "62 Wharf Lane, Derby, DE23 1ZS", "502"
    )
    yield stage.life(
        replace(kenneth, practice_code=CLOSED_PRACTICE, preferred="Ken", allergy=("Trimethoprim", "rash", "2021")),
        "catheter_valve",
        visits=4,
        made=4,
        last=(-6, time(11, 0)),
        then=Then.READY,
    )
    terence = person_named(
        "Blackwood, Terence, Mr", date(1953, 12, 3), number_of(103), "30 Spinney Drive, Ripley, DE5 8ZT", "503"
    )
    yield stage.life(
        terence,
        "insulin",
        visits=8,
        made=4,
        last=(-5, time(9, 30)),
        coming=(-4, time(9, 30)),
        then=Then.IN_HOSPITAL,
    )
    jolanta = person_named(
        "Nowicki, Jolanta, Mrs", date(1971, 4, 28), number_of(104), "11 Bobbin Street, Derby, DE23 9ZW", "504"
    )
    yield stage.life(
        replace(jolanta, no_known_allergies=True),
        "wound",
        visits=6,
        made=3,
        last=(-6, time(16, 0)),
        coming=(-3, time(16, 0)),
        then=Then.NO_RECORD,
    )
    arthur = person_named(
        "Pemberton, Arthur, Mr", date(1941, 10, 10), number_of(105), "7 Lime Kiln Lane, Alfreton, DE55 3ZG", "505"
    )
    life = stage.life(arthur, "compression", visits=6, made=3, last=(-11, time(14, 0)), then=Then.NO_NEXT)
    yield replace(life, note_late=True)
    sheila = person_named(
        "Turton, Sheila, Mrs", date(1950, 7, 19), number_of(106), "23 Damson Walk, Heanor, DE75 7ZQ", "506"
    )
    life = stage.life(
        replace(sheila, allergy=("Codeine", "sickness", "2014")),
        "insulin",
        visits=9,
        made=4,
        last=(-4, time(8, 45)),
        then=Then.HOLD,
    )
    yield replace(life, note_late=True)


def _cases(stage: Stage) -> Iterator[Life]:
    """A similar name, a carer who learns, lapsed gates, open red flags, many visits over what is usual."""
    dora = person_named(
        "Abernathy, Dora, Mrs", date(1951, 8, 14), number_of(107), "2 Meadow Bottom, Belper, DE56 4ZL", "507"
    )
    yield stage.life(
        dora, "wound", visits=6, made=2, last=(-3, time(11, 30)), coming=(TOMORROW, time(11, 30)), nurse="nurse2"
    )
    winston = person_named(
        "Campbell, Winston, Mr", date(1939, 2, 2), number_of(108), "16 Cowslip Bank, Derby, DE22 5ZP", "508"
    )
    carer = Helper("Gloria Campbell", "wife", "01632 960509")
    alert = ("Forgets what was said", "Write it down; Gloria learns for both")
    life = stage.life(
        replace(winston, carer=carer, alert=alert, memory_problem=True),
        "insulin",
        visits=8,
        made=4,
        last=(-1, time(8, 45)),
        coming=(TOMORROW, time(8, 45)),
    )
    yield replace(life, learners=(("carer", ()),))
    edna = person_named(
        "Froggatt, Edna, Mrs", date(1946, 3, 30), number_of(109), "9 Packhorse Road, Ashbourne, DE6 1ZU", "510"
    )
    life = stage.life(edna, "compression", visits=7, made=3, last=(-3, time(10, 30)), coming=(TOMORROW, time(10, 30)))
    yield replace(life, vascular_check=stage.day(-2))
    gurdeep = person_named(
        "Sandhu, Gurdeep, Mr", date(1962, 5, 18), number_of(110), "55 Stonecrop Way, Derby, DE23 6ZJ", "511"
    )
    life = stage.life(
        replace(gurdeep, no_known_allergies=True),
        "insulin",
        visits=8,
        made=4,
        last=(-2, time(16, 0)),
        coming=(TOMORROW, time(16, 0)),
    )
    yield replace(seen(life, "r05", at=3), new_dose_on=stage.day(-1))
    harold = person_named(
        "Bestwick, Harold, Mr", date(1937, 11, 11), number_of(111), "34 Tansley Bank, Matlock, DE4 6ZY", "512"
    )
    life = stage.life(
        replace(harold, preferred="Harry", access_note="Knock loudly and wait, slow to the door"),
        "self_injection",
        visits=12,
        made=9,
        last=(-1, time(14, 0)),
        coming=(TOMORROW, time(14, 0)),
    )
    yield replace(life, assistant=(3, 8))
    ngozi = person_named(
        "Adeyemi, Ngozi, Ms", date(1988, 9, 23), number_of(112), "18 Kestrel Avenue, Derby, DE22 9ZX", "513"
    )
    life = stage.life(
        ngozi, "wound", visits=5, made=3, last=(-2, time(9, 30)), coming=(TOMORROW, time(9, 30)), nurse="nurse2"
    )
    yield seen(life, "r11", at=2)


def _triage_due(stage: Stage) -> Iterator[Life]:
    """Two that nobody has looked at, one of them sent twice, and one that waits for a telephone call."""
    raymond = person_named(
        "Swindell, Raymond, Mr", date(1958, 6, 12), number_of(120), "4 Old Tannery Road, Derby, DE22 1ZF", "520"
    )
    yield stage.referred(raymond, "insulin", -1, Triage.LEAVE)
    hazel = person_named(
        "Marples, Hazel, Mrs", date(1943, 12, 29), number_of(121), "5 Old Tannery Road, Derby, DE22 1ZF", "521"
    )
    yield replace(stage.referred(hazel, "compression", -1, Triage.LEAVE), twice=True)
    iqbal = person_named(
        "Hussain, Iqbal, Mr", date(1966, 1, 4), number_of(122), "6 Old Tannery Road, Derby, DE22 1ZF", "522"
    )
    yield stage.referred(iqbal, "self_injection", -4, Triage.WAIT)
