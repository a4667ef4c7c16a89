"""How a simulated desk fares, for a terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import DAY, HOUR, MINUTE, SECOND, clock_words
from slmdsl.report.charts.words import money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from slmdsl.study.running.study import Study

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS: Final = 24
_SHADES: Final = "·░▒▓█"
_STEPS: Final = (0.25, 0.5, 0.75, 0.95)
"""Utilisations from which an hour of the week is darker."""
_BUSY, _OVERLOADED = 0.8, 0.95
_RARE: Final = 10

_HEADS: Final = {
    "gave_up": "gave up",
    "overtime_hours": "overtime\nhours",
    "on_call_hours": "on-call\nhours",
    "added_hours": "added\nhours",
    "per_year": "times",
    "hours_per_year": "hours",
    "per_month": "messages\na month",
    "per_night": "a night\n22:00-06:00",
}
_COSTS: Final = "Costs a month: rostered hours (absence is paid), overtime, work on call, contingencies"
_YEAR: Final = 365 * DAY


def desk_tables(study: Study) -> Iterator[tuple[str, RenderableType]]:
    """Yield titles and tables on groups, waits, hours of the week, outages, messages and costs, where there are any."""
    several = len(study.tallies) > 1
    yield "Tickets, a week", _tickets(study.tickets, several=several)
    yield "Groups, a week", _groups(study.desk, several=several)
    if study.waiting["priority"].n_unique() > 1:
        yield "Waiting for an agent", _waiting(study.waiting, several=several)
    if not several:
        yield "Agents busy by hour of the week", _weeks(study.utilisation)
    for frame, title, names in (
        (*_outages(study), ("service",)),
        (*_contingencies(study), ("contingency",)),
        (study.escalations, "Escalations", ("sla", "step", "rule", "to")),
    ):
        if frame.height:
            yield title, _plain(frame, names, several=several)
    if study.costs.height:
        yield _COSTS, _costs(study.costs, several=several)


def _outages(study: Study) -> tuple[pl.DataFrame, str]:
    """Return outages a year, or in the horizon where it is shorter: a strike in it is none of every year."""
    years = horizon_years(study)
    if years >= 1:
        return study.outages, "Unplanned outages, a year"
    frame = study.outages
    scaled = frame.with_columns(frame["per_year"] * years, frame["hours_per_year"] * years)
    return scaled, "Unplanned outages in the horizon"


def _contingencies(study: Study) -> tuple[pl.DataFrame, str]:
    """Return how often contingencies are fired a year, or in a run of less than one, warm-up included."""
    years, frame = horizon_years(study), study.contingencies
    if years >= 1:
        return frame, "Contingencies fired, a year"
    run = {
        name: years + study.setting.warm_up_of(trial.plan.what_if.scenario.name) / _YEAR
        for name, trial in study.trials.items()
    }
    scale = [run[name] for name in frame["scenario"].to_list()]
    scaled = [each * by for each, by in zip(frame["per_year"].to_list(), scale, strict=True)]
    return frame.with_columns(
        pl.Series("per_year", scaled, pl.Float64)
    ), "Contingencies fired in a run, warm-up included"


def horizon_years(study: Study) -> float:
    """Return how many years of 365 days the days that count are."""
    return ((study.setting.last - study.setting.first).days + 1) / 365


def plain_table(words: Sequence[str], numbers: Sequence[str], *, several: bool) -> Table:
    """Return a table with columns of words, then of numbers; with `several` the scenario stands first."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for name in (*(("scenario",) if several else ()), *words):
        table.add_column(name, vertical="bottom", overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def head_of(row: dict[str, Any], *, several: bool) -> list[str]:
    """Return the cell of the scenario, where there is one."""
    return [row["scenario"]] if several else []


def _tickets(frame: pl.DataFrame, *, several: bool) -> Table:
    names = ("tickets", "reopened", "lost", "gave_up", "preempted", "reassigned")
    shown = [name for name in names if name == "tickets" or frame[name].sum()]
    table = plain_table((), [_HEADS.get(name, name) for name in shown], several=several)
    for row in frame.to_dicts():
        table.add_row(*head_of(row, several=several), *(number_words(row[name]) for name in shown))
    return table


def _groups(frame: pl.DataFrame, *, several: bool) -> Table:
    extra = [name for name in ("overtime_hours", "on_call_hours", "added_hours") if frame[name].sum()]
    numbers = ["agent\nhours", "busy", "mean\nwait", "95 % wait\nat most", *(_HEADS[name] for name in extra)]
    table = plain_table(("group",), [*numbers, "open in\n1st week", "in the\nlast"], several=several)
    for row in frame.to_dicts():
        table.add_row(
            *head_of(row, several=several),
            visible(row["group"]),
            number_words(row["agent_hours"]),
            _share(row["utilisation"]),
            length_words(row["mean_wait"]),
            length_words(row["late_wait"]),
            *(number_words(row[name]) for name in extra),
            number_words(row["backlog_first"]),
            number_words(row["backlog_last"]),
        )
    return table


def _waiting(frame: pl.DataFrame, *, several: bool) -> Table:
    table = plain_table(("group", "priority"), ("picked up a week", "mean wait"), several=several)
    for row in frame.to_dicts():
        names = (visible(row["group"]), visible(row["priority"] or "none"))
        table.add_row(
            *head_of(row, several=several),
            *names,
            number_words(row["picked_up"]),
            length_words(row["mean_wait"]),
        )
    return table


def _weeks(frame: pl.DataFrame) -> Group:
    """Return for each group a week of hours, darker where agents are busier; blank where nobody is on duty."""
    legend = "  · below 25 %, ░ from 25 %, ▒ from 50 %, ▓ from 75 %, █ from 95 %; blank: nobody is on duty"
    groups = frame["group"].unique(maintain_order=True)
    weeks = (
        (group, frame.filter(frame["group"] == group).sort("hour")["utilisation"].to_list())
        for group in groups
    )
    return Group(
        Text(legend, style="dim"), *(_week(group, hours) for group, hours in weeks if any(map(_known, hours)))
    )


def _known(share: float | None) -> bool:
    return share is not None


def _week(group: str, hours: Sequence[float | None]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 2))
    table.add_column(visible(group))
    table.add_column("".join(f"{hour:<3}" for hour in range(0, _HOURS, 3)), no_wrap=True)
    table.add_column("mean", justify="right")
    for day, name in enumerate(_DAYS):
        found = hours[day * _HOURS : (day + 1) * _HOURS]
        known = [share for share in found if share is not None]
        if known:
            table.add_row(name, Text.assemble(*map(_shade, found)), _share(sum(known) / len(known)))
    return table


