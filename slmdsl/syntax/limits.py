"""How large a text may be. Beyond, there is a diagnostic instead of a long wait."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 960 * 1024
"""An agreement has some hundred lines; this holds 10,000 long ones, and what is larger can be split and imported."""
LINE_CHARACTERS: Final = 10_000
DEPTH: Final = 200
STATEMENT_TOKENS: Final = 5_000
ERRORS: Final = 200
"""Errors listed per file; the rest is counted."""
FILES: Final = 5_000
LINES: Final = 50_000
"""Lines per file."""
