"""When replications end: after a fixed number, or when a chance is known to the wanted half width."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from slmdsl.contract.model.studies import Until
from slmdsl.study.asked.setting import Wishes, setting_of
from slmdsl.study.running.looks import Look, chance_of, fixed, kept_of, until_narrow
from slmdsl.study.running.study import studied
from slmdsl.study.running.tally import Kept, Tally
from tests.coin_searches import GOLD, coins
from tests.coin_searches import setting_of as setting_for
from tests.small_searches import BY_NAME


def looks_until(percent, kept, *, most=400, of=GOLD):
    """Return the looks that are taken at variants whose replications keep so many of two periods."""
    until = Until(of=of, half_width=Fraction(percent, 100), at_most=most)
    tallies, found = {name: Tally() for name in kept}, []
    for look in until_narrow(list(kept), setting_for(kept, most=most), until, tallies):
        found.append(look)
        for name in look.variants:
            for number in look.numbers:
                if kept[name] is not None:
                    tallies[name].agreements.setdefault(GOLD, Kept()).add(number, kept[name][number], 2)
                tallies[name].replications += 1
    return found, tallies


def test_a_fixed_number_is_one_look():
    assert list(fixed(["a", "b"], setting_for("ab", most=7))) == [Look(("a", "b"), range(7))]


def test_looks_are_after_sixty_replications_and_every_twenty_more_until_it_is_narrow():
    kept = coins(3, {"a": 0.8}, most=400)
    looks, tallies = looks_until(5, kept)
    assert looks[0].numbers == range(60)
    assert [each.numbers for each in looks[1:]] == [
        range(at, at + 20) for at in range(60, looks[-1].numbers.stop, 20)
    ]
    assert 80 < tallies["a"].replications < 400
    assert chance_of(tallies["a"], GOLD, 0.95).half_width <= 0.05
    shares = kept["a"] / 2
    for number in range(60, tallies["a"].replications, 20):
        fewer = Kept()
        for at in range(number):
            fewer.add(at, 2 * shares[at], 2)
        assert fewer.chance(0.95).half_width > 0.05


def test_what_is_known_at_the_first_look_ends_there():
    looks, _ = looks_until(40, coins(3, {"a": 0.8}, most=400))
    assert [each.numbers for each in looks] == [range(60)]


def test_each_variant_ends_for_itself():
    kept = coins(4, {"sure": 1.0, "unsure": 0.5}, most=400)
    looks, tallies = looks_until(4, kept)
    assert looks[0].variants == ("sure", "unsure")
    assert looks[-1].variants == ("unsure",)
    assert tallies["sure"].replications < tallies["unsure"].replications <= 400


def test_a_variant_of_which_nothing_is_judged_runs_to_the_end():
    kept = {"sure": np.full(400, 2.0), "blank": None}
    looks, tallies = looks_until(5, kept, most=130)
    assert [each.numbers.stop for each in looks] == [60, 80, 100, 120, 130]
    assert (tallies["sure"].replications, tallies["blank"].replications) == (60, 130)
    assert chance_of(tallies["blank"], GOLD, 0.95) is kept_of(tallies["blank"], GOLD) is None


def test_fewer_than_the_first_look_are_one_look():
    looks, _ = looks_until(1, coins(3, {"a": 0.8}, most=400), most=25)
    assert [each.numbers for each in looks] == [range(25)]


def test_a_chance_of_nothing_that_is_known_is_no_chance():
    assert chance_of(Tally(), "nothing.of_the_kind", 0.95) is None


@pytest.mark.compiled
def test_a_study_until_it_is_narrow_is_the_same_with_any_number_of_workers():
    contract = BY_NAME["limits"].contract()
    wished = setting_of(contract, "search", Wishes())
    until = Until(of="gold.fix", half_width=Fraction(6, 100), at_most=100)
    setting = replace(wished, find=(), until=until, replications=100)
    one, *others = (studied(contract, setting, workers=workers) for workers in (1, 2, 4))
    counts = one.variants["replications"].to_list()
    assert len(set(counts)) > 1
    assert set(counts) <= {60, 80, 100}
    fix = one.summary.filter(one.summary["target"] == "gold.fix")
    assert (((fix["high"] - fix["low"]) / 2 <= 0.06) | (fix["replications"] == 100)).all()
    for other in others:
        assert [frame.equals(same) for frame, same in zip(frames(one), frames(other), strict=True)] == [
            True
        ] * 4


def frames(study):
    return study.summary, study.variants, study.differences, study.costs