def _shade(share: float | None) -> Text:
    if share is None:
        return Text(" ")
    return Text(_SHADES[sum(share >= step for step in _STEPS)], style=_style(share))


def _style(share: float) -> str:
    return "red" if share >= _OVERLOADED else "yellow" if share >= _BUSY else "green"


def _costs(frame: pl.DataFrame, *, several: bool) -> Table:
    """Return what each group and contingency costs a month, and the total of each scenario in each currency."""
    table = plain_table(("group or contingency",), ("cost",), several=several)
    sums: dict[tuple[str, str], int] = {}
    rows = frame.to_dicts()
    for place, row in enumerate(rows):
        name = visible(row["name"]) + (" (contingency)" if row["what"] == "contingency" else "")
        table.add_row(*head_of(row, several=several), name, money(row["per_month_minor"], row["currency"]))
        key = row["scenario"], row["currency"]
        sums[key] = sums.get(key, 0) + row["per_month_minor"]
        if place + 1 == len(rows) or rows[place + 1]["scenario"] != row["scenario"]:
            for (scenario, currency), minor in sums.items():
                total = Text("in all", style="bold"), Text(money(minor, currency), style="bold")
                table.add_row(*([scenario] if several else []), *total, end_section=True)
            sums = {}
    return table


def _plain(frame: pl.DataFrame, names: Sequence[str], *, several: bool) -> Table:
    numbers = [name for name in frame.columns if name not in (*names, "scenario")]
    table = plain_table(names, [_HEADS.get(name, name) for name in numbers], several=several)
    for row in frame.to_dicts():
        words = (visible(str(row[name])) for name in names)
        table.add_row(*head_of(row, several=several), *words, *(number_words(row[name]) for name in numbers))
    return table


def number_words(value: float | None) -> str:
    """Return a number, with decimals where it is small."""
    if value is None:
        return ""
    return f"{value:,.2f}" if 0 < value < _RARE else f"{value:,.0f}"


def _share(value: float | None) -> Text:
    if value is None:
        return Text("")
    return Text(f"{100 * value:.0f} %", style=_style(value) if value >= _BUSY else "")


def length_words(value: timedelta | None) -> str:
    """Say a length as precisely as anybody asks: no seconds of hours, no minutes of days."""
    return "" if value is None else clock_words(rounded_us(value // timedelta(microseconds=1)))


def rounded_us(length_us: int) -> int:
    """Return a length in microseconds without the seconds of hours and the minutes of days.

    >>> rounded_us(3_723_000_000) == 3_720_000_000
    True
    """
    us = round(length_us / SECOND) * SECOND
    unit = HOUR if us >= DAY else MINUTE if us >= HOUR else SECOND
    return us // unit * unit
