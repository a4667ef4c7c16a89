"""Where misses come from, where the time went, what recurs, and which improvement is worth its money."""
