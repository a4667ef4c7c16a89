"""An event log and compiled agreements in, counts and verdicts out."""
