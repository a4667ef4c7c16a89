"""Staff that cannot do what it is there for, and profiles that say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Label
from slmdsl.base.units import DAY
from slmdsl.contract import codes
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.contract.offered_load import HOURS_OF_WEEK, covered_hours, priority_ranks, priority_shares
from slmdsl.syntax.tree import risks, studies, work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.spec import Contract
    from slmdsl.contract.model.work import Load, Stream
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.file import Declaration


def never_works(draft: Draft) -> Iterator[Diagnostic]:
    """Staff without shifts, without agents, or that is always absent."""
    for block in draft.reading.of_kind("staff"):
        if block.whole:
            yield from _idle(block, draft.reading.body(block))
    for edit, _ in draft.nodes(studies.SetNumber):
        value = getattr(edit.value.value, "value", 0)
        if edit.attribute.value == "absence" and value == 1:
            yield codes.STAFF_NEVER_WORKS.at(
                edit.value.span, "everybody is always absent", label="nobody is left"
            )


def _idle(block: Declaration, body: tuple[Node, ...]) -> Iterator[Diagnostic]:
    shifts, on_call = all_of(body, work.Shift), last(body, work.OnCall)
    absence = last(body, work.Absence)
    if not shifts and on_call is None:
        yield codes.STAFF_NEVER_WORKS.at(
            block.name.span,
            f"`{block.name.text}` has no shift and nobody on call",
            label="never works",
            help="say `shift day mon..fri 08:00-17:00 4 agents`",
        )
    elif not any(each.agents.value for each in (*shifts, *((on_call,) if on_call else ()))):
        first = shifts[0] if shifts else on_call
        yield codes.STAFF_NEVER_WORKS.at(
            first.span if first else block.name.span,
            f"`{block.name.text}` has no agents at all",
            label="nobody works here",
        )
    elif absence is not None and absence.share.value.value == 1:
        yield codes.STAFF_NEVER_WORKS.at(
            absence.share.span, "everybody is always absent", label="nobody is left"
        )


def worked_by_nobody(draft: Draft) -> Iterator[Diagnostic]:
    """Steps that are worked by a team without staff, one finding for each team of a load."""
    for block in draft.reading.of_kind("load"):
        lacking: dict[str, list[work.Step]] = {}
        for stream in all_of(draft.reading.body(block), work.Stream):
            for step in all_of(stream.body, work.Step):
                group = draft.reading.name(step.by) if step.by else step.name.text
                is_known = group in draft.contract.parties and group not in draft.contract.staff
                if group is not None and is_known and is_worked(step):
                    lacking.setdefault(group, []).append(step)
        for group, steps in lacking.items():
            first, *others = (step.by.span if step.by else step.name.span for step in steps)
            yield codes.STEP_WITHOUT_STAFF.at(
                first,
                f"nobody works for `{group}`",
                label="this team has no staff",
                secondary=[Label(span=each, text="nor here") for each in others],
                help=f"say who works when in `staff {group} {{ ... }}`, or that the step only `waits`",
            )


def is_worked(step: work.Step) -> bool:
    """Whether somebody answers or works in a step."""
    return any(isinstance(each, work.Answers | work.Works) for each in step.body)


def for_nobody(draft: Draft) -> Iterator[Diagnostic]:
    """On-call for priorities that never reach a group, and preemption that finds nobody to preempt."""
    for block in draft.reading.of_kind("staff"):
        reached = _priorities_of(block.name.text, draft.contract)
        yield from _on_call(block, reached, draft)
        if reached:
            for preempt in all_of(draft.reading.body(block), work.Preempt):
                yield from _preemption(preempt, reached, draft)


def _on_call(block: Declaration, reached: set[str], draft: Draft) -> Iterator[Diagnostic]:
    """Tell of on-call for nobody, never needed, or too narrow where there is nothing else."""
    staff = draft.contract.staff[block.name.text]
    said = last(draft.reading.body(block), work.OnCall)
    if said is None or staff.on_call is None:
        return
    named = [(ref, name) for ref in said.priorities if (name := draft.reading.name(ref)) is not None]
    wrong = [ref for ref, name in named if reached and name not in reached]
    for ref in wrong:
        yield codes.ON_CALL_FOR_NOBODY.at(
            ref.span, f"no ticket of `{block.name.text}` has the priority {ref.text}", label="never called"
        )
    left = sorted(reached.difference(name for _, name in named))
    if not wrong and covered_hours(staff) >= HOURS_OF_WEEK:
        yield codes.IDLE_ON_CALL.at(
            said.span, "a shift is on at every hour of the week", label="never called"
        )
    elif not wrong and named and left and not any(each.agents for each in staff.shifts):
        yield codes.STAFF_NEVER_WORKS.at(
            block.name.span,
            f"nobody of `{block.name.text}` ever works on {', '.join(left)} tickets",
            label="no shift",
            secondary=[Label(span=said.span, text="only for these")],
        )


def _preemption(said: work.Preempt, reached: set[str], draft: Draft) -> Iterator[Diagnostic]:
    names = draft.reading.names(said.priorities)
    lowest = _lowest(reached, draft.contract)
    never = reached.isdisjoint(names)
    if names and (never or lowest in names):
        yield codes.IDLE_PREEMPTION.at(
            said.span,
            "no ticket of this group has such a priority"
            if never
            else f"no ticket is less urgent than {lowest}",
            label="preempts nothing" if never or len(names) == 1 else f"{lowest} preempts nothing",
        )


def _lowest(priorities: set[str], contract: Contract) -> str:
    """Return the least urgent of some priorities."""
    ranks = priority_ranks(contract, contract.loads.values())
    return max(priorities, key=ranks.index)


def _priorities_of(group: str, contract: Contract) -> set[str]:
    """Return the priorities of the tickets that reach a group in any load; none where no load reaches it."""
    return {
        name
        for load in contract.loads.values()
        for stream in load.streams
        if any(step.group == group for step in stream.steps)
        for name in priorities_in(load, stream)
    }


def priorities_in(load: Load, stream: Stream) -> set[str]:
    """Return the priorities that tickets of a stream can have, raised ones included."""
    found = {name for name, share in priority_shares(stream).items() if name and share > 0}
    for cause in load.causes:
        for raised in cause.raises:
            found.update(raised.priorities if raised.stream == stream.name else ())
    return found


def profiles(draft: Draft) -> Iterator[Diagnostic]:
    """Profiles without weight, and weights that overlap."""
    for block in draft.reading.of_kind("profile"):
        said = all_of(draft.reading.body(block), work.Weights)
        if block.whole and not any(each.weight > 0 for one in said for each in one.weights):
            yield codes.PROFILE_OF_NOTHING.at(
                block.name.span,
                f"`{block.name.text}` weighs nothing: nothing would ever arrive",
                label="no weight",
            )
        else:
            yield from _overlaps(said)


def _overlaps(said: tuple[work.Weights, ...]) -> Iterator[Diagnostic]:
    """Tell of the first weight that overlaps an earlier one."""
    taken: list[tuple[int, int, work.Weight]] = []
    for each in said:
        for weight in each.weights:
            clash = None
            for day in each.days.days:
                start = day * DAY + weight.window.start_us
                length = (weight.window.end_us - weight.window.start_us) % DAY or DAY
                for part in _in_week(start, start + length):
                    clash = clash or next((it for a, b, it in taken if a < part[1] and part[0] < b), None)
                    taken.append((*part, weight))
            if clash is not None:
                yield codes.WEIGHTS_OVERLAP.at(
                    weight.span,
                    "two weights hold for the same time",
                    label="overlaps",
                    secondary=[Label(span=clash.span, text="this one")],
                )
                return


def _in_week(start: int, end: int) -> tuple[tuple[int, int], ...]:
    week = 7 * DAY
    return ((start, week), (0, end - week)) if end > week else ((start, end),)


def risks_of_staff(draft: Draft) -> Iterator[Diagnostic]:
    """Risks that would add staff, or take away more than there is; risks that a simulation cannot bring."""
    for impact, _ in draft.nodes(risks.ImpactStaff):
        change = impact.change.value.value
        if change >= 0:
            yield codes.STAFF_GAIN.at(
                impact.change.span, "a risk takes staff away", label="say how much less: `-30%`"
            )
        elif change < -1:
            yield codes.PERCENT_RANGE.at(
                impact.change.span, "more than everybody cannot be away", label="a part of a whole"
            )
    if draft.contract.scenarios:
        yield from _idle_risks(draft)


def _idle_risks(draft: Draft) -> Iterator[Diagnostic]:
    impacts = (risks.ImpactOutage, risks.ImpactStaff, risks.ImpactLoad)
    struck = {draft.reading.name(each.what) for each, _ in draft.nodes(studies.Strike)}
    for block in draft.reading.of_kind("risk"):
        body = draft.reading.body(block)
        lacks = [
            word
            for word, kinds in (("impact", impacts), ("likelihood", (risks.Likelihood,)))
            if not any(isinstance(each, kinds) for each in body)
            and not (word == "likelihood" and block.name.text in struck)
        ]
        if block.whole and lacks:
            yield codes.IDLE_RISK.at(
                block.name.span,
                f"`{block.name.text}` has no {' and no '.join(lacks)}: no scenario can bring it",
                label="not simulated",
            )
