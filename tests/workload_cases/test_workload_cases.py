"""What is found in staff, loads, scenarios and experiments, case by case: `README.md` says how a case is written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slmdsl.contract import check
from slmdsl.syntax.parse import parse
from tests.diagnosed import cases_of
from tests.docs.markdown import REWRITE, settle

if TYPE_CHECKING:
    from tests.diagnosed import Case

HERE = Path(__file__).parent
FAULTY_AT_LEAST, SOUND_AT_LEAST = 45, 15


FAULTY, SOUND, OPEN = (list(cases_of(HERE / f"{name}.md")) for name in ("faulty", "sound", "open"))


def found_in(case: Case) -> str:
    parsed = parse(f"{case.said.text}\n{case.shared}", "case.slm")
    assert not parsed.diagnostics, [each.message for each in parsed.diagnostics]
    _, found = check([parsed.tree], texts={"case.slm": parsed.text})
    return "".join(
        f"{each.code} {each.span.line}:{each.span.column} {words_at(parsed.text, each.span)}\n"
        for each in found
    )


def words_at(text, span):
    """The words under the finding, of the first line if there are several."""
    return text[span.start : span.end].split("\n")[0].strip()


@pytest.mark.parametrize("case", FAULTY + SOUND, ids=lambda case: f"{case.file}: {case.title}")
def test_exactly_this_is_found(case):
    assert found_in(case) == case.expected.text


@pytest.mark.parametrize("case", OPEN, ids=lambda case: case.title)
def test_open_cases_say_where_something_ought_to_stand(case):
    code, place, words = case.expected.text.rstrip("\n").split(" ", 2)
    assert re.fullmatch(r"\?|SLM6\d\d", code)
    line, column = map(int, place.split(":"))
    assert case.said.text.split("\n")[line - 1][column - 1 :].startswith(words)
    assert found_in(case) != case.expected.text, f"{case.title!r} belongs to faulty.md now"


if REWRITE:

    @pytest.mark.parametrize("cases", [FAULTY, SOUND], ids=["faulty.md", "sound.md"])
    def test_files_are_rewritten(cases):
        settle(HERE / cases[0].file, {case.expected: found_in(case) for case in cases})


def test_a_faulty_case_has_one_finding_and_a_sound_one_none():
    assert {case.expected.text.count("\n") for case in FAULTY} == {1}
    assert {case.expected.text for case in SOUND} == {""}


def test_titles_are_unique():
    titles = [case.title for case in FAULTY + SOUND + OPEN]
    assert len(set(titles)) == len(titles)


def test_there_are_enough_faulty_and_enough_sound_models():
    assert len(FAULTY) >= FAULTY_AT_LEAST
    assert len(SOUND) >= SOUND_AT_LEAST
