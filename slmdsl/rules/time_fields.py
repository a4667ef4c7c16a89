"""Fields of tickets that hold a time, at which a clock may start."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.local_time import instant_us
from slmdsl.base.units import DAY, MICROSECOND, NO_TIME, to_us

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.events.columns import Coded


def time_field_us(found: Coded, zone: str) -> npt.NDArray[np.int64]:
    """Return the instants that a column of ISO 8601 texts names, NO_TIME where it names none.

    A time without an offset is on the wall clock of `zone`.
    """
    by_code = [_instant_us(word, ZoneInfo(zone)) for word in found.values]
    return np.array([*by_code, NO_TIME], dtype=np.int64)[found.codes]


def _instant_us(word: str, zone: ZoneInfo) -> int:
    try:
        read = datetime.fromisoformat(word.strip())
    except ValueError:
        return NO_TIME
    if read.tzinfo is not None:
        return to_us(read)
    midnight = read.replace(hour=0, minute=0, second=0, microsecond=0)
    clock = read - midnight
    return instant_us(zone, read.date(), (clock.seconds * (DAY // 86_400) + clock.microseconds) * MICROSECOND)
