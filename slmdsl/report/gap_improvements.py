"""What improvements would bring, in sentences and as a section: all of them, what is not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from slmdsl.report.charts.gaps import gain_ranges
from slmdsl.report.document.tree import Bullets, Cell, Column, Paragraph, Picture, Section, Table, Trace
from slmdsl.report.gap_words import NOTHING, percent, share_cell
from slmdsl.study.gaps.improving import minor_units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.report.document.tree import Block, Tone
    from slmdsl.report.language import Language
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.gaps.improving import Gain, Prediction

_WORDS: Final = ("improvement", "state")
_FIGURES: Final = ("due", "points", "once", "running", "credits", "first_year", "per_thousand")
_REASONS: Final = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"the load has no feedback", "feedback"),
        (r"nothing is measured in a simulation", "measured"),
        (r"no data is lost in a simulation", "data"),
        (r"no events are counted in a simulation", "events"),
        (r"simulated customers do not write", "write"),
        (r"nobody acknowledges a ticket in a simulation", "acknowledged"),
        (r"nobody replies to a ticket: no step of the load `answers`", "answers"),
        (r"the load brings no (?P<what>.+)", "brings"),
        (r"simulated tickets have no `(?P<field>.+)`", "field"),
        (r"nothing in the load or the risks takes (?P<what>.+) down", "down"),
    )
)
"""What `slmdsl.contract.modelled` says, and the phrase for it."""
_GAINS: Final = ("kept_before", "kept_after", "chance", "range", "attained")


def improvement_section(predictions: Sequence[Prediction] | None, say: Language) -> Section:
    """Return what improvements would bring; None: nobody asked."""
    title, key = say.say("gaps.improve"), "improvements"
    if not predictions:
        words = say.say("gaps.improve.not_asked" if predictions is None else "gaps.improve.none")
        return Section(key=key, title=title, blocks=(Paragraph(text=words, tone="quiet"),))
    run = [each for each in predictions if each.gains]
    blocks: list[Block] = []
    if run:
        blocks = [
            _table(predictions, say),
            _picture(run, say),
            _gain_table(run, say),
            Paragraph(text=_how(run, say), tone="quiet"),
        ]
    why = tuple(_whys(predictions, say))
    inner: tuple[Section, ...] = ()
    if why:
        inner = (
            Section(key="not_simulated", title=say.say("gaps.improve.why"), blocks=(Bullets(items=why),)),
        )
    return Section(key=key, title=title, blocks=tuple(blocks), sections=inner)


def improvement_sentences(predictions: Sequence[Prediction], say: Language) -> Iterator[str]:
    """Yield the answer: what gains most for its cost, what cannot be told from it, and what gains nothing."""
    run = [each for each in predictions if each.gains]
    if not run:
        return
    n = say.counted(len(run), "gaps.improvement")
    best = run[0]
    if (best.points or 0.0) <= 0:
        yield say.say("gaps.improve.nothing", n=n)
        return
    worst = min(best.gains, key=lambda each: each.chance.value)
    low, high = (sum(getattr(each.chance, end) for each in best.gains) for end in ("low", "high"))
    places = {
        "n": n,
        "name": _named(best),
        "points": f"{best.points:+.1f}",
        "gains": gains_words(best, say),
        "low": f"{100 * low / len(best.gains):+.1f}",
        "high": f"{100 * high / len(best.gains):+.1f}",
    }
    each_thousand = best.points_per_thousand
    alike = [each for each in run[1:] if _is_alike(best, each)]
    if alike:
        names = say.listed(map(_named, (best, *alike)))
        yield say.say("gaps.improve.alike", n=n, names=names, thousand=f"{best.currency} 1,000")
        for each in (best, *alike):
            yield _alike_words(each, say)
    elif best.pays_for_itself:
        yield say.say("gaps.improve.free", **places)
    elif each_thousand is None or best.currency is None:
        yield say.say("gaps.improve.no_cost", **places)
    else:
        money = {
            "cost": money_words(best.first_year_minor or 0.0, best.currency),
            "each": f"{each_thousand:.2g}",
            "thousand": f"{best.currency} 1,000",
        }
        yield say.say("gaps.improve.best", **places, **money)
    if worst.chance.low <= 0 and not alike:
        yield say.say("gaps.improve.unsure")
    for each in (best, *alike):
        yield from _left_out(each, say)
    idle = [_named(each) for each in run if (each.points or 0.0) <= 0]
    if idle:
        yield say.say("gaps.improve.idle", names=say.listed(idle))


def gains_words(found: Prediction, say: Language) -> str:
    """Return from where to where the chance of keeping each target goes: `gold.fix from 58.0 % to 68.0 %`."""
    return say.listed(
        say.say(
            "gaps.improve.from_to",
            target=each.target,
            before=percent(each.before, say),
            after=percent(each.after, say),
        )
        for each in found.gains
    )


def _is_alike(best: Prediction, other: Prediction) -> bool:
    """Whether the gains per cost of two improvements overlap, so that neither can be said to gain more."""
    mine, theirs = best.range_per_thousand, other.range_per_thousand
    if mine is None or theirs is None or best.currency != other.currency or (other.points or 0.0) <= 0:
        return False
    return mine[0] <= theirs[1] and theirs[0] <= mine[1]


def _alike_words(found: Prediction, say: Language) -> str:
    low, high = found.range_per_thousand or (0.0, 0.0)
    return say.say(
        "gaps.improve.one",
        name=_named(found),
        gains=gains_words(found, say),
        cost=money_words(found.first_year_minor or 0.0, found.currency or ""),
        low=f"{low:.2g}",
        high=f"{high:.2g}",
    )


def _left_out(found: Prediction, say: Language) -> Iterator[str]:
    """Yield which targets of an improvement were not simulated, and why."""
    for target, reason in found.not_modelled:
        key = "gaps.left_out" if reason else "gaps.left_out.other"
        yield say.say(key, name=_named(found), target=target, reason=reason_words(reason, say))


def money_words(minor: float, currency: str) -> str:
    """Return money without its cents: `EUR 1,234`."""
    return f"{currency} {round(minor / minor_units(currency)):,}"


def _named(found: Prediction) -> str:
    return found.improvement.name


def _how(run: Sequence[Prediction], say: Language) -> str:
    replications = min(each.replications for each in run)
    return say.say("gaps.improve.how", replications=replications, confidence=say.say("percent", n="95"))


def _table(predictions: Sequence[Prediction], say: Language) -> Table:
    return Table(
        key="improvements",
        caption=say.say("gaps.improve.table"),
        columns=(
            *(Column(key=each, head=say.say(f"gaps.head.{each}")) for each in _WORDS),
            *(Column(key=each, head=say.say(f"gaps.head.{each}"), align="figures") for each in _FIGURES),
        ),
        rows=tuple(_row(each, say) for each in predictions),
    )


def _row(found: Prediction, say: Language) -> tuple[Cell, ...]:
    entry, currency = found.improvement, found.currency
    due = Cell(text=entry.due.isoformat(), value=entry.due, unit="date") if entry.due else NOTHING
    once = float(entry.cost.minor) if entry.cost else None
    once_currency = entry.cost.currency if entry.cost else None
    per = found.points_per_thousand
    return (
        Cell(text=entry.name, value=entry.title, trace=Trace(clause=entry.span.where)),
        Cell(text=say.say(f"gaps.state.{entry.status}"), value=entry.status),
        due,
        _points_cell(found.points, found.gains),
        _money_cell(once, once_currency),
        _money_cell(found.running_minor.value if found.running_minor else None, currency),
        _money_cell(found.credits_minor.value if found.credits_minor else None, currency),
        _money_cell(found.first_year_minor if found.gains else None, currency),
        NOTHING if per is None else Cell(text=f"{per:.2g}", value=per, unit=f"points per 1000 {currency}"),
    )


def _points_cell(points: float | None, gains: Sequence[Gain]) -> Cell:
    """Return points of chance; good or bad only if the ranges of all gains say so."""
    if points is None:
        return NOTHING
    tone: Tone = "plain"
    if all(each.chance.low > 0 for each in gains):
        tone = "good"
    elif all(each.chance.high < 0 for each in gains):
        tone = "bad"
    return Cell(text=f"{points:+.1f}", value=points, unit="points", tone=tone)


def _money_cell(minor: float | None, currency: str | None) -> Cell:
    if minor is None or currency is None:
        return NOTHING
    return Cell(text=money_words(minor, currency), value=minor / minor_units(currency), unit=currency)


def _gain_table(run: Sequence[Prediction], say: Language) -> Table:
    return Table(
        key="improvement_gains",
        caption=say.say("gaps.improve.targets"),
        columns=(
            Column(key="improvement", head=say.say("gaps.head.improvement")),
            Column(key="target", head=say.say("gaps.head.target")),
            *(Column(key=each, head=say.say(f"gaps.head.{each}"), align="figures") for each in _GAINS),
        ),
        rows=tuple(_gain_row(each, gain, say) for each in run for gain in each.gains),
    )


def _picture(run: Sequence[Prediction], say: Language) -> Picture:
    rows = [
        (
            f"{each.improvement.name}: {gain.target}",
            100 * gain.chance.value,
            100 * gain.chance.low,
            100 * gain.chance.high,
        )
        for each in run
        for gain in each.gains
    ]
    said = (f"{name} {value:+.1f} ({low:+.1f} .. {high:+.1f})" for name, value, low, high in rows)
    return Picture(
        key="improvement_ranges",
        caption=say.say("gaps.improve.targets"),
        alt=say.say("gaps.improve.alt", rows=("; " if say.code == "en" else "；").join(said)),
        chart=gain_ranges(rows, say.say("gaps.head.points")),
    )


def _gain_row(found: Prediction, gain: Gain, say: Language) -> tuple[Cell, ...]:
    chance = gain.chance
    return (
        Cell(text=found.improvement.name, value=found.improvement.name),
        Cell(text=gain.target, value=gain.target),
        share_cell(gain.before, say),
        share_cell(gain.after, say),
        _points_cell(100 * chance.value, [gain]),
        Cell(
            text=f"{100 * chance.low:+.1f} .. {100 * chance.high:+.1f}",
            value=f"{chance.low:.6f} .. {chance.high:.6f}",
            unit="ratio",
        ),
        _attained_cell(gain.attained, say, is_share=gain.is_share),
    )


def _attained_cell(found: Interval | None, say: Language, *, is_share: bool) -> Cell:
    if found is None:
        return NOTHING
    text = say.say("gaps.points", n=f"{100 * found.value:+.2f}") if is_share else f"{found.value:+,.4g}"
    return Cell(text=text, value=found.value, unit="ratio" if is_share else "seconds")


def _whys(predictions: Sequence[Prediction], say: Language) -> Iterator[str]:
    """Yield why improvements, or targets that they close, are not simulated."""
    for each in predictions:
        name = each.improvement.name
        if each.obstacle is not None and not each.not_modelled:
            yield say.say(f"gaps.obstacle.{each.obstacle}", name=name, words=each.words)
        yield from _left_out(each, say)


def reason_words(words: str, say: Language) -> str:
    """Return why nothing is simulated in the document's language; what is not recognised stands as it is."""
    for pattern, key in _REASONS:
        found = pattern.fullmatch(words)
        if found is not None:
            return say.say(f"gaps.reason.{key}", **found.groupdict())
    return words


def share_or_value(value: float | None, say: Language, *, is_share: bool) -> str:
    """Return a target's value as words: a share in percent, else the number; a dash for none."""
    if value is None:
        return "–"
    return percent(value, say) if is_share else f"{value:,.4g}"
