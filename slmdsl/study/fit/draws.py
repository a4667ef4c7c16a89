"""What the parameters may be as well: tickets drawn anew by the week of their opening, with all that became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.study.fit.arrivals.draws import arrival_draws
from slmdsl.study.fit.model import Draws

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.study.fit.model import Floats, Int64, Length, StepFit, StreamFit

DRAWS: Final = 200
_WEEK_US: Final = 7 * DAY


def draws_of(streams: Sequence[StreamFit], opened_us: Int64, *, seed: int, draws: int = DRAWS) -> Draws:
    """Return draws of the parameters of all streams.

    How tickets arrive and what becomes of them are drawn apart; within each, parameters of one draw come from the same
    weeks. Lengths of time vary as their means do.

    Args:
        streams: as fitted.
        opened_us: when each ticket of the log was opened.
        seed: of the luck; the same gives the same draws.
        draws: how many.
    """
    luck = np.random.default_rng(seed)
    columns: list[str] = []
    values: list[Floats] = []
    for stream in streams:
        arrivals = arrival_draws(stream.arrivals, seed, draws, name=stream.name)
        kept = _possible(stream)
        for number, path in enumerate(arrivals.columns):
            if path.split()[-1] in kept:
                columns.append(path)
                values.append(arrivals.rows[:, number])
        for path, drawn in _of_flow(stream, _Weeks(opened_us, luck, draws)):
            columns.append(path)
            values.append(drawn)
    return Draws(columns=tuple(columns), rows=np.stack(values, axis=1))


def _possible(stream: StreamFit) -> set[str]:
    """Return which parameters of arrivals the text has."""
    return {"rate", "varying", "correlated"} if stream.arrivals.varying > 0 else {"rate"}


class _Weeks:
    """How often each week is drawn, by draw (d x w)."""

    def __init__(self, opened_us: Int64, luck: np.random.Generator, draws: int) -> None:
        week = (opened_us - opened_us.min()) // _WEEK_US
        used, self._of_ticket = np.unique(week, return_inverse=True)
        self._count = len(used)
        self._times = luck.multinomial(self._count, np.full(self._count, 1 / self._count), size=draws)

    def sums(self, tickets: Int64, values: Floats | None = None) -> Floats:
        """Return by draw the sum of the tickets' values (without any: how many there are)."""
        by_week = np.bincount(self._of_ticket[tickets], values, minlength=self._count)
        return (self._times @ by_week).astype(np.float64)

    def mean_factor(self, tickets: Int64, values: Floats) -> Floats:
        """Return by draw the mean of values as a factor on that of all; 1 where a draw has none."""
        mean = float(values.mean()) if len(values) else 0.0
        count = self.sums(tickets)
        if mean <= 0:
            return np.ones(len(count))
        found = np.divide(self.sums(tickets, values), count * mean, out=np.ones(len(count)), where=count > 0)
        return np.maximum(found, 1e-3)


def _of_flow(stream: StreamFit, weeks: _Weeks) -> Iterator[tuple[str, Floats]]:
    name = stream.name
    wait, reopens = stream.customer_wait, stream.reopens
    if wait is not None and wait.length.tickets is not None and wait.length.values is not None:
        yield f"{name} customer", weeks.mean_factor(wait.length.tickets, wait.length.values)
    if reopens is not None and reopens.hit is not None and reopens.could is not None:
        hit, could = weeks.sums(reopens.hit), np.maximum(weeks.sums(reopens.could), 1.0)
        yield f"{name} reopens", hit / could / reopens.share
    for step in stream.steps:
        yield from _of_step(f"{name}.{step.name}", step, weeks)


def _of_step(path: str, step: StepFit, weeks: _Weeks) -> Iterator[tuple[str, Floats]]:
    works = [each.length for each in step.works]
    if any(each.fitted is not None for each in works):
        yield f"{path} works", weeks.mean_factor(*_joined(works))
    if step.waits is not None and step.waits.fitted is not None:
        yield f"{path} waits", weeks.mean_factor(*_joined([step.waits]))
    if step.left is None or len(step.routes) <= 1:
        return
    tickets, route = step.left
    shares = np.stack([weeks.sums(tickets[route == number]) for number in range(len(step.routes))], axis=1)
    total = shares.sum(axis=1, keepdims=True)
    said = np.array([each.share for each in step.routes])
    shares = np.where(total > 0, shares / np.maximum(total, 1.0), said)
    for number, each in enumerate(step.routes):
        yield f"{path} then {each.name or 'resolved'}", shares[:, number]


def _joined(lengths: Sequence[Length]) -> tuple[Int64, Floats]:
    """Return the tickets and values of several lengths as one."""
    told = [each for each in lengths if each.tickets is not None and each.values is not None]
    tickets = np.concatenate([each.tickets for each in told if each.tickets is not None])
    values = np.concatenate([each.values for each in told if each.values is not None])
    return tickets, values
