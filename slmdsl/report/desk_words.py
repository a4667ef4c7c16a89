"""Escalations, risks and contingencies, one sentence for each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slmdsl.base.units import plain
from slmdsl.report.clauses import actions_words, recipients_words
from slmdsl.report.words import joined, value_words
from slmdsl.syntax.tree import clocks, distributions, risks
from slmdsl.syntax.tree.common import Cost, Owner, Ref, Text
from slmdsl.syntax.tree.populations import AllOf, AnyOf, Backlog, Declared, OpenTickets, OutageLasts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from slmdsl.report.language import Language
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.populations import DeskCondition, Population


def statement_words(statement: Node, say: Language) -> str | None:
    """Return what a line of an escalation, a risk or a contingency means; None for a line of another block."""
    words = _STATEMENTS.get(type(statement))
    return None if words is None else words(statement, say)


def _rule(rule: clocks.EscalationRule, say: Language) -> str:
    trigger = rule.trigger
    actions = actions_words([_action(action, say) for action in rule.actions], say)
    if isinstance(trigger, clocks.WhenDesk):
        return say.say("when_desk", condition=desk_words(trigger.condition, say), actions=actions)
    limit = say.say(f"limit_of.{trigger.measure.value}")
    if isinstance(trigger, clocks.AtPercent):
        share = say.share(trigger.share.value.value)
        return say.say("at_percent", share=share, limit=limit, actions=actions)
    length = say.duration(trigger.duration.value)
    if isinstance(trigger, clocks.BeforeDue):
        return say.say("before_due", length=length, limit=limit, actions=actions)
    key = "after_breach_wall" if trigger.wall else "after_breach"
    return say.say(key, length=length, limit=limit, actions=actions)


def _action(action: clocks.Action, say: Language) -> str:
    match action:
        case clocks.Notify():
            return _notify(action, say)
        case clocks.Reassign():
            return say.say("reassign", team=action.team.text)
        case clocks.Declare():
            return say.say("declare", flag=action.flag.text)
        case clocks.Invoke():
            return say.say("invoke", contingency=action.contingency.text)


def _notify(action: clocks.Notify, say: Language) -> str:
    recipients = recipients_words(map(_recipient, action.recipients), say)
    if action.repeat is None:
        return say.say("notify", recipients=recipients)
    every = say.duration(action.repeat.every.value)
    if action.repeat.times is None:
        return say.say("notify_repeat", recipients=recipients, every=every)
    times = say.counted(action.repeat.times.value, "time")
    return say.say("notify_repeat_times", recipients=recipients, every=every, times=times)


def _recipient(recipient: clocks.Recipient) -> str:
    if isinstance(recipient, Ref):
        return recipient.text
    return recipient.value if isinstance(recipient, Text) else "owner"


def desk_words(condition: DeskCondition, say: Language) -> str:
    """Return a condition on the whole desk."""
    match condition:
        case OpenTickets():
            compared = say.say(f"compared.{condition.operator}", n=condition.count.value)
            return say.say(
                "open_tickets", population=tickets_words(condition.population, say), compared=compared
            )
        case Backlog():
            compared = say.say(f"compared.{condition.operator}", n=condition.count.value)
            return say.say("backlog", team=condition.team.text, compared=compared)
        case OutageLasts():
            length = say.duration(condition.duration.value)
            return say.say("outage_lasts", service=condition.service.text, length=length)
        case Declared():
            return say.say("declared", flag=condition.flag.text)
        case AllOf() | AnyOf():
            return joined(
                "both" if isinstance(condition, AllOf) else "either",
                [_part(part, say) for part in condition.parts],
                say,
            )


def _part(condition: DeskCondition, say: Language) -> str:
    words = desk_words(condition, say)
    return say.say("in_parentheses", words=words) if isinstance(condition, AllOf | AnyOf) else words


def tickets_words(population: Population, say: Language) -> str:
    """Return tickets as a line of a model names them: `P1 incidents in till`."""
    names = say.listed((ref.text for ref in population.names), "or")
    services = say.listed((ref.text for ref in population.services), "or")
    return say.say(
        "population",
        names=say.say("population.names", names=names) if names else "",
        kind=say.say(f"kind.{population.kind.value}"),
        services=say.say("population.in", services=services) if services else "",
        only="",
    )


def distribution_words(distribution: distributions.Distribution, say: Language) -> str:
    """Return how long or how many: a length of time, or a distribution as people write it."""
    match distribution:
        case distributions.Always():
            return say.duration(distribution.duration.value)
        case distributions.NamedDistribution():
            parameters = (
                f"{each.name} {value_words(each.value.value, say)}"
                if each.name
                else value_words(each.value.value, say)
                for each in distribution.parameters
            )
            return f"{distribution.family.value}({', '.join(parameters)})"
        case distributions.Mix():
            parts = (
                f"{say.share(each.share.value.value)} {distribution_words(each.distribution, say)}"
                for each in distribution.parts
            )
            return f"mix({', '.join(parts)})"
        case distributions.Empirical():
            return f'empirical("{distribution.file.value}" "{distribution.column.value}")'


def _likelihood(said: risks.Likelihood, say: Language) -> str:
    places = {
        "times": say.counted(said.times.value, "time"),
        "unit": say.say(f"unit_word.{said.per.value}"),
    }
    if said.during is None:
        return say.say("likelihood", **places)
    first, last = (say.say(f"month_name.{month}") for month in (said.during.first, said.during.last))
    return say.say("likelihood_during", first=first, last=last, **places)


def _impact_staff(said: risks.ImpactStaff, say: Language) -> str:
    change = said.change.value.value
    sign = "+" if change > 0 else ""
    return say.say(
        "impact_staff",
        staff=said.staff.text,
        change=f"{sign}{say.share(change)}",
        duration=distribution_words(said.duration, say),
    )


def _impact_load(said: risks.ImpactLoad, say: Language) -> str:
    return say.say(
        "impact_load",
        factor=plain(said.factor.value),
        population=tickets_words(said.population, say),
        duration=distribution_words(said.duration, say),
    )


def _restore(said: risks.ThenRestore, say: Language) -> str:
    places = {"service": said.service.text, "within": say.duration(said.within.value)}
    if said.succeeds is None:
        return say.say("then_restore", **places)
    return say.say("then_restore_chance", share=say.share(said.succeeds.value.value), **places)


def _notified(said: risks.ThenNotify, say: Language) -> str:
    party = said.party.value if isinstance(said.party, Text) else said.party.text
    return say.say("then_notify", party=party, within=say.duration(said.within.value))


def _add(said: risks.ThenAddAgents, say: Language) -> str:
    agents = say.counted(said.agents.value, "agent")
    if said.after is None:
        return say.say("then_add", agents=agents, staff=said.staff.text)
    return say.say(
        "then_add_after", agents=agents, staff=said.staff.text, after=say.duration(said.after.value)
    )


def _cost(said: Cost, say: Language) -> str:
    if said.per is None:
        return say.say("cost", money=said.money.value)
    return say.say("cost_per", money=said.money.value, unit=say.say(f"unit_word.{said.per.value}"))


def _rehearse(said: risks.Rehearse, say: Language) -> str:
    every = say.counted(said.every.count, said.every.unit)
    if said.last is None:
        return say.say("rehearse", every=every)
    return say.say("rehearse_last", every=every, day=said.last)


def named(refs: Iterable[Ref], say: Language) -> str:
    """Return what is mentioned, listed as it is written."""
    return say.listed(ref.text for ref in refs)


_STATEMENTS: dict[type, Callable[[Any, Language], str]] = {
    clocks.EscalationRule: _rule,
    risks.Affects: lambda said, say: say.say("affects", what=named(said.what, say)),
    risks.Likelihood: _likelihood,
    risks.ImpactOutage: lambda said, say: say.say(
        "impact_outage", duration=distribution_words(said.duration, say)
    ),
    risks.ImpactStaff: _impact_staff,
    risks.ImpactLoad: _impact_load,
    risks.Treatment: lambda said, say: say.say("treatment", contingency=said.contingency.text),
    risks.Accepted: lambda said, say: say.say("accepted", reason=said.reason.value),
    risks.When: lambda said, say: say.say("begins_when", condition=desk_words(said.condition, say)),
    risks.Until: lambda said, say: say.say("ends_when", condition=desk_words(said.condition, say)),
    risks.ThenRestore: _restore,
    risks.ThenNotify: _notified,
    risks.ThenAddAgents: _add,
    risks.Rehearse: _rehearse,
    Cost: _cost,
    Owner: lambda said, say: say.say("owned", owner=said.party.text),
}
