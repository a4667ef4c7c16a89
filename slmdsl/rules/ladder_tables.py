"""The tables of an escalation plan that kernels read, and the room in which they follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.rules.tables import table

if TYPE_CHECKING:
    from slmdsl.rules.tables import Int64, Table

AT_SHARE, BEFORE_DUE, AFTER_BREACH, AFTER_BREACH_WALL = range(4)
"""What a line waits for."""

IN_PLAIN_TIME = 2
"""A repeat counted in plain time; the other units are those in which calendars count."""

NEVER_FITS, FITS, MAY_FIT = range(3)
"""Whether a step before due comes behind the start of a clock with a limit; the last is found out ticket by ticket."""

LINE = np.dtype(
    [(name, np.int64) for name in "waits_for unit numerator denominator is_due repeat_unit times".split()]
)
"""A line: what it waits for, the unit of its amount, its share as a fraction and whether that is the whole, the unit of
its repeat, and how often it is sent: 1 without a repeat, -1 without end."""

STATE = np.dtype([(name, np.int64) for name in "times last_us calendar target since".split()])
"""How far a line has come on a ticket: how often it fired, when last, on whose calendar, what ran since."""

FIRED = np.dtype([(name, np.int64) for name in "ticket target cycle line at_us".split()])


class Ladder(NamedTuple):
    """An escalation plan as kernels read it.

    Target t has the lines `served[first[t] : end[t]]`. `goals` (lines x limits) are what elapsed must reach, in the
    limit's unit; `fits` (lines x limits) are NEVER_FITS, FITS or MAY_FIT; `amounts` and `everys` (lines x calendars)
    are what a calendar must count. `at_opening[t]` tells whether a limit that runs out at closing is told at the next
    opening.
    """

    lines: Table
    served: Int64
    first: Int64
    end: Int64
    goals: Int64
    fits: Int64
    amounts: Int64
    everys: Int64
    at_opening: Int64


class Landing(NamedTuple):
    """Room to follow the lines on one ticket: what each watch had counted before a stretch, and since its miss.

    `rows` are filled with what fired, of one ticket after the other.
    """

    states: Table
    before: Int64
    beyond: Int64
    rows: Table


def landing(lines: int, watches: int, rows: int) -> Landing:
    """Return room for plans of so many lines, families of so many watches, and so many rows."""
    return Landing(
        states=table(lines, STATE),
        before=np.zeros(watches, np.int64),
        beyond=np.zeros((watches, 2), np.int64),
        rows=table(rows, FIRED),
    )
