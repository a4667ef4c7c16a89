"""What a change of the text does to chances and credits, as a section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from slmdsl.report.charts.words import money, percent
from slmdsl.report.document.tree import Cell, Column, Paragraph, Section, Table, Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    import polars as pl

    from slmdsl.report.document.tree import Tone
    from slmdsl.report.language import Language

_TOLD: Final = 3
"""So many changes of a chance are told in the summary."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effects:
    """What simulating two texts says.

    Attributes:
        experiment: what was simulated.
        first: the first day that counts.
        last: the last one, included.
        replications: of each scenario, at most.
        frame: as `slmdsl.study.compared.texts.effects` returns it.
    """

    experiment: str
    first: date
    last: date
    replications: int
    frame: pl.DataFrame


def effect_sentences(effects: Effects, say: Language) -> Iterator[str]:
    """Yield the largest changes of a chance that are no luck, and those of credits, a sentence each."""
    rows = [each for each in effects.frame.to_dicts() if not each["low"] <= 0 <= each["high"]]
    chances = [each for each in rows if each["figure"] == "chance"]
    for row in sorted(chances, key=lambda row: -abs(row["difference"]))[:_TOLD]:
        yield _sentence("chance", row, percent(row["old"]), percent(row["new"]), say)
    for row in rows:
        if row["figure"] == "credits":
            old, new = (money(row[key], row["currency"]) for key in ("old", "new"))
            yield _sentence("cost", row, old, new, say)
    if not rows:
        yield say.say("changes.effects.no_more_than_luck")


def _sentence(key: str, row: dict[str, Any], old: str, new: str, say: Language) -> str:
    return say.say(f"changes.effects.{key}", scenario=row["scenario"], of=row["target"], old=old, new=new)


def effect_section(effects: Effects, say: Language) -> Section:
    """Return a table of chances and one of credits, each before, now and the difference."""
    rows = effects.frame.to_dicts()
    chances = [_chance(each, say) for each in rows if each["figure"] == "chance"]
    credits_ = [_credit(each) for each in rows if each["figure"] == "credits"]
    how = say.say(
        "changes.effects.how",
        experiment=effects.experiment,
        first=effects.first,
        last=effects.last,
        replications=effects.replications,
    )
    tables = (
        _table("chances", "caption", "promise", chances, say),
        _table("credits", "credits", "agreement", credits_, say),
    )
    absent = () if chances else (Paragraph(text=say.say("changes.effects.absent"), tone="warning"),)
    return Section(
        key="effects",
        title=say.say("changes.effects"),
        blocks=(Paragraph(text=how), *absent, *(each for each in tables if each.rows)),
    )


def _table(key: str, caption: str, of: str, rows: Iterable[tuple[Cell, ...]], say: Language) -> Table:
    heads = {
        "scenario": say.say("changes.effects.scenario"),
        "of": say.say(f"changes.effects.{of}"),
        "old": say.say("changes.head.old"),
        "new": say.say("changes.head.new"),
        "difference": say.say("changes.effects.difference"),
        "interval": say.say("changes.effects.interval"),
    }
    return Table(
        key=f"effects.{key}",
        caption=say.say(f"changes.effects.{caption}"),
        columns=tuple(
            Column(key=name, head=head, align="words" if name in ("scenario", "of") else "figures")
            for name, head in heads.items()
        ),
        rows=tuple(rows),
    )


def _chance(row: dict[str, Any], say: Language) -> tuple[Cell, ...]:
    def points(value: float) -> str:
        return say.say("changes.effects.points", n=f"{100 * value:+.1f}")

    return (
        *_names(row),
        Cell(text=percent(row["old"]), value=row["old"], unit="ratio"),
        Cell(text=percent(row["new"]), value=row["new"], unit="ratio"),
        Cell(
            text=points(row["difference"]), value=row["difference"], unit="ratio", tone=_tone(row, up="good")
        ),
        Cell(text=f"{100 * row['low']:+.1f} – {100 * row['high']:+.1f}"),
    )


def _credit(row: dict[str, Any]) -> tuple[Cell, ...]:
    currency = row["currency"]

    def cell(value: float, tone: Tone = "plain") -> Cell:
        return Cell(text=money(value, currency), value=value, unit=f"{currency} minor", tone=tone)

    return (
        *_names(row),
        cell(row["old"]),
        cell(row["new"]),
        cell(row["difference"], _tone(row, up="bad")),
        Cell(text=f"{money(row['low'], currency)} – {money(row['high'], currency)}"),
    )


def _names(row: dict[str, Any]) -> tuple[Cell, Cell]:
    target = row["target"]
    return Cell(text=row["scenario"], value=row["scenario"]), Cell(
        text=target, value=target, trace=Trace(target=target)
    )


def _tone(row: dict[str, Any], *, up: Tone) -> Tone:
    """Return what a difference means, if its interval leaves no doubt on which side it lies."""
    if row["low"] <= 0 <= row["high"]:
        return "plain"
    rises = row["difference"] > 0
    return up if rises else ("bad" if up == "good" else "good")
