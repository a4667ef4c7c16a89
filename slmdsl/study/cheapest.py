"""The search for the cheapest variant that has the wanted chances, decided with a stated risk of being wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from slmdsl.stats.decisions import Decision, Wager
from slmdsl.study.looks import STEP, Look, chance_of, kept_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from fractions import Fraction

    from slmdsl.contract.model.studies import Wanted
    from slmdsl.stats.intervals import Interval
    from slmdsl.study.setting import Setting
    from slmdsl.study.tally import Tally

FRESH: Final = 1 << 20
"""The number of the first replication that confirms what was found: no search comes so far."""
CONFIRM_AT_LEAST: Final = 40


class State(StrEnum):
    """What became of a candidate."""

    KEEPS = "keeps"
    FAILS = "fails"
    TOO_CLOSE = "too close"
    OPEN = "open"
    DEARER = "dearer"
    """It was left undecided, since a cheaper one keeps."""
    OVERLOADED = "overloaded"
    """It was not simulated: a group has more work than people."""


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A variant that may be the cheapest; `minor` is what its rosters cost in the horizon, in minor units."""

    name: str
    minor: Fraction
    wagers: tuple[Wager, ...]
    seen: int = 0
    state: State = State.OPEN
    decisions: dict[Wanted, State] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
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
        statements = max((len(run) - len(overloaded)) * len(setting.find), 1)
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

        All candidates have the same replications. After each look those that fail are left out, and those that are
        not cheaper than one that keeps. It ends when every cheaper candidate than the best is decided, or was run as
        often as it may be.
        """
        done = 0
        while done < setting.replications:
            on = [each for each in self.candidates if each.state is State.OPEN]
            if not on:
                break
            end = min(done + STEP, setting.replications)
            yield Look(tuple(each.name for each in on), range(done, end))
            done = end
            for each in on:
                self._judge(each, tallies[each.name], setting, is_last=done == setting.replications)
            self._leave_out_dearer()
        self.best = self._cheapest_that_keeps()
        if self.best is not None:
            count = max(tallies[self.best.name].replications, CONFIRM_AT_LEAST)
            yield Look((self.best.name,), range(FRESH, FRESH + count), fresh=True)
            self.confirmed = fresh

    @property
    def too_close(self) -> tuple[Candidate, ...]:
        """Candidates that may keep, but for which the runs did not decide."""
        return tuple(each for each in self.candidates if each.state is State.TOO_CLOSE)

    def nearest(self, tallies: Mapping[str, Tally], confidence: float) -> Candidate | None:
        """Return the candidate that comes nearest to all that is wanted, or surpasses it most; None if none was run."""

        def margin(candidate: Candidate) -> float:
            found = (self._chance(tallies[candidate.name], each, confidence) for each in self.wanted)
            return min(
                -1.0 if chance is None else chance.value - float(each.at_least)
                for chance, each in zip(found, self.wanted, strict=True)
            )

        run = [each for each in self.candidates if tallies[each.name].replications]
        return max(run, key=margin, default=None)

    def _judge(self, candidate: Candidate, tally: Tally, setting: Setting, *, is_last: bool) -> None:
        """Let the wagers of a candidate take in its new replications, and see whether they decide."""
        for wanted, wager in zip(self.wanted, candidate.wagers, strict=True):
            kept = kept_of(tally, wanted.of)
            shares = [] if kept is None else kept.shares.values[wager.replications :].tolist()
            for share in shares:
                wager.add(float(share == 1.0) if wanted.throughout else share)
            interval = self._chance(tally, wanted, float(setting.confidence))
            candidate.decisions[wanted] = _decided(wager, interval, setting, is_last=is_last)
        found = set(candidate.decisions.values())
        candidate.seen = tally.replications
        if State.FAILS in found:
            candidate.state = State.FAILS
        elif found == {State.KEEPS}:
            candidate.state = State.KEEPS
        elif State.OPEN not in found:
            candidate.state = State.TOO_CLOSE

    def _chance(self, tally: Tally, wanted: Wanted, confidence: float) -> Interval | None:
        return chance_of(tally, wanted.of, confidence, throughout=wanted.throughout)

    def _leave_out_dearer(self) -> None:
        best = self._cheapest_that_keeps()
        for each in self.candidates:
            if best is not None and each.state is State.OPEN and each.minor >= best.minor:
                each.state = State.DEARER

    def _cheapest_that_keeps(self) -> Candidate | None:
        return next((each for each in self.candidates if each.state is State.KEEPS), None)


def _decided(wager: Wager, interval: Interval | None, setting: Setting, *, is_last: bool) -> State:
    """Return what is known of a wanted chance; it is too close to call if the whole interval is about the same."""
    if wager.decision is not Decision.OPEN:
        return State.KEEPS if wager.decision is Decision.KEEPS else State.FAILS
    near = float(setting.indifference)
    if is_last or (
        interval is not None and wager.wanted - near <= interval.low <= interval.high <= wager.wanted + near
    ):
        return State.TOO_CLOSE
    return State.OPEN
