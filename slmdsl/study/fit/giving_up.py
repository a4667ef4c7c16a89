"""Giving up: the share of tickets that have patience, and how much, told from who left and who was picked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.stats.families import Fitted
from slmdsl.stats.parts import Part
from slmdsl.stats.patience import patience_of
from slmdsl.study.fit.model import ChanceFit, Length
from slmdsl.study.fit.visits import CANCELLED

if TYPE_CHECKING:
    from slmdsl.study.fit.stretches import Bools
    from slmdsl.study.fit.times import Touch
    from slmdsl.study.fit.visits import Visits

_FEW: Final = 8
_LEAST: Final = 0.002


def gives_up_of(visits: Visits, touch: Touch, here: Bools) -> ChanceFit | None:
    """Return which share of the visits `here` gives up, and after which time; None: hardly any.

    Patience is seen only where it ends before the pick-up: `slmdsl.stats.patience` says how it is told.
    """
    left = here & (visits.next == CANCELLED) & np.isnan(touch.waited_us)
    stayed = here & ~np.isnan(touch.waited_us)
    of = int(left.sum() + stayed.sum())
    if left.sum() < max(_FEW, _LEAST * of):
        return None
    patience = (visits.end_us - visits.begin_us)[left].astype(np.float64)
    share, mean = patience_of(patience, touch.waited_us[stayed])
    count = int(left.sum())
    family = Fitted(
        parts=((1.0, Part(family="exponential", parameters=(mean,))),),
        count=count,
        censored=0,
        zeros=0,
        log_likelihood=0.0,
        aic=0.0,
        distance=0.0,
        tried=(),
        cautions=(),
    )
    length = Length(fitted=family, constant_us=mean, count=count)
    return ChanceFit(share=share, length=length, count=count, of=of)
