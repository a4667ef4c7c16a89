"""What many replications of one scenario say together, added up one at a time in the order of their numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.stats.intervals import clopper_pearson, korn_graubard, t_interval
from slmdsl.study.judged.months import KEPT, MISSED, UNJUDGED
from slmdsl.study.running.series import Series

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.evaluate.escalations.sent import Rung
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.desk.costs import Priced
    from slmdsl.study.desk.desk_figures import DeskFigures
    from slmdsl.study.judged.credits import Paid
    from slmdsl.study.judged.judging import Cell, Judgement, Verdict
    from slmdsl.study.judged.missed import MissedTime
    from slmdsl.study.running.replications import Replication

    Floats = npt.NDArray[np.float64]


class Kept:
    """How often something was kept: one share for each replication that judges a period of it.

    `shares` are the kept shares of the judged periods; `judged` is how many there were in all replications.
    """

    def __init__(self) -> None:
        self.shares = Series()
        self.judged = 0

    def add(self, number: int, kept: int, judged: int) -> None:
        """Add replication `number`; one without a judged period counts on neither side."""
        if judged:
            self.shares.add(number, kept / judged)
            self.judged += judged

    @property
    def periods(self) -> float:
        """How many periods a replication judges on average, of those that judge any."""
        return self.judged / len(self.shares)

    def chance(self, confidence: float) -> Interval | None:
        """Return the chance that a period is kept: the mean of the shares; None where nothing was judged."""
        if not self.shares:
            return None
        shares = self.shares.values
        if self.judged == len(shares):
            return clopper_pearson(float(np.sum(shares)), len(shares), confidence)
        return korn_graubard(shares, self.periods, confidence)

    def throughout(self, confidence: float) -> Interval | None:
        """Return the chance that every judged period of the horizon is kept."""
        if not self.shares:
            return None
        shares = self.shares.values
        return clopper_pearson(int(np.count_nonzero(shares == 1.0)), len(shares), confidence)


class CellTally:
    """One target, part and period over all replications: how often it was kept and missed, what was attained."""

    def __init__(self) -> None:
        self.replications = self.kept = self.missed = self.n = self.met = self._values = 0
        self._sum = 0.0
        self._least, self._most = float("inf"), float("-inf")

    def add(self, verdict: Verdict) -> None:
        """Add what one replication says."""
        self.replications += 1
        self.kept += verdict.kept == KEPT
        self.missed += verdict.kept == MISSED
        self.n += verdict.n
        self.met += verdict.met
        if verdict.value is not None:
            self._values += 1
            self._sum += verdict.value
            self._least = min(self._least, verdict.value)
            self._most = max(self._most, verdict.value)

    @property
    def attained(self) -> float | None:
        """The mean of the values; None where there is none."""
        return self._sum / self._values if self._values else None

    @property
    def least(self) -> float | None:
        """The least value; None where there is none."""
        return self._least if self._values else None

    @property
    def most(self) -> float | None:
        """The largest value; None where there is none."""
        return self._most if self._values else None


class TargetTally:
    """One target over all replications: how often its periods were kept, and each replication's mean attained value."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.attained = Series()

    def level(self, confidence: float) -> Interval | None:
        """Return the mean attained value of a replication; None where there is none."""
        return t_interval(self.attained.values, confidence) if self.attained else None


class Tally:
    """Everything that is kept of a scenario's replications: sums, and of each replication a few floats.

    Attributes:
        replications: how many were added.
        cells: by target, part and period.
        targets: by qualified name.
        agreements: by name; a period is a month.
        messages: how many messages each rung of an escalation sent in all replications.
        nightly: how many of them at night.
        desk: the sums of the figures of all replications.
        costs: what groups and contingencies cost in all replications, in minor units.
        missed: by target, what became of those that missed it in all replications.
        credits: what was paid in each replication, in minor units.
        whole_cost: what all of that costs in each replication, in minor units, whatever their currency.
    """

    def __init__(self) -> None:
        self.replications = 0
        self.cells: dict[Cell, CellTally] = {}
        self.targets: dict[str, TargetTally] = {}
        self.agreements: dict[str, Kept] = {}
        self.messages: dict[Rung, int] = {}
        self.nightly: dict[Rung, int] = {}
        self.desk = DeskTally()
        self.costs: dict[Priced, Fraction] = {}
        self.missed: dict[str, MissedTime] = {}
        self.credits: dict[Paid, Series] = {}
        self.whole_cost = Series()

    def add(self, replication: Replication) -> None:
        """Add a replication; they come in the order of their numbers, since sums of floats depend on it."""
        self.replications += 1
        self._judged(replication.number, replication.judgement)
        for name, missed in replication.missed.items():
            self.missed[name] = self.missed[name] + missed if name in self.missed else missed
        self.desk.add(replication.figures)
        for cost in replication.costs:
            self.costs[cost.priced] = self.costs.get(cost.priced, Fraction(0)) + cost.minor
        self.whole_cost.add(replication.number, float(sum(cost.minor for cost in replication.costs)))

    def _judged(self, number: int, judgement: Judgement) -> None:
        of_target: dict[str, list[Verdict]] = {}
        for cell, verdict in judgement.cells.items():
            self.cells.setdefault(cell, CellTally()).add(verdict)
            of_target.setdefault(cell.target, []).append(verdict)
        for name, verdicts in of_target.items():
            tally = self.targets.setdefault(name, TargetTally())
            kept = [each.kept for each in verdicts if each.kept != UNJUDGED]
            tally.kept.add(number, sum(kept), len(kept))
            values = [each.value for each in verdicts if each.value is not None]
            if values:
                tally.attained.add(number, sum(values) / len(values))
        for rung, times in judgement.messages.items():
            self.messages[rung] = self.messages.get(rung, 0) + times
        for rung, times in judgement.nightly.items():
            self.nightly[rung] = self.nightly.get(rung, 0) + times
        for paid, minor in judgement.credits.items():
            self.credits.setdefault(paid, Series()).add(number, float(minor))
        for name, months in judgement.months.items():
            known = months[months != UNJUDGED]
            self.agreements.setdefault(name, Kept()).add(number, int(np.sum(known)), len(known))


class DeskTally:
    """Sums of the figures of replications; `of` gives a mean."""

    def __init__(self) -> None:
        self._sums: dict[str, Floats] = {}
        self.replications = 0

    def add(self, figures: DeskFigures) -> None:
        """Add the figures of one replication."""
        self.replications += 1
        for name in figures.__dataclass_fields__:
            value = np.asarray(getattr(figures, name), dtype=np.float64)
            self._sums[name] = self._sums[name] + value if name in self._sums else value

    def of(self, name: str) -> Floats:
        """Return the mean of a figure of `DeskFigures` over the replications, in its shape.

        Raises:
            KeyError: if there is no replication, or no figure of that name.
        """
        return self._sums[name] / self.replications
