"""The obvious evaluator: one ticket at a time, nothing clever; it explains, and the fast one is held against it."""
