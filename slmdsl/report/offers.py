"""What a negotiation ends in, in plain sentences: what holds, what is offered instead, who carries what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from slmdsl.base.units import Duration, plain
from slmdsl.contract.model.agreements import (
    LongestOutage,
    NotYetEvaluated,
    SampledMetric,
    Statistic,
    Within,
)
from slmdsl.contract.model.clocks import Reopened
from slmdsl.contract.model.studies import SetBound, SetGoal, SetLimit
from slmdsl.events.vocabulary import Phase
from slmdsl.report.charts.words import money
from slmdsl.report.offer_backing import backing_words
from slmdsl.report.offer_credits import credits_words, monthly_words
from slmdsl.report.study_words import percent
from slmdsl.report.words import dated_words, limit_words
from slmdsl.study.negotiation.levels import is_never_missed
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from slmdsl.contract.model.agreements import Target
    from slmdsl.report.language import Language
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.judged.missed import MissedTime
    from slmdsl.study.negotiation.gathering import Gathered
    from slmdsl.study.negotiation.levels import Level
    from slmdsl.study.negotiation.staffing import Added, Staffing
    from slmdsl.study.negotiation.talks import Asked, Negotiation, Offer

_PARTS: Final = ("waiting", "working", "closed", "customer", "supplier", "resolved")
_WAITS: Final = {Phase.WAIT_CUSTOMER: "customer", Phase.WAIT_SUPPLIER: "supplier"}


def answer(talks: Negotiation, say: Language) -> tuple[str, ...]:
    """Return what can be answered to who asks, a paragraph each; every number in it is one of the negotiation.

    For example `print(*answer(slmdsl.negotiate(spec, "shop_it"), ENGLISH), sep="\\n")`.
    """
    return tuple(each for each in _answer(talks, say) if each)


def chance_words(chance: Interval, say: Language) -> str:
    """Return a chance with its range: `83.1 % (80.2–85.8)`."""
    value = percent(chance.value).removesuffix(" %")
    return say.say(
        "offer.chance", value=value, low=f"{100 * chance.low:.1f}", high=f"{100 * chance.high:.1f}"
    )


def people_words(added: Iterable[Added], say: Language) -> str:
    """Return who is employed: `1 more in desk.day (3 instead of 2)`."""
    return say.listed(
        say.say(
            "offer.people", n=each.after - each.before, shift=each.shift, before=each.before, after=each.after
        )
        for each in added
    )


def level_words(level: Level, target: Target, say: Language) -> str:
    """Return a level alone: `3 h`, `92 %`, `at most 12`; of one that only says that nothing was missed, that."""
    edit = level.edit
    if is_never_missed(level, target):
        return say.say("offer.never_missed")
    if isinstance(edit, SetLimit):
        return limit_words(edit.limit, say)
    if isinstance(edit, SetBound):
        key = "at_least" if edit.at_least else "at_most"
        return say.say(key, value=_value(edit.value, target, say))
    return _value(level.bound, target, say)


def promise_words(target: Target, level: Level, say: Language) -> str:
    """Return what is promised instead of what: `p1_fix within 6 h instead of 4 h`."""
    edit = level.edit
    is_limit = isinstance(edit, SetLimit) or isinstance(target.form, Statistic | LongestOutage)
    old = _old(target, say, is_limit=is_limit)
    if isinstance(edit, SetLimit):
        key = "offer.end_of_day" if edit.limit.end_of_day else "offer.limit"
        return say.say(key, target=target.name, new=limit_words(edit.limit, say), old=old)
    if isinstance(edit, SetGoal):
        return say.say("offer.goal", target=target.name, new=say.share(edit.goal), old=old)
    key = "offer.at_least" if edit.at_least else "offer.at_most"
    return say.say(key, target=target.name, new=_value(edit.value, target, say), old=old)


def _old(target: Target, say: Language, *, is_limit: bool) -> str:
    form = target.form
    if isinstance(form, NotYetEvaluated):
        return form.words
    if is_limit and isinstance(form, Within | Statistic | LongestOutage):
        return dated_words(form.limit, lambda limit: limit_words(limit, say), say)
    if isinstance(form, Statistic | LongestOutage):
        msg = f"`{target.qualified}` has no share"
        raise TypeError(msg)
    return dated_words(form.goal, lambda value: _value(value, target, say), say)


def _value(value: Fraction | Duration, target: Target, say: Language) -> str:
    form = target.form
    if isinstance(value, Duration):
        return say.duration(value)
    if target.is_share:
        return say.share(value)
    return plain(value) + (f" {form.unit}" if isinstance(form, SampledMetric) else "")


def _answer(talks: Negotiation, say: Language) -> Iterator[str]:
    if not talks.judged:
        yield say.say("offer.nothing_judged")
        return
    if not talks.failing:
        yield say.say("offer.all_hold", wanted=wanted_words(talks, say))
        yield _tighter(talks, say)
        yield _month(talks, say)
        yield say.sentences(credits_words(talks, say))
        return
    yield say.sentences(_failing(talks, say))
    if talks.counter_offer is not None:
        yield say.sentences(_counter_offer(talks, talks.counter_offer, say))
    yield _month(talks, say)
    yield say.sentences(credits_words(talks, say))
    yield from _staffed(talks, say)


def _failing(talks: Negotiation, say: Language) -> Iterator[str]:
    """Yield what cannot be promised as asked: what falls short, and what is only not shown to hold."""
    yield say.say(
        "offer.some", judged=say.counted(len(talks.judged), "target_count"), failing=len(talks.failing)
    )
    short = [each.target for each in talks.failing if each.chance and each.chance.value < talks.wanted]
    unshown = [each.target for each in talks.failing if each.target not in short]
    if short:
        yield say.say("offer.short", names=_names(short, say), wanted=wanted_words(talks, say))
    if unshown:
        replications = say.counted(talks.setting.replications, "replication")
        yield say.say("offer.unshown", names=_names(unshown, say), replications=replications)


def wanted_words(talks: Negotiation, say: Language) -> str:
    """Return the chance that is wanted: `90 %`."""
    return say.say("percent", n=f"{100 * talks.wanted:.6g}")


def _names(targets: Iterable[Target], say: Language) -> str:
    return say.listed(each.name for each in targets)


def _tighter(talks: Negotiation, say: Language) -> str:
    found = []
    for each in talks.judged:
        found += [
            promise_words(each.target, level, say)
            for level in (each.limit, each.level)
            if level is not None and _is_tighter(each, level) and not is_never_missed(level, each.target)
        ]
    if not found:
        return say.say("offer.no_tighter")
    return say.say("offer.tighter", promises=say.listed(found))


def _is_tighter(asked: Asked, level: Level) -> bool:
    """Whether a level that holds is another than what is asked: that holds too, so it is tighter."""
    form = asked.target.form
    if isinstance(form, NotYetEvaluated):
        return False
    is_limit = isinstance(level.edit, SetLimit) or isinstance(form, Statistic | LongestOutage)
    if is_limit and isinstance(form, Within | Statistic | LongestOutage):
        return all(level.bound != limit.duration for _, limit, _ in form.limit.values)
    if isinstance(form, Statistic | LongestOutage):
        return False
    return all(level.bound != goal for _, goal, _ in form.goal.values)


def _counter_offer(talks: Negotiation, offer: Offer, say: Language) -> Iterator[str]:
    targets = {each.target.qualified: each.target for each in talks.asked}
    if offer.levels:
        promises = [promise_words(targets[name], level, say) for name, level in offer.levels.items()]
        yield say.say("offer.instead", promises=say.listed(promises))
        yield say.say(
            "offer.confirmed",
            replications=say.counted(offer.confirmed.tally.replications, "replication"),
            chances=_chances(talks, offer.confirmed, offer.levels, say),
        )
        yield from _doubts(talks, offer.confirmed, offer.levels, say)
        contract = talks.base.trial.plan.what_if.contract
        yield from backing_words(contract, talks.agreement, offer.levels, talks.setting.last, say)
    others = [
        promise_words(each.target, each.otherwise, say)
        for each in talks.failing
        if each.otherwise is not None
    ]
    if others:
        yield say.say("offer.otherwise", promises=say.listed(others))
    stay = [each.target for each in talks.judged if each.holds]
    if stay:
        yield say.say("offer.stay" if len(stay) == 1 else "offer.stay_many", names=_names(stay, say))
    if offer.left:
        yield say.say("offer.left", names=_names((targets[name] for name in offer.left), say))


def _chances(talks: Negotiation, gathered: Gathered, names: Iterable[str], say: Language) -> str:
    """Return the chances of some targets in an offer."""
    found = ((name, chance_of(gathered.tally, name, talks.confidence)) for name in names)
    return say.listed(
        say.say("offer.named", name=name.rpartition(".")[2], chance=chance_words(chance, say))
        for name, chance in found
        if chance is not None
    )


def _doubts(talks: Negotiation, gathered: Gathered, names: Iterable[str], say: Language) -> Iterator[str]:
    """Yield which confirmed chances fall below what is wanted, and which may."""
    unproven, below = [], []
    for name in names:
        chance = chance_of(gathered.tally, name, talks.confidence)
        if chance is not None and chance.value < talks.wanted:
            below.append(name.rpartition(".")[2])
        elif chance is not None and chance.low < talks.wanted:
            unproven.append(name.rpartition(".")[2])
    for key, doubtful in (("offer.unproven", unproven), ("offer.below", below)):
        if doubtful:
            yield say.say(key, names=say.listed(doubtful), wanted=wanted_words(talks, say))


def _month(talks: Negotiation, say: Language) -> str:
    """Return the agreement's own chance of a month, as asked and as offered."""
    offer = talks.counter_offer
    same = talks.base if offer is None else offer.asked
    asked = chance_of(same.tally, talks.agreement.name, talks.confidence)
    if asked is None:
        return ""
    if offer is not None and offer.levels:
        offered = chance_of(offer.confirmed.tally, talks.agreement.name, talks.confidence)
        if offered is not None:
            return say.say("offer.months", asked=chance_words(asked, say), offered=chance_words(offered, say))
    return say.say("offer.month", chance=chance_words(asked, say))


