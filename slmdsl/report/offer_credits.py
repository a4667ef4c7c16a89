"""What credits come to as asked and with what is offered, and which of them a counter-offer leaves as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from slmdsl.contract.model.credits import Band, OnMiss
from slmdsl.contract.model.studies import SetLimit
from slmdsl.report.charts.words import money
from slmdsl.report.targets import level_words
from slmdsl.study.desk.costs import months_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.credits import CreditClause
    from slmdsl.report.language import Language
    from slmdsl.study.negotiation.talks import Negotiation, Offer

Who = Literal["asked", "counter_offer", "more_staff"]


def credits_words(talks: Negotiation, say: Language) -> Iterator[str]:
    """Yield what credits come to on average, as asked and as offered, over the days and a month.

    For example `say.sentences(credits_words(slmdsl.negotiate(spec, "shop_it"), ENGLISH))`.
    """
    asked, offered = _amounts(talks, "asked", say), _amounts(talks, "counter_offer", say)
    if not asked:
        return
    if offered:
        yield say.say("offer.credits", asked=asked, offered=offered)
    else:
        yield say.say("offer.credits_alone", asked=asked)
    if talks.counter_offer is not None:
        yield from _as_they_are(talks, talks.counter_offer, say)


def monthly_words(talks: Negotiation, who: Who, say: Language) -> str:
    """Return what credits come to in a month on average, in each currency; nothing where none are paid."""
    months = float(months_of(talks.base.trial.plan))
    return say.listed(money(minor / months, currency) for minor, currency in _means(talks, who))


def _means(talks: Negotiation, who: Who) -> Iterator[tuple[float, str]]:
    frame = talks.credits
    for row in frame.filter(frame["who"] == who).to_dicts():
        yield row["mean_minor"], row["currency"]


def _amounts(talks: Negotiation, who: Who, say: Language) -> str:
    months = float(months_of(talks.base.trial.plan))
    return say.listed(
        say.say("offer.credit", amount=money(minor, currency), month=money(minor / months, currency))
        for minor, currency in _means(talks, who)
    )


def _as_they_are(talks: Negotiation, offer: Offer, say: Language) -> Iterator[str]:
    """Yield which credits another share or bound leaves as they are: they go by the bands, or by each miss."""
    plan = talks.agreement.credits
    by_name = {each.target.name: each.target for each in talks.asked}
    for clause in () if plan is None else plan.clauses:
        target = by_name[clause.target]
        level = offer.levels.get(target.qualified)
        if level is not None and not isinstance(level.edit, SetLimit):
            yield from _unmoved(clause, target, say)


def _unmoved(clause: CreditClause, target: Target, say: Language) -> Iterator[str]:
    bands = [each for each in clause.terms if isinstance(each, Band)]
    if bands:
        key = "offer.band_below" if bands[0].below else "offer.band_above"
        yield say.say(key, target=target.name, level=level_words(bands[0].level, target, say))
    if any(isinstance(each, OnMiss) and each.each_miss for each in clause.terms):
        yield say.say("offer.per_miss", target=target.name)
