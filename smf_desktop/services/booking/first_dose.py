"""Who gives the next dose, named at triage: the rows it writes, and the letter to the core team with them."""

from dataclasses import dataclass

from smf_core.domain.checklist import Checklist
from smf_core.domain.dose_cover import CoverNews, DoseCover, Giver, hand_overs
from smf_core.domain.referral import Referral
from smf_core.operations.change_set import Item
from smf_core.records.queries.episodes import episode as episode_of
from smf_core.records.queries.patients import patient as patient_of
from smf_desktop.services.booking.dose_covers import NewCover, named_items
from smf_desktop.services.booking.dose_items import asks_to_stop, concerns_core, core_calls, said
from smf_desktop.services.letters.items import new_core_letter_item
from smf_desktop.services.session import Session, Work, new_item

AT_TRIAGE = "Named at triage"


@dataclass(frozen=True, slots=True)
class FirstDose:
    """A dose and who gives it, as `dose_cover` has it; `giver` is "" where nobody was named."""

    dose: str
    giver: str
    who: str


def named_for_joined(session: Session, work: Work, episode_id: str, first: FirstDose) -> list[Item]:
    """For a pathway that is open already: whoever gave this dose gives way from today, and the core team is told."""
    episode = episode_of(work.connection, episode_id)
    if not first.giver or episode is None:
        return []
    new = NewCover(episode_id, first.dose, Giver(first.giver), session.today(), who=first.who, note=AT_TRIAGE)
    return list(named_items(session, work, episode, new).items)


def named_for_new(
    session: Session, work: Work, referral: Referral, made: str, checklist: Checklist, first: FirstDose
) -> list[Item]:
    """For a pathway that opens in this change set; the core team is told where it gives the dose, or may give it."""
    person = patient_of(work.connection, referral.patient)
    if not first.giver or person is None:
        return []
    today, giver = session.today(), Giver(first.giver)
    row = DoseCover("", referral.patient, made, first.dose, giver, today, who=first.who, note=AT_TRIAGE)
    items = [new_item("dose_cover", session.new_id(), "row", **said(row))]
    turns = hand_overs((), (row,), today)
    if concerns_core(turns, None, referral):
        stops = asks_to_stop(turns, core_calls=core_calls(None, referral))
        news = CoverNews(turns, (row,), stops=stops)
        items.append(new_core_letter_item(session, work, person, referral.id, made, checklist, news))
    return items
