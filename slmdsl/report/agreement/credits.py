"""Fees and service credits: what is paid when, what limits it, and what ends or returns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.model.credits import Band, OnMiss, OnRepetition
from slmdsl.report.agreement.drafts import Chapter, Clause, Item, clauses, refer
from slmdsl.report.agreement.worked import together_words, worked_table
from slmdsl.report.clauses import cap_words, repetition_words, term_words
from slmdsl.report.words import money_words, period_words, population_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.credits import CreditClause, CreditPlan
    from slmdsl.report.agreement.subject import Subject


def credits_chapter(subject: Subject) -> Chapter:
    """Return fees, credits for each service level with worked examples, limits, and further rights."""
    plan, say = subject.agreement.credits, subject.say
    if plan is None:
        return Chapter(key="credits", title="")
    targets = {target.name: target for target in subject.agreement.targets}
    parts = [
        Chapter(
            key=f"credit-{clause.target}",
            title=say.say("agreement.credit", target=clause.target, clause=refer(f"level-{clause.target}")),
            items=tuple(_clause(subject, clause, targets[clause.target])),
        )
        for clause in plan.clauses
        if clause.target in targets
    ]
    limits = tuple(_limits(subject, plan))
    if limits:
        parts.append(Chapter(key="credit-limits", title=say.say("agreement.limits"), items=limits))
    fees = clauses(
        say.say("fee", money=money_words(fee.money), period=period_words(fee.period, say))
        for fee in plan.fees
    )
    title = "agreement.credits" if plan.clauses else "agreement.fees"
    return Chapter(key="credits", title=say.say(title), items=fees, parts=tuple(parts))


def _clause(subject: Subject, clause: CreditClause, target: Target) -> Iterator[Item]:
    say = subject.say
    yield from clauses(term_words(term, target, say) for term in clause.terms)
    if sum(isinstance(term, Band) for term in clause.terms) > 1:
        yield Clause(text=say.say("deepest_band", target=target.name))
    if any(isinstance(term, OnMiss) and term.each_miss for term in clause.terms):
        yield Clause(text=say.say("agreement.credit.per_miss"))
    if any(isinstance(term, OnRepetition) for term in clause.terms):
        yield Clause(text=say.say("agreement.credit.repetition"))
    table = worked_table(subject, clause, target)
    if table is not None:
        yield table


def _limits(subject: Subject, plan: CreditPlan) -> Iterator[Clause]:
    say = subject.say
    words = [cap_words(cap, say) for cap in plan.caps]
    words += [say.say("agreement.credit.order")] if plan.caps else []
    words += (
        [say.say("agreement.credit.rounding"), say.say("agreement.credit.running")] if plan.clauses else []
    )
    if plan.none_until is not None:
        words.append(say.say("none_until", day=plan.none_until))
    for earned in plan.earn_backs:
        times = repetition_words(earned.met, say)
        words.append(say.say("earn_back", target=earned.target, times=times, share=say.share(earned.share)))
    for right in plan.terminations:
        times = repetition_words(right.missed, say)
        words.append(say.say("terminate", target=right.target, times=times))
    for assumed in plan.assumptions:
        words.append(
            say.say(
                "assumes",
                n=f"{assumed.at_most:,}",
                population=population_words(assumed.population, say),
                period=period_words(assumed.period, say),
                because=say.say("because", reason=assumed.reason) if assumed.reason else "",
            )
        )
    words.append(together_words(subject, plan))
    yield from clauses(words)
