"""The grammar files and the code agree."""

import logging
import os
import re
import subprocess
import sys
from functools import cache
from types import SimpleNamespace

import lark
import pytest

from slmdsl.base.shipped import shipped
from slmdsl.syntax import codes, grammars
from slmdsl.syntax.automaton import Table, Walk
from slmdsl.syntax.build import builders
from slmdsl.syntax.expectations import Expectations
from slmdsl.syntax.grammars import FAMILIES, grammar_of, grammar_text, member_words, terminal_patterns
from slmdsl.syntax.skeleton import DECLARATION_KEYWORDS
from slmdsl.syntax.tables.from_lark import parser, tables_of
from slmdsl.syntax.tables.stored import store, stored

STARTS = [start for starts in FAMILIES.values() for start in starts]


@cache
def lark_of(family):
    return parser(grammar_text(family), FAMILIES[family])


def rules(family):
    return lark_of(family).rules


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
        parser(grammar_text(family), FAMILIES[family], debug=True)
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
        for terminal in lark_of(family).terminals:
            if isinstance(terminal.pattern, lark.lexer.PatternRE):
                assert terminal.pattern.raw == f"/{ours[terminal.name]}/"


def test_every_code_is_used():
    folder = shipped("grammar").parent / "slmdsl" / "syntax"
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    unused = [name for name in vars(codes) if name.isupper() and f"codes.{name}" not in text]
    assert unused == []


def test_an_empty_rule_is_refused():
    with pytest.raises(ValueError, match="rest"):
        tables_of('start: "a" rest\nrest: "b" |', ["start"])


@pytest.mark.parametrize("family", FAMILIES)
def test_the_stored_tables_belong_to_the_grammar(family, tmp_path):
    store(family, tables_of(grammar_text(family), FAMILIES[family]), tmp_path)
    assert stored(family, tmp_path) == stored(family), "run: python -m slmdsl.syntax.tables"


def test_tables_are_the_same_in_every_run():
    code = (
        "from slmdsl.syntax.grammars import FAMILIES, grammar_text; "
        "from slmdsl.syntax.tables.from_lark import tables_of; "
        "print(tables_of(grammar_text('clocks'), FAMILIES['clocks']))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("left", ["nothing", "another grammar's"])
def test_without_its_tables_a_grammar_is_computed(left, monkeypatch):
    kept = stored("calendars") if left == "another grammar's" else None
    monkeypatch.setattr(
        grammars, "stored", lambda _family: kept and {**kept, "digest": "of another", "states": []}
    )
    assert grammars._tables("calendars") == tables_of(grammar_text("calendars"), FAMILIES["calendars"])


def test_a_repetition_is_one_list_of_parts():
    tables = tables_of('start: ("a" | "b")+ "c" ("a")*', ["start"])
    table = Table(tables, SimpleNamespace(start=lambda parts: SimpleNamespace(value="".join(parts))))
    walk = Walk(table, "start")
    assert all(walk.take(each.upper(), each) for each in "abbacaa")
    assert walk.finish() == "abbacaa"
