"""Which scenarios a picture shows, and what they are called in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from slmdsl.base.display import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST: Final = 7
"""As many scenarios as there are colours that everybody tells apart."""
FEW: Final = 4
"""So many are shown of more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The scenarios of a study as its pictures name them.

    Attributes:
        labels: what each variant is called in a picture, by its name, in the order in which they were run.
        shown: the variants that pictures with a colour for each scenario show, at most `MOST`.
        found: the one among them that was looked for and found, if any.
    """

    labels: Mapping[str, str]
    shown: tuple[str, ...]
    found: str | None = None

    @property
    def legend(self) -> list[str]:
        """The labels of those shown, in order."""
        return [self.labels[name] for name in self.shown]

    @property
    def caption(self) -> str:
        """Say which scenarios are seen: the single one, or that some are left out."""
        if len(self.labels) == 1:
            return f"Scenario {next(iter(self.labels.values()))}."
        if len(self.shown) == len(self.labels):
            return ""
        return (
            f"{len(self.shown)} of {len(self.labels)} scenarios: the first"
            f"{'' if self.found is None else ', the cheapest that keeps what is wanted'}"
            " and those whose agreements are kept most often."
        )

    def first(self, count: int) -> Cast:
        """Return the same scenarios with at most `count` of them shown."""
        return Cast(labels=self.labels, shown=self.shown[:count], found=self.found)


def cast_of(
    summary: pl.DataFrame, points: pl.DataFrame, names: Sequence[str], found: str | None = None
) -> Cast:
    """Return the scenarios of a study for its pictures.

    Args:
        summary: a study's frame of that name.
        points: the values of what is varied, if anything is.
        names: the variants in the order in which they were run.
        found: the one that was looked for and found, if any; it is always shown.

    Returns:
        All of them where a picture has room, else the first and the best, in their order.
    """
    labels = _labels(points, names)
    if len(names) <= MOST:
        return Cast(labels=labels, shown=tuple(names))
    whole = summary.filter(pl.col("target") == pl.col("sla"), pl.col("chance").is_not_null())
    means = dict(whole.group_by("scenario").agg(pl.col("chance").mean()).iter_rows())
    known = [name for name in names if name in means]
    first = known[:1] if found is None or found in known[:1] else [*known[:1], found]
    best = sorted((name for name in known if name not in first), key=lambda name: -means[name])
    chosen = {*first, *best[: FEW - len(first)]}
    return Cast(labels=labels, shown=tuple(name for name in names if name in chosen), found=found)


def _labels(points: pl.DataFrame, names: Sequence[str]) -> dict[str, str]:
    """Return short labels: of a variant the values alone, so long as they tell it from all others."""
    values: dict[str, list[tuple[str, str]]] = {}
    for scenario, dimension, words in points.select("scenario", "dimension", "words").iter_rows():
        values.setdefault(scenario, []).append((dimension, words))
    short = {name: _short(name, values.get(name, [])) for name in names}
    unique = len(set(short.values())) == len(names)
    return {name: visible(short[name] if unique else name) for name in names}


def _short(name: str, values: list[tuple[str, str]]) -> str:
    """`today: desk.early agents 5, desk.late agents 4` becomes `desk.early 5, desk.late 4`."""
    if not values:
        return name
    return ", ".join(f"{dimension_label(dimension)} {words}" for dimension, words in values)


def dimension_label(dimension: str) -> str:
    """`desk.early agents` becomes `desk.early`; what is not about agents keeps its word."""
    return dimension.removesuffix(" agents")
