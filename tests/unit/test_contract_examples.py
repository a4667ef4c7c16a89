"""The design's examples check without errors, and warn of what their text says."""

from pathlib import Path

import pytest

from slmdsl.base.diagnostics import Severity
from slmdsl.base.render import render_text
from slmdsl.contract import check
from slmdsl.syntax.parse import parse
from tests.docs.markdown import REWRITE

EXAMPLES = Path(__file__).parents[1] / "spec" / "examples"
FINDINGS = EXAMPLES / "findings.txt"


@pytest.fixture(scope="module")
def checked():
    parsed = [parse(path.read_text(encoding="utf-8"), path.name) for path in sorted(EXAMPLES.glob("*.slm"))]
    texts = {each.tree.span.file: each.text for each in parsed}
    spec, found = check([each.tree for each in parsed], texts=texts)
    return spec, found, texts


def test_the_examples_have_no_errors(checked):
    assert not [each.message for each in checked[1] if each.severity is Severity.ERROR]


def test_the_examples_warn_of_what_is_written_down(checked):
    _, found, texts = checked
    rendered = render_text(found, texts)
    if REWRITE:
        FINDINGS.write_text(rendered, encoding="utf-8")
    assert rendered == FINDINGS.read_text(encoding="utf-8")


def test_each_example_checks_without_the_files_that_import_it():
    parsed = {
        path.name: parse(path.read_text(encoding="utf-8"), path.name) for path in EXAMPLES.glob("*.slm")
    }
    order = ("calendars.slm", "catalogue.slm", "agreement.slm", "load.slm", "whatif.slm", "source.slm")
    for last in range(len(order)):
        _, found = check([parsed[name].tree for name in order[: last + 1]])
        assert not [each.message for each in found if each.is_error]


def test_everything_declared_is_in_the_contract(checked):
    spec = checked[0]
    assert set(spec.calendars) == {"always", "office", "night_cover"}
    assert set(spec.agreements) == {"acme_gold", "apps_to_desk", "hostco_base", "acme_basic"}
    assert set(spec.services) == {"directory", "wan", "hosting", "email", "till"}
    assert set(spec.sources) == {"desk_export", "desk_events", "probe", "outage_book", "survey"}
    assert spec.fields == ("site", "channel", "caused_by")
    assert [each.name for each in spec.agreements["acme_gold"].targets][:3] == [
        "response_p3",
        "resolution_p3",
        "p1_answer",
    ]
    assert spec.agreements["apps_to_desk"].services == ("email", "till", "laptop")
