"""Values of the package as bytes that any process can read again, exactly, without executing anything.

Frozen dataclasses, named tuples and enums go by the name of their class, with fractions, dates, numpy arrays and
mappings by any key: a new field or class comes along by itself. Pickle would let a file of a stranger run code, and
knows no frozen mappings. The same value gives the same bytes in every process, so that their digest names it.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from hashlib import sha256
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec
import numpy as np

from slmdsl.base.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Plain: TypeAlias = Any
    """What msgpack knows by itself."""

_ROOM: Final = re.compile(
    r"slmdsl\.(base|calendars|contract|evaluate|events|study|syntax|workload)(\.[a-z][a-z0-9_]*)*"
)
_NAME: Final = re.compile(r"_?[A-Z][A-Za-z0-9]*")
_KINDS: Final = "biuf"
"""The kinds of numpy arrays that are numbers; others can hold objects."""
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder().decode


class UnreadableError(ValueError):
    """Bytes that are no value of this version of the package."""


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what bytes of somebody else's may raise into UnreadableError."""
    try:
        yield
    except UnreadableError:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, AttributeError) as error:
        message = f"the bytes hold no value: {error}"
        raise UnreadableError(message) from error


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Words:
    """What values that are packed one after the other have in common, and what is said once: classes and keys.

    Whoever reads must have read all that was packed before with the same words.

    Attributes:
        classes: those that occurred, in that order.
        keys: dataclasses and named tuples that are keys of mappings, or named tuples, in the order of occurrence.
    """

    classes: list[type] = field(default_factory=list)
    keys: list[object] = field(default_factory=list)
    _places: dict[type | bytes, int] = field(default_factory=dict)

    def written(self, value: object) -> tuple[bytes, bytes]:
        """Return the new words of a value, empty if there are none, and what it says in them.

        Raises:
            TypeError: for a value of a kind that nothing is said about here.
        """
        known = len(self.classes)
        writer = _Writer(words=self)
        body = _encode(writer.plain(value))
        classes = [[_name_of(each), *_field_names(each)] for each in self.classes[known:]]
        return _encode([classes, writer.new_keys]) if classes or writer.new_keys else b"", body

    def learn(self, said: bytes) -> None:
        """Learn new words.

        Raises:
            UnreadableError: these are no words of this version of the package.
        """
        with _readable():
            classes, keys = _decode(said) if said else ((), ())
            for name, *names in classes:
                self._learn_class(name, names)
            for each in keys:
                self._places[_encode(each)] = len(self.keys)
                self.keys.append(self._value(each))

    def read(self, body: bytes) -> object:
        """Return a value that was written in words learnt before.

        Raises:
            UnreadableError: these bytes say nothing in them.
        """
        with _readable():
            return self._value(_decode(body))

    def _learn_class(self, name: str, names: Sequence[str]) -> None:
        found = _class_of(name)
        if list(names) != _field_names(found):
            message = f"{name} has other fields: {', '.join(names)}"
            raise UnreadableError(message)
        self._places[found] = len(self.classes)
        self.classes.append(found)

    def place_of(self, cls: type) -> int:
        """Return the number of a class; one that is new gets the next."""
        if cls not in self._places:
            _class_of(_name_of(cls))
            self._places[cls] = len(self.classes)
            self.classes.append(cls)
        return self._places[cls]

    def _value(self, plain: Plain) -> object:
        if not isinstance(plain, list):
            return plain
        return _READ[plain[0]](self, plain[1:])


