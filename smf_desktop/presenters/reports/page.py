"""What the reports page says around its table: whose figures, of when, what is not in them, who saved them last."""

from dataclasses import dataclass
from datetime import date

from smf_core.figures.figure import Split
from smf_core.figures.hidden_parts import SMALL
from smf_core.figures.suppression import UNDER
from smf_desktop.presenters.days import clock, day
from smf_desktop.presenters.labels import counted
from smf_desktop.presenters.outcomes import OUTCOMES
from smf_desktop.presenters.reports.choice import REPORT_NAMES, baseline_options, period_options
from smf_desktop.presenters.reports.facts import Options, ReportFacts, RowsFacts, SavedReport
from smf_desktop.presenters.reports.rows import FigureRow, figure_rows, part_words
from smf_desktop.presenters.team.words import number, people, percent, period

NO_PROOF = "A before-and-after comparison, not proof of cause."
SMALL_SHOWN = "Small numbers shown"
SMALL_ABOUT = 'Counts of 1 to 4 show as "under 5".'
SMALL_NOT_YOURS = 'Counts of 1 to 4 show as "under 5". A team lead can show them.'
ROWS_ABOUT = "Names and NHS numbers are left out. A new code for each export."
INCOMPLETE = "Incomplete: this laptop does not hold everybody of this period."
NOT_HEARD = "It is not known whether every laptop has sent its work: the hub did not say."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRows:
    """The page. `sentence` stands under the table; `notices` at the left say what is not in it."""

    title: str
    about: str
    last: str
    periods: Options
    baselines: Options
    teams: Options
    skills: Options
    nurses: Options
    localities: Options
    rows: tuple[FigureRow, ...]
    sentence: str
    notice: str
    overlap: str
    incomplete: str
    ask_hub: bool
    dock: str
    facts: str
    small_shown: bool
    may_export: bool
    may_show_small: bool


def report_rows(facts: ReportFacts) -> ReportRows:
    asked, options = facts.report.asked, facts.options
    team = facts.labels.get(asked.team, "All teams") if asked.team else "All teams"
    narrowed = (asked.skill, asked.nurse, asked.locality)
    whose = [team, *(facts.labels.get(each, each) for each in narrowed if each)]
    about = " · ".join((*whose, period(asked.since, asked.until)))
    return ReportRows(
        title=f"{REPORT_NAMES[facts.choice.report]} report",
        about=about,
        last=f"Last exported {day(facts.last.at.date())} by {facts.last.by}" if facts.last else "",
        periods=period_options(asked.as_of, facts.choice),
        baselines=baseline_options(facts.stated, facts.choice),
        teams=(("", "All teams"), *options.teams),
        skills=(("", f"All {number_word(len(options.skills))}"), *options.skills),
        nurses=(("", "All"), *options.nurses),
        localities=(("", "All"), *options.localities),
        rows=figure_rows(facts),
        sentence=_sentence(facts),
        notice=_unsigned(facts.unsigned),
        overlap=_overlap(facts.overlaps, (asked.since, asked.until)),
        incomplete=_incomplete(facts),
        ask_hub=facts.ask_hub and not facts.held,
        dock=_dock(facts),
        facts=f"Report definitions v{facts.report.definitions_version} · as at {clock(facts.at)}",
        small_shown=bool(facts.choice.why_small),
        may_export=facts.may_export,
        may_show_small=facts.may_show_small,
    )


def number_word(many: int) -> str:
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[many] if many < len(words) else str(many)


def _sentence(facts: ReportFacts) -> str:
    """What the discharge rate is not of; and that a change proves nothing."""
    rate = next((each for each in facts.report.figures if each.id == "discharge_rate" and not each.group), None)
    if rate is None:
        return NO_PROOF if facts.choice.report == "core-referrals" else ""
    hide = not facts.choice.why_small
    said = facts.referred
    referred = f"{_many(said.people, hide)} referred in the period"
    left = (
        (said.sent_back, "sent back"),
        (said.never_seen, "ended without a visit"),
    )
    told = ", ".join(f"{_few(count, hide)} {words}" for count, words in left)
    if rate.value is None or rate.denominator is None:
        return f"These rates are of the people whose teaching ended, not of everyone referred. {referred}: {told}."
    return (
        f"{percent(rate.value)} is of the {number(rate.denominator)} people whose teaching ended, not of everyone "
        f"referred. {referred}: {told}."
    )


