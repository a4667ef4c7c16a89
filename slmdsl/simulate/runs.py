"""One replication of a plan: its luck, what an engine makes of it, and the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from slmdsl.simulate.outcome import log_of
from slmdsl.workload.luck import luck_of
from slmdsl.workload.names import TicketNames

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.events.log import EventLog
    from slmdsl.simulate.outcome import Outcome, Spells
    from slmdsl.workload.plan import DeskPlan, Luck

Engine: TypeAlias = Literal["fast", "simpy"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """A simulated replication."""

    plan: DeskPlan
    luck: Luck
    outcome: Outcome
    _logs: list[EventLog] = field(default_factory=list, init=False, repr=False)

    @property
    def log(self) -> EventLog:
        """The event log, like any real one; made when first asked for."""
        if not self._logs:
            carried = self.plan.carried
            names = TicketNames(self.plan.demand, self.luck.arrivals, carried.ids if carried else ())
            self._logs.append(log_of(self.plan, self.luck, self.outcome, names))
        return self._logs[0]

    @property
    def spells(self) -> Spells:
        """Who worked on what, and when."""
        return self.outcome.spells

    @property
    def tick_us(self) -> int:
        """How long a tick of the plan's clock is, in microseconds."""
        return self.plan.tick_us


def simulated(
    plan: DeskPlan, seed: int, replication: int, *, engine: Engine = "fast", like: Run | None = None
) -> Run:
    """Simulate one replication of a plan.

    Args:
        plan: a scenario over a horizon, compiled.
        seed: 0 .. 2**32 - 1.
        replication: its number, 0 .. 2**32 - 1. The same seed and number mean the same luck in any plan.
        engine: `fast`, or `simpy` for the reference; both leave the same rows.
        like: a run of the same seed and number of any plan. What both draw alike before anything happens is taken over
            from it: the same outcome, sooner.

    Raises:
        ValueError: if `like` is of another seed or number.
        EndlessWorkError: if the desk is never done with an instant or a ticket.

    For example `simulated(plan, 2027, 0).log.tickets`.
    """
    luck = luck_of(plan, seed, replication, like=None if like is None else (like.plan, like.luck))
    return Run(plan=plan, luck=luck, outcome=_engine(engine)(plan, luck))


def _engine(name: Engine) -> Callable[[DeskPlan, Luck], Outcome]:
    # Each loads a library that the other has no use for.
    if name == "simpy":
        from slmdsl.simulate.reference.desk import simulate  # noqa: PLC0415

        return simulate
    from slmdsl.simulate.fast.engine import simulate as simulate_fast  # noqa: PLC0415

    return simulate_fast