def _staffed(talks: Negotiation, say: Language) -> Iterator[str]:
    """Yield who carries all that is asked, or that nobody does and where the time goes."""
    if talks.carried_by is not None:
        yield say.sentences(_carried(talks, talks.carried_by, talks.staffed_offer, say))
        return
    if talks.tried is None:
        yield say.say("offer.not_tried")
    elif talks.tried:
        yield say.sentences(_not_carried(talks, talks.tried, say))
    elif not talks.interrupted:
        yield say.say("offer.no_shift")
    for each in talks.failing:
        missed = talks.base.tally.missed.get(each.target.qualified)
        if each.carried_by is None and missed is not None:
            yield where_words(each.target, missed, say)


def _not_carried(talks: Negotiation, tried: int, say: Language) -> Iterator[str]:
    """Yield that no staffing carries what is asked, and how near the best of them comes."""
    yield say.say("offer.no_staff", staffings=say.counted(tried, "staffing"))
    if talks.nearest is None:
        return
    tally = talks.nearest.gathered.tally
    known = [
        (chance.low, each.target.name, chance)
        for each in talks.failing
        if (chance := chance_of(tally, each.target.qualified, talks.confidence)) is not None
    ]
    if known:
        _, name, chance = min(known, key=lambda each: each[:2])
        people = people_words(talks.nearest.added, say)
        yield say.say("offer.nearest", people=people, target=name, chance=chance_words(chance, say))


