"""Why there is no report."""

from __future__ import annotations


class ReportError(Exception):
    """A report cannot be made as asked; `help` says what can be done about it."""

    def __init__(self, message: str, help: str) -> None:  # noqa: A002 - what every diagnostic calls it
        super().__init__(message)
        self.message, self.help = message, help
