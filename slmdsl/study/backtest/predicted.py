"""What replications of a model say of the days ahead: a value for each target and period, and for the desk."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import cpu_count
from typing import TYPE_CHECKING, NamedTuple

from slmdsl.study.backtest.forms import GAUGES
from slmdsl.study.backtest.gauges import gauged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slmdsl.study.backtest.gauges import Gauged, Weeks
    from slmdsl.study.judged.judging import Cell, Verdict
    from slmdsl.study.running.replications import Trial


class Place(NamedTuple):
    """What a value is of: a qualified name or a gauge, the value of `per`, and the period."""

    name: str
    part: str | None
    period: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """The values that replications have, by what they are of; where one says nothing it has none."""

    values: dict[Place, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, cells: Mapping[Cell, Verdict], gauges: Gauged, weeks: Weeks) -> None:
        """Add what a replication says."""
        for cell, verdict in cells.items():
            if verdict.value is not None:
                self.values[Place(cell.target, cell.part, cell.period)].append(verdict.value)
        for name in GAUGES:
            for label, value in zip(weeks.labels, getattr(gauges, name).tolist(), strict=True):
                if value == value:  # noqa: PLR0124 - NaN where nothing was resolved
                    self.values[Place(name, None, label)].append(value)


def predictions_of(
    trial: Trial,
    weeks: Weeks,
    replications: int,
    *,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Predictions:
    """Return what some replications of a trial say; `progress` is called with how many are done."""
    found = Predictions()

    def said(number: int) -> tuple[Mapping[Cell, Verdict], Gauged]:
        log = trial.run(number).log
        return trial.judge.judged(log).cells, gauged(log, weeks)

    with ThreadPoolExecutor(max(workers or cpu_count() or 1, 1)) as pool:
        for number, (cells, gauges) in enumerate(pool.map(said, range(replications)), 1):
            found.add(cells, gauges, weeks)
            if progress is not None:
                progress(number)
    return found
