"""The search against the exhaustive answer: tiny desks of many kinds, whose chances are known by long runs.

`cheapest_truth.json` is written by `tests/bench/_cheapest_truth.py`; its replications have other numbers.
"""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.cheapest import CONFIRM_AT_LEAST, State
from slmdsl.study.running.study import studied
from tests.small_searches import BY_NAME, SMALL

pytestmark = pytest.mark.compiled  # some thousand small replications

TRUTH = json.loads(Path(__file__).with_name("cheapest_truth.json").read_text(encoding="utf-8"))["models"]
APART = 0.03
"""So far from what is wanted lie all chances of a model that is not called close."""
CERTAIN = 5
"""So many standard errors away a chance is known to keep or to fail."""


def margins(name, wanted):
    """Return for each variant how far the least of its chances lies above what is wanted, and its standard error."""
    found = {}
    for variant, truth in TRUTH[name]["variants"].items():
        known = zip(truth["chances"], wanted, strict=True)
        found[variant] = min((each["chance"] - float(one.at_least), each["error"]) for each, one in known)
    return found


def wanted_of(small):
    return setting_of(small.contract(), "search", Wishes()).find


def cheapest(costs, names):
    return min((costs[name] for name in names), default=None)


def test_there_are_twenty_models_that_are_known_well_enough():
    assert {each.name for each in SMALL} == set(TRUTH)
    clear = [each for each in SMALL if not each.is_close]
    assert len(clear) >= 20
    for small in clear:
        assert TRUTH[small.name]["replications"] >= 2_000
        for margin, error in margins(small.name, wanted_of(small)).values():
            assert abs(margin) >= APART, small.name
            assert abs(margin) > CERTAIN * error or error == 0, small.name


def test_they_are_of_many_kinds():
    found = [wanted_of(each) for each in SMALL]
    assert any(len(each) > 1 for each in found)
    assert any(each.throughout for one in found for each in one)
    assert any(each.of == "gold" for one in found for each in one)
    costs = [[each["minor"] for each in TRUTH[small.name]["variants"].values()] for small in SMALL]
    assert any(len(set(each)) == 1 for each in costs)
    assert any(1 < len(set(each)) < len(each) for each in costs)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_cheapest_that_is_found_is_the_cheapest(name):
    small = BY_NAME[name]
    contract = small.contract()
    study = studied(contract, setting_of(contract, "search", Wishes()), workers=2)
    search = study.search
    known = margins(name, search.wanted)
    costs = {variant: truth["minor"] for variant, truth in TRUTH[name]["variants"].items()}
    assert {each.name: float(each.minor) for each in search.candidates} == costs
    keeping = [variant for variant, (margin, _) in known.items() if margin >= 0]
    for each in search.candidates:
        margin, error = known[each.name]
        if abs(margin) > CERTAIN * error:
            wrong = State.KEEPS if margin < 0 else State.FAILS
            assert each.state is not wrong, each.name
    if small.is_close:
        tried = [each for each in search.candidates if each.state is State.TOO_CLOSE]
        assert all(abs(known[each.name][0]) < APART for each in tried)
        return
    assert not search.too_close
    if not keeping:
        assert search.best is None
        assert {each.state for each in search.candidates} == {State.FAILS}
        assert search.nearest(study.tallies, 0.95).name == max(known, key=lambda each: known[each][0])
        return
    assert search.best.name in keeping
    assert costs[search.best.name] == cheapest(costs, keeping)
    assert search.confirmed.replications >= CONFIRM_AT_LEAST
    assert search.best.minor == Fraction(costs[search.best.name])
    cheaper = [each.state for each in search.candidates if each.minor < search.best.minor]
    assert set(cheaper) <= {State.FAILS}
