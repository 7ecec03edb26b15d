"""What holds of every picture: it looks as it was meant to, is whole at any size, and the same each time."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from smf_desktop.reports.charts.caseload import CaseloadChart, Load
from smf_desktop.reports.charts.chart import Heading, Picture, Size, Style, packaged
from smf_desktop.reports.charts.control import ControlChart, Month, Rebase
from smf_desktop.reports.charts.drawing import readable
from smf_desktop.reports.charts.incidence import IncidenceChart
from smf_desktop.reports.charts.outlook import Likely, OutlookChart, Series
from smf_desktop.reports.charts.pictures import AnyChart, draw, pixels, save, warm
from smf_desktop.reports.charts.rates import RatesChart
from smf_desktop.reports.charts.survival import SurvivalChart, curve
from tests.support import charts as c

EMPTY: dict[str, AnyChart] = {
    "survival": SurvivalChart(()),
    "control": ControlChart(()),
    "rates": RatesChart(()),
    "caseload": CaseloadChart(()),
    "incidence": IncidenceChart(()),
    "outlook": OutlookChart(()),
}
LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Ŵŷ "
HOSTILE = ("=1+1", "$\\frac{1}{2}$", "one\ntwo", "\u202eright\u202c", "日本", "&<b>", "x" * 200, LONG * 4, "")
HEADINGS = Heading(), Heading("What it is", "Of whom and when, as at when, " * 6)
SIZES = [(300, 180, 1.0), (440, 220, 1.0), (615, 265, 1.0), (1600, 900, 1.0), (600, 360, 2.0), (300, 180, 2.0)]


def crowded(label: str) -> dict[str, AnyChart]:
    """Every chart with more in it than it has room for, all of it called by one name."""
    resets = (Rebase("2024-11", label), Rebase("2025-11", label), Rebase("2026-02", label), Rebase("2026-05", label))
    return {
        "survival": SurvivalChart(tuple(curve(str(n), label, c.ends(c.INSULIN[n:])) for n in range(8))),
        "control": ControlChart(c.months((*c.COUNTS, *c.AFTER), rebase_at=(12, 15, 18)), resets),
        "rates": RatesChart(tuple(c.rate(label, n, n + 2) for n in range(15)), c.rate(label, 1, 3)),
        "caseload": CaseloadChart(tuple(Load(str(n), label, n, 3, n % 2, 10 + n % 3) for n in range(40))),
        "incidence": c.incidence(),
        "outlook": OutlookChart(
            tuple(Series(str(n), label, tuple(Likely(9e5 * n, -9e5, 2e6) for _ in range(36))) for n in range(3)),
            tuple(f"{2026 + n // 12}-{n % 12 + 1:02}" for n in range(36)),
            label,
            label,
        ),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", sorted(c.EVERY))
def test_it_looks_as_it_did_when_somebody_looked(kind: str, theme: str) -> None:
    c.same_as_looked_at(draw(c.EVERY[kind], packaged(theme), Size(440, 220)).figure, f"{kind}-{theme}")


def test_better_and_worse_months_look_as_they_did() -> None:
    c.same_as_looked_at(draw(c.without_reset(), packaged("light"), Size(440, 220)).figure, "control-marked")


def test_a_picture_that_leaves_the_page_says_what_it_is_of() -> None:
    heading = Heading("Caseload by nurse", "Derby City SMF team, 01-Nov-2025 to 31-Oct-2026, as at 17-Nov-2026 16:42")
    picture = draw(c.caseload(), packaged("light"), Size(440, 240), heading)
    c.same_as_looked_at(picture.figure, "caseload-headed")
    assert heading.title in c.words(picture)
    assert heading.note in " ".join(c.words(picture))


def test_the_words_above_a_picture_are_in_what_it_says_to_a_screen_reader() -> None:
    chart = c.caseload()
    heading = Heading("Who teaches whom", "Derby City SMF team, as at 17-Nov-2026 16:42.")
    figure = draw(chart, packaged("light"), Size(440, 240), heading).figure
    said = f"Who teaches whom. Derby City SMF team, as at 17-Nov-2026 16:42. {chart.summary()}"
    assert said in save(figure, "svg").decode()
    assert b"Who teaches whom. Derby City SMF team" in save(figure, "png")
    assert Heading("Caseload by nurse").read_over("Caseload by nurse: 3 people.") == "Caseload by nurse: 3 people."
    assert Heading("Caseload", "Derby").read_over("Caseload: 3 people.") == "Caseload: 3 people. Derby."


@pytest.mark.parametrize("kind", sorted(EMPTY))
def test_where_nothing_was_counted_a_sentence_stands_in_its_place(kind: str) -> None:
    chart = EMPTY[kind]
    picture = draw(chart, packaged("light"), Size(300, 180))
    assert " ".join(c.words(picture)) == chart.summary() == chart.reason
    assert chart.table().rows == ()
    assert picture.marks == ()


@pytest.mark.parametrize(("width", "height", "text"), SIZES)
@pytest.mark.parametrize("kind", sorted(c.EVERY))
def test_nothing_is_cut_off_and_no_words_lie_on_others(kind: str, width: int, height: int, text: float) -> None:
    style = Style(packaged("light").colours, text)
    for heading in HEADINGS:
        for chart in (c.EVERY[kind], crowded("Insulin")[kind], crowded(LONG)[kind], EMPTY[kind]):
            whole(draw(chart, style, Size(width, height), heading), width, height)


def whole(picture: Picture, width: int, height: int) -> None:
    renderer = FigureCanvasAgg(picture.figure).get_renderer()
    boxes = [(each.get_text(), each.get_window_extent(renderer)) for each in c.texts(picture)]
    for words, box in boxes:
        assert -0.5 <= box.x0 <= box.x1 <= width + 0.5, words
        assert -0.5 <= box.y0 <= box.y1 <= height + 0.5, words
    for (words, one), (others, other) in combinations(boxes, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        down = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert across < 1.5 or down < 5, (words, others)  # a letter's tail may reach towards the line under it
    for mark in picture.marks:
        assert 0 <= mark.left < mark.left + mark.width <= width
        assert 0 <= mark.top < mark.top + mark.height <= height


@pytest.mark.parametrize("label", HOSTILE)
def test_any_name_is_set_as_plain_words_on_one_line(label: str) -> None:
    for chart in crowded(label).values():
        picture = draw(chart, packaged("dark"), Size(440, 220))
        for words in c.words(picture):
            assert words.isprintable()
            assert "\n" not in words
        save(picture.figure, "png")


def test_letters_that_cannot_be_set_show_as_boxes_and_unseen_ones_not_at_all() -> None:
    assert readable("Ŵŷ 日本 a\u202eb\r\nc") == "Ŵŷ □□ a b c"


def test_formulas_are_words() -> None:
    picture = draw(crowded("$x^2$")["rates"], packaged("light"), Size(440, 220))
    assert "$x^2$" in c.words(picture)
    assert all(not each.get_parse_math() for each in c.texts(picture))


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
@pytest.mark.parametrize("kind", sorted(c.EVERY))
def test_the_same_picture_is_the_same_bytes_and_says_what_it_shows(kind: str, form: str) -> None:
    made = {save(draw(c.EVERY[kind], packaged("light"), Size(440, 220)).figure, form) for _ in range(2)}
    assert len(made) == 1
    said = c.EVERY[kind].summary()
    written = made.pop()
    if form == "svg":
        assert f"<title>{said}</title>" in written.decode()
    assert b"2026" not in written or form == "svg"
    assert b"Type3" not in written.replace(b" ", b"").replace(b"/", b"")


@pytest.mark.parametrize("kind", sorted(c.EVERY))
def test_a_picture_drawn_on_other_threads_is_the_same(kind: str) -> None:
    def made(_: int) -> bytes:
        return save(draw(c.EVERY[kind], packaged("light"), Size(440, 220)).figure, "png")

    here = made(0)
    with ThreadPoolExecutor(2) as others:
        assert set(others.map(made, range(4))) == {here}


def test_pixels_are_those_of_the_screen() -> None:
    width, height, told = pixels(draw(c.rates(), packaged("light"), Size(300, 180, 1.5)).figure)
    assert (width, height) == (450, 270)
    assert len(told) == 450 * 270 * 4


def test_warming_up_needs_nothing() -> None:
    warm()


@pytest.mark.parametrize("kind", sorted(c.EVERY))
def test_every_mark_says_what_it_is_of(kind: str) -> None:
    marks = draw(c.EVERY[kind], packaged("light"), Size(440, 220)).marks
    assert marks
    assert len({(each.key, each.part) for each in marks}) == len(marks)
    assert all(each.key and each.words and each.width > 0 and each.height > 0 for each in marks)


def test_one_month_and_one_person_are_enough_for_a_picture() -> None:
    alone: list[AnyChart] = [
        SurvivalChart((curve("a", "A", {(3, True): 1}),)),
        SurvivalChart((curve("a", "A", {(0, False): 1}),)),
        ControlChart((Month("2026-11", 4.0),)),
        ControlChart((Month("2026-11", None), Month("2026-12", 0.0))),
        CaseloadChart((Load("a", "A", 0, 0, 0),)),
        RatesChart((c.rate("A", 0, 1),)),
    ]
    for chart in alone:
        picture = draw(chart, packaged("light"), Size(300, 180))
        assert "nan" not in " ".join(c.words(picture)).casefold()
        whole(picture, 300, 180)


def test_what_can_be_drawn_is_known_without_matplotlib() -> None:
    asking = "import sys, smf_desktop.reports.charts.pictures; print('matplotlib' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
