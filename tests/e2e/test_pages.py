"""Pages in a real browser: nothing goes wrong or is loaded, axe finds nothing, keys reach all, prints fit on A4."""

from __future__ import annotations

import pytest

import slmdsl as slm
from slmdsl.base.shipped import shipped
from slmdsl.report.charts.images import svg_of
from slmdsl.report.charts.of_study import READING_ORDER, charts_of
from slmdsl.report.contents_page import Chapter, Linked, contents_page
from slmdsl.report.document.formats import rendered
from slmdsl.report.document.tree import Cell, Column, Document, Section, Table
from slmdsl.report.study_page import page_of
from tests.browser import browser, shown, without_browser
from tests.documents import every_block, of_texts
from tests.study_frames import scenarios_study, staff_study

pytestmark = without_browser

EVIL = "<script>document.title='run'</script><img src='http://a.test/x.png' onerror='document.title=1'>"


def study_page(study):
    charts = charts_of(study, None)
    drawn = {name: svg_of(charts[name], name) for name in READING_ORDER if name in charts}
    return page_of(study, ["Two more people keep it."], drawn)


def wide_table(columns=12):
    """A table as wide as they come: long names, long words, many columns."""
    heads = tuple(Column(key=f"c{number}", head=f"column_number_{number}") for number in range(columns))
    row = tuple(Cell(text=f"a_long_name_of_a_service/{number}.{'x' * 40}") for number in range(columns))
    table = Table(key="wide", caption="A wide table", columns=heads, rows=(row,) * 3)
    section = Section(key="s", title="Wide", blocks=(table,))
    return Document(kind="report", title="Wide", language="en", heading=(), sections=(section,))


def service_report():
    """The report of one month of the real log, in both languages."""
    spec = slm.load(shipped("models") / "demo" / "service_desk.slm")
    return rendered(
        slm.report(spec, slm.ingest(spec, "servicenow"), "monthly", period="2016-05").documents, ".html"
    )


def company_report():
    """A month of the worked company, in both languages."""
    spec = slm.load(shipped("models") / "acme")
    log = slm.ingest(spec, ["desk_export", "desk_events", "probe", "outage_book", "survey"])
    return rendered(slm.report(spec, log, "monthly", period="2027-03").documents, ".html")


def agreement():
    spec = slm.load(shipped("models") / "acme")
    return rendered([slm.document(spec, "acme_gold", language=code) for code in ("en", "zh")], ".html")


def demo_contents():
    files = (Linked(path="a/report.html", words="The report"), Linked(path="a/b c.csv", words="b c.csv"))
    return contents_page("The demo", "What it wrote.", [Chapter(title="A desk", files=files)])


BOTH = [every_block(language, missed=12) for language in ("en", "zh")]
# What any page must pass; a page is added here as one line.
PAGES = {
    "a document in two languages": lambda: rendered(BOTH, ".html"),
    "a wide table": lambda: rendered([wide_table()], ".html"),
    "hostile texts": lambda: rendered([of_texts(EVIL)], ".html"),
    "the report of a real month": service_report,
    "the report of the worked company": company_report,
    "an agreement to sign": agreement,
    "links to files": demo_contents,
    "a study of two scenarios": lambda: study_page(scenarios_study(("today", "tighter_p1"))),
    "a search": lambda: study_page(
        staff_study({"desk.early agents": range(4, 8), "desk.late agents": range(3, 7)})
    ),
}


@pytest.fixture(scope="module")
def started():
    with browser() as one:
        yield one


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_by_all_and_printed(name, started):
    with shown(started, PAGES[name]()) as page:
        assert page.axe() == []
        assert page.cut_off() == []
        assert page.complaints == []
        assert page.loaded == []


def test_a_page_can_be_read_on_a_telephone(started):
    with shown(started, PAGES["a document in two languages"](), width=360) as page:
        assert page.axe() == []
        assert page.page.evaluate("document.documentElement.scrollWidth") == 360


def test_keys_reach_all_of_a_page(started):
    with shown(started, PAGES["a document in two languages"]()) as page:
        reached = page.stops()
        assert reached[:3] == ["a #main", "a #en", "a #zh"]
        links = page.page.evaluate(
            "[...document.querySelectorAll('a')].map(each => each.getAttribute('href'))"
        )
        assert {each.removeprefix("a ") for each in reached if each.startswith("a ")} == set(links)
        assert [each for each in reached if each.startswith("div ")] == [
            f"div {language}-{key}-caption" for language in ("en", "zh") for key in ("targets", "tickets")
        ]


def test_a_hostile_text_runs_nowhere(started):
    with shown(started, PAGES["hostile texts"]()) as page:
        assert page.page.title().startswith("<script>")
        assert page.page.evaluate("document.querySelectorAll('script, img').length") == 0


def test_what_is_wrong_is_found(started):
    wrong = (
        "<html><body><div style='width:1000px'>x</div><script>console.log(1); nope()</script><img src=a.png>"
    )
    with shown(started, wrong) as page:
        assert {each.partition(":")[0] for each in page.axe()} >= {"html-has-lang", "image-alt"}
        assert page.cut_off()
        assert len(page.complaints) >= 2
        assert page.loaded == ["http://page.test/a.png"]
