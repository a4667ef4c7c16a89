"""A study for a terminal: what becomes of the promises, then of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.cli.desk_tables import desk_tables
from slmdsl.cli.figures import figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.cli.terminal import Terminal
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.study.study import Study

_SAFE, _DOUBTFUL = 0.95, 0.8
"""Chances from which a promise is shown as safe, and below which as lost; colours only, no verdict."""

_MONTHS_BESIDE: Final = 13
"""How many periods of a target are shown beside each other."""


def print_study(study: Study, seconds: float, at: Terminal) -> None:
    """Print what was run, a table for each agreement, then the desk of each scenario."""
    for line in _heading(study, seconds):
        at.say(line)
    at.say()
    rows = {(row["scenario"], row["target"]): row for row in study.summary.to_dicts()}
    for agreement in _agreements(study).values():
        at.out.print(Text.assemble((agreement.name, "bold"), f"  {visible(agreement.title)}"), soft_wrap=True)
        at.show(_chances(study, agreement, rows))
        kept = _by_period(study, agreement)
        if kept is not None:
            at.show(kept)
        for line in _not_modelled(study, agreement):
            at.say(line)
        at.say()
    for table in desk_tables(study):
        at.show(table)


def _heading(study: Study, seconds: float) -> Iterator[str]:
    setting = study.setting
    done = sum(tally.replications for tally in study.tallies.values())
    wanted = setting.replications * len(study.tallies)
    names = ", ".join(study.tallies)
    each = "" if len(study.tallies) == 1 else " each"
    yield (
        f"{names}: {setting.replications:,} replications{each} of {setting.first} .. {setting.last},"
        f" seed {setting.seed}, in {seconds:,.1f} s"
    )
    if study.interrupted:
        yield f"Interrupted after {done:,} of {wanted:,} replications: this is what they say."


def _agreements(study: Study) -> dict[str, Agreement]:
    return {each.name: each for trial in study.trials.values() for each in trial.judge.agreements}


def _chances(study: Study, agreement: Agreement, rows: Mapping[tuple[str, str], dict[str, Any]]) -> Table:
    """Return the chance of every target, side by side for several scenarios."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("promise", overflow="fold", max_width=72)
    for name in study.tallies:
        head = "" if len(study.tallies) == 1 else f"{name}\n"
        table.add_column(f"{head}a period is kept", justify="right")
        table.add_column(f"{head}all are", justify="right")
        table.add_column(f"{head}attained", justify="right")
    whole = [cell for name in study.tallies for cell in _cells(rows.get((name, agreement.name)), None)]
    table.add_row(Text("the agreement, each month", style="bold"), *whole, end_section=True)
    for target in agreement.targets:
        found = [rows.get((name, target.qualified)) for name in study.tallies]
        if any(row and row["judged"] for row in found):
            cells = [cell for row in found for cell in _cells(row, target)]
            table.add_row(Text(visible(target.sentence)), *cells)
    return table


def _cells(row: dict[str, Any] | None, target: Target | None) -> Iterator[Text]:
    if row is None or row["chance"] is None:
        yield from (Text("–", style="dim"), Text(), Text())
        return
    yield _chance(row["chance"], row["low"], row["high"])
    yield _chance(row["throughout"], row["throughout_low"], row["throughout_high"])
    yield Text("" if target is None else figure(target, row["attained"]))


def _chance(value: float, low: float, high: float) -> Text:
    style = "green" if value >= _SAFE else "yellow" if value >= _DOUBTFUL else "red"
    return Text.assemble((f"{100 * value:.1f} %", style), (f" {100 * low:.0f}–{100 * high:.0f}", "dim"))


def _by_period(study: Study, agreement: Agreement) -> Table | None:
    """Return how often each period was kept, for a single scenario and targets with few periods."""
    if len(study.tallies) > 1:
        return None
    periods = study.periods.filter(
        (study.periods["sla"] == agreement.name) & study.periods["part"].is_null()
    ).to_dicts()
    of_target: dict[str, dict[str, float | None]] = {}
    for row in periods:
        of_target.setdefault(row["target"], {})[row["period"]] = row["share"]
    shown = {name: found for name, found in of_target.items() if 1 < len(found) <= _MONTHS_BESIDE}
    labels = sorted(
        {label for found in shown.values() for label in found}, key=lambda label: (len(label), label)
    )
    labels = [label for label in labels if any(found.get(label) is not None for found in shown.values())]
    if not labels or len(labels) > _MONTHS_BESIDE:
        return None
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="Kept, in % of replications", title_justify="left")
    table.add_column("target")
    for label in labels:
        table.add_column(label, justify="right")
    for name, found in shown.items():
        table.add_row(name.rpartition(".")[2], *(_percent(found.get(label)) for label in labels))
    return table


def _percent(share: float | None) -> Text:
    if share is None:
        return Text("–", style="dim")
    style = "green" if share >= _SAFE else "yellow" if share >= _DOUBTFUL else "red"
    return Text(f"{100 * share:.0f}", style=style)


def _not_modelled(study: Study, agreement: Agreement) -> Sequence[str]:
    found: dict[str, list[str]] = {}
    for name, reason in next(iter(study.trials.values())).judge.not_modelled.items():
        if name.partition(".")[0] == agreement.name:
            found.setdefault(reason, []).append(name.partition(".")[2])
    return [f"not modelled: {', '.join(names)}: {reason}" for reason, names in found.items()]
