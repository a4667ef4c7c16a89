"""When clocks on the wall show a time within windows, whatever transitions lie in between."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import DAY
from slmdsl.calendars.stretches import Stretches, overlaps
from slmdsl.calendars.zones import offsets

if TYPE_CHECKING:
    from slmdsl.calendars.stretches import Int64, Places

_EPOCH = date(1970, 1, 1).toordinal()


def shown_us(zone: str, opens_us: Int64, closes_us: Int64) -> tuple[Places, Stretches]:
    """Return the stretches of real time in which a zone's clocks show a time in windows, and the window of each.

    A repeated hour counts twice, a skipped one not at all. Stretches are cut where clocks change; those of windows
    that overlap do too.

    Args:
        zone: an IANA zone.
        opens_us: beginnings of n windows, in microseconds of the wall clock since 1970-01-01 00:00.
        closes_us: their ends, each after its beginning.
    """
    if not len(opens_us):
        return np.zeros(0, np.intp), Stretches(np.zeros(0, np.int64), np.zeros(0, np.int64))
    years = (date.fromordinal(_EPOCH + int(at) // DAY).year for at in (opens_us.min(), closes_us.max()))
    constant, offset_us = offsets(zone, next(years), next(years) + 1)
    mine, theirs = overlaps(
        Stretches(opens_us, closes_us),
        Stretches(constant.starts_us + offset_us, constant.ends_us + offset_us),
    )
    return mine, Stretches(
        np.maximum(opens_us[mine] - offset_us[theirs], constant.starts_us[theirs]),
        np.minimum(closes_us[mine] - offset_us[theirs], constant.ends_us[theirs]),
    )