def _many(count: int, hide: bool) -> str:
    if hide and 0 < count < SMALL:
        return f"{UNDER.capitalize()} people were"
    return f"{people(count)} {'was' if count == 1 else 'were'}"


def _few(count: int, hide: bool) -> str:
    return UNDER if hide and 0 < count < SMALL else f"{count:,}"


def _unsigned(many: int) -> str:
    if not many:
        return ""
    return f"{counted(many, 'visit')} on this laptop {'is' if many == 1 else 'are'} still unsigned and not counted."


def _overlap(saved: tuple[SavedReport, ...], days: tuple[date, date]) -> str:
    """Two exports that share days and people can be taken from one another: what is left may be a few people."""
    if not saved:
        return ""
    newest = saved[0]
    others = " with another choice of people" if (newest.since, newest.until) == days else ""
    return (
        f"Exported for {period(newest.since, newest.until)}{others} by {newest.by} on {day(newest.at.date())}. "
        "Whoever has both can work out small numbers from the difference."
    )


def _incomplete(facts: ReportFacts) -> str:
    late = ", ".join(each.device for each in facts.report.missing_devices)
    if not facts.held:
        return INCOMPLETE
    if late:
        return f"Incomplete: work on {late} may not be in it."
    return "" if facts.heard else NOT_HEARD


def _dock(facts: ReportFacts) -> str:
    if not facts.may_export:
        return "A team lead or an administrator can export these figures."
    rows = f"{counted(facts.rows, 'row')}, pseudonymised. " if facts.choice.with_rows else "Figures alone, no rows. "
    if facts.of_hub:
        rows = "Figures of the hub, without rows. "
    mark = f"{SMALL_SHOWN}. " if facts.choice.why_small else ""
    return f"{rows}{mark}The export and who made it are written to the audit trail."


WHY_ABOUT = (
    "Counts of 1 to 4 may let somebody be known. Every page says that they are shown, and the reason is written to the "
    "audit trail with each file."
)
SAVED = "Report saved"


def file_name(facts: ReportFacts, form: str) -> str:
    """What the file is called unless somebody says otherwise."""
    asked = facts.report.asked
    return f"{facts.choice.report}-{asked.since.isoformat()}-to-{asked.until.isoformat()}.{form}"


# --- the rows about people -----------------------------------------------------------------------

ROW_COLUMNS = (
    *(("Code", 90), ("Age band", 110), ("Sex", 90), ("Skill", 150), ("Month", 100), ("Outcome", 220)),
    *(("Visits", 70), ("Minutes", 80)),
)
NEW_CODE = "new code"
NO_ROWS = ("No rows", "Nobody's teaching ended in this period.")


def person_words(facts: RowsFacts) -> tuple[tuple[str, ...], ...]:
    """The first rows as a table."""
    return tuple(
        (
            NEW_CODE,
            each.age_band,
            each.sex.replace("_", " "),
            facts.labels.get(each.skill, each.skill),
            part_words(Split.MONTH, each.month, {}) if each.month[:4].isdigit() else each.month,
            OUTCOMES.get(each.outcome, each.outcome),
            number(each.visits),
            number(each.minutes),
        )
        for each in facts.rows
    )


def rows_about(facts: RowsFacts) -> str:
    if not facts.total:
        return "Nobody's teaching ended in this period, so there are no rows."
    shown = len(facts.rows)
    first = f"The first {number(shown)} of {number(facts.total)}. " if shown < facts.total else ""
    return f"{first}As they are saved: nothing in a row names anybody, and whoever opted out is left out."
