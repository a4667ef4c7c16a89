"""Chances, ranges and names of variants as sentences about a study say them."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.contract.model.studies import Wanted
    from slmdsl.stats.intervals import Interval

ROSTERS, IN_ALL = "rosters a month", "in all a month"
"""The heads under which the two costs of a variant stand."""
COSTS: Final = (
    "Rosters: what the shifts within the horizon cost, known before the run; a search for the cheapest goes by it."
    " In all: with overtime, work on call and contingencies, the mean of the replications, where there are any."
    " Credits are in neither."
)

_BEYOND = 0.0005
"""What is nearer to none or all than this would be rounded to it."""
_NAMED = 3
"""How many names a sentence has at most."""


def percent(share: float) -> str:
    """Return a share in percent with a decimal; only none and all are 0.0 % and 100.0 %.

    >>> percent(0.8312), percent(0.99996), percent(1.0), percent(0.0001)
    ('83.1 %', '>99.9 %', '100.0 %', '<0.1 %')
    """
    if 0 < share < _BEYOND:
        return "<0.1 %"
    if 1 - _BEYOND < share < 1:
        return ">99.9 %"
    return f"{100 * share:.1f} %"


def ends(interval: Interval) -> str:
    """Return the ends of a range of shares.

    >>> from slmdsl.stats.intervals import Interval
    >>> ends(Interval(value=0.83, low=0.8021, high=0.858))
    '80.2–85.8'
    """
    return f"{100 * interval.low:.1f}–{100 * interval.high:.1f}"


def chance_words(interval: Interval) -> str:
    """Return a chance with its range: `83.1 % (80.2–85.8)`."""
    return f"{percent(interval.value)} ({ends(interval)})"


def points(difference: float) -> str:
    """Return a difference of shares in points of a percent, with its sign.

    >>> points(0.145), points(-0.0101), points(0.0)
    ('+14.5', '-1.0', '0.0')
    """
    rounded = round(100 * difference, 1)
    return f"{rounded:+.1f}" if rounded else "0.0"


def level(share: float) -> str:
    """Return a wanted share without needless digits.

    >>> level(0.8), level(0.995)
    ('80 %', '99.5 %')
    """
    return f"{100 * share:.6g} %"


def wanted_words(wanted: Wanted) -> str:
    """Return what is asked for: ``a chance of at least 80 % for `gold` ``."""
    whole = " in every period of the horizon" if wanted.throughout else ""
    return f"a chance of at least {level(float(wanted.at_least))} for `{wanted.of}`{whole}"


def listed(words: Sequence[str], *, most: int = _NAMED) -> str:
    """Return some names, and how many there are beyond.

    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c", "d", "e"])
    ('a', 'a and b', 'a, b, c and 2 more')
    """
    shown, rest = list(words[:most]), len(words) - most
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    return " and ".join(([", ".join(shown[:-1])] if shown[1:] else []) + shown[-1:])


def luck_words(ratio: float | None) -> str:
    """Return what it brought that two scenarios had the same luck, by the ratio of variances.

    >>> luck_words(7.2), luck_words(1.1), luck_words(None)
    ('the same luck saved 7 times the replications', 'the same luck saved little (1.1 times the replications)', '')
    >>> luck_words(0.8)
    'the same luck saved nothing: with luck of their own 0.8 times the replications would do'
    """
    if ratio is None or ratio == inf:
        return ""
    if ratio < 1:
        return (
            f"the same luck saved nothing: with luck of their own {ratio:.1f} times the replications would do"
        )
    if ratio < 1.5:  # noqa: PLR2004 - what is rounded to once is no saving
        return f"the same luck saved little ({ratio:.1f} times the replications)"
    return f"the same luck saved {ratio:.0f} times the replications"
