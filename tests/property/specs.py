"""Texts that parse, for every form of every statement, in the worst layout that is allowed.

What is chosen comes from hypothesis (`specs()`, which shrinks) or from a random generator (`spec_of`, which is fast).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from slmdsl.syntax.skeleton import DECLARATION_KEYWORDS
from tests.property.statements import Chance, Statements

if TYPE_CHECKING:
    import random
    from collections import Counter


class Drawn:
    """Chooses by hypothesis."""

    def __init__(self, draw):
        self._draw = draw

    def below(self, count):
        return self._draw(st.integers(0, count - 1)) if count > 1 else 0


@st.composite
def specs(draw):
    return Spec(Drawn(draw)).text()


def spec_of(generator: random.Random, used: Counter | None = None) -> str:
    return Spec(Chance(generator), used).text()


COMMENTS = ("#", "# why", "#no space", "#   trailing   ", '# "quoted" { } , """', "# 服务台", "## a # b")
PROSE = (
    '"""One line."""',
    '"""\n  Two\n  lines.\n  """',
    '"""\nNot indented,\n    deeper,\n\n\nafter blanks   \n"""',
    '"""   Starts at once,\n      goes on.   """',
    '"""\n\n    # no comment, { no block\n      "quoted" text\n    """',
    '""""""',
    '"""\n服务台\n\t tab\n"""',
)


# ---- layout ---------------------------------------------------------------------------------------------------------

_SIGNS = frozenset(", ( ) : { } = != < > <= >= *".split())
_INNER = {
    **{
        ("load_statement", kind): "stream_statement"
        for kind in ("incidents", "requests", "problems", "changes")
    },
    ("load_statement", "cause"): "cause_statement",
    ("stream_statement", "step"): "step_statement",
    ("scenario_statement", "step"): "step_statement",
}
_MAY_BE_BARE = frozenset({"provider", "customer", "supplier", "team", "service", "request", "scenario"})
_AGREEMENTS = frozenset({"sla", "ola", "contract", "template"})


class Spec(Statements):
    """One file's text, with space, comments and blank lines wherever they may stand."""

    def text(self, declarations: int = 3) -> str:
        lines = [self._filler()]
        if self.chance(2):
            lines.append(self._laid_out(self.statement("version_line"), 0))
        imports = [self.pick(("import_line", "field_line")) for _ in range(self._chooser.below(3))]
        lines += [self._laid_out(self.statement(start), 0) for start in imports]
        keywords = [self.pick(DECLARATION_KEYWORDS) for _ in range(1 + self._chooser.below(declarations))]
        lines += [self.declaration(keyword) for keyword in keywords]
        return self._ended("".join(lines))

    def _ended(self, text: str) -> str:
        """Return `text` with line ends of either kind, perhaps a byte-order mark, perhaps no last newline."""
        if self.chance(4):
            text = text.rstrip("\n")
        if self.chance(5):
            text = text.replace("\n", "\r\n")
        return "\ufeff" + text if self.chance(8) else text

    def declaration(self, keyword: str) -> str:
        start = "agreement_statement" if keyword in _AGREEMENTS else f"{keyword}_statement"
        head = self.statement("head", keyword)
        if keyword in _MAY_BE_BARE and self.chance(3):
            return self._laid_out(head, 0)
        return self._block(head, start, 0, has_prose=self.chance(3))

    def _block(self, head: list[str], start: str, depth: int, *, has_prose: bool = False) -> str:
        if not has_prose and self.chance(8):
            return self._one_line_block(head, start, depth)
        parts = [self._laid_out([*head, "{"], depth)]
        if has_prose:
            parts.append(f"{self._indent()}{self.pick(PROSE)}{self._end_of_line()}")
        parts += [self._nested(start, depth + 1) for _ in range(self._chooser.below(7))]
        if self.chance(5):
            parts.append(f"{self._indent()}{self.pick(COMMENTS)}\n")
        ends_after_statement = (
            parts[-1].endswith("\n") and self.chance(6) and "#" not in parts[-1].rsplit("\n", 2)[-2]
        )
        if ends_after_statement and not has_prose:
            parts[-1] = parts[-1].rstrip("\n")
        return "".join([*parts, f"{self._indent()}}}{self._end_of_line()}"])

    def _one_line_block(self, head: list[str], start: str, depth: int) -> str:
        words = self.statement(start) if self.chance(2) else []
        if _INNER.get((start, words[0] if words else "")) or words[:1] == ["expects"]:
            words = []
        return self._laid_out([*head, "{", *words, "}"], depth)

    def _nested(self, start: str, depth: int) -> str:
        is_target = start == "agreement_statement" and self.chance(3)
        words = self.statement("target_promise" if is_target else start)
        inner = _INNER.get((start, words[0]))
        if words[0] == "expects" and len(words) > 3 and words[3] == "step":
            inner = "step_statement"
        return self._block(words, inner, depth) if inner else self._laid_out(words, depth)

    # ---- space ----

    def _laid_out(self, words: list[str], _depth: int) -> str:
        """Return a statement's words on a line, broken after some of its commas and within its value maps."""
        parts = [self._indent()]
        in_map = False
        for place, word in enumerate(words):
            before = words[place - 1] if place else ""
            if place:
                breaks = (before == "," or in_map) and self.chance(6)
                parts.append(self._broken() if breaks else self._space(before, word))
            in_map = (in_map or (word == "{" and before == "as")) and word != "}"
            parts.append(word)
        return "".join([*parts, self._end_of_line()])

    def _space(self, before: str, word: str) -> str:
        free = (before in _SIGNS or word in _SIGNS) and not (before == "<" and word == "=")
        free = free or ".." in (before, word)
        free = free or (word == "-" and before[-1].isdigit() and ":" in before) or before in {"-", "+"}
        if free and self.chance(2):
            return ""
        return " " * self.pick((1, 1, 1, 2, 5))

    def _broken(self) -> str:
        return f"{self._end_of_line(filled=True)} {self._indent()}"

    def _end_of_line(self, *, filled: bool = False) -> str:
        """Return the end of a line: perhaps a comment, then comment lines and blank ones."""
        space = " " * self._chooser.below(6)
        comment = f"{space or ' '}{self.pick(COMMENTS)}" if self.chance(5) else space
        return f"{comment}\n{self._filler() if filled or self.chance(2) else ''}"

    def _filler(self) -> str:
        """Return comment lines and blank lines, mostly none."""
        lines = []
        while self.chance(4):
            lines.append(f"{self._indent()}{self.pick(COMMENTS) if self.chance(2) else ''}\n")
        return "".join(lines)

    def _indent(self) -> str:
        return " " * self.pick((0, 0, 2, 2, 4, 7))


# ---- broken texts ---------------------------------------------------------------------------------------------------

_JUNK = (
    *(
        "{",
        "}",
        '"',
        '"""',
        "\n",
        "#",
        ",",
        "\t",
        "%",
        " ",
        "\u00a0",
        "x",
        "(",
        ")",
        "every",
        "5 %",
        "}\n",
        "import",
    ),
    *("\nsla x {\n", ";", "as {", "..", "-"),
)


def broken(generator: random.Random) -> str:
    """Return a text with one to three places where something was put in, left out or copied."""
    text = spec_of(generator)
    for _ in range(generator.randrange(1, 4)):
        at, kind = generator.randrange(len(text) + 1), generator.randrange(3)
        if kind == 0:
            text = text[:at] + generator.choice(_JUNK) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + generator.randrange(1, 4) :]
        else:
            copied = generator.randrange(len(text) + 1)
            text = text[:at] + text[copied : copied + 20] + text[at:]
    return text
