"""Volumes that an agreement assumes, counted in a log: spans in which there was more, whose credits are not given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.contract.model.agreements import Count, Dated
from slmdsl.evaluate.credits.due import Withholding
from slmdsl.evaluate.credits.words import period_words
from slmdsl.evaluate.period_verdicts import Word
from slmdsl.evaluate.tickets.bindings import Bindings
from slmdsl.evaluate.tickets.counted import CountedTickets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.contract.model.credits import Assumption
    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.log import EventLog


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volumes:
    """What an agreement assumes, made ready for any number of logs; `counts` are its volumes as targets."""

    assumed: tuple[Assumption, ...]
    counts: tuple[Target, ...]
    bindings: Bindings

    @classmethod
    def of(
        cls, contract: Contract, agreement: Agreement, as_of_us: int, *, from_us: int | None = None
    ) -> Volumes:
        """Return the volumes that `agreement` assumes, to be counted as of an instant in logs from `from_us` on."""
        assumed = agreement.credits.assumptions if agreement.credits and agreement.targets else ()
        counts = tuple(_as_count(agreement.targets[0], each, place) for place, each in enumerate(assumed))
        # Stays in groups are not what is opened, and nothing is excluded from a volume.
        counted = replace(agreement, targets=counts, exclusions=(), stays=None, credits=None)
        alone = replace(contract, agreements={agreement.name: counted})
        return cls(
            assumed=assumed,
            counts=counts,
            bindings=Bindings.of(alone, [agreement.name], as_of_us, from_us=from_us),
        )

    def exceeded(self, log: EventLog) -> tuple[Withholding, ...]:
        """Return the periods in which more tickets were opened than is assumed.

        Every ticket counts that was opened by then, excluded and cancelled ones too: they were work.
        """
        if not self.counts or not self._may_exceed(log):
            return ()
        tickets = CountedTickets.by(self.bindings, log)
        return tuple(
            found
            for target, assumption in zip(self.counts, self.assumed, strict=True)
            for found in _exceeded(tickets, target, assumption)
        )

    def _may_exceed(self, log: EventLog) -> bool:
        """Whether all tickets of any period together are more than the least volume: most logs need no closer look."""
        opened_us = np.sort(log.ticket_columns.opened_us)
        bound = self.bindings.bound(self.bindings.whole, log, self.bindings.from_us)
        least = min(each.at_most for each in self.assumed)
        return any(
            np.any(each.sums(np.diff(np.searchsorted(opened_us, each.bucket_edges_us))) > least)
            for each in bound.periods
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
