"""A study for a terminal: what becomes of the promises, then of the desk."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import DAY, clock_words
from slmdsl.cli.tables.desk_tables import desk_tables
from slmdsl.cli.tables.figures import mean_figure
from slmdsl.cli.tables.miss_tables import miss_tables
from slmdsl.cli.tables.theory_tables import theory, warm_up_advice
from slmdsl.cli.tables.variant_tables import differences, notes, ranked
from slmdsl.cli.tables.verdict_tables import promise_words
from slmdsl.cli.terminal import READABLE
from slmdsl.report.answers import answers_of
from slmdsl.report.answers_search import named_by
from slmdsl.report.study_words import level

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from rich.console import RenderableType

    from slmdsl.cli.terminal import Terminal
    from slmdsl.contract.model.agreements import Agreement, Target
    from slmdsl.study.running.study import Study

_SAFE, _DOUBTFUL = 0.95, 0.8
"""Chances from which a promise is shown as safe, and below which as lost; colours only, no verdict."""

_PERIODS_BESIDE: Final = 13
"""How many periods of a target are shown beside each other."""

FULL: Final = 8
"""Up to so many variants each has all its tables; of more the one that was found has."""

_HEADS: Final = (
    "Chance of a period: that a month (a quarter, ..) of the promise is kept; of all periods: that every one within"
    " these days is."
)
_ASSUMED: Final = (
    "Judged are the periods that lie wholly within these days. Planned maintenance takes its services down;"
    " causes, risks and contingencies apply unless a scenario says `without`."
)


def print_study(study: Study, seconds: float, at: Terminal, *, out: Path | None = None) -> None:
    """Print what was run, what it answers, and tables: of every variant, or of many the one that was found.

    How many seconds it took is for those who waited at a terminal: elsewhere the same run says the same. `out` is the
    folder to which everything is written as well.
    """
    for line in _heading(study, seconds if at.out.file.isatty() else None, out):
        at.say(line)
    known = [name for name, tally in study.tallies.items() if tally.replications]
    if not known:
        return
    answers = answers_of(study)
    if answers:
        at.say()
    for line in answers:
        _paragraph(line, at)
    many = any(each.points for each in study.setting.variants) or len(known) > FULL
    if many or study.search is not None:
        title, table, rest = ranked(study, all_in=out is not None)
        _titled(title, table, at)
        if rest:
            at.say(rest)
        for line in notes(study):
            _note(line, at)
    found = _found(study)
    if found is not None:
        at.say()
        at.out.print(Text.assemble("In detail: ", (found, "bold")), soft_wrap=True)
        _full(narrowed(study, [found]), at)
    elif len(known) <= FULL:
        _full(narrowed(study, known), at)


def narrowed(study: Study, names: Collection[str]) -> Study:
    """Return a study with some of its variants alone."""
    return replace(
        study,
        trials={name: trial for name, trial in study.trials.items() if name in names},
        tallies={name: tally for name, tally in study.tallies.items() if name in names},
    )


def _found(study: Study) -> str | None:
    """Return the variant that the answer of a search names."""
    named = None if study.search is None else named_by(study, study.search)
    return None if named is None else named.name


def _full(study: Study, at: Terminal) -> None:
    """Print a table for each agreement, what scenarios differ by, what misses cost, and the desk."""
    rows = {(row["scenario"], row["target"]): row for row in study.summary.to_dicts()}
    for agreement in _agreements(study).values():
        _print_agreement(study, agreement, rows, at)
    if rows:
        at.say()
        _note(_HEADS, at)
        _note(_ASSUMED, at)
    if (table := differences(study)) is not None:
        _titled(f"Against {next(iter(study.tallies))}, in pairs with the same luck", table, at)
    for title, shown, below in miss_tables(study):
        _titled(title, shown, at)
        if below:
            _note(below, at)
    for title, shown in desk_tables(study):
        _titled(title, shown, at)
    if (found := theory(study)) is not None:
        _titled("Mean waits by queueing theory, where its assumptions hold", found, at)
    for line in warm_up_advice(study):
        at.say()
        _paragraph(line, at)


def _print_agreement(
    study: Study, agreement: Agreement, rows: Mapping[tuple[str, str], dict[str, Any]], at: Terminal
) -> None:
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


def _titled(title: str, shown: RenderableType, at: Terminal) -> None:
    at.say()
    at.out.print(Text(title, style="bold"), soft_wrap=True)
    at.show(shown)


def _paragraph(words: str, at: Terminal) -> None:
    at.show(Text(visible(words)), width=min(at.out.width, READABLE))


def _note(words: str, at: Terminal) -> None:
    at.show(Text(visible(words), style="dim"), width=min(at.out.width, READABLE))


def _heading(study: Study, seconds: float | None, out: Path | None) -> Iterator[str]:
    setting = study.setting
    several = len(setting.variants) > 1
    name = "" if several else f"{setting.name}: "
    most = "at most " if setting.find or setting.until is not None else ""
    count = f"{most}{setting.replications:,} replication{'' if setting.replications == 1 else 's'}"
    if several:
        yield f"{setting.name}: {_names(study)}"
    yield (
        f"{name}{count}{' each' if several else ''} of {setting.first} .. {setting.last}"
        f" {_warm_up(study)}, seed {setting.seed}" + ("" if seconds is None else f", in {seconds:,.1f} s")
    )
    if setting.like is not None:
        yield f"What no option says is as in the experiment `{setting.like}`."
    if study.interrupted:
        yield _interrupted(study)
        yield (
            "With `--out DIR` what is done is kept, and `--resume` goes on from there."
            if out is None
            else f"The same with `--out {out} --resume` goes on from there."
        )


def _names(study: Study) -> str:
    """Return the names of the variants, or how many there are of which scenarios."""
    variants = study.setting.variants
    if not any(each.points for each in variants):
        return ", ".join(each.name for each in variants)
    varied = dict.fromkeys(point.dimension for each in variants for point in each.points)
    return f"{len(variants):,} variants of {', '.join(study.setting.scenarios)}: {', '.join(varied)}"


def _interrupted(study: Study) -> str:
    done = sum(tally.replications for tally in study.tallies.values())
    if study.search is not None and study.search.confirmed is not None:
        done += study.search.confirmed.replications
    setting = study.setting
    is_fixed = not setting.find and setting.until is None
    of = f" of {setting.replications * len(study.tallies):,}" if is_fixed else ""
    words = "nothing is known yet" if not done else "this is what they say"
    return f"Interrupted after {done:,}{of} replications: {words}."


def _warm_up(study: Study) -> str:
    """Say how long was simulated before what counts, and which scenarios start empty instead."""
    scenarios = study.setting.scenarios
    opens = {each.source: "" for each in study.setting.opens}
    if len(study.setting.opens) == len(scenarios):
        return f"from the open tickets of {', '.join(opens)}"
    empty = [name for name in scenarios if not study.setting.warm_up_of(name)]
    if len(empty) == len(scenarios):
        return "from an empty desk"
    days, rest = divmod(study.setting.warm_up_us, DAY)
    length = clock_words(study.setting.warm_up_us) if rest else f"{days} day{'' if days == 1 else 's'}"
    begun = [each for each in empty if study.setting.open_start(each)]
    empty = [each for each in empty if each not in begun]
    others = (
        f"{', '.join(names)} from {what}"
        for names, what in ((empty, "an empty desk"), (begun, "open tickets"))
        if names
    )
    beside = "; ".join(others)
    return f"after {length} of warm-up" + (f" ({beside})" if beside else "")


def _agreements(study: Study) -> dict[str, Agreement]:
    return {each.name: each for trial in study.trials.values() for each in trial.judge.agreements}


def _chances(study: Study, agreement: Agreement, rows: Mapping[tuple[str, str], dict[str, Any]]) -> Table:
    """Return the chance of every target; several scenarios stand below each other, so that any number fits."""
    several = len(study.tallies) > 1
    percent = f"{100 * float(study.setting.confidence):.3g} %"
    names = (agreement.name, *(target.qualified for target in agreement.targets))
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
    decided = [name for name in study.tallies if any(_decision(rows.get((name, each))) for each in names)]
    if decided:
        table.add_column("wanted", no_wrap=True, vertical="bottom")

    def add(promise: Text, name: str, target: Target | None) -> None:
        cells = {
            each: [*_cells(row := rows.get((each, name)), target), *([_decision(row)] if decided else [])]
            for each in study.tallies
        }
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


def _decision(row: dict[str, Any] | None) -> Text:
    """Return which chance is wanted of a promise and what was decided; nothing where none is."""
    if row is None or row["wanted"] is None:
        return Text()
    words = {"too_close": "too close"}.get(row["decision"], row["decision"])
    return Text(f"{level(row['wanted'])}: {words}")


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
