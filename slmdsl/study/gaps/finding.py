"""The gaps of a log: where misses come from and where the time went, per target and in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.study.gaps.cases import cases_of
from slmdsl.study.gaps.classes import dimensions_of, opened_at
from slmdsl.study.gaps.lives import lives_of
from slmdsl.study.gaps.pareto import class_gaps
from slmdsl.study.gaps.recurring import recurring_of
from slmdsl.study.gaps.time_spent import NONE, case_times, sum_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.contract.model.agreements import Target
    from slmdsl.contract.model.spec import Contract
    from slmdsl.evaluate.verdicts import Verdicts
    from slmdsl.events.log import EventLog
    from slmdsl.study.gaps.cases import Cases
    from slmdsl.study.gaps.lives import Lives, Told
    from slmdsl.study.gaps.pareto import ClassGap, Ids
    from slmdsl.study.gaps.recurring import Recurring
    from slmdsl.study.gaps.time_spent import TimeSpent

    Int64 = npt.NDArray[np.int64]

FIRST: Final = ("group", "priority", "service", "hand-offs", "hour")
"""Dimensions that a reader is shown first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGap:
    """One target: its cases, its misses, where the time of both went, and the ids of the missed tickets."""

    target: Target
    judged: int
    missed: int
    of_missed: TimeSpent
    of_all: TimeSpent
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounces:
    """Hand-offs before the decision: cases that changed hands, and those that came back to a group (A to B to A).

    `moved` and `bounced` count cases, `moved_missed` and `bounced_missed` the misses among them; `tickets` are the ids
    of the missed ones that came back.
    """

    moved: int
    moved_missed: int
    bounced: int
    bounced_missed: int
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gaps:
    """What a log says of its misses. Made by `gaps_of`.

    Attributes:
        from_us: the span that counts, half-open; None: without bound.
        to_us: its end.
        judged: cases that targets with a limit decided, net.
        missed: how many of them missed.
        tickets: ids of the tickets that missed anything, in the order of the log.
        targets: those with a case, in the order of the text.
        classes: of all dimensions, as `class_gaps` says.
        judged_by_hour: cases by weekday and hour of opening (shape 7 x 24).
        missed_by_hour: misses likewise.
        bounces: hand-offs and returns.
        recurring: candidates for a problem, the weightiest first; `causes` is what they were looked for by.
        tells: how the log tells waiting from work: by who took a ticket in hand, by phases, or not at all.
    """

    from_us: int | None
    to_us: int | None
    judged: int
    missed: int
    tickets: tuple[str, ...]
    targets: tuple[TargetGap, ...]
    classes: tuple[ClassGap, ...]
    judged_by_hour: Int64
    missed_by_hour: Int64
    bounces: Bounces
    recurring: tuple[Recurring, ...]
    causes: tuple[str, ...]
    tells: Told

    def by(self, dimension: str) -> tuple[ClassGap, ...]:
        """Return the classes of one dimension, by how many misses they have; none where it tells nothing apart."""
        return tuple(each for each in self.classes if each.dimension == dimension)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that tell cases apart."""
        return tuple(dict.fromkeys(each.dimension for each in self.classes))

    @property
    def of_missed(self) -> TimeSpent:
        """Where the time of all misses went."""
        return sum((each.of_missed for each in self.targets), start=NONE)


def gaps_of(
    contract: Contract,
    log: EventLog,
    verdicts: Verdicts,
    *,
    from_us: int | None = None,
    to_us: int | None = None,
    causes: Sequence[str] = (),
) -> Gaps:
    """Find where the misses of a log come from, and where the time went.

    Args:
        contract: what was promised.
        log: what happened.
        verdicts: what `evaluate` says of it; of one agreement alone where only that is asked for.
        from_us: only what counts from this instant on.
        to_us: only what counts before this instant.
        causes: fields by which tickets recur; by default those that sound like a cause and tell tickets apart.

    For example `gaps_of(contract, log, evaluate(contract, log)).by("group")`.
    """
    cases, lives = cases_of(verdicts, from_us, to_us), lives_of(log)
    ids = np.array(list(log.ticket_columns.ids), np.object_)
    times = case_times(cases, lives)
    weekday, hour = opened_at(contract, log, cases)
    chosen, found = recurring_of(contract, log, cases, ids, causes, from_us, to_us)
    return Gaps(
        from_us=from_us,
        to_us=to_us,
        judged=len(cases),
        missed=int(cases.missed.sum()),
        tickets=_ids(cases, cases.missed, ids),
        targets=tuple(_targets(cases, times, ids)),
        classes=class_gaps(cases, dimensions_of(contract, log, cases, lives), ids),
        judged_by_hour=_by_hour(weekday, hour),
        missed_by_hour=_by_hour(weekday[cases.missed], hour[cases.missed]),
        bounces=_bounces(cases, lives, ids),
        recurring=found,
        causes=chosen,
        tells=lives.tells,
    )


def _ids(cases: Cases, chosen: npt.NDArray[np.bool_], ids: Ids) -> tuple[str, ...]:
    return tuple(ids[np.unique(cases.ticket[chosen])].tolist())


def _targets(cases: Cases, times: Int64, ids: Ids) -> list[TargetGap]:
    found = []
    for place, target in enumerate(cases.targets):
        mine = cases.target == place
        if mine.any():
            missed = mine & cases.missed
            found.append(
                TargetGap(
                    target=target,
                    judged=int(mine.sum()),
                    missed=int(missed.sum()),
                    of_missed=sum_of(times[missed]),
                    of_all=sum_of(times[mine]),
                    tickets=_ids(cases, missed, ids),
                )
            )
    return found


def _by_hour(weekday: Int64, hour: Int64) -> Int64:
    return np.bincount(weekday * 24 + hour, minlength=7 * 24).reshape(7, 24)


def _bounces(cases: Cases, lives: Lives, ids: Ids) -> Bounces:
    moved = lives.counted_until(lives.moved, cases.ticket, cases.decided_us) > 0
    back = lives.counted_until(lives.bounced, cases.ticket, cases.decided_us) > 0
    return Bounces(
        moved=int(moved.sum()),
        moved_missed=int((moved & cases.missed).sum()),
        bounced=int(back.sum()),
        bounced_missed=int((back & cases.missed).sum()),
        tickets=_ids(cases, back & cases.missed, ids),
    )
