"""Profiles on the real time of days: a stretch of UTC for each weight of the wall clock."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.calendars.zones import offsets
from slmdsl.workload.demand.calendar_days import date_of, holidays_of
from slmdsl.workload.demand.table import Clocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

    from slmdsl.contract.model.work import Profile
    from slmdsl.workload.plan import Floats, Int64

_WEEK: Final = 7 * DAY
_THURSDAY: Final = 3  # the weekday of 1970-01-01, Monday being 0


class Clock(NamedTuple):
    """A profile, or without one the even clock of a zone."""

    zone: str
    profile: Profile | None


class _Pieces(NamedTuple):
    day: Int64
    start_us: Int64
    end_us: Int64
    weight: Floats


def clocks_of(wanted: Sequence[Clock], first_day: int, days: int) -> Clocks:
    """Return the pieces of some clocks over the local days `first_day .. first_day + days - 1`."""
    found = [_pieces(each, first_day, days) for each in wanted]
    counts = [np.bincount(each.day - first_day, minlength=days) for each in found]
    return Clocks(
        first_piece=np.concatenate([[0], np.cumsum(np.concatenate([np.zeros(0, np.int64), *counts]))]).astype(
            np.int64
        ),
        piece_from=_joined([each.start_us for each in found]),
        piece_to=_joined([each.end_us for each in found]),
        piece_weight=_joined([each.weight for each in found], np.float64),
        piece_upto=_joined([_upto(each, first_day, days) for each in found], np.float64),
    )


def _joined(parts: list[np.ndarray], dtype: type = np.int64) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype)


def factor_by_day(clock: Clock, first_day: int, days: int) -> Floats:
    """Return by what each day is multiplied for being a holiday; of several regions the first in the text counts."""
    factor = np.ones(days)
    for regions, share in reversed(clock.profile.holidays if clock.profile else ()):
        factor[holidays_of(regions, first_day, days)] = float(share)
    return factor


def weight_by_day(clocks: Clocks, clock: int, days: int) -> Floats:
    """Return the weight x real time of each day of a clock, in standard days."""
    first = clocks.first_piece[clock * days : (clock + 1) * days + 1]
    reached = np.concatenate([clocks.piece_upto, [0.0]])[first[1:] - 1]
    return np.where(first[1:] > first[:-1], reached, 0.0) / DAY


def _upto(pieces: _Pieces, first_day: int, days: int) -> Floats:
    """Return weight x microseconds added up within each day, each day from 0 so that none depends on others."""
    mass = pieces.weight * (pieces.end_us - pieces.start_us)
    upto = np.empty(len(mass))
    edges = np.searchsorted(pieces.day, np.arange(first_day, first_day + days + 1))
    for first, end in pairwise(edges):
        upto[first:end] = np.cumsum(mass[first:end])
    return upto


def _pieces(clock: Clock, first_day: int, days: int) -> _Pieces:
    """Return a clock's pieces in UTC: those of local time, put where the zone's clocks show it."""
    local = _local_pieces(clock.profile, first_day, days)
    years = date_of(first_day).year, date_of(first_day + days).year + 1
    parts = [
        _shown(local, *each)
        for each in zip(*offsets(clock.zone, *years)[0], offsets(clock.zone, *years)[1], strict=True)
    ]
    day, start_us, end_us, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((start_us, day))
    return _Pieces(day[order], start_us[order], end_us[order], weight[order])


def _shown(local: _Pieces, from_us: int, to_us: int, offset_us: int) -> _Pieces:
    """Return what of local pieces is shown while a zone has one offset."""
    start_us = np.maximum(local.start_us - offset_us, from_us)
    end_us = np.minimum(local.end_us - offset_us, to_us)
    seen = start_us < end_us
    return _Pieces(local.day[seen], start_us[seen], end_us[seen], local.weight[seen])


def _local_pieces(profile: Profile | None, first_day: int, days: int) -> _Pieces:
    """Return the pieces of the wall clock, in microseconds since its 1970-01-01 00:00, with weights of mean 1."""
    by_weekday = _week(profile)
    rows = [
        (day, day * DAY + start_us, day * DAY + end_us, weight)
        for day in range(first_day, first_day + days)
        for start_us, end_us, weight in by_weekday[(day + _THURSDAY) % 7]
    ]
    columns = tuple(zip(*rows, strict=True)) if rows else ((), (), (), ())
    day, start_us, end_us = (np.array(each, np.int64) for each in columns[:3])
    return _Pieces(day, start_us, end_us, np.array(columns[3], np.float64))


def _week(profile: Profile | None) -> list[list[tuple[int, int, float]]]:
    """Return by weekday the stretches of its wall clock that have weight; where windows overlap, weights add up."""
    if profile is None:
        return [[(0, DAY, 1.0)] for _ in range(7)]
    pieces = list(_of_the_week(profile))
    whole = sum((end - start) * weight for start, end, weight in pieces)
    week: list[list[tuple[int, int, float]]] = [[] for _ in range(7)]
    edges = sorted({edge for start, end, _ in pieces for edge in (start, end)} | {i * DAY for i in range(8)})
    for start, end in pairwise(edges):
        weight = sum(each for first, last, each in pieces if first <= start and end <= last)
        if weight:
            day = start // DAY
            week[day].append((start - day * DAY, end - day * DAY, float(weight * _WEEK / whole)))
    return week


def _of_the_week(profile: Profile) -> Iterator[tuple[int, int, Fraction]]:
    """Yield the profile's windows in microseconds of the week; none reaches beyond its day."""
    for each in profile.weights:
        midnight = each.weekday * DAY
        yield midnight + each.window.start_us, midnight + each.window.end_us, each.weight
