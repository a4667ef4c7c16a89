"""A negotiation for a terminal: what is asked and what holds, in a table, and the counter-offer in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from slmdsl.base.display import visible
from slmdsl.base.units import DAY
from slmdsl.cli.terminal import READABLE
from slmdsl.contract.model.agreements import Within
from slmdsl.report.charts.words import money
from slmdsl.report.offers import answer, level_words, wanted_words
from slmdsl.report.study_words import percent
from slmdsl.simulate.due_binding import clocks_of
from slmdsl.study.negotiation.frames import asked_text
from slmdsl.study.negotiation.opening import wanted_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slmdsl.cli.terminal import Terminal
    from slmdsl.report.language import Language
    from slmdsl.study.negotiation.staffing import Staffing
    from slmdsl.study.negotiation.talks import Asked, Negotiation

_WIDE: Final = 120
"""Columns from which what is asked stands beside its figures."""


def print_talks(talks: Negotiation, at: Terminal, say: Language) -> None:
    """Print what becomes of each target that is asked, credits, and the answer."""
    for line in _heading(talks, say):
        at.show(Text(visible(line)), width=min(at.out.width, READABLE))
    if talks.judged:
        at.say()
        is_wide = at.out.width >= _WIDE
        if not is_wide:
            at.show(_asked(talks))
            at.say()
        at.show(_targets(talks, say, with_asked=is_wide))
    _not_judged(talks, at, say)
    if talks.credits.height:
        at.say()
        at.out.print(Text(say.say("talks.credits"), style="bold"), soft_wrap=True)
        at.show(_credits(talks, say))
    at.say()
    at.out.print(
        Text(say.say("offer.title" if talks.failing else "offer.answer"), style="bold"), soft_wrap=True
    )
    for paragraph in answer(talks, say):
        at.show(Text(visible(paragraph)), width=min(at.out.width, READABLE))


def _heading(talks: Negotiation, say: Language) -> Iterator[str]:
    setting = talks.setting
    scenario = setting.variants[0].scenario
    warm_up_us = setting.warm_up_of(scenario)
    opens = setting.open_start(scenario)
    start = say.say("talks.empty") if opens is None else say.say("talks.open", source=opens.source)
    if warm_up_us:
        days, rest = divmod(warm_up_us, DAY)
        length = say.clock_time(warm_up_us) if rest else say.counted(days, "day")
        start = say.say("talks.warm", length=length)
    yield say.say(
        "talks.heading",
        agreement=talks.agreement.name,
        scenario=scenario,
        replications=say.counted(setting.replications, "replication"),
        first=setting.first,
        last=setting.last,
        start=start,
        seed=setting.seed,
    )
    yield say.sentences(_wanted(talks, say))
    if talks.interrupted:
        yield say.say("talks.interrupted")
    yield _how(talks, say)


def _wanted(talks: Negotiation, say: Language) -> Iterator[str]:
    """Yield which chance is wanted, and who says so if the text does."""
    yield say.say(
        "talks.wanted",
        wanted=wanted_words(talks, say),
        confidence=say.say("percent", n=f"{100 * talks.confidence:.3g}"),
    )
    contract = talks.base.trial.plan.what_if.contract
    experiment = wanted_by(contract, talks.agreement.name, talks.wanted)
    if experiment is not None:
        yield say.say("talks.wished", experiment=experiment)


def _how(talks: Negotiation, say: Language) -> str:
    """Return how much was simulated, and whether other limits were."""
    how = "levels"
    if talks.recounted is not None:
        clocks = clocks_of(talks.base.trial.plan)
        how = "recounted" if talks.recounted else "deadline" if clocks.by_deadline else "acts"
    replications = say.counted(talks.replications, "replication")
    return say.sentences(
        [
            say.say("talks.simulated", replications=replications),
            say.say("talks.tried", staffings=say.counted(talks.tried, "staffing")) if talks.tried else "",
            say.say(f"talks.{how}"),
            _uncertainty(talks, say),
        ]
    )


def _uncertainty(talks: Negotiation, say: Language) -> str:
    """Return how many fitted parameters are drawn anew in each replication; nothing for none."""
    drawn = talks.base.trial.drawn
    return "" if drawn is None else say.say("talks.uncertain", n=len(drawn.draws.columns))


def _asked(talks: Negotiation) -> Table:
    """Return what is asked alone, where it has no room beside the figures."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for asked in talks.judged:
        table.add_row(Text(asked.target.name, style="bold"), _promise(asked))
    return table


