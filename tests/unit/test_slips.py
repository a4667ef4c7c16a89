"""What people write from habit, and how the findings put it right."""

import pytest

from slmdsl.contract import check
from slmdsl.syntax.parse import parse
from slmdsl.syntax.slips import LIKE

HEAD, TAIL = 'sla g "G" {\n', "\n}\n"
FIX = "  target a: resolution of incidents within {} for {} {}"


def mended(text):
    """Apply the first fix of each finding until there is none left."""
    for _ in range(5):
        fixes = [each.fixes[0] for each in parse(text, "a.slm").diagnostics if each.fixes]
        if not fixes:
            break
        fix = fixes[0]
        text = text[: fix.span.start] + fix.replacement + text[fix.span.end :]
    assert not parse(text, "a.slm").diagnostics
    return text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (("4 h", "90,5%", "each month"), ("4 h", "90.5%", "each month")),
        (("4 h", "90%", "monthly"), ("4 h", "90%", "each month")),
        (("4 h", "90%", "Quarterly"), ("4 h", "90%", "each quarter")),
        (("3 working days", "90%", "each month"), ("3 business days", "90%", "each month")),
        (("3 workdays", "90%", "each month"), ("3 business days", "90%", "each month")),
        (("2,5 h", "90%", "each month"), ("2.5 h", "90%", "each month")),
    ],
)
def test_slips_are_mended(wrong, right):
    assert mended(HEAD + FIX.format(*wrong) + TAIL) == HEAD + FIX.format(*right) + TAIL


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("fee EUR 100,000 each month", "fee EUR 100_000 each month"),
        ("fee EUR 1,250,000 each month", "fee EUR 1_250_000 each month"),
        ("fee EUR 100,50 each month", "fee EUR 100.50 each month"),
        ("review monthly", "review every month"),
        ("target a: uptime of email at least 99%", "target a: availability of email at least 99%"),
        ("target a: availability of email >= 99%", "target a: availability of email at least 99%"),
        ("target a: average score of feedback >= 4", "target a: mean score of feedback at least 4"),
        ("target a: count of incidents <= 4", "target a: count of incidents at most 4"),
        (
            "target a: resolution of Priority 1 incidents within 4 h for 90%",
            "target a: resolution of P1 incidents within 4 h for 90%",
        ),
    ],
)
def test_statements_from_habit_are_mended(wrong, right):
    assert mended(f"{HEAD}  {wrong}{TAIL}") == f"{HEAD}  {right}{TAIL}"


def test_thousands_of_what_is_not_money_are_told_and_not_guessed():
    (found,) = parse(HEAD + "  target a: count of incidents at most 3,000" + TAIL, "a.slm").diagnostics
    assert found.help == ("thousands are written with `_`, decimals with a point: `3_000` or `3.000`",)
    assert not found.fixes


@pytest.mark.parametrize(("name", "code"), [("Germany", "DE"), ("scotland", "GB-SCT"), ("USA", "US")])
def test_countries_have_codes(name, code):
    text = 'calendar a "A" {{\n  timezone UTC\n  holidays {}\n}}\n'
    assert mended(text.format(name)) == text.format(code)


def test_thousands_with_points_are_told_and_not_guessed():
    (found,) = parse(HEAD + "  fee EUR 1.000,50 each month" + TAIL, "a.slm").diagnostics
    assert found.help == ("decimals are written with a point, thousands with `_`: `1_000.50`",)
    assert not found.fixes


@pytest.mark.parametrize(
    "wrong",
    [
        "earn back 50% of p1_fix met 3 months in a row",
        "credit p1_fix pays 2 points below 90%",
        "timezone CET+1",
        "valid from 2027-01-01",
    ],
)
def test_a_statement_in_disorder_is_shown_in_order(wrong):
    (found,) = parse(f"{HEAD}  {wrong}{TAIL}", "a.slm").diagnostics
    assert found.help == (f"it is written like `{LIKE[wrong.split()[0]]}`",)


@pytest.mark.parametrize("like", LIKE.values())
def test_what_is_shown_is_right(like):
    assert not parse(f"{HEAD}  {like}{TAIL}", "a.slm").diagnostics


def test_a_missing_import_is_told_once():
    parties = "provider us\ncustomer them\nteam apps\n"
    text = (
        'sla g "G" {\n  between us and them\n  clock c\n}\nclock c\nola o "O" {\n  between apps and us\n}\n'
    )
    files = [parse(each, name).tree for name, each in (("parties.slm", parties), ("a.slm", text))]
    _, found = check(files, visible={"a.slm": ["a.slm"], "parties.slm": ["parties.slm"]})
    (missing,) = (each for each in found if each.code == "SLM202")
    assert (missing.span.line, missing.span.column) == (2, 11)
    assert missing.help == (
        'add `import "parties.slm"`',
        "it also declares `them`, `apps`, which this file mentions",
    )
