"""When is enough known: which variants are simulated next, decided at replication numbers, never by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from slmdsl.stats.looks import is_narrow, next_look

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slmdsl.contract.model.studies import Until
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.running.tally import Kept, Tally


class Look(NamedTuple):
    """Which variants are simulated next, in which replications; `fresh` ones only confirm what was found."""

    variants: tuple[str, ...]
    numbers: range
    fresh: bool = False


def fixed(variants: Sequence[str], setting: Setting) -> Iterator[Look]:
    """Yield the only look: so many replications of everything."""
    yield Look(tuple(variants), range(setting.replications))


def until_narrow(
    variants: Sequence[str], setting: Setting, until: Until, tallies: Mapping[str, Tally]
) -> Iterator[Look]:
    """Yield looks until every variant's chance is known to the wanted half width, or was run as often as it may be.

    A variant goes on for itself: replications 0 .. 59, then 20 more at a time. One that is not judged by what the half
    width is of has no interval, and is run as often as it may be.
    """
    on = tuple(variants)
    done, most = 0, setting.replications
    while on and done < most:
        end = next_look(done, most)
        yield Look(on, range(done, end))
        done = end
        on = tuple(name for name in on if not _is_narrow(tallies[name], until, setting))


def _is_narrow(tally: Tally, until: Until, setting: Setting) -> bool:
    found = chance_of(tally, until.of, float(setting.confidence))
    return found is not None and is_narrow(found, float(until.half_width))


def chance_of(tally: Tally, promise: str, confidence: float, *, throughout: bool = False) -> Interval | None:
    """Return the chance of an agreement or a target (by its qualified name); None where nothing was judged."""
    kept = kept_of(tally, promise)
    if kept is None:
        return None
    return kept.throughout(confidence) if throughout else kept.chance(confidence)


def kept_of(tally: Tally, promise: str) -> Kept | None:
    """Return how often an agreement or a target was kept; None where nothing was judged."""
    if promise in tally.agreements:
        return tally.agreements[promise]
    target = tally.targets.get(promise)
    return None if target is None else target.kept
