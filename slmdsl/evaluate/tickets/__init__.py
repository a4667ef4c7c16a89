"""Targets on tickets: counted in one pass for all targets, listed row by row, judged per period."""
