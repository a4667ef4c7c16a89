"""Tickets that recur: the same service and the same cause again and again, as candidates for a problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from slmdsl.events.frames import instants
from slmdsl.stats.enrichment import false_discoveries, so_many_events
from slmdsl.study.gaps.pareto import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from slmdsl.contract.model.spec import Contract
    from slmdsl.events.columns import Coded
    from slmdsl.events.log import EventLog
    from slmdsl.study.gaps.cases import Cases

    Int64 = npt.NDArray[np.int64]
    Ids = npt.NDArray[np.object_]

FEWEST_TICKETS: Final = 3
FEWEST_DAYS: Final = 2
"""What recurs does so on several days: a burst on one day is one incident with many callers."""

_SOUNDS: Final = (
    "cause",
    "category",
    "cmdb_ci",
    "config",
    "symptom",
    "component",
    "close_code",
    "closure",
    "problem",
    "error",
)
"""Names of fields that sound like a cause have one of these in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """Tickets of one service with one cause.

    Attributes:
        service: None where the data has none.
        field: by which the cause is told.
        cause: its value.
        count: tickets opened in the span.
        days: distinct days (UTC) on which they were opened.
        missed: misses of these tickets, of any target.
        share: of all misses in the span, 0 .. 1.
        expected: how many they would be if the service's tickets came from all its causes alike.
        chance: of at least so many then, each coming by itself (Poisson).
        false_discovery: the same corrected for how many causes were looked at (Benjamini and Hochberg).
        first_us: the first opening.
        last_us: the last opening.
        tickets: their ids, in the order of the log.
    """

    service: str | None
    field: str
    cause: str
    count: int
    days: int
    missed: int
    share: float
    expected: float
    chance: float
    false_discovery: float
    first_us: int
    last_us: int
    tickets: tuple[str, ...]

    @property
    def times(self) -> float:
        """How many times as many as expected."""
        return self.count / self.expected

    @property
    def is_striking(self) -> bool:
        """Whether it comes up more often than luck explains, at a false discovery rate of 5 %."""
        return self.false_discovery <= ACCEPTED


def causes_of(contract: Contract, log: EventLog) -> tuple[str, ...]:
    """Return the declared fields of a log that sound like a cause and have more than one value."""
    fields = log.ticket_columns.fields
    return tuple(
        name
        for name in contract.fields
        if name in fields
        and any(sound in name.lower() for sound in _SOUNDS)
        and len(np.unique(fields[name].codes[fields[name].codes >= 0])) > 1
    )


def recurring_of(
    contract: Contract,
    log: EventLog,
    cases: Cases,
    ids: Ids,
    causes: Sequence[str] = (),
    from_us: int | None = None,
    to_us: int | None = None,
) -> tuple[tuple[str, ...], tuple[Recurring, ...]]:
    """Return by which fields tickets recur, and what recurs: by misses, then by count.

    Args:
        contract: what fields are declared.
        log: what happened.
        cases: what was judged of it.
        ids: of its tickets, by row.
        causes: fields; none: those that sound like a cause.
        from_us: only tickets opened from then on.
        to_us: only tickets opened before.

    Raises:
        KeyError: the log has no such field.
    """
    chosen = tuple(causes) or causes_of(contract, log)
    unknown = [name for name in chosen if name not in log.ticket_columns.fields]
    if unknown:
        msg = f"no ticket of the log has a field `{unknown[0]}`"
        raise KeyError(msg)
    opened_us = log.ticket_columns.opened_us
    limits = np.iinfo(np.int64)
    begin, end = limits.min if from_us is None else from_us, limits.max if to_us is None else to_us
    inside = np.flatnonzero((begin <= opened_us) & (opened_us < end))
    missed = np.bincount(cases.ticket[cases.missed], minlength=len(opened_us))
    found = [
        each
        for name in chosen
        for each in _recurring(log, name, log.ticket_columns.fields[name], inside, missed, ids)
    ]
    corrected = false_discoveries(np.array([each.chance for each in found], np.float64))
    corrected_found = [
        replace(each, false_discovery=value) for each, value in zip(found, corrected.tolist(), strict=True)
    ]
    several = (each for each in corrected_found if each.count >= FEWEST_TICKETS and each.days >= FEWEST_DAYS)
    return chosen, tuple(sorted(several, key=lambda each: (-each.missed, -each.count, each.cause)))


def _recurring(
    log: EventLog, name: str, cause: Coded, inside: Int64, missed: Int64, ids: Ids
) -> Iterator[Recurring]:
    """Yield every service and cause with a ticket, whether it recurs or not: all of them were looked at."""
    tickets = log.ticket_columns
    known = inside[cause.codes[inside] >= 0]
    if not len(known):
        return
    days = instants(tickets.opened_us, "opened").dt.date().cast(pl.Int64).to_numpy()
    width = len(cause.values)
    code = (tickets.service.codes[known].astype(np.int64) + 1) * width + cause.codes[known]
    order = np.argsort(code, kind="stable")
    known, code = known[order], code[order]
    first = np.flatnonzero(np.append(True, code[1:] != code[:-1]))
    counts = np.diff(np.append(first, len(code)))
    service = code[first] // width
    of_service = np.bincount(service, counts)[service]
    causes = np.bincount(service)[service]
    expected = of_service / causes
    chances = so_many_events(counts, expected)
    all_misses = max(int(missed.sum()), 1)
    for place, begin in enumerate(first.tolist()):
        mine = np.sort(known[begin : begin + counts[place]])
        opened = tickets.opened_us[mine]
        yield Recurring(
            service=tickets.service.word(int(mine[0])),
            field=name,
            cause=cause.values[int(code[begin] % width)],
            count=len(mine),
            days=len(np.unique(days[mine])),
            missed=int(missed[mine].sum()),
            share=int(missed[mine].sum()) / all_misses,
            expected=float(expected[place]),
            chance=float(chances[place]),
            false_discovery=1.0,
            first_us=int(opened.min()),
            last_us=int(opened.max()),
            tickets=tuple(ids[mine].tolist()),
        )