@dataclass(slots=True, kw_only=True, eq=False)
class _Writer:
    """Turns values into plain ones. `without_spans` leaves out where in a text something stands."""

    words: Words
    without_spans: bool = False
    new_keys: list[Plain] = field(default_factory=list)

    def plain(self, value: object) -> Plain:
        """Return a value as scalars and lists, which begin with their form.

        Raises:
            TypeError: for a value of a kind that nothing is said about here.
        """
        if value is None or type(value) in _SCALARS:
            return value
        write = _WRITE.get(type(value))
        if write is not None:
            return write(self, value)
        if isinstance(value, Enum):
            return ["enum", self.words.place_of(type(value)), value.name]
        if is_dataclass(value):
            return self._record(value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return self._key(self._object(value, value), value)
        return _numbers(value)

    def _record(self, value: object) -> Plain:
        if self.without_spans and isinstance(value, Span):
            return None
        return self._object(value, [getattr(value, each) for each in _field_names(type(value))])

    def _object(self, value: object, parts: Iterable[object]) -> Plain:
        return ["object", self.words.place_of(type(value)), *map(self.plain, parts)]

    def _key(self, plain: Plain, value: object) -> Plain:
        """Return a word for what is said again and again. It goes by its bytes: 1, True and 1.0 are equal."""
        name = _encode(plain)
        places = self.words._places  # noqa: SLF001 - the writer is the other half of the words
        if name not in places:
            places[name] = len(self.words.keys)
            self.words.keys.append(value)
            self.new_keys.append(plain)
        return ["key", places[name]]

    def mapping(self, value: Mapping[object, object]) -> Iterator[Plain]:
        """Yield keys and values in turn, in their order."""
        for key, each in value.items():
            plain = self.plain(key)
            yield self._key(plain, key) if is_dataclass(key) else plain
            yield self.plain(each)

    def members(self, value: Iterable[object]) -> Iterator[Plain]:
        """Yield what a set has, in an order that is the same in every process."""
        return map(self.plain, sorted(value, key=packed))


def _numbers(value: object) -> Plain:
    """Return a numpy array or number. Raises TypeError for anything else."""
    if not isinstance(value, np.ndarray | np.generic) or value.dtype.kind not in _KINDS:
        message = f"{type(value).__name__} cannot be packed: {value!r}"
        raise TypeError(message)
    form = "array" if isinstance(value, np.ndarray) else "scalar"
    dtype = value.dtype.newbyteorder("<")
    return [form, dtype.str, list(value.shape), np.asarray(value, dtype).tobytes()]


def _instant(value: datetime) -> Plain:
    if value.tzinfo not in {None, UTC}:
        message = f"an instant in {value.tzinfo} cannot be packed: {value}"
        raise TypeError(message)
    return ["datetime", value.isoformat()]


_SCALARS: Final = {bool, str, bytes, float}
_WRITE: Final[dict[type, Callable[[_Writer, Any], Plain]]] = {
    int: lambda _, value: value if _SMALLEST <= value <= _LARGEST else ["int", str(value)],
    tuple: lambda writer, value: ["tuple", *map(writer.plain, value)],
    list: lambda writer, value: ["list", *map(writer.plain, value)],
    dict: lambda writer, value: ["dict", *writer.mapping(value)],
    Counter: lambda writer, value: ["counter", *writer.mapping(value)],
    MappingProxyType: lambda writer, value: ["frozen", *writer.mapping(value)],
    set: lambda writer, value: ["set", *writer.members(value)],
    frozenset: lambda writer, value: ["frozenset", *writer.members(value)],
    Fraction: lambda writer, value: ["fraction", *map(writer.plain, value.as_integer_ratio())],
    Decimal: lambda _, value: ["decimal", str(value)],
    timedelta: lambda _, value: ["timedelta", value.days, value.seconds, value.microseconds],
    range: lambda _, value: ["range", value.start, value.stop, value.step],
    date: lambda _, value: ["date", value.isoformat()],
    time: lambda _, value: ["time", value.isoformat()],
    datetime: lambda _, value: _instant(value),
}


def packed(value: object) -> bytes:
    """Return a value as bytes that stand alone.

    Raises:
        TypeError: for a value of a kind that nothing is said about here.

    >>> unpacked(packed({(1, 2): Fraction(1, 3)}))
    {(1, 2): Fraction(1, 3)}
    """
    return _encode(Words().written(value))


def unpacked(data: bytes) -> object:
    """Return the value of bytes that stand alone.

    Raises:
        UnreadableError: these are no such bytes, or of another version of the package.
    """
    words = Words()
    with _readable():
        said, body = _decode(data)
        words.learn(said)
        return words.read(body)


def digest(value: object) -> str:
    """Return a name for a value, in 64 hexadecimal digits. Where in a text something stands makes no difference.

    Raises:
        TypeError: for a value of a kind that nothing is said about here.
    """
    words = Words()
    writer = _Writer(words=words, without_spans=True)
    body = writer.plain(value)
    return sha256(_encode([[_name_of(each) for each in words.classes], writer.new_keys, body])).hexdigest()


def _name_of(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def _class_of(name: str) -> type:
    """Return a class of the package that is a form of values. Raises UnreadableError for anything else."""
    module, _, word = name.partition(":")
    if not (_ROOM.fullmatch(module) and _NAME.fullmatch(word)):
        message = f"{name} is no class of values"
        raise UnreadableError(message)
    try:
        found = getattr(import_module(module), word)
    except (ImportError, AttributeError) as error:
        message = f"there is no {name} in this version"
        raise UnreadableError(message) from error
    if not (isinstance(found, type) and _name_of(found) == name and _is_form(found)):
        message = f"{name} is no class of values"
        raise UnreadableError(message)
    return found


def _is_form(cls: type) -> bool:
    if issubclass(cls, Enum) or (issubclass(cls, tuple) and hasattr(cls, "_fields")):
        return True
    return is_dataclass(cls) and all(each.init for each in fields(cls))


def _field_names(cls: type) -> list[str]:
    if issubclass(cls, Enum):
        return []
    return [each.name for each in fields(cls)] if is_dataclass(cls) else list(getattr(cls, "_fields", ()))


def _values(words: Words, parts: Sequence[Plain]) -> list[object]:
    return [words._value(each) for each in parts]  # noqa: SLF001 - readers are the other half of the words


def _mapping(words: Words, parts: Sequence[Plain]) -> dict[object, object]:
    found = iter(_values(words, parts))
    return dict(zip(found, found, strict=True))


def _object(words: Words, parts: Sequence[Plain]) -> object:
    cls = words.classes[parts[0]]
    if issubclass(cls, Enum):
        message = f"{cls.__name__} has no fields"
        raise UnreadableError(message)
    return cls(**dict(zip(_field_names(cls), _values(words, parts[1:]), strict=True)))


def _member(words: Words, parts: Sequence[Plain]) -> object:
    cls, name = words.classes[parts[0]], parts[1]
    if not issubclass(cls, Enum):
        message = f"{cls.__name__} is no enum"
        raise UnreadableError(message)
    return cls[name]


def _array(_: Words, parts: Sequence[Plain]) -> np.ndarray:
    dtype, shape, data = np.dtype(parts[0]), parts[1], parts[2]
    if dtype.kind not in _KINDS:
        message = f"arrays of {dtype} are not read"
        raise UnreadableError(message)
    return np.frombuffer(data, dtype).reshape(shape).astype(dtype.newbyteorder("="))


_READ: Final[dict[str, Callable[[Words, Sequence[Plain]], object]]] = {
    "tuple": lambda words, parts: tuple(_values(words, parts)),
    "list": _values,
    "set": lambda words, parts: set(_values(words, parts)),
    "frozenset": lambda words, parts: frozenset(_values(words, parts)),
    "dict": _mapping,
    "frozen": lambda words, parts: MappingProxyType(_mapping(words, parts)),
    "counter": lambda words, parts: Counter(_mapping(words, parts)),
    "object": _object,
    "enum": _member,
    "key": lambda words, parts: words.keys[parts[0]],
    "array": _array,
    "scalar": lambda words, parts: _array(words, parts)[()],
    "int": lambda _, parts: int(parts[0]),
    "fraction": lambda words, parts: Fraction(*_values(words, parts)),  # type: ignore[call-overload]
    "decimal": lambda _, parts: Decimal(parts[0]),
    "timedelta": lambda _, parts: timedelta(*parts),
    "range": lambda _, parts: range(*parts),
    "date": lambda _, parts: date.fromisoformat(parts[0]),
    "time": lambda _, parts: time.fromisoformat(parts[0]),
    "datetime": lambda _, parts: datetime.fromisoformat(parts[0]),
}
