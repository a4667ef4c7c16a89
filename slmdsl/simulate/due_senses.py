"""Which events can change when steps act on a ticket next: an engine that asks after each event need not ask after all.

Most events of a simulated ticket tell its clocks nothing: who has it, an answer that no clock waits for, a phase in
which all of them go on as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from slmdsl.events.vocabulary import Phase
from slmdsl.rules.ladder_tables import AT_SHARE, BEFORE_DUE
from slmdsl.rules.stepper import AT_ANSWER, AT_PHASE

if TYPE_CHECKING:
    from slmdsl.rules.ladder_tables import Ladder
    from slmdsl.rules.tables import Int64, Rules, Table
    from slmdsl.workload.plan import Bools


class Senses(NamedTuple):
    """What clocks on which steps act can tell apart.

    `phases` has an entry for each phase, shifted by one so that entry 0 is that of a ticket without any: phases with
    equal entries are the same to all clocks, and no clock runs where the entry is odd. `answers` are the bits of what
    any of them waits for. Lines are `even` if what fires does not depend on what comes behind it: that a clock stands
    from now on then only takes away what would have fired later. A breach may be known only when its calendar opens
    again.
    """

    phases: Int64
    answers: int
    even: bool


def senses_of(rules: Rules, ladder: Ladder) -> Senses:
    """Return what the clocks of targets with lines can tell apart.

    `senses_of(rules, ladder).phases[0]` is what a ticket is before it has a phase.
    """
    tracks = rules.tracks[np.unique(rules.targets.track[ladder.first < ladder.end])]
    return Senses(
        phases=_phases(tracks),
        answers=_answers(tracks),
        even=bool(np.isin(ladder.lines.waits_for, (AT_SHARE, BEFORE_DUE)).all()),
    )


def concerned(rules: Rules, ladder: Ladder, first_listed: Int64) -> Bools:
    """Return for which rows of the dispatch a target with lines is listed."""
    with_lines = (ladder.first < ladder.end)[rules.listed]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(with_lines)])[first_listed]
    return np.asarray(np.diff(before) > 0, np.bool_)


def _phases(tracks: Table) -> Int64:
    phases = np.arange(-1, len(Phase))
    stood_in = np.maximum(phases, 0)  # a ticket without a phase counts as new, but has not become so
    pauses, over, ends = (tracks[name][:, None] >> stood_in & 1 for name in ("pauses", "over", "ends"))
    stands = (pauses | ends).all(axis=0, keepdims=True)
    answers = (tracks.answer_phase[:, None] == phases) & (phases >= 0)
    starts = (tracks.start_value[:, None] == phases) & (tracks.start_kind[:, None] == AT_PHASE)
    stops = tracks.stop_phase[:, None] == stood_in
    told = np.concatenate([stands, pauses, over, ends, stops, answers, starts]).astype(np.int64)
    same = np.unique(told, axis=1, return_inverse=True)[1].reshape(-1)
    return np.asarray(2 * same + stands[0], np.int64)


def _answers(tracks: Table) -> int:
    waited_for = np.where(tracks.answer_phase < 0, tracks.answer_bits, 0)
    started_by = np.where(tracks.start_kind == AT_ANSWER, tracks.start_value, 0)
    return int(np.bitwise_or.reduce(waited_for | started_by, initial=0))
