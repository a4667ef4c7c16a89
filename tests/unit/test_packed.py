"""Values as bytes: every shipped model and any value there and back, the same bytes anywhere, nothing executed."""

import subprocess
import sys
from collections import Counter
from dataclasses import make_dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slmdsl as slm
from slmdsl.base.spans import NOWHERE, Span
from slmdsl.base.units import Money
from slmdsl.contract.model.agreements import PeriodUnit
from slmdsl.ingest.empirical import with_measured
from slmdsl.study.desk.costs import Priced
from slmdsl.study.judged.judging import Cell
from slmdsl.study.running.packed import UnreadableError, Words, digest, packed, unpacked

MODELS = Path(__file__).parents[2] / "models"
CELL = Cell(target="gold.fix", part=None, period="2027-01", from_us=0, to_us=1)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.fractions()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.sampled_from([*PeriodUnit, CELL, Priced("desk", False, "EUR"), NOWHERE])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.frozensets(SCALARS, max_size=3)
        | st.dictionaries(SCALARS, inner, max_size=3)
        | st.dictionaries(SCALARS, inner, max_size=3).map(MappingProxyType)
    ),
    max_leaves=12,
)


def kinds(value):
    """The types in a value, since 1, True and 1.0 are equal."""
    if isinstance(value, dict | MappingProxyType):
        return type(value), [(kinds(key), kinds(each)) for key, each in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [kinds(each) for each in value]
    if isinstance(value, frozenset):
        return type(value), Counter(map(kinds, value))
    return type(value)


@given(VALUES)
def test_any_value_comes_back(value):
    found = unpacked(packed(value))
    assert found == value
    assert kinds(found) == kinds(value)
    assert packed(found) == packed(value)


@given(st.lists(VALUES, max_size=4))
def test_values_in_a_row_share_their_words(values):
    writer, reader = Words(), Words()
    for value in values:
        said, body = writer.written(value)
        reader.learn(said)
        assert reader.read(body) == value
    assert writer.classes == reader.classes
    assert [writer.written(each) for each in values] == [reader.written(each) for each in values]
    assert {writer.written(each)[0] for each in values} <= {b""}


@pytest.mark.parametrize(
    "value",
    [
        np.arange(6).reshape(2, 3),
        np.array([], np.int8),
        np.array([1.5, np.nan, -0.0]),
        np.arange(3, dtype=">i4"),
        np.array([True, False]),
        np.arange(12).reshape(3, 4)[:, ::2],
        np.array(7),
        np.float64(0.1),
        np.int8(-1),
    ],
    ids=repr,
)
def test_numbers_come_back_with_their_shapes_and_kinds(value):
    found = unpacked(packed(value))
    assert type(found) is type(value)
    assert (found.shape, found.dtype.kind, found.dtype.itemsize) == (
        value.shape,
        value.dtype.kind,
        value.dtype.itemsize,
    )
    assert found.dtype.isnative
    np.testing.assert_array_equal(found, value)


@pytest.mark.parametrize("value", [{1}, Counter("aab"), range(1, 9, 2), 2**70, -(2**63), 2**64, {}])
def test_rare_values_come_back(value):
    found = unpacked(packed(value))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("model", sorted(each.name for each in MODELS.iterdir() if each.is_dir()))
def test_every_shipped_model_comes_back(model):
    spec = slm.load(MODELS / model)
    contract = with_measured(spec.contract, spec.root)
    found = unpacked(packed(contract))
    assert found == contract
    assert packed(found) == packed(contract)


DIGEST = """
import sys, slmdsl as slm
from slmdsl.study.running.packed import digest, packed
from hashlib import sha256
contract = slm.load(sys.argv[1]).contract
print(digest(contract), sha256(packed(contract)).hexdigest())
"""


def test_every_process_gives_the_same_bytes():
    """Sets of words come in another order in each process."""
    found = {
        subprocess.run(
            [sys.executable, "-c", DIGEST, MODELS / "starter"],
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in "123"
    }
    assert len(found) == 1


def test_a_digest_does_not_see_where_something_stands():
    money = Span("a.slm", 1, 2, 3, 4), Money(minor=Fraction(5), currency="EUR")
    moved = Span("b.slm", 5, 6, 7, 8), money[1]
    dearer = moved[0], replace(money[1], minor=Fraction(6))
    assert digest(money) == digest(moved) != digest(dearer)
    assert packed(money) != packed(moved)


@pytest.mark.parametrize("values", [(1, True), (1, 1.0), ((), []), ("a", b"a"), ({}, MappingProxyType({}))])
def test_digests_tell_kinds_apart(values):
    assert len({digest(each) for each in values}) == len(values)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        print,
        np.array([object()]),
        np.array(["a"]),
        datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        1j,
    ],
    ids=lambda value: type(value).__name__,  # an object's `repr` is another in each process that runs tests
)
def test_what_has_no_form_is_refused(value):
    with pytest.raises(TypeError, match="cannot be packed"):
        packed(value)


