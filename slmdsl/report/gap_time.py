"""Where the time of misses went, as a sentence, a table and a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.units import HOUR
from slmdsl.contract.model.clocks import Reopened
from slmdsl.events.vocabulary import Phase
from slmdsl.report.charts.gaps import time_bars
from slmdsl.report.document.tree import Cell, Column, Paragraph, Picture, Section, Table, Trace
from slmdsl.report.gap_words import count_cell, hours_cell, percent, share_cell
from slmdsl.study.gaps.time_spent import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Target
    from slmdsl.report.language import Language
    from slmdsl.study.gaps.finding import Gaps, TargetGap
    from slmdsl.study.gaps.time_spent import TimeSpent

_NAMED: Final = 3
_BARS: Final = 20
_TOLD: Final = 0.05
"""What passes beside the counted time is told from so many hours for each counted hour on."""
_PHASES: Final = {
    "customer": frozenset({Phase.WAIT_CUSTOMER}),
    "supplier": frozenset({Phase.WAIT_SUPPLIER}),
    "internal": frozenset({Phase.WAIT_INTERNAL, Phase.SCHEDULED}),
}


def time_sentence(gaps: Gaps, say: Language) -> str:
    """Return where the counted time of all misses went, the largest parts first; then what passed beside it."""
    counted, beside = counted_time(gaps)
    whole = sum(counted.values())
    if not whole:
        return say.say("gaps.time_none")
    parts = (
        say.say("gaps.time_part", part=part_words(part, say), share=percent(us / whole, say))
        for part, us in _largest(counted)
    )
    found = [say.say("gaps.time_goes", parts=say.listed(parts))]
    others = [
        say.say("gaps.time_beside_part", part=part_words(part, say), hours=f"{us / whole:.1f}")
        for part, us in _largest(beside)
        if us / whole >= _TOLD
    ]
    if others:
        found.append(say.say("gaps.time_beside", parts=say.listed(others)))
    return say.sentences(found)


def _largest(parts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(((part, us) for part, us in parts.items() if us), key=lambda each: -each[1])[:_NAMED]


def counted_time(gaps: Gaps) -> tuple[dict[str, int], dict[str, int]]:
    """Return the time of all misses by part, in microseconds: what counts against the limits, and what does not.

    Closed hours never count; time with others does where the target's clock does not pause for it.
    """
    counted, beside = dict.fromkeys(PARTS, 0), dict.fromkeys(PARTS, 0)
    for each in gaps.targets:
        idle = _not_counted(each.target)
        for part in PARTS:
            (beside if part in idle else counted)[part] += getattr(each.of_missed, part)
    return counted, beside


def _not_counted(target: Target) -> set[str]:
    clock = target.clock
    found = {part for part, phases in _PHASES.items() if phases <= clock.pauses}
    return found | {"closed"} | (set() if clock.reopened is Reopened.COUNTS_ALL else {"resolved"})


def part_words(part: str, say: Language) -> str:
    """Return what time goes to in words: `with the customer`."""
    return say.say(f"gaps.part.{part}")


def target_table(gaps: Gaps, say: Language) -> Table:
    """Return a row for each target: its misses, and the hours of the mean miss by what they went to."""
    parts = [each for each in PARTS if any(getattr(one.of_missed, each) for one in gaps.targets)]
    return Table(
        key="gaps_targets",
        caption=say.say("gaps.targets"),
        columns=(
            Column(key="target", head=say.say("gaps.head.target")),
            Column(key="judged", head=say.say("gaps.head.judged"), align="figures"),
            Column(key="missed", head=say.say("gaps.head.missed"), align="figures"),
            Column(key="rate", head=say.say("gaps.head.rate_of"), align="figures"),
            *(Column(key=each, head=part_words(each, say), align="figures") for each in parts),
        ),
        rows=tuple(_row(each, parts, say) for each in gaps.targets),
        note=say.say("gaps.targets_note"),
    )


def _row(found: TargetGap, parts: list[str], say: Language) -> tuple[Cell, ...]:
    spent, target = found.of_missed, found.target
    trace = Trace(clause=target.span.where, target=target.qualified, tickets=found.tickets)
    return (
        Cell(text=target.qualified, value=target.qualified),
        count_cell(found.judged, "judgements"),
        Cell(text=f"{found.missed:,}", value=found.missed, unit="misses", trace=trace),
        share_cell(found.missed / found.judged, say),
        *(hours_cell(getattr(spent, each), found.missed, whole=spent.whole) for each in parts),
    )


def time_section(gaps: Gaps, say: Language) -> Section:
    """Return where the time went, what the log does not tell, and a picture."""
    honest = {"pick-ups": "gaps.separate", "phases": "gaps.together", "nothing": "gaps.untold"}[gaps.tells]
    return Section(
        key="gaps_time",
        title=say.say("gaps.time"),
        blocks=(
            Paragraph(text=time_sentence(gaps, say)),
            Paragraph(text=say.say(honest), tone="quiet"),
            _picture(gaps, say),
        ),
    )


def _picture(gaps: Gaps, say: Language) -> Picture:
    rows = list(_bars(gaps, say))[:_BARS]
    said = (
        say.say(
            "gaps.time_bar",
            name=name,
            hours=f"{sum(hours.values()):,.1f}",
            part=part_words(max(hours, key=lambda part: hours[part]), say),
        )
        for name, hours in rows
    )
    return Picture(
        key="gaps_time_parts",
        caption=say.say("gaps.time_chart"),
        alt=say.say("gaps.time_alt", bars=("; " if say.code == "en" else "；").join(said)),
        chart=time_bars(rows, {each: part_words(each, say) for each in PARTS}, say.say("gaps.time_axis")),
    )


def _bars(gaps: Gaps, say: Language) -> Iterator[tuple[str, dict[str, float]]]:
    is_alone = len({each.target.agreement for each in gaps.targets}) == 1
    for each in gaps.targets:
        name = each.target.name if is_alone else each.target.qualified
        if each.missed:
            yield say.say("gaps.bar.missed", target=name), _hours(each.of_missed)
        yield say.say("gaps.bar.all", target=name), _hours(each.of_all)


def _hours(spent: TimeSpent) -> dict[str, float]:
    return {each: getattr(spent, each) / HOUR / max(spent.cases, 1) for each in PARTS}
