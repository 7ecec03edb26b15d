"""Letters that no discharge writes: who gives a dose from now on, and a referral that was not accepted."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from smf_core.domain.checklist import Checklist
from smf_core.domain.dose_cover import CoverNews, DoseCover, Giver, HandOver, Named
from smf_core.domain.letter import LetterContent, Letterhead, LetterPart
from smf_core.domain.patient import Patient
from smf_core.domain.practice import CoreTeam
from smf_desktop.presenters.letters.words import (
    content,
    core_team_address,
    in_sentence,
    joined,
    letter_name,
    one_line,
    paper_day,
    person_lines,
    short_name,
    who_to_call,
)

One = TypeVar("One")
Key = TypeVar("Key", bound=Hashable)

COLLEAGUE = "Dear colleague"
GIVERS = {
    Giver.PATIENT: "the person",
    Giver.CARER: "a carer",
    Giver.CORE_TEAM: "the core team",
    Giver.SMF: "our nurse",
    Giver.OTHER: "somebody else",
}
NOBODY = "nobody is named yet"


def cover_letter(
    head: Letterhead,
    patient: Patient,
    checklist: Checklist,
    news: CoverNews,
    team: CoreTeam | None,
    today: date,
) -> LetterContent:
    """To the core team: what changed from which dose, who gives each now, what is left for it, who to call."""
    name, skill = short_name(patient.name), in_sentence(checklist.label)
    first = all(turn.first for turn in news.turns)
    opening = "This is who gives each dose." if first else "Who gives a dose has changed."
    return content(
        head,
        title=f"Letter to the core team about {letter_name(patient.name)}",
        written_on=today,
        to=core_team_address(team),
        about=person_lines(patient, address=True),
        greeting=COLLEAGUE,
        parts=(
            LetterPart("", (f"We are teaching {name} ({skill}). {opening}",)),
            LetterPart("What has changed", (), () if first else tuple(_changes(news.turns))),
            LetterPart("Who gives each dose", (), tuple(_who_gives(news))),
            LetterPart("What we ask of you", tuple(_visits_left(news, skill)), tuple(_asked(news))),
            LetterPart("Who to call", who_to_call(head.contact, us=one_line(head.service))),
        ),
    )


def _changes(turns: Iterable[HandOver]) -> Iterator[str]:
    """`Evening, from 24 November 2026: the person. Before: our nurse`; days of the same change in one line."""
    for (dose, before, after), same in _alike(turns, lambda turn: (turn.dose, turn.before, turn.after)):
        was = f". Before: {_names(before)}" if before else ""
        when = _when((turn.from_, turn.until) for turn in same)
        yield f"{_capital(one_line(dose))}, {when}: {_names(after) or NOBODY}{was}"


def _by_giver(rows: Iterable[DoseCover]) -> Iterator[tuple[str, Giver, str]]:
    """Each dose with its days, who gives it, and that in words; days of the same giver in one line."""
    for (dose, giver, who), same in _alike(rows, lambda row: (row.dose, row.giver, row.who)):
        when = _when((row.from_, row.until) for row in same)
        yield f"{one_line(dose)}, {when}", giver, _names(((giver, who),))


def _who_gives(news: CoverNews) -> Iterator[str]:
    for dose, _, giver in _by_giver(news.rows):
        yield f"{_capital(dose)}: {giver}"
    for dose in news.unnamed:
        some_days = " for some days" if any(row.dose == dose for row in news.rows) else ""
        yield f"{_capital(one_line(dose))}: {NOBODY}{some_days}"


def _asked(news: CoverNews) -> Iterator[str]:
    """What the team gives, what it gives no more, and what it may still give while nobody is named."""
    for dose, giver, name in _by_giver(news.rows):
        if giver is Giver.CORE_TEAM:
            yield f"Yours: {dose}."
        elif news.stops:
            yield f"Stop: {dose}. {_capital(name)} gives it."
    if news.unnamed:
        yield f"Nobody is named yet: {', '.join(map(one_line, news.unnamed))}. If you give it now, go on until we call."
    if not news.stops and not news.unnamed and all(row.giver is not Giver.CORE_TEAM for row in news.rows):
        yield "Nothing: none of these doses is yours."


def _visits_left(news: CoverNews, skill: str) -> Iterator[str]:
    """The visits a month left for the team, as far as the record can say, and that we need to hear of a change."""
    theirs = [row for row in news.rows if row.giver is Giver.CORE_TEAM]
    last = [row.until for row in theirs if row.until is not None]
    known = news.core_visits
    if not news.unnamed and len(last) == len(theirs):
        after = f" after {paper_day(max(last))}" if last else ""
        yield f"Visits a month left for you for these doses{after}: 0."
    elif known is not None:
        since = paper_day(known.from_)
        yield f"Our record has {known.visits_per_month} visits a month from you for {skill}, since {since}."
        yield "Tell us how many are left."
    else:
        yield "Tell us how many visits a month are left for you."
    if news.stops:
        yield "Tell us who has changed the visits and from which day, so that our record can say so."


def rejection_letter(
    head: Letterhead, patient: Patient, skills: Sequence[str], reason: str, referrer: str, today: date
) -> LetterContent:
    """To whoever referred: the referral is not accepted, why, and what can be done. `skills` are labels."""
    name = short_name(patient.name)
    taught = f" to be taught: {', '.join(in_sentence(each) for each in skills)}" if skills else ""
    return content(
        head,
        title=f"Letter to the referrer about {letter_name(patient.name)}",
        written_on=today,
        to=(one_line(referrer) or "The referring team",),
        about=person_lines(patient, address=True),
        greeting=COLLEAGUE,
        parts=(
            LetterPart("", (f"You referred {name}{taught}. We have not accepted the referral.",)),
            LetterPart("Reason", (one_line(reason),) if reason.strip() else ()),
            LetterPart(
                "What happens next",
                (
                    "The care that is in place now goes on: we have taken nothing over.",
                    "If things change, or if the reason does not hold, send us a new referral or call us.",
                ),
            ),
            LetterPart("Who to call", who_to_call(head.contact, us=one_line(head.service))),
        ),
    )


def _alike(found: Iterable[One], key: Callable[[One], Key]) -> Iterator[tuple[Key, list[One]]]:
    """Those with the same key together, in the order of the first of each."""
    groups: dict[Key, list[One]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    yield from groups.items()


def _when(days: Iterable[tuple[date, date | None]]) -> str:
    """`on 24 November 2026 and 26 November 2026`, `from 27 November 2026 until 1 December 2026`."""
    spans = list(days)
    single = [paper_day(first) for first, last in spans if last == first]
    said = [f"on {joined(single)}"] if single else []
    for first, last in spans:
        if last != first:
            said.append(f"from {paper_day(first)}{f' until {paper_day(last)}' if last else ''}")
    return joined(said)


def _names(named: Iterable[Named]) -> str:
    """`the person`, `a carer (Anne)`; "" for nobody."""
    return joined([f"{GIVERS[giver]}{f' ({one_line(who)})' if who.strip() else ''}" for giver, who in named])


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
