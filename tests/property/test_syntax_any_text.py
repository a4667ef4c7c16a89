"""Any text at all is read without an exception, and what is said of it points into it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.syntax import limits
from slmdsl.syntax.parse import parse
from slmdsl.syntax.skeleton import skeleton
from slmdsl.syntax.source_text import SourceText
from slmdsl.syntax.tree.walk import walk

EXAMPLES = [
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[1] / "spec" / "examples").glob("*.slm"))
]
WORDS = sorted({word for text in EXAMPLES for word in text.split()})

anything = st.text(max_size=300)
signs = st.text(alphabet='ab1 \n\t"#{}(),:.%-=<>*\\_/é', max_size=200)
sentences = st.lists(st.sampled_from([*WORDS, "\n", "{\n", "\n}\n", ",\n"]), max_size=60).map(" ".join)


@st.composite
def damaged(draw):
    """An example with a stretch cut out, doubled or replaced."""
    text = draw(st.sampled_from(EXAMPLES))
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 40)))
    return text[:start] + draw(st.one_of(signs, st.just(text[start:end] * 2), st.just(""))) + text[end:]


texts = st.one_of(anything, signs, sentences, damaged())


def places(diagnostic):
    yield diagnostic.span
    yield from (label.span for label in diagnostic.secondary)
    yield from (fix.span for fix in diagnostic.fixes)


@given(texts)
def test_any_text_ends_in_diagnostics_that_point_into_it(text):
    parsed = parse(text, "x.slm")
    assert len(parsed.diagnostics) <= limits.ERRORS + 1
    for diagnostic in parsed.diagnostics:
        for span in places(diagnostic):
            assert 0 <= span.start <= span.end <= len(parsed.text)
            before = parsed.text[: span.start]
            assert span.line == before.count("\n") + 1
            assert span.column == span.start - (before.rfind("\n") + 1) + 1
        assert diagnostic.message
        assert "\n" not in diagnostic.message


@given(texts)
def test_nodes_of_any_text_stand_in_it(text):
    parsed = parse(text, "x.slm")
    for node in walk(parsed.tree):
        assert 0 <= node.span.start <= node.span.end <= len(parsed.text)


@given(texts)
def test_reading_again_gives_the_same(text):
    assert parse(text, "x.slm").tree == parse(text, "x.slm").tree


def tokens(statements):
    for statement in statements:
        yield from statement.tokens
        if statement.block:
            if statement.block.open is not statement.tokens[0]:
                yield statement.block.open
            yield from tokens(statement.block.statements)
            if statement.block.close:
                yield statement.block.close


def lost(text):
    """Return what of a text is neither a token nor a comment."""
    source = SourceText(text, "x.slm")
    found = skeleton(source)
    left = list(source.text)
    for each in (*tokens(found.statements), *found.comments):
        left[each.start : each.end] = " " * (each.end - each.start)
    return {each for each in left if not each.isspace()}


@given(texts)
def test_nothing_but_stray_braces_is_lost(text):
    assert lost(text) <= {"}"}


@pytest.mark.parametrize(
    "text",
    [
        "a {\n" * 230 + "b\n" + "}\n" * 230,
        "a" * 20_000 + "\nb\n",
        '"""\n' + "a " * 9_000 + '\n"""\n',
        'team a {\n"""\n' + "a " * 9_000 + '\n"""\n}\n',
        "a\n" * 60_000,
    ],
    ids=["deep", "long line", "long line in prose", "long line in a block's prose", "many lines"],
)
def test_nothing_is_lost_beyond_the_limits(text):
    assert lost(text) == set()


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_beginning_of_an_example_is_read(text):
    for end in range(0, len(text), 97):
        parse(text[:end], "x.slm")
