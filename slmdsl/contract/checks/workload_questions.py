"""What is asked of an experiment: how many variants, which is the cheapest, how surely it is known."""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Final

from slmdsl.base.diagnostics import Label
from slmdsl.contract import codes
from slmdsl.contract.checks.workload_experiments import scenarios_of
from slmdsl.contract.checks.workload_scenarios import groups_of
from slmdsl.contract.from_tree.reading import all_of, last
from slmdsl.contract.from_tree.varied import VALUES_AT_MOST, VARIANTS_AT_MOST, spanned
from slmdsl.contract.scenarios import what_if
from slmdsl.syntax.tree import studies

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.base.spans import Span
    from slmdsl.contract.draft import Draft
    from slmdsl.contract.model.studies import Experiment, Scenario, WhatIf
    from slmdsl.contract.model.work import Staff
    from slmdsl.syntax.tree.file import Declaration

FIRST_LOOK: Final = 60
"""After so many replications it is first looked whether a half width is reached."""


def questions(draft: Draft) -> Iterator[Diagnostic]:
    """Experiments that ask for too much, for the same twice, or for what has no answer."""
    for block in draft.reading.of_kind("experiment"):
        experiment = draft.contract.experiments[block.name.text]
        ranges = [each for vary in all_of(block.body, studies.Vary) for each in vary.ranges]
        yield from _said_twice(block, ranges, draft)
        yield from _too_many(ranges, experiment)
        yield from _half_widths(block, experiment)
        yield from _certainties(block)
        run = scenarios_of(experiment, draft)
        if run:
            yield from _with_one_value(ranges, run, draft)
            if block.whole:
                yield from _searches(block, experiment, run, draft)


# ---- what is varied ---------------------------------------------------------------------------------------------


def _said_twice(
    block: Declaration, ranges: Sequence[studies.VaryRange], draft: Draft
) -> Iterator[Diagnostic]:
    said: list[tuple[Hashable, Span]] = [
        (draft.reading.name(ref) or ref.text, ref.span)
        for each in all_of(block.body, studies.Scenarios)
        for ref in each.scenarios
    ]
    said += [(_key(each, draft), each.span) for each in ranges]
    first: dict[Hashable, Span] = {}
    for key, span in said:
        if key in first:
            yield codes.VARIED_TWICE.at(
                span,
                "the experiment has named this before",
                label="again",
                secondary=[Label(span=first[key], text="named here")],
            )
        first.setdefault(key, span)


def _key(said: studies.VaryRange, draft: Draft) -> Hashable:
    """Return what a range varies: two ranges of one key set the same."""
    match said:
        case studies.VaryWithoutRisks():
            return "without risks", ()
        case studies.VaryFactor():
            during = said.during and (said.during.first, said.during.last)
            return "*", said.population, during
        case studies.VaryNumber() | studies.VaryShare():
            kind = said.attribute.value
        case _:
            kind = type(said).__name__
    return kind, draft.reading.name(said.what) or said.what.text


def _size(said: studies.VaryRange) -> int:
    is_switch = isinstance(said, studies.VaryWithout | studies.VaryWithoutRisks)
    return 2 if is_switch else spanned(said, "").size


def _too_many(ranges: Sequence[studies.VaryRange], experiment: Experiment) -> Iterator[Diagnostic]:
    sizes = [_size(each) for each in ranges]
    variants = prod(sizes) * len(experiment.scenarios)
    if variants > VARIANTS_AT_MOST and max(sizes, default=0) <= VALUES_AT_MOST:
        span = max(zip(sizes, ranges, strict=True), key=lambda each: each[0])[1].span if ranges else None
        yield codes.TOO_MANY_VARIANTS.at(
            span or experiment.span,
            f"`{experiment.name}` runs {variants:_} variants; {VARIANTS_AT_MOST:_} are run at most",
            label="most values" if span else "",
            help="take longer steps, or vary fewer things at once",
        )


def _with_one_value(
    ranges: Sequence[studies.VaryRange], run: Sequence[Scenario], draft: Draft
) -> Iterator[Diagnostic]:
    for each in ranges:
        if isinstance(each, studies.VaryWithout | studies.VaryWithoutRisks):
            name = draft.reading.name(each.what) if isinstance(each, studies.VaryWithout) else None
            lost = isinstance(each, studies.VaryWithout) and name is None
            if not lost and all(one.without_risks or (name or "") in one.without for one in run):
                yield codes.ONE_VALUE.at(
                    each.span, "every scenario is without this as it is", label="nothing is varied"
                )
        elif spanned(each, "").size == 1:
            yield codes.ONE_VALUE.at(each.span, "this range has one value", label="nothing is varied")


