"""Who is told when: the steps of the escalation that the agreement follows, and alerts on error budgets."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from slmdsl.base.units import DAY
from slmdsl.contract.burn import standard_table
from slmdsl.contract.model.alerts import StandardAlert
from slmdsl.contract.model.escalations import (
    AfterBreach,
    AllOf,
    AtPercent,
    Backlog,
    BeforeDue,
    Declare,
    Declared,
    Invoke,
    Notify,
    OpenTickets,
    OutageLasts,
    Reassign,
)
from slmdsl.report.agreement.drafts import Chapter, Clause, clauses
from slmdsl.report.clauses import actions_words, alert_words, recipients_words
from slmdsl.report.document.tree import Cell, Column, Table
from slmdsl.report.words import joined, population_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.escalations import Action, DeskCondition, EscalationRule
    from slmdsl.report.agreement.subject import Subject
    from slmdsl.report.language import Language


def escalation_chapter(subject: Subject) -> Chapter:
    """Return the steps of the agreement's escalation."""
    plan, say = subject.contract.escalations.get(subject.agreement.escalation or ""), subject.say
    found: tuple[Clause, ...] = ()
    if plan is not None:
        steps = (_step(subject, rule) for rule in plan.rules)
        found = clauses([*steps, say.say("agreement.escalation.once"), say.say("agreement.escalation.hours")])
    return Chapter(key="escalation", title=say.say("agreement.escalation"), items=found)


def _step(subject: Subject, rule: EscalationRule) -> str:
    say, trigger = subject.say, rule.trigger
    actions = actions_words([_action(subject, each) for each in rule.actions], say)
    if isinstance(trigger, AtPercent):
        limit = say.say(f"limit_of.{trigger.measure}")
        return say.say("at_percent", share=say.share(trigger.share), limit=limit, actions=actions)
    if isinstance(trigger, BeforeDue | AfterBreach):
        key = "before_due" if isinstance(trigger, BeforeDue) else "after_breach"
        wall = "_wall" if isinstance(trigger, AfterBreach) and trigger.wall else ""
        limit = say.say(f"limit_of.{trigger.measure}")
        length = say.duration(trigger.duration)
        return say.say(f"{key}{wall}", length=length, limit=limit, actions=actions)
    return say.say("when_desk", condition=_condition(trigger.condition, say), actions=actions)


def _condition(condition: DeskCondition, say: Language) -> str:
    if isinstance(condition, OpenTickets):
        compared = say.say(f"compared.{condition.comparison}", n=condition.count)
        population = population_words(condition.population, say)
        if condition.older_than is None:
            return say.say("open_tickets", population=population, compared=compared)
        age = say.duration(condition.older_than)
        return say.say("agreement.open_older", population=population, age=age, compared=compared)
    if isinstance(condition, Backlog):
        compared = say.say(f"compared.{condition.comparison}", n=condition.count)
        return say.say("backlog", team=condition.team, compared=compared)
    if isinstance(condition, OutageLasts):
        return say.say("outage_lasts", service=condition.service, length=say.duration(condition.duration))
    if isinstance(condition, Declared):
        return say.say("declared", flag=condition.flag)
    key: Literal["both", "either"] = "both" if isinstance(condition, AllOf) else "either"
    return joined(
        key, (say.say("in_parentheses", words=_condition(part, say)) for part in condition.parts), say
    )


def _action(subject: Subject, action: Action) -> str:
    say = subject.say
    match action:
        case Notify():
            return _notice(action, say)
        case Reassign():
            return say.say("reassign", team=subject.called(action.team))
        case Declare():
            return say.say("declare", flag=action.flag)
        case Invoke():
            plan = subject.contract.contingencies.get(action.contingency)
            name = action.contingency
            words = say.say("agreement.called", title=plan.title, name=name) if plan and plan.title else name
            return say.say("invoke", contingency=words)


def _notice(action: Notify, say: Language) -> str:
    recipients = recipients_words(action.recipients, say)
    if action.repeat is None:
        return say.say("notify", recipients=recipients)
    every = say.duration(action.repeat.every)
    if action.repeat.times is None:
        return say.say("notify_repeat", recipients=recipients, every=every)
    times = say.counted(action.repeat.times, "time")
    return say.say("notify_repeat_times", recipients=recipients, every=every, times=times)


def alerts_chapter(subject: Subject) -> Chapter:
    """Return the alerts on error budgets, and the rates of the usual ones."""
    agreement, say = subject.agreement, subject.say
    found = [alert_words(each, say) for each in agreement.alerts]
    if not found:
        return Chapter(key="alerts", title="")
    usual = any(isinstance(each, StandardAlert) for each in agreement.alerts)
    tables = (_standard(say),) if usual else ()
    return Chapter(
        key="alerts",
        title=say.say("agreement.alerts"),
        items=(*clauses([say.say("agreement.budget"), *found]), *tables),
    )


def _standard(say: Language) -> Table:
    """Return the usual rates as shares of a budget, which are the same for periods of every length."""
    keys = ("share", "long", "short")
    columns = tuple(Column(key=key, head=say.say(f"agreement.alerts.{key}")) for key in keys)
    rows = tuple(_rate(say))
    return Table(key="alert-rates", caption=say.say("agreement.alerts.caption"), columns=columns, rows=rows)


def _rate(say: Language) -> Iterator[tuple[Cell, ...]]:
    for step in standard_table(DAY):
        share = step.budget_share or Fraction(0)
        windows = (Cell(text=say.clock_time(us), value=us, unit="us") for us in step.windows_us)
        yield (Cell(text=say.share(share), value=share, unit="ratio"), *windows)
