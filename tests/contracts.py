"""Specifications from texts, for tests of names, models and checks."""

from __future__ import annotations

from textwrap import dedent

from slmdsl.base.diagnostics import Severity
from slmdsl.contract import check
from slmdsl.syntax.parse import parse

PARTIES = """
provider globex "Globex"
customer acme "Acme"
team desk "Service desk"
team apps "Application support" {
  contact lead "apps.lead@globex.example"
}
"""
OFFICE = """
calendar office "Office hours" {
  timezone Europe/Amsterdam
  open mon..fri 08:00-18:00
}

clock standard {
  runs on office
}
"""


def read(text, *, as_of=None, **others):
    """Check `text` as `spec.slm` with further files beside it (`parties="..."` is `parties.slm`)."""
    texts = {"spec.slm": text, **{f"{name}.slm": other for name, other in others.items()}}
    parsed = [parse(dedent(each), name) for name, each in texts.items()]
    broken = [each.message for one in parsed for each in one.diagnostics]
    assert not broken, broken
    return check(
        [each.tree for each in parsed],
        texts={each.tree.span.file: each.text for each in parsed},
        as_of=as_of,
    )


def contract(text, **others):
    """Return the contract of texts without errors."""
    found, diagnostics = read(text, **others)
    assert not errors(diagnostics)
    return found


def findings(text, **others):
    """Return (code, message) of every finding."""
    return [(each.code, each.message) for each in read(text, **others)[1]]


def codes(text, **others):
    """Return the codes of the errors, in order."""
    return errors(read(text, **others)[1])


def errors(diagnostics):
    """Return the codes of the errors among diagnostics."""
    return [each.code for each in diagnostics if each.severity is Severity.ERROR]


def warnings(text, **others):
    """Return the codes of the warnings, in order."""
    return [each.code for each in read(text, **others)[1] if each.severity is Severity.WARNING]
