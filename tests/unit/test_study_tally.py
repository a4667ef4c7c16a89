"""What replications say together, worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from slmdsl.evaluate.escalations.sent import Rung
from slmdsl.study.desk.costs import Cost, Priced
from slmdsl.study.desk.desk_figures import DeskFigures
from slmdsl.study.judged.credits import Paid
from slmdsl.study.judged.judging import Cell, Judgement, Verdict
from slmdsl.study.judged.missed import MissedTime
from slmdsl.study.judged.months import KEPT, MISSED, UNJUDGED
from slmdsl.study.running.replications import Replication
from slmdsl.study.running.tally import CellTally, DeskTally, Kept, Tally, TargetTally

CONFIDENCE = 0.95
EUROS = Priced("desk", is_contingency=False, currency="EUR")
ANSWER = Rung(sla="gold", step=1, rule="at 50% of response", to="desk")


def kept_of(*pairs):
    kept = Kept()
    for number, pair in enumerate(pairs):
        kept.add(number, *pair)
    return kept


def figures(**changed):
    ints = np.zeros(1, np.int64)
    return DeskFigures(
        **{
            name: changed.get(name, 0 if kind == "int" else ints)
            for name, kind in DeskFigures.__annotations__.items()
        }
    )


PAID = Paid("gold", "EUR")


def cell(target, period="2027-01"):
    return Cell(target=target, part=None, period=period, from_us=0, to_us=1)


def verdict(kept, value=None, n=0, met=0):
    return Verdict(kept=kept, value=value, n=n, met=met)


def missed(judged, misses):
    times = dict.fromkeys(("waiting", "working", "closed", "customer", "supplier", "resolved"), 60 * misses)
    return MissedTime(judged=judged, missed=misses, **times)


def replication(number, cells, months=(), messages=None, tickets=0):
    return Replication(
        number=number,
        judgement=Judgement(
            cells=cells,
            months={"gold": np.array(months, np.int8)},
            messages=messages or {},
            nightly={rung: times // 2 for rung, times in (messages or {}).items()},
            credits={PAID: 100 * number},
        ),
        missed={"gold.answer": missed(10 + number, number)},
        figures=figures(tickets=tickets),
        costs=(Cost(priced=EUROS, minor=Fraction(number + 1, 3)),),
    )


def test_one_period_each_is_a_plain_share():
    """3 of 4: Clopper and Pearson's interval, as printed in tables."""
    kept = kept_of((1, 1), (1, 1), (0, 1), (1, 1))
    found = kept.chance(CONFIDENCE)
    assert found.value == 0.75
    assert (found.low, found.high) == pytest.approx((0.1941, 0.9937), abs=5e-5)
    assert kept.throughout(CONFIDENCE) == found


def test_a_chance_is_the_mean_of_shares_and_not_of_periods():
    kept = kept_of((1, 1), (0, 3))
    assert kept.chance(CONFIDENCE).value == 0.5
    assert kept.judged == 4


def test_throughout_is_every_period_kept():
    kept = kept_of((4, 4), (3, 4), (4, 4), (0, 4))
    assert kept.throughout(CONFIDENCE).value == 0.5
    assert kept.chance(CONFIDENCE).value == pytest.approx((1 + 0.75 + 1 + 0) / 4)


def test_shares_that_are_all_equal_count_as_one_period_each():
    """Korn and Graubard without variance: n is the number of replications."""
    all_kept = kept_of(*[(12, 12)] * 10).chance(CONFIDENCE)
    assert (all_kept.low, all_kept.high) == pytest.approx((0.025 ** (1 / 10), 1.0), abs=1e-6)


def test_replications_without_a_judged_period_count_on_neither_side():
    kept = kept_of((0, 0), (1, 1), (0, 0))
    assert kept.shares.by_number == {1: 1.0}
    assert kept_of((0, 0)).chance(CONFIDENCE) is None
    assert kept_of().throughout(CONFIDENCE) is None


def test_a_cell_knows_its_replications_and_values():
    found = CellTally()
    for each in (
        verdict(KEPT, 0.9, 10, 9),
        verdict(MISSED, 0.5, 4, 2),
        verdict(UNJUDGED),
        verdict(KEPT, 1.0, 2, 2),
    ):
        found.add(each)
    assert (found.replications, found.kept, found.missed, found.n, found.met) == (4, 2, 1, 16, 13)
    assert found.attained == pytest.approx(0.8)
    assert (found.least, found.most) == (0.5, 1.0)


def test_a_cell_without_values_has_none():
    found = CellTally()
    found.add(verdict(UNJUDGED))
    assert (found.attained, found.least, found.most) == (None, None, None)


def test_a_level_is_the_mean_of_the_replications_means():
    """Means 0.9, 0.7 and 0.8: 0.8 +- 4.3027 * 0.1 / sqrt(3)."""
    found = TargetTally()
    assert found.level(CONFIDENCE) is None
    for number, value in enumerate([0.9, 0.7, 0.8]):
        found.attained.add(number, value)
    level = found.level(CONFIDENCE)
    assert level.value == pytest.approx(0.8)
    assert level.high - level.value == pytest.approx(4.30265 * 0.1 / 3**0.5, abs=1e-5)


def test_a_tally_adds_up_cells_targets_agreements_messages_and_figures():
    tally = Tally()
    jan, feb = cell("gold.answer"), cell("gold.answer", "2027-02")
    tally.add(
        replication(0, {jan: verdict(KEPT, 0.9), feb: verdict(MISSED, 0.7)}, (KEPT, MISSED), {ANSWER: 3}, 10)
    )
    tally.add(
        replication(1, {jan: verdict(KEPT, 1.0), feb: verdict(UNJUDGED)}, (KEPT, UNJUDGED), {ANSWER: 1}, 20)
    )
    assert tally.replications == 2
    assert tally.targets["gold.answer"].kept.shares.by_number == {0: 0.5, 1: 1.0}
    assert tally.targets["gold.answer"].attained.values == pytest.approx([0.8, 1.0])
    assert tally.agreements["gold"].shares.by_number == {0: 0.5, 1: 1.0}
    assert tally.agreements["gold"].judged == 3
    assert tally.messages == {ANSWER: 4}
    assert tally.nightly == {ANSWER: 1}
    assert tally.missed == {"gold.answer": missed(21, 1)}
    assert tally.credits[PAID].by_number == {0: 0.0, 1: 100.0}
    assert tally.cells[feb].missed == 1
    assert tally.cells[feb].replications == 2
    assert tally.desk.of("tickets") == 15
    assert tally.costs == {EUROS: 1}
    assert tally.whole_cost.values == pytest.approx([1 / 3, 2 / 3])


def test_a_target_that_is_never_judged_is_known_all_the_same():
    tally = Tally()
    tally.add(replication(0, {cell("gold.mttr"): verdict(UNJUDGED)}, (UNJUDGED,)))
    assert tally.targets["gold.mttr"].kept.chance(CONFIDENCE) is None
    assert tally.agreements["gold"].shares.by_number == {}


def test_means_of_figures_keep_their_shape():
    desk = DeskTally()
    with pytest.raises(KeyError):
        desk.of("present")
    desk.add(figures(present=np.array([[1, 2], [3, 4]])))
    desk.add(figures(present=np.array([[3, 2], [5, 0]])))
    assert desk.of("present").tolist() == [[2, 2], [4, 2]]
