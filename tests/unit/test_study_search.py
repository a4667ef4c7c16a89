"""The search for the cheapest, with coins instead of desks: what is looked at, what is decided, and when it ends."""

from __future__ import annotations

import numpy as np
import pytest

from slmdsl.stats.decisions import FIRST_LOOK, Decision
from slmdsl.study.running.cheapest import CONFIRM_AT_LEAST, FRESH
from tests.coin_searches import GOLD, Searched, searched, setting_of, wanted

COSTS = {"a": 1, "b": 2, "c": 3}
RISING = {"a": 0.2, "b": 0.5, "c": 0.97, "d": 0.99, "e": 1.0}


def test_the_cheapest_that_keeps_is_found_and_the_dearer_are_spared():
    found = searched(RISING)
    assert found.search.best.name == "c"
    assert (found.states["a"], found.states["b"], found.states["c"]) == ("fails", "fails", "keeps")
    assert {found.states[name] for name in "de"} <= {"keeps", "dearer"}
    assert found.seen["e"] == 0


def test_looks_are_at_fixed_numbers_each_replication_once():
    found = searched(RISING)
    numbers = {name: [] for name in RISING}
    for look in found.looks[:-1]:
        assert not look.fresh
        assert look.numbers.start % FIRST_LOOK == look.numbers.stop % FIRST_LOOK == 0
        for name in look.variants:
            numbers[name] += look.numbers
    for name, seen in found.seen.items():
        assert numbers[name] == list(range(seen))


def test_what_is_found_is_confirmed_by_replications_that_chose_nothing():
    found = searched(RISING)
    last = found.looks[-1]
    assert (last.variants, last.fresh) == (("c",), True)
    assert last.numbers == range(FRESH, FRESH + max(found.seen["c"], CONFIRM_AT_LEAST))
    assert found.search.confirmed is found.fresh
    assert found.fresh.replications == len(last.numbers)


@pytest.mark.parametrize("percent", [80, 95, 99])
def test_candidates_that_seem_to_keep_are_tried_from_the_cheapest_on(percent):
    """However many replications it takes to prove a chance: of the dearer ones no more than a first look is taken."""
    names = {f"n{each:02}": float(each >= 7) for each in range(15)}
    found = searched(names, find=[wanted(percent)], most=1_200, periods=6, indifference=0)
    assert found.search.best.name == "n07"
    assert all(each <= FIRST_LOOK for name, each in found.seen.items() if name > "n07")
    assert all(each == FIRST_LOOK for name, each in found.seen.items() if name < "n07")


@pytest.mark.parametrize("cost", [0, 5])
def test_of_those_that_cost_the_same_one_that_keeps_is_found(cost):
    found = searched({"a": 0.2, "b": 1.0, "c": 0.5, "d": 1.0}, dict.fromkeys("abcd", cost))
    assert found.search.best.name in "bd"
    assert all(found.states[name] in ("fails", "dearer") for name in "ac")


def test_a_cheaper_one_that_keeps_is_found_though_dearer_ones_fail():
    found = searched({"a": 0.1, "b": 1.0, "c": 0.1, "d": 0.1, "e": 1.0})
    assert found.search.best.name == "b"
    assert (found.states["a"], found.states["b"]) == ("fails", "keeps")


def test_nothing_keeps():
    found = searched({"a": 0.1, "b": 0.4, "c": 0.2})
    assert set(found.states.values()) == {"fails"}
    assert (found.search.best, found.search.confirmed) == (None, None)
    assert not any(look.fresh for look in found.looks)
    assert found.search.nearest(found.tallies, 0.95).name == "b"


def test_overloaded_candidates_are_not_run_and_share_no_risk():
    found = searched(RISING, overloaded=("a", "b"))
    assert found.search.best.name == "c"
    assert (found.states["a"], found.states["b"], found.seen["a"]) == ("overloaded", "overloaded", 0)
    assert found.search.statements == 3
    assert found.search.nearest(found.tallies, 0.95).name in "cde"


def test_nothing_but_overloaded_candidates():
    found = searched(RISING, overloaded=tuple(RISING))
    assert found.looks == []
    assert set(found.states.values()) == {"overloaded"}
    assert found.search.best is found.search.nearest(found.tallies, 0.95) is None


@pytest.mark.parametrize("most", [1, 5, FIRST_LOOK - 1])
def test_too_few_replications_for_a_look_decide_nothing_that_is_not_certain(most):
    found = searched({"a": 0.0, "b": 1.0}, most=most)
    assert found.states == {"a": "too_close", "b": "too_close"}
    assert found.seen == {"a": most, "b": most}
    assert found.search.best is None


