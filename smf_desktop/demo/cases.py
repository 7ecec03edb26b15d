"""More people of the last day: those who ended of late, those who wait, and those who are taken for one another."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

from smf_core.domain.referral import Source
from smf_desktop.demo.plan import Life, Then, Triage
from smf_desktop.demo.stage import Stage, number_of, person_named

AUDREY, NOREEN, VERNON, MARJORIE = number_of(201), number_of(202), number_of(203), number_of(204)
DEREK, JEAN, JOAN = number_of(205), number_of(206), number_of(207)
KENNETH, KENNETH_AGAIN, RAYMOND, RAYMOND_AGAIN = number_of(102), number_of(208), number_of(120), number_of(209)
PHILIP, LORNA, WILFRED = number_of(210), number_of(211), number_of(212)


def cases(stage: Stage) -> Iterator[Life]:
    """A dozen lives, each here for one thing that the pages show."""
    yield from _ended(stage)
    yield from _taken_for_another(stage)
    yield from _waiting(stage)


def _ended(stage: Stage) -> Iterator[Life]:
    """Letters to print, out of date and overdue; a core team that visits again; a death."""
    audrey = person_named(
        "Pemberton, Audrey, Mrs", date(1944, 4, 2), AUDREY, "7 Lime Kiln Lane, Alfreton, DE55 3ZG", "531"
    )
    yield stage.life(
        replace(audrey, no_known_allergies=True), "self_injection", visits=4, made=4, last=(-1, time(10, 30))
    )
    noreen = person_named("Buckley, Noreen, Mrs", date(1952, 9, 9), NOREEN, "12 Heron Place, Derby, DE22 7ZD", "532")
    yield stage.life(noreen, "insulin", visits=6, made=6, last=(-12, time(9, 30)))
    vernon = person_named("Crossley, Vernon, Mr", date(1947, 1, 30), VERNON, "3 Wharf Lane, Derby, DE23 1ZS", "533")
    yield stage.life(vernon, "self_injection", visits=4, made=4, last=(-10, time(14, 0)), nurse="nurse2")
    marjorie = person_named(
        "Dyson, Marjorie, Mrs", date(1949, 12, 5), MARJORIE, "20 Chapel Row, Matlock, DE4 2ZR", "534"
    )
    yield stage.life(replace(marjorie, no_known_allergies=True), "wound", visits=3, made=3, last=(-7, time(11, 30)))
    derek = person_named("Ashworth, Derek, Mr", date(1938, 6, 17), DEREK, "44 Quarry Hill, Ilkeston, DE7 5ZN", "535")
    yield stage.life(derek, "compression", visits=6, made=3, last=(-9, time(16, 0)), then=Then.NO_NEXT)


def _taken_for_another(stage: Stage) -> Iterator[Life]:
    """Two sisters, one of whose visits was written about the other; people who may be here twice."""
    jean = person_named("Holmes, Jean, Miss", date(1953, 2, 11), JEAN, "9 Damson Walk, Heanor, DE75 7ZQ", "536")
    yield stage.life(jean, "wound", visits=7, made=4, last=(-3, time(10, 0)), coming=(2, time(10, 0)), nurse="nurse2")
    joan = person_named("Holmes, Joan, Miss", date(1955, 2, 11), JOAN, "9 Damson Walk, Heanor, DE75 7ZQ", "536")
    yield stage.life(joan, "wound", visits=6, made=2, last=(-6, time(11, 0)), coming=(2, time(11, 0)), nurse="nurse2")
    kenneth = person_named(
        "Hargreaves, Ken, Mr", date(1947, 8, 25), KENNETH_AGAIN, "62 Wharf Lane, Derby, DE23 1ZS", "502"
    )
    yield replace(stage.referred(kenneth, "catheter_care", -3, Triage.LEAVE), same_as=KENNETH, source=Source.GP)
    raymond = person_named(
        "Swindell, Ray, Mr", date(1958, 6, 12), RAYMOND_AGAIN, "4 Old Tannery Rd, Derby, DE22 1ZF", "520"
    )
    again = stage.referred(raymond, "insulin", 0, Triage.LEAVE)
    yield replace(again, same_as=RAYMOND, source=Source.SPECIALIST_NURSE)


def _waiting(stage: Stage) -> Iterator[Life]:
    """One more who waits for information, and two who wait for their first visit."""
    philip = person_named(
        "Eastwood, Philip, Mr", date(1960, 10, 20), PHILIP, "15 Kestrel Avenue, Derby, DE22 9ZX", "537"
    )
    yield replace(stage.referred(philip, "wound", -6, Triage.WAIT), source=Source.GP)
    lorna = person_named("Fairbrother, Lorna, Ms", date(1975, 3, 3), LORNA, "8 Cowslip Bank, Derby, DE22 5ZP", "538")
    yield stage.referred(lorna, "compression", -5, Triage.LIST)
    wilfred = person_named(
        "Garside, Wilfred, Mr", date(1945, 7, 7), WILFRED, "31 Spinney Drive, Ripley, DE5 8ZT", "539"
    )
    referred = stage.referred(wilfred, "catheter_valve", -4, Triage.ACCEPT)
    yield replace(referred, nurse="nurse", at=(stage.moment(2, time(16, 30)),))
