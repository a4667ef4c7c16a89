"""The variants of a study beside each other: in the order of what was asked, and each against the first."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.cli.tables.figures import mean_figure
from slmdsl.contract.model.agreements import LongestOutage, Statistic
from slmdsl.report.answers_curve import promises_of
from slmdsl.report.answers_search import is_priced, named_by
from slmdsl.report.charts.words import counted, money
from slmdsl.report.study_words import COSTS, IN_ALL, ROSTERS, level, percent, points
from slmdsl.study.compared.comparing import whole_cost
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Target
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.running.study import Study

SHOWN: Final = 15
"""How many variants are shown at most; there may be hundreds."""
_PROMISES: Final = 3
"""Of how many promises the chances stand beside each other."""
_LEAST: Final = -1.0

_STATES: Final = {
    "run": "",
    "keeps": "keeps",
    "fails": "fails",
    "too_close": "too close",
    "open": "open",
    "dearer": "not cheaper",
    "unjudged": "nothing judged",
    "overloaded": "overloaded",
}
_STYLES: Final = {"keeps": "green", "fails": "red", "too_close": "yellow"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A variant as the frame `variants` has it, with the chances of what is asked, in order; None: nothing judged.

    `whole` is what it costs in all a month, in words; empty where that is not known.
    """

    variant: dict[str, Any]
    place: int
    chances: tuple[Interval | None, ...]
    whole: str

    @property
    def least(self) -> float:
        """The least of its chances."""
        return min((_LEAST if each is None else each.value for each in self.chances), default=_LEAST)


def ranked(study: Study, *, all_in: bool) -> tuple[str, Table, str]:
    """Return a title, a table of variants and what to say of those that are not in it.

    Where the cheapest is searched for they stand by cost, where one thing is varied by its value, else by chance. Of
    many those are shown that decide: what keeps or may keep, then those of the highest chance, or where one thing is
    varied those around the value whose chance is nearest to the confidence.

    Args:
        study: what was run.
        all_in: whether the others are written to files, so that nobody need be told how.
    """
    asked, rows = _asked(study), _rows(study)
    shown = sorted(_chosen(study, rows), key=_order(study))
    rest = len(rows) - len(shown)
    told = f"and {counted(rest, 'variant')} more" + ("" if all_in else ": `--out DIR` writes all")
    return _title(study), _table(study, asked, shown), told if rest else ""


def _asked(study: Study) -> list[tuple[str, bool]]:
    """Return the promises whose chances are shown, and whether that is the chance of every period."""
    wished = [(each.of, each.throughout) for each in study.setting.find]
    return (wished or [(each, False) for each in promises_of(study)])[:_PROMISES]


def _rows(study: Study) -> list[Row]:
    asked, confidence = _asked(study), float(study.setting.confidence)
    return [
        Row(
            variant=variant,
            place=place,
            chances=tuple(
                None
                if (tally := study.tallies.get(variant["scenario"])) is None
                else chance_of(tally, promise, confidence, throughout=throughout)
                for promise, throughout in asked
            ),
            whole=_whole(study, variant["scenario"]),
        )
        for place, variant in enumerate(study.variants.to_dicts())
    ]


def _whole(study: Study, name: str) -> str:
    trial, tally = study.trials.get(name), study.tallies.get(name)
    minor, currency = (None, None) if trial is None or tally is None else whole_cost(tally, trial.plan)
    return "" if minor is None or currency is None else money(minor, currency)


def notes(study: Study) -> Iterator[str]:
    """Yield what stands beneath the table: what the costs are of, and why what looks plain may be too close to call."""
    if study.variants["cost_minor"].is_not_null().any():
        yield COSTS
    search = study.search
    if search is not None and search.too_close:
        confidence = float(study.setting.confidence)
        yield (
            f"Too close to call, though a range may lie above what is wanted: a range is the {level(confidence)} range"
            f" of one chance, while decisions hold together and at every look: they share a risk of"
            f" {level(1 - confidence)} among {counted(search.statements, 'statement')}, and so ask for more. More than"
            f" {counted(study.setting.replications, 'replication')} each may decide."
        )


def _dimensions(study: Study) -> int:
    return max((len(each.points) for each in study.setting.variants), default=0)


def _title(study: Study) -> str:
    if study.search is not None:
        return "Variants, by cost" if is_priced(study.search) else "Variants"
    return "Variants" if _dimensions(study) <= 1 else "Variants, by chance"


def _order(study: Study) -> Any:  # noqa: ANN401 - keys of any type
    if study.search is not None:
        place = {each.name: number for number, each in enumerate(study.search.candidates)}
        return lambda row: place[row.variant["scenario"]]
    if _dimensions(study) <= 1:
        return lambda row: row.place
    return lambda row: (-row.least, row.place)


