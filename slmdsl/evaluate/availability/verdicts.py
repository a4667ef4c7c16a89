"""From counted uptime to verdicts: the forms of availability and what unknown and future time leave open."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from slmdsl.base.units import MINUTE
from slmdsl.evaluate.availability.facts import UP
from slmdsl.evaluate.availability.needs import unknown_names
from slmdsl.evaluate.period_verdicts import PeriodVerdict, Word
from slmdsl.rules.dated import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.evaluate.availability.exclusions import TakenOut
    from slmdsl.evaluate.availability.facts import UptimeFacts
    from slmdsl.evaluate.availability.minutes import UptimeCounts
    from slmdsl.rules.availability import UptimeRule
    from slmdsl.rules.periods import Periods


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counted:
    """Uptime as it is judged: net and gross, and the time that stands beside it (which users do not weigh)."""

    net: UptimeCounts
    gross: UptimeCounts
    beside: UptimeCounts
    taken_out: Sequence[TakenOut]
    """One for each period."""


def silence(rule: UptimeRule, facts: UptimeFacts) -> str:
    """Return the note on services and needs that the log knows nothing of, or an empty text."""
    silent = [name for service in rule.services for name in unknown_names(service.nodes, facts)]
    return f"no facts about {', '.join(dict.fromkeys(silent))}" if silent else ""


def noted(*notes: str) -> str:
    """Return the notes that say something as one."""
    return "; ".join(filter(None, notes))


def uptime_verdicts(
    rule: UptimeRule, counted: Counted, periods: Periods, as_of_us: int, note: str = ""
) -> list[PeriodVerdict]:
    """Return one verdict per period, the comparison made in exact integers, on the net figure."""
    return [_verdict(rule, counted, periods, place, as_of_us, note) for place in range(len(periods))]


def _verdict(
    rule: UptimeRule, counted: Counted, periods: Periods, place: int, as_of_us: int, note: str
) -> PeriodVerdict:
    goal = in_force(rule.goal, periods.first_days[place])
    counts, taken_out = counted.net, counted.taken_out[place]
    agreed_us, up = _judged(rule, counts, place)
    gross_us, gross_up = _judged(rule, counted.gross, place)
    past_us, ahead_us = counts.known_us[place] + counts.unknown_us[place], counts.ahead_us[place]
    running = int(periods.to_us[place]) > as_of_us
    open_ended = running or bool(counts.unknown_us[place])
    value = _share(up, agreed_us)
    word = word_of(None if value is None else value >= goal, running=running)
    whole_us = past_us + ahead_us
    return PeriodVerdict(
        target=rule.target,
        period=periods.labels[place],
        from_us=int(periods.from_us[place]),
        to_us=int(periods.to_us[place]),
        n=agreed_us // MINUTE,
        met=up // UP // MINUTE,
        value=number(value),
        exact=value,
        threshold=float(goal),
        verdict=word,
        best=number(_share(_most(rule, counts, place) + ahead_us * UP, whole_us)) if open_ended else None,
        worst=number(_share(_least(rule, counts, place), whole_us)) if open_ended else None,
        gross_value=number(_share(gross_up, gross_us)),
        gross_n=gross_us // MINUTE,
        excluded=taken_out.outages,
        maintenance_us=counted.beside.maintenance_us[place],
        unknown_us=counted.beside.unknown_us[place],
        cut=bool(periods.cut[place]),
        note=noted(note, taken_out.words),
    )


def word_of(kept: bool | None, *, running: bool) -> Word:  # noqa: FBT001 - an answer that is passed on
    """Return the verdict on a period that is over or running; None where there was nothing to judge."""
    if running:
        return Word.RUNNING
    if kept is None:
        return Word.NO_DATA
    return Word.MET if kept else Word.MISSED


def number(value: Fraction | None) -> float | None:
    """Return an exact figure as it is printed."""
    return None if value is None else float(value)


def _judged(rule: UptimeRule, counts: UptimeCounts, place: int) -> tuple[int, int]:
    """Return the agreed time that counts and how far it was up; unknown time is in neither unless said so."""
    if rule.unknown is None:
        return counts.known_us[place], counts.up[place]
    both_us = counts.known_us[place] + counts.unknown_us[place]
    return both_us, (counts.up_most if rule.unknown == "up" else counts.up_least)[place]


def _most(rule: UptimeRule, counts: UptimeCounts, place: int) -> int:
    most: int = (counts.up_least if rule.unknown == "down" else counts.up_most)[place]
    return most


def _least(rule: UptimeRule, counts: UptimeCounts, place: int) -> int:
    least: int = (counts.up_most if rule.unknown == "up" else counts.up_least)[place]
    return least


def _share(up: int, agreed_us: int) -> Fraction | None:
    return Fraction(up, agreed_us * UP) if agreed_us else None
