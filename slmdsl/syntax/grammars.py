"""The grammar files of `grammar/`, each family loaded when its first block is met."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from slmdsl.base.shipped import shipped
from slmdsl.syntax.automaton import Path, Table, Walk
from slmdsl.syntax.tables.stored import digest_of, stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slmdsl.syntax.tables.stored import Tables

# Blocks by family: the family's grammar file, the further files that it needs, and its start symbols.
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    "file": ("version_line", "import_line", "field_line", "head"),
    "calendars": ("calendar_statement",),
    "catalogue": (
        *("provider_statement", "customer_statement", "supplier_statement", "team_statement"),
        *("service_statement", "request_statement", "priorities_statement"),
    ),
    "clocks": ("clock_statement", "escalation_statement"),
    "agreements": ("agreement_statement",),
    "risks": ("risk_statement", "contingency_statement"),
    "work": (
        *("staff_statement", "profile_statement", "load_statement"),
        *("stream_statement", "step_statement", "cause_statement"),
    ),
    "studies": ("scenario_statement", "experiment_statement"),
    "sources": ("source_statement",),
    "reports": ("report_statement", "improvement_statement"),
}
CLAUSE_COMMA: Final = "CLAUSE_COMMA"
_ALSO: Final = {
    "clocks": ("populations",),
    "agreements": ("populations",),
    "risks": ("populations", "distributions"),
    "work": ("populations", "distributions"),
    "studies": ("populations",),
    "reports": ("studies", "populations"),
}
_FAMILY_OF: Final = {start: family for family, starts in FAMILIES.items() for start in starts}


@cache
def _text(name: str) -> str:
    return (shipped("grammar") / f"{name}.lark").read_text(encoding="utf-8")


def grammar_text(family: str) -> str:
    """Return the grammar of a family: its own file and what it shares with others."""
    return "\n".join(map(_text, ("common", family, *_ALSO.get(family, ()))))


@cache
def terminal_patterns() -> dict[str, str]:
    """Return the pattern of each terminal that `grammar/common.lark` defines, in its order."""
    return dict(re.findall(r"^([A-Z_]+): /(.*)/$", _text("common"), re.MULTILINE))


class Grammar:
    """The parser of one family, and which of its terminals a word may be."""

    def __init__(self, tables: Tables, builders: object) -> None:
        self._table = Table(tables, builders)
        self.keywords: Final = tables["keywords"]
        self.word_of: Final = {terminal: word for word, terminal in self.keywords.items()}
        self.silent: Final = frozenset(self.word_of) | {CLAUSE_COMMA}
        self._closed = [(name, re.compile(pattern)) for name, pattern in tables["patterns"].items()]
        self._candidates: dict[str, tuple[str, ...]] = {}

    def begin(self, start: str) -> Walk:
        """Return a walk that stands before the first token of a statement of `start`."""
        return Walk(self._table, start)

    def path(self, start: str) -> Path:
        """Return the path before the first token of a statement of `start`: it knows what it could take."""
        return Path(self._table, start)

    def candidates(self, kind: str, text: str) -> tuple[str, ...]:
        """Return the terminals that a token may be taken for, the narrowest first."""
        if kind not in _WORDS:
            return (self.keywords.get(text, kind),) if kind == "SIGN" else (kind,)
        found = self._candidates.get(text)
        if found is None:
            if len(self._candidates) > _REMEMBERED:
                self._candidates.clear()
            found = self._candidates[text] = tuple(self._readings(text))
        return found

    def _readings(self, word: str) -> Iterator[str]:
        if word in self.keywords:
            yield self.keywords[word]
        order = {name: position for position, name in enumerate(terminal_patterns())}
        fitting = [name for name, pattern in self._closed if pattern.fullmatch(word)]
        yield from sorted(fitting, key=lambda name: (name in _OPEN, order[name]))


_WORDS: Final = frozenset({"NAME", "PATH", "HYPHENATED"})
_REMEMBERED: Final = 20_000
_OPEN: Final = frozenset({"NAME", "PATH", "ZONE", "REGION", "CURRENCY"})


def grammar_of(start: str) -> Grammar:
    """Return the grammar that parses the statements of `start`."""
    return _grammar(_FAMILY_OF[start])


@cache
def _grammar(family: str) -> Grammar:
    from slmdsl.syntax.build import builders  # noqa: PLC0415 - lazy loading: a family's builders come with its grammar

    return Grammar(_tables(family), builders(family))


def _tables(family: str) -> Tables:
    """Return the stored tables of a family, or those that Lark computes if its grammar was changed since."""
    text, starts = grammar_text(family), FAMILIES[family]
    tables = stored(family)
    if tables is not None and tables["digest"] == digest_of(text, starts):
        return tables
    from slmdsl.syntax.tables.from_lark import tables_of  # noqa: PLC0415 - lazy loading: Lark

    return tables_of(text, starts)


def member_words(terminal: str) -> tuple[str, ...]:
    """Return the words of a terminal that is a plain list of words, else nothing."""
    pattern = terminal_patterns().get(terminal, "")
    return tuple(pattern.split("|")) if re.fullmatch(r"[A-Za-z_|]+", pattern) else ()
