"""How kernels are compiled: when they are first called, once for all, the machine code kept beside the source.

Where the package's folder cannot be written, numba keeps it in the user's cache folder; where that cannot be written
either, every process compiles anew. With NUMBA_DISABLE_JIT=1 kernels run as the plain Python that they are written in.
A room that `slm check` loads must not import this module.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.core import event
from numba.core.caching import FunctionCache, IndexDataCacheFile, NullCache
from numba.extending import register_jitable

from slmdsl.base import gamma_function
from slmdsl.base.compiling import tell_of_compiling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Function = TypeVar("Function", bound="Callable[..., Any]")

# numba's type hints leave options out.
_njit: Any = njit
_register: Any = register_jitable
_FunctionCache: Any = FunctionCache
_CacheFile: Any = IndexDataCacheFile
_Listener: Any = event.Listener

_LIBRARIES = {"numpy", "math"}
_FORMAT = "with its key"
"""How machine code is kept: what was kept otherwise is not looked at."""


class _Told(_Listener):  # type: ignore[misc] # numba is untyped
    """Hands on what numba says of compiling: of kernels whose machine code is not kept yet."""

    def on_start(self, event: object) -> None:  # noqa: ARG002 - what numba calls
        tell_of_compiling(begins=True)

    def on_end(self, event: object) -> None:  # noqa: ARG002 - as above
        tell_of_compiling(begins=False)


_register_listener: Any = event.register
_register_listener("numba:compile", _Told())


def kernel_part(part: Function) -> Function:
    """Make a function a part of kernels, never to be called from Python.

    A call hands over each field of dozens of arrays, which costs more than what most parts do: they are inlined, and
    have no wrappers for Python and C. None allocates memory, so none needs its arrays counted (`_nrt`).
    """
    compiled: Function = _njit(
        nogil=True,
        error_model="numpy",
        forceinline=True,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        _nrt=False,
    )(part)
    return compiled


def as_part(kernel: Function) -> Function:
    """Return what a kernel does as a part: the same source, inlined where it is called, its arrays not counted."""
    return kernel_part(cast("Function", _source(kernel)))


def kernel_function(function: Function) -> Function:
    """Make a function a kernel: to be called from Python, by several threads at once, and from other kernels.

    It is compiled for the types of its first call, and anew for others. Machine code is kept by `edition`: a change
    in whatever it calls, in whichever file, compiles it anew.

    >>> @kernel_function
    ... def twice(count: int) -> int:
    ...     return 2 * count
    >>> twice(21)
    42
    """
    compiled = _njit(nogil=True, error_model="numpy")(function)
    typed_in = not Path(
        function.__code__.co_filename
    ).is_file()  # at a prompt: there is nothing to keep it beside
    if compiled is not function and not typed_in:  # they are the same with NUMBA_DISABLE_JIT=1
        compiled._cache = _kept(function)  # noqa: SLF001 - numba's `cache=True` sets just this
    kernel: Function = compiled
    return kernel


def kernel_formula(formula: Function) -> Function:
    """Let kernels call a function, compiled with them; for everybody else it stays plain Python, which is slower."""
    same: Function = _register(nogil=True, error_model="numpy")(formula)
    return same


# Kernels of several rooms call these, and checks that must not load numba do too: they are told of here.
for _formula in vars(gamma_function).values():
    if isinstance(_formula, FunctionType) and _formula.__module__ == gamma_function.__name__:
        kernel_formula(_formula)


def called_with(kernel: Function, *words: str) -> Function:
    """Return a kernel of its own for Python to call with arguments of some types and no others.

    A kernel is compiled for what it is first called with, and an int that needs 64 bits without a sign does not pass
    for one that fits into 63. Here each argument is turned into its type: `uint64`, `float64`, `uint32[::1]`.

    Raises:
        OverflowError: by the kernel, if an int is out of its type's range.

    `called_with(uniform, "uint64", "uint64", "uint64", "uint64", "uint64")` may be called with 2**64 - 1.
    """
    own: Any = kernel_function(_source(kernel))
    if hasattr(own, "compile"):  # not with NUMBA_DISABLE_JIT=1
        own.compile(tuple(_type(word) for word in words))
        own.disable_compile()
    typed: Function = own
    return typed


def _type(word: str) -> Any:  # noqa: ANN401 - numba is untyped
    name, array, _ = word.partition("[")
    scalar = getattr(types, name)
    return scalar[::1] if array else scalar


def _kept(function: Callable[..., Any]) -> Any:  # noqa: ANN401 - numba is untyped
    """Return where a function's machine code is kept; nowhere, if no folder can be written."""
    try:
        return _Kept(function)
    except RuntimeError:  # numba says so by no other means
        return NullCache()


class _Files(_CacheFile):  # type: ignore[misc] # numba is untyped
    """Machine code by its key, in files.

    Two processes that save at the same time may give one name to the machine code for different types, and numba alone
    would call one for the other: here each file says whose it is, and what is another's counts as missing.
    """

    def save(self, key: object, data: object) -> None:
        """Keep machine code, and with it whose it is."""
        super().save(key, (key, data))

    def load(self, key: object) -> object:
        """Return the machine code of `key`, None if there is none."""
        whose, data = super().load(key) or (None, None)
        return data if whose == key else None


class _Kept(_FunctionCache):  # type: ignore[misc] # numba is untyped
    """The machine code of a function; numba alone would not notice a change in another file than the function's."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _Files(self._cache_path, self._impl.filename_base, stamp)

    def _index_key(self, sig: object, codegen: object) -> tuple[object, ...]:
        return (*super()._index_key(sig, codegen), edition(self._py_func), _FORMAT)


def edition(function: Callable[..., Any]) -> str:
    """Return a digest of a function and of all that it reaches: what it calls, in any file, and what these name.

    Raises:
        TypeError: if one of them names a module other than numpy and math; what a module says cannot be told.
    """
    told, reached = sha256(), [_source(function)]
    for each in reached:  # grows while it is walked
        for code in _codes(each.__code__):
            plain = [const for const in code.co_consts if not isinstance(const, CodeType)]
            told.update(repr((code.co_code, code.co_names, code.co_varnames, plain)).encode())
        for name, value in _named(each):
            source = _source(value)
            if isinstance(source, FunctionType):
                told.update(repr((name, getattr(value, "targetoptions", None))).encode())
                if source not in reached:
                    reached.append(source)
            else:
                told.update(repr((name, _said(name, value))).encode())
    return told.hexdigest()


def _source(function: Any) -> Any:  # noqa: ANN401 - anything may be asked
    return getattr(function, "py_func", function)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield a function's code and that of what is defined in it."""
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _named(function: FunctionType) -> Iterator[tuple[str, object]]:
    """Yield what a function names of its module and of the functions around it."""
    for code in _codes(function.__code__):
        for name in code.co_names:
            if name in function.__globals__:
                yield name, function.__globals__[name]
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        yield name, cell.cell_contents
    yield "defaults", function.__defaults__


def _said(name: str, value: object) -> object:
    """Return what a constant says, the same in every process."""
    if isinstance(value, ModuleType) and value.__name__ not in _LIBRARIES:
        msg = f"a kernel names the module {name}: import what it needs of it by name"
        raise TypeError(msg)
    if isinstance(value, tuple):
        return [_said(name, each) for each in value]
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes()
    return value, getattr(value, "_fields", ())
