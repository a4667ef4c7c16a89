"""What ends a run that would never end: work without length that brings forth more of it, at once or for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_DISPATCHES: Final = 10_000
"""How many dispatches an instant may have."""
MOST_STEPS: Final = 10_000
"""How many steps a ticket may enter in its life."""


class EndlessWorkError(ValueError):
    """The desk is never done with an instant or with a ticket; the message names the steps that do it.

    >>> str(endless_instant({"desk"}))
    'More than 10,000 dispatches in one instant: the work of desk has no length.'
    """


def endless_instant(steps: Iterable[str]) -> EndlessWorkError:
    """Return the error about an instant without end; `steps` are those in which work without length was picked up."""
    named = ", ".join(sorted(set(steps)))
    return EndlessWorkError(
        f"More than {MOST_DISPATCHES:,} dispatches in one instant: the work of {named} has no length."
    )


def endless_way(step: str) -> EndlessWorkError:
    """Return the error about a ticket that never gets to an end; `step` is the one that it was about to enter."""
    return EndlessWorkError(f"A ticket enters more than {MOST_STEPS:,} steps, the last of them {step}.")
