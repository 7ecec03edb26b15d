"""The first exchange in words: what is fetched, how far it is, and whether everything is here."""

from dataclasses import dataclass

from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.messages.words import Words
from smf_desktop.presenters.sync.facts import Progress, Stage

STAGES = (
    (Stage.GREETING, "Ask the hub what this laptop is to hold"),
    (Stage.SENDING, "Send what was saved here"),
    (Stage.FETCHING, "Fetch the team's records"),
    (Stage.FILLING, "Fetch what is older of each person"),
    (Stage.CHECKING, "Check that the hub and this laptop hold the same"),
)
GOING = "Fetching your team's people"
WHOLE = "Everything is here"
NOT_WHOLE = "Not everything is here yet"
STOPPED = "Stopped"
STAYS = "What has come stays here. Going on fetches only the rest."


@dataclass(frozen=True, slots=True)
class StageRow:
    """`state` is done, now or later; `count` how far it is."""

    words: str
    state: str
    count: str = ""


@dataclass(frozen=True, slots=True)
class FirstRows:
    """The page. `bar` is (done, of), of 0 while nobody knows; `ended`: nothing runs; `whole`: the work can begin."""

    title: str
    about: str
    stages: tuple[StageRow, ...]
    bar: tuple[int, int] | None
    ended: bool
    whole: bool


def first_rows(
    progress: Progress | None,
    *,
    whole: bool | None = None,
    trouble: Words | None = None,
    stopped: bool = False,
    figures: tuple[int, int] | None = None,
) -> FirstRows:
    """`whole` is what the check found at the end, None while it runs; `figures`: signed visits here and at the hub.

    It is done only when both sides were found to hold the same, by digest and by count.
    """
    agreed = bool(whole) and (figures is None or figures[0] == figures[1])
    ended = whole is not None or trouble is not None or stopped
    at = next((place for place, (stage, _) in enumerate(STAGES) if progress and stage is progress.stage), 0)
    rows = []
    for place, (_, words) in enumerate(STAGES):
        state = "done" if agreed or place < at else "now" if place == at and not ended else "later"
        count = f"{progress.done} of {progress.of}" if progress and place == at and progress.of and not agreed else ""
        rows.append(StageRow(words, state, count))
    said = f"This laptop holds {counted(figures[0], 'signed visit')}, the hub {figures[1]}." if figures else ""
    if trouble is not None:
        title, about = trouble.happened, f"{trouble.do} {STAYS}"
    elif stopped:
        title, about = STOPPED, STAYS
    elif whole is None:
        title, about = GOING, "You can stop and go on later. Nothing is lost by it."
    elif agreed:
        title, about = WHOLE, f"The hub and this laptop hold the same. {said}".strip()
    else:
        title, about = NOT_WHOLE, f"{said} {STAYS}".strip()
    bar = None if ended else (progress.done, progress.of) if progress else (0, 0)
    return FirstRows(title, about, tuple(rows), bar, ended, agreed)
