"""Figures as pictures write them."""

from __future__ import annotations

from typing import Final

from slmdsl.base.units import minor_digits

_NEARLY: Final = 0.99


def percent(share: float) -> str:
    """Return a share in percent; near 0 and 1 with a digit more, so that 99.6 % never stands as 100 %.

    >>> percent(0.861), percent(0.996), percent(0.99996), percent(1.0)
    ('86 %', '99.6 %', '>99.9 %', '100 %')
    """
    value = 100 * share
    if share in {0.0, 1.0} or 1 - _NEARLY <= share <= _NEARLY:
        return f"{value:.0f} %"
    if 0 < share < 0.0005:  # noqa: PLR2004 - would be rounded to 0.0
        return "<0.1 %"
    if 0.9995 <= share < 1:  # noqa: PLR2004 - would be rounded to 100.0
        return ">99.9 %"
    return f"{value:.1f} %"


def interval(low: float, high: float) -> str:
    """Return two ends in percent.

    >>> interval(0.7, 0.954)
    '70–95 %'
    """
    return f"{100 * low:.0f}–{100 * high:.0f} %"


def major(minor: float, currency: str) -> float:
    """Return an amount in units of its currency: euros of cents."""
    return minor / float(10 ** minor_digits(currency))


def money(minor: float, currency: str) -> str:
    """Return an amount as the language writes it, in whole units from a hundred on.

    >>> money(8_013_356, "EUR"), money(1250, "EUR"), money(0, "EUR")
    ('EUR 80_134', 'EUR 12.50', 'EUR 0')
    """
    amount = major(minor, currency)
    digits = 0 if abs(amount) >= 100 or amount == 0 else minor_digits(currency)  # noqa: PLR2004 - said above
    return f"{currency} {amount:_.{digits}f}"


def counted(count: int, thing: str) -> str:
    """`1 replication`, `40 replications`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
