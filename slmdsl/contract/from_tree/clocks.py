"""From `clock` blocks to clocks, defaults filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.spans import NOWHERE
from slmdsl.calendars.plan import ALWAYS
from slmdsl.contract.from_tree.reading import all_of, last, title_of
from slmdsl.contract.model.clocks import Clock, Deadline, Mark, Reopened, Reprioritised
from slmdsl.events.vocabulary import PHASE_OF, Phase
from slmdsl.syntax.tree import clocks as tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slmdsl.calendars.plan import CalendarPlan
    from slmdsl.contract.from_tree.reading import Reading
    from slmdsl.syntax.tree.common import Node, Ref
    from slmdsl.syntax.tree.file import Declaration

USUAL = Clock(
    name="usual",
    title="",
    starts=Mark.OPENED,
    responds=Mark.PUBLIC_REPLY,
    stops=Mark.RESOLVED,
    pauses=frozenset(),
    calendar=ALWAYS,
    reopened=Reopened.RESUMES,
    reprioritised=Reprioritised.RETAINS,
    deadline=Deadline.CLOSING,
    span=NOWHERE,
)
"""The clock of an agreement that names none: every default, around the clock."""

_MARKS = {mark.value: mark for mark in Mark}


def clocks(reading: Reading, calendars: Mapping[str, CalendarPlan]) -> dict[str, Clock]:
    """Return every declared clock."""
    return {each.name.text: _clock(each, reading, calendars) for each in reading.of_kind("clock")}


def _clock(block: Declaration, reading: Reading, calendars: Mapping[str, CalendarPlan]) -> Clock:
    body = reading.body(block)
    starts, responds = last(body, tree.Starts), last(body, tree.Responds)
    stops, runs = last(body, tree.Stops), last(body, tree.Runs)
    reopened, reprioritised = last(body, tree.Reopened), last(body, tree.Reprioritised)
    deadline = last(body, tree.Deadline)
    return Clock(
        name=block.name.text,
        title=title_of(block),
        starts=_start(starts.at) if starts else USUAL.starts,
        responds=moment(responds.at) or USUAL.responds if responds else USUAL.responds,
        stops=moment(stops.at) or USUAL.stops if stops else USUAL.stops,
        pauses=_pauses(body),
        calendar=calendars.get(reading.name(runs.calendar) or "", ALWAYS) if runs else ALWAYS,
        reopened=Reopened(reopened.how.value) if reopened else USUAL.reopened,
        reprioritised=Reprioritised(reprioritised.how.value) if reprioritised else USUAL.reprioritised,
        deadline=Deadline(deadline.at.value) if deadline else USUAL.deadline,
        span=block.head_span,
    )


def moment(ref: Ref) -> Mark | Phase | None:
    """Return the mark or phase that a word names; `resolved` and `closed` are marks."""
    return _MARKS.get(ref.text) or PHASE_OF.get(ref.text)


def _start(ref: Ref) -> Mark | Phase | str:
    found = moment(ref)
    return ref.text if found is None else found


def _pauses(body: tuple[Node, ...]) -> frozenset[Phase]:
    mentioned = (ref.text for each in all_of(body, tree.Pauses) for ref in each.phases)
    return frozenset(PHASE_OF[word] for word in mentioned if word in PHASE_OF)
