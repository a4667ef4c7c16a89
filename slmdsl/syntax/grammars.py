"""The grammar files of `grammar/`, each family built when its first block is met."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from lark import Lark
from lark.lexer import Lexer, PatternStr

from slmdsl.base.shipped import shipped
from slmdsl.syntax.automaton import Table, Walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark.parsers.lalr_interactive_parser import InteractiveParser

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


@cache
def terminal_patterns() -> dict[str, str]:
    """Return the pattern of each terminal that `grammar/common.lark` defines, in its order."""
    return dict(re.findall(r"^([A-Z_]+): /(.*)/$", _text("common"), re.MULTILINE))


class _Handed(Lexer):
    """Stands where Lark wants a lexer: tokens are handed to its parser one by one."""

    def __init__(self, _conf: object) -> None:
        return

    def lex(self, _lexer_state: object, _parser_state: object) -> Iterator[Any]:
        return iter(())


class Grammar:
    """The parser of one family, and which of its terminals a word may be."""

    def __init__(self, family: str, builders: object) -> None:
        files = ("common", family, *_ALSO.get(family, ()))
        self._lark = Lark(
            "\n".join(map(_text, files)),
            parser="lalr",
            lexer=_Handed,
            start=list(FAMILIES[family]),
            keep_all_tokens=True,
            maybe_placeholders=False,
            transformer=builders,
        )
        self._table = Table(self.interactive(FAMILIES[family][0]))
        self.keywords: Final[dict[str, str]] = {
            terminal.pattern.value: terminal.name
            for terminal in self._lark.terminals
            if isinstance(terminal.pattern, PatternStr)
        }
        self.word_of: Final = {terminal: word for word, terminal in self.keywords.items()}
        self.silent: Final = frozenset(self.word_of) | {CLAUSE_COMMA}
        self._closed = [
            (terminal.name, re.compile(terminal.pattern.to_regexp()))
            for terminal in self._lark.terminals
            if not isinstance(terminal.pattern, PatternStr)
        ]
        self._candidates: dict[str, tuple[str, ...]] = {}

    def begin(self, start: str) -> Walk:
        """Return a walk that stands before the first token of a statement of `start`."""
        return Walk(self._table, start)

    def interactive(self, start: str) -> InteractiveParser:
        """Return Lark's parser before the first token of a statement of `start`: it knows what it could take."""
        return self._lark.parse_interactive(start=start)

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

    return Grammar(family, builders(family))


def member_words(terminal: str) -> tuple[str, ...]:
    """Return the words of a terminal that is a plain list of words, else nothing."""
    pattern = terminal_patterns().get(terminal, "")
    return tuple(pattern.split("|")) if re.fullmatch(r"[A-Za-z_|]+", pattern) else ()
