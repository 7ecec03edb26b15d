"""The headline figures: each with its interval, its n and denominator, or the sentence that stands in its place."""

from collections.abc import Callable
from dataclasses import dataclass

from smf_core.figures.figure import Figure
from smf_desktop.presenters.labels import counted, skill_label
from smf_desktop.presenters.team.facts import TeamFacts
from smf_desktop.presenters.team.words import FEW, interval, number, of, people, percent, signed_percent

FROM_HUB = "From the hub, which holds everybody."


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One figure as a card. Without a `value` the first of its `words` says why.

    `more` is all that must stand beside it, one click away with the definition. `incomplete` where this laptop does not
    hold the whole period and the hub's figure is not there.
    """

    key: str
    label: str
    value: str = ""
    beside: str = ""
    words: str
    definition: str
    more: tuple[str, ...] = ()
    incomplete: bool = False
    part: str = ""
    """The skill that it is of, "" for all that was asked for."""

    @property
    def has_people(self) -> bool:
        """Whether it counts people of ours, who can be named."""
        return self.key not in ("core_referral_change", "care_plan_coverage")

    @property
    def spoken(self) -> str:
        said = f"{self.value} {self.beside}".strip()
        return f"{self.label}: {said}. {self.words}" if said else f"{self.label}: {self.words}"


def headlines(facts: TeamFacts) -> tuple[Headline, ...]:
    """The four figures the service lives by."""
    return _discharged(facts), _visits(facts), _core_referrals(facts), _caseload(facts)


def beside_headlines(facts: TeamFacts) -> tuple[Headline, ...]:
    """What stands beside them always: the cohort rate with who is still taught, who is long over, care plans."""
    return _cohort(facts), _over_twice(facts), _care_plans(facts)


def _made(
    facts: TeamFacts, figure: Figure, words: str, *, label: str = "", value: str = "", beside: str = "", **more: bool
) -> Headline:
    of_hub = figure.id in facts.of_hub
    return Headline(
        key=figure.id,
        label=label or figure.label,
        value=value,
        beside=beside,
        words=words,
        definition=figure.definition,
        more=(*figure.beside, *([FROM_HUB] if of_hub else [])),
        incomplete=more.get("of_period", False) and not facts.whole and not of_hub,
        part=figure.group.get("skill", ""),
    )


def _rate(figure: Figure, words: Callable[[], str]) -> tuple[str, str, str]:
    """Value, interval and words of a share; of few people the counts stand in the place of a percentage."""
    if figure.value is None:
        return "", "", figure.reason
    if (figure.denominator or 0) < FEW:
        return of(figure), "", f"{words()}. Fewer than {FEW}, so no percentage is shown"
    low, high = percent(figure.low or 0), percent(figure.high or 0)
    return percent(figure.value), interval(low, high), words()


def _discharged(facts: TeamFacts) -> Headline:
    figure = facts.figures["discharge_rate"]
    alone, helped = (facts.figures[f"discharge_rate_{how}"] for how in ("independent", "supported"))

    def words() -> str:
        how = f"{number(alone.numerator or 0)} independent, {number(helped.numerator or 0)} with agreed support"
        return f"{of(figure)} people whose teaching ended: {how}"

    value, beside, said = _rate(figure, words)
    return _made(facts, figure, said, value=value, beside=beside, of_period=True)


def _visits(facts: TeamFacts) -> Headline:
    """Of one skill, the one that was asked for or that most were taught: a median of all skills means nothing."""
    figure = max(facts.medians, key=lambda one: one.denominator or 0)
    skill = figure.group.get("skill", "")
    name = skill_label(skill, facts.library) if skill else ""
    label = f"Visits to discharge, {name[:1].lower()}{name[1:]}" if name else "Visits to discharge"
    if figure.value is None:
        known = f"95% CI {number(figure.low)} or more" if figure.low is not None else ""
        return _made(facts, figure, figure.reason, label=label, beside=known, of_period=True)
    high = "not reached" if figure.high is None else number(figure.high)
    low = "not known" if figure.low is None else number(figure.low)
    told = ", ".join(figure.beside[:2])
    words = f"Median of {counted(int(figure.denominator or 0), 'pathway')}: {number(figure.numerator or 0)} discharged"
    return _made(
        facts,
        figure,
        f"{words}, {told}" if told else words,
        label=label,
        value=number(figure.value),
        beside=interval(low, high),
        of_period=True,
    )


def _core_referrals(facts: TeamFacts) -> Headline:
    """The interval of a change is that of its rate ratio; control limits are no interval and never stand here."""
    figure, with_others = facts.figures["core_referral_change"], facts.figures["core_and_other_referral_change"]
    label = "Referrals to core teams"
    if figure.value is None:
        return _made(facts, figure, figure.reason, label=label)
    counts = f"{number(figure.numerator or 0)} against {number(figure.denominator or 0)} in the same months before"
    if with_others.value is None:
        diversion = f"With those from elsewhere: {with_others.reason}"
    else:
        diversion = f"With those from elsewhere {signed_percent(with_others.value)}"
    return _made(
        facts,
        figure,
        f"{counts}. {diversion.rstrip('.')}",
        label=label,
        value=signed_percent(figure.value),
        beside=interval(signed_percent(figure.low or 0), signed_percent(figure.high or 0)),
    )


def _caseload(facts: TeamFacts) -> Headline:
    figure = facts.figures["caseload_now"]
    many = int(figure.value or 0)
    marked = {mark: len(people) for mark, people in facts.marked.items()}
    words = " · ".join(
        (
            f"{marked['ready']} ready to discharge",
            f"{marked['over']} over expected visits",
            f"{marked['no_next']} with no next visit",
        )
    )
    said = words if many else "Nobody is on the caseload"
    return _made(facts, figure, said, value=number(many), beside="person" if many == 1 else "people")


def _cohort(facts: TeamFacts) -> Headline:
    figure = facts.figures["discharge_rate_cohort"]
    value, beside, words = _rate(figure, lambda: ", ".join((of(figure), *figure.beside[:1])))
    return _made(facts, figure, words, label="Of those who began", value=value, beside=beside, of_period=True)


def _over_twice(facts: TeamFacts) -> Headline:
    figure = facts.figures["open_over_twice_expected"]
    if not figure.denominator:
        return _made(facts, figure, "No pathway was open", label="Over twice the expected visits")
    words = f"of {counted(int(figure.denominator), 'pathway')} open when the period ended"
    return _made(facts, figure, words, label="Over twice the expected visits", value=number(figure.value or 0))


def _care_plans(facts: TeamFacts) -> Headline:
    figure, label = facts.figures["care_plan_coverage"], "Care plans in time"
    long = f"{people(int(figure.denominator or 0))} on the caseload for over 14 days"
    if figure.value is None:
        return _made(facts, figure, f"{figure.reason} {long}", label=label)
    value, beside, words = _rate(figure, lambda: f"{number(figure.numerator or 0)} of {long}")
    return _made(facts, figure, words, label=label, value=value, beside=beside)
