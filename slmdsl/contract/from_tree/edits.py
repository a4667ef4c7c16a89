"""From the edits of scenarios to what they change, typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, cast

from slmdsl.base.units import SECOND, Duration, Ratio
from slmdsl.contract.from_tree import metric_units
from slmdsl.contract.from_tree.loads import Surroundings, statements, streams_named
from slmdsl.contract.from_tree.populations import population
from slmdsl.contract.model import agreements as promised
from slmdsl.contract.model import studies as model
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree import studies as tree
from slmdsl.syntax.tree.common import Limit, Literal
from slmdsl.syntax.tree.targets import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from slmdsl.contract.model.agreements import Agreement
    from slmdsl.contract.model.work import Load, RateUnit, Step, Work
    from slmdsl.syntax.tree.common import Node
    from slmdsl.syntax.tree.targets import Bound

_TEAMS: Final = (kinds.TEAM, kinds.SUPPLIER)
_EDITED: Final = {
    "agents": (kinds.SHIFT,),
    "absence": _TEAMS,
    "lines": _TEAMS,
    "crew": (kinds.COMPONENT,),
}
"""What has a number of this name; another thing has a finding of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """What scenarios change, as it stands without them."""

    around: Surroundings
    agreements: Mapping[str, Agreement]
    loads: Mapping[str, Load]

    def target(self, name: str) -> promised.Target | None:
        """Return a target by its full name."""
        agreement = self.agreements.get(name.rpartition(".")[0])
        return (
            next((each for each in agreement.targets if each.qualified == name), None) if agreement else None
        )


def edits(body: Iterable[Node], load: Load | None, studied: Studied) -> Iterator[model.Edit]:
    """Yield what statements change in order; what names nothing of `load` is left out and has a finding of its own."""
    edited: dict[tuple[str, str], Step] = {}
    for each in body:
        if isinstance(each, tree.StepEdit):
            yield from _edited_step(each, load, studied, edited)
        else:
            yield from _edit(each, studied)


def _edited_step(
    said: tree.StepEdit, load: Load | None, studied: Studied, edited: dict[tuple[str, str], Step]
) -> Iterator[model.EditStep]:
    name = studied.around.reading.name(said.step)
    if name is None or load is None:
        return
    _, stream_name, step_name = name.split(".")
    stream = next((each for each in load.streams if each.name == stream_name), None)
    found = next((each for each in stream.steps if each.name == step_name), None) if stream else None
    if found is None:
        return
    before = edited.get((stream_name, step_name), found)
    changed = statements(said.body, studied.around)
    if "works" in changed:
        changed["works"] = (*changed["works"], *_kept(before.works, changed["works"]))
    step = replace(before, **changed)
    edited[stream_name, step_name] = step
    yield model.EditStep(stream=stream_name, step=step, span=said.span)


def _kept(before: Iterable[Work], said: Iterable[Work]) -> Iterator[Work]:
    """Yield the work of a step that an edit leaves: for priorities, or for all others, that it does not name."""
    named = {name for each in said for name in each.priorities or (None,)}
    for each in before:
        left = tuple(name for name in each.priorities if name not in named)
        if left or (not each.priorities and None not in named):
            yield replace(each, priorities=left)


def _edit(said: Node, studied: Studied) -> Iterator[model.Edit]:
    match said:
        case tree.Multiply():
            yield from _multiplied(said, studied)
        case tree.Strike():
            yield from _struck(said, studied)
        case tree.SetLimit() | tree.SetGoal() | tree.SetBound():
            yield from _of_target(said, studied)
        case tree.SetNumber() | tree.SetRate():
            yield from _of_work(said, studied)
        case _:
            pass


def _multiplied(said: tree.Multiply, studied: Studied) -> Iterator[model.Multiply]:
    selected = population(said.population, studied.around.reading)
    for stream in streams_named(selected):
        yield model.Multiply(
            stream=stream,
            population=selected,
            factor=said.factor.value,
            during=(said.during.first, said.during.last) if said.during else None,
            span=said.span,
        )


def _struck(said: tree.Strike, studied: Studied) -> Iterator[model.Strike]:
    name = studied.around.reading.name(said.what)
    if name is not None:
        yield model.Strike(what=name.rpartition(".")[2], at=said.at.at, span=said.span)


def _of_work(said: tree.SetNumber | tree.SetRate, studied: Studied) -> Iterator[model.Edit]:
    name = studied.around.reading.name(said.what)
    if name is None:
        return
    if isinstance(said, tree.SetRate):
        yield model.SetRate(
            stream=name.rpartition(".")[2],
            count=said.count.value,
            per=cast("RateUnit", said.per.value),
            span=said.span,
        )
    elif studied.around.reading.kind(said.what) in _EDITED[said.attribute.value]:
        number = said.value.value
        value = number.value if isinstance(number, Ratio) else Fraction(number)
        attribute = cast("model.NumberAttribute", said.attribute.value)
        yield model.SetNumber(what=name, attribute=attribute, value=value, span=said.span)


def _of_target(said: tree.SetLimit | tree.SetGoal | tree.SetBound, studied: Studied) -> Iterator[model.Edit]:
    name = studied.around.reading.name(said.what)
    target = studied.target(name) if name else None
    if name is None or target is None:
        return
    if isinstance(said, tree.SetGoal):
        if has_goal(target.form):
            yield model.SetGoal(target=name, goal=said.goal.value.value, span=said.span)
    elif isinstance(said, tree.SetLimit):
        if has_limit(target.form):
            limit = promised.Limit(duration=said.within.duration, end_of_day=said.within.end_of_day)
            yield model.SetLimit(target=name, limit=limit, span=said.span)
    elif (value := bound_in(said.bound, target.form)) is not None:
        yield model.SetBound(target=name, at_least=not said.bound.at_most, value=value, span=said.span)


def has_limit(form: promised.Form) -> bool:
    """Whether a form has a limit that is set by `within`."""
    return isinstance(form, promised.Within | promised.Restore)


def has_goal(form: promised.Form) -> bool:
    """Whether a form has a share of cases that is set by `for 90%`."""
    return isinstance(form, promised.Within | promised.Restore)


def bound_in(said: Bound, form: promised.Form) -> Fraction | Duration | None:
    """Return a bound in the unit of what it bounds; None where it has another one, or the form has no bound."""
    value = said.value
    if isinstance(form, promised.Statistic | promised.LongestOutage):
        return value.duration if isinstance(value, Limit) else None
    if isinstance(form, promised.Availability | promised.Share):
        return value.value.value if isinstance(value, Literal) else None
    if isinstance(form, promised.SampledMetric):
        return _measured(value, form.unit)
    if isinstance(form, promised.Count | promised.Ageing | promised.OutageCount | promised.Score):
        return value.number if isinstance(value, Quantity) and value.unit is None else None
    return None


def _measured(value: Literal[Ratio] | Limit | Quantity, unit: str) -> Fraction | None:
    """Return a bound in a metric's unit."""
    if isinstance(value, Literal):
        factor = metric_units.factor("%", unit)
        return factor and value.value.value * 100 * factor
    if isinstance(value, Limit):
        factor = metric_units.factor("s", unit)
        return (
            None
            if value.duration.business_days
            else factor and Fraction(value.duration.wall_us, SECOND) * factor
        )
    factor = metric_units.factor(value.unit, unit)
    return factor and value.number * factor
