"""The longest outage and the count of outages, judged per period."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import SECOND
from slmdsl.evaluate.availability.minutes import count_uptime
from slmdsl.evaluate.availability.outages import Downtime
from slmdsl.evaluate.availability.verdicts import noted, word_of
from slmdsl.evaluate.period_verdicts import PeriodVerdict
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.agreements import LongestOutage, OutageCount
    from slmdsl.evaluate.availability.minutes import UptimeCounts
    from slmdsl.evaluate.availability.uptime import Uptime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is found in one period, in the target's unit: net, gross, and how it may still turn out.

    `n` outages were looked at; `factor` of the unit make one of the unit that is printed.
    """

    n: int
    gross_n: int
    value: int
    gross: int
    best: int | None
    worst: int | None
    limit: Fraction | int
    at_most: bool
    factor: int = 1


def longest_verdicts(uptime: Uptime, form: LongestOutage, note: str) -> list[PeriodVerdict]:
    """Return one verdict per period on the longest outage: judged downtime without a moment up between."""
    timeline, gross = uptime.timeline, uptime.gross.timeline
    lengths, most, all_lengths = (
        Downtime.of(each, uptime.as_of_us, unknown).in_periods(uptime.periods)
        for each, unknown in ((timeline, form.unknown), (timeline, "down"), (gross, form.unknown))
    )
    figures = []
    for place, day in enumerate(uptime.periods.first_days):
        value = int(lengths[place].max(initial=0))
        figures.append(
            Figures(
                n=len(lengths[place]),
                gross_n=len(all_lengths[place]),
                value=value,
                gross=int(all_lengths[place].max(initial=0)),
                best=value,
                worst=int(most[place].max(initial=0)),
                limit=in_force(form.limit, day).duration.wall_us,
                at_most=form.at_most,
                factor=SECOND,
            )
        )
    return _verdicts(uptime, figures, note)


def count_verdicts(uptime: Uptime, form: OutageCount, note: str) -> list[PeriodVerdict]:
    """Return one verdict per period on the number of outages, each service's counted by itself."""
    numbers, all_numbers = _begun(uptime), _begun(uptime.gross)
    figures = [
        Figures(
            n=int(numbers[place]),
            gross_n=int(all_numbers[place]),
            value=int(numbers[place]),
            gross=int(all_numbers[place]),
            best=int(numbers[place]) if form.at_most else None,
            worst=None if form.at_most else int(numbers[place]),
            limit=in_force(form.goal, day),
            at_most=form.at_most,
        )
        for place, day in enumerate(uptime.periods.first_days)
    ]
    return _verdicts(uptime, figures, note)


def _begun(uptime: Uptime) -> Sequence[int]:
    services = range(len(uptime.rule.services))
    timelines = (uptime.alone(place).timeline for place in services)
    found = [Downtime.of(each, uptime.as_of_us).begun_in(uptime.periods) for each in timelines]
    numbers: Sequence[int] = np.sum(found, axis=0).tolist()
    return numbers


def _verdicts(uptime: Uptime, figures: Sequence[Figures], note: str) -> list[PeriodVerdict]:
    beside = count_uptime(uptime.timeline, uptime.periods, uptime.as_of_us)
    return [
        _verdict(uptime, place, each, beside, noted(note, taken_out.words), taken_out.outages)
        for place, (each, taken_out) in enumerate(zip(figures, uptime.taken_out, strict=True))
    ]


def _verdict(
    uptime: Uptime, place: int, found: Figures, beside: UptimeCounts, note: str, excluded: int
) -> PeriodVerdict:
    periods = uptime.periods
    known_us, unknown_us = beside.known_us[place], beside.unknown_us[place]
    judged = bool(known_us or found.n or (unknown_us and uptime.rule.unknown))
    running = int(periods.to_us[place]) > uptime.as_of_us
    kept = found.value <= found.limit if found.at_most else found.value >= found.limit
    open_ended = running or bool(unknown_us)

    def printed(value: Fraction | int | None) -> float | None:
        return None if value is None else float(value) / found.factor

    return PeriodVerdict(
        target=uptime.rule.target,
        period=periods.labels[place],
        from_us=int(periods.from_us[place]),
        to_us=int(periods.to_us[place]),
        n=found.n,
        value=printed(found.value) if judged else None,
        exact=Fraction(found.value) if judged else None,
        threshold=printed(found.limit),
        verdict=word_of(kept if judged else None, running=running),
        best=printed(found.best) if open_ended else None,
        worst=printed(found.worst) if open_ended else None,
        gross_value=printed(found.gross) if judged else None,
        gross_n=found.gross_n,
        excluded=excluded,
        maintenance_us=beside.maintenance_us[place],
        unknown_us=unknown_us,
        cut=bool(periods.cut[place]),
        note=note,
    )
