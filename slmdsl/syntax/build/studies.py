"""Builders of `scenario` and `experiment`: `grammar/studies.lark`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slmdsl.base.units import Duration, Ratio
from slmdsl.syntax.build import values
from slmdsl.syntax.build.common import limit_of
from slmdsl.syntax.build.rules import made, mention, node, several, words
from slmdsl.syntax.tree import kinds
from slmdsl.syntax.tree import studies as tree
from slmdsl.syntax.tree.common import Literal, Ref
from slmdsl.syntax.tree.targets import Bound, Quantity

if TYPE_CHECKING:
    from fractions import Fraction

    from slmdsl.base.spans import Span
    from slmdsl.syntax.tokens import Token

# ---- scenarios --------------------------------------------------------------------------------------------------

uses_load = made(tree.UsesLoad, "load")
load_mention = mention(kinds.LOAD)
uses_slas = made(tree.UsesSlas, "agreements")
multiply = made(tree.Multiply, "population", "factor", "during")
during = node(lambda _span, days: days)
edited = mention(kinds.TARGET, kinds.SHIFT, kinds.TEAM, kinds.STREAM, kinds.STEP, kinds.COMPONENT)
attribute = words
struck = mention(kinds.CAUSE, kinds.RISK)
strike = made(tree.Strike, "what", "at")
without = node(lambda span, *what: tree.Without(what=what, span=span))
without_risks = node(lambda span: tree.WithoutRisks(span=span))
edited_step = mention(kinds.STEP)
step_edit = node(lambda span, step: tree.StepEdit(step=step, body=(), span=span))
starts_empty = node(lambda span: tree.StartsEmpty(span=span))
starts_with_open = made(tree.StartsWithOpenTickets, "source")
source = mention(kinds.SOURCE)
set_count = made(tree.SetNumber, "what", "attribute", "value")
set_goal = made(tree.SetGoal, "what", "goal")
set_rate = made(tree.SetRate, "what", "count", "per")


@node
def set_within(span: Span, what: Ref, duration: Literal[Duration]) -> tree.SetLimit:
    """Build `set acme_gold.p1_fix within 2 h`."""
    return tree.SetLimit(what=what, within=limit_of(duration), span=span)


@node
def set_by_end(span: Span, what: Ref, duration: Literal[Duration]) -> tree.SetLimit:
    """Build `set acme_gold.p1_fix by end of 2 business days`."""
    return tree.SetLimit(what=what, within=limit_of(duration, end_of_day=True), span=span)


def _set_bound(*, at_most: bool) -> Any:  # noqa: ANN401 - a builder
    def build(span: Span, what: Ref, value: Any) -> tree.SetBound:  # noqa: ANN401 - of any unit
        bound = Bound(at_most=at_most, value=_compared(value), span=value.span)
        return tree.SetBound(what=what, bound=bound, span=span)

    return node(build)


def _compared(value: Any) -> Any:  # noqa: ANN401 - of any unit
    """Return what a bound compares with: a time is a limit, a bare number a quantity."""
    if isinstance(value, Quantity) or isinstance(value.value, Ratio):
        return value
    if isinstance(value.value, Duration):
        return limit_of(value)
    return Quantity(number=value.value, unit=None, span=value.span)


set_at_most = _set_bound(at_most=True)
set_at_least = _set_bound(at_most=False)


def _set_number(attribute: str) -> Any:  # noqa: ANN401 - a builder
    def build(span: Span, what: Ref, value: Any) -> tree.SetNumber:  # noqa: ANN401 - a count or a share
        return tree.SetNumber(
            what=what, attribute=Literal(value=attribute, span=span), value=value, span=span
        )

    return node(build)


set_absence = _set_number("absence")
set_crew = _set_number("crew")

# ---- experiments ------------------------------------------------------------------------------------------------

scenario = mention(kinds.SCENARIO)
scenarios = node(lambda span, *names: tree.Scenarios(scenarios=names, span=span))
warm_up = node(lambda _span, duration: duration)
replications = made(tree.Replications, "count")
replications_until = made(tree.ReplicationsUntil, "of", "half_width", "at_most")
at_most_count = node(lambda _span, count: count)
promised = mention(kinds.AGREEMENT, kinds.TARGET)
seed = made(tree.Seed, "seed")
confidence = made(tree.Confidence, "level")
indifference = made(tree.Indifference, "points")
tick = made(tree.Tick, "length")
with_uncertainty = made(tree.WithUncertainty)
vary = node(lambda span, *ranges: tree.Vary(ranges=ranges, span=span))
find_cheapest = node(lambda span, *where: tree.FindCheapest(where=where, span=span))


@node
def horizon(span: Span, first: Token, last: Token, warm_up: Literal[Duration] | None = None) -> tree.Horizon:
    """Build `horizon 2027-01-01 .. 2027-12-31, warm up 4 weeks`."""
    return tree.Horizon(first=values.date_of(first), last=values.date_of(last), warm_up=warm_up, span=span)


# ---- what is varied ---------------------------------------------------------------------------------------------

vary_number = made(tree.VaryNumber, "what", "attribute", "first", "last", "step")
vary_factor = made(tree.VaryFactor, "population", "first", "last", "step", "during")
vary_without = made(tree.VaryWithout, "what")
vary_without_risks = made(tree.VaryWithoutRisks)
percents = several
rate_step = node(lambda _span, number: (number,))


@node
def vary_crew(
    span: Span, what: Ref, first: Literal[int], last: Literal[int], step: Literal[int] | None = None
) -> tree.VaryNumber:
    """Build `hosting.east crew of 1 .. 3`."""
    crew = Literal(value="crew", span=span)
    return tree.VaryNumber(what=what, attribute=crew, first=first, last=last, step=step, span=span)


@node
def vary_rate(
    span: Span,
    what: Ref,
    first: Literal[Fraction],
    last: Literal[Fraction],
    *rest: Any,  # noqa: ANN401 - a step, if one is said, and a unit
) -> tree.VaryRate:
    """Build `autumn.laptop rate 6 .. 12 step 2 per day`."""
    *steps, per = rest
    step = steps[0][0] if steps else None
    return tree.VaryRate(what=what, first=first, last=last, step=step, per=per, span=span)


def _vary_limit(*, end_of_day: bool) -> Any:  # noqa: ANN401 - a builder
    def build(
        span: Span,
        what: Ref,
        first: Literal[Duration],
        last: Literal[Duration],
        step: Literal[Duration] | None = None,
    ) -> tree.VaryLimit:
        ends = (limit_of(each, end_of_day=end_of_day) for each in (first, last))
        return tree.VaryLimit(what=what, first=next(ends), last=next(ends), step=step, span=span)

    return node(build)


vary_limit = _vary_limit(end_of_day=False)
vary_by_end = _vary_limit(end_of_day=True)


def _vary_share(attribute: str) -> Any:  # noqa: ANN401 - a builder
    def build(span: Span, what: Ref, percents: tuple[Literal[Ratio], ...]) -> tree.VaryShare:
        first, last, step = percents
        said = Literal(value=attribute, span=span)
        return tree.VaryShare(what=what, attribute=said, first=first, last=last, step=step, span=span)

    return node(build)


vary_goal = _vary_share("for")
vary_at_most = _vary_share("at most")
vary_at_least = _vary_share("at least")
vary_absence = _vary_share("absence")

# ---- what is looked for -----------------------------------------------------------------------------------------


def _chance(*, throughout: bool) -> Any:  # noqa: ANN401 - a builder
    def build(span: Span, of: Ref, at_least: Literal[Ratio]) -> tree.Chance:
        return tree.Chance(of=of, at_least=at_least, throughout=throughout, span=span)

    return node(build)


chance = _chance(throughout=False)
chance_throughout = _chance(throughout=True)
