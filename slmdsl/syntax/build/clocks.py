"""Builders of `clock` and `escalation`: `grammar/clocks.lark`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.syntax.build import values
from slmdsl.syntax.build.rules import made, mention, node, said, word_of, words
from slmdsl.syntax.tree import clocks as tree
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree.common import Literal

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.base.units import Duration
    from slmdsl.syntax.tokens import Token

starts = made(tree.Starts, "at")
responds = made(tree.Responds, "at")
stops = made(tree.Stops, "at")
start_moment = mention(kinds.MOMENT, kinds.PHASE, kinds.FIELD)
clock_moment = mention(kinds.MOMENT, kinds.PHASE)
pauses = node(lambda span, *phases: tree.Pauses(phases=phases, span=span))
phase = mention(kinds.PHASE)
runs = made(tree.Runs, "calendar")
reopened = made(tree.Reopened, "how")
reprioritised = made(tree.Reprioritised, "how")
deadline = made(tree.Deadline, "at")
reopening = reprioritising = deadline_moment = words

escalation_rule = node(
    lambda span, trigger, *actions: tree.EscalationRule(trigger=trigger, actions=actions, span=span)
)
measure = said(word_of)
at_percent = made(tree.AtPercent, "share", "measure")
before_due = made(tree.BeforeDue, "duration", "measure")
when_desk = made(tree.WhenDesk, "condition")
notify = made(tree.Notify, "recipients", "repeat")
reassign = made(tree.Reassign, "team")
declare = made(tree.Declare, "flag")
invoke = made(tree.Invoke, "contingency")


@node
def after_breach(span: Span, duration: Literal[Duration], measure: Literal[str]) -> tree.AfterBreach:
    """Build `2 h after breach of resolution`."""
    return tree.AfterBreach(duration=duration, measure=measure, wall=False, span=span)


@node
def wall_after_breach(span: Span, duration: Literal[Duration], measure: Literal[str]) -> tree.AfterBreach:
    """Build `2 h wall after breach of resolution`."""
    return tree.AfterBreach(duration=duration, measure=measure, wall=True, span=span)


@node
def repeat(span: Span, every: Literal[Duration], times: Token | None = None) -> tree.Repeat:
    """Build `every 4 h up to 3 times`."""
    counted = None if times is None else Literal(value=values.whole_of(times), span=times.span)
    return tree.Repeat(every=every, times=counted, span=span)
