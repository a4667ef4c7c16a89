"""One replication from its key to its log, by either engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from slmdsl.simulate.outcome import log_of
from slmdsl.workload.demand.names import TicketNames
from slmdsl.workload.luck import luck_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from slmdsl.events.log import EventLog
    from slmdsl.simulate.outcome import Outcome, Spells
    from slmdsl.workload.plan import DeskPlan, Luck

EngineName = Literal["fast", "simpy"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """One replication: its plan, what it drew, and what an engine made of both."""

    plan: DeskPlan
    luck: Luck
    outcome: Outcome
    _logs: list[EventLog] = field(default_factory=list, init=False, repr=False)

    @property
    def log(self) -> EventLog:
        """The event log, as any real one; made when it is first asked for."""
        if not self._logs:
            self._logs.append(
                log_of(self.plan, self.luck, self.outcome, TicketNames.of(self.plan, self.luck))
            )
        return self._logs[0]

    @property
    def spells(self) -> Spells:
        """Who worked on what, from when to when."""
        return self.outcome.spells


def simulated(plan: DeskPlan, seed: int, replication: int, *, engine: EngineName = "fast") -> Run:
    """Simulate one replication.

    Args:
        plan: the compiled desk.
        seed: 0 to 2**32 - 1.
        replication: from 0; the same seed and replication are the same luck in every scenario.
        engine: `fast`, or `simpy`, the reference; both leave the same log.

    Raises:
        ValueError: for an unknown engine, and where work without length never ends.
    """
    work = _engine(engine)
    luck = luck_of(plan, seed, replication)
    return Run(plan=plan, luck=luck, outcome=work(plan, luck))


def _engine(name: str) -> Callable[[DeskPlan, Luck], Outcome]:
    """Return an engine; only the one that is asked for is loaded."""
    if name == "fast":
        from slmdsl.simulate.fast.engine import simulate as fast  # noqa: PLC0415

        return fast
    if name == "simpy":
        from slmdsl.simulate.reference import simulate as reference  # noqa: PLC0415

        return reference
    msg = f"there is no engine `{name}`: say `fast` or `simpy`"
    raise ValueError(msg)
