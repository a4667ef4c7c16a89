"""Numbers of a fit in the words of the language, rounded to what a fit can tell."""

from __future__ import annotations

from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Final

from slmdsl.base.units import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.stats.parts import Part
    from slmdsl.study.fit.model import Length, ShareFit
    from slmdsl.study.fit.staff import ShiftFit

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DIGITS: Final = 3
_TENTHS: Final = 1_000
_NEAR: Final = 1.02
"""A p90 this near to the median has no spread to speak of."""


def rounded(value: float, digits: int = _DIGITS) -> str:
    """Return a number with so many significant digits, plain.

    >>> rounded(1234.5), rounded(0.04567), rounded(2.0)
    ('1_230', '0.0457', '2')
    """
    if not isfinite(value) or value == 0:
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    near = round(value, places)
    text = f"{near:.{max(places, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    whole, _, rest = text.partition(".")
    return f"{int(whole):_}{f'.{rest}' if rest else ''}"


def duration(value_us: float, *, in_days: bool = True) -> str:
    """Return a length of time: `45 s`, `12.5 min`, `8.2 h`, `3.1 days`.

    >>> duration(750_000_000.0), duration(3 * 86_400_000_000.0), duration(0.0)
    ('12.5 min', '3 days', '1 s')
    """
    value = max(value_us, float(SECOND))
    if value < 2 * MINUTE:
        return f"{rounded(value / SECOND)} s"
    if value < 2 * HOUR:
        return f"{rounded(value / MINUTE)} min"
    if value < 3 * DAY or not in_days:
        return f"{rounded(value / HOUR)} h"
    return f"{rounded(value / DAY)} days"


def length(found: Length) -> str:
    """Return how long something takes: a distribution, or one length of time."""
    in_days = found.calendar is None
    if found.fitted is None:
        return f"constant({duration(found.constant_us, in_days=in_days)})"
    parts = [(share, _part(each, in_days=in_days)) for share, each in found.fitted.parts]
    if len(parts) == 1:
        return parts[0][1]
    shares = percents([share for share, _ in parts])
    return f"mix({', '.join(f'{share} {each}' for share, (_, each) in zip(shares, parts, strict=True))})"


def _part(part: Part, *, in_days: bool) -> str:
    said = dict(part.said)
    if part.family == "constant":
        return f"constant({duration(part.mean, in_days=in_days)})"
    if "p90" in said and said["p90"] <= _NEAR * said["median"]:
        return f"constant({duration(said['median'], in_days=in_days)})"
    figures = ", ".join(f"{name} {duration(value, in_days=in_days)}" for name, value in said.items())
    return f"{part.family}({figures})"


def percents(shares: Sequence[float]) -> list[str]:
    """Return shares as percents with one decimal that add up to 100; none of them is nothing.

    >>> percents([0.333, 0.333, 0.334])
    ['33.3%', '33.3%', '33.4%']
    """
    total = sum(shares)
    exact = [_TENTHS * each / total for each in shares]
    tenths = [max(floor(each), 1) for each in exact]
    order = sorted(range(len(exact)), key=lambda place: tenths[place] - exact[place])
    for place in order[: max(_TENTHS - sum(tenths), 0)]:
        tenths[place] += 1
    largest = max(range(len(tenths)), key=tenths.__getitem__)
    tenths[largest] += _TENTHS - sum(tenths)
    return [percent(each / _TENTHS) for each in tenths]


def percent(share: float) -> str:
    """Return one share with a decimal: `4.2%`.

    >>> percent(0.5), percent(0.0416)
    ('50%', '4.2%')
    """
    return f"{round(100 * share, 1):.1f}".removesuffix(".0") + "%"


def mix(shares: Sequence[ShareFit]) -> str:
    """Return the parts of a mix: `email 45%, till 55%`; what has no name is resolved."""
    said = percents([each.share for each in shares])
    return ", ".join(f"{each.name or 'resolved'} {share}" for each, share in zip(shares, said, strict=True))


def weekdays(days: Sequence[int]) -> str:
    """Return weekdays as ranges.

    >>> weekdays((0, 1, 2, 3, 4)), weekdays((0, 2, 5, 6))
    ('mon..fri', 'mon, wed, sat..sun')
    """
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}..{DAYS[run[-1]]}" for run in runs)


def hours(start: int, end: int) -> str:
    """Return a window of whole hours: `08:00-18:00`."""
    return f"{start:02d}:00-{end:02d}:00"


def shift(found: ShiftFit) -> str:
    """Return a shift's line."""
    return (
        f"shift {found.name} {weekdays(found.weekdays)} {hours(found.start, found.end)} {found.agents:_}"
        f" {'agent' if found.agents == 1 else 'agents'}"
    )
