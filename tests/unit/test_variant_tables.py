"""What stands beneath the table of a search: nothing is simulated here, the figures are made up."""

from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import polars as pl
import pytest

from slmdsl.cli.variant_tables import notes
from slmdsl.contract.model.studies import Wanted
from slmdsl.contract.variants import Variant
from slmdsl.report.study_words import COSTS
from slmdsl.study.cheapest import Search, State
from slmdsl.study.setting import Setting

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
    variants = pl.DataFrame({"cost_minor": costs}, schema={"cost_minor": pl.Int64})
    return SimpleNamespace(setting=setting, search=search, variants=variants)


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
