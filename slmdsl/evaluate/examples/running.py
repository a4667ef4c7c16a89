"""`example` lines are run: a text whose examples come out otherwise does not say what its parties think it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import in_order
from slmdsl.contract.model.examples import TicketExample
from slmdsl.evaluate.examples import codes
from slmdsl.evaluate.examples.levels import run_level
from slmdsl.evaluate.examples.tickets import run_ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.calendars import CalendarPlan
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.examples import Example
    from slmdsl.contract.model.spec import Contract

_EFFORT: Final = 20_000
_OF_A_CALENDAR: Final = 300
"""Examples are run up to an effort: a short text must not buy a long wait. An example's is the square of its events,
since each is told with all that went before; a calendar is worked out once."""


def run_examples(contract: Contract) -> tuple[Diagnostic, ...]:
    """Return a finding for each example of a contract without errors that its target decides otherwise.

    An example that several agreements inherit is run for each of them.

    >>> from slmdsl.contract import check
    >>> from slmdsl.syntax.parse import parse
    >>> text = '''sla gold {
    ...   target fix: resolution of P1 incidents within 4 h for 90% each month
    ...   example fix opened 2027-03-01 09:00, resolved 2027-03-01 14:00 met
    ... }
    ... '''
    >>> contract, _ = check([parse(text, "a.slm").tree])
    >>> [each.message for each in run_examples(contract)]
    ['this example of `gold.fix` comes out as missed, not met']
    """
    return in_order(_findings(contract))


def _findings(contract: Contract) -> Iterator[Diagnostic]:
    effort = 0
    calendars: set[CalendarPlan] = set()
    for agreement in contract.agreements.values():
        targets = {each.name: each for each in agreement.targets}
        for example in (each for each in agreement.examples if each.target in targets):
            target = targets[example.target]
            effort += len(example.events) ** 2 if isinstance(example, TicketExample) else 1
            effort += 0 if target.calendar in calendars else _OF_A_CALENDAR
            calendars.add(target.calendar)
            if effort > _EFFORT:
                yield codes.TOO_MANY.at(
                    example.span, "there are too many examples to run them all", label="not run from here on"
                )
                return
            yield from _run(example, target, agreement)


def _run(example: Example, target: Target, agreement: Agreement) -> Iterator[Diagnostic]:
    if isinstance(example, TicketExample):
        return run_ticket(example, target, agreement)
    return run_level(example, target, agreement)
