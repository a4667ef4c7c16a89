"""Whether simulated weeks look like real ones: counts, hours, backlog and resolution side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slmdsl.report.charts import fits
from slmdsl.report.document.tree import Cell, Column, Paragraph, Picture, Section, Table
from slmdsl.report.fit_words import counted, hours_cell, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.report.language import Language
    from slmdsl.study.fit.goodness import Class, Comparison


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
    runs = [{each.priority: each for each in side.classes} for side in compared.simulated]
    columns = [Column(key="priority", head=say.say("fit.priority"), width=1)]
    for key in ("opened", "closed", "median", "p90"):
        what = say.say(f"fit.{key}")
        for side in ("log", "simulated"):
            head = say.say(f"fit.of.{side}", what=what)
            columns.append(Column(key=f"{key}_{side}", head=head, align="figures", width=1))
    return Table(
        key="classes",
        caption=say.say("fit.alike.classes"),
        columns=tuple(columns),
        rows=tuple(
            _row(each, [run[each.priority] for run in runs if each.priority in run], say)
            for each in compared.real.classes
        ),
    )


def _row(real: Class, runs: Sequence[Class], say: Language) -> tuple[Cell, ...]:
    def mean(name: str) -> float:
        values = [getattr(each, name) for each in runs]
        return float(np.mean(values)) if values else float("nan")

    def tickets(value: float) -> Cell:
        return counted(round(value), "tickets") if np.isfinite(value) else Cell(text="-")

    return (
        Cell(text=real.priority or say.say("fit.all"), value=real.priority),
        counted(real.opened, "tickets"),
        tickets(mean("opened")),
        counted(real.resolved, "tickets"),
        tickets(mean("resolved")),
        hours_cell(real.median_us),
        hours_cell(mean("median_us")),
        hours_cell(real.p90_us),
        hours_cell(mean("p90_us")),
    )


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
