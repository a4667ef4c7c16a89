"""What a source would make of its first rows, as a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.cli.tables.verdict_tables import tally_words

if TYPE_CHECKING:
    from slmdsl.cli.terminal import Terminal
    from slmdsl.ingest import DryColumn, DryRun


_FEW = 3
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")


def show_dry_run(run: DryRun, at: Terminal) -> None:
    """Print what maps to what, what is refused and why, and which columns are left."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("ours", no_wrap=True)
    table.add_column("from", overflow="fold")
    table.add_column("becomes", overflow="fold")
    table.add_column("refused", justify="right", no_wrap=True)
    for column in run.columns:
        refused = Text(f"{column.rows_refused:,}", style="bold red") if column.rows_refused else Text()
        table.add_row(column.ours, visible(" + ".join(column.columns)), visible(_examples(column)), refused)
    at.say(
        f"{run.source}: the first {run.rows:,} rows of {run.file};"
        f" {run.rows_refused:,} refused, {run.rows_ignored:,} ignored"
    )
    at.show(table)
    for tally in run.tallies:
        at.say(visible(tally_words(tally)))
    if run.unused:
        at.say(visible(f"not used: {', '.join(run.unused)}"))


def _examples(column: DryColumn) -> str:
    """Say what texts become: words one by one, what stays as it is and instants by a few."""
    pairs = column.examples
    if all(theirs == ours for theirs, ours in pairs):
        return ", ".join(f'"{theirs}"' for theirs, _ in pairs[:_FEW]) + (", ..." if len(pairs) > _FEW else "")
    shown = pairs[:_FEW] if all(_INSTANT.match(ours) for _, ours in pairs) else pairs
    words = [f'"{theirs}" → {ours}' for theirs, ours in shown]
    return ", ".join([*words, "..."] if len(shown) < len(pairs) else words)


def dry_run_record(run: DryRun) -> dict[str, Any]:
    """Return the same as JSON's types."""
    return {
        "source": run.source,
        "file": run.file,
        "rows": run.rows,
        "rows_refused": run.rows_refused,
        "rows_ignored": run.rows_ignored,
        "columns": [
            {
                "ours": column.ours,
                "columns": list(column.columns),
                "examples": [list(pair) for pair in column.examples],
                "rows_refused": column.rows_refused,
            }
            for column in run.columns
        ],
        "unused": list(run.unused),
        "reasons": [
            {"fate": tally.fate, "reason": tally.reason, "rows": tally.rows} for tally in run.tallies
        ],
    }
