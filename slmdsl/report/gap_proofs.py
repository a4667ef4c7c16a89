"""Which improvements worked, as a section: before against after, in a sentence for each target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.report.document.tree import Cell, Column, Paragraph, Section, Table, Trace
from slmdsl.report.gap_improvements import share_or_value
from slmdsl.report.gap_words import NOTHING
from slmdsl.study.gaps.proving import FEWEST_CASES, FEWEST_WEEKS, WEEKS, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.document.tree import Tone
    from slmdsl.report.language import Language
    from slmdsl.study.gaps.proving import Proof, Side

_TONES: Final[dict[Effect, Tone]] = {
    Effect.WORKED: "good",
    Effect.WORSE: "bad",
    Effect.NOT_SHOWN: "plain",
    Effect.NOT_ENOUGH: "quiet",
}
_FIGURES: Final = ("effect", "before", "after", "difference", "range", "weeks")


def proof_section(proofs: Sequence[Proof], say: Language, *, weeks: int = WEEKS) -> Section:
    """Return which improvements worked; at least one proof."""
    how = Paragraph(text=say.say("gaps.proof.how", weeks=weeks), tone="quiet")
    return Section(key="proofs", title=say.say("gaps.proof"), blocks=(_table(proofs, say), how))


def proof_words(found: Proof, say: Language) -> str:
    """Return what is said of one improvement and target, with what could have been seen, and what speaks against it."""
    return say.sentences(_sentences(found, say))


def _sentences(found: Proof, say: Language) -> Iterator[str]:
    name, target = found.improvement, found.target.qualified
    if found.shift is None:
        yield say.say(
            "gaps.proof.short",
            name=name,
            target=target,
            before=say.counted(found.before.weeks, "week"),
            after=say.counted(found.after.weeks, "week"),
            fewest=say.counted(FEWEST_WEEKS, "week"),
            cases=FEWEST_CASES,
        )
        return
    difference = found.shift.difference
    yield say.say(
        "gaps.proof.said",
        name=name,
        target=target,
        effect=say.say(f"gaps.proof.{found.effect.value}"),
        before=share_or_value(found.before.mean, say, is_share=found.is_share),
        after=share_or_value(found.after.mean, say, is_share=found.is_share),
        difference=change_words(difference.value, say, is_share=found.is_share),
        low=change_words(difference.low, say, is_share=found.is_share),
        high=change_words(difference.high, say, is_share=found.is_share),
    )
    if found.effect is Effect.NOT_SHOWN:
        size = change_words(found.shift.shown_from, say, is_share=found.is_share).lstrip("+")
        yield say.say("gaps.proof.power", size=size)
    if found.was_on_its_way and found.trend is not None:
        trend = change_words(found.trend.value, say, is_share=found.is_share)
        yield say.say("gaps.proof.trend", trend=trend)


def change_words(change: float, say: Language, *, is_share: bool) -> str:
    """Return a change as words: of a share in points, `+2.3 points`; else the number with its sign."""
    return say.say("gaps.points", n=f"{100 * change:+.1f}") if is_share else f"{change:+,.4g}"


def _table(proofs: Sequence[Proof], say: Language) -> Table:
    return Table(
        key="proofs",
        caption=say.say("gaps.proof.table"),
        columns=(
            Column(key="improvement", head=say.say("gaps.head.improvement")),
            Column(key="target", head=say.say("gaps.head.target")),
            *(Column(key=each, head=say.say(f"gaps.head.{each}"), align="figures") for each in _FIGURES),
        ),
        rows=tuple(_row(each, say) for each in proofs),
    )


def _row(found: Proof, say: Language) -> tuple[Cell, ...]:
    unit = "ratio" if found.is_share else "value"
    trace = Trace(clause=found.target.span.where, target=found.target.qualified)
    difference = found.shift.difference if found.shift else None
    ends = (
        NOTHING
        if difference is None
        else Cell(
            text=" .. ".join(
                change_words(each, say, is_share=found.is_share) for each in (difference.low, difference.high)
            ),
            value=f"{difference.low:.6g} .. {difference.high:.6g}",
            unit=unit,
        )
    )
    return (
        Cell(text=found.improvement, value=found.improvement),
        Cell(text=found.target.qualified, value=found.target.qualified, trace=trace),
        Cell(
            text=say.say(f"gaps.proof.{found.effect.value}"),
            value=found.effect.value,
            tone=_TONES[found.effect],
        ),
        _side_cell(found.before, found, unit, say),
        _side_cell(found.after, found, unit, say),
        NOTHING
        if difference is None
        else Cell(
            text=change_words(difference.value, say, is_share=found.is_share),
            value=difference.value,
            unit=unit,
        ),
        ends,
        Cell(text=f"{found.before.weeks} / {found.after.weeks}", value=found.before.weeks, unit="weeks"),
    )


def _side_cell(side: Side, found: Proof, unit: str, say: Language) -> Cell:
    text = share_or_value(side.mean, say, is_share=found.is_share)
    return Cell(text=text, value=side.mean, unit=unit)
