"""Units of measured metrics, and how many of one make another."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

_SI: Final = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY: Final = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def _scaled(unit: str, *prefixes: str) -> dict[str, tuple[str, Fraction]]:
    return {f"{prefix}{unit}": (unit, Fraction((_SI | _BINARY)[prefix])) for prefix in ("", *prefixes)}


def _times() -> dict[str, tuple[str, Fraction]]:
    sizes = {"us": 1, "ms": 10**3, "s": 10**6, "min": 60 * 10**6, "h": 3600 * 10**6, "day": 86_400 * 10**6}
    known = {unit: ("us", Fraction(size)) for unit, size in sizes.items()}
    spelled = {
        "sec secs second seconds": "s",
        "mins minute minutes": "min",
        "hr hrs hour hours": "h",
        "days": "day",
    }
    return known | {word: known[unit] for words, unit in spelled.items() for word in words.split()}


_UNITS: Final = {
    **_times(),
    **_scaled("B", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"),
    **_scaled("bps", "k", "M", "G"),
    **_scaled("Hz", "k", "M"),
    **_scaled("W", "k"),
    "%": ("%", Fraction(1)),
    "percent": ("%", Fraction(1)),
    "pct": ("%", Fraction(1)),
}
"""Each known unit as a multiple of its family's smallest."""


def factor(said: str | None, wanted: str) -> Fraction | None:
    """Return how many `wanted` one `said` is; None where they do not measure the same. Nothing said is `wanted`.

    >>> factor("s", "ms"), factor(None, "ms"), factor("kB", "ms")
    (Fraction(1000, 1), Fraction(1, 1), None)
    """
    if said is None or said == wanted:
        return Fraction(1)
    family, size = _UNITS.get(said, (None, Fraction(1)))
    wanted_family, wanted_size = _UNITS.get(wanted, (None, Fraction(1)))
    return size / wanted_size if family is not None and family == wanted_family else None
