"""The search for the cheapest variant that has the wanted chances, decided with a stated risk of being wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from slmdsl.stats.decisions import FIRST_LOOK, Decision, Wager, decided, least_to_keep
from slmdsl.stats.looks import next_look
from slmdsl.study.running.looks import Look, chance_of, kept_of

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
    from fractions import Fraction

    from slmdsl.contract.model.studies import Wanted
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.asked.setting import Setting
    from slmdsl.study.running.tally import Tally

FRESH: Final = 1 << 20
"""The number of the first replication that confirms what was found: no search comes so far."""
CONFIRM_AT_LEAST: Final = 40
_DECIDED: Final = (Decision.KEEPS, Decision.FAILS)
_PROBE: Final = FIRST_LOOK
"""How many replications a candidate gets while the search halves the candidates: they guide it, and decide nothing."""


class State(StrEnum):
    """What became of a candidate: a decision, or why none was taken."""

    KEEPS = "keeps"
    FAILS = "fails"
    TOO_CLOSE = "too_close"
    OPEN = "open"
    DEARER = "dearer"
    """It was left undecided, since one that costs no more keeps."""
    UNJUDGED = "unjudged"
    """It was left undecided, since no period of something that is wanted was judged in the first replications."""
    OVERLOADED = "overloaded"
    """It was not simulated: a group has more work than people."""


@dataclass(slots=True, kw_only=True, eq=False)
class Candidate:
    """A variant that may be the cheapest; `minor` is what its rosters cost in the horizon, in minor units."""

    name: str
    minor: Fraction
    wagers: tuple[Wager, ...]
    seen: int = 0
    state: State = State.OPEN
    decisions: dict[Wanted, Decision] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True, eq=False)
class Search:
    """A search while it goes on, and its answer when it has ended.

    Attributes:
        wanted: the chances that are wanted, all of them at once.
        candidates: by cost, in the order of the text among equals.
        statements: how many decisions are taken, which share the risk.
        best: the cheapest that keeps, if any does.
        confirmed: what fresh replications of it say.
    """

    wanted: tuple[Wanted, ...]
    candidates: tuple[Candidate, ...]
    statements: int
    best: Candidate | None = None
    confirmed: Tally | None = None

    @classmethod
    def of(cls, setting: Setting, minor: Mapping[str, Fraction], overloaded: Collection[str] = ()) -> Search:
        """Return a search among the variants of a setting.

        Args:
            setting: says what is wanted, with which confidence.
            minor: what each variant costs, by its name.
            overloaded: variants that are not simulated.
        """
        run = [each.name for each in setting.variants]
        statements = _statements(setting, overloaded)
        risk = float(1 - setting.confidence) / statements
        candidates = [
            Candidate(
                name=name,
                minor=minor[name],
                wagers=tuple(Wager(float(each.at_least), risk) for each in setting.find),
                state=State.OVERLOADED if name in overloaded else State.OPEN,
            )
            for name in run
        ]
        return cls(
            wanted=setting.find,
            candidates=tuple(sorted(candidates, key=lambda each: each.minor)),
            statements=statements,
        )

    def looks(self, setting: Setting, tallies: Mapping[str, Tally], fresh: Tally) -> Iterator[Look]:
        """Yield what is simulated next; `fresh` gathers what the looks that confirm say.

        Candidates have the same luck. After each look those that fail are left out, and those that are not cheaper than
        one that keeps. It ends when every cheaper candidate than the best is decided, or was run as often as it may be.
        """
        for candidate in (yield from self._halving(setting, tallies)):
            while candidate.state is State.OPEN:
                yield from self._look([candidate], setting, tallies)
            if candidate.state is State.KEEPS:
                break
        while on := self._open():
            least = min(each.seen for each in on)
            yield from self._look([each for each in on if each.seen == least], setting, tallies)
        self.best = self._cheapest_that_keeps()
        if self.best is not None:
            count = max(tallies[self.best.name].replications, CONFIRM_AT_LEAST)
            yield Look((self.best.name,), range(FRESH, FRESH + count), fresh=True)
            self.confirmed = fresh

    def _halving(
        self, setting: Setting, tallies: Mapping[str, Tally]
    ) -> Generator[Look, None, Sequence[Candidate]]:
        """Yield looks at the middle one of the candidates, then of the cheaper or the dearer half, and so on.

        Returns:
            The candidates, by cost, from the cheapest on that seems to keep. Those are worth being decided first: one
            of them that keeps spares all that are dearer, and of a cheaper one that does not nothing was wasted.
        """
        order = self._open()
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            candidate = order[middle]
            while candidate.state is State.OPEN and candidate.seen < min(_PROBE, setting.replications):
                yield from self._look([candidate], setting, tallies)
            seems_to_keep = self._margin(tallies[candidate.name], float(setting.confidence)) >= 0
            low, high = (low, middle) if seems_to_keep else (middle + 1, high)
        return order[low:]

    def _open(self) -> list[Candidate]:
        return [each for each in self.candidates if each.state is State.OPEN]

    def _look(
        self, candidates: Sequence[Candidate], setting: Setting, tallies: Mapping[str, Tally]
    ) -> Iterator[Look]:
        """Yield the next look at candidates that have seen as many replications, and take in what it says."""
        seen = candidates[0].seen
        end = next_look(seen, setting.replications, first=FIRST_LOOK)
        yield Look(tuple(each.name for each in candidates), range(seen, end))
        for each in candidates:
            self._judge(each, tallies[each.name], setting, is_last=end == setting.replications)
        self._leave_out_dearer()

    @property
    def too_close(self) -> tuple[Candidate, ...]:
        """Candidates that may keep, but for which the runs did not decide."""
        return tuple(each for each in self.candidates if each.state is State.TOO_CLOSE)

    def nearest(self, tallies: Mapping[str, Tally], confidence: float) -> Candidate | None:
        """Return the candidate that comes nearest to all that is wanted, or surpasses it most; None if none was run."""
        run = [each for each in self.candidates if each.name in tallies and tallies[each.name].replications]
        return max(run, key=lambda each: self._margin(tallies[each.name], confidence), default=None)

    def _margin(self, tally: Tally, confidence: float) -> float:
        """Return by how much the chance that lies least above what is wanted of it does so, 0 .. 1, or below it."""
        found = (self._chance(tally, each, confidence) for each in self.wanted)
        return min(
            -1.0 if chance is None else chance.value - float(each.at_least)
            for chance, each in zip(found, self.wanted, strict=True)
        )

    def _judge(self, candidate: Candidate, tally: Tally, setting: Setting, *, is_last: bool) -> None:
        """Let the wagers of a candidate take in its new replications, and see whether they decide.

        What a wager has decided stands, whatever comes: its risk is that of ever having been wrong.
        """
        for wanted, wager in zip(self.wanted, candidate.wagers, strict=True):
            kept = kept_of(tally, wanted.of)
            shares = [] if kept is None else kept.shares.values[wager.replications :].tolist()
            for share in shares:
                wager.add(float(share == 1.0) if wanted.throughout else share)
            if candidate.decisions.get(wanted) not in _DECIDED:
                interval = self._chance(tally, wanted, float(setting.confidence))
                candidate.decisions[wanted] = decided(
                    wager, interval, indifference=float(setting.indifference), is_last=is_last
                )
        candidate.seen = tally.replications
        candidate.state = _state_of(candidate)

    def _chance(self, tally: Tally, wanted: Wanted, confidence: float) -> Interval | None:
        return chance_of(tally, wanted.of, confidence, throughout=wanted.throughout)

    def _leave_out_dearer(self) -> None:
        best = self._cheapest_that_keeps()
        for each in self.candidates:
            if best is not None and each.state is State.OPEN and each.minor >= best.minor:
                each.state = State.DEARER

    def _cheapest_that_keeps(self) -> Candidate | None:
        return next((each for each in self.candidates if each.state is State.KEEPS), None)


def least_replications(setting: Setting, overloaded: Collection[str] = ()) -> int | None:
    """Return how many replications it takes at least until a variant can be known to keep all that is wanted.

    None if a wanted chance is never known to be kept: that is 100 %.
    """
    risk = float(1 - setting.confidence) / _statements(setting, overloaded)
    found = [least_to_keep(float(each.at_least), risk) for each in setting.find]
    known = [each for each in found if each is not None]
    return max(known) if len(known) == len(found) else None


def _statements(setting: Setting, overloaded: Collection[str]) -> int:
    return max((len(setting.variants) - len(overloaded)) * len(setting.find), 1)


def _state_of(candidate: Candidate) -> State:
    """Return what the decisions on a candidate say together."""
    found = set(candidate.decisions.values())
    blank = [not each.replications for each in candidate.wagers]
    undecided = [each not in _DECIDED for each in candidate.decisions.values()]
    if Decision.FAILS in found:
        return State.FAILS
    if found == {Decision.KEEPS}:
        return State.KEEPS
    if any(one and other for one, other in zip(blank, undecided, strict=True)):
        return State.UNJUDGED
    return State.OPEN if Decision.OPEN in found else State.TOO_CLOSE
