"""Whether simulated weeks look like real ones: counts, hours, backlog and resolution side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from slmdsl.report.charts import fits
from slmdsl.report.document.tree import Cell, Column, Paragraph, Picture, Section, Table
from slmdsl.report.fit_words import counted, hours_cell, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.report.language import Language
    from slmdsl.study.fit.goodness import Class, Comparison

Figure = Literal["opened", "closed", "median", "p90"]

FEWEST: Final = 10
"""Of fewer tickets a figure tells too little to call it off."""
_NAMED: Final = 3
_FIGURES: Final[dict[Figure, str]] = {
    "opened": "opened",
    "closed": "resolved",
    "median": "median_us",
    "p90": "p90_us",
}


def alike_section(compared: Comparison, say: Language) -> Section:
    """Return the fitted days as they were beside what the model makes of them."""
    runs = compared.simulated
    spreads = [each.dispersion for each in runs]
    weekly = say.say(
        "fit.alike.weekly",
        real=_mean(compared.real.weekly),
        simulated=_mean(np.concatenate([each.weekly for each in runs])),
        real_spread=number(compared.real.dispersion),
        simulated_spread=number(float(np.mean(spreads))),
        low=number(min(spreads)),
        high=number(max(spreads)),
    )
    return Section(
        key="alike",
        title=say.say("fit.alike"),
        blocks=(
            Paragraph(text=say.say("fit.alike.how", n=len(runs))),
            Paragraph(text=weekly),
            _verdict(compared, say),
            _classes(compared, say),
            _weekly(compared, say),
            _hourly(compared, say),
            _backlog(compared, say),
        ),
    )


def _mean(counts: npt.NDArray[np.int64]) -> str:
    return number(float(counts.mean())) if len(counts) else "-"


def _classes(compared: Comparison, say: Language) -> Table:
    """Return tickets by priority: how many, and how long until they are resolved."""
    columns = [Column(key="priority", head=say.say("fit.priority"), width=1)]
    for key in _FIGURES:
        what = say.say(f"fit.{key}")
        for side in ("log", "simulated"):
            head = say.say(f"fit.of.{side}", what=what)
            columns.append(Column(key=f"{key}_{side}", head=head, align="figures", width=1))
    return Table(
        key="classes",
        caption=say.say("fit.alike.classes"),
        columns=tuple(columns),
        rows=tuple(_row(each, _runs(compared, each.priority), say) for each in compared.real.classes),
        note=say.say("fit.alike.note", fewest=FEWEST),
    )


def _row(real: Class, runs: Sequence[Class], say: Language) -> tuple[Cell, ...]:
    off = {each.key for each in _pairs(real, runs) if each.is_off}
    cells = [
        Cell(text=real.priority or say.say("fit.all"), value=real.priority, tone="bad" if off else "plain")
    ]
    for each in _pairs(real, runs):
        simulated = _words(each, each.simulated)
        cells += [
            _words(each, each.real),
            replace(simulated, tone="bad") if each.is_off else simulated,
        ]
    return tuple(cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A figure of a priority: in the log, and in the mean of the runs; lengths in microseconds."""

    priority: str
    key: Figure
    real: float
    simulated: float
    tickets: int

    @property
    def factor(self) -> float:
        """How many times as large one is as the other, at least 1; infinite where one of them is nothing."""
        low, high = sorted((self.real, self.simulated))
        return high / low if low > 0 else float("inf")

    @property
    def is_off(self) -> bool:
        """Whether the simulated one is off by more than half of what the log has, of tickets enough to tell."""
        if self.tickets < FEWEST or not (np.isfinite(self.real) and np.isfinite(self.simulated)):
            return False
        return abs(self.simulated - self.real) > self.real / 2


def _pairs(real: Class, runs: Sequence[Class]) -> list[_Pair]:
    def mean(name: str) -> float:
        values = [getattr(each, name) for each in runs]
        return float(np.mean(values)) if values else float("nan")

    return [
        _Pair(
            priority=real.priority,
            key=key,
            real=float(getattr(real, name)),
            simulated=mean(name),
            tickets=real.opened if name == "opened" else real.resolved,
        )
        for key, name in _FIGURES.items()
    ]


def _words(pair: _Pair, value: float) -> Cell:
    if pair.key in ("median", "p90"):
        return hours_cell(value)
    return counted(round(value), "tickets") if np.isfinite(value) else Cell(text="-")


def _verdict(compared: Comparison, say: Language) -> Paragraph:
    """Return which figures are off by more than half, the furthest first."""
    off = [
        each
        for real in compared.real.classes
        for each in _pairs(real, _runs(compared, real.priority))
        if each.is_off
    ]
    if not off:
        return Paragraph(text=say.say("fit.alike.near"), tone="good")
    furthest = sorted(off, key=lambda each: -each.factor)[:_NAMED]
    named = (
        say.say(
            "fit.alike.pair",
            priority=each.priority or say.say("fit.all"),
            what=say.say(f"fit.{each.key}"),
            real=_words(each, each.real).text,
            simulated=_words(each, each.simulated).text,
        )
        for each in furthest
    )
    words = say.say("fit.alike.off", n=len(off), pairs=("; " if say.code == "en" else "；").join(named))
    return Paragraph(text=words, tone="bad")


def _runs(compared: Comparison, priority: str) -> list[Class]:
    return [each for side in compared.simulated for each in side.classes if each.priority == priority]


def _names(say: Language) -> tuple[str, str]:
    return say.say("fit.real"), say.say("fit.simulated")


def _rows(names: tuple[str, str], both: Sequence[npt.NDArray[np.generic]]) -> list[dict[str, object]]:
    return [
        {"x": place + 1, "y": round(float(value), 3), "name": name}
        for name, values in zip(names, both, strict=True)
        for place, value in enumerate(values.tolist())
    ]


def _weekly(compared: Comparison, say: Language) -> Picture:
    real, other = compared.real.weekly, compared.simulated[0].weekly
    names = _names(say)
    return Picture(
        key="weekly",
        caption=say.say("fit.picture.weekly"),
        alt=say.say(
            "fit.picture.weekly.alt",
            low=f"{int(real.min()):,}" if len(real) else "0",
            high=f"{int(real.max(initial=0)):,}",
            other_low=f"{int(other.min()):,}" if len(other) else "0",
            other_high=f"{int(other.max(initial=0)):,}",
        ),
        chart=fits.lines(
            _rows(names, (real, other)),
            say.say("fit.week"),
            say.say("fit.tickets_axis"),
            names=names,
            has_points=True,
        ),
    )


def _hourly(compared: Comparison, say: Language) -> Picture:
    real = compared.real.hourly
    mean = np.mean([each.hourly for each in compared.simulated], axis=0)
    names = _names(say)
    return Picture(
        key="hourly",
        caption=say.say("fit.picture.hourly"),
        alt=say.say(
            "fit.picture.hourly.alt", real=number(float(real.max())), simulated=number(float(mean.max()))
        ),
        chart=fits.lines(
            _rows(names, (real, mean)), say.say("fit.hour"), say.say("fit.tickets_axis"), names=names
        ),
    )


def _backlog(compared: Comparison, say: Language) -> Picture:
    real, other = compared.real.backlog, compared.simulated[0].backlog
    names = _names(say)
    return Picture(
        key="backlog",
        caption=say.say("fit.picture.backlog"),
        alt=say.say("fit.picture.backlog.alt", real=f"{int(real[-1]):,}", simulated=f"{int(other[-1]):,}"),
        chart=fits.lines(_rows(names, (real, other)), say.say("fit.day"), say.say("fit.open"), names=names),
    )
