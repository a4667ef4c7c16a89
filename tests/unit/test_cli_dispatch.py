"""The way to a command: help, wrong calls, exit codes, and nothing loaded in vain."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import slmdsl
from slmdsl.cli.app import main, run
from slmdsl.cli.asking.options import At
from slmdsl.cli.commands import new as new_command
from slmdsl.cli.dispatch import COMMANDS, SUMMARIES
from slmdsl.cli.failures import PLANNED

ROOT = Path(__file__).resolve().parents[2]


def slm(*arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "slmdsl", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        **more,
    )


def test_help_lists_every_command(capsys):
    assert run(["--help"]) == 0
    listed = capsys.readouterr().out
    assert all(f" {name} " in listed for name in COMMANDS)
    assert not any(f" {name} " in listed for name in PLANNED)


def test_help_says_what_each_command_does(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    assert run([]) == 0
    listed = capsys.readouterr().out.splitlines()
    shown = {line.split()[1]: " ".join(line.split()[2:-1]) for line in listed if line.startswith("│ ")}
    assert {name: shown[name] for name in COMMANDS} == SUMMARIES


def test_nothing_said_is_help(capsys):
    assert run([]) == 0
    assert capsys.readouterr().out.startswith("Usage: slm COMMAND")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_s_help_has_its_usage_an_example_and_the_common_options(name, capsys):
    assert run([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"Usage: slm {name} {COMMANDS[name]} [OPTIONS]" in text
    assert f"Example: slm {name} " in text
    assert "--json" in text
    assert "--color" in text
    assert "--debug" in text


@pytest.mark.parametrize("arguments", [["--version"], ["--version", "--color", "never"]])
def test_the_version_is_the_package_s(arguments, capsys):
    assert run(arguments) == 0
    assert capsys.readouterr().out == f"{slmdsl.__version__}\n"


@pytest.mark.parametrize("name", PLANNED)
def test_a_command_that_is_not_built_says_so(name, capsys):
    assert run([name, "somewhere", "--seed", "1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"error: `slm {name}` is not built yet",
        "  = help: `slm --help` lists the commands that are",
    ]


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["chek", "x"], ["error: there is no command `chek`", "  = help: did you mean `slm check`?"]),
        (["zzz"], ["error: there is no command `zzz`", "  = help: `slm --help` lists the commands"]),
        (
            ["new", "--jsn"],
            [
                "error: Unknown option: --jsn. Did you mean --json?",
                "  = help: `slm new --help` shows how it is called",
            ],
        ),
        (
            ["--color", "purple", "new", "x"],
            [
                'error: Invalid value "purple" for --color. Choose from: "auto", "always", "never".',
                "  = help: `slm --help` shows how it is called",
            ],
        ),
        (
            ["new"],
            [
                'error: Command "new" parameter FOLDER requires an argument.',
                "  = help: `slm new --help` shows how it is called",
            ],
        ),
        (
            ["show", "x", "a", "b", "c"],
            [
                "error: too much was said: `b`, `c`",
                "  = help: `slm show --help` shows how it is called",
            ],
        ),
        (
            ["check"],
            [
                "error: `slm check` needs a file or a folder",
                "  = help: `slm check .` checks this folder",
            ],
        ),
        (
            ["ingest", "x"],
            [
                "error: `slm ingest` needs a file or folder and the name of a source",
                "  = help: `slm ingest --suggest FILE` proposes a source for a file",
            ],
        ),
        (
            ["clock", "x", "office", "2027-03-05"],
            [
                "error: `slm clock` needs an end, or a length of time that begins with +",
                "  = help: for example `slm clock . office 2027-03-05T17:00 +4 h`",
            ],
        ),
    ],
)
def test_a_wrong_call_is_an_error_of_a_line_and_a_hint(arguments, lines, capsys):
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.err.splitlines() == lines
    assert said.out == ""


@pytest.mark.parametrize("place", [0, 1, 3])
def test_the_common_options_stand_anywhere(place, tmp_path, capsys):
    arguments = ["new", str(tmp_path / "acme"), "--json"]
    arguments[place:place] = ["--color", "always"]
    assert run(arguments) == 0
    assert "acme" in capsys.readouterr().out
    assert run(arguments) == 2
    assert "\x1b[" in capsys.readouterr().err


STOPPED = "slm stopped for a reason that it should not have"
REPORT = "please report this, with what the same command prints with `--debug`"


def stopped_by(error):
    def command(folder: str, /, *, at: At) -> int:
        at.say(folder)
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, ""),
        (
            RuntimeError("the moon"),
            2,
            f"error: {STOPPED}: RuntimeError: the moon\n  = help: {REPORT}\n",
        ),
    ],
)
def test_what_stops_a_command_has_an_exit_code_and_no_traceback(monkeypatch, capsys, error, code, said):
    monkeypatch.setattr(new_command, "new", stopped_by(error))
    assert run(["new", "x"]) == code
    assert capsys.readouterr().err == said


def test_debug_shows_where_it_stopped(monkeypatch, capsys):
    monkeypatch.setattr(new_command, "new", stopped_by(RuntimeError("the moon")))
    assert run(["new", "x", "--debug"]) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_main_exits_with_the_code(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["slm", "simulate"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2


@pytest.mark.skipif(os.name != "posix", reason="pipes end otherwise elsewhere")
@pytest.mark.parametrize("arguments", ["check --help", "new {new} --json", "new {new}"])
def test_a_closed_pipe_is_quiet(arguments, tmp_path):
    arguments = arguments.format(new=tmp_path / "new")
    process = subprocess.Popen(
        [sys.executable, "-m", "slmdsl", *arguments.split()],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_a_terminal_without_box_characters_gets_its_answer():
    shown = slm("check", "--help", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Example: slm check" in shown.stdout


def test_help_loads_no_library_of_a_command():
    script = "import sys; from slmdsl.cli.app import run; run(['evaluate', '--help']); print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = {name.partition(".")[0] for name in shown.stdout.splitlines()[-1].split()}
    assert "cyclopts" in names
    assert not names & {"numpy", "polars", "lark", "numba", "scipy", "simpy", "jinja2"}


def test_completion_is_installed_for_a_shell(tmp_path):
    env = os.environ | {"HOME": str(tmp_path)}
    run_ = slm("--install-completion", "--shell", "bash", "--output", tmp_path / "slm.bash", env=env)
    assert (run_.returncode, run_.stderr) == (0, "")
    script = (tmp_path / "slm.bash").read_text(encoding="utf-8")
    assert all(name in script for name in COMMANDS)
