"""From tracks to the table that the stepper reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.contract.model.clocks import Mark
from slmdsl.events.vocabulary import AWAY, Phase
from slmdsl.rules.moments import ACKNOWLEDGED, ACTED, ASSIGNED, REPLIED
from slmdsl.rules.stepper import AT_ANSWER, AT_FIELD, AT_OPENED, AT_PHASE
from slmdsl.rules.tables import TRACK, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slmdsl.rules.tables import Table
    from slmdsl.rules.ticket_rules import Track

_NONE = -1
_ANSWERS: dict[Mark | Phase, int] = {
    Mark.PUBLIC_REPLY: REPLIED,
    Mark.ANY_ACTION: ACTED,
    Mark.ACKNOWLEDGED: ACKNOWLEDGED,
}
_STOPS = {Mark.RESOLVED: Phase.RESOLVED, Mark.CLOSED: Phase.CLOSED}


def track_table(tracks: Sequence[Track]) -> Table:
    """Return the table of `tracks`, in their order."""
    fields = [track for track in tracks if track.zone is not None]
    starts = [_start(track, fields) for track in tracks]
    stops = [_stop_phase(track) for track in tracks]
    over = [_over(track) for track in tracks]
    return table_of(
        TRACK,
        is_response=[track.is_response for track in tracks],
        start_kind=[kind for kind, _ in starts],
        start_value=[value for _, value in starts],
        stop_phase=stops,
        answer_phase=[
            int(t.stops) if t.is_response and isinstance(t.stops, Phase) else _NONE for t in tracks
        ],
        answer_bits=[_ANSWERS.get(t.stops, 0) if t.is_response else 0 for t in tracks],
        pauses=[_bits(track.pauses) | 1 << AWAY for track in tracks],
        over=[_bits(found) for found in over],
        ends=[
            _bits(found | ({Phase(stop)} if stop >= 0 else set()))
            for found, stop in zip(over, stops, strict=True)
        ],
    )


def _start(track: Track, fields: list[Track]) -> tuple[int, int]:
    if isinstance(track.starts, Phase):
        return AT_PHASE, int(track.starts)
    if isinstance(track.starts, Mark):
        return (AT_ANSWER, ASSIGNED) if track.starts is Mark.ASSIGNED else (AT_OPENED, _NONE)
    return AT_FIELD, fields.index(track)


def _stop_phase(track: Track) -> int:
    """The phase that stops a clock; a response clock has none."""
    if track.is_response:
        return _NONE
    return int(track.stops if isinstance(track.stops, Phase) else _STOPS[track.stops])


def _over(track: Track) -> set[Phase]:
    """The phases in which a ticket is over for a clock that has not stopped."""
    ended = {Phase.RESOLVED, Phase.CLOSED, Phase.CANCELLED}
    return ended - {Phase.RESOLVED} if track.stops is Mark.CLOSED and not track.is_response else ended


def _bits(phases: Iterable[Phase]) -> int:
    return sum(1 << phase for phase in phases)
