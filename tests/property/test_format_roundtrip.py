"""What holds for every text: the formatter changes no meaning, loses no comment, and is done after one run."""

import pkgutil
import random
from collections import Counter
from importlib import import_module

from hypothesis import given, settings

import slmdsl.syntax.tree as syntax_tree
from slmdsl.syntax.format import format_parsed
from slmdsl.syntax.grammars import FAMILIES
from slmdsl.syntax.parse import parse
from slmdsl.syntax.skeleton import skeleton
from slmdsl.syntax.source_text import SourceText
from slmdsl.syntax.statements import parse_statement
from slmdsl.syntax.tree.common import Node
from slmdsl.syntax.tree.walk import walk
from tests.property.specs import broken, spec_of, specs
from tests.property.statements import Chance, Statements, reachable, rules_of

SAMPLE = 300


def comments_of(parsed):
    return [comment.text.rstrip() for comment in parsed.skeleton.comments]


def hold_for(text):
    """Hold that `text` and its canonical layout say the same, and that this is one."""
    before = parse(text, "a.slm")
    formatted = format_parsed(before).text
    after = parse(formatted, "a.slm")
    assert after.tree == before.tree
    assert comments_of(after) == comments_of(before)
    assert format_parsed(after).text == formatted
    return before


@settings(max_examples=120)
@given(specs())
def test_formatting_keeps_meaning_and_comments(text):
    hold_for(text)


def test_formatting_keeps_meaning_and_comments_of_a_sample():
    accepted = [hold_for(spec_of(random.Random(seed))).diagnostics == () for seed in range(SAMPLE)]
    assert sum(accepted) >= 0.95 * SAMPLE


def test_formatting_a_broken_text_keeps_what_could_be_read():
    refused = [hold_for(broken(random.Random(seed))).diagnostics != () for seed in range(SAMPLE)]
    assert sum(refused) >= 0.5 * SAMPLE


def statement_nodes():
    """Return the classes of all nodes that stand for something that can be written in a statement."""
    modules = [
        import_module(f"{syntax_tree.__name__}.{each.name}")
        for each in pkgutil.iter_modules(syntax_tree.__path__)
    ]
    classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    return {each for each in classes if issubclass(each, Node) and each.__subclasses__() == []}


def test_the_sample_has_every_form_of_every_statement():
    starts = [(start, start) for starts in FAMILIES.values() for start in starts]
    starts += [("target_promise", "agreement_statement"), ("set", "scenario_statement")]
    used, met, refused, count = Counter(), set(), [], 0
    chooser = Chance(random.Random(1))
    for made_of, start in starts:
        for _ in range(200 + 40 * len(rules_of(made_of).of[made_of])):
            words = Statements(chooser, used).statement(made_of)
            tokens = skeleton(SourceText(" ".join(words), "a.slm")).statements[0].tokens
            node = parse_statement(tokens, start, refused.append)
            count += 1
            met |= {type(each) for each in walk(node)} if isinstance(node, Node) else set()
    assert len(refused) <= 0.05 * count
    assert reachable() - set(used) == set()
    assert statement_nodes() - met - OF_FILES == set()


OF_FILES = {
    getattr(import_module(f"slmdsl.syntax.tree.{module}"), name)
    for module, name in (("file", "File"), ("file", "Declaration"), ("common", "Prose"))
}
"""Nodes that are made of more than one statement; the files of the sample have them."""
