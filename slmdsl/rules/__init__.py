"""Compiled agreements: periods, clocks, masks and timelines as data, ready to be run over an event log."""
