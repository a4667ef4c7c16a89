"""Distributions as written, to what they are drawn with: what people know is solved for what a family needs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import log, log1p
from typing import TYPE_CHECKING, Any, Final, cast

from slmdsl.base.units import HOUR, Duration, plain
from slmdsl.contract import codes
from slmdsl.contract.from_tree.spreads import FAMILIES, Figure, solve
from slmdsl.contract.model.distributions import Measured, MixOf, Solved
from slmdsl.syntax.tree import distributions as said_as

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slmdsl.base.diagnostics import Diagnostic
    from slmdsl.contract.from_tree.spreads import Solutions, SpreadFamily
    from slmdsl.contract.model.distributions import Distribution, Family, Unit

_IN_ORDER: Final = {
    "constant": ("value",),
    "exponential": ("mean",),
    "gamma": ("shape", "scale"),
    "weibull": ("shape", "scale"),
    "uniform": ("min", "max"),
    "triangular": ("min", "mode", "max"),
    "pert": ("min", "mode", "max"),
    "geometric": ("mean",),
}
"""What parameters without a name are. A lognormal's are told apart by nobody: it has none."""

_KNOWN: Final = {
    "constant": "value",
    "exponential": "mean median rate quantile",
    "lognormal": "mean median sd quantile",
    "gamma": "mean median sd quantile shape scale rate",
    "weibull": "mean median sd quantile shape scale",
    "uniform": "min max",
    "triangular": "min mode max",
    "pert": "min mode max",
    "geometric": "mean",
}

_HELP: Final = {
    "constant": "`constant(1 h)`, or just `1 h`",
    "exponential": "an exponential is known by one of `mean`, `median`, `pNN` and `rate`",
    "lognormal": "a lognormal is known by two of `mean`, `median`, `sd` and `pNN`, such as `median 2 h, p90 5 h`",
    "gamma": "a gamma is known by two of `mean`, `median`, `sd`, `pNN`, `shape` and `scale` or `rate`",
    "weibull": "a Weibull is known by two of `mean`, `median`, `sd`, `pNN`, `shape` and `scale`",
    "uniform": "`uniform(min 2 h, max 4 h)`",
    "triangular": "`triangular(min 1 h, mode 2 h, max 6 h)`",
    "pert": "`pert(min 1 h, mode 2 h, max 6 h)`",
    "geometric": "`geometric(mean 1.4)`: how many on average, at least 1",
}

_MAY_BE_ZERO: Final = {"value", "min", "mode", "max"}
_PURE_NUMBERS: Final = {"shape", "rate"}
"""Parameters that are numbers even where the distribution is one of times; a rate is per hour then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDistribution:
    """What a distribution means, None where it makes no sense, and what there is to say about it."""

    distribution: Distribution | None
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """One parameter: `kind` is its name or `quantile`, then at `level`; `value` in the distribution's unit."""

    kind: str
    level: float
    value: float
    node: said_as.Parameter

    @property
    def figure(self) -> Figure:
        return Figure(self.kind, self.level)

    @property
    def words(self) -> str:
        return self.node.name or self.kind


