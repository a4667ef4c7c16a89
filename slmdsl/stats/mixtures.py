"""Mixes of lognormals: where to begin, by expectation and maximisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_ROUNDS: Final = 40
LEAST_SIGMA: Final = 0.05
"""A narrower part is a spike on a few equal values, which any likelihood likes."""
LEAST_SHARE: Final = 0.01


def mixes_of(logs: Floats, counts: Floats, parts: int) -> list[tuple[Floats, Floats, Floats]]:
    """Return shares, means and sigmas (`parts` each) of normal mixes on logarithms, from some beginnings.

    EM for normal mixtures (A. Dempster, N. Laird, D. Rubin, JRSS B 39, 1977). It is only run until it points to the
    right hill; whoever asked climbs it.

    Args:
        logs: of the values (shape n, ascending).
        counts: how many values each stands for.
        parts: how many normals, at least 2.
    """
    passed = (np.cumsum(counts) - counts / 2) / counts.sum()
    return [_climbed(logs, counts, _parted(passed, edges)) for edges in _edges(parts)]


def _edges(parts: int) -> list[Floats]:
    """Return at which shares values are cut for a beginning: into equal parts, or with a small last or first one."""
    even = np.arange(1, parts) / parts
    return [even, even**0.3, 1 - (1 - even) ** 0.3]


def _parted(passed: Floats, edges: Floats) -> Floats:
    part = np.searchsorted(edges, passed)
    return np.array([part == i for i in range(len(edges) + 1)], np.float64)


def _climbed(logs: Floats, counts: Floats, belongs: Floats) -> tuple[Floats, Floats, Floats]:
    share, mean, sigma = _most_likely(logs, counts, belongs)
    for _ in range(_ROUNDS):
        density = (
            share[:, None] / sigma[:, None] * np.exp(-(((logs - mean[:, None]) / sigma[:, None]) ** 2) / 2)
        )
        share, mean, sigma = _most_likely(logs, counts, density / np.maximum(density.sum(axis=0), 1e-300))
    return share, mean, sigma


def _most_likely(logs: Floats, counts: Floats, belongs: Floats) -> tuple[Floats, Floats, Floats]:
    """Return shares, means and sigmas of parts to which values belong in so far."""
    held = np.maximum(belongs * counts, 1e-12)
    whole = held.sum(axis=1)
    mean = held @ logs / whole
    spread = np.sqrt((held * (logs - mean[:, None]) ** 2).sum(axis=1) / whole)
    share = np.maximum(whole / whole.sum(), LEAST_SHARE)
    return share / share.sum(), mean, np.maximum(spread, LEAST_SIGMA)
