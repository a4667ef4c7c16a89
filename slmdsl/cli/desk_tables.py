"""How a simulated desk fares, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import SECOND, clock_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    import polars as pl

    from slmdsl.study.study import Study

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS: Final = 24
_SHADES: Final = " ░▒▓█"
_BUSY, _OVERLOADED = 0.8, 0.95
_RARE: Final = 10


def desk_tables(study: Study) -> Iterator[Table]:
    """Yield tables on groups, waits, the hours of the week, outages and messages, as far as there is something."""
    several = len(study.tallies) > 1
    yield _tickets(study.tickets, several=several)
    yield _groups(study.desk, several=several)
    if study.waiting["priority"].n_unique() > 1:
        yield _waiting(study.waiting, several=several)
    if not several:
        yield from _week(study.utilisation)
    for frame, title, names in (
        (study.outages, "Unplanned outages", ("service",)),
        (study.contingencies, "Contingencies", ("contingency",)),
        (study.escalations, "Escalations", ("sla", "step", "rule", "to")),
    ):
        if frame.height:
            yield _plain(frame, title, names, several=several)


def _table(title: str, words: Sequence[str], numbers: Sequence[str], *, several: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for name in (*(("scenario",) if several else ()), *words):
        table.add_column(name)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _head(row: dict[str, Any], *, several: bool) -> list[str]:
    return [row["scenario"]] if several else []


def _tickets(frame: pl.DataFrame, *, several: bool) -> Table:
    names = ("tickets", "reopened", "lost", "gave_up", "preempted", "reassigned")
    shown = [name for name in names if name == "tickets" or frame[name].sum()]
    table = _table("Tickets a week", (), [name.replace("_", " ") for name in shown], several=several)
    for row in frame.to_dicts():
        table.add_row(*_head(row, several=several), *(_number(row[name]) for name in shown))
    return table


def _groups(frame: pl.DataFrame, *, several: bool) -> Table:
    extra = [name for name in ("overtime_hours", "on_call_hours", "added_hours") if frame[name].sum()]
    numbers = [
        "agent hours",
        "utilisation",
        "mean wait",
        "95 % wait",
        *(name.replace("_", " ") for name in extra),
    ]
    table = _table("Groups, a week", ("group",), [*numbers, "open, first week", "last"], several=several)
    for row in frame.to_dicts():
        table.add_row(
            *_head(row, several=several),
            visible(row["group"]),
            _number(row["agent_hours"]),
            _share(row["utilisation"]),
            _length(row["mean_wait"]),
            _length(row["late_wait"]),
            *(_number(row[name]) for name in extra),
            _number(row["backlog_first"]),
            _number(row["backlog_last"]),
        )
    return table


def _waiting(frame: pl.DataFrame, *, several: bool) -> Table:
    numbers = ("picked up a week", "mean wait")
    table = _table("Waiting for an agent", ("group", "priority"), numbers, several=several)
    for row in frame.to_dicts():
        names = (visible(row["group"]), visible(row["priority"] or "none"))
        figures = (_number(row["picked_up"]), _length(row["mean_wait"]))
        table.add_row(*_head(row, several=several), *names, *figures)
    return table


def _week(frame: pl.DataFrame) -> Iterator[Table]:
    """Yield for each group a week of hours, darker where agents are busier; blank where nobody is there."""
    for group in frame["group"].unique(maintain_order=True):
        mine = frame.filter(frame["group"] == group).sort("hour")["utilisation"].to_list()
        if not any(share is not None for share in mine):
            continue
        title = f"Utilisation of {visible(group)} by hour of the week: ░ from 25 %, ▒ 50 %, ▓ 75 %, █ 95 %, · idle"
        table = Table(box=None, title=title, title_justify="left", pad_edge=False, show_header=True)
        table.add_column("")
        table.add_column("".join(f"{hour:<3}" for hour in range(0, _HOURS, 3)))
        table.add_column("mean", justify="right")
        for day, name in enumerate(_DAYS):
            hours = mine[day * _HOURS : (day + 1) * _HOURS]
            known = [share for share in hours if share is not None]
            if known:
                mean = sum(known) / len(known)
                table.add_row(name, Text.assemble(*map(_shade, hours)), _share(mean))
        yield table


def _shade(share: float | None) -> Text:
    if share is None:
        return Text(" ")
    steps = (0.25, 0.5, 0.75, _OVERLOADED)
    dark = sum(share >= step for step in steps)
    style = "red" if share >= _OVERLOADED else "yellow" if share >= _BUSY else "green"
    return Text(_SHADES[dark] if dark else "·", style=style)


def _plain(frame: pl.DataFrame, title: str, names: Sequence[str], *, several: bool) -> Table:
    numbers = [name for name in frame.columns if name not in (*names, "scenario")]
    table = _table(title, names, [name.replace("_", " ") for name in numbers], several=several)
    for row in frame.to_dicts():
        words = (visible(str(row[name])) for name in names)
        table.add_row(*_head(row, several=several), *words, *(_number(row[name]) for name in numbers))
    return table


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.2f}" if 0 < value < _RARE else f"{value:,.0f}"


def _share(value: float | None) -> Text:
    if value is None:
        return Text("")
    style = "red" if value >= _OVERLOADED else "yellow" if value >= _BUSY else ""
    return Text(f"{100 * value:.0f} %", style=style)


def _length(value: timedelta | None) -> str:
    if value is None:
        return ""
    seconds = round(value.total_seconds())
    # Nobody asks for the seconds of hours.
    unit = 60 if seconds >= 3_600 else 1  # noqa: PLR2004 - an hour
    return clock_words(seconds // unit * unit * SECOND)
