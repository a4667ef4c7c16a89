"""From a statement's tokens to the nodes of the tree: a function for each rule of the grammar."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Final

_MODULES: Final = {
    "agreements": ("agreements", "credits", "quantities", "recipients"),
    "clocks": ("clocks", "recipients"),
    "reports": ("reports", "studies", "quantities"),
    "studies": ("studies", "quantities"),
}


def builders(family: str) -> SimpleNamespace:
    """Return the functions that build the nodes of `family`, each under the name of its grammar rule."""
    found: dict[str, object] = {}
    for name in ("common", *_MODULES.get(family, (family,))):
        module = import_module(f"slmdsl.syntax.build.{name}")
        found |= {rule: value for rule, value in vars(module).items() if hasattr(value, "builds")}
    return SimpleNamespace(**found)
