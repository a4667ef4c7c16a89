"""Volumes that an agreement assumes, counted in a log: spans in which there was more, whose credits are not given."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.contract.model.agreements import Count, Dated
from slmdsl.evaluate.credits.due import Withholding
from slmdsl.evaluate.credits.words import period_words
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.evaluate.tickets.counted import CountedTickets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.credits import Assumption
    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog


def above_volume(
    contract: Contract, agreement: Agreement, log: EventLog, as_of_us: int
) -> tuple[Withholding, ...]:
    """Return the periods in which more tickets were opened than an agreement assumes.

    Every ticket counts that was opened by `as_of_us`, excluded and cancelled ones too: they were work.
    """
    assumed = agreement.credits.assumptions if agreement.credits else ()
    if not assumed or not agreement.targets:
        return ()
    counts = [_as_count(agreement.targets[0], each, place) for place, each in enumerate(assumed)]
    # Stays in groups are not what is opened, and nothing is excluded from a volume.
    counted = replace(agreement, targets=tuple(counts), exclusions=(), stays=None, credits=None)
    alone = replace(contract, agreements={agreement.name: counted})
    tickets = CountedTickets.of(alone, log, as_of_us, [agreement.name])
    return tuple(
        found
        for target, assumption in zip(counts, assumed, strict=True)
        for found in _exceeded(tickets, target, assumption)
    )


def _as_count(target: Target, assumption: Assumption, place: int) -> Target:
    goal = Dated(values=((None, Fraction(assumption.at_most), assumption.span),))
    return replace(
        target,
        name=f"(volume {place + 1})",
        form=Count(population=assumption.population, at_most=True, goal=goal),
        period=assumption.period,
        counted="opened",
        per=None,
        minimum=0,
    )


def _exceeded(tickets: CountedTickets, target: Target, assumption: Assumption) -> Iterator[Withholding]:
    for row in tickets.rows(target):
        count = row.n + row.cancelled + row.unresolved
        if row.from_us is not None and row.to_us is not None and count > assumption.at_most:
            so_far = " so far" if row.verdict is Word.RUNNING else ""
            reason = f" ({assumption.reason})" if assumption.reason else ""
            why = (
                f"no credits: {count} {assumption.population.words} in {row.period}{so_far}, "
                f"more than the {assumption.at_most} assumed {period_words(assumption.period)}{reason}"
            )
            yield Withholding(from_us=row.from_us, to_us=row.to_us, why=why)
