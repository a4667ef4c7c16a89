"""Answers for programs and as files."""
