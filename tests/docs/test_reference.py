"""`grammar/README.md`: every example checks clean, everything that can be said is shown, every code has its link."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import slmdsl
from slmdsl.base.diagnostics import Severity, all_codes
from slmdsl.contract import check
from slmdsl.syntax import tree
from slmdsl.syntax.build.common import NEVER_NAMES
from slmdsl.syntax.format import format_text
from slmdsl.syntax.parse import parse
from slmdsl.syntax.tree.common import Node
from slmdsl.syntax.tree.walk import walk
from tests.docs.markdown import REWRITE, Fence, fences, settle

GRAMMAR = Path(slmdsl.__file__).parents[1] / "grammar"
REFERENCE = GRAMMAR / "README.md"
TEXT = REFERENCE.read_text(encoding="utf-8")
EXAMPLES = [each for each in fences(TEXT) if each.language == "slm"]
FILES = {each.name: each for each in EXAMPLES if each.name}
UNNAMED = "example.slm"
SPELLED_OUT = frozenset("sec secs second seconds mins minute minutes hr hrs hour hours weeks".split())
"""Units that the reference leaves to "also spelled out"."""

_CODE = re.compile(r"\[(SLM\d{3})\](?!:)")
_LINK = re.compile(r"^\[(SLM\d{3})\]: (\S+)$", re.MULTILINE)
_HEADING = re.compile(r"^## ((SLM\d{3}) .+)$", re.MULTILINE)
_QUOTED = re.compile(r'"([a-z_]{2,})"')
_CLOSED_SET = re.compile(r"^[A-Z_]+: /([A-Za-z_|]+)/$", re.MULTILINE)


def codes():
    for room in pkgutil.walk_packages(slmdsl.__path__, "slmdsl."):
        if room.name.endswith(".codes"):
            importlib.import_module(room.name)
    return all_codes()


def anchor(heading: str) -> str:
    """The name by which a heading can be linked to."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def with_imports(example: Fence) -> dict[str, str]:
    """The example's text with those of the files that it imports, by name."""
    texts: dict[str, str] = {}
    waiting = [(example.name or UNNAMED, example.text)]
    while waiting:
        name, text = waiting.pop()
        if name not in texts:
            texts[name] = text
            imports = parse(text, name).tree.imports
            waiting += [(each.path.value, FILES[each.path.value].text) for each in imports]
    return texts


def titles(example: Fence) -> str:
    """How a test is called: by the file, or by the line on which the example stands."""
    return example.name or f"line {TEXT.count(chr(10), 0, example.start)}"


@pytest.mark.parametrize("example", EXAMPLES, ids=titles)
def test_an_example_has_no_error(example):
    texts = with_imports(example)
    parsed = [parse(text, name) for name, text in texts.items()]
    _, found = check([each.tree for each in parsed], texts=texts)
    found = [*(each for file in parsed for each in file.diagnostics), *found]
    assert not [f"{each.code} {each.message}" for each in found if each.severity is Severity.ERROR]


def test_examples_are_laid_out_as_the_formatter_does():
    settle(REFERENCE, {each: format_text(each.text, each.name or UNNAMED) for each in EXAMPLES})


def test_all_files_together_are_one_specification():
    parsed = [parse(each.text, name) for name, each in FILES.items()]
    _, found = check(
        [each.tree for each in parsed], texts={each.tree.span.file: each.text for each in parsed}
    )
    assert not [f"{each.code} {each.message}" for each in found if each.severity is Severity.ERROR]


def classes_of_nodes() -> set[type[Node]]:
    """Everything that can be written, as the tree has it."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.iter_modules(tree.__path__, "slmdsl.syntax.tree.")
    ]
    found = (each for module in modules for each in vars(module).values() if isinstance(each, type))
    return {
        each
        for each in found
        if issubclass(each, Node) and each is not Node and dataclasses.is_dataclass(each)
    }


def test_everything_that_can_be_written_is_shown():
    shown = {type(node) for each in EXAMPLES for node in walk(parse(each.text, UNNAMED).tree)}
    assert {each.__name__ for each in classes_of_nodes() - shown} == set()


def test_every_word_of_the_grammar_is_mentioned():
    grammar = "\n".join(path.read_text(encoding="utf-8") for path in sorted(GRAMMAR.glob("*.lark")))
    rules = "\n".join(line.partition("//")[0] for line in grammar.splitlines())
    words = {word for closed in _CLOSED_SET.findall(rules) for word in closed.split("|")} - SPELLED_OUT
    assert (words | set(_QUOTED.findall(rules))) - set(re.findall(r"[A-Za-z_]+", TEXT)) == set()


def test_the_words_that_are_no_names_are_all_told():
    told = re.search(r"^`(always [a-z ]+)`\.$", TEXT, re.MULTILINE)
    assert told is not None
    assert set(told[1].split()) == NEVER_NAMES
    assert len(NEVER_NAMES) == 10


def test_every_code_on_text_is_mentioned_and_every_mentioned_code_exists():
    known, mentioned = codes(), set(_CODE.findall(TEXT))
    assert mentioned - known.keys() == set()
    assert {each for each in known if "SLM100" <= each < "SLM500"} - mentioned == set()


def test_every_mentioned_code_is_linked_to_its_section():
    errors = (GRAMMAR / "ERRORS.md").read_text(encoding="utf-8")
    sections = {code: f"ERRORS.md#{anchor(heading)}" for heading, code in _HEADING.findall(errors)}
    text = REFERENCE.read_text(encoding="utf-8")
    links = "".join(f"[{code}]: {sections[code]}\n" for code in sorted(set(_CODE.findall(text))))
    linked = _LINK.sub("", text).rstrip("\n") + f"\n\n{links}"
    if REWRITE:
        REFERENCE.write_text(linked, encoding="utf-8")
    else:
        assert linked == text


def test_links_within_the_page_lead_somewhere():
    headings = {anchor(each) for each in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - headings == set()
