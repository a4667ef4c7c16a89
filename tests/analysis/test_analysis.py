"""What the analysis finds in agreements, case by case: `README.md` says how a case is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slmdsl.contract import check
from slmdsl.evaluate.examples.running import run_examples
from slmdsl.syntax.parse import parse
from tests.diagnosed import cases_of
from tests.docs.markdown import REWRITE, settle

if TYPE_CHECKING:
    from slmdsl.base.diagnostics import Diagnostic
    from tests.diagnosed import Case

HERE = Path(__file__).parent
FAULTY_AT_LEAST, SOUND_AT_LEAST = 35, 30


def cases():
    for path in sorted(HERE.glob("*.md")):
        if path.name != "README.md":
            yield from cases_of(path)


CASES = list(cases())


def found_in(case: Case) -> list[Diagnostic]:
    parsed = parse(f"{case.said.text}\n{case.shared}", "case.slm")
    assert not parsed.diagnostics, [each.message for each in parsed.diagnostics]
    contract, found = check(
        [parsed.tree],
        texts={"case.slm": parsed.text},
        as_of=date.fromisoformat(case.said.name) if case.said.name else None,
    )
    return [*found, *(() if any(each.is_error for each in found) else run_examples(contract))]


def place(each) -> str:
    return f"{each.span.line}:{each.span.column}"


def lines_of(case: Case) -> str:
    return "".join(
        " ".join([each.code, place(each), *(place(label) for label in each.secondary)]) + "\n"
        for each in found_in(case)
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.title}")
def test_exactly_this_is_found(case):
    assert lines_of(case) == case.expected.text


if REWRITE:

    @pytest.mark.parametrize("file", sorted({case.file for case in CASES}))
    def test_files_are_rewritten(file):
        settle(HERE / file, {case.expected: lines_of(case) for case in CASES if case.file == file})


def test_titles_are_unique():
    titles = [(case.file, case.title) for case in CASES]
    assert len(set(titles)) == len(titles)


def test_there_are_enough_faulty_and_enough_sound_agreements():
    sound = [case for case in CASES if not case.expected.text]
    assert len(sound) >= SOUND_AT_LEAST
    assert len(CASES) - len(sound) >= FAULTY_AT_LEAST


def test_every_sound_agreement_stands_with_the_sound():
    assert {case.file for case in CASES if not case.expected.text} == {"sound.md"}
