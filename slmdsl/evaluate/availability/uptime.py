"""Targets on the uptime of services, judged: which way of counting a target asks for, net and gross."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.contract.model.agreements import Availability, LongestOutage, OutageCount, Restore
from slmdsl.evaluate.availability.events import counted_events, event_verdicts
from slmdsl.evaluate.availability.exclusions import NetFacts, taken_out
from slmdsl.evaluate.availability.facts import chosen, uptime_facts
from slmdsl.evaluate.availability.minutes import UptimeCounts, count_uptime
from slmdsl.evaluate.availability.outage_verdicts import count_verdicts, longest_verdicts
from slmdsl.evaluate.availability.restoration import restore_verdicts
from slmdsl.evaluate.availability.slices import slice_verdicts
from slmdsl.evaluate.availability.steps import united
from slmdsl.evaluate.availability.timeline import uptime_timeline
from slmdsl.evaluate.availability.verdicts import Counted, noted, silence, uptime_verdicts
from slmdsl.events.columns import Samples
from slmdsl.rules.conditions import selected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slmdsl.evaluate.availability.exclusions import TakenOut
    from slmdsl.evaluate.availability.facts import UptimeFacts
    from slmdsl.evaluate.availability.timeline import UptimeTimeline
    from slmdsl.evaluate.period_verdicts import PeriodVerdict
    from slmdsl.events.columns import Outages
    from slmdsl.rules.availability import UptimeRule
    from slmdsl.rules.periods import Periods


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Uptime:
    """All that one target on uptime is judged by."""

    rule: UptimeRule
    facts: NetFacts
    samples: Samples
    outages: Outages
    periods: Periods
    as_of_us: int

    @classmethod
    def of(
        cls,
        rule: UptimeRule,
        facts: UptimeFacts,
        samples: Samples,
        outages: Outages,
        periods: Periods,
        as_of_us: int,
    ) -> Uptime:
        """Return what `rule` is judged by, with what its agreement excludes found out."""
        rows = np.ones(len(outages), dtype=np.bool_)
        condition = rule.form.outages.condition if isinstance(rule.form, OutageCount) else None
        if condition is not None:
            # Samples have no cause, so only booked outages can be asked for by one.
            rows, has_book = selected(condition, outages), facts.unmentioned is not None or len(outages) > 0
            facts = uptime_facts(Samples.empty(), chosen(outages, rows), as_of_us, has_book=has_book)
        net = NetFacts.of(rule.agreement, facts, outages, as_of_us, rows)
        return cls(rule=rule, facts=net, samples=samples, outages=outages, periods=periods, as_of_us=as_of_us)

    @property
    def gross(self) -> Uptime:
        """The same with nothing excluded."""
        return replace(self, facts=self.facts.as_gross()) if self.facts.excludes else self

    @property
    def timeline(self) -> UptimeTimeline:
        """How far the services in series were up, cut at the edges of periods and as of.

        It goes on until as of where the last period is over, since an outage may last longer.
        """
        edges_us = self.periods.bucket_edges_us
        if self.as_of_us > edges_us[0]:
            edges_us = united([edges_us, np.array([self.as_of_us])])
        return uptime_timeline(self.rule, self.facts, self.outages, edges_us, self.as_of_us)

    @property
    def taken_out(self) -> list[TakenOut]:
        """What is excluded in each period."""
        return taken_out(self.rule, self.facts, self.outages, self.periods, self.as_of_us)

    def alone(self, place: int) -> Uptime:
        """Return the same for one of the services."""
        return replace(self, rule=replace(self.rule, services=(self.rule.services[place],)))


def judged_uptime(uptime: Uptime) -> list[PeriodVerdict]:
    """Return one verdict per period on a target of availability or on outages."""
    if not len(uptime.periods):
        return []
    form, note = uptime.rule.form, silence(uptime.rule, uptime.facts.gross)
    if isinstance(form, LongestOutage):
        return longest_verdicts(uptime, form, note)
    if isinstance(form, OutageCount):
        return count_verdicts(uptime, form, note)
    if isinstance(form, Restore):
        return restore_verdicts(uptime, form, note)
    return _availability(uptime, form, note)


def _availability(uptime: Uptime, form: Availability, note: str) -> list[PeriodVerdict]:
    if form.method == "events":
        net = counted_events(uptime)
        gross = counted_events(uptime.gross) if uptime.facts.excludes else net
        return event_verdicts(uptime, net, gross, uptime.taken_out)
    if form.slices is not None:
        return slice_verdicts(uptime, note)
    if form.method == "user_minutes":
        return _by_users(uptime, note)
    return _by_minutes(uptime, note)


def _counted(uptime: Uptime) -> UptimeCounts:
    return count_uptime(uptime.timeline, uptime.periods, uptime.as_of_us)


def _by_minutes(uptime: Uptime, note: str) -> list[PeriodVerdict]:
    net = _counted(uptime)
    gross = _counted(uptime.gross) if uptime.facts.excludes else net
    counted = Counted(net=net, gross=gross, beside=net, taken_out=uptime.taken_out)
    return uptime_verdicts(uptime.rule, counted, uptime.periods, uptime.as_of_us, note)


def _by_users(uptime: Uptime, note: str) -> list[PeriodVerdict]:
    """Judge the minutes of users: each service's time weighs by its users, and none hides behind another."""
    services = uptime.rule.services
    users = [each.users for each in services]
    known = [each for each in users if each]
    if len(known) < len(users):
        lost = [each.name for each in services if not each.users]
        alike = f"the users of {' and '.join(lost)} are not known, so services weigh alike"
        note, known = noted(note, alike if len(users) > 1 else ""), [1] * len(users)
    counted = Counted(
        net=_weighed([_counted(uptime.alone(place)) for place in range(len(users))], known),
        gross=_weighed([_counted(uptime.gross.alone(place)) for place in range(len(users))], known),
        beside=_counted(uptime),
        taken_out=uptime.taken_out,
    )
    return uptime_verdicts(uptime.rule, counted, uptime.periods, uptime.as_of_us, note)


def _weighed(counts: Sequence[UptimeCounts], weights: Sequence[int]) -> UptimeCounts:
    """Return the sums of several services' counts, each times its weight."""
    names = UptimeCounts.__slots__
    return UptimeCounts(
        **{
            name: sum(getattr(each, name) * weight for each, weight in zip(counts, weights, strict=True))
            for name in names
        }
    )
