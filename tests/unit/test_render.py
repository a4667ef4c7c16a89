"""Diagnostics as text, exactly."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slmdsl.base.diagnostics import Diagnostic, Fix, Label, Severity
from slmdsl.base.display import display_width, visible
from slmdsl.base.render import diagnostic_rows, render_text, rows, summary
from slmdsl.base.snippet import Ink
from slmdsl.base.spans import NOWHERE, Span

AGREEMENT = dedent("""\
    slm 1
    import "calendars.slm"

    clock standard {
      stops          at resolved
      pauses         while wait_customer
      reopened       resumes
      reprioritised  retains
      deadline       at closing
      runs           on ofice
    }
    # 11
    # 12
    # 13
    # 14
    sla acme_gold {
      target p1_fix: resolution of P1 incidents within 4 h for 90% each month on always
    }
    contract hostco_base {
      target fix: resolution of P1 incidents in hosting within 6 h for 90% each month on always
    }
""")
NAMES = '服务 = "邮件"\n\tpauses\twhile ofice\n'
SOURCES = {"agreement.slm": AGREEMENT, "names.slm": NAMES}


def place(word, text=AGREEMENT, file="agreement.slm"):
    start = text.index(word)
    line_start = text.rfind("\n", 0, start) + 1
    return Span(file, start, start + len(word), text.count("\n", 0, start) + 1, start - line_start + 1)


def finding(span, message="something is wrong", *, code="SLM203", severity=Severity.ERROR, **more):
    return Diagnostic(code=code, severity=severity, message=message, span=span, **more)


def text_of(*diagnostics, sources=SOURCES, **more):
    return render_text(diagnostics, sources, **more)


def test_a_finding_names_its_place_marks_it_and_helps():
    found = finding(
        place("ofice"),
        "no calendar is called `ofice`",
        label="not declared here or in an import",
        help=("did you mean `office`? (calendars.slm:3)",),
    )
    assert text_of(found) == dedent("""\
        error[SLM203]: no calendar is called `ofice`
          ┌─ agreement.slm:10:21
        10│   runs           on ofice
          │                     ^^^^^ not declared here or in an import
          = help: did you mean `office`? (calendars.slm:3)

        1 error in 2 files
    """)


def test_both_ends_of_a_conflict_are_marked_the_primary_one_first():
    found = finding(
        place("6 h"),
        "`hostco_base.fix` backs less than `acme_gold.p1_fix` promises",
        severity=Severity.WARNING,
        code="SLM412",
        label="what the supplier promises",
        secondary=(Label(span=place("4 h"), text="promised to the customer"),),
    )
    sla = "target p1_fix: resolution of P1 incidents within 4 h for 90% each month on always"
    contract = "target fix: resolution of P1 incidents in hosting within 6 h for 90% each month on always"
    assert text_of(found, width=140).splitlines() == [
        "warning[SLM412]: `hostco_base.fix` backs less than `acme_gold.p1_fix` promises",
        "  ┌─ agreement.slm:20:60",
        f"17│   {sla}",
        f"  │   {' ' * sla.index('4 h')}^^^ promised to the customer",
        "18│ }",
        "19│ contract hostco_base {",
        f"20│   {contract}",
        f"  │   {' ' * contract.index('6 h')}^^^ what the supplier promises",
        "",
        "1 warning in 2 files",
    ]


def test_an_empty_line_between_marks_is_empty():
    text = "field a\n\nfield b\n"
    found = finding(place("a", text, "a.slm"), secondary=(Label(span=place("b", text, "a.slm")),))
    assert text_of(found, sources={"a.slm": text}).splitlines()[4] == "2│"


def test_places_far_apart_have_blocks_of_their_own():
    found = finding(
        place("4 h"),
        label="here",
        secondary=(
            Label(span=place("ofice"), text="there"),
            Label(span=place("邮件", NAMES, "names.slm"), text="and there"),
        ),
    )
    assert [row for row in text_of(found).splitlines() if "┌─" in row] == [
        "  ┌─ agreement.slm:17:52",
        "  ┌─ agreement.slm:10:21",
        "  ┌─ names.slm:1:7",
    ]


def test_several_marks_on_a_line_hang_their_words_below():
    found = finding(
        place("resolution of P1"),
        label="a measure",
        secondary=(
            Label(span=place("within"), text="its limit"),
            Label(span=place("90%"), text="its share"),
        ),
    )
    assert text_of(found).splitlines()[2:7] == [
        "17│   target p1_fix: resolution of P1 incidents within 4 h for 90% each month on always",
        "  │                  ^^^^^^^^^^^^^^^^           ^^^^^^         ^^^ its share",
        "  │                  │                          │",
        "  │                  │                          its limit",
        "  │                  a measure",
    ]


def test_a_mark_inside_another_is_drawn_over_it():
    found = finding(place("P1"), secondary=(Label(span=place("resolution of P1 incidents")),))
    carets = list(diagnostic_rows(found, SOURCES))[3]
    assert [(piece.text.strip(), piece.ink) for piece in carets if "^" in piece.text] == [
        ("^" * 14, Ink.FURTHER),
        ("^^", Ink.ERROR),
        ("^" * 10, Ink.FURTHER),
    ]


def test_marks_stand_under_wide_characters_and_tabs():
    wide = finding(place("邮件", NAMES, "names.slm"), label="mail")
    tabs = finding(place("ofice", NAMES, "names.slm"), label="unknown")
    lines = text_of(wide, tabs).splitlines()
    assert lines[2:4] == ['1│ 服务 = "邮件"', " │         ^^^^ mail"]
    assert lines[7:9] == ["2│     pauses  while ofice", " │                   ^^^^^ unknown"]


def test_a_long_line_is_cut_around_its_mark():
    line = "a" * 200 + " here " + "b" * 200
    (source, carets) = text_of(
        finding(place("here", line, "long.slm"), label="this"), sources={"long.slm": line}, width=60
    ).splitlines()[2:4]
    assert source.startswith("1│ …aaa")
    assert source.endswith("bbb…")
    assert len(source) <= 60
    assert source.index("here") == carets.index("^^^^ this")


def test_marks_far_apart_on_a_long_line_have_a_window_each():
    line = "here " + "b" * 400 + " there " + "c" * 400 + " end"
    found = finding(
        place("there", line, "long.slm"),
        label="two",
        secondary=(
            Label(span=place("here", line, "long.slm"), text="one"),
            Label(span=place("end", line, "long.slm"), text="three"),
        ),
    )
    lines = text_of(found, sources={"long.slm": line}, width=60).splitlines()[2:8]
    for (source, carets), words in zip(
        zip(lines[::2], lines[1::2], strict=True),
        [("here", "one"), ("there", "two"), ("end", "three")],
        strict=True,
    ):
        assert source.index(words[0]) == carets.index(f"{'^' * len(words[0])} {words[1]}")
        assert len(source) <= 60


def test_a_span_over_several_lines_marks_the_first_and_says_the_last():
    start = AGREEMENT.index("{")
    found = finding(Span("agreement.slm", start, AGREEMENT.index("}") + 1, 4, 16), label="this block")
    assert text_of(found).splitlines()[2:4] == [
        "4│ clock standard {",
        " │                ^ this block (to line 11)",
    ]


def test_what_is_missing_at_the_end_of_the_text_is_marked_there():
    text = "sla a {"
    end = Span("a.slm", len(text), len(text), 1, len(text) + 1)
    assert text_of(finding(end, label="`}` is missing"), sources={"a.slm": text}).splitlines()[2:4] == [
        "1│ sla a {",
        " │        ^ `}` is missing",
    ]


def test_what_is_missing_at_the_end_of_a_long_line_is_marked_there():
    text = "a" * 500
    end = Span("a.slm", 500, 500, 1, 501)
    source, carets = text_of(finding(end), sources={"a.slm": text}, width=60).splitlines()[2:4]
    assert carets.index("^") == len(source)


def test_places_without_a_text_are_named():
    elsewhere = Span("other.slm", 4, 9, 3, 2)
    found = finding(NOWHERE, secondary=(Label(span=elsewhere, text="declared here"),))
    assert text_of(found).splitlines()[1:3] == [
        " ┌─ <built in>",
        " ┌─ other.slm:3:2: declared here",
    ]


def test_fixes_and_help_of_several_lines_stand_below():
    found = finding(
        place("ofice"),
        help=("write one of\noffice\nnight_cover",),
        fixes=(
            Fix(span=place("ofice"), replacement="office", description="name the calendar"),
            Fix(span=place("ofice"), replacement="always", description="write `always`"),
            Fix(span=place("ofice"), replacement="", description="leave it out"),
        ),
    )
    assert text_of(found).splitlines()[4:-2] == [
        "  = help: write one of",
        "          office",
        "          night_cover",
        "  = fix: name the calendar: `office`",
        "  = fix: write `always`",
        "  = fix: leave it out",
    ]


def test_findings_stand_by_place_each_once():
    later, earlier = finding(place("ofice"), "later"), finding(place("clock"), "earlier")
    text = text_of(later, earlier, later)
    assert text.index("earlier") < text.index("later")
    assert text.count("later") == 1


@pytest.mark.parametrize(
    ("severities", "files", "words"),
    [
        ([], 3, "no findings in 3 files"),
        (["error", "error", "warning"], 3, "2 errors, 1 warning in 3 files"),
        (["note"], 1, "1 note in 1 file"),
        (["warning"], 0, "1 warning"),
    ],
)
def test_the_last_line_counts(severities, files, words):
    found = [finding(NOWHERE, severity=Severity(severity)) for severity in severities]
    assert summary(found, files) == words


def test_quoted_text_cannot_steer_the_terminal():
    text = "field a\x1b[2Jb\u202ec"
    shown = text_of(
        finding(place("\x1b", text, "bad.slm"), "what is `\x1b[2J`?", label="\x07"), sources={"bad.slm": text}
    )
    assert "field a␛[2Jb\ufffdc" in shown
    assert not set(shown) & set("\x1b\x07\u202e")


@given(
    text=st.text(st.characters(codec="utf-8") | st.sampled_from("\t\n服é́ "), max_size=300),
    ends=st.lists(st.tuples(st.integers(0, 320), st.integers(0, 320)), min_size=1, max_size=4),
    width=st.integers(10, 90),
)
def test_any_span_of_any_text_can_be_shown(text, ends, width):
    spans = []
    for one, other in ends:
        start, end = min(one, other, len(text)), min(max(one, other), len(text))
        spans.append(
            Span(
                "a.slm",
                start,
                end,
                text.count("\n", 0, start) + 1,
                start - (text.rfind("\n", 0, start) + 1) + 1,
            )
        )
    found = finding(
        spans[0], label="primary", secondary=tuple(Label(span=span, text="further") for span in spans[1:])
    )
    shown = [row for row in rows([found], {"a.slm": text}, width=width) if row]
    joined = "\n".join("".join(piece.text for piece in row) for row in shown)
    assert joined.count("primary") == 1
    assert joined.count("further") == len(spans) - 1
    for row in shown:
        line = "".join(piece.text for piece in row)
        assert visible(line) == line
        if line[:1].isdigit() and "│" in line:
            # never narrower than 30 columns of text, whatever the terminal says
            assert display_width(line) <= max(width, 34 + line.index("│"))


def test_a_megabyte_on_one_line_is_shown_at_once():
    text = "x" * 1_000_000
    found = [finding(Span("a.slm", at, at + 9, 1, at + 1)) for at in range(0, 1_000_000, 10_000)]
    assert text_of(*found, sources={"a.slm": text}).count("^^^^^^^^^") == 100


def test_a_finding_without_a_place_names_none():
    assert text_of(finding(NOWHERE, "the file has no header line", help=("save it again",)), sources={}) == (
        "error[SLM203]: the file has no header line\n = help: save it again\n\n1 error\n"
    )
