"""What tickets are of: services, customers, and priorities, of a service where they clearly differ there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from slmdsl.stats.unlike import chance_of_counts
from slmdsl.study.fit.model import PriorityFit, ShareFit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from slmdsl.study.fit.stretches import Int64

    Codes = npt.NDArray[np.int32]

_LEAST: Final = 0.0005
"""A smaller share is left out: it would be printed as nothing."""
_LINES: Final = 6
"""Services with priorities of their own, at most."""
_POINTS: Final = 0.03
"""By how much a share of theirs differs from the whole's, at least."""
_TICKETS: Final = 50
_SURE: Final = 0.001


def mix_of(codes: Codes, words: Sequence[str]) -> tuple[ShareFit, ...]:
    """Return the shares of words, the largest first; missing ones are left out.

    >>> [(each.name, each.share) for each in mix_of(np.array([0, 1, 0, -1]), ("email", "till"))]
    [('email', 0.6666666666666666), ('till', 0.3333333333333333)]
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    total = int(counts.sum())
    order = [
        int(code) for code in np.argsort(-counts, kind="stable") if counts[code] >= max(_LEAST * total, 1)
    ]
    kept = max(int(counts[order].sum()), 1) if order else 1
    return tuple(
        ShareFit(name=words[code], share=float(counts[code]) / kept, count=int(counts[code]))
        for code in order
    )


def priorities_of(
    priority: Codes, service: Codes, words: Sequence[str], services: Sequence[str], ranks: Sequence[str]
) -> tuple[PriorityFit, ...]:
    """Return the shares of priorities in general and in services whose tickets clearly have others.

    Args:
        priority: by ticket, a code in `words`; negative where unknown.
        service: by ticket, a code in `services`.
        words: the priorities.
        services: the services.
        ranks: the priorities, the most urgent first, in which order shares are told.
    """
    if not np.any(priority >= 0):
        return ()
    own: list[tuple[int, int]] = []
    whole = np.bincount(priority[priority >= 0], minlength=len(words))
    for code in range(len(services)):
        these = np.bincount(priority[(service == code) & (priority >= 0)], minlength=len(words))
        others = whole - these
        if these.sum() < _TICKETS or others.sum() < _TICKETS:
            continue
        apart = np.abs(these / these.sum() - whole / whole.sum()).max()
        if apart >= _POINTS and chance_of_counts(these, others) < _SURE:
            own.append((int(these.sum()), code))
    chosen = [code for _, code in sorted(own, reverse=True)[:_LINES]]
    if chosen and not np.any(~np.isin(service, chosen) & (priority >= 0)):
        chosen = chosen[1:]  # what is left of the whole is the largest one
    rest = priority[~np.isin(service, chosen)]
    general = rest if np.any(rest >= 0) else priority
    return (
        PriorityFit(service=None, shares=_ranked(mix_of(general, words), ranks)),
        *(
            PriorityFit(
                service=services[code], shares=_ranked(mix_of(priority[service == code], words), ranks)
            )
            for code in chosen
        ),
    )


def _ranked(shares: tuple[ShareFit, ...], ranks: Sequence[str]) -> tuple[ShareFit, ...]:
    place = {name: number for number, name in enumerate(ranks)}
    return tuple(sorted(shares, key=lambda each: (place.get(str(each.name), len(place)), str(each.name))))


def shares_of(targets: Int64, names: dict[int, str | None], *, least: float = _LEAST) -> tuple[ShareFit, ...]:
    """Return where tickets go, the commonest first; `names` says what codes mean (None: resolved).

    Ways that less than `least` of them go are left out, so that the others stay readable.
    """
    codes, counts = np.unique(targets, return_counts=True)
    total = int(counts.sum())
    merged: dict[str | None, int] = {}
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        merged[names[code]] = merged.get(names[code], 0) + int(count)
    kept = {name: count for name, count in merged.items() if count >= max(least * total, 1)}
    whole = max(sum(kept.values()), 1)
    found = [ShareFit(name=name, share=count / whole, count=count) for name, count in kept.items()]
    return tuple(sorted(found, key=lambda each: -each.share))
