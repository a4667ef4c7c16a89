"""The terminal, what is typed on it, and what is printed of failures."""

import io
import time
from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from cyclopts import CycloptsError
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from slmdsl.base.compiling import tell_of_compiling
from slmdsl.base.diagnostics import Diagnostic, Severity
from slmdsl.base.spans import Span
from slmdsl.base.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Duration, to_us
from slmdsl.cli import terminal as terminal_module
from slmdsl.cli.asking.reading import duration, instant_us
from slmdsl.cli.failures import BrokenSpecError, UsageError, say_failure
from slmdsl.cli.terminal import PIPE_WIDTH, Terminal, terminal

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Screen(io.StringIO):
    def isatty(self):
        return True


def shell(*, tty=False, debug=False, color=None):
    kind = Screen if tty else io.StringIO
    color = tty if color is None else color
    return Terminal(
        out=Console(file=kind(), width=100, force_terminal=color),
        err=Console(file=kind(), width=100, force_terminal=color),
        debug=debug,
    )


def printed(at):
    return at.err.file.getvalue()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 h", Duration(us=4 * HOUR)),
        ("8h", Duration(us=8 * HOUR)),
        ("1 h 30 min", Duration(us=90 * MINUTE)),
        ("1.5 hours", Duration(us=90 * MINUTE)),
        ("4 hrs 5 mins", Duration(us=4 * HOUR + 5 * MINUTE)),
        ("2 business hours", Duration(us=2 * HOUR)),
        ("2 business h", Duration(us=2 * HOUR)),
        ("1_000 ms", Duration(us=SECOND)),
        ("3 business days", Duration(business_days=Fraction(3))),
        ("1.5 business days", Duration(business_days=Fraction(3, 2))),
        ("1 week", Duration(days=Fraction(7))),
        ("1 day 4 h", Duration(us=4 * HOUR, days=Fraction(1))),
        ("0 s", Duration()),
    ],
)
def test_durations_are_read_in_the_language_s_words(text, expected):
    assert duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "4", "h", "4 hs", "4 h x", "-4 h", "0.0000001 s"),
        *("1 business day 4 h", "2 business days 1 day", "1 business week", "1 business min"),
    ],
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(UsageError, match="is not a duration"):
        duration(text)


@given(
    st.builds(Duration, us=st.integers(0, 10**10).map(MILLISECOND.__mul__))
    | st.builds(Duration, business_days=st.integers(1, 999).map(lambda tenths: Fraction(tenths, 10)))
)
def test_a_duration_is_read_as_it_is_printed(length):
    assert duration(str(length)) == length


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01T01:00", 0),
        ("1970-01-01 01:00:01.5", 1_500_000),
        ("1970-01-01T00:00Z", 0),
        ("1970-01-01T05:30+05:30", 0),
        ("1970-01-02", DAY - HOUR),
        # 02:30 occurs twice on this day: the first, still summer time
        ("2027-10-31T02:30", to_us(datetime(2027, 10, 31, 0, 30, tzinfo=UTC))),
    ],
)
def test_instants_are_read_on_the_wall_clock_unless_they_have_an_offset(text, expected):
    assert instant_us(text, AMSTERDAM) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [("1/2/27", "is not a time"), ("now", "is not a time"), ("2027-03-28T02:30", "does not exist")],
)
def test_what_is_no_instant_is_refused(text, words):
    with pytest.raises(UsageError, match=words):
        instant_us(text, AMSTERDAM)


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (UsageError("no `x`", "did you mean `y`?"), ["error: no `x`", "  = help: did you mean `y`?"]),
        (
            FileNotFoundError(2, "No such file or directory", "a.slm"),
            ["error: a.slm: No such file or directory"],
        ),
        (OSError("the disk is gone"), ["error: the disk is gone"]),
        (
            CycloptsError(msg="bad\x1b[31m"),
            ["error: bad␛[31m", "  = help: `slm --help` shows how it is called"],
        ),
        (
            ZeroDivisionError("division\nby zero"),
            [
                "error: slm stopped for a reason that it should not have: ZeroDivisionError: division by zero",
                "  = help: please report this, with what the same command prints with `--debug`",
            ],
        ),
    ],
)
def test_a_failure_is_an_error_of_a_line_and_exit_code_2(error, lines):
    at = shell()
    assert say_failure(error, at) == 2
    assert printed(at).splitlines() == lines


def test_a_broken_spec_is_its_diagnostics():
    at = shell()
    found = Diagnostic(code="SLM1", severity=Severity.ERROR, message="bad", span=Span("a.slm", 0, 3, 1, 1))
    assert say_failure(BrokenSpecError([found], {"a.slm": "sla"}), at) == 2
    assert printed(at).splitlines() == [
        *("error[SLM1]: bad", " ┌─ a.slm:1:1", "1│ sla", " │ ^^^", "", "1 error in 1 file")
    ]


