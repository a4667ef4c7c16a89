"""Pictures of studies: what is drawn, in which units, and what is said of what is left out."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain

import altair as alt
import polars as pl
import pytest

from slmdsl.report.charts import needed
from slmdsl.report.charts.cast import MOST, cast_of
from slmdsl.report.charts.of_study import READING_ORDER, charts_of, limits_of, promises_of
from slmdsl.report.charts.promises import promise_of
from tests.studies import contract_of
from tests.study_frames import (
    GOLD,
    PROMISES,
    chance_row,
    frame,
    limit_study,
    scenarios_study,
    staff_study,
    study_of,
)

STAFF = {"desk.early agents": range(4, 8), "desk.late agents": range(3, 7)}


@pytest.fixture(scope="module")
def scenarios():
    return {name: chart.to_dict() for name, chart in charts_of(scenarios_study()).items()}


def nodes(value):
    """Yield every object in a specification."""
    if isinstance(value, dict):
        yield value
        yield from chain.from_iterable(map(nodes, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(nodes, value))


def titles(spec):
    return [node["title"] for node in nodes(spec) if isinstance(node.get("title"), str)]


def captions(spec):
    return " ".join(spec["title"]["subtitle"])


def data_rows(spec, field):
    inline = [node["values"] for node in nodes(spec) if isinstance(node.get("values"), list)]
    every = [*spec.get("datasets", {}).values(), *inline]
    return [row for data in every for row in data if isinstance(row, dict) and field in row]


def test_every_frame_has_its_picture(scenarios):
    names = "attained chance credits differences escalations missed_time utilisation"
    assert list(scenarios) == names.split()
    assert set(scenarios) <= set(READING_ORDER)


def test_a_grid_has_pictures_of_what_is_varied():
    assert set(charts_of(limit_study())) == {"chance", "chance_by_limit"}
    staff = charts_of(staff_study(STAFF))
    assert set(staff) == {"chance", "chance_by_cost", "chance_by_staff", "what_matters_most"}


def test_without_rows_there_is_no_picture():
    assert charts_of(study_of(("today",), {})) == {}


def test_without_values_there_is_no_picture():
    empty = {
        "summary": [chance_row("today", GOLD, None), chance_row("today", f"{GOLD}.p1_fix", None)],
        "credits": [{"scenario": "today", "sla": GOLD, "currency": "EUR"}],
        "missed": [{"scenario": "today", "sla": GOLD, "target": f"{GOLD}.p1_fix", "judged": 4, "missed": 0}],
        "utilisation": [{"scenario": "today", "group": "desk", "hour": 3, "agents": 0.0}],
        "escalations": [
            {"scenario": "today", "sla": GOLD, "step": 1, "rule": "r", "to": "x", "per_night": 0.0}
        ],
    }
    assert charts_of(study_of(("today",), empty)) == {}


def test_every_picture_says_its_question_and_has_a_text_alternative(scenarios):
    for spec in scenarios.values():
        assert spec["title"]["text"][0].endswith("?")
        assert len(spec["description"]) > 40


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("chance", "chance that a period is kept"),
        ("attained", "in time, %"),
        ("attained", "available, %"),
        ("credits", "service credits over the horizon, EUR"),
        ("differences", "change of the chance, percentage points"),
        ("escalations", "messages a night"),
        ("missed_time", "hours of a missed ticket"),
        ("utilisation", "hour of the local day"),
    ],
)
def test_axes_have_their_units(scenarios, name, title):
    assert title in titles(scenarios[name])


def test_chances_are_on_the_whole_axis_with_their_intervals(scenarios):
    spec = scenarios["chance"]
    domains = [node["domain"] for node in nodes(spec) if isinstance(node.get("domain"), list)]
    assert [0, 1] in domains
    shown = data_rows(spec, "chance")
    assert {"chance": 0.55, "label": "55 %  (49–61 %)"}.items() <= next(
        row for row in shown if row["promise"] == f"{GOLD}.p1_fix" and row["scenario"] == "today"
    ).items()
    assert not [row for row in shown if "tills_ms" in row["promise"]]
    assert "Black tick: the wanted chance" in captions(spec)


def test_scenarios_differ_in_colour_and_in_shape(scenarios):
    marks = [node for node in nodes(scenarios["chance"]) if {"color", "shape"} <= node.keys()]
    scales = [node[channel]["scale"] for node in marks for channel in ("color", "shape")]
    assert scales
    assert all(len(set(scale["range"])) == 4 for scale in scales)


def test_attained_levels_have_bands_and_promised_levels_that_change(scenarios):
    shown = data_rows(scenarios["attained"], "attained")
    first = next(row for row in shown if row["scenario"] == "today" and row["period"] == "2027-01")
    assert first["least"] < first["attained"] < first["most"]
    assert first["attained"] == pytest.approx(89.75)
    promised = {row["promised"] for row in data_rows(scenarios["attained"], "promised")}
    assert promised == {88.0, 90.0, 92.0}


def test_a_level_that_scenarios_promise_differently_is_drawn_for_each():
    study = scenarios_study(("today", "tighter"))
    tighter = contract_of(PROMISES.replace("within 4 h for 90%", "within 4 h for 95%"))
    study.trials["tighter"] = type(study.trials["today"])(
        judge=type(study.trials["today"])(agreements=tuple(tighter.agreements.values()))
    )
    spec = charts_of(study)["attained"].to_dict()
    assert {90.0, 95.0} <= {row["promised"] for row in data_rows(spec, "promised")}


def test_many_scenarios_are_cut_to_the_first_and_the_best():
    names = tuple(f"plan_{number:02d}" for number in range(30))
    charts = charts_of(scenarios_study(names))
    assert "4 of 30 scenarios: the first and those" in captions(charts["chance"].to_dict())
    shown = {row["scenario"] for row in data_rows(charts["chance"].to_dict(), "chance")}
    assert len(shown) == 4
    assert "plan_00" in shown
    differences = charts["differences"].to_dict()
    assert "The 20 largest changes; 9 more are left out." in captions(differences)


def test_what_was_found_is_shown_among_many():
    study = staff_study(STAFF)
    assert "the first, the cheapest that keeps what is wanted and those" in captions(
        charts_of(study)["chance"].to_dict()
    )
    cast = cast_of(study.summary, study.points, list(study.tallies), study.search.best.name)
    assert study.search.best.name in cast.shown
    assert len(cast.shown) == 4


def test_many_targets_are_cut_to_the_least_sure():
    chances = [chance_row("today", f"{GOLD}.t{number:02d}", 0.5 + number / 100) for number in range(20)]
    spec = charts_of(study_of(("today",), {"summary": chances}))["chance"].to_dict()
    assert "16 of 20 promises: the least sure ones." in captions(spec)
    assert {row["promise"] for row in data_rows(spec, "chance")} == {f"{GOLD}.t{n:02d}" for n in range(16)}


def test_a_single_scenario_is_named_instead_of_a_legend():
    spec = charts_of(scenarios_study(("today",)))["chance"].to_dict()
    assert "Scenario today." in captions(spec)
    colours = [node["color"] for node in nodes(spec) if isinstance(node.get("color"), dict)]
    assert all(colour.get("legend", "none") is None for colour in colours if "field" in colour)


def test_the_price_of_a_promise_marks_what_is_asked_and_wanted():
    chart = charts_of(limit_study())["chance_by_limit"].to_dict()
    assert f"limit of {GOLD}.p1_fix, h" in titles(chart)
    limits = {row["limit"] for row in data_rows(chart, "chance")}
    assert limits == {step / 2 for step in range(2, 17)}
    assert {row["label"] for row in data_rows(chart, "wanted") if "label" in row} == {"wanted 80 %"}
    assert "Dashed upright" not in captions(chart)


def test_limits_of_the_text_are_those_of_the_scenario():
    contract = contract_of()
    found = limits_of(contract, ("base",))
    assert found["gold.answer"] == 0.75
    assert found["gold.fix"] == 1.0
    assert found["gold.slow"] == 20.0
    assert "gold.up" not in found


def test_headcounts_are_drawn_with_decisions_and_the_cheapest_that_keeps():
    study = staff_study(STAFF)
    chart = charts_of(study)["chance_by_staff"].to_dict()
    assert {"desk.early agents", "desk.late agents"} <= set(titles(chart))
    cells = data_rows(chart, "across")
    assert len(cells) == 16
    assert [row["figure"] + row["decision"] for row in cells if row["chance"] is None] == ["over-loaded"]
    assert [(row["across"], row["down"]) for row in cells if row["best"]] == [
        tuple(float(word.split()[-1]) for word in study.search.best.name.split(","))
    ]
    assert "Cheapest that keeps it: desk.early" in captions(chart)


def test_a_single_headcount_is_a_line_and_three_are_facets():
    line = charts_of(staff_study({"desk.early agents": range(3, 10)}))["chance_by_staff"].to_dict()
    assert {row["decision"] for row in data_rows(line, "decision")} == {"fails", "too close", "keeps"}
    three = charts_of(staff_study(STAFF | {"apps.day agents": range(1, 3)}))["chance_by_staff"].to_dict()
    assert [panel["title"]["text"] for panel in three["concat"]] == ["apps.day 1", "apps.day 2"]


def test_costs_are_in_units_of_their_currency():
    chart = charts_of(staff_study(STAFF))["chance_by_cost"].to_dict()
    assert "planned cost a month, EUR" in titles(chart)
    assert min(row["cost"] for row in data_rows(chart, "cost")) == 780_000 * 8 / 100 + 400


def test_what_moves_the_chance_farthest_comes_first():
    dimensions = {"desk.early agents": range(4, 6), "desk.late agents": range(3, 9)}
    chart = charts_of(staff_study(dimensions))["what_matters_most"].to_dict()
    order = [row["lever"] for row in data_rows(chart, "lowest")]
    assert order == ["desk.late: 3 to 8", "desk.early: 4 to 5"]


def test_differences_are_sorted_and_say_which_are_clear(scenarios):
    found = data_rows(scenarios["differences"], "difference")
    assert [(row["scenario"], row["sign"]) for row in found] == [
        ("black_friday", "worse"),
        ("two_more", "better"),
        ("tighter_p1", "no clear difference"),
    ]
    assert found[0]["label"] == "-30.0 points  (-35 to -24)"


def test_what_a_rung_does_by_itself_wakes_nobody():
    row = {"scenario": "today", "sla": GOLD, "step": 4, "rule": "at 100% of resolution", "per_night": 0.034}
    told = [row | {"to": to} for to in ("reassign: apps", "declare: major", "invoke: surge", "a@b.example")]
    chart = charts_of(study_of(("today",), {"escalations": told}))["escalations"].to_dict()
    found = data_rows(chart, "per_night")
    assert [(each["rung"], each["label"]) for each in found] == [
        ("4. at 100% of resolution → a@b.example", "0.034")
    ]
    assert "escalations" not in charts_of(study_of(("today",), {"escalations": told[:3]}))


def test_an_end_of_credits_that_is_not_known_is_said(scenarios):
    assert "too few runs to say how far" in captions(scenarios["credits"])
    one = charts_of(scenarios_study(("today",)))["credits"].to_dict()
    assert "too few runs" not in captions(one)
    assert {row["amount"] for row in data_rows(one, "amount")} == {4_800.0, 11_500.0}


def test_missed_time_adds_up(scenarios):
    bars = data_rows(scenarios["missed_time"], "part")
    first = [row for row in bars if row["bar"] == "p2_fix, today"]
    assert [row["from"] for row in first][1:] == pytest.approx([row["to"] for row in first][:-1])
    assert first[-1]["to"] == pytest.approx(3.2 + 1.4 + 12 + 0.3 + 2.2 + 0.2)


def test_labels_of_variants_tell_them_apart():
    study = staff_study(STAFF)
    cast = cast_of(study.summary, study.points, list(study.tallies))
    assert len(set(cast.labels.values())) == 16
    assert "desk.early 4, desk.late 3" in cast.labels.values()
    two = limit_study()
    both = cast_of(two.summary, two.points, list(two.tallies))
    assert both.labels == {name: name for name in two.tallies}
    assert len(both.shown) <= MOST


def test_promises_are_in_the_units_of_pictures():
    contract = contract_of(PROMISES)
    found = {each.name: promise_of(each) for each in contract.agreements[GOLD].targets}
    assert found["mttr"].figure(5_400) == "1.50 h"
    assert found["mttr"].at_most
    assert found["p1_fix"].figure(0.875) == "87.50 %"
    assert found["p2_fix"].level_on(date(2027, 6, 30)) == 88.0
    assert found["p2_fix"].level_on(date(2027, 7, 1)) == 90.0
    assert found["tills_ms"].figure(12.5) == "12.50"
    assert found["tills_ms"].figure(None) == ""


@pytest.mark.parametrize("target", contract_of().agreements["gold"].targets, ids=lambda each: each.name)
def test_every_form_of_target_has_words_and_a_level(target):
    promise = promise_of(target)
    assert promise.measure != "attained"
    assert promise.level_on(date(2027, 5, 1)) is not None
    assert promise.sentence.endswith(".")


def test_a_missing_library_is_told_with_what_to_install(monkeypatch):
    monkeypatch.setattr(needed, "find_spec", lambda name: None if name == "vl_convert" else object())
    with pytest.raises(needed.MissingExtraError, match=r"`vl_convert`.*pip install slmdsl\[report\]") as told:
        charts_of(scenarios_study(("today",)))
    assert told.value.help == "pip install slmdsl[report]"


def test_specifications_are_the_same_every_time():
    def said():
        return {name: json.dumps(chart.to_dict()) for name, chart in charts_of(scenarios_study()).items()}

    assert said() == said()


def test_charts_are_altair_charts():
    chart = charts_of(scenarios_study(("today",)))["chance"]
    assert isinstance(chart, alt.LayerChart)
    assert promises_of(scenarios_study(("today",)))["today", f"{GOLD}.p1_fix"].unit == "%"
    assert frame("summary").schema["wanted"] == pl.Float64
