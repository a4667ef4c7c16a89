"""`restore of SERVICES within D, data loss at most D`: each outage is a unit that was restored in time, or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import local_date
from slmdsl.base.units import NO_TIME
from slmdsl.calendars import calendar_of
from slmdsl.evaluate.availability.facts import UP, chosen, closed_ends_us
from slmdsl.evaluate.availability.minutes import count_uptime
from slmdsl.evaluate.availability.outages import Downtime
from slmdsl.evaluate.availability.verdicts import noted, number, word_of
from slmdsl.evaluate.period_verdicts import PeriodVerdict
from slmdsl.evaluate.wilson import wilson_interval
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.calendars import Calendar
    from slmdsl.contract.model.agreements import Limit, Restore
    from slmdsl.evaluate.availability.exclusions import TakenOut
    from slmdsl.evaluate.availability.minutes import UptimeCounts
    from slmdsl.evaluate.availability.timeline import UptimeTimeline
    from slmdsl.evaluate.availability.uptime import Uptime
    from slmdsl.events.columns import Outages

    Stretch = tuple[int, int]


class Fate(Enum):
    """What became of an outage. NOT_KNOWN is in time, and nobody says how much data was lost."""

    MET = 0
    MISSED = 1
    NOT_KNOWN = 2
    OPEN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One outage of one service, and when it was decided: at its end if in time, else when the limit ran out."""

    service: str
    from_us: int
    to_us: int
    fate: Fate
    decided_us: int


def restored_units(uptime: Uptime, form: Restore) -> list[Unit]:
    """Return the outages of all services of a target."""
    return [
        unit for place in range(len(uptime.rule.services)) for unit in _units_of(uptime.alone(place), form)
    ]


def _units_of(uptime: Uptime, form: Restore) -> Iterator[Unit]:
    timeline, (service,) = uptime.timeline, uptime.rule.services
    calendar, zone = calendar_of(uptime.rule.target.calendar), ZoneInfo(uptime.rule.agreement.zone)
    codes = [code for code, name in enumerate(uptime.outages.service.values) if name in uptime.rule.names]
    rows = chosen(uptime.outages, np.isin(uptime.outages.service.codes, codes) & ~uptime.facts.excluded)
    found = Downtime.of(timeline, uptime.as_of_us)
    for start_us, end_us in zip(found.from_us.tolist(), found.to_us.tolist(), strict=True):
        limit = in_force(form.limit, local_date(zone, start_us))
        pieces = _counted(timeline, start_us, end_us, leave_out=form.maintenance != "counts")
        late_us = _ran_out_us(calendar, limit, pieces)
        is_open = end_us == uptime.as_of_us and _goes_on(timeline, rows, end_us)
        fate = _fate(
            form, rows, (start_us, end_us), uptime.as_of_us, is_late=late_us is not None, is_open=is_open
        )
        decided_us = end_us if late_us is None else late_us
        yield Unit(service=service.name, from_us=start_us, to_us=end_us, fate=fate, decided_us=decided_us)


def _fate(
    form: Restore, rows: Outages, outage: Stretch, as_of_us: int, *, is_late: bool, is_open: bool
) -> Fate:
    if is_late:
        return Fate.MISSED
    if is_open:
        return Fate.OPEN
    if form.data_loss_us is None:
        return Fate.MET
    lost_us = _lost_us(rows, outage, as_of_us)
    if lost_us == NO_TIME:
        return Fate.NOT_KNOWN
    return Fate.MET if lost_us <= form.data_loss_us else Fate.MISSED


def _lost_us(rows: Outages, outage: Stretch, as_of_us: int) -> int:
    """Return the most that any of the booked outages in a stretch of downtime lost, NO_TIME where none says so."""
    start_us, end_us = outage
    within = (rows.start_us < end_us) & (closed_ends_us(rows, as_of_us) > start_us)
    return int(rows.data_loss_us[within].max(initial=NO_TIME))


def _goes_on(timeline: UptimeTimeline, rows: Outages, as_of_us: int) -> bool:
    """Whether what is down until as of is not known to have ended then: no booked end, or samples that still hold."""
    place = int(np.searchsorted(timeline.edges_us, as_of_us))
    held = place < len(timeline.raw_most) and bool(timeline.raw_most[place] < UP)
    begun = rows.start_us < as_of_us
    return held or bool((begun & ((rows.end_us == NO_TIME) | (rows.end_us > as_of_us))).any())


