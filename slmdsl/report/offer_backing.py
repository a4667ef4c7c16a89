"""Whose promise behind a target takes longer than the limit that is offered of it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from slmdsl.contract.checks.chain import Chain
from slmdsl.contract.checks.promises import comparable, size
from slmdsl.contract.model.agreements import Within
from slmdsl.contract.model.studies import SetLimit
from slmdsl.report.words import limit_words
from slmdsl.study.negotiation.levels import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from slmdsl.contract.model.agreements import Agreement, Limit, Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.report.language import Language
    from slmdsl.study.negotiation.levels import Level


def backing_words(
    contract: Contract, agreement: Agreement, levels: Mapping[str, Level], last: date, say: Language
) -> Iterator[str]:
    """Yield who backs an offered limit only with longer ones, as they are on the `last` day.

    Only limits on the same calendar are told of, and only where all that an agreement promises behind it is longer.
    `levels` are those that are offered, by qualified name.
    """
    for target, behind in Chain(contract).behind(agreement):
        level = levels.get(target.qualified)
        if level is None or not isinstance(level.edit, SetLimit):
            continue
        for name, group in groupby(behind, key=lambda each: each.agreement):
            backing = list(group)
            if all(_is_longer(each, target, level.edit.limit, last) for each in backing):
                nearest = min(backing, key=lambda each: size(_limit(each, last).duration))
                yield _said(contract.agreements[name], nearest, target, last, say)


def _is_longer(backing: Target, target: Target, offered: Limit, last: date) -> bool:
    if not isinstance(backing.form, Within) or backing.calendar != target.calendar:
        return False
    limit = _limit(backing, last)
    return (
        limit.end_of_day == offered.end_of_day
        and comparable(limit.duration, offered.duration)
        and size(limit.duration) > size(offered.duration)
    )


def _limit(backing: Target, last: date) -> Limit:
    form = backing.form
    if not isinstance(form, Within):
        msg = f"`{backing.qualified}` has no limit for each ticket"
        raise TypeError(msg)
    return in_force(form.limit, last)


def _said(by: Agreement, backing: Target, target: Target, last: date, say: Language) -> str:
    form = backing.form
    goal = say.share(in_force(form.goal, last)) if isinstance(form, Within) else ""
    return say.say(
        "offer.backing",
        by=by.promiser or by.name,
        target=target.name,
        limit=limit_words(_limit(backing, last), say),
        goal=goal,
        backing=backing.qualified,
    )