def test_debug_shows_the_traceback():
    at = shell(debug=True)
    with pytest.raises(ZeroDivisionError) as raised:
        divmod(1, 0)
    assert say_failure(raised.value, at) == 2
    assert "Traceback" in printed(at)
    assert "please report" not in printed(at)


def test_colour_is_for_terminals():
    found = [Diagnostic(code="SLM1", severity=Severity.ERROR, message="bad", span=Span("a.slm", 0, 3, 1, 1))]
    plain, coloured = shell(), shell(tty=True)
    for at in (plain, coloured):
        at.show_diagnostics(found, {"a.slm": "sla"})
    assert "\x1b" not in printed(plain)
    assert "\x1b[1;31merror[SLM1]\x1b[0m" in printed(coloured)


@pytest.mark.parametrize(
    ("color", "environment", "coloured"),
    [
        ("auto", {}, False),
        ("always", {}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_follows_the_option_then_the_environment(monkeypatch, capsys, color, environment, coloured):
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal(color).show_error("bad")
    assert ("\x1b" in capsys.readouterr().err) is coloured


def test_a_pipe_is_wide_unless_columns_says_otherwise(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert terminal().out.width == PIPE_WIDTH
    monkeypatch.setenv("COLUMNS", "72")
    assert terminal().out.width == 72


def test_a_bar_appears_on_a_terminal_when_work_takes_long(monkeypatch):
    monkeypatch.setattr(terminal_module, "PATIENCE", 0.01)
    at = shell(tty=True)
    with at.working("Reading tickets\x1b[2J"):
        time.sleep(0.3)
    assert "Reading tickets␛[2J" in printed(at)


@pytest.mark.parametrize("tty", [True, False])
def test_no_bar_appears_for_quick_work_or_in_a_coloured_pipe(monkeypatch, tty):
    monkeypatch.setattr(terminal_module, "PATIENCE", 60 if tty else 0)
    at = shell(tty=tty, color=True)
    with at.working("Reading"):
        time.sleep(0 if tty else 0.05)
    assert printed(at) == ""


def test_a_bar_fills_as_work_goes_on(monkeypatch):
    monkeypatch.setattr(terminal_module, "PATIENCE", 0)
    at = shell(tty=True)
    with at.working("Reading") as progress:
        for share in (0.0, 0.5, 1.0):
            progress("desk_export", share)
            time.sleep(0.15)
    assert "━" in printed(at)


def test_off_a_terminal_nobody_sees_progress():
    with shell().working("Reading") as progress:
        assert progress("desk_export", 0.5) is None


@pytest.mark.parametrize(
    ("at_first", "why"), [("", "compiles first, once for all"), ("a minute", "a minute")]
)
def test_off_a_terminal_a_line_tells_of_long_compiling(monkeypatch, at_first, why):
    monkeypatch.setattr(terminal_module, "LONG", 0)
    at = shell()
    with at.working("Judging\x1b[2J", at_first=at_first):
        for _ in range(2):
            tell_of_compiling(begins=True)
            tell_of_compiling(begins=True)
            time.sleep(0.1)
            tell_of_compiling(begins=False)
            tell_of_compiling(begins=False)
        assert printed(at) == f"Judging␛[2J ({why})\n"
    tell_of_compiling(begins=True)
    time.sleep(0.05)
    assert printed(at) == f"Judging␛[2J ({why})\n"


@pytest.mark.parametrize("ends", [True, False])
def test_nobody_is_told_of_short_compiling(monkeypatch, ends):
    monkeypatch.setattr(terminal_module, "LONG", 0.1)
    at = shell()
    with at.working("Judging"):
        tell_of_compiling(begins=True)
        if ends:
            tell_of_compiling(begins=False)
            time.sleep(0.2)
    time.sleep(0.2)
    assert printed(at) == ""


def test_on_a_terminal_the_bar_tells_of_compiling(monkeypatch):
    monkeypatch.setattr(terminal_module, "LONG", 0)
    at = shell(tty=True)
    with at.working("Judging"):
        tell_of_compiling(begins=True)
        time.sleep(0.05)
    assert printed(at) == ""


def test_a_table_has_no_blanks_at_its_lines_ends_off_a_terminal():
    for tty in (True, False):
        at = shell(tty=tty, color=False)
        at.show(Padding(Text("short"), (0, 0, 0, 2)))
        assert at.out.file.getvalue() == ("  short\n" if not tty else f"  {'short':<98}\n")


def test_a_bar_ends_with_the_work_s_failure(monkeypatch):
    monkeypatch.setattr(terminal_module, "PATIENCE", 0)
    at = shell(tty=True)

    def fails():
        with at.working("Reading"):
            time.sleep(0.05)
            divmod(1, 0)

    with pytest.raises(ZeroDivisionError):
        fails()
    assert "Reading" in printed(at)
