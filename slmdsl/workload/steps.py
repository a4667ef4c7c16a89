"""Streams and their steps as columns: what happens to a ticket from where it starts to where it is resolved."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from slmdsl.workload.codes import CANNOT_COMPILE, TOO_LARGE
from slmdsl.workload.draws.keys import place_of
from slmdsl.workload.errors import UncompilableError
from slmdsl.workload.plan import NONE, Steps, Streams
from slmdsl.workload.wait_calendars import is_in_days
from slmdsl.workload.words import codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from slmdsl.contract.model.studies import WhatIf
    from slmdsl.contract.model.work import Pause, Step, Stream
    from slmdsl.workload.horizon import SimulatedTime
    from slmdsl.workload.plan import Floats, Int32, Words
    from slmdsl.workload.rows import DistributionRows
    from slmdsl.workload.wait_calendars import CalendarRows

MOST_STEPS: Final = 500
RESOLVED: Final = "resolved"
NO_END: Final = 2**62
"""Ticks that no ticket takes: the bound of `otherwise`."""


def steps_of(
    what_if: WhatIf, words: Words, staffed: int, rows: DistributionRows, calendars: CalendarRows
) -> Steps:
    """Compile the steps of all streams; the first `staffed` groups of the words have staff.

    Raises:
        UncompilableError: there are too many steps, or one leads to a step that its stream does not have.
    """
    streams = what_if.load.streams
    steps = [step for stream in streams for step in stream.steps]
    if len(steps) > MOST_STEPS:
        message = (
            f"`{what_if.load.name}` has {len(steps)} steps, more than the {MOST_STEPS} that can be simulated"
        )
        raise UncompilableError(TOO_LARGE.at(what_if.load.span, message))
    places = [place for before, stream in _with_base(streams) for place in _places(before, stream)]
    groups = codes(words.groups)
    routes = [route for step in steps for route in step.routes]
    ends = np.cumsum([len(step.routes) for step in steps], dtype=np.int64)
    group = [NONE if step.group is None else groups[step.group] for step in steps]
    return Steps(
        names=tuple(step.name for step in steps),
        place=_words(place_of(step.name) for step in steps),
        group=_codes(group),
        is_worked=np.array(
            [0 <= code < staffed and _has_work(step) for code, step in zip(group, steps, strict=True)],
            np.bool_,
        ),
        answers=_codes(rows.of(step.answers) for step in steps),
        works=_works(steps, words.priorities, rows),
        **_pauses("waits", [step.waits for step in steps], rows, calendars),
        gives_up_share=_shares(each.gives_up for each in steps),
        patience=_codes(rows.of(each.gives_up.after if each.gives_up else None) for each in steps),
        first_route=(ends - [len(step.routes) for step in steps]).astype(np.int32),
        end_route=ends.astype(np.int32),
        route_to=_codes(places),
        route_share=np.array([float(each.share) for each in routes], np.float64),
        route_word=_words(place_of(each.to or RESOLVED) for each in routes),
    )


def streams_of(
    what_if: WhatIf, words: Words, rows: DistributionRows, calendars: CalendarRows, time: SimulatedTime
) -> Streams:
    """Compile what streams say of a ticket's whole life.

    Raises:
        UncompilableError: a stream starts at a step that it does not have.
    """
    streams, kinds = what_if.load.streams, codes(words.kinds)
    ends = np.cumsum([len(each.steps) for each in streams], dtype=np.int64)
    levels = [each.feedback.levels if each.feedback else () for each in streams]
    score_ends = np.cumsum([len(each) for each in levels], dtype=np.int64)
    flat = [level for each in levels for level in each]
    return Streams(
        names=tuple(each.name for each in streams),
        kind=_codes(kinds[each.kind] for each in streams),
        start=_codes(before + _place(each, each.start) for before, each in _with_base(streams)),
        end_step=ends.astype(np.int32),
        first_step=(ends - [len(each.steps) for each in streams]).astype(np.int32),
        customer_wait_share=_shares(each.customer_wait for each in streams),
        **_pauses(
            "customer_wait",
            [each.customer_wait.pause if each.customer_wait else None for each in streams],
            rows,
            calendars,
        ),
        reopens_share=_shares(each.reopens for each in streams),
        reopens_after=_codes(rows.of(each.reopens.after if each.reopens else None) for each in streams),
        feedback_share=_shares(each.feedback for each in streams),
        first_score=(score_ends - [len(each) for each in levels]).astype(np.int32),
        end_score=score_ends.astype(np.int32),
        score_within=np.array(
            [NO_END if within is None else within // time.tick_us for within, _ in flat], np.int64
        ),
        score=np.array([float(score) for _, score in flat], np.float64),
    )


def _with_base(streams: Sequence[Stream]) -> zip[tuple[int, Stream]]:
    """Return the streams, each with the number of steps before its own."""
    return zip(accumulate((len(each.steps) for each in streams), initial=0), streams, strict=False)


def _places(before: int, stream: Stream) -> list[int]:
    """Return where the routes of a stream's steps go, -1 for resolved."""
    return [
        NONE if route.to is None else before + _place(stream, route.to)
        for step in stream.steps
        for route in step.routes
    ]


def _place(stream: Stream, name: str) -> int:
    found = [place for place, step in enumerate(stream.steps) if step.name == name]
    if not found:
        message = f"`{stream.name}` has no step `{name}`"
        raise UncompilableError(CANNOT_COMPILE.at(stream.span, message))
    return found[0]


def _has_work(step: Step) -> bool:
    """Whether people do something in a step: one of theirs in which tickets only wait needs none of them."""
    return bool(step.works) or step.answers is not None


def _works(steps: Sequence[Step], priorities: Sequence[str], rows: DistributionRows) -> Int32:
    """Return the work of each step by priority; the last column is for tickets without one."""
    found = np.full((len(steps), len(priorities) + 1), NONE, np.int32)
    code = codes(priorities)
    for place, step in enumerate(steps):
        by_name = {name: each for each in reversed(step.works) for name in each.priorities}
        for work in step.works:
            row = rows.of(work.duration)
            if not work.priorities:
                found[place] = row
        for name, work in by_name.items():
            # No ticket has a priority that is not among the words.
            if name in code:
                found[place, code[name]] = rows.of(work.duration)
    return found


def _pauses(
    name: str, pauses: Sequence[Pause | None], rows: DistributionRows, calendars: CalendarRows
) -> dict[str, Any]:
    """Return the three columns of waits: how long, on which calendar, whether in business days."""
    return {
        name: _codes(rows.of(each.duration if each else None) for each in pauses),
        f"{name}_on": _codes(calendars.of(each) for each in pauses),
        f"{name}_in_days": np.array([is_in_days(each) for each in pauses], np.bool_),
    }


def _codes(found: Iterable[int]) -> Int32:
    return np.array(list(found), np.int32)


def _words(found: Iterable[int]) -> npt.NDArray[np.uint32]:
    return np.array(list(found), np.uint32)


def _shares(chances: Iterable[Any]) -> Floats:
    return np.array([0.0 if each is None else float(each.share) for each in chances], np.float64)
