"""Searches without a desk: what a replication of a candidate keeps is a row of a table, or a throw of coins."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from slmdsl.base.spans import NOWHERE
from slmdsl.contract.model.studies import Wanted
from slmdsl.contract.variants import variant_of
from slmdsl.study.asked.setting import Setting
from slmdsl.study.running.cheapest import Search
from slmdsl.study.running.tally import Kept, Tally

GOLD = "gold"


def wanted(percent, of=GOLD, *, throughout=False):
    return Wanted(of=of, at_least=Fraction(percent, 100), throughout=throughout, span=NOWHERE)


def setting_of(names, find=None, *, most=200, indifference=1):
    return Setting(
        name="search",
        variants=tuple(variant_of(name) for name in names),
        first=date(2027, 1, 1),
        last=date(2027, 1, 31),
        warm_up_us=0,
        replications=most,
        seed=0,
        confidence=Fraction(95, 100),
        tick_us=1_000_000,
        find=tuple(find or [wanted(80)]),
        indifference=Fraction(indifference, 100),
    )


def coins(seed, chances, *, most=200, periods=2, together=False):
    """Return for each name how many of its periods each replication keeps; `together`: all of them or none.

    The second half of the rows is for the replications that confirm.
    """
    found = {}
    for place, (name, chance) in enumerate(chances.items()):
        rng = np.random.default_rng([seed, place])
        found[name] = (rng.random((2 * most, 1 if together else periods)) < chance).mean(axis=1) * periods
    return found


class Searched:
    """A search that has ended, with its tallies and the looks that it took.

    `kept` says by promise, then by name how many of `periods` each replication keeps; None: nothing is judged. A name
    that a promise does not have is not judged by it.
    """

    def __init__(self, setting, minor, kept, *, periods=2, overloaded=(), looks=None):
        self.setting, self._kept, self._periods = setting, kept, periods
        self.search = Search.of(setting, {name: Fraction(cost) for name, cost in minor.items()}, overloaded)
        self.tallies = {each.name: Tally() for each in setting.variants if each.name not in overloaded}
        self.fresh, self.looks = Tally(), []
        for look in self.search.looks(setting, self.tallies, self.fresh):
            self.looks.append(look)
            if looks is not None and len(self.looks) > looks:
                break  # an interrupt: of the last look nothing comes
            for name in look.variants:
                self._add(name, look, self.fresh if look.fresh else self.tallies[name])

    def _add(self, name, look, tally):
        for row in range(len(look.numbers)):
            number = look.numbers[row]
            for promise, by_name in self._kept.items():
                rows = by_name.get(name)
                if rows is not None:
                    at = len(rows) // 2 + row if look.fresh else number
                    tally.agreements.setdefault(promise, Kept()).add(number, rows[at], self._periods)
            tally.replications += 1

    @property
    def states(self):
        return {each.name: str(each.state) for each in self.search.candidates}

    @property
    def seen(self):
        return {each.name: each.seen for each in self.search.candidates}


def searched(chances, minor=None, find=None, *, most=200, seed=1, periods=2, together=False, **others):
    """Return a search among candidates whose periods are kept with these chances; each costs one more, if none says."""
    find = find or [wanted(80)]
    minor = minor or {name: place + 1 for place, name in enumerate(chances)}
    kept = coins(seed, chances, most=most, periods=periods, together=together)
    setting = setting_of(minor, find, most=most, indifference=others.pop("indifference", 1))
    return Searched(setting, minor, {each.of: kept for each in find}, periods=periods, **others)
