"""A back-test as a document, in both languages: its figures, its verdict on itself, its pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from slmdsl.report.backtest_document import backtest_document
from slmdsl.report.document.formats import rendered
from slmdsl.report.document.tree import Paragraph, Picture
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.study.backtest.forms import Backtest, Compared
from tests import studies

TARGETS = {each.name: each for each in studies.contract_of().agreements["gold"].targets}


def row(subject, period, real, predicted, low, high, *, weekly=True, naive=None, part=None):
    return Compared(
        subject=TARGETS.get(subject, subject),
        part=part,
        weekly=weekly,
        period=period,
        from_us=0,
        to_us=1,
        n=120,
        real=real,
        predicted=predicted,
        low=low,
        high=high,
        said=40,
        naive=naive,
    )


ROWS = (
    row("fix", "2027-04", 0.9, 0.92, 0.88, 0.95, weekly=False, naive=0.85),
    row("mttr", "2027-04", 7_200.0, 3_600.0, 3_000.0, 4_000.0, weekly=False),
    row("few", "2027-04", 12.0, 14.0, 9.0, 18.0, weekly=False, naive=10.0),
    row("moved", "2027-W14", 0.5, 0.52, 0.4, 0.6, naive=0.4, part="mail"),
    row("fix", "2027-W14", 0.9, 0.93, 0.91, 0.95, naive=0.85),
    row("fix", "2027-W15", 0.95, 0.93, 0.91, 0.96, naive=0.85),
    row("arrivals", "2027-W14", 120.0, 110.0, 90.0, 130.0, naive=100.0),
    row("backlog", "2027-W14", 12.0, 10.0, 5.0, 20.0, naive=11.0),
    row("median_resolution", "2027-W14", 5_400.0, 3_600.0, 3_000.0, 6_000.0, naive=4_000.0),
)
TEST = Backtest(
    model=None,
    scenario="fitted",
    first=date(2027, 4, 1),
    last=date(2027, 4, 30),
    zone="Europe/Amsterdam",
    replications=40,
    seed=0,
    carried=1,
    left_out=1_200,
    parameters=12,
    rows=ROWS,
    not_modelled={"gold.up": "nothing breaks"},
)


def words(test, say=ENGLISH):
    return [each.text for each in backtest_document(test, say).blocks() if isinstance(each, Paragraph)]


def table(key, test=TEST, say=ENGLISH):
    return next(each for each in backtest_document(test, say).tables() if each.key == key)


def test_the_summary_says_how_far_off_it_is():
    verdict, first, own, made, left = words(TEST)
    assert verdict == "The model is better than expecting that all goes on as before."
    assert "off by 2.3 points on average, in 3 weeks of 2 targets" in first
    assert "67 % of what happened by the week lies in the predicted ranges, which should hold 90 %" in first
    assert "would have been off by 8.3 points" in first
    assert "better than that by 6.0 points" in first
    assert "too narrow" in first
    assert "off by 2.0 points on average, in 1 figures" in own
    assert "would have been off by 5.0 points. The model is better than that by 3.0 points." in own
    assert made.startswith("It starts with the 1 ticket that were open") or "1 ticket" in made
    assert "1,200 tickets" in made
    assert "12 fitted parameters" in made
    assert left == "Not modelled, and so not compared: gold.up."


def test_it_says_when_it_is_worse_than_no_model():
    worse = replace(TEST, rows=(row("fix", "2027-W14", 0.9, 0.7, 0.6, 0.95, naive=0.89),), parameters=0)
    verdict, first, made, _ = words(worse)
    assert verdict.startswith("Do not promise on this model alone")
    assert "That is 20.0 times as far off." in first
    assert "worse than that by 19.0 points" in first
    assert "hold what they say" in first
    assert "taken as certain" in made


def test_one_that_is_worse_by_the_month_is_not_promised_on():
    months = (row("fix", "2027-04", 0.9, 0.832, 0.8, 0.95, weekly=False, naive=0.868),)
    weeks = (row("fix", "2027-W14", 0.9, 0.9, 0.6, 0.95, naive=0.8),)
    verdict, _, own, *_ = words(replace(TEST, rows=months + weeks))
    assert verdict.startswith("Do not promise")
    assert "off by 6.8 points" in own
    assert own.endswith("That is 2.1 times as far off.")
    alike = words(replace(TEST, rows=(row("fix", "2027-W14", 0.9, 0.9, 0.6, 0.95, naive=0.9),)))
    assert alike[0] == "The model is no better than expecting that all goes on as before."
    assert words(replace(TEST, rows=months + weeks), CHINESE)[0].startswith("不要仅凭这一模型作出承诺")


def test_it_says_when_levels_moved_before():
    assert any("moved by 6.1 points" in each for each in words(replace(TEST, drift=0.061)))
    assert not any("moved by" in each for each in words(replace(TEST, drift=0.01)))


def test_it_says_when_nothing_is_in_percent():
    bare = replace(TEST, rows=(row("arrivals", "2027-W14", 9.0, 8.0, 7.0, 9.0),), not_modelled={}, left_out=0)
    assert words(bare)[0] == "No target in percent has a whole week or period in these days."
    assert [each.key for each in backtest_document(bare, ENGLISH).tables()] == ["test.desk"]


def test_each_figure_stands_in_its_unit_and_with_its_clause():
    share, time, count = table("test.own").rows
    assert [each.text for each in share[:5]] == ["gold.fix", "2027-04", "120", "90.0 %", "92.0 %"]
    assert share[5].text == "88.0 % to 95.0 %"
    assert (share[6].text, share[6].value, share[6].unit) == ("+2.0 points", pytest.approx(0.02), "ratio")
    assert share[3].trace.target == "gold.fix"
    assert share[3].trace.clause.startswith("desk.slm:")
    assert (time[3].text, time[6].text, time[7].text) == ("2 h", "−1 h", "no")
    assert (time[8].text, time[9].text) == ("–", "–")
    assert (count[3].text, count[6].text) == ("12", "+2")
    desk = table("test.desk").rows
    assert [each[3].text for each in desk] == ["120", "12", "1 h 30 min"]
    assert [each[0].text for each in table("test.by_target").rows] == ["gold.moved (mail)", "gold.fix"]
    assert [each.text for each in table("test.by_target").rows[1]] == [
        "gold.fix",
        "2",
        "2.5 points",
        "50 %",
        "7.5 points",
    ]


def test_a_frame_has_every_row():
    frame = TEST.table
    assert frame.height == len(ROWS)
    assert frame.row(0, named=True)["figure"] == "gold.fix"
    assert frame["error"].to_list() == [each.error for each in ROWS]
    assert frame["covered"].to_list() == [each.covered for each in ROWS]
    assert frame["before"].to_list() == [each.naive for each in ROWS]
    assert str(frame.schema["from"]) == "Datetime(time_unit='us', time_zone='UTC')"


def test_pictures_have_a_panel_for_each_figure():
    pictures = [each for each in backtest_document(TEST, ENGLISH).blocks() if isinstance(each, Picture)]
    assert [len(each.chart["concat"]) for each in pictures] == [2, 3]
    assert [each["title"]["text"] for each in pictures[1].chart["concat"]] == [
        "tickets that came",
        "open at the end",
        "median time to resolve, h",
    ]
    assert "2 of 3 diamonds" in pictures[0].alt


@pytest.mark.parametrize("say", [ENGLISH, CHINESE])
def test_it_is_written_in_every_plain_format(say):
    document = backtest_document(TEST, say)
    told = json.loads(rendered([document], ".json"))
    assert "0.02" in rendered([document], ".json").decode()
    assert told
    text = rendered([document], ".md").decode()
    assert ("预测" if say is CHINESE else "predicted") in text
    assert "{" not in text
