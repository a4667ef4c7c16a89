"""Credits as tables for a terminal: what each clause pays with its arithmetic, totals, and rights to terminate."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.evaluate.credits.fees import said
from slmdsl.evaluate.credits.records import CreditKind, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from slmdsl.evaluate.credits.records import Credit, CreditAccount, CreditTotal

_KINDS = {
    CreditKind.BAND: "band",
    CreditKind.MISS: "missed",
    CreditKind.PER_MISS: "per miss",
    CreditKind.REPETITION: "repeated",
    CreditKind.EARN_BACK: "earned back",
    CreditKind.TERMINATION: "may terminate",
    CreditKind.NOT_EVALUATED: "not evaluated",
}


def credit_tables(account: CreditAccount) -> Iterator[RenderableType]:
    """Yield a heading, credits and totals for each agreement of which there are any."""
    totals = {name: list(group) for name, group in groupby(account.totals, key=lambda each: each.agreement)}
    for name, group in groupby(account.credits, key=lambda each: each.agreement):
        own = sorted(group, key=lambda each: each.to_us or 0)
        yield Text.assemble((name, "bold"), "  credits")
        yield Group(_credits(own), *_totals(totals.get(name, ())))


def _credits(rows: Sequence[Credit]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("period", "target", "why"):
        table.add_column(column, no_wrap=True)
    table.add_column("credit", justify="right", no_wrap=True)
    table.add_column("given", justify="right", no_wrap=True)
    table.add_column("arithmetic", overflow="fold")
    for row in rows:
        words = "; ".join(filter(None, (row.arithmetic, row.note)))
        part = f" ({row.part})" if row.part is not None else ""
        cells = (row.period or "", row.target + part, _KINDS[row.kind], _amount(row), _given(row))
        table.add_row(*(Text(visible(cell)) for cell in (*cells, f"{words}  {row.clause.where}")))
    return table


def _amount(row: Credit) -> str:
    if row.amount is None or row.unit is None or row.standing is Standing.WITHHELD:
        return ""
    return said(row.amount, row.unit).removesuffix(" (rounded)")


def _given(row: Credit) -> str:
    if row.standing is Standing.SO_FAR:
        return "so far"
    if row.standing is Standing.WITHHELD:
        return "nothing"
    return "" if row.capped is None or row.unit is None else said(row.capped, row.unit)


def _totals(totals: Sequence[CreditTotal]) -> Iterator[Text]:
    for total in totals:
        words = [f"credits of {total.period}: {said(total.net, total.unit)}"]
        if total.summed != total.paid:
            words.append(f"the sum is {said(total.summed, total.unit)}")
        if total.returned:
            words.append(f"{said(total.returned, total.unit)} earned back")
        yield Text("; ".join(filter(None, (*words, total.arithmetic))))
