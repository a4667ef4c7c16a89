"""`grammar/ERRORS.md`: every code has a section, and what a section shows is what happens."""

from __future__ import annotations

import importlib
import pkgutil
import re
from datetime import date
from pathlib import Path

import pytest

import slmdsl
from slmdsl.base.diagnostics import Severity, all_codes
from slmdsl.contract import check
from slmdsl.evaluate.examples.running import run_examples
from slmdsl.syntax.imports import follow_imports
from tests.docs.markdown import fences

ERRORS = Path(slmdsl.__file__).parents[1] / "grammar" / "ERRORS.md"
_HEADING = re.compile(r"^## (SLM\d{3}) (.+)$", re.MULTILINE)
JUDGED = {"SLM424": date(2028, 1, 15), "SLM425": date(2028, 1, 15)}


def sections():
    text = ERRORS.read_text(encoding="utf-8")
    found = list(_HEADING.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    return {each[1]: (each[2], text[each.end() : end]) for each, end in zip(found, ends, strict=True)}


SECTIONS = sections()
RUN = {code for code, (_, body) in SECTIONS.items() if "```slm" in body}


def codes():
    for room in pkgutil.walk_packages(slmdsl.__path__, "slmdsl."):
        if room.name.endswith(".codes"):
            importlib.import_module(room.name)
    return all_codes()


class Beside:
    """The files of one example, as a folder."""

    def __init__(self, texts):
        self.texts = texts

    def real(self, path):
        return path if path in self.texts else None

    def read(self, path):
        return self.texts[path].encode()

    def neighbours(self, folder):
        return tuple(self.texts) if not folder else ()


def findings(code, which):
    """Parse and check one example together with the files beside it."""
    blocks = fences(SECTIONS[code][1])
    texts = {each.name: each.text for each in blocks if each.name.endswith(".slm")}
    texts["spec.slm"] = next(each.text for each in blocks if each.name == which)
    project = follow_imports(texts, Beside(texts))
    contract, found = check(
        project.trees,
        texts={each.source.file: each.text for each in project.files},
        visible=project.visible,
        as_of=JUDGED.get(code),
    )
    said = [*project.diagnostics, *found]
    return said if any(each.is_error for each in said) else [*said, *run_examples(contract)]


def test_every_code_has_a_section_and_every_section_a_code():
    assert {code: title for code, (title, _) in SECTIONS.items()} == {
        number: code.title for number, code in codes().items()
    }


def test_sections_are_in_order():
    assert list(SECTIONS) == sorted(SECTIONS)


@pytest.mark.parametrize("code", sorted(RUN))
def test_the_wrong_example_raises_its_code_and_no_other_error(code):
    found = findings(code, "wrong")
    assert code in {each.code for each in found}
    assert {each.code for each in found if each.severity is Severity.ERROR} <= {code}


@pytest.mark.parametrize("code", sorted(RUN))
def test_the_mended_example_has_no_error(code):
    found = findings(code, "mended")
    assert code not in {each.code for each in found}
    assert not [each.message for each in found if each.severity is Severity.ERROR]
