"""From `escalation` blocks to ladders of steps, and from conditions on the desk to what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from slmdsl.contract.from_tree.alerts import recipients
from slmdsl.contract.from_tree.populations import population
from slmdsl.contract.from_tree.reading import all_of, title_of, value_of
from slmdsl.contract.model import escalations as model
from slmdsl.syntax.tree import clocks as tree
from slmdsl.syntax.tree import populations as desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.file import Declaration

_MEASURES: Final[dict[str, model.EscalationMeasure]] = {
    "response": "response",
    "resolution": "resolution",
    "fulfilment": "fulfilment",
    "next_reply": "next_reply",
    "updates": "updates",
}


def escalations(reading: Reading) -> dict[str, model.Escalation]:
    """Return every declared escalation."""
    return {each.name.text: _escalation(each, reading) for each in reading.of_kind("escalation")}


def _escalation(block: Declaration, reading: Reading) -> model.Escalation:
    said = all_of(reading.body(block), tree.EscalationRule)
    rules = (_rule(step, rule, reading) for step, rule in enumerate(said, start=1))
    return model.Escalation(
        name=block.name.text,
        title=title_of(block),
        rules=tuple(rule for rule in rules if rule is not None),
        span=block.head_span,
    )


def _rule(step: int, said: tree.EscalationRule, reading: Reading) -> model.EscalationRule | None:
    """Return a step; None where its condition names nothing real (which is an error of its own)."""
    trigger = _trigger(said.trigger, reading)
    if trigger is None:
        return None
    return model.EscalationRule(
        step=step,
        trigger=trigger,
        actions=tuple(_actions(said, reading)),
        words=reading.words(said.trigger.span),
        span=said.span,
    )


def _trigger(said: tree.Trigger, reading: Reading) -> model.Trigger | None:
    if isinstance(said, tree.WhenDesk):
        condition = desk_condition(said.condition, reading)
        return None if condition is None else model.WhenDesk(condition=condition)
    measure = _MEASURES[said.measure.value]
    if isinstance(said, tree.AtPercent):
        return model.AtPercent(share=said.share.value.value, measure=measure)
    if isinstance(said, tree.BeforeDue):
        return model.BeforeDue(duration=said.duration.value, measure=measure)
    return model.AfterBreach(duration=said.duration.value, measure=measure, wall=said.wall)


def _actions(said: tree.EscalationRule, reading: Reading) -> Iterator[model.Action]:
    for action in said.actions:
        if isinstance(action, tree.Notify):
            repeat = action.repeat
            yield model.Notify(
                recipients=tuple(dict.fromkeys(recipients(action.recipients, reading))),
                repeat=None
                if repeat is None
                else model.Repeat(every=repeat.every.value, times=value_of(repeat.times)),
            )
        elif isinstance(action, tree.Reassign):
            if (team := reading.name(action.team)) is not None:
                yield model.Reassign(team=team)
        elif isinstance(action, tree.Declare):
            yield model.Declare(flag=action.flag.text)
        elif (contingency := reading.name(action.contingency)) is not None:
            yield model.Invoke(contingency=contingency)


def desk_condition(said: desk.DeskCondition, reading: Reading) -> model.DeskCondition | None:
    """Return what a condition on the whole desk means; None where it names what is not declared."""
    if isinstance(said, desk.AllOf | desk.AnyOf):
        parts = tuple(desk_condition(part, reading) for part in said.parts)
        if None in parts:
            return None
        join: Any = model.AllOf if isinstance(said, desk.AllOf) else model.AnyOf
        return cast("model.DeskCondition", join(parts=parts))
    if isinstance(said, desk.OpenTickets):
        return model.OpenTickets(
            population=population(said.population, reading),
            older_than=value_of(said.population.older_than),
            comparison=cast("model.Comparison", said.operator),
            count=said.count.value,
        )
    return _named(said, reading)


def _named(
    said: desk.Backlog | desk.OutageLasts | desk.Declared, reading: Reading
) -> model.DeskCondition | None:
    """Return a condition on one team, service or flag."""
    if isinstance(said, desk.Declared):
        flag = reading.name(said.flag)
        return None if flag is None else model.Declared(flag=flag)
    if isinstance(said, desk.OutageLasts):
        service = reading.name(said.service)
        return None if service is None else model.OutageLasts(service=service, duration=said.duration.value)
    team = reading.name(said.team)
    if team is None:
        return None
    return model.Backlog(
        team=team, comparison=cast("model.Comparison", said.operator), count=said.count.value
    )
