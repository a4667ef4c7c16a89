"""What misses cost, and where the time of missed tickets went, for a terminal."""

from __future__ import annotations

from datetime import timedelta
from math import ceil, log
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.cli.tables.desk_tables import head_of, length_words, number_words, plain_table
from slmdsl.report.charts.words import counted, money
from slmdsl.report.study_words import listed, percent
from slmdsl.study.tables.outcome_frames import DEAR_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl
    from rich.console import RenderableType
    from rich.table import Table

    from slmdsl.study.running.study import Study

_PARTS: Final = {
    "waiting": "waits",
    "working": "work",
    "closed": "closed",
    "customer": "customer",
    "supplier": "supplier",
    "resolved": "resolved",
}
_BELOW: Final = (
    "In a replication, in periods that count: their time from opening until the target's clock stops. Of it they wait"
    " for an agent who is on duty, are worked on, lie while nobody is on duty (closed), are with the customer or a"
    " supplier, or are taken for resolved."
)

_ROUNDING: Final = 1e-9
"""Of 20 replications one in twenty is one, though floats say a little less."""


def miss_tables(study: Study) -> Iterator[tuple[str, RenderableType, str]]:
    """Yield titles and tables on credits and missed tickets, where there are any, with a line below each."""
    several = len(study.tallies) > 1
    if study.credits.height:
        yield "Service credits over the horizon", _credits(study, several=several), _below_credits(study)
    missed = study.missed.filter(study.missed["missed"] > 0)
    if missed.height:
        yield "Missed tickets, and where their time goes", _missed(missed, several=several), _BELOW


def _credits(study: Study, *, several: bool) -> Table:
    level = f"{100 * float(study.setting.confidence):.3g} %\nrange"
    table = plain_table(
        ("agreement",), ("expected", level, "1 in 20\nexceeds", level, "without\nany"), several=several
    )
    for row in study.credits.to_dicts():
        table.add_row(
            *head_of(row, several=several),
            visible(row["sla"]),
            money(row["mean_minor"], row["currency"]),
            _money_range(row, "low_minor", "high_minor"),
            money(row["p95_minor"], row["currency"]),
            _money_range(row, "p95_low_minor", "p95_high_minor"),
            percent(row["free"]),
        )
    return table


def _money_range(row: dict[str, Any], low: str, high: str) -> Text:
    ends = ["?" if row[each] is None else money(row[each], row["currency"]) for each in (low, high)]
    return Text(" – ".join(ends) if ends != ["?", "?"] else "", style="dim")


def _below_credits(study: Study) -> str:
    """Return what is not in the credits, and what few replications say of their tail."""
    count, bounds = study.credits["replications"].min(), ("high_minor", "p95_low_minor", "p95_high_minor")
    words = [_unpriced(study)]
    if isinstance(count, int) and count * (1 - DEAR_SHARE) < 1 - _ROUNDING:
        words.append(f"What 1 in 20 exceeds is here the worst of {counted(count, 'replication')}.")
    if any(study.credits[each].null_count() for each in bounds):
        least = ceil(log(float(1 - study.setting.confidence) / 2) / log(DEAR_SHARE))
        words.append(
            f"?: an end that so few replications do not tell; of what 1 in 20 exceeds it takes {least:,}."
        )
    return " ".join(filter(None, words))


def _unpriced(study: Study) -> str:
    names = dict.fromkeys(name for trial in study.trials.values() for name in trial.judge.unpriced)
    if not names:
        return ""
    return f"Nothing is in them of {listed(list(names), most=len(names))}, for which nothing is simulated."


def _missed(frame: pl.DataFrame, *, several: bool) -> Table:
    """Return where the time of each target's misses goes; scenarios stand above their targets, so that it is narrow."""
    shown = [name for name in _PARTS if frame[name].sum() != timedelta(0)]
    heads = ("judged", "missed", "mean time", *(_PARTS[name] for name in shown))
    table, before = plain_table(("target",), heads, several=False), ""
    for row in frame.to_dicts():
        if several and row["scenario"] != before:
            table.add_section()
            table.add_row(Text(row["scenario"], style="bold"))
            before = row["scenario"]
        whole = sum((row[name] for name in _PARTS), start=timedelta(0))
        table.add_row(
            f"{'  ' if several else ''}{row['target']}",
            number_words(row["judged"]),
            number_words(row["missed"]),
            length_words(whole),
            *(f"{100 * (row[name] / whole):.0f} %" if whole else "" for name in shown),
        )
    return table
