"""Whether a fitted model is said to look like its log: figures by priority that are off by more than half."""

from __future__ import annotations

import numpy as np
import pytest

from slmdsl.base.units import HOUR
from slmdsl.report.document.tree import Paragraph, Table
from slmdsl.report.fit_alike import alike_section
from slmdsl.report.language import CHINESE, ENGLISH
from slmdsl.study.fit.goodness import Class, Comparison, Side


def side(*classes):
    return Side(
        weekly=np.array([40, 44, 38]),
        hourly=np.ones(168),
        backlog=np.array([3, 4, 5]),
        classes=tuple(
            Class(priority=name, opened=opened, resolved=opened, median_us=median * HOUR, p90_us=p90 * HOUR)
            for name, opened, median, p90 in classes
        ),
    )


REAL = side(("P1", 120, 68.6, 200.0), ("P2", 300, 20.0, 90.0), ("P4", 4, 9.0, 12.0), ("", 424, 30.0, 100.0))
FAR = side(("P1", 118, 17.6, 190.0), ("P2", 305, 31.0, 95.0), ("P4", 9, 1.0, 2.0), ("", 432, 29.0, 99.0))


def told(simulated, say=ENGLISH):
    section = alike_section(Comparison(real=REAL, simulated=(simulated,)), say)
    words = [each for each in section.blocks if isinstance(each, Paragraph)]
    return words[2], next(each for each in section.blocks if isinstance(each, Table))


def test_figures_that_are_off_by_more_than_half_are_marked_and_named():
    words, table = told(FAR)
    assert words.tone == "bad"
    assert "Figures off by more than half: 2. The furthest: " in words.text
    assert "P1, Median: 68.6 h in the log, 17.6 h simulated; P2, Median: 20 h" in words.text
    marked = {
        (row[0].value, place) for row in table.rows for place, cell in enumerate(row) if cell.tone == "bad"
    }
    assert marked == {("P1", 0), ("P1", 6), ("P2", 0), ("P2", 6)}


@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_a_model_like_its_log_is_said_to_be_near(say):
    words, table = told(REAL, say)
    assert words.tone == "good"
    assert {cell.tone for row in table.rows for cell in row} == {"plain"}
    assert told(FAR, say)[0].text != words.text
