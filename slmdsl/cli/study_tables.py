"""A study for a terminal: what becomes of the promises, then of the desk."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import DAY, clock_words
from slmdsl.cli.desk_tables import desk_tables
from slmdsl.cli.figures import mean_figure
from slmdsl.cli.tables import promise_words
from slmdsl.cli.terminal import READABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import RenderableType

    from slmdsl.cli.terminal import Terminal
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.study.study import Study

_SAFE, _DOUBTFUL = 0.95, 0.8
"""Chances from which a promise is shown as safe, and below which as lost; colours only, no verdict."""

_PERIODS_BESIDE: Final = 13
"""How many periods of a target are shown beside each other."""

_ASSUMED: Final = (
    "Judged are the periods that lie wholly within these days. Planned maintenance takes its services down;"
    " causes, risks and contingencies apply unless a scenario says `without`."
)


def print_study(study: Study, seconds: float, at: Terminal) -> None:
    """Print what was run, a table for each agreement, then the desk of each scenario.

    How many seconds it took is for those who waited at a terminal: elsewhere the same run says the same.
    """
    for line in _heading(study, seconds if at.out.file.isatty() else None):
        at.say(line)
    if not any(tally.replications for tally in study.tallies.values()):
        return
    rows = {(row["scenario"], row["target"]): row for row in study.summary.to_dicts()}
    for agreement in _agreements(study).values():
        at.say()
        at.out.print(Text.assemble((agreement.name, "bold"), f"  {visible(agreement.title)}"), soft_wrap=True)
        at.show(_chances(study, agreement, rows))
        for table in _by_period(study, agreement):
            at.say()
            at.say("Periods kept, in % of the replications")
            at.show(table)
        left_out = _not_modelled(study, agreement)
        if left_out is not None:
            at.say()
            at.say("Not modelled, so neither kept nor missed")
            at.show(left_out)
    at.say()
    at.show(Text(_ASSUMED, style="dim"), width=min(at.out.width, READABLE))
    for title, shown in desk_tables(study):
        at.say()
        at.out.print(Text(title, style="bold"), soft_wrap=True)
        at.show(shown)


def _heading(study: Study, seconds: float | None) -> Iterator[str]:
    setting = study.setting
    done = sum(tally.replications for tally in study.tallies.values())
    wanted = setting.replications * len(study.tallies)
    several = len(study.tallies) > 1
    name = "" if several else f"{setting.name}: "
    count = f"{setting.replications:,} replication{'' if setting.replications == 1 else 's'}"
    if several:
        yield f"{setting.name}: {', '.join(study.tallies)}"
    yield (
        f"{name}{count}{' each' if several else ''} of {setting.first} .. {setting.last}"
        f" {_warm_up(study)}, seed {setting.seed}" + ("" if seconds is None else f", in {seconds:,.1f} s")
    )
    if setting.like is not None:
        yield f"What no option says is as in the experiment `{setting.like}`."
    if study.interrupted:
        words = "nothing is known yet" if not done else "this is what they say"
        yield f"Interrupted after {done:,} of {wanted:,} replications: {words}."


def _warm_up(study: Study) -> str:
    """Say how long was simulated before what counts, and which scenarios start empty instead."""
    empty = [name for name in study.tallies if not study.setting.warm_up_of(name)]
    if len(empty) == len(study.tallies):
        return "from an empty desk"
    days, rest = divmod(study.setting.warm_up_us, DAY)
    length = clock_words(study.setting.warm_up_us) if rest else f"{days} day{'' if days == 1 else 's'}"
    return f"after {length} of warm-up" + (f" ({', '.join(empty)} from an empty desk)" if empty else "")


def _agreements(study: Study) -> dict[str, Agreement]:
    return {each.name: each for trial in study.trials.values() for each in trial.judge.agreements}


def _chances(study: Study, agreement: Agreement, rows: Mapping[tuple[str, str], dict[str, Any]]) -> Table:
    """Return the chance of every target; several scenarios stand below each other, so that any number fits."""
    several = len(study.tallies) > 1
    percent = f"{100 * float(study.setting.confidence):.3g} %"
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column("promise", overflow="fold", max_width=72, vertical="bottom")
    for head in (
        "chance\nof a period",
        f"{percent}\nrange",
        "of all\nperiods",
        f"{percent}\nrange",
        "mean\nattained",
    ):
        table.add_column(head, justify="right", no_wrap=True)

    def add(promise: Text, name: str, target: Target | None) -> None:
        cells = {each: list(_cells(rows.get((each, name)), target)) for each in study.tallies}
        if not several:
            table.add_row(promise, *next(iter(cells.values())))
            return
        table.add_row(promise)
        for each, figures in cells.items():
            table.add_row(Text(f"  {each}"), *figures)

    add(Text("the agreement, a month", style="bold"), agreement.name, None)
    table.add_section()
    for target in agreement.targets:
        if any((row := rows.get((each, target.qualified))) and row["judged"] for each in study.tallies):
            add(Text.assemble((target.name, "bold"), f"  {promise_words(target)}"), target.qualified, target)
    return table


def _cells(row: dict[str, Any] | None, target: Target | None) -> Iterator[Text]:
    if row is None or row["chance"] is None:
        yield from (Text("–", style="dim"), Text(), Text("–", style="dim"), Text(), Text())
        return
    yield _chance(row["chance"])
    yield Text(f"{100 * row['low']:.0f}–{100 * row['high']:.0f}", style="dim")
    yield _chance(row["throughout"])
    yield Text(f"{100 * row['throughout_low']:.0f}–{100 * row['throughout_high']:.0f}", style="dim")
    yield Text("" if target is None else mean_figure(target, row["attained"]))


def _chance(value: float) -> Text:
    return Text(f"{100 * value:.1f} %", style=_style(value))


def _style(chance: float) -> str:
    return "green" if chance >= _SAFE else "yellow" if chance >= _DOUBTFUL else "red"


def _by_period(study: Study, agreement: Agreement) -> Iterator[Table]:
    """Yield how often each period was kept, a table for each kind of period, for a single scenario."""
    if len(study.tallies) > 1:
        return
    of_target: dict[str, dict[str, float | None]] = {}
    for row in (
        study.periods.filter(study.periods["part"].is_null()).sort("from", maintain_order=True).to_dicts()
    ):
        if row["sla"] == agreement.name:
            of_target.setdefault(row["target"].rpartition(".")[2], {})[row["period"]] = row["share"]
    known = {
        name: found for name, found in of_target.items() if any(share is not None for share in found.values())
    }
    in_order = sorted(known.items(), key=lambda item: tuple(item[1]))
    for labels, group in groupby(in_order, key=lambda item: tuple(item[1])):
        if 1 < len(labels) <= _PERIODS_BESIDE:
            yield _periods(labels, dict(group))


def _periods(labels: Sequence[str], found: Mapping[str, Mapping[str, float | None]]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column("target", vertical="bottom")
    before = ""
    for label in labels:
        year, _, rest = label.partition("-")
        table.add_column(f"{'' if year == before else year}\n{rest}", justify="right", no_wrap=True)
        before = year
    for name, shares in found.items():
        table.add_row(name, *(_percent(shares[label]) for label in labels))
    return table


def _percent(share: float | None) -> Text:
    if share is None:
        return Text("–", style="dim")
    return Text(f"{100 * share:.0f}", style=_style(share))


def _not_modelled(study: Study, agreement: Agreement) -> RenderableType | None:
    """Return which targets nothing is simulated for and why; where only in some scenarios, in which."""
    where: dict[tuple[str, str], list[str]] = {}
    for scenario, trial in study.trials.items():
        for name, reason in trial.judge.not_modelled.items():
            if name.partition(".")[0] == agreement.name:
                where.setdefault((name.partition(".")[2], reason), []).append(scenario)
    if not where:
        return None
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for (name, reason), scenarios in where.items():
        some = "" if len(scenarios) == len(study.trials) else f" (in {', '.join(scenarios)})"
        table.add_row(Text(f"  {name}"), Text(visible(reason) + some))
    return table
