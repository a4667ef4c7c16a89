"""One difference between two agreements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from slmdsl.base.spans import Span
    from slmdsl.contract.model.agreements import Target


class Direction(StrEnum):
    """What a change does to the one who promises. Whoever receives the promise is affected the other way round."""

    TIGHTER = "tighter"
    """Harder to keep."""
    WIDER = "wider"
    """More is promised."""
    DEARER = "dearer"
    """A miss costs more."""
    LOOSER = "looser"
    NARROWER = "narrower"
    CHEAPER = "cheaper"
    OTHER = "other"
    """It depends on what happens, or concerns nobody's burden."""

    @property
    def burden(self) -> Literal[-1, 0, 1]:
        """1 where the one who promises bears more than before, -1 where less."""
        if self in {Direction.TIGHTER, Direction.WIDER, Direction.DEARER}:
            return 1
        return 0 if self is Direction.OTHER else -1

    @property
    def reverse(self) -> Direction:
        """The direction of the change back."""
        return _REVERSE[self]


_REVERSE = {
    Direction.TIGHTER: Direction.LOOSER,
    Direction.LOOSER: Direction.TIGHTER,
    Direction.WIDER: Direction.NARROWER,
    Direction.NARROWER: Direction.WIDER,
    Direction.DEARER: Direction.CHEAPER,
    Direction.CHEAPER: Direction.DEARER,
    Direction.OTHER: Direction.OTHER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was said before and what is said now.

    Attributes:
        agreement: the name of the agreement, or of the service, as it is called now (before, if it is gone).
        target: the name of the target in it; None for the agreement as a whole.
        aspect: what changed: `limit`, `goal`, `hours`, `cap`, ...; `added` and `removed` are of whole promises.
        old: the value before, in the contract's model; None where there was none.
        new: the value now.
        direction: what it does to the one who promises.
        weight: 100 for a promise that came or went, down to 1 for words; the heaviest changes stand first.
        old_target: the promise as it was, where a promise is concerned.
        new_target: the promise as it is.
        old_span: where it was said.
        new_span: where it is said.
    """

    agreement: str
    target: str | None
    aspect: str
    old: object
    new: object
    direction: Direction
    weight: int
    old_target: Target | None = None
    new_target: Target | None = None
    old_span: Span | None = None
    new_span: Span | None = None
