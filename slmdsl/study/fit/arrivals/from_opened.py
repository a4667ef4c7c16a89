"""How tickets arrive, from the instants at which they were opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from slmdsl.study.fit.arrivals.forms import ArrivalDraws, ArrivalFit, Int64


def arrivals_of(
    opened_us: Int64,
    zone: str,
    *,
    stream: str = "incidents",
    days: tuple[date, date] | None = None,
    regions: Sequence[str] | None = None,
) -> ArrivalFit:
    """Return how tickets arrive.

    Args:
        opened_us: when each was opened, microseconds UTC (shape n, any order).
        zone: in which days begin and hours are told, `Europe/Amsterdam`.
        stream: what the load calls them, for the draws' columns.
        days: the first and the last local day that the log covers, both included; None: those of the tickets. Only
            the part of them is fitted in which the log is dense.
        regions: whose holidays may matter; of several the one that explains the quiet days best; none: no holidays
            are looked for; None: those of the zone's country.

    Raises:
        ValueError: fewer than 20 tickets, or than 7 days between the first and the last of them.
    """
    raise NotImplementedError


def arrival_draws(fit: ArrivalFit, seed: int, draws: int = 200) -> ArrivalDraws:
    """Return what rate, variation and correlation may be as well, by a bootstrap of whole weeks.

    Args:
        fit: of one stream.
        seed: of the luck; the same gives the same draws.
        draws: how many rows.
    """
    raise NotImplementedError
