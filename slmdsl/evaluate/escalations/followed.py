"""The escalations of some agreements, followed on a log: what fired on its tickets, and on the whole desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.contract.model.escalations import Declare
from slmdsl.evaluate.escalations.desk_conditions import DeskHistory
from slmdsl.evaluate.escalations.desk_steps import FlagRaised, desk_messages
from slmdsl.evaluate.escalations.ladder import lines_fired
from slmdsl.rules.escalations import escalation_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.escalations.desk_steps import DeskMessage
    from slmdsl.evaluate.escalations.ladder import LinesFired
    from slmdsl.evaluate.period_verdicts import Judged
    from slmdsl.events.log import EventLog
    from slmdsl.rules.binding import BoundRules
    from slmdsl.rules.escalations import EscalationPlan
    from slmdsl.rules.tables import Int64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """A plan followed on a log (of tickets, or of units that `tickets` are the tickets of), and what fired."""

    plan: EscalationPlan
    bound: BoundRules
    log: EventLog
    tickets: Int64 | None
    found: LinesFired

    def raised(self) -> Iterator[FlagRaised]:
        """Yield the flags that steps on tickets declare."""
        for place, line in enumerate(self.plan.tickets):
            rows = self.found.line == place
            ticket = self.found.ticket[rows]
            for action in line.actions:
                if isinstance(action, Declare):
                    yield FlagRaised(
                        flag=action.flag,
                        tickets=ticket if self.tickets is None else self.tickets[ticket],
                        at_us=self.found.at_us[rows],
                    )


def followed(contract: Contract, judged: Judged, agreements: Sequence[Agreement]) -> tuple[Followed, ...]:
    """Follow the steps on tickets of some agreements: on whole tickets first, then on each sort of units."""
    names = [each.name for each in agreements]
    return tuple(
        _followed(escalation_plan(contract, bound.rules.targets, names), bound, log, tickets)
        for bound, log, tickets in _logs(judged)
    )


def desk_told(contract: Contract, judged: Judged, found: Sequence[Followed]) -> Iterator[DeskMessage]:
    """Yield what the steps on the whole desk would have told, given what was followed on tickets."""
    history = DeskHistory(contract, judged.log, judged.bound.as_of_us)
    raised = [flag for each in found for flag in each.raised()]
    return desk_messages(history, found[0].plan.desk, raised)


def _followed(plan: EscalationPlan, bound: BoundRules, log: EventLog, tickets: Int64 | None) -> Followed:
    return Followed(plan=plan, bound=bound, log=log, tickets=tickets, found=lines_fired(plan, bound, log))


def _logs(judged: Judged) -> Iterator[tuple[BoundRules, EventLog, Int64 | None]]:
    """Yield the tickets, and each sort of units that they were cut into, with the rules that judge them."""
    yield judged.bound, judged.log, None
    for each in judged.units:
        yield each.bound, each.units.log, each.units.ticket