def _carried(talks: Negotiation, staffing: Staffing, offer: Offer | None, say: Language) -> Iterator[str]:
    people = people_words(staffing.added, say)
    if staffing.more_minor is None or staffing.currency is None:
        yield say.say("offer.staff_unpriced", people=people)
    else:
        yield say.say("offer.staff", people=people, money=money(staffing.more_minor, staffing.currency))
    asked, staffed = monthly_words(talks, "asked", say), monthly_words(talks, "more_staff", say)
    if asked and staffed:
        yield say.say("offer.staff_credits", asked=asked, staffed=staffed)
    month = (
        None if offer is None else chance_of(offer.confirmed.tally, talks.agreement.name, talks.confidence)
    )
    if offer is None or month is None:
        return
    names = [each.target.qualified for each in talks.failing]
    yield say.say(
        "offer.staff_confirmed",
        replications=say.counted(offer.confirmed.tally.replications, "replication"),
        chances=_chances(talks, offer.confirmed, names, say),
        month=chance_words(month, say),
    )
    yield from _doubts(talks, offer.confirmed, names, say)


def where_words(target: Target, missed: MissedTime, say: Language) -> str:
    """Return where most of the time of missed tickets goes, and what would change it; nothing where none missed.

    What the target's clock does not count, since it pauses then, is left out of it.
    """
    paused = _paused(target)
    times = {part: getattr(missed, part) for part in _PARTS if part not in paused}
    whole, most = sum(times.values()), max(times, key=times.__getitem__)
    if not whole:
        return ""
    share = say.say("percent", n=round(100 * times[most] / whole))
    name = target.name
    if any(getattr(missed, part) for part in paused):
        name = say.say("offer.without_pauses", target=name)
    return say.say(f"offer.{most}", share=share, target=name)


def _paused(target: Target) -> frozenset[str]:
    """Return the parts of a ticket's time that a target's clock does not count."""
    paused = {part for phase, part in _WAITS.items() if phase in target.clock.pauses}
    return frozenset(paused if target.clock.reopened is Reopened.COUNTS_ALL else paused | {"resolved"})