class _Unclear(Exception):  # noqa: N818 - it is no error of the program, and never leaves this module
    """Carries the one finding of a distribution to where it is read."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def resolved_distribution(node: said_as.Distribution, *, counts: bool) -> Distribution | None:
    """Return what a distribution means, None where it makes no sense: then `check` has told why.

    Args:
        node: the distribution as written.
        counts: whether it says how many, not how long.
    """
    return read_distribution(node, counts=counts).distribution


def read_distribution(node: said_as.Distribution, *, counts: bool) -> ReadDistribution:
    """Return what a distribution means, and what there is to say about it: one finding for each that makes no sense."""
    if isinstance(node, said_as.Mix):
        return _mix(node, counts=counts)
    if isinstance(node, said_as.Empirical):
        unit: Unit = "count" if counts else "time"
        return ReadDistribution(
            distribution=Measured(file=node.file.value, column=node.column.value, unit=unit, span=node.span)
        )
    try:
        return (
            _always(node, counts=counts) if isinstance(node, said_as.Always) else _named(node, counts=counts)
        )
    except _Unclear as unclear:
        return ReadDistribution(distribution=None, findings=(unclear.finding,))


def _mix(node: said_as.Mix, *, counts: bool) -> ReadDistribution:
    read = [read_distribution(part.distribution, counts=counts) for part in node.parts]
    findings = [finding for part in read for finding in part.findings]
    parts = [
        (said.share.value.value, part.distribution)
        for said, part in zip(node.parts, read, strict=True)
        if part.distribution is not None
    ]
    if len(parts) < len(read) or sum(share for share, _ in parts) <= 0:
        return ReadDistribution(distribution=None, findings=tuple(findings))
    unit = parts[0][1].unit
    for said, (_, part) in zip(node.parts, parts, strict=True):
        if part.unit != unit:
            findings.append(_two_units(said, "its first part"))
            return ReadDistribution(distribution=None, findings=tuple(findings))
    mix = MixOf(parts=tuple(parts), unit=unit, span=node.span)
    return ReadDistribution(distribution=mix, findings=tuple(findings))


def _two_units(node: Any, other: str) -> Diagnostic:  # noqa: ANN401 - a parameter or a part
    return codes.TWO_KINDS_OF_DAYS.at(
        node.span,
        f"business days and clock time do not mix: {other} is counted otherwise",
        label="another unit",
        help="say all of a distribution in business days, or all in hours and days",
    )


def _always(node: said_as.Always, *, counts: bool) -> ReadDistribution:
    value = node.duration.value
    if counts:
        raise _Unclear(_wrong_unit(node.duration, number=True))
    unit: Unit = "business_days" if value.business_days else "time"
    return ReadDistribution(
        distribution=Solved(family="constant", parameters=(_length(value),), unit=unit, span=node.span)
    )


def _length(duration: Duration) -> float:
    """Return microseconds, or business days where it is said in them."""
    return float(duration.business_days) if duration.business_days else float(duration.wall_us)


def _wrong_unit(value: Any, *, number: bool) -> Diagnostic:  # noqa: ANN401 - the literal of anything
    words = "a number" if number else "a duration such as `4 h`"
    return codes.WRONG_UNIT.at(value.span, f"this parameter is {words}", label="another unit")


def _named(node: said_as.NamedDistribution, *, counts: bool) -> ReadDistribution:
    family = node.family.value
    if family == "geometric" and not counts:
        raise _Unclear(
            codes.COUNT_OF_TIME.at(
                node.span,
                "a geometric distribution says how many, not how long",
                label="used for a time",
                help="a time that may end at any moment is `exponential(mean ...)`",
            )
        )
    named = _kinds(node)
    unit = _unit(named, counts=counts)
    known = [
        _Known(kind=kind, level=_level(said), value=_value(kind, said, unit), node=said)
        for kind, said in named
    ]
    for each in known:
        _check_sign(each)
    findings: tuple[Diagnostic, ...] = ()
    if family in FAMILIES:
        parameters, findings = _by_spread(node, known)
    elif family == "exponential":
        parameters = (_exponential_mean(known[0]),)
    else:
        parameters = _in_order(node, known)
    solved = Solved(family=cast("Family", family), parameters=parameters, unit=unit, span=node.span)
    return ReadDistribution(distribution=solved, findings=findings)


def _kinds(node: said_as.NamedDistribution) -> list[tuple[str, said_as.Parameter]]:
    """Return what each parameter is, once it is clear that they are the right ones for the family."""
    family = node.family.value
    bare = iter(_IN_ORDER.get(family, ()))
    named: list[tuple[str, said_as.Parameter]] = []
    seen: set[tuple[str, float]] = set()
    for said in node.parameters:
        kind = _kind(said, bare)
        if kind is None or kind not in _KNOWN[family].split():
            raise _Unclear(_unfit(family, said))
        place = ("quantile", 0.5) if kind == "median" else (kind, _level(said))
        if place in seen:
            raise _Unclear(
                codes.PARAMETER_TWICE.at(said.span, f"`{said.name or kind}` is said twice", label="again")
            )
        seen.add(place)
        named.append((kind, said))
    if len(named) > _needed(family):
        extra = named[_needed(family)][1]
        message = f"{_needed(family)} known, the rest follows: this is one too many"
        raise _Unclear(codes.PARAMETER_COUNT.at(extra.span, message, label="too many", help=_HELP[family]))
    if len(named) < _needed(family):
        message = f"`{family}` needs {_needed(family)} parameters, not {len(named)}"
        raise _Unclear(codes.PARAMETER_COUNT.at(node.span, message, label="too few", help=_HELP[family]))
    return _with_one_scale(named)


def _with_one_scale(named: list[tuple[str, said_as.Parameter]]) -> list[tuple[str, said_as.Parameter]]:
    kinds = [kind for kind, _ in named]
    if "scale" in kinds and "rate" in kinds:
        message = "`rate` is 1 / `scale`: both say the same"
        raise _Unclear(codes.PARAMETER_TWICE.at(named[1][1].span, message, label="again"))
    return named


def _kind(said: said_as.Parameter, bare: Iterable[str]) -> str | None:
    if said.name is None:
        return next(iter(bare), None)
    return "quantile" if said.name[1:2].isdigit() else said.name


def _unfit(family: str, said: said_as.Parameter) -> Diagnostic:
    what = f"`{said.name}`" if said.name else "a parameter without a name"
    return codes.PARAMETER_UNFIT.at(
        said.span, f"`{family}` has no place for {what}", label="does not fit", help=_HELP[family]
    )


def _needed(family: str) -> int:
    return 2 if family in FAMILIES else len(_IN_ORDER[family])


def _level(said: said_as.Parameter) -> float:
    """Return the level of a quantile, 0 for anything else."""
    if said.name == "median":
        return 0.5
    if said.name is None or not said.name[1:2].isdigit():
        return 0.0
    level = Fraction(said.name[1:]) / 100
    if level <= 0:
        message = f"there is no quantile of {plain(level * 100)}%"
        raise _Unclear(codes.QUANTILE_RANGE.at(said.span, message, help="p50 is the median"))
    return float(level)


def _unit(named: Iterable[tuple[str, said_as.Parameter]], *, counts: bool) -> Unit:
    """Return the unit that all parameters share, once each is what it should be: a number or a duration."""
    units: dict[Unit, said_as.Parameter] = {}
    for kind, said in named:
        number = counts or kind in _PURE_NUMBERS
        if not isinstance(said.value.value, Fraction if number else Duration):
            raise _Unclear(_wrong_unit(said.value, number=number))
        if kind == "rate" and not counts:
            units.setdefault("time", said)
        elif isinstance(said.value.value, Duration) and said.value.value != Duration():
            units.setdefault("business_days" if said.value.value.business_days else "time", said)
    if len(units) > 1:
        first, other = units.values()
        raise _Unclear(_two_units(other, f"`{first.name or 'the first parameter'}`"))
    return "count" if counts else next(iter(units), "time")


def _value(kind: str, said: said_as.Parameter, unit: Unit) -> float:
    value = said.value.value
    if isinstance(value, Duration):
        return _length(value)
    return float(value) / HOUR if kind == "rate" and unit == "time" else float(value)


def _check_sign(known: _Known) -> None:
    if known.value > 0.0 or (known.value == 0.0 and known.kind in _MAY_BE_ZERO):
        return
    if known.kind == "sd" and known.value == 0.0:
        raise _Unclear(_no_spread(known.node))
    message = "this must not be negative" if known.kind in _MAY_BE_ZERO else "this must be more than nothing"
    raise _Unclear(
        codes.NOT_POSITIVE.at(known.node.value.span, message, label="below zero" if known.value else "zero")
    )


def _no_spread(node: said_as.Parameter) -> Diagnostic:
    return codes.NO_SPREAD.at(
        node.span,
        "this leaves no spread to speak of",
        label="nearly always the same",
        help="what is always the same is `constant(...)`",
    )


def _exponential_mean(known: _Known) -> float:
    if known.kind == "rate":
        return 1.0 / known.value
    return known.value if known.kind == "mean" else -known.value / log1p(-known.level)


def _in_order(node: said_as.NamedDistribution, known: Iterable[_Known]) -> tuple[float, ...]:
    """Return the parameters of a family that is drawn with what is said, in the family's order."""
    by_kind = {each.kind: each for each in known}
    ordered = [by_kind[kind] for kind in _IN_ORDER[node.family.value]]
    for one, other in pairwise(ordered):
        if one.value > other.value:
            message = f"`{other.kind}` lies below `{one.kind}`"
            raise _Unclear(codes.ENDS_OUT_OF_ORDER.at(other.node.span, message, label="too small"))
    if len(ordered) > 1 and ordered[0].value == ordered[-1].value:
        raise _Unclear(_no_spread(ordered[-1].node))
    if node.family.value == "geometric" and ordered[0].value < 1.0:
        message = "whatever comes, at least one comes: the mean is not below 1"
        raise _Unclear(codes.GEOMETRIC_MEAN.at(ordered[0].node.span, message, label="below 1"))
    return tuple(each.value for each in ordered)