def _chosen(study: Study, rows: list[Row]) -> list[Row]:
    """Return the rows that are worth a line."""
    if study.search is None and _dimensions(study) <= 1:
        enough = float(study.setting.confidence)
        nearest_place = min(range(len(rows)), key=lambda place: abs(rows[place].least - enough))
        first_place = max(min(nearest_place - SHOWN // 2, len(rows) - SHOWN), 0)
        return rows[first_place : first_place + SHOWN]
    decided = {"keeps": 0, "too_close": 1}
    named = None if study.search is None else named_by(study, study.search)
    first = "" if named is None else named.name
    return sorted(
        rows,
        key=lambda row: (
            decided.get(row.variant["state"], 2),
            row.variant["scenario"] != first,
            -row.least,
            row.place,
        ),
    )[:SHOWN]


def _table(study: Study, asked: list[tuple[str, bool]], rows: list[Row]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    labels = _labels(study)
    for head in labels.heads:
        table.add_column(head, overflow="fold", vertical="bottom")
    range_head = f"{100 * float(study.setting.confidence):.3g} %\nrange"
    for promise, throughout in asked:
        table.add_column(f"{promise},\n{'all periods' if throughout else 'a period'}", justify="right")
        table.add_column(range_head, justify="right", no_wrap=True)
    extra = _extra(rows)
    for head in extra:
        table.add_column(head, justify="right" if head != "decision" else "left", no_wrap=True)
    for row in rows:
        table.add_row(
            *labels.cells[row.variant["scenario"]],
            *_chances(row),
            *(_EXTRA[head](row) for head in extra),
        )
    return table


class _Labels(NamedTuple):
    """What tells variants apart: the heads of some columns, and the cells of each variant."""

    heads: list[str]
    cells: dict[str, list[str]]


def _labels(study: Study) -> _Labels:
    """Return the values of what is varied, a column each, and the scenario where there are several; else the names."""
    variants = study.setting.variants
    dimensions = {tuple(point.dimension for point in each.points) for each in variants}
    if dimensions == {()} or len(dimensions) > 1:
        return _Labels(["variant"], {each.name: [each.name] for each in variants})
    several = len(study.setting.scenarios) > 1
    heads = ["\n".join(name.rsplit(" ", 1)) for name in dimensions.pop()]
    cells = {
        each.name: [*([each.scenario] if several else []), *(point.words for point in each.points)]
        for each in variants
    }
    return _Labels([*(["scenario"] if several else []), *heads], cells)


def _chances(row: Row) -> Iterator[Text]:
    for found in row.chances:
        if found is None:
            yield from (Text("–", style="dim"), Text())
        else:
            yield Text(percent(found.value))
            yield Text(f"{100 * found.low:.0f}–{100 * found.high:.0f}", style="dim")


def _price(row: Row) -> Text:
    minor = row.variant["cost_minor"]
    return Text("" if minor is None else money(minor, row.variant["currency"]))


def _state(row: Row) -> Text:
    state = row.variant["state"]
    return Text(_STATES[state], style=_STYLES.get(state, ""))


_EXTRA: Final = {
    ROSTERS.replace(" ", "\n", 1): _price,
    IN_ALL.replace(" a ", "\na "): lambda row: Text(row.whole),
    "repli-\ncations": lambda row: Text(f"{row.variant['replications']:,}"),
    "decision": _state,
}


def _extra(rows: list[Row]) -> list[str]:
    """Return the columns beside the chances in which anything stands."""
    return [head for head, cell in _EXTRA.items() if any(cell(row).plain for row in rows)]


def differences(study: Study) -> Table | None:
    """Return what each variant differs by from the first, in pairs; None where none does."""
    targets = {
        each.qualified: each
        for trial in study.trials.values()
        for agreement in trial.judge.agreements
        for each in agreement.targets
    }
    currency = next((each.currency for tally in study.tallies.values() for each in tally.costs), None)
    rows = [row for row in study.differences.to_dicts() if _differs(row)]
    if currency is None:
        rows = [row for row in rows if row["figure"] != "cost"]
    if not rows:
        return None
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for name in ("scenario", "of"):
        table.add_column(name, overflow="fold", vertical="bottom")
    table.add_column("")
    percent_words = f"{100 * float(study.setting.confidence):.3g} %\nrange"
    for name in ("difference", percent_words, "luck\nsaves"):
        table.add_column(name, justify="right", no_wrap=True, vertical="bottom")
    before = ""
    for row in rows:
        if before and row["scenario"] != before:
            table.add_section()
        table.add_row(
            "" if row["scenario"] == before else row["scenario"],
            row["target"] or "cost",
            {"chance": "chance, points", "attained": "mean attained", "cost": "a month"}[row["figure"]],
            _amount(row["difference"], row, targets.get(row["target"]), currency),
            _range(row, targets.get(row["target"]), currency),
            _saved(row["ratio"]),
        )
        before = row["scenario"]
    return table


def _differs(row: dict[str, Any]) -> bool:
    """Whether a difference is worth a line: any of chances and costs, one of means where it is surely one."""
    if row["figure"] == "attained":
        return bool(row["low"] > 0 or row["high"] < 0)
    return bool(row["difference"] or (isfinite(row["low"]) and (row["low"] or row["high"])))


def _amount(value: float, row: dict[str, Any], target: Target | None, currency: str | None) -> str:
    """Return a difference in the unit of its figure, with its sign."""
    if row["figure"] == "chance":
        return points(value)
    sign = "-" if value < 0 else "+" if value > 0 else ""
    if row["figure"] == "cost" or target is None:
        return sign + money(abs(value), currency or "")
    if target.is_share:
        return f"{100 * value:+.2f} %"
    if isinstance(target.form, Statistic | LongestOutage):
        return sign + mean_figure(target, abs(value))
    return f"{value:+,.2f}"


def _range(row: dict[str, Any], target: Target | None, currency: str | None) -> Text:
    if not isfinite(row["low"]) or not isfinite(row["high"]):
        return Text()
    ends = (_amount(row[end], row, target, currency) for end in ("low", "high"))
    return Text(" to ".join(ends), style="dim")


def _saved(ratio: float | None) -> str:
    """Return how many times the replications it would take without common luck."""
    if ratio is None or not isfinite(ratio):
        return ""
    return f"{ratio:.1f} x" if ratio < 10 else f"{ratio:,.0f} x"  # noqa: PLR2004 - two digits are enough
