"""Whether tickets went another way from some week on: then what came before says little of what will come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.base.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from slmdsl.study.fit.stretches import Bools, Int64
    from slmdsl.study.fit.visits import Visits

_WEEK_US: Final = 7 * DAY
_SIDE: Final = 4
"""Weeks on each side of a change, at least."""
_TICKETS: Final = 300
"""Visits behind it, at least."""
_FACTOR: Final = 1.25
"""By how much the typical length of a visit changes, at least."""
_SURE: Final = 3.5
"""The difference of the sides' weekly means over its standard error: the best of few places reaches it by luck in two
cases of a hundred or so."""
_CAP: Final = 8 * HOUR
"""Longer is not told apart, so that tickets which are still open say as much as others."""


def changed_at(visits: Visits, held_us: Int64, within: tuple[int, int]) -> int | None:
    """Return from which instant on visits last clearly longer or shorter than before; None: they do not.

    Weeks are compared, not tickets, since tickets of a week are alike.

    Args:
        visits: of the log.
        held_us: for how long each was with its group.
        within: the fitted days, as instants.
    """
    weeks = (within[1] - within[0]) // _WEEK_US
    week = (visits.begin_us - (within[1] - weeks * _WEEK_US)) // _WEEK_US
    inside: Bools = (week >= 0) & (week < weeks)
    if weeks < 2 * _SIDE or not inside.any():
        return None
    count = np.bincount(week[inside], minlength=weeks)
    typical = np.log(np.clip(held_us[inside], MINUTE, _CAP))
    means = np.bincount(week[inside], typical, minlength=weeks) / np.maximum(count, 1)
    best: tuple[float, int] | None = None
    for split in range(_SIDE, weeks - _SIDE + 1):
        before, after = means[:split], means[split:]
        apart = abs(float(after.mean() - before.mean()))
        rest = np.concatenate((before - before.mean(), after - after.mean()))
        error = float(np.sqrt((rest**2).sum() / (weeks - 2) * (1 / len(before) + 1 / len(after))))
        if apart >= np.log(_FACTOR) and apart >= _SURE * error and count[split:].sum() >= _TICKETS:
            best = max(best or (0.0, 0), (apart / max(error, 1e-9), split))
    return None if best is None else int(within[1] - (weeks - best[1]) * _WEEK_US)
