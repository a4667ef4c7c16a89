"""Levels worth promising: round ones, none that cannot be missed, none far from what is asked."""

from datetime import date
from fractions import Fraction

import pytest

from slmdsl.study.judged.judging import Cell, Judgement, Verdict
from slmdsl.study.judged.months import KEPT, MISSED
from slmdsl.study.negotiation.levels import Values, is_never_missed
from tests.negotiations import DESK
from tests.studies import contract_of


def found(words, values, *, wanted=0.9):
    """Return the tightest level of a target whose periods attained each of some values, and the target."""
    lines = [line for line in DESK.splitlines() if not line.startswith(("  target", "  credit"))]
    lines.insert(lines.index("  fee      EUR 1_000 each month") + 1, f"  target one: {words} each month")
    (target,) = contract_of("\n".join(lines) + "\n").agreements["gold"].targets
    seen = Values(target)
    for number in range(40):
        cells = {
            Cell(target=target.qualified, part=None, period=str(place), from_us=0, to_us=1): Verdict(
                kept=KEPT if value == max(values) else MISSED, value=value, n=10, met=5
            )
            for place, value in enumerate(values)
        }
        seen.add(number, Judgement(cells=cells, months={}, messages={}, nightly={}, credits={}))
    return seen.tightest(wanted, 0.95, date(2027, 12, 31)), target


@pytest.mark.parametrize(
    ("words", "values", "level"),
    [
        ("resolution of P1 incidents within 2 h for 95%", [0.63], Fraction(63, 100)),
        ("resolution of P1 incidents within 2 h for 95%", [0.5], Fraction(1, 2)),
        ("resolution of P1 incidents within 2 h for 95%", [0.49], None),
        ("resolution of P1 incidents within 2 h for 95%", [0.0], None),
        ("resolution of P1 incidents within 2 h for 40%", [0.2], Fraction(1, 5)),
        ("resolution of P1 incidents within 2 h for 40%", [0.1], None),
        ("share of incidents where reopenings > 0 at most 5%", [0.08], Fraction(8, 100)),
        ("share of incidents where reopenings > 0 at most 5%", [0.11], None),
        ("share of incidents where reopenings > 0 at most 70%", [1.0], None),
        ("share of incidents where reopenings > 0 at least 70%", [0.0], None),
    ],
)
def test_a_share_is_offered_only_if_it_is_a_promise(words, values, level):
    tightest, _ = found(words, values)
    assert (tightest.bound if tightest else None) == level


@pytest.mark.parametrize(
    ("words", "values", "level"),
    [
        ("count of incidents at most 900", [1137, 1152], 1200),
        ("count of incidents at most 900", [1137, 1100], 1200),
        ("count of incidents at most 900", [1100], 1100),
        ("count of incidents at most 10", [13], 13),
        ("count of incidents at most 20", [0], 0),
        ("count of incidents at most 90000", [123_456], 130_000),
        ("count of incidents at least 1200", [1152], 1100),
        ("count of incidents at most 1152", [1151], 1152),
        ("mean score of feedback at least 4.5", [4.17], Fraction(41, 10)),
    ],
)
def test_numbers_have_two_digits(words, values, level):
    assert found(words, values)[0].bound == level


@pytest.mark.parametrize(
    ("words", "value", "never"),
    [
        ("resolution of P1 incidents within 2 h for 95%", 1.0, True),
        ("resolution of P1 incidents within 2 h for 95%", 0.99, False),
        ("availability of mail at least 99%", 1.0, True),
        ("share of incidents where reopenings > 0 at most 5%", 0.0, True),
        ("share of incidents where reopenings > 0 at least 5%", 1.0, True),
        ("count of incidents at most 5", 0, False),
        ("count of incidents at least 5", 1, False),
    ],
)
def test_a_level_that_only_says_that_nothing_was_missed_is_none(words, value, never):
    level, target = found(words, [value])
    assert is_never_missed(level, target) is never
