"""Examples of tickets: each is made a ticket that its target selects, and judged by the obvious evaluator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from slmdsl.base.diagnostics import Fix, Label
from slmdsl.base.local_time import local_date
from slmdsl.base.units import EARLIEST_US, LATEST_US, from_us
from slmdsl.base.wall_words import counted_words, local_words
from slmdsl.calendars import CalendarRangeError
from slmdsl.calendars.zones import local_to_us
from slmdsl.contract.model.agreements import Within
from slmdsl.evaluate.examples import codes
from slmdsl.evaluate.reference.history import Event, History
from slmdsl.evaluate.reference.one_ticket import setting_of
from slmdsl.evaluate.reference.reading import TicketClass, judge, timed
from slmdsl.events.vocabulary import PHASE_OF, EventType
from slmdsl.rules.dated import in_force
from slmdsl.rules.periods import validity_us

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.examples import ExampleEvent, TicketExample
    from slmdsl.evaluate.reference.reading import Outcome, Step

_YEARS: Final = (from_us(EARLIEST_US).year, from_us(LATEST_US).year)
_OPENED, _RESPONDED = "opened", "responded"
_TYPES: Final = {
    "assigned": EventType.ASSIGNEE,
    "public_reply": EventType.MESSAGE,
    "acknowledged": EventType.ACK,
    "any_action": EventType.GROUP,
}
"""The events that moments stand for; any other word is the phase that the ticket enters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """An example with the target and the agreement that it is a case of, and its instants, one for each event."""

    example: TicketExample
    target: Target
    agreement: Agreement
    at_us: tuple[int, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.agreement.zone)

    def finding(self, span: Span, message: str, label: str, more: str = "") -> Diagnostic:
        """Return that the example is no case of its target, with the target beside it."""
        beside = [Label(span=self.target.span, text="the target")]
        return codes.NO_CASE.at(span, message, label=label, secondary=beside, help=more or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How the clock ran in an example: its first cycle, step by step.

    `steps` name what each target of the clock has counted; instants are read in `zone`.
    """

    outcome: Outcome
    steps: tuple[Step, ...]
    zone: ZoneInfo


def worked_ticket(example: TicketExample, target: Target, agreement: Agreement) -> Worked | None:
    """Return how the clock runs in an example; None for one that is not run, or that comes out otherwise."""
    if any(True for _ in run_ticket(example, target, agreement)):
        return None
    at_us = tuple(at for at in _instants(example.events, agreement.zone) if isinstance(at, int))
    case = _Case(example=example, target=target, agreement=agreement, at_us=at_us)
    outcomes, steps = _counted(case)
    shown = tuple(step for step in steps if step.what != "as of" or _is_looked_at(case))
    return Worked(outcome=outcomes[0], steps=shown, zone=case.zone)


def run_ticket(example: TicketExample, target: Target, agreement: Agreement) -> Iterator[Diagnostic]:
    """Yield what is wrong with an example of a ticket: nothing if its target decides it as it says."""
    unread = _unread(target, agreement)
    if unread:
        yield codes.NOT_RUN.at(example.span, unread, label="stands as it is")
        return
    instants = list(_instants(example.events, agreement.zone))
    missing = [each for each in instants if not isinstance(each, int)]
    if missing:
        yield from missing
        return
    at_us = tuple(each for each in instants if isinstance(each, int))
    case = _Case(example=example, target=target, agreement=agreement, at_us=at_us)
    unfit = _unfit(case)
    if unfit is not None:
        yield unfit
        return
    try:
        yield from _judged(case)
    except CalendarRangeError as error:
        yield case.finding(example.span, f"this example cannot be counted: {error}", "beyond all calendars")


def _unread(target: Target, agreement: Agreement) -> str:
    """Return why an example of a target cannot be run, or an empty text."""
    if agreement.stays is not None:
        return f"an example of `{target.name}` is not run: stays in a group cannot be told in an example"
    if not isinstance(target.form, Within):
        return f"an example of `{target.name}` is not run: its form is not evaluated yet"
    if target.form.measure in ("next_reply", "updates"):
        return f"an example of `{target.name}` is not run: who wrote a message cannot be told in an example"
    return ""


def _instants(events: Sequence[ExampleEvent], zone: str) -> Iterator[int | Diagnostic]:
    """Yield the instant of each event, or what is wrong with its local time."""
    for each in events:
        if not _YEARS[0] < each.at.year < _YEARS[1] - 1:
            words = f"no calendar counts the year {each.at.year}"
            yield codes.NO_SUCH_TIME.at(each.span, words, label="out of range")
            continue
        try:
            yield local_to_us(each.at, ZoneInfo(zone))
        except ValueError as error:
            yield codes.NO_SUCH_TIME.at(each.span, str(error), label="no clock showed this time")


def _unfit(case: _Case) -> Diagnostic | None:
    """Return what keeps an example's events from being a ticket that its target judges."""
    words = [each.what for each in case.example.events]
    openings = [place for place, word in enumerate(words) if word == _OPENED]
    if openings != [0]:
        wrong = case.example.events[openings[-1] if openings else 0]
        return case.finding(
            wrong.span, "a ticket is opened first, and once", "`opened` stands first", "begin with `opened`"
        )
    if None in words[:-1]:
        wrong = case.example.events[words.index(None)]
        return case.finding(
            wrong.span,
            "`still open` says when it is looked at, and nothing is known after that",
            "`still open` stands last",
        )
    begin_us, end_us = validity_us(case.agreement)
    if not begin_us <= case.at_us[0] < end_us:
        return case.finding(
            case.example.events[0].span,
            f"`{case.agreement.name}` is not in force at this time",
            "judged by nobody",
            f"it is valid {case.agreement.valid_from} .. {case.agreement.valid_to}",
        )
    return None


def _judged(case: _Case) -> Iterator[Diagnostic]:
    outcomes, steps = _counted(case)
    first = next(iter(outcomes), None)
    found = first.kind.value if first is not None else "not begun"
    expected = case.example.outcome
    if found != expected:
        yield codes.OTHERWISE.at(
            case.example.outcome_span,
            f"this example of `{case.target.qualified}` comes out as {found}, not {expected}",
            label=_label(first),
            secondary=[Label(span=_limit_span(case), text="the limit")],
            help=_worked(case, first, steps),
            fixes=_fixes(case, found),
        )


def _counted(case: _Case) -> tuple[list[Outcome], list[Step]]:
    """Return what the target says of the ticket's first cycle, nothing where no clock starts, and its clock's steps."""
    history = _history(case)
    steps: list[Step] = []
    outcomes = judge([case.target], history, setting_of(case.agreement, history), steps)
    return [each for each in outcomes if each.cycle == 1], [step for step in steps if step.cycle == 1]


def _fixes(case: _Case, found: str) -> tuple[Fix, ...]:
    if found not in (TicketClass.MET, TicketClass.MISSED):
        return ()
    words = f"say `{found}` if that is what was agreed"
    return (Fix(span=case.example.outcome_span, replacement=found, description=words),)


def _history(case: _Case) -> History:
    """Return the ticket that the example tells of. It is known up to its last event."""
    priorities = timed(case.target).population.priorities
    told = list(zip(case.example.events, case.at_us, strict=True))
    return History(
        opened_us=case.at_us[0],
        responded_us=next((at for each, at in told if each.what == _RESPONDED), None),
        priority=priorities[0] if priorities else None,
        time_fields={},
        events=tuple(_event(each.what, at) for each, at in told if each.what not in (None, _RESPONDED)),
        as_of_us=case.at_us[-1],
    )


def _event(word: str | None, at_us: int) -> Event:
    if word == _OPENED:
        return Event(at_us, EventType.CREATED, None, None, None, public=False)
    kind = _TYPES.get(word or "", EventType.STATE)
    return Event(at_us, kind, PHASE_OF.get(word or ""), None, None, public=word == "public_reply")


def _limit_span(case: _Case) -> Span:
    """Return where the limit that is in force when the ticket is opened stands."""
    limit = timed(case.target).limit
    chosen = in_force(limit, local_date(case.zone, case.at_us[0]))
    return next(span for _, value, span in limit.values if value is chosen)


def _label(outcome: Outcome | None) -> str:
    if outcome is None:
        return "its clock has not started"
    used = counted_words(outcome.elapsed)
    return f"{used} used" if outcome.limit is None else f"{used} of {counted_words(outcome.limit)} used"


def _is_looked_at(case: _Case) -> bool:
    """Whether the example says when it is looked at."""
    return case.example.events[-1].what is None


def _worked(case: _Case, outcome: Outcome | None, steps: Sequence[Step]) -> str:
    """Return the steps of the clock, one in a line: when, what, how the clock stands from then on, what it shows."""
    name = case.target.name
    width = max((len(step.what) for step in steps), default=0)
    lines = [f"the clock on `{case.target.calendar.name}` in {case.agreement.zone}:"]
    lines += [
        f"{local_words(step.at_us, case.zone)}  {step.what:<{width}}  {step.stands:<7}  "
        f"{counted_words(step.elapsed[name])}"
        for step in steps
        if step.what != "as of" or _is_looked_at(case)
    ]
    if outcome is not None and outcome.due_us is not None:
        lines.append(f"{local_words(outcome.due_us, case.zone)}  due")
    if outcome is not None and outcome.reason:
        lines.append(outcome.reason)
    return "\n".join(lines)
