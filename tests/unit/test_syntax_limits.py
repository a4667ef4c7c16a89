"""Hostile text ends soon, in little memory and without an exception; every terminal reads in linear time."""

import gc
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from slmdsl.syntax import limits
from slmdsl.syntax.grammars import terminal_patterns
from slmdsl.syntax.parse import parse
from slmdsl.syntax.scan import scan
from slmdsl.syntax.source_text import SourceText

ROOT = Path(__file__).parents[2]

MEGABYTE = 1_000_000
HEAD = "sla x {\n  target t: "

HOSTILE = {
    "words": "a " * (MEGABYTE // 2),
    "short lines": "a\n" * (MEGABYTE // 2),
    "quotes": '"' * MEGABYTE,
    "quotes by line": '"\n' * (MEGABYTE // 2),
    "prose marks": '"""' * (MEGABYTE // 3),
    "open prose": '"""' + "x\n" * (MEGABYTE // 2),
    "prose marks by line": '"""\n' * (MEGABYTE // 4),
    "braces": "{" * MEGABYTE,
    "braces by line": "{\n" * (MEGABYTE // 2),
    "open blocks": "a {\n" * (MEGABYTE // 4),
    "closing": "}\n" * (MEGABYTE // 2),
    "misspelt": "calendar a {\n" + "  opne mon..fri 08:00-18:00\n" * (MEGABYTE // 28) + "}\n",
    "parentheses": f"{HEAD}share of incidents where {'(' * 4_000}\n}}\n",
    "nots": f"{HEAD}share of incidents where {'not ' * 2_000} a = b\n}}\n",
    "mixes": "risk x {\n  impact outage for " + "mix(50% " * 1_000 + "\n}\n",
    "needs": "service x {\n  needs " + "any 1 of (" * 900 + "\n}\n",
    "tabs": "\t" * MEGABYTE,
    "tabs by line": "\t\n" * (MEGABYTE // 2),
    "digits": "1" * MEGABYTE,
    "digits by line": ("1" * 9_000 + "\n") * 110,
    "continued": "a,\n" * (MEGABYTE // 3),
    "letters": "é" * MEGABYTE,
    "letters by line": ("é" * 5_000 + "\n") * 200,
    "unseen": "\N{NO-BREAK SPACE}\n" * (MEGABYTE // 2),
    "control": "\x00" * MEGABYTE,
    "returns": "\r" * MEGABYTE,
    "comments": "#\n" * (MEGABYTE // 2),
    "dots": "a." * 5_000 + "\n",
    "dots by line": ("a." * 4_000 + "\n") * 125,
    "slashes by line": ("a/" * 4_000 + "\n") * 125,
    "escapes": '"' + "\\" * 9_000,
    "open map": 'source a {\n state "x" as {\n' + '"a" b\n' * (MEGABYTE // 6),
    "clauses": f"{HEAD}resolution of incidents within 4 h" + " for 90%" * 1_200 + "\n}\n",
    "noise": "".join(random.Random(1).choices('abc {}()",.:%-#\n\t0123456789/\\_=<>é', k=MEGABYTE)),
    "keywords": " ".join(
        random.Random(2).choices(
            "sla target calendar { } open mon .. fri , within 4 h 90% each \n".split(" "), k=200_000
        )
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_ends_in_diagnostics(name):
    found = parse(HOSTILE[name], "x.slm")
    assert found.diagnostics
    assert len(found.diagnostics) <= limits.ERRORS + 1


def test_hostile_text_takes_little_time():
    # In a process of its own, where no coverage is traced; processor time, so that neighbours do not count.
    script = (
        "import time\n"
        "from slmdsl.syntax.parse import parse\n"
        "from tests.unit.test_syntax_limits import HOSTILE\n"
        "for name, text in HOSTILE.items():\n"
        "    began = time.process_time()\n"
        "    parse(text, 'x.slm')\n"
        "    print(name, time.process_time() - began, sep='\\t')\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    spent = dict(line.split("\t") for line in run.stdout.splitlines())
    assert spent.keys() == HOSTILE.keys()
    assert {name: seconds for name, seconds in spent.items() if float(seconds) >= 2} == {}


def test_hostile_text_needs_little_memory():
    script = (
        "from pathlib import Path\n"
        "from slmdsl.syntax.parse import parse\n"
        "for text in ('a\\n' * 500_000, 'a {\\n' * 250_000, 'team a\\n' * 140_000, 'a, b\\n' * 200_000):\n"
        "    parse(text, 'x.slm')\n"
        # ru_maxrss would be that of the process that started this one, if it was larger.
        "peak = Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
        "print(int(peak) // 1024)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 256


def test_depth_of_blocks_is_limited():
    assert "SLM004" in [each.code for each in parse("a {\n" * 250 + "}\n" * 250, "x.slm").diagnostics]


def test_depth_of_parentheses_is_limited():
    text = f"{HEAD}share of incidents where {'(' * 250}a = b{')' * 250} at most 5%\n}}\n"
    assert [each.code for each in parse(text, "x.slm").diagnostics] == ["SLM004"]


def test_as_deep_as_allowed_is_read_without_recursion():
    deep = limits.DEPTH - 10
    text = f"{HEAD}share of incidents where {'(' * deep}a = b{')' * deep} at most 5%\n}}\n"
    assert parse(text, "x.slm").diagnostics == ()


def test_a_long_line_is_left_out():
    text = f'team a "{"x" * limits.LINE_CHARACTERS}"\nteam b\n'
    found = parse(text, "x.slm")
    assert [each.code for each in found.diagnostics] == ["SLM003"]
    assert [each.name.text for each in found.tree.declarations] == ["b"]


def test_a_long_statement_is_left_out():
    names = ",\n".join(f"a{number}" for number in range(limits.STATEMENT_TOKENS))
    found = parse(f"sla x {{\n  covers {names}\n  counts per_stay\n}}\n", "x.slm")
    assert [each.code for each in found.diagnostics] == ["SLM005"]
    assert len(found.tree.declarations[0].body) == 1


def test_a_number_has_an_end():
    assert [each.code for each in parse(f"slm {'9' * 5_000}\n", "x.slm").diagnostics] == ["SLM109"]


WORST = {
    "STRING": ['"' + "a" * 49_000, '"' + "\\" * 49_001, '"' + '\\"' * 24_000],
    "DATE": ["2027-01-" * 6_000, "2027-01-01T" * 4_000],
    "TIME": ["08:00:" * 8_000, "0" * 49_000],
    "MONTH_DAY": ["12-" * 16_000],
    "PERCENT": ["1" * 49_000, "1_" * 24_000, "1." * 24_000],
    "NUMBER": ["1_" * 24_000, "1." * 24_000],
    "QUANTILE": ["p9" * 24_000],
    "ZONE": ["a/" * 24_000 + "!"],
    "PATH": ["a." * 24_000, "a" * 49_000, "é" * 49_000],
    "NAME": ["a" * 49_000 + "!", "é" * 49_000],
}


def shortest(action, times=3):
    spent = []
    gc.disable()  # as `parse` does
    for _ in range(times):
        began = time.process_time()
        action()
        spent.append(time.process_time() - began)
    gc.enable()
    return min(spent)


@pytest.mark.parametrize("name", sorted(terminal_patterns()))
def test_a_terminal_is_linear(name):
    pattern = re.compile(terminal_patterns()[name])
    for text in WORST.get(name, ["a" * 49_000, "abc" * 16_000]):
        twice = text + text[1:]

        def matched(text):
            return shortest(lambda: [pattern.match(text) for _ in range(10)])

        assert matched(twice) < 4 * matched(text) + 0.02


@pytest.mark.parametrize(
    "unit",
    [
        '"',
        '\\"',
        "a",
        "a.",
        "a/",
        "1",
        "1_",
        "1.",
        "1-",
        "08:",
        "é",
        " ",
        "\t",
        "(",
        "#",
        '"""',
        "\n",
        "90 ",
        "p9.",
    ],
)
def test_the_scanner_is_linear(unit, monkeypatch):
    monkeypatch.setattr(limits, "LINE_CHARACTERS", 10**6)

    def scanned(characters):
        source = SourceText(unit * (characters // len(unit)), "x.slm")
        return shortest(lambda: scan(source))

    assert scanned(100_000) < 4 * scanned(50_000) + 0.02
