"""Which region's public holidays a log knows: those of the zone's country, or of a part of it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.calendars.public_holidays import listed_regions
from slmdsl.workload.demand.calendar_days import holidays_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.study.fit.arrivals.forms import Bools


@cache
def regions_of(zone: str) -> tuple[str, ...]:
    """Return the country that a zone lies in, and its parts, as far as their holidays are known.

    >>> regions_of("Europe/Amsterdam"), regions_of("UTC"), regions_of("America/Sao_Paulo")[:2]
    (('NL',), (), ('BR', 'BR-AC'))
    """
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    country = next((row[0] for row in rows if row[2] == zone), None)
    known = listed_regions()
    if country is None or country not in known:
        return ()
    return country, *sorted(each for each in known if each.startswith(f"{country}-"))


def holidays_by_region(regions: Sequence[str], first_day: int, days: int) -> dict[str, Bools]:
    """Return which days are holidays of each region; of regions that have the same ones here only the first.

    Raises:
        ValueError: a region is unknown.
    """
    found: dict[str, Bools] = {}
    for region in regions:
        listed = holidays_of((region,), first_day, days)
        if not any(np.array_equal(listed, other) for other in found.values()):
            found[region] = listed
    return found
