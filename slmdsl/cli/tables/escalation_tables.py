"""What escalations would have told whom, summed up for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from slmdsl.base.display import visible
from slmdsl.base.units import to_us
from slmdsl.cli.asking.reading import wall_clock

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import polars as pl


def escalation_table(fired: pl.DataFrame, zone: ZoneInfo) -> Table | None:
    """Return how often each step of an escalation told whom, first and last; None if nothing was told.

    Alerts have a table of their own.
    """
    import polars as pl  # noqa: PLC0415 - whoever has a frame has loaded it

    fired = fired.filter(pl.col("escalation").is_not_null())
    if not fired.height:
        return None
    table = Table(box=SIMPLE_HEAD, title="Escalations", title_justify="left", pad_edge=False)
    for name in ("agreement", "step", "to"):
        table.add_column(name)
    table.add_column("times", justify="right")
    for name in ("first", "last"):
        table.add_column(name)
    summed = (
        fired.group_by("sla", "step", "rule", "to", maintain_order=True)
        .agg(pl.len().alias("times"), pl.col("at").min().alias("first"), pl.col("at").max().alias("last"))
        .sort("sla", "step", maintain_order=True)
    )
    for row in summed.iter_rows(named=True):
        table.add_row(
            visible(row["sla"]),
            f"{row['step']}. {visible(row['rule'])}",
            visible(row["to"]),
            f"{row['times']:,}",
            wall_clock(to_us(row["first"]), zone),
            wall_clock(to_us(row["last"]), zone),
        )
    return table
