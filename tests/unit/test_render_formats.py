"""Diagnostics for programs: JSON, SARIF, workflow commands."""

import json

import pytest

from slmdsl.base import diagnostics as base_diagnostics
from slmdsl.base.diagnostics import Diagnostic, Fix, Label, Severity
from slmdsl.base.render_github import render_github
from slmdsl.base.render_json import render_json
from slmdsl.base.render_sarif import render_sarif
from slmdsl.base.spans import NOWHERE, Span

TEXT = "slm 1\nclock standard {\n  runs on ofice\n}\n"
SOURCES = {"my agreement.slm": TEXT, "other.slm": ""}
OFICE = Span("my agreement.slm", TEXT.index("ofice"), TEXT.index("ofice") + 5, 3, 11)
BLOCK = Span("my agreement.slm", 6, len(TEXT) - 1, 2, 1)
FOUND = Diagnostic(
    code="SLM203",
    severity=Severity.ERROR,
    message="no calendar is called `ofice`, 100%",
    span=OFICE,
    label="not declared",
    secondary=(Label(span=BLOCK, text="in this clock"), Label(span=OFICE)),
    help=("did you mean `office`?",),
    fixes=(Fix(span=OFICE, replacement="office", description="write `office`"),),
)
VAGUE = Diagnostic(code="SLM901", severity=Severity.NOTE, message="a note", span=NOWHERE)


def test_json_says_all_there_is():
    document = json.loads(render_json([FOUND], SOURCES))
    span = {
        "file": "my agreement.slm",
        "start": 33,
        "end": 38,
        "line": 3,
        "column": 11,
        "end_line": 3,
        "end_column": 16,
    }
    block = {
        "file": "my agreement.slm",
        "start": 6,
        "end": 40,
        "line": 2,
        "column": 1,
        "end_line": 4,
        "end_column": 2,
    }
    assert document == {
        "version": 1,
        "diagnostics": [
            {
                "code": "SLM203",
                "severity": "error",
                "message": "no calendar is called `ofice`, 100%",
                "label": "not declared",
                "span": span,
                "secondary": [{"span": block, "text": "in this clock"}, {"span": span, "text": ""}],
                "help": ["did you mean `office`?"],
                "fixes": [{"span": span, "replacement": "office", "description": "write `office`"}],
            }
        ],
        "summary": {"errors": 1, "warnings": 0, "notes": 0, "files": 2},
    }


def test_json_of_nothing_is_an_empty_list():
    assert json.loads(render_json([], {})) == {
        "version": 1,
        "diagnostics": [],
        "summary": {"errors": 0, "warnings": 0, "notes": 0, "files": 0},
    }


@pytest.fixture
def known_code(monkeypatch):
    monkeypatch.setattr(base_diagnostics, "_ALL_CODES", {})
    base_diagnostics.error("SLM203", "A name is not declared")


@pytest.mark.usefixtures("known_code")
def test_sarif_has_a_rule_per_code_and_regions_and_fixes():
    log = json.loads(render_sarif([VAGUE, FOUND], SOURCES, version="1.2.3"))
    (run,) = log["runs"]
    assert (log["version"], run["columnKind"]) == ("2.1.0", "unicodeCodePoints")
    assert run["tool"]["driver"] == {
        "name": "slm",
        "version": "1.2.3",
        "rules": [
            {
                "id": "SLM203",
                "defaultConfiguration": {"level": "error"},
                "shortDescription": {"text": "A name is not declared"},
            },
            {"id": "SLM901", "defaultConfiguration": {"level": "note"}},
        ],
    }
    note, error = run["results"]
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in (note, error)] == [
        ("SLM901", 1, "note"),
        ("SLM203", 0, "error"),
    ]
    assert "region" not in note["locations"][0]["physicalLocation"]
    region = {"startLine": 3, "startColumn": 11, "endLine": 3, "endColumn": 16}
    artifact = {"uri": "my%20agreement.slm"}
    assert error["message"]["text"] == "no calendar is called `ofice`, 100%\nhelp: did you mean `office`?"
    assert error["locations"] == [
        {
            "physicalLocation": {"artifactLocation": artifact, "region": region},
            "message": {"text": "not declared"},
        }
    ]
    assert error["relatedLocations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "startColumn": 1,
        "endLine": 4,
        "endColumn": 2,
    }
    assert [related.get("message") for related in error["relatedLocations"]] == [
        {"text": "in this clock"},
        None,
    ]
    assert error["fixes"] == [
        {
            "description": {"text": "write `office`"},
            "artifactChanges": [
                {
                    "artifactLocation": artifact,
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": "office"}}],
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("file", "uri"),
    [("a/b.slm", "a/b.slm"), ("a\\服.slm", "a/%E6%9C%8D.slm"), ("/srv/b.slm", "file:///srv/b.slm")],
)
def test_sarif_names_files_as_uris(file, uri):
    found = Diagnostic(code="SLM1", severity=Severity.ERROR, message="m", span=Span(file, 0, 1, 1, 1))
    (run,) = json.loads(render_sarif([found], {}, version="1"))["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_github_gets_one_escaped_command_per_finding():
    note, error = render_github([FOUND, VAGUE], SOURCES).splitlines()
    assert note == "::notice file=<built in>,title=SLM901::a note"
    assert error == (
        "::error file=my agreement.slm,line=3,col=11,endLine=3,endColumn=16,title=SLM203"
        "::no calendar is called `ofice`, 100%25"
        "%0Amy agreement.slm:2: in this clock%0Ahelp: did you mean `office`?"
    )


def test_github_properties_are_escaped_further():
    span = Span("a,b:c\r\n.slm", 0, len(TEXT), 1, 1)
    found = Diagnostic(code="SLM1", severity=Severity.WARNING, message="x\r\n::error::y\x1b", span=span)
    assert render_github([found], {span.file: TEXT}).splitlines() == [
        "::warning file=a%2Cb%3Ac␍␊.slm,line=1,col=1,endLine=5,title=SLM1::x␍%0A::error::y␛"
    ]


def test_nothing_found_is_no_command():
    assert render_github([], {}) == ""
