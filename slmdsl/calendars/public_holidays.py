"""Public holidays by region, from the `holidays` package, which is loaded when a calendar first asks.

Loading it takes longer than the rest of a check, so the regions that it has long known are listed in `regions.txt`: a
country and its parts to a line.
"""

from __future__ import annotations

import warnings
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH = date(1970, 1, 1).toordinal()


def is_region(name: str) -> bool:
    """Tell whether `holidays` knows a region; the package is loaded for names alone that are not listed here.

    >>> is_region("NL"), is_region("US-CA"), is_region("nl")
    (True, True, False)
    """
    return name in listed_regions() or name in known_regions()


@cache
def listed_regions() -> frozenset[str]:
    """Return the regions of `regions.txt`."""
    lines = Path(__file__).with_name("regions.txt").read_text(encoding="ascii").splitlines()
    countries = {country: parts for country, *parts in map(str.split, lines)}
    return frozenset(countries).union(
        f"{country}-{part}" for country in countries for part in countries[country]
    )


@cache
def known_regions() -> frozenset[str]:
    """Return every region that `holidays` may name: countries as `NL`, their parts as `US-CA`.

    >>> "NL" in known_regions(), "US-CA" in known_regions(), "XX" in known_regions()
    (True, True, False)
    """
    from holidays import list_supported_countries  # noqa: PLC0415 - only a calendar with holidays pays for it

    supported: Mapping[str, list[str]] = list_supported_countries(include_aliases=False)
    parts = {f"{country}-{part}" for country, listed in supported.items() for part in listed}
    return frozenset(supported) | parts


@cache
def holiday_days(region: str, first_year: int, end_year: int) -> frozenset[int]:
    """Return the public holidays of a region in `first_year .. end_year - 1` as days since 1970-01-01.

    Years for which the package knows no holidays (for most regions those before its records begin and after 2100)
    have none.

    Raises:
        ValueError: if the region is unknown.

    >>> date(2027, 4, 27).toordinal() - _EPOCH in holiday_days("NL", 2027, 2028)
    True
    """
    from holidays import country_holidays  # noqa: PLC0415 - only a calendar with holidays pays for it

    country, _, part = region.partition("-")
    with warnings.catch_warnings():
        # Some regions (India) warn of years for which movable feasts are not known yet: such years are documented.
        warnings.simplefilter("ignore")
        try:
            found = country_holidays(country, subdiv=part or None, years=range(first_year, end_year))
        except NotImplementedError as error:
            msg = f"no public holidays are known for the region `{region}`"
            raise ValueError(msg) from error
    return frozenset(day.toordinal() - _EPOCH for day in found)
