"""The tables of a study's page: cells are words, each with its unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from slmdsl.base.display import visible
from slmdsl.report.charts.of_study import promises_of
from slmdsl.report.charts.words import interval, money, percent
from slmdsl.report.study_words import COSTS, IN_ALL, ROSTERS
from slmdsl.study.compared.comparing import whole_cost

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import polars as pl

    from slmdsl.report.charts.cast import Cast
    from slmdsl.report.charts.promises import Promise
    from slmdsl.study.running.study import Study

_STATES: Final = {
    "run": "",
    "keeps": "keeps",
    "fails": "fails",
    "too_close": "too close to call",
    "open": "not decided",
    "dearer": "a cheaper one keeps",
    "out": "dropped on the way",
    "unjudged": "nothing judged",
    "overloaded": "overloaded, not run",
}
_DASH: Final = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column, and what is in it: `name`, `words`, `sentence`, or `n` for figures."""

    head: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table for people: `rows` have a cell for each column."""

    title: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_of(study: Study, cast: Cast) -> tuple[Table, ...]:
    """Return the tables that a study has rows for."""
    several = len(cast.shown) > 1
    made = (
        _chances(study.summary, cast, promises_of(study), float(study.setting.confidence), several=several),
        _variants(study, cast),
        _not_modelled(study.summary, cast),
    )
    return tuple(_seen(each) for each in made if each.rows)


def _seen(table: Table) -> Table:
    """Return a table whose texts can all be seen, whatever names are in them."""
    return replace(
        table,
        columns=tuple(replace(each, head=visible(each.head)) for each in table.columns),
        rows=tuple(tuple(map(visible, row)) for row in table.rows),
    )


def _chances(
    summary: pl.DataFrame,
    cast: Cast,
    promises: Mapping[tuple[str, str], Promise],
    confidence: float,
    *,
    several: bool,
) -> Table:
    found = [row for row in summary.to_dicts() if row["scenario"] in cast.shown and row["chance"] is not None]
    places = {name: place for place, name in enumerate(dict.fromkeys(row["target"] for row in found))}
    found.sort(key=lambda row: places[row["target"]])
    wanted = any(row["wanted"] is not None for row in found)
    heads = (
        ("promise", "name"),
        *((("scenario", "name"),) if several else ()),
        ("what is promised", "sentence"),
        ("chance of a period", "n"),
        (f"{100 * confidence:.3g} % interval", "n"),
        ("chance of all periods", "n"),
        ("mean attained", "n"),
        *((("wanted", "n"), ("decision", "words")) if wanted else ()),
    )
    return Table(
        title="How sure is each promise?",
        caption=cast.caption,
        columns=tuple(Column(head=head, kind=kind) for head, kind in heads),
        rows=tuple(
            _unrepeated(
                [_chance(row, cast, promises, several=several, wanted=wanted) for row in found],
                (0, 2) if several else (),
            )
        ),
    )


def _unrepeated(rows: Sequence[tuple[str, ...]], places: Collection[int]) -> Iterator[tuple[str, ...]]:
    """Yield rows whose cells in some places are empty where the row above says the same of the same promise."""
    above: tuple[str, ...] = ()
    for row in rows:
        same = bool(above) and above[0] == row[0]
        yield tuple(
            "" if same and place in places and above[place] == cell else cell
            for place, cell in enumerate(row)
        )
        above = row


def _chance(
    row: dict[str, Any],
    cast: Cast,
    promises: Mapping[tuple[str, str], Promise],
    *,
    several: bool,
    wanted: bool,
) -> tuple[str, ...]:
    promise = promises.get((row["scenario"], row["target"]))
    return (
        row["target"],
        *((cast.labels[row["scenario"]],) if several else ()),
        "the whole agreement, a month" if promise is None else promise.sentence,
        percent(row["chance"]),
        interval(row["low"], row["high"]),
        _DASH if row["throughout"] is None else percent(row["throughout"]),
        _DASH if promise is None else promise.figure(row["attained"]) or _DASH,
        *(_decided(row) if wanted else ()),
    )


def _decided(row: dict[str, Any]) -> tuple[str, str]:
    if row["wanted"] is None:
        return "", ""
    return percent(row["wanted"]), _STATES.get(row["decision"] or "", row["decision"] or "")


def _variants(study: Study, cast: Cast) -> Table:
    """Return what each scenario costs and what became of it, with the chances of the agreements."""
    summary = study.summary
    whole = [row for row in summary.to_dicts() if row["target"] == row["sla"]]
    agreements = list(dict.fromkeys(row["sla"] for row in whole))
    chances = {(row["scenario"], row["sla"]): row for row in whole if row["chance"] is not None}
    heads = (
        ("scenario", "name"),
        (ROSTERS, "n"),
        (IN_ALL, "n"),
        ("replications", "n"),
        *((f"chance of {name}", "n") for name in agreements),
        ("", "words"),
    )
    rows = study.variants.to_dicts()
    return Table(
        title="The scenarios",
        caption=COSTS if any(row["cost_minor"] is not None for row in rows) else "",
        columns=tuple(Column(head=head, kind=kind) for head, kind in heads),
        rows=tuple(
            (
                cast.labels.get(row["scenario"], row["scenario"]),
                _money(row["cost_minor"], row["currency"]),
                _money(*_whole_cost(study, row["scenario"])),
                f"{row['replications'] or 0:,}",
                *(_agreement(chances.get((row["scenario"], name))) for name in agreements),
                _STATES.get(row["state"], row["state"]),
            )
            for row in rows
        )
        if len(rows) > 1
        else (),
    )


def _whole_cost(study: Study, name: str) -> tuple[float | None, str | None]:
    trial, tally = study.trials.get(name), study.tallies.get(name)
    return (None, None) if trial is None or tally is None else whole_cost(tally, trial.plan)


def _money(minor: float | None, currency: str | None) -> str:
    return _DASH if minor is None else money(minor, currency or "")


def _agreement(row: dict[str, Any] | None) -> str:
    return _DASH if row is None else f"{percent(row['chance'])} ({interval(row['low'], row['high'])})"


def _not_modelled(summary: pl.DataFrame, cast: Cast) -> Table:
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in summary.to_dicts():
        if row["note"] and row["scenario"] in cast.shown:
            reasons.setdefault((row["target"], row["note"]), []).append(cast.labels[row["scenario"]])
    rows = tuple(
        (target, note + ("" if len(names) == len(cast.shown) else f" (in {', '.join(names)})"))
        for (target, note), names in reasons.items()
    )
    columns = (Column(head="promise", kind="name"), Column(head="why", kind="words"))
    return Table(title="Neither kept nor missed", caption="", columns=columns, rows=rows)
