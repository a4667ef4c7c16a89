"""Answers for a terminal, as tables."""