def _by_spread(
    node: said_as.NamedDistribution, known: list[_Known]
) -> tuple[tuple[float, ...], tuple[Diagnostic, ...]]:
    """Return shape and scale (or mu and sigma) from two figures, and a note where two spreads fit."""
    known = [_as_scale(each) for each in known]
    family = FAMILIES[node.family.value]
    shape = next((each for each in known if each.kind == "shape"), None)
    if shape is not None:
        other = known[1] if known[0] is shape else known[0]
        spread = shape.value**-0.5 if node.family.value == "gamma" else 1.0 / shape.value
        if not family.least <= spread <= family.most:
            raise _Unclear(_absurd(shape, family, node.family.value))
        return family.parameters(spread, other.value / family.figure(other.figure, spread)), ()
    upper, lower = _ordered(known)
    found = solve(family, upper.figure, lower.figure, upper.value / lower.value)
    if not found.spreads:
        raise _Unclear(_no_solution(node.family.value, upper, lower, found, family))
    spread = found.spreads[0]
    parameters = family.parameters(spread, lower.value / family.figure(lower.figure, spread))
    return parameters, _told_of_two(node.family.value, upper, lower, found, family)


def _as_scale(known: _Known) -> _Known:
    if known.kind == "rate":
        return _Known(kind="scale", level=0.0, value=1.0 / known.value, node=known.node)
    if known.kind == "median":
        return _Known(kind="quantile", level=0.5, value=known.value, node=known.node)
    return known


