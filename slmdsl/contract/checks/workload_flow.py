"""Ways of tickets that begin nowhere, never end or lead past a step, and statements in them that do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.workload_staff import is_worked, priorities_in
from slmdsl.contract.from_tree.loads import name_of_stream
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.syntax.tree import work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.draft import Draft
    from slmdsl.syntax.tree.file import Declaration


def ways(draft: Draft) -> Iterator[Diagnostic]:
    """Where tickets start, go and end."""
    for block, stream in streams(draft):
        steps = {each.name.text: each for each in reversed(all_of(stream.body, work.Step))}
        start = last(stream.body, work.StartAt)
        if start is None:
            if block.whole:
                yield codes.NO_START.at(
                    stream.request.span if stream.request else stream.kind.span,
                    f"it is not said where `{name_of_stream(stream)}` start",
                    label="no `start at`" if steps else "no `start at` and no step",
                )
        else:
            yield from _way(block, stream, start, steps, draft)


def streams(draft: Draft) -> Iterator[tuple[Declaration, work.Stream]]:
    """Yield every kind of ticket of every load with the load's block."""
    for block in draft.reading.of_kind("load"):
        for stream in all_of(draft.reading.body(block), work.Stream):
            yield block, stream


def _declaring(block: Declaration, stream: work.Stream, draft: Draft) -> Declaration:
    """Return the load in which a stream stands: the one that has it, or one that it extends."""
    loads = draft.reading.of_kind("load")
    return next((load for load in loads if any(each is stream for each in load.body)), block)


def _way(
    block: Declaration, stream: work.Stream, start: work.StartAt, steps: dict[str, work.Step], draft: Draft
) -> Iterator[Diagnostic]:
    own = f"{_declaring(block, stream, draft).name.text}.{name_of_stream(stream)}."
    mentions = [start.step, *(route.to for each in steps.values() for route in _routes(each) if route.to)]
    named = [(ref, draft.reading.name(ref)) for ref in mentions]
    if any(name is None for _, name in named):
        return  # a finding of its own
    for ref, name in named:
        if name is not None and not name.startswith(own):
            yield codes.OTHER_STREAM.at(
                ref.span, f"`{ref.text}` is a step of other tickets", label="not of these"
            )
            return
    again = last(stream.body, work.Reopens)
    if again is not None and again.share.value.value >= 1:
        yield codes.NO_WAY_OUT.at(
            again.share.span, "every ticket is reopened after each resolution", label="never over"
        )
        return
    reached = _reached(start.step.path[-1], steps)
    ending = _ending(steps)
    trapped = [each for name, each in steps.items() if name in reached and name not in ending]
    if trapped and block.whole:
        without = [each for each in trapped if not _routes(each)]
        worst = min(without or trapped, key=lambda each: each.span.start)
        yield codes.NO_WAY_OUT.at(
            worst.name.span,
            f"tickets in `{worst.name.text}` are never resolved",
            label="no `then`" if without else "no way leads to `resolved`",
        )
        return
    for name, step in sorted(steps.items(), key=lambda each: each[1].span.start):
        if name not in reached:
            yield codes.NEVER_REACHED.at(
                step.name.span, f"no ticket comes to `{name}`", label="never reached"
            )


def _routes(step: work.Step) -> tuple[work.Route, ...]:
    then = last(step.body, work.Then)
    return tuple(each for each in then.routes if each.share.value.value > 0) if then else ()


def _reached(start: str, steps: dict[str, work.Step]) -> set[str]:
    found: set[str] = set()
    pending = [start]
    while pending:
        name = pending.pop()
        if name in steps and name not in found:
            found.add(name)
            pending.extend(each.to.path[-1] for each in _routes(steps[name]) if each.to is not None)
    return found


def _ending(steps: dict[str, work.Step]) -> set[str]:
    """Return the steps from which some way leads to `resolved`."""
    before: dict[str, list[str]] = {}
    pending: list[str] = []
    for name, step in steps.items():
        for each in _routes(step):
            if each.to is None:
                pending.append(name)
            else:
                before.setdefault(each.to.path[-1], []).append(name)
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(before.get(name, ()))
    return found


def idle_statements(draft: Draft) -> Iterator[Diagnostic]:
    """Work said twice or for nobody, waits and patience that never happen."""
    for block, stream in streams(draft):
        steps = all_of(stream.body, work.Step)
        for step in steps:
            yield from _works(block, stream, step, draft)
            patience = last(step.body, work.GivesUp)
            if patience is not None and block.whole and (not is_worked(step) or _has_no_line(step, draft)):
                yield codes.IDLE_PATIENCE.at(
                    patience.span, f"nobody waits for an answer in `{step.name.text}`", label="never given up"
                )
            elif patience is not None and not patience.share.value.value:
                yield codes.IDLE_PATIENCE.at(
                    patience.share.span, "nobody gives up", label="a share of nothing"
                )
        waits = last(stream.body, work.WaitsForCustomer)
        if waits is not None and block.whole and steps and not any(is_worked(each) for each in steps):
            yield codes.IDLE_WAIT.at(
                waits.span,
                "tickets wait for the customer in the middle of their work, and no step works",
                label="never happens",
            )
        elif waits is not None and not waits.share.value.value:
            yield codes.IDLE_WAIT.at(
                waits.share.span, "no ticket waits for the customer", label="a share of nothing"
            )


def _has_no_line(step: work.Step, draft: Draft) -> bool:
    """Whether who is not answered at once is lost: then nobody waits."""
    group = draft.reading.name(step.by) if step.by else step.name.text
    staff = draft.contract.staff.get(group or "")
    return staff is not None and staff.lines == 0


def _works(block: Declaration, stream: work.Stream, step: work.Step, draft: Draft) -> Iterator[Diagnostic]:
    load = draft.contract.loads[block.name.text]
    built = next((each for each in load.streams if each.name == name_of_stream(stream)), None)
    occurring = priorities_in(load, built) if built else set()
    said: dict[str, work.Works] = {}
    for works in all_of(step.body, work.Works):
        names = [name for ref in works.priorities if (name := draft.reading.name(ref))]
        twice = next((each for each in (names if works.priorities else [""]) if each in said), None)
        if twice is not None:
            yield codes.WORK_TWICE.at(
                works.span,
                f"the work for {twice} is said twice"
                if twice
                else "the work for all other tickets is said twice",
                label="again here",
                secondary=[Label(span=said[twice].span, text="first here")],
            )
            continue
        said.update(dict.fromkeys(names if works.priorities else [""], works))
        yield from (
            codes.WORK_FOR_NOBODY.at(
                ref.span, f"no ticket here has the priority {ref.text}", label="never occurs"
            )
            for ref in works.priorities
            if (name := draft.reading.name(ref)) and name not in occurring
        )
    left = sorted(occurring.difference(said))
    if said and left and "" not in said:
        yield codes.NO_WORK.at(
            step.name.span,
            f"it is not said how long {', '.join(left)} tickets are worked on",
            label="no work for these",
            secondary=[Label(span=each.span, text="only for these") for each in dict.fromkeys(said.values())],
            help="say `works DISTRIBUTION` without `for`: it is for all that no other line names",
        )
