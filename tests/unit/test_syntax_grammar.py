"""The grammar files and the code agree."""

import logging
import re

import lark
import pytest

from slmdsl.base.shipped import shipped
from slmdsl.syntax import codes
from slmdsl.syntax.build import builders
from slmdsl.syntax.expectations import Expectations
from slmdsl.syntax.grammars import FAMILIES, grammar_of, member_words, terminal_patterns
from slmdsl.syntax.skeleton import DECLARATION_KEYWORDS

STARTS = [start for starts in FAMILIES.values() for start in starts]


def rules(family):
    return grammar_of(FAMILIES[family][0])._lark.rules


@pytest.mark.parametrize("family", FAMILIES)
def test_every_rule_has_a_builder(family):
    known = vars(builders(family))
    for rule in rules(family):
        name = rule.alias or str(rule.origin.name)
        renames = rule.options.expand1 and not rule.alias and len(rule.expansion) == 1
        assert name.startswith("_") or renames or name in known, name


@pytest.mark.parametrize("family", FAMILIES)
def test_no_rule_is_empty(family):
    assert all(rule.expansion for rule in rules(family))


@pytest.mark.parametrize("family", FAMILIES)
def test_there_is_no_conflict(family, caplog):
    lark.logger.addHandler(caplog.handler)
    level = lark.logger.level
    lark.logger.setLevel(logging.DEBUG)
    try:
        grammar = grammar_of(FAMILIES[family][0])._lark
        lark.Lark(
            grammar.source_grammar,
            parser="lalr",
            lexer=grammar.options.lexer,
            start=list(FAMILIES[family]),
            keep_all_tokens=True,
            maybe_placeholders=False,
            debug=True,
        )
    finally:
        lark.logger.setLevel(level)
        lark.logger.removeHandler(caplog.handler)
    assert not [record.message for record in caplog.records if "onflict" in record.message]


def test_every_block_has_statements():
    agreements = {"sla", "ola", "contract", "template"}
    wanted = {f"{keyword}_statement" for keyword in DECLARATION_KEYWORDS if keyword not in agreements}
    assert wanted <= set(STARTS)


def test_the_head_knows_the_keywords_of_declarations():
    grammar = (shipped("grammar") / "file.lark").read_text(encoding="utf-8")
    rule = grammar[grammar.index("keyword: ") : grammar.index("parent: ")]
    assert set(re.findall(r'"(\w+)"', rule)) == set(DECLARATION_KEYWORDS)


@pytest.mark.parametrize("start", STARTS)
def test_what_a_statement_starts_with_is_said_in_words(start):
    said = Expectations(grammar_of(start), start, ()).said()
    assert said
    assert all(not each.isupper() for each in said)


def test_closed_sets_of_words():
    assert member_words("MEASURE") == ("response", "resolution", "fulfilment", "next_reply")
    assert member_words("NUMBER") == ()


def test_the_terminals_are_read_as_lark_reads_them():
    ours = terminal_patterns()
    for family in FAMILIES:
        for terminal in grammar_of(FAMILIES[family][0])._lark.terminals:
            if isinstance(terminal.pattern, lark.lexer.PatternRE):
                assert terminal.pattern.raw == f"/{ours[terminal.name]}/"


def test_every_code_is_used():
    folder = shipped("grammar").parent / "slmdsl" / "syntax"
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    unused = [name for name in vars(codes) if name.isupper() and f"codes.{name}" not in text]
    assert unused == []


def test_an_empty_rule_is_refused():
    from slmdsl.syntax.automaton import Table
    from slmdsl.syntax.grammars import _Handed

    grammar = lark.Lark('start: "a" rest\nrest: "b" |', parser="lalr", lexer=_Handed)
    with pytest.raises(ValueError, match="rest"):
        Table(grammar.parse_interactive(start="start"))