# ---- how surely -------------------------------------------------------------------------------------------------


def _half_widths(block: Declaration, experiment: Experiment) -> Iterator[Diagnostic]:
    for until in all_of(block.body, studies.ReplicationsUntil):
        if until.half_width.value.value == 0:
            yield codes.NO_HALF_WIDTH.at(
                until.half_width.span, "no chance is ever known exactly", label="never reached"
            )
        if until.at_most is not None and until.at_most.value < FIRST_LOOK:
            yield codes.TOO_FEW_LOOKS.at(
                until.at_most.span,
                f"a half width is first looked at after {FIRST_LOOK} replications",
                label="never looked at",
                help=f"say `replications {until.at_most.value}`, or let it go on to {FIRST_LOOK} or more",
            )
        if experiment.find:
            yield codes.IDLE_HALF_WIDTH.at(
                until.span,
                "a search decides itself how often it runs",
                label="not looked at",
                help="say `replications N` for how often a variant is run at most",
            )


def _certainties(block: Declaration) -> Iterator[Diagnostic]:
    for find in all_of(block.body, studies.FindCheapest):
        for each in find.where:
            share = each.at_least.value.value
            if share in (0, 1):
                words = "is never proven by runs" if share else "keeps whatever happens"
                yield codes.CERTAIN_CHANCE.at(
                    each.at_least.span,
                    f"a chance of {each.at_least.value} {words}",
                    label="nothing can be decided",
                )


# ---- the cheapest -----------------------------------------------------------------------------------------------


def _searches(
    block: Declaration, experiment: Experiment, run: Sequence[Scenario], draft: Draft
) -> Iterator[Diagnostic]:
    find = last(block.body, studies.FindCheapest)
    if find is None:
        return
    if len(experiment.scenarios) * prod(len(each.choices) for each in experiment.vary) == 1:
        yield codes.NO_CHOICE.at(
            find.span,
            f"`{experiment.name}` runs a single variant",
            label="nothing to choose from",
            help="say what may be chosen: `vary desk.late agents 3 .. 8`, or more scenarios",
        )
        return
    runs = [what_if(draft.contract, each.name) for each in run]
    priced = [_priced(each) for each in runs]
    prices = {staff.name: staff.cost for each in priced for staff in each if staff.cost is not None}
    currencies = {money.currency for money in prices.values()}
    if len(currencies) > 1:
        yield codes.CURRENCIES_OF_STAFF.at(
            find.span,
            f"staff is paid in {' and '.join(sorted(currencies))}",
            label="which is cheaper?",
            secondary=[
                Label(span=draft.contract.staff[name].span, text=str(prices[name])) for name in prices
            ],
        )
    elif not prices and _is_readable(runs, draft):
        yield codes.SAME_COST.at(
            find.span,
            f"no staff of `{experiment.name}` has a cost",
            label="nothing is cheaper than another",
            help="say what an agent costs: `cost EUR 60 per agent hour` in the `staff`",
        )
    elif prices and not _differs(priced, experiment):
        yield codes.SAME_COST.at(
            find.span,
            f"every variant of `{experiment.name}` has the same rosters",
            label="nothing is cheaper than another",
            help="vary the agents of a shift whose staff has a cost",
        )


def _priced(what: WhatIf) -> list[Staff]:
    """Return the staff whose hours a scenario pays."""
    groups = groups_of(what.load)
    return [each for name, each in what.contract.staff.items() if name in groups and each.cost is not None]


def _differs(priced: Sequence[Sequence[Staff]], experiment: Experiment) -> bool:
    """Whether the rosters of two variants cost different money, as far as that is seen without a simulation."""
    if any(
        [_roster(each) for each in one] != [_roster(each) for each in other]
        for one, other in pairwise(priced)
    ):
        return True
    paid = {staff.name for each in priced for staff in each}
    varied = (
        (getattr(edit, "attribute", None), getattr(edit, "what", ""))
        for each in experiment.vary
        if len(each.choices) > 1
        for edit in each.choices[0].edits
    )
    return any(attribute == "agents" and what.partition(".")[0] in paid for attribute, what in varied)


def _roster(staff: Staff) -> Hashable:
    return staff.name, staff.cost, staff.shifts


def _is_readable(runs: Sequence[WhatIf], draft: Draft) -> bool:
    """Whether every staff was read to its end: a line that could not be read may be its cost."""
    groups = {group for each in runs for group in groups_of(each.load)}
    return all(each.whole for each in draft.reading.of_kind("staff") if each.name.text in groups)
