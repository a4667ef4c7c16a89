"""From counted uptime to verdicts: the forms of availability and what unknown and future time leave open."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import MINUTE
from slmdsl.evaluate.availability_facts import UP
from slmdsl.evaluate.availability_needs import unknown_names
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from slmdsl.evaluate.availability import UptimeCounts
    from slmdsl.evaluate.availability_facts import UptimeFacts
    from slmdsl.rules.availability import UptimeRule
    from slmdsl.rules.periods import Periods

EXCLUDED_OUTAGES = "exclusions of outages are not evaluated yet"


def uptime_verdicts(
    rule: UptimeRule, facts: UptimeFacts, counts: UptimeCounts, periods: Periods, as_of_us: int
) -> list[PeriodVerdict]:
    """Return one verdict per period, the comparison made in exact integers.

    Where an agreement excludes outages, which is not evaluated yet, the value is a gross one without a verdict.
    """
    silent = [name for service in rule.services for name in unknown_names(service.nodes, facts)]
    note = f"no facts about {', '.join(dict.fromkeys(silent))}" if silent else ""
    return [_verdict(rule, counts, periods, place, as_of_us, note) for place in range(len(periods))]


def _verdict(
    rule: UptimeRule, counts: UptimeCounts, periods: Periods, place: int, as_of_us: int, note: str
) -> PeriodVerdict:
    goal = in_force(rule.form.goal, periods.first_days[place])
    agreed_us, up = _judged(rule, counts, place)
    past_us, ahead_us = counts.known_us[place] + counts.unknown_us[place], counts.ahead_us[place]
    running = int(periods.to_us[place]) > as_of_us
    open_ended = running or bool(counts.unknown_us[place])
    gross_only = any(exclusion.population is None for exclusion in rule.agreement.exclusions)
    if gross_only:
        word, note = Word.NOT_EVALUATED, "; ".join(filter(None, (EXCLUDED_OUTAGES, note)))
    elif running or not agreed_us:
        word = Word.RUNNING if running else Word.NO_DATA
    else:
        word = Word.MET if up * goal.denominator >= goal.numerator * agreed_us * UP else Word.MISSED
    value = _share(up, agreed_us)
    return PeriodVerdict(
        target=rule.target,
        period=periods.labels[place],
        from_us=int(periods.from_us[place]),
        to_us=int(periods.to_us[place]),
        n=agreed_us // MINUTE,
        met=up // UP // MINUTE,
        value=None if gross_only else value,
        threshold=float(goal),
        verdict=word,
        best=_share(_most(rule, counts, place) + ahead_us * UP, past_us + ahead_us) if open_ended else None,
        worst=_share(_least(rule, counts, place), past_us + ahead_us) if open_ended else None,
        gross_value=value,
        gross_n=agreed_us // MINUTE,
        maintenance_us=counts.maintenance_us[place],
        unknown_us=counts.unknown_us[place],
        cut=bool(periods.cut[place]),
        note=note,
    )


def _judged(rule: UptimeRule, counts: UptimeCounts, place: int) -> tuple[int, int]:
    """Return the agreed time that counts and how far it was up; unknown time is in neither unless said so."""
    if rule.form.unknown is None:
        return counts.known_us[place], counts.up[place]
    both_us = counts.known_us[place] + counts.unknown_us[place]
    return both_us, (counts.up_most if rule.form.unknown == "up" else counts.up_least)[place]


def _most(rule: UptimeRule, counts: UptimeCounts, place: int) -> int:
    most: int = (counts.up_least if rule.form.unknown == "down" else counts.up_most)[place]
    return most


def _least(rule: UptimeRule, counts: UptimeCounts, place: int) -> int:
    least: int = (counts.up_most if rule.form.unknown == "up" else counts.up_least)[place]
    return least


def _share(up: int, agreed_us: int) -> float | None:
    return float(Fraction(up, agreed_us * UP)) if agreed_us else None
