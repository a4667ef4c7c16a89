"""Why a ticket met or missed its targets: the clause, the line, and each step of the clock."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slmdsl.base.wall_words import counted_words, local_words
from slmdsl.contract.model.agreements import Within
from slmdsl.evaluate.reference.one_ticket import judgements
from slmdsl.evaluate.reference.reading import TicketClass
from slmdsl.report.credit_lines import costs_of_miss
from slmdsl.report.explain_rungs import explained_rungs, rung_lines
from slmdsl.rules.units import UnitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.reference.one_ticket import Judgement
    from slmdsl.evaluate.reference.reading import Outcome, Step
    from slmdsl.events.log import EventLog
    from slmdsl.report.explain_rungs import ExplainedRung


_AT_LEAST = 26
"""The width of the column of instants without seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedStep:
    """One step of a clock: local time, what happened, how the clock stands from then on, and what it shows."""

    at: str
    what: str
    clock: str
    elapsed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTarget:
    """What one target says of the ticket, all times on the agreement's wall clock."""

    target: str
    unit: str | None
    """Which part of the ticket is judged: `wait 2`, `stay 1`; None for the ticket as a whole."""
    cycle: int
    verdict: str
    because: str
    clause: str
    sentence: str
    calendar: str
    start: str | None
    due: str | None
    stop: str | None
    decided: str | None
    elapsed: str
    limit: str | None
    steps: tuple[ExplainedStep, ...]
    costs: tuple[str, ...] = ()
    """What this miss costs by each `per miss` clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer of `slmdsl.explain`: print it, or ask for `.text()` or `.json()`."""

    ticket: str
    facts: tuple[tuple[str, str], ...]
    targets: tuple[ExplainedTarget, ...]
    escalations: tuple[ExplainedRung, ...] = ()

    def __str__(self) -> str:
        return self.text()

    def text(self) -> str:
        """Return the explanation as lines for people."""
        return "\n".join(_lines(self)) + "\n"

    def json(self) -> str:
        """Return the explanation as JSON for programs."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def explanation(contract: Contract, log: EventLog, row: int, as_of_us: int) -> Explanation:
    """Explain ticket `row` of a log as known at `as_of_us`."""
    tickets = log.ticket_columns
    names = ("kind", "service", "priority", "customer", "group")
    words = ((name, getattr(tickets, name).word(row)) for name in names)
    fields = ((name, column.word(row)) for name, column in tickets.fields.items())
    return Explanation(
        ticket=tickets.ids[row],
        facts=tuple((name, word) for name, word in (*words, *fields) if word is not None),
        targets=tuple(_target(each) for each in judgements(contract, log, row, as_of_us)),
        escalations=tuple(explained_rungs(contract, log, row, as_of_us)),
    )


def _target(judged: Judgement) -> ExplainedTarget:
    outcome, zone = judged.outcome, ZoneInfo(judged.agreement.zone)
    target = outcome.target

    def local(at_us: int | None) -> str | None:
        return None if at_us is None else local_words(at_us, zone)

    return ExplainedTarget(
        target=target.qualified,
        unit=_unit(judged),
        cycle=outcome.cycle,
        verdict=_verdict(judged),
        because=_because(judged),
        clause=target.span.where,
        sentence=target.sentence,
        calendar=target.calendar.name,
        start=local(outcome.start_us),
        due=local(outcome.due_us),
        stop=local(outcome.stop_us),
        decided=local(outcome.decided_us),
        elapsed=counted_words(outcome.elapsed),
        limit=None if outcome.limit is None else counted_words(outcome.limit),
        steps=tuple(
            ExplainedStep(
                at=local_words(step.at_us, zone),
                what=_what(step, judged),
                clock=step.stands,
                elapsed=counted_words(step.elapsed[target.name]),
            )
            for step in judged.steps
        ),
        costs=_costs(judged),
    )


def _costs(judged: Judgement) -> tuple[str, ...]:
    """Return what a net miss of the cycle that counts costs."""
    outcome = judged.outcome
    is_miss = outcome.kind is TicketClass.MISSED and judged.is_net and outcome.cycle == 1
    if not is_miss or outcome.decided_us is None:
        return ()
    return tuple(costs_of_miss(judged.agreement, outcome.target, outcome.decided_us))


def _unit(judged: Judgement) -> str | None:
    kind = judged.unit.kind
    if kind in (UnitKind.STAYS, UnitKind.TICKET):
        return None if kind is UnitKind.TICKET else "all stays"
    return f"{kind.word} {judged.number}"


def _what(step: Step, judged: Judgement) -> str:
    """Return what happened; the end of a wait, stretch or stay is no resolution of its ticket."""
    ends = (
        judged.unit.kind in (UnitKind.WAIT, UnitKind.STRETCH, UnitKind.STAY)
        and step.at_us == judged.outcome.stop_us
    )
    if ends and step.what == f"phase becomes {judged.unit.stop.word}":
        return f"the {judged.unit.kind.word} ends"
    return step.what


def _verdict(judged: Judgement) -> str:
    """Return how the ticket fared; one of which a mean is made is counted, and neither met nor missed."""
    outcome = judged.outcome
    is_judged = isinstance(outcome.target.form, Within) or outcome.kind is not TicketClass.MET
    word = outcome.kind.value if is_judged else "counted"
    if judged.exclusion is not None:
        return f"{word}, excluded"
    return f"{word}, waived" if judged.waiver else word


def _because(judged: Judgement) -> str:
    outcome = judged.outcome
    parts = [_REASONS[outcome.kind](outcome)]
    if judged.exclusion is not None:
        parts.append(
            f"taken out of the net figures: {judged.exclusion.reason} ({judged.exclusion.span.where})"
        )
    elif judged.waiver is not None:
        at = local_words(judged.waiver.at_us, ZoneInfo(judged.agreement.zone))
        parts.append(f"waived: {judged.waiver.reason}, approved by {judged.waiver.approver} on {at}")
    return "; ".join(parts)


def _met(outcome: Outcome) -> str:
    used = counted_words(outcome.elapsed)
    if not isinstance(outcome.target.form, Within):
        return f"{used} were used" + (f"; {outcome.reason}" if outcome.reason else "")
    allowed = "before the last business day allowed was over"
    within = (
        f"{used} were used, {allowed}"
        if outcome.limit is None
        else f"{used} of {counted_words(outcome.limit)} were used"
    )
    return f"{within}; {outcome.reason}, which changes nothing" if outcome.reason else within


def _missed(outcome: Outcome) -> str:
    if outcome.limit is None:
        return "the last business day allowed was over"
    used = counted_words(outcome.elapsed)
    if outcome.stop_us is None:
        return f"the limit of {counted_words(outcome.limit)} ran out, and the clock shows {used} so far"
    return f"{used} were used, {counted_words(outcome.elapsed - outcome.limit)} more than allowed"


_REASONS: dict[TicketClass, Callable[[Outcome], str]] = {
    TicketClass.MET: _met,
    TicketClass.MISSED: _missed,
    TicketClass.UNDECIDED: lambda outcome: f"still open, with {counted_words(outcome.elapsed)} used so far",
    TicketClass.CANCELLED: lambda outcome: (
        f"cancelled after {counted_words(outcome.elapsed)}, so it is not judged"
    ),
    TicketClass.UNRESOLVED: lambda outcome: f"{outcome.reason}, so it is not judged",
}


def _lines(explained: Explanation) -> Iterator[str]:
    yield f"Ticket {explained.ticket}: " + ", ".join(f"{name} {word}" for name, word in explained.facts)
    if not explained.targets:
        yield "  No target judges it."
    for target in explained.targets:
        yield ""
        unit = f", {target.unit}" if target.unit else ""
        cycle = f"{unit}, cycle {target.cycle}" if target.cycle > 1 else unit
        yield f"{target.target}{cycle}: {target.verdict.upper()} - {target.because}"
        yield f"  {target.clause}  {target.sentence}"
        moments = (
            ("start", target.start),
            ("due", target.due),
            ("stop", target.stop),
            ("decided", target.decided),
        )
        yield "  " + ", ".join(f"{name} {at}" for name, at in moments if at) + f"; calendar {target.calendar}"
        for cost in target.costs:
            yield f"  costs {cost}"
        width = max((len(step.what) for step in target.steps), default=0)
        at_width = max((_AT_LEAST, *(len(step.at) for step in target.steps)))
        for step in target.steps:
            yield f"    {step.at:<{at_width}} {step.what:<{width}}  clock {step.clock:<8} {step.elapsed}"
    yield from rung_lines(explained.escalations)
