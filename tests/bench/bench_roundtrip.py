"""Formats many texts twice and counts those whose meaning, comments or layout changed.

    python tests/bench/bench_roundtrip.py [COUNT] [FIRST_SEED]

Half of the texts parse, half were broken on purpose. Last, one long file is timed.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from slmdsl.base.shipped import shipped
from slmdsl.syntax.format import format_parsed
from slmdsl.syntax.parse import parse
from tests.property.specs import broken, spec_of

COUNT = 20_000


def holds(text: str) -> bool:
    before = parse(text, "a.slm")
    formatted = format_parsed(before).text
    after = parse(formatted, "a.slm")
    comments = [[each.text.rstrip() for each in parsed.skeleton.comments] for parsed in (before, after)]
    return after.tree == before.tree and comments[0] == comments[1] and format_parsed(after).text == formatted


def long_file() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(shipped("models").rglob("*.slm")))
    text = text.replace("slm 1\n", "")
    text *= 10_000 // text.count("\n") + 1
    start = perf_counter()
    parsed = parse(text, "a.slm")
    middle = perf_counter()
    format_parsed(parsed)
    print(
        f"{text.count(chr(10)):_} lines: parsed in {middle - start:.2f} s, laid out in {perf_counter() - middle:.2f} s"
    )


def main(count: int, first: int) -> int:
    start = perf_counter()
    failures = [
        seed
        for seed in range(first, first + count)
        if not holds((broken if seed % 2 else spec_of)(random.Random(seed)))
    ]
    print(f"{count:_} texts, failures = {len(failures)} {failures[:10]}, {perf_counter() - start:.0f} s")
    long_file()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in (*sys.argv[1:3], *(str(COUNT), "0")[len(sys.argv) - 1 :]))))
