"""How far the services of a target were up, from instant to instant: what every counting method counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from slmdsl.base.units import NO_TIME
from slmdsl.calendars import calendar_of
from slmdsl.contract.maintenance import maintenance_us
from slmdsl.evaluate.availability.facts import UP, closed_ends_us
from slmdsl.evaluate.availability.needs import timeline_of
from slmdsl.evaluate.availability.steps import Steps, compact, covered, edges_of, united

if TYPE_CHECKING:
    import numpy.typing as npt

    from slmdsl.evaluate.availability.exclusions import NetFacts
    from slmdsl.events.columns import Outages
    from slmdsl.rules.availability import ServiceUptime, UptimeRule

    Int64 = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UptimeTimeline:
    """m stretches of time in which nothing changes; stretch i is `[edges_us[i], edges_us[i + 1])`.

    `agreed` is time that is promised, `maintained` maintenance within hours, whether or not it counts. `least` and
    `most` say how far it was up in billionths (both UP where it is not judged); `raw_least` and `raw_most` do so
    whether or not it is judged, so that an outage can be followed through a night. `excused` is time that was left out
    because of excluded outages.
    """

    edges_us: Int64
    agreed: Bools
    maintained: Bools
    excused: Bools
    least: Int64
    most: Int64
    raw_least: Int64
    raw_most: Int64

    @property
    def known(self) -> Bools:
        """Where it is known how far it was up."""
        return np.equal(self.least, self.most)

    @property
    def lengths_us(self) -> Int64:
        """How long each stretch is."""
        return np.diff(self.edges_us)


def uptime_timeline(
    rule: UptimeRule, facts: NetFacts, outages: Outages, edges_us: Int64, as_of_us: int
) -> UptimeTimeline:
    """Return the timeline of a target's services from the first to the last of `edges_us`, cut at all of them.

    Several services stand in series: time is agreed when it is for any of them, and up when all that are agreed
    then are up.

    Args:
        rule: the compiled target.
        facts: net of exclusions or gross (see `outage_exclusions`).
        outages: those of the log, of which announced ones are maintenance.
        edges_us: sorted instants at which stretches must end: the edges of periods, as of.
        as_of_us: later facts are ignored. Later time is there and looks up: it is the caller's to leave it out.
    """
    begin_us, end_us = int(edges_us[0]), int(edges_us[-1])
    services = [
        _service_steps(rule, each, facts, outages, (begin_us, end_us), as_of_us) for each in rule.services
    ]
    edges = united([edges_of(services), edges_us])
    edges = edges[(edges >= begin_us) & (edges <= end_us)]
    rows = np.stack([each.at(edges[:-1]) for each in services])
    agreed, maintained, excused = rows[:, :3].max(axis=0).astype(np.bool_)
    least, most, raw_least, raw_most = rows[:, 3:].min(axis=0)
    return UptimeTimeline(
        edges_us=edges,
        agreed=agreed,
        maintained=maintained,
        excused=excused & ~agreed,
        least=least,
        most=most,
        raw_least=raw_least,
        raw_most=raw_most,
    )


def _service_steps(
    rule: UptimeRule,
    service: ServiceUptime,
    facts: NetFacts,
    outages: Outages,
    span_us: tuple[int, int],
    as_of_us: int,
) -> Steps:
    """Return seven rows: agreed, in maintenance within hours, excused, and how far it is up as judged and as it was.

    Outside its agreed time a service counts as up, so that it never holds against the others of its target.
    """
    hours = covered(*calendar_of(service.hours).intervals_us(*span_us))
    maintenance = maintenance_of(service, outages, span_us, as_of_us)
    gross, state = _gross_and_net(service, facts)
    edges = edges_of((hours, maintenance, state, gross))
    open_hours, maintained = hours.at(edges).astype(np.bool_), maintenance.at(edges).astype(np.bool_)
    agreed = open_hours & ~maintained if rule.form.maintenance == "excluded" else open_hours
    raw = state.at(edges)
    spared = _is_spared(gross.at(edges), raw)
    excused, agreed = agreed & spared, agreed & ~spared
    judged = agreed & ~maintained if rule.form.maintenance == "up" else agreed
    rows = np.where(judged, raw, UP)
    flags = np.stack([agreed, open_hours & maintained, excused]).astype(np.int64)
    return Steps(from_us=edges, values=np.concatenate([flags, rows, raw]))


def _gross_and_net(service: ServiceUptime, facts: NetFacts) -> tuple[Steps, Steps]:
    gross = timeline_of(service.nodes, facts.gross)
    return gross, timeline_of(service.nodes, facts.net(service.nodes)) if facts.excludes else gross


def _is_spared(gross: Int64, net: Int64) -> Bools:
    """Tell time that only excluded outages took, which is nobody's; where it was down anyhow, it stays downtime."""
    spared: Bools = np.equal(net[0], UP) & np.not_equal(gross[0], UP)
    return spared


def excused_of(service: ServiceUptime, facts: NetFacts) -> Steps:
    """Return 1 in time that only excluded outages took from a service, and 0 in all other."""
    gross, net = _gross_and_net(service, facts)
    edges = edges_of((gross, net))
    return compact(edges, _is_spared(gross.at(edges), net.at(edges)).astype(np.int64))


def maintenance_of(
    service: ServiceUptime, outages: Outages, span_us: tuple[int, int], as_of_us: int
) -> Steps:
    """Return when announced maintenance of a service is: its declared windows, and outages announced in time."""
    windows = [maintenance_us(window, *span_us) for window in service.windows]
    booked = np.isin(
        outages.service.codes, [i for i, name in enumerate(outages.service.values) if name in service.booked]
    )
    announced = (outages.announced_us != NO_TIME) & (
        outages.announced_us <= outages.start_us - service.notice_us
    )
    rows = booked & (outages.planned == 1) & announced & (outages.start_us <= as_of_us)
    windows.append((outages.start_us[rows], closed_ends_us(outages, as_of_us)[rows]))
    starts, ends = (np.concatenate(sides) for sides in zip(*windows, strict=True))
    return covered(starts, ends)
