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

    Without wrappers for Python and C, of which each would unpack dozens of arrays, compiling takes half the time. No
    part allocates memory, so none needs its arrays counted (`_nrt`).
    """
    options = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}
    compiled: Part = _njit(**options)(part)
    return compiled
