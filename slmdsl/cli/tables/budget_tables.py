"""Error budgets and their alerts as a short table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import SECOND, clock_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from slmdsl.evaluate.budgets.alerts import FiredAlert
    from slmdsl.evaluate.budgets.budgets import Budget


def budget_table(budgets: Iterable[Budget], alerts: Sequence[FiredAlert]) -> Table | None:
    """Return the last budget of each target and part that an alert watches, with the alerts in it; None without any."""
    last = {(each.target.qualified, each.part): each for each in budgets}
    if not last:
        return None
    table = Table(box=SIMPLE_HEAD, title="Error budgets", title_justify="left", pad_edge=False)
    table.add_column("target")
    table.add_column("period")
    for name in ("may fail", "failed", "left", "left %"):
        table.add_column(name, justify="right")
    table.add_column("alerts")
    for key, budget in last.items():
        fired = [
            each
            for each in alerts
            if (each.target.qualified, each.part) == key and budget.from_us <= each.from_us < budget.to_us
        ]
        firing = sum(each.to_us is None for each in fired)
        table.add_row(*_cells(budget), _alert_words(len(fired), firing))
    return table


def _cells(budget: Budget) -> tuple[str | Text, ...]:
    name = budget.target.qualified + ("" if budget.part is None else f" of {budget.part}")
    left = budget.allowed - budget.used
    share = "" if budget.remaining is None else f"{float(100 * budget.remaining):.1f} %"
    style = "bold red" if left < 0 else ""
    return (
        visible(name),
        budget.period + ("" if budget.is_over else ", so far"),
        _amount(budget.allowed, budget),
        _amount(budget.used, budget),
        Text(_amount(left, budget), style=style),
        Text(share, style=style),
    )


def _amount(amount: Fraction, budget: Budget) -> str:
    """Return time to the second, and tickets and samples to a tenth where they are not whole."""
    if budget.flows:
        return clock_words(round(amount) * SECOND)
    return f"{int(amount):,}" if amount.denominator == 1 else f"{float(amount):,.1f}"


def _alert_words(fired: int, firing: int) -> Text:
    if not fired:
        return Text("none", style="dim")
    words = f"{fired:,} fired"
    return Text(f"{words}, {firing} firing" if firing else words, style="bold red" if firing else "yellow")
