"""What was taken out of the net figures, summed up for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from slmdsl.base.display import visible

if TYPE_CHECKING:
    import polars as pl


def exclusion_table(taken_out: pl.DataFrame) -> Table | None:
    """Return how many tickets and misses each clause and waiver took out; None if nothing was."""
    import polars as pl  # noqa: PLC0415 - whoever has a frame has loaded it

    if not taken_out.height:
        return None
    table = Table(box=SIMPLE_HEAD, title="Not in the net figures", title_justify="left", pad_edge=False)
    has_waivers = taken_out["approver"].is_not_null().any()
    for name in ("target", "why", *(["approved by"] if has_waivers else []), "said in"):
        table.add_column(name)
    for name in ("tickets", "misses"):
        table.add_column(name, justify="right")
    keys = ("sla", "target", "kind", "reason", "approver", "clause")
    summed = taken_out.group_by(keys, maintain_order=True).agg(
        pl.col("ticket").n_unique().alias("tickets"), pl.col("missed").sum().alias("misses")
    )
    for row in summed.iter_rows(named=True):
        table.add_row(
            visible(f"{row['sla']}.{row['target']}"),
            visible(f"waived: {row['reason']}" if row["kind"] == "waiver" else row["reason"]),
            *([visible(row["approver"] or "")] if has_waivers else []),
            visible(row["clause"] or ""),
            f"{row['tickets']:,}",
            f"{row['misses']:,}",
        )
    return table
