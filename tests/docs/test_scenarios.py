"""The worked what-ifs: each runs, says what its golden file says, and its page says it too.

`golden.json` says beside the figures what is shown and how far a figure may be off: the same seed gives the same bits
on one machine, but where a library's last digit differs, a ticket may end a second later and a month be kept or missed.
`SLM_REWRITE=1` writes the figures that were found into the golden files, the pages and the catalogue.
"""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import slmdsl
from slmdsl.cli.app import run
from slmdsl.syntax.format import format_text
from tests.docs.markdown import REWRITE, fences

if TYPE_CHECKING:
    from slmdsl.study.running.study import Study

pytestmark = pytest.mark.compiled

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios"
CATALOGUE = FOLDER / "README.md"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/whatif.slm"))
TABLE = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end -->)", re.DOTALL)
KINDS = {"chance", "attained", "wait", "busy", "cost", "credits", "missed", "supplier"}
COMMAND = re.compile(r"^slm simulate scenarios/(\w+) (\w+)$", re.MULTILINE)


def golden_of(name):
    return json.loads((FOLDER / name / "golden.json").read_text(encoding="utf-8"))


def page_of(name):
    return (FOLDER / name / "README.md").read_text(encoding="utf-8")


@cache
def study_of(name) -> Study:
    """Run the experiment that the page's command names."""
    [(folder, experiment)] = COMMAND.findall(page_of(name))
    return slmdsl.simulate(slmdsl.load(FOLDER / folder), experiment)


# -- figures of a study


def row(frame, **cells):
    """The one row with these cells; no cell is compared with None."""
    for column, value in cells.items():
        frame = frame.filter(pl.col(column).is_null() if value is None else pl.col(column) == value)
    [found] = frame.to_dicts()
    return found


def figure(study, scenario, shown):
    """A figure, and the ends of its interval if it has one: `[value, low, high]`. Hours, EUR, or shares."""
    kind, *words = shown.split()
    named = words[0] if words else ""
    if kind in ("chance", "attained"):
        found = row(study.summary, scenario=scenario, target=named)
        low, high = ("low", "high") if kind == "chance" else ("attained_low", "attained_high")
        return [found[kind], found[low], found[high]]
    if kind == "wait":
        priority = None if words[1] == "requests" else words[1]
        return [
            row(study.waiting, scenario=scenario, group=named, priority=priority)["mean_wait"].total_seconds()
            / 3600
        ]
    if kind == "busy":
        return [row(study.desk, scenario=scenario, group=named)["utilisation"]]
    if kind == "cost":
        return [study.costs.filter(pl.col("scenario") == scenario)["per_month_minor"].sum() / 100]
    if kind == "credits":
        found = row(study.credits, scenario=scenario, sla=named)
        return [found[each] / 100 for each in ("mean_minor", "low_minor", "high_minor")]
    found = row(study.missed, scenario=scenario, target=named)
    return [found["missed"] if kind == "missed" else found["supplier"].total_seconds() / 3600]


def difference(study, scenario, shown):
    """What a scenario has more than the first one, in pairs: `[value, low, high]`; none for what is not compared."""
    kind, *words = shown.split()
    if kind not in ("chance", "attained", "cost"):
        return None
    found = study.differences.filter((pl.col("scenario") == scenario) & (pl.col("figure") == kind))
    if words:
        found = found.filter(pl.col("target") == words[0])
    [one] = found.to_dicts()
    scale = 0.01 if kind == "cost" else 1.0
    return [one[each] * scale for each in ("difference", "low", "high")]


def rounded(values):
    return None if values is None else [round(value, 6) for value in values]


def found_in(study, shows):
    scenarios = list(study.tallies)
    return {
        "figures": {
            each: {shown: rounded(figure(study, each, shown)) for shown in shows} for each in scenarios
        },
        "against_first": {
            each: {
                shown: rounded(compared)
                for shown in shows
                if (compared := difference(study, each, shown)) is not None
            }
            for each in scenarios[1:]
        },
    }


# -- figures as a table


def said(kind, values):
    value, *ends = values
    if kind == "chance":
        return f"{value:.0%}" + (f" ({100 * ends[0]:.0f} to {100 * ends[1]:.0f})" if ends else "")
    if kind == "attained":
        return f"{value:.1%} ({100 * ends[0]:.1f} to {100 * ends[1]:.1f})"
    if kind == "busy":
        return f"{value:.0%}"
    if kind in ("cost", "credits"):
        between = f" ({thousands(ends[0])} to {thousands(ends[1])})" if ends else ""
        return f"{thousands(value)}{between}"
    if kind == "missed":
        return f"{value:.1f}"
    return f"{value:.1f} h" if value >= 1 else f"{60 * value:.0f} min"


def thousands(value):
    """A sum of money to the nearest ten, thousands apart."""
    return f"{round(value, -1) + 0.0:_.0f}".replace("_", " ").replace("-", "\N{MINUS SIGN}")


def more(kind, values):
    if kind == "cost":
        value, low, high = (thousands(each) for each in values)
        return f"{'+' if values[0] > 0 else ''}{value} ({low} to {high})"
    digits = 0 if kind == "chance" else 1
    value, low, high = (
        f"{round(100 * each, digits) + 0.0:+.{digits}f}".replace("-", "\N{MINUS SIGN}") for each in values
    )
    return f"{value} ({low} to {high})"


