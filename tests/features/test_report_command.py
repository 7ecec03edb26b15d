"""`smf report` as somebody types it who has only read what it promises."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from smf_desktop.cli import run
from smf_desktop.commands.terminal import DONE, LOCKED, NOT_ALLOWED, NOT_DONE, USAGE, Terminal
from smf_desktop.compose import House
from smf_desktop.services.reporting.exporting import PACK
from smf_desktop.services.service.months import close_month
from smf_desktop.services.service.schedule import kept_as, new_schedule
from smf_desktop.services.session import Session
from smf_desktop.settings import MONTHLY_EXPORT, Settings, keep_settings
from tests.support.houses import PASSWORD, clock, computer, service_template
from tests.support.keys import ToldClock

__all__ = ["clock", "service_template"]

Smf = Callable[..., tuple[int, str, str]]
DAYS = ("--from", "2026-01-01", "--to", "2026-12-31")


@pytest.fixture
def smf(capsys: pytest.CaptureFixture[str], clock: ToldClock) -> Smf:
    ids = iter(range(2_000_000, 9_000_000, 100_000))

    def command(*words: object, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        held = {"SMF_PASSWORD": PASSWORD} if environ is None else environ
        first = next(ids)
        terminal = Terminal(held, lambda: computer(clock=clock, first_id=first, seed=first))
        code = run([str(word) for word in words], terminal)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def store(service_template: Path, tmp_path: Path) -> Path:
    """A store with the lead priya and the nurse tom."""
    import shutil

    return Path(shutil.copytree(service_template, tmp_path / "store"))


def test_a_report_is_saved_and_its_digest_told(smf: Smf, store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    code, said, err = smf(
        "report", "caseload-reduction", "--store", store, "--user", "priya", *DAYS, "--out", out, "--json"
    )
    assert (code, err) == (DONE, "")
    told = json.loads(said)
    assert [each["file"] for each in told["files"]] == [str(out)]
    assert told["complete"] is True
    report = json.loads(out.read_bytes())
    assert (report["report"], report["baseline"], report["small_numbers_shown"]) == ("caseload-reduction", None, True)
    assert {each["id"] for each in report["figures"]} >= {"discharge_rate", "caseload_now", "core_referral_change"}
    assert all(each["reason"] or each["value"] is not None for each in report["figures"])


def test_every_option_that_was_promised_is_taken(smf: Smf, store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    words = ("--team", "North", "--skill", "Insulin", "--by", "month", "--hide-small", "--pseudonymise")
    before = ("--baseline-from", "2025-01-01", "--baseline-to", "2025-12-31")
    code, _, err = smf(
        *("report", "discharge-rates", "--store", store, "--user", "priya", *DAYS),
        *(*words, *before, "--format", "xlsx", "--out", out),
    )
    assert (code, err) == (DONE, "")
    assert openpyxl.load_workbook(out).sheetnames == ["Figures", "Definitions", "Data as at", "Rows"]


@pytest.mark.parametrize("form", ["json", "csv", "xlsx"])
def test_the_commissioning_view_is_saved_as_the_other_reports_are(
    smf: Smf, store: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"out.{form}"
    of = ("report", "commissioning", "--store", store, "--user", "priya", *DAYS, "--team", "North")
    code, said, err = smf(*of, "--hide-small", "--format", form, "--out", out, "--json")
    assert (code, err) == (DONE, "")
    told = json.loads(said)
    assert (told["complete"], told["rows"]) == (True, 0)
    match form:
        case "json":
            figures = json.loads(out.read_bytes())["figures"]
            assert [each["id"] for each in figures if not each["group"]] == [
                *("people_begun", "discharge_rate", "visits_released_gross", "visits_released_net")
            ]
        case "csv":
            assert "People whose teaching began" in out.read_text(encoding="utf-8-sig")
        case _:
            assert openpyxl.load_workbook(out).sheetnames == ["Figures", "Definitions", "Data as at"]
    assert smf(*of, "--by", "skill", "--out", out)[0] == USAGE


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (("--team", "Leeds"), NOT_DONE, "The store has no team of that name."),
        (("--nurse", "nobody"), NOT_DONE, "Nobody of that name works here."),
        (("--skill", "juggling"), NOT_DONE, "No skill of that name is taught here."),
        (("--locality", "Atlantis"), NOT_DONE, "No core team is of that locality."),
        (("--baseline-from", "2025-01-01"), NOT_DONE, "A baseline has a first and a last day."),
        (("--from", "2027-01-01"), NOT_DONE, "The last day is before the first."),
        (("--from", "yesterday"), USAGE, "write the date as"),
        (("--by", "postcode"), USAGE, "invalid choice"),
        (("--format", "docx"), USAGE, "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    smf: Smf, store: Path, tmp_path: Path, more: tuple[str, ...], code: int, words: str
) -> None:
    out = tmp_path / "out.json"
    said = smf("report", "caseload", "--store", store, "--user", "priya", *DAYS, "--out", out, *more)
    assert (said[0], said[1]) == (code, "")
    assert words in said[2]
    assert not out.exists()


def test_who_may_not_is_told_so_and_who_only_hides_is_shown_how(smf: Smf, store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    words = ("report", "caseload", "--store", store, *DAYS, "--out", out)
    assert smf(*words, "--user", "tom", "--hide-small")[0] == NOT_ALLOWED
    assert smf(*words, "--user", "priya", environ={"SMF_PASSWORD": "another one"})[0] == LOCKED
    assert not out.exists()
    added = {"SMF_PASSWORD": PASSWORD, "SMF_NEW_PASSWORD": PASSWORD}
    assert smf("user", "add", store, "olu", "--role", "admin", "--user", "priya", environ=added)[0] in (
        DONE,
        NOT_ALLOWED,
    )


@pytest.mark.parametrize("days", [("1999-01-01", "1999-12-31"), ("2031-01-01", "2031-12-31"), ("2026-02-02",) * 2])
def test_days_without_anything_are_a_report_of_reasons(
    smf: Smf, store: Path, tmp_path: Path, days: tuple[str, str]
) -> None:
    out = tmp_path / "out.json"
    words = ("--from", days[0], "--to", days[1], "--out", out)
    assert smf("report", "discharge-rates", "--store", store, "--user", "priya", *words)[0] == DONE
    for each in json.loads(out.read_bytes())["figures"]:
        assert (each["value"] is None) == bool(each["reason"])


def test_overlapping_days_are_warned_of(smf: Smf, store: Path, tmp_path: Path) -> None:
    words = ("report", "caseload", "--store", store, "--user", "priya", "--out", tmp_path / "out.json")
    smf(*words, "--from", "2026-01-01", "--to", "2026-06-30")
    _, said, _ = smf(*words, "--from", "2026-04-01", "--to", "2026-09-30")
    assert "01-Jan-2026 to 30-Jun-2026" in said


# --- of a closed month ---------------------------------------------------------------------------


def closed(store: Path, clock: ToldClock) -> None:
    """October is closed by the lead."""
    with seat(store, clock) as session:
        close_month(session, date(2026, 10, 1))


@contextmanager
def seat(store: Path, clock: ToldClock) -> Iterator[Session]:
    with House(computer(clock=clock, first_id=9_500_000, seed=3), store) as house:
        key = house.unlock("priya", PASSWORD)
        sitting = house.enter(key)
        try:
            yield sitting.session
        finally:
            sitting.close()
            key.zero()


def test_the_pack_of_a_month_is_saved_once_it_is_closed(
    smf: Smf, store: Path, tmp_path: Path, clock: ToldClock
) -> None:
    out = tmp_path / "pack.pdf"
    words = ("report", "pack", "--store", store, "--user", "priya", "--month", "2026-10", "--out", out)
    code, _, err = smf(*words, "--hide-small")
    assert (code, err.strip()) == (NOT_DONE, "Oct-2026 has not been closed. Nothing was written. Close it first.")
    assert not out.exists()
    closed(store, clock)
    code, said, err = smf(*words, "--hide-small", "--json")
    assert (code, err) == (DONE, "")
    (file,) = json.loads(said)["files"]
    assert (file["file"], file["sha256"]) == (str(out), sha256(out.read_bytes()).hexdigest())
    assert smf(*words[:5], "tom", *words[6:], "--hide-small")[0] == NOT_ALLOWED
    code, _, err = smf(*words[:7], "October", *words[8:])
    assert (code, "write the month as 2026-10" in err) == (USAGE, True)


def test_a_timer_saves_what_is_due_of_the_monthly_export(
    smf: Smf, store: Path, tmp_path: Path, clock: ToldClock
) -> None:
    words = ("report", "scheduled", "--store", store, "--user", "priya")
    code, _, err = smf(*words)
    assert (code, "You have no monthly export on this laptop." in err) == (NOT_DONE, True)
    folder = tmp_path / "figures"
    folder.mkdir()
    with seat(store, clock) as session:
        schedule = new_schedule(session, 1, str(folder), ("caseload", PACK), ("xlsx",))
        kept = {MONTHLY_EXPORT: b64encode(kept_as(schedule)).decode()}
        keep_settings(store, session.user.id, Settings(kept=kept))
    month = f"{schedule.first:%Y-%m}"
    code, said, err = smf(*words, "--json")
    saved = {"files": [str(folder / f"caseload-{month}.xlsx")], "waiting": [month], "failed": None}
    assert (code, json.loads(said), err) == (DONE, saved, "")
    folder.rename(tmp_path / "elsewhere")
    code, _, err = smf(*words)
    assert (code, "is not saved: its folder is not there" in err) == (NOT_DONE, True)
    assert smf(*words[:5], "tom")[0] == NOT_DONE
