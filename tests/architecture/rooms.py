"""The package as architecture tests see it: files, syntax trees, rooms."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "slmdsl"


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(CHECKOUT) if self.path.is_relative_to(CHECKOUT) else self.path)

    @property
    def dotted(self) -> str:
        """`slmdsl.rules` for slmdsl/rules/__init__.py."""
        return ".".join(self.path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")

    @property
    def room(self) -> str:
        """`rules` for slmdsl/rules/clocks.py, `__init__` for slmdsl/__init__.py."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @cached_property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, filename=self.name)


MODULES = tuple(Module(path) for path in sorted(PACKAGE.rglob("*.py")))
