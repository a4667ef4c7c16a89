"""What stands beneath the table of a search: nothing is simulated here, the figures are made up."""

from datetime import date
from fractions import Fraction
from io import StringIO
from types import SimpleNamespace

import polars as pl
import pytest
from rich.console import Console

from slmdsl.cli.tables.variant_tables import notes, ranked
from slmdsl.contract.model.studies import Wanted
from slmdsl.contract.variants import Variant
from slmdsl.report.study_words import COSTS
from slmdsl.study.asked.setting import Setting
from slmdsl.study.compared import comparing
from slmdsl.study.desk.costs import Priced
from slmdsl.study.running.cheapest import Search, State
from slmdsl.study.running.tally import Kept, Tally

WANTED = Wanted(of="gold", at_least=Fraction(7, 10), throughout=False, span=None)


def searched(states, costs):
    names = [f"v{number}" for number in range(len(states))]
    setting = Setting(
        name="try", variants=tuple(Variant(name=name, scenario=name) for name in names), first=date(2027, 1, 1),
        last=date(2027, 12, 31), warm_up_us=0, replications=80, seed=0, confidence=Fraction(95, 100),
        tick_us=1_000_000, find=(WANTED,),
    )  # fmt: skip
    search = Search.of(setting, dict.fromkeys(names, Fraction(1)))
    for candidate, state in zip(search.candidates, states, strict=True):
        candidate.state = state
    rows = [
        {"scenario": name, "cost_minor": cost, "currency": "EUR", "replications": 80, "state": str(state)}
        for name, cost, state in zip(names, costs, states, strict=True)
    ]
    variants = pl.DataFrame(rows, schema_overrides={"cost_minor": pl.Int64})
    tallies = {name: tally(8, 2) for name in names}
    trials = {name: SimpleNamespace(plan=None) for name in names}
    return SimpleNamespace(setting=setting, search=search, variants=variants, tallies=tallies, trials=trials)


def tally(kept, missed):
    found = Tally()
    found.replications = kept + missed
    found.agreements["gold"] = Kept()
    for number in range(found.replications):
        found.agreements["gold"].add(number, int(number < kept), 1)
        found.whole_cost.add(number, 12 * 23_456_700.0)
    found.costs[Priced("desk", is_contingency=False, currency="EUR")] = Fraction(0)
    return found


def test_both_costs_stand_beside_each_other_on_a_narrow_terminal(monkeypatch):
    monkeypatch.setattr(comparing, "months_of", lambda plan: Fraction(12))
    _, table, _ = ranked(searched([State.TOO_CLOSE, State.KEEPS], [12_345_600, 13_345_600]), all_in=True)
    console = Console(width=80, record=True, file=StringIO())
    console.print(table)
    said = [line.split() for line in console.export_text().splitlines()]
    assert ["v0", "80.0", "%", "44–97", "EUR", "123_456", "EUR", "234_567", "80", "too", "close"] in said
    assert ["v1", "80.0", "%", "44–97", "EUR", "133_456", "EUR", "234_567", "80", "keeps"] in said


def test_too_close_to_call_is_explained_once():
    states = [State.TOO_CLOSE, State.TOO_CLOSE, State.KEEPS]
    costs, close = notes(searched(states, [1, 2, None]))
    assert costs == COSTS
    assert close == (
        "Too close to call, though a range may lie above what is wanted: a range is the 95 % range of one chance, while"
        " decisions hold together and at every look: they share a risk of 5 % among 3 statements, and so ask for more."
        " More than 80 replications each may decide."
    )


@pytest.mark.parametrize("states", [[State.KEEPS, State.FAILS], [State.KEEPS, State.DEARER]])
def test_nothing_is_explained_that_is_not_there(states):
    assert list(notes(searched(states, [None, None]))) == []