def table_of(golden):
    """The Markdown table of a golden file: a row for each figure, and one for what it differs by from the first."""
    scenarios, labels = list(golden["figures"]), golden["shows"]
    lines = [
        "| | " + " | ".join(f"`{each}`" for each in scenarios) + " |",
        "| --- |" + " ---: |" * len(scenarios),
    ]
    for shown, label in labels.items():
        kind = shown.split()[0]
        cells = [said(kind, golden["figures"][each][shown]) for each in scenarios]
        lines.append(f"| {label} | " + " | ".join(cells) + " |")
        compared = [golden["against_first"][each].get(shown) for each in scenarios[1:]]
        if all(compared):
            cells = [more(kind, each) for each in compared]
            lines.append("| &nbsp; against the first | | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def in_catalogue(golden):
    """What the catalogue says of a what-if: the chance of the agreement in every scenario."""
    shown = "chance acme_gold"
    return " / ".join(f"{each[shown][0]:.0%}" for each in golden["figures"].values())


# -- the tests


def test_there_are_at_least_eight_and_the_catalogue_names_them_all():
    assert len(NAMES) >= 8
    text = CATALOGUE.read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[(\w+)\]\(\w+/README\.md\) \|", text, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_what_if_checks_and_is_laid_out(name):
    assert unmeant(FOLDER / name) == []
    path = FOLDER / name / "whatif.slm"
    text = path.read_text(encoding="utf-8")
    assert format_text(text, path.name) == text


def test_all_what_ifs_together_check_without_a_finding():
    assert unmeant(FOLDER) == []


def unmeant(folder):
    """The findings of a folder, but for those on short horizons: a month is enough for a Saturday without power."""
    _, found = slmdsl.check(folder)
    return [f"{each.code} {each.message}" for each in found if each.code != "SLM680"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_what_if_answers_what_its_golden_file_says(name):
    path = FOLDER / name / "golden.json"
    golden = golden_of(name)
    found = found_in(study_of(name), golden["shows"])
    if REWRITE:
        lines = json.dumps(golden | found, indent=1, ensure_ascii=False)
        path.write_text(re.sub(r"\[\s+([^\[\]]*?)\s+\]", one_line, lines) + "\n", encoding="utf-8")
        return
    for part, scenarios in found.items():
        assert scenarios.keys() == golden[part].keys()
        for scenario, figures in scenarios.items():
            assert figures.keys() == golden[part][scenario].keys()
            for shown, values in figures.items():
                tolerance = golden["tolerances"][shown.split()[0]]
                assert values == pytest.approx(
                    golden[part][scenario][shown], abs=tolerance["off"], rel=tolerance["share"]
                ), f"{scenario}: {shown}"


def one_line(match):
    return "[" + re.sub(r"\s+", " ", match[1]) + "]"


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_file_says_how_far_each_figure_may_be_off(name):
    golden = golden_of(name)
    kinds = {shown.split()[0] for shown in golden["shows"]}
    assert kinds <= KINDS
    assert kinds == golden["tolerances"].keys()
    for tolerance in golden["tolerances"].values():
        assert 0 <= tolerance["off"] <= 300
        assert 0 <= tolerance["share"] <= 0.05


@pytest.mark.parametrize("name", NAMES)
def test_a_page_shows_the_figures_of_its_golden_file(name):
    path, golden = FOLDER / name / "README.md", golden_of(name)
    text = page_of(name)
    [shown] = TABLE.findall(text)
    expected = table_of(golden)
    if REWRITE:
        path.write_text(TABLE.sub(lambda _: expected, text), encoding="utf-8")
        return
    assert shown == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_pages_snippets_stand_in_the_file_and_its_command_names_it(name):
    page, text = page_of(name), (FOLDER / name / "whatif.slm").read_text(encoding="utf-8")
    snippets = [each.text for each in fences(page) if each.language == "slm"]
    assert snippets
    for snippet in snippets:
        assert snippet in text
    [(folder, experiment)] = COMMAND.findall(page)
    assert folder == name
    assert re.search(rf"^experiment {experiment} \{{$", text, re.MULTILINE)
    for part in (
        "## The question",
        "## What is changed",
        "## The answer",
        "## What one learns",
        "## How sure",
    ):
        assert part in page


def test_the_catalogue_says_the_chances_of_the_golden_files():
    text = CATALOGUE.read_text(encoding="utf-8")
    for name in NAMES:
        line = re.compile(rf"^(\| \[{name}\]\S+ \|[^|]*\| )([^|]*)( \|)", re.MULTILINE)
        [(_, shown, _)] = line.findall(text)
        expected = in_catalogue(golden_of(name))
        if REWRITE:
            text = line.sub(lambda m, new=expected: m[1] + new + m[3], text)
        else:
            assert shown == expected, name
    if REWRITE:
        CATALOGUE.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["shift_cut"])
def test_the_command_of_a_page_runs(name, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    [command] = [line for line in page_of(name).splitlines() if COMMAND.match(line)]
    _, *arguments = shlex.split(command)
    assert run([*arguments, "--replications", "2", "--json"]) == 0
    assert {each["scenario"] for each in json.loads(capsys.readouterr().out)["summary"]} == set(
        golden_of(name)["figures"]
    )
