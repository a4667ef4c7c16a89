"""The examples of a service level, each with what the rule makes of it, computed and not copied."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import Duration, from_us, plain
from slmdsl.contract.model.examples import TicketExample
from slmdsl.evaluate.credits.fees import Fees
from slmdsl.evaluate.credits.terms import deepest, fees_spanned, paid_for_level
from slmdsl.evaluate.examples.tickets import worked_ticket
from slmdsl.events.vocabulary import PHASE_OF
from slmdsl.report.agreement.drafts import Clause, Item
from slmdsl.report.agreement.edges import days_of_change, is_kept
from slmdsl.report.agreement.figures import pays_words
from slmdsl.report.clauses import amount_words
from slmdsl.report.document.tree import Cell, Column, Table, Trace
from slmdsl.report.targets import level_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.examples import ExampleEvent, LevelExample
    from slmdsl.evaluate.examples.tickets import Worked
    from slmdsl.evaluate.reference.reading import Step
    from slmdsl.report.agreement.subject import Subject
    from slmdsl.report.language import Language

_STEPS: Final = {"the clock starts": "starts", "the response": "response", "as of": "as_of"}
_PHASE: Final = "phase becomes "


def example_items(subject: Subject, target: Target) -> tuple[Item, ...]:
    """Return the examples of a target, each with the steps of its clock where it has some."""
    found = [each for each in subject.agreement.examples if each.target == target.name]
    return tuple(item for place, each in enumerate(found, 1) for item in _items(subject, target, each, place))


def _items(
    subject: Subject, target: Target, example: TicketExample | LevelExample, place: int
) -> Iterator[Item]:
    if not isinstance(example, TicketExample):
        yield Clause(text=_level(subject, target, example))
        return
    worked = worked_ticket(example, target, subject.agreement)
    outcome = example.outcome if worked is None else worked.outcome.kind.value
    say = subject.say
    events = say.comma.join(_event(each, say) for each in example.events)
    yield Clause(text=say.say(f"agreement.example.{outcome}", events=events, target=target.name))
    if worked is not None:
        yield _steps(subject, target, worked, f"example-{target.name}-{place}")


def _event(event: ExampleEvent, say: Language) -> str:
    at = f"{event.at:%Y-%m-%d %H:%M}" + (f":{event.at:%S}" if event.at.second else "")
    if event.what in PHASE_OF and event.what not in ("resolved", "closed"):
        return say.say("agreement.event_from", what=say.say(f"phase.{event.what}"), at=at)
    what = say.say(f"agreement.event.{event.what or 'still_open'}")
    return say.say("agreement.event", what=what, at=at)


def _steps(subject: Subject, target: Target, worked: Worked, key: str) -> Table:
    say = subject.say
    trace = Trace(clause=target.span.where, target=target.qualified)
    rows = [
        (
            Cell(text=_local(step.at_us, worked.zone, say), value=from_us(step.at_us), trace=trace),
            Cell(text=_what(step, say)),
            Cell(text=say.say(f"agreement.clock.{step.stands}"), value=step.stands),
            Cell(text=counted_words(step.elapsed[target.name], say)),
        )
        for step in worked.steps
    ]
    limit, due_us = worked.outcome.limit, worked.outcome.due_us
    notes = [say.say("agreement.steps.limit", limit=counted_words(limit, say)) if limit is not None else ""]
    if due_us is not None:
        notes.append(say.say("agreement.steps.due", at=_local(due_us, worked.zone, say)))
    keys = ("at", "what", "clock", "counted")
    return Table(
        key=key,
        caption=say.say("agreement.steps", zone=subject.agreement.zone),
        columns=tuple(Column(key=each, head=say.say(f"agreement.steps.{each}")) for each in keys),
        rows=tuple(rows),
        note=say.sentences(notes),
    )


def _what(step: Step, say: Language) -> str:
    if step.what.startswith(_PHASE):
        phase = say.say(f"phase.{step.what.removeprefix(_PHASE)}")
        return say.say("agreement.step.phase", phase=phase)
    return say.say(f"agreement.step.{_STEPS[step.what]}")


def _local(at_us: int, zone: ZoneInfo, say: Language) -> str:
    local = from_us(at_us).astimezone(zone)
    seconds = f":{local:%S}" if local.second or local.microsecond else ""
    day = say.say(f"weekday.{local.weekday()}")
    return say.say("agreement.instant", day=day, at=f"{local:%Y-%m-%d %H:%M}{seconds} {local:%Z}")


def counted_words(amount: int | Fraction, say: Language) -> str:
    """Return counted clock time (microseconds), or business days to a hundredth where they have no shorter form."""
    if not isinstance(amount, Fraction):
        return say.clock_time(amount)
    days = amount if 100 % amount.denominator == 0 else Fraction(round(amount * 100), 100)
    words = say.say("business_day.one" if days == 1 else "business_day.many", n=plain(days))
    return words if days == amount else say.say("agreement.about", words=words)


def _level(subject: Subject, target: Target, example: LevelExample) -> str:
    say = subject.say
    level = (
        say.duration(Duration(business_days=example.level))
        if example.in_business_days
        else level_words(example.level, target, say)
    )
    if example.credits is None:
        kept = all(is_kept(target, example.level, day) for day in days_of_change(target))
        word = "met" if kept else "missed"
        return say.say(f"agreement.example.level_{word}", target=target.name, level=level)
    amount = _credited(subject, target, example)
    return say.say("agreement.example.credits", target=target.name, level=level, amount=amount)


def _credited(subject: Subject, target: Target, example: LevelExample) -> str:
    """Return what the credit clause pays at the level of an example, with the sum that it comes from."""
    plan, say = subject.agreement.credits, subject.say
    clause = next((each for each in plan.clauses if each.target == target.name), None) if plan else None
    if plan is None or clause is None:
        return say.say("agreement.nothing")
    fee = Fees.of(subject.agreement).fee
    fees = fees_spanned(target.period, fee.period) if fee else 1
    paid = paid_for_level(clause, plan, example.level, missed=True, fees=fees)
    if paid is None:
        return say.say("agreement.nothing")
    band = deepest(clause, example.level)
    words = amount_words(paid, say)
    if band is None:
        return words
    sum_of = pays_words(band.pays, fee.money if fee else None, fees, say)
    return words if sum_of == words else say.say("agreement.sum", amount=words, sum=sum_of)
