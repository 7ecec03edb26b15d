"""The commissioning view as a report, so that it is suppressed, exported and kept as every other one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from sqlalchemy import Connection

from smf_core.domain.dates import written_day
from smf_core.figures.commissioning import Commissioned, Locality, commissioned
from smf_core.figures.definitions import VERSION
from smf_core.figures.discharges import DISCHARGE_RATE
from smf_core.figures.figure import Asked, Figure, Split, reckon, share
from smf_core.figures.once import together
from smf_core.figures.released import VISITS_RELEASED_GROSS, VISITS_RELEASED_NET
from smf_core.figures.report import Report, alongside

NAME = "commissioning"
FIGURES = ("people_planned", "people_begun", "discharge_rate", "visits_released_gross", "visits_released_net")

_PLANNED = (
    "People whose teaching was to begin in the period by what was planned: each plan a year, times its share of a "
    "year. Where several plans stand on a day the newest counts."
)
_BEGUN = (
    "People whose first completed visit was in the period. A person is of the locality of the core team that referred "
    "them; those referred by none of these are told as not known."
)


def commissioning_report(connection: Connection, asked: Asked) -> Report:
    """The view of whoever is asked about, as the records stand in this transaction."""
    with together(connection):
        return report_of(commissioning_figures(connection, asked), asked, alongside(connection, asked))


def report_of(figures: tuple[Figure, ...], asked: Asked, alongside: tuple[Figure, ...]) -> Report:
    """The report that these figures of `commissioning_figures` make; `alongside` as `Report` has it."""
    return Report(name=NAME, asked=asked, definitions_version=VERSION, figures=figures, alongside=alongside)


def commissioning_figures(connection: Connection, asked: Asked) -> tuple[Figure, ...]:
    """Every locality, then everybody."""
    found = commissioned(connection, asked)
    rate, *released = (
        figure
        for definition in (DISCHARGE_RATE, VISITS_RELEASED_GROSS, VISITS_RELEASED_NET)
        for figure in reckon(connection, definition, replace(asked, by=Split.NONE))
    )
    parts = [figure for each in found.localities for figure in _of_locality(each)]
    return (*parts, *_others(found, rate), _begun({}, found.begun), rate, *released)


def commissioned_of(figures: Iterable[Figure], known: Commissioned) -> Commissioned:
    """The view as figures tell it that were reckoned elsewhere; what was planned is taken from the view `known` here,
    as every laptop has the plans. A locality that either does not know is left out."""
    told = {(each.id, each.group.get("locality")): replace(each, group={}) for each in figures}
    rest = told.get(("people_begun", ""))
    return replace(
        known,
        localities=tuple(
            replace(
                each,
                begun=int(told["people_begun", each.name].value or 0),
                discharged=told["discharge_rate", each.name],
                released_gross=told["visits_released_gross", each.name],
                released_net=told["visits_released_net", each.name],
            )
            for each in known.localities
            if ("people_begun", each.name) in told
        ),
        begun=int(told["people_begun", None].value or 0),
        elsewhere=int(rest.value or 0) if rest else 0,
    )


def _of_locality(each: Locality) -> Iterator[Figure]:
    of = {"locality": each.name}
    planned = each.planned
    plans = tuple(
        f"{plan.number} people a year from {written_day(plan.since)}: {plan.source}." for plan in planned.plans
    )
    yield _figure(
        "people_planned", "People planned to begin", of, None, planned.people, _PLANNED, planned.reason, plans
    )
    yield _begun(of, each.begun)
    for figure in (each.discharged, each.released_gross, each.released_net):
        yield replace(figure, group=of)


def _others(found: Commissioned, rate: Figure) -> Iterator[Figure]:
    """Those of no locality, as a part: left out they could still be worked out, however few they are."""
    none = {"locality": ""}
    if found.elsewhere:
        yield _begun(none, found.elsewhere)
    told = [each.discharged for each in found.localities]
    well = int((rate.numerator or 0) - sum(each.numerator or 0 for each in told))
    ended = int((rate.denominator or 0) - sum(each.denominator or 0 for each in told))
    if 0 <= well <= ended and ended:
        part = share(well, ended, nobody="")
        yield replace(
            rate,
            group=none,
            numerator=part.numerator,
            denominator=part.denominator,
            value=part.value,
            low=part.low,
            high=part.high,
            beside=(),
        )


def _begun(of: Mapping[str, str], many: int) -> Figure:
    return _figure("people_begun", "People whose teaching began", of, many, many, _BEGUN)


def _figure(
    name: str,
    label: str,
    of: Mapping[str, str],
    counted: float | None,
    value: float | None,
    words: str,
    reason: str = "",
    beside: tuple[str, ...] = (),
) -> Figure:
    return Figure(
        id=name,
        label=label,
        group=of,
        numerator=counted,
        denominator=None,
        value=value,
        low=None,
        high=None,
        unit="people",
        reason=reason,
        beside=beside,
        definition=words,
        version="1",
    )
