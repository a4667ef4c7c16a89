"""The tree: equality, walking, immutability."""

import dataclasses

import pytest

from slmdsl.syntax.parse import parse
from slmdsl.syntax.tree.common import Node, Ref
from slmdsl.syntax.tree.walk import refs, walk

TEXT = """clock standard {
  pauses while wait_customer, scheduled
  runs   on office
}
"""


def tree(text):
    return parse(text, "x.slm").tree


def test_nodes_are_equal_when_they_say_the_same():
    spaced = (
        "# a comment\n\nclock   standard {\n pauses while wait_customer,\n   scheduled\n runs on office }\n"
    )
    assert tree(TEXT) == tree(spaced)
    assert hash(tree(TEXT)) == hash(tree(spaced))


def test_nodes_differ_when_they_say_otherwise():
    assert tree(TEXT) != tree(TEXT.replace("office", "night"))


def test_mentions_come_in_the_order_of_the_text():
    assert [each.text for each in refs(tree(TEXT))] == ["wait_customer", "scheduled", "office"]


def test_walking_meets_every_node_once():
    found = list(walk(tree(TEXT)))
    assert len({id(each) for each in found}) == len(found)
    assert type(found[0]).__name__ == "File"


def recursively(value):
    if isinstance(value, tuple):
        for each in value:
            yield from recursively(each)
    elif isinstance(value, Node):
        yield value
        for each in dataclasses.fields(value):
            yield from recursively(getattr(value, each.name))


def test_walking_equals_the_obvious_recursion():
    found = tree(TEXT + "sla x {\n  target t: share of incidents in a where b = c at most 5% each month\n}\n")
    assert [id(each) for each in walk(found)] == [id(each) for each in recursively(found)]


def test_nodes_cannot_be_changed():
    ref = next(iter(refs(tree(TEXT))))
    assert isinstance(ref, Ref)
    with pytest.raises(dataclasses.FrozenInstanceError):
        ref.path = ("other",)
    with pytest.raises(TypeError):
        vars(ref)