def test_classes_of_others_are_refused():
    with pytest.raises(UnreadableError, match="is no class of values"):
        packed(make_dataclass("Local", ["a"])(1))


def said(*classes, keys=(), body=None):
    encode = msgspec.msgpack.encode
    return encode([encode([classes, keys]), encode(body)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode(5),
        said(["os:system"], body=["object", 0]),
        said(["slmdsl.__main__:Main"]),
        said(["slmdsl.study.running.packed:Path"]),
        said(["slmdsl.study.running.packed:Words"]),  # it has a field that is not given
        said(["slmdsl.study.running.study:Nothing"]),
        said(["slmdsl.study.nothing:Nothing"]),
        said(["slmdsl.study.kept.journal:Journal"]),
        said(["slmdsl.study.desk.costs:Priced", "name"]),  # of another version
        said(
            ["slmdsl.study.desk.costs:Priced", "name", "is_contingency", "currency"],
            body=["object", 0, "desk"],
        ),
        said(["slmdsl.contract.model.agreements:PeriodUnit"], body=["object", 0, "month"]),
        said(["slmdsl.contract.model.agreements:PeriodUnit"], body=["enum", 0, "NEVER"]),
        said(
            ["slmdsl.study.desk.costs:Priced", "name", "is_contingency", "currency"], body=["enum", 0, "name"]
        ),
        said(body=["object", 0]),
        said(body=["key", 0]),
        said(body=["nothing"]),
        said(body=[]),
        said(body=["dict", 1]),
        said(body=["dict", ["list"], 1]),
        said(body=["array", "|O", [1], b"12345678"]),
        said(body=["array", "<i8", [2], b"12345678"]),
        said(body=["array", "<i8", [10**12], b""]),
        said(body=["fraction", 1, 0]),
        said(body=["int", "9" * 5000]),
        said(body=["decimal", "x"]),
        said(body=["timedelta", 10**18, 0, 0]),
        said(body=["date", "tomorrow"]),
        said(keys=[["nothing"]]),
    ],
    ids=range(30),
)
def test_bytes_of_strangers_are_refused(data):
    with pytest.raises(UnreadableError):
        unpacked(data)


def test_depth_is_no_danger():
    deep = b"\x92\xa4list" * 100_000 + b"\xc0"
    with pytest.raises(UnreadableError):
        unpacked(msgspec.msgpack.encode([b"", deep]))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_refused(data):
    try:
        value = unpacked(data)
    except UnreadableError:
        return
    assert isinstance(packed(value), bytes)


def test_days_and_times_come_back():
    value = date(2027, 12, 31), time(23, 59, 59, 999_999), datetime(2027, 1, 1, tzinfo=UTC), Decimal("1.10")
    assert str(unpacked(packed(value))) == str(value)
