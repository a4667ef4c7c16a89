"""`exclude outages in wan where cause = fire because "..."`: what an agreement takes out, and the facts without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from slmdsl.base.units import NO_TIME, from_us
from slmdsl.evaluate.availability.facts import (
    ALWAYS_UP,
    UP,
    UptimeFacts,
    booked,
    chosen,
    closed_ends_us,
    without,
)
from slmdsl.evaluate.availability.needs import states_of
from slmdsl.evaluate.availability.steps import Steps, compact, edges_of
from slmdsl.rules.conditions import selected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Agreement, OutageSelection
    from slmdsl.contract.needs import UptimeNode
    from slmdsl.events.columns import Outages
    from slmdsl.rules.availability import UptimeRule
    from slmdsl.rules.periods import Periods

    Bools = npt.NDArray[np.bool_]

_LISTED: Final = 5
"""So many excluded outages are named in a verdict's note; the rest are counted."""

_SHOWN: Final = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """What exclusions take out of a period: how many outages, and what is said of them."""

    outages: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetFacts:
    """The facts of a log and what an agreement takes out of them.

    `excluded[i]` tells that outage i is taken out, for the reason `reasons[i]`. `kept` and `taken` say how far each
    name was down by the outages that stay and by those taken out.
    """

    gross: UptimeFacts
    excluded: Bools
    reasons: Mapping[int, str]
    kept: Mapping[str, Steps]
    taken: Mapping[str, Steps]

    @classmethod
    def of(
        cls,
        agreement: Agreement,
        facts: UptimeFacts,
        outages: Outages,
        as_of_us: int,
        rows: Bools | None = None,
    ) -> NetFacts:
        """Return the facts as `agreement` sees them; `facts` are by the outages in `rows` alone, where it is given."""
        among = np.ones(len(outages), dtype=np.bool_) if rows is None else rows
        excluded, reasons = _excluded(agreement, outages, among)
        some = bool(excluded.any())
        return cls(
            gross=facts,
            excluded=excluded,
            reasons=reasons,
            kept=booked(chosen(outages, among & ~excluded), as_of_us) if some else {},
            taken=booked(chosen(outages, excluded), as_of_us) if some else {},
        )

    @property
    def excludes(self) -> bool:
        """Whether any outage is taken out."""
        return bool(self.reasons)

    def as_gross(self) -> NetFacts:
        """Return the same facts with nothing taken out."""
        return NetFacts(
            gross=self.gross, excluded=np.zeros_like(self.excluded), reasons={}, kept={}, taken={}
        )

    def net(self, nodes: Sequence[UptimeNode]) -> UptimeFacts:
        """Return what is left for a tree of needs when the excluded outages are taken out.

        Samples that show something down while an excluded outage, its own or that of something it needs, would have
        kept it down by itself, show that outage: they are taken out with it. Booked outages stay.
        """
        by_taken = UptimeFacts(
            own={name: without(ALWAYS_UP, steps) for name, steps in self.taken.items()}, unmentioned=ALWAYS_UP
        )
        own = dict(self.gross.own)
        for node, state in zip(nodes, states_of(nodes, by_taken), strict=True):
            if node.name in own and state is not None:
                own[node.name] = self._own(node.name, state)
        return UptimeFacts(own=own, unmentioned=self.gross.unmentioned, sampled=self.gross.sampled)

    def _own(self, name: str, by_taken: Steps) -> Steps:
        """Return the timeline of one name by the facts that stay."""
        sampled = self.gross.sampled.get(name)
        found = ALWAYS_UP if sampled is None else _raised(sampled, by_taken)
        return without(found, self.kept[name]) if name in self.kept else found


def _raised(timeline: Steps, by_taken: Steps) -> Steps:
    """Return a timeline that is up wherever `by_taken` is not."""
    edges = edges_of((timeline, by_taken))
    return compact(edges, np.where(by_taken.at(edges)[0] < UP, UP, timeline.at(edges)))


def _excluded(agreement: Agreement, outages: Outages, among: Bools) -> tuple[Bools, dict[int, str]]:
    """Return which outages any exclusion takes out, and for which reason: the first that applies."""
    excluded = np.zeros(len(outages), dtype=np.bool_)
    reasons: dict[int, str] = {}
    for exclusion in agreement.exclusions:
        if exclusion.outages is not None:
            rows = chosen_by(exclusion.outages, outages) & among & ~excluded
            reasons |= dict.fromkeys(np.flatnonzero(rows).tolist(), exclusion.reason)
            excluded |= rows
    return excluded, reasons


def chosen_by(selection: OutageSelection, outages: Outages) -> Bools:
    """Return which outages a selection means: of its services and their components, and by its condition."""
    rows = np.ones(len(outages), dtype=np.bool_)
    if selection.services:
        wanted = [
            code for code, name in enumerate(outages.service.values) if _is_of(name, selection.services)
        ]
        rows &= np.isin(outages.service.codes, wanted)
    return rows if selection.condition is None else rows & selected(selection.condition, outages)


def _is_of(name: str, services: Sequence[str]) -> bool:
    return name in services or name.partition(".")[0] in services


def taken_out(
    rule: UptimeRule, net: NetFacts, outages: Outages, periods: Periods, as_of_us: int
) -> list[TakenOut]:
    """Return for each period which outages of what a target rests on its agreement takes out."""
    codes = [code for code, name in enumerate(outages.service.values) if name in rule.names]
    rows = np.flatnonzero(
        net.excluded & np.isin(outages.service.codes, codes) & (outages.start_us <= as_of_us)
    )
    rows = rows[np.argsort(outages.start_us[rows], kind="stable")]
    starts_us, ends_us = outages.start_us[rows], closed_ends_us(outages, as_of_us)[rows]
    return [
        _told(rows[(starts_us < to_us) & (ends_us > from_us)].tolist(), net, outages, rule.agreement.zone)
        for from_us, to_us in zip(periods.from_us.tolist(), periods.to_us.tolist(), strict=True)
    ]


def _told(rows: Sequence[int], net: NetFacts, outages: Outages, zone: str) -> TakenOut:
    if not rows:
        return TakenOut()
    words = [_words(row, outages, net.reasons[row], ZoneInfo(zone)) for row in rows[:_LISTED]]
    more = [f"{len(rows) - _LISTED} more"] if len(rows) > _LISTED else []
    return TakenOut(outages=len(rows), words=f"excluded: {', '.join(words + more)}")


def _words(row: int, outages: Outages, reason: str, zone: ZoneInfo) -> str:
    """Say one outage: `wan 2027-03-01 10:00 to 2027-03-01 12:00 (Clause 12)`."""
    end_us = int(outages.end_us[row])
    ends = "" if end_us == NO_TIME else f" to {from_us(end_us).astimezone(zone):{_SHOWN}}"
    begins = f"{from_us(int(outages.start_us[row])).astimezone(zone):{_SHOWN}}"
    return f"{outages.service.word(row)} {begins}{ends} ({reason})"