def _promise(asked: Asked) -> Text:
    return Text(visible(asked_text(asked).partition(":")[2].strip()))


def _targets(talks: Negotiation, say: Language, *, with_asked: bool) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column(_low(say.say("talks.target")), no_wrap=True)
    if with_asked:
        table.add_column(_low(say.say("talks.asked")), overflow="fold", max_width=48)
    table.add_column(say.say("talks.chance"), justify="right", no_wrap=True)
    confidence = say.say("percent", n=f"{100 * talks.confidence:.3g}")
    table.add_column(say.say("talks.range", confidence=confidence), justify="right", no_wrap=True)
    table.add_column(_low(say.say("talks.holds")), no_wrap=True)
    for key in ("level", "limit"):
        table.add_column(say.say(f"talks.{key}"), overflow="fold", max_width=18)
    if talks.failing and talks.tried is not None:
        table.add_column(_low(say.say("talks.staffing")), overflow="fold")
    for asked in talks.judged:
        name, *figures = _row(asked, talks, say)
        table.add_row(name, *([_promise(asked)] if with_asked else []), *figures)
    return table


def _low(head: str) -> str:
    """Return a head that stands on the second of two lines, if it has one alone."""
    return head if "\n" in head else f"\n{head}"


def _row(asked: Asked, talks: Negotiation, say: Language) -> Iterator[Text]:
    chance, target = asked.chance, asked.target
    if chance is None:
        return
    mark, style = ("talks.yes", "green") if asked.holds else ("talks.unshown", "yellow")
    if chance.value < talks.wanted:
        mark, style = "talks.no", "bold red"
    yield Text(target.name, style="bold")
    yield Text(percent(chance.value), style=style)
    yield Text(f"{100 * chance.low:.1f}–{100 * chance.high:.1f}", style="dim")
    yield Text(say.say(mark), style=style)
    none = Text(say.say("talks.none"), style="dim")
    yield none if asked.level is None else Text(level_words(asked.level, target, say))
    if asked.limit is not None:
        yield Text(level_words(asked.limit, target, say))
    else:
        yield none if isinstance(target.form, Within) else Text()
    if not talks.failing or talks.tried is None:
        return
    if asked.holds:
        yield Text(say.say("talks.not_needed"), style="dim")
    else:
        yield none if asked.carried_by is None else Text(_staffing(asked.carried_by, say))


def _staffing(staffing: Staffing, say: Language) -> str:
    people = say.listed(
        say.say("talks.more", shift=each.shift, n=each.after - each.before) for each in staffing.added
    )
    if staffing.more_minor is None or staffing.currency is None:
        return people
    return say.say("talks.more_money", people=people, money=money(staffing.more_minor, staffing.currency))


def _not_judged(talks: Negotiation, at: Terminal, say: Language) -> None:
    """Print of which targets nothing can be said, and why."""
    left_out = [each for each in talks.asked if each.chance is None]
    if not left_out:
        return
    at.say()
    at.say(say.say("talks.not_judged"))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    for each in left_out:
        table.add_row(Text(f"  {each.target.name}"), Text(visible(each.reason)))
    at.show(table)


def _credits(talks: Negotiation, say: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column("", no_wrap=True)
    confidence = say.say("talks.range", confidence=say.say("percent", n=f"{100 * talks.confidence:.3g}"))
    for head in (say.say("talks.expected"), confidence, say.say("talks.dear"), say.say("talks.free")):
        table.add_column(_low(head), justify="right", no_wrap=True)
    for row in talks.credits.to_dicts():
        table.add_row(
            say.say(f"talks.who.{row['who']}"),
            money(row["mean_minor"], row["currency"]),
            _ends(row, ("low_minor", "high_minor")),
            money(row["p95_minor"], row["currency"]),
            percent(row["free"]),
        )
    return table


def _ends(row: dict[str, Any], names: Sequence[str]) -> Text:
    ends = ["?" if row[each] is None else money(row[each], row["currency"]) for each in names]
    return Text(" – ".join(ends), style="dim")