def test_a_certainty_fails_with_the_first_period_that_is_missed_and_is_never_found():
    found = searched({"a": 0.5, "b": 1.0}, find=[wanted(100)], most=60)
    assert found.states == {"a": "fails", "b": "too_close"}
    assert (found.seen["a"], found.search.best) == (FIRST_LOOK, None)


def test_a_chance_of_nothing_is_kept_by_the_cheapest():
    found = searched({"a": 0.0, "b": 1.0}, find=[wanted(0)])
    assert (found.search.best.name, found.seen["a"]) == ("a", FIRST_LOOK)


def test_two_wanted_chances_are_both_asked():
    kept = {GOLD: coins_of(a=1, b=1, c=1), "silver": coins_of(a=0, b=1, c=1)}
    found = Searched(setting_of("abc", [wanted(80), wanted(70, "silver")]), COSTS, kept)
    assert found.search.best.name == "b"
    assert found.search.statements == 6
    assert [str(each) for each in found.search.candidates[0].decisions.values()] == ["open", "fails"]


def coins_of(**shares):
    """Return rows of two periods that are always kept, or never."""
    return {name: np.full(400, 2.0 * share) for name, share in shares.items()}


def test_what_is_decided_stands():
    """Gold keeps at first and misses all later: by then it was decided, while silver is open until the end."""
    first = np.concatenate([np.full(60, 2.0), np.zeros(340)])
    even = np.resize([2.0, 0.0], 400)
    setting = setting_of("a", [wanted(80), wanted(50, "silver")], indifference=0)
    found = Searched(setting, {"a": 1}, {GOLD: {"a": first}, "silver": {"a": even}})
    keeps, open_ = found.search.candidates[0].decisions.values()
    assert (keeps, open_) == (Decision.KEEPS, Decision.TOO_CLOSE)
    assert found.states == {"a": "too_close"}


def test_throughout_asks_for_all_periods_of_a_replication():
    """Each replication misses one of two periods: half of the periods are kept, and none is kept throughout."""
    kept = {GOLD: {"a": np.ones(400)}}
    each = Searched(setting_of("a", [wanted(30)]), {"a": 1}, kept)
    every = Searched(setting_of("a", [wanted(30, throughout=True)]), {"a": 1}, kept)
    assert (each.states["a"], every.states["a"]) == ("keeps", "fails")


def test_a_chance_that_is_about_as_wanted_is_too_close_before_the_replications_are_used_up():
    kept = {GOLD: {"a": np.resize([1600.0, 1599.0], 4_000)}}
    found = Searched(setting_of("a", most=2_000), {"a": 1}, kept, periods=2_000)
    assert found.states == {"a": "too_close"}
    assert found.seen["a"] < 200


def test_candidates_of_which_nothing_is_judged_are_named_after_the_first_look():
    found = Searched(setting_of("abc"), COSTS, {GOLD: coins_of(b=0, c=1)})
    assert found.states == {"a": "unjudged", "b": "fails", "c": "keeps"}
    assert found.seen["a"] == FIRST_LOOK
    assert found.search.best.name == "c"


def test_a_horizon_in_which_nothing_is_judged_ends_the_search():
    found = Searched(setting_of("abc", most=100_000), dict.fromkeys("abc", 1), {GOLD: {}})
    assert set(found.states.values()) == {"unjudged"}
    assert set(found.seen.values()) == {FIRST_LOOK}
    assert found.search.best is None


def test_a_replication_without_a_judged_period_counts_on_neither_side():
    found = searched({"a": 1.0}, most=60)
    half = Searched(setting_of("a", most=60), {"a": 1}, {GOLD: {"a": np.full(120, 2.0)}})
    assert half.search.candidates[0].wagers[0].replications == half.seen["a"] == found.seen["a"]
    tally = found.tallies["a"]
    tally.agreements[GOLD].add(60, 0, 0)
    assert len(tally.agreements[GOLD].shares) == found.seen["a"]


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_an_interrupt_leaves_what_is_known(looks):
    found = searched({"a": 0.7, "b": 0.72, "c": 0.75}, looks=looks)
    assert set(found.states.values()) == {"open"}
    assert sum(found.seen.values()) == looks * FIRST_LOOK
    assert (found.search.best, found.search.confirmed) == (None, None)


def test_the_same_coins_decide_the_same():
    one, other = searched(RISING, seed=5), searched(RISING, seed=5)
    assert (one.looks, one.states) == (other.looks, other.states)


def test_wrong_answers_are_as_rare_as_the_confidence_says():
    """Candidates just at what is wanted and a little above and below: of 60 searches at most a few are wrong."""
    wrong = 0
    for seed in range(60):
        found = searched({"a": 0.75, "b": 0.8, "c": 0.85}, most=100, seed=seed, together=True)
        wrong += found.states["a"] == "keeps" or found.states["c"] == "fails"
    assert wrong <= 6
