"""Compiled agreements and verdicts in words and tables for people."""
