"""What a search for the cheapest found, in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slmdsl.report.charts.words import counted, money
from slmdsl.report.study_words import chance_words, level, listed, percent, wanted_words
from slmdsl.study.compared.comparing import monthly_cost, whole_cost, whole_cost_difference
from slmdsl.study.running.cheapest import State
from slmdsl.study.running.looks import chance_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.contract.model.studies import Wanted
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.running.cheapest import Candidate, Search
    from slmdsl.study.running.study import Study
    from slmdsl.study.running.tally import Tally

_FATES = (
    (State.KEEPS, "keeps", "keep"),
    (State.FAILS, "fails", "fail"),
    (State.TOO_CLOSE, "is too close to call", "are too close to call"),
    (State.DEARER, "was left out as not cheaper", "were left out as not cheaper"),
    (State.OPEN, "is not decided yet", "are not decided yet"),
    (State.UNJUDGED, "has nothing to be judged by", "have nothing to be judged by"),
    (State.OVERLOADED, "is overloaded and was not simulated", "are overloaded and were not simulated"),
)


def search_answers(study: Study, search: Search) -> Iterator[str]:
    """Yield the cheapest that keeps with its confirmation, or how near any came; then what became of the others."""
    asked = " and ".join(map(wanted_words, search.wanted))
    if study.interrupted:
        known = ": the cheapest that is known by now need not be the cheapest" if is_priced(search) else ""
        yield f"The search for {asked} was interrupted{known}."
    best = found_by(search)
    if best is not None:
        which = "cheapest that keeps" if is_priced(search) else "first that is known to keep"
        yield f"The {which} {asked} is `{best.name}`{_cost(study, best)}."
        if not is_priced(search):
            yield "Nobody's hours have a price, so all cost the same: say `cost` in `staff` to know which is cheapest."
        yield from _confirmed(study, search)
        yield from _cheaper(study, search, best)
        yield from _what_costs(study, best)
        yield from _cheaper_in_all(study, search, best)
    elif search.too_close:
        yield f"Nothing is known to keep {asked}, and {counted(len(search.too_close), 'variant')} may."
        which = "cheapest" if is_priced(search) else "first"
        yield f"The {which} of them is {_standing(study, search, search.too_close[0])}."
    else:
        yield f"{'Nothing is known to keep' if study.interrupted else 'Nothing keeps'} {asked}."
        yield from _nearest(study, search)
    yield f"Of {counted(len(search.candidates), 'variant')}, {_fates(search)}."


def is_priced(search: Search) -> bool:
    """Whether any of the candidates has a cost, so that there is a cheapest."""
    return any(each.minor for each in search.candidates)


def found_by(search: Search) -> Candidate | None:
    """Return the cheapest that keeps, also where a search was interrupted before it was confirmed."""
    return search.best or next((each for each in search.candidates if each.state is State.KEEPS), None)


def named_by(study: Study, search: Search) -> Candidate | None:
    """Return the candidate that the answer names: what was found, else the cheapest that may keep, else the nearest."""
    found = found_by(search) or next(iter(search.too_close), None)
    return found or search.nearest(study.tallies, float(study.setting.confidence))


def _what_costs(study: Study, best: Candidate) -> Iterator[str]:
    """Yield what is in the cost that the search goes by, and what all costs."""
    if not _cost(study, best):
        return
    tally = study.tallies[best.name]
    minor, currency = whole_cost(tally, study.trials[best.name].plan)
    said = "The search goes by the rosters within the horizon, whose cost is known before the run;"
    if minor is None or currency is None:
        yield f"{said} overtime, work on call, contingencies and credits are not in it."
    else:
        yield (
            f"{said} with overtime, work on call and contingencies it is {money(minor, currency)} a month in all, by"
            f" {counted(tally.replications, 'replication')}. Credits are in neither."
        )


def _cheaper_in_all(study: Study, search: Search, best: Candidate) -> Iterator[str]:
    """Yield which candidate costs less in all than the best, of those that keep or were left out as not cheaper.

    Only where the range of the difference says so, and not of one that seems to fail.
    """
    mine, plan = study.tallies[best.name], study.trials[best.name].plan
    confidence = float(study.setting.confidence)
    less = [
        (found[0].value, each, found)
        for each in search.candidates
        if each is not best
        and each.state in {State.KEEPS, State.DEARER}
        and not _seems_to_fail(study, search, each)
        and (found := whole_cost_difference(mine, study.tallies[each.name], plan, confidence)) is not None
        and found[0].high < 0
    ]
    if not less:
        return
    _, other, (saved, count) = min(less, key=lambda each: each[0])
    _, currency = whole_cost(mine, plan)
    value, low, high = (money(-each, currency or "") for each in (saved.value, saved.high, saved.low))
    keeps = (
        "keeps as well"
        if other.state is State.KEEPS
        else "was left out before it was decided whether it keeps"
    )
    yield (
        f"In all, `{other.name}` costs {value} a month less ({low} to {high}, by {count:,} replications that both"
        f" have), though its rosters cost no less. It {keeps}: {_standing(study, search, other)}."
    )


def _seems_to_fail(study: Study, search: Search, candidate: Candidate) -> bool:
    """Whether nothing was judged of a candidate, or a range lies below what is wanted."""
    tally = study.tallies[candidate.name]
    found = [(_chance(study, tally, each), float(each.at_least)) for each in search.wanted]
    return any(chance is None or chance.high < least for chance, least in found)


def _cost(study: Study, candidate: Candidate) -> str:
    """Return what the rosters of a candidate cost a month, as a clause; none without one price in one currency."""
    trial = study.trials.get(candidate.name)
    minor, currency = (None, None) if trial is None else monthly_cost(trial.plan)
    if minor is None or currency is None:
        return ""
    return f", whose rosters cost {money(minor, currency)} a month"


def _chance(study: Study, tally: Tally, wanted: Wanted) -> Interval | None:
    return chance_of(tally, wanted.of, float(study.setting.confidence), throughout=wanted.throughout)


def _confirmed(study: Study, search: Search) -> Iterator[str]:
    """Yield what fresh replications of the best say, and whether they contradict the search."""
    fresh = search.confirmed
    if fresh is None or not fresh.replications:
        return
    for wanted in search.wanted:
        found, least = _chance(study, fresh, wanted), float(wanted.at_least)
        if found is None:
            continue
        words = f"On {fresh.replications:,} fresh replications `{wanted.of}` has {chance_words(found)}"
        if found.high < least:
            yield (
                f"{words}: this contradicts the search, for it is less than {level(least)}. Do not build on it:"
                " look at the next dearer variant, or simulate more replications."
            )
        elif found.low < least:
            yield f"{words}, which agrees with {level(least)} and does not prove it."
        else:
            yield f"{words}: confirmed."


def _cheaper(study: Study, search: Search, best: Candidate) -> Iterator[str]:
    """Yield which cheaper candidates may keep as well."""
    cheaper = [each for each in search.too_close if each.minor < best.minor]
    if cheaper:
        words = [_standing(study, search, each) for each in cheaper]
        yield f"Cheaper and too close to call: {listed(words)}."


def _standing(study: Study, search: Search, candidate: Candidate) -> str:
    """Return a candidate with its cost and the chances that it has."""
    tally = study.tallies[candidate.name]
    found = [(each, _chance(study, tally, each)) for each in search.wanted]
    several = len(found) > 1
    chances = [
        f"`{wanted.of}` {chance_words(chance)}" if several else chance_words(chance)
        for wanted, chance in found
        if chance is not None
    ]
    return f"`{candidate.name}`{_cost(study, candidate)}, with {' and '.join(chances) or 'nothing judged'}"


def _nearest(study: Study, search: Search) -> Iterator[str]:
    """Yield what came nearest, and the target that binds it."""
    confidence = float(study.setting.confidence)
    nearest = search.nearest(study.tallies, confidence)
    if nearest is None:
        return
    yield f"Nearest comes {_standing(study, search, nearest)}."
    tally = study.tallies[nearest.name]
    for wanted in search.wanted:
        if wanted.of not in tally.agreements:
            continue
        chances = {
            name: found.value
            for name, target in tally.targets.items()
            if name.partition(".")[0] == wanted.of
            and (found := (target.kept.throughout if wanted.throughout else target.kept.chance)(confidence))
        }
        if chances:
            least = min(chances, key=chances.__getitem__)
            yield f"What binds it is `{least}`, kept with a chance of {percent(chances[least])}."


def _fates(search: Search) -> str:
    """Return how many candidates kept, failed, and were left out for which reason."""
    states = [each.state for each in search.candidates]
    told = [
        f"{states.count(state):,} {one if states.count(state) == 1 else many}"
        for state, one, many in _FATES
        if state in states
    ]
    return listed(told, most=len(told))
