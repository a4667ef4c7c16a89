"""`python -m slmdsl.syntax.tables` computes the tables of all grammar files."""

from slmdsl.syntax.grammars import FAMILIES, grammar_text
from slmdsl.syntax.tables.from_lark import tables_of
from slmdsl.syntax.tables.stored import store

for family, starts in FAMILIES.items():
    store(family, tables_of(grammar_text(family), starts))