def _counted(timeline: UptimeTimeline, start_us: int, end_us: int, *, leave_out: bool) -> list[Stretch]:
    """Return the parts of an outage whose time counts: without maintenance, where the target leaves it out."""
    if not leave_out:
        return [(start_us, end_us)]
    first, last = np.searchsorted(timeline.edges_us, [start_us, end_us]).tolist()
    edges = timeline.edges_us.tolist()
    return [(edges[i], edges[i + 1]) for i in range(first, last) if not timeline.maintained[i]]


def _ran_out_us(calendar: Calendar, limit: Limit, pieces: Sequence[Stretch]) -> int | None:
    """Return when the time that counts exceeded the limit, at the instant at which it was used up; None if never."""
    days = limit.duration.business_days
    if limit.end_of_day:
        due_us = calendar.end_of_business_day_us(pieces[0][0], int(days))
        return due_us if due_us is not None and pieces[-1][1] > due_us else None
    left: Fraction | int = days or limit.duration.wall_us
    for begin_us, end_us in pieces:
        used = calendar.elapsed_days(begin_us, end_us) if days else calendar.elapsed_us(begin_us, end_us)
        if used > left:
            return (
                calendar.due_days_us(begin_us, Fraction(left))
                if days
                else calendar.due_us(begin_us, int(left))
            )
        left -= used
    return None


def restore_verdicts(uptime: Uptime, form: Restore, note: str) -> list[PeriodVerdict]:
    """Return one verdict per period on the share of outages that were restored in time, without losing too much."""
    net = restored_units(uptime, form)
    gross = restored_units(uptime.gross, form) if uptime.facts.excludes else net
    beside = count_uptime(uptime.timeline, uptime.periods, uptime.as_of_us)
    return [
        _verdict(
            uptime, place, (_tallied(uptime, place, net), _tallied(uptime, place, gross)), beside, taken, note
        )
        for place, taken in enumerate(uptime.taken_out)
    ]


def _tallied(uptime: Uptime, place: int, units: Sequence[Unit]) -> Counter[Fate]:
    """Count the units that are decided in a period, or still open at as of in it."""
    from_us, to_us = int(uptime.periods.from_us[place]), int(uptime.periods.to_us[place])
    return Counter(each.fate for each in units if from_us <= each.decided_us < to_us)


def _verdict(
    uptime: Uptime,
    place: int,
    fates: tuple[Counter[Fate], Counter[Fate]],
    beside: UptimeCounts,
    taken_out: TakenOut,
    note: str,
) -> PeriodVerdict:
    (net, gross), periods = fates, uptime.periods
    goal = in_force(uptime.rule.goal, periods.first_days[place])
    met, n, still = net[Fate.MET], net[Fate.MET] + net[Fate.MISSED], net[Fate.OPEN]
    gross_n = gross[Fate.MET] + gross[Fate.MISSED]
    value = Fraction(met, n) if n else None
    running = int(periods.to_us[place]) > uptime.as_of_us
    word = word_of(None if value is None else value >= goal, running=running)
    low, high = wilson_interval(met, n) or (None, None)
    lost = net[Fate.NOT_KNOWN]
    outages = "1 outage of which" if lost == 1 else f"{lost:,} outages of which"
    open_ended = running and n + still
    return PeriodVerdict(
        target=uptime.rule.target,
        period=periods.labels[place],
        from_us=int(periods.from_us[place]),
        to_us=int(periods.to_us[place]),
        n=n,
        met=met,
        value=number(value),
        exact=value,
        low=low,
        high=high,
        threshold=float(goal),
        verdict=word,
        best=(met + still) / (n + still) if open_ended else None,
        worst=met / (n + still) if open_ended else None,
        gross_value=gross[Fate.MET] / gross_n if gross_n else None,
        unresolved=lost,
        gross_n=gross_n,
        excluded=taken_out.outages,
        undecided=still,
        maintenance_us=beside.maintenance_us[place],
        unknown_us=beside.unknown_us[place],
        cut=bool(periods.cut[place]),
        note=noted(note, f"{outages} the data loss is not known" if lost else "", taken_out.words),
    )
