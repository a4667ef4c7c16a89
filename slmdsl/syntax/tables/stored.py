"""Parse tables as plain values, and the files that keep them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    Rule = tuple[int, str, str | None, bool]

FOLDER: Final = Path(__file__).parent
RUN: Final = "_"
"""The builder's name of what a `*` or `+` repeats."""


class Tables(TypedDict):
    """What a parser of one family knows."""

    digest: str
    """Of the grammar that this was computed from."""
    starts: dict[str, tuple[int, int]]
    """For each start symbol the state before its first token, and the state after its last."""
    keywords: dict[str, str]
    """The terminal of each word or sign of the language."""
    patterns: dict[str, str]
    """The regular expression of each other terminal."""
    rules: list[Rule]
    """Of each rule how many parts it takes, its symbol, its builder's name, and whether a part is a run of parts.

    A rule without a builder renames its only part; the builder `RUN` makes a run: what a `*` or `+` repeats.
    """
    states: list[dict[str, int]]
    """Of each state the next one by terminal or symbol; a negative number n stands for the end of rule -1 - n."""


def digest_of(text: str, starts: Sequence[str]) -> str:
    """Return what tells one grammar from another."""
    return sha256("\n".join([text, *starts]).encode()).hexdigest()


def stored(family: str, folder: Path = FOLDER) -> Tables | None:
    """Return the tables of a family as they were kept, or None if there are none."""
    try:
        text = (folder / f"{family}.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    tables: Tables = json.loads(text)
    return tables


def store(family: str, tables: Tables, folder: Path = FOLDER) -> None:
    """Keep the tables of a family: a line for each rule and each state, so that changes can be seen."""
    values = [f"{json.dumps(key)}: {_laid_out(value)}" for key, value in tables.items()]
    text = "{\n" + ",\n".join(values) + "\n}\n"
    (folder / f"{family}.json").write_text(text, encoding="utf-8")


def _laid_out(value: object) -> str:
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in value) + "\n]"
