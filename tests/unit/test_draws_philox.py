"""Keyed uniforms: Philox against its published vectors, and who draws what."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.workload.draws.entities import ticket_entity
from slmdsl.workload.draws.keys import Purpose, agent_entity, key_of, name_hash, named_entity, place_of
from slmdsl.workload.draws.philox import philox, uniform, uniforms

WORD = st.integers(0, 2**32 - 1)
WIDE = st.integers(0, 2**64 - 1)


# Key, counter, result: the vectors that the authors of Random123 publish for ten rounds.
@pytest.mark.parametrize(
    ("key", "counter", "words"),
    [
        ("00000000 00000000", "00000000 00000000 00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff", "ffffffff ffffffff ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("a4093822 299f31d0", "243f6a88 85a308d3 13198a2e 03707344", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_known_answers(key, counter, words):
    given_words = [np.uint64(int(word, 16)) for word in f"{key} {counter}".split()]
    assert [int(word) for word in philox(*given_words)] == [int(word, 16) for word in words.split()]


def wide(*numbers):
    return [np.uint64(number) for number in numbers]


@given(WIDE, WIDE, WORD, st.integers(0, 2**24 - 1), st.sampled_from(Purpose))
def test_uniforms_are_the_words_of_one_call(key, entity, place, visit, purpose):
    words = philox(
        *wide(key >> 32, key & 0xFFFFFFFF, entity >> 32, entity & 0xFFFFFFFF, place, visit << 8 | purpose)
    )
    x0, x1, x2, x3 = (int(word) >> 6 for word in words)
    shares = [((high << 26 | low) * 2 + 1) / 2**53 for high, low in ((x0, x1), (x2, x3))]
    arguments = wide(key, entity, place, visit, purpose)
    assert list(uniforms(*arguments)) == shares
    assert uniform(*arguments) == shares[0]
    assert all(0.0 < share < 1.0 for share in shares)


def test_higher_bits_of_small_words_are_not_seen():
    seen = uniforms(*wide(1, 2, 3, 4, 5))
    assert seen == uniforms(*wide(1, 2, 3 + 2**32, 4 + 2**24, 5 + 2**8))


def test_each_word_matters():
    words = (1, 2, 3, 4, 5)
    drawn = {uniforms(*wide(*words))}
    for i, bit in itertools.product(range(5), (0, 7)):
        drawn.add(uniforms(*wide(*(word ^ (1 << bit if i == j else 0) for j, word in enumerate(words)))))
    assert len(drawn) == 11


def test_uniforms_are_even_and_independent():
    drawn = np.array([uniforms(*wide(9, i, 1, 0, 1)) for i in range(20_000)])
    n = len(drawn)
    assert abs(drawn.mean(axis=0) - 0.5).max() < 4 * (1 / 12 / n) ** 0.5
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 4 / n**0.5
    assert abs(np.corrcoef(drawn[1:, 0], drawn[:-1, 0])[0, 1]) < 4 / n**0.5
    counts, _ = np.histogram(drawn[:, 0], bins=100, range=(0, 1))
    assert ((counts - n / 100) ** 2 / (n / 100)).sum() < 99 + 4 * (2 * 99) ** 0.5


TICKET = st.tuples(st.integers(0, 2**18 - 1), st.integers(0, 2**26 - 1), st.integers(0, 2**16 - 1))


@given(WIDE, TICKET, TICKET)
def test_tickets_of_a_stream_are_told_apart(stream, one, other):
    entities = [int(ticket_entity(*wide(stream, *ticket))) for ticket in (one, other)]
    assert (entities[0] == entities[1]) == (one == other)
    day, burst, member = one
    assert entities[0] == (stream + (day << 42 | burst << 16 | member)) % 2**64


def test_names_mean_the_same_everywhere():
    assert name_hash("incidents") == 0xF2408C9DB95D6CFD
    assert place_of("Störung") == name_hash("Störung") >> 32
    assert agent_entity("desk", "early", 2**64) == agent_entity("desk", "early", 0)
    assert agent_entity("desk", "early", 0) != agent_entity("deskearly", "", 0)
    assert named_entity("desk") != name_hash("desk")
    assert named_entity("hosting", 3) == (named_entity("hosting") + 3) % 2**64


def test_purposes_keep_their_numbers():
    assert [purpose.value for purpose in Purpose] == list(range(1, 32))
    assert (Purpose.ARRIVALS, Purpose.WORK, Purpose.RESTORE) == (1, 11, 31)


def test_a_key_is_two_words():
    assert key_of(2**32 - 1, 1) == 0xFFFFFFFF00000001
    for words in ((2**32, 0), (0, 2**32), (-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="32-bit"):
            key_of(*words)
