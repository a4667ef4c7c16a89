"""How the functions that kernels are made of are compiled: into their callers, never to be called from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

Part = TypeVar("Part", bound="Callable[..., Any]")

# numba's type hints leave these options out.
_njit: Any = njit


def kernel_part(part: Part) -> Part:
    """Make a function a part of kernels; with NUMBA_DISABLE_JIT=1 it stays as it is.

    A call hands over each field of dozens of arrays, which costs more than what most parts do: they are inlined, and
    have no wrappers for Python and C. None allocates memory, so none needs its arrays counted (`_nrt`).
    """
    compiled: Part = _njit(
        nogil=True,
        error_model="numpy",
        forceinline=True,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        _nrt=False,
    )(part)
    return compiled
