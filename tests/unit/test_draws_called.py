"""Drawing as Python calls it: any int that fits, and the same bits compiled or not."""

import hashlib
import itertools
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from slmdsl.base.spans import NOWHERE
from slmdsl.contract.model.distributions import Measured, MixOf, Solved
from slmdsl.workload.draws import entities, philox, values
from slmdsl.workload.draws.called import drawing, value_function
from slmdsl.workload.draws.keys import Purpose, key_of

CHECKOUT = Path(__file__).parents[2]


def solved(family, *parameters):
    return Solved(family=family, parameters=parameters, unit="time", span=NOWHERE)


ALL = [
    solved("constant", 3.0),
    solved("exponential", 2e9),
    solved("lognormal", 22.0, 0.7),
    solved("lognormal", 700.0, 5.0),
    solved("gamma", 9.0, 3.7e9),
    solved("gamma", 0.31, 2.0),
    solved("gamma", 2500.0, 2.0),
    solved("weibull", 1.5, 2e9),
    solved("weibull", 0.2, 7.0),
    solved("uniform", 1.0, 7e9),
    solved("triangular", 1.0, 2.0, 4.7),
    solved("pert", 1.0, 2.0, 4.7),
    solved("pert", 0.0, 0.0, 1.3),
    solved("geometric", 40.3),
]
ALL += [
    MixOf(parts=((Fraction(1, 3), ALL[2]), (Fraction(2, 3), ALL[4])), unit="time", span=NOWHERE),
    Measured(file="f.csv", column="c", unit="time", values=(1.5, 2.25, 9.0), span=NOWHERE),
]
WORDS = np.array([3, 2**32 - 1, 17], np.uint32)
SHARES = np.array([0.2, 0.3, 0.5])


def table_of_all():
    return values.distribution_table(ALL)


def digest():
    """Return a digest of some 20,000 draws, each told to the last bit."""
    draw, table, said = drawing(), table_of_all(), []
    for i in range(250):
        entity = draw.ticket_entity(2**64 - 5, 20_000, i, 3)
        u, v = draw.uniforms(key_of(2**32 - 1, i), entity, 77, i, Purpose.WORK)
        said += [entity, u, v, draw.choice_of(i, entity, 5, 0, 5, WORDS, SHARES, 0, 3)]
        edges = (u, v, u * 1e-9, 1 - v * 1e-9, 2.0**-53, 1 - 2.0**-53)
        for row, one in itertools.product(range(len(ALL)), edges[: 6 if i % 25 == 0 else 2]):
            value = value_function(table, row)(one, v)
            said += [value, draw.ticks_of(value, 1)]
        said += [draw.poisson_quantile(mean, one) for mean in (0.01, 3.7, 800.0) for one in edges[:2]]
    words = (each.hex() if isinstance(each, float) else str(int(each)) for each in said)
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def bits(**environment):
    run = subprocess.run(
        [sys.executable, __file__],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.compiled
def test_compiled_or_not_the_bits_are_the_same():
    assert bits(NUMBA_DISABLE_JIT="1") == bits(NUMBA_DISABLE_JIT="0")


def test_any_int_of_64_bits_may_be_a_key():
    for key in (0, 2**63 - 1, 2**63, 2**64 - 1):
        assert drawing().uniforms(key, 1, 2, 3, 4) == philox.uniforms(*map(np.uint64, (key, 1, 2, 3, 4)))
        wide = [np.uint64(word) for word in (key, 1, 2, 3)]
        assert int(drawing().ticket_entity(key, 1, 2, 3)) == int(entities.ticket_entity(*wide))


def test_a_key_out_of_range_is_refused():
    for key in (-1, 2**64):
        with pytest.raises(OverflowError):
            drawing().uniforms(key, 1, 2, 3, 4)


def test_a_value_function_is_the_value_of_its_row():
    table = table_of_all()
    for row, (u, v) in enumerate(np.random.default_rng(5).random((len(ALL), 2))):
        assert value_function(table, row)(u, v) == values.value_of(table, row, u, v)


if __name__ == "__main__":
    sys.stdout.write(digest())
