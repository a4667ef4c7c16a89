"""Escalations, compiled: which steps speak of the clocks of which targets, and which of the whole desk.

The plan knows no log: the same one is followed on history, in the simulator and live.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import Within
from slmdsl.contract.model.escalations import Notify, WhenDesk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.escalations import (
        Action,
        DeskCondition,
        Escalation,
        EscalationRule,
        Repeat,
        TicketTrigger,
    )
    from slmdsl.contract.model.spec import Contract
    from slmdsl.rules.ticket_rules import TicketTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLine:
    """What one step does at one time for the tickets of an agreement: its actions that share a repeat."""

    agreement: Agreement
    rule: EscalationRule
    trigger: TicketTrigger
    repeat: Repeat | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskLine:
    """What one step does at one time for the whole desk. `agreements` use the escalation, in the order of the text."""

    agreements: tuple[Agreement, ...]
    escalation: str
    rule: EscalationRule
    condition: DeskCondition
    repeat: Repeat | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPlan:
    """The lines of all escalations that some agreements use.

    Lines on tickets stand in the order of agreements and steps. `served[t]` are the places in `tickets` of those that
    speak of target t of the ticket rules: of its agreement, about its measure.
    """

    tickets: tuple[TicketLine, ...]
    served: tuple[tuple[int, ...], ...]
    desk: tuple[DeskLine, ...]


def escalation_plan(
    contract: Contract, targets: Sequence[TicketTarget], agreements: Iterable[str]
) -> EscalationPlan:
    """Compile the escalations that the named agreements use, for the targets of their ticket rules."""
    using: dict[str, list[Agreement]] = {}
    lines: list[TicketLine] = []
    for agreement in (contract.agreements[name] for name in agreements):
        escalation = contract.escalations.get(agreement.escalation or "")
        if escalation is not None:
            using.setdefault(escalation.name, []).append(agreement)
            lines += _ticket_lines(agreement, escalation)
    return EscalationPlan(
        tickets=tuple(lines),
        served=tuple(_served(lines, target) for target in targets),
        desk=tuple(
            line
            for name, users in using.items()
            for line in _desk_lines(contract.escalations[name], tuple(users))
        ),
    )


def _ticket_lines(agreement: Agreement, escalation: Escalation) -> Iterable[TicketLine]:
    for rule in escalation.rules:
        trigger = rule.trigger
        if not isinstance(trigger, WhenDesk):
            for repeat, actions in _by_repeat(rule).items():
                yield TicketLine(
                    agreement=agreement, rule=rule, trigger=trigger, repeat=repeat, actions=tuple(actions)
                )


def _desk_lines(escalation: Escalation, agreements: tuple[Agreement, ...]) -> Iterable[DeskLine]:
    for rule in escalation.rules:
        if isinstance(rule.trigger, WhenDesk):
            for repeat, actions in _by_repeat(rule).items():
                yield DeskLine(
                    agreements=agreements,
                    escalation=escalation.name,
                    rule=rule,
                    condition=rule.trigger.condition,
                    repeat=repeat,
                    actions=tuple(actions),
                )


def _by_repeat(rule: EscalationRule) -> dict[Repeat | None, list[Action]]:
    found: dict[Repeat | None, list[Action]] = {}
    for action in rule.actions:
        repeat = action.repeat if isinstance(action, Notify) else None
        found.setdefault(repeat, []).append(action)
    return found


def _served(lines: Sequence[TicketLine], target: TicketTarget) -> tuple[int, ...]:
    form = target.target.form
    if not isinstance(form, Within):
        return ()
    return tuple(
        place
        for place, line in enumerate(lines)
        if line.agreement.name == target.agreement.name and line.trigger.measure == form.measure
    )
