"""Diagnostics as SARIF 2.1.0 (OASIS), which code hosts show beside the changed lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from slmdsl.base.diagnostics import all_codes, in_order
from slmdsl.base.places import end_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slmdsl.base.diagnostics import Diagnostic, Fix, Label
    from slmdsl.base.spans import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

Json = dict[str, object]


def render_sarif(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str], *, version: str) -> str:
    """Return a SARIF log of one run; `version` is that of the program.

    Columns count characters, as spans do. Places that no file declares have no region.
    """
    ordered = in_order(diagnostics)
    codes = sorted({diagnostic.code for diagnostic in ordered})
    driver = {"name": "slm", "version": version, "rules": [_rule(code, ordered) for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code), sources) for diagnostic in ordered],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(number: str, diagnostics: Sequence[Diagnostic]) -> Json:
    code = all_codes().get(number)
    severity = next(each.severity for each in diagnostics if each.code == number)
    rule: Json = {"id": number, "defaultConfiguration": {"level": severity.value}}
    return rule | {"shortDescription": {"text": code.title}} if code else rule


def _result(diagnostic: Diagnostic, rule: int, sources: Mapping[str, str]) -> Json:
    text = "\n".join([diagnostic.message, *(f"help: {words}" for words in diagnostic.help)])
    location = _location(diagnostic.span, sources)
    if diagnostic.label:
        location["message"] = {"text": diagnostic.label}
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": {"text": text},
        "locations": [location],
    }
    if diagnostic.secondary:
        result["relatedLocations"] = [
            _related(number, label, sources) for number, label in enumerate(diagnostic.secondary)
        ]
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix, sources) for fix in diagnostic.fixes]
    return result


def _related(number: int, label: Label, sources: Mapping[str, str]) -> Json:
    message: Json = {"message": {"text": label.text}} if label.text else {}
    return {"id": number} | _location(label.span, sources) | message


def _location(span: Span, sources: Mapping[str, str]) -> Json:
    physical: Json = {"artifactLocation": _artifact(span)}
    if span.line:
        physical["region"] = _region(span, sources)
    return {"physicalLocation": physical}


def _fix(fix: Fix, sources: Mapping[str, str]) -> Json:
    replacement = {
        "deletedRegion": _region(fix.span, sources),
        "insertedContent": {"text": fix.replacement},
    }
    change = {"artifactLocation": _artifact(fix.span), "replacements": [replacement]}
    return {"description": {"text": fix.description}, "artifactChanges": [change]}


def _artifact(span: Span) -> Json:
    path = quote(span.file.replace("\\", "/"), safe="/")
    return {"uri": f"file://{path}" if path.startswith("/") else path}


def _region(span: Span, sources: Mapping[str, str]) -> Json:
    end_line, end_column = end_of(span, sources)
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": end_line,
        "endColumn": end_column,
    }