_RANKS: Final = {"mean": 1, "scale": 1, "sd": 3}


def _ordered(known: Iterable[_Known]) -> tuple[_Known, _Known]:
    """Return both figures, the one that is told relative to the other first: sd to mean, p90 to mean, p90 to p50."""
    lower, upper = sorted(known, key=lambda each: (_RANKS.get(each.kind, 2), each.level))
    if lower.kind == upper.kind == "quantile" and upper.value < lower.value:
        message = f"`{upper.words}` lies below `{lower.words}`"
        raise _Unclear(codes.QUANTILES_OUT_OF_ORDER.at(upper.node.span, message, label="too small"))
    if lower.kind == upper.kind == "quantile" and upper.value == lower.value:
        raise _Unclear(_no_spread(upper.node))
    return upper, lower


def _no_solution(
    family: str, upper: _Known, lower: _Known, found: Solutions, believed: SpreadFamily
) -> Diagnostic:
    """Say which proportion is wanted, and which there are."""
    proportion = upper.value / lower.value
    above = proportion > found.most
    bound, place = (found.most, found.most_at) if above else (found.least, found.least_at)
    if place == believed.most or (place == believed.least and lower.kind == "scale"):
        return _absurd(upper, believed, family)
    if place == believed.least:
        hardly = upper.kind == "sd" or abs(log(proportion)) < 2 * believed.most * believed.least
        return _no_spread(upper.node) if hardly else _other_side(family, upper, lower, above=above)
    side = "at most" if above else "at least"
    return codes.NO_SUCH_SPREAD.at(
        upper.node.span,
        f"no {_TITLES[family]} has a `{upper.words}` of {proportion:.4g} times its `{lower.words}`: "
        f"it is {side} {bound:.4g} times",
        label=f"{side} {_value_words(bound * lower.value, upper)} with this {lower.words}",
        help=_ALWAYS_TOGETHER,
    )


