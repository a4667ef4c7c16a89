"""A study as a page: everything in it, nothing from elsewhere, texts as texts, the same bytes every time."""

from __future__ import annotations

import re
from fractions import Fraction
from html.parser import HTMLParser
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from slmdsl.report.charts.images import svg_of
from slmdsl.report.charts.of_study import charts_of
from slmdsl.report.study_page import heading, page_of, write_page
from slmdsl.report.study_words import COSTS, IN_ALL, ROSTERS
from slmdsl.study.compared import comparing
from slmdsl.study.desk.costs import Priced
from slmdsl.study.running.series import Series
from tests.study_frames import GOLD, chance_row, scenarios_study, staff_study, study_of

EVIL = "<script>alert('x')</script> & \"sons\" \x1b[31m"
SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("today", "tighter_p1")


class Elements(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "out"
    study = scenarios_study(NAMES)
    return folder, write_page(study, folder, ["Two more people keep it.", EVIL])


@pytest.fixture(scope="module")
def page(written):
    return (written[0] / "index.html").read_text(encoding="utf-8")


def test_the_page_and_each_picture_twice_are_written(written):
    folder, files = written
    names = "chance differences attained credits missed_time escalations utilisation".split()
    assert [path.name for path in files] == ["index.html"] + [
        f"{name}.{end}" for name in names for end in ("svg", "png")
    ]
    assert {path.name for path in folder.iterdir()} == {path.name for path in files}
    for path in files:
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG\r\n")


def test_nothing_runs_and_nothing_is_loaded(page, written):
    tags = Elements(page).found
    assert not [
        tag
        for tag, _ in tags
        if tag in {"script", "link", "img", "iframe", "object", "embed", "image", "use"}
    ]
    assert not [attributes for _, attributes in tags if {"src", "href", "xlink:href"} & attributes.keys()]
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    texts = [page, *(path.read_text(encoding="utf-8") for path in written[1] if path.suffix == ".svg")]
    for text in texts:
        assert set(re.findall(r"https?://[^\s\"'<]*", text)) <= {"http://www.w3.org/2000/svg"}
    (policy,) = (
        a["content"] for tag, a in tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_the_heading_says_what_was_run(page):
    for words in (
        "<h1>negotiation</h1>",
        "2 scenarios: today, tighter_p1",
        "2027-01-01 to 2027-12-31, 40 replications each, warm-up 28 days, seed 2027, intervals at 95 %, slmdsl ",
    ):
        assert words in page


def test_an_interrupted_study_says_so():
    study = scenarios_study(NAMES)
    study.interrupted = True
    study.tallies["today"].replications = 12
    assert "12 to 40 replications each" in heading(study)[1]
    assert heading(study)[-1].startswith("Interrupted")


def test_answers_are_texts(page):
    assert "<li>Two more people keep it.</li>" in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;sons&#34; ␛[31m" in page
    assert "<script" not in page
    assert "\x1b" not in page


def test_pictures_are_labelled_and_their_ids_differ(page):
    tags = Elements(page).found
    drawn = [attributes for tag, attributes in tags if tag == "svg"]
    assert len(drawn) == 7
    assert all(each["role"] == "img" and len(each["aria-label"]) > 40 for each in drawn)
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_tables_stand_beside(page):
    assert (
        "Of all P1 incidents that are decided in each month, at least 90 % must be resolved within 4 h"
        in page
    )
    assert '<td class="n">55 %</td>' in page
    assert '<td class="n">49–61 %</td>' in page
    assert "EUR 128_412" in page
    assert "not modelled: nothing is measured" in page


def test_a_search_lists_all_that_was_looked_at():
    study = staff_study({"desk.early agents": range(4, 8), "desk.late agents": range(3, 7)})
    page = page_of(study, [], {})
    assert all(
        f"desk.early {early}, desk.late {late}" in page for early in range(4, 8) for late in range(3, 7)
    )
    assert "overloaded, not run" in page
    assert "In words" not in page
    assert "16 variants of today" in page
    assert page.index("How sure is each promise?") < page.index("The scenarios")


def test_what_scenarios_cost_stands_by_rosters_and_in_all(monkeypatch):
    study = scenarios_study(NAMES)
    monkeypatch.setattr(comparing, "months_of", lambda plan: Fraction(12))
    costs, whole_cost = {Priced("desk", is_contingency=False, currency="EUR"): Fraction(0)}, Series()
    whole_cost.add(0, 12 * 19_170_800.0)
    study.tallies["today"] = SimpleNamespace(replications=40, costs=costs, whole_cost=whole_cost)
    page = page_of(study, [], {})
    assert [page.index(f">{head}</th>") for head in (ROSTERS, IN_ALL)]
    assert COSTS in page
    assert re.search(r"EUR 128_412</td>\s*<td class=\"n\">EUR 191_708</td>", page)
    assert re.search(r"EUR 128_412</td>\s*<td class=\"n\">–</td>", page), (
        "without replications nothing is known"
    )


def test_names_in_tables_are_texts():
    rows = [chance_row(EVIL, GOLD, 0.5), chance_row(EVIL, f"{GOLD}.{EVIL}", None)]
    page = page_of(study_of((EVIL,), {"summary": rows}), [], {})
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "\x1b" not in page
    assert '<td class="name">acme_gold.&lt;script&gt;' in page


def test_names_in_pictures_are_texts():
    rows = [chance_row(EVIL, GOLD, 0.5), chance_row(EVIL, f"{GOLD}.{EVIL}", 0.5)]
    study = study_of((EVIL,), {"summary": rows})
    svg = svg_of(charts_of(study)["chance"], "chance")
    assert "<script" not in svg
    assert "\x1b" not in svg
    root = ET.fromstring(svg)  # noqa: S314 - what was just drawn
    assert not [each for each in root.iter() if each.tag == f"{SVG}script"]
    assert any("<script>alert('x')" in (each.text or "") for each in root.iter(f"{SVG}text"))
    assert "<script>" in root.attrib["aria-label"]


def test_pictures_fit_a_laptop_and_letters_are_common(written):
    for path in written[1]:
        if path.suffix == ".svg":
            root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314 - as above
            assert float(root.attrib["width"]) <= 1100
            families = {each.attrib["font-family"] for each in root.iter() if "font-family" in each.attrib}
            assert all(each.endswith("sans-serif") for each in families)


def test_the_same_study_gives_the_same_bytes(written):
    chart = charts_of(scenarios_study(NAMES))
    drawn = {name: svg_of(chart[name], name) for name in ("utilisation", "chance", "utilisation")}
    for name, svg in drawn.items():
        assert (written[0] / f"{name}.svg").read_text(encoding="utf-8") == svg
    assert 'id="utilisation-0"' in drawn["utilisation"]
    assert "url(#utilisation-0)" in drawn["utilisation"]
    pages = {page_of(scenarios_study(NAMES), ["Yes."], drawn) for _ in range(2)}
    assert len(pages) == 1
