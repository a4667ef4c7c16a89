"""Kernels are compiled when they are first called, once for all: the machine code is kept beside the source.

Where the package's folder cannot be written, numba keeps it in the user's cache folder. With NUMBA_DISABLE_JIT=1
kernels run as the plain Python that they are written in.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any

from numba import njit, typeof
from numba.core.event import Listener, install_listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numba.core.event import Event

_SOURCES = (
    "slmdsl.base.units",
    "slmdsl.events.vocabulary",
    "slmdsl.evaluate.count_kernel",
    "slmdsl.evaluate.fire_kernel",
    "slmdsl.evaluate.row_kernel",
    "slmdsl.evaluate.ticket_kernel",
    "slmdsl.evaluate.unit_kernel",
    "slmdsl.rules.calendar_readings",
    "slmdsl.rules.climb",
    "slmdsl.rules.ladder_tables",
    "slmdsl.rules.moments",
    "slmdsl.rules.stepper",
    "slmdsl.rules.stopwatch",
    "slmdsl.rules.target_readings",
)
"""The modules whose functions and numbers end up in kernels."""


class Kernel:
    """A kernel that is compiled for the types of its first call; later calls have the same.

    `make(edition)` returns the function to compile. The function must use `edition`: numba keeps machine code by the
    file of the outermost function and by what that function closes over, and would not notice a change in another file.
    """

    __slots__ = ("_compiled", "_make")

    def __init__(self, make: Callable[[int], Callable[..., Any]]) -> None:
        self._make = make
        self._compiled: Callable[..., Any] | None = None

    def ready(self, *arguments: object) -> Callable[..., Any]:
        """Return the compiled function, to be called from several threads."""
        if self._compiled is None:
            signature = tuple(map(typeof, arguments))
            self._compiled = njit(signature, nogil=True, cache=True)(self._make(edition()))
        return self._compiled


@cache
def edition() -> int:
    """Return a number that changes whenever the source of a kernel does."""
    told = sha256()
    for name in _SOURCES:
        for word, value in sorted(vars(import_module(name)).items()):
            code = getattr(getattr(value, "py_func", value), "__code__", None)
            if code is not None:
                told.update(repr((word, code.co_code, code.co_names, code.co_varnames)).encode())
                told.update(
                    repr([const for const in code.co_consts if not hasattr(const, "co_code")]).encode()
                )
            elif isinstance(value, int | tuple | type):
                told.update(repr((word, value, getattr(value, "_fields", ()))).encode())
    return int.from_bytes(told.digest()[:6], "big")


@contextmanager
def announcing(tell: Callable[[str], None]) -> Iterator[None]:
    """Within the block, call `tell` with one sentence if a kernel has to be compiled, before it is."""
    with install_listener("numba:compile", _Announcer(tell)):
        yield


class _Announcer(Listener):
    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell: Callable[[str], None] | None = tell

    def on_start(self, event: Event) -> None:  # noqa: ARG002 - numba's interface
        if self._tell is not None:
            self._tell("Compiling the evaluator for this machine; this is done once and takes some seconds.")
            self._tell = None

    def on_end(self, event: Event) -> None:
        """Nothing is said when a compilation ends."""