_ALWAYS_TOGETHER: Final = "say what was measured: a median and a quantile always go together"


def _other_side(family: str, upper: _Known, lower: _Known, *, above: bool) -> Diagnostic:
    side = "below" if above else "above"
    return codes.NO_SUCH_SPREAD.at(
        upper.node.span,
        f"the `{upper.words}` of a {_TITLES[family]} lies {side} its `{lower.words}`",
        label="too large" if above else "too small",
        help=_ALWAYS_TOGETHER,
    )


def _value_words(value: float, like: _Known) -> str:
    said = like.node.value.value
    if isinstance(said, Duration):
        if said.business_days:
            return f"{value:.4g} business days"
        for unit, words in ((24 * HOUR, "days"), (HOUR, "h"), (HOUR // 60, "min")):
            if value >= 2 * unit:
                return f"{value / unit:.4g} {words}"
        return f"{value * 3600 / HOUR:.4g} s"
    return f"{value:.4g}"


_TITLES: Final = {"lognormal": "lognormal", "gamma": "gamma distribution", "weibull": "Weibull distribution"}


def _absurd(known: _Known, believed: SpreadFamily, family: str) -> Diagnostic:
    return codes.ABSURD_SPREAD.at(
        known.node.span,
        f"the spread of this {_TITLES[family]} is beyond belief",
        label=_SPREAD_WORDS[family].format(least=believed.least, most=believed.most),
        help="a value that hardly varies is `constant(...)`; one that varies more is a `mix(...)`",
    )


_SPREAD_WORDS: Final = {
    "lognormal": "sigma is believed from {least:g} to {most:g}",
    "gamma": "sd / mean is believed from {least:g} to {most:g}",
    "weibull": "1 / shape is believed from {least:g} to {most:g}",
}


_CLOSE_MEDIANS: Final = 2.0
_FAR_FETCHED: Final = 15.0


def _told_of_two(
    family: str, upper: _Known, lower: _Known, found: Solutions, believed: SpreadFamily
) -> tuple[Diagnostic, ...]:
    """Say so where a second distribution fits, is not far-fetched (p90 / median), and would make a difference."""
    if len(found.spreads) == 1:
        return ()
    middle, tail = Figure("quantile", 0.5), Figure("quantile", 0.9)
    mine, others = (
        lower.value * believed.figure(middle, spread) / believed.figure(lower.figure, spread)
        for spread in found.spreads[:2]
    )
    reach = believed.figure(tail, found.spreads[1]) / believed.figure(middle, found.spreads[1])
    if reach > _FAR_FETCHED or mine < _CLOSE_MEDIANS * others:
        return ()
    message = f"two {_TITLES[family]}s have this `{lower.words}` and `{upper.words}`: the one that varies less is taken"
    label = f"its median is {_value_words(mine, lower)}, not {_value_words(others, lower)}"
    help_line = "a median and a quantile tell which"
    return (codes.TWO_SPREADS.at(upper.node.span, message, label=label, help=help_line),)
