"""What a load is refused for when it is compiled (SLM79x)."""

from __future__ import annotations

from slmdsl.base.diagnostics import error

TOO_LARGE = error("SLM790", "A simulation is larger than what is simulated")
CANNOT_COMPILE = error("SLM791", "A model names what cannot be simulated")
