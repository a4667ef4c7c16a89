"""The reference engine, on SimPy: to be read beside SEMANTICS.md, which it follows paragraph by paragraph."""

from slmdsl.simulate.reference.desk import simulate

__all__ = ["simulate"]
